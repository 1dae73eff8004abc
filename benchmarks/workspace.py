"""The knowledge base that is measured: generated, or a copy of a user's own, and the changes made to it."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import generate

from mkdocs_pir.kb import settings

NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "venv", "node_modules", "published", "site", ".cache", ".pir", "__pycache__"
)
PLAIN = """site_name: Plain
docs_dir: {records}
site_dir: {out}
theme: {{name: material, font: false}}
plugins: [search]
not_in_nav: "/**"
nav: [{{Home: index.md}}]
"""
HUGO = (
    'title: Plain\nbaseURL: "http://localhost/"\ncontentDir: "{records}"\npublishDir: "{out}"\nenableGitInfo: false\n'
)
LAYOUT = "<!doctype html><html><head><title>{{ .Title }}</title></head><body><h1>{{ .Title }}</h1>{{ .Content }}%s</body></html>\n"
LIST = '<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>'


@dataclass
class Workspace:
    """A folder with a knowledge base, the configuration of every tool, and what they wrote (`out/TOOL`).

    `version` counts the changes; `built` says for each tool which version it saw last.
    """

    folder: Path
    records: Path
    version: int = 0
    built: dict[str, int] = field(default_factory=dict)

    def out(self, tool: str) -> Path:
        return self.folder / "out" / tool

    def clear(self, tool: str) -> None:
        """Remove what a tool wrote and kept."""
        shutil.rmtree(self.out(tool), ignore_errors=True)
        if tool == "pir":
            self.clear_kept()
        self.built.pop(tool, None)

    def clear_kept(self) -> None:
        """Remove what our commands keep between runs."""
        shutil.rmtree(self.folder / ".bench-cache", ignore_errors=True)
        shutil.rmtree(self.out("stages"), ignore_errors=True)
        self.built.pop("pir", None)

    def size(self) -> int:
        return sum(1 for _ in self.records.rglob("*.md"))

    def review(self) -> Path:
        """The review that is changed and asked for: one in the middle."""
        return self._middle("pirs")

    def id(self) -> str:
        return self.review().stem

    def words(self) -> str:
        """Words to search for: the beginning of the title of that review."""
        found = re.search(r"^title: *(.+)$", self.review().read_text("utf-8"), re.M)
        return " ".join(re.findall(r"\w+", found[1])[:3]) if found else self.id()

    def page(self, out: Path) -> str:
        """The address of the page of that review in a built site."""
        id_ = self.id()
        for file in sorted(out.rglob("*.html")):
            if id_.lower() in (file.stem.lower(), file.parent.name.lower()):
                return file.relative_to(out).as_posix()
        raise ValueError(f"there is no page of {id_} in {out.name}")

    # changes: each leaves a knowledge base that builds

    def change_word(self) -> str:
        """Change the last word of the first paragraph of the review, and return the new one."""
        self.version += 1
        word = f"measured{self.version}"
        text = self.review().read_text("utf-8")
        front, body = text.split("\n---", 1)
        body, found = re.subn(r"^([A-Za-z].*?)\b[\w-]+(\W*)$", rf"\g<1>{word}\g<2>", body, count=1, flags=re.M)
        if not found:
            raise ValueError(f"{self.id()} has no paragraph to change a word of")
        self.review().write_text(f"{front}\n---{body}", "utf-8")
        return word

    def add(self) -> None:
        """Add a copy of a lesson under an id of its own, or of a review where there is no lesson."""
        self._write_copy(self._source(), 1)

    def rename(self) -> None:
        """Give the added record another id."""
        self._write_copy(self._added(1), 2)
        self._added(1).unlink()

    def delete(self) -> None:
        """Delete the record that was added and renamed."""
        self.version += 1
        self._added(2).unlink()

    # the state that these changes need before them

    def without_added(self) -> None:
        for number in (1, 2):
            if self._added(number).exists():
                self.version += 1
                self._added(number).unlink()

    def with_added(self) -> None:
        if not self._added(1).exists():
            self.without_added()
            self.add()

    def with_renamed(self) -> None:
        if not self._added(2).exists():
            self.with_added()
            self.rename()

    def change_site_name(self) -> None:
        self.version += 1
        for name, key in (("mkdocs.yml", "site_name"), ("plain.yml", "site_name"), ("hugo.yaml", "title")):
            file = self.folder / name
            text = re.sub(rf"^{key}:.*$", f"{key}: Measured {self.version}", file.read_text("utf-8"), flags=re.M)
            file.write_text(text, "utf-8")

    def _middle(self, kind: str) -> Path:
        found = sorted(file for file in (self.records / kind).rglob("*.md") if not _IS_ADDED(file.stem))
        if not found:
            raise ValueError(f"there are no files in {self.records / kind}")
        return found[len(found) // 2]

    def _source(self) -> Path:
        return self._middle("lessons" if any((self.records / "lessons").rglob("*.md")) else "pirs")

    def _added(self, number: int) -> Path:
        """The file of the added record, under its first or second id; ids of other records do not end so."""
        source = self._source()
        return source.with_name(re.sub(r"-\d+$", f"-9999{number}", source.stem) + ".md")

    def _write_copy(self, source: Path, number: int) -> None:
        self.version += 1
        target = self._added(number)
        text = re.sub(
            rf"^id: *{re.escape(source.stem)} *$", f"id: {target.stem}", source.read_text("utf-8"), flags=re.M
        )
        target.write_text(text, "utf-8")


_IS_ADDED = re.compile(r"-9999\d$").search


def generated(folder: Path, records: int = 1000, *, reviews: int = 0, clients: int = generate.CLIENTS) -> Workspace:
    """A workspace with a generated knowledge base."""
    generate.write(folder, records, reviews=reviews, clients=clients)
    return _ready(folder)


def copied(folder: Path, source: Path) -> Workspace:
    """A workspace with a copy of a user's own knowledge base, which is never changed itself. Raises ValueError."""
    if settings.config_in(source) is None:
        raise ValueError(f"there is no mkdocs.yml in {source}")
    shutil.copytree(source, folder, ignore=NOT_COPIED, ignore_dangling_symlinks=True, dirs_exist_ok=True)
    return _ready(folder)


def _ready(folder: Path) -> Workspace:
    """Write the configurations of the other tools, and let ours keep its results where they can be removed."""
    config = settings.config_in(folder)
    assert config is not None
    config = config.rename(folder / "mkdocs.yml")
    records = settings.read(config).records
    if not records.is_relative_to(folder):
        raise ValueError(f"the records are not in the folder of mkdocs.yml: {records}")
    text = re.sub(r"^ *cache_dir:.*\n", "", config.read_text("utf-8"), flags=re.M)
    plugin = re.search(r"^( *)- pir:? *\n( *)", text + "\n", re.M)
    if plugin is None:
        raise ValueError("mkdocs.yml has no line '- pir:' under 'plugins'")
    indent = plugin[2] if len(plugin[2]) > len(plugin[1]) else f"{plugin[1]}    "
    option = f"{plugin[1]}- pir:\n{indent}cache_dir: .bench-cache\n{plugin[2]}"
    config.write_text(text[: plugin.start()] + option + text[plugin.end() :], "utf-8")
    (folder / "plain.yml").write_text(PLAIN.format(records=records, out=folder / "out/mkdocs"), "utf-8")
    layouts = folder / "layouts/_default"
    layouts.mkdir(parents=True, exist_ok=True)
    (layouts / "single.html").write_text(LAYOUT % "", "utf-8")
    (layouts / "list.html").write_text(LAYOUT % LIST, "utf-8")
    (folder / "hugo.yaml").write_text(HUGO.format(records=records, out=folder / "out/hugo"), "utf-8")
    return Workspace(folder, records)
