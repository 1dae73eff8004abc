"""Measure every figure of the data set at several sizes: a generated projection in, all KPIs, repeats, actions out.

    python benchmarks/figures.py [--sizes 1000,10000] [--calls] [--profile]

Sizes are reviews; with each come three actions, a recommendation, two incidents of the register, and for every
hundred of them a client, a service and ten lessons. Times are CPU seconds of this process, garbage collection on.
`--calls` counts function calls instead, which no other work on the machine disturbs: the growth of the work itself.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.exchange.exporting import dataset
from mkdocs_pir.insight import accountability, action_items, recurrence
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.effects import effects
from mkdocs_pir.insight.lesson_lives import lives
from mkdocs_pir.kb.model import (
    Action,
    Cause,
    Client,
    Incident,
    Initiated,
    Lesson,
    Pir,
    Recommendation,
    Record,
    Response,
    Review,
    Service,
    Times,
)
from mkdocs_pir.site.urls import path_of

AS_OF = date(2026, 9, 30)
CAUSES = 60


def generate(size: int, seed: int = 7) -> Projection:
    """A projection of so many reviews over six years, the same for the same seed."""
    dice = random.Random(seed)
    parts = max(4, size // 100)
    clients = [f"client-{n}" for n in range(parts)]
    services = [f"service-{n}" for n in range(parts)]
    causes = [f"family-{n % 8}/cause-{n}" for n in range(CAUSES)]
    lessons = [f"LL-{n:05}" for n in range(max(10, size // 10))]
    records: dict[str, dict[str, Record]] = {
        "client": {c: Client(id=c, name=c, since=date(2020, 1, 1)) for c in clients},
        "service": {s: Service(id=s, name=s, clients=tuple(dice.sample(clients, 3))) for s in services},
        "cause": {c: Cause(id=c, name=c) for c in causes},
        "pir": {},
        "lesson": {},
    }
    incidents: list[Incident] = []
    responses: list[Response] = []
    ids: list[str] = []
    for n in range(size):
        start = datetime(2020, 10, 1, tzinfo=UTC) + timedelta(days=2190 * n / size, minutes=dice.randrange(1440))
        end = start + timedelta(minutes=dice.randrange(10, 900))
        day = start.date()
        id_, client, cause = f"PIR-{start.year}-{n:05}", dice.choice(clients), dice.choice(causes)
        touched = tuple(dice.sample(services, dice.choice((1, 1, 2))))
        records["pir"][id_] = Pir(
            id=id_,
            title=f"Review {n}",
            client=client,
            services=touched,
            status="closed",
            severity=f"SEV-{dice.randrange(1, 5)}",
            initiated=Initiated(on=day),
            incidents=(f"INC-{2 * n}",),
            times=Times(start, start + timedelta(minutes=9), start + timedelta(minutes=14), end, end),
            trigger=cause,
            recurrence_of=dice.choice(ids[-200:]) if ids and dice.random() < 0.1 else "",
            lessons=(dice.choice(lessons),),
            actions=tuple(_action(dice, f"A{k}", day) for k in range(1, 4)),
            recommendations=(
                Recommendation("R1", "Advice", dice.choice(("proposed", "accepted", "declined", "adopted")), day, day),
            ),
            reviews=(Review("client", day + timedelta(days=dice.randrange(2, 12))),),
        )
        ids.append(id_)
        for k in (0, 1):
            opened = start + timedelta(days=40 * k)
            resolved = end + timedelta(days=40 * k)
            review = id_ if k == 0 else ""
            incidents.append(
                Incident(f"INC-{2 * n + k}", opened, client, touched[0], "SEV-3", resolved, cause, k == 0, review)
            )
        if n % 3 == 0:
            responses.append(Response(day + timedelta(days=9), client, 5, id_, dice.randrange(1, 6)))
    for n, id_ in enumerate(lessons):
        records["lesson"][id_] = Lesson(
            id=id_,
            title=id_,
            status="applied",
            causes=(causes[n % CAUSES],),
            services=(dice.choice(services),),
            learned_from=(dice.choice(ids),),
            validated_on=date(2021, 1, 1) + timedelta(days=dice.randrange(1900)),
        )
    return Projection(Edition(), AS_OF, "Generated", records, incidents=tuple(incidents), responses=tuple(responses))


def _action(dice: random.Random, id_: str, agreed: date) -> Action:
    due = agreed + timedelta(days=dice.randrange(10, 120))
    closed = dice.random() < 0.93
    completed = due + timedelta(days=dice.randrange(-9, 30)) if closed else None
    owner = f"team {dice.randrange(20)}"
    if completed is None or completed > AS_OF:
        return Action(id_, "Do it", "open", "prevent", owner, "medium", agreed, due)
    verified = completed + timedelta(days=20) if dice.random() < 0.6 else None
    status = "verified" if verified else "done"
    return Action(id_, "Do it", status, "prevent", owner, "medium", agreed, due, completed, verified)


def steps(projection: Projection) -> dict[str, Callable[[], object]]:
    """What is measured, by name: the parts, and then everything in one pass."""
    found = recurrence.index(projection)
    items = action_items.items(projection)
    ledger = Insight(projection).kpis
    return {
        "repeats and groups": lambda: recurrence.index(projection),
        "accountability": lambda: accountability.accounts(projection, found),
        "action items": lambda: action_items.flow(action_items.items(projection), projection.as_of),
        "effects of actions": lambda: effects(projection, items),
        "lives of lessons": lambda: lives(projection, found),
        "KPIs of the whole": lambda: Insight(projection).kpis.figures(),
        "KPIs by client": lambda: [ledger.by_client(name) for name in ledger.figures()],
        "KPIs by service": lambda: [ledger.by_service(name) for name in ledger.figures()],
        "everything, one pass": lambda: dataset.dataset(Insight(projection), path_of),
    }


def measure(size: int, calls: bool) -> dict[str, float]:
    """CPU seconds of each step, or thousands of function calls."""
    took = {}
    for name, step in steps(generate(size)).items():
        if calls:
            profile = cProfile.Profile()
            profile.runcall(step)
            took[name] = pstats.Stats(profile).total_calls / 1000  # type: ignore[attr-defined]
            continue
        start = time.process_time()
        step()
        took[name] = time.process_time() - start
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--calls", action="store_true", help="count function calls, in thousands")
    parser.add_argument("--profile", action="store_true", help="say where the time of the largest size goes")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    if options.profile:
        projection = generate(sizes[-1])
        profile = cProfile.Profile()
        profile.runcall(dataset.dataset, projection, path_of)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(30)
        return
    columns = [measure(size, options.calls) for size in sizes]
    print(f"{'reviews':<24}" + "".join(f"{size:>10,}" for size in sizes) + f"{'ratio':>10}")
    for name in columns[0]:
        took = [column[name] for column in columns]
        ratio = f"{took[-1] / took[0]:>10.1f}" if took[0] > 0 else f"{'':>10}"
        print(f"{name:<24}" + "".join(f"{t:>10.2f}" for t in took) + ratio)


if __name__ == "__main__":
    main()
