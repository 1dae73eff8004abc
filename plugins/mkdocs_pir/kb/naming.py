"""The next free id of a kind, which continues the prefix, year and width of the existing ids."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.id_patterns import follows
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.references import same_id

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LAST_NUMBER = re.compile(r"[0-9]+(?!.*[0-9])")


@dataclass(frozen=True, slots=True)
class _Series:
    """Ids that differ only in a number: the text before it, its width in digits, and the text after it."""

    before: str
    width: int
    after: str

    def id(self, number: int) -> str:
        return f"{self.before}{number:0{self.width}}{self.after}"


def next_ids(kind: str, taken: Iterable[str], year: int, pattern: str = "") -> Iterator[str]:
    """The free ids of a numbered kind, in order.

    `taken` are the existing ids of the kind. The series of the latest of them continues, with `year` in place of its
    year if it has one. A new series begins at 1. If there is a `pattern` for ids, only ids that match it count.
    """
    taken = list(taken)
    series = _latest(i for i in taken if follows(pattern, i)) or _split(KINDS[kind].first_id.format(year=year))
    assert series is not None
    dated = _YEAR.search(series.before)
    if dated:
        series = _Series(
            series.before[: dated.start()] + str(year) + series.before[dated.end() :], series.width, series.after
        )
    used = {same_id(id_) for id_ in taken}
    number = max((n for n in (_number(series, id_) for id_ in taken) if n is not None), default=0)
    while True:
        number += 1
        if same_id(series.id(number)) not in used:
            yield series.id(number)


def random_ids(year: int) -> Iterator[str]:
    """Ids of reviews with a random number, which reveals neither how many reviews there are nor their order."""
    while True:
        yield f"PIR-{year}-{secrets.randbelow(1_000_000):06}"


def client_ids(client: str, year: int) -> Iterator[str]:
    """Ids of reviews with the name of the client and a number of its own, such as `HARBORCREDIT-2026-0001`."""
    letters = "".join(c for c in client.upper() if "A" <= c <= "Z") or "PIR"
    return (f"{letters}-{year}-{number:04}" for number in count(1))


def slug(name: str) -> str:
    """The id made from a name: `Mail gateway (EU)` becomes `mail-gateway-eu`. Empty if no letter or digit is left."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].rstrip("-")


def is_id(kind: str, id_: str) -> bool:
    """Whether the schema of a kind accepts this id."""
    spec = schema.load(kind)["properties"]["id"]
    return len(id_) <= spec["maxLength"] and re.fullmatch(spec["pattern"], id_) is not None


def _split(id_: str) -> _Series | None:
    match = _LAST_NUMBER.search(id_)
    return _Series(id_[: match.start()], len(match[0]), id_[match.end() :]) if match else None


def _latest(ids: Iterable[str]) -> _Series | None:
    """The series of the last id by year and number; None if no id has a number."""
    best: tuple[tuple[int, int, str], _Series] | None = None
    for id_ in ids:
        series = _split(id_)
        if series is None:
            continue
        year = _YEAR.search(series.before)
        rank = (int(year[0]) if year else 0, int(id_[len(series.before) : len(id_) - len(series.after)]), id_)
        if best is None or rank > best[0]:
            best = rank, series
    return best[1] if best else None


def _number(series: _Series, id_: str) -> int | None:
    middle = id_[len(series.before) : len(id_) - len(series.after)]
    fits = same_id(id_).startswith(same_id(series.before)) and id_.endswith(series.after)
    return int(middle) if fits and middle.isascii() and middle.isdigit() else None
