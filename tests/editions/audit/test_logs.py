"""Names that a log, a mail, a dump or a record's own markup takes apart: the audit puts them together again."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import write_base

from mkdocs_pir.editions.audit import Auditor

NAME = "Quellmark Stores"


def _dump(text: str, *, pairs: bool) -> str:
    lines = []
    for at in range(0, len(text), 16):
        raw = text[at : at + 16].encode()
        digits = raw.hex(" ", 2) if pairs else f"{raw[:8].hex(' ')}  {raw[8:].hex(' ')}"
        lines.append(f"{at:08x}{':' if pairs else ''} {digits}  {'' if pairs else '|'}{text[at : at + 16]}")
    return "\n".join(lines) + "\n"


WRITTEN = {
    "colours of a terminal": "at Quell\x1b[31mmark\x1b[0m Stores",
    "colours of a terminal, written out": r"at Quell\x1b[1;31mmark\033[0m Stores",
    "letters struck over": "".join(f"{c}\b{c}" for c in NAME),
    "words of a mail's header": "Subject: =?utf-8?Q?Quell?=\r\n =?utf-8?Q?mark_Stores?=",
    "a dump of bytes": _dump(f"Seen at site {NAME} now", pairs=False),
    "a dump of pairs": _dump(f"Seen at site {NAME} now", pairs=True),
    "octal codes": " ".join(f"{b:03o}" for b in NAME.encode()),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_name_is_found_in_a_text_file(tmp_path: Path, how: str) -> None:
    assert _found(tmp_path, "a.log", f"One line.\n{WRITTEN[how]}\nAnother.\n")


@pytest.mark.parametrize(
    "text",
    ["Quell[^1]mark Stores", "`Quell<![CDATA[mark]]> Stores`", "```\nQuell\\u001b[31mmark\\u001b[0m Stores\n```"],
)
def test_a_name_is_found_in_the_text_of_a_record(tmp_path: Path, text: str) -> None:
    assert _found(tmp_path, "records.json", f'{{"text": "Seen at {text}.\\n\\n[^1]: there"}}'.replace("\n", "\\n"))


def _found(tmp_path: Path, name: str, text: str) -> bool:
    write_base(tmp_path)
    site = tmp_path / "out"
    site.mkdir()
    (site / name).write_bytes(text.encode())
    return any(
        "quellmark" in found.record for found in Auditor.read(tmp_path / "kb").audit(site, "harbor-credit").findings
    )
