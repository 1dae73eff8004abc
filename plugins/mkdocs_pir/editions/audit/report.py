"""What an audit found, and the manifest that it compares an edition with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from mkdocs_pir.editions.audit.names import NotLookedFor
from mkdocs_pir.editions.audit.ordinary_words import OrdinaryUse
from mkdocs_pir.kb.problem import Problem, ProblemError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must not be in an edition.

    `file` is its path in the edition; `offset` counts characters of a text and bytes of any other file from its
    beginning; `line` and `column` count from 1 and are 0 where a file has no lines. `layers` are the packings and
    encodings around it, outermost first. `record` is the file of the knowledge base that it betrays and `what` the
    place in it; both are empty for a file that cannot be checked. `source` is the file of the knowledge base in which
    the text stands, the released record that quotes it where there is one, and `source_line` the line there, 0 where
    it has none. `also` counts the other files of the edition that have it.
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
        """The form of `pir audit --json`."""
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
        message, hint = self.message, "publish only what can be checked"
        if self.record:
            at = f"{self.source}:{self.source_line}" if self.source_line else self.source
            others = f", and in {self.also} more {'file' if self.also == 1 else 'files'} of the edition"
            message += f"; it stands in {at}{others if self.also else ''}"
            hint = (
                "say it otherwise there; words that give nobody away can be allowed, with the reason, in 'audit_allows'"
                if self.source != self.record
                else "no released record says it; find where this file of the edition has it from"
            )
        return Problem.of("PIR606", self.file, (self.line, self.column), message, hint)


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found, and what it leaves to a reader: names of other clients that it did not look for, each with
    the reason, and phrases of released texts in which such a name was taken for an ordinary word."""

    findings: tuple[Finding, ...]
    files: int
    not_looked_for: tuple[NotLookedFor, ...] = ()
    ordinary_words: tuple[OrdinaryUse, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The form of `pir audit --json`."""
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
