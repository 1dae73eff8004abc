"""`pir release`: what a client would see of a record, approving it, and when an approval no longer fits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.knowledge_base import REVIEW, REVIEW_FILE, find_problems, pir, write_base

UNRELEASED = REVIEW.replace(
    "audience: client\nrelease: {approved_by: service-delivery-manager, on: 2025-03-20}\n", ""
).replace("status: closed", "status: client-review # for now")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_base(tmp_path, {REVIEW_FILE: UNRELEASED})


def _parts(folder: Path, id_: str = "PIR-2025-0001") -> dict[str, dict[str, object]]:
    result = pir(folder, "release", id_, "--json")
    assert result.exit_code == 0, result.output
    return {part["name"]: part for part in json.loads(result.stdout)["parts"]}


def test_the_shown_and_the_internal_value_of_each_part_are_listed(folder: Path) -> None:
    file = folder / REVIEW_FILE
    shown_action = "    title: Probe every listener\n    audience: client\n"
    file.write_text(file.read_text("utf-8").replace("    title: Probe every listener\n", shown_action), "utf-8")
    parts = _parts(folder)
    assert parts["title"]["shown"] == "Mail stood still after a certificate expired"
    assert parts["title"]["inside"] is None
    assert parts["initiated"] == {"name": "initiated", "shown": {"on": "2025-03-05"}, "inside": {"by": "client"}}
    action = parts["actions"]["shown"][0]
    assert action["title"] == "Probe every listener"
    assert "owner" not in action
    assert parts["actions"]["inside"][0]["owner"] == "platform team"
    assert parts["recommendations"]["shown"] is None
    assert parts["recommendations"]["inside"][0]["id"] == "R1"
    assert parts["## Summary"]["shown"]
    assert parts["## Detection"]["shown"] is None
    assert parts["(before the first heading)"]["inside"] == "Notes that stay inside."


def test_the_listed_parts_are_those_that_are_published(folder: Path) -> None:
    shown = {name for name, part in _parts(folder).items() if part["shown"] is not None}
    assert pir(folder, "release", "PIR-2025-0001", "--approve", "service-delivery-manager").exit_code == 0
    assert {name for name, part in _parts(folder).items() if part["shown"] is not None} == shown
    assert pir(folder, "build", "--edition", "client:harbor-credit").exit_code == 0
    page = (folder / "published/clients/harbor-credit/pirs/2025/PIR-2025-0001.html").read_text("utf-8")
    assert "Mail stood still for five hours" in page
    assert "The probe read another port" not in page


def test_an_approval_changes_two_lines_and_keeps_every_other_byte(folder: Path) -> None:
    file = folder / REVIEW_FILE
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    before = file.read_bytes().split(b"\r\n")
    result = pir(folder, "release", "PIR-2025-0001", "--approve", "vp-services", "--on", "2026-09-29")
    assert result.exit_code == 0, result.output
    after = file.read_bytes().split(b"\r\n")
    new = [line for line in after if line not in before]
    assert new[0] == b"audience: client"
    assert new[1].startswith(b"release: {approved_by: vp-services, on: 2026-09-29, content: ")
    assert [line for line in after if line not in new] == before
    assert not find_problems(folder)


def test_a_release_goes_stale_when_what_it_shows_changes(folder: Path) -> None:
    pir(folder, "release", "PIR-2025-0001", "--approve", "service-delivery-manager")
    file = folder / REVIEW_FILE
    approved = file.read_text("utf-8")
    for change in (
        ("five hours", "six hours"),
        ("users: 410", "users: 411"),
        ("PIR-2025-0001\ntitle: Mail", "PIR-2025-0001\ntitle: All mail"),
    ):
        file.write_text(approved.replace(*change), "utf-8")
        [problem] = find_problems(folder)
        assert problem["code"] == "PIR420"
        assert str(problem["path"]).endswith("PIR-2025-0001.md")
        line = file.read_text("utf-8").splitlines()[int(str(problem["line"])) - 1]
        assert line.startswith("release:")
    pir(folder, "release", "PIR-2025-0001", "--approve", "service-delivery-manager")
    assert not find_problems(folder)


def test_work_that_goes_on_and_what_stays_inside_do_not_make_it_stale(folder: Path) -> None:
    pir(folder, "release", "PIR-2025-0001", "--approve", "service-delivery-manager")
    file = folder / REVIEW_FILE
    text = file.read_text("utf-8")
    for change in (
        ("status: verified", "status: done"),
        ("    verified: 2025-04-02\n", ""),
        ("owner: platform team", "owner: messaging team"),
        ("The probe read another port", "The probe read no port"),
        ("Notes that stay inside", "Other notes"),
    ):
        assert change[0] in text
        text = text.replace(*change)
    file.write_text(text, "utf-8")
    assert not find_problems(folder)


def test_withdrawing_takes_it_out_of_the_client_s_edition(folder: Path) -> None:
    before = (folder / REVIEW_FILE).read_text("utf-8")
    pir(folder, "release", "PIR-2025-0001", "--approve", "service-delivery-manager")
    assert pir(folder, "release", "PIR-2025-0001", "--withdraw").exit_code == 0
    after = (folder / REVIEW_FILE).read_text("utf-8")
    assert after.replace("audience: internal\n", "") == before
    assert pir(folder, "build", "--edition", "client:harbor-credit").exit_code == 0
    assert not (folder / "published/clients/harbor-credit/pirs").exists()


def test_a_release_that_would_make_an_error_is_not_written(folder: Path) -> None:
    lesson = folder / "kb/lessons/LL-0001.md"
    text = lesson.read_text("utf-8").replace(
        "audience: shared\nrelease: {approved_by: problem-manager, on: 2025-04-28}\n", ""
    )
    text = text.replace("lesson: Hosts", "lesson: At Harbor Credit Union hosts")
    lesson.write_text(text, "utf-8")
    result = pir(folder, "release", "LL-0001", "--approve", "problem-manager", "--audience", "shared")
    assert result.exit_code == 1
    assert "PIR307" in result.stderr
    assert lesson.read_text("utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("PIR-2025-0009",), "PIR-2025-0001"),
        (("harbor-credit",), "needs no release"),
        (("PIR-2025-0001", "--client", "quellmark"), "no other client"),
        (("PIR-2025-0001", "--client", "quelmark"), "quellmark"),
        (("PIR-2025-0001", "--approve", "a: b"), "is no role"),
    ],
)
def test_wrong_usage_is_refused_in_a_sentence(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    result = pir(folder, "release", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_only_a_role_that_the_process_library_or_the_configuration_knows_can_approve(folder: Path) -> None:
    before = (folder / REVIEW_FILE).read_bytes()
    for role, words in (("vp-service", "did you mean 'vp-services'"), ("client", "there is no role 'client'")):
        refused = pir(folder, "release", "PIR-2025-0001", "--approve", role)
        assert refused.exit_code == 2
        assert words in refused.stderr
        assert (folder / REVIEW_FILE).read_bytes() == before
    review = REVIEW.replace("on: 2025-03-12,", "on: 2025-03-12, attendees: [cto],")
    config = folder / "mkdocs.yml"
    config.write_text(config.read_text("utf-8") + "      organisation: {roles: {cto: CTO}}\n", "utf-8")
    write_review(folder, review)
    assert pir(folder, "release", "PIR-2025-0001", "--approve", "cto").exit_code == 0


@pytest.mark.parametrize("status", ["draft", "investigation", "internal-review"])
def test_a_review_that_has_not_reached_its_client_review_is_not_released(folder: Path, status: str) -> None:
    write_review(folder, UNRELEASED.replace("status: client-review", f"status: {status}"))
    before = (folder / REVIEW_FILE).read_bytes()
    refused = pir(folder, "release", "PIR-2025-0001", "--approve", "vp-services")
    assert refused.exit_code == 2
    assert "03g.03 Client PIR Review" in refused.stderr
    assert "pir gate PIR-2025-0001" in refused.stderr
    assert (folder / REVIEW_FILE).read_bytes() == before
    assert pir(folder, "release", "PIR-2025-0001").exit_code == 0


@pytest.mark.parametrize("status", ["client-review", "action-management", "closed", "archived"])
def test_a_review_is_released_from_its_client_review_on(folder: Path, status: str) -> None:
    write_review(folder, UNRELEASED.replace("status: client-review", f"status: {status}"))
    assert pir(folder, "release", "PIR-2025-0001", "--approve", "vp-services").exit_code == 0
    assert "PIR423" not in {p["code"] for p in find_problems(folder)}


def test_a_draft_of_a_lesson_is_not_released(folder: Path) -> None:
    lesson = folder / "kb/lessons/LL-0001.md"
    released = lesson.read_text("utf-8")
    draft = released.replace("status: applied", "status: draft")
    assert draft != released
    lesson.write_text(draft, "utf-8")
    refused = pir(folder, "release", "LL-0001", "--approve", "problem-manager", "--audience", "shared")
    assert refused.exit_code == 2
    assert "LL-0001 cannot be released yet: its status is 'draft'" in refused.stderr
    assert "pir status LL-0001 validated" in refused.stderr
    assert lesson.read_text("utf-8") == draft
    lesson.write_text(released, "utf-8")
    assert pir(folder, "release", "LL-0001", "--approve", "problem-manager").exit_code == 0


def write_review(folder: Path, review: str) -> None:
    (folder / REVIEW_FILE).write_text(review, "utf-8")


ATTACHED = REVIEW.replace(
    "recommendations:", "attachments:\n  - {file: rows.csv, title: Rows, audience: client}\nrecommendations:"
)


def _stale(folder: Path) -> bool:
    return "PIR420" in [found["code"] for found in find_problems(folder)]


def test_an_approval_covers_what_an_attached_file_says(tmp_path: Path) -> None:
    write_base(tmp_path, {REVIEW_FILE: ATTACHED, "kb/pirs/2025/rows.csv": "a,b\n1,2\n"})
    assert pir(tmp_path, "release", "PIR-2025-0001", "--approve", "service-delivery-manager").exit_code == 0
    assert not _stale(tmp_path)
    (tmp_path / "kb/pirs/2025/rows.csv").write_text("a,b\n1,3\n")
    assert _stale(tmp_path)


def test_an_approval_does_not_cover_what_is_cut_out_of_a_field(tmp_path: Path) -> None:
    field = "detection: {by: monitoring}\nroot_cause: |\n  It expired. <!-- one -->\n"
    write_base(tmp_path, {REVIEW_FILE: ATTACHED, "kb/pirs/2025/rows.csv": "a,b\n1,2\n"})
    file = tmp_path / REVIEW_FILE
    file.write_text(ATTACHED.replace("detection: {by: monitoring}\n", field))
    assert pir(tmp_path, "release", "PIR-2025-0001", "--approve", "service-delivery-manager").exit_code == 0
    file.write_text(file.read_text().replace("<!-- one -->", "<!-- two -->"))
    assert not _stale(tmp_path)
    file.write_text(file.read_text().replace("It expired.", "It ran out."))
    assert _stale(tmp_path)


def test_a_build_says_what_changed_after_its_approval(tmp_path: Path) -> None:
    write_base(tmp_path, {REVIEW_FILE: ATTACHED, "kb/pirs/2025/rows.csv": "a,b\n1,2\n"})
    pir(tmp_path, "release", "PIR-2025-0001", "--approve", "service-delivery-manager")
    file = tmp_path / REVIEW_FILE
    file.write_text(file.read_text().replace("for five hours", "for six hours"))
    built = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0
    assert "warning PIR420: the released content of 'PIR-2025-0001' changed after its approval" in built.stderr


def test_several_are_released_after_a_question(tmp_path: Path) -> None:
    second = UNRELEASED.replace("PIR-2025-0001", "PIR-2025-0002").replace("INC-1001", "INC-1009")
    early = second.replace("PIR-2025-0002", "PIR-2025-0003").replace("INC-1009", "INC-1010")
    early = early.replace("status: client-review", "status: investigation")
    files = {
        REVIEW_FILE: UNRELEASED,
        "kb/pirs/2025/PIR-2025-0002.md": second,
        "kb/pirs/2025/PIR-2025-0003.md": early,
    }
    folder = write_base(tmp_path, files)
    where = ("release", "--where", "kind=review client=harbor-credit")
    listed = pir(folder, *where)
    assert listed.exit_code == 0
    assert listed.stdout.count("is not released; approve it with") == 3
    approve = (*where, "--approve", "service-delivery-manager", "--on", "2026-09-29")
    shown = pir(folder, *approve)
    assert shown.exit_code == 1
    assert "nothing is written: 2 would change; to write without a question, add --yes" in shown.stderr
    assert "PIR-2025-0003 cannot be released yet: its status is 'investigation'" in shown.stderr
    assert {name: (folder / name).read_text("utf-8") for name in files} == files
    assert pir(folder, *approve, "--yes").exit_code == 1
    states = json.loads(pir(folder, *where, "--json").stdout)
    assert [(state["id"], state["audience"], state["unchanged"]) for state in states] == [
        ("PIR-2025-0001", "client", True),
        ("PIR-2025-0002", "client", True),
        ("PIR-2025-0003", "internal", None),
    ]
    assert states[0]["release"]["on"] == "2026-09-29"
    assert not {"PIR420", "PIR422"} & {p["code"] for p in find_problems(folder)}
    assert pir(folder, *where, "--withdraw", "--yes").exit_code == 0
    assert "release:" not in (folder / REVIEW_FILE).read_text("utf-8")


def test_a_role_that_nobody_has_is_a_wrong_command(folder: Path) -> None:
    result = pir(folder, "release", "PIR-2025-0001", "LL-0001", "--approve", "nobody", "--yes")
    assert result.exit_code == 2
    assert "there is no role 'nobody'" in result.stderr
    assert (folder / REVIEW_FILE).read_text("utf-8") == UNRELEASED


def test_a_record_that_refers_to_one_that_cannot_be_read_is_neither_stale_nor_approved(folder: Path) -> None:
    pir(folder, "release", "PIR-2025-0001", "--approve", "service-delivery-manager")
    client = folder / "kb/clients/harbor-credit.md"
    whole = client.read_text("utf-8")
    client.write_text('---\nid: harbor-credit\nname: "Harbor\n---\n', "utf-8")
    assert "PIR420" not in {problem["code"] for problem in find_problems(folder)}
    refused = pir(folder, "release", "PIR-2025-0001", "--approve", "service-delivery-manager")
    assert refused.exit_code == 2
    assert "harbor-credit" in refused.output
    client.write_text(whole, "utf-8")
    assert not find_problems(folder)


def test_the_table_has_words_and_no_python(tmp_path: Path) -> None:
    result = pir(write_base(tmp_path), "release", "PIR-2025-0001")
    assert result.exit_code == 0
    assert "recommendations" not in result.stdout or "recommendat " not in result.stdout
    assert [form for form in ("None", "[", "{'", "True", "False", "_") if form in result.stdout] == []
