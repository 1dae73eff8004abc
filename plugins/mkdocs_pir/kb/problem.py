"""A Problem: one thing wrong with the input, as a value that every command shows the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import process

Severity = Literal["error", "warning", "hint"]

ERROR: Severity = "error"
WARNING: Severity = "warning"
HINT: Severity = "hint"

CODES: Mapping[str, tuple[Severity, str]] = {
    # reading a file
    "PIR001": (ERROR, "the file is not UTF-8"),
    "PIR002": (ERROR, "a control character"),
    "PIR003": (ERROR, "a second byte order mark"),
    "PIR004": (ERROR, "the file is too large"),
    "PIR005": (ERROR, "a symbolic link"),
    "PIR010": (ERROR, "no front matter"),
    "PIR011": (ERROR, "something stands before the front matter"),
    "PIR012": (ERROR, "the front matter is not closed"),
    "PIR013": (ERROR, "malformed YAML"),
    "PIR014": (ERROR, "the front matter is not a mapping"),
    "PIR015": (ERROR, "a key is given twice"),
    "PIR016": (ERROR, "a YAML feature that records do not use"),
    "PIR017": (ERROR, "nested too deep"),
    "PIR018": (ERROR, "a block in the body is not closed"),
    "PIR019": (ERROR, "a mark of what is internal that is not understood"),
    "PIR020": (ERROR, "a heading where no section can begin"),
    "PIR021": (ERROR, "a line that looks like a heading and is none"),
    "PIR022": (ERROR, "a tag of HTML without its other half"),
    "PIR023": (ERROR, "text that is meant to be hidden and is not"),
    "PIR024": (ERROR, "a definition within what is internal"),
    "PIR025": (ERROR, "a text beyond the limits"),
    "PIR026": (ERROR, "a text that takes too long"),
    # one record against its schema
    "PIR101": (ERROR, "a required field is missing"),
    "PIR102": (ERROR, "an unknown field"),
    "PIR103": (ERROR, "a value of the wrong type"),
    "PIR104": (ERROR, "a value that is not on the list"),
    "PIR105": (ERROR, "a value of the wrong form"),
    "PIR106": (ERROR, "not a date"),
    "PIR107": (ERROR, "not a time with its offset"),
    "PIR108": (ERROR, "a value outside its limits"),
    "PIR109": (ERROR, "a key that steers the site builder"),
    "PIR110": (HINT, "a section that is not in the template"),
    "PIR119": (WARNING, "guidance is left in what is being written"),
    # ids and links
    "PIR201": (ERROR, "an id is used twice"),
    "PIR202": (ERROR, "a field refers to nothing"),
    "PIR203": (ERROR, "a link to nothing"),
    "PIR204": (ERROR, "the file name is not the id"),
    "PIR205": (ERROR, "the record lies in the wrong folder"),
    "PIR206": (ERROR, "an id that cannot be a file name"),
    "PIR207": (ERROR, "an attachment that cannot be used"),
    "PIR208": (ERROR, "a field refers to a record of another kind"),
    "PIR209": (ERROR, "a picture or file that no page will have"),
    # rules over several records
    "PIR301": (ERROR, "times out of order"),
    "PIR302": (ERROR, "an action is done without a date"),
    "PIR303": (ERROR, "dates out of order"),
    "PIR304": (ERROR, "recurrence of a later or unresolved review"),
    "PIR305": (ERROR, "recurrence in a circle"),
    "PIR306": (ERROR, "a status whose conditions do not hold"),
    "PIR307": (ERROR, "a shared record names a client"),
    "PIR308": (ERROR, "shown outside without a release"),
    "PIR309": (ERROR, "a decision without its reason"),
    "PIR310": (ERROR, "an id is used twice within a report"),
    "PIR319": (ERROR, "guidance is left in what others read"),
    "PIR401": (WARNING, "an action that nobody can follow up"),
    "PIR402": (WARNING, "a closed review without a lesson"),
    "PIR403": (WARNING, "a likely recurrence that is not declared"),
    "PIR404": (WARNING, "a lesson not applied a year on"),
    "PIR405": (WARNING, "words that blame"),
    "PIR406": (WARNING, "something that looks like a secret"),
    "PIR407": (WARNING, "a personal e-mail address in a released record"),
    "PIR408": (WARNING, "an internal address in a released record"),
    "PIR409": (WARNING, "an action whose end nobody could see"),
    "PIR410": (WARNING, "a timeline without evidence"),
    "PIR411": (WARNING, "a closed review that shows nothing"),
    "PIR412": (WARNING, "a verified lesson without evidence"),
    "PIR413": (WARNING, "two reviews of one incident and client"),
    "PIR420": (WARNING, "released content changed after its approval"),
    "PIR421": (WARNING, "shared although no approval is recorded"),
    "PIR422": (WARNING, "released without a fingerprint of what was approved"),
    "PIR423": (WARNING, "a review shown outside before its step"),
    # registers
    "PIR501": (ERROR, "a register lacks a column"),
    "PIR502": (ERROR, "a bad value in a register"),
    "PIR503": (ERROR, "a register row refers to nothing"),
    "PIR504": (ERROR, "a register row is given twice"),
    "PIR505": (ERROR, "a register that cannot be read"),
    "PIR506": (WARNING, "a register column that is not used"),
    "PIR507": (WARNING, "a register row and a review disagree"),
    "PIR508": (WARNING, "the state of an action in a register and in its review disagree"),
    # configuration and publishing
    "PIR601": (ERROR, "no configuration"),
    "PIR602": (ERROR, "a plugin option that cannot be used"),
    "PIR603": (ERROR, "an edition that does not exist"),
    "PIR604": (ERROR, "something that the preview of a client's edition does not take"),
    "PIR605": (ERROR, "publishing was stopped"),
    "PIR606": (ERROR, "the audit found something"),
    "PIR607": (ERROR, "another build is running"),
    "PIR608": (ERROR, "there is no generation to go back to"),
    "PIR610": (ERROR, "an edition that was not published"),
    "PIR611": (ERROR, "a published edition that is not what was audited"),
    "PIR612": (ERROR, "a folder that pir did not publish"),
    "PIR614": (WARNING, "a key of mkdocs.yml that MkDocs does not know"),
    "PIR617": (ERROR, "a symbolic link that leads out of the site"),
    "PIR618": (ERROR, "something that is not a file"),
    "PIR619": (ERROR, "a template that cannot be used"),
    "PIR620": (ERROR, "records that another renderer would publish"),
    "PIR621": (ERROR, "a folder that cannot be published into"),
    "PIR622": (ERROR, "a client's edition that nothing would audit"),
    "PIR640": (WARNING, "words of a client's name that are taken for ordinary words"),
    "PIR650": (ERROR, "words of a drawing that nobody may see"),
    # the process library
    "PIR801": (ERROR, "a process names something that is not there"),
    "PIR802": (ERROR, "an id is used twice within a process"),
    "PIR803": (ERROR, "a process that contradicts itself"),
    "PIR804": (ERROR, "a process or step called otherwise than its file or module"),
    "PIR805": (WARNING, "something declared in a process that no task uses"),
    # import
    "PIR701": (ERROR, "a mapping that cannot be used"),
    "PIR702": (ERROR, "a source that cannot be read"),
    "PIR703": (ERROR, "a source record that cannot come in"),
    "PIR704": (WARNING, "a value left out"),
    "PIR705": (WARNING, "a value kept as a note"),
    "PIR706": (HINT, "a default was used"),
    "PIR707": (ERROR, "an edited record was not overwritten"),
    "PIR708": (WARNING, "a field that the source does not fill"),
}
"""Every code with its usual severity and what it is about. Each has its entry in docs/problems.md."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. `line` and `column` count from 1; 0 means the file as a whole.

    `path` is relative to the knowledge base (or the configuration file), with forward slashes.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    @classmethod
    def of(cls, code: str, path: str, where: tuple[int, int], message: str, hint: str = "") -> Problem:
        """A problem with the code's usual severity; `where` is (line, column)."""
        return cls(path, where[0], where[1], code, message, hint, CODES[code][0])

    def as_dict(self) -> dict[str, str | int]:
        """The form of `pir check --format json`."""
        return {
            "code": self.code,
            "severity": self.severity,
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "hint": self.hint,
        }


class ProblemError(Exception):
    """Work that cannot go on; carries the problems that say why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        more = f" and {len(self.problems) - 3} more" if len(self.problems) > 3 else ""
        super().__init__("; ".join(p.message for p in self.problems[:3]) + more)


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """At most three known words most like this one, best first; none when nothing is near."""
    found = process.extract(word, list(known), processor=str.casefold, limit=3, score_cutoff=60)
    return [match for match, _, _ in found]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known words, or an empty text."""
    words = nearest(word, known)
    return f"did you mean {' or '.join(repr(w) for w in words)}?" if words else ""


def configured(problems: Iterable[Problem], rules: Mapping[str, str]) -> list[Problem]:
    """Problems with the severities an organisation chose; a code that is off is dropped.

    Errors stay errors: a record that breaks the contract cannot be published by turning a rule off.
    """
    out = []
    for problem in problems:
        chosen = rules.get(problem.code)
        if problem.severity == "error" or chosen is None:
            out.append(problem)
        elif chosen != "off":
            out.append(replace(problem, severity=chosen))  # type: ignore[arg-type]
    return sorted(out)
