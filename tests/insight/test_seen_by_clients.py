"""What the provider's pages say of the figures that clients see is what the clients' editions have."""

from __future__ import annotations

from pathlib import Path

import pytest

from mkdocs_pir.editions.project import editions, project
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.seen_by_clients import figures_not_shown, rows_not_shown
from mkdocs_pir.kb import settings
from mkdocs_pir.kb.loading import load

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_client_counts_as_many_rows_as_the_provider_less_those_not_released_to_it() -> None:
    kb = load(settings.read(ROOT / "mkdocs.yml"))
    inside, *clients = (Insight(project(kb, edition)) for edition in editions(kb))
    hidden = 0
    for client in clients:
        id_ = client.projection.edition.client
        assert set(client.kpis.names) == set(inside.kpis.names) - figures_not_shown(inside.projection).keys()
        for name in client.kpis.names:
            own, whole = client.kpis.figure(name, client=id_), inside.kpis.figure(name, client=id_)
            assert own.n == whole.n - rows_not_shown(inside.projection, inside.recurrences, whole), (id_, name)
            hidden += whole.n - own.n
    assert hidden
