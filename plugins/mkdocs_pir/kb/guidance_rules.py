"""The rule about guidance that is left from a template in a record.

It is a warning while a record is being written (a lesson as a draft, a review in the first step of the process), so
that `pir check` lists what is left to write. Later, and once the record is released, it is an error. Archived reviews
are exempt.
"""

from __future__ import annotations

from collections.abc import Iterator

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.guidance import MARK, lines
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.process import Module


def guidance_removed(file: RecordFile, lifecycle: Module) -> Iterator[Problem]:
    """A problem for each line or value of guidance."""
    first = lifecycle.steps[0].statuses
    if file.record is None or not file.facts.guidance or (status := file.data.get("status")) == "archived":
        return
    writing = first if file.kind == "pir" else ("draft",)
    if not _drafted(file.kind) or (status in writing and "release" not in file.data):
        code, why, hint = "PIR119", "", "replace it with your text, or remove the line"
    elif status in writing:
        code, why, hint = (
            "PIR319",
            ", although the record is released",
            "replace it with your text, or remove 'release'",
        )
    else:
        code, why = "PIR319", f", although the status is '{status}'"
        hint = f"replace it with your text, or set the status back to '{writing[-1]}'"
    for line, column, text in file.facts.guidance:
        yield Problem.of(
            code,
            file.path,
            (line, column),
            f"this is still guidance from the template: '{_short(text)}'{why}",
            hint,
        )


def find_guidance(file: RecordFile) -> Iterator[tuple[int, int, str]]:
    """The line, column and words of each line or value of guidance."""
    for at, text in file.texts_of_data:
        if text.startswith(MARK):
            yield *file.at(*at), text.removeprefix(MARK).strip()
    for number, column, text in lines(file.body):
        yield file.body_line + number, column, text


def _drafted(kind: str) -> bool:
    """Whether records of this kind have the status draft; other kinds are in use as soon as they are written."""
    return "draft" in schema.load(kind)["properties"].get("status", {}).get("enum", ())


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rstrip() + "…"
