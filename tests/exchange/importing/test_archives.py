"""Archives as a source: read in memory, with nothing in them that leads out, loops or bursts."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from helpers.empty_knowledge_base import EmptyBase

from mkdocs_pir.exchange.importing import source_files

MAPPING = "name: tool\nfiles: ['reports/*.md']\nfields:\n  id: {file: '^(.+).md$', prefix: OLD}\n  title: {heading: true}\n  client: {constant: acme}\n"
FILES = {"reports/a.md": b"# First\n\nOne.\n", "reports/b.md": b"# Second\n\nTwo.\n", "notes.txt": b"x"}


def packed(folder: Path, name: str, files: dict[str, bytes], link: str = "") -> Path:
    path = folder / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for inner, content in files.items():
                archive.writestr(zipfile.ZipInfo(inner) if inner.startswith("/") else inner, content)
            if link:
                info = zipfile.ZipInfo(link)
                info.external_attr = 0o120777 << 16
                archive.writestr(info, "/etc/passwd")
        return path
    with tarfile.open(path, f"w:{name.rpartition('.')[2].replace('tgz', 'gz').replace('tar', '')}") as archive:
        for inner, content in files.items():
            member = tarfile.TarInfo(inner)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        if link:
            for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                member = tarfile.TarInfo(link if kind == tarfile.SYMTYPE else f"{link}.md")
                member.type, member.linkname = kind, "/etc/passwd"
                archive.addfile(member)
    return path


NAMES = ["x.zip", "x.tar", "x.tar.gz", "x.tgz", "x.tar.bz2", "x.tar.xz"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("top", ["", "repository-main/"])
def test_an_archive_is_read_as_the_folder_it_was(base: EmptyBase, name: str, top: str) -> None:
    source = packed(base.folder, name, {top + inner: content for inner, content in FILES.items()})
    result = base.import_source(source, MAPPING)
    assert result.exit_code == 0, result.output
    assert base.ids() == ["OLD-A", "OLD-B"]
    assert "left out, not among the files of the mapping (reports/*.md): notes.txt" in result.output
    # and is the same source as the folder
    for inner, content in FILES.items():
        base.write(f"folder/{inner}", content)
    assert "2 unchanged" in base.import_source(base.folder / "folder", MAPPING).output


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
@pytest.mark.parametrize("path", ["../reports/c.md", "/reports/c.md", "reports/../../c.md", "C:/reports/c.md"])
def test_a_path_that_leads_out_is_left_out_and_named(base: EmptyBase, name: str, path: str) -> None:
    result = base.import_source(packed(base.folder, name, {**FILES, path: b"# Out\n"}), MAPPING)
    assert "left out, its path leads out of the archive" in result.output
    assert base.ids() == ["OLD-A", "OLD-B"]


@pytest.mark.parametrize("name", ["x.zip", "x.tar"])
def test_links_are_left_out_and_named(base: EmptyBase, name: str) -> None:
    result = base.import_source(packed(base.folder, name, FILES, link="reports/link.md"), MAPPING)
    assert "left out, a symbolic link: reports/link.md" in result.output
    assert base.ids() == ["OLD-A", "OLD-B"]


@pytest.mark.parametrize("name", NAMES)
def test_a_bomb_stops_at_its_limit(base: EmptyBase, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_files, "MAX_TOTAL", 200_000)
    result = base.import_source(packed(base.folder, name, {**FILES, "reports/c.md": b"0" * 300_000}), MAPPING)
    assert result.exit_code == 1
    assert "PIR702: the archive holds more than 200,000 bytes" in result.output


def test_a_bomb_in_a_header_stops_too(base: EmptyBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_files, "MAX_TOTAL", 200_000)
    member = tarfile.TarInfo("a" * 400_000)
    raw = member.tobuf(tarfile.PAX_FORMAT)
    source = base.write("x.tar.gz", gzip.compress(raw))
    result = base.import_source(source, MAPPING)
    assert "the archive holds more than" in result.output


def test_too_many_files_stop(base: EmptyBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_files, "MAX_FILES", 2)
    for name in ("x.zip", "x.tar"):
        assert "holds more than 2 files" in base.import_source(packed(base.folder, name, FILES), MAPPING).output


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_archive_is_named(base: EmptyBase, name: str) -> None:
    whole = packed(base.folder, name, {**FILES, "reports/c.md": bytes(range(256)) * 400}).read_bytes()
    for raw in (b"", b"nonsense" * 200, whole[: len(whole) // 2]):
        result = base.import_source(base.write(name, raw), MAPPING)
        assert result.exit_code == 1, result.output
        assert "PIR702" in result.output


def test_archives_within_and_files_twice_and_hidden_ones_stay_out(base: EmptyBase) -> None:
    source = base.folder / "x.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("reports/a.md", "# First\n")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("reports/a.md", "# Other\n")
        archive.writestr("reports/in.zip", "PK")
        archive.writestr("__MACOSX/reports/._a.md", "x")
    result = base.import_source(source, MAPPING)
    assert "given twice in the archive: reports/a.md" in result.output
    assert "an archive within the archive: reports/in.zip" in result.output
    assert "MACOSX" not in result.output


def test_an_encrypted_file_is_left_out(base: EmptyBase) -> None:
    source = packed(base.folder, "x.zip", FILES)
    raw = bytearray(source.read_bytes())
    at = raw.find(b"PK\x01\x02")
    raw[at + 8] |= 1
    result = base.import_source(base.write("x.zip", bytes(raw)), MAPPING)
    assert "left out, encrypted: reports/a.md" in result.output
