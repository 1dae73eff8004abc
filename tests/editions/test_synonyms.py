"""The organisation's synonyms may name anybody: a client's edition has those whose words it says itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir, write_base

from mkdocs_pir.editions.audit import Auditor

CONFIG = FILES["mkdocs.yml"] + "      synonyms: kb/synonyms.yml\n"


@pytest.mark.parametrize(
    "line",
    ["mail: [quellmark]", "quellmark: [mail]", "certificate: [quellmark stores]", "mail: [PIR-2025-0009, zebra-host]"],
)
def test_words_that_the_edition_does_not_say_are_not_in_it(tmp_path: Path, line: str) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG, "kb/synonyms.yml": f"{line}\n"})
    built = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0, built.stderr
    index = (tmp_path / "published/clients/harbor-credit/search/manifest.js").read_text("utf-8")
    assert not [word for word in ("quellmark", "0009", "zebra") if word in index]


def test_words_that_it_says_mean_the_same_there_too(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG, "kb/synonyms.yml": "listener: [certificate, quellmark]\n"})
    built = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0, built.stderr
    index = (tmp_path / "published/clients/harbor-credit/search/manifest.js").read_text("utf-8")
    assert '"listener":["certificate"' in index


def test_the_audit_alone_finds_a_client_that_a_synonym_names(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG, "kb/synonyms.yml": "shop: [quellmark]\n"})
    site = tmp_path / "out"
    site.mkdir()
    (site / "manifest.js").write_text('{"synonyms":{"quellmark":["shop"]}}', "utf-8")
    assert Auditor.read(tmp_path / "kb").audit(site, "harbor-credit").findings


def test_the_audit_alone_finds_a_synonym_that_the_edition_does_not_say(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG, "kb/synonyms.yml": "mail: [zebra host]\nlistener: [certificate]\n"})
    site = tmp_path / "out"
    site.mkdir()
    (site / "manifest.js").write_text('{"synonyms":{"mail":["zebra host"],"listener":["certificate"]}}', "utf-8")
    (found,) = Auditor.read(tmp_path / "kb").audit(site, "harbor-credit").findings
    assert found.what == "synonym 'zebra host'"


def test_the_file_may_lie_beside_a_knowledge_base_in_a_folder_of_its_own(tmp_path: Path) -> None:
    config = CONFIG.replace("docs_dir: kb", "docs_dir: docs/kb").replace("kb/synonyms.yml", "docs/kb/synonyms.yml")
    write_base(tmp_path / "docs")
    write_base(
        tmp_path,
        {"mkdocs.yml": config, "docs/kb/synonyms.yml": "listener: [certificate, monthly backups of branches]\n"},
    )
    built = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0, built.stderr
