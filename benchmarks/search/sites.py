"""One small site an engine: the same documents, its index, and a page that answers `?q=`."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mkdocs_pir.search.index import build_index
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.site import scripts

HERE = Path(__file__).parent
ASSETS = HERE.parents[1] / "theme_overrides/assets"
PACKAGES = HERE / ".npm"
PINNED = ("lunr@2.3.9", "minisearch@7.2.0", "pagefind@1.6.0")
PEERS = ("lunr", "minisearch", "pagefind")
_LIBRARY = {"lunr": "lunr/lunr.min.js", "minisearch": "minisearch/dist/umd/index.js"}
_OURS = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Search</title><link rel="icon" href="data:,">
<link rel="preload" as="script" href="../{script}"><link rel="preload" as="script" href="manifest.js">
<link rel="stylesheet" href="../assets/stylesheets/pir-search.css"></head><body><h1>Search</h1>
<div id="pir-search" data-base="../" data-index="search/"></div><script src="../{script}"></script></body></html>"""


@dataclass(frozen=True)
class Site:
    """A folder to serve, the page to open below it, CPU seconds to build the index, and its MB compressed.

    `whole` counts what only quotes the bodies too, where an engine can do without it offline.
    """

    engine: str
    folder: Path
    page: str
    seconds: float
    offline: float
    whole: float


def install() -> bool:
    """The peers' packages, into a folder that Git ignores. False, with a message, where they cannot be had."""
    if (PACKAGES / "node_modules/pagefind").is_dir():
        return True
    if shutil.which("npm") is None:
        print("SKIPPED: no npm, so lunr, MiniSearch and Pagefind are not measured.", file=sys.stderr)
        return False
    PACKAGES.mkdir(exist_ok=True)
    (PACKAGES / ".gitignore").write_text("*\n", "utf-8")
    (PACKAGES / "package.json").write_text("{}\n", "utf-8")
    result = subprocess.run(["npm", "install", "--no-audit", "--no-fund", *PINNED], cwd=PACKAGES, capture_output=True)
    if result.returncode:
        print(f"SKIPPED: npm could not install the peers: {result.stderr.decode()[-400:]}", file=sys.stderr)
    return not result.returncode


def ours(folder: Path, documents: Sequence[SearchDocument], synonyms: Mapping[str, Sequence[str]]) -> Site:
    """Our index, and the search page with the script that a published site has, but without its frame."""
    start = time.process_time()
    files = build_index(documents, synonyms=synonyms)
    seconds = time.process_time() - start
    shutil.copytree(ASSETS, folder / "assets")
    (folder / "search").mkdir()
    for name, content in files.items():
        (folder / "search" / name).write_bytes(content)
    script, content = scripts.script_bundle()
    (folder / script).write_bytes(content)
    (folder / "search/index.html").write_text(_OURS.format(script=script), "utf-8")
    sizes = {name: len(gzip.compress(content, 6)) for name, content in files.items()}
    whole = sum(sizes.values())
    texts = sum(size for name, size in sizes.items() if name.startswith("texts-"))
    return Site("ours", folder, "search/index.html", seconds, (whole - texts) / 1e6, whole / 1e6)


def peer(engine: str, folder: Path, documents: Sequence[SearchDocument]) -> Site:
    """A peer's index over the same texts; lunr has them as one field."""
    folder.mkdir(parents=True)
    source = folder / "documents.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for document in documents:
            texts = {name: "\n".join(found) for name, found in document.texts().items() if name != "id"}
            ids = " ".join(document.texts()["id"])
            file.write(json.dumps({"id": document.id, "url": document.url, "ids": ids, **texts}) + "\n")
    shutil.copy(HERE / "build.cjs", PACKAGES)  # a script finds its packages from where it lies
    result = subprocess.run(
        ["node", "--max-old-space-size=6000", "build.cjs", engine, str(source), str(folder)],
        cwd=PACKAGES,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise SystemExit(f"{engine}: {result.stderr[-800:]}")
    source.unlink()
    shutil.copy(HERE / f"pages/{engine}.html", folder / "index.html")
    shutil.copy(HERE / "pages/show.js", folder)
    if engine in _LIBRARY:
        shutil.copy(PACKAGES / "node_modules" / _LIBRARY[engine], folder / f"{engine}.js")
    packed = [path for path in folder.rglob("*") if path.suffix == ".json" or "pagefind" in path.parts[-3:]]
    size = sum(len(gzip.compress(path.read_bytes(), 6)) for path in packed if path.is_file()) / 1e6
    return Site(engine, folder, "index.html", float(result.stdout.split()[-1]), size, size)
