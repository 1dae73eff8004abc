"""Any bytes are a record or coded problems, within 5 seconds and 512 MB. Takes minutes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from mkdocs_pir.kb.frontmatter import MAX_BYTES

pytestmark = pytest.mark.nightly

HERE = Path(__file__).parent
SECONDS = int(os.environ.get("PIR_FUZZ_SECONDS", "600"))
MEMORY = 512 << 20

READ = """
import sys
from mkdocs_pir.kb import lint
from mkdocs_pir.kb.formatting import formatted
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.kb.record_files import read_record
raw = sys.stdin.buffer.read()
try:
    if sys.argv[1:] == ["format"]:
        problems = formatted("lessons/LL-0001.md", raw).splitlines()
    else:
        entry, problems = read_record("lessons/LL-0001.md", raw)
        problems += lint.wording(entry)
except ProblemError as error:
    problems = error.problems
print(len(problems))
"""


def test_a_fuzzer_finds_nothing_that_breaks_the_loader(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "fuzz_loader.py"), str(tmp_path / "corpus"), f"-max_total_time={SECONDS}"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    if run.returncode == 3:
        pytest.skip("atheris is not installed; it comes with '.[fuzz]' on Linux")
    assert run.returncode == 0, run.stderr[-4000:]
    assert "Done " in run.stderr


HEAD = "---\nid: LL-0001\ntitle: A\nstatus: draft\n"
PIECES = (
    "[", "[[", "![", "](", "`", "``` ", "*", "_ ", "**a", "> ", "- ", "1. ", "|", "| a ", "#", "# ", "## a", "<", "<a ", "<!--", "&amp;", "&",
    "\\", "~", "///", "/// a", "\t", " ", "a", "é", "🚒", "PIR-2025-0001 ", "a@b.c ", "a/b ", "10.0.0.1 ", "password: ", "token=a",
    "should have ", "Anna Keller ", "not ", "://", "a://b:c@", "eyJ", "-----BEGIN ", "if ", "asked if ", "A-", "a-",
)  # fmt: skip
FIELDS = (
    "x-a: ",
    "[",
    "{",
    "? ",
    "- ",
    "a: ",
    '"',
    "'",
    "|\n ",
    ">\n ",
    "# ",
    "&a ",
    "*a ",
    "!a ",
    "%",
    "\\",
    "{a: ",
    "[a, ",
    "x-b: c\n",
    "- a\n",
)


def filled(piece: str, width: int, size: int = MAX_BYTES) -> str:
    """A text of nearly this many bytes, of one piece over and over in lines of at most `width` bytes."""
    line = piece * max(1, width // len(piece.encode()))
    return f"{line}\n" * ((size - 200) // (len(line.encode()) + 1))


CASES = {
    **{f"body of {p!r}, lines of {w}": HEAD + "---\n" + filled(p, w) for p in PIECES for w in (24, 1000, 60_000)},
    **{f"fields of {p!r}, lines of {w}": HEAD + filled(p, w) + "---\n" for p in FIELDS for w in (24, 60_000)},
    **{f"a note of {p!r}": HEAD + "x-a:\n" + "".join(f"  {p}\n" for _ in range(48_000)) + "---\n" for p in ("- a", "- a: b", "- [a]", "# a")},
    **{f"a text of {p!r}": f"{HEAD}lesson: |-\n" + "".join(f"  {line}\n" for line in filled(p, 1000, 900_000).split("\n")) + "---\n" for p in PIECES},
}  # fmt: skip


def limits(seconds: int = 5) -> None:
    """What one file may cost, Python and its modules included in the time and not in the memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY + (512 << 20), MEMORY + (512 << 20)))


@pytest.mark.parametrize(
    ("name", "how"),
    [(name, how) for name in CASES for how in ("read", "format") if how == "read" or "body" not in name],
)
def test_a_file_as_large_as_allowed_costs_no_time_and_no_memory(name: str, how: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", READ, how],
        input=CASES[name].encode(),
        capture_output=True,
        check=False,
        preexec_fn=partial(limits, 5 if how == "read" else 15),
    )
    assert run.returncode == 0, run.stderr.decode()[-2000:] or run.returncode
    assert run.stdout.strip().isdigit()
