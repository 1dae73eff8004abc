"""A mkdocs.yml that would become more than it says is refused at its line, and nothing that it names runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, find_problems, pir_in, write_base
from helpers.limited_process import run_limited

CONFIG = FILES["mkdocs.yml"]
OPTION = "      as_of: 2026-09-30\n"
BOMB = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]


def beside(*lines: str) -> str:
    return CONFIG + "extra:\n" + "".join(f"  {line}\n" for line in lines)


def in_options(*lines: str) -> str:
    return CONFIG.replace(OPTION, OPTION + "".join(f"      {line}\n" for line in lines))


CASES = {
    "aliases of aliases": (beside(*BOMB), 16, "more than 50,000 values"),
    "the same in the options": (in_options("targets:", *(f"  {line}" for line in BOMB)), 15, "more than 50,000 values"),
    "an option that is one": ("\n".join(BOMB[:-1]) + "\n" + in_options("holidays: *a9"), 6, "more than 50,000 values"),
    "merge keys of merge keys": (
        beside("x0: &x0 {a: b}", *(f"x{n}: &x{n} {{<<: [{', '.join([f'*x{n - 1}'] * 9)}]}}" for n in range(1, 9))),
        16,
        "more than 50,000 values",
    ),
    "an option within itself": (in_options("holidays: &h [*h]"), 9, "the alias *h is inside the value that it refers to"),
    "plugins within themselves": (CONFIG.replace("plugins:\n", "plugins: &p\n  - *p\n"), 6, "is inside the value that it refers to"),
    "brackets in brackets": (beside("a: " + "[" * 20_000 + "]" * 20_000), 11, "nested more than 50 levels deep"),
    "lists in lists": (beside("- " * 15_000 + "a"), 11, "nested more than 50 levels deep"),
    "a very long number": (beside("a: " + "1" * 60_000), 11, "a number with too many digits"),
    "a number in sixties": (beside("a: 1" + ":59" * 20_000), 11, "a number with too many digits"),
    "a tag that is not true": (beside("a: !!int word"), 11, "a value that does not fit its tag"),
    "more than anybody writes": (beside(*(f"a{n}: b" for n in range(40_000))), 24998, "more than 50,000 values"),
}  # fmt: skip

CHECK = """
import sys
from pathlib import Path
from mkdocs_pir.kb.loading import load
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.kb.settings import read
try:
    load(read(Path(sys.stdin.read())))
except ProblemError as error:
    for problem in error.problems:
        print(problem.code, problem.path, problem.line, problem.message)
"""


@pytest.mark.parametrize("name", CASES)
def test_a_configuration_that_becomes_too_much_is_refused_at_its_line(tmp_path: Path, name: str) -> None:
    text, line, words = CASES[name]
    write_base(tmp_path, {"mkdocs.yml": text})
    code, path, where, message = run_limited(CHECK, str(tmp_path / "mkdocs.yml")).split(" ", 3)
    assert (code, path, int(where)) == ("PIR601", "mkdocs.yml", line)
    assert words in message


def test_the_file_that_is_inherited_is_bounded_too(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": "INHERIT: base.yml\n", "base.yml": beside(*BOMB)})
    assert run_limited(CHECK, str(tmp_path / "mkdocs.yml")).startswith("PIR601 base.yml 16 ")


def test_mkdocs_itself_meets_no_endless_options(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": in_options("holidays: &h [*h]")})
    build = "import sys; from mkdocs.__main__ import cli; cli(['build', '-f', sys.stdin.read()], standalone_mode=False)"
    with pytest.raises(AssertionError, match="is inside the value that it refers to"):
        run_limited(build, str(tmp_path / "mkdocs.yml"))


def test_aliases_that_say_what_they_mean_are_read(tmp_path: Path) -> None:
    write_base(
        tmp_path, {"mkdocs.yml": CONFIG.replace("as_of: 2026-09-30", "as_of: &day 2026-09-30\n      holidays: [*day]")}
    )
    assert find_problems(tmp_path) == []


@pytest.mark.parametrize("where", [beside, in_options])
@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["build", "--edition", "client:harbor-credit"],
        ["release", "PIR-2025-0001"],
        ["kpi"],
        ["pack", "harbor-credit"],
    ],
)
def test_no_object_that_the_configuration_names_is_made(tmp_path: Path, where, arguments: list[str]) -> None:
    ran = tmp_path / "ran"
    write_base(tmp_path, {"mkdocs.yml": where(f"x-a: !!python/object/apply:os.mkdir ['{ran}']")})
    pir_in(tmp_path, *arguments)
    assert not ran.exists()
