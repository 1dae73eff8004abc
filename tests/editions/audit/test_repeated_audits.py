"""An audit with the ledger of the last one finds what a whole audit finds, whatever changed in between."""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, REVIEW_FILE, write_base
from helpers.planted_leaks import ENCODINGS, plant
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mkdocs_pir.editions.audit import Auditor, LearnedTexts, Ledger, RepeatedAudits, ledger, scan
from mkdocs_pir.editions.audit.fingerprint_ids import Trigger

pytestmark = pytest.mark.slow

CLIENT = "harbor-credit"

SENTENCES = (
    "",
    "Half of the tills took the new release and the other half went on with the old one.",
    "The firmware that he withdrew was copied to eleven stores on paper.",
    "Mail stood still for five hours because nobody had renewed it in time.",
    "Restart till-srv-07.example.internal by hand, then call the counterfoils desk.",
    "An orange load balancer is painted every year.",
    "Orange called twice, and Orange Elastic Load Balancer failed.",
    "Quellmark Stores reported it.",
    "Till rollout stopped half way through",
    "PIR-2025-0002 and QMS are named here.",
    "v01 Quelle und Mark wurden genannt, sagt man in Quellmarks Filiale.",
    "5h, 12 min and a quarter of an hour are times that any page has.",
    "The Orange Provider runs it.",
    "gateway of stores",
    "Great gateway of stores",
    "Orange Load Balancer failed.",
    "Half of the tills took the new release and went on for a day, which nobody had seen before that.",
)
CHROME = [f'<div class="part-{n}"><span>word {n}</span></div>' for n in range(30)]

OTHER_REVIEW = """\
---
id: PIR-2025-0002
title: {title}
client: quellmark
services: [mail-gateway]
status: closed
audience: {audience}
release: {{approved_by: service-delivery-manager, on: 2025-04-20}}
workaround: {value}
---
## Summary

{text}
"""

State = dict[str, object]
START: State = {
    "own text": 3, "own note": 0, "own audience": "client", "other title": 8, "other text": 1, "other audience": "client", "other value": 4,
    "other name": "Quellmark Stores", "alias": "QMS", "lesson": 0, "lesson audience": "shared", "page": 0,
    "page audience": "internal", "allowed": 0, "sections": "Summary", "shared site name": "Provider",
    "site/index.html": (3,), "site/a.html": (3, 11), "site/sub/b.html": (11,), "site/c.txt": (11,), "site/d.txt.gz": (), "loose": 0,
    "site/disguised.txt": (11,), "way": "plain",
}  # fmt: skip

_sentence = st.integers(0, len(SENTENCES) - 1)
_file = st.none() | st.lists(st.sampled_from([0, 0, 3, 11]) | _sentence, max_size=3).map(tuple)
CHANGES: Mapping[str, st.SearchStrategy[object]] = {
    **dict.fromkeys(("own text", "own note", "other title", "other text", "other value", "lesson", "page", "allowed", "loose"), _sentence),
    **dict.fromkeys(
        ("own audience", "other audience", "lesson audience", "page audience"), st.sampled_from(["client", "shared", "internal"])
    ),
    "other name": st.sampled_from(["Quellmark Stores", "Orange", "Elastic", "Mark"]),
    "alias": st.sampled_from(["QMS", "Quelle", "painted", "paper"]),
    "sections": st.sampled_from(["Summary", "Impact"]),
    "way": st.sampled_from(sorted(ENCODINGS)),
    "shared site name": st.sampled_from(["Provider", "Orange Provider", "Quellmark", "Great gateway"]),
    **{name: _file for name in START if name.startswith("site/")},
    "site/new name.html": _file,
}  # fmt: skip
STEPS = st.lists(
    st.lists(
        st.sampled_from(sorted(CHANGES)).flatmap(lambda name: st.tuples(st.just(name), CHANGES[name])), max_size=3
    ),
    min_size=1,
    max_size=6,
)


def _knowledge_base(state: State) -> dict[str, str | bytes | None]:
    def text(name: str) -> str:
        return SENTENCES[int(str(state[name]))]

    allowed = f'{{phrase: "{text("allowed")}", reason: nobody}}' if text("allowed") else ""
    return {
        "mkdocs.yml": f"site_name: {state['shared site name']}\nplugins:\n  - pir:\n"
        f"      client_sections: [{state['sections']}]\n      audit_allows: [{allowed}]\n",
        REVIEW_FILE: REVIEW.replace("audience: client", f"audience: {state['own audience']}", 1)
        .replace("Mail stood still for five hours. See", f"{text('own text')} See")
        .replace("## Summary", f"/// internal\n{text('own note')}\n\n///\n\n## Summary", 1),
        "kb/pirs/2025/PIR-2025-0002.md": OTHER_REVIEW.format(
            title=text("other title") or "None",
            audience=state["other audience"],
            value=text("other value") or "none",
            text=text("other text"),
        ),
        "kb/clients/quellmark.md": f"---\nid: quellmark\nname: {state['other name']}\naliases: [{state['alias']}]\n---\n",
        "kb/lessons/LL-0001.md": FILES["kb/lessons/LL-0001.md"].replace(
            "audience: shared", f"audience: {state['lesson audience']}"
        )
        + f"\n{text('lesson')}\n",
        "kb/notes/loose.txt": text("loose"),
        "kb/handbook/on-call.md": f"---\ntitle: On call\naudience: {state['page audience']}\n---\n{text('page')}\n",
    }


def _write_site(folder: Path, state: State) -> Path:
    for name, lines in state.items():
        if not name.startswith("site/") or not isinstance(lines, tuple):
            continue
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        content = [SENTENCES[n] for n in lines]
        if file.name == "disguised.txt":
            content = [plant(str(state["way"]), line) for line in content]
        if file.suffix == ".html":
            page = [*CHROME, *(f'<p title="{line}">{line}</p>' for line in content), *CHROME[::-1]]
            file.write_text("\n".join(page), "utf-8")
        else:
            text = "\n".join(content).encode("utf-8", "surrogatepass")
            file.write_bytes(gzip.compress(text, mtime=0) if file.suffix == ".gz" else text)
    (folder / "site").mkdir(parents=True, exist_ok=True)
    return folder / "site"


def _stored(kept: Ledger, work: Path) -> Ledger:
    """The ledger after it was written and read."""
    folder = work / "ledgers"
    shutil.rmtree(folder, ignore_errors=True)
    names = kept.store(folder, work)
    again = ledger.read(CLIENT, folder, names["ledger"], names["searched_for"])
    assert again == kept
    return kept if again is None else again


@example([[("other text", 3)]])
@example([[("own audience", "internal")]])
@example([[("site/a.html", None)], [("other value", 11)]])
@example([[("site/index.html", None)], [("other title", 11)], [("site/new name.html", (3, 1))]])
@example([[("alias", "painted"), ("site/c.txt", (5,))], [("own text", 5)]])
@example([[("site/c.txt", (7,)), ("shared site name", "Quellmark")], [("shared site name", "Provider")]])
@example([[("allowed", 2), ("site/d.txt.gz", (2,)), ("other text", 2)], [("allowed", 0)]])
# another client's name within a name of the provider, which has another name then
@example(
    [
        [("other name", "Orange"), ("shared site name", "Orange Provider"), ("site/c.txt", (12,))],
        [("shared site name", "Provider")],
    ]
)
# a withheld line that begins within the provider's name
@example(
    [
        [("other text", 13), ("shared site name", "Great gateway"), ("site/c.txt", (14,))],
        [("shared site name", "Provider")],
    ]
)
# a sentence of this client's that becomes a quotation
@example([[("other text", 0), ("own text", 1), ("site/c.txt", (1,))], [("other text", 1)]])
# a file that becomes a copy of a withheld one, in words that may be shown
@example([[("page", 11), ("page audience", "shared")], [("loose", 11)]])
# words that are a product's until a record about the client of that name contains them
@example(
    [
        [("other name", "Orange"), ("own text", 15), ("site/c.txt", (15,)), ("other value", 3)],
        [("other text", 15)],
        [("other text", 0)],
    ]
)
# a released text whose lines are counted anew, as a withheld part above it grows
@example([[("other name", "Orange"), ("own text", 15), ("site/c.txt", (15,))], [("own note", 1)], [("own note", 2)]])
# words that a released text has in common with one about another client, and with one about nobody
@example([[("own text", 16), ("site/c.txt", (16,))], [("other text", 16)], [("page", 16)], [("other text", 1)]])
@example(
    [[("other audience", "internal")], [("other text", 2)], [("other text", 2), ("page", 4)], [("other value", 0)]]
)
# a name that is new, in a file in which all letters are disguised
@example([[("own text", 5), ("way", "full width"), ("site/disguised.txt", (5,))], [("alias", "painted")]])
@example([[("own text", 5), ("way", "base64"), ("site/disguised.txt", (5,))], [("alias", "painted")]])
# each example audits several sites, each of them twice
@settings(max_examples=settings().max_examples // 5, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(STEPS)
def test_a_repeated_audit_finds_what_a_whole_one_finds(steps: list[list[tuple[str, object]]]) -> None:
    state, kept, learned = dict(START), None, b""
    with tempfile.TemporaryDirectory() as folder:
        site = _write_site(Path(folder, "made"), state)
        for number, changes in enumerate([[], *steps]):
            state |= dict(changes)
            base = write_base(Path(folder, f"base{number}"), _knowledge_base(state))
            if any(name.startswith("site/") or name == "way" for name, _ in changes):
                site = _write_site(Path(folder, f"made{number}"), state)
            texts = LearnedTexts(learned, b"1")
            report, after = RepeatedAudits(Auditor.read(base / "kb", None, texts)).audit(site, CLIENT, kept)
            assert report == Auditor.read(base / "kb").audit(site, CLIENT)
            learned = texts.content() or learned
            assert (after is None) == bool(report.findings)
            kept = _stored(after, Path(folder)) if after is not None else kept


def _clean(tmp_path: Path) -> tuple[Auditor, Path, Ledger]:
    base, site = write_base(tmp_path / "base", _knowledge_base(START)), _write_site(tmp_path / "made", START)
    auditor = Auditor.read(base / "kb")
    report, kept = RepeatedAudits(auditor).audit(site, CLIENT, None)
    assert kept is not None, report.findings
    return auditor, site, kept


_DISGUISES = {("needle", "backwards"), ("needle", "ROT13")}


def test_every_match_has_its_trigger(tmp_path: Path) -> None:
    state = START | {"own text": 16, "other text": 16}
    auditor = Auditor.read(write_base(tmp_path / "base", _knowledge_base(state)) / "kb")
    site = _write_site(tmp_path / "made", state)
    for number, way in enumerate(ENCODINGS):
        (site / f"{number}.txt").write_text(plant(way, "Quellmark Stores"), "utf-8", errors="surrogatepass")
    (site / "words.txt").write_text("\n\n".join([*SENTENCES, *FILES.values(), "Quellmarks, Quellmark07, 5tores"]))
    rules = auditor.search(CLIENT).rules
    searched = scan.Searched()
    list(scan.scan_folder(site, rules, None, searched))
    kinds = set()
    for text in searched.texts:
        for match in scan.matches_in(text, rules, ()):
            kinds.add((match.key[0], match.disguise))
            assert Trigger(auditor.fingerprints, [match.key]).fires(text.folded)
    assert {*((kind, "") for kind in ("needle", "ngram", "word", "quotation")), *_DISGUISES} <= kinds


def test_what_was_searched_is_not_searched_again(tmp_path: Path) -> None:
    auditor, site, kept = _clean(tmp_path)
    _, after = RepeatedAudits(auditor).audit(site, CLIENT, kept)
    assert after == kept
    (site / "new.txt").write_text("A file of its own")
    _, after = RepeatedAudits(auditor).audit(site, CLIENT, kept)
    assert after is not None
    new = after.texts.opened.texts[len(kept.texts.opened.texts) :]
    assert [text.folded for text in new] == [b"new.txt", b"a file of its own"]


def test_rules_are_worked_out_only_where_something_decides_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, site, kept = _clean(tmp_path)
    searched: list[str] = []
    search = Auditor.search

    def counted(auditor: Auditor, client: str) -> object:
        searched.append(client)
        return search(auditor, client)

    monkeypatch.setattr(Auditor, "search", counted)
    cases: list[tuple[State, bool]] = [
        ({}, False),
        # texts about another client: new words, and words that are nowhere in the site
        ({"other text": 2, "other title": 0}, False),
        ({"own note": 2}, False),
        # words that are in the site
        ({"other text": 3}, True),
        ({"own text": 2}, True),
        ({"other name": "Elastic"}, True),
        ({"allowed": 5}, True),
    ]
    for number, (changes, anew) in enumerate(cases):
        searched.clear()
        base = write_base(tmp_path / f"base{number}", _knowledge_base(START | changes))
        RepeatedAudits(Auditor.read(base / "kb")).audit(site, CLIENT, kept)
        assert bool(searched) == anew, changes


def _without_end(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def _one_byte_changed(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("suffix", ["ledger", "numbers", "texts"])
@pytest.mark.parametrize("damage", [_without_end, _one_byte_changed, Path.unlink, lambda file: file.write_bytes(b"")])
def test_a_damaged_ledger_is_none(tmp_path: Path, suffix: str, damage: Callable[[Path], object]) -> None:
    kept = _clean(tmp_path)[2]
    names = kept.store(tmp_path / "ledgers", tmp_path)
    damage(next((tmp_path / "ledgers").glob(f"*.{suffix}")))
    assert ledger.read(CLIENT, tmp_path / "ledgers", names["ledger"], names["searched_for"]) is None


def test_what_was_learned_of_texts_is_not_used_if_it_is_damaged_or_of_another_version() -> None:
    texts = LearnedTexts(b"", b"1")
    right = texts.of(SENTENCES[4], "prose")
    content = texts.content()
    assert content is not None
    planted = LearnedTexts(content.replace(b"counterfo", b"something"), b"1")
    for other in (LearnedTexts(content, b"1"), LearnedTexts(content, b"2"), planted, LearnedTexts(content[:-1], b"1")):
        assert other.of(SENTENCES[4], "prose") == right
    assert LearnedTexts(content, b"1").content() is not None, "what is not asked for is let go"


def test_a_ledger_of_another_edition_or_version_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = _clean(tmp_path)[2]
    names = kept.store(tmp_path / "ledgers", tmp_path)
    files = (tmp_path / "ledgers", names["ledger"], names["searched_for"])
    assert ledger.read(CLIENT, *files) == kept
    assert ledger.read("quellmark", *files) is None
    assert ledger.read(CLIENT, files[0], "", "") is None
    monkeypatch.setattr(ledger, "audit_version", lambda: b"another")
    assert ledger.read(CLIENT, *files) is None


def test_editions_share_what_they_were_searched_for(tmp_path: Path) -> None:
    kept = _clean(tmp_path)[2]
    kept.store(tmp_path / "ledgers", tmp_path)
    (tmp_path / "ledgers").rename(tmp_path / "ledgers-clients-quellmark")
    kept.store(tmp_path / "ledgers", tmp_path)
    for suffix in ("numbers", "texts"):
        first, second = tmp_path.glob(f"ledgers*/*.{suffix}")
        assert first.samefile(second)
