"""The files of a build as MkDocs takes them: pages and assets of ours, and of the site's own what may stay."""

from __future__ import annotations

from collections.abc import Mapping

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel

from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.site import assets, views
from mkdocs_pir.site.mkdocs_navigation import source_of

Pages = Mapping[str, views.PageView]
"""Our pages by the path of the Markdown file that MkDocs is told each is made from."""


def files_of_ours_alone(files: Files, config: MkDocsConfig, pages: Pages, insight: Insight) -> Files:
    """Ours come in, and all but the theme's go: the projection decides what exists."""
    for file in files:
        # `exclude_docs` closes the folder of the records; the theme's own files are no part of it
        if not _found_in_docs(file, config) and file.generated_by is None:
            file.inclusion = InclusionLevel.NOT_IN_NAV
    kept = Files([f for f in files if not _found_in_docs(f, config) and not assets.superseded(f.src_uri)])
    in_nav = {source_of(path) for _, path in views.navigation(insight.projection)}
    for source, view in pages.items():
        level = InclusionLevel.INCLUDED if source in in_nav else InclusionLevel.NOT_IN_NAV
        kept.append(File.generated(config, source, content=f"# {view.path}\n", inclusion=level))
    for path, content in assets.files(insight, config.site_url or "").items():
        kept.append(File.generated(config, path, content=content, inclusion=InclusionLevel.NOT_IN_NAV))
    return kept


def add_files(files: Files, config: MkDocsConfig, pages: Pages, insight: Insight, prefix: str) -> Files:
    """Our files beside those of the site, all below one folder, `prefix`."""
    address = f"{config.site_url.rstrip('/')}/{prefix}" if config.site_url else ""
    others = assets.files(insight, address, within_site=True)
    contents: dict[str, str | bytes] = {source: f"# {view.path}\n" for source, view in pages.items()}
    contents |= {prefix + path: content for path, content in others.items()}
    for path, content in contents.items():
        if files.get_file_from_path(path) is not None:
            raise PluginError(f"'{path}' is a file of the site and of the knowledge base: give one folder another name")
        file = File.generated(config, path, content=content, inclusion=InclusionLevel.NOT_IN_NAV)
        # our pages link to one another by the names of their files
        file.use_directory_urls = False
        files.append(file)
    return files


def _found_in_docs(file: File, config: MkDocsConfig) -> bool:
    """Whether MkDocs found a file in its folder of pages, wherever a link there led it."""
    return file.generated_by is None and file.src_dir == config.docs_dir
