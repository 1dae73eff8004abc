"""What `pir --version` prints: the versions that say how a command reads, and how its pages look."""

from __future__ import annotations

import platform
from importlib import metadata

from mkdocs_pir import __version__

DISTRIBUTIONS = ("markdown", "mkdocs", "properdocs", "mkdocs-material", "mkdocs-materialx", "weasyprint", "distributed")
"""What reads texts and what makes frames, PDFs and clusters; most of it need not be installed."""


def lines() -> tuple[str, str, str]:
    """The version of pir, those of Python and the system, and those of what is installed."""
    return (
        f"pir, version {__version__}",
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}",
        ", ".join(f"{name} {version}" for name, version in installed().items()),
    )


def installed() -> dict[str, str]:
    """The versions of those distributions that are installed, by name."""
    found = {name: next(iter(metadata.distributions(name=name)), None) for name in DISTRIBUTIONS}
    return {name: one.version for name, one in found.items() if one is not None}
