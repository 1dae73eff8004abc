"""`pir new`: a record begun in one command, and nothing that is there is ever lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, find_problems, pir, write_base

from mkdocs_pir.exchange import drafts
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.guidance import MARK

KINDS = ("pir", "lesson", "problem", "cause", "service", "client")
BEGIN = {
    "pir": ("--client", "quellmark"),
    "lesson": (),
    "problem": (),
    "cause": ("--family", "process", "--name", "Handover lost a fact"),
    "service": ("--name", "Card payments"),
    "client": ("--name", "Øresund Ferries & Söhne"),
}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_base(tmp_path)


def _made(folder: Path, *arguments: str) -> Path:
    result = pir(folder, "new", *arguments)
    assert result.exit_code == 0, result.output
    return Path(result.stdout.strip()).resolve()


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_record_has_no_errors_and_the_check_lists_what_is_left_to_write(base: Path, kind: str) -> None:
    file = _made(base, kind, *BEGIN[kind])
    found = find_problems(base)
    assert [p for p in found if p["severity"] == "error"] == []
    left = {(p["line"]) for p in found if p["code"] == "PIR119" and (base / "kb" / str(p["path"])) == file}
    assert left == {n for n, line in enumerate(file.read_text("utf-8").split("\n"), 1) if MARK in line}
    assert len(left) >= 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_has_the_sections_of_its_schema_each_with_guidance(kind: str) -> None:
    text = (drafts.shipped() / f"{kind}.md").read_text("utf-8")
    sections = [part.split("\n", 1) for part in text.split("\n## ")[1:]]
    assert [title for title, _ in sections] == [s["title"] for s in schema.load(kind)["x-sections"]]
    assert [title for title, body in sections if MARK not in body] == []
    fields = text.split("\n---\n")[0]
    unknown = [
        line.partition(":")[0]
        for line in fields.split("\n")[1:]
        if line[:1].isalpha() and line.partition(":")[0] not in schema.load(kind)["properties"]
    ]
    assert unknown == []


def test_a_known_incident_fills_in_client_service_severity_times_cause_and_timeline(base: Path) -> None:
    row = "INC-2001,quellmark,mail-gateway,SEV-3,2026-05-04T23:52:00+02:00,2026-05-05T05:40:00Z,change/expired-certificate,true,\n"
    write_base(base, {"kb/registers/incidents.csv": FILES["kb/registers/incidents.csv"] + row})
    text = _made(base, "pir", "--incident", "INC-2001", "--title", 'Tills: "offline" for hours').read_text("utf-8")
    for line in (
        "id: PIR-2026-0001",
        'title: "Tills: \\"offline\\" for hours"',
        "client: quellmark",
        "services: [mail-gateway]",
        "severity: SEV-3",
        "incidents: [INC-2001]",
        "  detected: 2026-05-04T21:52:00Z",
        "  resolved: 2026-05-05T05:40:00Z",
        "trigger: change/expired-certificate",
        "| 2026-05-04 21:52 | INC-2001 opened | INC-2001 | |",
        "| 2026-05-05 05:40 | INC-2001 resolved | INC-2001 | |",
    ):
        assert f"\n{line}\n" in text, line
    assert [p for p in find_problems(base) if p["severity"] == "error"] == []


def test_an_incident_that_was_reviewed_is_not_reviewed_twice(base: Path) -> None:
    result = pir(base, "new", "pir", "--incident", "INC-1001")
    assert result.exit_code == 2
    assert "PIR-2025-0001" in result.stderr


def test_an_incident_that_only_its_review_names_is_not_reviewed_twice_for_one_client(base: Path) -> None:
    (base / "kb/registers/incidents.csv").unlink()
    for more in ((), ("--client", "Harbor-Credit")):
        result = pir(base, "new", "pir", "--incident", "inc-1001", *more)
        assert result.exit_code == 2, result.output
        assert "PIR-2025-0001 (client harbor-credit)" in result.stderr
        assert "--client" in result.stderr
    assert list((base / "kb/pirs").rglob("PIR-2026-*")) == []
    text = _made(base, "pir", "--incident", "INC-1001", "--client", "quellmark").read_text("utf-8")
    assert "\nclient: quellmark\n" in text


@pytest.mark.parametrize(
    ("kind", "name", "there"),
    [("client", "harborcu", "harbor-credit"), ("client", "Harbor-Credit  union", "harbor-credit"),
     ("service", "MAIL-GATEWAY", "mail-gateway")],
)  # fmt: skip
def test_a_client_or_service_that_has_the_name_already_is_not_begun_twice(
    base: Path, kind: str, name: str, there: str
) -> None:
    result = pir(base, "new", kind, "--name", name)
    assert result.exit_code == 2
    assert f"the {kind} '{there}' already has the name" in result.stderr


def test_a_review_takes_client_and_service_by_their_names(base: Path) -> None:
    text = _made(base, "pir", "--client", "HarborCU", "--service", "Mail gateway").read_text("utf-8")
    assert "\nclient: harbor-credit\nservices: [mail-gateway]\n" in text


def test_an_incident_that_the_register_does_not_know_is_refused_with_the_nearest(base: Path) -> None:
    before = sorted((base / "kb").rglob("*"))
    result = pir(base, "new", "pir", "--incident", "INC-1022", "--client", "quellmark")
    assert (result.exit_code, result.stdout, sorted((base / "kb").rglob("*"))) == (2, "", before)
    assert "INC-1022 is not in registers/incidents.csv; did you mean 'INC-1002'" in result.stderr


def test_an_incident_is_taken_as_it_is_where_there_is_no_register(base: Path) -> None:
    (base / "kb/registers/incidents.csv").unlink()
    text = _made(base, "pir", "--incident", "INC-1022", "--client", "quellmark").read_text("utf-8")
    assert "incidents: [INC-1022]" in text


def test_the_name_of_a_kind_that_a_user_types_leads_to_its_command(base: Path) -> None:
    result = pir(base, "new", "review")
    assert (result.exit_code, "there is no command 'review'; did you mean 'pir'?" in result.stderr) == (2, True)


def test_a_lesson_takes_causes_services_and_symptoms_from_its_review(base: Path) -> None:
    text = _made(base, "lesson", "--from", "PIR-2025-0001").read_text("utf-8")
    assert "id: LL-0002\n" in text
    assert "learned_from: [PIR-2025-0001]\n" in text
    assert "causes: [change/expired-certificate, monitoring/missing-alert]\n" in text


@pytest.mark.parametrize(
    ("there", "follows"),
    [
        ("PIR-2026-0041", "PIR-2026-0042"),
        ("PIR-2025-0041", "PIR-2026-0001"),
        ("PM2026-009", "PM2026-010"),
        ("PM2025-99", "PM2026-01"),
        ("REVIEW-17-EU", "REVIEW-18-EU"),
    ],
)
def test_the_next_id_goes_on_with_prefix_year_and_width(tmp_path: Path, there: str, follows: str) -> None:
    old, year = "PIR-2025-0001", there[2:6] if there.startswith("PM") else there[4:8]
    changes = {name: text.replace(old, there) for name, text in FILES.items() if old in text}
    changes |= {f"kb/pirs/2025/{old}.md": None}
    place = f"{year}/{there}" if there[:2] in ("PI", "PM") else there
    changes[f"kb/pirs/{place}.md"] = FILES[f"kb/pirs/2025/{old}.md"].replace(old, there)
    folder = write_base(tmp_path, changes)
    assert [p for p in find_problems(folder) if p["severity"] == "error"] == []
    assert _made(folder, "pir", "--client", "quellmark").stem == follows


def test_an_id_of_a_broken_record_is_not_given_again(base: Path) -> None:
    write_base(base, {"kb/lessons/LL-0002.md": "---\ntitle: [\n"})
    assert _made(base, "lesson").stem == "LL-0003"


def test_nothing_is_ever_overwritten(base: Path) -> None:
    service = base / "kb/services/mail-gateway.md"
    before = service.read_bytes()
    for arguments in (("--id", "mail-gateway"), ("--name", "Mail  Gateway!"), ("--id", "harbor-credit")):
        result = pir(base, "new", "service", *arguments)
        assert result.exit_code == 2
        assert "already exists" in result.stderr
    assert service.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pir",), "harbor-credit, quellmark"),
        (("pir", "--client", "harbour-credit"), "did you mean 'harbor-credit'"),
        (("pir", "--client", "quellmark", "--service", "mial-gateway"), "mail-gateway"),
        (("pir", "--client", "quellmark", "--id", "../../x"), "is not a valid id"),
        (("lesson", "--from", "PIR-2025-0010"), "PIR-2025-0001"),
        (("cause", "--name", "Late"), "--family"),
        (("cause", "--family", "process"), "--name"),
        (("client", "--name", "日本"), "--id"),
    ],
)
def test_wrong_usage_is_one_sentence_with_a_way_on(base: Path, arguments: tuple[str, ...], said: str) -> None:
    result = pir(base, "new", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_eight_at_once_get_eight_ids(base: Path) -> None:
    command = [sys.executable, "-m", "mkdocs_pir", "-q", "-C", str(base), "new", "lesson"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(8)]
    made = sorted(Path(process.communicate()[0].strip()) for process in running)
    assert [file.stem for file in made] == [f"LL-{n:04}" for n in range(2, 10)]
    assert all(f"id: {file.stem}\n" in file.read_text("utf-8") for file in made)


def test_an_id_that_another_takes_at_the_last_moment_stays_the_other_s(tmp_path: Path) -> None:
    other = tmp_path / "lessons/LL-0002.md"

    def text_of(id_: str) -> str:
        other.parent.mkdir(exist_ok=True)
        other.write_text("another's")
        return id_

    assert drafts.create(tmp_path, "lesson", iter(["LL-0002", "LL-0003"]), text_of)[0] == "LL-0003"
    assert other.read_text() == "another's"


def test_a_template_of_the_organisation_goes_before_ours(base: Path) -> None:
    write_base(
        base,
        {
            "templates/lesson.md": "---\nid: {{ id }}\ntitle: {{ title }}\nstatus: draft\nx-board: ours\n---\n\n## Lesson\n\nTODO: why\n"
        },
    )
    text = _made(base, "lesson", "--title", "A: b").read_text("utf-8")
    assert 'title: "A: b"\n' in text
    assert "x-board: ours\n" in text


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("no front matter", 1),
        ("---\nid: {{ id }}\n---\n\n## Lesson\n\n{% for x in y\n", 7),
        ("---\nid: {{ id }}\ntitle: {{ nobody_knows }}\n---\n", 0),
        ("---\nid: {{ ''.__class__.__mro__ }}\n---\n", 0),
    ],
)
def test_a_broken_template_is_named_at_its_line_and_nothing_is_written(base: Path, template: str, line: int) -> None:
    write_base(base, {"templates/lesson.md": template})
    result = pir(base, "new", "lesson")
    assert result.exit_code == 1
    assert f"templates/lesson.md{f':{line}:1' if line else ''}: error PIR619" in result.stderr
    assert not (base / "kb/lessons/LL-0002.md").exists()


def test_guidance_is_an_error_once_a_report_is_past_draft_and_history_is_left_alone(base: Path) -> None:
    name = "kb/pirs/2025/PIR-2025-0001.md"
    text = FILES[name].replace(
        "The probe read another port.", "- [ ] TODO: say why\n\n`TODO: code`\n\n    x = 1\n\n```\nTODO: fenced\n```\n"
    )
    write_base(base, {name: text})
    (found,) = [p for p in find_problems(base) if p["code"] in ("PIR119", "PIR319")]
    assert (found["code"], found["severity"]) == ("PIR319", "error")
    assert text.split("\n")[int(str(found["line"])) - 1][int(str(found["column"])) - 1 :] == "TODO: say why"
    write_base(base, {name: text.replace("status: closed", "status: archived")})
    assert [p for p in find_problems(base) if p["code"] in ("PIR119", "PIR319")] == []


def test_an_incident_is_found_in_whatever_case_it_is_typed(base: Path) -> None:
    text = _made(base, "pir", "--incident", "inc-1002").read_text("utf-8")
    assert "incidents: [INC-1002]\n" in text
    assert "client: harbor-credit\n" in text


def test_what_stands_in_comments_of_the_template_works_once_it_is_uncommented(base: Path) -> None:
    file = _made(base, "pir", "--client", "quellmark", "--incident", "INC-1002")
    lines = []
    for line in file.read_text("utf-8").split("\n"):
        if re.match(r"(initiated|detection): +# \{", line):
            line = line.replace("# ", "", 1)
        # as an editor does it: the mark and one blank
        lines.append(re.sub(r"^# ", "", line))
    text = "\n".join(lines).replace("process/handover", "monitoring/missing-alert")
    file.write_text(
        text.replace("client: harbor-credit", "client: quellmark").replace(
            "feedback_applied: }", "feedback_applied: 2026-09-30}"
        )
    )
    found = [p for p in find_problems(base) if p["severity"] == "error"]
    assert [p for p in found if p["code"] != "PIR507"] == [], text


def test_a_service_named_instead_of_its_id_gets_a_hint_with_the_id(base: Path) -> None:
    write_base(
        base, {"kb/lessons/LL-0002.md": "---\nid: LL-0002\ntitle: x\nstatus: draft\nservices: [Mail Gateway]\n---\n"}
    )
    (found,) = [p for p in find_problems(base) if p["code"] == "PIR202"]
    assert found["hint"] == "did you mean 'mail-gateway'?"


@pytest.mark.parametrize(
    ("how", "form"),
    [
        ("numbered", r"PIR-2026-000[1-4]"),
        ("by-client", r"QUELLMARK-2026-000[1-4]"),
        ("random", r"PIR-2026-[0-9]{6}"),
    ],
)
def test_ids_of_reviews_tell_as_much_of_others_as_the_option_says(tmp_path: Path, how: str, form: str) -> None:
    write_base(tmp_path, {"mkdocs.yml": FILES["mkdocs.yml"] + f"      review_ids: {how}\n"})
    made = [_made(tmp_path, "pir", "--client", "quellmark") for _ in range(4)]
    assert len(set(made)) == 4
    for file in made:
        assert re.fullmatch(form, file.stem)
        assert file.parent.name == "2026"
    other = _made(tmp_path, "pir", "--client", "harbor-credit")
    assert (other.stem == "HARBORCREDIT-2026-0001") == (how == "by-client")
    assert [p for p in find_problems(tmp_path) if p["severity"] == "error"] == []
