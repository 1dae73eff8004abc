"""The task of one edition: what goes in, what comes out, and what is never sent to another machine."""

from __future__ import annotations

import io
import pickle
import zipfile
import zlib
from pathlib import Path

import pytest
from helpers.folders import read_files
from helpers.knowledge_base import FILES, REVIEW, REVIEW_FILE, load_base, write_base

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.site import edition_tasks, plain_build
from mkdocs_pir.site.edition_tasks import MadeEdition, edition_task, make_edition, unpack
from mkdocs_pir.site.mkdocs_build import render
from mkdocs_pir.store.cluster import ClusterError

CONFIG = FILES["mkdocs.yml"]
ATTACHED = "attachments:\n  - {file: queue.svg, title: Queue, audience: client}\nrecommendations:"
OWN_LOOK = {
    REVIEW_FILE: REVIEW.replace("recommendations:", ATTACHED),
    "kb/pirs/2025/queue.svg": '<svg xmlns="http://www.w3.org/2000/svg"><text x="9" y="20">depth</text></svg>',
    "mkdocs.yml": CONFIG.replace("{name: material}", "{name: material, custom_dir: look, language: de}")
    + "copyright: Ground Ltd\nmarkdown_extensions: [{toc: {title: On this page}}]\n",
    "look/partials/tabs.html": "Made by the night shift\n",
}
OPTIONS = {
    "mkdocs.yml": CONFIG.replace("docs_dir: kb", "docs_dir: docs")
    + "      offline: false\n      pdfs: A4\n      records: docs\n      client_sites: ../clients/{client}/\n"
    + "repo_url: https://github.com/ground/reviews\n",
    **{name.replace("kb/", "docs/", 1): text for name, text in FILES.items() if name.startswith("kb/")},
}


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
@pytest.mark.parametrize("changes", [{}, OWN_LOOK], ids=["as it is", "with templates and attachments"])
def test_what_a_task_makes_is_what_a_build_makes(tmp_path: Path, edition: str, changes: dict[str, str]) -> None:
    kb = load_base(write_base(tmp_path / "base", changes))
    projection = project(kb, Edition.parse(edition))
    (tmp_path / "here").mkdir()
    render(kb.settings, projection, tmp_path / "here")
    task = edition_task(kb.settings, projection)
    assert task is not None
    made = make_edition(pickle.loads(pickle.dumps(task)))
    assert made.problems == ()
    unpack(made, tmp_path / "there")
    files = read_files(tmp_path / "there")
    assert files == read_files(tmp_path / "here")
    assert any(name.endswith(".svg") and b"depth" in content for name, content in files.items()) == bool(changes)
    assert (b"Made by the night shift" in files["index.html"]) == (bool(changes) and edition == "internal")


def test_a_plain_edition_is_made_on_a_worker_as_it_is_here(tmp_path: Path) -> None:
    plain = CONFIG.replace("docs_dir: kb", "docs_dir: kb\ncopyright: Ground Ltd") + "      frame: plain\n"
    kb = load_base(write_base(tmp_path / "base", {"mkdocs.yml": plain}))
    for edition in ("internal", "client:harbor-credit"):
        projection = project(kb, Edition.parse(edition))
        here, there = (
            tmp_path / f"{projection.edition.internal}-here",
            tmp_path / f"{projection.edition.internal}-there",
        )
        here.mkdir()
        plain_build.render(kb.settings, projection, here)
        task = edition_task(kb.settings, projection)
        assert task is not None
        unpack(make_edition(pickle.loads(pickle.dumps(task))), there)
        assert read_files(there) == read_files(here)
        assert (b"Ground Ltd" in (there / "index.html").read_bytes()) == projection.edition.internal


@pytest.mark.usefixtures("press")
@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
def test_a_task_has_every_option_that_says_how_a_site_is_made(tmp_path: Path, edition: str) -> None:
    # the internal edition has three more documents to print, twice, by the same option
    paper = "A4" if edition != "internal" else "none"
    config = OPTIONS["mkdocs.yml"].replace("pdfs: A4", f"pdfs: {paper}")
    kb = load_base(write_base(tmp_path / "base", {**OPTIONS, "mkdocs.yml": config}))
    projection = project(kb, Edition.parse(edition))
    (tmp_path / "here").mkdir()
    render(kb.settings, projection, tmp_path / "here")
    task = edition_task(kb.settings, projection)
    assert task is not None
    unpack(make_edition(task), tmp_path / "there")
    files = read_files(tmp_path / "there")
    assert files == read_files(tmp_path / "here")
    assert any(name.startswith("pdf/") for name in files) == (paper == "A4")
    page = files["pirs/2025/PIR-2025-0001.html"]
    assert (b"clients/harbor-credit/" in page, b"github.com/ground" in page) == ((edition == "internal"),) * 2


def test_a_worker_gets_nothing_of_another_client_and_no_text_that_stays_inside(tmp_path: Path) -> None:
    kb = load_base(write_base(tmp_path))
    sent = {}
    for edition in ("internal", "client:harbor-credit", "client:quellmark"):
        task = edition_task(kb.settings, project(kb, Edition.parse(edition)))
        assert task is not None
        sent[edition] = zlib.decompress(task.content)
    # each of these is in some edition, so that a text which the test no longer finds anywhere is noticed
    for text, editions in {
        b"The probe read another port": ["internal"],
        b"Notes that stay inside": ["internal"],
        b"Quellmark": ["internal", "client:quellmark"],
        b"quellmark": ["internal", "client:quellmark"],
        b"Harbor Credit": ["internal", "client:harbor-credit"],
        b"Mail stood still for five hours": ["internal", "client:harbor-credit"],
        # the name of the provider's own site
        b"Ground": ["internal"],
        b"Hosts do not expire": ["internal", "client:harbor-credit", "client:quellmark"],
    }.items():
        assert [edition for edition, content in sent.items() if text in content] == editions, text
    # nor does it see where the records are, or what mkdocs.yml says for the machine that publishes
    assert not any(str(tmp_path).encode() in content or b"PIR422" in content for content in sent.values())


@pytest.mark.parametrize(
    "changes",
    [
        {"mkdocs.yml": CONFIG.replace("plugins:\n", "plugins:\n  - search\n")},
        {"mkdocs.yml": CONFIG + "hooks: [hook.py]\n", "hook.py": ""},
        {"mkdocs.yml": CONFIG.replace('docs_dir: kb\nexclude_docs: "*"\n', ""), "docs/index.md": "# Ours\n"},
        {"mkdocs.yml": CONFIG.replace("{name: material}", "{name: mkdocs}")},
        {"mkdocs.yml": CONFIG + "markdown_extensions: [{pymdownx.snippets: {base_path: !relative $config_dir}}]\n"},
    ],
    ids=["another plugin", "a hook", "other pages", "another theme", "a path of this machine"],
)
def test_what_only_this_machine_has_keeps_the_internal_edition_here(tmp_path: Path, changes: dict[str, str]) -> None:
    kb = load_base(write_base(tmp_path, changes))
    assert edition_task(kb.settings, project(kb, Edition())) is None
    # a client's edition takes nothing of all this
    assert edition_task(kb.settings, project(kb, Edition("quellmark"))) is not None


def test_a_link_out_of_the_site_is_not_sent(tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("a secret", "utf-8")
    base = write_base(tmp_path / "base", OWN_LOOK)
    (base / "look/partials/logo.html").symlink_to(secret)
    kb = load_base(base)
    assert edition_task(kb.settings, project(kb, Edition())) is None


def test_another_installation_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kb = load_base(write_base(tmp_path))
    task = edition_task(kb.settings, project(kb, Edition()))
    assert task is not None
    monkeypatch.setattr(edition_tasks, "installation", lambda: {**task.installation, "mkdocs": "1.5.0"})
    with pytest.raises(ClusterError, match=r"mkdocs \S+ here, 1\.5\.0 there"):
        make_edition(task)


def test_a_fault_on_a_worker_is_a_problem_of_its_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kb = load_base(write_base(tmp_path))
    task = edition_task(kb.settings, project(kb, Edition("quellmark")))
    assert task is not None
    monkeypatch.setattr(edition_tasks, "_packed", lambda folder: 1 / 0)
    (problem,) = make_edition(task).problems
    assert problem.code == "PIR605"
    assert "client:quellmark" in problem.message
    assert "ZeroDivisionError" in problem.message


@pytest.mark.parametrize("name", ["../outside.html", "/outside.html", "a/../../outside.html"])
def test_files_that_would_be_outside_the_site_are_refused(tmp_path: Path, name: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.html", "ours")
        archive.writestr(name, "theirs")
    with pytest.raises(ValueError, match="outside the site"):
        unpack(MadeEdition(content.getvalue()), tmp_path / "site")
    assert not list(tmp_path.iterdir())
