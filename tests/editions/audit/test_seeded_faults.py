"""Seeded faults in the projection: whatever leaks through one is found by the audit alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from helpers.canaries import CLIENT, all_words, project_unsound, write_canaries, write_edition
from helpers.folders import read_texts
from helpers.knowledge_base import load_base
from helpers.mutants import Mutant, modules, mutants

from mkdocs_pir.editions.audit import Auditor
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import ProblemError

_CANARY = re.compile(r"zq[a-z]+|pir-2026-\d{4}|betaco|mail-[a-z]+|prb-\d{4}|ll-\d{4}|process/hidden-[a-z]+")


@dataclass(frozen=True)
class Base:
    """The canary knowledge base, its auditor, the canaries of each file, and those that the client's edition shows."""

    kb: KnowledgeBase
    auditor: Auditor
    records: dict[str, frozenset[str]]
    projected: frozenset[str]
    published: frozenset[str]

    @property
    def canaries(self) -> frozenset[str]:
        return frozenset().union(*self.records.values())


@dataclass
class Measure:
    """What became of faults: refused by the build, crashed on the way, or leaking; and what the audit missed of these."""

    tried: int = 0
    refused: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    leaky: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        caught = len(self.leaky) - len(self.missed)
        return (
            f"{self.tried} faults: {len(self.refused)} refused, {len(self.crashed)} crash, {len(self.leaky)} leak, "
            f"{caught} of these found by the audit"
        )


def _canaries(text: str) -> frozenset[str]:
    return frozenset(_CANARY.findall(text.casefold()))


def _by_file(folder: Path) -> dict[str, frozenset[str]]:
    """The canaries of each file of a folder, those in its name included."""
    return {name: _canaries(f"{name}\n{text}") for name, text in read_texts(folder).items()}


def _published(site: Path) -> frozenset[str]:
    return frozenset().union(*_by_file(site).values())


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    folder = write_canaries(tmp_path_factory.mktemp("canaries"))
    kb = load_base(folder)
    auditor = Auditor.read(folder / "kb")
    sound = project_unsound(kb, CLIENT)
    site = write_edition(sound, folder / "sound")
    assert auditor.audit(site, CLIENT).findings == ()
    return Base(kb, auditor, _by_file(folder / "kb"), _canaries(all_words(sound)), _published(site))


def _measure(base: Base, chosen: Iterable[Mutant], folder: Path) -> Measure:
    """Try faults. One counts as caught only when a finding names a file whose canary leaked."""
    measure = Measure()
    for mutant in chosen:
        measure.tried += 1
        name = f"{mutant.module} {mutant.line}: {mutant.what}"
        try:
            with mutant.installed() as faulty:
                projected = project_unsound(base.kb, CLIENT, faulty if mutant.module == "project" else None)
                if not (_canaries(all_words(projected)) & base.canaries) - base.projected:
                    continue
                site = write_edition(projected, folder / str(measure.tried))
        except ProblemError:
            measure.refused.append(name)
            continue
        except Exception as error:
            measure.crashed.append(f"{name}: {error!r}")
            continue
        leaked = (_published(site) & base.canaries) - base.published
        if leaked:
            measure.leaky.append(name)
            betrayed = {finding.record for finding in base.auditor.audit(site, CLIENT).findings}
            if not any(leaked & base.records.get(record, frozenset()) for record in betrayed):
                measure.missed.append(f"{name} shows {', '.join(sorted(leaked)[:4])}")
    print(measure)
    return measure


@pytest.mark.slow
def test_a_sample_of_faults_is_caught_by_the_audit_alone(base: Base, tmp_path: Path) -> None:
    measure = _measure(base, (mutant for module in modules() for mutant in mutants(module, every=12)), tmp_path)
    assert len(measure.leaky) >= 3
    assert measure.missed == []


@pytest.mark.nightly
def test_of_all_faults_that_leak_the_audit_alone_catches_95_percent(base: Base, tmp_path: Path) -> None:
    measure = _measure(base, (mutant for module in modules() for mutant in mutants(module)), tmp_path)
    assert len(measure.leaky) >= 60
    assert len(measure.missed) <= 0.05 * len(measure.leaky), measure.missed


def test_each_module_of_the_projection_is_tried_and_its_faults_reach_what_uses_it(base: Base) -> None:
    assert {"policy", "project"} < set(modules())
    for module in modules():
        assert any(mutants(module)), module
    blind = next(m for m in mutants("policy") if m.what.startswith("always True"))
    before = vars(__import__("mkdocs_pir.editions.project", fromlist=["policy"]))["policy"]
    with blind.installed() as faulty:
        assert vars(__import__("mkdocs_pir.editions.project", fromlist=["policy"]))["policy"] is faulty
    assert vars(__import__("mkdocs_pir.editions.project", fromlist=["policy"]))["policy"] is before


def test_the_tests_see_every_canary_where_it_belongs_and_nowhere_else(base: Base) -> None:
    assert "zqalphacotitle" in base.published
    for inside in ("zqalphacoowner", "zqbetacotitle", "zqunreleasedtitle", "zqinsideonlytitle", "zqpictureexif",
                   "zqdrawingmetadata", "zqsecrettext", "zqmixedhidden", "zqmixednested", "zqmixedcomment",
                   "zqmixedunusedtarget", "zqsharedowner", "zqsharedoperations", "zqinsideservice", "betaco",
                   "zqsynonym", "zqsynonymhead", "zqdrawingid", "zqdrawinghidden", "zqdrawingname", "zqfieldinternal",
                   "zqfieldcomment"):  # fmt: skip
        assert inside in base.canaries, inside
        assert inside not in base.published, inside
    for shown in (
        "zqmixedafter",
        "zqmixedincode",
        "zqmixedcommentincode",
        "zqdrawingtext",
        "zqsharedworkaround",
        "zqfieldincode",
    ):
        assert shown in base.published, shown
