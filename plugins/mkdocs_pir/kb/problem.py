"""A Problem: one mistake in the input, as a value; and the table of all codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    "PIR011": (ERROR, "something before the front matter"),
    "PIR012": (ERROR, "the front matter is not closed"),
    "PIR013": (ERROR, "malformed YAML"),
    "PIR014": (ERROR, "the front matter is not a mapping"),
    "PIR015": (ERROR, "a key is given twice"),
    "PIR016": (ERROR, "a YAML feature that records do not use"),
    "PIR017": (ERROR, "nested too deep"),
    "PIR018": (ERROR, "a block in the body is not closed"),
    "PIR019": (ERROR, "a mark for internal text that is not understood"),
    "PIR020": (ERROR, "a heading where no section can begin"),
    "PIR021": (ERROR, "a line that looks like a heading but is not one"),
    "PIR022": (ERROR, "an HTML tag without its counterpart"),
    "PIR023": (ERROR, "text that is meant to be hidden but is not"),
    "PIR024": (ERROR, "a definition inside an internal part"),
    "PIR025": (ERROR, "a text beyond the limits"),
    "PIR026": (ERROR, "a text that takes too long"),
    # one record against its schema
    "PIR101": (ERROR, "a required field is missing"),
    "PIR102": (ERROR, "an unknown field"),
    "PIR103": (ERROR, "a value of the wrong type"),
    "PIR104": (ERROR, "a value that is not on the list"),
    "PIR105": (ERROR, "a value of the wrong form"),
    "PIR106": (ERROR, "not a date"),
    "PIR107": (ERROR, "not a time with a UTC offset"),
    "PIR108": (ERROR, "a value outside its limits"),
    "PIR109": (ERROR, "a key that would control the site builder"),
    "PIR110": (HINT, "a section that is not in the template"),
    "PIR119": (WARNING, "guidance of the template is left in a record"),
    # ids and links
    "PIR201": (ERROR, "an id is used twice"),
    "PIR202": (ERROR, "a field refers to a record that does not exist"),
    "PIR203": (ERROR, "a broken link"),
    "PIR204": (ERROR, "the file name does not match the id"),
    "PIR205": (ERROR, "the record is in the wrong folder"),
    "PIR206": (ERROR, "a file name that some systems do not allow"),
    "PIR207": (ERROR, "an attachment that cannot be used"),
    "PIR208": (ERROR, "a field refers to a record of another kind"),
    "PIR209": (ERROR, "a picture or file that would not be published"),
    # rules over several records
    "PIR301": (ERROR, "times out of order"),
    "PIR302": (ERROR, "an action is done without a date"),
    "PIR303": (ERROR, "dates out of order"),
    "PIR304": (ERROR, "recurrence of a later or unresolved review"),
    "PIR305": (ERROR, "circular recurrence"),
    "PIR306": (ERROR, "a status whose conditions are not met"),
    "PIR307": (ERROR, "a shared record names a client"),
    "PIR308": (ERROR, "visible to clients without a release"),
    "PIR309": (ERROR, "a decision without a reason"),
    "PIR310": (ERROR, "an id is used twice within a review"),
    "PIR319": (ERROR, "guidance of the template is left in a record that others read"),
    "PIR401": (WARNING, "an action that nobody can follow up"),
    "PIR402": (WARNING, "a closed review without a lesson"),
    "PIR403": (WARNING, "a likely recurrence that is not declared"),
    "PIR404": (WARNING, "a lesson not applied after a year"),
    "PIR405": (WARNING, "words that blame"),
    "PIR406": (WARNING, "something that looks like a secret"),
    "PIR407": (WARNING, "a personal e-mail address in a released record"),
    "PIR408": (WARNING, "an internal address in a released record"),
    "PIR409": (WARNING, "an action without a verifiable result"),
    "PIR410": (WARNING, "a timeline without evidence"),
    "PIR411": (WARNING, "a closed review without any evidence"),
    "PIR412": (WARNING, "a verified lesson without evidence"),
    "PIR413": (WARNING, "two reviews of one incident and client"),
    "PIR414": (WARNING, "an incident of over 30 days"),
    "PIR415": (WARNING, "a time in another year than the others"),
    "PIR416": (WARNING, "an incident outside the client's contract"),
    "PIR417": (HINT, "a likely repeat by its words"),
    "PIR418": (WARNING, "a day before the one that it follows"),
    "PIR419": (WARNING, "a verification without a day"),
    "PIR420": (WARNING, "released content changed after its approval"),
    "PIR421": (WARNING, "shared without a recorded approval"),
    "PIR422": (WARNING, "released without a fingerprint of what was approved"),
    "PIR423": (WARNING, "a review visible to its client too early"),
    "PIR424": (WARNING, "something that happened in the future"),
    # registers
    "PIR501": (ERROR, "a register lacks a column"),
    "PIR502": (ERROR, "a bad value in a register"),
    "PIR503": (ERROR, "a register row refers to something that does not exist"),
    "PIR504": (ERROR, "a register row is given twice"),
    "PIR505": (ERROR, "a register that cannot be read"),
    "PIR506": (WARNING, "a register column that is not used"),
    "PIR507": (WARNING, "a register row and a review disagree"),
    "PIR508": (WARNING, "the register and the review disagree about an action"),
    # configuration and publishing
    "PIR601": (ERROR, "no configuration"),
    "PIR602": (ERROR, "a plugin option that cannot be used"),
    "PIR603": (ERROR, "an edition that does not exist"),
    "PIR604": (ERROR, "a setting that the preview of a client's edition refuses"),
    "PIR605": (ERROR, "publishing was stopped"),
    "PIR606": (ERROR, "the audit found something"),
    "PIR607": (ERROR, "another build is running"),
    "PIR608": (ERROR, "no earlier publication to restore"),
    "PIR610": (ERROR, "an edition that was not published"),
    "PIR611": (ERROR, "a published edition that is not what was audited"),
    "PIR612": (ERROR, "a folder that pir did not publish"),
    "PIR614": (WARNING, "a key of mkdocs.yml that MkDocs does not know"),
    "PIR617": (ERROR, "a symbolic link that leads out of the site"),
    "PIR618": (ERROR, "not a regular file"),
    "PIR619": (ERROR, "a template that cannot be used"),
    "PIR620": (ERROR, "records that another renderer would publish"),
    "PIR621": (ERROR, "a folder that cannot be published into"),
    "PIR622": (ERROR, "a client's edition that would not be audited"),
    "PIR623": (ERROR, "a Dask cluster that cannot be used"),
    "PIR624": (ERROR, "records of a newer format"),
    "PIR625": (HINT, "records of an older format"),
    "PIR626": (ERROR, "PDFs that cannot be made on this machine"),
    "PIR627": (WARNING, "a published edition of a client that is no more"),
    "PIR640": (WARNING, "words of a client's name used as ordinary words"),
    "PIR650": (ERROR, "text in a drawing that may be invisible"),
    # the process library
    "PIR801": (ERROR, "a process refers to something that does not exist"),
    "PIR802": (ERROR, "an id is used twice within a process"),
    "PIR803": (ERROR, "a process that contradicts itself"),
    "PIR804": (ERROR, "a module or step whose id does not match its file or module"),
    "PIR805": (WARNING, "a declaration in a process that no task uses"),
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
"""Every code with its default severity and its title. docs/problems.md explains each."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. `line` and `column` count from 1; 0 stands for the file as a whole.

    `path` is relative to the folder of the records or of mkdocs.yml, with forward slashes.
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
        """A problem with the default severity of its code; `where` is (line, column)."""
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
    """Raised if work cannot continue, with the problems that are the reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        more = f" and {len(self.problems) - 3} more" if len(self.problems) > 3 else ""
        super().__init__("; ".join(p.message for p in self.problems[:3]) + more)


def nearest(word: str, words: Iterable[str]) -> list[str]:
    """The up to three of these words that are most similar to a word, best first; none if none is similar."""
    matches = process.extract(word, list(words), processor=str.casefold, limit=3, score_cutoff=60)
    return [match for match, _, _ in matches]


def _either(words: Sequence[str]) -> str:
    """Quoted words as in "'a', 'b' or 'c'"."""
    quoted = [repr(word) for word in words]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else quoted[0]


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A hint with the words that are most similar to a word, or an empty text."""
    matches = nearest(word, words)
    return f"did you mean {_either(matches)}?" if matches else ""


def with_configured_severity(problems: Iterable[Problem], rules: Mapping[str, str]) -> list[Problem]:
    """Problems, sorted, with the severities that the option `rules` sets; those set to `off` are left out.

    Errors stay errors, so that no record with an error can be published.
    """
    out = []
    for problem in problems:
        chosen = rules.get(problem.code)
        if problem.severity == "error" or chosen is None:
            out.append(problem)
        elif chosen != "off":
            out.append(replace(problem, severity=chosen))  # type: ignore[arg-type]
    return sorted(out)
