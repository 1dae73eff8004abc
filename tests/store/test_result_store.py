"""The store of results: what was put in is found again, and nothing that happens to its file stops a command."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.store.result_store import FILE, ResultStore, key

RESULTS = {key("a", str(number)): f"result {number}".encode() * 50 for number in range(1200)}


def filled(folder: Path, results: dict[bytes, bytes] = RESULTS) -> Path:
    """The folder of a store with these results."""
    store = ResultStore(folder)
    store.put(results)
    store.close()
    return folder


def test_what_was_put_in_is_found_by_another_process(tmp_path: Path) -> None:
    store = ResultStore(filled(tmp_path / "kept"))
    assert store.get(RESULTS) == RESULTS
    assert store.get([key("b"), *RESULTS]) == RESULTS


@given(st.lists(st.text() | st.binary(), max_size=4), st.lists(st.text() | st.binary(), max_size=4))
def test_other_parts_have_another_key(one: list[str | bytes], other: list[str | bytes]) -> None:
    plain = [
        [part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in parts]
        for parts in (one, other)
    ]
    assert (key(*one) == key(*other)) == (plain[0] == plain[1])


def test_without_a_folder_nothing_is_kept() -> None:
    store = ResultStore(None)
    store.put(RESULTS)
    assert store.get(RESULTS) == {}
    store.close()


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100, None])
def test_a_damaged_store_is_begun_anew(tmp_path: Path, damage: bytes | None) -> None:
    file = filled(tmp_path) / FILE
    if damage is None:
        content = bytearray(file.read_bytes())
        content[4096 : len(content) // 2] = bytes(len(content) // 2 - 4096)
        damage = bytes(content)
    file.write_bytes(damage)
    for _ in range(3):
        store = ResultStore(tmp_path)
        found = store.get(RESULTS)
        assert all(RESULTS[name] == value for name, value in found.items())
        store.put(RESULTS)
        store.close()
    store = ResultStore(tmp_path)
    assert store.get(RESULTS) == RESULTS


@pytest.mark.parametrize("seed", range(40))
def test_bytes_written_over_a_store_stop_nothing(tmp_path: Path, seed: int) -> None:
    """Damage in the schema is reported in words that are no text, damage elsewhere as values of other types."""
    dice = random.Random(seed)
    file = filled(tmp_path, dict(list(RESULTS.items())[:40])) / FILE
    content = bytearray(file.read_bytes())
    for _ in range(dice.randrange(1, 60)):
        content[dice.randrange(100, dice.choice([600, len(content)]))] = dice.randrange(256)
    file.write_bytes(content)
    for _ in range(2):
        store = ResultStore(tmp_path)
        assert all(RESULTS[name] == value for name, value in store.get(RESULTS).items())
        store.put({key("new"): b"new"})
        store.close()


def test_a_result_that_was_tampered_with_is_not_used(tmp_path: Path) -> None:
    with sqlite3.connect(filled(tmp_path) / FILE) as connection:
        connection.execute("UPDATE results SET value = substr(value, 1, 8) || x'00' || substr(value, 10)")
    assert ResultStore(tmp_path).get(RESULTS) == {}


def test_a_file_in_the_place_of_the_folder_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file", "utf-8")
    store = ResultStore(tmp_path / "kept")
    store.put(RESULTS)
    assert store.get(RESULTS) == {}
    store.close()


def test_a_store_that_another_process_writes_to_for_long_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mkdocs_pir.store.result_store.PATIENCE", 0.05)
    other = sqlite3.connect(filled(tmp_path) / FILE)
    other.execute("BEGIN EXCLUSIVE")
    store = ResultStore(tmp_path)
    store.put({key("new"): b"new"})
    store.close()
    other.rollback()
    assert ResultStore(tmp_path).get([*RESULTS, key("new")]) == RESULTS


def test_the_oldest_results_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = {key(str(number)): bytes(1000) for number in range(200)}
    store = ResultStore(tmp_path, limit=200_000)
    for day, (name, value) in enumerate(large.items()):
        monkeypatch.setattr(time, "time", lambda day=day: day * 100_000)
        store.put({name: value})
    store.get(list(large)[:5])
    store.put({key("much"): bytes(50_000)})
    store.close()
    left = ResultStore(tmp_path, limit=200_000).get([*large, key("much")])
    assert key("much") in left
    assert set(list(large)[:5]) <= left.keys(), "what was used today stays"
    assert list(large)[5] not in left
    assert sum(map(len, left.values())) <= 150_000


WRITER = """
import sys
from pathlib import Path
from mkdocs_pir.store.result_store import ResultStore, key
store = ResultStore(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), int(sys.argv[2]) + 20):
    store.put({key(str(number)): str(number).encode()})
store.close()
"""


def test_processes_may_write_at_once(tmp_path: Path) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(start)]) for start in (0, 20, 40)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert len(ResultStore(tmp_path).get([key(str(number)) for number in range(60)])) == 60


def test_git_and_backups_pass_it_by(tmp_path: Path) -> None:
    folder = filled(tmp_path / "kept")
    assert (folder / ".gitignore").read_text("utf-8") == "*\n"
    assert (folder / "CACHEDIR.TAG").read_text("utf-8").startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / FILE).stat().st_mode & 0o077 == 0
