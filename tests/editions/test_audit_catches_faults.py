"""Seeded faults in the projection: whatever leaks through one is found by the audit alone."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from editions.canary_ground import CLIENT, everything, lay_canaries, projection, publish, read
from editions.mutants import Mutant, mutants

from mkdocs_pir.editions import files as publishing
from mkdocs_pir.editions import project as projecting
from mkdocs_pir.editions import redact as redacting
from mkdocs_pir.editions.audit import Auditor
from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.kb.knowledge import KnowledgeBase

MODULES = ("policy", "project", "redact", "unlink", "naming", "files", "drawing", "unseen", "synonyms")
_CANARY = re.compile(r"zq[a-z]+|pir-2026-\d{4}|betaco|mail-[a-z]+|prb-\d{4}|ll-\d{4}|process/hidden-[a-z]+")


@dataclass(frozen=True)
class Ground:
    """The canary knowledge base, its auditor, every canary in it and those that the client's edition shows."""

    kb: KnowledgeBase
    auditor: Auditor
    canaries: frozenset[str]
    projected: frozenset[str]
    published: frozenset[str]


_USED: dict[str, tuple[ModuleType, tuple[str, ...]]] = {
    "files": (projecting, ("published_files",)),
    "unlink": (projecting, ("unlink",)),
    "naming": (projecting, ("Names", "Withheld")),
    "synonyms": (projecting, ("known_synonyms",)),
    "unseen": (redacting, ("cut_unseen", "cut_comments")),
}
"""Who takes which names of a module; the others are used as modules."""


def _canaries(text: str) -> frozenset[str]:
    return frozenset(_CANARY.findall(text.casefold()))


def _bytes_of(site: Path) -> str:
    parts = []
    for file in sorted(p for p in site.rglob("*") if p.is_file()):
        raw = file.read_bytes()
        plain = gzip.decompress(raw) if file.suffix == ".gz" else raw
        parts += [file.relative_to(site).as_posix(), plain.decode("utf-8", "replace")]
    return "\n".join(parts)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    folder = lay_canaries(tmp_path_factory.mktemp("canaries"))
    kb = read(folder)
    auditor = Auditor.read(folder / "kb")
    sound = projection(kb, CLIENT)
    site = publish(sound, folder / "sound")
    assert auditor.audit(site, CLIENT).findings == ()
    whole = _canaries(_bytes_of(folder / "kb"))
    return Ground(kb, auditor, whole, _canaries(everything(sound)) & whole, _canaries(_bytes_of(site)) & whole)


def _faulty(ground: Ground, mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> Projection:
    """What the projection makes of the knowledge base with the fault in it."""
    faulty = mutant.load()
    if mutant.module == "project":
        return projection(ground.kb, CLIENT, faulty)
    with monkeypatch.context() as patch:
        user, names = _USED.get(mutant.module, (projecting, ()))
        if names:
            for name in names:
                patch.setattr(user, name, getattr(faulty, name))
        elif mutant.module == "drawing":
            patch.setattr(publishing, "drawing", faulty)
        else:
            patch.setattr(projecting, mutant.module, faulty)
        return projection(ground.kb, CLIENT)


def _measure(
    ground: Ground, chosen: Iterable[Mutant], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[str], list[str], int, int]:
    """Faults that leak into the published bytes; those of them that the audit misses; stopped; all tried."""
    leaky: list[str] = []
    missed: list[str] = []
    stopped = tried = 0
    for tried, mutant in enumerate(chosen, 1):
        try:
            projected = _faulty(ground, mutant, monkeypatch)
            if not (_canaries(everything(projected)) & ground.canaries) - ground.projected:
                continue
            site = publish(projected, folder / str(tried))
        except Exception:  # a fault that stops the build publishes nothing
            stopped += 1
            continue
        leaked = (_canaries(_bytes_of(site)) & ground.canaries) - ground.published
        if leaked:
            name = f"{mutant.module} {mutant.line}: {mutant.what} shows {', '.join(sorted(leaked)[:4])}"
            leaky.append(name)
            if not ground.auditor.audit(site, CLIENT).findings:
                missed.append(name)
    print(
        f"{tried} faults, {stopped} stop the build, {len(leaky)} leak, {len(leaky) - len(missed)} caught by the audit"
    )
    return leaky, missed, stopped, tried


@pytest.mark.slow
def test_a_sample_of_faults_is_caught_by_the_audit_alone(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [mutant for module in MODULES for mutant in list(mutants(module))[::9]]
    leaky, missed, _, _ = _measure(ground, chosen, tmp_path, monkeypatch)
    assert len(leaky) >= 8
    assert missed == []


@pytest.mark.nightly
def test_of_all_faults_that_leak_the_audit_alone_catches_95_percent(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [mutant for module in MODULES for mutant in mutants(module)]
    leaky, missed, _, _ = _measure(ground, chosen, tmp_path, monkeypatch)
    assert len(leaky) >= 60
    assert len(missed) <= 0.05 * len(leaky), missed


def test_the_tests_see_every_canary_where_it_belongs_and_nowhere_else(ground: Ground) -> None:
    assert "zqalphacotitle" in ground.published
    for inside in ("zqalphacoowner", "zqbetacotitle", "zqunreleasedtitle", "zqinsideonlytitle", "zqpictureexif",
                   "zqdrawingmetadata", "zqsecrettext", "zqmixedhidden", "zqmixednested", "zqmixedcomment",
                   "zqmixedunusedtarget", "zqsharedowner", "zqsharedoperations", "zqinsideservice", "betaco",
                   "zqsynonym", "zqsynonymhead", "zqdrawingid", "zqdrawinghidden", "zqdrawingname", "zqfieldinternal",
                   "zqfieldcomment"):  # fmt: skip
        assert inside in ground.canaries | _canaries("zqpictureexif"), inside
        assert inside not in ground.published, inside
    for shown in (
        "zqmixedafter",
        "zqmixedincode",
        "zqmixedcommentincode",
        "zqdrawingtext",
        "zqsharedworkaround",
        "zqfieldincode",
    ):
        assert shown in ground.published, shown
