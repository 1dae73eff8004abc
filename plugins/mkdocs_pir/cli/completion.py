"""What a shell completes: ids of records, clients, services, causes and actions, editions, codes, names of KPIs.

Ids are the names of files, so no record is read, but for the actions of a few reviews. What goes wrong completes
nothing: a message would stand in the middle of the line that the user writes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class
from click.shell_completion import split_arg_string as words_of

from mkdocs_pir.kb import record_files, schema, settings
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.model import Cause, Client, Lesson, Pir, ProblemRecord, Service
from mkdocs_pir.kb.problem import CODES

Words = Callable[[click.Context], Iterable[tuple[str, str]]]
"""Gives the words that may stand there, each with what it means or nothing."""

FEW = 10
"""Reviews that are read for the ids of their actions."""


def _records(context: click.Context) -> Path:
    """The folder of the records."""
    folder = Path(str(context.find_root().params.get("folder") or ".")).resolve()
    return settings.folders_of(settings.find_config(folder)).records


def _ids(*kinds: str) -> Words:
    """The ids of all records of these kinds; of any without one."""

    def words(context: click.Context) -> Iterator[tuple[str, str]]:
        for path in record_files.record_paths(_records(context))[0]:
            if (kind := record_files.kind_of(path)) in (kinds or KINDS):
                yield record_files.id_at(path), KINDS[kind].label

    return words


def _editions(*others: str) -> Words:
    def words(context: click.Context) -> Iterator[tuple[str, str]]:
        yield from ((name, "") for name in others)
        yield from ((f"client:{id_}", "") for id_, _ in _ids(Client.kind)(context))

    return words


def _steps(context: click.Context) -> Iterator[tuple[str, str]]:
    """The ids of records with a status, and after the first of them the statuses."""
    if context.params.get("step"):
        for kind in (Pir, Lesson, ProblemRecord):
            yield from ((status, KINDS[kind.kind].label) for status in schema.choices(kind.kind, "status"))
    yield from _ids(Pir.kind, Lesson.kind, ProblemRecord.kind)(context)


def _kpis(context: click.Context) -> Iterator[tuple[str, str]]:
    from mkdocs_pir.insight.kpis import NAMES

    yield from ((name, "") for name in NAMES)


def _schemas(context: click.Context) -> Iterator[tuple[str, str]]:
    yield from ((file.name.removesuffix(".schema.json"), "") for file in schema.folder().glob("*.schema.json"))


def _actions(incomplete: str, context: click.Context) -> Iterator[tuple[str, str]]:
    """The ids of the actions of the reviews whose ids begin so; the ids of these reviews where they are many."""
    folder = _records(context)
    paths = {
        record_files.id_at(p): p for p in record_files.record_paths(folder)[0] if record_files.kind_of(p) == Pir.kind
    }
    begun = {id_: path for id_, path in paths.items() if _begins(id_, incomplete) or _begins(incomplete, f"{id_}-")}
    if len(begun) > FEW:
        yield from ((id_, "") for id_ in begun)
        return
    for id_, path in begun.items():
        file, _ = record_files.read_record(path, record_files.read_bytes(folder, path))
        for action in file.data.get("actions") or ():
            yield f"{id_}-{action['id']}", str(action.get("title", ""))


_RECORDS = _ids()
_KNOWN = _ids(Pir.kind, Lesson.kind)

OPTIONS: Mapping[str, Words] = {
    "--client": _ids(Client.kind),
    "--service": _ids(Service.kind),
    "--cause": _ids(Cause.kind),
    "--by": _ids(Lesson.kind),
    "--edition": _editions("internal"),
}
"""What options take, in every command that has them."""

ARGUMENTS: Mapping[str, Mapping[str, Words]] = {
    "causes assign": {"names": _ids(Cause.kind, Pir.kind)},
    "check": {"paths": _RECORDS},
    "explain": {"codes": lambda context: ((code, title) for code, (_, title) in CODES.items())},
    "fmt": {"paths": _RECORDS},
    "gate": {"id_": _ids(Pir.kind)},
    "kpi": {"name": _kpis},
    "note": {"ids": _RECORDS},
    "pdf": {"id_": _ids(Pir.kind)},
    "release": {"ids": _RECORDS},
    "schema": {"kind": _schemas},
    "similar": {"id_": _KNOWN},
    "status": {"ids": _steps},
    "tag": {"ids": _RECORDS},
}
"""What arguments take, by the full name of the command. The arguments of `pir action` are in `complete`."""

FILES = {"check", "fmt", "gate", "release", "similar"}
"""Commands that take the path of a file instead of an id, too."""


def complete(command: click.Command, name: str) -> None:
    """Make a command, and those of a group, complete their arguments and options."""
    if isinstance(command, click.Group):
        for sub in command.commands:
            complete(command.commands[sub], f"{name} {sub}")
        return
    arguments = ARGUMENTS.get(name, {})
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            words = next((OPTIONS[option] for option in parameter.opts if option in OPTIONS), None)
            if "--edition" in parameter.opts and "all" in str(parameter.metavar):
                words = _editions("internal", "all")
        else:
            words = arguments.get(str(parameter.name))
        if words is not None:
            parameter._custom_shell_complete = partial(_completed, words, name in FILES)
        elif name.startswith("action ") and parameter.name == "ids":
            parameter._custom_shell_complete = _completed_actions


def _completed(
    words: Words, files: bool, context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    try:
        items = [
            CompletionItem(word, help=meaning or None) for word, meaning in words(context) if _begins(word, incomplete)
        ]
    except Exception:
        items = []
    # the shell looks for files by itself
    return items if items or not files else [CompletionItem(incomplete, type="file")]


def _completed_actions(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return _completed(partial(_actions, incomplete), False, context, parameter, incomplete)


def _begins(word: str, incomplete: str) -> bool:
    """Whether a word begins so, in upper or lower case."""
    return word.casefold().startswith(incomplete.casefold())


class _Bash(BashComplete):
    """Completion in Bash, which takes `client:acme` for three words."""

    _before = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        words = words_of(os.environ["COMP_WORDS"])
        number = int(os.environ["COMP_CWORD"])
        joined: list[str] = []
        glued = False
        for word in [*words[:number], words[number] if number < len(words) else ""]:
            if joined and (word == ":" or glued):
                joined[-1] += word
            else:
                joined.append(word)
            glued = word == ":"
        head, colon, _ = joined[-1].rpartition(":")
        # Bash replaces only what stands behind the colon
        self._before = head + colon
        return joined[1:-1], joined[-1]

    def format_completion(self, item: CompletionItem) -> str:
        return f"{item.type},{str(item.value).removeprefix(self._before)}"


add_completion_class(_Bash, "bash")
