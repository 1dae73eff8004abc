"""`pir gate`: show the step of a review, the conditions it does not meet yet, and the date it is due."""

from __future__ import annotations

import json
from datetime import date

import click
from msgspec import Struct

from mkdocs_pir.cli.context import Context, DateType, pass_context
from mkdocs_pir.cli.kept_answers import answer, lasting
from mkdocs_pir.cli.lookup import find_record, path_of_record
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.review_gate import Gate, as_json


@click.command("gate")
@click.argument("id_", metavar="ID|FILE")
@click.option("--as-of", type=DateType(), metavar="DATE", help="Compute what is late as of this day.")
@click.option("--json", "in_json", is_flag=True, help="Print JSON instead of text.")
@pass_context
def gate(context: Context, id_: str, as_of: date | None, in_json: bool) -> None:
    """Show which conditions a review meets, and what to do next.

    The process sets conditions for each step of a review and a date by which the step is due. Exit code 1 if the
    review has a status whose conditions it does not meet.
    """
    settings = context.settings(as_of)

    def work_out() -> tuple[_Answer, bool]:
        from mkdocs_pir.editions.project import project

        knowledge = context.knowledge(as_of)
        record_file = find_record(knowledge, id_, ["pir"], "review")
        projection = project(knowledge, Edition())
        result = Insight(projection).gate(projection.pirs[record_file.id])
        in_words = json.dumps(as_json(result), indent=2, ensure_ascii=False)
        return _Answer(_text(projection, result), in_words, bool(result.unearned)), lasting(knowledge)

    path = path_of_record(settings.records, id_)
    result = answer(settings, ["gate", path, None if path else id_], _Answer, work_out)
    click.echo(result.as_json if in_json else result.text)
    if result.is_unearned:
        raise SystemExit(1)


class _Answer(Struct, frozen=True):
    """The gate of one review in both formats, and whether its status is one that it has not earned."""

    text: str
    as_json: str
    is_unearned: bool


def _text(projection: Projection, result: Gate) -> str:
    pir = projection.pirs[result.pir]
    lines = [f"{pir.id}  {pir.label}"]
    if not result.stages:
        return "\n".join([*lines, "Archived: this review was imported from elsewhere, so no conditions apply to it."])
    for check in result.unearned:
        lines.append(f"The status is '{result.status}', but this condition is not met: {check.text}.")
    for stage in result.stages:
        mark = {"done": "done", "now": "now", "later": "to come"}[stage.state]
        due = f", due {stage.due}" if stage.due is not None and stage.state != "done" else ""
        late = f" ({count(stage.late, 'day')} late)" if stage.late else ""
        lines.append(f"{stage.step.id}  {stage.step.name}: {mark}{due}{late}")
        if stage.state != "later":
            lines += [f"    [{'x' if check.met else ' '}] {check.text}" for check in stage.checks]
    if result.now is None:
        lines.append("Closed: no step is left." if not result.unearned else f"Next: {result.todo}.")
    else:
        by = f", by {result.now.due}" if result.now.due is not None else ""
        lines.append(f"Next: {result.todo}{by}.")
    return "\n".join(lines)
