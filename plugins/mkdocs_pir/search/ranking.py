"""The ranking of the search in numbers: weights of fields and kinds, and what readers of an index rank and explain by.

Each is said once: a browser has those of the readers from the manifest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldWeight:
    """How much one mention in a field counts, how far length dilutes it (b), and its usual length in words."""

    weight: float
    b: float
    usual: int


FIELD_WEIGHTS: Mapping[str, FieldWeight] = {
    "id": FieldWeight(40, 0.0, 1),
    "title": FieldWeight(2.5, 0.3, 8),
    "symptoms": FieldWeight(1.8, 0.3, 20),
    "lead": FieldWeight(1.3, 0.4, 30),
    "workaround": FieldWeight(1.2, 0.4, 30),
    "tried": FieldWeight(0.9, 0.4, 30),
    "causes": FieldWeight(0.6, 0.3, 8),
    "services": FieldWeight(0.8, 0.3, 4),
    "tags": FieldWeight(1.5, 0.3, 3),
    "body": FieldWeight(1, 0.42, 300),
}
"""The fields of a document in the order in which they explain a match."""

KIND_WEIGHTS: Mapping[str, float] = {"cause": 0.7}
"""A factor for the weights of documents of a kind: a cause only groups the lessons that people look for."""

K1 = 2.5  # how fast further mentions of a word count for less
IDF_POWER = 0.75  # a word that is in one record of ten thousand may be there by chance
COVER_POWER = 0.3  # how much a document loses that answers a part of the query

# scores are sums of products of whole numbers, the same in every reader to the last digit
IMPACT_LEVELS = 15
IDF_SCALE = 32
COVER_SCALE = 256

# a query
MAX_TEXT = 65_536  # characters of it that are read
MAX_WORDS = 128  # different words of it that are looked up
MAX_SLOTS = 32  # the most telling of them, which are ranked by
MAX_MENDED = 6
SHORT = 4  # chunks up to which it was typed, not pasted: all its words are meant
LONG = 12  # chunks from which it was pasted: what is unknown there is rather a name than a slip
PREFIX = 3  # characters that a word needs to be completed, unless it is the only one
QUOTED_CHUNK = 60  # characters of a chunk that is said to be in no record
EXPANSIONS = 8  # completions of the beginning of a word
PREFIX_SHARDS = 4  # shards looked through for them

# weights of what answers it, in sixteenths
WHOLE = 16
PART = 8
LEFT = 12
JOINED = 8
SYNONYM = 6
PHRASE = 10
ITSELF = 4
ALERT = 4
BEGUN, MENDED = 10, 12  # what is left of a weight

CUT = 8  # a hit scores at least an eighth of the best
HALF = 2  # less than half of what the best answers is few; a known error stands above its reviews from half their score
SCALE = IDF_SCALE * IMPACT_LEVELS * WHOLE * COVER_SCALE  # of a score

# why a document matched
SNIPPET = 180  # characters of a snippet, at most, without its ellipses
WITHIN = 150  # the stretch that should hold as many of the words as possible
BEFORE = 40  # characters before it
PARTS = 2  # snippets beside the title
STARTS, NEAR = 200, 40  # marks looked at, so that a long body costs no more than a short one


def numbers() -> dict[str, int]:
    """The whole numbers, which readers use, by name in lower case, as the manifest holds them."""
    return {name.lower(): value for name, value in globals().items() if name.isupper() and isinstance(value, int)}
