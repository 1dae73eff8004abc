"""Measure search: ours beside lunr, MiniSearch, Pagefind and plain BM25, on the same documents and queries.

    python benchmarks/search/run.py [--sizes 1000,10000,50000] [--peers-to 10000] [--only ours,bm25] [--pastes 1000] [--misses]

Documents are the demonstration's records, real incident reports (where MKDOCS_PIR_CORPORA names their folder), and
distractors made of their words up to each size. Queries are those of `queries.yml`; those of `held_out.yml`, written
after the ranking was tuned and never used for it; and a set made by rule (`rewritten.py`). A first result and its
bytes are taken with a cold cache on a line of 10 Mbit/s and 40 ms, in headless Chromium, everything compressed; sizes
are in units of a thousand. Build times are CPU seconds.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import browser
import records
import sites
import visit
from distractors import Distractors
from quality import Bm25, Query, Score, judge, read_queries
from rewritten import rewritten

from mkdocs_pir.search.query import SearchIndex
from mkdocs_pir.search.search_document import SearchDocument

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[1] / "tests"))
from helpers.pasted_texts import make_pastes  # noqa: E402

ENGINES = ("ours", *sites.PEERS, "bm25")
QUESTIONS = 6  # of each of two kinds, for the first result
SESSION = 30  # keys
SESSIONS = 5

Sets = Mapping[str, Sequence[Query]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="0,1000,10000,50000", help="0 is the real documents alone")
    parser.add_argument("--peers-to", type=int, default=10_000, help="largest size at which the peers are built")
    parser.add_argument("--only", default=",".join(ENGINES))
    parser.add_argument("--pastes", type=int, default=0, help="also ask ours so many pasted texts, of all kinds")
    parser.add_argument("--misses", action="store_true", help="list the queries whose answer is not first")
    options = parser.parse_args()
    engines = options.only.split(",")
    projection, demonstration = records.demonstration()
    real = [*demonstration, *records.reports()]
    ids = [document.id for document in real]
    sets = {
        "own": read_queries(HERE / "queries.yml", ids),
        "held out": read_queries(HERE / "held_out.yml", ids),
        "rewritten": rewritten(projection, real),
    }
    if any(name in engines for name in sites.PEERS) and not sites.install():
        engines = [name for name in engines if name not in sites.PEERS]
    if visit.CHROMIUM is None:
        raise SystemExit("there is no Chromium on this machine, and nothing else tells what a search costs")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {len(real)} real documents", flush=True)
    for size in map(int, options.sizes.split(",")):
        documents = [*real, *Distractors(real).documents(max(0, size - len(real)))]
        words = sum(len(t.split()) for d in documents for texts in d.texts().values() for t in texts)
        print(f"\n{len(documents)} documents of {words // len(documents)} words", flush=True)
        print(f"{'':<11}{'':<10}{'MRR':>6}{'R@5':>6}  by kind")
        with tempfile.TemporaryDirectory() as scratch, browser.chromium() as chromium:
            costs = []
            for name in engines:
                if name in sites.PEERS and len(documents) > options.peers_to:
                    continue
                site = _site(name, Path(scratch) / name, documents, projection.synonyms)
                _quality(name, site, chromium, documents, sets, misses=options.misses)
                if site is not None:
                    costs.append((site, browser.measure(site, _questions(sets), _sessions(sets))))
            _table(costs)
            for site, _ in costs:
                if options.pastes and site.engine == "ours":
                    _pastes(browser.pasted(site, list(make_pastes(options.pastes))))


def _site(name: str, folder: Path, documents: Sequence[SearchDocument], synonyms: Any) -> sites.Site | None:
    if name == "bm25":
        return None
    return sites.ours(folder, documents, synonyms) if name == "ours" else sites.peer(name, folder, documents)


def _quality(
    name: str, site: sites.Site | None, chromium: Any, documents: Sequence[SearchDocument], sets: Sets, *, misses: bool
) -> None:
    """A row for each set of queries. Ours is asked in Python and in the browser, and the answers have to be equal."""
    bm25 = Bm25(documents) if site is None else None
    for label, queries in sets.items():
        texts = [query.text for query in queries]
        found = [bm25(text) for text in texts] if bm25 else browser.answers(chromium, site, texts)  # type: ignore[arg-type]
        if name == "ours" and site is not None:
            index = SearchIndex.open(site.folder / "search")
            python = [[hit.id for hit in index.search(text).hits] for text in texts]
            if differ := [text for text, one, other in zip(texts, python, found, strict=True) if one != other]:
                raise SystemExit(f"the two readers differ: {differ[0]!r}")
        by_text = dict(zip(texts, found, strict=True))
        result, ranks = judge(queries, by_text.__getitem__)
        print(_row(name, label, result), flush=True)
        if misses:
            for query, rank in ranks:
                if rank != 1:
                    print(f"    {rank:>2} {query.kind}: {query.text[:100]!r} {sorted(query.relevant)[:3]}")


def _row(name: str, label: str, result: Mapping[str, Score]) -> str:
    kinds = " ".join(f"{kind} {score.mrr:.3f}" for kind, score in sorted(result.items()) if kind != "all")
    return (
        f"{name:<11}{label:<10}{result['all'].mrr:>6.3f}{result['all'].recall:>6.2f}  {kinds} ({result['all'].queries})"
    )


def _questions(sets: Sets) -> list[str]:
    return [q.text for kind in ("symptom", "alert") for q in [q for q in sets["own"] if q.kind == kind][:QUESTIONS]]


def _sessions(sets: Sets) -> list[str]:
    return [q.text[:SESSION] for q in sets["own"] if q.kind == "symptom" and len(q.text) >= SESSION][:SESSIONS]


def _pastes(times: Sequence[float]) -> None:
    p95 = quantiles(times, n=20)[-1]
    print(f"{len(times)} pasted texts: median {median(times):.1f} ms, p95 {p95:.1f}, most {max(times):.1f}", flush=True)


def _table(costs: Sequence[tuple[sites.Site, browser.Cost]]) -> None:
    """The costs of each engine; sizes are exact, times depend on the load, which is told."""
    print(f"load {os.getloadavg()[0]:.1f}")
    print(
        f"{'':<11}{'first kB':>9}{'first ms':>9}{'key ms':>8}{'p95':>7}{'on line':>9}{'p95':>7}{'30 keys kB':>12}{'offline MB':>12}{'build s':>9}"
    )
    for site, cost in costs:
        print(
            f"{site.engine:<11}{cost.first_kb:>9.0f}{cost.first_ms:>9.0f}{cost.key_median:>8.1f}{cost.key_p95:>7.1f}"
            f"{cost.line_median:>9.1f}{cost.line_p95:>7.0f}{cost.session_kb:>12.0f}{site.offline:>12.2f}{site.seconds:>9.1f}",
            flush=True,
        )
        if site.whole != site.offline:
            print(f"{'':<11}{site.whole:.2f} MB with the texts of the bodies, which only quote them")


if __name__ == "__main__":
    main()
