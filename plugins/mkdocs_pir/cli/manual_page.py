"""The manual page of `pir` for man(1), made from the commands themselves: `python -m mkdocs_pir.cli.manual_page`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from mkdocs_pir import __version__
from mkdocs_pir.cli import main

FILES = {
    "mkdocs.yml": "The configuration of the knowledge base, found in the current folder or in the nearest folder above.",
    ".cache/pir": "What is kept from one run to the next; it can be deleted at any time.",
    "published": "What is published: internal, and a folder for each client.",
}


def manual_page() -> str:
    """The page in the language of man(7), with every command and option."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f'.TH PIR 1 "" "mkdocs-pir {__version__}" "User commands"'
    # no hyphens within words, and an even space between them: commands and options are copied from here
    yield from (".nh", ".ad l")
    yield from (".SH NAME", f"pir {_MINUS} {_text(main.get_short_help_str(200).rstrip('.'))}")
    context = click.Context(main, info_name="pir", help_option_names=["-h", "--help"])
    yield from (".SH SYNOPSIS", *_usage(main, context))
    yield from (".SH DESCRIPTION", *_paragraphs(main))
    yield from (".SH OPTIONS", _text("All but -C and --version may also stand behind the name of a command."))
    yield from _options(main, context, set())
    yield ".SH COMMANDS"
    general = {option for parameter in main.get_params(context) for option in parameter.opts}
    for command, inner in _commands(main, context):
        yield from (f".SS {_text(inner.command_path)}", *_usage(command, inner), *_paragraphs(command))
        yield from _options(command, inner, general)
    yield ".SH FILES"
    for name, said in FILES.items():
        yield from (".TP", f"\\fI{_text(name)}\\fR", _text(said))


def _commands(group: click.Group, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    """Every command below a group, each before those below it."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        inner = click.Context(command, parent=context, info_name=name)
        if not command.hidden:
            yield command, inner
            if isinstance(command, click.Group):
                yield from _commands(command, inner)


def _usage(command: click.Command, context: click.Context) -> Iterator[str]:
    words = " ".join(command.collect_usage_pieces(context))
    yield from (".PP", f"\\fB{_text(context.command_path)}\\fR {_text(words)}")


def _paragraphs(command: click.Command) -> Iterator[str]:
    """The help text of a command: its paragraphs, and unfilled what begins with click's mark for that."""
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(command.help or "").partition("\f")[0].strip()):
        lines = paragraph.split("\n")
        if lines[0].strip() == "\b":
            yield from (".PP", ".nf", *map(_text, lines[1:]), ".fi")
        else:
            yield from (".PP", _text(" ".join(line.strip() for line in lines)))


def _options(command: click.Command, context: click.Context, left_out: set[str]) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[1] and not left_out.issuperset(parameter.opts):
            yield from (".TP", f"\\fB{_text(record[0])}\\fR", _text(record[1]))


_MINUS = "\\-"


def _text(text: str) -> str:
    """Words for man(7): its backslash, minus, and marks at the start of a line are written out."""
    text = text.replace("\\", "\\e").replace("-", _MINUS)
    return f"\\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    print(manual_page(), end="")
