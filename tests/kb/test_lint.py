"""The lint of wording and evidence: what it says, and above all where it keeps quiet."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.changed_files import DRAFT, REVIEW, change, check_changed, draft_lesson, messages, places
from helpers.knowledge_base import FILES

from mkdocs_pir.kb import blame, lint
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


SAID_OF_PEOPLE = (
    "The root cause was human error.",
    "This was due to operator error.",
    "The team should have tested it.",
    "It should not have been done.",
    "They ought to have known.",
    "The renewal should have been caught.",
    "A careless change.",
    "The vendor is to blame.",
    "Mr Brown broke it.",
    "Then Anna Keller forgot the second port.",
    "This was user error, and it should have been seen.",
    "We should have tested the failover.",
    "The engineer on call should have escalated sooner.",
    "The on-call engineer should've checked the dashboard first.",
    "Support should have called the client back.",
    "This shouldn't have been rushed to production.",
    "The change should never have been merged.",
    "Somebody should have noticed the alert.",
    "He should have known better.",
    "The database team in Berlin should have been consulted.",
    "- Should have done the storage engine change on only 1 host and wait",
    "We should have been more careful.",
    "The operator should have read the runbook.",
    "The operator was at fault.",
    "Members of the team should have spoken up.",
    "Anna Keller should have known.",
    "Anna Keller ignored the alert for an hour.",
    "The reviewer should not have approved this.",
    "Errors like this should have been caught in review.",
    "This issue should have been fixed before we released.",
    "The outage was caused by human error.",
    "Human errors led to a lockout.",
    "It was negligence on the part of the vendor.",
    "I should have considered the maximum size.",
    "The developers should have documented it.",
    "The admin should have asked.",
    "In hindsight, we probably should have rolled back immediately.",
    "Nobody tested it, which should have been done.",
    "The certificate should have been renewed in advance.",
    "The manager should have been informed.",
    "You should have checked.",
    "The limits should have been announced to the client.",
    "Alerting should have been tested before the release.",
    "Dr. Keller missed the warning.",
    "- It was rushed, and the monitors should have been tested before the release.",
    "The change was reviewed by nobody (it should have been checked).",
    "John should have double-checked the firewall rule before applying it.",
    "The DBA should have taken a backup.",
    "Our supplier should have warned us.",
    "The deployment team should have waited for approval.",
    "The sysadmin should have known that the disk was full.",
    "They should have told the client.",
    "The on-call person should have acknowledged the page earlier.",
    "You should have read the runbook.",
    "Nobody should have deployed on a Friday.",
    "The junior engineer should not have had access to production.",
    "This change should not have been deployed on a Friday.",
    "Proper testing should have been done.",
    "More care should have been taken.",
    "The configuration should have been checked by a second person.",
    "The incident should have been escalated immediately.",
    "We ought to have monitored the queue.",
    "It was caused by operator error during the failover.",
    "An operator error took down the cluster.",
    "The outage was due to user error on our side.",
    "Carelessness during the upgrade led to data loss.",
    "The network team was at fault.",
    "The contractor is to blame for the delay.",
    "Mrs. Jones ignored three warnings.",
    "Peter Smith overlooked the second step.",
    "The reviewers should have seen this bug.",
    "Management should have approved the budget.",
    "I should've noticed the typo.",
    "The support agent should have followed the procedure.",
    "The customer's admin should have renewed the licence.",
    "The release manager should never have approved this change.",
)
"""Sentences that judge people by what is known today."""

SAID_OF_SYSTEMS = (
    "The nodes should have waited.",
    "The pods should have restarted.",
    "The alert should have fired.",
    "The queue should have been drained by the worker.",
    "Users should have seen a banner.",
    "You should have received an email.",
    "All customers should have regained access.",
    "The issue should now have been resolved.",
    "Downstream actions were delayed and should have been automatically corrected as the backlog was processed.",
    "Each repository should have defined owners.",
    "We should have automated tests.",
    "We should have documented procedures for this.",
    "The Kubernetes operator should have reconciled it.",
    "The Prometheus operator was at fault.",
    "Our VM was not at fault.",
    "A bad disk was at fault.",
    "The load balancer is to blame.",
    "What should have been done differently",
    "No impact should have been seen by customers.",
    "It took longer than it should have taken.",
    "To reduce the risk of human error we automated it.",
    "Automation avoids human error.",
    "The user error rate rose to 4%.",
    'The report said "human error" again.',
    "Cluster Autoscaler ignored the setting.",
    "Google Cloud ignored our limits.",
    "The on-call engineer should have been paged by the alert.",
    "The on-call engineer should have been paged.",
    "The header should have been set by the proxy.",
    "Requests should have been retried automatically.",
    "users should not have had lingering files",
    "some GitHub statuses that should've been removed earlier are still there",
    "It should not have been possible for a single user to upload that much.",
    "The cache should have expired.",
    "This should have fixed the issue.",
    "Monitoring should have caught it.",
    "The script should have failed.",
    "The failover should have happened within a minute.",
    "Traffic should have been routed to the other region.",
    "Was this something the team should have known?",
    "The process is prone to human error.",
    "We should have everything fixed by noon.",
    "Both servers should have been rebooted by the scheduler.",
    "The deployment should have updated the config map.",
    "We had fewer nodes than we should have had.",
    "Your tech lead should have already set up access for you.",
    "Each change should have been reviewed.",
    "It may fail from causes such as misconfiguration, power loss or operator error.",
    "NEGLIGENCE OR OTHERWISE ARISING IN ANY WAY",
    "The nodes should have waited for the quorum.",
    "Pods should have been evicted by the autoscaler.",
    "The load balancer should have removed the unhealthy host.",
    "The retry logic should have backed off.",
    "Failover should have kicked in after 30 seconds.",
    "The secondary should have taken over.",
    "The circuit breaker should have opened.",
    "Messages should have been delivered by now.",
    "Your service should have recovered.",
    "All systems should have returned to normal.",
    "Services should have been restored as of 14:00 UTC.",
    "Some customers should have received an email from us.",
    "Alerts should have been triggered when latency rose.",
    "The health check should have failed.",
    "Backups should have been created every night by the cron job.",
    "The API should have returned a 429.",
    "This metric should have been zero.",
    "The lock should have prevented a second run.",
    "The cluster operator should have restarted the pod.",
    "A valid certificate should have been served.",
    "The replica should have had the same data.",
    "The user should have been redirected to the login page.",
    "Requests should not have been routed to the drained node.",
    "Deleted rows should not have been visible.",
    "The job should not have run twice.",
    "The feature flag should have been off.",
    "These errors should not have been shown to end users.",
    "The config should have been picked up on reload.",
    "Human error is never a root cause.",
    "To eliminate human error, the step is now automated.",
    "A guard against operator error was added.",
    "We want to prevent human errors like this.",
    'The UI shows "user error" for every failure.',
    "User error reports went up.",
    "At no point was the network at fault.",
    "It is unclear what was to blame.",
    "A faulty switch was to blame.",
    "DNS was to blame, as always.",
    "The scheduler should have known about the taint.",
    "The probe should have noticed that the port was closed.",
    "The monitoring system should have alerted us.",
    "Each team should have its own runbook.",
    "We should have redundant links by the end of March.",
    "Every service should have documented limits.",
    "New hires should have completed the training within a month.",
    "The data should have been encrypted at rest.",
    "What should we have done differently?",
    "Where should the alert have gone?",
    "The build should have been reproducible.",
    "Caches should have been cleared automatically after the deploy.",
)
"""Sentences of like wording, as they stand in real reports, which judge nobody."""


@pytest.mark.parametrize("sentence", SAID_OF_PEOPLE)
def test_blame_of_people_is_found(sentence: str) -> None:
    assert list(blame.phrases(sentence)) != []


@pytest.mark.parametrize("sentence", SAID_OF_SYSTEMS)
def test_the_same_words_of_systems_are_no_blame(sentence: str) -> None:
    assert list(blame.phrases(sentence)) == []


def test_tags_are_no_sentences() -> None:
    assert codes_of(draft_lesson("tags: [human error]\n")) == []


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
