"""Completes the documentation site: pages made from the program, files of the project, and links between them.

Pages of docs/ are written to be read in the repository too. So their links lead to files of the repository, and what is
made from the program itself (the help of each command, the definitions of the KPIs) is in no file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import gallery
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from mkdocs_pir.cli import main
from mkdocs_pir.insight.kpi_definitions import KPIS, Kpi
from mkdocs_pir.kb import schema

ROOT = Path(__file__).parents[2]

PROJECT_FILES = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md")
"""Files at the top of the repository that are pages of the site."""

KPI_PAGE = """\
# KPIs

Each figure has an exact definition, a target, and the rows that it is made of: those counted and those left out, each \
with the reason. `pir kpi NAME` shows them; the option [`targets`](configuration.md) sets targets. This page is made \
from the program."""

GALLERY = """
[The gallery on a page of its own](gallery/index.html)

<iframe class="gallery" src="gallery/index.html" title="All pieces of the pages, light and dark"></iframe>
"""

NEWER_PICTURES = ROOT / "build/pictures"
"""Where `make screenshots` leaves pictures of this state of the program; they take the place of those in docs/images."""


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that are no files of docs/, the gallery, and the newest pictures."""
    pages = {name: (ROOT / name).read_text("utf-8").replace("](docs/", "](") for name in PROJECT_FILES}
    for name, text in {**pages, "kpis.md": kpis()}.items():
        files.append(File.generated(config, name, content=text))
    for name, content in gallery.files().items():
        files.append(File.generated(config, f"gallery/{name}", content=content))
    for picture in sorted(NEWER_PICTURES.glob("*")):
        name = f"images/{picture.name}"
        if (kept := files.get_file_from_path(name)) is not None:
            files.remove(kept)
            files.append(File.generated(config, name, abs_src_path=str(picture)))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Lead links out of docs/ to the pages of the site, and add what is made from the program."""
    markdown = re.sub(r"\]\(\.\./(?=kb/|[A-Z_]+\.md)", "](", markdown)
    match page.file.src_uri:
        case "cli.md":
            return with_help(markdown)
        case "data.md":
            return f"{markdown.rstrip()}\n\n{fields_of_figures()}"
        case "gallery.md":
            return f"{markdown.rstrip()}\n{GALLERY}"
    return markdown


def with_help(markdown: str) -> str:
    """The page of the commands with what `--help` prints below the heading of each command."""

    def helped(heading: re.Match[str]) -> str:
        lines = help_of(heading[1]).rstrip().split("\n")
        block = "\n".join(f"    {line}".rstrip() for line in ("```text", *lines, "```"))
        return f'{heading[0]}\n\n??? abstract "{heading[1]} --help"\n\n{block}\n'

    return re.sub(r"^## (pir [a-z ]+)$", helped, markdown, flags=re.M)


def help_of(path: str) -> str:
    """What `pir COMMAND --help` prints, for the full name of a command. Raises KeyError for one that does not exist."""
    command: click.Command = main
    context = click.Context(main, info_name="pir", max_content_width=100)
    for word in path.split()[1:]:
        assert isinstance(command, click.Group)
        if (found := command.get_command(context, word)) is None:
            raise KeyError(path)
        command = found
        context = click.Context(command, parent=context, info_name=word, terminal_width=100)
    return command.get_help(context)


def fields_of_figures() -> str:
    """The section on every field of `figures.json`, as its schema has them."""
    parts = ["## Every field of the figures", "Made from `figures.schema.json`."]
    for name, table in schema.load("figures")["properties"].items():
        if fields := table.get("items", table).get("properties"):
            rows = [f"| `{field}` | {_type(spec)} | {spec.get('description', '')} |" for field, spec in fields.items()]
            lead = table.get("description", "")
            parts += [f"### `{name}`", lead, "\n".join(["| field | type | meaning |", "|---|---|---|", *rows])]
    return "\n\n".join(parts) + "\n"


def _type(spec: dict[str, Any]) -> str:
    """The type of a field in words."""
    if "enum" in spec:
        return "one of " + ", ".join(f"`{value}`" for value in spec["enum"])
    kinds = spec.get("type", "anything")
    words = " or ".join([kinds] if isinstance(kinds, str) else kinds)
    return f"{spec['format']} or null" if "format" in spec and "null" in kinds else spec.get("format", words)


def kpis() -> str:
    """The page of all KPIs with their definitions, as the site of a knowledge base and `pir kpi` have them."""
    parts = [KPI_PAGE]
    for kpi in KPIS.values():
        direction = "Higher is better" if kpi.up_is_good else "Lower is better"
        window = {"12 months": "the last 12 months", "quarter": "the last quarter", "now": "now"}[kpi.window]
        parts += [
            f"## {kpi.title}",
            f"`{kpi.name}` · {window} · target when none is set: {_target(kpi)} · {direction.lower()}",
            kpi.definition,
        ]
    return "\n\n".join(parts) + "\n"


def _target(kpi: Kpi) -> str:
    if kpi.unit == "share":
        return f"{kpi.default_target:.0%}"
    return f"{kpi.default_target:g} {kpi.unit}"
