"""`pir serve`: a live preview that keeps running while records have errors."""

from __future__ import annotations

import errno
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address

import click

from mkdocs_pir.cli import printed_paths, progress
from mkdocs_pir.cli.context import Context, edition_option, pass_context
from mkdocs_pir.editions.projection import Edition

_ADDRESS_HINTS = {
    errno.EADDRINUSE: "choose another with --address 127.0.0.1:8001, or stop the program that uses it",
    errno.EADDRNOTAVAIL: "choose an address of this computer, such as --address 127.0.0.1:8000",
    errno.EACCES: "choose a port from 1024 on, such as --address 127.0.0.1:8000",
}
"""What to do when nothing can listen at an address, by the number of the error."""


@click.command()
@edition_option("The edition to preview.")
@click.option(
    "--address", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT", help="The address to listen on."
)
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="Accept requests for this host name too, such as that of a container. May be given several times.",
)
@click.option(
    "--edit/--no-edit",
    default=True,
    help="Whether records can be edited in the browser, on this machine and with the printed address only. On by default.",
)
@pass_context
def serve(context: Context, edition: Edition, address: str, names: tuple[str, ...], edit: bool) -> None:
    """Preview an edition in the browser; pages reload on changes.

    Mistakes in records do not stop the preview: a banner on the pages and the terminal show them until they are
    corrected. By default only requests for localhost, 127.0.0.1, [::1] and the address itself are answered.
    """
    from mkdocs_pir.site.build_log import BuildLog
    from mkdocs_pir.site.frame_providers import use_server

    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise click.UsageError(f"'{address}' is not an address; write HOST:PORT, such as 127.0.0.1:8000")
    settings = context.settings()
    use_server(settings)
    _refuse_unusable(host, int(port))
    from mkdocs_pir.site.mkdocs_build import serve as serve_site

    folders = context.folders()
    log = BuildLog(
        settings.records,
        settings.config_file,
        context.say,
        printed_paths.relative_path,
        lambda problems: printed_paths.problems_as_text(problems, folders, settings.problems_url),
        context.report,
        lambda: context.step("Building", lasting=False),
    )
    try:
        editing = edit and edition.internal and _is_loopback(host)
        if edit and not editing:
            why = f"{host} can be reached from other machines" if edition.internal else f"this is the edition {edition}"
            context.say(f"Records cannot be edited in the browser: {why}")
        with _ended_by_signals():
            serve_site(settings, edition, address, names, log, editing=editing)
    finally:
        # a build that was interrupted
        progress.erase()


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a service manager and a terminal that is closed end the preview as Ctrl+C does: its folders are removed."""
    # Windows has no SIGHUP; under `nohup` it is ignored, and stays so
    named = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    signals = [number for number in named if signal.getsignal(number) is signal.SIG_DFL]
    for number in signals:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in signals:
            signal.signal(number, signal.SIG_DFL)


def _refuse_unusable(host: str, port: int) -> None:
    """Raise ClickException if nothing can listen at an address: before the site is built, and before success is printed."""
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    try:
        socket.create_server((host.strip("[]"), port), family=family).close()
    except OSError as error:
        hint = _ADDRESS_HINTS.get(error.errno or 0, "write an address of this computer, such as 127.0.0.1:8000")
        why = f"{error.strerror or error}; {hint}"
        raise click.ClickException(f"cannot listen on {host}:{port}: {why}") from None


def _is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    with suppress(ValueError):
        return ip_address(host.strip("[]")).is_loopback
    return host == "localhost"
