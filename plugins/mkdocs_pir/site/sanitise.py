"""What of a record's HTML stays: an allow-list of elements, attributes and classes, applied after Markdown.

Scripts, styles, event handlers, forms and addresses of other schemes never stay, whatever the Markdown made of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import nh3
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]

EXTERNAL = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.I)
"""An address that leads out of the site, or that has a scheme at all."""

_ADMONITIONS = frozenset(
    [
        "note",
        "abstract",
        "info",
        "tip",
        "success",
        "question",
        "warning",
        "failure",
        "danger",
        "bug",
        "example",
        "quote",
        "inline",
        "end",
    ]
)
_CODE = frozenset(STANDARD_TYPES.values()) - {""}
_CLASSES: Mapping[str, frozenset[str]] = {
    "a": frozenset({"pir-id", "footnote-ref", "footnote-backref"}),
    "code": frozenset({"highlight"}),
    "details": _ADMONITIONS,
    "div": _ADMONITIONS
    | {"admonition", "highlight", "footnote", "linenodiv", "pir-scroll", "pir-inside"}
    | {"tabbed-set", "tabbed-alternate", "tabbed-labels", "tabbed-content", "tabbed-block"},
    "li": frozenset({"task-list-item"}),
    "p": frozenset({"admonition-title", "pir-inside__title"}),
    "pre": frozenset({"highlight"}),
    "span": _CODE | {"linenos", "filename", "keys"},
    "table": frozenset({"pir-table", "pir-table--text", "highlighttable"}),
    "td": frozenset({"linenos", "code"}),
    "ul": frozenset({"task-list"}),
}
"""Classes a record may use: those its Markdown makes. Those of the page around it are out of its reach."""

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
        "var",
    ]
)
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": frozenset({"id", "title", "lang", "dir"}),
    "a": frozenset({"href", "rel"}),
    "details": frozenset({"open"}),
    "div": frozenset({"tabindex"}),
    "img": frozenset({"src", "alt", "width", "height", "loading"}),
    "input": frozenset({"checked", "disabled", "name"}),
    "label": frozenset({"for"}),
    "ol": frozenset({"start", "type"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
}
_VALUES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "input": {"type": frozenset({"checkbox", "radio"})},
    "td": {"align": frozenset({"left", "center", "right"})},
    "th": {"align": frozenset({"left", "center", "right"})},
}


def clean(html: str, prefix: str = "") -> str:
    """The part of the HTML that may stay, every element closed; each id begins with `prefix`."""
    return _cleaner(prefix).clean(html)


@lru_cache(maxsize=256)
def _cleaner(prefix: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math"},
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_local_images,
        allowed_classes={tag: set(names) for tag, names in _CLASSES.items()},
        tag_attribute_values={tag: {a: set(v) for a, v in values.items()} for tag, values in _VALUES.items()},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        id_prefix=prefix or None,
    )


def _local_images(tag: str, attribute: str, value: str) -> str | None:
    """No page asks anything of another site: an image from elsewhere, in raw HTML, loses its address."""
    return None if tag == "img" and attribute == "src" and EXTERNAL.match(value) else value
