"""Lists the files of a theme without its hidden folders, which MkDocs publishes nothing of."""

from __future__ import annotations

import os
from collections.abc import Callable

from jinja2 import Environment, FileSystemLoader


class VisibleFiles(FileSystemLoader):
    """Templates of folders, of which it lists those in no hidden folder; any of them can be loaded.

    MkDocs lists all files of a theme in each build, and passes over the hidden ones. Of the theme Material these are
    eleven thousand icons: to list them took a third of the build of a small edition.
    """

    def list_templates(self) -> list[str]:
        """The files by their paths below their folders, in the order of these paths."""
        paths: set[str] = set()
        for top in self.searchpath:
            for at, folders, names in os.walk(top, followlinks=self.followlinks):
                folders[:] = [folder for folder in folders if not folder.startswith(".")]
                below = "" if at == top else f"{os.path.relpath(at, top)}{os.sep}"
                paths.update(f"{below}{name}".replace(os.sep, "/") for name in names)
        return sorted(paths)


def lists_visible_files(get_env: Callable[[], Environment]) -> Callable[[], Environment]:
    """A function like `get_env` of a theme, whose environment lists no hidden folders. One with another loader stays."""

    def visible() -> Environment:
        env = get_env()
        if type(env.loader) is FileSystemLoader:
            env.loader = VisibleFiles(env.loader.searchpath, env.loader.encoding, env.loader.followlinks)
        return env

    return visible
