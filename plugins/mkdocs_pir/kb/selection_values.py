"""Whether the values of a field match one value of a condition: a choice, an id, a text, a number, a date or a range."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Any

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.known_names import KnownNames
from mkdocs_pir.kb.problem import did_you_mean
from mkdocs_pir.kb.references import same_id
from mkdocs_pir.kb.selectable_fields import Field

NONE, ANY = "none", "any"

Matcher = Callable[[Sequence[Any]], bool]
"""Whether the values of a field are among those that a condition asks for."""


class SelectionError(ValueError):
    """Raised for a selection that names a field or value that does not exist, with a message for the user."""


def matcher(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    """Whether values of a field match the text of a condition. Raises SelectionError for a text that cannot be."""
    if text.casefold() == NONE and NONE not in field.choices:
        return lambda values: not values
    if text.casefold() == ANY and ANY not in field.choices:
        return bool
    return _FORMS[field.form](knowledge, name, field, text)


def _each(matches: Callable[[Any], bool]) -> Matcher:
    return lambda values: any(map(matches, values))


def _choice(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    choice = next((one for one in field.choices if one.casefold() == text.casefold()), None)
    if choice is None:
        hint = did_you_mean(text, field.choices) or f"choose from {', '.join(field.choices)}"
        raise SelectionError(f"{name} cannot be '{text}'; {hint}")
    return _each(lambda value: bool(value == choice))


def _id(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    ids = [file.id for file in knowledge.of_kind(*field.choices)]
    families = {id_.partition("/")[0] for id_ in ids if "/" in id_}
    wanted = same_id(text.rstrip("/"))
    if wanted in map(same_id, families):
        return _each(lambda value: same_id(str(value)).startswith(f"{wanted}/"))
    if "*" in text:
        return _word(knowledge, name, field, text)
    names = KnownNames(knowledge.of_kind(*field.choices))
    named = next((id_ for kind in field.choices if (id_ := names.find(kind, text))), text)
    if same_id(named) not in map(same_id, ids):
        label = " or ".join(KINDS[kind].label for kind in field.choices)
        raise SelectionError(no_such(label, text, [*ids, *families]) if ids else f"there is no {label} yet")
    return _each(lambda value: same_id(str(value)) == same_id(named))


def _word(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    pattern = re.sub(r"([\[?])", r"[\1]", same_id(text))
    return _each(lambda value: fnmatchcase(same_id(str(value)), pattern))


def _text(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    return _each(lambda value: text.casefold() in str(value).casefold())


def _flag(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if text.casefold() not in words:
        raise SelectionError(f"{name} is either true or false, not '{text}'")
    return _each(lambda value: bool(value) is words[text.casefold()])


def _number(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    low, high = (_as_number(name, part) for part in _ends(text))
    return _each(lambda value: (low is None or value >= low) and (high is None or value <= high))


def _as_number(name: str, text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise SelectionError(f"{name} is a number, not '{text}'; a range is written as in {name}=2..5") from None


def _date(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    today = knowledge.settings.as_of
    start, end = _ends(text)
    low = _days(name, start, today)[0] if start else None
    high = _days(name, end, today)[1] if end else None
    return _each(lambda value: _is_between(str(value)[:10], low, high))


def _is_between(day: str, low: date | None, high: date | None) -> bool:
    return (low is None or day >= low.isoformat()) and (high is None or day <= high.isoformat())


def _ends(text: str) -> tuple[str, str]:
    """The two ends of a range; a single value is both."""
    start, dots, end = text.partition("..")
    if not dots:
        return text, text
    return start.strip(), end.strip()


def _days(name: str, text: str, today: date) -> tuple[date, date]:
    """The first and the last day of a day, a month, a year or `today`."""
    if text.casefold() == "today":
        return today, today
    try:
        parts = [int(part) for part in text.split("-")] if re.fullmatch(r"[\d-]+", text) else []
        if len(parts) == 1 and parts[0] in schema.YEARS:
            return date(parts[0], 1, 1), date(parts[0], 12, 31)
        if len(parts) == 2 and parts[0] in schema.YEARS:
            first = date(parts[0], parts[1], 1)
            return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        day = schema.day(text)
    except ValueError:
        hint = f"write {name}=2026-09-30, a month {name}=2026-09, a year {name}=2026 or a range {name}=2026-01..2026-03"
        raise SelectionError(f"'{text}' is not a date; {hint}") from None
    return day, day


_FORMS: Mapping[str, Callable[[KnowledgeBase, str, Field, str], Matcher]] = {
    "choice": _choice,
    "id": _id,
    "word": _word,
    "text": _text,
    "flag": _flag,
    "number": _number,
    "date": _date,
}


def no_such(what: str, text: str, known: Sequence[str]) -> str:
    """The message that there is no field, kind or record of a name, with the name that is nearest."""
    names = list(dict.fromkeys(known))
    return f"there is no {what} '{text}'; {did_you_mean(text, names) or 'choose from ' + ', '.join(names)}"
