"""The audit raises no false alarm on editions that hold what they may hold, however close that is to the rest."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from helpers.canaries import project_unsound, write_edition
from helpers.knowledge_base import REVIEW, load_base, write_base
from helpers.repository import ROOT

from mkdocs_pir.editions.audit import Auditor
from mkdocs_pir.editions.audit.fingerprints import Fingerprints
from mkdocs_pir.editions.audit.normalise import divided, fold
from mkdocs_pir.editions.audit.raw_texts import RawText


def _words(text: str) -> list[str]:
    return text.split()


WORDS = _words("""account address alarm archive backup balance batch branch buffer cache call card certificate change check client
clock cluster code configuration connection container controller database deadline delay desk device disk document
domain drive engineer error event export failover field file filter firewall folder gateway group header host hour
identity image import index instance interface invoice job journal key layer lease ledger limit listener load lock log
login loop machine mail maintenance manager mapping master memory message migration minute mirror module monitor mount
name network node note notice number office operator order outage owner packet page panel parameter partition password
patch path payment peak permission phone pipeline plan platform pointer policy pool port portal printer process profile
proxy pump query queue quota rack range record region register release relay replica report request resolver response
restart result retry role rollback rollout root route router rule sample schedule script sensor server service session
shard share shift signal site slot snapshot socket source space stage standby state station step storage store stream
supplier switch system table tape target task team template terminal test thread threshold ticket till timeout token tool
topic traffic tunnel unit update upgrade user value vault vendor version view volume warning watchdog window worker zone
acknowledgement administrator authentication availability communication containerised dependency documentation
encryption environment escalation infrastructure investigation misconfiguration notification orchestration
performance provisioning reconciliation replication subscription synchronisation throughput verification""")
VERBS = _words("stopped failed filled restarted waited dropped refused lost repeated ended ran broke stalled returned")
JOINS = _words("because after while before although since until whenever where")
FIRST = _words("""Alder Bramble Calder Dunmore Elling Farrow Gransden Hollis Ingram Jarrow Kelling Lorne Marlow Nettle Oakham
Penrose Quarry Rookwood Selby Thorne Ulver Varley Wexford Yarrow Zennor Northgate Eastwick Harbour Summit Cross""")
LAST = _words(
    "Foods Bank Water Health Stores Freight Motors Textiles Council Insurance Rail Energy Schools Mutual Print"
)


class Maker:
    """A knowledge base at random, whose records say much the same of different clients."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._said: set[tuple[str, ...]] = set()
        names = self.random.sample([f"{first} {last}" for first in FIRST for last in LAST], 4)
        self.clients = {name.lower().replace(" ", "-"): name for name in names}

    def sentence(self) -> str:
        """A sentence without eight words in a row that another has: those would be a quotation."""
        while True:
            said = self._any_sentence()
            words = re.findall(r"[\w']+", said.lower())
            rows = set(zip(*(words[n:] for n in range(8)), strict=False))
            if rows.isdisjoint(self._said):
                self._said |= rows
                return said

    def _any_sentence(self) -> str:
        pick = self.random.choice
        some = self.random.randint(2, 900)
        return pick(
            [
                f"The {pick(WORDS)} of the {pick(WORDS)} {pick(VERBS)} {pick(JOINS)} the {pick(WORDS)} {pick(WORDS)} {pick(VERBS)}.",
                f"At {some // 60 % 24:02}:{some % 60:02} the {pick(WORDS)} {pick(VERBS)} and {some} users saw an {pick(WORDS)} error.",
                f"Check **{pick(WORDS)}** on `{pick(WORDS)}-{some:03}` [first](https://docs.example/{pick(WORDS)}/{some}).",
                f"It's the {pick(WORDS)}'s {pick(WORDS)}; nobody had looked at the {pick(WORDS)} for {some} days.",
            ]
        )

    def prose(self) -> str:
        lines = [self.sentence() for _ in range(self.random.randint(1, 4))]
        return self.random.choice(
            [" ".join(lines), "\n".join(f"- {line}" for line in lines), "\n\n".join(lines),
             "| when | what |\n|---|---|\n" + "\n".join(f"| 0{n}:10 | {line} |" for n, line in enumerate(lines))]
        )  # fmt: skip

    def phrase(self) -> str:
        return " ".join(self.random.sample(WORDS, 3)).capitalize()

    def files(self) -> dict[str, str]:
        pick = self.random.choice
        files = {
            "mkdocs.yml": 'site_name: Quiet\ndocs_dir: kb\nexclude_docs: "*"\nplugins:\n  - pir:\n      as_of: 2026-09-30\n'
        }
        services = {f"{a}-{b}": f"{a} {b}" for a, b in (self.random.sample(WORDS, 2) for _ in range(5))}
        causes = {f"{pick(['change', 'process', 'capacity'])}/{a}-{b}": f"{a} {b}" for a, b in
                  (self.random.sample(WORDS, 2) for _ in range(5))}  # fmt: skip
        for id_, name in services.items():
            files[f"kb/services/{id_}.md"] = (
                f"---\nid: {id_}\nname: {name}\nowner: {pick(WORDS)} team\n---\n## Operations\n{self.prose()}\n"
            )
        for id_, name in causes.items():
            shared = pick(["audience: shared\n", ""])
            files[f"kb/causes/{id_}.md"] = (
                f"---\nid: {id_}\nname: {name}\ndefinition: {self._quoted(self.sentence())}\n{shared}---\n{self.prose()}\n"
            )
        rows = ["id,client,service,severity,opened,resolved,cause,pir_required,pir"]
        number = 0
        for id_, name in self.clients.items():
            letters = "".join(word[0] for word in name.split())
            files[f"kb/clients/{id_}.md"] = (
                f"---\nid: {id_}\nname: {name}\naliases: [{letters}QX, {name} Group]\ndomains: [{id_}.example]\nsince: 2020-01-01\n---\n{self.prose()}\n"
            )
            for _ in range(2):
                number += 1
                files[f"kb/pirs/2026/PIR-2026-{number:04}.md"] = self._review(number, id_, list(services), list(causes))
                rows.append(
                    f"INC-{1000 + number},{id_},{pick(list(services))},SEV-2,2026-03-04T02:52:00Z,2026-03-04T07:40:00Z,{pick(list(causes))},true,PIR-2026-{number:04}"
                )
                audience = pick(["audience: client\n", "audience: shared\n", ""])
                files[f"kb/lessons/LL-{number:04}.md"] = (
                    f"---\nid: LL-{number:04}\ntitle: {self.phrase()}\nstatus: validated\n{audience}release: {{approved_by: problem-manager, on: 2026-04-01}}\n"
                    f"learned_from: [PIR-2026-{number:04}]\nlesson: {self._quoted(self.sentence())}\nsymptoms: [{self._quoted(self.sentence())}]\n"
                    f"evidence: {self._quoted(self.sentence())}\ntags: [{pick(WORDS)}]\n---\n## Driving event\n{self.prose()}\n\n## Lesson\n{self.prose()}\n"
                )
        files["kb/registers/incidents.csv"] = "\n".join(rows) + "\n"
        files["kb/handbook/inside.md"] = f"---\ntitle: {self.phrase()}\n---\n{self.prose()}\n"
        return files

    def _review(self, number: int, client: str, services: list[str], causes: list[str]) -> str:
        pick = self.random.choice
        shown = pick(
            ["audience: client\nrelease: {approved_by: service-delivery-manager, on: 2026-04-20}\n"] * 3 + [""]
        )
        sections = "\n\n".join(
            f"## {title}\n\n{self.prose()}"
            for title in ("Summary", "Impact", "Timeline", "Detection", "Response", "Root cause", "What went well")
        )
        other = (number + 2) % 8 + 1
        return (
            f"---\nid: PIR-2026-{number:04}\ntitle: {self.phrase()}\nclient: {client}\nservices: [{pick(services)}]\nstatus: investigation\n"
            f"severity: SEV-2\npriority: P2\n{shown}initiated: {{by: client, on: 2026-03-05, reason: {self._quoted(self.sentence())}}}\n"
            f"incidents: [INC-{1000 + number}]\ntimes: {{impact_start: 2026-03-04T02:10:00Z, detected: 2026-03-04T02:52:00Z, resolved: 2026-03-04T07:40:00Z}}\n"
            f"detection: {{by: monitoring, gap: {self._quoted(self.sentence())}}}\nsymptoms: [{self._quoted(self.sentence())}]\n"
            f"impact: {{summary: {self._quoted(self.sentence())}, users: 20}}\ntrigger: {pick(causes)}\nroot_cause: {self._quoted(self.sentence())}\n"
            f"actions:\n  - {{id: A1, title: {self._quoted(self.sentence())}, status: open, owner: {pick(WORDS)} team, due: 2026-11-03, done_when: {self._quoted(self.sentence())}, audience: client}}\n"
            f"  - {{id: A2, title: {self._quoted(self.sentence())}, status: open, owner: {pick(WORDS)} team, due: 2026-11-03, done_when: {self._quoted(self.sentence())}}}\n"
            f"---\n{self.prose()}\n\n{sections}\n\nSee PIR-2026-{other:04} and [that one](PIR-2026-{other:04}.md).\n\n"
            f"/// internal\n{self.prose()}\n///\n"
        )

    @staticmethod
    def _quoted(text: str) -> str:
        return '"' + text.replace('"', "'").replace("\\", "") + '"'


def _alarms(folder: Path, seed: int) -> list[str]:
    maker = Maker(seed)
    for name, text in maker.files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    kb = load_base(folder)
    assert not kb.errors, kb.errors
    auditor = Auditor.read(folder / "kb")
    alarms = []
    for client in maker.clients:
        site = write_edition(project_unsound(kb, client), folder / "out" / client)
        noise = maker.random.randbytes(3000)
        (site / "assets" / "noise.js").write_text(f"var a='{noise.hex()}',b=[{','.join(map(str, noise[:200]))}];")
        report = auditor.audit(site, client)
        alarms += [f"seed {seed}, {client}: {f.file}: {f.message}" for f in report.findings]
    wrong = next(other for other in maker.clients if other != client)
    assert auditor.audit(site, wrong).findings, "what is meant for one client must not do for another"
    return alarms


def _run(folder: Path, seeds: range) -> None:
    alarms = [alarm for seed in seeds for alarm in _alarms(folder / str(seed), seed)]
    assert alarms == []


@pytest.mark.slow
def test_clean_sites_raise_no_alarm(tmp_path: Path) -> None:
    """Four sites a seed; nightly a thousand."""
    _run(tmp_path, range(2))


@pytest.mark.nightly
@pytest.mark.parametrize("first", range(1000, 1250, 25))
def test_a_thousand_clean_sites_raise_no_alarm(tmp_path: Path, first: int) -> None:
    _run(tmp_path, range(first, first + 25))


def test_every_client_of_the_demonstration_is_looked_for(tmp_path: Path) -> None:
    auditor = Auditor.read(ROOT / "kb")
    names = {
        client: next(s for s in auditor.kb.of("client") if s.id == client).fields["name"] for client in auditor.clients
    }
    assert len(names) == 6
    (tmp_path / "index.html").write_text("<br>".join(map(str, names.values())), "utf-8")
    for client in names:
        report = auditor.audit(tmp_path, client)
        assert {Path(finding.record).stem for finding in report.findings} == names.keys() - {client}
        assert report.not_looked_for == ()


@pytest.mark.parametrize(
    ("withheld", "shown", "found"),
    [
        ("services: [service-22]", "Same service. 22 October is the next release.", False),
        ("services: [service-22]", "It was service 22 that stopped.", True),
        ("workaround: restart policy-114 by hand", "<td>policy</td> <td>1</td> <td>1</td> <td>4 Mar</td>", False),
        ("workaround: restart policy-114 by hand", "<td>policy 114</td> <td>4 Mar</td>", True),
        ("workaround: restart share-085 by hand", "share,0.85,,false", False),
        ("workaround: restart share-085 by hand", "share/085,,false", True),
        ("workaround: restart share-085 by hand", "s.h.a.r.e.0.8.5", True),
        ("workaround: restart target-120 by hand", '"unit": "minutes", "target": 120, "met": null', False),
        ("workaround: restart target-120 by hand", '"unit": "target 120"', True),
        ("workaround: wait 15minutes", "It took 15 minutes.", False),
        ("tags: [centre closing]", "<h2>The update centre</h2><p>Closing on Tuesday</p>", False),
        ("tags: [centre closing]", "<p>Its centre, <br>closing as it does</p>", True),
        ("tags: [import investigation]", "Terminal import,investigation,2026", False),
        ("tags: [import investigation]", "Terminal import, investigation of it", True),
        ("tags: [change review]", '"causes": [\n  "change"\n ] } ],\n "reviews": [', False),
        ("times: {impact_start: 2016-02-15T00:00:00Z}", "Updated 2016-02-15T00:00:00Z.", False),
        ("times: {impact_start: 2016-02-15T04:17:00Z}", "Updated 2016-02-15T04:17:00Z.", True),
    ],
)
def test_what_the_software_or_a_full_stop_puts_together_is_no_leak(
    tmp_path: Path, withheld: str, shown: str, found: bool
) -> None:
    write_base(
        tmp_path, {"kb/lessons/LL-0002.md": f"---\nid: LL-0002\ntitle: Held back\nstatus: draft\n{withheld}\n---\n"}
    )
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(f"<p>{shown}</p>", "utf-8")
    report = Auditor.read(tmp_path / "kb").audit(site, "quellmark")
    assert bool(report.findings) is found, report.findings


def test_a_sentence_and_a_date_after_it_are_no_client(tmp_path: Path) -> None:
    write_base(
        tmp_path, {"kb/clients/client-16.md": "---\nid: client-16\nname: Wexford Rail\nsince: 2020-01-01\n---\n"}
    )
    site = tmp_path / "site"
    site.mkdir()
    page = site / "index.html"
    page.write_text("<p>Same trigger, same client. 16 Feb 2019.</p>", "utf-8")
    auditor = Auditor.read(tmp_path / "kb")
    assert auditor.audit(site, "quellmark").findings == ()
    page.write_text("<p>Same trigger, same client 16, in Feb 2019.</p>", "utf-8")
    assert auditor.audit(site, "quellmark").findings


def test_the_kind_of_a_record_its_id_and_its_name_are_no_other_record(tmp_path: Path) -> None:
    cause = "---\nid: change/{}\nname: {}\ndefinition: It was not measured.\n---\n"
    service = "---\nid: availability-desk\nname: Availability desk\naudience: {}\n---\n"
    site = tmp_path / "site"
    (site / "reviews").mkdir(parents=True)
    (site / "reviews" / "service-availability-desk.html").write_text("<h1>Service Availability desk</h1>", "utf-8")
    (site / "records.csv").write_text("service,availability-desk,Availability desk\n", "utf-8")
    for audience, betrayed in (("shared", set()), ("internal", {"service-availability", "desk-availability"})):
        write_base(tmp_path, {"kb/causes/change/service-availability.md": cause.format("service-availability", "Service availability"),
                       "kb/causes/change/desk-availability.md": cause.format("desk-availability", "Desk availability"),
                       "kb/services/availability-desk.md": service.format(audience)})  # fmt: skip
        findings = Auditor.read(tmp_path / "kb").audit(site, "quellmark").findings
        assert {Path(f.record).stem for f in findings} - {"availability-desk"} == betrayed


@pytest.mark.parametrize(
    ("text", "found"), [("the passwords of the vault", True), ("the passwords of \x00 the vault", False)]
)
def test_words_on_two_sides_of_a_barrier_are_no_ngram(text: str, found: bool) -> None:
    withheld = RawText("kb/a.md", "section", "Nobody had the passwords of the vault that night.", "prose")
    assert any(hit.key[0] == "ngram" for hit in Fingerprints([withheld]).find(fold(divided(text)))) is found


@pytest.mark.parametrize("length", range(78, 94))
def test_half_a_word_beside_an_escape_is_no_word(tmp_path: Path, length: int) -> None:
    write_base(tmp_path, {"kb/lessons/LL-0002.md": "---\nid: LL-0002\ntitle: Held back\nstatus: draft\n---\n## Evidence\nLast week she had looked at the replica for an hour.\n"})  # fmt: skip
    site = tmp_path / "site"
    site.mkdir()
    filler = "nothing " * 40
    text = f"{filler[:length]}. Nobody had looked at the replication.{filler}\\n{filler[-length:]}"
    (site / "notes.js").write_text(f'f("\\n{text}")', "utf-8")
    assert Auditor.read(tmp_path / "kb").audit(site, "quellmark").findings == ()


_NAMES = {
    "a file named by id and title": (
        "x-import: {from: 'PIR-2025-0001 - Mail stood still after a certificate expired.md'}\nservices: [mail-gateway]",
        "title: Held back",
        "<h1>PIR-2025-0001 Mail stood still after a certificate expired</h1>",
    ),
    "a link to such a file": (
        "root_cause: See <https://files.example/Held%20back%20for%20two%20good%20reasons.md>.\nservices: [mail-gateway]",
        "title: Held back for two good reasons",
        '<a href="https://files.example/Held%20back%20for%20two%20good%20reasons.md">it</a>',
    ),
    "services one after the other": (
        "services: [mail-gateway, name-service]",
        "title: mail-gateway/name-service",
        "<td>Mail gateway, name-service</td>",
    ),
}


@pytest.mark.parametrize("of", _NAMES)
def test_what_pages_put_side_by_side_of_shown_records_is_no_leak(tmp_path: Path, of: str) -> None:
    fields, title, page = _NAMES[of]
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(page, "utf-8")
    withheld = f"---\nid: LL-0002\n{title}\nstatus: draft\n---\n"
    for review, quiet in (
        (REVIEW.replace("services: [mail-gateway]", fields), True),
        (REVIEW, of.startswith("a file")),
    ):
        write_base(tmp_path, {"kb/lessons/LL-0002.md": withheld, "kb/pirs/2025/PIR-2025-0001.md": review})
        assert (Auditor.read(tmp_path / "kb").audit(site, "harbor-credit").findings == ()) is quiet


@pytest.mark.parametrize(
    ("title", "shown", "client", "found"),
    [
        ("uplink.example.org migration", "REVIEW now: uplink.example.org migration", "harbor-credit", False),
        ("Maintenance on uplink.example.org", "Maintenance on uplink.example.org and others", "harbor-credit", False),
        ("Maintenance on uplink.example.org", "Maintenance on uplink.example.org and others", "quellmark", True),
        ("Ring the bell", "Some other title", "harbor-credit", False),
    ],
)
def test_titles_of_one_kind_of_work_are_alike(tmp_path: Path, title: str, shown: str, client: str, found: bool) -> None:
    mine = "Mail stood still after a certificate expired"
    other = (
        REVIEW.replace("PIR-2025-0001", "PIR-2025-0002").replace(mine, f"'{title}'").replace("audience: client\n", "")
    )
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": REVIEW.replace(mine, f"'{shown}'"),
                   "kb/pirs/2025/PIR-2025-0002.md": other.replace("client: harbor-credit", f"client: {client}")})  # fmt: skip
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(f"<h1>{shown}</h1>", "utf-8")
    assert bool(Auditor.read(tmp_path / "kb").audit(site, "harbor-credit").findings) is found


def test_what_any_system_says_and_the_fields_of_published_data_betray_no_record(tmp_path: Path) -> None:
    said = "It failed with 'no space left on device'."
    withheld = (
        "---\nid: LL-0002\ntitle: No space left on device\nstatus: draft\n---\n## Evidence\nThe lifecycle of a disk.\n"
    )
    write_base(
        tmp_path,
        {"kb/lessons/LL-0002.md": withheld, "kb/pirs/2025/PIR-2025-0001.md": REVIEW.replace("See [[", f"{said} [[")},
    )
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(f"<p>{said}</p>", "utf-8")
    (site / "projection.json").write_text('{"holidays":[],"lifecycle":{"aims":[]}}', "utf-8")
    assert Auditor.read(tmp_path / "kb").audit(site, "harbor-credit").findings == ()


def test_an_id_within_a_shown_one_is_not_the_other_record(tmp_path: Path) -> None:
    write_base(tmp_path, {"kb/lessons/LL-0002.md": "---\nid: PIR-2025\ntitle: Held back\nstatus: draft\n---\n"})
    site = tmp_path / "site"
    site.mkdir()
    for page, quiet in (("See PIR-2025-0001.", True), ("See PIR-2025.", False), ("See PIR-2025-0002.", False)):
        (site / "index.html").write_text(page, "utf-8")
        assert (Auditor.read(tmp_path / "kb").audit(site, "harbor-credit").findings == ()) is quiet, page


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a.reports.example.org, reports and more", False),
        ("slow on a.reports.example.org and so on", False),
        ("the supplier has not answered since", True),
        ("#the-supplier-has-not-answered-since", True),
        ("the supplier has not-answered since", True),
    ],
)
def test_parts_of_the_name_of_a_host_are_no_words_of_a_sentence(text: str, found: bool) -> None:
    said = "Work on a.reports.example.org + reports. It was slow (a.reports.example.org). The supplier has not answered since."
    withheld = RawText("kb/a.md", "section", said, "prose")
    assert any(hit.key[0] == "ngram" for hit in Fingerprints([withheld]).find(fold(divided(text)))) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It ran on that platform 5 h 49 min.", False),
        ("It ran on that platform 5h 49min.", False),
        ("It ran on pl4tf0rmsh.", True),
        ("It ran on Platform.sh.", True),
    ],
)
def test_a_figure_and_its_unit_are_no_letters_of_a_name(tmp_path: Path, text: str, found: bool) -> None:
    write_base(
        tmp_path, {"kb/clients/platform-sh.md": "---\nid: platform-sh\nname: Platform.sh\nsince: 2020-01-01\n---\n"}
    )
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(f"<p>{text}</p>", "utf-8")
    assert bool(Auditor.read(tmp_path / "kb").audit(site, "quellmark").findings) is found


@pytest.mark.parametrize(
    ("shown", "is_found"),
    [
        ("Each client is a card with its figures.", False),
        ("What the client is shown", False),
        ("It was client-l5 that stopped.", True),
        ("It was client-15 that stopped.", True),
    ],
)
def test_words_without_a_digit_are_no_id_with_digits(tmp_path: Path, shown: str, is_found: bool) -> None:
    write_base(tmp_path, {"kb/clients/client-15.md": "---\nid: client-15\nname: Quillon Freight\n---\n"})
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(shown, "utf-8")
    report = Auditor.read(tmp_path / "kb", tmp_path / "mkdocs.yml").audit(site, "harbor-credit")
    assert bool(report.findings) == is_found
