"""A word of its own in every field, section and register cell: what a client's published site may hold, and nothing else."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mkdocs_pir.cli import main
from mkdocs_pir.search import analysis, dictionary, shards
from mkdocs_pir.search import index as building
from mkdocs_pir.search.query import SearchIndex

CONFIG = 'site_name: Canaries\ndocs_dir: kb\nexclude_docs: "*"\ntheme: {name: material}\nplugins:\n  - pir:\n      as_of: 2026-09-30\n'

PIR = """---
id: PIR-2026-000{n}
title: zq{c}title
client: {c}
services: [mail-{c}]
status: action-management
severity: SEV-2
priority: P1
audience: client
release: {{approved_by: zq{c}approver, on: 2026-03-20}}
initiated: {{by: client, on: 2026-03-05, reason: zq{c}initreason}}
incidents: [INC-100{n}]
problem: PRB-000{n}
changes: [zq{c}change]
times: {{impact_start: 2026-03-04T02:10:00Z, detected: 2026-03-04T02:52:00Z, acknowledged: 2026-03-04T02:58:00Z, mitigated: 2026-03-04T05:20:00Z, resolved: 2026-03-04T07:40:00Z}}
detection: {{by: monitoring, gap: zq{c}gap}}
symptoms: [zq{c}symptom]
impact: {{summary: zq{c}impact, users: 4, sla_breached: true}}
trigger: process/hidden-{c}
contributing_factors: [process/hidden-{c}, change/common]
process_deficiencies: [{{cause: process/hidden-{c}, effect: caused, description: zq{c}deficiency}}]
root_cause: zq{c}rootcause, also seen in PIR-2026-000{o} and [[PIR-2026-000{o}|zq{c}othertext]]
workaround: zq{c}workaround
lessons: [LL-000{n}, LL-0009]
actions:
  - {{id: A1, title: zq{c}actionshown, status: open, type: prevent, owner: zq{c}owner, priority: high, created: 2026-03-06, due: 2026-11-03, done_when: zq{c}donewhen, causes: [process/hidden-{c}], tracker: 'https://zq{c}tracker.example/1', note: zq{c}actionnote, audience: client}}
  - {{id: A2, title: zq{c}actionhidden, status: open, owner: zq{c}owner, due: 2026-11-03, done_when: zq{c}donewhen}}
recommendations:
  - {{id: R1, title: zq{c}adviceshown, issued: 2026-03-18, status: declined, decided: 2026-03-22, decline_reason: zq{c}declinereason, audience: client}}
  - {{id: R2, title: zq{c}advicehidden, issued: 2026-03-18, status: proposed}}
reviews:
  - {{kind: internal, on: 2026-03-12, chaired_by: zq{c}chair, attendees: [zq{c}attendee], feedback: [zq{c}feedback], feedback_applied: 2026-03-13}}
  - {{kind: client, on: 2026-03-18, chaired_by: zq{c}chair, feedback_applied: 2026-03-19}}
attachments:
  - {{file: shown-{c}.txt, title: zq{c}attachshown, audience: client}}
  - {{file: hidden-{c}.txt, title: zq{c}attachhidden}}
references: ['https://zq{c}reference.example/']
tags: [zq{c}tag]
x-note: zq{c}xnote
---
zq{c}preamble

## Summary
zq{c}summary <!-- zq{c}comment -->

/// internal
zq{c}internalblock
///

```
zq{c}code PIR-2026-000{o}
```

[zq{c}unused]: https://zq{c}definition.example

## Detection
zq{c}detection

## Response {{ audience=client }}
zq{c}override

## Impact {{ audience=internal }}
zq{c}hiddenimpact

## Something of our own
zq{c}unknownsection
"""

SHOWN = [
    "title",
    "impact",
    "rootcause",
    "othertext",
    "actionshown",
    "adviceshown",
    "declinereason",
    "attachshown",
    "shownfile",
    "summary",
    "code",
    "override",
    "lessontitle",
    "lessontext",
    "recommendation",
    "applieswhen",
    "lessonbody",
    "clientname",
]

LESSON = """---
id: LL-000{n}
title: zq{c}lessontitle
status: applied
audience: client
release: {{approved_by: zq{c}approver, on: 2026-03-20}}
learned_from: [PIR-2026-000{n}]
causes: [process/hidden-{c}]
services: [mail-{c}]
symptoms: [zq{c}lessonsymptom]
lesson: zq{c}lessontext
recommendation: zq{c}recommendation
applies_when: zq{c}applieswhen
evidence: zq{c}evidence
tags: [zq{c}lessontag]
---
zq{c}lessonpreamble
## Driving event
zq{c}driving
## Lesson
zq{c}lessonbody
"""


def _write(folder: Path, clients: tuple[str, ...] = ("alphaco", "betaco")) -> None:
    kb = folder / "kb"
    files = {
        "../mkdocs.yml": CONFIG,
        "causes/change/common.md": "---\nid: change/common\nname: zqsharedcause\ndefinition: zqshareddefinition\naudience: shared\nlook_for: [zqlookfor]\n---\n",
        "lessons/LL-0009.md": "---\nid: LL-0009\ntitle: zqsharedlesson\nstatus: applied\naudience: shared\nrelease: {approved_by: vp, on: 2026-01-01}\n"
        f"learned_from: [{', '.join(f'PIR-2026-000{n}' for n in range(1, len(clients) + 1))}]\nlesson: zqsharedtext\nsymptoms: [zqsharedsymptom]\n---\n",
        "handbook/inside.md": "---\ntitle: zqinsidepage\n---\nzqinsidetext\n",
        "handbook/outside.md": "---\ntitle: zqoutsidepage\naudience: shared\n---\nzqoutsidetext\n",
        "notes/loose.txt": "zqloosefile",
    }
    rows = ["id,client,service,severity,opened,resolved,cause,pir_required,pir"]
    answers = ["date,client,reference,score,scale,comment"]
    for n, c in enumerate(clients, 1):
        o = n % len(clients) + 1
        files |= {
            f"clients/{c}.md": f"---\nid: {c}\nname: zq{c}clientname\naliases: [zq{c}alias]\ndomains: [zq{c}domain.example]\nsince: 2020-01-01\ncontacts: [zq{c}contact]\n---\n## Agreements\nzq{c}agreement\n",
            f"services/mail-{c}.md": f"---\nid: mail-{c}\nname: zq{c}servicename\nowner: zq{c}serviceowner\nclients: [{c}]\ntier: zq{c}tier\n---\n## Operations\nzq{c}operations\n",
            f"causes/process/hidden-{c}.md": f"---\nid: process/hidden-{c}\nname: zq{c}causename\ndefinition: zq{c}causedefinition\n---\n",
            f"problems/PRB-000{n}.md": f"---\nid: PRB-000{n}\ntitle: zq{c}problem\nstatus: known-error\nknown_error: zq{c}knownerror\nworkaround: zq{c}problemworkaround\n---\n",
            f"pirs/2026/PIR-2026-000{n}.md": PIR.format(n=n, o=o, c=c),
            f"pirs/2026/shown-{c}.txt": f"zq{c}shownfile",
            f"pirs/2026/hidden-{c}.txt": f"zq{c}hiddenfile",
            f"lessons/LL-000{n}.md": LESSON.format(n=n, c=c),
        }
        rows.append(
            f"INC-100{n},{c},mail-{c},SEV-2,2026-03-04T02:52:00Z,2026-03-04T07:40:00Z,process/hidden-{c},true,PIR-2026-000{n}"
        )
        answers.append(f"2026-03-25,{c},PIR-2026-000{n},4,5,zq{c}comment")
    files |= {
        "registers/incidents.csv": "\n".join(rows) + "\n",
        "registers/satisfaction.csv": "\n".join(answers) + "\n",
    }
    for name, text in files.items():
        (kb / name).parent.mkdir(parents=True, exist_ok=True)
        (kb / name).write_text(text, "utf-8")


def _build(folder: Path, edition: str) -> Path:
    result = CliRunner().invoke(main, ["-C", str(folder), "build", "--edition", edition], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return folder / "published"


def _everything(site: Path) -> str:
    """Every name and byte of a site, compressed files opened."""
    parts = []
    for file in sorted(p for p in site.rglob("*") if p.is_file()):
        raw = file.read_bytes()
        parts += [
            file.relative_to(site).as_posix(),
            (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8", "replace"),
        ]
    return "\n".join(parts).casefold()


def _canaries() -> set[str]:
    return set(re.findall(r"zqalphaco[a-z]+", (PIR + LESSON).format(n=1, o=2, c="alphaco"))) | {
        f"zqalphaco{w}"
        for w in [
            "clientname",
            "alias",
            "domain",
            "contact",
            "agreement",
            "servicename",
            "serviceowner",
            "tier",
            "operations",
            "causename",
            "causedefinition",
            "problem",
            "knownerror",
            "problemworkaround",
            "shownfile",
            "hiddenfile",
            "comment",
        ]
    }


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("canaries")
    _write(folder)
    site = _build(folder, "all")
    return {
        "internal": _everything(site / "internal"),
        "alphaco": _everything(site / "clients/alphaco"),
        "betaco": _everything(site / "clients/betaco"),
    }


def test_a_client_sees_nothing_of_another(sites: dict[str, str]) -> None:
    assert "zqbetaco" not in sites["alphaco"]
    assert "zqalphaco" not in sites["betaco"]
    assert "betaco" not in sites["alphaco"]
    assert "pir-2026-0002" not in sites["alphaco"]


def test_a_client_sees_of_its_own_what_was_released_and_no_more(sites: dict[str, str]) -> None:
    shown = {f"zqalphaco{w}" for w in [*SHOWN, "servicename"]}
    found = {c for c in _canaries() if c in sites["alphaco"]}
    assert found == shown


def test_what_is_shared_is_shown_and_what_is_inside_is_not(sites: dict[str, str]) -> None:
    for word in (
        "zqsharedcause",
        "zqshareddefinition",
        "zqsharedlesson",
        "zqsharedtext",
        "zqoutsidepage",
        "zqoutsidetext",
    ):
        assert word in sites["alphaco"], word
    for word in ("zqinsidepage", "zqinsidetext", "zqloosefile", "zqlookfor", "zqsharedsymptom"):
        assert word not in sites["alphaco"], word


def test_the_internal_edition_shows_the_records_but_no_loose_files(sites: dict[str, str]) -> None:
    hidden = {"zqalphacocomment", "zqalphacoxnote", "zqalphacounused", "zqalphacodefinition", "zqalphacodomain"}
    missing = {c for c in _canaries() if c not in sites["internal"]} - hidden
    assert not missing
    assert "zqloosefile" not in sites["internal"]


def test_a_client_edition_does_not_change_when_another_client_does(tmp_path: Path) -> None:
    _write(tmp_path)
    before = _everything(_build(tmp_path, "client:alphaco") / "clients/alphaco")
    kb = tmp_path / "kb"
    for path in ("pirs/2026/PIR-2026-0002.md", "clients/betaco.md", "services/mail-betaco.md", "lessons/LL-0002.md"):
        file = kb / path
        file.write_text(file.read_text("utf-8").replace("zqbetaco", "zqchanged"), "utf-8")
    (kb / "pirs/2026/PIR-2026-0008.md").write_text(
        "---\nid: PIR-2026-0008\ntitle: zqbetaconew\nclient: betaco\nstatus: draft\n---\n", "utf-8"
    )
    after = _everything(_build(tmp_path, "client:alphaco") / "clients/alphaco")
    assert before == after


def _decoded(folder: Path) -> Iterator[tuple[str, Any]]:
    """Every shard of a search index in plain: its kind, and words, numbers and texts as they are."""
    reader = shards.ShardReader(folder)
    total, levels = reader.manifest["documents"], reader.manifest["levels"]
    yield "manifest", {name: reader.manifest[name] for name in ("documents", "synonyms", "superseded")}
    decode = {
        "words": dictionary.decode,
        "names": dictionary.decode,
        "postings": lambda rows: [shards.unpack_postings(row, total, levels) for row in rows],
        "newest": shards.unpack,
    }
    shards_of = {k: c for k, c in reader.manifest.items() if k != "superseded"}
    kinds = [kind for kind, content in shards_of.items() if isinstance(content, list) and len(content) == 2]
    assert {"words", "names", "postings", "filters", "newest", "cards", "texts"} <= set(kinds)
    for kind in kinds:
        for at in range(reader.count(kind)):
            yield kind, reader.shard(kind, at, decode.get(kind, lambda value: value))


@pytest.mark.parametrize("bound", [0, 200_000], ids=["in shards", "in one file"])
def test_every_shard_of_a_clients_search_tells_of_its_own_records_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: int
) -> None:
    monkeypatch.setattr(building, "MANIFEST_BOUND", bound)
    _write(tmp_path)
    sites = _build(tmp_path, "all")
    found: dict[str, list[Any]] = {
        kind: [] for kind in ("words", "names", "postings", "filters", "cards", "texts", "newest", "manifest")
    }
    for kind, content in _decoded(sites / "clients/alphaco/search"):
        found[kind].append(content)
    shown = {f"zqalphaco{word}" for word in [*SHOWN, "servicename"]}
    shown |= set(map(analysis.porter, shown))
    vocabulary = {entry.word for kind in ("words", "names") for shard in found[kind] for entry in shard}
    assert {word for word in vocabulary if re.match("zqalphaco", word)} <= shown
    assert not [word for word in vocabulary if "betaco" in word or word == "pir2026.0002"]
    everything = repr(found).casefold()
    assert set(re.findall("zqalphaco[a-z]+", everything)) <= shown
    assert "betaco" not in everything.replace(
        "zqbetacotitle", "", 1
    )  # the organisation's synonym, as it would be asked
    frequencies = [len(numbers) for shard in found["postings"] for numbers, _ in shard]
    (manifest,) = found["manifest"]
    assert max(frequencies) <= manifest["documents"] == len([row for shard in found["cards"] for row in shard])
    (filters,) = found["filters"]
    assert "client" not in filters["columns"]
    index = SearchIndex.open(sites / "clients/alphaco/search")
    assert index.search("zqbetacotitle ").corrections in ((), (("zqbetacotitle", "zqalphacotitle"),))
    assert not index.search("zqalphacosympton").corrections


def test_what_a_client_may_not_see_is_found_inside(sites: dict[str, str], tmp_path: Path) -> None:
    _write(tmp_path)
    index = SearchIndex.open(_build(tmp_path, "internal") / "internal/search")
    assert index.search("zqalphacosymptom").hits[0].id in ("PIR-2026-0001", "LL-0001")
    assert dict(index.search("").filters["client"]).keys() == {"alphaco", "betaco"}
