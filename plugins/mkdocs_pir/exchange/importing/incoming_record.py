"""A record on its way in: what was read of one document, what became of it, and what has to be said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mkdocs_pir.exchange.importing import lookup
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.kb.frontmatter import Mark, Path
from mkdocs_pir.kb.problem import Problem

MAPPED, DEFAULTED, NOTED, NOTHING = "mapped", "defaulted", "kept as a note", "nothing"
"""Each way in which a field was filled, or not."""


class Wanted(NamedTuple):
    """A record that the report refers to and that is to be made if there is none."""

    kind: str
    id: str
    name: str


@dataclass(slots=True)
class IncomingRecord:
    """The report, or row, that a document becomes.

    `data` are its fields, `notes` what no rule read, `sections` its titles with their texts. `outcome` says of each
    field how it was filled; `assumed` counts the times that took the mapping's zone; `used` are the values of the
    source that were read. `supporting` and `left_out` are the headings that nobody knew, or wanted.
    """

    document: SourceDocument
    data: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    sections: list[tuple[str, str]] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    outcome: dict[str, str] = field(default_factory=dict)
    assumed: Counter[str] = field(default_factory=Counter)
    used: set[Path] = field(default_factory=set)
    supporting: Iterable[str] = ()
    left_out: Iterable[str] = ()

    @property
    def usable(self) -> bool:
        """Whether it can be written."""
        return not any(p.severity == "error" for p in self.problems)

    def report(self, code: str, where: Mark, message: str, hint: str) -> None:
        """Have something said about a place in the document."""
        self.problems.append(Problem.of(code, self.document.path, where, message, hint))

    def keep_the_rest(self, mapping: ImportMapping, mask: Mask) -> None:
        """Put what no rule read into the notes; what had to be shortened is said."""
        self.notes, shortened = lookup.notes(self.document.data, self.used, mapping.ignore, mask)
        for key, length in shortened:
            message = f"the value of '{key}' has {length:,} characters; its beginning is kept"
            hint = "name it in 'body' of the mapping to have all of it as text"
            self.report("PIR704", self.document.at((key,)), message, hint)
