"""The fields of a report from one document: values by the rules of the mapping, typed by the report's own schema."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mkdocs_pir.exchange.importing import conversions, lookup
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.lookup import Found, find, of_key, same_word, translated
from mkdocs_pir.exchange.importing.mapping import REQUIRED, ImportMapping, Rule
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import Mark, Path
from mkdocs_pir.kb.graph import same_id
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.known_names import KnownNames
from mkdocs_pir.kb.problem import Problem, did_you_mean

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TIMES = ("times.impact_start", "times.detected", "times.acknowledged", "times.mitigated", "times.resolved")
_MAKES = ("service", "client")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record that the report refers to and that is to be made if there is none."""

    kind: str
    id: str
    name: str


class Known:
    """The ids of the knowledge base and those that the import adds, with their kinds: no id is used for two.

    Clients and services are known by their names and aliases too, so that none is made a second time.
    """

    def __init__(self, entries: Collection[RecordFile]) -> None:
        self._kinds = {same_id(entry.id): entry.kind for entry in entries}
        self.names = KnownNames(entries)

    def has(self, id_: str, kinds: Collection[str]) -> bool:
        """Whether there is a record of this id and of one of these kinds."""
        return self._kinds.get(same_id(id_)) in kinds

    def take(self, id_: str, kind: str) -> str:
        """Have an id used for a record of a kind. Returns the kind that has it."""
        return self._kinds.setdefault(same_id(id_), kind)


@dataclass(slots=True)
class Reading:
    """One document, read: the fields, what is kept as a note, and everything that has to be said about it.

    `outcome` says of each field how it was filled: `mapped`, `defaulted`, `kept as a note` or `nothing`; `assumed`
    counts the times that took the mapping's zone.
    """

    data: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    wanted: list[Wanted] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    outcome: dict[str, str] = field(default_factory=dict)
    assumed: Counter[str] = field(default_factory=Counter)
    used: set[Path] = field(default_factory=set)

    @property
    def usable(self) -> bool:
        """Whether a report can be written from it."""
        return not any(p.severity == "error" for p in self.problems)


def time_zone(document: SourceDocument, mapping: ImportMapping) -> ZoneInfo | None:
    """The zone of the document's times without an offset: what it says itself, else what the mapping declares."""
    rule = mapping.timezone_from
    for found in find(document, rule) if rule is not None else ():
        if zone := translated(found.text, rule.values):  # type: ignore[union-attr]
            return ZoneInfo(zone)
    return mapping.zone


def read_fields(document: SourceDocument, mapping: ImportMapping, mask: Mask, known: Known) -> Reading:
    """Apply the rules for a report's fields to one document.

    `known` are the ids that there are, so that no report refers to nothing.
    """
    reader = Reader(document, mapping, mask, known, "pir", mapping.fields)
    reader.read()
    reader.order_times()
    return reader.out


def keep_the_rest(document: SourceDocument, mapping: ImportMapping, reading: Reading, mask: Mask) -> None:
    """Put what no rule read into the notes; what had to be shortened is said."""
    reading.notes = lookup.notes(document.data, reading.used, mapping.ignore, mask)
    for key, length in lookup.shortened(reading.notes):
        message = f"the value of '{key}' has {length:,} characters; its beginning is kept"
        hint = "name it in 'body' of the mapping to have all of it as text"
        reading.problems.append(Problem.of("PIR704", document.path, document.at((key,)), message, hint))


class Reader:
    """Reads the values of one kind of record or register row. Nothing is dropped or assumed without saying so."""

    def __init__(
        self,
        document: SourceDocument,
        mapping: ImportMapping,
        mask: Mask,
        known: Known,
        kind: str,
        rules: Mapping[str, Rule],
    ) -> None:
        self.known = known
        self.document = document
        self.mapping = mapping
        self.mask = mask
        self.kind = kind
        self.rules = rules
        self.zone = time_zone(document, mapping)
        self.out = Reading()
        self.places: dict[str, Found] = {}

    def read(self) -> None:
        """Apply every rule."""
        for name, rule in self.rules.items():
            values = list(self._values(name, rule))
            if values:
                self._put(name, values if self._is_list(name) else values[0])
                self.out.outcome.setdefault(name, "mapped")
            elif name not in self.out.outcome:
                self.out.outcome[name] = "nothing"
                self._say_nothing(name, rule)

    def _say_nothing(self, name: str, rule: Rule) -> None:
        if name in REQUIRED and self.kind == "pir":
            hint = f"give the rule of '{name}' a default or another source in the mapping"
            if name == "client":
                hint += ", or say --client"
            self._tell("PIR703", self.document.where, f"there is nothing for '{name}'", hint)
        elif not self.document.record:
            # of a table or list the report counts them: an empty cell is no mistake
            where = next((f.where for key in rule.keys for f in of_key(self.document, key)), None)
            where = where or next((self.document.at((key,)) for key in rule.keys if key in self.document.data), None)
            message = f"the source says nothing for '{name}'"
            self._tell("PIR708", where or self.document.where, message, "the report comes in without it")

    def _tell(self, code: str, where: Mark, message: str, hint: str) -> None:
        self.out.problems.append(Problem.of(code, self.document.path, where, message, hint))

    def _note(self, found: Found, name: str, why: str, hint: str) -> None:
        """Say that a value could not be used; a value of a key is kept under x-source, any other stays in the text."""
        self._tell("PIR705", found.where, f"{why} ({name})", f"{hint}; it is kept as it was written")
        self.out.outcome[name] = "kept as a note"
        self.out.used.discard(found.path)

    def _values(self, name: str, rule: Rule) -> Iterator[Any]:
        found = list(find(self.document, rule))
        self.out.used.update(f.path for f in found if f.path)
        ignored = {same_word(word) for word in rule.ignore}
        found = [f for f in found if same_word(f.text) not in ignored]
        if rule.split:
            found = [
                Found(part.strip(), f.where, f.path) for f in found for part in f.text.split(rule.split) if part.strip()
            ]
        if not found and rule.default:
            self.out.outcome[name] = "defaulted"
            if not self.document.record:
                message = f"'{name}' took its default '{rule.default}'"
                self._tell("PIR706", self.document.where, message, "check that this is true")
            found = [Found(rule.default, self.document.where)]
        single = not self._is_list(name)
        if single and len(found) > 1:
            for extra in found[1:]:
                self._note(extra, name, f"the second value '{_short(extra.text)}' is not used", "a report has one")
            self.out.outcome.pop(name)
        seen = set()
        for one in found[:1] if single else found:
            value = self._value(name, rule, one)
            if value is not None and value not in seen:
                seen.add(value)
                self.places.setdefault(name, one)
                yield value

    def _value(self, name: str, rule: Rule, found: Found) -> Any:
        text = found.text
        if rule.values and (text := translated(found.text, rule.values) or "") == "":
            if found.text in rule.values.values():
                text = found.text
            else:
                hint = f"add '{_short(found.text)}' to the 'values' of '{name}' in the mapping"
                self._note(found, name, f"the mapping has no word for '{_short(found.text)}'", hint)
                return None
        try:
            return self._typed(name, rule, text, found)
        except conversions.Rejected as error:
            if name in REQUIRED and self.kind == "pir":
                self.out.outcome[name] = "nothing"
                self._tell("PIR703", found.where, error.message, error.hint)
            else:
                self._note(found, name, error.message, error.hint)
            return None

    def _typed(self, name: str, rule: Rule, text: str, found: Found) -> Any:
        wanted = self._schema_of(name)
        if name == "id" and self.kind == "pir":
            return conversions.record_id(text, rule.prefix)
        if wanted.get("format") == "date-time":
            return self._moment(name, text, found)
        if kinds := wanted.get("x-ref"):
            return self._reference(rule, text, found, kinds)
        if (known := wanted.get("enum")) and text not in known:
            hint = did_you_mean(text, known) or f"it is one of {', '.join(known)}"
            raise conversions.Rejected(f"'{_short(text)}' is no {wanted['title'].lower()}", hint)
        if wanted.get("type") == "integer":
            if not re.fullmatch(r"\d{1,12}", text):
                raise conversions.Rejected(f"'{_short(text)}' is not a whole number", "correct the source")
            return int(text)
        if wanted.get("type") == "boolean":
            if same_word(text) not in ("true", "yes", "false", "no"):
                raise conversions.Rejected(f"'{_short(text)}' is neither true nor false", "translate it in 'values'")
            return same_word(text) in ("true", "yes")
        if wanted.get("format") == "uri" and not re.match(r"https?://[^\s<>\"]+$", text):
            raise conversions.Rejected(f"'{_short(text)}' is not an address", "correct the source")
        line = conversions.plain(self.mask(text))
        if not line:
            raise conversions.Rejected("nothing is left of it as plain text", "correct the source")
        return conversions.cut(line, wanted["maxLength"]) if "maxLength" in wanted else line

    def _moment(self, name: str, text: str, found: Found) -> str:
        moment = conversions.instant(text, self.zone, self.mapping.time_formats)
        if moment.assumed:
            self.out.assumed[str(self.zone)] += 1
            if not self.document.record:
                message = f"'{text}' was read as {self.zone} time, as the mapping says"
                self._tell("PIR706", found.where, message, "check that the source means this zone")
        return moment.written()

    def _reference(self, rule: Rule, text: str, found: Found, kinds: Sequence[str]) -> str:
        kind = kinds[0]
        # a prefix says that the source's names are its own
        if kind in _MAKES and not rule.prefix and (found_id := self.known.names.find(kind, text)):
            return found_id
        id_ = "-".join(filter(None, (rule.prefix, conversions.slug(text) if rule.slug else text)))
        if not id_:
            raise conversions.Rejected(f"no id can be made of '{_short(text)}'", "give it one in 'values'")
        if kind in _MAKES and not _SLUG.fullmatch(id_):
            hint = "set 'slug: true' in its rule, or give it an id in 'values'"
            raise conversions.Rejected(f"'{_short(id_)}' is not the id of a {kind}", hint)
        if not (kind in _MAKES and rule.create) and not self.known.has(id_, kinds):
            hint = "make its record, or give the id of another in 'values'"
            raise conversions.Rejected(f"there is no {kind} '{_short(id_)}'", hint)
        if kind in _MAKES and rule.create:
            name = rule.name or " ".join(self.mask(found.text).split())
            if there := self.known.names.find(kind, id_, *([] if rule.prefix else [name])):
                return there
            if (other := self.known.take(id_, kind)) != kind:
                hint = "give it another id in 'values', or a 'prefix'"
                raise conversions.Rejected(
                    f"'{_short(id_)}' is the id of a {other} already, and cannot be a {kind}'s", hint
                )
            self.out.wanted.append(Wanted(kind, id_, name))
        return id_

    def _put(self, name: str, value: Any) -> None:
        outer, _, inner = name.partition(".")
        if inner:
            self.out.data.setdefault(outer, {})[inner] = value
        else:
            self.out.data[outer] = value

    def order_times(self) -> None:
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

    def _schema_of(self, name: str) -> Mapping[str, Any]:
        """The schema of one value of a field; for a list, of an item."""
        found: Any = schema.load(self.kind)
        for step in name.split("."):
            found = found["properties"][step]
        return found["items"] if found.get("type") == "array" else found  # type: ignore[no-any-return]

    def _is_list(self, name: str) -> bool:
        outer = schema.load(self.kind)["properties"][name.partition(".")[0]]
        return bool(outer.get("type") == "array")


def _short(text: str) -> str:
    return conversions.cut(" ".join(text.split()), 80)
