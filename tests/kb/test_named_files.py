"""A picture or file that a text names is there and declared, or it is an error at its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, find_problems, pir, write_base

PATH = "kb/pirs/2025/PIR-2025-0001.md"
LINE = REVIEW.split("\n").index("Mail stood still for five hours. See [[LL-0001]].") + 1


def _found(folder: Path, text: str, more: str = "", **files: bytes) -> list[tuple[object, ...]]:
    review = REVIEW.replace("Mail stood still for five hours.", text).replace("lessons: [", f"{more}lessons: [", 1)
    write_base(folder, {PATH: review, **{f"kb/pirs/2025/{name}.csv": content for name, content in files.items()}})
    return [(p["path"], p["line"], p["column"], p["code"]) for p in find_problems(folder) if p["code"] == "PIR209"]


@pytest.mark.parametrize(
    "text",
    ["As in ![the queue](queue.csv).", "As in [the rows](queue.csv).", 'As in <img src="queue.csv">.'],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_missing_or_undeclared_file_is_reported_at_its_line(tmp_path: Path, text: str, is_there: bool) -> None:
    files = {"queue": b"a,b\n1,2\n"} if is_there else {}
    column = text.index("queue.csv") + 1
    assert _found(tmp_path, text, **files) == [("pirs/2025/PIR-2025-0001.md", LINE, column, "PIR209")]


@pytest.mark.parametrize(
    "text",
    [
        "As in [the rows](queue.csv), [there](#there) and [elsewhere](https://a.example/x.csv).",
        "As in [the lesson](../../lessons/LL-0001.md) and `![x](no.png)`.",
        "As in [the map](../../process.html).",
    ],
)
def test_what_pages_have_is_no_problem(tmp_path: Path, text: str) -> None:
    assert _found(tmp_path, text, "attachments: [{file: queue.csv}]\n", queue=b"a,b\n1,2\n") == []


def test_a_field_is_a_text_too(tmp_path: Path) -> None:
    lesson = FILES["kb/lessons/LL-0001.md"].replace("lesson: Hosts", "lesson: As in ![x](no.png). Hosts")
    write_base(tmp_path, {"kb/lessons/LL-0001.md": lesson})
    (found,) = find_problems(tmp_path)
    assert (found["path"], found["code"]) == ("lessons/LL-0001.md", "PIR209")


PAGE = """\
---
title: Whom to call
audience: shared
release: {approved_by: problem-manager, on: 2025-04-28}
attachments:
  - {file: ladder.csv, title: Whom to call, audience: shared}
  - {file: rota.csv, title: The rota}
---
As in [the ladder](ladder.csv) and [the rota](rota.csv).
"""


def test_a_handbook_page_has_files_of_its_own(tmp_path: Path) -> None:
    files = {"ladder.csv": b"step,who\n1,duty desk\n", "rota.csv": b"week,who\n1,team north\n"}
    write_base(tmp_path, {"kb/handbook/calls.md": PAGE, **{f"kb/handbook/{name}": raw for name, raw in files.items()}})
    assert find_problems(tmp_path) == []
    built = pir(tmp_path, "build", "--edition", "all")
    assert built.exit_code == 0, built.stderr
    inside, client = tmp_path / "published/internal", tmp_path / "published/clients/quellmark"
    assert (inside / "files/handbook-calls-1.csv").read_bytes() == files["ladder.csv"]
    assert (inside / "files/handbook-calls-2.csv").read_bytes() == files["rota.csv"]
    assert 'href="../files/handbook-calls-2.csv"' in (inside / "handbook/calls.html").read_text("utf-8")
    assert [file.name for file in (client / "files").iterdir()] == ["handbook-calls-1.csv"]
    page = (client / "handbook/calls.html").read_text("utf-8")
    assert 'href="../files/handbook-calls-1.csv"' in page
    assert "rota.csv" not in page


def test_a_file_of_a_handbook_page_that_it_does_not_declare_is_named(tmp_path: Path) -> None:
    write_base(tmp_path, {"kb/handbook/calls.md": PAGE.replace("  - {file: rota.csv, title: The rota}\n", "")})
    write_base(tmp_path, {"kb/handbook/ladder.csv": b"a\n", "kb/handbook/rota.csv": b"b\n"})
    (found,) = [p for p in find_problems(tmp_path) if p["path"] == "handbook/calls.md"]
    assert (found["line"], found["code"]) == (8, "PIR209")
    assert "under 'attachments'" in str(found["hint"])
