"""Action items from a list of the source: one for each item, its words as the title and nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt

from mkdocs_pir.exchange.importing import transform
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.mapping import Actions
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.exchange.importing.sections import normal

LONGEST = 160

_PARSER = MarkdownIt("commonmark")
_DONE = re.compile(r"\[[xX]\]\s+")
_BOX = re.compile(r"\[ \]\s+")


def read_actions(document: SourceDocument, rule: Actions, mask: Mask) -> Iterator[dict[str, Any]]:
    """The items of the lists in the rule's section, top level only. A ticked item stays in the text: it has no date."""
    number = 0
    for section in document.sections:
        if normal(section.title) != normal(rule.section):
            continue
        depth = 0
        for token in _PARSER.parse(section.text):
            depth += (token.type == "list_item_open") - (token.type == "list_item_close")
            if token.type == "list_item_open":
                waiting = depth == 1
            elif token.type == "inline" and depth == 1 and waiting:
                waiting = False
                if _DONE.match(token.content):
                    continue
                if title := transform.plain(mask(_BOX.sub("", token.content, count=1))):
                    number += 1
                    yield {"id": f"A{number}", "title": transform.cut(title, LONGEST), "status": rule.status}
