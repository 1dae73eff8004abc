"""Frames that MkDocs made for the last build of an edition: where they would be the same again, MkDocs is not even imported.

The frame of a page shows the site, its navigation and the edition, but no body of a record. So frames are kept with a
digest of the program, of the site around the records, and of the edition besides bodies. With the same digest the pages
that changed are put into the kept frames, and everything that MkDocs itself wrote is taken over from the generation
that is published. What was not kept, such as the contents of a page with new headings, is made by MkDocs.
"""

from __future__ import annotations

import hashlib
import html
import logging
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct

from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.editions.published_generation import PublishedGeneration, walk
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site import assets, offline, views
from mkdocs_pir.site.frame import Frame
from mkdocs_pir.site.kept_pages import FrameForm, Headings, MadePage
from mkdocs_pir.site.made_pages import MadeSite, Making
from mkdocs_pir.site.printing.published_pdfs import publish_pdfs
from mkdocs_pir.site.urls import address_of
from mkdocs_pir.store import stages
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import ResultStore, key

log = logging.getLogger(__name__)


class KeptFrame(Struct, frozen=True, array_like=True):
    """A frame with the digest of what it is made of; none where the theme has no common frame for such pages."""

    form: FrameForm
    frame: Frame | None
    digest: bytes


class Contents(Struct, frozen=True, array_like=True):
    """The theme's table of contents for these headings, and the id of the first of them."""

    toc: Headings
    first: str
    html: str


class FrameMaker(Struct, frozen=True, array_like=True):
    """Everything of one build by MkDocs that the next one needs in order to do without it.

    `edition` is the digest of the edition besides bodies, and what follows it are the values with which the edition was
    made. `paths` is the digest of the paths of all pages, `in_navigation` the digest of each page that MkDocs filled by
    itself, `files` the SHA-256 of each file that MkDocs wrote, and `worker` the service worker before it has its list of
    files; empty for none.
    """

    edition: bytes
    edit_template: str
    client_sites: str
    paper: str
    site_url: str
    paths: bytes
    frames: list[KeptFrame]
    contents: list[Contents]
    in_navigation: dict[str, bytes]
    files: dict[str, str]
    worker: bytes


class NotKeptError(Exception):
    """Something was asked for that only MkDocs can make."""


@stages.THEME
def render(
    settings: Settings, projection: Projection, folder: Path, previous: PublishedGeneration, site: bytes
) -> bool:
    """Build one edition's site into a folder without MkDocs. False where it takes part; then the folder is to be emptied.

    `site` is the digest of the program and of the site around the records; empty where that is not known.
    """
    if not site:
        return False
    with closing(ResultStore(settings.cache)) as store:
        name = _name(site, projection.edition)
        if (content := store.get([name]).get(name)) is None:
            return False
        try:
            _render(msgspec.msgpack.decode(content, type=FrameMaker), projection, folder, previous, store)
        except NotKeptError as missing:
            log.info("%s: MkDocs takes part: %s", projection.edition, missing)
            previous.forget_taken_over()
            return False
    log.info("%s: pages are put into frames as they were kept, without MkDocs", projection.edition)
    return True


def _render(
    maker: FrameMaker, projection: Projection, folder: Path, previous: PublishedGeneration, store: ResultStore
) -> None:
    edition = views.EditionContext(projection, store, maker.edit_template, maker.client_sites, maker.paper)
    if edition.digest != maker.edition:
        raise NotKeptError("more than bodies of records changed")
    # first, since without them all pages would be made in vain
    for path, sha256 in maker.files.items():
        if not previous.link(path, sha256, folder / path):
            raise NotKeptError(f"{path} is not what was published")
    files = partial(assets.groups, site_url=maker.site_url)
    frames = KeptFrames(maker)
    made = Making(edition, folder, frames, frozenset(maker.in_navigation), files, maker.site_url, previous).run()
    if _digest_of_paths(made.paths) != maker.paths:
        raise NotKeptError("there are other pages")
    for path, page in made.unframed.items():
        if digest_of_page(page) != maker.in_navigation.get(path):
            raise NotKeptError(f"{path} changed, which is in the navigation")
    if edition.paper:
        publish_pdfs(edition, folder, previous)
    # last, since no file of the site may change afterwards
    if maker.worker:
        (folder / offline.WORKER).write_bytes(maker.worker)
        offline.write_file_list(folder, linked=previous.linked)


class KeptFrames:
    """Puts pages into the frames that were kept."""

    def __init__(self, maker: FrameMaker) -> None:
        self._site_url = maker.site_url
        self._frames = {kept.form: kept for kept in maker.frames}
        self._contents = {kept.toc: kept for kept in maker.contents}

    def html(self, page: MadePage) -> str:
        """A page in its frame. Raises NotKeptError."""
        contents = self._contents.get(page.headings)
        frame = self._kept(page.form).frame
        if contents is None or frame is None:
            raise NotKeptError(f"{page.path} has other headings than any page before")
        return frame.fill(filling(page, address_of(self._site_url, page.path), contents.first, contents.html))

    def digest(self, form: FrameForm) -> bytes:
        """The digest of all that the frame of a page of this form is made of. Raises NotKeptError."""
        return self._kept(form).digest

    def _kept(self, form: FrameForm) -> KeptFrame:
        if (kept := self._frames.get(form)) is None:
            raise NotKeptError(f"there was no page like {form} before")
        return kept


def filling(page: MadePage, address: str, first: str, contents: str) -> dict[str, str]:
    """What fills the slots of a frame."""
    return {
        # escaped here: the theme's templates do not escape
        "title": html.escape(page.title),
        "description": html.escape(page.description),
        "address": address,
        "first": first,
        "contents": contents,
        "content": page.html,
    }


def keep(
    edition: views.EditionContext,
    site: bytes,
    site_url: str,
    made: MadeSite,
    frames: Iterable[KeptFrame],
    contents: Iterable[Contents],
    files: dict[str, str],
    worker: bytes,
) -> None:
    """Keep the frames of an edition, instead of those before. `files` are those that MkDocs wrote, with their SHA-256."""
    maker = FrameMaker(
        edition.digest,
        edition.edit_template,
        edition.client_sites,
        edition.paper,
        site_url,
        _digest_of_paths(made.paths),
        list(frames),
        list(contents),
        {path: digest_of_page(page) for path, page in made.unframed.items()},
        files,
        worker,
    )
    edition.store.put({_name(site, edition.projection.edition): msgspec.msgpack.encode(maker)})


def headings_kept(edition: views.EditionContext, site: bytes) -> list[Headings]:
    """The headings of which the tables of contents were kept."""
    name = _name(site, edition.projection.edition)
    content = edition.store.get([name]).get(name)
    return [one.toc for one in msgspec.msgpack.decode(content, type=FrameMaker).contents] if content else []


def files_besides(folder: Path, others: frozenset[str]) -> dict[str, str]:
    """The SHA-256 of each file below a folder besides some others."""
    paths = sorted(path for path, _ in walk(folder) if path not in others)
    return {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in paths}


def digest_of_page(page: MadePage) -> bytes:
    """The digest of all of a page without its frame."""
    return key(msgspec.msgpack.encode(page))


def _digest_of_paths(paths: Iterable[str]) -> bytes:
    return key(*sorted(paths))


def _name(site: bytes, edition: Edition) -> bytes:
    return key("frames", code_version(), site, str(edition))
