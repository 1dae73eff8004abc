"""The fuzz target: any bytes as a record are a valid record or coded problems, within 5 s and 512 MB.

Run by hand as `python tests/kb/fuzz_loader.py FOLDER -max_total_time=600`; FOLDER keeps what was found interesting.
Without atheris (see pyproject.toml for where it installs) it says so and ends with 3.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

try:
    import atheris
except ImportError:
    sys.exit(3)

with atheris.instrument_imports(include=["mkdocs_pir.kb", "frontmatter", "markdown_it"]):
    from mkdocs_pir.kb.formatting import arranged, formatted, says_the_same
    from mkdocs_pir.kb.frontmatter import decode
    from mkdocs_pir.kb.problem import CODES, ProblemError
    from mkdocs_pir.kb.record_files import read_record, read_register

from helpers.knowledge_base import FILES  # noqa: E402

PATHS = (
    "pirs/2025/PIR-2025-0001.md",
    "lessons/LL-0001.md",
    "handbook/on-call.md",
    "clients/harbor-credit.md",
    "registers/incidents.csv",
    "registers/satisfaction.csv",
)
MEMORY = 512 << 20

WORDS = ("---", "```", "///", "{", "}", "[", "]", ": ", "- ", "? ", "|-", ">+", "#", "&a", "*a", "!!", "<<", "x-", "audience",
         "release", "actions", "[[LL-0001]]", "PIR-2025-0001", "2026-01-01", "T02:10:00Z", "+00:00", "true", "password=")  # fmt: skip


def one(data: bytes) -> None:
    """Read some bytes as the file that the first of them chooses. Raises AssertionError for a broken promise."""
    if not data:
        return
    path, raw = PATHS[data[0] % len(PATHS)], data[1:]
    try:
        if path.endswith(".csv"):
            register = {"incidents": "incident"}.get(Path(path).stem, "satisfaction")
            _, problems = read_register(register, path, raw)
        else:
            entry, problems = read_record(path, raw)
            assert (entry.record is None) == any(p.severity == "error" for p in problems)
            if entry.record is not None:
                once = formatted(path, raw)
                assert formatted(path, once) == once, "formatted twice"
                if entry.body_line > 1:
                    fields = "\n".join(decode(raw, path).split("\n")[1 : entry.body_line - 2]) + "\n"
                    assert says_the_same(fields, arranged(fields, entry.kind), entry.kind), "formatting loses something"
    except ProblemError as error:
        problems = list(error.problems)
        assert problems, "refused without a problem"
    lines = raw.count(b"\n") + raw.count(b"\r") + 1
    for problem in problems:
        assert problem.code in CODES
        assert problem.path == path
        assert 0 <= problem.line <= lines + 1, problem


def main(arguments: Sequence[str]) -> None:
    corpus = Path(arguments[0])
    corpus.mkdir(parents=True, exist_ok=True)
    for n, path in enumerate(PATHS):
        (corpus / f"seed{n}").write_bytes(bytes([n]) + FILES[f"kb/{path}"].encode())
    words = corpus.parent / "words.txt"
    words.write_text("".join('"' + w.replace("\\", "\\\\").replace('"', '\\"') + '"\n' for w in WORDS))
    # what is there before the first input, the fuzzer's own tables included, is not the loader's
    limits = [f"-rss_limit_mb={(MEMORY >> 20) + 256}", f"-malloc_limit_mb={MEMORY >> 20}", "-timeout=5"]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    atheris.Setup([sys.argv[0], str(corpus), f"-dict={words}", *limits, "-max_len=8192", *arguments[1:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
