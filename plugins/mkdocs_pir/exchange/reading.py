"""What a mapping's rules find in one document of the source: values of a report, each with the place it came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from mkdocs_pir.exchange import transform
from mkdocs_pir.exchange.mapping import REQUIRED, ImportMapping, Rule
from mkdocs_pir.exchange.sections import normal
from mkdocs_pir.exchange.sources import SourceDocument, mark_of, value_at
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import Mark
from mkdocs_pir.kb.model import Section
from mkdocs_pir.kb.problem import Problem, did_you_mean

LONGEST_TITLE = 200

_FIRST = (1, 1)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TIMES = ("times.impact_start", "times.detected", "times.acknowledged", "times.mitigated", "times.resolved")


@dataclass(frozen=True, slots=True)
class Found:
    """A text of the source, its place, and the front-matter key that held it (empty for any other source)."""

    text: str
    where: Mark
    key: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record that the report refers to and that is to be made if there is none."""

    kind: str
    id: str
    name: str


@dataclass(slots=True)
class Reading:
    """One document, read: the report's fields, what is kept as a note, and everything that has to be said about it."""

    data: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    wanted: list[Wanted] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether a report can be written from it."""
        return not any(p.severity == "error" for p in self.problems)


def read_fields(
    document: SourceDocument, mapping: ImportMapping, mask: transform.Mask, exists: Callable[[str], bool]
) -> Reading:
    """Apply every rule of the mapping to one document. Nothing is dropped or assumed without a problem that says so.

    `exists` says whether the knowledge base has a record of this id, so that no report refers to nothing.
    """
    return _Reader(document, mapping, mask, exists).read()


def time_zone(document: SourceDocument, mapping: ImportMapping) -> ZoneInfo | None:
    """The zone of the document's times without an offset: what it says itself, else what the mapping declares."""
    rule = mapping.timezone_from
    for found in _sources(document, rule) if rule is not None else ():
        if zone := _ours(found.text, rule.values):  # type: ignore[union-attr]
            return ZoneInfo(zone)
    return mapping.zone


class _Reader:
    def __init__(
        self, document: SourceDocument, mapping: ImportMapping, mask: transform.Mask, exists: Callable[[str], bool]
    ) -> None:
        self.exists = exists
        self.document = document
        self.mapping = mapping
        self.mask = mask
        self.zone = time_zone(document, mapping)
        self.out = Reading()
        self.places: dict[str, Found] = {}
        self.used: set[str] = set()

    def read(self) -> Reading:
        for name, rule in self.mapping.fields.items():
            self.used.update(rule.keys)
            values = list(self._values(name, rule))
            if values:
                self._put(name, values if _is_list(name) else values[0])
            elif name in REQUIRED:
                hint = f"give the rule of '{name}' a default or another source in the mapping"
                self._tell("PIR703", _FIRST, f"there is nothing for '{name}'", hint)
            elif not any(p.message.endswith(f"({name})") for p in self.out.problems):
                key = next((key for key in rule.keys if value_at(self.document, key)), "")
                where = mark_of(self.document, (key,)) if key else _FIRST
                self._tell("PIR708", where, f"the source says nothing for '{name}'", "the report comes in without it")
        self._order_times()
        self._keep_the_rest()
        return self.out

    def _tell(self, code: str, where: Mark, message: str, hint: str) -> None:
        self.out.problems.append(Problem.of(code, self.document.path, where, message, hint))

    def _note(self, found: Found, name: str, why: str, hint: str) -> None:
        """Say that a value could not be used; a value of a key is kept under x-source, any other stays in the text."""
        self._tell("PIR705", found.where, f"{why} ({name})", f"{hint}; it is kept as it was written")
        if found.key:
            self.used.discard(found.key)

    def _values(self, name: str, rule: Rule) -> Iterator[Any]:
        found = [f for f in _sources(self.document, rule) if _folded(f.text) not in map(_folded, rule.ignore)]
        if rule.split:
            found = [
                Found(part.strip(), f.where, f.key) for f in found for part in f.text.split(rule.split) if part.strip()
            ]
        if not found and rule.default:
            self._tell("PIR706", _FIRST, f"'{name}' took its default '{rule.default}'", "check that this is true")
            found = [Found(rule.default, _FIRST)]
        if len(found) > 1 and not _is_list(name):
            for extra in found[1:]:
                self._note(extra, name, f"the second value '{_short(extra.text)}' is not used", "a report has one")
        seen = set()
        for one in found if _is_list(name) else found[:1]:
            value = self._value(name, rule, one)
            if value is not None and value not in seen:
                seen.add(value)
                self.places.setdefault(name, one)
                yield value

    def _value(self, name: str, rule: Rule, found: Found) -> Any:
        text = found.text
        if rule.values and not (text := _ours(found.text, rule.values) or ""):
            if found.text in rule.values.values():
                text = found.text
            else:
                hint = f"add '{_short(found.text)}' to the 'values' of '{name}' in the mapping"
                self._note(found, name, f"the mapping has no word for '{_short(found.text)}'", hint)
                return None
        try:
            return self._typed(name, rule, text, found)
        except transform.Rejected as error:
            if name in REQUIRED:
                self._tell("PIR703", found.where, error.message, error.hint)
            else:
                self._note(found, name, error.message, error.hint)
            return None

    def _typed(self, name: str, rule: Rule, text: str, found: Found) -> Any:
        wanted = _schema_of(name)
        if name == "id":
            return transform.record_id(text, rule.prefix)
        if wanted.get("format") == "date-time":
            moment = transform.instant(text, self.zone, self.mapping.time_formats)
            if moment.assumed:
                message = f"'{text}' was read as {self.zone} time, as the mapping says"
                self._tell("PIR706", found.where, message, "check that the source means this zone")
            return moment.written()
        if kinds := wanted.get("x-ref"):
            id_ = "-".join(filter(None, (rule.prefix, transform.slug(text) if rule.slug else text)))
            if not id_:
                raise transform.Rejected(f"no id can be made of '{_short(text)}'", "give it one in 'values'")
            makes = kinds[0] in ("service", "client")
            if makes and not _SLUG.fullmatch(id_):
                hint = "set 'slug: true' in its rule, or give it an id in 'values'"
                raise transform.Rejected(f"'{_short(id_)}' is not the id of a {kinds[0]}", hint)
            if not (makes and rule.create) and not self.exists(id_):
                hint = "make its record, or give the id of another in 'values'"
                raise transform.Rejected(f"there is no {kinds[0]} '{id_}'", hint)
            if makes and rule.create:
                self.out.wanted.append(Wanted(kinds[0], id_, rule.name or self.mask(found.text)))
            return id_
        if (known := wanted.get("enum")) and text not in known:
            hint = did_you_mean(text, known) or f"it is one of {', '.join(known)}"
            raise transform.Rejected(f"'{_short(text)}' is no {wanted['title'].lower()}", hint)
        if wanted.get("type") == "integer":
            if not re.fullmatch(r"\d{1,12}", text):
                raise transform.Rejected(f"'{_short(text)}' is not a whole number", "correct the source")
            return int(text)
        if wanted.get("type") == "boolean":
            if _folded(text) not in ("true", "yes", "false", "no"):
                raise transform.Rejected(f"'{_short(text)}' is neither true nor false", "translate it in 'values'")
            return _folded(text) in ("true", "yes")
        if wanted.get("format") == "uri" and not re.match(r"https?://\S+$", text):
            raise transform.Rejected(f"'{_short(text)}' is not an address", "correct the source")
        line = transform.plain(self.mask(text))
        if not line:
            raise transform.Rejected("nothing is left of it as plain text", "correct the source")
        return transform.cut(line, LONGEST_TITLE) if name == "title" else line

    def _put(self, name: str, value: Any) -> None:
        outer, _, inner = name.partition(".")
        if inner:
            self.out.data.setdefault(outer, {})[inner] = value
        else:
            self.out.data[outer] = value

    def _order_times(self) -> None:
        """A time before an earlier step's is kept as a note: which of the two is wrong, only the author knows."""
        times = self.out.data.get("times", {})
        latest: tuple[datetime, str] | None = None
        for name in _TIMES:
            step = name.partition(".")[2]
            if step not in times:
                continue
            at = datetime.fromisoformat(times[step])
            if latest is None or at >= latest[0]:
                latest = (at, step)
                continue
            found = self.places[name]
            why = f"the time of '{step}', {found.text}, is before that of '{latest[1]}', {times[latest[1]]}"
            self._note(found, name, why, "correct the source")
            del times[step]
        if not times:
            self.out.data.pop("times", None)

    def _keep_the_rest(self) -> None:
        for key, value in self.document.data.items():
            if key in self.mapping.ignore or key in self.used:
                continue
            if any(used.startswith(f"{key}.") for used in self.used):
                value = _without(value, [u.split(".")[1:] for u in self.used if u.startswith(f"{key}.")])
            if (kept := _masked(value, self.mask)) not in ("", [], {}):
                self.out.notes[key] = kept


def _sources(document: SourceDocument, rule: Rule) -> Iterator[Found]:
    """What the first source of a rule that has something gives."""
    for key in rule.keys:
        if held := value_at(document, key):
            texts = list(_matching(_texts(document, held[0], held[1], key), rule.pattern))
            if texts:
                yield from texts
                return
    if rule.heading and document.heading is not None and document.heading.title.strip():
        yield from _matching([Found(document.heading.title.strip(), (document.heading.line, 1))], rule.pattern)
    elif rule.section and (found := _in_section(document, rule)) is not None:
        yield found
    elif (rule.file and (hit := re.search(rule.file, PurePosixPath(document.path).name))) or (
        rule.path and (hit := re.search(rule.path, document.path))
    ):
        yield Found(_first_group(hit).strip(), _FIRST)
    elif rule.constant:
        yield Found(rule.constant, _FIRST)


def _in_section(document: SourceDocument, rule: Rule) -> Found | None:
    wanted = normal(rule.section)
    for section in document.sections:
        if normal(section.title) != wanted or not section.text.strip():
            continue
        if not rule.pattern:
            return Found(section.text.strip(), (text_line(document, section), 1))
        if hit := re.search(rule.pattern, section.text, re.M):
            group = 1 if hit.re.groups and hit[1] is not None else 0
            line = text_line(document, section) + section.text.count("\n", 0, hit.start(group))
            column = hit.start(group) - (section.text.rfind("\n", 0, hit.start(group)) + 1) + 1
            return Found(hit[group].strip(), (line, column))
    return None


def text_line(document: SourceDocument, section: Section) -> int:
    """The line of the file on which a section's text begins: the blank lines below its heading are not part of it."""
    lines = document.body.split("\n")
    first = section.text.split("\n", 1)[0]
    start = section.line - document.body_line + 1
    return next((document.body_line + n for n in range(start, len(lines)) if lines[n] == first), section.line + 1)


def _texts(document: SourceDocument, value: Any, path: tuple[str | int, ...], key: str) -> Iterator[Found]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(document, item, (*path, index), key)
    elif isinstance(value, dict):
        return  # a mapping has no text of its own; what no rule names is kept under x-source
    elif value is not None and str(value).strip():
        yield Found(str(value).strip(), mark_of(document, path), key)


def _matching(found: Iterable[Found], pattern: str) -> Iterator[Found]:
    for one in found:
        if not pattern:
            yield one
        elif hit := re.search(pattern, one.text, re.M):
            yield Found(_first_group(hit).strip(), one.where, one.key)


def _first_group(hit: re.Match[str]) -> str:
    return hit[1] if hit.re.groups and hit[1] is not None else hit[0]


def _schema_of(name: str) -> Mapping[str, Any]:
    """The schema of one value of a field; for a list, of an item."""
    found: Any = schema.load("pir")
    for step in name.split("."):
        found = found["properties"][step]
    return found["items"] if found.get("type") == "array" else found  # type: ignore[no-any-return]


def _is_list(name: str) -> bool:
    outer = schema.load("pir")["properties"][name.partition(".")[0]]
    return bool(outer.get("type") == "array")


def _ours(text: str, values: Mapping[str, str]) -> str | None:
    folded = {_folded(theirs): ours for theirs, ours in values.items()}
    return folded.get(_folded(text))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _short(text: str) -> str:
    return transform.cut(" ".join(text.split()), 80)


def _without(value: Any, paths: Sequence[Sequence[str]]) -> Any:
    if not isinstance(value, dict):
        return value
    out = {}
    for key, item in value.items():
        inner = [p[1:] for p in paths if p and p[0] == key]
        if [] not in [list(p) for p in inner]:
            out[key] = _without(item, inner) if inner else item
    return out


def _masked(value: Any, mask: transform.Mask) -> Any:
    """A value of the source as plain texts, lists and mappings, with what the mapping masks taken out."""
    if isinstance(value, dict):
        return {str(key): _masked(item, mask) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, mask) for item in value]
    return "" if value is None else mask(str(value))
