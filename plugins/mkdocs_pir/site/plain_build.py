"""Build an edition in plain frames, with neither MkDocs nor a theme."""

from __future__ import annotations

import gzip
import html
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.editions.published_generation import PublishedGeneration
from mkdocs_pir.exchange.exporting.published import ExportFile
from mkdocs_pir.kb import settings as kb_settings
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site import assets, edit_links, offline, views
from mkdocs_pir.site.frame_providers import PLAIN
from mkdocs_pir.site.made_pages import Making
from mkdocs_pir.site.plain_frames import STYLE_SHEET, PlainFrames, PlainSite
from mkdocs_pir.site.printing.published_pdfs import paper_of, publish_pdfs
from mkdocs_pir.site.theme import theme_folder
from mkdocs_pir.site.urls import address_of
from mkdocs_pir.store import stages
from mkdocs_pir.store.result_store import ResultStore


@dataclass(frozen=True, slots=True)
class PlainValues:
    """What an edition is made with beside its projection: values that can be sent to another machine."""

    site: PlainSite
    edit_template: str
    client_sites: str
    paper: str


@stages.THEME
def render(
    settings: Settings,
    projection: Projection,
    folder: Path,
    previous: PublishedGeneration | None = None,
    *,
    served: bool = True,
) -> None:
    """Build one edition's site into a folder. Raises ProblemError where the site has other pages than ours.

    What did not change is taken over from `previous`. With `served` the site gets a service worker, so that it can be
    used without a network.
    """
    if needs_another_frame(settings, projection.edition):
        what = f"'frame: {PLAIN}' makes the pages of the records alone, and this site has others in docs_dir"
        hint = "leave out 'frame' and install mkdocs with the theme, or properdocs"
        raise ProblemError([Problem.of("PIR605", settings.config_file.name, (0, 0), what, hint)])
    with closing(ResultStore(settings.cache)) as store:
        render_with(plain_values(settings, projection.edition, served=served), projection, folder, store, previous)


def needs_another_frame(settings: Settings, edition: Edition) -> bool:
    """Whether the edition has pages that only MkDocs or ProperDocs can make."""
    return edition.internal and not settings.folders.records_in_docs


def plain_values(settings: Settings, edition: Edition, *, served: bool = True) -> PlainValues:
    """What the edition is made with. Raises ProblemError where this machine cannot make the PDFs that are asked for."""
    whole: Mapping[str, Any] = kb_settings.whole(settings.config_file)[0] if edition.internal else {}
    site = PlainSite(
        settings.site_url if edition.internal else "",
        str(settings.theme.get("language") or "en"),
        str(whole.get("copyright") or ""),
        served and settings.offline,
    )
    paper = paper_of(settings.config_file, settings.pdfs) if served else ""
    return PlainValues(site, _edit_template(whole), settings.client_sites if edition.internal else "", paper)


def render_with(
    values: PlainValues,
    projection: Projection,
    folder: Path,
    store: ResultStore,
    previous: PublishedGeneration | None = None,
) -> None:
    """Build one edition's site into a folder with these values, on whatever machine."""
    site = values.site
    edition = views.EditionContext(projection, store, values.edit_template, values.client_sites, values.paper)
    frames = PlainFrames(projection, site)
    made = Making(edition, folder, frames, frozenset(), partial(_files, site=site), site.site_url, previous).run()
    if edition.paper:
        publish_pdfs(edition, folder, previous)
    (folder / "404.html").write_text(frames.not_found(), "utf-8", newline="\n")
    sitemap = _sitemap(site, sorted(made.paths), projection.as_of.isoformat())
    (folder / "sitemap.xml").write_text(sitemap, "utf-8", newline="\n")
    (folder / "sitemap.xml.gz").write_bytes(gzip.compress(sitemap.encode(), mtime=0))
    if site.offline:
        (folder / offline.WORKER).write_bytes((theme_folder() / offline.WORKER).read_bytes())
        offline.write_file_list(folder, linked=previous.linked if previous is not None else {})


def _files(edition: views.EditionContext, site: PlainSite) -> list[assets.Group]:
    """The files that are no pages: those of each edition, and the style sheet of the frame."""

    def look() -> Iterator[ExportFile]:
        yield ExportFile(STYLE_SHEET, b"", (theme_folder() / "plain/pir-plain.css").read_bytes)

    return [*assets.groups(edition, site.site_url), ("assets/", look)]


def _edit_template(whole: Mapping[str, Any]) -> str:
    """The template of the addresses at which records are edited: there must be no guessed `edit_uri`."""
    repository, uri, template = (str(whole.get(name) or "") for name in ("repo_url", "edit_uri", "edit_uri_template"))
    return edit_links.edit_template(repository, uri, template, "")


def _sitemap(site: PlainSite, paths: list[str], day: str) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']
    for address in (address_of(site.site_url, path) for path in paths if site.site_url):
        lines.append(f"    <url><loc>{html.escape(address)}</loc><lastmod>{day}</lastmod></url>")
    return "\n".join([*lines, "</urlset>\n"])
