"""Where everything is in the site: one path a record, and relative links so that the site works anywhere, on disk too.

A path of a record mirrors its source file; a kind's lists have paths that no id can take.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urljoin

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.kinds import FOLDERS, KINDS
from mkdocs_pir.kb.model import Cause, Client, Page, Pir, Record
from mkdocs_pir.kb.process import Module

RESERVED_NAMES = frozenset(
    {
        "index", "404", "home", "search", "reviews", "recurring", "actions", "incidents", "lists", "kpis", "handbook", "process",
        "data", "assets", "files", "pages", "pdf", *FOLDERS,
    }
)  # fmt: skip
"""First parts of paths that the site uses itself; a handbook page with such a path is put below `pages/`."""

_DATED = re.compile(r"^[A-Z]+-?((?:19|20)\d\d)-\d+$")


def path_of(record: Record) -> str:
    """The path of a record's page in the site, such as `pirs/2026/PIR-2026-0012.html`."""
    if isinstance(record, Pir):
        return f"{KINDS[Pir.kind].folder}/{year_of(record)}/{record.id}.html"
    if isinstance(record, Page):
        first = record.id.partition("/")[0]
        lies_in_handbook = first == "handbook" and "/" in record.id
        return f"{record.id}.html" if first not in RESERVED_NAMES or lies_in_handbook else f"pages/{record.id}.html"
    return f"{KINDS[record.kind].folder}/{record.id}.html"


def source_of(record: Record) -> str:
    """The path of a record's file in the folder of the records, such as `pirs/2026/PIR-2026-0012.md`."""
    return f"{record.id}.md" if isinstance(record, Page) else f"{path_of(record).removesuffix('.html')}.md"


def year_of(pir: Pir) -> str:
    """The year of a review: that in its id, else that of its earliest time stamp, else `undated`."""
    if (match := _DATED.match(pir.id)) is not None:
        return match[1]
    stamp = pir.times.start or pir.times.end
    return str(stamp.year) if stamp is not None else "undated"


def family_path(family: str) -> str:
    """The page of a family of causes, which also shows the cause with the family's own id."""
    return f"{KINDS[Cause.kind].folder}/{family}.html"


def path_of_kpi(name: str) -> str:
    """The page of a KPI."""
    return f"kpis/{name}.html"


PROCESS = "process.html"
CALENDAR = "process/calendar.html"


def module_path(modules: Mapping[str, Module], module: Module) -> str:
    """The page of a process module: `process.html` for the first module, a page below `process/` for others."""
    return PROCESS if module.module == next(iter(modules), module.module) else f"process/{module.module}.html"


def step_path(step_id: str) -> str:
    """The page of a step of the process."""
    return f"process/{step_id}.html"


def report_path(module: Module) -> str:
    return f"process/{module.module}-report.html"


def tasks_path(module: Module) -> str:
    return f"process/{module.module}-tasks.html"


def process_paths(modules: Mapping[str, Module], *, internal: bool) -> set[str]:
    """Every page of the process that an edition has."""
    paths = {module_path(modules, module) for module in modules.values()}
    paths |= {step_path(step.id) for module in modules.values() for step in module.steps}
    if internal and modules:
        paths |= {path(module) for module in modules.values() for path in (report_path, tasks_path)} | {CALENDAR}
    return paths


def pdf_path(edition: Edition, record: Record | None = None) -> str:
    """The PDF of a review, of a client's review pack, or without a record of the handbook.

    Its name says for whom it is, so that an internal one is not sent to a client by mistake.
    """
    reader = edition.client or "internal"
    if record is None:
        return f"pdf/handbook-{reader}.pdf"
    if isinstance(record, Client):
        return f"pdf/pack-{record.id}{'' if edition.client else '-internal'}.pdf"
    return f"pdf/{record.id}-{reader}.pdf"


def part_path(record: Record, part: str) -> str:
    """The path of an action or a recommendation: that of its record with a fragment."""
    return f"{path_of(record)}#{part}"


@lru_cache(maxsize=1 << 16)
def relative(from_path: str, to_path: str) -> str:
    """The link from one page of the site to another (or to a file), fragment kept."""
    to, mark, fragment = to_path.partition("#")
    if to in ("", from_path):
        return f"#{fragment}" if mark else posixpath.basename(from_path)
    at = 0
    while (end := from_path.find("/", at)) >= 0 and to.startswith(from_path[at : end + 1], at):
        at = end + 1
    return "../" * from_path.count("/", at) + to_path[at:]


def address_of(site_url: str, path: str) -> str:
    """The address of a file of the site that is at `site_url`; empty for a site that does not say where it will be."""
    return urljoin(site_url if site_url.endswith("/") else f"{site_url}/", quote(path)) if site_url else ""


def path_to_root(path: str) -> str:
    """The relative path from a page to the root of the site: empty, or `../` once for each folder."""
    return "../" * path.count("/")
