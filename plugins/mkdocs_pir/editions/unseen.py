"""Cutting what a text holds but no reader sees: comments, attributes, hidden elements, definitions that nothing uses.

A page would not show it, yet the search index, an export or the source of a page would carry it to a client.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mkdocs_pir.kb.body import without_sure_code

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CLOSED_COMMENT = re.compile(r"[ \t]*<!--.*?-->", re.DOTALL)
_INSTRUCTION = re.compile(r"<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<![A-Za-z][^>]*(?:>|\Z)", re.DOTALL)
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<rest>(?=[\s/>])(?:\"[^\"]*\"|'[^']*'|[^'\">])*)>")
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?")
_ATTRIBUTE_LIST = re.compile(
    r"\{:?[ \t]*(?P<items>(?:(?:[.#][^\s{}\"'=]+|[\w:-]+[ \t]*=[ \t]*(?:\"[^\"{}\n]*\"|'[^'{}\n]*'|[^\s{}\"']+))[ \t]*)+)\}"
    r"|\{:[^{}\n]*\}"
)
_ITEM = re.compile(r"#(?P<id>[^\s{}\"'=]+)|(?P<key>[\w:-]+)[ \t]*=[ \t]*(?P<value>\"[^\"]*\"|'[^']*'|[^\s{}\"']+)")
_DEFINITION = re.compile(
    r"^[ \t>]*\[(?!\^)(?P<label>[^\]\n]+)\]:[ \t]*(?:\n[ \t>]*)?\S+[ \t]*"
    r"(?:\n?[ \t>]*(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\))[ \t]*$|[^\n]*$)",
    re.MULTILINE,
)
_NOTE = re.compile(r"[ \t]*\[\^(?P<label>[^\]\n]*)\]:")
_NOTED = re.compile(r"\[\^([^\]\n]*)\](?!:)")
_QUOTES = re.compile(r"^(?:[ \t]*>)+[ ]?")
_ABBREVIATION = re.compile(r"^[ \t>]*[*]\[(?P<label>[^\]\n]+)\][ ]?:[^\n]*$", re.MULTILINE)
_NEVER_SEEN = frozenset(
    {"script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "head", "title"}
    | {"dialog", "datalist", "audio", "video", "canvas"}
)
_EMPTY = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_HIDDEN = re.compile(
    r"(?:^|\s)hidden(?:\s|=|/|$)|(?:^|\s)aria-hidden\s*=\s*[\"']?true|(?:^|\s)(?:data-)?audience\s*="
    r"|(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*\.?0(?:\.?0*)(?![.\d])|font-size\s*:\s*0"
    r"|(?<![\w-])color\s*:\s*transparent|(?<![\w-])(?:left|top|right|text-indent)\s*:\s*-\d{3}|(?<![\w-])(?:width|height)\s*:\s*0(?![.\d]))",
    re.I,
)
_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        """a abbr acronym address area article aside b base bdi bdo big blockquote body br button caption center cite code col
        colgroup data dd del details dfn div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header
        hgroup hr html i img input ins kbd label legend li link main map mark menu meta meter nav ol optgroup option output
        p param picture pre progress q rp rt ruby s samp search section select slot small source span strike strong sub
        summary sup table tbody td textarea tfoot th thead time tr track tt u ul var wbr""",
    )
)
"""Elements whose names say nothing; those of others are words that no page shows."""
_KEPT = frozenset(
    {"href", "src", "alt", "title", "width", "height", "colspan", "rowspan", "start", "open", "scope", "markdown"}
)
"""Attributes that a reader sees or that make up what is seen; every other one is taken off."""


def cut_comments(text: str) -> str:
    """The text without comments that are closed."""
    return _outside_code(_CLOSED_COMMENT, lambda found: "", text) if "<!--" in text else text


def cut_unseen(text: str) -> str:
    """The text without what is never seen. Code stays as it is."""
    for pattern in (_COMMENT, _INSTRUCTION):
        text = _outside_code(pattern, lambda found: "", text)
    text = _without_hidden(text)
    text = _outside_code(_TAG, _bare_tag, text)
    text = _without_unused_notes(text)
    used = text
    text = _outside_code(_ATTRIBUTE_LIST, lambda found: _kept_items(found, used), text)
    for pattern in (_DEFINITION, _ABBREVIATION):
        text = _drop_unused(pattern, text)
    return text


def _outside_code(pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], text: str) -> str:
    """Replace matches that begin outside code."""
    bare = without_sure_code(text)
    out, last = [], 0
    for found in pattern.finditer(text):
        if found.start() >= last and bare[found.start() : found.start() + 4].strip():
            out += [text[last : found.start()], replace(found)]
            last = found.end()
    return "".join([*out, text[last:]])


def _without_hidden(text: str) -> str:
    """The text without elements that are not shown. One that is never closed is cut to the end: in doubt, nothing is."""
    if "<" not in text:
        return text
    bare = without_sure_code(text)
    out, last = [], 0
    tags = [found for found in _TAG.finditer(text) if bare[found.start() : found.end()].strip()]
    for number, tag in enumerate(tags):
        if tag.start() < last or tag["close"]:
            continue
        name = tag["name"].lower()
        if name in _NEVER_SEEN or _HIDDEN.search(tag["rest"]):
            out.append(text[last : tag.start()])
            last = tag.end() if name in _EMPTY else _end_of(name, tags[number + 1 :], len(text))
    return "".join([*out, text[last:]])


def _end_of(name: str, later: list[re.Match[str]], end: int) -> int:
    depth = 1
    for tag in later:
        if tag["name"].lower() == name:
            depth += -1 if tag["close"] else 1
            if not depth:
                return tag.end()
    return end


def _bare_tag(tag: re.Match[str]) -> str:
    if tag["name"].lower() not in _ELEMENTS:
        return ""
    if tag["close"]:
        return f"</{tag['name']}>"
    kept = [found[0] for found in _ATTRIBUTE.finditer(tag["rest"]) if found[1].lower() in _KEPT]
    return f"<{' '.join([tag['name'], *kept])}{' /' if tag['rest'].rstrip().endswith('/') else ''}>"


def _kept_items(found: re.Match[str], text: str) -> str:
    """An attribute list without what is not seen: an anchor stays where the text itself leads to it."""
    items = [
        item[0]
        for item in _ITEM.finditer(found["items"] or "")
        if (item["id"] and f"(#{item['id']})" in text) or (item["key"] or "").lower() in _KEPT
    ]
    return f"{{: {' '.join(items)} }}" if items else ""


def _without_unused_notes(text: str) -> str:
    """The text without footnotes that nothing in it leads to: a page would list them all the same."""
    if "[^" not in text:
        return text
    lines, bare = text.split("\n"), without_sure_code(text).split("\n")
    notes = list(_notes(lines, bare))
    unused = {number for _, own in notes for number in own}
    waiting = [line for number, line in enumerate(bare) if number not in unused]
    while waiting:
        named = {label for line in waiting for label in _NOTED.findall(line)}
        reached = [own for label, own in notes if label in named and own[0] in unused]
        unused.difference_update(*reached)
        # what is named in a note that is read is read, too
        waiting = [bare[number] for own in reached for number in own]
    return "\n".join(line for number, line in enumerate(lines) if number not in unused)


def _notes(lines: list[str], bare: list[str]) -> Iterator[tuple[str, range]]:
    """The label of every footnote and the lines it takes: its paragraph, and what is indented below it."""
    begun = [_NOTE.match(_within_quotes(line)) for line in bare]
    texts = [_within_quotes(line).expandtabs(4) for line in lines]
    indents = [len(text) - len(text.lstrip()) if text.strip() else None for text in texts]
    for number, found in enumerate(begun):
        if found is None:
            continue
        end = number + 1
        after_blank = False
        while end < len(lines) and begun[end] is None:
            indent = indents[end]
            if after_blank and indent is not None and indent < (indents[number] or 0) + 4:
                break
            after_blank = after_blank or indent is None
            end += 1
        while indents[end - 1] is None:
            end -= 1
        yield found["label"], range(number, end)


def _within_quotes(line: str) -> str:
    return _QUOTES.sub("", line, count=1)


def _drop_unused(pattern: re.Pattern[str], text: str) -> str:
    if pattern.search(text) is None:
        return text
    bare = without_sure_code(text)
    rest = _spaced(bare, (found.span() for found in pattern.finditer(text)))

    def keep(found: re.Match[str]) -> str:
        label = r"\s+".join(map(re.escape, found["label"].split()))
        sought = rf"\[\s*{label}\s*\](?!:)" if pattern is _DEFINITION else rf"(?<!\w){label}(?!\w)"
        in_code = not bare[found.start() : found.end()].strip()
        return found[0] if in_code or re.search(sought, rest, re.I) else ""

    return pattern.sub(keep, text)


def _spaced(text: str, spans: Iterator[tuple[int, int]]) -> str:
    out, last = [], 0
    for start, end in spans:
        out += [text[last:start], " "]
        last = end
    return "".join([*out, text[last:]])
