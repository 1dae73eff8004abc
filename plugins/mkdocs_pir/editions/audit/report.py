"""The report of an audit and its findings, and the manifest that an edition is compared with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from mkdocs_pir.editions.audit.names import NotLookedFor
from mkdocs_pir.editions.audit.ordinary_words import OrdinaryUse
from mkdocs_pir.kb.problem import Problem, ProblemError


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be in an edition.

    `file` is its path in the edition; `offset` counts characters of a text and bytes of any other file from its
    beginning; `line` and `column` count from 1 and are 0 where a file has no lines. `layers` are the packings and
    encodings around it, outermost first. `record` is the file of the knowledge base that it gives away and `what` the
    place there; both are empty for a file that cannot be checked. `source` and `source_line` are the file and line of
    the knowledge base that contain the text: of a released record that quotes it if there is one; the line is 0 where
    there is none. `also` counts the other files of the edition that contain it.
    """

    file: str
    offset: int
    line: int
    column: int
    layers: tuple[str, ...]
    context: str
    record: str
    what: str
    message: str
    source: str = ""
    source_line: int = 0
    also: int = 0

    def as_dict(self) -> dict[str, object]:
        """The finding as in `pir audit --json`."""
        return {
            "file": self.file,
            "offset": self.offset,
            "line": self.line,
            "column": self.column,
            "layers": list(self.layers),
            "context": self.context,
            "record": self.record,
            "what": self.what,
            "message": self.message,
            "source": self.source,
            "source_line": self.source_line,
            "also": self.also,
        }

    def as_problem(self) -> Problem:
        """The finding as a problem at its place in the edition."""
        message, hint = self.message, "publish only files that the audit can read and that the manifest lists"
        if self.record:
            at = f"{self.source}:{self.source_line}" if self.source_line else self.source
            message += f"; its source is {at}"
            if self.also:
                message += f"; {self.also} more {'file' if self.also == 1 else 'files'} of the edition"
                message += " contains it" if self.also == 1 else " contain it"
            hint = (
                "reword it there; words that give nobody away can be allowed, with a reason, in 'audit_allows'"
                if self.source != self.record
                else "no released record contains it; find out how it came into this file of the edition"
            )
        return Problem.of("PIR606", self.file, (self.line, self.column), message, hint)


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of an audit, and what it leaves to a reader: names of other clients that it did not search for, with
    the reasons, and phrases of released texts in which such a name was taken for an ordinary word."""

    findings: tuple[Finding, ...]
    files: int
    not_looked_for: tuple[NotLookedFor, ...] = ()
    ordinary_words: tuple[OrdinaryUse, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The report as in `pir audit --json`."""
        findings = [finding.as_dict() for finding in self.findings]
        names = [name.as_dict() for name in self.not_looked_for]
        uses = [use.as_dict() for use in self.ordinary_words]
        return {"files": self.files, "findings": findings, "not_looked_for": names, "ordinary_words": uses}


def manifest_of(site: Path, edition: str, file: Path | None = None) -> tuple[dict[str, str] | None, str | None]:
    """The SHA-256 of each file that the manifest of a published edition lists, and the name of that manifest.

    `edition` is where the edition is published, such as `clients/harbor-credit`. Without `file` the manifest is
    looked for where publishing puts it. Both are None when there is none. Raises ProblemError for one that cannot
    be read.
    """
    if file is None:
        name = f"manifest-{edition.replace('/', '-')}.json"
        file = next((f for above in site.resolve().parents[:3] if (f := above / ".pir" / name).is_file()), None)
    if file is None:
        return None, None
    try:
        files = json.loads(file.read_text("utf-8"))["files"]
        return {str(name): str(entry["sha256"]) for name, entry in files.items()}, file.name
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        problem = Problem.of("PIR606", file.name, (0, 0), "the manifest cannot be read", "publish the edition again")
        raise ProblemError([problem]) from None
