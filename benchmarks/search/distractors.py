"""Records that are none of the right ones: made of the words of the real ones, so that they stand in the way.

Their sentences follow the real records word by word (a Markov chain over pairs of words), so common words are as
frequent as they are there, however many records there are. Rare words are too: each record uses a few of them in
passing, some from one and the same real record, and every third record is about one that heads a real record. Names
(hosts, codes, tickets) are its own.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from mkdocs_pir.search.search_document import SearchDocument

_WORD = re.compile(r"\S*\w\S*")
_PLAIN = re.compile(r"[a-z]{4,14}")
_OWN = 3  # real documents that use a word before distractors use it as an everyday word
_NAME = re.compile(r"[0-9_]|[a-z][A-Z]|[A-Z]{3}")
_NAMED = 12  # a code or a name in fewer real documents stays with them: it is what somebody would search for
_PASSING = 4  # rare words used in passing: so many from anywhere, and so many from one real record
_RARITY = 0.03  # their share among the words
_START = ""


class Distractors:
    """A source of documents like `models`, always the same for the same models and number."""

    def __init__(self, models: Sequence[SearchDocument]) -> None:
        texts = [[text for texts in model.texts().values() for text in texts] for model in models]
        found_in: Counter[str] = Counter()
        for of_one in texts:
            found_in.update({_bare(word) for text in of_one for word in _WORD.findall(text)})
        rare = {word for word, count in found_in.items() if count < _OWN and _PLAIN.fullmatch(word)}
        self._by_model = [words for of_one in texts if len(words := _rare(of_one, rare)) >= _PASSING]
        self._rare = sorted(rare)
        heads = [[model.title, *model.fields.get("symptoms", ())] for model in models]
        self._heads = sorted({word for of_one in heads for word in _rare(of_one, rare)})
        follow: dict[str, list[str]] = defaultdict(list)
        for of_one in texts:
            for text in of_one:
                before = _START
                for word in _WORD.findall(text):
                    if found_in[_bare(word)] < (_NAMED if _NAME.search(word) else _OWN):
                        before = _START
                        continue
                    follow[before].append(word)
                    before = word.lower()
        self._follow = dict(follow)
        self._causes = sorted({c for m in models if m.kind == "cause" for c in [m.id]})
        self._services = sorted({s for m in models for s in m.filters.get("service", ())})
        self._clients = sorted({c for m in models for c in m.filters.get("client", ())}) or ["client"]

    def documents(self, number: int, seed: int = 1) -> Iterator[SearchDocument]:
        """`number` distractors: 7 of 10 are lessons, the others PIRs."""
        for n in range(number):
            yield self._document(n, random.Random(f"{seed} {n}"))

    def _document(self, n: int, rng: random.Random) -> SearchDocument:
        passing = [*rng.sample(self._rare, _PASSING), *rng.sample(rng.choice(self._by_model), _PASSING)]
        own = [_name(rng) for _ in range(2)]
        if rng.random() < 1 / 3:
            own.append(rng.choice(self._heads))

        def words(low: int, high: int, share: float = 0.03) -> str:
            out: list[str] = []
            before = _START
            for _ in range(rng.randint(low, high)):
                chance = rng.random()
                if chance < share:
                    out.append(rng.choice(own))
                elif chance < share + _RARITY:
                    out.append(rng.choice(passing))
                else:
                    word = rng.choice(self._follow.get(before) or self._follow[_START])
                    out.append(word)
                    before = word.lower()
                    continue
                before = _START
            return " ".join(out)

        kind = "lesson" if rng.random() < 0.7 else "pir"
        year, cause, service = rng.randint(2016, 2026), rng.choice(self._causes), rng.choice(self._services)
        day = f"{year}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        id_ = f"LL-{10_000 + n}" if kind == "lesson" else f"PIR-{year}-{10_000 + n}"
        workaround = words(6, 14)
        fields = {
            "symptoms": tuple(words(3, 8, 0.15) for _ in range(rng.randint(1, 3))),
            "lead": (words(12, 24), words(8, 16)),
            "workaround": (workaround,),
            "causes": (cause, cause.partition("/")[2].replace("-", " ")),
            "services": (service, service.replace("-", " ")),
            "body": tuple(f"{title}\n{words(15, 40)}" for title in ("Driving event", "What to do")),
        }
        filters = {
            "kind": (kind,),
            "client": (rng.choice(self._clients),),
            "service": (service,),
            "cause": (cause.partition("/")[0],),
            "severity": (f"SEV-{rng.randint(1, 4)}",),
            "year": (str(year),),
            "status": (rng.choice(("applied", "validated", "closed")),),
        }
        card = {
            "date": day,
            "severity": filters["severity"][0],
            "status": filters["status"][0],
            "services": [service],
            "workaround": workaround,
            "recommendation": fields["lead"][1],
        }
        return SearchDocument(id_, kind, words(6, 11, 0.15), f"{kind}s/{id_}.html", fields, filters, card)


def _rare(texts: Sequence[str], rare: set[str]) -> list[str]:
    return sorted({bare for text in texts for word in _WORD.findall(text) if (bare := _bare(word)) in rare})


def _bare(word: str) -> str:
    return word.strip("\"'`.,;:!?()[]{}<>*").lower()


def _name(rng: random.Random) -> str:
    """A name that only one incident has: a host, an error code, a class, a ticket."""
    syllable = "".join(rng.choice("bcdfglmnprstv") + rng.choice("aeiou") for _ in range(rng.randint(2, 3)))
    return rng.choice(
        (
            f"{syllable}-{rng.choice(('db', 'gw', 'api', 'mq'))}-{rng.randint(1, 40)}",
            f"{syllable[:3].upper()}-{rng.randint(1000, 99999)}",
            f"{syllable.capitalize()}{rng.choice(('Exception', 'Error', 'Timeout'))}",
            f"INC-{rng.randint(100000, 999999)}",
            f"10.{rng.randint(0, 99)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}",
            f"{syllable}.{rng.choice(('queue', 'svc', 'internal'))}",
        )
    )
