"""`pir release`: preview what a client would see of a record, and approve it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
import yaml
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mkdocs_pir.cli import printed_paths
from mkdocs_pir.cli.context import Context, DateType, pass_context
from mkdocs_pir.cli.lookup import find_named, find_record
from mkdocs_pir.editions import approvals, policy
from mkdocs_pir.editions.approval_fingerprints import fingerprint, is_approved
from mkdocs_pir.editions.release import PreviewPart, preview
from mkdocs_pir.kb import atomic, frontmatter
from mkdocs_pir.kb.kinds import KINDS, having
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile


@click.command()
@click.argument("id_", metavar="ID|FILE")
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
@click.option("--json", "in_json", is_flag=True, help="Print JSON instead of a table.")
@pass_context
def release(
    context: Context,
    id_: str,
    client: str | None,
    by: str | None,
    on: date | None,
    audience: str | None,
    withdraw: bool,
    in_json: bool,
) -> None:
    """Preview what a client would see of a record, and approve it.

    The table shows side by side what the client would see and what stays internal. --approve writes the approval into
    the record, with a fingerprint of what was approved: if the content changes later, 'pir check' warns until it is
    approved again.
    """
    if withdraw and (by or audience):
        raise click.UsageError("--withdraw cannot be combined with --approve or --audience")
    knowledge = context.knowledge()
    record_file = _find_releasable(knowledge, id_)
    id_ = record_file.id
    if withdraw:
        _write(
            context,
            knowledge,
            record_file,
            approvals.withdrawn(_source(knowledge, record_file), record_file.kind, record_file.positions),
        )
        context.say(f"{id_} is internal again")
        return
    seen_by = _client(knowledge, record_file, client)
    if by is not None and (refusal := approvals.refusal(knowledge, record_file, by)):
        raise click.UsageError(refusal)
    current = record_file.data.get("audience", "internal")
    audience = audience or (
        current if current in policy.RELEASED else "client" if record_file.kind == "pir" else "shared"
    )
    parts = preview(knowledge, record_file, seen_by)
    if in_json:
        click.echo(json.dumps(_as_json(knowledge, record_file, seen_by, audience, parts), indent=2, ensure_ascii=False))
    else:
        _show(record_file, seen_by, parts)
    if by is None:
        context.say(_release_state(knowledge, record_file))
        return
    day = on or knowledge.settings.as_of
    text = approvals.approved(
        _source(knowledge, record_file),
        record_file.kind,
        record_file.positions,
        audience,
        by,
        day,
        fingerprint(knowledge, record_file),
    )
    _write(context, knowledge, record_file, text)
    context.say(f"{id_} is released ({audience}), approved by {by} on {day}")


def _find_releasable(knowledge: KnowledgeBase, id_: str) -> RecordFile:
    record_file = find_record(knowledge, id_, KINDS, "record")
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


def _show(record_file: RecordFile, client: str, parts: list[PreviewPart]) -> None:
    table = Table(
        title=f"{record_file.id}  {record_file.record.label if record_file.record else ''}",
        title_justify="left",
        expand=True,
    )
    table.add_column("", style="bold", ratio=2, overflow="fold")
    table.add_column(f"{client} sees", ratio=5, overflow="fold")
    table.add_column("stays internal", ratio=5, style="dim", overflow="fold")
    for part in parts:
        table.add_row(Text(part.name), Text(_as_text(part.shown)), Text(_as_text(part.inside)))
        table.add_section()
    Console().print(table)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1000, default_flow_style=None).strip()


def _source(knowledge: KnowledgeBase, record_file: RecordFile) -> str:
    return frontmatter.decode((knowledge.folder / record_file.path).read_bytes(), record_file.path)


def _write(context: Context, knowledge: KnowledgeBase, record_file: RecordFile, text: str) -> None:
    """Write the text into the file of the record; undo it if it causes an error that was not there before."""
    file: Path = knowledge.folder / record_file.path
    before = file.read_bytes()
    line_end = "\r\n" if b"\r\n" in before else "\n"
    byte_order_mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    atomic.write(file, byte_order_mark + text.replace("\n", line_end).encode())
    old = {(p.code, p.path, p.message) for p in knowledge.errors}
    new = [p for p in context.knowledge().errors if (p.code, p.path, p.message) not in old]
    if new:
        message = printed_paths.problems_as_text(new, [knowledge.folder])
        atomic.write(file, before)
        click.echo(message, err=True)
        raise click.ClickException(f"{record_file.path} was not changed, because that would cause these errors")
