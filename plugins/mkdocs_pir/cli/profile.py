"""The option `--profile`: where the time of a command went, printed when it ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from mkdocs_pir.store import stages


def profile_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--profile` to a command: the seconds of each stage go to standard error, also when the command fails."""

    @click.option("--profile", is_flag=True, help="Print to standard error where the time went.")
    @wraps(command)
    def profiled(*args: Any, profile: bool, **kwargs: Any) -> Any:
        if not profile:
            return command(*args, **kwargs)
        costs = stages.Costs()
        try:
            with stages.measure(costs):
                return command(*args, **kwargs)
        finally:
            click.echo(stages.table(costs), err=True)

    return profiled
