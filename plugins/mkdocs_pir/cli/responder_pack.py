"""`pir pack`, also `pir export --responder-pack`: write search and lessons into one zip, for people on call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from mkdocs_pir.cli.context import Context, DateType, EditionType, edition_option, pass_context
from mkdocs_pir.editions.handover import prepare_audit, staged
from mkdocs_pir.editions.project import project, stop_reasons
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.site.edition_renderers import renderer
from mkdocs_pir.site.responder_pack import reduce_to_pack, write

F = TypeVar("F", bound=Callable[..., Any])

_EDITION = f"{__name__}.edition"


@click.command()
@edition_option("Include only what this edition shows.")
@click.option("--out", metavar="FILE.zip", help="The file to write; by default responder-pack-EDITION.zip.")
@click.option("--as-of", type=DateType(), metavar="DATE", help="Compute everything as of this day.")
@pass_context
def pack(context: Context, edition: Edition, out: str | None, as_of: date | None) -> None:
    """Write a zip to search and read offline, for people on call.

    The responder pack has the search, lessons, problems and causes of one edition. Unpack it on a laptop and open
    index.html; it needs no network and no server. A pack for a client is audited first.
    """
    name = "internal" if edition.client is None else edition.client
    deliver(context, edition, _zip_file(out or f"responder-pack-{name}.zip"), as_of)


def with_responder_pack(group: F) -> F:
    """Add `--responder-pack FILE.zip`, which replaces the command, and its `--edition` to a command group."""
    edition = click.option(
        "--edition",
        type=EditionType(),
        default="internal",
        metavar="internal|client:ID",
        help="With --responder-pack: include only what this edition shows.",
        is_eager=True,
        expose_value=False,
        callback=lambda ctx, param, value: ctx.meta.update({_EDITION: value}),
    )
    pack_ = click.option(
        "--responder-pack",
        metavar="FILE.zip",
        help="Write the zip of 'pir pack', and nothing else.",
        expose_value=False,
        callback=_pack_instead,
    )
    return edition(pack_(group))


def _pack_instead(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is None or ctx.resilient_parsing:
        return
    context = ctx.find_object(Context)
    assert context is not None
    deliver(context, ctx.meta[_EDITION], _zip_file(value), None)
    ctx.exit()


def deliver(context: Context, edition: Edition, out: Path, as_of: date | None) -> None:
    """Build an edition, reduce it to a responder pack, audit it if it is for a client, and write the zip.

    Raises ProblemError if the audit finds something or the file cannot be written.
    """
    knowledge = context.knowledge(as_of)
    if knowledge.errors:
        context.report(knowledge.errors)
        context.say(f"Nothing was written: {stop_reasons(knowledge.errors)}.")
        raise SystemExit(1)
    projection = project(knowledge, edition)

    def make(site: Path) -> None:
        renderer(knowledge.settings).render(knowledge.settings, projection, site, served=False)
        reduce_to_pack(site, projection)

    try:
        with (
            context.step(f"Packing {edition}"),
            staged(edition, prepare_audit(knowledge, [edition]), make) as made,
        ):
            files = write(made.folder, out)
    except OSError as error:
        raise ProblemError(
            [
                Problem.of(
                    "PIR605",
                    out.name,
                    (0, 0),
                    f"the responder pack was not written: {error.strerror or error}",
                    "free disk space or check the permissions; an earlier file is unchanged",
                )
            ]
        ) from None
    context.say(f"{out}: {len(files)} files, {out.stat().st_size / 1e6:.1f} MB. Unpack it and open index.html.")


def _zip_file(text: str) -> Path:
    out = Path(text)
    if out.suffix.lower() != ".zip":
        raise click.UsageError(f"'{text}' does not end in .zip; name a file such as responder-pack.zip")
    if out.is_dir():
        raise click.UsageError(f"'{text}' is a folder; name a file")
    if not out.absolute().parent.is_dir():
        raise click.UsageError(f"there is no folder '{out.parent}'")
    return out
