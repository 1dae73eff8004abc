"""Search and data hold what a reader of the page sees in fences, boxes and tabs, and no more."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from helpers.folders import read_everything
from helpers.knowledge_base import REVIEW, pir, write_base

BODY = """\
Mail stood still.

```python title="zqfencetitle" linenums="1" hl_lines="1"
zqfencecode = 1
```

```{ .python .zqbraceclass #zqbraceid title="zqbracetitle" }
zqbracecode = 1
```

``` zqlanguage
zqlanguagecode
```

!!! note "zqboxtitle"

    zqboxtext

!!! zqboxkind zqboxclass "zqkindtitle"

    zqkindtext

!!! note ""

    zquntitled

??? warning "zqfoldtitle"

    zqfoldtext

=== "zqtabtitle"

    zqtabtext

[zqlinktext](https://example.org/zqaddress "zqlinktitle"){: .zqlinkclass title="zqlinkattribute" }

Words `#!python zqinlinecode` and the zqabbreviated word.

*[zqabbreviated]: zqmeaning

zqparagraph
{: .zqparagraphclass #zqparagraphid title="zqparagraphtitle" }

### zqheading { #zqheadingid .zqheadingclass }

zqterm
:   zqdefinition

zqnoted[^zqlabel]

[^zqlabel]: zqnotetext

| zqhead |
|---|
| zqcell |

<span title="zqspantitle" class="zqspanclass">zqspantext</span>
"""
TOKENS = frozenset(re.findall(r"zq[a-z]+", BODY))


class _Words(HTMLParser):
    """What a page shows, without its scripts and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        self.words += [] if self.hidden else [data]


def _told(folder: Path) -> set[str]:
    """The words of the body that stand anywhere in the files of a folder."""
    text = read_everything(folder)
    assert text
    return TOKENS & set(re.findall(r"zq[a-z]+", text))


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
def test_search_and_data_hold_what_a_reader_sees_and_no_more(tmp_path: Path, edition: str) -> None:
    review = REVIEW.replace("Mail stood still for five hours. See [[LL-0001]].", BODY)
    folder = write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": review})
    result = pir(folder, "build", "--edition", edition)
    assert result.exit_code == 0, result.stderr
    site = folder / "published" / edition.replace("client:", "clients/")
    page = _Words()
    page.feed((site / "pirs/2025/PIR-2025-0001.html").read_text("utf-8"))
    seen = TOKENS & set(re.findall(r"zq[a-z]+", " ".join(page.words)))
    assert {"zqfencetitle", "zqbracetitle", "zqboxtitle", "zqkindtitle", "zqfoldtitle", "zqtabtitle"} <= seen
    assert not {word for word in seen if word.endswith(("class", "id", "kind", "language", "label", "address"))}
    assert _told(site / "search") == seen
    # the texts of records are on their pages and in `pir export`
    assert _told(site / "data") <= seen
    exported = pir(folder, "export", "records", "--format", "json", "--edition", edition)
    assert TOKENS & set(re.findall(r"zq[a-z]+", exported.stdout)) == seen
    everywhere = set().union(*(_told(other) for other in site.iterdir() if other.is_dir() and other.name != "pirs"))
    assert everywhere == seen
