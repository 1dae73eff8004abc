"""A client whose name is an ordinary word: mentions are found, other uses of the word are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, pir, write_base

from mkdocs_pir.editions.audit import Auditor, Report

_SAID = "Mail stood still for five hours."
CONFIG = FILES["mkdocs.yml"]


def _files(text: str, name: str = "Elastic", config: str = CONFIG, about: str = "") -> dict[str, str]:
    """The knowledge base with a client of this name, a text in a review released to harbor-credit, and one about the client."""
    review = REVIEW.replace(_SAID, text)
    other = REVIEW.replace("PIR-2025-0001", "PIR-2025-0002").replace("client: harbor-credit", f"client: {name.lower()}")
    return {
        "mkdocs.yml": config,
        f"kb/clients/{name.lower()}.md": f"---\nid: {name.lower()}\nname: {name}\nsince: 2020-01-01\n---\n",
        "kb/pirs/2025/PIR-2025-0001.md": review,
        "kb/pirs/2025/PIR-2025-0002.md": other.replace(_SAID, about or _SAID),
    }


def _audit(folder: Path, files: dict[str, str], page: str) -> Report:
    write_base(folder / "base", files)
    site = folder / "site"
    site.mkdir(exist_ok=True)
    (site / "index.html").write_text(page, "utf-8")
    return Auditor.read(folder / "base" / "kb").audit(site, "harbor-credit")


@pytest.mark.parametrize(
    ("name", "text", "phrase"),
    [
        ("Elastic", "All volumes of Elastic Block Store stood still.", "Elastic Block Store"),
        ("Elastic", "Elastic Load Balancer (ELB) ran into problems.", "Elastic Load Balancer"),
        ("Elastic", "It was the Amazon Elastic Compute Cloud.", "Elastic Compute Cloud"),
        ("Elastic", "It was elastic scaling that held.", "elastic scaling"),
        ("Slack", "There was no slack time left.", "slack time"),
        ("Slack", "The plan had little slack.", "little slack"),
        ("Mozilla", 'The log says "Mozilla/5.0 (Windows NT 6.3)".', "Mozilla/5.0"),
    ],
)
def test_a_phrase_in_which_the_name_is_another_word_is_no_finding_and_is_listed(
    tmp_path: Path, name: str, text: str, phrase: str
) -> None:
    slug = phrase.lower().replace(" ", "-")
    report = _audit(tmp_path, _files(text, name), f'<h3 id="{slug}">{phrase}</h3><p>{text}</p>')
    assert report.findings == ()
    [use] = report.ordinary_words
    line = REVIEW.split("\n").index(f"{_SAID} See [[LL-0001]].") + 1
    assert (use.phrase, use.source, use.source_line) == (phrase, "pirs/2025/PIR-2025-0001.md", line)
    assert text[use.source_column - 1 :].startswith(phrase)
    assert (use.name, use.what) == (name, "name")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Elastic", "It was as at Elastic last year."),
        ("Elastic", "Elastic had the same outage."),
        ("Elastic", "Elastic's cluster and Elastic Cloud stood still."),
        ("Elastic", "After the Elastic Limited outage we knew."),
        ("Elastic", "Elastic Group Security Team called."),
        ("Elastic", "ELASTIC BLOCK STORE"),
        ("Elastic", "We learnt it from elastic, by phone."),
        ("Elastic", "It ran on elastic-prod-01."),
        ("Elastic", "See https://elastic.example/status and elastic/beats."),
        ("Elastic", "The Elastic Data Centre Move Of Last Spring Again"),
        ("Elastic", "All of Elastic Block Store stood still, as it did at Elastic."),
        ("Slack", "They were told on slack and in slack channels."),
        ("Acme", "The Acme Block Store stood still."),
        ("Acme", "They had acme scaling."),
        ("Nasa", "Engineers of NASA Flight Control Centre called."),
    ],
)
def test_a_mention_of_the_client_is_found(tmp_path: Path, name: str, text: str) -> None:
    report = _audit(tmp_path, _files(text, name), f"<p>{text}</p>")
    assert {f.record for f in report.findings} == {f"clients/{name.lower()}.md"}
    assert report.ordinary_words == ()


def test_a_phrase_that_no_released_text_has_is_a_finding(tmp_path: Path) -> None:
    assert _audit(tmp_path, _files(_SAID), "<p>Elastic Block Store, elastic scaling</p>").findings
    report = _audit(tmp_path, _files("Elastic Block Store stood still."), "<p>Elastic Load Balancer</p>")
    assert {f.record for f in report.findings} == {"clients/elastic.md"}


def test_a_phrase_that_the_clients_own_records_have_is_the_clients(tmp_path: Path) -> None:
    text = "The Elastic Search Service stood still."
    assert _audit(tmp_path, _files(text), f"<p>{text}</p>").findings == ()
    files = _files(text, about="Our Elastic Search Service was slow.")
    assert {f.record for f in _audit(tmp_path, files, f"<p>{text}</p>").findings} == {"clients/elastic.md"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Nasa", "The probe is nasal, Banasa is a town, and so are Nasaud and unasal."),
        ("Platform-sh", "It ran on that platform 5 h 49 min."),
        ("Square", "A squared figure, foursquare."),
    ],
)
def test_other_words_that_hold_the_letters_of_a_name_are_not_even_listed(tmp_path: Path, name: str, text: str) -> None:
    report = _audit(tmp_path, _files(text, name), f"<p>{text}</p>")
    assert (report.findings, report.ordinary_words) == ((), ())


def test_ambiguous_phrases_are_warnings_of_a_build_and_in_the_manifest(tmp_path: Path) -> None:
    base = write_base(tmp_path, _files("All volumes of Elastic Block Store stood still. The elastic pool grew."))
    built = pir(base, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0, built.stderr
    assert built.stderr.count("warning PIR640: 'Elastic Block Store' is taken for ordinary words") == 1, built.stderr
    manifest = json.loads((tmp_path / "published/.pir/manifest-clients-harbor-credit.json").read_text("utf-8"))
    assert [use["phrase"] for use in manifest["ordinary_words"]] == ["Elastic Block Store", "elastic pool"]
    audited = pir(base, "audit", str(tmp_path / "published/clients/harbor-credit"), "--edition", "client:harbor-credit")
    assert audited.exit_code == 0
    assert audited.stderr.count("warning PIR640") == 2


def test_an_organisation_can_have_them_stop_the_edition(tmp_path: Path) -> None:
    strict = CONFIG.replace("rules: {PIR422: off}", "rules: {PIR422: off, PIR640: error}")
    base = write_base(tmp_path, _files("All volumes of Elastic Block Store stood still.", config=strict))
    built = pir(base, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 1
    assert "error PIR640: 'Elastic Block Store'" in built.stderr
    assert not (tmp_path / "published/clients/harbor-credit").exists()


def test_a_phrase_that_is_allowed_is_no_warning(tmp_path: Path) -> None:
    text = "All volumes of Elastic Block Store stood still, and Elastic IP."
    allows = (
        "      audit_allows: [{phrase: Elastic Block Store, reason: of AWS}, {phrase: Elastic IP, reason: of AWS}]\n"
    )
    report = _audit(tmp_path, _files(text, config=CONFIG + allows), f"<p>{text}</p>")
    assert (report.findings, report.ordinary_words) == ((), ())
