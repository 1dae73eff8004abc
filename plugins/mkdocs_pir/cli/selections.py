"""Which records or actions a command is to change: ids, a selection in words, or the ids in a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from mkdocs_pir.cli.lookup import find_record, no_such
from mkdocs_pir.exchange.action_updates import ActionRow
from mkdocs_pir.kb.action_register import ActionIndex
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.record_selection import select_actions, select_records
from mkdocs_pir.kb.references import same_id
from mkdocs_pir.kb.selectable_fields import SelectedAction, each_action
from mkdocs_pir.kb.selection_values import SelectionError

R = TypeVar("R")


class Chosen(NamedTuple):
    """How records or actions are chosen. `where` are selections in words, `source` is a CSV file with ids."""

    ids: tuple[str, ...]
    where: tuple[str, ...]
    source: Path | None

    @property
    def is_one(self) -> bool:
        """Whether a single record was named by its id, so that nobody need be asked whether it is meant."""
        return len(self.ids) == 1 and not self.where and self.source is None


class Selection(NamedTuple):
    """What is to be changed, and how: without a question (`yes`), shown as a diff, or printed as JSON."""

    chosen: Chosen
    yes: bool
    diff: bool
    in_json: bool


def selection_options(example: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """The options by which many records are chosen and changed: `--where`, `--from`, `--yes`, `--diff` and `--json`.

    The command has an argument `ids`; its function is given all of this as one `selection`.
    """

    def with_options(function: Callable[..., R]) -> Callable[..., R]:
        @wraps(function)
        def command(
            *arguments: Any,
            ids: tuple[str, ...],
            where: tuple[str, ...],
            source: Path | None,
            yes: bool,
            diff: bool,
            in_json: bool,
            **options: Any,
        ) -> R:
            selection = Selection(Chosen(ids, where, source), yes, diff, in_json)
            return function(*arguments, selection=selection, **options)

        for option in (
            click.option(
                "--json", "in_json", is_flag=True, help="Print the changes as JSON; write them only with --yes."
            ),
            click.option("--diff", is_flag=True, help="Show the changes as a diff, also on a terminal."),
            click.option("--yes", is_flag=True, help="Write the changes without asking."),
            click.option(
                "--from",
                "source",
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                metavar="FILE",
                help="Also those whose ids are in the column 'id' of a CSV file.",
            ),
            click.option(
                "--where",
                multiple=True,
                metavar="CONDITIONS",
                help=f"Also those that meet all conditions, such as {example}",
            ),
        ):
            command = option(command)
        return command

    return with_options


def find_records(knowledge: KnowledgeBase, chosen: Chosen, kinds: Sequence[str], what: str) -> list[RecordFile]:
    """The records that are chosen, each once, those named by their ids first.

    Raises UsageError for an id that does not exist, a selection that is not understood, or if nothing is chosen.
    """
    by_id = {same_id(file.id): file for file in knowledge.of_kind(*kinds) if file.record is not None}
    ids = [*chosen.ids, *(read_ids(chosen.source) if chosen.source is not None else ())]
    files = [by_id.get(same_id(id_)) or find_record(knowledge, id_, kinds, what) for id_ in ids]
    files += _selected(chosen, lambda where: select_records(knowledge, where, kinds))
    _require_some(chosen, files, what)
    return list({file.id: file for file in files}.values())


def find_actions(
    knowledge: KnowledgeBase, chosen: Chosen, rows: Mapping[str, ActionRow] | None = None
) -> list[SelectedAction]:
    """The actions that are chosen, each once. An action is named by its full id, or by its ticket in the tracker.

    `rows` are those of the file, by the full ids of actions. Raises UsageError as `find_records` does.
    """
    every = {same_id(each.id): each for each in each_action(knowledge)}
    index = ActionIndex(list(knowledge.record_files.values()))
    out: list[SelectedAction] = []
    for id_ in chosen.ids:
        found = [each for full in index.find(id_) or [id_] if (each := every.get(same_id(full))) is not None]
        if not found:
            raise _no_action(knowledge, id_, [each.id for each in every.values()])
        out += found
    out += [every[same_id(full)] for full in rows or ()]
    out += _selected(chosen, lambda where: select_actions(knowledge, where))
    _require_some(chosen, out, "action")
    return list({each.id: each for each in out}.values())


def chosen_actions(knowledge: KnowledgeBase, where: Sequence[str]) -> frozenset[str]:
    """The full ids of the actions that meet conditions. Raises UsageError for a selection that is not understood."""
    chosen = _selected(Chosen((), tuple(where), None), lambda texts: select_actions(knowledge, texts))
    return frozenset(each.id for each in chosen)


def has_action(knowledge: KnowledgeBase, id_: str) -> bool:
    """Whether an id is meant for an action: it begins with that of a review, and is not that of a record."""
    if any(same_id(id_) == same_id(each) for each in knowledge.record_files):
        return False
    reviews = [same_id(file.id) for file in knowledge.of_kind("pir")]
    return any(same_id(id_).startswith(f"{review}-") for review in reviews)


def _no_action(knowledge: KnowledgeBase, id_: str, known: Collection[str]) -> Exception:
    for file in knowledge.record_files.values():
        if same_id(id_) == same_id(file.id):
            if file.kind != "pir":
                return click.UsageError(f"'{id_}' is not an action; an action is named as in PIR-2026-0012-A1")
            own = [each for each in known if same_id(each).startswith(f"{same_id(file.id)}-")]
            hint = f"it has {', '.join(own)}" if own else "it has no actions"
            return click.UsageError(f"'{id_}' is a review; name one of its actions ({hint})")
        if file.record is None and file.kind == "pir" and same_id(id_).startswith(f"{same_id(file.id)}-"):
            return click.ClickException(f"{file.id} has errors; correct them first ('pir check {file.id}' shows them)")
    return no_such("action", id_, known)


def _selected(chosen: Chosen, select: Callable[[Sequence[str]], list[Any]]) -> list[Any]:
    try:
        return select(chosen.where) if chosen.where else []
    except SelectionError as error:
        raise click.UsageError(f"--where: {error}") from None


def _require_some(chosen: Chosen, found: Collection[object], what: str) -> None:
    """Raise UsageError if nothing was named at all, and end with a message if nothing meets the conditions."""
    if not found and not chosen.where and chosen.source is None:
        raise click.UsageError(
            f"name {'an' if what[0] in 'aeiou' else 'a'} {what} by its id, or choose with --where or --from"
        )


def read_ids(file: Path) -> list[str]:
    """The ids in the column 'id' of a CSV file. Raises UsageError for a file without one."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"{file.as_posix()} is not UTF-8; export it as UTF-8") from None
    head = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    column = next(
        (name for name in rows.fieldnames or () if name.strip().casefold() in ("id", "review", "record")), None
    )
    if column is None:
        raise click.UsageError(
            f"{file.as_posix()} has no column 'id'; its columns are {', '.join(rows.fieldnames or ())}"
        )
    return [id_ for row in rows if (id_ := (row.get(column) or "").strip())]
