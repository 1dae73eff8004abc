"""`pir release`: look at what a client would see of a record, and approve it."""

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

from mkdocs_pir.cli import places
from mkdocs_pir.cli.context import Context, DateType, pass_context
from mkdocs_pir.cli.lookup import find_named, find_record
from mkdocs_pir.editions import approve, policy
from mkdocs_pir.editions.approval_fingerprints import fingerprint, fits
from mkdocs_pir.editions.release import PreviewPart, preview
from mkdocs_pir.kb import atomic, frontmatter, gates
from mkdocs_pir.kb.declared_names import approvers
from mkdocs_pir.kb.kinds import KINDS, having
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.problem import did_you_mean


@click.command()
@click.argument("id_", metavar="ID|FILE")
@click.option("--client", metavar="ID", help="The client to look through; a review's own when left out.")
@click.option("--approve", "by", metavar="ROLE", help="Record that this role approved what is shown.")
@click.option("--on", type=DateType(), metavar="DATE", help="The day of the approval; today when left out.")
@click.option("--audience", type=click.Choice(["client", "shared"]), help="Who may see it: its client, or all clients.")
@click.option("--withdraw", is_flag=True, help="Show it inside only again.")
@click.option("--json", "in_json", is_flag=True, help="Write it as JSON.")
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
    """Show side by side what a client would see of a record and what stays inside.

    With --approve the approval is written into the record, with a fingerprint of what was approved. When that
    changes later, 'pir check' says so until somebody has looked again.
    """
    if withdraw and (by or audience):
        raise click.UsageError("--withdraw goes with neither --approve nor --audience")
    knowledge = context.knowledge()
    entry = _find(knowledge, id_)
    id_ = entry.id
    if withdraw:
        _write(context, knowledge, entry, approve.withdrawn(_text(knowledge, entry), entry.kind, entry.positions))
        context.say(f"{id_} is shown inside only")
        return
    seen_by = _client(knowledge, entry, client)
    if by is not None:
        _refuse(knowledge, entry, by)
    given = entry.data.get("audience", "internal")
    audience = audience or (given if given in policy.RELEASED else "client" if entry.kind == "pir" else "shared")
    parts = preview(knowledge, entry, seen_by)
    if in_json:
        click.echo(json.dumps(_as_json(knowledge, entry, seen_by, audience, parts), indent=2, ensure_ascii=False))
    else:
        _show(entry, seen_by, parts)
    if by is None:
        context.say(_standing(knowledge, entry))
        return
    day = on or knowledge.settings.as_of
    text = approve.approved(
        _text(knowledge, entry), entry.kind, entry.positions, audience, by, day, fingerprint(knowledge, entry)
    )
    _write(context, knowledge, entry, text)
    context.say(f"{id_} is released ({audience}), approved by {by} on {day}")


def _find(knowledge: KnowledgeBase, id_: str) -> RecordFile:
    entry = find_record(knowledge, id_, KINDS, "record")
    if entry.kind not in having("release"):
        raise click.UsageError(f"a {entry.kind} needs no release: its own client sees the allow-listed fields of it")
    return entry


def _client(knowledge: KnowledgeBase, entry: RecordFile, client: str | None) -> str:
    """The client through whose eyes to look. Raises UsageError for one that cannot see the record at all."""
    clients = list(knowledge.of_kind("client"))
    own = str(entry.data["client"]) if entry.kind == "pir" else None
    client = find_named("client", client, clients) if client is not None else None
    if own is not None and client not in (None, own):
        raise click.UsageError(f"'{entry.id}' is a review of {own}; no other client ever sees it")
    chosen = client or own or next((e.id for e in clients), None)
    if chosen is None:
        raise click.UsageError("there is no client yet to show anything to; add clients/<id>.md")
    return chosen


def _refuse(knowledge: KnowledgeBase, entry: RecordFile, by: str) -> None:
    """Raise UsageError for an approval by a role that no process declares, or before the step for it."""
    roles = approvers(knowledge)
    if by not in roles:
        hint = did_you_mean(by, roles) or f"there are {', '.join(roles)}"
        raise click.UsageError(f"there is no role '{by}'; {hint}")
    pir, step = entry.record, gates.releasing_step(knowledge.lifecycle)
    if isinstance(pir, Pir) and step is not None and not gates.may_be_released(knowledge.lifecycle, pir):
        raise click.UsageError(
            f"{entry.id} cannot be released yet: its status is '{pir.status}', and a review is released in "
            f"{step.id} {step.name} or later; 'pir gate {entry.id}' says what is left to do"
        )


def _standing(knowledge: KnowledgeBase, entry: RecordFile) -> str:
    """One line on how the record's release stands."""
    given = entry.data.get("release")
    if entry.data.get("audience") not in policy.RELEASED or not isinstance(given, dict):
        return f"{entry.id} is not released; approve it with: pir release {entry.id} --approve ROLE"
    said = f"{entry.id} is released, approved by {given.get('approved_by')} on {given.get('on')}"
    if not given.get("content"):
        return f"{said}; what was approved was not recorded"
    if fits(knowledge, entry, given["content"]):
        return f"{said}; nothing that is shown changed since"
    return f"{said}; what is shown CHANGED since: approve it again"


def _as_json(
    knowledge: KnowledgeBase, entry: RecordFile, client: str, audience: str, parts: list[PreviewPart]
) -> dict[str, Any]:
    return {
        "id": entry.id,
        "edition": f"client:{client}",
        "audience": audience,
        "release": entry.data.get("release"),
        "content": fingerprint(knowledge, entry),
        "parts": [asdict(part) for part in parts],
    }


def _show(entry: RecordFile, client: str, parts: list[PreviewPart]) -> None:
    table = Table(title=f"{entry.id}  {entry.record.label if entry.record else ''}", title_justify="left", expand=True)
    table.add_column("", style="bold", ratio=2, overflow="fold")
    table.add_column(f"{client} sees", ratio=5, overflow="fold")
    table.add_column("stays inside", ratio=5, style="dim", overflow="fold")
    for part in parts:
        table.add_row(Text(part.name), Text(_plain(part.shown)), Text(_plain(part.inside)))
        table.add_section()
    Console().print(table)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1000, default_flow_style=None).strip()


def _text(knowledge: KnowledgeBase, entry: RecordFile) -> str:
    return frontmatter.decode((knowledge.folder / entry.path).read_bytes(), entry.path)


def _write(context: Context, knowledge: KnowledgeBase, entry: RecordFile, text: str) -> None:
    """Put the text in place; take it back when it makes an error that was not there before."""
    file: Path = knowledge.folder / entry.path
    before = file.read_bytes()
    ends = "\r\n" if b"\r\n" in before else "\n"
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    atomic.write(file, mark + text.replace("\n", ends).encode())
    known = {(p.code, p.path, p.message) for p in knowledge.errors}
    new = [p for p in context.knowledge().errors if (p.code, p.path, p.message) not in known]
    if new:
        said = places.text(new, [knowledge.folder])
        atomic.write(file, before)
        click.echo(said, err=True)
        raise click.ClickException(f"{entry.path} was left as it was: it cannot be released with these errors")
