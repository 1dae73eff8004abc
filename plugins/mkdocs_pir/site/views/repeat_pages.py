"""The lists of repeats: each with the earlier incident and what had been agreed to prevent it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from mkdocs_pir.insight import accountability
from mkdocs_pir.insight.accountability import RepeatAccount
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.repeats import Repeat
from mkdocs_pir.kb.statuses import VERDICTS, Status
from mkdocs_pir.site.value_formats import ago, day, several, with_short_days
from mkdocs_pir.site.views import block_pages, listing, record_rows
from mkdocs_pir.site.views.block_pages import PageBlock, RepeatEntry
from mkdocs_pir.site.views.components import (
    Cell,
    Chip,
    Column,
    Empty,
    Fact,
    Link,
    PageView,
    Prose,
    Row,
    Table,
    When,
)
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.listing import Filter, ListDefinition, NamedView
from mkdocs_pir.site.views.pagination import page_path, paged

OVERDUE, UNVERIFIED, DECLINED = (VERDICTS[name].explained for name in ("overdue", "unverified", "declined"))
"""What would have prevented a repeat, as the list of repeats can be narrowed by it."""

DETAILS, REPEATS = "recurring/details", "recurring/repeats"
REPEATS_PATH = f"{REPEATS}.html"
UNDECLARED = {"declared": ["no"]}
PREVENTABLE = {"preventable": ["yes"]}
PREVENTED = "recurring/prevented"
DETAIL_ROWS = 20


def pages(edition: EditionContext) -> Iterator[PageView]:
    """The lists that the page of recurring causes links to."""
    reviewed = with_earlier_review(edition.insight.accounts)
    for number, shown, pager in paged(DETAILS, reviewed, DETAIL_ROWS):
        yield block_pages.block_page(
            page_path(DETAILS, number),
            "Each repeat, and what should have prevented it",
            f"{count(len(reviewed), 'repeat')} of an incident that was reviewed, the preventable ones first.",
            blocks=(PageBlock("list", "", accounts=tuple(repeat_entry(edition, one) for one in shown)),),
            pager=pager,
        )
    for number, items, pager in paged(PREVENTED, _preventing_rows(edition)):
        title = "What would have prevented repeats"
        blocks = (PageBlock("list", "", tables=(_preventing_table(items),) if items else ()),)
        lead = f"{count(pager.total, 'item')}, those with the most repeats first." if items else "There are none."
        yield block_pages.block_page(page_path(PREVENTED, number), title, lead, blocks=blocks, pager=pager)
    yield from _repeats(edition)


def _repeats(edition: EditionContext) -> Iterator[PageView]:
    accounts, preventable = edition.insight.accounts, edition.insight.repeats_in_figures.preventable
    filters = [
        Filter[RepeatAccount](
            "year",
            "Year",
            lambda a: [str(a.repeat.occurrence.day.year)] if a.repeat.occurrence.day else [],
            order=lambda year: -int(year),
        ),
        Filter("service", "Service", lambda a: edition.known(a.repeat.occurrence.services), edition.name),
        Filter("cause", "Cause", lambda a: edition.known([a.repeat.occurrence.cause]), edition.name),
        Filter("preventable", "Preventable", lambda a: ["yes" if a.preventable else "no"], _PREVENTABLE.__getitem__),
        Filter("verdict", "What had been agreed", lambda a: [one.explained for one in verdicts(a)]),
    ]
    if edition.internal:
        filters.insert(
            1, Filter("client", "Client", lambda a: edition.known([a.repeat.occurrence.client]), edition.name)
        )
        filters.append(
            Filter("declared", "Declared", lambda a: ["yes" if a.repeat.declared else "no"], _DECLARED.__getitem__)
        )
    yield from listing.pages(
        ListDefinition(
            REPEATS,
            "All repeats",
            "repeat",
            filters,
            lambda rows, caption: repeat_table(edition, rows, caption),
            f"{count(len(accounts), 'repeat')}, the newest first; the tickets of one review count once. "
            f"{preventable or 'None'} of them {'was' if preventable < 2 else 'were'} preventable."
            if accounts
            else "There are none.",
            Empty("Each incident that came back will be listed here."),
            "Every incident that came back, and what had been agreed to prevent it.",
            views=(
                NamedView("Preventable", PREVENTABLE),
                *((NamedView("Likely repeats not yet declared", UNDECLARED),) if edition.internal else ()),
            ),
            also=(Link("recurring.html", "Recurring causes"),),
        ),
        accounts,
    )


_PREVENTABLE = {"yes": "By something agreed or advised", "no": "No"}
_DECLARED = {"yes": "A review says so", "no": "Found by client, service and cause"}


def with_earlier_review(accounts: Sequence[accountability.RepeatAccount]) -> list[accountability.RepeatAccount]:
    """The repeats whose earlier incident was reviewed: the preventable ones first, then the newest."""
    return sorted((account for account in accounts if account.earlier), key=lambda account: not account.preventable)


def undeclared_repeats(accounts: Sequence[accountability.RepeatAccount]) -> list[accountability.RepeatAccount]:
    """The repeats found only by client, service and cause, which no review declares."""
    return [account for account in accounts if not account.repeat.declared]


def unreviewed_note(accounts: Sequence[accountability.RepeatAccount]) -> str:
    """A sentence with the number of repeats whose earlier incident was not reviewed; empty if there are none."""
    unreviewed = sum(not account.earlier for account in accounts)
    if not unreviewed:
        return ""
    more = "more repeat" if unreviewed == 1 else "more repeats"
    return f"{unreviewed} {more} followed an incident that was not reviewed, so nothing had been agreed."


def undeclared_note(undeclared: Sequence[accountability.RepeatAccount]) -> str:
    """How many of the repeats that no review declares are among those of `unreviewed_note`; empty if none are."""
    both = sum(not account.earlier for account in undeclared)
    if not both:
        return ""
    who = "All of them" if both == len(undeclared) else f"{both} of them"
    return f"{who} are among those above whose earlier incident was not reviewed."


def repeat_table(
    edition: EditionContext,
    accounts: Sequence[accountability.RepeatAccount],
    caption: str,
    *,
    more: Link | None = None,
) -> Table:
    """A table of repeats with date, incident, cause, the earlier incident, and the verdict."""
    rows = []
    for account in accounts:
        now, before, gap = account.repeat.occurrence, account.repeat.earlier, account.repeat.days
        target = edition.target(now.pir)
        rows.append(
            Row(
                (
                    Cell((When(now.day),) if now.day else (), sort=now.day.isoformat() if now.day else ""),
                    Cell((target.label if target else now.id,), sub=_whose(edition, account.repeat), id=now.id),
                    Cell(edition.links([now.cause]) or ((now.cause,) if edition.internal and now.cause else ())),
                    Cell(
                        edition.short([before.pir]) or (before.id,),
                        sub=f"{count(gap, 'day')} before" if gap is not None else "",
                        sort=f"{gap:06}" if gap is not None else "",
                    ),
                    Cell(tuple(Chip(one.label, one.look, hint=one.explained) for one in verdicts(account))),
                ),
                target.path if target else "",
            )
        )
    columns = (
        Column("Date", "date"),
        Column("Incident", "title"),
        Column("Cause"),
        Column("After", "text", "after"),
        Column("What had been agreed", "chips"),
    )
    return Table(caption, columns, tuple(rows), all=more)


def repeats_by_words(edition: EditionContext, most: int) -> Table:
    """A table of likely repeats where no cause is set: the review, the earlier one, and the words in common."""
    rows = []
    for one in edition.repeats_by_words[:most]:
        target = edition.target(one.review)
        on = edition.days[one.review]
        rows.append(
            Row(
                (
                    Cell((When(on),), sort=on.isoformat()),
                    Cell((target.label if target else one.review,), sub=one.review),
                    Cell(edition.short([one.earlier]), sub=f"{count(one.days, 'day')} before", sort=f"{one.days:06}"),
                    Cell((", ".join(one.words),)),
                ),
                target.path if target else "",
            )
        )
    columns = (Column("Date", "date"), Column("Review", "title"), Column("After", "text", "after"), Column("Words"))
    return Table("Likely repeats with similar wording", columns, tuple(rows))


def repeats_of(edition: EditionContext, repeats: Iterable[Repeat], most: int) -> Table:
    """The repeats of a cause, a family, a client or a service, the newest first."""
    places = sorted(edition.account_places[repeat.occurrence.event, repeat.earlier.event] for repeat in repeats)
    accounts = [edition.insight.accounts[place] for place in places]
    more = Link(REPEATS_PATH, "All repeats of all causes") if len(accounts) > most else None
    caption = "Repeats, the newest first" + (f", the latest {most} of {len(accounts)}" if more else "")
    return repeat_table(edition, accounts[:most], caption, more=more)


def _whose(edition: EditionContext, repeat: Repeat) -> str:
    now = repeat.occurrence
    who = edition.name(now.client) if edition.internal else ""
    return " · ".join(
        part for part in (now.id if now.pir else "", who, several([*map(edition.service_name, now.services)])) if part
    )


def repeat_entry(edition: EditionContext, account: accountability.RepeatAccount) -> RepeatEntry:
    """One repeat with everything that had been agreed before its day."""
    repeat, now = account.repeat, account.repeat.occurrence
    pir = edition.link(now.pir)
    gap = f"{count(repeat.days, 'day')} after it was resolved" if repeat.days is not None else ""
    facts = (
        Fact("Review", (pir,) if pir is not None else ()),
        Fact("Repeats", edition.links(account.earlier), note=gap),
        Fact("Cause", edition.links([now.cause])),
        *agreed_measures(edition, account),
        *(Fact("Lesson then", edition.links([x.id]), note=_lesson(edition, x)) for x in account.lessons),
    )
    title = pir.text if pir is not None else now.title or now.id
    when = f"{day(now.day)}, {ago(now.day, edition.as_of)}" if now.day is not None else ""
    who = edition.name(now.client) if edition.internal else ""
    return RepeatEntry(
        f"repeat-{now.id}".lower(),
        title,
        " · ".join(part for part in (when, who) if part),
        tuple(Chip(one.explained, one.look) for one in verdicts(account)),
        tuple(fact for fact in facts if fact.values),
    )


def _lesson(edition: EditionContext, lesson: accountability.LessonAtRepeat) -> str:
    """The lesson on the day of the repeat; a client does not see the days of a status, so that none is no news to it."""
    words = with_short_days(lesson.words) if lesson.status or edition.internal else ""
    return "; ".join(filter(None, (words, "the later review draws on it" if lesson.cited else "")))


def agreed_measures(edition: EditionContext, account: accountability.RepeatAccount) -> tuple[Fact, ...]:
    """The actions against the cause with their states on that day, and the recommendations that had been declined."""
    actions = (
        Fact(
            "Action then",
            (*record_rows.status(a.state), _action(edition, a)),
            note=with_short_days(a.words),
        )
        for a in account.actions
        if a.relevant and a.state != "later"
    )
    declined = (
        Fact("Advice declined", (Prose(d.title),), note=with_short_days(d.words))
        for d in account.declined
        if d.relevant
    )
    return (*actions, *declined)


def _action(edition: EditionContext, action: accountability.ActionAtRepeat) -> Link | str:
    return edition.link(action.id) or action.title


def verdicts(account: accountability.RepeatAccount) -> tuple[Status, ...]:
    """The verdict on a repeat: what would have prevented it, or why nothing did."""
    if account.reasons:
        return tuple(VERDICTS[reason] for reason in account.reasons)
    states = {action.state for action in account.actions if action.relevant}
    state = next((state for state in ("failed", "open") if state in states), "")
    return (VERDICTS[state or ("nothing" if account.earlier else "unreviewed")],)


def preventing_items(edition: EditionContext, most: int) -> tuple[Table, ...]:
    """A table of the actions and recommendations that would have prevented repeats, those with the most repeats first."""
    rows = _preventing_rows(edition)
    more = Link(f"{PREVENTED}.html", f"All {len(rows)}") if len(rows) > most else None
    return (_preventing_table(rows[:most], more),) if rows else ()


def _preventing_rows(edition: EditionContext) -> list[Row]:
    looks = {"overdue": Chip("Was overdue", "late"), "unverified": Chip("Was not verified", "wait")}
    titles_and_chips: dict[str, tuple[str, Chip]] = {}
    repeats: dict[str, list[accountability.RepeatAccount]] = defaultdict(list)
    for account in edition.insight.accounts:
        blamed = [(a.id, a.title, looks[a.state]) for a in account.actions if a.relevant and a.state in looks]
        blamed += [(d.id, d.title, Chip("Was declined", "no")) for d in account.declined if d.relevant]
        for id_, title, chip in blamed:
            titles_and_chips.setdefault(id_, (title, chip))
            repeats[id_].append(account)
    rows = []
    for id_, accounts in sorted(repeats.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        target, (title, chip) = edition.target(id_), titles_and_chips[id_]
        again = [a.repeat.occurrence for a in accounts]
        cells = (
            Cell((title,), sub=id_),
            Cell((chip,)),
            Cell((str(len(accounts)),), sort=f"{len(accounts):06}"),
            Cell(tuple(dict.fromkeys(link for o in again for link in _repeat(edition, o.pir, o.id)))),
        )
        rows.append(Row(cells, target.path if target is not None else ""))
    return rows


def _preventing_table(rows: Sequence[Row], more: Link | None = None) -> Table:
    columns = (
        Column("Action or advice", "title"),
        Column("On the day of the repeat", "chips"),
        Column("Repeats", "number", "repeats:"),
        Column("Which"),
    )
    return Table("What would have prevented repeats", columns, tuple(rows), tools=more is None, all=more)


def _repeat(edition: EditionContext, pir: str, id_: str) -> tuple[Link | str, ...]:
    return edition.short([pir]) or (id_,)
