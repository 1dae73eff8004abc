"""Filters: which documents have the chosen values, and how many each further choice would leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mkdocs_pir.search import shards

Chosen = Mapping[str, Sequence[str]]
Counts = Mapping[str, tuple[tuple[str, int], ...]]


class Filters:
    """The filters shard: for each filter its values, and the numbers of the values of each document."""

    def __init__(self, shard: Any) -> None:
        self._columns: dict[str, tuple[list[str], list[list[int]]]] = {
            name: (data["values"], _column(data["column"])) for name, data in shard["columns"].items()
        }

    def unmet(self, number: int, chosen: Chosen) -> tuple[str, ...]:
        """The filters of `chosen` of which document `number` has none of the chosen values."""
        unmet = []
        for name, values in chosen.items():
            known, column = self._columns.get(name, ([], []))
            if not known or not any(known[value] in values for value in column[number]):
                unmet.append(name)
        return tuple(unmet)

    def counts(self, unmet: Mapping[int, tuple[str, ...]], kept: Iterable[int]) -> Counts:
        """For each value, how many of `kept` have it among those that meet what is chosen in every other filter."""
        tallies = {name: [0] * len(values) for name, (values, _) in self._columns.items()}
        for number in kept:
            missing = unmet[number]
            for name in self._columns if not missing else missing if len(missing) == 1 else ():
                if name in self._columns:
                    for value in self._columns[name][1][number]:
                        tallies[name][value] += 1
        return {
            name: tuple((value, count) for value, count in zip(values, tallies[name], strict=True) if count)
            for name, (values, _) in self._columns.items()
        }


def _column(packed: str) -> list[list[int]]:
    column: list[list[int]] = []
    numbers = iter(shards.unpack(packed))
    for count in numbers:
        column.append([next(numbers) for _ in range(count)])
    return column
