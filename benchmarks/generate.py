"""Make a sound knowledge base of any size, the same for the same number, for measuring."""

from __future__ import annotations

import random
from pathlib import Path

CLIENTS, SERVICES, FAMILIES = 20, 40, 8
WORDS = [
    "queue",
    "gateway",
    "timeout",
    "certificate",
    "expired",
    "listener",
    "database",
    "replica",
    "failover",
    "lag",
    "cluster",
    "node",
    "pod",
    "memory",
    "disk",
    "volume",
    "latency",
    "request",
    "error",
    "rate",
    "retry",
    "backoff",
    "circuit",
    "breaker",
    "deploy",
    "rollback",
    "release",
    "config",
    "flag",
    "cache",
    "session",
    "token",
    "login",
    "network",
    "switch",
    "route",
    "packet",
    "loss",
    "dns",
    "resolver",
    "zone",
    "transfer",
    "firewall",
    "rule",
    "vendor",
    "ticket",
    "change",
    "window",
    "approval",
    "handover",
    "shift",
    "alert",
    "threshold",
    "probe",
    "dashboard",
    "metric",
    "log",
    "trace",
    "storage",
    "backup",
    "restore",
    "snapshot",
    "batch",
    "job",
    "payment",
    "order",
    "shipment",
    "invoice",
    "report",
    "desktop",
    "mail",
]
VOCABULARY = [*WORDS, *(one + other for one in WORDS for other in WORDS if one != other)]
"""Words enough that two records never share a line by chance, which the audit of a client's edition would find."""


def write(folder: Path, records: int, seed: int = 7, clients: int = CLIENTS) -> None:
    """Write mkdocs.yml and kb/ with about `records` records: 7 of 10 are PIRs, 3 of 10 lessons, the rest fixed."""
    rng = random.Random(seed)
    kb = folder / "kb"
    _file(
        folder / "mkdocs.yml",
        'site_name: Measured\ndocs_dir: kb\nexclude_docs: "*"\ntheme: {name: material}\nplugins:\n  - pir:\n      as_of: 2026-09-30\n',
    )
    for n in range(clients):
        _file(
            kb / f"clients/client-{n:02}.md",
            f"---\nid: client-{n:02}\nname: Client number {n:02} Ltd\nsince: 2019-01-01\n---\n",
        )
    for n in range(SERVICES):
        _file(
            kb / f"services/service-{n:02}.md",
            f"---\nid: service-{n:02}\nname: Service {WORDS[n]} {n:02}\nowner: team {n % 7}\n---\n",
        )
    causes = []
    for family in range(FAMILIES):
        for n in range(6):
            id_ = f"family-{family}/cause-{n}"
            causes.append(id_)
            _file(
                kb / f"causes/{id_}.md",
                f"---\nid: {id_}\nname: Cause {WORDS[family * 6 + n]}\ndefinition: {_text(rng, 20)}\naudience: shared\n---\n",
            )
    pirs = records * 7 // 10
    lessons = records - pirs
    rows = ["id,client,service,severity,opened,resolved,cause,pir_required,pir"]
    for n in range(pirs):
        rows.append(_pir(kb, rng, n, causes, lessons, clients))
    for n in range(lessons):
        _lesson(kb, rng, n, causes, pirs)
    _file(kb / "registers/incidents.csv", "\n".join(rows) + "\n")


def _pir(kb: Path, rng: random.Random, n: int, causes: list[str], lessons: int, clients: int) -> str:
    year, id_ = 2016 + n % 10, f"PIR-{2016 + n % 10}-{n:05}"
    client, service = f"client-{rng.randrange(clients):02}", f"service-{rng.randrange(SERVICES):02}"
    month, day, hour = rng.randrange(1, 13), rng.randrange(1, 28), rng.randrange(0, 20)
    at = f"{year}-{month:02}-{day:02}T{hour:02}"
    trigger, factor = rng.sample(causes, 2)
    actions = "".join(
        f"  - {{id: A{k}, title: {_text(rng, 7)}, type: prevent, owner: team {k}, created: {year}-{month:02}-{day:02}, due: {year + 1}-01-15,"
        f" status: done, completed: {year + 1}-01-10, done_when: {_text(rng, 8)}, causes: [{trigger}], audience: client}}\n"
        for k in range(1, 4)
    )
    sections = "".join(
        f"## {title}\n\n{_text(rng, 90)}.\n\n"
        for title in (
            "Summary",
            "Impact",
            "Detection",
            "Response",
            "Root cause",
            "What went well",
            "What went wrong",
            "What we are changing",
        )
    )
    timeline = "## Timeline\n\n| Time | What happened | Evidence |\n|---|---|---|\n" + "".join(
        f"| {at}:{k}0 | {_text(rng, 8)} | {_text(rng, 3)} |\n" for k in range(1, 6)
    )
    _file(
        kb / f"pirs/{year}/{id_}.md",
        f"---\nid: {id_}\ntitle: {_text(rng, 7)}\nclient: {client}\nservices: [{service}]\nstatus: closed\nseverity: SEV-{rng.randrange(1, 5)}\n"
        f"audience: client\nrelease: {{approved_by: service-delivery-manager, on: {year + 1}-02-01}}\n"
        f"initiated: {{by: client, on: {year}-{month:02}-{day:02}, reason: extended outage}}\nincidents: [INC-{n:06}]\n"
        f"times: {{impact_start: {at}:00:00Z, detected: {at}:12:00Z, acknowledged: {at}:15:00Z, mitigated: {at}:40:00Z, resolved: {at}:55:00Z}}\n"
        f"detection: {{by: monitoring, gap: {_text(rng, 6)}}}\nsymptoms: [{_text(rng, 5)} code {n}, {_text(rng, 5)}]\n"
        f"impact: {{summary: {_text(rng, 14)}, users: {rng.randrange(5000)}, sla_breached: true}}\ntrigger: {trigger}\ncontributing_factors: [{factor}]\n"
        f"root_cause: {_text(rng, 20)}\nworkaround: {_text(rng, 12)}\nlessons: [LL-{rng.randrange(lessons):05}]\nactions:\n{actions}"
        f"reviews:\n  - {{kind: internal, on: {year + 1}-01-20, feedback_applied: {year + 1}-01-21}}\n"
        f"  - {{kind: client, on: {year + 1}-01-25, feedback_applied: {year + 1}-01-26}}\ntags: [{WORDS[n % len(WORDS)]}]\n---\n\n{sections}{timeline}",
    )
    return f"INC-{n:06},{client},{service},SEV-2,{at}:12:00Z,{at}:55:00Z,{trigger},true,{id_}"


def _lesson(kb: Path, rng: random.Random, n: int, causes: list[str], pirs: int) -> None:
    source = rng.randrange(pirs)
    sections = "".join(
        f"## {title}\n\n{_text(rng, 80)}.\n\n" for title in ("Driving event", "Lesson", "What to do", "How to verify")
    )
    _file(
        kb / f"lessons/LL-{n:05}.md",
        f"---\nid: LL-{n:05}\ntitle: {_text(rng, 8)}\nstatus: applied\naudience: shared\nrelease: {{approved_by: vp-services, on: 2026-01-01}}\n"
        f"learned_from: [PIR-{2016 + source % 10}-{source:05}]\ncauses: [{rng.choice(causes)}]\nservices: [service-{n % SERVICES:02}]\n"
        f"symptoms: [{_text(rng, 5)}]\nlesson: {_text(rng, 18)}\nrecommendation: {_text(rng, 14)}\napplies_when: {_text(rng, 10)}\n---\n\n{sections}",
    )


def _text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choice(VOCABULARY) for _ in range(words))


def _file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
