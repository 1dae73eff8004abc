"""`pir serve`: a live preview that goes on while records are broken."""

from __future__ import annotations

import errno

import click

from mkdocs_pir.cli import places
from mkdocs_pir.cli.context import Context, edition_option, pass_context
from mkdocs_pir.editions.projection import Edition


@click.command()
@edition_option("What to show.")
@click.option("--address", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT", help="Where to listen.")
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="Answer under this name too, beside localhost, 127.0.0.1, [::1] and the address; may be repeated.",
)
@pass_context
def serve(context: Context, edition: Edition, address: str, names: tuple[str, ...]) -> None:
    """Preview an edition in the browser, following every change of a file.

    A record with a mistake never stops the preview: a banner and the terminal name it until it is put right.
    """
    from mkdocs_pir.site.build_log import BuildLog
    from mkdocs_pir.site.mkdocs_build import serve as serve_site

    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise click.UsageError(f"'{address}' is no address; write it as 127.0.0.1:8000")
    settings = context.settings()
    folders = context.folders()
    told = BuildLog(
        settings.records,
        settings.config_file,
        context.say,
        places.shown,
        lambda problems: places.text(problems, folders),
        context.report,
    )
    try:
        serve_site(settings, edition, address, names, told)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES) or error.filename:
            raise
        hint = "choose another with --address 127.0.0.1:8001, or stop what listens there"
        raise click.ClickException(f"cannot listen on {address}: {error.strerror}; {hint}") from None
