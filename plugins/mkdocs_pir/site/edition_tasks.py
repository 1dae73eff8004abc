"""Making an edition's files as a pure task: all that it needs goes in, and the files come out, on whatever machine.

What goes in is the projection of that edition alone, with the configuration that it is shown with. The knowledge base,
other editions, and the audit with the names and texts that it looks for stay where the editions are published.
"""

from __future__ import annotations

import io
import pickle
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING

from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site.frame_providers import PLAIN, chosen, use
from mkdocs_pir.store import stages
from mkdocs_pir.store.cluster import other_versions
from mkdocs_pir.store.code_version import differences, installation
from mkdocs_pir.store.result_store import ResultStore

if TYPE_CHECKING:
    from mkdocs_pir.site.mkdocs_values import ConfigValues
    from mkdocs_pir.site.plain_build import PlainValues

FAST = 1
"""The level of compression: more of it costs more time than the network saves."""

_ONE_AT_A_TIME = Lock()
"""MkDocs has one configuration and one clock for a process, which may have several threads."""


@dataclass(frozen=True, slots=True)
class EditionTask:
    """What `make_edition` needs. `content` is encoded, and read only where the `installation` is the same.

    `digests` are those of what the edition is made from, for its manifest.
    """

    content: bytes
    installation: Mapping[str, str]
    digests: Mapping[str, str] = field(default_factory=dict)

    def projection(self) -> Projection:
        """The projection of the edition."""
        projection: Projection = pickle.loads(zlib.decompress(self.content))[1]
        return projection


@dataclass(frozen=True, slots=True)
class MadeEdition:
    """The files of an edition as the bytes of a ZIP file, or the problems for which it could not be made."""

    files: bytes = b""
    problems: tuple[Problem, ...] = ()


def edition_task(settings: Settings, projection: Projection) -> EditionTask | None:
    """The task of making the files of one edition, or None if only this process can make them."""
    frames = chosen(settings)
    if (values := _values(frames, settings, projection.edition)) is None:
        return None
    parts = (frames, projection, values, settings.config_file.name)
    return EditionTask(zlib.compress(pickle.dumps(parts), FAST), installation())


def _values(frames: str, settings: Settings, edition: Edition) -> ConfigValues | PlainValues | None:
    """What the edition is made with, or None if only this process can make it."""
    # importing what makes pages takes up to half a second, so it is imported only where an edition is made
    if frames == PLAIN:
        from mkdocs_pir.site import plain_build

        elsewhere = not plain_build.needs_another_frame(settings, edition)
        return plain_build.plain_values(settings, edition) if elsewhere else None
    use(frames)
    from mkdocs_pir.site.mkdocs_values import config_values

    return config_values(settings, edition)


def make_edition(task: EditionTask) -> MadeEdition:
    """The files of an edition, made in a private folder that is gone afterwards.

    Raises ClusterError if this process would make other files than the one that has the task.
    """
    # a worker may have come when the build had begun
    if different := differences(task.installation, installation()):
        raise other_versions(different)
    frames, projection, values, name = pickle.loads(zlib.decompress(task.content))
    try:
        with stages.edition(str(projection.edition)), _ONE_AT_A_TIME, TemporaryDirectory(prefix="pir-edition-") as room:
            site = Path(room, "site")
            site.mkdir()
            if frames == PLAIN:
                from mkdocs_pir.site import plain_build

                with closing(ResultStore(None)) as store:
                    plain_build.render_with(values, projection, site, store)
            else:
                use(frames)
                _render_with_mkdocs(values, projection, Path(room, "source"), name, site)
            return MadeEdition(_packed(site))
    except ProblemError as error:
        return MadeEdition(problems=error.problems)
    except Exception as error:
        return MadeEdition(problems=(fault(projection.edition, error),))


def _render_with_mkdocs(config: ConfigValues, projection: Projection, root: Path, name: str, site: Path) -> None:
    from mkdocs_pir.site import mkdocs_build

    records = root / config.values["docs_dir"]
    for folder in (records, root / "templates"):
        folder.mkdir(parents=True)
    _write(config.templates, root / "templates")
    theme = dict(config.values["theme"])
    if config.templates:
        theme["custom_dir"] = str(root / "templates")
    ours = {"site_name": projection.site_name, "docs_dir": str(records), "theme": theme}
    mkdocs_build.render_with({**config.values, **ours}, root / name, projection, site)


def fault(edition: Edition, error: Exception) -> Problem:
    """The problem of a bug of ours in one edition, which must not show a traceback, nor stop the other editions."""
    what = f"{type(error).__name__}: {error}"
    return stopped(edition, what, "this is a fault of mkdocs-pir; please report it")


def stopped(edition: Edition, what: str, hint: str) -> Problem:
    """The problem that an edition was not published."""
    return Problem.of("PIR605", edition.folder, (0, 0), f"publishing '{edition}' was stopped: {what}", hint)


@stages.WRITING
def unpack(made: MadeEdition, folder: Path) -> None:
    """Write the files of an edition into a folder. Raises ValueError for a file that would be outside of it."""
    with zipfile.ZipFile(io.BytesIO(made.files)) as archive:
        names = [PurePosixPath(name) for name in archive.namelist()]
        if bad := next((name for name in names if name.is_absolute() or ".." in name.parts), None):
            raise ValueError(f"a worker sent the file '{bad}', which is outside the site")
        archive.extractall(folder)


@stages.WRITING
def _packed(folder: Path) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.writestr(file.relative_to(folder).as_posix(), file.read_bytes(), compresslevel=FAST)
    return target.getvalue()


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
