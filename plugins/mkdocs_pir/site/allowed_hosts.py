"""The host names for which a preview answers requests.

A page on the web can let its own host name resolve to this machine (DNS rebinding); its scripts could then read the
preview, since the browser takes both for one site. Such a request has the foreign name in its Host header.
"""

from __future__ import annotations

import os
import re

VARIABLE = "PIR_ALLOW_HOSTS"
"""Environment variable with more host names, separated by commas."""

OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
"""The host names that mean this machine."""

_HOST = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::[0-9]*)?")


def allowed_names(bound: str) -> frozenset[str]:
    """The host names for a preview that listens at the address `bound`."""
    further = (name.strip() for name in os.environ.get(VARIABLE, "").split(","))
    return OWN_NAMES | {host for name in (bound, *further) if (host := host_name(name) or host_name(f"[{name}]"))}


def host_name(header: str) -> str:
    """The host name in a Host header, without the port; empty if it is malformed."""
    match = _HOST.fullmatch(header.strip())
    return (match[1] or match[2]).lower().rstrip(".") if match else ""


def refusal_text(name: str) -> str:
    """The text of the answer to a request with another host name."""
    return (
        f"This preview does not answer to the name '{name}'.\n"
        f"If it is yours, start the preview with:  pir serve --allow-host {name}\n"
        f"or, for mkdocs serve, set the environment variable {VARIABLE}={name}\n"
    )
