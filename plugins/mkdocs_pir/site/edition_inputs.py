"""What the files of an edition are made from, as digests: with the same digest, a build would make the same files.

There is one of all inputs together, which is compared before anything is read, and one of each edition's own inputs, for
when something else changed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mkdocs_pir.editions.encoded_values import digest_of
from mkdocs_pir.kb import settings as kb_settings
from mkdocs_pir.site.client_config import client_config
from mkdocs_pir.site.frame_providers import THEMES, chosen
from mkdocs_pir.site.theme import theme_folder
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import key

if TYPE_CHECKING:
    from mkdocs_pir.editions.projection import Projection
    from mkdocs_pir.kb.settings import Settings

VARIABLES = ("SOURCE_DATE_EPOCH",)
"""Environment variables that a build reads, besides those that mkdocs.yml names."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The digests of what a build begins with. They are worked out before anything is read.

    `all` is of everything that any edition is made from and audited with, and `site` of the program and the site around
    the records. They are empty where nobody knows all of it.
    """

    all: str = ""
    site: bytes = b""


def inputs(settings: Settings) -> Inputs:
    """The digests of what is there now. Files are not read: size, times and inode tell that they are the same."""
    if not (site := _site_inputs(settings)):
        return Inputs()
    named = [settings.synonyms, settings.actions.file if settings.actions is not None else ""]
    others = [part for name in named if name for part in (name, _state_of(settings.root / name))]
    return Inputs(key(site, settings.as_of.isoformat(), *others, *_states(settings.records)).hex(), site)


def edition_inputs(settings: Settings, projection: Projection, site: bytes) -> str:
    """The digest of everything that the files of one edition are made from; empty where not all of it is known.

    `site` is the digest of the site around the records.
    """
    if not projection.edition.internal:
        # where the records are does not show in what is made of them
        values = {name: value for name, value in client_config(settings).items() if name != "docs_dir"}
        site = key(_program(), chosen(settings), msgspec.json.encode(values, enc_hook=str))
    if not site:
        return ""
    return key(site, digest_of(projection)).hex()


def _site_inputs(settings: Settings) -> bytes:
    """The digest of the program and of the site around the records; empty where nobody knows what else takes part.

    What other plugins, hooks, themes and extensions read is known to them alone.
    """
    whole, texts = kb_settings.whole(settings.config_file)
    plugins = whole.get("plugins")
    names = {str(next(iter(item), "")) if isinstance(item, Mapping) else str(item) for item in plugins or ()}
    theme = whole.get("theme")
    theme = theme if isinstance(theme, Mapping) else {"name": theme}
    has_pages = not settings.folders.records_in_docs
    if names != {"pir"} or whole.get("hooks") or theme.get("name") not in THEMES:
        return b""
    if has_pages and whole.get("markdown_extensions"):
        return b""
    # the texts have what only MkDocs can read, the settings have the values of environment variables
    parts: list[str | bytes] = [
        _program(),
        chosen(settings),
        msgspec.json.encode(whole, enc_hook=str),
        *(text.encode() for text in texts),
    ]
    if has_pages:
        parts += _states(settings.folders.docs)
    if theme.get("custom_dir"):
        parts += _states(settings.root / str(theme["custom_dir"]))
    return key(*parts)


@cache
def _program() -> bytes:
    """The digest of our own files, the theme, Python, and the versions of all that is installed beside it."""
    installed = sorted({name for folder in sys.path for name in _names(folder) if name.endswith(".dist-info")})
    variables = [f"{name}={os.environ.get(name)}" for name in VARIABLES]
    return key(code_version(), *installed, *variables, *_states(Path(__file__).parents[1]), *_states(theme_folder()))


def _names(folder: str) -> list[str]:
    try:
        return [file.name for file in Path(folder or ".").iterdir()]
    except OSError:
        return []


def _states(folder: Path) -> list[bytes]:
    """The path and the state of each file below a folder."""
    return sorted(_states_below(str(folder), ""))


def _states_below(folder: str, above: str) -> Iterator[bytes]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield os.fsencode(f"{above} {error.errno}")
        return
    for entry in entries:
        path = f"{above}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _states_below(entry.path, path)
        else:
            yield os.fsencode(path) + _state(entry.stat(follow_symlinks=False))


def _state_of(file: Path) -> bytes:
    try:
        return _state(file.lstat())
    except OSError as error:
        return str(error.errno).encode()


def _state(status: os.stat_result) -> bytes:
    state = (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return f" {state}".encode()
