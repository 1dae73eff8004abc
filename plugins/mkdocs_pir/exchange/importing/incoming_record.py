"""A record that is being imported: what was read of one document, how each field was filled, and the problems found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from mkdocs_pir.exchange.importing.documents import MERGED_ROWS, SourceDocument, same_key
from mkdocs_pir.exchange.importing.lookup import clean
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.kb.frontmatter import Mark, Path
from mkdocs_pir.kb.problem import Problem

MAPPED, DAY, DEFAULTED, NOTED, NOTHING = "mapped", "as a day", "defaulted", "kept as a note", "nothing"
"""Each way in which a field was filled, or not."""

NOTES = "x-source"
"""The field, or column of the register, that keeps what no rule read."""

LONGEST_NOTE = 4_000
"""The longest note, in characters: a log or a mail thread belongs into the text or stays in its tool."""

_DEEPEST = 12
_EMPTY: Sequence[Any] = ("", [], {})


class MissingRecord(NamedTuple):
    """A record that the report refers to and that is to be made if there is none."""

    kind: str
    id: str
    name: str


@dataclass(slots=True)
class IncomingRecord:
    """The report, or row, that a document becomes.

    `data` are its fields, `notes` what no rule read, `sections` its titles with their texts. `outcome` says of each
    field how it was filled; `assumed` counts the times that took the mapping's zone; `used` are the values of the
    source that were read, `places` says where its times stand; `fields_of` says which field a problem concerns; `known_as` is the id that the source has for it, where
    it came in under another. `supporting` and `left_out` are the headings that nobody knew, or wanted.
    """

    document: SourceDocument
    data: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    sections: list[tuple[str, str]] = field(default_factory=list)
    wanted: list[MissingRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    outcome: dict[str, str] = field(default_factory=dict)
    assumed: Counter[str] = field(default_factory=Counter)
    used: set[Path] = field(default_factory=set)
    known_as: str = ""
    fields_of: dict[Problem, str] = field(default_factory=dict)
    places: dict[str, Mark] = field(default_factory=dict)
    supporting: Iterable[str] = ()
    left_out: Iterable[str] = ()

    @property
    def usable(self) -> bool:
        """Whether it can be written."""
        return not any(p.severity == "error" for p in self.problems)

    def report(self, code: str, where: Mark, message: str, hint: str, field: str = "") -> None:
        """Report a problem at a place in the document; `field` is the one that it concerns, if any."""
        problem = Problem.of(code, self.document.path, where, message, hint)
        self.problems.append(problem)
        if field:
            self.fields_of[problem] = field

    def keep_the_rest(self, mapping: ImportMapping, mask: Mask) -> None:
        """Put what no rule read into the notes; a note that had to be shortened is reported."""
        ignored = [same_key(pattern) for pattern in mapping.ignore]
        # the rows that the record was merged of: it has the value of the latest in each column
        left_out = {(MERGED_ROWS,)} if self.document.merged else set()

        def text_of(value: Any, path: Path) -> str:
            text = mask(clean(str(value)))
            if len(text) <= LONGEST_NOTE:
                return text
            message = f"the value of '{path[0]}' has {len(text):,} characters; its beginning is kept"
            hint = "name it in 'body' of the mapping to have all of it as text"
            self.report("PIR704", self.document.at(path[:1]), message, hint)
            return text[:LONGEST_NOTE].rstrip() + "…"

        def kept(value: Any, path: Path) -> Any:
            if value is None or path in self.used or path in left_out or _is_ignored(path, ignored):
                return ""
            if len(path) < _DEEPEST and isinstance(value, dict):
                inner = {str(key): kept(item, (*path, key)) for key, item in value.items()}
                return {key: item for key, item in inner.items() if item not in _EMPTY}
            if len(path) < _DEEPEST and isinstance(value, list):
                return [item for n, one in enumerate(value) if (item := kept(one, (*path, n))) not in _EMPTY]
            return text_of(value, path)

        self.notes = kept(self.document.data, ())


def _is_ignored(path: Path, patterns: Sequence[str]) -> bool:
    if not patterns or not path or isinstance(path[-1], int):
        return False
    name = same_key(".".join(str(step) for step in path if not isinstance(step, int)))
    # a key may have dots of its own
    return any(fnmatchcase(name, pattern) or name == pattern for pattern in patterns)
