"""`pir serve` says in the terminal where it is, what it builds again and why, and which problems come and go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.knowledge_base import FILES, REVIEW, write_base

from mkdocs_pir.kb import settings
from mkdocs_pir.kb.loading import load
from mkdocs_pir.kb.problem_formats import as_text
from mkdocs_pir.site.build_log import BuildLog
from mkdocs_pir.site.preview import Preview, build_problems

FILE = "kb/pirs/2025/PIR-2025-0001.md"


def test_each_build_says_what_changed_and_which_problems_come_and_go(tmp_path: Path) -> None:
    folder = write_base(tmp_path)
    config = folder / "mkdocs.yml"
    lines: list[str] = []
    preview = Preview()
    preview.build_log = BuildLog(
        folder / "kb",
        config,
        lines.append,
        lambda path: path.relative_to(folder).as_posix(),
        as_text,
        lambda problems: lines.append(as_text(problems)),
    )

    def build() -> None:
        preview.problems = load(settings.read(config)).errors

    guarded = preview.guarded(build, lambda error: build_problems(error, config))

    def told() -> str:
        lines.clear()
        guarded()
        return "\n".join(lines)

    first = told()
    assert first.startswith("Built after ")
    assert "no problems" in first
    (folder / FILE).write_text(REVIEW.replace("severity: SEV-2", "severity: SEV-99"), "utf-8")
    broken = told()
    assert f"Changed: {FILE}\n" in broken
    assert ": 1 problem\n" in broken
    assert "error PIR104" in broken
    config.write_text(config.read_text("utf-8") + "x: [\n", "utf-8")
    stopped = told()
    assert "Changed: mkdocs.yml\nNot built after " in stopped
    assert "error PIR601" in stopped
    (folder / FILE).write_text(REVIEW, "utf-8")
    config.write_text(FILES["mkdocs.yml"], "utf-8")
    mended = told()
    assert f"Changed: {FILE}, mkdocs.yml\n" in mended
    assert "no problems" in mended
    assert "Corrected: mkdocs.yml" in mended
    assert "error PIR601" in mended


def test_how_far_a_build_is_is_shown_until_it_ends(tmp_path: Path) -> None:
    folder = write_base(tmp_path)
    events: list[str] = []

    @contextmanager
    def working() -> Iterator[None]:
        events.append("begin")
        yield
        events.append("end")

    log = BuildLog(folder / "kb", folder / "mkdocs.yml", events.append, str, as_text, lambda problems: None, working)
    log.begin()
    log.end([], failed=False)
    assert [event.split(" after ")[0] for event in events] == ["begin", "end", "Built"]
