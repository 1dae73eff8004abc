"""`pir upgrade`: a knowledge base of an older version of the project, mended, checked and built by this one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir, write_base
from helpers.repository import ROOT

from mkdocs_pir.editions import approval_fingerprints
from mkdocs_pir.exchange import upgrades
from mkdocs_pir.kb import record_format, settings
from mkdocs_pir.kb.loading import load

OLD = ROOT / "tests/exchange/knowledge_base_of_format_1"
"""What `pir init` of the first version of the project that had it wrote, as it was, without the files of its editor."""

Files = dict[str, bytes]


def files_in(folder: Path) -> Files:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and ".cache" not in file.parts
    }


@pytest.fixture
def old(tmp_path: Path) -> Path:
    shutil.copytree(OLD, tmp_path / "old")
    return tmp_path / "old"


def config(*lines: str) -> dict[str, str]:
    """The knowledge base of the tests in format 1, with further lines of options."""
    text = FILES["mkdocs.yml"].replace("      record_format: 2\n", "")
    return {"mkdocs.yml": text + "".join(f"      {line}\n" for line in lines)}


def test_every_older_version_has_an_upgrade() -> None:
    assert set(upgrades.UPGRADES) == set(range(record_format.FIRST, record_format.CURRENT))


def test_a_knowledge_base_of_the_first_version_is_told_mended_and_built(old: Path) -> None:
    before = files_in(old)
    refused = pir(old, "check")
    assert refused.exit_code == 1
    assert "PIR620" in refused.stderr
    assert "'pir upgrade'" in refused.stderr

    preview = pir(old, "upgrade", "--dry-run")
    assert preview.exit_code == 0, preview.output
    assert '+exclude_docs: "*"' in preview.stdout
    assert "pir.schema.json: made anew" in preview.stdout
    assert files_in(old) == before

    done = pir(old, "upgrade")
    assert done.exit_code == 0, done.output
    after = files_in(old)
    assert {path for path in after if after[path] != before.get(path)} == {"mkdocs.yml", ".vscode/pir/pir.schema.json"}
    assert b"# The knowledge base's configuration." in after["mkdocs.yml"]

    checked = pir(old, "check")
    assert checked.exit_code == 0, checked.output
    assert "PIR625" not in checked.output
    assert "0 errors, 2 warnings, 0 hints" in checked.output  # approvals by hand, which had no fingerprint
    built = pir(old, "build", "--edition", "all")
    assert built.exit_code == 0, built.output
    for page in ("internal/pirs/2026/PIR-2026-0001.html", "clients/example-client/pirs/2026/PIR-2026-0001.html"):
        assert (old / "published" / page).is_file()

    again = pir(old, "upgrade")
    assert again.exit_code == 0
    assert "nothing to do" in again.output


def test_records_of_an_older_format_are_one_hint_and_a_newer_one_is_one_error(tmp_path: Path) -> None:
    base = write_base(tmp_path, config())
    checked = pir(base, "check", "--strict")
    assert checked.exit_code == 0
    assert checked.output.count("PIR625") == 1
    assert "the records have format 1; the current one is 2" in checked.output

    write_base(tmp_path, config("record_format: 3", "an_option_of_the_future: [1]"))
    for command in (["check"], ["build"], ["upgrade"], ["search", "mail"]):
        refused = pir(base, *command)
        assert refused.exit_code == 1, command
        assert re.findall(r"PIR\d+", refused.stderr) == ["PIR624"]
        assert "mkdocs.yml:9:22: error PIR624: the records have format 3" in refused.stderr


def approved_in_the_first_form(base: Path) -> str:
    """Approve the review of the tests as the first versions did; returns the fingerprint."""
    knowledge = load(settings.read(base / "mkdocs.yml"))
    entry = knowledge.record_files["PIR-2025-0001"]
    content = approval_fingerprints._first_form(knowledge, entry)
    file = knowledge.folder / entry.path
    text = file.read_text("utf-8").replace("on: 2025-03-20}", f"on: 2025-03-20, content: {content}}} # by mail")
    file.write_text(text, "utf-8")
    return content


def test_fingerprints_of_unchanged_content_get_the_second_form(tmp_path: Path) -> None:
    base = write_base(tmp_path, config())
    first = approved_in_the_first_form(base)
    done = pir(base, "upgrade")
    assert done.exit_code == 0, done.output
    assert "1 record: approvals of unchanged content" in done.output
    text = (base / "kb/pirs/2025/PIR-2025-0001.md").read_text("utf-8")
    assert first not in text
    assert re.search(r"on: 2025-03-20, content: v2-[0-9a-f]{16}\} # by mail\n", text)
    assert "PIR420" not in pir(base, "check").output


def test_an_approval_of_what_was_changed_since_keeps_its_fingerprint(tmp_path: Path) -> None:
    base = write_base(tmp_path, config())
    first = approved_in_the_first_form(base)
    file = base / "kb/pirs/2025/PIR-2025-0001.md"
    file.write_text(file.read_text("utf-8").replace("for five hours", "for six hours"), "utf-8")
    assert pir(base, "upgrade").exit_code == 0
    assert first in file.read_text("utf-8")
    assert "PIR420" in pir(base, "check").output


def without_records(base: Path) -> None:
    (base / "kb").rename(base / "docs")
    text = (base / "mkdocs.yml").read_text("utf-8")
    (base / "mkdocs.yml").write_text(text.replace('docs_dir: kb\nexclude_docs: "*"\n', ""), "utf-8")


def inherited(base: Path) -> None:
    (base / "base.yml").write_bytes((base / "mkdocs.yml").read_bytes())
    (base / "mkdocs.yml").write_text("INHERIT: base.yml\nsite_name: Ours\n", "utf-8")


def with_windows_line_ends(base: Path) -> None:
    file = base / "mkdocs.yml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n").replace(b'exclude_docs: "*"\r\n', b""))


@pytest.mark.parametrize("how", [without_records, inherited, with_windows_line_ends])
def test_a_configuration_of_an_older_form_is_mended(how: Callable[[Path], None], tmp_path: Path) -> None:
    base = write_base(tmp_path, config())
    how(base)
    done = pir(base, "upgrade")
    assert done.exit_code == 0, done.output
    checked = pir(base, "check")
    assert checked.exit_code == 0, checked.output
    assert "PIR625" not in checked.output
    if how is with_windows_line_ends:
        raw = (base / "mkdocs.yml").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.count(b"\n") == raw.count(b"\r\n")


def test_a_knowledge_base_with_errors_is_left_as_it_is(tmp_path: Path) -> None:
    base = write_base(tmp_path, config())
    file = base / "kb/pirs/2025/PIR-2025-0001.md"
    file.write_text(file.read_text("utf-8").replace("severity: SEV-2", "severity: bad"), "utf-8")
    before = files_in(base)
    refused = pir(base, "upgrade")
    assert refused.exit_code == 1
    assert "severity" in refused.stderr
    assert files_in(base) == before


def test_what_cannot_be_written_leaves_everything_as_it_was(old: Path) -> None:
    before = files_in(old)
    (old / "mkdocs.yml").chmod(0o444)
    refused = pir(old, "upgrade")
    assert refused.exit_code == 1
    assert "mkdocs.yml" in refused.stderr
    assert files_in(old) == before


def test_without_a_configuration_there_is_nothing_to_upgrade(tmp_path: Path) -> None:
    assert "there is no mkdocs.yml" in pir(tmp_path, "upgrade").stderr
