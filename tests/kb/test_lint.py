"""The lint of wording and evidence: what it says, and above all where it keeps quiet."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.changed_files import DRAFT, REVIEW, change, check_changed, draft_lesson, messages, places
from helpers.knowledge_base import FILES

from mkdocs_pir.kb import lint
from mkdocs_pir.kb.record_files import read_record
from mkdocs_pir.kb.texts import Texts


def codes_of(changes: dict[str, str]) -> list[str]:
    """The codes that the lint of wording finds in one file, without a knowledge base around it."""
    ((path, text),) = changes.items()
    entry, problems = read_record(path.removeprefix("kb/"), text.encode())
    assert [p for p in problems if p.severity == "error"] == []
    return [problem.code for problem in (*lint.blame(entry, Texts()), *lint.wording(entry))]


SECRETS = (
    "AccountKey=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
    "client_secret: 8aK2!pQz77",
    '"password": "hunter2hunter2"',
    "postgres://records:s3cr3tword@db-2/records",
    "https://hooks.slack.com/services/T0AB12CD/B0AB12CD/abcdefgh1234",
    "glpat-0123456789abcdefghij",
    "github_pat_0123456789abcdefghij0123456789abcdefghij01",
    "sk_live_0123456789abcdef",
    "AIzaSyA0123456789abcdefghijklmnopqrstuv",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----",
    "-----BEGIN PRIVATE KEY-----",
)

NO_SECRETS = (
    "Token: expired at 02:10.",
    "password: removed",
    "token = fetch_token(client)",
    "secret: /etc/keys/listener",
    "api_key=API_KEY",
    "https://user:<removed>@db-2/records",
    "ssh://git@host.example:22/records",
    "The token endpoint answered 401.",
)


@pytest.mark.parametrize("words", SECRETS)
@pytest.mark.parametrize("form", ["{}", "    {}", "> {}", "Say `{}` to it.", "```\n{}\n```"])
def test_a_secret_is_found_wherever_it_stands(form: str, words: str) -> None:
    assert codes_of(draft_lesson(body=f"\n{form.format(words)}\n")) == ["PIR406"]


@pytest.mark.parametrize("words", NO_SECRETS)
def test_words_about_a_secret_are_none(words: str) -> None:
    assert codes_of(draft_lesson(body=f"\n{words}\n")) == []


BLAME = "This was user error, and it should have been seen."


@pytest.mark.parametrize(
    "body",
    [
        f"\n> {BLAME}\n",
        f"\n```\n{BLAME}\n```\n",
        f"\n    {BLAME}\n",
        f"\nThe log said `{BLAME}` again.\n",
        "\nWe assumed user error at the time.\n",
        "\nThis was not human error.\n",
        "\nThe network, rather than operator error, was the cause.\n",
        "\nReflect whether the limits should have been announced.\n",
        "\nStuck items should have been automatically retried by then.\n",
    ],
)
def test_quotations_and_questions_are_no_blame(body: str) -> None:
    assert codes_of(draft_lesson(body=body)) == []


def test_the_words_of_an_alert_are_no_blame_but_may_hold_a_secret() -> None:
    symptoms = "symptoms: ['ERR 17: user error', 'password=hunter2hunter2']\n"
    assert codes_of(draft_lesson(symptoms)) == ["PIR406"]


@pytest.mark.parametrize(
    "body",
    [
        "\nIt was not checked, so the team should have known.\n",
        "\n```\nlog\n```\n\nThe root cause was human error.\n",
        "\n> quoted\n\nAs `ls` shows, this was operator error.\n",
        "\nWe assumed the first. The second was user error.\n",
    ],
)
def test_blame_beside_code_and_quotations_is_found(body: str) -> None:
    assert codes_of(draft_lesson(body=body)) == ["PIR405"]


RELEASED = "audience: shared\nrelease: {approved_by: lead, on: 2025-05-01}\n"


@pytest.mark.parametrize(
    ("address", "person"),
    [
        ("anna.keller@larkfield.example", True),
        ("alerting@larkfield.example", True),
        ("service-desk@larkfield.example", False),
        ("mail-team@larkfield.example", False),
        ("db.alerts@larkfield.example", False),
        ("binder@googlegroups.com", False),
        ("users@lists.larkfield.example", False),
        ("ops@listserv.example", False),
        ("anna@mylists.example", True),
    ],
)
def test_addresses_of_persons_differ_from_those_of_teams_and_lists(address: str, person: bool) -> None:
    assert codes_of(draft_lesson(RELEASED, f"\nAsk {address} about it.\n")) == (["PIR407"] if person else [])
    assert codes_of(draft_lesson(body=f"\nAsk {address} about it.\n")) == []


# -- evidence -------------------------------------------------------------------------------------------------------------


def acting(title: str, *more: str) -> dict[str, str]:
    """A draft of a review with one action, which everything but its words is right about."""
    fields = [f"id: A1\n    title: {title}", "status: open", "due: 2026-10-15", "owner: mail team", *more]
    return {
        "kb/pirs/2026/PIR-2026-0001.md": "---\nid: PIR-2026-0001\ntitle: Late mail\nclient: quellmark\nstatus: draft\n"
        "actions:\n  - " + "\n    ".join(fields) + "\n---\n"
    }


VAGUE = (
    "Improve the monitoring of queues",
    "Consider a second gateway",
    "Look into the retries",
    "Be more careful with late changes",
    "We should be more careful with late changes",
    "Train staff on the new gateway",
    "Remind everybody of the freeze",
    "Read release notes more carefully",
)


@pytest.mark.parametrize("title", VAGUE)
def test_an_action_whose_end_nobody_could_see_is_named_once(title: str, tmp_path: Path) -> None:
    found = check_changed(tmp_path, acting(title))
    assert places(found) == [("pirs/2026/PIR-2026-0001.md", 8, 12, "PIR409")]


@pytest.mark.parametrize("title", VAGUE)
def test_an_end_that_can_be_seen_makes_any_title_good(title: str, tmp_path: Path) -> None:
    assert check_changed(tmp_path, acting(title, "done_when: a test alert is answered within five minutes")) == []


@pytest.mark.parametrize(
    "title", ["Probe every listener", "Write the considered limits down", "Discussed limits are enforced"]
)
def test_a_plain_title_is_not_called_vague(title: str, tmp_path: Path) -> None:
    assert "PIR409" not in {p["code"] for p in check_changed(tmp_path, acting(title))}


@pytest.mark.parametrize("owner", ["TBD", "everyone", "the team", "'?'", "N/A"])
def test_an_owner_who_is_nobody_is_none(owner: str, tmp_path: Path) -> None:
    action = {k: v.replace("mail team", owner) for k, v in acting("Probe it", "done_when: it alerts").items()}
    found = check_changed(tmp_path, action)
    assert [p["code"] for p in found] == ["PIR401"]
    assert "names nobody" in messages(found)


TABLE = "| Time (UTC) | What happened | Evidence |\n|---|---|---|\n| 02:52 | The probe raises an alert | monitoring |\n"

ROW = FILES[f"kb/{REVIEW}"].split("\n").index(TABLE.split("\n")[2]) + 1


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (TABLE.replace("monitoring", ""), [("PIR410", ROW)]),
        (TABLE.replace("monitoring", "TBD"), [("PIR410", ROW)]),
        (TABLE + "| 03:10 | Restarted \\| retried | |\n", [("PIR410", ROW + 1)]),
        (
            TABLE.replace(" Evidence |", "").replace("---|---|---", "---|---").replace(" monitoring |", ""),
            [("PIR410", ROW)],
        ),
        ("Nothing was written down.\n", [("PIR411", 6)]),
        (TABLE, []),
        (TABLE.replace("Evidence", "Evidence and source"), []),
    ],
)
def test_a_closed_review_shows_what_happened(table: str, expected: list[tuple[str, int]], tmp_path: Path) -> None:
    assert [(p["code"], p["line"]) for p in check_changed(tmp_path, change(REVIEW, (TABLE, table)))] == expected


def test_a_review_under_investigation_may_still_lack_evidence(tmp_path: Path) -> None:
    text = FILES[f"kb/{REVIEW}"].replace("| monitoring |", "| |").replace("status: closed", "status: internal-review")
    # shown to its client before the client review, which is a warning of its own
    assert [p["code"] for p in check_changed(tmp_path, {f"kb/{REVIEW}": text})] == ["PIR423"]


@pytest.mark.parametrize(("evidence", "codes"), [("", ["PIR412"]), ("evidence: the drill of June\n", [])])
def test_a_verified_lesson_says_what_shows_it(evidence: str, codes: list[str], tmp_path: Path) -> None:
    lesson = draft_lesson(evidence + "verified_on: 2026-04-21\n")
    lesson = {path: text.replace("status: draft", "status: verified") for path, text in lesson.items()}
    found = check_changed(tmp_path, lesson)
    assert [(p["code"], p["path"]) for p in found] == [(code, DRAFT) for code in codes]
