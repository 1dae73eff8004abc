"""`pir pdf`: make a PDF of the handbook, the process maps, a review, or the review pack of a client."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mkdocs_pir.cli.context import Context, DateType, EditionType, pass_context
from mkdocs_pir.cli.lookup import find_record
from mkdocs_pir.editions.handover import audit_content, prepare_audit
from mkdocs_pir.editions.project import project, stop_reasons
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb import atomic
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.model import Client, Pir
from mkdocs_pir.site.printing.paper_sizes import PAPER_SIZES, PaperSize
from mkdocs_pir.site.printing.pdf_writer import PdfUnavailable, weasyprint_module, write_pdf

if TYPE_CHECKING:
    from mkdocs_pir.site.printing.printed_documents import PrintedDocument
    from mkdocs_pir.site.views import EditionContext

WHAT = ("handbook", "maps", "report", "pack")
_OF = {"report": ("pir", "review"), "pack": ("client", "client")}
"""For each document about one record: the kind of the record, and the name of that kind in messages."""


@click.command()
@click.argument("what", metavar="WHAT", type=click.Choice(WHAT, case_sensitive=False))
@click.argument("id_", metavar="[ID]", required=False, default="")
@click.option(
    "--edition",
    type=EditionType(),
    metavar="internal|client:ID",
    help="The edition to print; by default internal, for a review pack its client's.",
)
@click.option(
    "--paper",
    type=click.Choice(tuple(PAPER_SIZES), case_sensitive=False),
    default="A4",
    show_default=True,
    help="The size of the paper.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The file (ending in .pdf) or folder to write to; by default this folder.",
)
@click.option("--as-of", type=DateType(), metavar="DATE", help="Compute all figures as of this day.")
@pass_context
def pdf(
    context: Context, what: str, id_: str, edition: Edition | None, paper: str, out: Path | None, as_of: date | None
) -> None:
    """Make a PDF of a review, a review pack, the handbook or the maps.

    WHAT is one of: handbook; maps (the process maps); report (needs the ID of a review); pack (the review pack of a
    client, needs the ID of the client). A PDF for a client is audited first; if the audit finds anything, no file is
    written.
    """
    if (what in _OF) != bool(id_):
        needs = f"needs the id of a {_OF[what][1]}" if what in _OF else f"takes no id, but '{id_}' was given"
        raise click.UsageError(f"'pir pdf {what}' {needs}")
    try:
        weasyprint_module()
    except PdfUnavailable as error:
        raise click.ClickException(str(error)) from None
    with context.step("Reading the records"):
        knowledge = context.knowledge(as_of)
    if knowledge.errors:
        context.report(knowledge.errors)
        context.say(f"No PDF was made: {stop_reasons(knowledge.errors)}.")
        raise SystemExit(1)
    if what in _OF:
        id_ = find_record(knowledge, id_, [_OF[what][0]], _OF[what][1]).id
    chosen = edition or (Edition(id_) if what == "pack" else Edition())
    with context.step(f"Typesetting the {what}"):
        content = _pdf_of(knowledge, chosen, what, id_, PAPER_SIZES[paper])
    file = _place(out, _name(what, id_, chosen, paper))
    # the size of the paper is no text of a record, and the audit could take 'client-Letter' for one
    named = file.stem.removesuffix(f"-{paper}") + ".pdf"
    _write(file, audit_content(chosen, prepare_audit(knowledge, [chosen]), named, content))
    context.say(f"{file}: {len(content) / 1e6:.1f} MB, {paper}, {chosen}")


def _pdf_of(knowledge: KnowledgeBase, edition: Edition, what: str, id_: str, paper: PaperSize) -> bytes:
    # these import MkDocs and all page views, which takes half a second that other commands do not need
    from mkdocs_pir.site.printing.document_html import document_html
    from mkdocs_pir.site.printing.printed_documents import NothingToPrint
    from mkdocs_pir.site.views import EditionContext

    context = EditionContext(project(knowledge, edition))
    try:
        document = _document(context, what, id_)
    except NothingToPrint as error:
        raise click.ClickException(str(error)) from None
    return write_pdf(document_html(context, document, paper), context.files)


def _document(edition: EditionContext, what: str, id_: str) -> PrintedDocument:
    from mkdocs_pir.site.printing import printed_documents

    if what == "handbook":
        return printed_documents.handbook(edition)
    if what == "maps":
        return printed_documents.maps(edition)
    record = edition.projection.find(id_)
    if isinstance(record, Pir):
        return printed_documents.report(edition, record)
    if isinstance(record, Client):
        return printed_documents.review_pack(edition, record)
    raise printed_documents.NothingToPrint(
        f"{id_} is not in the edition {edition.projection.edition}: the client may not see it"
    )


def _name(what: str, id_: str, edition: Edition, paper: str) -> str:
    """The default name of the file. It has the edition in it, so that an internal file is not sent to a client by mistake."""
    subject = f"pack-{id_}" if what == "pack" else id_ or what
    reader = "client" if what == "pack" and edition.client else edition.client or "internal"
    return f"{subject}-{reader}-{paper}.pdf"


def _place(out: Path | None, name: str) -> Path:
    """The file to write: `out` itself if it ends in .pdf, otherwise `name` in the folder `out`."""
    if out is None:
        return Path(name)
    return out if out.suffix.lower() == ".pdf" and not out.is_dir() else out / name


def _write(file: Path, content: bytes) -> None:
    """Write the file. An earlier one stays until this one is complete."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(file, content)
    except PermissionError:
        raise
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror or error}") from None
