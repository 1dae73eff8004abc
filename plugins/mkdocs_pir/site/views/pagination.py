"""Lists in pages of 50 rows. Each value of a filter has a list of its own, so that filters work without scripts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from mkdocs_pir.site.views.components import Empty, FilterChoice, FilterMenu, Link, Pager, PageView, Table

T = TypeVar("T")

ROWS = 50
"""How many rows a page of a list has at most."""

CHOICES = 30
"""How many choices the menu of a filter has at most; it then has a link to all of them."""

AROUND = 2


class Filter(Generic[T]):
    """A filter of a list: its key and label, the values of an item, and the name of a value.

    `order` is the sort key of values, which are otherwise sorted by count. `more` is a link to all values, shown if
    there are too many.
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

    def sorted(self, items_by_value: Mapping[str, Sequence[T]]) -> list[str]:
        if self.order is not None:
            return sorted(items_by_value, key=self.order)
        return sorted(items_by_value, key=lambda value: (-len(items_by_value[value]), self.name(value)))


def lists(
    base: str,
    title: str,
    items: Sequence[T],
    filters: Sequence[Filter[T]],
    table: Callable[[Sequence[T], str, bool], Table],
    *,
    lead: Callable[[Sequence[T]], str],
    empty: Empty,
    description: str,
    before: Mapping[str, Any] | None = None,
) -> Iterator[PageView]:
    """The complete list at `<base>.html` and one for each value at `<base>/<filter>-<value>.html`, in pages of 50 rows.

    `table` makes the table of a page from its items, its caption, and whether all rows are on the page.
    """
    groups_by_filter: list[tuple[Filter[T], dict[str, list[T]]]] = []
    for filter_ in filters:
        groups: dict[str, list[T]] = defaultdict(list)
        for item in items:
            for value in dict.fromkeys(filter_.values(item)):
                if value:
                    groups[value].append(item)
        groups_by_filter.append((filter_, groups))
    menus = _filters(base, groups_by_filter)

    def narrowed(path: str, heading: str, shown: Sequence[T], key: str, value: str) -> Iterator[PageView]:
        for number, rows, pager in paged(path, shown):
            context = {
                "title": heading,
                "lead": lead(shown),
                "filters": tuple(_chosen(name, menu, key, value, f"{base}.html") for name, menu in menus),
                "table": table(rows, heading, len(pager.pages) <= 1),
                "pager": pager,
                "empty": empty,
                **(before or {}),
            }
            page_title = heading if number == 1 else f"{heading}, page {number}"
            yield PageView(page_path(path, number), page_title, "list.html", context, description)

    yield from narrowed(base, title, items, "", "")
    for filter_, groups in groups_by_filter:
        for value in filter_.sorted(groups):
            heading = f"{title}: {filter_.name(value)}"
            yield from narrowed(
                _value_path(base, filter_, value), heading, groups[value], filter_.key, filter_.name(value)
            )


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


def _value_path(base: str, filter_: Filter[T], value: str) -> str:
    return f"{base}/{filter_.key}-{value.lower()}"


def _filters(
    base: str, groups_by_filter: Sequence[tuple[Filter[T], Mapping[str, Sequence[T]]]]
) -> list[tuple[str, FilterMenu]]:
    menus = []
    for filter_, groups in groups_by_filter:
        if len(groups) < 2:
            continue
        order = filter_.sorted(groups)
        offered = order if len(order) <= CHOICES else sorted(order, key=lambda v: (-len(groups[v]), v))[:CHOICES]
        choices = [
            FilterChoice(filter_.name(v), f"{_value_path(base, filter_, v)}.html", len(groups[v])) for v in offered
        ]
        menus.append(
            (
                filter_.key,
                FilterMenu(filter_.label, tuple(choices), more=filter_.more if len(order) > CHOICES else None),
            )
        )
    return menus


def _chosen(name: str, menu: FilterMenu, key: str, value: str, everything: str) -> FilterMenu:
    """The menu of a filter on the list of one value: that value is marked, and a choice leads back to all."""
    if name != key:
        return menu
    back = FilterChoice("All", everything, 0)
    marked = tuple(FilterChoice(c.text, c.path, c.count, c.text == value) for c in menu.choices)
    return FilterMenu(menu.label, (back, *marked), value, menu.more)
