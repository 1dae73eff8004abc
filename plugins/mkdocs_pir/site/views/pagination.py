"""Lists in pages of 50 rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from mkdocs_pir.site.views.components import Link, Pager

T = TypeVar("T")

ROWS = 50
"""How many rows a page of a list has at most."""

AROUND = 2


def paged(path: str, items: Sequence[T], rows: int = ROWS) -> Iterator[tuple[int, Sequence[T], Pager]]:
    """The pages of a list as (number, items, pager); one empty page if there are no items."""
    last = max(1, -(-len(items) // rows))
    for number in range(1, last + 1):
        first = (number - 1) * rows
        shown = items[first : first + rows]
        pager = Pager(
            first + 1,
            first + len(shown),
            len(items),
            tuple(_pages(path, number, last)),
            number,
            page_path(path, number - 1) if number > 1 else "",
            page_path(path, number + 1) if number < last else "",
        )
        yield number, shown, pager


def page_path(path: str, number: int) -> str:
    """The path of a page of a list: `<path>.html` for the first, `<path>/<number>.html` for the others."""
    return f"{path}.html" if number == 1 else f"{path}/{number}.html"


def _pages(path: str, current: int, last: int) -> Iterator[Link]:
    """Links to the first, the last and the neighbouring pages; a link without a path is an ellipsis."""
    shown = sorted({1, last, *range(max(1, current - AROUND), min(last, current + AROUND) + 1)})
    before = 0
    for number in shown:
        if number > before + 1:
            yield Link("", "…")
        yield Link(page_path(path, number), str(number))
        before = number
