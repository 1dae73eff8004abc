"""`pir release`: preview what a client would see of a record, and approve it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from mkdocs_pir.cli.context import Context, DateType, pass_context
from mkdocs_pir.cli.lookup import find_named, find_record
from mkdocs_pir.cli.record_updates import write_at_once, write_changes
from mkdocs_pir.cli.selections import Selection, find_records, selection_options
from mkdocs_pir.cli.terminal import console
from mkdocs_pir.editions import approvals, policy
from mkdocs_pir.editions.approval_fingerprints import fingerprint, is_approved
from mkdocs_pir.editions.release import PreviewPart, preview
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.declared_names import approvers
from mkdocs_pir.kb.kinds import KINDS, having
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.loading import Reading
from mkdocs_pir.kb.record_changes import Proposal, Refusal
from mkdocs_pir.kb.record_edits import Edit


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID|FILE]…")
@click.option(
    "--client",
    metavar="ID",
    help="The client whose view to show; by default the client of the review, or the first client for other records.",
)
@click.option("--approve", "by", metavar="ROLE", help="Record that this role approved what the client would see.")
@click.option("--on", type=DateType(), metavar="DATE", help="The day of the approval; by default today.")
@click.option(
    "--audience",
    type=click.Choice(["client", "shared"]),
    help="Who may see it: its own client, or all clients (shared).",
)
@click.option("--withdraw", is_flag=True, help="Make the record internal again.")
@selection_options("'kind=review client=harbor-credit status=client-review'.")
@pass_context
def release(
    context: Context,
    selection: Selection,
    client: str | None,
    by: str | None,
    on: date | None,
    audience: str | None,
    withdraw: bool,
) -> None:
    """Preview what a client would see of records, and approve it.

    For one record, a table shows side by side what the client would see and what stays internal; for several, a line
    each says whether it is released. --approve writes the approval into the records, with a fingerprint of what was
    approved: if the content changes later, 'pir check' warns until it is approved again.
    """
    if withdraw and (by or audience):
        raise click.UsageError("--withdraw cannot be combined with --approve or --audience")
    chosen = selection.chosen
    read = context.reading()
    knowledge = read[1]
    if chosen.is_one:
        file = _find_releasable(knowledge, chosen.ids[0])
        _release_one(context, read, file, client, by, on, audience, withdraw, selection.diff, selection.in_json)
        return
    if client is not None:
        raise click.UsageError("--client is the view to show of one record; name one by its id")
    files = [
        _require_releasable(f) for f in find_records(knowledge, chosen, having("release"), "record that is released")
    ]
    if by is None and not withdraw:
        if selection.in_json:
            click.echo(json.dumps([_state_as_json(knowledge, f) for f in files], indent=2, ensure_ascii=False))
            return
        for file in files:
            click.echo(_release_state(knowledge, file))
        context.say(f"{count(len(files), 'record')}; approve them with --approve ROLE")
        return
    proposals, refusals = [], []
    for file in files:
        if by is not None and (refusal := approvals.refusal(knowledge, file, by)):
            if by not in approvers(knowledge):
                raise click.UsageError(refusal)
            refusals.append(Refusal(file.id, (), refusal))
        else:
            proposals.append(Proposal(file.id, file.path, _edits(knowledge, file, by, on, audience)))
    write_changes(context, read, proposals, selection, refusals)


def _release_one(
    context: Context,
    read: tuple[Reading, KnowledgeBase],
    record_file: RecordFile,
    client: str | None,
    by: str | None,
    on: date | None,
    audience: str | None,
    withdraw: bool,
    diff: bool,
    in_json: bool,
) -> None:
    knowledge, id_ = read[1], record_file.id
    if not withdraw:
        seen_by = _client(knowledge, record_file, client)
        if by is not None and (refusal := approvals.refusal(knowledge, record_file, by)):
            raise click.UsageError(refusal)
        parts = preview(knowledge, record_file, seen_by)
        if in_json:
            shown = _as_json(knowledge, record_file, seen_by, audience or _audience(record_file), parts)
            click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        else:
            _show(record_file, seen_by, parts)
        if by is None:
            context.say(_release_state(knowledge, record_file))
            return
    proposal = Proposal(id_, record_file.path, _edits(knowledge, record_file, by, on, audience))
    write_at_once(context, read, proposal, diff=diff)
    if by is None:
        context.say(f"{id_} is internal again")
    else:
        day = on or knowledge.settings.as_of
        context.say(f"{id_} is released ({audience or _audience(record_file)}), approved by {by} on {day}")


def _edits(
    knowledge: KnowledgeBase, file: RecordFile, by: str | None, on: date | None, audience: str | None
) -> list[Edit]:
    """The edits that record the approval of a role, or without one withdraw the release."""
    if by is None:
        return approvals.withdrawn()
    day = on or knowledge.settings.as_of
    return approvals.approved(audience or _audience(file), by, day, fingerprint(knowledge, file))


def _audience(file: RecordFile) -> str:
    """Who may see a record when it is released, unless the command says so."""
    current = str(file.data.get("audience", "internal"))
    return current if current in policy.RELEASED else "client" if file.kind == "pir" else "shared"


def _find_releasable(knowledge: KnowledgeBase, id_: str) -> RecordFile:
    return _require_releasable(find_record(knowledge, id_, KINDS, "record"))


def _require_releasable(record_file: RecordFile) -> RecordFile:
    if record_file.kind not in having("release"):
        raise click.UsageError(
            f"the record of a {record_file.kind} needs no release: the {record_file.kind} always sees the fields on the allow-list"
        )
    return record_file


def _client(knowledge: KnowledgeBase, record_file: RecordFile, client: str | None) -> str:
    """The id of the client whose view to show. Raises UsageError for a client that cannot see the record at all."""
    clients = list(knowledge.of_kind("client"))
    own_client = str(record_file.data["client"]) if record_file.kind == "pir" else None
    client = find_named("client", client, clients) if client is not None else None
    if own_client is not None and client not in (None, own_client):
        raise click.UsageError(f"'{record_file.id}' is a review of {own_client}, which no other client may see")
    chosen = client or own_client or next((e.id for e in clients), None)
    if chosen is None:
        raise click.UsageError("there is no client yet; create one with 'pir new client --name …'")
    return chosen


def _release_state(knowledge: KnowledgeBase, record_file: RecordFile) -> str:
    """One line about the release of a record: whether there is one, and whether its approval is still valid."""
    release = record_file.data.get("release")
    if record_file.data.get("audience") not in policy.RELEASED or not isinstance(release, dict):
        return f"{record_file.id} is not released; approve it with: pir release {record_file.id} --approve ROLE"
    approval = f"{record_file.id} is released, approved by {release.get('approved_by')} on {release.get('on')}"
    if not release.get("content"):
        return f"{approval}; there is no fingerprint of what was approved"
    if is_approved(knowledge, record_file, release["content"]):
        return f"{approval}; the approved content has not changed since"
    return f"{approval}; the approved content has CHANGED since: approve it again"


def _state_as_json(knowledge: KnowledgeBase, file: RecordFile) -> dict[str, Any]:
    """The release of a record, and whether what was approved is what would be shown; None without a fingerprint."""
    release = file.data.get("release") if file.data.get("audience") in policy.RELEASED else None
    content = release.get("content") if isinstance(release, dict) else None
    return {
        "id": file.id,
        "audience": file.data.get("audience", "internal"),
        "release": release,
        "unchanged": is_approved(knowledge, file, content) if content else None,
    }


def _as_json(
    knowledge: KnowledgeBase, record_file: RecordFile, client: str, audience: str, parts: list[PreviewPart]
) -> dict[str, Any]:
    return {
        "id": record_file.id,
        "edition": f"client:{client}",
        "audience": audience,
        "release": record_file.data.get("release"),
        "content": fingerprint(knowledge, record_file),
        "parts": [asdict(part) for part in parts],
    }


_WIDEST = len("recommendations")
"""The width of the longest word in the names of fields, which is not broken."""


def _show(record_file: RecordFile, client: str, parts: list[PreviewPart]) -> None:
    table = Table(
        title=f"{record_file.id}  {record_file.record.label if record_file.record else ''}",
        title_justify="left",
        expand=True,
    )
    table.add_column("", style="bold", ratio=2, min_width=_WIDEST, overflow="fold")
    table.add_column(f"{client} sees", ratio=5, overflow="fold")
    table.add_column("stays internal", ratio=5, style="dim", overflow="fold")
    for part in parts:
        table.add_row(Text(_field_name(part.name)), Text(_as_text(part.shown)), Text(_as_text(part.inside)))
        table.add_section()
    console().print(table)


def _as_text(value: Any) -> str:
    """A value in words: a line for each field of a mapping, an empty line between several mappings."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "\n".join(f"{_field_name(name)}: {_as_text(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ("\n\n" if any(isinstance(item, dict) for item in value) else ", ").join(map(_as_text, value))
    return str(value)


def _field_name(name: str) -> str:
    return name if name.startswith("x-") else name.replace("_", " ")
