"""Which files of the source are records, and why the others are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.trees import Tree

NEVER_RECORDS: Sequence[tuple[str, str]] = (
    ("**/_index.md", "a list page of the site builder"),
    ("archetypes/**", "a form that the site builder copies"),
    ("**/README*", "about the folder, no report"),
    ("**/LICENSE*", "the licence of the source"),
    ("**/LICENCE*", "the licence of the source"),
    ("**/CONTRIBUTING*", "about the folder, no report"),
    ("**/CHANGELOG*", "about the folder, no report"),
    ("**/CODE_OF_CONDUCT*", "about the folder, no report"),
    ("**/template*", "a template, no report"),
)
"""Files that are known to be no records. A mapping that names one of them without a wildcard has it come in."""


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """A file or record that did not come in, and why."""

    path: str
    because: str


def select(tree: Tree, mapping: ImportMapping) -> tuple[Tree, list[str], list[LeftOut]]:
    """The tree, its files that are records, and those that are not with the reason, both in order of path.

    A source that is one file is that record, whatever its name. Where everything lies in one folder, as in the
    archive of a repository, and the mapping's patterns find nothing, they are taken from inside that folder.
    """
    if tree.single:
        return tree, list(tree.files), []
    if (
        tree.top
        and not any(True for _ in _taken(tree, mapping))
        and any(_taken(inner := tree.below(tree.top), mapping))
    ):
        tree = inner
    left = []
    for path, refused in tree.files.items():
        if refused != "hidden" and (because := refused or _why_not(path, mapping)):
            left.append(LeftOut(path, because))
    return tree, list(_taken(tree, mapping)), left


def _taken(tree: Tree, mapping: ImportMapping) -> Iterator[str]:
    return (path for path, refused in tree.files.items() if not refused and not _why_not(path, mapping))


def _why_not(path: str, mapping: ImportMapping) -> str:
    if path in mapping.patterns:
        return ""
    for rule in mapping.leave_out:
        if glob(rule.files).fullmatch(path):
            return rule.because
    for pattern, because in NEVER_RECORDS:
        if glob(pattern).fullmatch(path):
            return because
    matched = any(glob(pattern).fullmatch(path) for pattern in mapping.patterns)
    return "" if matched else f"not among the files of the mapping ({', '.join(mapping.patterns)})"


@cache
def glob(pattern: str) -> re.Pattern[str]:
    """A file pattern as an expression for relative paths: `**/` any folders, `*` and `?` within a name."""
    out, at = "", 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            out, at = out + "(?:.*/)?", at + 3
        elif pattern.startswith("**", at):
            out, at = out + ".*", at + 2
        else:
            out += {"*": "[^/]*", "?": "[^/]"}.get(pattern[at], re.escape(pattern[at]))
            at += 1
    return re.compile(out, re.I)
