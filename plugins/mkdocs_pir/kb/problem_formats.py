"""The formats of problems: text with the line in question, JSON, SARIF 2.1.0, and annotations for GitHub and GitLab."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mkdocs_pir.kb.frontmatter import CONTROL
from mkdocs_pir.kb.problem import CODES, Problem
from mkdocs_pir.kb.problem_explanations import address

LineOf = Callable[[str, int], str | None]

Styled = Callable[[str, str], str]
"""Takes a text and its role, and gives it the colours of that role: a severity, `place`, `caret` or `aside`."""

# `pages` is the option `problems_url` in all of these: where the entries of codes are, or nothing


def as_text(
    problems: Sequence[Problem],
    line_of: LineOf = lambda path, line: None,
    pages: str = "",
    styled: Styled = lambda text, role: text,
) -> str:
    """Problems as text, a block each: place and message, the line with a caret, the hint, and where the code is explained."""
    blocks = []
    for p in problems:
        where = f"{p.path}:{p.line}:{p.column}" if p.line else p.path
        block = [f"{styled(f'{where}:', 'place')} {styled(f'{p.severity} {p.code}:', p.severity)} {p.message}"]
        if p.line and (source := line_of(p.path, p.line)) is not None:
            # a long line is cut before and after the mistake, so that it fits in a terminal
            start = max(0, p.column - 60)
            block += [
                f"    {source[start : start + 100]}",
                f"    {' ' * max(0, p.column - 1 - start)}{styled('^', 'caret')}",
            ]
        if p.hint:
            block.append(f"    {p.hint}")
        if url := address(pages, p.code):
            block.append(f"    {styled(f'see {url}', 'aside')}")
        blocks.append("\n".join(block))
    return "\n".join(blocks)


def as_json(problems: Sequence[Problem], records: int, pages: str = "") -> str:
    """The output of `pir check --format json`, which is stable and documented in docs/cli.md."""
    counted = {f"{severity}s": sum(p.severity == severity for p in problems) for severity in ("error", "warning")}
    entries = [p.as_dict() | ({"url": url} if (url := address(pages, p.code)) else {}) for p in problems]
    return json.dumps(
        {"problems": entries, "summary": {**counted, "records": records}},
        indent=2,
        ensure_ascii=False,
    )


def as_github(problems: Sequence[Problem], pages: str = "") -> str:
    """Workflow commands that annotate the lines of a pull request."""
    names: Mapping[str, str] = {"error": "error", "warning": "warning", "hint": "notice"}
    return "\n".join(
        f"::{names[p.severity]} file={_property(p.path)},line={max(p.line, 1)},col={max(p.column, 1)},"
        f"title={p.code}::{_data(_sentences(p, pages))}"
        for p in problems
    )


def _sentences(problem: Problem, pages: str = "") -> str:
    """The message, the hint and the address of the code's entry, for formats that have one text for all of them."""
    url = address(pages, problem.code)
    return ". ".join(filter(None, (problem.message, problem.hint, url and f"See {url}")))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_gitlab(problems: Sequence[Problem], pages: str = "") -> str:
    """A GitLab code quality report, shown in merge requests."""
    levels: Mapping[str, str] = {"error": "major", "warning": "minor", "hint": "info"}
    entries = []
    seen: Counter[tuple[str, str, str]] = Counter()
    for p in problems:
        # the line is left out, so that a problem whose line changes keeps its fingerprint
        same = (p.code, p.path, p.message)
        seen[same] += 1
        identity = f"{same} {seen[same]}"
        entries.append(
            {
                "description": _sentences(p, pages),
                "check_name": p.code,
                "fingerprint": hashlib.sha256(identity.encode()).hexdigest(),
                "severity": levels[p.severity],
                "location": {"path": p.path, "lines": {"begin": max(p.line, 1)}},
            }
        )
    return json.dumps(entries, indent=2, ensure_ascii=False)


def as_sarif(problems: Sequence[Problem], version: str, pages: str = "") -> str:
    """A SARIF 2.1.0 log, as code scanning services read it."""
    levels: Mapping[str, str] = {"error": "error", "warning": "warning", "hint": "note"}
    used = sorted({p.code for p in problems})
    driver = {
        "name": "mkdocs-pir",
        "version": version,
        "rules": [
            {"id": code, "shortDescription": {"text": CODES[code][1]}}
            | ({"helpUri": url} if (url := address(pages, code)) else {})
            for code in used
        ],
    }
    results = [
        {
            "ruleId": p.code,
            "ruleIndex": used.index(p.code),
            "level": levels[p.severity],
            "message": {"text": _sentences(p)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": p.path},
                        "region": {"startLine": max(p.line, 1), "startColumn": max(p.column, 1)},
                    }
                }
            ],
        }
        for p in problems
    ]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(log, indent=2, ensure_ascii=False)


def lines_of(*folders: Path) -> LineOf:
    """A function that gives a line of a file in the first of these folders that has the file. Files are read once."""
    files: dict[str, list[str]] = {}

    def line_of(path: str, line: int) -> str | None:
        if path not in files:
            file = next((f / path for f in folders if (f / path).is_file()), folders[0] / path)
            try:
                files[path] = file.read_text("utf-8-sig", "replace").split("\n")
            except OSError:
                files[path] = []
        lines = files[path]
        # terminals obey control characters, and the caret would be in the wrong place
        return CONTROL.sub("\ufffd", lines[line - 1]).replace("\t", " ") if 0 < line <= len(lines) else None

    return line_of
