"""A planted leak is found however it is written, wherever it lies, and said to whom it belongs."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, pir, write_base
from helpers.planted_leaks import CARRIERS, ENCODINGS, MARKED_UP, MARKUP, docx, pdf, plant, zipped
from hypothesis import example, given
from hypothesis import strategies as st

from mkdocs_pir.editions.audit import Auditor, Finding, manifest_of, normalise, scan
from mkdocs_pir.editions.audit.decoded_text import DecodedText
from mkdocs_pir.kb.problem import ProblemError

NAME = "Quellmark Stores"

WITHHELD = """\
---
id: PIR-2025-0002
title: Till rollout stopped half way through
client: quellmark
services: [mail-gateway]
status: closed
severity: SEV-2
audience: client
release: {approved_by: service-delivery-manager, on: 2025-04-20}
initiated: {by: client, on: 2025-04-05, reason: eleven stores traded on paper}
incidents: [INC-2002]
problem: PRB-0001
times: {impact_start: 2025-04-04T02:12:00Z, detected: 2025-04-04T02:52:00Z, resolved: 2025-04-04T07:40:00Z}
detection: {by: client, gap: no probe looked at the till server in the back office}
impact: {summary: Customers waited., users: 40}
trigger: change/expired-certificate
contributing_factors: [monitoring/missing-alert]
workaround: restart till-srv-07.example.internal by hand
lessons: [LL-0001]
x-canary: blue heron
reviews:
  - {kind: internal, on: 2025-04-12, chaired_by: Anneliese Vogt, feedback_applied: 2025-04-13}
  - {kind: client, on: 2025-04-18, feedback_applied: 2025-04-19}
---
The supplier asked us not to write about the firmware that he withdrew.

## Summary

Half of the tills took the new release and the other half went on with the old one until noon.

## Detection

| time | what |
|---|---|
| 09:12 | a cashier rang the desk |

Nobody had thought of counterfoils.
"""

ROWS = (
    FILES["kb/registers/incidents.csv"].replace("\nINC-1002", "\nINC-2002,quellmark,mail-gateway,SEV-2,"
    "2025-04-04T02:52:00Z,2025-04-04T07:40:00Z,change/expired-certificate,true,PIR-2025-0002\nINC-1002")
)  # fmt: skip

ANSWERS = (
    FILES["kb/registers/satisfaction.csv"] + "2025-04-25,quellmark,PIR-2025-0002,2,5,the till people never rang back\n"
)

CHANGES = {
    "kb/pirs/2025/PIR-2025-0002.md": WITHHELD,
    "kb/registers/incidents.csv": ROWS,
    "kb/registers/satisfaction.csv": ANSWERS,
    "kb/clients/quellmark.md": FILES["kb/clients/quellmark.md"].replace(
        "since:",
        "aliases: [QMS, Quelle & Mark]\ndomains: [quellmark.example]\ncontacts: [head of store systems]\nsince:",
    ),
    "kb/notes/loose.txt": "The landlord of the second site wants the keys back by June.\n",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_base(tmp_path_factory.mktemp("base"), CHANGES)


@pytest.fixture(scope="module")
def auditor(base: Path) -> Auditor:
    return Auditor.read(base / "kb")


def _found(auditor: Auditor, folder: Path, text: str | bytes, name: str = "index.html") -> list[Finding]:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(auditor.audit(folder, "harbor-credit").findings)


def _impossible(carrier: str, text: str) -> bool:
    """Whether a file of this kind cannot hold a text written so."""
    # the standard fonts of a PDF have no letters beyond their code page, and a line of its text no line breaks
    return carrier == "PDF text" and (text.encode("cp1252", "ignore").decode("cp1252") != text or "\n" in text)


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_name_is_found_in_every_encoding(auditor: Auditor, tmp_path: Path, carrier: str) -> None:
    expected = {}
    for number, way in enumerate([*ENCODINGS, *(MARKUP if carrier in MARKED_UP else ())]):
        text = plant(way, NAME)
        if _impossible(carrier, text):
            continue
        ending, content = CARRIERS[carrier](text)
        (tmp_path / f"f{number}{ending}").write_bytes(content)
        expected[f"f{number}{ending}"] = way
    assert len(expected) >= 40
    findings = auditor.audit(tmp_path, "harbor-credit").findings
    found = {finding.file for finding in findings if finding.record == "clients/quellmark.md"}
    assert not {way for file, way in expected.items() if file not in found}


@pytest.mark.parametrize("kind", ["file", "folder", "empty folder"])
def test_a_name_is_found_in_the_name_of_a_file_or_folder(auditor: Auditor, tmp_path: Path, kind: str) -> None:
    expected = {}
    for number, way in enumerate(ENCODINGS):
        name = f"{number} {plant(way, NAME)}"
        if "/" in name or "\n" in name or len(name.encode()) > 240:
            continue
        path = tmp_path / (f"{name}.txt" if kind == "file" else f"{name}/a.txt" if kind == "folder" else name)
        (path if kind == "empty folder" else path.parent).mkdir(exist_ok=True)
        if kind != "empty folder":
            path.write_text("nothing")
        expected[name] = way
    assert len(expected) >= 40
    findings = auditor.audit(tmp_path, "harbor-credit").findings
    found = {f.file.split("/")[0].removesuffix(".txt") for f in findings if f.record == "clients/quellmark.md"}
    assert not {way for name, way in expected.items() if name not in found}


@pytest.mark.parametrize(
    ("text", "record", "what"),
    [
        ("served from quellmark only", "clients/quellmark.md", "id"),
        ("QMS called", "clients/quellmark.md", "alias"),
        ("Q M S is not spelt like that, but Quelle and Mark are Quelle&amp;Mark", "clients/quellmark.md", "alias"),
        ("write to desk@quellmark.example", "clients/quellmark.md", "domain"),
        ("see PIR-2025-0002", "pirs/2025/PIR-2025-0002.md", "id"),
        ("see pir_2025_0002", "pirs/2025/PIR-2025-0002.md", "id"),
        ("PRB-0001", "problems/PRB-0001.md", "id"),
        ("Till rollout stopped half way through", "pirs/2025/PIR-2025-0002.md", "field 'title'"),
        ("because eleven stores traded on paper", "pirs/2025/PIR-2025-0002.md", "field 'initiated'"),
        ("no probe looked at the till server", "pirs/2025/PIR-2025-0002.md", "field 'detection'"),
        ("chaired by Anneliese Vogt", "pirs/2025/PIR-2025-0002.md", "field 'reviews'"),
        ("restart till-srv-07.example.internal", "pirs/2025/PIR-2025-0002.md", "field 'workaround'"),
        ("INC-2002", "pirs/2025/PIR-2025-0002.md", "field 'incidents'"),
        ("the till people never rang back", "registers/satisfaction.csv", "column 'comment' of quellmark"),
        ("went on with the old one until noon", "pirs/2025/PIR-2025-0002.md", "section 'Summary'"),
        ("the firmware that he withdrew", "pirs/2025/PIR-2025-0002.md", "opening text"),
        ("a cashier rang the desk", "pirs/2025/PIR-2025-0002.md", "section 'Detection'"),
        ("counterfoils", "pirs/2025/PIR-2025-0002.md", "section 'Detection'"),
        ("a Blue Heron flew by", "pirs/2025/PIR-2025-0002.md", "canary"),
        ("ask the messaging team", "services/mail-gateway.md", "field 'owner'"),
        ("it is a missing alert", "causes/monitoring/missing-alert.md", "field 'name'"),
        ("monitoring/missing-alert", "causes/monitoring/missing-alert.md", "id"),
        ("call the platform team", "pirs/2025/PIR-2025-0001.md", "field 'actions'"),
        ("Notes that stay inside.", "pirs/2025/PIR-2025-0001.md", "opening text"),
        ("The probe read another port.", "pirs/2025/PIR-2025-0001.md", "section 'Detection'"),
        ("HarborCU", "clients/harbor-credit.md", "alias"),
        ("Stay calm", "handbook/on-call.md", "opening text"),
        ("wants the keys back by June", "notes/loose.txt", "content"),
    ],
)
def test_what_is_withheld_is_found_with_the_record_it_betrays(
    auditor: Auditor, tmp_path: Path, text: str, record: str, what: str
) -> None:
    findings = _found(auditor, tmp_path, f"<p>Word {text} word.</p>")
    assert (record, what) in {(f.record, f.what) for f in findings}


@pytest.mark.parametrize(
    "text",
    [
        "Harbor Credit Union",
        "Mail stood still for five hours.",
        "Mail stood still after a certificate expired",
        "Expired certificate: a certificate reached its end.",
        "Probe every listener",
        "Hosts do not expire, certificates do.",
        "Renewal of certificates, expiring listeners and mailing",
        "Mail gateway, Ground, INC-1002",
        "change/expired-certificate",
        "<b>Qm</b> sorted: aqms, q.m.st",
        "Action items 3 of 4 done. Overdue actions are shown first; review of incidents.",
        "a store of quells and marks",
    ],
)
def test_what_may_be_shown_is_no_finding(auditor: Auditor, tmp_path: Path, text: str) -> None:
    assert _found(auditor, tmp_path, f"<p>{text}</p>") == []


def test_a_finding_says_where_it_stands(auditor: Auditor, tmp_path: Path) -> None:
    text = "<html>\n<body>\n<p>Für dich: caf&eacute; at Quell<b>mark</b> today</p></body></html>"
    finding = _found(auditor, tmp_path, text)[0]
    assert (finding.file, finding.line, finding.column) == ("index.html", 3, 29)
    assert text[finding.offset :].startswith("Quell<b>mark")
    assert finding.context == "Für dich: café at Quellmark today"


def test_a_finding_names_the_layers_it_lay_under(auditor: Auditor, tmp_path: Path) -> None:
    inner = zipped(("a/b.docx", docx("Quellmark Stores")))
    findings = _found(auditor, tmp_path, gzip.compress(inner), "x.gz")
    layers = {f.layers for f in findings if f.what == "name"}
    assert layers == {("gzip", "a/b.docx", "word/document.xml")}


def test_a_longer_name_that_may_be_shown_hides_a_shorter_one_inside_it_and_nothing_else(tmp_path: Path) -> None:
    other = FILES["kb/clients/quellmark.md"].replace("quellmark", "credit").replace("Quellmark Stores", "Credit Union")
    auditor = Auditor.read(write_base(tmp_path / "base", {"kb/clients/credit.md": other}) / "kb")
    site = tmp_path / "site"
    assert _found(auditor, site, "<p>Harbor Credit Union at harbor-credit</p>") == []
    assert {f.record for f in _found(auditor, site, "<p>the Credit Union</p>")} == {"clients/credit.md"}
    assert {f.record for f in _found(auditor, site, "<p>on credit</p>")} == {"clients/credit.md"}


def test_another_clients_name_in_a_released_text_is_found(tmp_path: Path) -> None:
    review = REVIEW.replace("Mail stood still for five hours.", "Mail stood still, as it had at Quellmark Stores.")
    auditor = Auditor.read(write_base(tmp_path / "base", {"kb/pirs/2025/PIR-2025-0001.md": review}) / "kb")
    findings = _found(auditor, tmp_path / "site", "<p>Mail stood still, as it had at Quellmark Stores.</p>")
    assert {f.record for f in findings} == {"clients/quellmark.md"}


@pytest.mark.parametrize("name", ["Mail gateway of Quellmark Stores", "quellmark gateway"])
def test_another_clients_name_in_the_name_of_a_shown_service_is_found(tmp_path: Path, name: str) -> None:
    service = FILES["kb/services/mail-gateway.md"].replace("name: Mail gateway", f"name: {name}")
    auditor = Auditor.read(write_base(tmp_path / "base", {"kb/services/mail-gateway.md": service}) / "kb")
    findings = _found(auditor, tmp_path / "site", f"<p>{name}</p>")
    assert {f.record for f in findings} == {"clients/quellmark.md"}


TITLE = "Till rollout stopped half way through"


def _quoting(**more: str) -> dict[str, str]:
    """The knowledge base with a withheld title in the text of a released review, and changes to other files."""
    review = REVIEW.replace("Mail stood still for five hours.", f"As in *{TITLE}*, mail stood still.")
    return {**CHANGES, "kb/pirs/2025/PIR-2025-0001.md": review, **more}


def test_a_withheld_title_in_released_text_is_one_finding_that_names_the_line(tmp_path: Path) -> None:
    base = write_base(tmp_path, _quoting())
    result = pir(base, "build", "--edition", "client:harbor-credit")
    assert result.exit_code == 1
    assert not (tmp_path / "published/clients/harbor-credit").exists()
    line = (
        _quoting()["kb/pirs/2025/PIR-2025-0001.md"]
        .split("\n")
        .index(f"As in *{TITLE}*, mail stood still. See [[LL-0001]].")
        + 1
    )
    findings = [text for text in result.stderr.split("\n") if "PIR606" in text]
    assert len(findings) == 1, findings
    assert "gives away the field 'title' of pirs/2025/PIR-2025-0002.md" in findings[0]
    assert f"its source is pirs/2025/PIR-2025-0001.md:{line}; " in findings[0]


_LESSON = """\
---
id: LL-0002
title: {title}
status: applied
audience: shared
release: {{approved_by: problem-manager, on: 2025-04-28}}
learned_from: [PIR-2025-0001]
services: [mail-gateway]
lesson: {lesson}
applied_on: 2025-04-02
---
"""


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("kb/lessons/LL-0002.md", _LESSON.format(title="Ring the bell", lesson="Nothing like it."), True),
        ("kb/lessons/LL-0002.md", _LESSON.format(title="Ring the bell", lesson=f"{TITLE} again."), False),
        ("kb/lessons/LL-0002.md", _LESSON.format(title=TITLE, lesson="Nothing like it."), False),
        ("kb/causes/change/expired-certificate.md",
         FILES["kb/causes/change/expired-certificate.md"].replace("A certificate", f"{TITLE} when a certificate"), False),
        ("mkdocs.yml", FILES["mkdocs.yml"] + f"      audit_allows: [{{phrase: {TITLE}, reason: told to all clients}}]\n", False),
        ("mkdocs.yml", FILES["mkdocs.yml"] + f"      audit_allows: [{{phrase: {TITLE}, reason: ''}}]\n", True),
        ("kb/pirs/2025/PIR-2025-0002.md", WITHHELD.replace(TITLE, "Half way"), False),
    ],
)  # fmt: skip
def test_a_withheld_title_may_stand_where_it_is_not_quoted(tmp_path: Path, file: str, text: str, found: bool) -> None:
    auditor = Auditor.read(write_base(tmp_path / "base", _quoting(**{file: text})) / "kb")
    title = "Half way" if "title: Half way" in text else TITLE
    assert bool(_found(auditor, tmp_path / "site", f"<p>As in <em>{title}</em>, mail stood still.</p>")) is found


@pytest.mark.parametrize("phrase", ["Quellmark Stores", "Quellmark Stores gateway"])
def test_a_phrase_that_is_allowed_hides_what_stands_in_it_and_nothing_else(tmp_path: Path, phrase: str) -> None:
    config = FILES["mkdocs.yml"] + f"      audit_allows: [{{phrase: {phrase}, reason: a product of that name}}]\n"
    auditor = Auditor.read(write_base(tmp_path / "base", {"mkdocs.yml": config}) / "kb")
    assert _found(auditor, tmp_path / "site", f"<p>the {phrase}</p>") == []
    assert {f.record for f in _found(auditor, tmp_path / "site", "<p>at Quellmark</p>")} == {"clients/quellmark.md"}


def test_a_finding_that_no_released_record_says_names_the_line_of_the_withheld_one(
    auditor: Auditor, tmp_path: Path
) -> None:
    [finding] = _found(auditor, tmp_path, "<p>no probe looked at the till server</p>")
    line = (
        WITHHELD.split("\n").index(
            "detection: {by: client, gap: no probe looked at the till server in the back office}"
        )
        + 1
    )
    assert (finding.source, finding.source_line) == ("pirs/2025/PIR-2025-0002.md", line)


UNREADABLE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "an unknown kind": ("a.xyz", lambda: b"text", "unknown type"),
    "no text": ("a.txt", lambda: b"\x00\x01\x02\x03\xff\xfe\xfd" * 20, "not what its name says"),
    "no picture": ("a.png", lambda: b"%PDF-1.7\n", "not what its name says"),
    "no page": ("a.html", lambda: b"PK\x05\x06" + b"\x00" * 18, "not what its name says"),
    "cut gzip": ("a.gz", lambda: gzip.compress(b"x" * 100)[:-12], "cannot be read"),
    "broken archive": ("a.zip", lambda: b"PK\x03\x04" + b"\x00" * 40, "cannot be read"),
    "program in an archive": ("a.zip", lambda: zipped(("a.exe", b"MZ\x90\x00\x03\xff\xfe" * 9)), "unknown type"),
    "cut PDF": ("a.pdf", lambda: pdf(text="x")[:200], "cannot be read"),
    "broken font": ("a.woff2", lambda: b"wOF2" + b"\x00" * 44, "WOFF2"),
    "bomb": ("a.gz", lambda: gzip.compress(gzip.compress(b"\x00" * (300 << 20), 9), 9), "unpacks to more than"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_cannot_be_read_to_the_end_is_a_finding(auditor: Auditor, tmp_path: Path, what: str) -> None:
    name, make, message = UNREADABLE[what]
    content = make()
    findings = _found(auditor, tmp_path, content, name)
    assert any(message in f.message and f.file == name for f in findings), findings


def test_a_symbolic_link_is_a_finding(auditor: Auditor, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert [f.file for f in auditor.audit(tmp_path, "harbor-credit").findings] == ["b.txt"]


def test_a_withheld_file_is_found_under_its_own_and_any_other_name(
    base: Path, auditor: Auditor, tmp_path: Path
) -> None:
    content = (base / "kb/notes/loose.txt").read_bytes()
    for name in ("files/notes/loose.txt", "assets/other.txt"):
        assert {f.record for f in _found(auditor, tmp_path, content, name)} == {"notes/loose.txt"}
    changed = _found(auditor, tmp_path / "again", b"something else", "files/notes/loose.txt")
    assert {f.record for f in changed} == {"notes/loose.txt"}


def test_what_every_page_repeats_is_still_found_once(auditor: Auditor, tmp_path: Path) -> None:
    frame = "\n".join(f"<p>Line {n}</p>" for n in range(60))
    for number in range(4):
        (tmp_path / f"{number}.html").write_text(f"{frame}\n<p>Quellmark</p>\n{frame}\n<p>{number}</p>")
    assert {f.file for f in auditor.audit(tmp_path, "harbor-credit").findings} == {"0.html"}
    (tmp_path / "4.html").write_text(f"{frame}\n<p>{number}</p>\n<p>at quellmark.example</p>{frame}")
    assert {f.file for f in auditor.audit(tmp_path, "harbor-credit").findings} == {"0.html", "4.html"}


def test_the_list_of_files_must_equal_the_manifest(base: Path, tmp_path: Path) -> None:
    assert pir(base, "build", "--edition", "client:harbor-credit", "--out", str(tmp_path)).exit_code == 0
    site = tmp_path / "clients/harbor-credit"

    def audited() -> str:
        return pir(base, "audit", str(site), "--edition", "client:harbor-credit").stderr

    assert "compared with manifest-clients-harbor-credit.json: nothing found" in audited()
    (site / ".hidden").write_text("left behind")
    (site / "404.html").unlink()
    (site / "index.html").write_text((site / "index.html").read_text() + "<!-- changed -->")
    said = audited()
    assert ".hidden: error PIR606: the manifest does not list this file" in said
    assert "404.html: error PIR606: the manifest lists this file, and it is not there" in said
    assert "index.html: error PIR606: the file is not the one that the manifest lists" in said


def test_a_manifest_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(ProblemError, match="cannot be read"):
        manifest_of(tmp_path, "clients/a", tmp_path / "manifest.json")


def test_a_finding_stops_the_publication(base: Path, tmp_path: Path) -> None:
    changed = write_base(
        tmp_path, {**CHANGES, "kb/pirs/2025/PIR-2025-0001.md": REVIEW.replace("five hours.", "hours at QMS.")}
    )
    result = pir(changed, "build", "--edition", "all")
    assert result.exit_code == 1
    assert "PIR606" in result.stderr
    assert (changed / "published/internal").is_dir()
    assert (changed / "published/clients/quellmark").is_dir()
    assert not (changed / "published/clients/harbor-credit").exists()


_SCRAPS = ["<", ">", "</", "<f:", ":", "<rt>", "<i hidden>", "</i>", "<ruby>", "'", '"', "=", "a", " "]


@given(st.lists(st.sampled_from(_SCRAPS), max_size=30).map("".join))
@example("<f{: a>")
def test_markup_of_any_kind_is_taken_apart(text: str) -> None:
    assert not [item for item in scan.decoded_texts(iter([DecodedText(text)])) if not isinstance(item, DecodedText)]


@given(st.text(st.sampled_from("aZ 9é́ßﬀ\u200bИ日İ"), max_size=30))
def test_the_place_of_a_finding_is_that_of_the_character_it_comes_from(text: str) -> None:
    owners = [at for at, char in enumerate(text) for _ in normalise.fold(char)]
    folded = normalise.fold(text)
    assert [normalise.index_in_text(text, index) for index in range(len(folded))] == owners
