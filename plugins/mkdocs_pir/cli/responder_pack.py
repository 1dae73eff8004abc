"""`pir pack`, also `pir export --responder-pack`: search and lessons in one zip, for whoever is on call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from mkdocs_pir.cli.context import Context, DateType, EditionType, edition_option, pass_context
from mkdocs_pir.editions.handover import auditing, staged
from mkdocs_pir.editions.project import project, stop_reasons
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.site.responder_pack import reduce_to_pack, write

F = TypeVar("F", bound=Callable[..., Any])

_EDITION = f"{__name__}.edition"


@click.command()
@edition_option("What may be in it.")
@click.option("--out", metavar="FILE.zip", help="Where to; responder-pack-EDITION.zip when left out.")
@click.option("--as-of", type=DateType(), metavar="DATE", help="Work it out for this day.")
@pass_context
def pack(context: Context, edition: Edition, out: str | None, as_of: date | None) -> None:
    """Write search, lessons, problems and causes into one zip.

    Unpack it on a laptop and open index.html: it needs no network and no server.
    """
    name = "internal" if edition.client is None else edition.client
    deliver(context, edition, _zip_file(out or f"responder-pack-{name}.zip"), as_of)


def packable(group: F) -> F:
    """Give a command group `--responder-pack FILE.zip` and the `--edition` of it: then nothing else is done."""
    edition = click.option(
        "--edition",
        type=EditionType(),
        default="internal",
        metavar="internal|client:ID",
        help="What may be in the responder pack.",
        is_eager=True,
        expose_value=False,
        callback=lambda ctx, param, value: ctx.meta.update({_EDITION: value}),
    )
    pack_ = click.option(
        "--responder-pack",
        metavar="FILE.zip",
        help="Write search and lessons into one zip, as pir pack does, and nothing else.",
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
    """Build an edition aside, reduce it to a pack, audit a client's, and write the zip.

    Raises ProblemError where the knowledge base has errors, the audit finds something or the disk fails.
    """
    # MkDocs takes half a second to import; the other commands do without it
    from mkdocs_pir.site.mkdocs_build import render

    knowledge = context.knowledge(as_of)
    if knowledge.errors:
        context.report(knowledge.errors)
        context.say(f"Nothing was written: {stop_reasons(knowledge.errors)}.")
        raise SystemExit(1)
    projection = project(knowledge, edition)

    def make(site: Path) -> None:
        render(knowledge.settings, projection, site, served=False)
        reduce_to_pack(site, projection)

    try:
        with (
            context.step(f"Packing {edition}"),
            staged(edition, auditing(knowledge, [edition]), make) as made,
        ):
            files = write(made.folder, out)
    except OSError as error:
        raise ProblemError(
            [
                Problem.of(
                    "PIR605",
                    out.name,
                    (0, 0),
                    f"the pack was not written: {error.strerror or error}",
                    "make room or check permissions; what was there before is untouched",
                )
            ]
        ) from None
    context.say(f"{out}: {len(files)} files, {out.stat().st_size / 1e6:.1f} MB. Unpack it and open index.html.")


def _zip_file(text: str) -> Path:
    out = Path(text)
    if out.suffix.lower() != ".zip":
        raise click.UsageError(f"'{text}' is no zip file: name one such as responder-pack.zip")
    if out.is_dir():
        raise click.UsageError(f"'{text}' is a folder: name a file")
    if not out.absolute().parent.is_dir():
        raise click.UsageError(f"there is no folder '{out.parent}'")
    return out
