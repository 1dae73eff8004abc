"""An empty knowledge base with one client, and `pir import` run on sources written for one test."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from click.testing import Result
from helpers.knowledge_base import pir

CONFIG = 'site_name: S\ndocs_dir: kb\nexclude_docs: "*"\ntheme: {name: material}\nplugins:\n  - pir: {as_of: 2026-01-01, record_format: 2}\n'


def read_report(file: Path) -> tuple[dict[str, Any], str]:
    """The front matter of a file as texts, and its body."""
    _, front, body = file.read_text("utf-8").split("---\n", 2)
    return yaml.load(front, yaml.BaseLoader), body


class EmptyBase:
    """A knowledge base in a folder; sources lie beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("mkdocs.yml", CONFIG)
        self.write("kb/clients/acme.md", "---\nid: acme\nname: Acme\n---\n")

    def write(self, name: str, content: str | bytes) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def import_source(self, source: Path | str, mapping: str, *more: str) -> Result:
        """Import a source; `mapping` is a ready-made one or the text of one."""
        if "\n" in mapping:
            mapping = str(self.write("mapping.yml", mapping))
        return self.pir("import", str(source), "--mapping", mapping, *more)

    def pir(self, *arguments: str) -> Result:
        return pir(self.folder, *arguments)

    def is_sound(self) -> bool:
        """Whether `pir check` finds no error and no warning."""
        return self.pir("check", "--strict").exit_code == 0

    def file(self, id_: str) -> Path:
        return next((self.folder / "kb/pirs").rglob(f"{id_}.md"))

    def record(self, id_: str) -> tuple[dict[str, Any], str]:
        """A report's front matter as texts, and its body."""
        return read_report(self.file(id_))

    def ids(self) -> list[str]:
        return sorted(file.stem for file in (self.folder / "kb/pirs").rglob("*.md"))

    @property
    def register(self) -> Path:
        return self.folder / "kb/registers/incidents.csv"

    def rows(self) -> dict[str, Mapping[str, str]]:
        """The incident register by id."""
        text = self.register.read_text("utf-8-sig")
        delimiter = ";" if ";" in text.partition("\n")[0] else ","
        return {row["id"]: row for row in csv.DictReader(io.StringIO(text), delimiter=delimiter)}
