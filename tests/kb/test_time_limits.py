"""Reading the largest allowed text takes time in proportion to its length, whatever the text is.

No clock is read: each text has a process of its own, which the system ends after many times what it needs. With time
that grows with the square of the length, these texts would take hours.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from helpers.knowledge_base import REVIEW, find_problems, pir_in, write_base
from helpers.limited_process import run_limited
from helpers.repository import ROOT

from mkdocs_pir.kb.texts import Texts, time_limit
from mkdocs_pir.kb.texts.rendering import MarkdownReader

SIZE = 900_000


WORDING = """
import sys
from mkdocs_pir.kb import lint
from mkdocs_pir.kb.record_files import read_record
entry, _ = read_record("lessons/LL-0001.md", sys.stdin.buffer.read())
print(*(problem.code for problem in lint.wording(entry)))
"""
LESSON = '---\nid: LL-0001\ntitle: A\nstatus: draft\naudience: shared\nlesson: "\\\n'
WIDTH = 50_000


def field(piece: str) -> str:
    """A record whose field `lesson` is one piece over and over, without a line break or a space of its own."""
    line = f"  {piece * (WIDTH // len(piece))}".replace('"', '\\"')
    return LESSON + f"{line}\\\n" * (SIZE // WIDTH) + '  "\n---\n'


@pytest.mark.parametrize(
    "piece",
    [
        "a-",
        "a.",
        "a+",
        "a.md",
        "://a-",
        "a://b:c",
        "not human error ",
        "password: Removed ",
        "token=a(",
        "a@b.",
        "a.b@",
    ],
)
def test_the_lint_of_wording_reads_a_text_in_the_time_of_its_length(piece: str) -> None:
    assert "PIR405" not in run_limited(WORDING, field(piece))


ID_PATTERN = """
import sys
from mkdocs_pir.kb.id_patterns import follows
pattern, id_ = sys.stdin.read().split()
print(follows(pattern, id_), follows(pattern, "A" * 50 + "B"))
"""


@pytest.mark.parametrize("pattern", ["(A+)+B", "(A|A)*B", "(A*)*B", "(A|AA)+B", "(?:A?){30}A{30}B", "(.*)*B"])
def test_no_pattern_of_ids_keeps_the_check_busy(pattern: str) -> None:
    assert run_limited(ID_PATTERN, f"{pattern} {'A' * 64}").split() == ["False", "True"]


LONG_TEXT = "Some words.\n\n" + "| a | `b` |\n" * 800 + "\n" + "one two three words\n\n" * 600


def test_a_text_that_is_not_rendered_in_time_is_named_at_its_line_and_tried_again_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "kb/pirs/2025/PIR-2025-0001.md"
    write_base(tmp_path, {path: REVIEW.replace("The probe read another port.", f"The probe.\n\n{LONG_TEXT}")})
    line = REVIEW.split("\n").index("The probe read another port.") + 5
    with monkeypatch.context() as patched:
        patched.setattr(time_limit, "SECONDS", 0.01)
        (found,) = find_problems(tmp_path)
        assert (found["code"], found["path"], found["line"]) == ("PIR026", path.removeprefix("kb/"), line)
    assert find_problems(tmp_path) == []


def test_a_process_of_its_own_renders_a_text_as_any_other_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert time_limit.may_take_long(LONG_TEXT)
    assert time_limit.render(("nl2br",), LONG_TEXT) == MarkdownReader(("nl2br",)).render(LONG_TEXT)
    monkeypatch.setattr(time_limit, "_renderer", time_limit._Renderer())
    monkeypatch.setattr(sys, "executable", "no/python")
    assert time_limit.render((), LONG_TEXT) == MarkdownReader().render(LONG_TEXT)


def test_a_process_that_dies_takes_no_command_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_limit, "_renderer", time_limit._Renderer())
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert [one.code for one in Texts().read(LONG_TEXT + "!").misreadings] == ["PIR026"]


def test_an_ordinary_knowledge_base_begins_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_limit, "render", None)
    assert find_problems(write_base(tmp_path)) == []
    assert pir_in(ROOT, "check").exit_code == 0


CHECK_FILE = """
import sys
from pathlib import Path
from mkdocs_pir.kb.loading import load
from mkdocs_pir.kb.settings import read
print(*sorted({problem.code for problem in load(read(Path(sys.stdin.read()))).problems}))
"""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("## Timeline\n" * 20_000, "PIR110"),
        ("user error\n\n" * 12_000, "PIR405"),
        ("## a\n\n[[LL-9999]]\n\n" * 6_000, "PIR203"),
        ("## *a*b\n\n> c*d* e\n> ## f\n" * 5_000, "PIR020"),
    ],
)
def test_what_is_wrong_many_times_is_named_in_the_time_of_its_length(tmp_path: Path, body: str, code: str) -> None:
    draft = "---\nid: LL-0002\ntitle: A\nstatus: draft\n---\n"
    write_base(tmp_path, {"kb/lessons/LL-0002.md": draft + body})
    assert code in run_limited(CHECK_FILE, str(tmp_path / "mkdocs.yml"))
