"""`pir causes`: reviews without causes are grouped, causes are suggested, and accepted ones are written into records."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from helpers.knowledge_base import pir, write_base

CAUSES = {
    "change/expired-certificate": (
        "Expired certificate",
        "A certificate reached its end date.",
        "TLS handshake errors",
    ),
    "capacity/disk-full": ("Disk full", "A volume had no space left.", "no space left on device"),
    "process/handover": ("Handover", "A fact was lost between two shifts or teams.", "nobody knew of the change"),
}

REVIEWS = {
    "PIR-2025-0101": ("Sign-in refused", "The certificate of the portal had expired.", "TLS handshake failed"),
    "PIR-2025-0102": ("Orders not sent", "An expired certificate on the gateway.", "certificate has expired"),
    "PIR-2025-0103": ("Uploads failed", "The volume was full, no space was left.", "no space left on device"),
    "PIR-2025-0104": ("Teapot whistled", "The kettle boiled over the biscuit tin.", "steam over the saucer"),
    "PIR-2025-0105": ("Teapot again", "The kettle boiled on the biscuit tin.", "steam and a wet saucer"),
}


def _files() -> dict[str, str]:
    files = {
        f"kb/causes/{id_}.md": f"---\nid: {id_}\nname: {name}\ndefinition: {definition}\n"
        f"family: {id_.partition('/')[0]}\nlook_for: [{sign}]\n---\n"
        for id_, (name, definition, sign) in CAUSES.items()
    }
    for id_, (title, cause, symptom) in REVIEWS.items():
        files[f"kb/pirs/2025/{id_}.md"] = (
            f"---\nid: {id_}\ntitle: {title}\nclient: harbor-credit\nstatus: draft\n"
            f"# keep this comment\nsymptoms: [{symptom}]\nroot_cause: {cause}\n---\n"
        )
    return files


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_base(tmp_path, _files())


def _suggested(base: Path, *options: str) -> dict[str, str]:
    found = json.loads(pir(base, "causes", "suggest", "--json", *options).stdout)
    members = [*found["alone"], *(member for group in found["groups"] for member in group["members"])]
    return {member["id"]: member["cause"] for member in members}


def test_the_nearest_cause_is_suggested_and_none_where_no_word_speaks_for_one(base: Path) -> None:
    assert _suggested(base) == {
        "PIR-2025-0101": "change/expired-certificate",
        "PIR-2025-0102": "change/expired-certificate",
        "PIR-2025-0103": "capacity/disk-full",
        "PIR-2025-0104": "",
        "PIR-2025-0105": "",
    }


def test_groups_show_their_words_the_reason_and_the_members(base: Path) -> None:
    printed = pir(base, "causes", "suggest").stdout
    assert "likely: change/expired-certificate (" in printed
    assert "for certificate" in printed
    assert "PIR-2025-0101  no date  harbor-credit  Sign-in refused" in printed
    found = json.loads(pir(base, "causes", "suggest", "--json").stdout)
    near, lonely, unlike = found["groups"]
    assert [member["id"] for member in near["members"]] == ["PIR-2025-0101", "PIR-2025-0102"]
    assert [member["id"] for member in lonely["members"]] == ["PIR-2025-0103"]
    assert (unlike["cause"], unlike["certainty"]) == ("", "none")
    assert {"kettle", "biscuit"} & set(unlike["words"])
    assert "no cause is near" in printed


def test_reviews_with_causes_are_left_out_and_teach(base: Path) -> None:
    assert "PIR-2025-0001" not in _suggested(base)
    assert pir(base, "causes", "assign", "process/handover", "PIR-2025-0104", "--yes").exit_code == 0
    assert _suggested(base)["PIR-2025-0105"] == "process/handover"


def test_a_selection_limits_what_is_grouped(base: Path) -> None:
    assert _suggested(base, "--where", "id=PIR-2025-0103").keys() == {"PIR-2025-0103"}
    result = pir(base, "causes", "suggest", "--where", "colour=red")
    assert result.exit_code == 2
    assert "colour" in result.stderr


def test_a_list_is_completed_and_assigned_with_comments_kept(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(base)
    assert pir(base, "causes", "suggest", "--write", "list.csv").exit_code == 0
    rows = list(csv.DictReader(io.StringIO((base / "list.csv").read_text("utf-8"))))
    assert {row["review"] for row in rows} == REVIEWS.keys()
    answers = {"PIR-2025-0101": "yes", "PIR-2025-0102": "no", "PIR-2025-0104": "process/handover"}
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows({**row, "accept": answers.get(row["review"], "")} for row in rows)
    (base / "list.csv").write_text(out.getvalue(), "utf-8")
    before = {id_: (base / f"kb/pirs/2025/{id_}.md").read_text("utf-8") for id_ in REVIEWS}
    shown = pir(base, "causes", "assign", "--from", "list.csv")
    assert "+trigger: change/expired-certificate\n" in shown.stdout
    assert "nothing is written: 2 would change" in shown.stderr
    assert before == {id_: (base / f"kb/pirs/2025/{id_}.md").read_text("utf-8") for id_ in REVIEWS}
    assert pir(base, "causes", "assign", "--from", "list.csv", "--yes").exit_code == 0
    after = {id_: (base / f"kb/pirs/2025/{id_}.md").read_text("utf-8") for id_ in REVIEWS}
    assert [id_ for id_ in REVIEWS if before[id_] != after[id_]] == ["PIR-2025-0101", "PIR-2025-0104"]
    assert "trigger: process/handover" in after["PIR-2025-0104"]
    assert "# keep this comment\n" in after["PIR-2025-0104"]


def test_a_cause_is_assigned_as_a_factor_to_a_selection_and_a_trigger_is_never_replaced(base: Path) -> None:
    result = pir(base, "causes", "assign", "process/handover", "--where", "status=draft", "--as", "factor", "--yes")
    assert result.exit_code == 0, result.output
    text = (base / "kb/pirs/2025/PIR-2025-0102.md").read_text("utf-8")
    assert "contributing_factors: [process/handover]" in text
    before = (base / "kb/pirs/2025/PIR-2025-0001.md").read_text("utf-8")
    kept = pir(base, "causes", "assign", "process/handover", "PIR-2025-0001", "--yes")
    assert "PIR-2025-0001 is left out: its trigger is change/expired-certificate already" in kept.stderr
    assert (base / "kb/pirs/2025/PIR-2025-0001.md").read_text("utf-8") == before


def test_a_new_cause_is_drafted_from_a_group_and_can_be_assigned(base: Path) -> None:
    number = next(
        n
        for n, g in enumerate(json.loads(pir(base, "causes", "suggest", "--json").stdout)["groups"], 1)
        if not g["cause"]
    )
    made = pir(base, "causes", "suggest", "--group", str(number), "--new", "kitchen/boiling-over")
    assert made.exit_code == 0, made.output
    text = (base / "kb/causes/kitchen/boiling-over.md").read_text("utf-8")
    assert "name: Boiling over\n" in text
    assert "Teapot whistled" in text
    assert "pir causes assign kitchen/boiling-over PIR-2025-0104 PIR-2025-0105" in made.stderr
    again = pir(base, "causes", "suggest", "--group", str(number), "--new", "kitchen/boiling-over")
    assert "already exists" in again.stderr
    assert pir(base, "causes", "assign", "kitchen/boiling-over", "PIR-2025-0104", "--yes").exit_code == 0
    assert pir(base, "check", "kb/causes").exit_code == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"review,suggested,accept\nPIR-2025-0101,capacity/disk-full,\n", "no row is accepted"),
        (b"review,accept\n", "line 1: the column 'suggested' is missing"),
        (b"review,suggested,accept\nPIR-2025-0101,,yes\n", "line 2: no cause is suggested for PIR-2025-0101"),
        (b"review,suggested,accept\nPIR-2025-0101,,capacity/disk-fall\n", "did you mean 'capacity/disk-full'"),
        (b"review,suggested,accept\nPIR-2025-9999,,capacity/disk-full\n", "there is no review 'PIR-2025-9999'"),
        (b"review,suggested,accept\n,,capacity/disk-full\n", "line 2: a cause is accepted, but no review is named"),
        (b"review,suggested,accept\n\xff\n", "is not UTF-8"),
        (
            b"review,suggested,accept\nPIR-2025-0101,,capacity/disk-full\nPIR-2025-0101,,process/handover\n",
            "line 3: PIR-2025-0101 has another cause on line 2",
        ),
    ],
)
def test_a_list_that_cannot_be_understood_is_refused_at_its_line(base: Path, content: bytes, message: str) -> None:
    (base / "list.csv").write_bytes(content)
    result = pir(base, "causes", "assign", "--from", str(base / "list.csv"), "--yes")
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["assign"], "name a CAUSE and the reviews"),
        (["assign", "process/handover"], "name a review by its id"),
        (["assign", "process/handovr", "PIR-2025-0101"], "did you mean 'process/handover'"),
        (["assign", "process/handover", "LL-0001"], "is a lesson, not a review"),
        (["suggest", "--write", "nowhere/list.csv"], "nowhere does not exist"),
        (["suggest", "--new", "a/b"], "--new needs --group"),
        (["suggest", "--group", "99"], "there is no group 99"),
        (["suggest", "--group", "1", "--new", "No Id"], "is not the id of a cause"),
    ],
)
def test_wrong_usage_is_refused_in_a_sentence(base: Path, arguments: list[str], message: str) -> None:
    result = pir(base, "causes", *arguments)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
