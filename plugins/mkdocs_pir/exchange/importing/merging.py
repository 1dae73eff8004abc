"""Merging a review that was imported before with its changed source, part by part."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from mkdocs_pir.exchange.importing import record_writer
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.record_writer import STAMP
from mkdocs_pir.exchange.importing.report import ImportReport
from mkdocs_pir.exchange.importing.sections import in_order
from mkdocs_pir.kb import atomic, body, frontmatter, record_files
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.record_edits import Edit, EditError, Set, edited

NESTED = frozenset({"times", "detection", "impact"})
"""Fields whose own fields are parts: one time may be corrected here, another in the source."""

KEEP, SOURCE, REPORT = "keep", "source", "report"
"""What to do with a part that both changed: say so and write nothing, keep it as it is here, take the source's."""


def parts_of(entry: RecordFile) -> dict[str, Any]:
    """The values of a review by part: `title`, `times.resolved`, `## Summary`. Sections of one title are one part."""
    out: dict[str, Any] = {}
    for key, value in entry.data.items():
        if key in NESTED and isinstance(value, dict):
            out |= {f"{key}.{inner}": item for inner, item in value.items()}
        elif key != STAMP:
            out[key] = value
    for section in entry.sections:
        name = f"## {section.title}"
        out[name] = f"{out[name]}\n\n{section.text}" if name in out else section.text
    return out


def of_text(path: str, text: str) -> dict[str, Any]:
    """The parts of a review's file. Raises ProblemError when it cannot be taken apart."""
    return parts_of(record_files.read_record(path, text.encode())[0])


def stamp(
    name: str, path: str, parts: Mapping[str, Any], known_as: str = "", files: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a review carries of its origin: the source, the file where each is one review, a digest of each part.

    `known_as` is the id that the source has for it, where that is another than its own, and `files` are the digests
    of its attachments.
    """
    origin = {"from": name, "file": path, "known_as": known_as, "files": dict(files or {})}
    return {**{key: value for key, value in origin.items() if value}, "parts": part_digests(parts)}


def part_digests(parts: Mapping[str, Any]) -> dict[str, str]:
    """A short digest of each part: of what it means, however it is written."""
    return {name: part_digest(value) for name, value in parts.items()}


def part_digest(value: Any) -> str:
    """The digest of one value; space at the ends of a text does not count."""
    value = value.strip() if isinstance(value, str) else value
    written = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()[:8]


def content_digest(content: bytes) -> str:
    """The digest of an attachment."""
    return hashlib.sha256(content).hexdigest()[:8]


class Merge(NamedTuple):
    """The merged file, or the parts that both changed."""

    text: str
    conflicts: Sequence[str] = ()


def merge(path: str, old: str, new: str, on_conflict: str = REPORT) -> Merge | None:
    """Bring an edited file up to date with the import's new text. None when there is nothing to tell edits by.

    `new` is what the import would write, `old` the file as it stands.
    """
    try:
        now, coming = of_text(path, old), of_text(path, new)
        here, there = _File(path, old), _File(path, new)
    except ProblemError:
        return None
    before = here.data.get(STAMP)
    known = before.get("parts") if isinstance(before, dict) else None
    if not isinstance(known, dict):
        return None
    changed, conflicts = changes(known, part_digests(now), part_digests(coming))
    if conflicts and on_conflict == REPORT:
        return Merge(old, conflicts)
    taken = [name for name in changed if on_conflict == SOURCE or name not in conflicts]
    try:
        return Merge(here.with_parts(there, taken))
    except EditError:
        return None


def changes(
    known: Mapping[str, str], here: Mapping[str, str], there: Mapping[str, str]
) -> tuple[Sequence[str], Sequence[str]]:
    """The parts that the source changed since the last import, and those of them that were changed here too.

    All are digests by part: `known` of the last import, `here` of what stands here, `there` of what comes.
    """
    changed = [n for n in dict.fromkeys((*there, *known)) if there.get(n) not in (known.get(n), here.get(n))]
    return changed, [name for name in changed if here.get(name) != known.get(name)]


class _File:
    """A review's file in pieces: its front matter, the text before its first section, and the lines of each section."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        text = frontmatter.decode(text.encode(), path)
        document = frontmatter.parse(text, path)
        self.data = document.data
        self._head = text.split("\n")[: document.body_line - 1]
        lines = document.body.split("\n")
        sections = body.split(document.body, 1, path)[1]
        cuts = [*(section.line - 1 for section in sections), len(lines)]
        self.preamble = "\n".join(lines[: cuts[0]])
        self.sections = [
            (section.title, section.text, lines[start:end])
            for section, (start, end) in zip(sections, pairwise(cuts), strict=True)
        ]

    def with_parts(self, new: _File, taken: Sequence[str]) -> str:
        """The file with these parts, and the stamp, of another. Raises EditError for one that cannot be changed."""
        fields = [name for name in taken if not name.startswith("## ")]
        edits: list[Edit] = []
        for name in (*fields, STAMP):
            key, _, inner = name.partition(".") if name.partition(".")[0] in NESTED else (name, "", "")
            value = new.data.get(key)
            if inner:
                edits.append(Set((key, inner), value.get(inner) if isinstance(value, dict) else None))
            else:
                edits.append(Set((key,), value))
        text = "\n".join([*self._head, *self._body(new, {n.removeprefix("## ") for n in taken})]) + "\n"
        return edited(self.path, text.encode(), edits).decode()

    def _body(self, new: _File, taken: Iterable[str]) -> list[str]:
        """The body with some sections of the new one: replaced where they stand, added in order, or taken away."""
        texts = {title: text for title, text, _ in new.sections if title in taken}
        out: list[tuple[str, str]] = []
        for title, _, lines in self.sections:
            if title not in taken:
                out.append((title, "\n".join(lines).strip("\n")))
            elif title in texts:
                # the heading stays as it was typed: it may say who may see the section
                out.append((title, f"{lines[0]}\n\n{texts.pop(title)}"))
        for title in in_order(texts):
            order = in_order([title, *(name for name, _ in out)])
            following = order[order.index(title) + 1 :]
            at = next((n for n, (name, _) in enumerate(out) if name in following), len(out))
            out.insert(at, (title, f"## {title}\n\n{texts[title]}"))
        opening = [self.preamble.rstrip("\n"), ""] if self.preamble.strip() else [""]
        return [*opening, "\n\n".join(text.strip("\n") for _, text in out)] if out else [self.preamble.rstrip("\n")]


def named(names: Sequence[str]) -> str:
    """Parts as people name them: the field 'severity', the section 'Timeline'."""
    shown = [f"the section '{n.removeprefix('## ')}'" if n.startswith("## ") else f"'{n}'" for n in names]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def write_report(
    folder: Path, path: str, text: str, document: SourceDocument, on_conflict: str, report: ImportReport
) -> str:
    """Write a valid review at its path in the knowledge base, and note its outcome in `report`.

    Returns the text of the review that then stands there, empty where a conflict left it as it was.
    """
    target = folder / path

    def written(outcome: str, text: str) -> str:
        report.reviews[outcome].append(path)
        write(target, text.encode(), report.dry_run)
        return text

    if not target.exists():
        return written("created", text)
    old = target.read_bytes().decode("utf-8", "replace")
    as_written = record_writer.is_as_written(old)
    if record_writer.digest(old) == record_writer.digest(text):
        report.reviews["unchanged" if as_written else "kept"].append(path)
        return old
    if as_written:
        return written("updated", text)
    merged = merge(path, old, text, on_conflict)
    if merged is not None and not merged.conflicts and _is_sound(path, merged.text):
        return written("merged", merged.text)
    hint = "make the change by hand, or delete the file and import again"
    what = "was not written by an import"
    if merged is not None and merged.conflicts:
        what = f"{named(merged.conflicts)} changed both in the file and in the source"
        hint = "decide with --on-conflict keep or --on-conflict source; other changes are imported either way"
    elif record_writer.digest(old):
        what = "was edited after it was imported, and its source changed"
    message = f"{report.shown(target)}: {what}; it is left as it is"
    report.problems.append(Problem.of("PIR707", document.path, document.where, message, hint))
    report.reviews["refused"].append(document.name)
    return ""


def _is_sound(path: str, text: str) -> bool:
    """Whether a review by itself has no errors; the last check before it is written."""
    try:
        _, problems = record_files.read_record(path, text.encode())
    except ProblemError:
        return False
    return not any(p.severity == "error" for p in problems)


def write(target: Path, content: bytes, dry_run: bool) -> None:
    """Put the file in place at once, so that an interrupted import leaves no half of it."""
    if not dry_run:
        target.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(target, content)
