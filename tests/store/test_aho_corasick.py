"""Searching for many texts at once gives the same with the fast package as in Python alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import ahocorasick_rs
import pytest
from helpers.folders import read_files
from helpers.knowledge_base import pir, write_base
from helpers.other_machines import WITHOUT_FAST_SEARCH, run_elsewhere
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.store.aho_corasick import PythonAhoCorasick, PythonBytesAhoCorasick, apart

pytestmark = pytest.mark.slow

LETTERS = "abcé\U0001f525"
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=5), max_size=12)


@given(WORDS, st.text(LETTERS, max_size=60), st.booleans())
def test_the_matches_and_their_order_are_the_same(words: list[str], text: str, overlapping: bool) -> None:
    fast, slow = ahocorasick_rs.AhoCorasick(words), PythonAhoCorasick(words)
    assert slow.find_matches_as_indexes(text, overlapping) == fast.find_matches_as_indexes(text, overlapping)
    encoded = [word.encode() for word in words]
    fast_bytes, slow_bytes = ahocorasick_rs.BytesAhoCorasick(encoded), PythonBytesAhoCorasick(encoded)
    found = slow_bytes.find_matches_as_indexes(text.encode(), overlapping)
    assert found == fast_bytes.find_matches_as_indexes(text.encode(), overlapping)


@given(WORDS, st.text(LETTERS, max_size=60))
def test_whether_there_is_a_match_is_the_same(words: list[str], text: str) -> None:
    assert bool(apart(words).find_matches_as_indexes(text.encode())) == any(word in text for word in words)


@given(st.text("ab=:-", max_size=60))
def test_matches_that_do_not_overlap_are_the_same(text: str) -> None:
    words = ["ab", "a-", "::"]
    slow = PythonBytesAhoCorasick([word.encode() for word in words])
    assert apart(words).find_matches_as_indexes(text.encode()) == slow.find_matches_as_indexes(text.encode())


def test_an_empty_pattern_is_refused_by_both() -> None:
    for automaton in (ahocorasick_rs.AhoCorasick, PythonAhoCorasick):
        with pytest.raises(ValueError):
            automaton(["a", ""])


def test_editions_and_audits_are_the_same_without_the_package(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base")
    assert pir(base, "build", "--edition", "all", "--out", str(tmp_path / "fast")).exit_code == 0
    slow = run_elsewhere(
        tmp_path / "machine",
        ["-C", str(base), "build", "--edition", "all", "--force", "--out", str(tmp_path / "slow")],
        WITHOUT_FAST_SEARCH,
    )
    assert slow.returncode == 0, slow.stderr.decode()
    assert published(tmp_path / "slow") == published(tmp_path / "fast")


def published(out: Path) -> dict[str, bytes]:
    return {name: content for name, content in read_files(out).items() if not name.startswith(".pir/")}


def test_it_is_really_missing_in_that_test(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_FAST_SEARCH, "utf-8")
    program = "from mkdocs_pir.store import aho_corasick as a; print(a.BytesAhoCorasick is a.PythonBytesAhoCorasick)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == "True\n"
