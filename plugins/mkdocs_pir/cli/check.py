"""`pir check`: report every mistake in the knowledge base."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from mkdocs_pir import __version__
from mkdocs_pir.cli import printed_paths
from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.cli.kept_answers import answer, lasting
from mkdocs_pir.cli.lookup import find_path
from mkdocs_pir.cli.printed_paths import with_relative_paths
from mkdocs_pir.cli.profile import profile_option
from mkdocs_pir.cli.staged import concerned, staged_files
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.problem import Problem, ProblemError, with_configured_severity
from mkdocs_pir.kb.problem_formats import as_github, as_gitlab, as_json, as_sarif
from mkdocs_pir.kb.settings import find_config
from mkdocs_pir.store.garbage import not_collected

if TYPE_CHECKING:
    from mkdocs_pir.kb.knowledge import KnowledgeBase


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github", "gitlab"]),
    default="text",
    show_default=True,
    help="The format of the report.",
)
@click.option("--strict", is_flag=True, help="Exit with code 1 on warnings too.")
@click.option("--staged", is_flag=True, help="Report only on the files staged in Git, and on what they break.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C; print what changed.")
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]…")
@profile_option
@pass_context
def check(context: Context, form: str, strict: bool, staged: bool, watch: bool, paths: tuple[str, ...]) -> None:
    """Report every mistake in records, links and registers.

    With PATH, only mistakes in those files or folders are reported; PATH may also be the id of a record. The whole
    knowledge base is always read, because links and rules may concern several files. --staged is meant for a
    pre-commit hook.
    """
    if staged and paths:
        raise click.UsageError("give either --staged or paths, not both")
    context = _of_paths(context, paths)
    if watch:
        if staged or form != "text":
            raise click.UsageError("--watch prints text, and cannot be combined with --format or --staged")
        _watch(context, paths)
        return
    try:
        with context.step("Reading"):
            settings = context.settings()
            checked = answer(
                settings, ["check", settings.sources.hex(), str(settings.root)], _Checked, partial(_check, context)
            )
    except ProblemError as error:
        # a program that reads the report gets one also if a bad configuration leaves nothing to check
        if form == "text":
            raise
        click.echo(_FORMATTERS[form](error.problems, context.folders(), 0, ""))
        raise SystemExit(1) from None
    folders = [settings.records, settings.root]
    problems: Sequence[Problem] = checked.problems
    if paths:
        problems = _within(problems, folders, _targets(checked, folders, paths))
    if staged:
        about = concerned(settings, checked.paths, staged_files(settings.root))
        problems = [p for p in problems if about(p)]
    text = _FORMATTERS[form](problems, folders, len(checked.paths), settings.problems_url)
    if text:
        click.echo(text)
    if form == "text":
        context.say(_summary(problems, len(checked.paths)))
    fatal = {"error", "warning"} if strict else {"error"}
    if any(p.severity in fatal for p in problems):
        raise SystemExit(1)


def _of_paths(context: Context, paths: Sequence[str]) -> Context:
    """The context of the knowledge base that the paths are in, where the current folder is in none.

    Raises UsageError for a path in another knowledge base, of which nothing would be reported.
    """
    here = _config(context.folder)
    places = [_meant(path, context.folder if here is not None else Path()).resolve() for path in paths if path]
    places = [place for place in places if place.exists()]
    for place in places:
        there = _config(place if place.is_dir() else place.parent)
        if here is None and there is not None:
            return replace(context, folder=there.parent)
        if here is not None and there is not None and not place.is_relative_to(here.parent):
            folder = printed_paths.relative_path(there.parent)
            raise click.UsageError(
                f"'{printed_paths.relative_path(place)}' is in another knowledge base; write pir -C {folder} check"
            )
    return context


def _meant(path: str, folder: Path) -> Path:
    """The file of a relative path: from the folder that -C names, if it is there, else from the current one."""
    return there if (there := folder / path).exists() else Path(path)


def _config(folder: Path) -> Path | None:
    try:
        return find_config(folder)
    except ProblemError:
        return None


class _Checked(Struct, frozen=True):
    """All problems, and the paths of all records by their ids."""

    problems: tuple[Problem, ...]
    paths: dict[str, str]


def _check(context: Context) -> tuple[_Checked, bool]:
    knowledge = context.knowledge()
    return _checked(knowledge), lasting(knowledge)


@not_collected()
def _checked(knowledge: KnowledgeBase) -> _Checked:
    paths = {id_: file.path for id_, file in knowledge.record_files.items()}
    repeats = with_configured_severity(_likely_repeats(knowledge), knowledge.settings.rules)
    return _Checked(tuple(sorted([*knowledge.problems, *repeats])), paths)


def _likely_repeats(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Hints of reviews without a cause whose words are those of an earlier review."""
    from mkdocs_pir.kb.model import Pir
    from mkdocs_pir.search.likely_repeats import likely_repeats

    for repeat in likely_repeats(knowledge.records(Pir), knowledge.synonyms):
        file = knowledge.record_files[repeat.review]
        if not file.suppresses("PIR417"):
            yield Problem.of(
                "PIR417",
                file.path,
                file.at("title"),
                f"{repeat.earlier}, {count(repeat.days, 'day')} earlier, tells of the same in like words: "
                f"{', '.join(repeat.words)}",
                f"if it is the same failure, add 'recurrence_of: {repeat.earlier}'; if not, set the triggers of both",
            )


def _watch(context: Context, paths: Sequence[str]) -> None:
    from mkdocs_pir.cli.watch import Watch

    targets: list[Path] = []

    def choose(knowledge: KnowledgeBase) -> tuple[Sequence[Problem], str]:
        checked, folders = _checked(knowledge), [knowledge.settings.records, knowledge.settings.root]
        # once: a file that was named stays named while it is deleted
        if not targets:
            targets.extend(_targets(checked, folders, paths))
        problems = _within(checked.problems, folders, targets) if paths else checked.problems
        return problems, _summary(problems, len(checked.paths))

    Watch(context, choose).run()


def _targets(checked: _Checked, folders: Sequence[Path], paths: Sequence[str]) -> list[Path]:
    """The files and folders named, also by the ids of records. Raises UsageError for one that does not exist."""
    records, *_ = folders
    files = sorted({*checked.paths.values()} | {p.path for p in checked.problems})
    return [find_path(records, files, path) for path in paths]


def _within(problems: Sequence[Problem], folders: Sequence[Path], targets: Sequence[Path]) -> list[Problem]:
    """The problems of these files, and of those in these folders."""

    def named(problem: Problem) -> bool:
        folder = next((f for f in folders if (f / problem.path).exists()), folders[0])
        file = (folder / problem.path).resolve()
        return any(file == w or file.is_relative_to(w) for w in targets)

    return [p for p in problems if named(p)]


def _summary(problems: Sequence[Problem], records: int) -> str:
    parts = [count(sum(p.severity == s for p in problems), s) for s in ("error", "warning", "hint")]
    return f"{count(records, 'record')}: {parts[0]}, {parts[1]}, {parts[2]}"


def _from_repository(problems: Sequence[Problem], folders: Sequence[Path]) -> list[Problem]:
    """Problems with paths relative to the top of the Git repository, as these tools need them, or to the current folder."""
    here = folders[0].resolve()
    top = next((above for above in (here, *here.parents) if (above / ".git").exists()), None)
    return with_relative_paths(problems, folders, top)


_FORMATTERS: Mapping[str, Callable[[Sequence[Problem], Sequence[Path], int, str], str]] = {
    "text": lambda problems, folders, records, pages: printed_paths.problems_as_text(problems, folders, pages),
    "json": lambda problems, folders, records, pages: as_json(with_relative_paths(problems, folders), records, pages),
    "sarif": lambda problems, folders, records, pages: as_sarif(
        _from_repository(problems, folders), __version__, pages
    ),
    "github": lambda problems, folders, records, pages: as_github(_from_repository(problems, folders), pages),
    "gitlab": lambda problems, folders, records, pages: as_gitlab(_from_repository(problems, folders), pages),
}
"""A function per format: it takes problems, the folders their paths may be relative to, the number of records, and where
the entries of codes are (the option `problems_url`)."""
