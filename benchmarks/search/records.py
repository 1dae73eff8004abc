"""The documents that are searched: the demonstration, real incident reports where they are at hand, and distractors."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner

from mkdocs_pir.cli import main as pir
from mkdocs_pir.cli.context import Context
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.search.documents import documents
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.site.urls import path_of

ROOT = Path(__file__).parents[2]
CORPORA = Path(os.environ.get("MKDOCS_PIR_CORPORA") or ROOT.parent / "shared/corpora")

IMPORTED = {"dfds": "dfds-postmortems", "jenkins": "jenkins-infra-status"}
PLAIN = {
    "mybinder": "mybinder-incident-reports",
    "2i2c": "2i2c-incident-reports",
    "posthog": "posthog-post-mortems",
}
_CONFIG = 'site_name: Imported\ndocs_dir: kb\nexclude_docs: "*"\ntheme: {name: material}\nplugins:\n  - pir: {as_of: 2026-09-30}\n'  # as imported


def demonstration() -> tuple[Projection, list[SearchDocument]]:
    """The internal edition of the demonstration, and its documents."""
    projection = project(Context(ROOT, quiet=True).knowledge(), Edition())
    return projection, list(documents(projection, path_of))


def reports() -> list[SearchDocument]:
    """Real incident reports as documents with ids `collection:id`. Empty, with a message, where the folder is absent."""
    if not CORPORA.is_dir():
        print(
            "SKIPPED: no folder of real incident reports; name it with MKDOCS_PIR_CORPORA. "
            "Their queries are left out, and the figures are those of the demonstration alone.",
            file=sys.stderr,
        )
        return []
    return [*_imported(), *_plain()]


def _imported() -> Iterator[SearchDocument]:
    """The collections that `pir import` has a mapping for, as it brings them in."""
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "kb").mkdir()
        (Path(scratch) / "mkdocs.yml").write_text(_CONFIG, "utf-8")
        for folder in IMPORTED.values():
            mapping = str(ROOT / f"docs/mappings/{folder}.yml")
            result = CliRunner().invoke(pir, ["-C", scratch, "import", str(CORPORA / folder), "--mapping", mapping])
            if result.exit_code:
                raise SystemExit(result.output)
        projection = project(Context(Path(scratch), quiet=True).knowledge(), Edition())
        for document in documents(projection, path_of):
            if document.kind == "pir":
                collection = "jenkins" if document.id.startswith("JENKINS") else "dfds"
                yield replace(document, id=f"{collection}:{document.id}", url=f"{collection}/{document.url}")


def _plain() -> Iterator[SearchDocument]:
    """Reports in Markdown without front matter: a title, and the text."""
    for collection, folder in PLAIN.items():
        for path in sorted((CORPORA / folder).rglob("*.md")):
            if path.stem in ("index", "README") or "template" in path.stem:
                continue
            text = path.read_text("utf-8")
            heading = re.search(r"^#\s+(.+)$|^([^\n#-][^\n]*)\n=+$", text, re.MULTILINE)
            title = (heading.group(1) or heading.group(2)).strip() if heading else path.stem
            body = text.replace(heading.group(0), "", 1) if heading else text
            url = f"{collection}/{re.sub('[^A-Za-z0-9-]+', '-', path.stem)}.html"
            yield SearchDocument(f"{collection}:{path.stem}", "pir", title, url, {"body": (body,)}, {"kind": ("pir",)})
