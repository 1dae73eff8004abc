"""The layout of a step as a service blueprint: the rectangles and points of lanes, boxes, arrows and marks.

Each task, gateway and event has a column of its own. An arrow to the next column runs in the gap between the two, and an
arrow that skips columns runs above all lanes, so no arrow can cross a box or a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mkdocs_pir.kb.process import Module, Step, Task
from mkdocs_pir.site.diagrams.diagram_canvas import LINE, SMALL, Box, Point, wrapped

HEAD, GAP, TASK, EVENT, GATEWAY = 106.0, 22.0, 122.0, 24.0, 40.0
"""Widths in px: the head of a lane, the gap between columns, a task, an event, a gateway."""

PAD, SMALL_LINE, CHIP_GAP = 12.0, 13.5, 6.0
SIGHT = 20.0
"""Height in px above the first backstage lane for the name of the line of visibility."""


@dataclass(frozen=True, slots=True)
class Lane:
    """The lane of one role on one side of the line of visibility."""

    id: str
    role: str
    name: str
    stage: str
    box: Box
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlowNode:
    """A start, task, gateway or end (`kind`); `lane` is the index of its lane."""

    id: str
    kind: str
    lane: int
    box: Box
    name: str = ""
    lines: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow along points; its label, if any, is in `label_box`."""

    source: str
    target: str
    points: tuple[Point, ...]
    label: str = ""
    lines: tuple[str, ...] = ()
    label_box: Box | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A system, document or hand-off of a task; `link` is the line to the shape above it."""

    kind: str
    id: str
    name: str
    node: str
    box: Box
    lines: tuple[str, ...]
    link: tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Band:
    """The row that holds all marks of a kind."""

    kind: str
    name: str
    box: Box


@dataclass(frozen=True, slots=True)
class Blueprint:
    """The layout of a step. `sight` is the y of the line of visibility; None if nothing is backstage."""

    step: Step
    module: Module
    width: float
    height: float
    lanes: tuple[Lane, ...]
    bands: tuple[Band, ...]
    nodes: tuple[FlowNode, ...]
    edges: tuple[Edge, ...]
    marks: tuple[Mark, ...]
    sight: float | None

    def node(self, id: str) -> FlowNode:
        return next(node for node in self.nodes if node.id == id)


@dataclass(frozen=True, slots=True)
class _Item:
    """A node before it has a position."""

    id: str
    kind: str
    task: Task
    lines: tuple[str, ...] = ()
    number: int = 0

    @property
    def width(self) -> float:
        return {"task": TASK, "gateway": GATEWAY}.get(self.kind, EVENT)

    @property
    def height(self) -> float:
        return max(LINE * len(self.lines) + 16, 46.0) if self.kind == "task" else self.width


@dataclass(frozen=True, slots=True)
class _Track:
    """An arrow that skips tasks, from x `start` to x `end`, with a label of at most `room` px."""

    source: str
    target: str
    label: str
    lines: tuple[str, ...]
    start: float
    end: float
    room: float
    height: float


def blueprint(module: Module, step: Step) -> Blueprint:
    """The layout of one step of a module. Raises ValueError for a step without tasks."""
    if not step.tasks:
        raise ValueError(f"the step {step.id} has no tasks to draw")
    items = list(_items(step))
    keys = _lanes(module, step)
    x, places = HEAD + GAP, {}
    for item in items:
        places[item.id] = x
        x += item.width + GAP
    width = x
    tracks = _tracks(step, items, places)
    corridor = sum(track.height for track in tracks) + (8 if tracks else 0)
    lanes, pads = _boxes(module, keys, items, width, corridor)
    at = {key: n for n, key in enumerate(keys)}
    nodes = []
    for item in items:
        lane = at[item.task.role, item.task.stage]
        box, pad = lanes[lane].box, pads[lane]
        middle = box.y + pad + (box.h - pad) / 2
        place = Box(places[item.id], middle - item.height / 2, item.width, item.height)
        name = item.task.name if item.kind == "task" else ""
        nodes.append(FlowNode(item.id, item.kind, lane, place, name, item.lines, item.number))
    edges = (*_onward(nodes), *_past(nodes, tracks))
    first_off = next((lane for lane in lanes if lane.stage == "backstage"), None)
    bands, marks, height = _marks(module, step, nodes, lanes[-1].box.foot, width)
    sight = first_off.box.y if first_off is not None else None
    return Blueprint(step, module, width, height, lanes, bands, tuple(nodes), edges, marks, sight)


def _items(step: Step) -> Iterator[_Item]:
    yield _Item("start", "start", step.tasks[0])
    for n, task in enumerate(step.tasks, 1):
        yield _Item(task.id, "task", task, wrapped(f"{n}. {task.name}", TASK - 12), n)
        if task.skip is not None:
            yield _Item(f"{task.id}-way", "gateway", task)
    yield _Item("end", "end", step.tasks[-1])


def _lanes(module: Module, step: Step) -> list[tuple[str, str]]:
    """The (role, stage) of each lane from the top: the client's, others that are onstage, then backstage."""
    order = {role.id: (role.party != "client", n) for n, role in enumerate(module.roles)}
    used = {(task.role, task.stage) for task in step.tasks}
    return sorted(used, key=lambda key: (key[1] != "onstage", order.get(key[0], (True, len(order))), key[0]))


def _tracks(step: Step, items: Sequence[_Item], places: dict[str, float]) -> list[_Track]:
    """The arrows that skip tasks, one above the other. A label ends before the next vertical line of another arrow."""
    middles = {item.id: places[item.id] + item.width / 2 for item in items}
    ways: list[tuple[str, str, str, float, float]] = []
    for task in step.tasks:
        if task.skip is not None:
            nth = sum(target == task.skip.to for _, target, *_ in ways)
            ends = middles[f"{task.id}-way"], middles[task.skip.to] + 10 * nth
            ways.append((f"{task.id}-way", task.skip.to, task.skip.when, *ends))
    uprights = sorted(x for way in ways for x in way[3:])
    tracks = []
    for source, target, label, start, end in ways:
        room = min(x for x in uprights if x > start + 1) - start - 20
        lines = wrapped(label, room, SMALL)
        tracks.append(_Track(source, target, label, lines, start, end, room, SMALL_LINE * len(lines) + 12))
    return tracks


def _boxes(
    module: Module, keys: Sequence[tuple[str, str]], items: Sequence[_Item], width: float, corridor: float
) -> tuple[tuple[Lane, ...], list[float]]:
    """The lanes with their boxes, and the free height at the top of each."""
    lanes: list[Lane] = []
    pads: list[float] = []
    y = 1.0
    for n, (role, stage) in enumerate(keys):
        opens = stage == "backstage" and all(lane.stage == "onstage" for lane in lanes)
        pad = (corridor if n == 0 else 0.0) + (SIGHT if opens else 0.0)
        name = module.role(role).name
        lines = wrapped(name, HEAD - 14)
        tallest = max(item.height for item in items if (item.task.role, item.task.stage) == (role, stage))
        height = pad + max(tallest, LINE * (len(lines) + 1)) + 2 * PAD
        lanes.append(Lane(f"{stage}-{role}", role, name, stage, Box(1.0, y, width - 2, height), lines))
        pads.append(pad)
        y += height
    return tuple(lanes), pads


def _onward(nodes: Sequence[FlowNode]) -> Iterator[Edge]:
    """The arrow from each node to the next: straight within a lane, else with its vertical part in the gap."""
    for a, b in pairwise(nodes):
        (_, ay), (_, by) = a.box.middle, b.box.middle
        points: tuple[Point, ...] = ((a.box.right, ay), (b.box.x, by))
        if abs(ay - by) > 0.01:
            bend = (a.box.right + b.box.x) / 2 - 2
            points = ((a.box.right, ay), (bend, ay), (bend, by), (b.box.x, by))
        yield Edge(a.id, b.id, points)


def _past(nodes: Sequence[FlowNode], tracks: Sequence[_Track]) -> Iterator[Edge]:
    """The arrows that skip tasks: up from the gateway, across above all lanes, and down to the target."""
    by_id = {node.id: node.box for node in nodes}
    y = 3.0
    for track in tracks:
        level = y + track.height - 4
        box = Box(track.start + 10, y, track.room, SMALL_LINE * len(track.lines) + 4)
        up, down = by_id[track.source].y, by_id[track.target].y
        points = ((track.start, up), (track.start, level), (track.end, level), (track.end, down))
        yield Edge(track.source, track.target, points, track.label, track.lines, box)
        y += track.height


def _marks(
    module: Module, step: Step, nodes: Sequence[FlowNode], foot: float, width: float
) -> tuple[tuple[Band, ...], tuple[Mark, ...], float]:
    """The rows below the lanes, with the systems, documents and hand-offs of each task in its column."""
    by_id = {node.id: node for node in nodes}
    ends = {task.id: by_id[task.id].box.foot for task in step.tasks}
    bands: list[Band] = []
    marks: list[Mark] = []
    y = foot + 10
    for kind, title in (("system", "Systems"), ("document", "Documents"), ("handoff", "Hand-offs")):
        named = {task.id: _named(module, task, kind) for task in step.tasks}
        if not any(named.values()):
            continue
        lowest = y
        for task in step.tasks:
            node, top = by_id[task.id].box, y + 8
            for id_, name in named[task.id]:
                lines = wrapped(name, TASK - 12, SMALL)
                box = Box(node.x, top, TASK, SMALL_LINE * len(lines) + 8)
                x = node.middle[0]
                marks.append(Mark(kind, id_, name, task.id, box, lines, ((x, ends[task.id]), (x, top))))
                ends[task.id] = box.foot
                top = box.foot + CHIP_GAP
                lowest = max(lowest, box.foot)
        bands.append(Band(kind, title, Box(1.0, y, width - 2, lowest + 8 - y)))
        y = lowest + 8
    return tuple(bands), tuple(marks), y + 2


def _named(module: Module, task: Task, kind: str) -> list[tuple[str, str]]:
    if kind == "system":
        return [(id_, module.system(id_).name) for id_ in task.systems]
    if kind == "document":
        return [(id_, module.document(id_).name) for id_ in task.documents]
    hands = [hand for hand in module.hand_offs if hand.task == task.id]
    return [
        (hand.other, f"{'to' if hand.to else 'from'} {module.neighbour(hand.other).name}: {hand.gives}")
        for hand in hands
    ]
