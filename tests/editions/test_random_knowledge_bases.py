"""Random knowledge bases: a client's edition holds all that is for the client, and nothing else.

Whole builds go through `pir build`: projection, rendering with MkDocs, audit, manifest, swap.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.canaries import all_words
from helpers.folders import read_files
from helpers.knowledge_base import load_base
from helpers.random_knowledge_bases import CANARY, RandomBase, find_canaries, make_base

from mkdocs_pir.editions.handover import AuditResult, prepare_audit
from mkdocs_pir.editions.project import editions, project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.editions.publish import publish_lock
from mkdocs_pir.editions.withheld_names import RecordNames
from mkdocs_pir.site.edition_builds import BuildContext, build_editions
from mkdocs_pir.site.edition_inputs import Inputs


def _published(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every client of a knowledge base with its published site."""
    kb = load_base(folder)
    assert not kb.errors, kb.errors[:3]
    clients = [edition for edition in editions(kb) if not edition.internal]
    audit = prepare_audit(kb, clients)
    with publish_lock(folder / "published") as work:
        for outcome in build_editions(BuildContext(kb, audit, folder / "published", work, {}, Inputs()), clients, 1):
            assert outcome.published is not None, [p.message for p in outcome.problems][:5]
            yield str(outcome.edition.client), outcome.published.folder


def _check(base: RandomBase, client: str, found: set[str]) -> None:
    known = {canary for canary in found if canary in base.seen_by}
    belongs = base.belongs(client)
    assert not known - belongs, f"leaked: {[(c, base.where[c]) for c in known - belongs]}"
    assert not belongs - known, f"missing: {[(c, base.where[c]) for c in belongs - known]}"


def _whole_builds(folder: Path, seeds: range) -> None:
    for seed in seeds:
        # a second client doubles the time; every second knowledge base has one
        base = make_base(seed, clients=1 + seed % 2)
        for client, site in _published(base.write(folder / str(seed))):
            _check(base, client, find_canaries(site))
            answers = site.parents[1] / f".pir/projections-clients-{client}"
            assert len(list(answers.iterdir())) == 1
            _check(base, client, find_canaries(site) | find_canaries(answers))


@pytest.mark.slow
@pytest.mark.parametrize("first", [0, pytest.param(5, marks=pytest.mark.nightly)])
def test_whole_builds_hold_every_canary_that_belongs_there_and_no_other(tmp_path: Path, first: int) -> None:
    _whole_builds(tmp_path, range(first, first + 5))


@pytest.mark.nightly
@pytest.mark.parametrize("first", range(10_000, 16_700, 100))  # 6,700 knowledge bases, half of them with two clients
def test_ten_thousand_whole_builds_hold_every_canary_that_belongs_there(tmp_path: Path, first: int) -> None:
    _whole_builds(tmp_path, range(first, first + 100))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "number"),
    [(1000, 20), *(pytest.param(first, 50, marks=pytest.mark.nightly) for first in range(1020, 3600, 500))],
)
def test_projections_hold_every_canary_that_belongs_there_and_no_other(tmp_path: Path, first: int, number: int) -> None:
    done = 0
    for seed in range(first, first + number):
        base = make_base(seed, clients=10)
        kb = load_base(base.write(tmp_path / str(seed)))
        assert not kb.errors, kb.errors[:3]
        # as when many editions are built by one process
        names = RecordNames(kb)
        for client in base.clients:
            _check(base, client, set(CANARY.findall(all_words(project(kb, Edition(client), names=names)))) | {client})
            done += 1
    assert done == 10 * number


def _of_others(base: RandomBase, client: str, seed: int) -> RandomBase:
    """The same knowledge base with records of another client added, renamed and changed."""
    chance = random.Random(seed)
    other = next(c for c in base.clients if c != client)
    files = {}
    for name, text in base.files.items():
        if name.startswith("kb/pirs/") and name.endswith(".md") and f"\nclient: {other}\n" in text:
            text = re.sub(r"^title: .*$", "title: Renamed", text, flags=re.M) + "\n## Summary again\nadded\n"
        if name == f"kb/clients/{other}.md":
            text = text.replace("since: 2020-01-01", "since: 2021-02-02") + "\nMore.\n"
            text = re.sub(r"^name: .*$", "name: Wholly Other Company", text, flags=re.M)
        files[name] = text
    new = f"PIR-2026-9{chance.randrange(1000):03}"
    files[f"kb/pirs/2026/{new}.md"] = (
        f"---\nid: {new}\ntitle: Brand new\nclient: {other}\nservices: [inner]\nstatus: draft\n---\n## Summary\nNew.\n"
    )
    files[f"kb/clients/{other}x.md"] = (
        f"---\nid: {other}x\nname: A New Client Entirely\naliases: [Anceent]\nsince: 2022-02-02\n---\n"
    )
    files["kb/services/third.md"] = "---\nid: third\nname: A third service\n---\n"
    files["kb/lessons/LL-0900.md"] = (
        f"---\nid: LL-0900\ntitle: Only for them\nstatus: draft\naudience: internal\nlearned_from: [{new}]\nlesson: It stays.\n---\n"
    )
    row = f"INC-9001,{other},mail,SEV-1,2026-05-04T02:52:00Z,2026-05-04T09:40:00Z,,true,{new}\n"
    files["kb/registers/incidents.csv"] += row
    files["kb/registers/satisfaction.csv"] += f"2026-06-25,{other},{new},1,5,Bad\n"
    return RandomBase(files, base.clients)


def _inside_only(base: RandomBase, client: str) -> RandomBase:
    """The same knowledge base with what is inside only of this client's own records changed."""
    files = {}
    for name, text in base.files.items():
        if f"\nclient: {client}\n" in text:
            for field in ("symptoms", "tags", "x-note", "workaround", "priority"):
                text = re.sub(rf"^({field}: \[?)[^\]\n]*", r"\1P3" if field == "priority" else r"\1altered inside", text, flags=re.M)  # fmt: skip
            text = re.sub(r"(owner|done_when|note|gap|reason|description): zq\w+", r"\1: altered inside", text)
            text = re.sub(r"(## Impact on us .*\n\n)zq\w+", r"\1altered inside", text)
        if name.startswith("kb/pirs/2026/kept-"):
            text = "altered inside"
        files[name] = text
    return RandomBase(files, base.clients)


def _without_rows(base: RandomBase, client: str) -> RandomBase:
    """The same knowledge base without any row of another client in the registers."""
    files = dict(base.files)
    other = next(c for c in base.clients if c != client)
    for name in ("kb/registers/incidents.csv", "kb/registers/satisfaction.csv"):
        files[name] = "\n".join(line for line in files[name].split("\n") if f",{other}," not in line)
    return RandomBase(files, base.clients)


def _without_records(base: RandomBase, client: str) -> RandomBase:
    """The same knowledge base without another client's reviews, with all that only these had."""
    other = next(c for c in base.clients if c != client)
    gone = {Path(name).stem for name, text in base.files.items() if f"\nclient: {other}\n" in text}
    files = _without_rows(base, client).files
    for name, text in list(files.items()):
        learned = any(f"\nlearned_from: [{id_}]" in text for id_ in gone)
        if any(id_ in name for id_ in gone) or (learned and "\naudience: shared\n" not in text):
            del files[name]
            continue
        for id_ in gone:
            text = text.replace(f"\nlearned_from: [{id_}]", "")
            # what the client's own records said of them is shown as words that name nothing
            text = re.sub(rf"\[\[{id_}\|([^\]]*)\]\]", r"\1", text).replace(id_, "another review")
        files[name] = text
    return RandomBase(files, base.clients)


def _without_client(base: RandomBase, client: str) -> RandomBase:
    """The same knowledge base without another client: its record, its reviews, its rows. What it shared stays."""
    other = next(c for c in base.clients if c != client)
    files = _without_records(base, client).files
    del files[f"kb/clients/{other}.md"]
    groups = files["synonyms.yml"].splitlines(keepends=True)
    files["synonyms.yml"] = "".join(group for group in groups if other not in group)
    assert not any(other in name + text for name, text in files.items())
    return RandomBase(files, [c for c in base.clients if c != other])


def _pairs(folder: Path, seeds: range) -> None:
    for seed in seeds:
        base = make_base(seed)
        client = base.clients[seed % 2]
        before = None
        for number, changed in enumerate(
            (
                base,
                _of_others(base, client, seed),
                _inside_only(base, client),
                _without_rows(base, client),
                _without_records(base, client),
                _without_client(base, client),
            )
        ):
            site = dict(_published_one(changed.write(folder / f"{seed}-{number}"), client))[client]
            before = before or read_files(site)
            now = read_files(site)
            assert now.keys() == before.keys(), f"seed {seed}, change {number}"
            different = [name for name in now if now[name] != before[name]]
            assert different == [], f"seed {seed}, change {number}: {different}"


def _published_one(folder: Path, client: str) -> Iterator[tuple[str, Path]]:
    kb = load_base(folder)
    assert not kb.errors, kb.errors[:3]
    with publish_lock(folder / "published") as work:
        works = BuildContext(kb, lambda site, edition: AuditResult(), folder / "published", work, {}, Inputs())
        for outcome in build_editions(works, [Edition(client)], 1):
            assert outcome.published is not None, outcome.problems
            yield client, outcome.published.folder


@pytest.mark.parametrize("seed", range(200, 202))
def test_an_edition_is_the_same_whatever_others_and_the_inside_do(tmp_path: Path, seed: int) -> None:
    _pairs(tmp_path, range(seed, seed + 1))


@pytest.mark.nightly
@pytest.mark.parametrize("first", range(20_000, 21_000, 100))
def test_a_thousand_editions_are_the_same_whatever_others_do(tmp_path: Path, first: int) -> None:
    _pairs(tmp_path, range(first, first + 100))
