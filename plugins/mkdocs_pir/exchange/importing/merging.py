"""A report that came in before: its parts, and the changes here and in its source, both kept where they do not touch."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs_pir.exchange.importing import record_writer
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.record_writer import STAMP
from mkdocs_pir.exchange.importing.report import ImportReport
from mkdocs_pir.exchange.importing.sections import in_order
from mkdocs_pir.kb import atomic, body, frontmatter, record_files
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.model import Section
from mkdocs_pir.kb.problem import Problem, ProblemError

NESTED = frozenset({"times", "detection", "impact"})
"""Fields whose own fields are parts: one time may be corrected here, another in the source."""


def parts_of(entry: RecordFile) -> dict[str, Any]:
    """What a report says, by part: `title`, `times.resolved`, `## Summary`; the same text twice under one heading is one."""
    out: dict[str, Any] = {}
    for key, value in entry.data.items():
        if key == STAMP:
            continue
        if key in NESTED and isinstance(value, dict):
            out |= {f"{key}.{inner}": item for inner, item in value.items()}
        else:
            out[key] = value
    for section in body.split(entry.body, entry.body_line, entry.path)[1]:
        name = f"## {section.title}"
        out[name] = f"{out[name]}\n\n{section.text}" if name in out else section.text
    return out


def part_digests(parts: Mapping[str, Any]) -> dict[str, str]:
    """A short digest of each part: of what it means, however it is written."""
    return {name: part_digest(value) for name, value in parts.items()}


def part_digest(value: Any) -> str:
    """The digest of one value; a text's without the space at its ends."""
    value = value.strip() if isinstance(value, str) else value
    written = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()[:8]


def of_text(path: str, text: str) -> dict[str, Any]:
    """The parts of a report's file. Raises ProblemError when it cannot be taken apart."""
    return parts_of(record_files.read_record(path, text.encode())[0])


KEEP, SOURCE, REPORT = "keep", "source", "report"
ON_CONFLICT = (REPORT, KEEP, SOURCE)
"""What to do with a part that both changed: say so and write nothing, keep it as it is here, take the source's."""


@dataclass(frozen=True, slots=True)
class Merge:
    """The merged file, or the parts that both changed; `taken` are the parts that came from the source."""

    text: str
    taken: tuple[str, ...]
    conflicts: tuple[str, ...] = ()


def merge(path: str, old: str, new: str, on_conflict: str = REPORT) -> Merge | None:
    """Bring an edited file up to date with the import's new text. None when there is nothing to tell edits by.

    `new` is what the import would write, `old` the file as it stands.
    """
    try:
        now, coming = of_text(path, old), of_text(path, new)
        before = frontmatter.parse(frontmatter.decode(old.encode(), path), path).data.get(record_writer.STAMP)
    except ProblemError:
        return None
    known = before.get("parts") if isinstance(before, dict) else None
    if not isinstance(known, dict):
        return None
    changed, conflicts = changes(known, part_digests(now), part_digests(coming))
    if conflicts and on_conflict == REPORT:
        return Merge(old, (), conflicts)
    taken = tuple(name for name in changed if on_conflict == SOURCE or name not in conflicts)
    return Merge(_File(path, old).with_parts(_File(path, new), taken), taken)


def changes(
    known: Mapping[str, str], here: Mapping[str, str], there: Mapping[str, str]
) -> tuple[list[str], tuple[str, ...]]:
    """The parts that the source changed since the last import, and those of them that were changed here too.

    All are digests by part: `known` of the last import, `here` of what stands here, `there` of what comes.
    """
    changed = [n for n in dict.fromkeys((*there, *known)) if there.get(n) not in (known.get(n), here.get(n))]
    return changed, tuple(name for name in changed if here.get(name) != known.get(name))


class _File:
    """A report's file by lines: the block of each top-level field, and the body's sections."""

    def __init__(self, path: str, text: str) -> None:
        text = frontmatter.decode(text.encode(), path)
        document = frontmatter.parse(text, path)
        self.path = path
        self.data = document.data
        lines = text.split("\n")
        self.head = lines[1 : document.body_line - 2]
        self.body = document.body
        self.starts = {at[0]: mark[0] - 2 for at, mark in document.positions.keys.items() if len(at) == 1}

    def block(self, key: str) -> tuple[int, int]:
        """The lines of a field, from its key to the last line of its value; comments below belong to what follows."""
        start = self.starts[key]
        end = min((s for s in self.starts.values() if s > start), default=len(self.head))
        while end > start + 1 and re.match(r"\s*(#|$)", self.head[end - 1]):
            end -= 1
        return start, end

    def with_parts(self, new: _File, taken: tuple[str, ...]) -> str:
        """The file with these parts, and the stamp, of another."""
        fields = {name.split(".", 1)[0] for name in taken if not name.startswith("## ")}
        head = list(self.head)
        blocks: list[tuple[int, int, list[str]]] = []
        added: list[str] = []
        for key in (*dict.fromkeys(k for k in (*new.data, *self.data) if k in fields), record_writer.STAMP):
            lines = new.head[slice(*new.block(key))] if key in new.starts else []
            if key in NESTED:
                lines = record_writer.front_matter({key: value}) if (value := self._nested(new, key, taken)) else []
            if key in self.starts:
                blocks.append((*self.block(key), lines))
            else:
                added += lines
        for start, end, lines in sorted(blocks, reverse=True):
            head[start:end] = lines
        at = next((n for n, line in enumerate(head) if line.startswith(f"{record_writer.STAMP}:")), len(head))
        head[at:at] = added
        sections = [name.removeprefix("## ") for name in taken if name.startswith("## ")]
        return "---\n" + "\n".join(head) + "\n---\n" + _with_sections(self, new, sections)

    def _nested(self, new: _File, key: str, taken: tuple[str, ...]) -> dict[str, Any]:
        mine = self.data.get(key)
        value: dict[str, Any] = dict(mine) if isinstance(mine, dict) else {}
        theirs = new.data.get(key)
        for name in taken:
            outer, _, inner = name.partition(".")
            if outer == key and isinstance(theirs, dict) and inner in theirs:
                value[inner] = theirs[inner]
            elif outer == key:
                value.pop(inner, None)
        order = list(theirs) if isinstance(theirs, dict) else []
        return {k: value[k] for k in (*(k for k in order if k in value), *(k for k in value if k not in order))}


def _with_sections(old: _File, new: _File, taken: list[str]) -> str:
    """The old body with some sections of the new one: replaced where they stand, added in order, or taken away."""
    texts = {section.title: section.text for _, section in _sections(new)}
    lines = old.body.split("\n")
    spans = _sections(old)
    out: list[tuple[str, str]] = []
    first = spans[0][0] if spans else len(lines)
    preamble = "\n".join(lines[:first])
    for index, (start, section) in enumerate(spans):
        end = spans[index + 1][0] if index + 1 < len(spans) else len(lines)
        whole = "\n".join(lines[start:end])
        if section.title not in taken:
            out.append((section.title, whole))
        elif (text := texts.pop(section.title, None)) is not None:
            # the heading stays as it was typed: it may say who may see the section
            out.append((section.title, f"{lines[start]}\n\n{text}\n" + ("\n" if index + 1 < len(spans) else "")))
    there = {title for title, _ in out}
    for title in (t for t in in_order(texts) if t in taken and t not in there):
        order = in_order([title, *there])
        following = set(order[order.index(title) + 1 :])
        at = next((n for n, (name, _) in enumerate(out) if name in following), len(out))
        out.insert(at, (title, f"## {title}\n\n{texts[title]}\n\n"))
    opening = (
        preamble.rstrip("\n") + "\n\n" if preamble.strip() else preamble + ("" if preamble.endswith("\n") else "\n")
    )
    return (opening + "\n".join(f"{text.strip(chr(10))}\n" for _, text in out)).rstrip("\n") + "\n"


def _sections(file: _File) -> list[tuple[int, Section]]:
    """The sections of a body with the line of it on which each begins."""
    return [(section.line - 1, section) for section in body.split(file.body, 1, file.path)[1]]


def named(names: tuple[str, ...]) -> str:
    """Parts as people name them: the field 'severity', the section 'Timeline'."""
    shown = [f"the section '{n.removeprefix('## ')}'" if n.startswith("## ") else f"'{n}'" for n in names]
    return ", ".join(shown[:-1]) + (" and " if len(shown) > 1 else "") + shown[-1] if shown else ""


def stamp(name: str, path: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What a report carries of its origin: the source, the file where each is a report of its own, its parts."""
    return {"from": name, **({"file": path} if path else {}), "parts": part_digests(said)}


def settle(
    folder: Path, path: str, text: str, document: SourceDocument, on_conflict: str, report: ImportReport
) -> None:
    """Write a sound report of an import at its path in the knowledge base, and say in `report` what became of it."""
    target, outcomes = folder / path, report.reviews
    if not target.exists():
        outcomes.created.append(path)
        write(target, text.encode(), report.dry_run)
        return
    old = target.read_bytes().decode("utf-8", "replace")
    if record_writer.digest(old) == record_writer.digest(text):
        (outcomes.unchanged if record_writer.is_as_written(old) else outcomes.kept).append(path)
        return
    if record_writer.is_as_written(old):
        outcomes.updated.append(path)
        write(target, text.encode(), report.dry_run)
        return
    merged = merge(path, old, text, on_conflict)
    if merged is not None and not merged.conflicts and _is_sound(path, merged.text):
        outcomes.merged.append(path)
        write(target, merged.text.encode(), report.dry_run)
        return
    hint = "carry the change over by hand, or remove the file to have it written anew"
    if merged is not None and merged.conflicts:
        what = f"{named(merged.conflicts)} changed there and in its source"
        hint = "say --on-conflict keep or --on-conflict source to settle it; changes beside it come in either way"
    elif record_writer.digest(old):
        what = "was edited since it came in, and its source changed"
    else:
        what = "came from no import"
    message = f"{report.shown(target)}: {what}; it is left as it is"
    report.problems.append(Problem.of("PIR707", document.path, document.where, message, hint))
    outcomes.refused.append(document.name)


def _is_sound(path: str, text: str) -> bool:
    """Whether a report by itself has no errors: the last word before it is written."""
    try:
        _, problems = record_files.read_record(path, text.encode())
    except ProblemError:
        return False
    return not any(p.severity == "error" for p in problems)


def write(target: Path, content: bytes, dry_run: bool) -> None:
    """Put the file in place at once, so that an interrupted import leaves no half of it."""
    if dry_run:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(target, content)
