"""How output looks: whether it has colour, which is decided here alone, and what `--verbose` adds to it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from mkdocs_pir.cli import progress

if TYPE_CHECKING:
    from rich.console import Console

COLOURS: Mapping[str, bool | None] = {"auto": None, "always": True, "never": False}
"""The values of `--color`; None leaves it to the environment and to what each stream is."""

_STYLES: Mapping[str, Mapping[str, str | bool]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "hint": {"fg": "cyan", "bold": True},
    "place": {"bold": True},
    "caret": {"fg": "green", "bold": True},
    "mended": {"fg": "green"},
    "aside": {"dim": True},
}


def colour(environment: Mapping[str, str] = os.environ) -> bool | None:
    """Whether the environment wants colour: yes, no, or (None) where a stream is a terminal.

    NO_COLOR (no-color.org) goes before FORCE_COLOR and CLICOLOR_FORCE, as it does in Python itself.
    """
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if environment.get("CLICOLOR") == "0" or environment.get("TERM") == "dumb":
        return False
    return None


def choose_colour(context: click.Context, choice: str | None) -> None:
    """Use colour as `--color` says, or as the environment does. `click.echo` and `console` follow it."""
    context.find_root().color = context.color = COLOURS[choice or "auto"] if choice not in (None, "auto") else colour()


def chosen_colour() -> bool | None:
    """What was chosen: yes, no, or (None) where a stream is a terminal."""
    context = click.get_current_context(silent=True)
    return context.find_root().color if context is not None else colour()


def is_laid_out() -> bool:
    """Whether standard output is for the eyes of a person: a terminal, or what is to look like one."""
    return sys.stdout.isatty() or chosen_colour() is True


def styled(text: str, role: str) -> str:
    """A text in the colours of its role. `click.echo` takes them away again where there is to be no colour."""
    return click.style(text, **_STYLES[role]) if role in _STYLES else text  # type: ignore[arg-type]


def console() -> Console:
    """A console of rich on standard output that follows what was chosen."""
    from rich.console import Console
    from rich.theme import Theme

    chosen = chosen_colour()
    # code without the black background of rich, which is a blot on a light terminal
    theme = Theme({"markdown.code": "cyan", "markdown.code_block": "none"})
    if chosen is False:
        return Console(theme=theme, color_system=None)
    return Console(theme=theme, force_terminal=chosen)


def be_verbose() -> None:
    """Print to standard error what the modules log: what is read, what is kept, what is made again and why."""
    logger = logging.getLogger("mkdocs_pir")
    if not any(isinstance(handler, _Lines) for handler in logger.handlers):
        logger.addHandler(_Lines())
    logger.setLevel(logging.INFO)


def be_brief() -> None:
    """Take back what `be_verbose` did."""
    logger = logging.getLogger("mkdocs_pir")
    for handler in [handler for handler in logger.handlers if isinstance(handler, _Lines)]:
        logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


class _Lines(logging.Handler):
    """Prints each message as a line of its own; those about the settings, which are read for many a purpose, once."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._process = os.getpid()
        self._settings = ""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.name.endswith(".context"):
            if text == self._settings:
                return
            self._settings = text
        if os.getpid() == self._process:
            progress.erase()
        click.echo(styled(text, "aside"), err=True)
