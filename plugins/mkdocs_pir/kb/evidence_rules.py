"""Rules about evidence: actions without a verifiable result, and statements without evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.model import Action, Lesson, Pir, Section
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.statuses import OPEN

NOBODY = frozenset(
    [
        "tbd",
        "tba",
        "tbc",
        "todo",
        "n/a",
        "na",
        "none",
        "nobody",
        "unknown",
        "unassigned",
        "?",
        "-",
        "all",
        "everyone",
        "everybody",
        "someone",
        "somebody",
        "anyone",
        "we",
        "us",
        "team",
        "teams",
        "the team",
        "all teams",
        "all of us",
        "whole team",
        "the whole team",
        "to be decided",
        "to be defined",
    ]
)
"""Words that are written as the owner of an action when there is none."""

# verbs that are never clearly done, and wishes about how people behave
_VAGUE = re.compile(
    r"^(?:please |we (?:should|will|need to|must) |let(?:'s| us) |try to )?"
    r"(?:improve|enhance|optimi[sz]e|strengthen|consider|look (?:in)?to|look at|think about|explore|keep (?:an eye on|in mind)"
    r"|be (?:more |extra )?(?:careful|aware|mindful|vigilant)|pay (?:more |closer )?attention|take (?:more |better )?care"
    r"|raise awareness|remind|remember to|train|educate|reflect (?:on|if|whether)|discuss|talk (?:to|about)|try harder)\b"
    r"|\b(?:be more careful|more carefully|pay more attention|try harder)\b",
    re.I,
)

_SHOWN = ("client-review", "action-management", "closed")
_CELLS = re.compile(r"(?<!\\)\|")
_EMPTY = frozenset({"", "-", "–", "—", "?", "tbd", "todo", "n/a", "none"})


def is_vague(action: Action) -> bool:
    """Whether the title of an action is vague, and no `done_when` says how one can tell that it is done."""
    return not action.done_when and _VAGUE.search(action.title) is not None


def actions_observable(file: RecordFile) -> Iterator[Problem]:
    """Problems of unfinished actions without a verifiable result."""
    pir = file.record
    if not isinstance(pir, Pir) or pir.status == "archived":
        return
    for n, action in enumerate(pir.actions):
        if action.status in OPEN and is_vague(action):
            yield Problem.of(
                "PIR409",
                file.path,
                file.at("actions", n, "title"),
                f"it is not clear when {action.id} is done: '{action.title}'",
                "say what will be different, and add 'done_when', such as: an expired test certificate raises an alert",
            )


def timeline_evidenced(file: RecordFile) -> Iterator[Problem]:
    """Problems of a timeline without evidence, and of a closed review without any, once others rely on the review."""
    pir = file.record
    if not isinstance(pir, Pir) or pir.status not in _SHOWN:
        return
    bare, rows = [], 0
    body = file.body.split("\n")
    for section in pir.sections:
        if section.title == "Timeline":
            for line, cell in evidence_cells(section, body, file.body_line):
                rows += 1
                bare += [line] if cell.casefold() in _EMPTY else []
    if bare:
        lines = ", ".join(map(str, bare[:5])) + (" …" if len(bare) > 5 else "")
        yield Problem.of(
            "PIR410",
            file.path,
            (bare[0], 1),
            f"{len(bare)} of the {rows} rows of the timeline have no evidence (line {lines})",
            "in the column 'Evidence', name the log, alert, ticket or record that shows it",
        )
    elif pir.status == "closed" and not rows and not (pir.attachments or pir.references or pir.changes):
        yield Problem.of(
            "PIR411",
            file.path,
            file.at("status"),
            "the review is closed, but has no evidence of what happened",
            "add a timeline with an 'Evidence' column, or attachments, references or changes",
        )


def evidence_cells(section: Section, body: Sequence[str], body_line: int) -> Iterator[tuple[int, str]]:
    """The line number and the evidence of each row of the table in a timeline; empty if the table has no such column.

    `body` are the lines of the body of the record, which begins on line `body_line` of its file.
    """
    # the text of a section begins below its heading, after the blank lines
    start = section.line - body_line + 1
    first = section.line + 1 + next((n for n in range(len(body) - start) if body[start + n].strip()), 0)
    column: int | None = None
    head: list[str] = []
    for number, line in enumerate(section.text.split("\n")):
        cells = [cell.strip() for cell in _CELLS.split(line.strip().removeprefix("|").removesuffix("|"))]
        if "|" not in line:
            head = []
        elif not head:
            head = cells
            column = next((n for n, cell in enumerate(cells) if cell.casefold().startswith("evidence")), None)
        elif not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            yield first + number, cells[column] if column is not None and column < len(cells) else ""


def lessons_evidenced(file: RecordFile) -> Iterator[Problem]:
    """The problem of a verified lesson without evidence."""
    lesson = file.record
    if isinstance(lesson, Lesson) and lesson.status == "verified" and not lesson.evidence:
        yield Problem.of(
            "PIR412",
            file.path,
            file.at("status"),
            "the lesson is verified, but has no 'evidence'",
            "say what shows that it works, such as: the drill of June raised all 14 alerts within five minutes",
        )
