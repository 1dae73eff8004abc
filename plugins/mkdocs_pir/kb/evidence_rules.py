"""What nobody could check afterwards: actions without an observable end, statements without evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mkdocs_pir.kb.knowledge import KnowledgeBase
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
"""What is written for an owner where there is none."""

# verbs of which nobody can say that they are done, and wishes about people
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
    """Whether nobody could say that the action is done: a vague verb, and no sentence on how its end is seen."""
    return not action.done_when and _VAGUE.search(action.title) is not None


def actions_observable(kb: KnowledgeBase) -> Iterator[Problem]:
    """An action that is not finished names something that can be seen to be done."""
    for entry in kb.of_kind("pir"):
        pir = entry.record
        if not isinstance(pir, Pir) or pir.status == "archived":
            continue
        for n, action in enumerate(pir.actions):
            if action.status in OPEN and is_vague(action):
                yield Problem.of(
                    "PIR409",
                    entry.path,
                    entry.at("actions", n, "title"),
                    f"nobody can tell when {action.id} is done: '{action.title}'",
                    "name what will be different and add 'done_when', such as: an expired test certificate raises an alert",
                )


def timelines_evidenced(kb: KnowledgeBase) -> Iterator[Problem]:
    """A timeline that others rely on says where each of its lines comes from."""
    for entry in kb.of_kind("pir"):
        pir = entry.record
        if not isinstance(pir, Pir) or pir.status not in _SHOWN:
            continue
        bare, rows = [], 0
        body = entry.body.split("\n")
        for section in pir.sections:
            if section.title == "Timeline":
                for line, cell in evidence_cells(section, body, entry.body_line):
                    rows += 1
                    bare += [line] if cell.casefold() in _EMPTY else []
        if bare:
            lines = ", ".join(map(str, bare[:5])) + (" …" if len(bare) > 5 else "")
            yield Problem.of(
                "PIR410",
                entry.path,
                (bare[0], 1),
                f"{len(bare)} of {rows} rows of the timeline have no evidence (line {lines})",
                "name the log, alert, ticket or record that shows it in the column 'Evidence'",
            )
        elif pir.status == "closed" and not rows and not (pir.attachments or pir.references or pir.changes):
            yield Problem.of(
                "PIR411",
                entry.path,
                entry.at("status"),
                "the review is closed, and nothing in it shows what happened",
                "add a timeline with an 'Evidence' column, or attachments, references or changes",
            )


def evidence_cells(section: Section, body: Sequence[str], body_line: int) -> Iterator[tuple[int, str]]:
    """The line and the evidence of each row of a timeline's table; empty for each row of a table without that column.

    `body` are the lines of the record's body, which begins on `body_line` of its file.
    """
    # a section's text begins below its heading, without the blank lines there
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


def lessons_evidenced(kb: KnowledgeBase) -> Iterator[Problem]:
    """A lesson said to work says what shows it."""
    for entry in kb.of_kind("lesson"):
        lesson = entry.record
        if isinstance(lesson, Lesson) and lesson.status == "verified" and not lesson.evidence:
            yield Problem.of(
                "PIR412",
                entry.path,
                entry.at("status"),
                "the lesson is verified, and nothing says by what",
                "add 'evidence', such as: the drill of June raised all 14 alerts within five minutes",
            )
