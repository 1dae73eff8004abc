"""What people ordinarily write into a released review is published whole, and stops no edition."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers.knowledge_base import REVIEW, load_base, pir, write_base

from mkdocs_pir.editions.audit.raw_knowledge import read
from mkdocs_pir.editions.audit.visibility import Visibility
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition

_SUMMARIES = {
    "a part that stays inside, then another": """\
Mail stood still.

### What we told nobody { audience=internal }

The supplier has not answered since Tuesday.

#### Nor this

Nobody has the contract at hand.

### What we said

All branches were called by telephone in the morning.""",
    "indented code with a comment": """\
We ran this on every gateway:

    ## restart the gateway listener by hand
    service restart

and all branches were called by telephone in the morning.""",
    "many marks between words": """\
Press ++ctrl+alt++ ==and then hold== ~~the second key~~ `now`
all branches were called by telephone in the morning.""",
}


def _with_summary(text: str) -> dict[str, str]:
    review = re.sub(r"(?s)## Summary\n.*?\n(?=## Detection)", lambda _: f"## Summary\n\n{text}\n\n", REVIEW)
    return {"kb/pirs/2025/PIR-2025-0001.md": review}


@pytest.mark.parametrize("which", _SUMMARIES)
def test_ordinary_writing_is_published_whole(tmp_path: Path, which: str) -> None:
    write_base(tmp_path, _with_summary(_SUMMARIES[which]))
    built = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0, built.stderr
    page = (tmp_path / "published/clients/harbor-credit/pirs/2025/PIR-2025-0001.html").read_text("utf-8")
    assert "all branches were called by telephone" in page.lower()
    assert "supplier" not in page


def test_a_client_whose_id_the_search_passes_over_stops_nobody(tmp_path: Path) -> None:
    write_base(tmp_path, {"kb/clients/nor.md": "---\nid: nor\nname: Norrland Timber\nsince: 2020-01-01\n---\n"})
    built = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0, built.stderr
    assert "did not search for 'nor'" in built.stderr


def test_a_heading_in_a_quotation_does_not_open_what_a_heading_closed(tmp_path: Path) -> None:
    text = "### Inside { audience=internal }\n\nzebra\n\n> ### Quoted\n> zebra\n\nzebra\n\n- ### Listed\n\n  zebra\n\n### After\n\nshown"
    write_base(tmp_path, _with_summary(text))
    projected = project(load_base(tmp_path), Edition("harbor-credit"))
    (summary,) = (s.text for s in projected.pirs["PIR-2025-0001"].sections if s.title == "Summary")
    assert "zebra" not in summary
    assert "shown" in summary
    allowed = Visibility(read(tmp_path / "kb", tmp_path / "mkdocs.yml")).permitted("harbor-credit")
    assert not [seen for seen in allowed.texts if "zebra" in seen]
    assert [seen for seen in allowed.texts if "shown" in seen]
