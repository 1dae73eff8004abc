"""Suggested causes are right where they are given: measured on the demonstration with its triggers hidden."""

from __future__ import annotations

import msgspec
import pytest
from helpers.repository import ROOT

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb.loading import load
from mkdocs_pir.kb.model import Cause, Pir
from mkdocs_pir.kb.settings import read
from mkdocs_pir.search.cause_suggestions import POSSIBLE, suggest


@pytest.fixture(scope="module")
def demonstration() -> Projection:
    return project(load(read(ROOT / "mkdocs.yml")), Edition())


def _without_causes(projection: Projection) -> Projection:
    pirs = {
        id_: msgspec.structs.replace(pir, trigger="", contributing_factors=(), process_deficiencies=())
        for id_, pir in projection.pirs.items()
    }
    return msgspec.structs.replace(projection, records={**projection.records, Pir.kind: pirs})


def test_suggestions_are_right_where_they_are_given(demonstration: Projection) -> None:
    found = suggest(_without_causes(demonstration))
    causes = {id_: {pir.trigger, *pir.contributing_factors} for id_, pir in demonstration.pirs.items() if pir.trigger}
    given = [member for _, member in found.members() if member.cause and member.id in causes]
    right = [member for member in given if member.cause in causes[member.id]]
    assert len(given) >= 30
    assert len(right) / len(given) >= 0.9
    assert all(member.score >= POSSIBLE for member in given)


def test_every_review_stands_in_one_place_and_the_order_is_always_the_same(demonstration: Projection) -> None:
    hidden = _without_causes(demonstration)
    found = suggest(hidden)
    ids = [member.id for _, member in found.members()]
    assert sorted(ids) == sorted(hidden.pirs)
    turned = msgspec.structs.replace(
        hidden,
        records={kind: dict(reversed(list(records.items()))) for kind, records in hidden.records.items()},
    )
    assert suggest(turned) == found


def _suggested(demonstration: Projection, words: str, *causes: str) -> str:
    """The cause that is suggested for a review of a few words, among some causes or all."""
    pir = Pir(id="PIR-2026-9999", title=words, client="harbor-credit", status="draft", root_cause=words)
    chosen = {id_: cause for id_, cause in demonstration.causes.items() if not causes or id_ in causes}
    records = {**demonstration.records, Pir.kind: {**demonstration.pirs, pir.id: pir}, Cause.kind: chosen}
    found = suggest(msgspec.structs.replace(demonstration, records=records), [pir.id])
    return next(member.cause for _, member in found.members())


def test_nothing_is_suggested_where_the_evidence_is_weak(demonstration: Projection) -> None:
    words = "The board in the canteen had the menu of yesterday, and nobody changed the paper before the meal"
    assert _suggested(demonstration, words) == ""
    assert _suggested(demonstration, "A certificate had expired") == "change/expired-certificate"


def test_what_a_definition_excludes_is_no_sign_of_it(demonstration: Projection) -> None:
    cause = "security/denial-of-service"
    assert "A surge of real users is another cause." in demonstration.causes[cause].definition
    assert _suggested(demonstration, "A surge of real users", cause) == ""
    assert _suggested(demonstration, "Traffic meant to overwhelm", cause) == cause


def test_synonyms_are_one_word(demonstration: Projection) -> None:
    for words in ("ENOSPC on the volume", "no space left on the volume"):
        assert _suggested(demonstration, words) == "capacity/disk-full"


def test_one_word_alone_is_no_evidence(demonstration: Projection) -> None:
    assert _suggested(demonstration, "certificate") == ""


def test_guidance_that_is_left_in_a_draft_is_no_sign(demonstration: Projection) -> None:
    cause = "security/denial-of-service"
    draft = msgspec.structs.replace(
        demonstration.causes[cause], definition="TODO: say which walrus counts as this cause."
    )
    changed = msgspec.structs.replace(
        demonstration, records={**demonstration.records, Cause.kind: {**demonstration.causes, cause: draft}}
    )
    assert _suggested(changed, "Say which walrus counts", cause) == ""
