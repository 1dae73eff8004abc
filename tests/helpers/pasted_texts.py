"""Texts as people paste them into a search: logs, traces, JSON, SQL, bytes, noise; the same for a seed."""

from __future__ import annotations

import base64
import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from helpers.repository import ROOT

CORPORA = Path(os.environ.get("MKDOCS_PIR_CORPORA") or ROOT.parent / "shared/corpora")
WORDS = [
    "connection",
    "pool",
    "exhausted",
    "certificate",
    "expired",
    "handshake",
    "deadlock",
    "found",
    "when",
    "trying",
    "to",
    "get",
    "lock",
    "snapshot",
    "too",
    "old",
    "no",
    "space",
    "left",
    "on",
    "device",
    "timeout",
    "OOMKilled",
    "ECONNREFUSED",
    "10.12.3.4:8080",
    "ORA-01555",
    "/var/lib/x",
    "com.acme.FooBar",
    "kubelet",
    "HikariPool-1",
    "pod-name-7f9c",
    "CVE-2024-1234",
    "replica",
    "lag",
    "redelivered",
    "queue",
    "Überlast",
    "データベース",
    "接続エラー",
    "서버",
    "장애",
    "Ошибка",
]
_RANGES = ((0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x5FF), (0x600, 0x6FF), (0x900, 0xFFF), (0x3040, 0x9FFF), (0, 0x1F), (0xD7B0, 0xFFFF), (0x1F000, 0x1FAFF), (0x10000, 0x10FFFF))  # fmt: skip


def make_pastes(number: int, seed: int = 3) -> Iterator[str]:
    """`number` texts, most of a line or two, some of up to 100 kB."""
    for at in range(number):
        rng = random.Random(f"{seed} {at}")
        text = rng.choice(_KINDS)(rng)
        if rng.random() < 0.2:
            text = _spoilt(text, rng)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")  # two halves are one character
        yield text * (100_000 // max(len(text), 1)) if rng.random() < 0.002 else text


def _words(rng: random.Random, most: int = 12) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))


def _noise(rng: random.Random) -> str:
    low, high = rng.choice(_RANGES)
    return "".join(chr(rng.randint(low, high)) for _ in range(rng.randint(0, 60)))


def _log(rng: random.Random) -> str:
    lines = [
        f"2026-07-{rng.randint(10, 28)}T{rng.randint(10, 23)}:05:{rng.randint(10, 59)}.{rng.randint(100, 999)}Z "
        f"{rng.choice(('ERROR', 'WARN', 'FATAL'))} [{rng.choice(WORDS)}-{rng.randint(1, 99)}] {_words(rng)} id={rng.getrandbits(128):032x}"
        for _ in range(rng.randint(1, 15))
    ]
    return "\n".join(lines)


def _trace(rng: random.Random) -> str:
    frames = [
        f"\tat com.{rng.choice(WORDS).lower()}.{_name(rng)}.{_name(rng).lower()}({_name(rng)}.java:{rng.randint(1, 999)})"
        for _ in range(rng.randint(1, 30))
    ]
    return f"java.lang.{_name(rng)}Exception: {_words(rng)}\n" + "\n".join(frames)


def _name(rng: random.Random) -> str:
    return "".join(rng.choice(("Pool", "Http", "Server", "Lock", "Queue", "TLS")) for _ in range(rng.randint(1, 4)))


def _json(rng: random.Random) -> str:
    value = {
        rng.choice(WORDS): rng.choice((_words(rng), rng.randint(0, 10**12), None, [_noise(rng)])) for _ in range(6)
    }
    return json.dumps(value, ensure_ascii=rng.random() < 0.5)


def _sql(rng: random.Random) -> str:
    return f"SELECT * FROM {rng.choice(WORDS)} WHERE a='{_words(rng, 3)}' AND b~1^2 OR +x -y field:z; -- {_noise(rng)}"


def _bytes(rng: random.Random) -> str:
    return base64.b64encode(rng.randbytes(rng.randint(1, 4000))).decode()


def _syntax(rng: random.Random) -> str:
    marks = "'\"`~^*:+-()[]{}<>|&%$#@!?\\/.,;=_ \t\n"
    return "".join(rng.choice((rng.choice(marks), rng.choice(WORDS))) for _ in range(rng.randint(1, 60)))


@lru_cache
def _lines() -> Sequence[str]:
    """Lines of real incident reports, where they are at hand."""
    files = sorted(CORPORA.rglob("*.md"))[::3] if CORPORA.is_dir() else []
    return [line for file in files for line in file.read_text("utf-8", "replace").splitlines() if line.strip()]


def _real(rng: random.Random) -> str:
    lines = _lines()
    if not lines:
        return _log(rng)
    at = rng.randrange(len(lines))
    return "\n".join(lines[at : at + rng.randint(1, 6)])


def _prototype(rng: random.Random) -> str:
    return " ".join(
        rng.choice(("constructor", "__proto__", "toString", "hasOwnProperty", "NaN", "words 0")) for _ in range(4)
    )


def _spoilt(text: str, rng: random.Random) -> str:
    at = rng.randint(0, len(text))
    return text[:at] + _noise(rng) + text[at:][: rng.randint(0, 400)]


_KINDS: Sequence[Callable[[random.Random], str]] = (
    _words, _noise, _log, _trace, _json, _sql, _bytes, _syntax, _real, _real, _prototype,
)  # fmt: skip
