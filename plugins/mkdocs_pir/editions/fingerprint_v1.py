"""The visible text of a record as the first form of fingerprints covered it: Markdown source, cut by patterns.

Approvals of that time contain fingerprints of this form. They stay valid as long as this module returns the same, so
nothing in it changes. Only `editions/approval_fingerprints` uses it, and no edition is made from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_FENCE = re.compile(r" {0,3}(`{3,}(?!.*`)|~{3,})")
_ANY_FENCE = re.compile(r"[ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])[ \t])[ \t]*)*(`{3,}(?!.*`)|~{3,})")
_CONTAINER = re.compile(r" {0,3}(?:[-*+:]|\d{1,9}[.)]|!!!|\?\?\?\+?|===|\[\^[^\]\s]+\]:)[ \t]")
_TICKS = re.compile(r"`+")
_NOT_NEWLINE = re.compile(r"[^\n]")
# a code span ends with its paragraph, list item, cell or heading at the latest
_UNIT = re.compile(r"\n(?=[ \t]*(?:\n|$|[-*+>|#]|\d{1,9}[.)][ \t]|///))")
_MARKS = r"[\s>]*(?:(?:[-*+:]|\d{1,9}[.)])[\s>]+)*"
_OPEN = re.compile(rf"^{_MARKS}(/{{3,}})\s*(\S.*?)\s*$")
_CLOSE = re.compile(r"^[\s>]*(/{3,})\s*$")
_INTERNAL = re.compile(r"^(?:internal\b.*|.*\baudience\s*=\s*[\"']?internal\b.*)$", re.I)
_HEADING = re.compile(rf"^{_MARKS}(?P<level>#{{1,6}})(?!#)(?P<title>.*)$")
_INNER = re.compile(
    r"(?:^[ \t]{1,}|^[\s>]*(?:[-*+:>]|\d{1,9}[.)])[\s>]*)#{2}(?!#)|^[\s>]*(?:[-*+:>]|\d{1,9}[.)])[\s>]*#(?!#)[ \t]|^ {0,3}#{1,2}(?!#)"
)
_HTML_HEADING = re.compile(r"<h[12](?=[\s/>])", re.I)
_AUDIENCE = re.compile(r"\baudience\s*=\s*[\"']?([^\s\"'}]+)", re.I)
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


def cut_internal(text: str) -> str:
    """The text of a shown section without what stays inside, and without what no reader sees.

    Cut are `/// internal` blocks, wherever they are nested; what follows an H1 or H2 in a quotation, list, box or HTML,
    which would be a section of its own; headings below H2 that say another audience, with what belongs to them. A block
    that is never closed is cut to the end: in doubt, nothing is shown.
    """
    return cut_unseen(_without_headings(_without_blocks(text))).strip("\n")


def cut_field(text: str, *, plain: bool) -> str:
    """The text of a shown field without `/// internal` blocks and what no reader sees.

    `plain` is a field that is shown as it was typed, such as a title: tags and braces in it are its words.
    """
    cut = (cut_comments if plain else cut_unseen)(_without_blocks(text))
    return text if cut == text else cut.strip()


def _without_blocks(text: str) -> str:
    if "///" not in text:
        return text
    kept: list[str] = []
    stack: list[tuple[str, int, bool]] = []
    for line, seen in zip(text.split("\n"), without_sure_code(text).split("\n"), strict=True):
        hidden = any(internal for _, _, internal in stack)
        if (closed := _CLOSE.match(seen)) and stack:
            # only as many strokes as opened a block end it, and not as indented code in it
            strokes, column, internal = stack[-1]
            if strokes == closed[1] and _column(closed) < column + 4:
                stack.pop()
                if not internal and not hidden:
                    kept.append(line)
            continue
        if opened := _OPEN.match(seen):
            stack.append((opened[1], _column(opened), bool(_INTERNAL.match(opened[2]))))
        if not any(internal for _, _, internal in stack) and not closed:
            kept.append(line)
    return "\n".join(kept)


def _column(strokes: re.Match[str]) -> int:
    return len(strokes.string[: strokes.start(1)].expandtabs(4))


def _without_headings(text: str) -> str:
    """The text up to a heading that would begin a section, and without smaller headings' parts that stay inside."""
    if "#" not in text and "<" not in text:
        return text
    kept: list[str] = []
    cut_at, column = 0, 0
    for line, seen in zip(text.split("\n"), without_samples(text).split("\n"), strict=True):
        if _INNER.match(seen) or _HTML_HEADING.search(seen):
            break
        if found := _HEADING.match(seen):
            level, said = len(found["level"]), _AUDIENCE.search(found["title"])
            # a heading in a list or quotation does not end what a heading outside it began
            if cut_at and level <= cut_at and found.start("level") <= column:
                cut_at = 0
            if not cut_at and said and said[1] not in ("client", "shared"):
                cut_at, column = level, found.start("level")
        if not cut_at:
            kept.append(line)
    return "\n".join(kept)


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


_PLAIN = frozenset({"id", "title", "name", "file", "logo"})
"""Fields that are shown as they were typed; so are the texts of a list. The others are Markdown."""


def each_text(spec: Mapping[str, Any], value: Any, *, plain: bool = False) -> Any:
    """A typed value with what stays inside cut in every text that is not an id of a record."""
    if isinstance(value, dict):
        return {
            key: each_text(spec.get("properties", {}).get(key, {}), item, plain=key in _PLAIN)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [each_text(spec.get("items", {}), item, plain=True) for item in value]
    if isinstance(value, str) and "x-ref" not in spec and "enum" not in spec and "format" not in spec:
        return cut_field(value, plain=plain)
    return value


def without_fences(text: str) -> str:
    """The text with fenced code blanked out, every character still in its place."""
    return _without_fences(text, _FENCE)


def without_code(text: str) -> str:
    """The text with fenced code and inline code blanked out, every character still in its place."""
    return _without_spans(without_fences(text))


def without_samples(text: str) -> str:
    """The text with every kind of code blanked out, in lists and quotations too, every character still in its place."""
    return _without_spans(_without_indented(_without_fences(text, _ANY_FENCE)))


def without_sure_code(text: str) -> str:
    """The text with that blanked out which is code however one reads it: what is only perhaps code stays.

    The end of a fence in a list looks like the beginning of one outside it.
    """
    if "`" not in text and "~~~" not in text:
        return text
    one, other = without_code(text), _without_spans(_without_fences(text, _ANY_FENCE))
    return one if one == other else "".join(a if a != " " else b for a, b in zip(one, other, strict=True))


def _without_fences(text: str, opening: re.Pattern[str]) -> str:
    if "```" not in text and "~~~" not in text:
        return text
    out, fence = [], ""
    for line in text.split("\n"):
        if fence:
            # a container's mark may stand before the end as it may before the beginning
            last = line.strip(" \t>")
            if last.startswith(fence) and not last.strip(fence[0]) and opening.match(line):
                fence = ""
            out.append(" " * len(line))
        elif mark := opening.match(line):
            fence = mark[1]
            out.append(" " * len(line))
        else:
            out.append(line)
    return "\n".join(out)


def _without_spans(text: str) -> str:
    if "`" not in text:
        return text
    out, start = [], 0
    for end in (*(found.start() for found in _UNIT.finditer(text)), len(text)):
        out.append(_without_spans_of(text[start:end]))
        start = end
    return "".join(out)


def _without_spans_of(unit: str) -> str:
    """One paragraph: a run of backticks opens code when a run as long follows, as in CommonMark."""
    runs = [found.span() for found in _TICKS.finditer(unit)]
    ends: dict[int, list[tuple[int, int]]] = {}
    for start, end in reversed(runs):
        ends.setdefault(end - start, []).append((start, end))
    out, last = [], 0
    for start, end in runs:
        if start < last:
            continue
        start += _is_escaped(unit, start)
        later = ends.get(end - start, [])
        while later and later[-1][0] < end:
            later.pop()
        if end > start and later:
            out += [unit[last:start], _NOT_NEWLINE.sub(" ", unit[start : later[-1][1]])]
            last = later[-1][1]
    return "".join([*out, unit[last:]])


def _is_escaped(text: str, at: int) -> bool:
    """Whether an odd number of backslashes stands before a place."""
    first = at
    while first and text[first - 1] == "\\":
        first -= 1
    return (at - first) % 2 == 1


def _without_indented(text: str) -> str:
    """The text with indented code blanked out. What belongs to a list, a note or a box is text, however indented."""
    if "\n    " not in text and "\t" not in text and not text.startswith("    "):
        return text
    out: list[str] = []
    after_blank, contained, code = True, False, False
    for line in text.split("\n"):
        if not line.strip():
            after_blank = True
            out.append(line)
            continue
        indented = line.startswith(("    ", "\t"))
        code = indented and not contained and (after_blank or code)
        if not indented and (after_blank or not contained):
            contained = _CONTAINER.match(line) is not None or (contained and line[0].isspace())
        after_blank = False
        out.append(" " * len(line) if code else line)
    return "\n".join(out)
