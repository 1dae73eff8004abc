"""The next free id of a kind: it continues the ids that are there, their prefix, year and width."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.graph import same_id
from mkdocs_pir.kb.id_patterns import follows
from mkdocs_pir.kb.kinds import KINDS

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LAST_NUMBER = re.compile(r"[0-9]+(?!.*[0-9])")


@dataclass(frozen=True, slots=True)
class _Series:
    """Ids that differ only in their number: what stands before it, its width, what stands after it."""

    before: str
    width: int
    after: str

    def id(self, number: int) -> str:
        return f"{self.before}{number:0{self.width}}{self.after}"


def next_ids(kind: str, taken: Iterable[str], year: int, pattern: str = "") -> Iterator[str]:
    """Ids of a numbered kind that are free, the next one first.

    `taken` are the ids of this kind; the series of the latest of them goes on, in the given year where its ids
    hold one. A series that is not used yet begins at 1. Where the organisation has a pattern for its ids, only
    those that follow it say how the series goes on.
    """
    known = list(taken)
    series = _latest(i for i in known if follows(pattern, i)) or _split(KINDS[kind].first_id.format(year=year))
    assert series is not None
    dated = _YEAR.search(series.before)
    if dated:
        series = _Series(
            series.before[: dated.start()] + str(year) + series.before[dated.end() :], series.width, series.after
        )
    used = {same_id(id_) for id_ in known}
    number = max((n for n in (_number(series, id_) for id_ in known) if n is not None), default=0)
    while True:
        number += 1
        if same_id(series.id(number)) not in used:
            yield series.id(number)


def random_ids(year: int) -> Iterator[str]:
    """Ids of reviews that tell neither how many there are nor in which order they were begun: `PIR-2026-403918`."""
    while True:
        yield f"PIR-{year}-{secrets.randbelow(1_000_000):06}"


def client_ids(client: str, year: int) -> Iterator[str]:
    """Ids of reviews that are numbered for each client by itself: `HARBORCREDIT-2026-0001`."""
    letters = "".join(c for c in client.upper() if "A" <= c <= "Z") or "PIR"
    return (f"{letters}-{year}-{number:04}" for number in count(1))


def slug(name: str) -> str:
    """A name as the id of a client, service or cause: `Mail gateway (EU)` is `mail-gateway-eu`; may be empty."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].rstrip("-")


def is_id(kind: str, id_: str) -> bool:
    """Whether the schema of a kind takes this as an id."""
    spec = schema.load(kind)["properties"]["id"]
    return len(id_) <= spec["maxLength"] and re.fullmatch(spec["pattern"], id_) is not None


def _split(id_: str) -> _Series | None:
    found = _LAST_NUMBER.search(id_)
    return _Series(id_[: found.start()], len(found[0]), id_[found.end() :]) if found else None


def _latest(ids: Iterable[str]) -> _Series | None:
    """The series of the id that stands last, by year and number; ids without a number are no series."""
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
