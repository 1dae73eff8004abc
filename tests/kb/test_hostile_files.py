"""Broken and hostile files: each is refused at its place and by its code, or is read as what it plainly says."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from helpers.changed_files import (
    DRAFT,
    INCIDENTS,
    LESSON,
    PAGE,
    REVIEW,
    SATISFACTION,
    Changes,
    Place,
    change,
    check_changed,
    draft_lesson,
    load_changed,
    messages,
    places,
)
from helpers.knowledge_base import FILES, load_base, pir, write_base

from mkdocs_pir.editions.audit import Auditor
from mkdocs_pir.kb.frontmatter import load_yaml

GATEWAY = "services/mail-gateway.md"
QUELLMARK = "clients/quellmark.md"
BOM = "\ufeff"
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))


def at(line: int, column: int, code: str, path: str = DRAFT) -> Place:
    return (path, line, column, code)


def rows(*edits: tuple[str, str], path: str = INCIDENTS) -> dict[str, str]:
    return change(path, *edits)


def raw(path: str, content: str | bytes) -> Changes:
    return {f"kb/{path}": content}


def lists(levels: int) -> str:
    return "".join("  " * level + "- x\n" for level in range(levels))


Case = tuple[str, Changes, Sequence[Place], str]

FRONT_MATTER: tuple[Case, ...] = (
    ("a value with a colon in it", draft_lesson("lesson: not: this\n"), [at(5, 12, "PIR013")], "quotes"),
    ("a bracket that is never closed", draft_lesson("tags: [a, b\n"), [at(5, 7, "PIR013")], ""),
    ("a tab for indentation", draft_lesson("release:\n\tapproved_by: x\n"), [at(6, 1, "PIR013")], "spaces"),
    ("the end of a document", draft_lesson("...\ntags: [a]\n"), [at(6, 1, "PIR013")], ""),
    ("a second document", draft_lesson("--- {tags: [a]}\n"), [at(5, 1, "PIR014")], "second"),
    ("no fields at all", raw(DRAFT, "Name the port.\n"), [at(1, 1, "PIR010")], "begin with a line ---"),
    ("an empty file", raw(DRAFT, ""), [at(1, 1, "PIR010")], ""),
    ("no closing fence", raw(DRAFT, "---\nid: LL-0002\n"), [at(1, 1, "PIR012")], "not closed"),
    ("nothing but a fence", raw(DRAFT, "---"), [at(1, 1, "PIR012")], ""),
    (
        "a file that ends within its closing fence",
        raw(DRAFT, draft_lesson()[f"kb/{DRAFT}"].rstrip("\n")),
        [at(5, 1, "PIR012")],
        "line break",
    ),
    ("four hyphens", raw(DRAFT, "----\nid: LL-0002\n----\n"), [at(1, 1, "PIR012")], "three hyphens"),
    ("a list in place of fields", raw(DRAFT, "---\n- id: LL-0002\n---\n"), [at(2, 1, "PIR014")], ""),
    ("a word in place of fields", raw(DRAFT, "---\nLL-0002\n---\n"), [at(2, 1, "PIR014")], ""),
    ("a blank line before the fence", raw(DRAFT, "\n" + draft_lesson()[f"kb/{DRAFT}"]), [at(1, 1, "PIR011")], ""),
    ("a space before the fence", raw(DRAFT, " " + draft_lesson()[f"kb/{DRAFT}"]), [at(1, 1, "PIR011")], ""),
    ("a blank line before a page's fence", raw(PAGE, "\n" + FILES[f"kb/{PAGE}"]), [at(1, 1, "PIR011", PAGE)], ""),
    (
        "codes to allow without reasons",
        draft_lesson("x-allow: [PIR405]\n"),
        [at(5, 10, "PIR103")],
        "each with a reason",
    ),
    (
        "a code to allow that there is not",
        draft_lesson("x-allow: {PIR045: a quote}\n"),
        [at(5, 11, "PIR104")],
        "did you mean",
    ),
    (
        "several reasons for one code",
        draft_lesson("x-allow: {PIR405: [a, b]}\n"),
        [at(5, 19, "PIR103")],
        "PIR405 must be a text",
    ),
    ("a key given twice", draft_lesson("tags: [a]\ntags: [b]\n"), [at(6, 1, "PIR015")], "line 5"),
    ("a key given twice, once in quotes", draft_lesson('tags: [a]\n"tags": [b]\n'), [at(6, 1, "PIR015")], "line 5"),
    ("a key given twice further in", draft_lesson("x-a: {b: 1, b: 2}\n"), [at(5, 13, "PIR015")], "line 5"),
    ("a list as a key", draft_lesson("? [a, b]\n: c\n"), [at(5, 3, "PIR013")], "plain word"),
    ("an anchor", draft_lesson("tags: &all [a]\n"), [at(5, 7, "PIR016")], "&all"),
    (
        "an alias",
        draft_lesson("symptoms: &s [a]\ntags: *s\n"),
        [at(5, 11, "PIR016"), at(6, 7, "PIR016")],
        "write the value itself",
    ),
    ("a merge key", draft_lesson("<<: {tags: [a]}\n"), [at(5, 1, "PIR016")], "merge key"),
    ("a tag", draft_lesson("lesson: !!python/object:os.system ls\n"), [at(5, 9, "PIR016")], "python/object"),
    ("a tag that says nothing", draft_lesson("lesson: ! ls\n"), [at(5, 9, "PIR016")], ""),
    ("a tag of a list", draft_lesson("tags: !!set {a}\n"), [at(5, 7, "PIR016")], ""),
    ("fields 21 levels deep", draft_lesson(f"x-a: {'[' * 21}{']' * 21}\n"), [at(5, 25, "PIR017")], "20"),
    (
        "mistakes without end",
        draft_lesson("x-a: [" + "&a b, " * 1_001 + "]\n"),
        [at(5, 7 + 6 * n, "PIR016") for n in range(1_000)],
        "",
    ),
    ("several mistakes at once", draft_lesson("a: &x 1\na: 2\n"), [at(5, 4, "PIR016"), at(6, 1, "PIR015")], ""),
)

VALUES: tuple[Case, ...] = (
    ("a time without its offset", change(REVIEW, ("02:52:00Z", "02:52:00")), [at(15, 13, "PIR107", REVIEW)], "+01:00"),
    ("a time alone", change(REVIEW, ("2025-03-04T02:52:00Z", "08:30")), [at(15, 13, "PIR107", REVIEW)], "08:30"),
    ("a day that does not exist", draft_lesson("validated_on: 2024-13-45\n"), [at(5, 15, "PIR106")], "2024-13-45"),
    ("a day in other digits", draft_lesson("validated_on: ２０２４-01-01\n"), [at(5, 15, "PIR106")], ""),
    ("a day at the end of the calendar", draft_lesson("validated_on: 9999-12-31\n"), [at(5, 15, "PIR108")], "1900"),
    (
        "a time at the beginning of the calendar",
        change(REVIEW, ("2025-03-04T02:10:00Z", "0001-01-01T00:00:00+14:00")),
        [at(14, 17, "PIR108", REVIEW)],
        "year 1",
    ),
    ("an octal number", change(REVIEW, ("users: 410", "users: 010")), [at(18, 56, "PIR103", REVIEW)], "whole number"),
    ("a power of ten", change(REVIEW, ("users: 410", "users: 1e3")), [at(18, 56, "PIR103", REVIEW)], "1e3"),
    ("a number in quotes", change(REVIEW, ("users: 410", 'users: "9"')), [at(18, 56, "PIR103", REVIEW)], ""),
    ("yes for true", change(REVIEW, ("users: 410", "sla_breached: yes")), [at(18, 63, "PIR103", REVIEW)], "true"),
    ("a script as an address", change(REVIEW, ("problem: ", "references: ['javascript:x']\nproblem: ")),
     [at(12, 14, "PIR105", REVIEW)], "web address"),
    ("an address with a line break", change(REVIEW, ("problem: ", 'references: ["https://a.example\\n"]\nproblem: ')),
     [at(12, 14, "PIR105", REVIEW)], "https://"),
    ("one word where a list belongs", draft_lesson("tags: mail\n"), [at(5, 7, "PIR103")], "[mail]"),
    ("a list where one word belongs", draft_lesson("lesson: [a]\n"), [at(5, 9, "PIR103")], ""),
    ("spaces in place of a title", raw(DRAFT, draft_lesson()[f"kb/{DRAFT}"].replace("Name the port", '"  "')),
     [at(3, 8, "PIR108")], "empty"),
    ("a title that nobody sees", raw(DRAFT, draft_lesson()[f"kb/{DRAFT}"].replace("Name the port", "\u200b\u00ad")),
     [at(3, 8, "PIR108")], "empty"),
    ("nothing in a list", draft_lesson("tags: [a, ~]\n"), [at(5, 11, "PIR103")], "empty"),
    ("a field that is required and left empty", raw(DRAFT, draft_lesson()[f"kb/{DRAFT}"].replace("Name the port", "")),
     [at(3, 7, "PIR101")], "title"),
    ("a field that is required and not there", raw(DRAFT, "---\nid: LL-0002\ntitle: A\n---\n"), [at(1, 1, "PIR101")],
     "status"),
    ("a required field of an action", change(REVIEW, ("    title: Probe every listener\n", "")),
     [at(23, 5, "PIR101", REVIEW)], "'actions 1'"),
    ("an unknown field", draft_lesson("recomendation: Name it\n"), [at(5, 1, "PIR102")], "did you mean 'recommendation'"),
    ("an unknown field further in", change(REVIEW, ("    owner: p", "    ownr: p")), [at(26, 5, "PIR102", REVIEW)],
     "did you mean 'owner'"),
    ("an unknown field without a value", draft_lesson("recomendation:\n"), [at(5, 1, "PIR102")], "did you mean 'recommendation'"),
    ("a comma that ends a text in braces", draft_lesson("release: {approved_by: problem manager, Larkfield, on: 2026-01-01}\n"),
     [at(5, 41, "PIR102")], "'Larkfield'"),
    ("a steering key without a value", draft_lesson("hide:\n"), [at(5, 1, "PIR109")], ""),
    ("a template for the page", draft_lesson("template: evil.html\n"), [at(5, 1, "PIR109")], "control the site builder"),
    ("what hides parts of a page", draft_lesson("hide: [navigation]\n"), [at(5, 1, "PIR109")], ""),
    ("what keeps a page out of the search", draft_lesson("search: {exclude: true}\n"), [at(5, 1, "PIR109")], ""),
    ("a template for a handbook page", change(PAGE, ("description:", "template: e.html\ndescription:")),
     [at(3, 1, "PIR109", PAGE)], ""),
)  # fmt: skip

BYTES: tuple[Case, ...] = (
    ("a second byte order mark", raw(DRAFT, BOM + BOM + draft_lesson()[f"kb/{DRAFT}"]), [at(1, 1, "PIR003")], "byte 3"),
    ("not UTF-8", raw(DRAFT, b"---\nid: LL-0002\ntitle: caf\xe9\n---\n"), [at(3, 1, "PIR001")], "byte 26 "),
    ("not UTF-8 behind a byte order mark", raw(DRAFT, b"\xef\xbb\xbf---\nid: \xff\n---\n"), [at(2, 1, "PIR001")],
     "byte 11 "),
    ("UTF-16", raw(DRAFT, draft_lesson()[f"kb/{DRAFT}"].encode("utf-16")), [at(1, 1, "PIR001")], "byte 0 "),
    ("a zero byte", draft_lesson("lesson: a\x00b\n"), [at(5, 10, "PIR002")], "U+0000 at byte 60"),
    ("a terminal's escape", draft_lesson(body="Go \x1b[31mred\n"), [at(6, 4, "PIR002")], "U+001B at byte 58"),
    ("a C1 control", draft_lesson(body="a\x85b\n"), [at(6, 2, "PIR002")], "U+0085"),
    ("a carriage return alone", draft_lesson(body="a\rb\n"), [at(6, 2, "PIR002")], "U+000D"),
    ("a right-to-left override", draft_lesson(body="a \u202ebc\n"), [at(6, 3, "PIR002")], "U+202E at byte 57"),
    ("an isolate", draft_lesson(body="é \u2066bc\n"), [at(6, 3, "PIR002")], "U+2066 at byte 58"),
    ("a right-to-left mark", draft_lesson(body="a\u200fb\n"), [at(6, 2, "PIR002")], "U+200F"),
    ("a line end that only YAML sees", draft_lesson("lesson: a\u2028b\n"), [at(5, 10, "PIR002")], "U+2028"),
    ("no character at all", draft_lesson("lesson: a\uffffb\n"), [at(5, 10, "PIR002")], "U+FFFF"),
    ("a control behind a byte order mark and CRLF",
     raw(DRAFT, (BOM + draft_lesson(body="é\n\x07\n\n\n")[f"kb/{DRAFT}"]).replace("\n", "\r\n")), [at(7, 1, "PIR002")],
     "U+0007 at byte 67"),
    ("a control as an escape", draft_lesson('lesson: "a\\u202Eb"\n'), [at(5, 9, "PIR002")], "escape"),
    ("a zero byte as an escape, in a key", draft_lesson('"x-a\\0": b\n'), [at(5, 1, "PIR002")], ""),
    ("a file over 1 MiB", draft_lesson(body="abcdefg\n" * (1 << 17)), [at(0, 0, "PIR004")], "1,048,576"),
    ("more than 50,000 lines", draft_lesson(body="a\n" * 50_000), [at(0, 0, "PIR004")], "50,000 are allowed"),
    ("a line over 64 kB", draft_lesson(body="\n" + "x" * 65_537 + "\n"), [at(7, 1, "PIR004")], "65,536"),
    ("a line over 64 kB in few characters", draft_lesson(body="€" * 21_846 + "\n"), [at(6, 1, "PIR004")], "65,538"),
)  # fmt: skip

BODIES: tuple[Case, ...] = (
    ("lists 31 levels deep", draft_lesson(body=lists(31)), [at(36, 61, "PIR017")], "30"),
    ("lists 31 levels deep in one line", draft_lesson(body="- " * 31 + "x\n"), [at(6, 61, "PIR017")], ""),
    ("numbered lists 31 levels deep", draft_lesson(body=lists(31).replace("-", "1.")), [at(36, 61, "PIR017")], ""),
    (
        "more list items than a parser takes",
        draft_lesson(body="1. 1. 1. 1. x\n" * 12_501),
        [at(12_506, 1, "PIR004")],
        "50,000",
    ),
    ("quotes 31 levels deep", draft_lesson(body=">" * 31 + " x\n"), [at(6, 31, "PIR017")], ""),
    ("a code fence that is never closed", draft_lesson(body="a\n\n```\ncode\n"), [at(8, 1, "PIR018")], "```"),
    (
        "an internal block that runs past a heading",
        draft_lesson(body="## Lesson\n/// internal\na\n\n## What to do\n\nsecret\n\n///\n"),
        [at(7, 1, "PIR018"), at(14, 1, "PIR019")],
        "before the next heading",
    ),
    (
        "an internal block that runs past a heading without its space",
        draft_lesson(body="/// internal\n##What to do\nsecret\n///\n"),
        [at(7, 3, "PIR020")],
        "cannot begin a section",
    ),
    (
        "a misspelt audience of a section",
        draft_lesson(body="\n## Lesson { audience=clients }\n"),
        [at(7, 11, "PIR019")],
        "audience=internal, audience=client, audience=shared",
    ),
    (
        "a comment that runs past a heading",
        draft_lesson(body="One <!-- a\n\n## What to do\n\nsecret -->\n"),
        [at(6, 5, "PIR018")],
        "-->",
    ),
    ("a comment that is never closed", draft_lesson(body="a\n\nb <!-- c\n"), [at(8, 3, "PIR018")], "-->"),
    (
        "an internal block that is never closed",
        draft_lesson(body="/// internal\nsecret\n"),
        [at(6, 1, "PIR018")],
        "///",
    ),
)

NAMES: tuple[Case, ...] = (
    ("an id that leaves its folder", raw("lessons/x.md", draft_lesson()[f"kb/{DRAFT}"].replace("LL-0002", "../LL-0002")),
     [at(2, 5, "PIR105", "lessons/x.md"), at(2, 5, "PIR204", "lessons/x.md")], ""),
    ("an absolute path for an id", raw("lessons/x.md", draft_lesson()[f"kb/{DRAFT}"].replace("LL-0002", "/etc/passwd")),
     [at(2, 5, "PIR105", "lessons/x.md"), at(2, 5, "PIR204", "lessons/x.md")], ""),
    ("an id of 65 characters", raw(f"lessons/L{'1' * 64}.md", draft_lesson()[f"kb/{DRAFT}"].replace("LL-0002", f"L{'1' * 64}")),
     [at(2, 5, "PIR108", f"lessons/L{'1' * 64}.md")], "64"),
    ("ids that differ in case", raw("lessons/HARBOR-CREDIT.md", draft_lesson()[f"kb/{DRAFT}"].replace("LL-0002", "HARBOR-CREDIT")),
     [at(2, 5, "PIR201", "lessons/HARBOR-CREDIT.md")], "clients/harbor-credit.md"),
    ("paths that differ in case", raw("handbook/On-Call.md", FILES[f"kb/{PAGE}"]), [at(2, 1, "PIR201", PAGE)],
     "handbook/On-Call.md"),
    ("paths that are one after NFKC", {"kb/handbook/ofﬁce.md": "a\n", "kb/handbook/office.md": "b\n"},
     [at(1, 1, "PIR201", "handbook/ofﬁce.md")], "handbook/office.md"),
    ("a name reserved on Windows", raw("lessons/AUX.md", draft_lesson()[f"kb/{DRAFT}"].replace("LL-0002", "AUX")),
     [at(0, 0, "PIR206", "lessons/AUX.md")], "Windows"),
    ("a reserved name before a dot", raw("handbook/con.call.md", "a\n"), [at(0, 0, "PIR206", "handbook/con.call.md")], ""),
    ("a reserved name in other digits", raw("handbook/com¹.md", "a\n"), [at(0, 0, "PIR206", "handbook/com¹.md")], ""),
    ("a reserved name for a folder", raw("nul/on-call.md", "a\n"), [at(0, 0, "PIR206", "nul/on-call.md")], ""),
    ("a colon in a name", raw("handbook/a:b.md", "a\n"), [at(0, 0, "PIR206", "handbook/a:b.md")], "letters"),
    ("a line break in a name", raw("handbook/a\nb.md", "a\n"), [at(0, 0, "PIR206", "handbook/a\\nb.md")], ""),
    ("a terminal's escape in a name", raw("handbook/\x1b[2J.md", "a\n"), [at(0, 0, "PIR206", "handbook/\\x1b[2J.md")], ""),
    ("a folder that ends with a dot", raw("handbook./a.md", "a\n"), [at(0, 0, "PIR206", "handbook.")], ""),
    ("a file that is not named as its id", raw("lessons/LL-0003.md", draft_lesson()[f"kb/{DRAFT}"]),
     [at(2, 5, "PIR204", "lessons/LL-0003.md")], "LL-0002.md"),
    ("a lesson in a folder that no kind has", raw("lesson/LL-0002.md", draft_lesson()[f"kb/{DRAFT}"]),
     [at(2, 1, "PIR205", "lesson/LL-0002.md")], "did you mean 'lessons'"),
    ("a lesson beside the folders", raw("LL-0002.md", draft_lesson()[f"kb/{DRAFT}"]), [at(2, 1, "PIR205", "LL-0002.md")],
     "pirs/, lessons/"),
    ("an ending that is not read", raw("lessons/LL-0002.MD", draft_lesson()[f"kb/{DRAFT}"]),
     [at(0, 0, "PIR204", "lessons/LL-0002.MD")], "LL-0002.md"),
    ("another ending of Markdown", raw("handbook/duty.markdown", "a\n"), [at(0, 0, "PIR204", "handbook/duty.markdown")],
     "duty.md"),
    ("a lesson further down", raw("lessons/old/LL-0002.md", draft_lesson()[f"kb/{DRAFT}"]),
     [at(0, 0, "PIR205", "lessons/old/LL-0002.md")], "lessons/"),
    ("a report in the folder of another year", {f"kb/{REVIEW}": None, "kb/pirs/2024/PIR-2025-0001.md": FILES[f"kb/{REVIEW}"]},
     [at(0, 0, "PIR205", "pirs/2024/PIR-2025-0001.md")], "pirs/2025/"),
    ("a cause in the folder of another family", {"kb/causes/change/late.md": "---\nid: process/late\nname: Late\n---\n"},
     [at(0, 0, "PIR205", "causes/change/late.md")], "causes/process/"),
)  # fmt: skip


def attached(file: str) -> dict[str, str]:
    return change(REVIEW, ("lessons: [", f"attachments: [{{file: {file}, title: Queue}}]\nlessons: ["))


ATTACHMENTS: tuple[Case, ...] = (
    ("an attachment that is not there", attached("queue.png"), [at(21, 22, "PIR207", REVIEW)], "pirs/2025/queue.png"),
    (
        "an attachment in another case",
        attached("queue.png") | {"kb/pirs/2025/Queue.png": b"\x89PNG"},
        [at(21, 22, "PIR207", REVIEW)],
        "only Queue.png",
    ),
    (
        "two files that are one on Windows and macOS",
        {"kb/pirs/2025/a.txt": "1", "kb/pirs/2025/A.txt": "2"},
        [at(0, 0, "PIR206", "pirs/2025/a.txt")],
        "'A.txt' only in upper and lower case",
    ),
    (
        "an attachment with a reserved name",
        {"kb/pirs/2025/NUL.txt": "1"},
        [at(0, 0, "PIR206", "pirs/2025/NUL.txt")],
        "reserved on Windows",
    ),
    ("an attachment outside", attached("../../../secret.png"), [at(21, 22, "PIR207", REVIEW)], "outside"),
    ("an absolute path", attached("/etc/passwd"), [at(21, 22, "PIR207", REVIEW)], "outside"),
    ("a drive", attached("C:/secret.png"), [at(21, 22, "PIR207", REVIEW)], "outside"),
    ("backslashes", attached("..\\..\\secret.png"), [at(21, 22, "PIR207", REVIEW)], "outside"),
    ("a folder", attached("."), [at(21, 22, "PIR207", REVIEW)], ""),
    ("a name longer than any file has", attached("a" * 300 + ".png"), [at(21, 22, "PIR207", REVIEW)], "no file"),
    (
        "a logo outside",
        change(QUELLMARK, ("since:", "branding: {logo: ../logo.svg}\nsince:")),
        [at(4, 18, "PIR207", QUELLMARK)],
        "outside",
    ),
)

REGISTERS: tuple[Case, ...] = (
    ("tabs between the cells", raw(INCIDENTS, FILES[f"kb/{INCIDENTS}"].replace(",", "\t")), [at(1, 1, "PIR505", INCIDENTS)],
     "tabs"),
    ("a column that is missing", rows(("opened,", "opend,")), [at(1, 1, "PIR501", INCIDENTS), at(1, 28, "PIR506", INCIDENTS)],
     "'opened'"),
    ("a column given twice", rows((",pir_required,pir", ",pir,pir")), [at(1, 54, "PIR505", INCIDENTS)], "twice"),
    ("an empty file", raw(INCIDENTS, ""), [at(1, 1, "PIR501", INCIDENTS)] * 3, ""),
    ("a day that does not exist", change(SATISFACTION, ("2025-03-25", "2025-02-30")), [at(2, 1, "PIR502", SATISFACTION)],
     "2025-02-30"),
    ("a time without its offset", rows(("2026-03-04T02:52:00Z", "2026-03-04 02:52")), [at(3, 43, "PIR502", INCIDENTS)],
     "offset"),
    ("a score beyond the scale", change(SATISFACTION, ("4,5", "9,5")), [at(2, 40, "PIR502", SATISFACTION)],
     "correct 'score' or 'scale'"),
    ("a score that is no number", change(SATISFACTION, ("4,5", "good,5")), [at(2, 40, "PIR502", SATISFACTION)], "good"),
    ("a severity that is not on the list", rows(("INC-1002,harbor-credit,mail-gateway,SEV-2", "INC-1002,harbor-credit,,SEV-9")),
     [at(3, 25, "PIR502", INCIDENTS)], "SEV-1"),
    ("a required cell left empty", rows(("INC-1002,harbor-credit", "INC-1002,")), [at(3, 10, "PIR502", INCIDENTS)], "client"),
    ("an unknown client", rows(("INC-1002,harbor-credit", "INC-1002,harbor-kredit")), [at(3, 10, "PIR503", INCIDENTS)],
     "did you mean 'harbor-credit'"),
    ("an unknown service", rows(("INC-1002,harbor-credit,mail-gateway", "INC-1002,harbor-credit,mail-gatway")),
     [at(3, 24, "PIR503", INCIDENTS)], "did you mean 'mail-gateway'"),
    ("an unknown review", rows(("true,\n", "true,PIR-2025-0002\n")), [at(3, 91, "PIR503", INCIDENTS)], ""),
    ("a row given twice", rows(("INC-1002", "inc-1001")), [at(3, 1, "PIR504", INCIDENTS)], "line 2"),
    ("a cell too many", rows(("true,\n", "true,,x\n")), [at(3, 1, "PIR505", INCIDENTS)], "10 cells"),
    ("a cell too few", rows(("true,\n", "true\n")), [at(3, 1, "PIR505", INCIDENTS)], "add the missing cells"),
    ("a quote in the middle", rows(("INC-1002", '"INC"-1002')), [at(3, 1, "PIR505", INCIDENTS)], "quotes"),
    ("not UTF-8", raw(INCIDENTS, FILES[f"kb/{INCIDENTS}"].encode() + b"INC-\xe9\n"), [at(4, 1, "PIR505", INCIDENTS)],
     "byte 291 "),
    ("a zero byte", rows(("INC-1002", "INC\x00-1002")), [at(3, 4, "PIR002", INCIDENTS)], "U+0000 at byte 199"),
    ("a right-to-left override", rows(("INC-1002", "INC\u202e-1002")), [at(3, 4, "PIR002", INCIDENTS)], "U+202E"),
    ("a second byte order mark", raw(INCIDENTS, BOM + BOM + FILES[f"kb/{INCIDENTS}"]), [at(1, 1, "PIR003", INCIDENTS)],
     "byte 3"),
    ("lines within a cell", change(SATISFACTION, ("4,5,\n", '4,5,"Good,\nbut late"\n2025-02-30,harbor-credit,,4,5,\n')),
     [at(4, 1, "PIR502", SATISFACTION)], ""),
)  # fmt: skip

GROUPS = {
    "front matter": FRONT_MATTER,
    "values": VALUES,
    "bytes": BYTES,
    "bodies": BODIES,
    "names": NAMES,
    "attachments": ATTACHMENTS,
    "registers": REGISTERS,
}
REFUSED = [pytest.param(*case[1:], id=f"{group}: {case[0]}") for group, cases in GROUPS.items() for case in cases]


@pytest.mark.parametrize(("changes", "expected", "words"), REFUSED)
def test_a_hostile_file_is_refused_at_its_place_and_nothing_is_published(
    tmp_path: Path, changes: Changes, expected: Sequence[Place], words: str
) -> None:
    found = check_changed(tmp_path, changes)
    assert places(found) == list(expected), messages(found)
    assert words in messages(found)
    built = pir(tmp_path, "build", "--edition", "all")
    assert built.exit_code == 1
    assert not (tmp_path / "published").exists()


ACCEPTED: dict[str, Changes] = {
    "one byte order mark": raw(DRAFT, BOM + draft_lesson()[f"kb/{DRAFT}"]),
    "CRLF": {name: text.replace("\n", "\r\n") for name, text in FILES.items()},
    "commas in the quotes of a register": change(SATISFACTION, ("4,5,\n", '4,5,"Good, but late"\n')),
    "blank rows in a register": raw(INCIDENTS, FILES[f"kb/{INCIDENTS}"] + "\n,,,,,,,,\n"),
    "a file without a body": draft_lesson(),
    "spaces behind a fence": raw(DRAFT, draft_lesson()[f"kb/{DRAFT}"].replace("---", "---  ")),
    "three hyphens in the body": draft_lesson(body="a\n\n---\n\nb\n"),
    "keys of one's own, also further in": change(
        REVIEW, ("    owner:", "    x-ticket: {a: [b, ~], c: 1e3}\n    owner:"), ("lessons:", "x-note: no\nlessons:")
    ),
    "fields 20 levels deep": draft_lesson(f"x-a: {'[' * 19}{']' * 19}\n"),
    "an emoji, accents, other scripts": draft_lesson("lesson: Zürich 東京 🚒\n", "אבג\n"),
    "a file of just 1 MiB": draft_lesson(
        body=(("x" * 63 + "\n") * (1 << 14))[: (1 << 20) - len(draft_lesson()[f"kb/{DRAFT}"])]
    ),
    "a line of just 64 kB": draft_lesson(body="x" * 65_536 + "\n"),
    "lists 30 levels deep": draft_lesson(body=lists(30)),
    "lists 31 levels deep within code": draft_lesson(body=f"```\n{lists(31)}```\n"),
    "a long rule": draft_lesson(body="a\n\n" + "- " * 60 + "\n"),
    "many lists one after the other": draft_lesson(body="".join("  " * (n % 5) + "- x\n" for n in range(500))),
    "a reserved name within a longer one": raw("handbook/console.md", "a\n"),
    "a page without fields": raw("handbook/plain.md", "# Plain\n\nA page.\n"),
    "an id of the organisation's own": {
        "kb/pirs/2019/PM2019-009.md": "---\nid: PM2019-009\ntitle: Old\nclient: quellmark\nstatus: archived\n---\n"
    },
    "an attachment beside the record": {**attached("queue.png"), "kb/pirs/2025/queue.png": b"\x89PNG"},
}


@pytest.mark.parametrize("changes", ACCEPTED.values(), ids=ACCEPTED)
def test_an_unusual_file_is_accepted(tmp_path: Path, changes: Changes) -> None:
    assert check_changed(tmp_path, changes) == []


def test_line_ends_and_a_byte_order_mark_leave_no_trace(tmp_path: Path) -> None:
    plain = load_changed(tmp_path / "a")
    other = load_changed(
        tmp_path / "b", {k: (BOM + v).replace("\n", "\r\n") for k, v in FILES.items() if k != "mkdocs.yml"}
    )
    assert {e.id: (e.record, e.body) for e in plain.record_files.values()} == {
        e.id: (e.record, e.body) for e in other.record_files.values()
    }
    assert [row.value for row in plain.rows] == [row.value for row in other.rows]


TABLE = FILES[f"kb/{INCIDENTS}"]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(BOM + TABLE, id="a byte order mark"),
        pytest.param(TABLE.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(TABLE.replace("\n", "\r"), id="CR"),
        pytest.param(BOM + TABLE.replace("\n", "\r\n").replace(",", ";"), id="semicolons, as a spreadsheet writes them"),
        pytest.param("\n".join(",".join(f'"{c}"' for c in row.split(",")) for row in TABLE.splitlines()), id="quotes"),
        pytest.param("\n".join(",".join(row.split(",")[::-1]) for row in TABLE.splitlines()), id="columns in another order"),
        pytest.param(TABLE.replace(",", " , "), id="spaces around cells"),
    ],
)  # fmt: skip
def test_a_register_says_the_same_however_it_was_exported(tmp_path: Path, written: str) -> None:
    plain, other = load_changed(tmp_path / "a"), load_changed(tmp_path / "b", raw(INCIDENTS, written))
    assert other.problems == ()
    assert len(other.incidents) == 2
    assert other.incidents == plain.incidents


def test_a_register_of_nothing_but_mistakes_is_read_until_there_are_enough(tmp_path: Path) -> None:
    for number, row in enumerate(("X-{},harbor-credit,,SEV-9,,,,,\n", "X-{},nobody,,SEV-1,2026-05-04T02:52:00Z,,,,\n")):
        text = FILES[f"kb/{INCIDENTS}"] + "".join(row.format(n) for n in range(3_000))
        found = check_changed(tmp_path / str(number), raw(INCIDENTS, text))
        assert 1_000 <= len(found) <= 1_003


def test_a_register_larger_than_any_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mkdocs_pir.kb.record_files.MAX_REGISTER", 100)
    assert places(check_changed(tmp_path, {})) == [at(0, 0, "PIR004", INCIDENTS)]


@pytest.mark.parametrize(
    "typed", ["no", "on", "yes", "off", "08:30", "010", "0x1F", "1e3", "1_000", "2024-13-45", ".inf", "3.0", "true"]
)
def test_a_scalar_is_the_text_that_was_typed(typed: str) -> None:
    data, _ = load_yaml(f"value: {typed}\n{typed}: key\nlist: [{typed}]\n", "x.md")
    assert data == {"value": typed, typed: "key", "list": [typed]}


def test_no_is_a_title_and_on_is_a_key(tmp_path: Path) -> None:
    kb = load_changed(tmp_path, draft_lesson("tags: [no, 010, 1e3]\nrelease: {approved_by: yes, on: 2025-05-01}\n"))
    lesson = kb.record_files["LL-0002"]
    assert lesson.data["tags"] == ["no", "010", "1e3"]
    assert lesson.data["release"] == {"approved_by": "yes", "on": "2025-05-01"}


@pytest.mark.parametrize("empty", ["", " ~", " null", " # later"])
def test_an_empty_field_is_a_field_not_given(tmp_path: Path, empty: str) -> None:
    kb = load_changed(tmp_path, draft_lesson(f"recommendation:{empty}\n"))
    assert kb.problems == ()
    assert "recommendation" not in kb.record_files["LL-0002"].data


def test_a_bomb_is_refused_without_being_set_off(tmp_path: Path) -> None:
    assert len(BOMB) < 1000
    found = check_changed(tmp_path, draft_lesson(BOMB))
    assert {p["code"] for p in found} == {"PIR016"}
    assert len(found) == 10 + 9 * 9


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("## a" + " " * 60_000 + "b\n", id="spaces in a heading"),
        pytest.param("## a {" + " " * 60_000 + "b\n", id="an attribute list that never ends"),
        pytest.param("](" + ".md#" * 16_000 + "\n", id="a link that never ends"),
        pytest.param("`" * 60_000 + " a\n" + "a `\n" * 100_000, id="backticks without end"),
        pytest.param("".join("`" * n + "a" for n in range(2, 350)) + "\n", id="runs of backticks, each of its own length"),
        pytest.param("a." * 30_000 + "\n", id="an address without a name"),
        pytest.param("eyJaaaaaaaaaaa-" * 4_000 + "\n", id="the beginning of a token, again and again"),
        pytest.param("".join(f"LL-{n}\n" for n in range(20_000)), id="links that lead nowhere"),
        pytest.param("> " * 30_000 + "\n", id="quotes in quotes"),
        pytest.param("[a\n" * 30_000, id="brackets"),
        pytest.param("<!-- a\n" * 30_000, id="comments"),
    ],
)  # fmt: skip
def test_a_body_made_to_keep_a_reader_busy_does_not(tmp_path: Path, body: str) -> None:
    """Nothing is timed: what grows with the square of these would be noticed by whoever waits for the tests."""
    found = check_changed(
        tmp_path, draft_lesson("audience: shared\nrelease: {approved_by: lead, on: 2025-05-01}\n", body)
    )
    assert {p["path"] for p in found} <= {DRAFT}
    assert Auditor.read(tmp_path / "kb").fingerprints.needles


def test_braces_are_text(tmp_path: Path) -> None:
    kb = load_changed(tmp_path, draft_lesson("lesson: '{{ 7 * 7 }} {% include \"x\" %}'\n"))
    assert kb.problems == ()
    assert kb.record_files["LL-0002"].data["lesson"] == '{{ 7 * 7 }} {% include "x" %}'


@pytest.mark.parametrize("name", ["lessons/LL-0002.md", "handbook/passwd.md", "pirs/2026", "logo.svg"])
def test_a_symbolic_link_is_refused_wherever_it_leads(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "LL-0002.md").write_text(draft_lesson()[f"kb/{DRAFT}"])
    folder = write_base(tmp_path / "base")
    target = outside if name == "pirs/2026" else outside / "LL-0002.md"
    (folder / "kb" / name).symlink_to(target)
    assert places(check_changed(folder, {})) == [at(0, 0, "PIR005", name)]
    assert len(load_changed(folder).record_files) == 9


@pytest.mark.parametrize("name", [INCIDENTS, "registers"])
def test_a_register_behind_a_symbolic_link_is_not_read(tmp_path: Path, name: str) -> None:
    folder = write_base(tmp_path / "base")
    (folder / "kb" / name).rename(tmp_path / "outside")
    (folder / "kb" / name).symlink_to(tmp_path / "outside")
    kb = load_base(folder)
    assert [(p.path, p.code) for p in kb.problems] == [(name, "PIR005")]
    assert kb.incidents == ()


@pytest.mark.parametrize("inside", [True, False], ids=["a folder", "the file"])
def test_an_attachment_behind_a_symbolic_link_is_refused(tmp_path: Path, inside: bool) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/queue.png").write_bytes(b"\x89PNG")
    folder = write_base(tmp_path / "base", attached("shots/queue.png" if inside else "queue.png"))
    link = folder / "kb/pirs/2025" / ("shots" if inside else "queue.png")
    link.symlink_to(tmp_path / "outside" if inside else tmp_path / "outside/queue.png")
    codes = [
        (p.code, p.line) for p in load_changed(folder, attached("shots/queue.png" if inside else "queue.png")).problems
    ]
    assert sorted(codes) == [("PIR005", 0), ("PIR207", 21)]


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_that_is_not_utf_8_is_one_problem_on_every_output(tmp_path: Path) -> None:
    write_base(tmp_path)
    file = os.fsencode(tmp_path / "kb/handbook") + b"/caf\xe9.md"
    with open(file, "wb") as stream:  # noqa: PTH123
        stream.write(b"a\n")
    for form in ("text", "json", "sarif", "github"):
        result = pir(tmp_path, "check", "--format", form)
        assert result.exit_code == 1
        assert "caf\\udce9" in result.stdout.replace("\\\\", "\\")


def test_a_control_character_does_not_reach_the_terminal(tmp_path: Path) -> None:
    write_base(tmp_path, draft_lesson(body="Go \x1b[31mred\n"))
    shown = pir(tmp_path, "check").stdout
    assert "    Go \ufffd[31mred\n       ^\n" in shown
    assert "\x1b" not in shown


def test_one_record_that_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    """The records that refer to it are not to blame."""
    for number, path in enumerate((REVIEW, LESSON, GATEWAY, "causes/change/expired-certificate.md")):
        found = check_changed(tmp_path / str(number), {f"kb/{path}": b"\xff"})
        assert places(found) == [(path, 1, 1, "PIR001")]
    found = check_changed(tmp_path / "id", change(LESSON, ("id: LL-0001", "idd: LL-0001")))
    assert places(found) == [(LESSON, 1, 1, "PIR101"), (LESSON, 2, 1, "PIR102")]


def test_all_problems_of_all_files_come_in_one_run_sorted(tmp_path: Path) -> None:
    found = check_changed(
        tmp_path,
        {
            **draft_lesson("titel: a\nstatus: draft\n"),
            **change(PAGE, ("title:", "titl:")),
            **rows(("INC-1002,harbor-credit", "INC-1002,nobody")),
            **raw("lessons/LL-0003.md", b"\xff"),
        },
    )
    assert places(found) == [
        at(2, 1, "PIR102", PAGE),
        at(6, 1, "PIR015"),
        at(1, 1, "PIR001", "lessons/LL-0003.md"),
        at(3, 10, "PIR503", INCIDENTS),
    ]
