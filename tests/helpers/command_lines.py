"""Whether a command line of `pir` would be accepted: its commands, options, values and arguments, without running it."""

from __future__ import annotations

import shlex

import click

from mkdocs_pir.cli import main


def parse(line: str) -> None:
    """Parse a line such as `pir check --strict`; raises click.UsageError where it names what is not there."""
    words = shlex.split(line)
    assert words[0] == "pir", line
    command: click.Command = main
    context: click.Context | None = None
    name, rest = words[0], words[1:]
    while True:
        context = command.make_context(name, list(rest), parent=context)
        if not isinstance(command, click.Group):
            return
        shown, found, rest = command.resolve_command(context, [*getattr(context, "_protected_args", ()), *context.args])
        assert found is not None, line
        name, command = shown or found.name or "", found
