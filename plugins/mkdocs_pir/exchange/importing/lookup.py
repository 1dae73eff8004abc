"""The values that a rule of the mapping finds in a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from mkdocs_pir.exchange.importing.documents import EACH_KEY, RichText, SourceDocument, value_at
from mkdocs_pir.exchange.importing.mapping import Rule
from mkdocs_pir.exchange.importing.sections import normal
from mkdocs_pir.kb.frontmatter import CONTROL, Mark, Path

_LABEL = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?(?:\|[ \t]*(?P<cell>[^|\n]{1,80}?)[ \t]*\|[ \t]*(?P<beside>[^|\n]*?)[ \t]*(?:\||$)"
    r"|(?P<bold>\*\*|__)(?P<name>[^*_:\n]{1,80}?)[ \t]*(?::[ \t]*(?P=bold)|(?P=bold)[ \t]*:)[ \t]*(?P<value>.*?)[ \t\\]*$"
    r"|(?P<plain>[^\s|*_#>:][^|*_:\n]{0,60}?):[ \t]+(?P<text>\S.*?)[ \t\\]*$)",
    re.M,
)


@dataclass(frozen=True, slots=True)
class SourceValue:
    """A text of the source, its place, and the path of the value that held it (empty for any other source)."""

    text: str
    where: Mark
    path: Path = ()


def find(document: SourceDocument, rule: Rule) -> Iterator[SourceValue]:
    """What the first source of a rule that has something gives; nothing where a condition of the rule does not hold."""
    for key, pattern in rule.when.items():
        if not any(re.search(pattern, found.text, re.I) for found in of_key(document, key)):
            return
    for source in (*(_key(key) for key in rule.keys), _labelled, _after, _heading, _in_section, _in_text, _in_path):
        if texts := list(source(document, rule)):
            yield from texts
            return
    if rule.constant:
        yield SourceValue(rule.constant, document.where)


def _key(key: str) -> Callable[[SourceDocument, Rule], Iterator[SourceValue]]:
    return lambda document, rule: _matching(of_key(document, key), rule.pattern)


def _in_path(document: SourceDocument, rule: Rule) -> Iterator[SourceValue]:
    for pattern, text in ((rule.file, PurePosixPath(document.path).name), (rule.path, document.path)):
        if pattern and (hit := re.search(pattern, text)):
            yield SourceValue(_first_group(hit).strip(), document.where)
            return


def of_key(document: SourceDocument, key: str) -> Iterator[SourceValue]:
    """The texts that a key holds; `^` before it looks in the objects around the record, `*` is the record's own key."""
    if key.startswith("^"):
        for outer in document.outer:
            if found := [text for value, _ in value_at(outer, key.lstrip("^")) for text in _texts_of(value, ())]:
                yield from (SourceValue(text, document.where) for text, _ in found)
                return
        return
    if key == EACH_KEY and document.key and EACH_KEY not in document.data:
        yield SourceValue(document.key, document.where)
        return
    for value, path in value_at(document.data, key):
        for text, at in _texts_of(value, path):
            yield SourceValue(text, document.at(at), at)


def _texts_of(value: Any, path: Path) -> Iterator[tuple[str, Path]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts_of(item, (*path, index))
    elif isinstance(value, dict):
        return  # an object has no text of its own; what no rule names is kept under x-source
    elif value is not None and (text := clean(str(value)).strip()):
        yield RichText.of(text, value.html) if isinstance(value, RichText) else text, path


def clean(text: str) -> str:
    """The text without characters that no record may hold, since nobody sees them; line ends made `\\n`."""
    return CONTROL.sub("", re.sub(r"\r\n|[\r\u2028\u2029]", "\n", text)).replace("\ufeff", "")


def _labelled(document: SourceDocument, rule: Rule) -> Iterator[SourceValue]:
    held: dict[str, SourceValue] = {}
    for hit in _LABEL.finditer(document.text.text) if rule.labels else ():
        group = "beside" if hit["cell"] is not None else "value" if hit["name"] is not None else "text"
        if text := hit[group].strip().strip("*_").strip():
            where = place_in(document.text.text, hit.start(group), document.text.first_line)
            held.setdefault(normal(hit["cell"] or hit["name"] or hit["plain"] or ""), SourceValue(text, where))
    for label in rule.labels:
        if (found := held.get(normal(label))) and (texts := list(_matching([found], rule.pattern))):
            yield from texts
            return


_NEXT_LINE = re.compile(r"\s*([^\n]*)")


def _after(document: SourceDocument, rule: Rule) -> Iterator[SourceValue]:
    text = document.text.text
    for words in rule.after:
        for hit in _beginning(words).finditer(text):
            value = hit if hit[1].strip("*_| \t") else _NEXT_LINE.match(text, hit.end())
            found = (value[1] if value else "").strip("*_| \t\\")
            if value is not None and found:
                place = place_in(text, text.index(found, value.start(1)), document.text.first_line)
                if matching := list(_matching([SourceValue(found, place)], rule.pattern)):
                    yield from matching
                    return


@cache
def _beginning(words: str) -> re.Pattern[str]:
    """An expression for a line that begins with these words; its group is the rest of the line."""
    whole = r"[ \t]+".join(map(re.escape, words.split()))
    return re.compile(
        rf"^[ \t]*(?:[-*+>|#]+[ \t]*|__)*{whole}(?!\w)[ \t]*[*_]*[ \t]*(?:[:=|–—-]+(?=\s|\*|$))?([^\n]*)$", re.I | re.M
    )


def _in_text(document: SourceDocument, rule: Rule) -> Iterator[SourceValue]:
    if rule.text and (hit := _match(rule.text, document.text.text, rule)):
        group = 1 if hit.re.groups and hit[1] is not None else 0
        if text := clean(hit[group]).strip():
            yield SourceValue(text, place_in(document.text.text, hit.start(group), document.text.first_line))


def place_in(text: str, at: int, first_line: int) -> Mark:
    """The line and column of a place in a text that begins at a line."""
    return first_line + text.count("\n", 0, at), at - text.rfind("\n", 0, at)


def _heading(document: SourceDocument, rule: Rule) -> Iterator[SourceValue]:
    heading = document.text.title if rule.heading else None
    if heading is not None and heading.title:
        yield from _matching([SourceValue(heading.title, (heading.line, 1))], rule.pattern)


def _in_section(document: SourceDocument, rule: Rule) -> Iterator[SourceValue]:
    for section in document.text.sections if rule.section else ():
        if normal(section.title) != normal(rule.section) or not section.text.strip():
            continue
        if not rule.pattern:
            yield SourceValue(section.text.strip(), (section.first, 1))
            return
        if hit := _match(rule.pattern, section.text, rule):
            group = 1 if hit.re.groups and hit[1] is not None else 0
            yield SourceValue(hit[group].strip(), place_in(section.text, hit.start(group), section.first))
            return


def _match(pattern: str, text: str, rule: Rule) -> re.Match[str] | None:
    """The first or the last match in a text, as the rule says."""
    if rule.which == "first":
        return re.search(pattern, text, re.M)
    hit = None
    for hit in re.finditer(pattern, text, re.M):  # noqa: B007 -- the last one is wanted
        pass
    return hit


def _matching(found: Iterable[SourceValue], pattern: str) -> Iterator[SourceValue]:
    for one in found:
        if not pattern:
            yield one
        elif (hit := re.search(pattern, one.text, re.M)) and (text := _first_group(hit).strip()):
            yield replace(one, text=text)


def _first_group(hit: re.Match[str]) -> str:
    return hit[1] if hit.re.groups and hit[1] is not None else hit[0]


def translated(text: str, values: Mapping[str, str]) -> str | None:
    """Our word for the source's, whatever its case; None when the mapping has none."""
    folded = {same_word(theirs): ours for theirs, ours in values.items()}
    return folded.get(same_word(text))


def same_word(text: str) -> str:
    """The form in which two words of a source are compared."""
    return " ".join(text.split()).casefold()
