"""The table of kinds of records: what it says of a kind is enough for every stage that handles one."""

from __future__ import annotations

from typing import get_args

import pytest

from mkdocs_pir.editions import policy
from mkdocs_pir.exchange import drafts
from mkdocs_pir.kb import naming
from mkdocs_pir.kb.kinds import FOLDERS, KINDS, NUMBERED, Visibility, having
from mkdocs_pir.kb.record_files import id_at, kind_of
from mkdocs_pir.kb.references import DATED
from mkdocs_pir.search.documents import DOCUMENTS
from mkdocs_pir.search.similar import COMPARED
from mkdocs_pir.site.views import RECORD_PAGES


def test_no_two_kinds_share_a_folder_or_a_name() -> None:
    assert len(FOLDERS) == sum(bool(kind.folder) for kind in KINDS.values())
    assert len({kind.label for kind in KINDS.values()} | {kind.plural for kind in KINDS.values()}) == 2 * len(KINDS)


@pytest.mark.parametrize("kind", FOLDERS.values())
def test_a_new_record_lies_where_its_kind_and_id_are_read_from(kind: str) -> None:
    id_ = next(naming.next_ids(kind, [], 2026)) if kind in NUMBERED else "change/tls" if kind == "cause" else "mail"
    path = drafts.path_of(kind, id_)
    assert (kind_of(path), id_at(path)) == (kind, id_)
    assert ("2026" in path.split("/")) == (KINDS[kind].subfolder == "year")


@pytest.mark.parametrize("kind", sorted(NUMBERED))
def test_the_first_id_of_a_numbered_kind_is_one_that_its_schema_takes(kind: str) -> None:
    first = next(naming.next_ids(kind, [], 2026))
    assert naming.is_id(kind, first)
    assert bool(DATED.match(first)) == (KINDS[kind].subfolder == "year")


def test_every_rule_of_visibility_is_one_that_editions_know() -> None:
    assert set(get_args(Visibility)) == policy.RULES.keys() == {kind.visibility for kind in KINDS.values()}


def test_every_kind_has_its_pages() -> None:
    assert RECORD_PAGES.keys() == KINDS.keys()


def test_only_kinds_of_the_table_are_searched_and_compared() -> None:
    assert {*COMPARED} <= DOCUMENTS.keys() <= KINDS.keys()


def test_what_a_client_is_shown_beside_its_own_record_is_released_first() -> None:
    assert [name for name, kind in KINDS.items() if kind.visibility != "own"] == list(having("release"))
