"""The types of pages that an edition has, by the addresses of their pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

PAGE_TYPES = {
    "home": r"index",
    "home of an engineer": r"home/engineer",
    "home of a service delivery manager": r"home/service-delivery(/.+)?",
    "home of a vice president": r"home/vp-services",
    "home of a director": r"home/director",
    "search": r"search/index",
    "no such page": r"404",
    "reviews": r"reviews(/\d+)?",
    "review": r"pirs/\d{4}/PIR-[\d-]+",
    "papers of a review": r"pirs/\d{4}/PIR-[\d-]+-tools",
    "lessons": r"lessons(/\d+)?",
    "lesson": r"lessons/LL-\d+",
    "problems": r"problems(/\d+)?",
    "problem": r"problems/PRB-\d+",
    "recurring causes": r"recurring",
    "repeats": r"recurring/(repeats|prevented|details)(/\d+)?",
    "causes": r"causes",
    "family of causes": r"causes/[^/]+",
    "cause": r"causes/[^/]+/[^/]+",
    "action items": r"actions",
    "list of action items": r"actions/list(/\d+)?",
    "effect of actions": r"actions/effect(/\d+)?",
    "incidents": r"incidents(/\d+)?",
    "KPIs": r"kpis",
    "KPI": r"kpis/[^/]+",
    "rows of a KPI": r"kpis/[^/]+/(rows|left-out)(/\d+)?",
    "clients": r"clients(/\d+)?",
    "client": r"clients/[a-z][^/]*",
    "services": r"services(/\d+)?",
    "service": r"services/[a-z][^/]*",
    "process": r"process",
    "calendar": r"process/calendar",
    "step of the process": r"process/\d+[a-z](\.\d+)?",
    "report on the process": r"process/\d+[a-z]-(report|tasks)",
    "handbook": r"handbook",
    "page of the handbook": r"handbook/.+",
    "data": r"data",
}
"""For each type, the pattern of its pages' paths without `.html`. Each page is of one type."""


def types_of(path: str) -> list[str]:
    """The types of the page at a path of the site, which ends in `.html`; one, unless a pattern is wrong."""
    return [name for name, pattern in PAGE_TYPES.items() if re.fullmatch(pattern, path.removesuffix(".html"))]


def largest_pages(site: Path, paths: Iterable[str] = ()) -> dict[str, str]:
    """For each type that a site has, the path of its largest page."""
    largest: dict[str, tuple[int, str]] = {}
    for path in paths or (file.relative_to(site).as_posix() for file in sorted(site.rglob("*.html"))):
        for name in types_of(path):
            largest[name] = max(largest.get(name, (0, "")), ((site / path).stat().st_size, path))
    return {name: largest[name][1] for name in PAGE_TYPES if name in largest}
