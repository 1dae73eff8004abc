"""Reading the fields of a review from one document: values by the rules of the mapping, typed by the schema."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mkdocs_pir.exchange.importing.conversions import DayOnly, Rejected, cut, plain, record_id
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.incoming_record import (
    DEFAULTED,
    MAPPED,
    NOTED,
    NOTHING,
    IncomingRecord,
    MissingRecord,
)
from mkdocs_pir.exchange.importing.incoming_times import DAYS, IncomingTimes
from mkdocs_pir.exchange.importing.lookup import SourceValue, find, of_key, same_word, translated
from mkdocs_pir.exchange.importing.mapping import REQUIRED, ImportMapping, Rule
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.exchange.importing.updates import of_state
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import Mark
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.known_names import KnownNames
from mkdocs_pir.kb.naming import slug
from mkdocs_pir.kb.problem import did_you_mean
from mkdocs_pir.kb.references import same_id

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CAUSE = re.compile(rf"{_SLUG.pattern}(?:/{_SLUG.pattern})?")

_MAKES = ("service", "client", "cause")


class KnownRecords:
    """The ids of the knowledge base and those that the import adds, with their kinds: no id is used for two.

    Clients, services and causes are known by their names and aliases too, so that none is made a second time.
    """

    def __init__(self, entries: Collection[RecordFile]) -> None:
        self._kinds = {same_id(entry.id): entry.kind for entry in entries}
        self.names = KnownNames(entries)
        for entry in entries:
            if entry.kind == "cause":
                self.names.add("cause", entry.id, [entry.data.get("name")])

    def has(self, id_: str, kinds: Collection[str]) -> bool:
        """Whether there is a record of this id and of one of these kinds."""
        return self._kinds.get(same_id(id_)) in kinds

    def take(self, id_: str, kind: str) -> str:
        """Have an id used for a record of a kind. Returns the kind that has it."""
        return self._kinds.setdefault(same_id(id_), kind)


def read_fields(document: SourceDocument, mapping: ImportMapping, mask: Mask, known: KnownRecords) -> IncomingRecord:
    """Apply the rules for a report's fields to one document.

    `known` are the ids that there are, so that no report refers to nothing.
    """
    reader = Reader(document, mapping, mask, known, "pir", mapping.fields)
    reader.read()
    reader.move_times()
    reader.count_durations()
    reader.times.put_in_order()
    reader.out.places = {name: value.where for name, value in reader.times.places.items()}
    return reader.out


@dataclass(slots=True)
class Reader:
    """Reads the values of one kind of record or register row. Nothing is dropped or assumed without saying so."""

    document: SourceDocument
    mapping: ImportMapping
    mask: Mask
    known: KnownRecords
    kind: str
    rules: Mapping[str, Rule]
    out: IncomingRecord = field(init=False)
    times: IncomingTimes = field(init=False)

    def __post_init__(self) -> None:
        self.out = IncomingRecord(self.document)
        self.times = IncomingTimes(self.document, self.mapping, self.out, self._note)

    def read(self) -> None:
        """Apply every rule."""
        for name, rule in self.rules.items():
            outer, _, inner = name.partition(".")
            spec = schema.load(self.kind)["properties"][outer]
            many = spec.get("type") == "array"
            spec = spec["items"] if many else spec["properties"][inner] if inner else spec
            if rule.duration is not None and not any(True for _ in self._sources(rule)):
                continue  # it is counted from another time, once that is read
            values = [
                value for found in self._found(name, rule, many=many) for value in self._value(name, rule, spec, found)
            ]
            if values:
                value = list(dict.fromkeys(values)) if many else values[0]
                (self.out.data.setdefault(outer, {}) if inner else self.out.data)[inner or outer] = value
                self.out.outcome.setdefault(name, MAPPED)
            elif name not in self.out.outcome:
                self.out.outcome[name] = NOTHING
                if not rule.or_time and name not in ("times.began_on", "times.resolved_on"):
                    self._say_nothing(name, rule)

    def _say_nothing(self, name: str, rule: Rule) -> None:
        if name == "title" and "id" in self.out.data:
            self._title_from_id(self.document.where, "there is no value for 'title'")
            return
        if self._is_needed(name):
            hint = f"in the mapping, give '{name}' a default or another field of the source"
            hint += ", or give --client" if name == "client" else ""
            self.out.report("PIR703", self.document.where, f"there is no value for '{name}'", hint, name)
        elif not self.document.record:
            # of a table or list the report counts them: an empty cell is no mistake
            where = next((f.where for key in rule.keys for f in of_key(self.document, key)), None)
            where = where or next((self.document.at((key,)) for key in rule.keys if key in self.document.data), None)
            message = f"the source has no value for '{name}'"
            self.out.report("PIR708", where or self.document.where, message, "the review is imported without it", name)

    def _title_from_id(self, where: Mark, why: str) -> None:
        """A review without a title has its id as one, and is named."""
        self.out.data["title"] = self.out.data["id"]
        self.out.outcome["title"] = DEFAULTED
        hint = "the review has its id as title; correct the source, or give 'title' another field of it"
        self.out.report("PIR705", where, f"{why} (title)", hint, "title")

    def _is_needed(self, name: str) -> bool:
        return name in REQUIRED and self.kind == "pir"

    def _note(self, found: SourceValue, name: str, why: str, hint: str) -> None:
        """Say that a value could not be used; a value of a key is kept under x-source, any other stays in the text."""
        hint = f"{hint}; the value is kept as it was written"
        self.out.report("PIR705", found.where, f"{why} ({name})", hint, name)
        self.out.outcome[name] = NOTED
        self.out.used.discard(found.path)

    def _sources(self, rule: Rule) -> list[SourceValue]:
        """What the source has for a rule: by its places, or by the states of its updates."""
        found = list(find(self.document, rule))
        return found or (list(of_state(self.document, self.mapping, rule)) if rule.states else [])

    def _found(self, name: str, rule: Rule, *, many: bool) -> Sequence[SourceValue]:
        """What the source, or the rule's default, says for a field; of a single one no more than one text."""
        found = self._sources(rule)
        self.out.used.update(f.path for f in found if f.path)
        ignored = {same_word(word) for word in rule.ignore}
        found = [f for f in found if same_word(f.text) not in ignored]
        if rule.split:
            parts = ((f, part.strip()) for f in found for part in f.text.split(rule.split))
            found = [SourceValue(part, f.where, f.path) for f, part in parts if part]
        if not found and rule.default:
            self.out.outcome[name] = DEFAULTED
            if not self.document.record:
                message = f"'{name}' took its default '{rule.default}'"
                self.out.report("PIR706", self.document.where, message, "check that this is true", name)
            return [SourceValue(rule.default, self.document.where)]
        if many or len(found) < 2:
            return found
        for extra in found[1:]:
            self._note(extra, name, f"the second value '{_short(extra.text)}' is not used", "a review has only one")
        del self.out.outcome[name]
        return found[:1]

    def _value(self, name: str, rule: Rule, spec: Mapping[str, Any], found: SourceValue) -> Iterator[Any]:
        """The value of a text, none where it cannot be used."""
        text = translated(found.text, rule.values) or "" if rule.values else found.text
        if rule.values and not text and found.text in rule.values.values():
            text = found.text
        elif rule.values and not text:
            hint = f"add '{_short(found.text)}' to the 'values' of '{name}' in the mapping"
            self._note(found, name, f"the mapping has no translation for '{_short(found.text)}'", hint)
            return
        try:
            yield self._typed(name, rule, spec, text, found)
        except DayOnly as error:
            if spec.get("format") == "time-or-day":
                yield error.day.isoformat()
            elif name in DAYS:
                self.times.keep_day(name, error.day, found)
            else:
                self._note(found, name, error.message, error.hint)
        except Rejected as error:
            if name == "title" and self.kind == "pir" and "id" in self.out.data:
                self._title_from_id(found.where, error.message)
                self.out.used.discard(found.path)
            elif self._is_needed(name):
                self.out.outcome[name] = NOTHING
                self.out.report("PIR703", found.where, error.message, error.hint, name)
            else:
                self._note(found, name, error.message, error.hint)

    def _typed(self, name: str, rule: Rule, spec: Mapping[str, Any], text: str, found: SourceValue) -> Any:
        shown = f"'{_short(text)}'"
        if name == "id" and self.kind == "pir":
            return record_id(text, rule.prefix)
        if spec.get("format") in ("date-time", "time-or-day"):
            return self.times.moment(name, rule, text, found)
        if spec.get("format") == "date":
            return self.times.day(name, text, found)
        if kinds := spec.get("x-ref"):
            return self._reference(rule, text, found, kinds)
        if (known := spec.get("enum")) and text not in known:
            hint = did_you_mean(text, known) or f"write one of {', '.join(known)}"
            raise Rejected(f"{shown} is no {spec['title'].lower()}", hint)
        if spec.get("type") == "integer":
            if not re.fullmatch(r"\d{1,12}", text):
                raise Rejected(f"{shown} is not a whole number", "correct the source")
            return int(text)
        if spec.get("type") == "boolean":
            if same_word(text) not in ("true", "yes", "false", "no"):
                raise Rejected(f"{shown} is neither true nor false", "translate it in 'values'")
            return same_word(text) in ("true", "yes")
        if spec.get("format") == "uri" and not re.match(r"https?://[^\s<>\"]+$", text):
            raise Rejected(f"{shown} is not an address", "correct the source")
        line = plain(self.mask(text))
        if not line:
            raise Rejected("nothing is left of it as plain text", "correct the source")
        return cut(line, spec["maxLength"]) if "maxLength" in spec else line

    def move_times(self) -> None:
        """Let a time stand for an earlier one that the source does not have, where the rule of that says so."""
        for name, rule in self.rules.items():
            counted = rule.duration is not None and any(True for _ in find(self.document, rule.duration))
            if rule.or_time and not counted and self.times.move(name, rule.or_time):
                self.out.outcome[name], self.out.outcome[f"times.{rule.or_time}"] = DEFAULTED, NOTHING

    def count_durations(self) -> None:
        """The times that a duration leads to, from a time that was read."""
        for name, rule in self.rules.items():
            if rule.duration is None or name in self.out.outcome:
                continue
            if (found := next(find(self.document, rule.duration), None)) is not None:
                self.out.used.update([found.path] if found.path else [])
                self.times.count(name, rule.duration, found)
            else:
                self.out.outcome[name] = NOTHING
                self._say_nothing(name, rule)

    def _reference(self, rule: Rule, text: str, found: SourceValue, kinds: Sequence[str]) -> str:
        kind = kinds[0]
        # a prefix says that the source's names are its own
        if kind in _MAKES and not rule.prefix and (found_id := self.known.names.find(kind, text)):
            return found_id
        id_ = _reference_id(kind, rule, text)
        shown = f"'{_short(id_)}'"
        if not id_:
            raise Rejected(f"no id can be made of '{_short(text)}'", "give it one in 'values'")
        if kind in _MAKES and not (_CAUSE if kind == "cause" else _SLUG).fullmatch(id_):
            raise Rejected(
                f"{shown} is not the id of a {kind}", "set 'slug: true' in its rule, or give it an id in 'values'"
            )
        if kind in _MAKES and rule.create:
            words = found.text.partition("/")[2] or found.text if kind == "cause" else found.text
            name = cut(rule.name or " ".join(self.mask(words).split()), _longest_name(kind))
            if there := self.known.names.find(kind, id_, *([] if rule.prefix else [name])):
                return there
            if (other := self.known.take(id_, kind)) != kind:
                message = f"{shown} is the id of a {other} already, and cannot be a {kind}'s"
                raise Rejected(message, "give it another id in 'values', or a 'prefix'")
            self.out.wanted.append(MissingRecord(kind, id_, name))
        elif not self.known.has(id_, kinds):
            raise Rejected(f"there is no {kind} {shown}", "make its record, or give the id of another in 'values'")
        return id_


def _longest_name(kind: str) -> int:
    """How many characters the name of a record that is made may have."""
    return int(schema.load(kind)["properties"]["name"].get("maxLength", 120))


def _reference_id(kind: str, rule: Rule, text: str) -> str:
    """The id that a text stands for, empty if none; a cause's is its family, which the prefix may be, a slash and a name."""
    parts = text.split("/", 1) if kind == "cause" else [text]
    parts = [slug(part) if rule.slug else part for part in parts]
    return ("/" if kind == "cause" else "-").join(filter(None, (rule.prefix, *parts))) if all(parts) else ""


def _short(text: str) -> str:
    return cut(" ".join(text.split()), 80)
