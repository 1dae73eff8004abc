"""Symbolic links: those among a site's own pages stay what they were; none leads a preview or a build outside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir, pir_in, write_base
from helpers.preview_server import Server

SECRET = "what-the-machine-keeps-8641"
BESIDE = {
    "mkdocs.yml": FILES["mkdocs.yml"].replace("docs_dir: kb\n", "").replace('exclude_docs: "*"\n', ""),
    "docs/index.md": "# Welcome\n",
}

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need a right there")


def _beside(tmp_path: Path) -> Path:
    folder = write_base(tmp_path / "base", BESIDE)
    (folder / ".git").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.md").write_text(f"# {SECRET}\n<script>{SECRET}</script>\n")
    return folder


def test_a_page_that_is_a_link_to_a_file_of_the_repository_is_published(tmp_path: Path) -> None:
    folder = _beside(tmp_path)
    (folder / "README.md").write_text("# Read me first\n")
    (folder / "shared").mkdir()
    (folder / "shared/terms.md").write_text("# Terms\n")
    (folder / "docs/readme-first.md").symlink_to("../README.md")
    (folder / "docs/shared").symlink_to("../shared")
    result = pir(folder, "build")
    assert result.exit_code == 0, result.output
    site = folder / "published/internal"
    assert "Read me first" in (site / "readme-first/index.html").read_text("utf-8")
    assert "Terms" in (site / "shared/terms/index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("link", "target", "said"),
    [
        ("docs/notes.md", "outside/secret.md", "leads out of the folder of the site"),
        ("docs/more", "outside", "leads out of the folder of the site"),
        ("docs/notes.md", "nowhere.md", "leads nowhere"),
        ("docs/again", "base/docs", "leads in a circle"),
        ("docs/all", "base", "leads"),
        ("docs/review.md", "base/kb/pirs/2025/PIR-2025-0001.md", "leads to the records"),
        ("docs/records", "base/kb", "leads to the records"),
        ("overrides/partials/footer.html", "outside/secret.md", "leads out of the folder of the site"),
    ],
)
def test_a_link_that_leads_astray_stops_a_build_in_one_sentence(
    tmp_path: Path, link: str, target: str, said: str
) -> None:
    folder = _beside(tmp_path)
    (folder / "mkdocs.yml").write_text(
        BESIDE["mkdocs.yml"].replace("name: material", "name: material, custom_dir: overrides")
    )
    (folder / link).parent.mkdir(parents=True, exist_ok=True)
    (folder / "overrides").mkdir(exist_ok=True)
    (folder / link).symlink_to(tmp_path / target)
    result = pir_in(folder, "build")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{link}: error PIR617: a symbolic link that {said}")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-f", str(folder / "mkdocs.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "PIR617" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "site").exists()


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
def test_a_preview_follows_no_link_among_records(tmp_path: Path, edition: str) -> None:
    folder = write_base(tmp_path / "base", {"mkdocs.yml": FILES["mkdocs.yml"] + f"      edition: {edition}\n"})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.md").write_text(f"---\ntitle: {SECRET}\n---\n<script>{SECRET}</script>\n")
    (folder / "kb/handbook/notes.md").symlink_to(tmp_path / "outside/secret.md")
    (folder / "kb/assets.txt").symlink_to(tmp_path / "outside/secret.md")
    (folder / "kb/more").symlink_to(tmp_path / "outside")
    review = folder / "kb/pirs/2025/PIR-2025-0001.md"
    attached = "attachments: [{file: log.txt, title: The log, audience: client}]\nreviews:"
    review.write_text(review.read_text().replace("reviews:", attached, 1))
    (review.parent / "log.txt").symlink_to(tmp_path / "outside/secret.md")
    server = Server(folder, "pir")
    try:
        server.await_start()
        said = server.banner()
        assert "PIR617" in said or "PIR005" in said
        pages = [
            "",
            "handbook/notes.html",
            "handbook/notes/index.html",
            "handbook/notes.md",
            "assets.txt",
            "more/secret/",
        ]
        pages += ["more/secret.html", "more/secret.md", "pirs/2025/PIR-2025-0001.html", "files/PIR-2025-0001-1.txt"]
        for page in pages:
            assert SECRET not in server.get(page)[1], page
    finally:
        server.stop()


def test_a_folder_of_records_that_is_a_link_is_one_sentence(tmp_path: Path) -> None:
    folder = write_base(tmp_path / "base", BESIDE)
    (folder / "kb").rename(tmp_path / "records")
    for target, code in ((tmp_path / "records", "PIR005"), (folder / "kb", "PIR601")):
        (folder / "kb").symlink_to(target)
        result = pir(folder, "check")
        assert (result.exit_code, code in result.stdout + result.stderr) == (1, True), result.output
        (folder / "kb").unlink()
