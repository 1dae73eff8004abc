"""Make a sound knowledge base of any size, the same for the same number, for measuring.

    python -m benchmarks.generate DIR [--records 1000] [--reviews N] [--clients 20] [--seed 7]

`pir check --strict` finds nothing in it: what clients see is approved, with fingerprints. Records are written one by
one and approved by the thousand, so that 50,000 need no more memory than 1,000.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

from mkdocs_pir.editions.approval_fingerprints import fingerprint
from mkdocs_pir.kb import loading, settings

CLIENTS, SERVICES, FAMILIES = 20, 40, 8
BATCH = 1000
"""How many records are approved at once."""
CONFIG = """site_name: Measured
docs_dir: kb
exclude_docs: "*"
theme: {name: material}
plugins:
  - pir:
      record_format: 2
      as_of: 2026-09-30
"""
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


def write(folder: Path, records: int = 1000, *, reviews: int = 0, clients: int = CLIENTS, seed: int = 7) -> None:
    """Write mkdocs.yml and kb/ with so many reviews and lessons, and some hundred clients, services and causes.

    Of `records`, 7 of 10 are reviews; `reviews` says their number instead, and brings 3 lessons for 7 of them.
    """
    rng = random.Random(seed)
    kb = folder / "kb"
    _file(folder / "mkdocs.yml", CONFIG)
    for n in range(clients):
        _file(
            kb / f"clients/client-{n:02}.md",
            f"---\nid: client-{n:02}\nname: Client number {n:02} Ltd\nsince: 2010-01-01\n---\n",
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
                f"---\nid: {id_}\nname: Cause {WORDS[family * 6 + n]}\ndefinition: {_text(rng, 20)}\naudience: shared\n"
                "release: {approved_by: vp-services, on: 2026-01-01}\n---\n",
            )
    pirs = reviews or records * 7 // 10
    lessons = pirs * 3 // 7 if reviews else records - pirs
    rows = ["id,client,service,severity,opened,resolved,cause,pir_required,pir"]
    for n in range(pirs):
        rows.append(_pir(kb, rng, n, causes, lessons, clients))
    for n in range(lessons):
        _lesson(kb, rng, n, causes, pirs)
    _file(kb / "registers/incidents.csv", "\n".join(rows) + "\n")
    ids = [*causes, *(f"client-{n:02}" for n in range(clients)), *(f"service-{n:02}" for n in range(SERVICES))]
    ids += [*map(_pir_id, range(pirs)), *map(_lesson_id, range(lessons))]
    files = sorted(file for name in ("causes", "pirs", "lessons") for file in (kb / name).rglob("*.md"))
    batches = [files[start : start + BATCH] for start in range(0, len(files), BATCH)]
    if len(batches) == 1:
        _approve(folder, files, ids)
        return
    # a process for each batch, because reading keeps much of what it read for as long as its process lives
    with ProcessPoolExecutor(max_tasks_per_child=1, mp_context=get_context("spawn")) as pool:
        for _ in pool.map(_approve, repeat(folder), batches, repeat(ids)):
            pass


def _approve(folder: Path, files: Sequence[Path], ids: Iterable[str]) -> None:
    """Add to the releases of some records the fingerprints of what they show; of others only the ids matter to it."""
    with tempfile.TemporaryDirectory() as scratch:
        for file in (folder / "mkdocs.yml", *files):
            copy = scratch / file.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        kb = loading.load(settings.read(Path(scratch) / "mkdocs.yml"))
        with_all_ids = replace(kb, record_files=dict.fromkeys(ids) | dict(kb.record_files))
        for entry in kb.record_files.values():
            path = folder / "kb" / entry.path
            release = rf"\1, content: {fingerprint(with_all_ids, entry)}}}"
            _file(path, re.sub(r"^(release: \{.*)\}$", release, path.read_text("utf-8"), count=1, flags=re.M))


def _pir_id(n: int) -> str:
    return f"PIR-{2016 + n % 10}-{n:05}"


def _lesson_id(n: int) -> str:
    return f"LL-{n:05}"


def _pir(kb: Path, rng: random.Random, n: int, causes: list[str], lessons: int, clients: int) -> str:
    year, id_ = 2016 + n % 10, _pir_id(n)
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
        f"root_cause: {_text(rng, 20)}\nworkaround: {_text(rng, 12)}\nlessons: [{_lesson_id(rng.randrange(lessons))}]\nactions:\n{actions}"
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
        kb / f"lessons/{_lesson_id(n)}.md",
        f"---\nid: {_lesson_id(n)}\ntitle: {_text(rng, 8)}\nstatus: applied\naudience: shared\nrelease: {{approved_by: vp-services, on: 2026-01-01}}\n"
        f"learned_from: [{_pir_id(source)}]\ncauses: [{rng.choice(causes)}]\nservices: [service-{n % SERVICES:02}]\n"
        f"symptoms: [{_text(rng, 5)}]\nlesson: {_text(rng, 18)}\nrecommendation: {_text(rng, 14)}\napplies_when: {_text(rng, 10)}\n---\n\n{sections}",
    )


def _text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choice(VOCABULARY) for _ in range(words))


def _file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that is empty or does not exist")
    parser.add_argument("--records", type=int, default=1000, help="reviews and lessons together (1000)")
    parser.add_argument("--reviews", type=int, default=0, help="the number of reviews, in place of --records")
    parser.add_argument("--clients", type=int, default=CLIENTS, help=f"the number of clients ({CLIENTS})")
    parser.add_argument("--seed", type=int, default=7, help="another number makes other words (7)")
    options = parser.parse_args()
    if options.folder.exists() and (not options.folder.is_dir() or any(options.folder.iterdir())):
        parser.error(f"{options.folder} is not an empty folder")
    if min(options.reviews or options.records, options.clients * 10) < 10:
        parser.error("a knowledge base has at least 10 records and 1 client")
    write(options.folder, options.records, reviews=options.reviews, clients=options.clients, seed=options.seed)
    print(f"{sum(1 for _ in options.folder.rglob('*.md')):,} records in {options.folder / 'kb'}")


if __name__ == "__main__":
    main()
