"""What the documentation says of the process is what there is."""

from __future__ import annotations

import re
from pathlib import Path

from helpers.repository import ROOT

from mkdocs_pir.kb.process_files import read_modules
from mkdocs_pir.kb.review_conditions import CONDITIONS

TEXT = (ROOT / "docs/process.md").read_text("utf-8")


def test_every_rule_is_listed_with_its_words() -> None:
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (.+?) \|$", TEXT, re.M))
    assert listed.keys() == CONDITIONS.keys()
    for name, words in listed.items():
        assert words.startswith(CONDITIONS[name].text), name


def test_the_example_is_a_sound_module(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.S)
    # the example shows one step; it has to be told the statuses of the others
    whole = example.replace(
        "statuses: [draft, investigation]",
        "statuses: [draft, investigation, internal-review, client-review, action-management]",
    )
    (tmp_path / "process").mkdir()
    (tmp_path / "process/03g.yml").write_text(whole, "utf-8")
    files, problems = read_modules(tmp_path)
    assert problems == []
    assert files[0].module is not None
