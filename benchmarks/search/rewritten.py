"""A second set of queries, made from the records by rule: it shows whether a change fits only the queries we wrote.

Each takes a few words of one sentence of a record and spoils them: everyday words are exchanged, words dropped, the
order changed, letters mistyped, the wrapping of an alert put around. The record, and those that it names as its
lesson, problem or report, are the right answers.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from quality import Query

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.search.analysis import ENGLISH_STOP_WORDS
from mkdocs_pir.search.search_document import SearchDocument

_SENTENCE = re.compile(r"(?<=[.;!?])\s+|\n+|\|")
_WORD = re.compile(r"\w[\w.:/@'-]*\w|\w")
_NAME = re.compile(r"(?=[\w.-]*[0-9_])[A-Za-z][\w.-]{4,30}\w|[A-Z]?[a-z]+(?:[A-Z][a-z]+)+")
_TIME = re.compile(r"[0-9]{1,2}[:.h][0-9]{2}|[0-9]{4}-[0-9]{2}|20[0-9]{2}$")

# How else an engineer would say it. Common English only: what the records' own synonyms know is not here.
_OTHERWISE = {
    "stopped": "halted", "stop": "halt", "stops": "halts", "cannot": "can't", "could": "can", "failed": "failing", "fails": "failing",
    "failure": "fault", "users": "people", "user": "person", "staff": "employees", "begin": "start", "began": "started", "begins": "starts",
    "ended": "finished", "large": "big", "small": "little", "wrong": "incorrect", "missing": "gone", "removed": "deleted",
    "refused": "rejected", "slow": "sluggish", "error": "errors", "errors": "error", "message": "messages", "messages": "message",
    "server": "servers", "host": "hosts", "nodes": "node", "node": "nodes", "replaced": "swapped", "created": "made", "issue": "problem",
    "problem": "issue", "started": "began", "quickly": "fast", "unavailable": "not available", "restart": "reboot", "restarted": "rebooted",
    "old": "former", "new": "fresh", "full": "filled", "empty": "blank", "all": "every", "nobody": "no one", "waited": "hung", "night": "overnight",
}  # fmt: skip

_WRAPPINGS: Sequence[Callable[[str, random.Random], str]] = (
    lambda text, rng: (
        f"[FIRING:{rng.randint(1, 9)}] ServiceDegraded (prod eu-west-{rng.randint(1, 3)} critical) summary: {text}"
    ),
    lambda text, rng: (
        f"2025-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}T0{rng.randint(0, 9)}:1{rng.randint(0, 9)}:22.{rng.randint(100, 999)}Z ERROR [worker-{rng.randint(1, 30)}] {text} trace_id={rng.getrandbits(64):016x}"
    ),
    lambda text, rng: (
        f'{{"level":"error","ts":17{rng.randint(10**8, 10**9 - 1)},"caller":"main.go:{rng.randint(20, 900)}","msg":"{text}","pod":"app-{rng.getrandbits(36):09x}-x{rng.randint(10, 99)}k"}}'
    ),
    lambda text, rng: (
        f"** PROBLEM Service Alert: srv{rng.randint(10, 99)}.example.net is CRITICAL **\nDate/Time: Tue Mar {rng.randint(1, 28)} 03:1{rng.randint(0, 9)}:00 UTC\nAdditional Info:\n{text}"
    ),
    lambda text, rng: (
        f"hi, seeing this since about {rng.randint(1, 12)}am on two hosts, any idea?\n> {text}\nthanks, ticket is INC{rng.randint(10**6, 10**7 - 1)}"
    ),
)


def rewritten(projection: Projection, documents: Sequence[SearchDocument], seed: int = 5) -> list[Query]:
    """About two queries for each record that says enough, always the same for the same records."""
    rng = random.Random(seed)
    spread: Counter[str] = Counter()
    for document in documents:
        spread.update({word.lower() for word in _WORD.findall(_text(document))})
    kinds = tuple(_KINDS)
    right = _right(projection)
    queries: list[Query] = []
    for document in documents:
        if document.kind == "cause" or (document.id.startswith("jenkins:") and rng.random() < 0.75):
            continue
        for kind in rng.sample(kinds, 2):
            text = _KINDS[kind](document, spread, rng)
            if text:
                queries.append(Query(kind, text, frozenset({document.id, *right[document.id]})))
    return queries


def _right(projection: Projection) -> Mapping[str, set[str]]:
    """The records of one story: a report, its lessons and its problem."""
    right: dict[str, set[str]] = defaultdict(set)
    pairs = [
        *((pir.id, lesson) for pir in projection.pirs.values() for lesson in pir.lessons),
        *((pir.id, pir.problem) for pir in projection.pirs.values() if pir.problem),
        *((lesson.id, pir) for lesson in projection.lessons.values() for pir in lesson.learned_from),
        *((problem.id, pir) for problem in projection.problems.values() for pir in problem.pirs),
    ]
    for one, other in pairs:
        right[one].add(other)
        right[other].add(one)
    return right


def _text(document: SearchDocument) -> str:
    return "\n".join(text for texts in document.texts().values() for text in texts)


def _sentences(document: SearchDocument, spread: Counter[str]) -> list[list[str]]:
    """Its sentences as words, of those that hold at least three telling ones."""
    found = []
    fields = [*document.fields.get("symptoms", ()), *document.fields.get("lead", ()), *document.fields.get("body", ())]
    for text in fields:
        for sentence in _SENTENCE.split(text):
            words = [w for w in _WORD.findall(sentence) if not _TIME.search(w)]
            if len(words) <= 40 and len(set(_telling(words, spread))) >= 3:
                found.append(words)
    return found


def _telling(words: Sequence[str], spread: Counter[str]) -> list[str]:
    return [w for w in words if len(w) > 3 and w.lower() not in ENGLISH_STOP_WORDS and spread[w.lower()] < 25]


def _symptom(document: SearchDocument, spread: Counter[str], rng: random.Random) -> str:
    sentences = _sentences(document, spread)
    if not sentences:
        return ""
    words = [word for word in rng.choice(sentences) if rng.random() < 0.75]
    half = rng.randrange(len(words)) if words else 0
    return " ".join(_OTHERWISE.get(word.lower(), word.lower()) for word in words[half:] + words[:half])


def _alert(document: SearchDocument, spread: Counter[str], rng: random.Random) -> str:
    sentences = _sentences(document, spread)
    if not sentences:
        return ""
    words = [word for word in rng.choice(sentences) if rng.random() < 0.85]
    return rng.choice(_WRAPPINGS)(" ".join(words), rng)


def _identifier(document: SearchDocument, spread: Counter[str], rng: random.Random) -> str:
    names = sorted({n for n in _NAME.findall(_text(document)) if spread[n.lower()] in (1, 2) and not _TIME.search(n)})
    if not names:
        return ""
    name = rng.choice(names)
    return rng.choice((name, name.lower(), re.sub(r"[-_.]", " ", name)))


def _misspelt(document: SearchDocument, spread: Counter[str], rng: random.Random) -> str:
    sentences = _sentences(document, spread)
    if not sentences:
        return ""
    words = _telling(rng.choice(sentences), spread)[:4]
    return " ".join(_slip(word.lower(), rng) if rng.random() < 0.6 else word.lower() for word in words)


def _slip(word: str, rng: random.Random) -> str:
    """`word` with one letter left out, doubled, exchanged or swapped with the next, but for the first."""
    if len(word) < 5 or not word.isalpha():
        return word
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + rng.choice("aeiorstln") + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def _prefix(document: SearchDocument, spread: Counter[str], rng: random.Random) -> str:
    sentences = _sentences(document, spread)
    if not sentences:
        return ""
    words = _telling(rng.choice(sentences), spread)[:3]
    last = words[-1].lower()
    return " ".join([*(word.lower() for word in words[:-1]), last[: max(3, len(last) * 2 // 3)]])


def _short(document: SearchDocument, spread: Counter[str], rng: random.Random) -> str:
    words = list(dict.fromkeys(w.lower() for w in _telling(_WORD.findall(document.title), spread)))
    words += [
        w.lower() for texts in document.fields.get("symptoms", ()) for w in _telling(_WORD.findall(texts), spread)
    ]
    chosen = rng.sample(words, 3) if len(words) >= 3 else []
    return " ".join(_OTHERWISE.get(word, word) for word in chosen)


_KINDS: Mapping[str, Callable[[SearchDocument, Counter[str], random.Random], str]] = {
    "symptom": _symptom,
    "alert": _alert,
    "identifier": _identifier,
    "misspelt": _misspelt,
    "prefix": _prefix,
    "short": _short,
}


def show(queries: Sequence[Query]) -> Iterator[str]:
    """One line each, for reading what was made."""
    for query in queries:
        yield f"{query.kind:<11}{query.text!r} -> {', '.join(sorted(query.relevant))}"
