"""The names that a preview answers to.

A page elsewhere on the web can let its own name lead to this machine, and its scripts then read what answers there:
the browser takes both for one site. Such a request still carries the foreign name in its Host header.
"""

from __future__ import annotations

import os
import re

VARIABLE = "PIR_ALLOW_HOSTS"
"""Environment variable with the further names of a preview, separated by commas."""

OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names of this machine for itself."""

_HOST = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::[0-9]*)?")


def allowed_names(bound: str) -> frozenset[str]:
    """The names of a preview that listens at the address `bound`."""
    given = (name.strip() for name in os.environ.get(VARIABLE, "").split(","))
    return OWN_NAMES | {found for name in (bound, *given) if (found := host_name(name) or host_name(f"[{name}]"))}


def host_name(header: str) -> str:
    """The name that a request asks for, without the port; empty when there is none."""
    match = _HOST.fullmatch(header.strip())
    return (match[1] or match[2]).lower().rstrip(".") if match else ""


def refusal_text(name: str) -> str:
    """What the answer to another name says."""
    return (
        f"This preview does not answer to the name '{name}'.\n"
        f"If it is yours, start the preview with:  pir serve --allow-host {name}\n"
        f"or, for mkdocs serve, set the environment variable {VARIABLE}={name}\n"
    )
