"""Times in the source's timeline that nobody can read as times: named at their line, kept as they were written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import tzinfo

from mkdocs_pir.exchange.importing import transform
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.lookup import text_line
from mkdocs_pir.exchange.importing.sections import Targets
from mkdocs_pir.kb.problem import Problem

_ROW = re.compile(r"^\s*\|\s*(?P<time>[^|\n]*?\d[^|\n]*?)\s*\|")
_CLOCK = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}[T ]+)?([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s*(?:UTC|GMT|CES?T|[AP]M|Z))?", re.I
)
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_RANGE = re.compile(r"\s+(?:-|–|to)\s+|(?<=\d)[-–](?=\d{1,2}:)")


def unclear_times(
    document: SourceDocument, targets: Targets, zone: tzinfo | None, formats: Sequence[str]
) -> Iterator[Problem]:
    """A PIR705 for each first cell of a timeline's table that has digits and is neither a time, a day nor a span."""
    for section in document.sections:
        if targets.find(section.title)[0] != "Timeline":
            continue
        first = text_line(document, section)
        for number, line in enumerate(section.text.split("\n")):
            found = _ROW.match(line)
            if found is None or all(_is_clear(part, zone, formats) for part in _RANGE.split(found["time"])):
                continue
            where = (first + number, found.start("time") + 1)
            message = f"'{found['time']}' in the timeline is not a time"
            yield Problem.of("PIR705", document.path, where, message, "it is kept as it was written")


def _is_clear(text: str, zone: tzinfo | None, formats: Sequence[str]) -> bool:
    if _CLOCK.fullmatch(text) or _DAY.fullmatch(text):
        return True
    try:
        transform.instant(text, zone, formats)
    except transform.Zoneless:
        return True  # a time, and the reader sees that it says no zone
    except transform.Rejected:
        return False
    return True
