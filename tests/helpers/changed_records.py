"""What people, editors and machines do to a folder of records and to what is kept of it, chosen by chance."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

from helpers.knowledge_base import FILES, REVIEW

from mkdocs_pir.store import result_store

CONFIG = FILES["mkdocs.yml"]
STORE = f".cache/pir/{result_store.FILE}"

TEXTS = [
    "The queue stood *still*. See [[LL-0001]] and PRB-0001.",
    "This was human error.\n\n| Time | What |\n|---|---|\n| 02:10 | ![x](rows.csv) |",
    "/// internal\nOnly ours.\n///",
    "TODO: write this\n\n<b>open",
    "password = hunter2hunter2",
    "Harbor Credit Union saw it.",
]


FIELDS = [
    (r"20\d\d-", ["2018-", "2025-", "2031-"]),
    (r"(?m)^status: .*", ["status: draft", "status: closed", "status: validated", "status: internal-review"]),
    (r"(?m)^audience: .*", ["audience: internal", "audience: shared", "audience: client"]),
    (r"on: (20[\d-]+)\}", ["on: 2025-03-20, content: v2-0123456789abcdef}", "on: 2025-03-20}"]),
    (r"(?m)^trigger: .*", ["trigger: monitoring/missing-alert", "trigger: nothing/such", ""]),
    (r"INC-\d+", ["INC-1001", "INC-1002", "INC-5"]),
    (r"(?m)^id: .*", ["id: PIR-2025-0002", "id: LL-0002"]),
    (r"---\n", ["---\nattachments: [{file: rows.csv, title: Rows}]\n", "---\nx-allow: {PIR403: known}\n"]),
]
"""Patterns in the front matter of records, and what may stand in their place."""

OPTIONS = [
    "      id_patterns: {pir: 'PIR-20\\d\\d-\\d{4}'}\n",
    "      client_sections: [Summary]\n",
    "      client_fields: {lesson: {evidence: false}}\n",
    "      organisation: {roles: {nobody: Nobody}}\n",
]


def edit(dice: random.Random, folder: Path) -> None:
    """Do one thing that people, editors and machines do to a folder of records."""
    records = folder / "kb"
    files = sorted(path for path in records.rglob("*.md"))
    file = dice.choice(files)
    text = file.read_text("utf-8")
    what = dice.randrange(15)
    if what == 0:
        file.write_text(text + "\n" + dice.choice(TEXTS) + "\n", "utf-8")
    elif what == 1 and len(files) > 4:
        file.unlink()
    elif what == 2:
        file.with_name(f"copy-{dice.randrange(3)}.md").write_text(text, "utf-8")
    elif what == 3:
        file.rename(file.with_name(f"moved-{dice.randrange(3)}.md"))
    elif what == 4:
        # the same size and the same time, as some tools leave it behind
        stat = file.stat()
        file.write_text(text.replace("e", "a", 1) if "e" in text else text, "utf-8")
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    elif what == 5:
        name = f"PIR-2025-{dice.randrange(2, 5):04}"
        review = REVIEW.replace("PIR-2025-0001", name).replace("INC-1001", f"INC-{dice.randrange(9)}")
        (records / f"pirs/2025/{name}.md").write_text(review + dice.choice(TEXTS), "utf-8")
    elif what == 6:
        rules = dice.choice(["{PIR422: off}", "{PIR422: error}", "{PIR405: hint}"])
        (folder / "mkdocs.yml").write_text(CONFIG.replace("{PIR422: off}", rules), "utf-8")
    elif what == 7:
        markdown = dice.choice(["", "      markdown: [nl2br]\n", "      markdown: [smarty, nl2br]\n"])
        (folder / "mkdocs.yml").write_text(CONFIG + markdown, "utf-8")
    elif what == 8:
        rows = f"id,status\nPIR-2025-0001-A1,{dice.choice(['done', 'verified', 'open'])}\n"
        (records / "registers/actions.csv").write_text(rows, "utf-8")
    elif what == 9:
        client = records / "clients/harbor-credit.md"
        if client.is_file():
            client.write_text(
                client.read_text("utf-8").replace("aliases: [", f"aliases: [name{dice.randrange(9)}, ", 1), "utf-8"
            )
    elif what == 10 and (store := folder / STORE).is_file():
        content = bytearray(store.read_bytes())
        for _ in range(dice.randrange(1, 400)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        dice.choice([store.unlink, lambda: store.write_bytes(content), lambda: store.write_bytes(content[:5000])])()
    elif what in (11, 12):
        pattern, values = dice.choice(FIELDS)
        file.write_text(re.sub(pattern, lambda _: dice.choice(values), text, count=1), "utf-8")
    elif what == 13:
        as_of = dice.choice(["2018-02-03", "2026-09-30", "2027-01-01"])
        config = CONFIG.replace("as_of: 2026-09-30", f"as_of: {as_of}")
        (folder / "mkdocs.yml").write_text(config + dice.choice(OPTIONS), "utf-8")
    elif what == 14:
        register = records / "registers/incidents.csv"
        rows = register.read_text("utf-8").splitlines(keepends=True) if register.is_file() else []
        if rows and dice.randrange(2):
            rows[dice.randrange(len(rows))] = dice.choice(["", "INC-1001,quellmark,,SEV-9,2019-01-01,2018-12-31,,,\n"])
        else:
            rows.append("INC-1003,quellmark,mail-gateway,SEV-2,2031-01-01,2031-01-02,<!-- x -->,,PIR-2025-0001\n")
        register.write_text("".join(rows), "utf-8")
