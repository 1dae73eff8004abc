"""Sanitising the HTML of a record: an allow-list of elements, attributes and classes, applied after Markdown.

Scripts, styles, event handlers, forms and addresses with other schemes are always removed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import nh3
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]

EXTERNAL = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.I)
"""An address that leads out of the site or has a scheme."""

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
"""The classes that a record may use: those that its Markdown produces, but not those of the page around it."""

TAGS = frozenset(
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
"""The elements that a text may contain."""

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


NEVER_SEEN = frozenset(
    {"script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "head", "title"}
    | {"dialog", "datalist", "audio", "video", "canvas"}
)
"""Elements that are removed with their content, which a page does not show, or not as text."""

REFERENCE = "data-ref"
"""The attribute of an `a` with the id of a record, which each page resolves to an address."""

PATH = "data-path"
"""The attribute of an `a` or `img` in the text of an edition with the path of a file or page of the site."""

INTERNAL = "pir-internal"
"""The element around an internal part of a text."""

PART = "data-part"


def clean(html: str) -> str:
    """The sanitised form of a piece of HTML, with every element closed."""
    return _cleaner(whole=False).clean(html)


def clean_whole(html: str) -> str:
    """The sanitised form of a whole text whose pieces were already sanitised; also keeps our own marks."""
    return _cleaner(whole=True).clean(html)


@cache
def _cleaner(*, whole: bool) -> nh3.Cleaner:
    attributes = {tag: set(names) for tag, names in _ATTRIBUTES.items()}
    if whole:
        attributes["a"].add(REFERENCE)
        attributes[INTERNAL] = {PART, "title"}
    return nh3.Cleaner(
        tags=set(TAGS) | ({INTERNAL} if whole else set()),
        clean_content_tags=set(NEVER_SEEN),
        attributes=attributes,
        attribute_filter=_attribute,
        allowed_classes={tag: set(names) for tag, names in _CLASSES.items()},
        tag_attribute_values={tag: {a: set(v) for a, v in values.items()} for tag, values in _VALUES.items()},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    """The value of an attribute, or None if it is not allowed.

    Pages load nothing from other sites, so images from elsewhere lose their address.
    """
    if tag == "img" and attribute == "src" and EXTERNAL.match(value):
        return None
    allowed = _FORMS.get(attribute)
    return value if allowed is None or allowed.fullmatch(value) else None


_FORMS: Mapping[str, re.Pattern[str]] = {
    "lang": re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "loading": re.compile(r"lazy|eager"),
    "rel": re.compile(r"noopener|noreferrer|nofollow|footnote"),
    **dict.fromkeys(("width", "height", "colspan", "rowspan", "start", "tabindex"), re.compile(r"\d{1,5}%?")),
    "type": re.compile(r"[1aAiI]|checkbox|radio"),
}
"""The form of the values of some attributes, so that they cannot contain hidden text."""
