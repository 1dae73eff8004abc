"""What has changed between two projections of an edition."""

from __future__ import annotations

from datetime import date

from mkdocs_pir.editions.edition_changes import compare, unified
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb.model import Pir, Section
from mkdocs_pir.kb.texts import Texts


def test_a_link_that_leads_elsewhere_is_a_change_although_its_words_stay() -> None:
    old, new = (
        Pir(id="PIR-1", sections=(Section("Summary", Texts().read(f"See [it](https://{host}/).").text),))
        for host in ("a.example", "b.example")
    )
    (change,) = compare(
        *(Projection(Edition(), date(2026, 9, 30), "Test", {"pir": {"PIR-1": one}}) for one in (old, new))
    )
    (part,) = change.parts
    assert any("a.example" in line for line in unified(part))
    assert any("b.example" in line for line in unified(part))
