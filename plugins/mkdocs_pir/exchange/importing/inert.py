"""Text from elsewhere made inert: no shortcode, raw HTML, link or `[[…]]` of the source does anything here.

Every pass keeps the number of lines, so that what is reported stands at its line of the source.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

from mkdocs_pir.kb.body import Mention, mentions, without_code
from mkdocs_pir.kb.graph import Ids

KEPT = "PIR705"
LEFT = "PIR704"

Found = re.Match[str]
Report = Callable[[str, tuple[int, int], str, str], None]
"""Called with code, (line, column), message, hint."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{[<%].*?[%>]\}\}")
_LINK = re.compile(
    r"(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]"
    r"\((?P<url><[^<>\n]*>|\{\{[<%][^\n]*?[%>]\}\}|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
_DEFINITION = re.compile(
    r"^ {0,3}\[(?P<label>[^\[\]^\n][^\[\]\n]*)\]:[ \t]+(?P<url><[^<>\n]*>|\S+)[ \t]*(?:[\"'(][^\n]*[\"')])?[ \t]*$",
    re.M,
)
_REFERENCE = re.compile(r"(?P<image>!?)\[(?P<text>[^\[\]\n]+)\](?:\[(?P<label>[^\[\]\n]*)\])?(?![(:\[])")
_TAG = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<rest>(?:[\s/][^<>]*)?)>")
_OTHER_ANGLE = re.compile(r"<(?=[A-Za-z/!?])(?!https?://|mailto:)(?![^<>\s@]+@[^<>\s@]+>)")
_AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^<>\s]*>|<[^<>\s@]+@[^<>\s@]+>")
_BARE_URL = re.compile(
    r"\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|<[^<>\n]*>"
    r"|(?P<url>\bhttps?://[^\s<>()\[\]|`\"]+(?:\([^\s<>()|`]*\)[^\s<>()\[\]|`\"]*)*)"
)
_STRUCK = re.compile(r"~~(?=\S)([^~\n]+?)(?<=\S)~~")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")

_KEPT_TAGS = frozenset(
    [
        "br",
        "hr",
        "sub",
        "sup",
        "kbd",
        "del",
        "ins",
        "mark",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "code",
        "pre",
        "blockquote",
        "q",
        "small",
        "dl",
        "dt",
        "dd",
        "ol",
        "ul",
        "li",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
    ]
)
_RENAMED = {"strike": "del", "s": "del", "tt": "code"}
_UNWRAPPED = frozenset(
    ["p", "div", "span", "center", "font", "details", "section", "article", "figure", "main", "a", "picture"]
)
_AS_BOLD = frozenset({"summary", "figcaption", "caption"})


@dataclass(frozen=True, slots=True)
class Place:
    """Which document a text is of, and what its links may lead to: record ids, and source files by their path."""

    path: str
    ids: Ids
    files: Mapping[str, str]


def outside_code(pattern: re.Pattern[str], replace: Callable[[Found], str | None], text: str) -> str:
    """Replace what a pattern finds outside code; `replace` gives None to leave a match as it is."""
    out, last = [], 0
    for found in pattern.finditer(without_code(text)):
        # the blanked text has every character in its place, so the match is that of the text itself
        there = pattern.match(text, found.start())
        if there is None or found.start() < last or (new := replace(there)) is None:
            continue
        out += [text[last : found.start()], new]
        last = there.end()
    return "".join([*out, text[last:]])


def make_inert(text: str, first_line: int, place: Place, report: Report) -> str:
    """The text with everything that would act here shown as what it is. `first_line` is where it begins in its file."""
    lines = text.split("\n")

    def tell(code: str, current: str, at: int, what: str, message: str, hint: str) -> None:
        # earlier passes may have moved columns: look the words up in the line as it was written
        line = current.count("\n", 0, at)
        column = lines[line].find(what.split("\n")[0]) + 1 if line < len(lines) else 0
        report(code, (first_line + line, max(column, 1)), message, hint)

    text = _comments(text, tell)
    text = _resolve_references(text)
    text = _links(text, place, tell)
    text = _shortcodes(text, tell)
    text = _html(text, tell)
    text = outside_code(_STRUCK, lambda m: f"<del>{m[1]}</del>", text)
    text = re.sub(r"(?m)^( {0,3})///", r"\1&#47;//", text) if "///" in text else text
    text = outside_code(_BARE_URL, _as_autolink, text)
    return guard_mentions(text, place)


Tell = Callable[[str, str, int, str, str, str], None]


def _comments(text: str, tell: Tell) -> str:
    def drop(found: Found) -> str:
        if found[0].strip("<!->\n "):
            tell(LEFT, text, found.start(), found[0], "a comment was left out", "it is not shown in the source either")
        return "\n" * found[0].count("\n")

    return outside_code(_COMMENT, drop, text)


def _resolve_references(text: str) -> str:
    """Write `[text][label]` out as a link: the definition would end up in another section, out of reach."""
    urls: dict[str, str] = {}

    def collect(found: Found) -> str:
        urls.setdefault(_label(found["label"]), found["url"].strip("<>"))
        return ""

    text = outside_code(_DEFINITION, collect, text)
    if not urls:
        return text

    def write_out(found: Found) -> str | None:
        url = urls.get(_label(found["label"] or found["text"]))
        return None if url is None else f"{found['image']}[{found['text']}]({url})"

    return outside_code(_REFERENCE, write_out, text)


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()


def _links(text: str, place: Place, tell: Tell) -> str:
    def relink(found: Found) -> str | None:
        url, words, image = found["url"].strip("<>"), found["text"].strip(), bool(found["image"])
        if re.match(r"(?:https?|mailto):", url):
            # a page asks nothing of another site: a picture from elsewhere becomes a link to it
            return f"[{words or 'picture'}]({url})" if image else None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(place.path), unquote(url.partition("#")[0])))
        if not image and url and not url.startswith("#") and (id_ := place.files.get(path)) is not None:
            title = re.sub(r"[\[\]|\n]", " ", words)[:200]
            return f"[[{id_}]]" if words == id_ else f"[[{id_}|{title}]]"
        if url.startswith("#") or not url:
            return words
        what = "picture" if image else "link"
        message = f"the {what} leads to '{url}', which is not part of the import"
        tell(KEPT, text, found.start(), found[0], message, "it is kept as text")
        code = f"`{url.replace('`', '')}`"
        return f"{words} ({code})" if words else code

    return outside_code(_LINK, relink, text)


def _shortcodes(text: str, tell: Tell) -> str:
    def show(found: Found) -> str:
        tell(KEPT, text, found.start(), found[0], f"the site builder's {_short(found[0])}", "it is kept as text")
        return f"`{found[0].replace('`', '')}`"

    return outside_code(_SHORTCODE, show, text)


def _html(text: str, tell: Tell) -> str:
    def tag(found: Found) -> str | None:
        name, closing = found["name"].lower(), found[0].startswith("</")
        name = _RENAMED.get(name, name)
        if _AUTOLINK.fullmatch(found[0]):
            return None
        if name in _KEPT_TAGS:
            return f"</{name}>" if closing else f"<{name}>"
        if name in _AS_BOLD:
            return "**"
        given = {a[1].lower(): a[2] or a[3] or a[4] or "" for a in _ATTRIBUTE.finditer(found["rest"])}
        if name == "img" and re.match(r"https?:", given.get("src", "")):
            return f"[{given.get('alt') or 'picture'}]({given['src']})"
        if name == "a" and not closing and re.match(r"https?:", given.get("href", "")):
            return f"<{given['href']}> " if "<" not in given["href"] else ""
        if name in _UNWRAPPED:
            return ""
        return None

    text = outside_code(_TAG, tag, text)

    def escape(found: Found) -> str | None:
        kept = _TAG.match(text, found.start())
        if kept is not None and kept["name"].lower() in _KEPT_TAGS and not kept["rest"].strip():
            return None
        shown = text[found.start() : found.start() + 40].split("\n")[0]
        shown = shown[: shown.find(">") + 1] or shown
        tell(KEPT, text, found.start(), shown, f"'{_short(shown)}' is shown as text", "the source may have hidden it")
        return "&lt;"

    return outside_code(_OTHER_ANGLE, escape, text)


def _as_autolink(found: Found) -> str | None:
    if found["url"] is None:
        return None
    url = found["url"].rstrip(".,;:!?*_~'")
    return f"<{url}>{found['url'][len(url) :]}"


def guard_mentions(text: str, place: Place) -> str:
    """Keep what names a record that exists; show anything else that looks like a record's name as plain text."""
    out, last = [], 0
    spans = [m.span() for m in (*_AUTOLINK.finditer(text), *_LINK.finditer(text))]
    for mention in mentions(text):
        if place.ids.resolve(mention, place.path) is not None and mention.form != "file":
            continue
        if not place.ids.looks_like_one(mention):
            continue
        words = text[mention.start : mention.end]
        if mention.form == "wiki" and not _is_of_a_series(mention, place):
            words = words.replace("[[", r"\[\[").replace("]]", r"\]\]")
        elif any(start < mention.start < end for start, end in spans):
            words = words.replace("-", "%2D").replace(".md", "%2Emd")
        else:
            words = f"`{words}`"
        out += [text[last : mention.start], words]
        last = mention.end
    return "".join([*out, text[last:]])


def _is_of_a_series(mention: Mention, place: Place) -> bool:
    """Whether the target alone would be taken for an id as well."""
    return place.ids.looks_like_one(replace(mention, form="bare"))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
