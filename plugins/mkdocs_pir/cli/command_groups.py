"""A group of commands that suggests the nearest command for a name that none of its commands has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import click

from mkdocs_pir.kb.problem import did_you_mean


class CommandGroup(click.Group):
    """A group of commands. `also_called` are other names that users type for its commands, to suggest these."""

    also_called: Mapping[str, str] = MappingProxyType({})

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names. Raises UsageError with the nearest ones if there is none."""
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            raise click.UsageError(f"there is no command '{name}'; {self._hint(ctx, name.lower())}", ctx)
        return super().resolve_command(ctx, args)

    def _hint(self, ctx: click.Context, name: str) -> str:
        names = self.list_commands(ctx)
        if name in self.also_called:
            return f"did you mean '{self.also_called[name]}'?"
        few = f"choose from {', '.join(names)}" if len(names) <= 10 else f"'{ctx.command_path} --help' lists all"
        return did_you_mean(name, names) or few


def help_of(ctx: click.Context, names: tuple[str, ...]) -> str:
    """The help of the command that these words name below the command of `ctx`. Raises UsageError if there is none."""
    command: Any = ctx.command
    for name in names:
        if not isinstance(command, click.Group):
            raise click.UsageError(f"'{ctx.command_path}' has no commands", ctx)
        _, command, _ = command.resolve_command(ctx, [name])
        ctx = click.Context(command, info_name=name, parent=ctx)
    return ctx.get_help()
