"""The difference of two contents of a file, as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator


def unified_diff(path: str, before: bytes, after: bytes) -> str:
    """The lines that differ, with some around them; line ends and a byte order mark do not count."""
    return "".join(_lines(difflib.unified_diff(_split(before), _split(after), path, path)))


def _split(raw: bytes) -> list[str]:
    return raw.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").splitlines(keepends=True)


def _lines(diff: Iterable[str]) -> Iterator[str]:
    for line in diff:
        yield line if line.endswith("\n") else f"{line}\n"
