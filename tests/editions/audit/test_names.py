"""Other clients' names: in which forms the audit finds them, and which it says that it does not look for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, pir, write_base

from mkdocs_pir.editions.audit import Auditor, Report, names, software_texts


def _client(id_: str, name: str, more: str = "") -> dict[str, str]:
    """The record of a client with this id and name."""
    return {
        f"kb/clients/{id_}.md": f"---\nid: '{id_}'\nname: {json.dumps(name, ensure_ascii=False)}\n{more}since: 2020-01-01\n---\n"
    }


def _audit(folder: Path, files: Mapping[str, str], text: str) -> Report:
    """The audit of a page for harbor-credit that says this."""
    write_base(folder / "base", files)
    site = folder / "site"
    site.mkdir(exist_ok=True)
    (site / "index.html").write_text(f"<p>{text}</p>", "utf-8")
    return Auditor.read(folder / "base" / "kb").audit(site, "harbor-credit")


NOT_LOOKED_FOR = {
    "May": "a word of the calendar or the clock",
    "Monday": "a word of the calendar or the clock",
    "24 hours": "a word of the calendar or the clock",
    "42": "numbers only",
    "A": "too few letters",
    "🍊🍋": "it has no letters or digits",
    "Overdue": "a word of the software itself",
    "Action items": "a word of the software itself",
}


@pytest.mark.parametrize("name", NOT_LOOKED_FOR)
def test_a_name_like_an_ordinary_word_is_listed_with_the_reason(tmp_path: Path, name: str) -> None:
    report = _audit(tmp_path, _client("client-nine", name), f"On a Monday in May, 42 of {name} were overdue.")
    assert report.findings == ()
    assert [n.as_dict() for n in report.not_looked_for] == [
        {"name": name, "reason": NOT_LOOKED_FOR[name], "what": "name", "record": "clients/client-nine.md"}
    ]


def test_each_form_of_a_name_is_listed_by_itself_and_the_clients_own_is_not(tmp_path: Path) -> None:
    files = {**_client("may", "May Foods", "aliases: [MF]\n"), **_client("harbor-credit", "June")}
    report = _audit(tmp_path, files, "It was so in May.")
    assert [(n.name, n.what) for n in report.not_looked_for] == [("MF", "alias"), ("may", "id")]
    assert _audit(tmp_path, files, "It was so at May Foods.").findings


def test_a_name_that_may_stand_in_the_edition_as_anothers_is_listed(tmp_path: Path) -> None:
    allows = "      audit_allows: [{phrase: Ringo Foods, reason: a brand of butter}]\n"
    files = {
        **_client("zorblat", "Harbor Credit Union"),
        **_client("ringo", "Ringo Foods"),
        "mkdocs.yml": FILES["mkdocs.yml"].replace("site_name: Ground", "site_name: Groundly") + allows,
        **_client("groundly", "Vexworth"),
    }
    report = _audit(tmp_path, files, "Harbor Credit Union of Groundly had Ringo Foods.")
    assert report.findings == ()
    assert [n.name for n in report.not_looked_for] == ["Harbor Credit Union", "Ringo Foods", "groundly"]
    assert {n.reason for n in report.not_looked_for} == {names.SHOWN}


def test_names_not_looked_for_are_in_the_output_and_the_manifest(tmp_path: Path) -> None:
    base = write_base(tmp_path, _client("client-nine", "May"))
    said = "'May', the name of clients/client-nine.md: a word of the calendar or the clock"
    built = pir(base, "build", "--edition", "all")
    assert built.exit_code == 0, built.stderr
    for client in ("harbor-credit", "quellmark"):
        warning = f"client:{client}: warning: the audit did not search for {said}"
        assert built.stderr.count(warning) == 1, built.stderr
    assert "client:client-nine: warning" not in built.stderr
    manifest = json.loads((tmp_path / "published/.pir/manifest-clients-harbor-credit.json").read_text("utf-8"))
    assert [entry["name"] for entry in manifest["not_looked_for"]] == ["May"]
    site = str(tmp_path / "published/clients/harbor-credit")
    audited = pir(base, "audit", site, "--edition", "client:harbor-credit")
    assert f"not searched for: {said}" in audited.stderr
    report = json.loads(pir(base, "audit", site, "--edition", "client:harbor-credit", "--json").stdout)
    assert report["not_looked_for"] == manifest["not_looked_for"]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("三菱", "先週の三菱の障害と同じです。", True),
        ("三菱", "先週の三\n菱の障害と同じです。", True),
        ("三菱", "甲三、菱乙", False),
        ("任天堂", "これは任天堂でも起きた", True),
        ("ไทย", "เหมือนที่ไทยเมื่อวาน", True),
        ("삼성", "지난주 삼성은 같은 장애", True),
        ("Acme", "as on acme01 and acme02", True),
        ("Acme", "as on (Acme2)", True),
        ("Acme", "as on ACME_07b", True),
        ("Acme", "as on macme01 or acmeous", False),
        ("Face", "4f2c-face-0123", True),
        ("Face", "colour #face01 and bade1face2", False),
        ("firm-nine", "as at firm-nine2", True),
        ("Acme", "Acmes Störung", True),
        ("Acme", "die Acmer Leitung, am Acmen", True),
        ("Acme", "Acme's outage and Acme’s", True),
        ("Skoda", "u Skody a se Skodou", True),
        ("Orlen", "awaria Orlenu, w Orlenie", True),
        ("Газпром", "авария Газпрома", True),
        ("Acme Bank", "die Störung der Acme Banken", True),
        ("Acme Bank", "at Acme Bank2", True),
        ("Acme Bank", "the Acme Banks", True),
        ("Acme", "by Acme™ and Acme®", True),
        ("Nasa", "a nasal tone at Banasa", False),
        ("Nasa", "the Nasas of old", True),
        ("Chia", "a chianti, the chiasm", False),
        ("Mast", "the master of the masts", False),
    ],
)
def test_a_name_is_found_in_running_text_with_digits_and_with_endings(
    tmp_path: Path, name: str, text: str, found: bool
) -> None:
    findings = _audit(tmp_path, _client("number-nine", name), text).findings
    assert ({f.record for f in findings} == {"clients/number-nine.md"}) is found, findings


def test_the_clients_own_name_is_no_form_of_anothers(tmp_path: Path) -> None:
    files = {
        **_client("acme", "Acme"),
        **_client("acme2", "Acmes"),
        **_client("acmen", "三菱商事"),
        **_client("m", "三菱"),
    }
    write_base(tmp_path / "base", files)
    site = tmp_path / "site"
    site.mkdir()
    auditor = Auditor.read(tmp_path / "base" / "kb")
    for client, text, betrayed in (
        ("acme2", "Acmes at acme2, ACME2's", set()),
        ("acme2", "Acmes at Acme", {"clients/acme.md"}),
        ("acme2", "Acmes and Acmer", {"clients/acme.md"}),
        ("acmen", "先週の三菱商事の障害", set()),
        ("acmen", "先週の三菱の障害", {"clients/m.md"}),
        ("m", "先週の三菱商事の障害", {"clients/acmen.md"}),
    ):
        (site / "index.html").write_text(f"<p>{text}</p>", "utf-8")
        assert {f.record for f in auditor.audit(site, client).findings} == betrayed, text


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Münchener Rück", "as at Muenchener Rueck", True),
        ("Münchener Rück", "as at Munchener Ruck", True),
        ("Muenchener Rueck", "as at Münchener Rück", True),
        ("Muenchener Rueck", "as at Mu\u0308nchener Ru\u0308ck", True),
        ("Muenchener Rueck", "as at M&uuml;nchener R&#252;ck", True),
        ("Muenchener Rueck", "as at Munchener Ruck", True),
        ("Ægir", "as at Aegir", True),
        ("Aegir", "as at Ægir's", True),
        ("Ørsted", "as at Oersted, as at Orsted", True),
        ("Oersted", "as at Ørsted", True),
        ("Åre", "as at Aare", True),
        ("Aareal", "a wide areal, and areas", False),
        ("Weißer", "as at Weisser", True),
        ("Weisser", "as at Weißer", True),
        ("Þór Álfur", "as at Thor Alfur", True),
        ("Газпром", "as at Gazprom", True),
        ("Gazprom", "авария, как у Газпрома, вчера", True),
        ("Сбербанк", "the Sberbanks of old", True),
        ("Ελλάκτωρ", "as at Ellaktor", True),
        ("Ellaktor", "όπως στον Ελλάκτωρ", True),
        ("ヤマハ", "as at Yamaha", True),
        ("Эра", "in that era", False),
        ("Ёлка", "as at Elka", True),
        ("Ζεύς", "as at Zeys", True),
        ("Ærø Bank", "as at Aero Bank, as at Aeroe Bank", True),
        ("Aero Bank", "as at Ærø Bank", True),
        ("Boeing", "as at the boing", False),
    ],
)
def test_a_name_is_found_in_other_letters(tmp_path: Path, name: str, text: str, found: bool) -> None:
    findings = _audit(tmp_path, _client("number-nine", name), text).findings
    assert ({f.record for f in findings} == {"clients/number-nine.md"}) is found, findings


def test_other_texts_are_not_read_in_other_letters(tmp_path: Path) -> None:
    withheld = (
        "---\nid: LL-0002\ntitle: Held back\nstatus: draft\n---\n## Evidence\nGrosse Aenderungen der Schluessel.\n"
    )
    report = _audit(tmp_path, {"kb/lessons/LL-0002.md": withheld}, "Änderungen der Schlüssel")
    assert report.findings == ()


@pytest.mark.parametrize("said", ["Acmes Störung", "the outage of acme02", "Мюнхенер Рюк"])
def test_a_finding_of_another_form_of_a_name_names_the_released_record(tmp_path: Path, said: str) -> None:
    review = REVIEW.replace("Mail stood still for five hours.", f"First line.\nIt was like {said}.")
    files = {**_client("number-nine", "Acme", "aliases: [Myunkhener Ryuk]\n"), "kb/pirs/2025/PIR-2025-0001.md": review}
    [finding] = _audit(tmp_path, files, f"It was like {said}.").findings
    line = review.split("\n").index(f"It was like {said}. See [[LL-0001]].") + 1
    assert (finding.source, finding.source_line) == ("pirs/2025/PIR-2025-0001.md", line)


def test_the_clients_own_name_in_other_letters_is_no_finding(tmp_path: Path) -> None:
    files = {**_client("mr", "Münchener Rück"), **_client("rueck", "Rück")}
    write_base(tmp_path / "base", files)
    site = tmp_path / "site"
    site.mkdir()
    auditor = Auditor.read(tmp_path / "base" / "kb")
    for text, quiet in (("Muenchener Rueck, Münchener Rück", True), ("Rueck", False), ("Rück", False)):
        (site / "index.html").write_text(f"<p>at {text}</p>", "utf-8")
        assert (auditor.audit(site, "mr").findings == ()) is quiet, text


REAL = ["GitHub", "Gitlab", "Google", "Jenkins", "Chia", "Disqus", "Suche"]
"""Names that stand in templates of the theme which no client's edition has, or in its words of other languages."""


def test_words_of_templates_that_no_clients_edition_has_are_names_like_any_other(tmp_path: Path) -> None:
    files = {path: text for name in REAL for path, text in _client(name.lower(), name).items()}
    built = pir(write_base(tmp_path / "base", files), "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0, built.stderr
    assert "warning" not in built.stderr
    for name in REAL:
        report = _audit(tmp_path, files, f"It was as at {name} last year.")
        assert {f.record for f in report.findings} == {f"clients/{name.lower()}.md"}


def test_words_of_the_sites_own_language_are_words_of_the_software(tmp_path: Path) -> None:
    config = FILES["mkdocs.yml"].replace("theme: {name: material}", "theme: {name: material, language: de}")
    files = {**_client("suche", "Suche"), "mkdocs.yml": config}
    assert {n.name for n in _audit(tmp_path, files, "Suche").not_looked_for} == {"Suche", "suche"}


def test_each_template_that_is_passed_over_is_there() -> None:
    templates = [
        file.relative_to(folder).as_posix() for folder in software_texts._themes() for file in folder.rglob("*.html")
    ]
    for path in software_texts.UNUSED_TEMPLATES:
        assert any(name.startswith(path) for name in templates), path


def test_a_variable_of_the_code_is_no_word_of_the_software() -> None:
    code = "class Chart:\n    legend: str\n\ndef draw():\n    zorblat: list[str] = []\n    return 'No data', zorblat\n"
    assert set(software_texts.literals(code)) == {"legend", "No data"}
