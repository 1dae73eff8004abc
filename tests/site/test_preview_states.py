"""A preview of a folder in any state ends its build, answers every request, and shows problems on the page."""

from __future__ import annotations

import logging
import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from helpers.knowledge_base import FILES, write_base
from mkdocs.livereload import LiveReloadServer

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb import settings
from mkdocs_pir.site.mkdocs_build import serve

SECRET = "what-the-machine-keeps-8641"
LIMIT = 60
"""Seconds for a build of this small site; one that waits for a pipe or walks in circles takes for ever."""

BESIDE = {
    "mkdocs.yml": FILES["mkdocs.yml"].replace("docs_dir: kb\n", "").replace('exclude_docs: "*"\n', "")
    + "      synonyms: synonyms.yml\n",
    "docs/index.md": "# Welcome\n\n[Guide](guide/start.md)\n",
    "docs/guide/start.md": "# Start\n",
    "docs/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "synonyms.yml": "k8s: [kubernetes]\n",
}
ALONE = {
    "mkdocs.yml": FILES["mkdocs.yml"] + "      synonyms: kb/synonyms.yml\n      organisation: {logo: logo.svg}\n",
    "kb/synonyms.yml": "k8s: [kubernetes]\n",
    "kb/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
}

Harm = Callable[[Path, random.Random, Path], None]


def _gone(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _deleted(path: Path, dice: random.Random, outside: Path) -> None:
    _gone(path)


def _a_folder(path: Path, dice: random.Random, outside: Path) -> None:
    _gone(path)
    path.mkdir()


def _a_pipe(path: Path, dice: random.Random, outside: Path) -> None:
    _gone(path)
    os.mkfifo(path)


def _bytes(path: Path, dice: random.Random, outside: Path) -> None:
    _gone(path)
    path.write_bytes(dice.choice([b"", b"\x00", b"\xff\xfe", b"---\n", b"a: [\n", dice.randbytes(200)]))


def _cut(path: Path, dice: random.Random, outside: Path) -> None:
    if path.is_file():
        path.write_bytes(path.read_bytes()[: dice.randrange(400)])


def _a_link(path: Path, dice: random.Random, outside: Path) -> None:
    _gone(path)
    where = [
        outside,
        outside / "secret.md",
        Path("/"),
        path,
        path.parent,
        Path("nowhere"),
        Path(".."),
        Path("/dev/zero"),
    ]
    path.symlink_to(dice.choice(where))


def _a_bad_name(path: Path, dice: random.Random, outside: Path) -> None:
    name = os.fsencode(path.parent) + b"/" + dice.choice([b"caf\xe9.md", b"a\nb.md", b"aux.md", b"x" * 250])
    if not os.path.lexists(name):
        os.rename(path, name)  # noqa: PTH104


def _closed(path: Path, dice: random.Random, outside: Path) -> None:
    path.chmod(0)


HARMS: tuple[Harm, ...] = (_deleted, _a_folder, _a_pipe, _bytes, _cut, _a_link, _a_bad_name, _closed)

SETTINGS = (
    "hooks: [nowhere.py]\n",
    "docs_dir: nowhere\n",
    "theme: {name: material, custom_dir: nowhere}\n",
    "theme: {name: material, logo: nowhere.svg}\n",
    "theme: nothing\n",
    "site_url: '::'\n",
    "nav: [a: {b: c}]\n",
    "markdown_extensions: [nothing.known]\n",
    "watch: [nowhere]\n",
    "INHERIT: nowhere.yml\n",
    "INHERIT: mkdocs.yml\n",
    "extra_css: [nowhere.css]\n",
    "\tx",
    "plugins: []\n",
    "plugins: [pir, pir]\n",
    "plugins: [nothing-known]\n",
    "plugins: [pir: {records: /dev/null}]\n",
    "plugins: [pir: {synonyms: ../outside/secret.md}]\n",
    "plugins: [pir: {actions: {file: kb, columns: {id: A}}}]\n",
    "plugins: [pir: {organisation: {logo: ../x.svg}}]\n",
)


def _settings(folder: Path, dice: random.Random) -> None:
    file = folder / "mkdocs.yml"
    if file.is_file() and not file.is_symlink():
        added = dice.choice(SETTINGS)
        key = added.partition(":")[0]
        kept = [block for block in _blocks(file.read_text("utf-8", "replace")) if not block.startswith(f"{key}:")]
        file.write_text("".join([*kept, added]), "utf-8")


def _blocks(text: str) -> list[str]:
    blocks: list[str] = []
    for line in text.splitlines(keepends=True):
        if blocks and line.startswith((" ", "-")):
            blocks[-1] += line
        else:
            blocks.append(line)
    return blocks


def _everything(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.name != "outside")


def _harm(folder: Path, outside: Path, dice: random.Random) -> str:
    told = []
    for _ in range(dice.choice([1, 1, 2, 3])):
        if dice.random() < 0.25:
            _settings(folder, dice)
            told.append("settings")
        elif found := _everything(folder):
            path, harm = dice.choice(found), dice.choice(HARMS)
            harm(path, dice, outside)
            told.append(f"{harm.__name__} {path.relative_to(folder)}")
    return ", ".join(told)


def _ask(server: LiveReloadServer, page: str) -> tuple[str, str]:
    told: list[str] = []
    environ = {"PATH_INFO": page, "HTTP_HOST": "localhost", "REQUEST_METHOD": "GET"}
    body = server.get_app()(environ, lambda status, headers, *rest: told.append(status))
    return told[0], b"".join(body).decode("utf-8", "replace")


class _Untold(logging.Handler):
    """Notes what is logged with a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info or "Traceback" in record.getMessage():
            self.seen.append(self.format(record))


@pytest.fixture
def untold() -> Iterator[list[str]]:
    handler = _Untold()
    logging.getLogger("mkdocs").addHandler(handler)
    try:
        yield handler.seen
    finally:
        logging.getLogger("mkdocs").removeHandler(handler)


def _walk(
    tmp_path: Path,
    files: Mapping[str, str],
    edition: Edition,
    seed: int,
    states: int,
    untold: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dice = random.Random(seed)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text(f"---\ntitle: {SECRET}\n---\n{SECRET}\n")
    sound = write_base(tmp_path / "sound", files)
    folder = tmp_path / "base"
    shutil.copytree(sound, folder)

    def restore() -> None:
        for path in [folder, *folder.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755)
        shutil.rmtree(folder)
        shutil.copytree(sound, folder)

    def too_slow(*_: Any) -> None:
        raise AssertionError("a build does not end")

    def walk(server: Any) -> None:
        signal.signal(signal.SIGALRM, too_slow)
        told = ""
        for number in range(states):
            if number:
                restore()
                told = _harm(folder, outside, dice)
            signal.alarm(LIMIT)
            server.builder()
            signal.alarm(0)
            for page in ("/", "/index.html", "/lessons/LL-0001.html", "/kb/index.html", "/nothing.html"):
                status, text = _ask(server, page)
                assert status[:3] in ("200", "302", "404"), (seed, number, told)
                assert "please report" not in text, (seed, number, told, text[-1500:])
                assert "Traceback" not in text, (seed, number, told)
            assert untold == [], (seed, number, told)
            for file in Path(server.root).rglob("*"):
                if file.is_file():
                    assert SECRET.encode() not in file.read_bytes(), (seed, number, told, file)
        restore()
        server.builder()
        status, text = _ask(server, "/index.html")
        assert (status[:3], 'role="alert"' in text) == ("200", False), text

    monkeypatch.setattr(LiveReloadServer, "serve", walk)
    serve(settings.read(folder / "mkdocs.yml"), edition, "127.0.0.1:8000")


GROUNDS = [(ALONE, "internal"), (BESIDE, "internal"), (ALONE, "client:harbor-credit")]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="pipes, links and names as other systems have them")
@pytest.mark.parametrize(("files", "edition"), GROUNDS, ids=["alone", "beside", "client"])
def test_a_preview_of_a_folder_in_any_state(
    files: Mapping[str, str], edition: str, tmp_path: Path, untold: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _walk(tmp_path, files, Edition.parse(edition), 14, 12, untold, monkeypatch)


@pytest.mark.nightly
@pytest.mark.skipif(os.name == "nt", reason="pipes, links and names as other systems have them")
@pytest.mark.parametrize(("files", "edition"), GROUNDS, ids=["alone", "beside", "client"])
def test_a_preview_of_a_folder_in_two_hundred_states(
    files: Mapping[str, str], edition: str, tmp_path: Path, untold: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _walk(tmp_path, files, Edition.parse(edition), 200, 200, untold, monkeypatch)
