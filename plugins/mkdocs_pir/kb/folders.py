"""The folders of a project: records, other pages of the site, the output of MkDocs, and published editions.

Only this program may read the records. Another renderer (MkDocs without the plugin, ProperDocs, Zensical) publishes
everything in `docs_dir`, so the records are either in another folder or hidden with `exclude_docs: "*"`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mkdocs_pir.kb.problem import Problem

CLOSED = "*"
"""The pattern of `exclude_docs` that hides every file of `docs_dir` from every renderer."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of a project, as absolute paths.

    `records` has the records, `docs` the other pages of the site, `site` the output of `mkdocs build` and `publish`
    that of `pir build`. `exclude` is the setting `exclude_docs` as written.
    """

    records: Path
    docs: Path
    site: Path
    publish: Path
    exclude: str

    @property
    def records_in_docs(self) -> bool:
        """Whether the records are in `docs_dir` itself, so that the site has no other pages."""
        return same(self.records, self.docs)

    @property
    def closed(self) -> bool:
        """Whether `exclude_docs` hides every file of `docs_dir`, and says nothing else."""
        lines = [line.strip() for line in self.exclude.splitlines() if not line.lstrip().startswith("#")]
        return [line for line in lines if line] == [CLOSED]


def check_folders(folders: Folders, path: str, places: Mapping[str, tuple[int, int]]) -> Iterator[Problem]:
    """Problems of the folders that a configuration names.

    `path` is the name of its file, `places` the line and column of each setting in it.
    """

    def problem(message: str, hint: str) -> Problem:
        where = places.get("exclude_docs") or places.get("docs_dir") or (0, 0)
        return Problem.of("PIR620", path, where, message, hint)

    if folders.records_in_docs:
        if not folders.closed:
            yield problem(
                f"'docs_dir' is {folders.docs.name}/, the folder of the records, so any other site generator would publish"
                " all records",
                f"add this line to {path}, outside 'plugins', by hand or with 'pir upgrade': exclude_docs: \"{CLOSED}\"",
            )
    elif overlap(folders.records, folders.docs):
        records, docs = folders.records.name, folders.docs.name
        yield problem(
            f"the folder of the records ({records}/) and 'docs_dir' ({docs}/) overlap (one is inside the other), so any other"
            " site generator would publish records",
            f"move the records beside {docs}/ and name their folder with the option 'records' of pir",
        )
    yield from check_publish_dir(folders, folders.publish, "'publish_dir'", path)


def check_publish_dir(folders: Folders, publish: Path, label: str, path: str) -> Iterator[Problem]:
    """Problems of a folder to publish into; `label` names it in messages."""
    others = {"'site_dir'": folders.site, "'docs_dir'": folders.docs, "the folder of the records": folders.records}
    for name, other in others.items():
        if overlap(publish, other):
            why = (
                "'mkdocs build' empties that folder, and 'mkdocs gh-deploy' publishes all of it"
                if other == folders.site
                else "published files would be read as sources"
            )
            yield Problem.of(
                "PIR621",
                path,
                (0, 0),
                f"{label} ({publish.name}/) and {name} ({other.name}/) overlap (one is inside the other): {why}",
                "publish into a folder of its own, such as published/",
            )


def same(one: Path, other: Path) -> bool:
    """Whether two folders are the same, with links resolved."""
    return _real(one) == _real(other)


def overlap(one: Path, other: Path) -> bool:
    """Whether two folders are the same or one is inside the other, with links resolved."""
    one, other = _real(one), _real(other)
    return one.is_relative_to(other) or other.is_relative_to(one)


def _real(folder: Path) -> Path:
    """The path of a folder with links resolved; unlike `Path.resolve`, also for a link to itself."""
    return Path(os.path.realpath(folder))
