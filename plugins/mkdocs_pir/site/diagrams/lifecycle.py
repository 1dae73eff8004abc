"""The diagram of a module and its neighbours in the life of an incident, with what is handed over."""

from __future__ import annotations

from mkdocs_pir.kb.process import HandOff, Module, Neighbour
from mkdocs_pir.site.charts.canvas import Chart
from mkdocs_pir.site.diagrams.diagram_canvas import LINE, SMALL, Box, DiagramCanvas, wrapped

NODE, LANE = 170.0, 200.0
"""Widths in px: a neighbour, and the space between it and the module for the names of the hand-offs."""

STEP, PAD = 13.5, 10.0


def life_cycle(module: Module) -> Chart:
    """Draw the module in the middle, neighbours before it on the left, after it on the right, beside it below."""
    by_place = {p: [n for n in module.neighbours if n.place == p] for p in ("before", "beside", "after")}
    left, right = bool(by_place["before"]), bool(by_place["after"])
    below = by_place["beside"]
    own = wrapped(f"{module.module} {module.name}", NODE + 20)
    steps = [line for s in module.steps for line in wrapped(f"{s.id} {s.name}", NODE + 30, SMALL)]
    columns = {p: sum(_height(module, n) + 14 for n in by_place[p]) - 14 for p in ("before", "after")}
    tall = max(LINE * len(own) + STEP * len(steps) + 34, columns["before"], columns["after"])
    x = 2 + (NODE + LANE if left else 0)
    reach = [_along(module, n) for n in below]
    core = max(NODE + 50, sum(reach) + 20)
    middle = Box(x, 2, core, tall)
    drop = max((_deep(module, n) for n in below), default=0.0)
    low = max((_label_height(n, wide - 10) for n, wide in zip(below, reach, strict=True)), default=0.0)
    width = middle.right + (LANE + NODE if right else 0) + 2
    height = middle.foot + (drop + low if below else 0) + 4
    drawing = DiagramCanvas("life-cycle", width, height)
    drawing.rect("now", middle, 6)
    y = middle.y + (tall - LINE * len(own) - STEP * len(steps) - 6) / 2 + LINE * 0.76
    for words in own:
        drawing.text("strong", middle.middle[0], y, words)
        y += LINE
    y += 6
    for words in steps:
        drawing.text("muted", middle.middle[0], y, words, size=SMALL)
        y += STEP
    for place, side in (("before", -1), ("after", 1)):
        y = middle.y + (tall - columns[place]) / 2 if by_place[place] else 0.0
        for one in by_place[place]:
            tallness = _height(module, one)
            at = middle.x - LANE - NODE if side < 0 else middle.right + LANE
            _sideways(drawing, module, one, Box(at, y, NODE, tallness), middle, side)
            y += tallness + 14
    x = middle.x + (core - sum(reach)) / 2
    for one, wide in zip(below, reach, strict=True):
        _downwards(drawing, module, one, Box(x, middle.foot + drop, wide - 10, low), middle.foot)
        x += wide
    rows = [
        (
            module.neighbour(h.other).name,
            f"to {module.module}" if h.source else f"from {module.module}",
            h.gives,
        )
        for h in module.hand_offs
    ]
    return drawing.done(
        f"{module.name} among its neighbours",
        "The modules before, beside and after this one, and what is handed over between them.",
        ("Module", "Direction", "What is handed over"),
        rows or [(n.name, n.place, "") for n in module.neighbours],
    )


def _hands(module: Module, one: Neighbour) -> list[HandOff]:
    return [hand for hand in module.hand_offs if hand.other == one.id]


def _row(hand: HandOff) -> float:
    return STEP * len(wrapped(hand.gives, LANE - 24, SMALL)) + 16


def _title(one: Neighbour, wide: float) -> tuple[list[str], list[str]]:
    return list(wrapped(one.name, wide - 16)), list(wrapped(one.about, wide - 16, SMALL))


def _label_height(one: Neighbour, wide: float = NODE) -> float:
    name, about = _title(one, wide)
    return LINE * len(name) + STEP * len(about) + 2 * PAD


def _height(module: Module, one: Neighbour) -> float:
    return max(_label_height(one), sum(map(_row, _hands(module, one))) + PAD)


def _deep(module: Module, one: Neighbour) -> float:
    return max((_row(hand) for hand in _hands(module, one)), default=24.0) + 26


def _along(module: Module, one: Neighbour) -> float:
    return max(NODE + 10, LANE * len(_hands(module, one)) + 10)


def _name(drawing: DiagramCanvas, one: Neighbour, box: Box) -> None:
    name, about = _title(one, box.w)
    drawing.rect("quiet", box, 6)
    y = box.y + (box.h - LINE * len(name) - STEP * len(about)) / 2 + LINE * 0.76
    for words in name:
        drawing.text("strong", box.middle[0], y, words)
        y += LINE
    for words in about:
        drawing.text("muted", box.middle[0], y, words, size=SMALL)
        y += STEP


def _sideways(drawing: DiagramCanvas, module: Module, one: Neighbour, box: Box, middle: Box, side: int) -> None:
    """Draw a neighbour on the left (-1) or right (1), with an arrow for each hand-off and its text above."""
    _name(drawing, one, box)
    near, far = (box.right, middle.x) if side < 0 else (box.x, middle.right)
    hands = _hands(module, one)
    y = box.y + (box.h - sum(map(_row, hands))) / 2
    for hand in hands:
        lines = wrapped(hand.gives, LANE - 24, SMALL)
        line = y + STEP * len(lines) + 6
        ends = ((near, line), (far, line)) if hand.source else ((far, line), (near, line))
        drawing.arrow("flow", ends)
        for n, words in enumerate(lines):
            drawing.text("muted", (near + far) / 2, y + STEP * n + 11, words, size=SMALL)
        y += _row(hand)


def _downwards(drawing: DiagramCanvas, module: Module, one: Neighbour, box: Box, top: float) -> None:
    """Draw a neighbour below, with a vertical arrow for each hand-off and its text to the right."""
    _name(drawing, one, box)
    hands = _hands(module, one)
    each = box.w / max(1, len(hands))
    for n, hand in enumerate(hands):
        x = box.x + each * n + 14
        ends = ((x, box.y), (x, top)) if hand.source else ((x, top), (x, box.y))
        drawing.arrow("flow", ends)
        lines = wrapped(hand.gives, LANE - 34, SMALL)
        y = (top + box.y) / 2 - STEP * len(lines) / 2 + STEP * 0.76
        for k, words in enumerate(lines):
            drawing.text("muted", x + 10, y + k * STEP, words, "start", SMALL)
