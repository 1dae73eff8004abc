"""Classes and custom properties: pages, scripts and style sheets name the same ones.

A class is named where it is written: in a template, a script or a Python module. `FAMILIES` says what fills in the end
of a class that is put together.
"""

from __future__ import annotations

import re

from helpers.repository import ROOT

from mkdocs_pir.kb.statuses import STATUSES
from mkdocs_pir.site.charts import canvas, scales
from mkdocs_pir.site.diagrams import diagram_canvas
from mkdocs_pir.site.editing.web_api import PAGE
from mkdocs_pir.site.theme import theme_folder

PACKAGE = ROOT / "plugins/mkdocs_pir"
SHEETS = (
    *theme_folder().glob("assets/stylesheets/*.css"),
    theme_folder() / "plain/pir-plain.css",
    theme_folder() / "print/print.css",
    *PAGE.glob("*.css"),
)
TEMPLATES = (*theme_folder().rglob("*.html"), *PAGE.glob("*.html"))
SCRIPTS = (*theme_folder().rglob("*.js"), *PAGE.glob("*.js"))
MODULES = tuple(PACKAGE.rglob("*.py"))

THEIRS = {
    *("admonition", "admonition-title", "headerlink"),
    *(
        "md-content",
        "md-header",
        "md-header--lifted",
        "md-nav--secondary",
        "md-nav__link",
        "md-nav__link--active",
        "md-tabs__item--active",
        "md-tabs__list",
        "md-typeset",
    ),
    *("footnote", "tabbed-set", "task-list-item"),
    *(
        "md-content__inner",
        "md-header__button",
        "md-header__inner",
        "md-header__option",
        "md-header__source",
        "md-header__title",
        "md-header__topic",
        "md-logo",
        "md-main__inner",
        "md-tabs",
    ),
}
"""Classes that Material and the Markdown extensions write, and we style."""

FAMILIES = {
    "pir-": {"title", "text", "number", "date", "chips"},  # columns of a table
    "pir-callout--": {"workaround", "tried", "recurrence", "declined", "blocked", "note"},
    "pir-chart__": {*canvas.ROLES, "wide", "narrow"},
    "pir-chart__from": {f"{step:.0f}" for step in scales.STEPS[1:]},
    "pir-chart__below": {f"{step:.0f}" for step in scales.STEPS[1:]},
    "pir-chip--": {
        *(status.look for status in STATUSES.values()),
        *("again", "inside", "sev-1", "sev-2", "sev-3", "sev-4", "sev-5"),
    },
    "pir-diagram__": set(diagram_canvas.ROLES),
    "pir-glyph--": {"weather-night", "weather-sunny"},
    "pir-icon--": {
        "back",
        "check",
        "cross",
        "dot",
        "half",
        "late",
        "lock",
        "next",
        "no",
        "note",
        "out",
        "ring",
        "stop",
        "wrench",
    },
    "pir-phase--": {"1", "2", "3", "4"},
    "pir-remembered--": {"recent", "saved"},
    "pir-row--": {"late", "quiet"},
    "pir-step--": {"done", "now", "later"},
    "plain-level-": {"2", "3", "4", "5", "6"},
    "pir-tile--": {"good", "late", "quiet"},
    "print-": {"dt", "handbook", "maps", "pack", "report"},  # documents, and elements that a drawing of text takes over
    "print-entry--": {"1", "2", "3"},
    "print-part--": {"1", "2", "3"},
}
"""The beginning of a class whose end is filled in, and what with. Not every member needs a look of its own."""

NAMES = {
    "pir-begun",
    "pir-scheme",
    "pir-home",
    "pir-views",
    "pir-search-box-list-",
    "pir-search-filter-",
    "pir-search-status",
    "pir-search-text",
}
"""What scripts name that is no class: ids, and a key of the browser's storage."""

_OURS = r"(?:pir|plain|print|edit)-[\w-]*"


def _styled() -> set[str]:
    texts = [re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL) for sheet in SHEETS]
    selectors = [re.sub(r"\{[^{}]*\}", "{}", text) for text in texts]
    return {name for text in selectors for name in re.findall(r"\.([a-zA-Z][\w-]*)", text)}


def _of_templates() -> set[str]:
    found: set[str] = set()
    for template in TEMPLATES:
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", template.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r"\{\{.*?\}\}", "…", text, flags=re.DOTALL)
        for classes in re.findall(r'\sclass="([^"]*)"', text):
            found |= {name.partition("…")[0] for name in classes.split() if re.match(_OURS, name)}
    return found


def _of_scripts() -> set[str]:
    texts = [text for script in SCRIPTS for text in re.findall(r'"([^"\n]*)"', script.read_text("utf-8"))]
    whole = [text.split() for text in texts if re.fullmatch(rf"(?:{_OURS} ?)+", text)]
    return {name for names in whole for name in names if not name.endswith(".js")} - NAMES


def _of_modules() -> set[str]:
    lines = [line for module in MODULES for line in module.read_text("utf-8").splitlines() if "class" in line]
    return {name for line in lines for name in re.findall(rf"(?<![\w/.-]){_OURS}", line)}


def _chosen() -> set[str]:
    """Classes by which scripts, or the tests as readers do, find what is on a page."""
    texts = [file.read_text("utf-8") for file in (*SCRIPTS, *(ROOT / "tests").rglob("*.py"))]
    return {name for text in texts for name in re.findall(rf"\.({_OURS})", text)}


def _written() -> set[str]:
    return _of_templates() | _of_scripts() | _of_modules()


def test_every_class_that_a_style_sheet_names_is_on_some_page() -> None:
    on_pages = {name for name in _written() if name not in FAMILIES}
    on_pages |= {beginning + end for beginning, ends in FAMILIES.items() for end in ends}
    assert sorted(_styled() - on_pages - THEIRS) == []


def test_every_class_on_a_page_is_known_to_a_style_sheet_or_a_script() -> None:
    known = _styled() | _chosen()
    families = {beginning for beginning in FAMILIES if any(name.startswith(beginning) for name in known)}
    assert sorted(_written() - known - families) == []


def test_the_lists_above_name_only_what_there_is() -> None:
    assert _styled() >= THEIRS
    assert set(FAMILIES) <= _written()
    scripts = "".join(script.read_text("utf-8") for script in SCRIPTS)
    assert [name for name in NAMES if f'"{name}' not in scripts and f"#{name}" not in scripts] == []


def test_every_custom_property_of_ours_is_set_and_used() -> None:
    texts = [re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL) for sheet in SHEETS]
    texts += [(theme_folder() / "print/document.html").read_text("utf-8")]
    set_ = {name for text in texts for name in re.findall(r"[{;\s](--(?!md-)[\w-]+)\s*:", text)}
    used = {name for text in texts for name in re.findall(r"var\((--(?!md-)[\w-]+)", text)}
    assert set_ == used


def test_no_style_sheet_writes_a_comma_which_the_text_before_it_cannot_be_joined_to() -> None:
    sheets = list((ROOT / "theme_overrides").rglob("*.css"))
    assert sheets
    assert [s.name for s in sheets if re.search(r"content:\s*[\"']\s*,", s.read_text("utf-8"))] == []
