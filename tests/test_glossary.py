"""The glossary of the design page defines each term once, and names modules that exist."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from helpers.repository import ROOT

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb import schema, settings
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.loading import load
from mkdocs_pir.site import views

PACKAGE = ROOT / "plugins" / "mkdocs_pir"

SCHEMAS = {
    "action": "action register",
    "cause": "cause",
    "client": "client",
    "figures": "data set",
    "incident": "incident register",
    "lesson": "lesson",
    "mapping": "import mapping",
    "page": "handbook page",
    "pir": "review",
    "problem": "problem (record)",
    "process": "process module",
    "satisfaction": "satisfaction register",
    "service": "service",
    "settings": "option",
}
"""The term for what each schema describes."""

PAGES = {
    "Start": "home page",
    "Engineer": "home",
    "Service delivery manager": "home",
    "VP services": "home",
    "Your last quarter": "home",
    "Search": "search",
    "Reviews": "review",
    "Your reviews": "review",
    "Incidents": "incident",
    "Your incidents": "incident",
    "Lessons": "lesson",
    "Recurring causes": "recurring cause",
    "Action items": "action item",
    "KPIs": "KPI",
    "Your figures": "KPI",
    "Clients": "client",
    "Quarterly review": "quarterly review",
    "Services": "service",
    "Problems": "problem (record)",
    "Causes": "cause",
    "Process": "process",
    "Review calendar": "review calendar",
    "Handbook": "handbook page",
}
"""The term behind each title of the navigation."""


class Entry(NamedTuple):
    """One row of the glossary."""

    term: str
    meaning: str
    module: str


def _entries() -> list[Entry]:
    """The rows of the glossary, in order."""
    text = (ROOT / "docs" / "design.md").read_text("utf-8")
    section = re.split(r"^## ", text.split("\n## Glossary\n", 1)[1], maxsplit=1, flags=re.M)[0]
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [Entry(*(cell.strip() for cell in row)) for row in rows[1:]]


ENTRIES = _entries()
TERMS = [entry.term for entry in ENTRIES]


def test_each_term_is_defined_once_in_alphabetical_order() -> None:
    assert sorted(set(TERMS), key=str.casefold) == TERMS


@pytest.mark.parametrize("entry", ENTRIES, ids=TERMS)
def test_a_term_has_one_or_two_sentences_and_a_module_that_exists(entry: Entry) -> None:
    assert 1 <= len(re.findall(r"[.](?= [A-Z]|$)", entry.meaning)) <= 2, entry.meaning
    assert entry.meaning.endswith(".")
    assert (PACKAGE / entry.module.strip("`")).is_file(), entry.module


def test_what_each_schema_describes_has_a_term() -> None:
    assert set(SCHEMAS) == {file.name.removesuffix(".schema.json") for file in schema.folder().glob("*.schema.json")}
    assert set(SCHEMAS.values()) <= set(TERMS)


def test_what_each_kind_of_record_is_called_is_its_term() -> None:
    called = {name: kind.label for name, kind in KINDS.items()}
    terms = {name: SCHEMAS[name].removesuffix(" (record)") for name in KINDS}
    assert called == terms | {"page": called["page"]}
    assert called["page"] in SCHEMAS["page"]


def test_each_title_of_the_navigation_has_a_term() -> None:
    kb = load(settings.read(ROOT / "mkdocs.yml"))
    client = Edition("harbor-credit")
    titles = {page.title for edition in (Edition(), client) for page in views.navigation_pages(project(kb, edition))}
    assert titles == set(PAGES)
    assert set(PAGES.values()) <= set(TERMS)
