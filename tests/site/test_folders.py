"""Folders and paths: where records may lie, where editions are published, and that a site stays whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.folders import read_files
from helpers.knowledge_base import FILES, find_problems, pir, write_base

pytestmark = pytest.mark.slow

CONFIG = FILES["mkdocs.yml"]
CLOSED = 'exclude_docs: "*"\n'


def _mkdocs(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **variables}
    )


def test_a_relative_folder_publishes_what_an_absolute_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_base(tmp_path / "one")
    assert pir(tmp_path / "one", "build", "--edition", "all").exit_code == 0
    expected = read_files(tmp_path / "one/published/internal")
    write_base(tmp_path / "two")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        done = pir(Path("two"), "build", "--edition", "all")
        assert done.exit_code == 0, done.stderr
        assert read_files(tmp_path / "two/published/internal") == expected
    assert (tmp_path / "two/published/clients/harbor-credit/pirs/2025/PIR-2025-0001.html").is_file()
    assert not (tmp_path / "two/two").exists()


def test_out_is_relative_to_where_the_command_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_base(tmp_path / "base")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert pir(Path("../base"), "build", "--out", "made").exit_code == 0
    assert (tmp_path / "elsewhere/made/internal/index.html").is_file()
    assert not (tmp_path / "base/made").exists()


def test_an_edition_without_its_pages_is_never_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_base(tmp_path)
    assert pir(tmp_path, "build").exit_code == 0
    before = read_files(tmp_path / "published/internal")
    import mkdocs_pir.site.mkdocs_build as adapter

    whole = adapter.mkdocs_build

    def without_one(config: object) -> None:
        whole(config)
        next(Path(config.site_dir).glob("pirs/*/*.html")).unlink()  # type: ignore[attr-defined]

    monkeypatch.setattr(adapter, "mkdocs_build", without_one)
    done = pir(tmp_path, "build", "--force")
    assert done.exit_code == 1
    assert "pages were not written, such as pirs/2025/PIR-2025-0001" in done.stderr
    assert read_files(tmp_path / "published/internal") == before


@pytest.mark.parametrize(
    ("config", "code", "said"),
    [
        (CONFIG.replace(CLOSED, ""), "PIR620", 'exclude_docs: "*"'),
        (CONFIG.replace(CLOSED, 'exclude_docs: "*.csv"\n'), "PIR620", 'exclude_docs: "*"'),
        (CONFIG.replace(CLOSED, "exclude_docs: |\n  *\n  !pirs/\n"), "PIR620", 'exclude_docs: "*"'),
        (CONFIG + "      records: kb/pirs\n", "PIR620", "'records'"),
        (CONFIG.replace("docs_dir: kb\n", "docs_dir: kb/handbook\n"), "PIR620", "'records'"),
        (CONFIG + "      publish_dir: site\n", "PIR621", "published/"),
        (CONFIG + "      publish_dir: site/editions\n", "PIR621", "published/"),
        (CONFIG + "      publish_dir: .\n", "PIR621", "published/"),
        (CONFIG + "      publish_dir: kb/made\n", "PIR621", "published/"),
        (CONFIG + "      records: reviews\n", "PIR601", "records"),
    ],
)
def test_folders_that_would_publish_records_are_refused(tmp_path: Path, config: str, code: str, said: str) -> None:
    write_base(tmp_path, {"mkdocs.yml": config})
    found = find_problems(tmp_path)
    assert {problem["code"] for problem in found} == {code}
    shown = pir(tmp_path, "check")
    assert shown.exit_code == 1
    assert said in shown.output
    done = _mkdocs(tmp_path)
    assert done.returncode == 1
    assert code in done.stderr
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("form", ["text", "sarif", "github"])
def test_a_folder_that_no_system_can_have_is_one_sentence(tmp_path: Path, form: str) -> None:
    for config in (CONFIG.replace("docs_dir: kb", 'docs_dir: "k\\0b"'), CONFIG + '      records: "k\\0b"\n'):
        write_base(tmp_path, {"mkdocs.yml": config})
        shown = pir(tmp_path, "check", "--format", form)
        assert shown.exit_code == 1
        assert "PIR60" in shown.output
        done = _mkdocs(tmp_path)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr


def test_a_knowledge_base_without_exclude_docs_gets_the_line_to_add(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG.replace(CLOSED, "")})
    said = pir(tmp_path, "check").output
    assert "mkdocs.yml:2:1: error PIR620" in said
    file = tmp_path / "mkdocs.yml"
    file.write_text(file.read_text("utf-8") + said.split("with 'pir upgrade': ")[1].splitlines()[0] + "\n", "utf-8")
    assert pir(tmp_path, "check").exit_code == 0


def test_out_may_not_be_where_mkdocs_builds(tmp_path: Path) -> None:
    write_base(tmp_path)
    done = pir(tmp_path, "build", "--out", str(tmp_path / "site"))
    assert done.exit_code == 1
    assert "PIR621" in done.stderr
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("how", ["option", "variable"])
def test_mkdocs_build_refuses_a_clients_edition_and_touches_nothing(tmp_path: Path, how: str) -> None:
    write_base(tmp_path, {"site/good.html": "good"})
    if how == "option":
        write_base(tmp_path, {"mkdocs.yml": CONFIG + "      edition: client:harbor-credit\n"})
    done = _mkdocs(tmp_path, **({"PIR_EDITION": "client:harbor-credit"} if how == "variable" else {}))
    assert done.returncode == 1
    assert "pir build --edition client:harbor-credit" in done.stderr
    assert "Traceback" not in done.stderr
    assert read_files(tmp_path / "site") == {"good.html": b"good"}


def test_mkdocs_build_leaves_the_site_whole_or_as_it_was(tmp_path: Path) -> None:
    write_base(tmp_path, {"site/good.html": "good"})
    write_base(
        tmp_path,
        {"mkdocs.yml": CONFIG + "hooks: [late.py]\n", "late.py": "def on_post_build(**_): raise OSError('late')\n"},
    )
    assert _mkdocs(tmp_path).returncode != 0
    assert read_files(tmp_path / "site") == {"good.html": b"good"}
    write_base(tmp_path, {"mkdocs.yml": CONFIG + "strict: true\nnav: [{No: no-such-page.md}]\n"})
    assert _mkdocs(tmp_path).returncode != 0
    assert read_files(tmp_path / "site") == {"good.html": b"good"}
    write_base(tmp_path, {"mkdocs.yml": CONFIG})
    assert _mkdocs(tmp_path).returncode == 0
    assert "good.html" not in read_files(tmp_path / "site")
    assert (tmp_path / "site/pirs/2025/PIR-2025-0001.html").is_file()
    assert [path.name for path in tmp_path.iterdir() if "building" in path.name] == []


def test_mkdocs_build_and_pir_build_show_the_same(tmp_path: Path) -> None:
    write_base(tmp_path)
    assert pir(tmp_path, "build").exit_code == 0
    assert _mkdocs(tmp_path, SOURCE_DATE_EPOCH="1790726400").returncode == 0
    ours, theirs = read_files(tmp_path / "published/internal"), read_files(tmp_path / "site")
    assert set(ours) == set(theirs)
    assert {path for path in ours if ours[path] != theirs[path]} <= {"sitemap.xml.gz"}
