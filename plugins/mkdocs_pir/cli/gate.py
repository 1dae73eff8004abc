"""`pir gate`: where a review stands, what is in the way of its next step, and by when."""

from __future__ import annotations

import json
from datetime import date

import click

from mkdocs_pir.cli.context import Context, DateType, pass_context
from mkdocs_pir.cli.lookup import find_record
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.review_gate import Gate, as_json, gate


@click.command("gate")
@click.argument("id_", metavar="ID|FILE")
@click.option("--as-of", type=DateType(), metavar="DATE", help="As seen on this day.")
@click.option("--json", "in_json", is_flag=True, help="Write it as JSON.")
@pass_context
def gate_(context: Context, id_: str, as_of: date | None, in_json: bool) -> None:
    """Show each condition of a review, met or not, what to do next, and by when.

    Ends with 1 when the review claims a status whose conditions do not hold.
    """
    knowledge = context.knowledge(as_of)
    entry = find_record(knowledge, id_, ["pir"], "review")
    projection = project(knowledge, Edition())
    found = gate(projection, projection.pirs[entry.id])
    click.echo(json.dumps(as_json(found), indent=2, ensure_ascii=False) if in_json else _text(projection, found))
    if found.unearned:
        raise SystemExit(1)


def _text(projection: Projection, found: Gate) -> str:
    pir = projection.pirs[found.pir]
    lines = [f"{pir.id}  {pir.label}"]
    if not found.stages:
        return "\n".join([*lines, "From the archive: it was brought in from elsewhere and passes no gate."])
    for check in found.unearned:
        lines.append(f"The status '{found.status}' is not earned: it does not hold that {check.condition.text}.")
    for stage in found.stages:
        mark = {"done": "done", "now": "now", "later": "to come"}[stage.state]
        due = f", due {stage.due}" if stage.due is not None and stage.state != "done" else ""
        late = f" ({count(stage.late, 'day')} late)" if stage.late else ""
        lines.append(f"{stage.step.id}  {stage.step.name}: {mark}{due}{late}")
        if stage.state != "later":
            lines += [f"    [{'x' if check.met else ' '}] {check.condition.text}" for check in stage.checks]
    if found.now is None:
        lines.append("Closed: no gate is left." if not found.unearned else f"Next: {found.todo}.")
    else:
        by = f", by {found.now.due}" if found.now.due is not None else ""
        lines.append(f"Next: {found.todo}{by}.")
    return "\n".join(lines)
