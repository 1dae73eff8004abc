"""What docs/problems.md shows is true: every wrong example has its problem, every right one has none."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, find_problems, pir, pir_in, write_base
from helpers.repository import ROOT
from markdown_it import MarkdownIt

from mkdocs_pir.editions.audit import Auditor
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.editions.publish import publish_lock
from mkdocs_pir.kb.problem import CODES
from mkdocs_pir.kb.texts import time_limit
from mkdocs_pir.site.client_config import preview_problems

PAGE = ROOT / "docs/problems.md"
_LABEL = re.compile(r"^(?:\*(?P<verdict>Wrong|Right)\*|and)(?:,? in `(?P<path>[^`]+)`| then)?:$")
_CODE = re.compile(r": (?:error|warning|hint) (PIR\d{3}): ")


@dataclass
class Example:
    """Files, by their path on the page, and the commands that are run on them."""

    files: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)


def _examples() -> dict[str, dict[str, Example]]:
    """The examples of the page: by the first word of the heading they stand under, then by Wrong or Right."""
    out: dict[str, dict[str, Example]] = {}
    heading = verdict = path = previous = ""
    for token in MarkdownIt("commonmark").parse(PAGE.read_text("utf-8")):
        if token.type == "inline" and previous == "heading_open":
            heading, verdict = token.content.split()[0], ""
        elif token.type == "inline" and (label := _LABEL.match(token.content)):
            verdict, path = label["verdict"] or verdict, label["path"] or path
        elif token.type == "fence" and verdict:
            example = out.setdefault(heading, {}).setdefault(verdict, Example())
            if token.info == "console":
                example.commands += [line.removeprefix("$ ") for line in token.content.splitlines()]
            else:
                assert path not in example.files, f"{heading}: {path} is shown twice"
                example.files[path] = token.content
        previous = token.type
    return out


EXAMPLES = _examples()


def _lay(folder: Path, files: dict[str, str]) -> None:
    """Lay files of the page into the small knowledge base, or beside it where the page says so."""
    beside = ("mkdocs.yml", "mapping.yml", "source/", "templates/")
    write_base(folder, {path if path.startswith(beside) else f"kb/{path}": text for path, text in files.items()})


def _reported(code: str, folder: Path, example: Example) -> set[str]:
    """The codes that an example's commands report: an import in the group of the import, else `pir check`."""
    if code.startswith("PIR7"):
        _lay(folder, {**EXAMPLES["Import"]["Right"].files, **example.files})
        words = ["import", str(folder / "source"), "--mapping", str(folder / "mapping.yml")]
        return set(_CODE.findall(pir(folder, *words).output))
    _lay(folder, example.files)
    if example.commands:
        said = "".join(pir(folder, *shlex.split(line)[1:]).output for line in example.commands)
        print(said)  # shown where the codes are not the expected ones
        return set(_CODE.findall(said))
    if code == "PIR422":
        config = folder / "mkdocs.yml"
        config.write_text(config.read_text("utf-8").replace("rules: {PIR422: off}", ""), "utf-8")
    # the small knowledge base has neither of these, unless an example brings a configuration of its own
    usual = {"PIR422", "PIR625"} - {code}
    return {
        str(problem["code"])
        for problem in find_problems(folder)
        if problem["code"] not in usual and (code != "PIR422" or str(problem["path"]).endswith(tuple(example.files)))
    }


def _with(name: str, content: bytes) -> Callable[[Path], set[str]]:
    return lambda folder: {str(p["code"]) for p in find_problems(write_base(folder, {name: content}))}


def _linked(folder: Path) -> set[str]:
    write_base(folder)
    (folder / "kb/lessons/LL-0002.md").symlink_to(folder / "kb/lessons/LL-0001.md")
    return {str(p["code"]) for p in find_problems(folder)}


def _linked_page(folder: Path) -> set[str]:
    config = FILES["mkdocs.yml"].replace("docs_dir: kb\n", "").replace('exclude_docs: "*"\n', "")
    write_base(folder, {"mkdocs.yml": config, "docs/index.md": "# Welcome\n"})
    (folder / "docs/notes.md").symlink_to("/etc/passwd")
    return set(_CODE.findall(pir(folder, "build").output))


def _a_folder_for_a_record(folder: Path) -> set[str]:
    write_base(folder)
    (folder / "kb/lessons/LL-0002.md").mkdir()
    return {str(p["code"]) for p in find_problems(folder)}


def _in_no_time(folder: Path) -> set[str]:
    text = b"\n" + b"one `two` three\n\n" * 2_000
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(time_limit, "SECONDS", 0.01)
        return _with("kb/lessons/LL-0002.md", LESSON + text)(folder)


def _unseen_in_a_drawing(folder: Path) -> set[str]:
    declared = "attachments:\n  - {file: queue.svg, title: Queue, audience: client}\nrecommendations:"
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><text x="9" y="20" fill="#fff">agreed</text></svg>'
    path = "kb/pirs/2025/PIR-2025-0001.md"
    write_base(folder, {path: REVIEW.replace("recommendations:", declared), "kb/pirs/2025/queue.svg": drawing})
    return set(_CODE.findall(pir(folder, "build", "--edition", "client:harbor-credit").output))


def _onto_a_file(folder: Path) -> set[str]:
    write_base(folder, {"published": b""})
    return set(_CODE.findall(pir(folder, "build").output))


def _told_of_another(folder: Path) -> set[str]:
    write_base(folder, {"published/index.html": b"<p>The same as at Quellmark Stores last year.</p>"})
    report = Auditor.read(folder / "kb").audit(folder / "published", "harbor-credit")
    return {finding.as_problem().code for finding in report.findings}


def _with_a_client_elastic(folder: Path) -> set[str]:
    said = REVIEW.replace("Mail stood still", "All volumes of Elastic Block Store stood still")
    client = FILES["kb/clients/quellmark.md"].replace("quellmark", "elastic").replace("Quellmark Stores", "Elastic")
    write_base(folder, {"kb/clients/elastic.md": client, "kb/pirs/2025/PIR-2025-0001.md": said})
    return set(_CODE.findall(pir(folder, "build", "--edition", "client:harbor-credit").output))


def _without_a_scheduler(folder: Path) -> set[str]:
    write_base(folder)
    return set(_CODE.findall(pir(folder, "build", "--executor", "dask://127.0.0.1:1").output))


def _without_weasyprint(folder: Path) -> set[str]:
    write_base(folder, {"mkdocs.yml": FILES["mkdocs.yml"] + "      pdfs: A4\n"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "weasyprint", None)
        return set(_CODE.findall(pir(folder, "build").output))


def _without_its_client(folder: Path) -> set[str]:
    write_base(folder, {"kb/clients/former.md": "---\nid: former\nname: Former Ltd\nsince: 2020-01-01\n---\n"})
    assert pir(folder, "build", "--edition", "all").exit_code == 0
    (folder / "kb/clients/former.md").unlink()
    # and again, where nothing else changed
    outputs = [pir(folder, "build", "--edition", "all").output for _ in range(2)]
    assert outputs[0].count("PIR627") == outputs[1].count("PIR627") == 1
    shutil.rmtree(folder / "published/clients/former")
    assert "PIR627" not in pir(folder, "build", "--edition", "all").output
    return set(_CODE.findall("".join(outputs)))


def _built_by_mkdocs(folder: Path) -> set[str]:
    write_base(folder)
    command = [sys.executable, "-m", "mkdocs", "build", "-f", str(folder / "mkdocs.yml")]
    variables = {**os.environ, "PIR_EDITION": "client:harbor-credit"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    return set(_CODE.findall(done.stderr))


def _previewed_by_mkdocs(folder: Path) -> set[str]:
    write_base(folder)
    refused = preview_problems(
        folder / "mkdocs.yml", Edition("harbor-credit"), "material", ["material/tags", "pir"], {}
    )
    return {problem.code for problem in refused}


def _at_once(folder: Path) -> set[str]:
    write_base(folder)
    with publish_lock(folder / "published"):
        return set(_CODE.findall(pir(folder, "build").output))


def _once(folder: Path) -> set[str]:
    write_base(folder)
    pir(folder, "build")
    return set(_CODE.findall(pir(folder, "rollback").output))


def _unpublished(folder: Path) -> set[str]:
    write_base(folder)
    return set(_CODE.findall(pir(folder, "search", "--edition", "client:harbor-credit", "certificate").output))


def _changed_since(folder: Path) -> set[str]:
    write_base(folder)
    pir(folder, "build", "--edition", "client:harbor-credit")
    for file in (folder / "published/clients/harbor-credit/search").glob("*.js"):
        file.write_bytes(file.read_bytes() + b" ")
    return set(_CODE.findall(pir(folder, "search", "--edition", "client:harbor-credit", "certificate").output))


def _onto_notes(folder: Path) -> set[str]:
    write_base(folder, {"notes/internal/monday.txt": b"call them"})
    found = set(_CODE.findall(pir(folder, "build", "--out", str(folder / "notes")).output))
    assert (folder / "notes/internal/monday.txt").read_bytes() == b"call them"
    return found


LESSON = b"---\nid: LL-0002\ntitle: Clocks in Z\xc3\xbcrich\nstatus: draft\n---\n"

IN_WORDS: dict[str, tuple[str, Callable[[Path], set[str]]]] = {
    "PIR001": (
        "a page in UTF-8 cannot hold other bytes",
        _with("kb/lessons/LL-0002.md", LESSON.decode().encode("latin-1")),
    ),
    "PIR002": ("nobody would see it", _with("kb/lessons/LL-0002.md", LESSON.replace(b": d", b":\xe2\x80\xaed"))),
    "PIR003": ("nobody would see it", _with("kb/lessons/LL-0002.md", b"\xef\xbb\xbf" * 2 + LESSON)),
    "PIR004": ("a megabyte is no example", _with("kb/lessons/LL-0002.md", LESSON + b"02:10 down\n" * 100_000)),
    "PIR005": ("a symbolic link is no text", _linked),
    "PIR604": ("it takes the preview of MkDocs", _previewed_by_mkdocs),
    "PIR617": ("a symbolic link is no text", _linked_page),
    "PIR618": ("a folder is no text", _a_folder_for_a_record),
    "PIR026": ("a hundred thousand signs are no example", _in_no_time),
    "PIR650": ("it takes a drawing", _unseen_in_a_drawing),
    "PIR605": ("it takes a folder that cannot be written", _onto_a_file),
    "PIR606": ("it takes a leak", _told_of_another),
    "PIR607": ("it takes two builds at once", _at_once),
    "PIR622": ("it takes the command of MkDocs", _built_by_mkdocs),
    "PIR623": ("it takes a cluster", _without_a_scheduler),
    "PIR626": ("it takes a machine without WeasyPrint", _without_weasyprint),
    "PIR627": ("it takes two builds", _without_its_client),
    "PIR640": ("it takes a client's edition", _with_a_client_elastic),
    "PIR608": ("it takes a publication that was the first", _once),
    "PIR610": ("it takes a folder without a publication", _unpublished),
    "PIR612": ("it takes a folder of somebody's", _onto_notes),
    "PIR611": ("it takes a publication that was changed", _changed_since),
}
"""Codes that the page tells in words, each with the reason and with what brings the problem about here."""

TOGETHER = {"PIR402": {"PIR306"}, "PIR018": {"PIR020"}}
"""Codes that a wrong example cannot have alone."""

SHOWN = [code for code in CODES if code not in IN_WORDS]


@pytest.mark.parametrize("code", SHOWN)
def test_the_wrong_example_has_this_problem_and_no_other(code: str, tmp_path: Path) -> None:
    assert _reported(code, tmp_path, EXAMPLES[code]["Wrong"]) == {code} | TOGETHER.get(code, set())


@pytest.mark.parametrize("code", SHOWN)
def test_the_right_example_has_no_problem(code: str, tmp_path: Path) -> None:
    assert _reported(code, tmp_path, EXAMPLES[code]["Right"]) == set()


@pytest.mark.parametrize("code", IN_WORDS)
def test_what_the_page_tells_in_words_has_this_problem(code: str, tmp_path: Path) -> None:
    assert code not in EXAMPLES
    assert IN_WORDS[code][1](tmp_path) == {code}


def test_the_output_at_the_top_is_what_is_printed(tmp_path: Path) -> None:
    shown = PAGE.read_text("utf-8").split("```console\n$ pir check\n", 1)[1].split("```", 1)[0]
    _lay(tmp_path, EXAMPLES["PIR104"]["Wrong"].files)
    result = pir_in(tmp_path, "check")
    assert result.stdout + result.stderr == shown


def test_rules_change_a_severity(tmp_path: Path) -> None:
    files = EXAMPLES["PIR401"]["Wrong"].files | EXAMPLES["PIR110"]["Wrong"].files
    _lay(tmp_path, files)
    assert {(p["code"], p["severity"]) for p in find_problems(tmp_path)} == {("PIR401", "warning"), ("PIR110", "hint")}
    _lay(tmp_path, files | EXAMPLES["Changing"]["Right"].files)
    found = [(p["code"], p["severity"]) for p in find_problems(tmp_path) if p["code"] not in ("PIR422", "PIR625")]
    assert found == [("PIR401", "error")]


@pytest.mark.parametrize(("reason", "expected"), [("", {"PIR405"}), ("these are the words", set())])
def test_a_record_allows_a_warning_with_a_reason(reason: str, expected: set[str], tmp_path: Path) -> None:
    (path, text), *_ = EXAMPLES["Suppressing"]["Right"].files.items()
    assert _reported("", tmp_path, EXAMPLES["Suppressing"]["Right"]) == set()
    changed = re.sub(r"^x-allow: .*$", f"x-allow: {{PIR405: {reason}}}", text, flags=re.M)
    assert _reported("", tmp_path, Example({path: changed})) == expected
