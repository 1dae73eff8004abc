"""A canary in every field, section and register cell: which of them a client's site may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.canaries import LESSON, PIR, write_client_canaries
from helpers.folders import read_everything
from helpers.knowledge_base import pir

from mkdocs_pir.search import analysis, dictionary, posting_lists, shards
from mkdocs_pir.search import index as building
from mkdocs_pir.search.query import SearchIndex

SHOWN = [
    "title",
    "impact",
    "rootcause",
    "othertext",
    "triedshown",
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


def _build(folder: Path, edition: str) -> Path:
    result = pir(folder, "build", "--edition", edition)
    assert result.exit_code == 0, result.output
    return folder / "published"


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
    write_client_canaries(folder)
    site = _build(folder, "all")
    return {
        "internal": read_everything(site / "internal"),
        "alphaco": read_everything(site / "clients/alphaco"),
        "betaco": read_everything(site / "clients/betaco"),
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
    write_client_canaries(tmp_path)
    before = read_everything(_build(tmp_path, "client:alphaco") / "clients/alphaco")
    kb = tmp_path / "kb"
    for path in ("pirs/2026/PIR-2026-0002.md", "clients/betaco.md", "services/mail-betaco.md", "lessons/LL-0002.md"):
        file = kb / path
        file.write_text(file.read_text("utf-8").replace("zqbetaco", "zqchanged"), "utf-8")
    (kb / "pirs/2026/PIR-2026-0008.md").write_text(
        "---\nid: PIR-2026-0008\ntitle: zqbetaconew\nclient: betaco\nstatus: draft\n---\n", "utf-8"
    )
    after = read_everything(_build(tmp_path, "client:alphaco") / "clients/alphaco")
    assert before == after


SUCCESSIONS = ("superseded", "known_errors")
"""What the manifest of a search index has beside its shards: which record stands for which."""


def _decoded(folder: Path) -> Iterator[tuple[str, Any]]:
    """Every shard of a search index in plain: its kind, and words, numbers and texts as they are."""
    reader = shards.ShardReader(folder)
    span, levels = reader.manifest["span"], reader.manifest["levels"]
    words = dictionary.Dictionary(reader)
    yield "manifest", {name: reader.manifest[name] for name in ("documents", "synonyms", *SUCCESSIONS)}
    decode = {
        "postings": lambda rows: [posting_lists.unpack(row, span, levels) for row in rows],
        "newest": shards.unpack,
    }
    shards_of = {k: c for k, c in reader.manifest.items() if k not in SUCCESSIONS}
    kinds = [kind for kind, content in shards_of.items() if isinstance(content, list) and len(content) == 2]
    assert {"words", "names", "postings", "filters", "newest", "cards"} <= set(kinds)
    for kind in kinds:
        for at in range(reader.count(kind)):
            in_dictionary = kind in ("words", "names")
            yield (
                kind,
                words.entries(kind, at)
                if in_dictionary
                else reader.shard(kind, at, decode.get(kind, lambda value: value)),
            )
    cards = [row for at in range(reader.count("cards")) for row in reader.shard("cards", at, list)]
    yield from (("texts", reader.texts(row[6])) for row in cards if row[6])


@pytest.mark.parametrize("bound", [0, 200_000], ids=["in shards", "in one file"])
def test_every_shard_of_a_clients_search_tells_of_its_own_records_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: int
) -> None:
    monkeypatch.setattr(building, "MANIFEST_BOUND", bound)
    write_client_canaries(tmp_path)
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
    documents = [len([row for shard in found[kind] for row in shard]) for kind in ("cards", "texts")]
    assert max(frequencies) <= manifest["documents"] == documents[0] == documents[1]
    (filters,) = found["filters"]
    assert "client" not in filters["columns"]
    index = SearchIndex.open(sites / "clients/alphaco/search")
    assert index.search("zqbetacotitle ").corrections in ((), (("zqbetacotitle", "zqalphacotitle"),))
    assert not index.search("zqalphacosympton").corrections


def test_what_a_client_may_not_see_is_found_inside(sites: dict[str, str], tmp_path: Path) -> None:
    write_client_canaries(tmp_path)
    index = SearchIndex.open(_build(tmp_path, "internal") / "internal/search")
    assert index.search("zqalphacosymptom").hits[0].id in ("PIR-2026-0001", "LL-0001")
    assert dict(index.search("").filters["client"]).keys() == {"alphaco", "betaco"}
