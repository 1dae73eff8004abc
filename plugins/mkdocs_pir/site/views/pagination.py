"""Lists: at most so many rows a page, and each way to narrow one is a page of its own, so no list needs a script."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from mkdocs_pir.site.views.components import Empty, FilterChoice, FilterMenu, Link, Pager, PageView, Table

T = TypeVar("T")

ROWS = 50
"""Rows a page of a list shows at most."""

CHOICES = 30
"""Choices a filter offers on the page; beyond them it leads to the list of all."""

AROUND = 2


class Filter(Generic[T]):
    """One way to narrow a list: its label, the values of an item, what a value is called, and in which order.

    `more` leads to the list of all values where there are too many; `by_name` orders by name, else by count.
    """

    def __init__(
        self,
        key: str,
        label: str,
        values: Callable[[T], Iterable[str]],
        name: Callable[[str], str] = str,
        *,
        order: Callable[[str], Any] | None = None,
        more: Link | None = None,
    ) -> None:
        self.key, self.label, self.values, self.name, self.order, self.more = key, label, values, name, order, more

    def sorted(self, found: Mapping[str, Sequence[T]]) -> list[str]:
        if self.order is not None:
            return sorted(found, key=self.order)
        return sorted(found, key=lambda value: (-len(found[value]), self.name(value)))


def lists(
    base: str,
    title: str,
    items: Sequence[T],
    ways: Sequence[Filter[T]],
    table: Callable[[Sequence[T], str, bool], Table],
    *,
    lead: Callable[[Sequence[T]], str],
    empty: Empty,
    description: str,
    before: Mapping[str, Any] | None = None,
) -> Iterator[PageView]:
    """The whole list at `<base>.html` and each narrower one at `<base>/<way>-<value>.html`, all in pages of 50.

    `table` makes the rows of one page from its items, a caption, and whether all rows are on the page.
    """
    found: list[tuple[Filter[T], dict[str, list[T]]]] = []
    for way in ways:
        groups: dict[str, list[T]] = defaultdict(list)
        for item in items:
            for value in dict.fromkeys(way.values(item)):
                if value:
                    groups[value].append(item)
        found.append((way, groups))
    filters = _filters(base, found)

    def narrowed(path: str, heading: str, shown: Sequence[T], key: str, value: str) -> Iterator[PageView]:
        for number, rows, pager in paged(path, shown):
            context = {
                "title": heading,
                "lead": lead(shown),
                "filters": tuple(_chosen(name, menu, key, value, f"{base}.html") for name, menu in filters),
                "table": table(rows, heading, len(pager.pages) <= 1),
                "pager": pager,
                "empty": empty,
                **(before or {}),
            }
            page_title = heading if number == 1 else f"{heading}, page {number}"
            yield PageView(page_path(path, number), page_title, "list.html", context, description, f"{base}.html")

    yield from narrowed(base, title, items, "", "")
    for way, groups in found:
        for value in way.sorted(groups):
            heading = f"{title}: {way.name(value)}"
            yield from narrowed(_value_path(base, way, value), heading, groups[value], way.key, way.name(value))


def paged(path: str, items: Sequence[T], rows: int = ROWS) -> Iterator[tuple[int, Sequence[T], Pager]]:
    """The pages of a list as (number, items, pager); one empty page for no items."""
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
    """Where a page of a list is: the first at the list's own path, the others below it."""
    return f"{path}.html" if number == 1 else f"{path}/{number}.html"


def _pages(path: str, current: int, last: int) -> Iterator[Link]:
    """The first, the last and those around the current one; a link without a path stands for those left out."""
    shown = sorted({1, last, *range(max(1, current - AROUND), min(last, current + AROUND) + 1)})
    before = 0
    for number in shown:
        if number > before + 1:
            yield Link("", "…")
        yield Link(page_path(path, number), str(number))
        before = number


def _value_path(base: str, way: Filter[T], value: str) -> str:
    return f"{base}/{way.key}-{value.lower()}"


def _filters(base: str, found: Sequence[tuple[Filter[T], Mapping[str, Sequence[T]]]]) -> list[tuple[str, FilterMenu]]:
    filters = []
    for way, groups in found:
        if len(groups) < 2:
            continue
        order = way.sorted(groups)
        kept = order if len(order) <= CHOICES else sorted(order, key=lambda v: (-len(groups[v]), v))[:CHOICES]
        choices = [FilterChoice(way.name(v), f"{_value_path(base, way, v)}.html", len(groups[v])) for v in kept]
        filters.append(
            (way.key, FilterMenu(way.label, tuple(choices), more=way.more if len(order) > CHOICES else None))
        )
    return filters


def _chosen(name: str, menu: FilterMenu, key: str, value: str, everything: str) -> FilterMenu:
    """The menu of a filter on the list of one value: that value is marked, and a choice leads back to all."""
    if name != key:
        return menu
    back = FilterChoice("All", everything, 0)
    marked = tuple(FilterChoice(c.text, c.path, c.count, c.text == value) for c in menu.choices)
    return FilterMenu(menu.label, (back, *marked), value, menu.more)
