"""The context of every command: the folder of mkdocs.yml and how much to print; and types of options."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from mkdocs_pir.cli import printed_paths, progress, terminal
from mkdocs_pir.cli.kept_answers import KeptFiles, answer, lasting
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb import schema, settings
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.model import Client
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.search.query import SearchIndex
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.store.result_store import FILE, ResultStore

if TYPE_CHECKING:
    from mkdocs_pir.kb.knowledge import KnowledgeBase
    from mkdocs_pir.kb.loading import Reading

T = TypeVar("T")

log = logging.getLogger(__name__)

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Context:
    """The folder of mkdocs.yml (an absolute path, or one below it), and whether to print only errors and results."""

    folder: Path
    quiet: bool

    def settings(self, as_of: date | None = None) -> Settings:
        """The settings of mkdocs.yml. Raises ProblemError."""
        if not self.folder.is_dir():
            raise click.UsageError(f"the folder '{self.folder}' does not exist")
        read = settings.read(settings.find_config(self.folder), as_of=as_of)
        kept = printed_paths.relative_path(read.cache / FILE) if read.cache else "nowhere (cache_dir is empty)"
        config, records = map(printed_paths.relative_path, (read.config_file, read.records))
        log.info("settings: %s; records: %s/; as of %s; results are kept in %s", config, records, read.as_of, kept)
        return read

    def knowledge(self, as_of: date | None = None) -> KnowledgeBase:
        """The knowledge base, read and checked. Raises ProblemError only for errors in the settings."""
        # here and below: a command that reads no record, such as a search, does without the import of what reads them
        return self.reading(as_of)[1]

    def reading(self, as_of: date | None = None) -> tuple[Reading, KnowledgeBase]:
        """What was read, from which changes can be checked before they are written, and the knowledge base of it."""
        from mkdocs_pir.editions.release import with_approvals
        from mkdocs_pir.kb.loading import check, read

        with self.step("Reading the records", lasting=False):
            reading = read(self.settings(as_of))
            return reading, with_approvals(check(reading))

    def report(self, problems: Sequence[Problem]) -> None:
        """Print problems of the knowledge base to standard error, with paths relative to the current folder."""
        progress.erase()
        click.echo(printed_paths.problems_as_text(problems, self.folders(), self.problems_url()), err=True)

    def folders(self) -> Sequence[Path]:
        """The folders that paths of problems may be relative to: that of the records, and that of mkdocs.yml."""
        try:
            config = settings.find_config(self.folder)
        except ProblemError:
            return [self.folder]
        try:
            return [settings.read(config).records, config.parent]
        except ProblemError:
            return [config.parent]

    def problems_url(self) -> str:
        """The option `problems_url`; empty without one, and where mkdocs.yml has errors or is not there."""
        try:
            return settings.read(settings.find_config(self.folder)).problems_url
        except ProblemError:
            return ""

    def knowledge_for_figures(self, as_of: date | None = None) -> KnowledgeBase:
        """The knowledge base for figures and lists, with a warning about records and rows that have errors.

        Figures leave these out, and could look better than they are.
        """
        knowledge = self.knowledge(as_of)
        self.warn(left_out(knowledge))
        return knowledge

    def of_projection(
        self, question: Sequence[str | None], form: type[T], work_out: Callable[[Projection], T], as_of: date | None
    ) -> T:
        """What is worked out from the projection of the internal edition, kept or new (see `kept_answers`)."""
        words: str | None = None

        def made() -> tuple[tuple[str, T], bool]:
            nonlocal words
            from mkdocs_pir.editions.project import project

            knowledge = self.knowledge(as_of)
            words = left_out(knowledge)
            self.warn(words)
            return (words, work_out(project(knowledge, Edition()))), lasting(knowledge)

        kept, result = answer(self.settings(as_of), question, tuple[str, form], made)  # type: ignore[valid-type]
        if words is None:
            self.warn(kept)
        return result

    def warn(self, words: str) -> None:
        """Print a warning to standard error, if there is one."""
        if words:
            progress.erase()
            click.echo(words, err=True)

    def projection(self, edition: Edition, as_of: date | None = None) -> Projection:
        """What an edition shows: the internal one from the records as they are now, a client's as it was published.

        Raises ProblemError if nothing was published for the client.
        """
        if edition.internal:
            from mkdocs_pir.editions.project import project

            return project(self.knowledge_for_figures(as_of), edition)
        from mkdocs_pir.editions import published_projections

        published = published_projections.published(self._publications(edition), edition)
        self.say(f"{edition}: using the published edition, with figures as of {as_of or published.as_of}")
        return msgspec.structs.replace(published, as_of=as_of) if as_of else published

    def search_index(self, edition: Edition) -> SearchIndex:
        """The search index of an edition; a client's as it was published. Raises ProblemError as `projection` does."""
        if edition.internal:
            return SearchIndex.open(self._index_files())
        from mkdocs_pir.editions import published_projections

        index = SearchIndex.open(published_projections.PublishedFiles(self._publications(edition), edition, "search"))
        self.say(f"{edition}: using the published edition")
        return index

    def _index_files(self) -> Mapping[str, bytes]:
        """The index of the internal edition: the one that was kept when the records were as they are now, or a new one."""
        settings = self.settings()
        store = ResultStore(settings.cache)
        made: dict[str, bytes] = {}
        is_lasting = True

        def make() -> dict[str, bytes]:
            nonlocal is_lasting
            from mkdocs_pir.editions.project import project
            from mkdocs_pir.search.documents import index_of

            knowledge = self.knowledge()
            is_lasting = lasting(knowledge)
            made.update(index_of(project(knowledge, Edition()), path_of, store))
            return made

        keys = answer(settings, ["index"], dict[str, bytes], lambda: (KeptFiles.keep(make(), store), is_lasting))
        return made or KeptFiles(keys, store, make)

    def _publications(self, edition: Edition) -> Path:
        """The folder of all published editions. Raises ProblemError (PIR603) if there is no such client."""
        config = self.settings()
        clients = [file.stem for file in (config.records / KINDS[Client.kind].folder).glob("*.md")]
        from mkdocs_pir.editions.generations import manifest
        from mkdocs_pir.editions.project import no_such_client

        if edition.client not in clients and manifest(config.folders.publish, edition) is None:
            raise ProblemError([no_such_client(config, edition, clients)])
        return config.folders.publish

    def say(self, text: str) -> None:
        """Print a line about the progress or outcome to standard error, so that results can be piped."""
        if not self.quiet:
            progress.erase()
            click.echo(text, err=True)

    @contextmanager
    def step(self, what: str, *, lasting: bool = True) -> Iterator[None]:
        """Show on a terminal what is being done and how far it is, and then, if `lasting`, how long it took."""
        with progress.shown(what, quiet=self.quiet, lasting=lasting):
            yield


pass_context = click.make_pass_decorator(Context)


def left_out(knowledge: KnowledgeBase) -> str:
    """A warning of the records and rows that figures leave out because they have errors; empty without any."""
    records = sum(record_file.record is None for record_file in knowledge.record_files.values())
    rows = sum(row.value is None for row in knowledge.rows)
    parts = [f"{number:,} {word}{'' if number == 1 else 's'}" for number, word in
             ((records, "record"), (rows, "register row")) if number]  # fmt: skip
    verb = "is" if records + rows == 1 else "are"
    return f"{' and '.join(parts)} with errors {verb} left out; 'pir check' shows the errors" if parts else ""


def with_common_options(command: click.Command) -> click.Command:
    """Add `--quiet`, `--verbose` and `--color` to a command, and to every command of a group, so that they can also
    follow the name of the command."""
    if isinstance(command, click.Group):
        for name in command.commands:
            with_common_options(command.commands[name])
        return command
    command.params += [
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            expose_value=False,
            callback=_quiet,
            help="Print only errors and results.",
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            expose_value=False,
            callback=_verbose,
            help="Print what is read, what is kept, and what is made again and why.",
        ),
        click.Option(
            ["--color"],
            type=click.Choice(list(terminal.COLOURS)),
            expose_value=False,
            callback=_color,
            help="Whether output has colour; by default (auto) on a terminal.",
        ),
    ]
    return command


def _quiet(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and (context := ctx.find_object(Context)) is not None:
        ctx.obj = replace(context, quiet=True)


def _verbose(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        terminal.be_verbose()
        ctx.call_on_close(terminal.be_brief)


def _color(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value:
        terminal.choose_colour(ctx, value)


class EditionType(click.ParamType[Edition]):
    """The type of an option that takes an edition: `internal` or `client:ID`."""

    name = "edition"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Edition:
        if isinstance(value, Edition):
            return value
        try:
            return Edition.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def edition_option(help_: str) -> Callable[[Decorated], Decorated]:
    """The option `--edition` of a command that takes one edition; by default the internal one."""
    return click.option(
        "--edition",
        type=EditionType(),
        default="internal",
        show_default=True,
        metavar="internal|client:ID",
        help=help_,
    )


class DateType(click.ParamType[date]):
    """The type of an option that takes a day, such as 2026-09-30."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return schema.day(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
