"""Completes the packages that are built: the manual page, where `make man` has made it, and the page of the index.

README.md is written for the repository, where links lead to files beside it. A package index shows it without them.
`PIR_REPOSITORY_URL` names the repository, such as https://github.com/owner/name: links then lead to its files at the tag
of the version. Without it a link to a file is its words, and a picture is left out, since a wrong link is worse than none.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

MADE = "build/man/pir.1"

_LINK = re.compile(r"(?P<picture>!?)\[(?P<words>[^\[\]]*)\]\((?P<target>[^()\s]+)\)")
_CODE = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.M | re.S)


def for_index(readme: str, repository: str, tag: str) -> str:
    """The text of README.md for a package index: links into the repository at a tag, or none without its address."""

    def link(found: re.Match[str]) -> str:
        picture, words, target = found.group("picture", "words", "target")
        if re.match(r"[a-z]+:", target):
            return found[0]
        if repository:
            return f"{picture}[{words}]({repository}/{'raw' if picture else 'blob'}/{tag}/{target})"
        return "" if picture else words

    # code is split off: what looks like a link there is none
    return "".join(part if n % 2 else _LINK.sub(link, part) for n, part in enumerate(_CODE.split(readme)))


def urls(repository: str, tag: str) -> dict[str, str]:
    """The addresses that an index shows beside the text."""
    if not repository:
        return {}
    return {
        "Homepage": repository,
        "Documentation": f"{repository}/blob/{tag}/docs/index.md",
        "Source": repository,
        "Issues": f"{repository}/issues",
        "Changelog": f"{repository}/blob/{tag}/CHANGELOG.md",
    }


class IndexPage(MetadataHookInterface):
    """Sets the fields `readme` and `urls` of the project."""

    def update(self, metadata: dict[str, Any]) -> None:
        root = Path(self.root)
        repository = os.environ.get("PIR_REPOSITORY_URL", "").rstrip("/")
        code = (root / "plugins/mkdocs_pir/__init__.py").read_text("utf-8")
        version = re.search(r'^__version__ = "([^"]+)"', code, re.M)
        assert version is not None
        text = for_index((root / "README.md").read_text("utf-8"), repository, f"v{version[1]}")
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        metadata["urls"] = urls(repository, f"v{version[1]}")


class ManualPage(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the manual page into wheel and source package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        page = Path(self.root) / MADE
        if not page.is_file():
            return
        if self.target_name == "wheel":
            build_data["shared_data"][str(page)] = "share/man/man1/pir.1"
        else:
            build_data["force_include"][str(page)] = MADE
