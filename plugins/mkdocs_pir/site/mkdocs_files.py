"""Adds our pages and assets to the files of a MkDocs build, and removes those of the site that must not be published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel

from mkdocs_pir.site import assets, views
from mkdocs_pir.site.mkdocs_navigation import source_of

Pages = Mapping[str, views.PageView]
"""Our pages by the path of a generated Markdown file, one for each page, since MkDocs makes pages from such files."""


def files_of_theme(files: Files, config: MkDocsConfig, sources: Iterable[str]) -> Files:
    """The theme's files, and generated Markdown files for those of our pages that MkDocs makes."""
    for file in files:
        # `exclude_docs` closes the folder of the records; the theme's own files are no part of it
        if not _found_in_docs(file, config) and file.generated_by is None:
            file.inclusion = InclusionLevel.NOT_IN_NAV
    result = Files([f for f in files if not _found_in_docs(f, config) and not assets.superseded(f.src_uri)])
    for source in sources:
        result.append(File.generated(config, source, content=f"# {source}\n", inclusion=InclusionLevel.INCLUDED))
    return result


def files_of_ours_alone(
    files: Files,
    config: MkDocsConfig,
    pages: Pages,
    edition: views.EditionContext,
    others: Iterable[tuple[str, bytes]],
) -> Files:
    """Only our files and the theme's: the projection decides which pages exist. `others` are ours that are no pages."""
    in_nav = {source_of(page.path) for page in views.navigation_pages(edition.projection)}
    result = files_of_theme(files, config, (source for source in pages if source in in_nav))
    for source, view in pages.items():
        if source not in in_nav:
            page = File.generated(config, source, content=f"# {view.path}\n", inclusion=InclusionLevel.NOT_IN_NAV)
            result.append(page)
    for path, content in (*others, *_files_beside(pages)):
        result.append(File.generated(config, path, content=content, inclusion=InclusionLevel.NOT_IN_NAV))
    return result


def add_files(
    files: Files,
    config: MkDocsConfig,
    pages: Pages,
    edition: views.EditionContext,
    prefix: str,
    sources: Callable[[str], str],
) -> Files:
    """The site's own files, with ours added below the folder `prefix`.

    `sources` gives the file that a page is made from, of which plugins ask Git for dates and authors.
    """
    address = f"{config.site_url.rstrip('/')}/{prefix}" if config.site_url else ""
    others = assets.files(edition, address, within_site=True)
    made: dict[str, dict[str, Any]] = {source: {"abs_src_path": sources(view.path)} for source, view in pages.items()}
    made |= {prefix + path: {"content": content} for path, content in (*others, *_files_beside(pages))}
    for path, given in made.items():
        if files.get_file_from_path(path) is not None:
            raise PluginError(f"'{path}' is a file of the site and of the knowledge base: give one folder another name")
        file = File.generated(config, path, **given, inclusion=InclusionLevel.NOT_IN_NAV)
        # links among our pages name files
        file.use_directory_urls = False
        files.append(file)
    return files


def _files_beside(pages: Pages) -> Iterator[tuple[str, bytes]]:
    """The files that pages need beside them."""
    for view in pages.values():
        yield from view.files.items()


def _found_in_docs(file: File, config: MkDocsConfig) -> bool:
    """Whether a file comes from MkDocs' docs_dir, possibly through a symbolic link in it."""
    return file.generated_by is None and file.src_dir == config.docs_dir
