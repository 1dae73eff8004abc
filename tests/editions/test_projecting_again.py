"""Projecting again takes over the records of which nothing changed, and gives what projecting everything gives."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW_FILE, write_base

from mkdocs_pir.editions import withheld_names
from mkdocs_pir.editions.project import Memory, editions, project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.editions.withheld_names import RecordNames
from mkdocs_pir.kb import loading, settings

ROOT = Path(__file__).parents[2]
LESSON = "kb/lessons/LL-0001.md"


class Folder:
    """A knowledge base that is read and projected again and again. Its files are old."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._clock = 0
        self.reading, self.memory = loading.Memory(), Memory()
        for file in folder.rglob("*.*"):
            self._age(file)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8")
        self._age(self.folder / name)

    def change(self, name: str, old: str, new: str) -> None:
        self.write(name, (self.folder / name).read_text("utf-8").replace(old, new))

    def _age(self, file: Path) -> None:
        self._clock += 1
        os.utime(file, (0, 1_000_000_000 + self._clock))

    def again(self) -> Projection:
        kb = loading.read(settings.read(self.folder / "mkdocs.yml"), self.reading).knowledge
        projection = project(kb, Edition(), self.memory)
        assert projection == project(kb, Edition())
        return projection


@pytest.fixture
def base(tmp_path: Path) -> Folder:
    return Folder(write_base(tmp_path / "base"))


def _taken_over(before: Projection, after: Projection) -> set[str]:
    former = {id_: record for records in before.records.values() for id_, record in records.items()}
    return {id_ for records in after.records.values() for id_, record in records.items() if record is former.get(id_)}


def test_what_did_not_change_is_taken_over(base: Folder) -> None:
    before = base.again()
    base.change(REVIEW_FILE, "stood still for five hours", "stood still for six hours")
    after = base.again()
    ids = {id_ for records in after.records.values() for id_ in records}
    assert ids - _taken_over(before, after) == {"PIR-2025-0001"}


def test_a_record_is_made_again_where_another_one_that_it_names_changes_its_title(base: Folder) -> None:
    before = base.again()
    base.change(LESSON, "title: ", "title: Newly ")
    made = _taken_over(before, base.again())
    assert "PIR-2025-0001" not in made
    assert "mail-gateway" in made


def test_a_record_is_made_again_where_what_it_names_is_gone(base: Folder) -> None:
    base.change(REVIEW_FILE, "See [[LL-0001]].", "See [[LL-0001]] and [a lesson](../../lessons/LL-0001.md).")
    base.again()
    (base.folder / LESSON).unlink()
    assert "data-ref" not in base.again().pirs["PIR-2025-0001"].sections[0].text.html
    base.write(LESSON, FILES[LESSON])
    assert "data-ref" in base.again().pirs["PIR-2025-0001"].sections[0].text.html


def test_a_record_is_made_again_where_a_part_that_it_names_is_gone(base: Folder) -> None:
    lesson = (base.folder / LESSON).read_text("utf-8")
    base.write(LESSON, f"{lesson}\nDone by [[PIR-2025-0001-A1]], which [[PIR-2025-0001]] agreed on.\n")
    before = base.again().lessons["LL-0001"]
    base.change(REVIEW_FILE, "- id: A1", "- id: A7")
    assert base.again().lessons["LL-0001"] != before


def test_an_attachment_that_changes_is_cleaned_again(base: Folder) -> None:
    base.change(REVIEW_FILE, "reviews:", "attachments:\n  - {file: notes.txt, title: Notes}\nreviews:")
    base.write("kb/pirs/2025/notes.txt", "first")
    assert [file.content for file in base.again().files] == [b"first"]
    base.write("kb/pirs/2025/notes.txt", "later")
    assert [file.content for file in base.again().files] == [b"later"]


def test_random_changes_of_the_demonstration(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "kb", tmp_path / "kb")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    folder = Folder(tmp_path)
    dice = random.Random(17)
    names = sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "kb").rglob("*.md"))
    for _ in range(12):
        for name in dice.sample(names, 3):
            file = tmp_path / name
            text = file.read_text("utf-8") if file.exists() else ""
            match dice.randrange(5):
                case 0 if text:
                    file.unlink()
                case 1 if text:
                    folder.write(name, text.replace("title: ", "title: Newly "))
                case 2 if text:
                    folder.write(name, text.replace("- id: A1", "- id: A9"))
                case _:
                    folder.write(name, f"{text}\nSee [[{Path(dice.choice(names)).stem}]].\n")
        folder.again()


@pytest.mark.parametrize("remembered", [3, 1 << 17])
def test_editions_projected_by_one_process_are_those_projected_alone(
    remembered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(withheld_names, "_REMEMBERED", remembered)
    kb = loading.read(settings.read(ROOT / "mkdocs.yml"), loading.Memory()).knowledge
    names = RecordNames(kb)
    chosen = editions(kb)
    assert len(chosen) > 5
    for edition in (*chosen, *reversed(chosen)):
        assert project(kb, edition, names=names) == project(kb, edition)
