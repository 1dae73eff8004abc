"""The map of a step as a draw.io file (mxGraphModel): lanes are containers, and arrows are connected to their boxes.

It opens in draw.io and diagrams.net, and after an export from there in Visio.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from mkdocs_pir.site.charts.canvas import clean, px
from mkdocs_pir.site.diagrams.blueprint_layout import HEAD, Blueprint, Edge, FlowNode
from mkdocs_pir.site.diagrams.diagram_canvas import Box, Point

_LANE = f"swimlane;horizontal=0;startSize={px(HEAD)};collapsible=0;html=0;whiteSpace=wrap;fontStyle=1;connectable=0;"
STYLES = {
    "onstage": f"{_LANE}fillColor=#eef6fc;swimlaneFillColor=#eef6fc;strokeColor=#8c939b;",
    "backstage": f"{_LANE}fillColor=#f6f7f9;swimlaneFillColor=#f6f7f9;strokeColor=#8c939b;",
    "band": f"{_LANE}fillColor=none;strokeColor=#dfe2e6;",
    "task": "rounded=1;whiteSpace=wrap;html=0;fillColor=#ffffff;strokeColor=#0072b2;fontSize=12;",
    "gateway": "rhombus;whiteSpace=wrap;html=0;fillColor=#ffffff;strokeColor=#a86400;",
    "start": "ellipse;html=0;fillColor=#ffffff;strokeColor=#1f2328;",
    "end": "ellipse;html=0;fillColor=#ffffff;strokeColor=#1f2328;strokeWidth=3;",
    "system": "rounded=0;whiteSpace=wrap;html=0;fillColor=#d8e8f3;strokeColor=none;fontSize=11;",
    "document": "shape=note;size=9;whiteSpace=wrap;html=0;fillColor=#ffffff;strokeColor=#57606a;fontSize=11;",
    "handoff": "rounded=0;whiteSpace=wrap;html=0;fillColor=none;strokeColor=#8f5600;dashed=1;fontSize=11;",
    "flow": "edgeStyle=orthogonalEdgeStyle;rounded=0;html=0;endArrow=block;endFill=1;strokeColor=#1f2328;fontSize=11;",
    "link": "endArrow=none;dashed=1;html=0;strokeColor=#8c939b;",
    "sight": "endArrow=none;dashed=1;html=0;strokeColor=#a04000;strokeWidth=2;fontColor=#a04000;align=left;",
}


def drawio(plan: Blueprint) -> bytes:
    """The content of the draw.io file, in UTF-8. The same blueprint gives the same bytes."""
    name = f"{plan.step.id} {plan.step.name}"
    file = ET.Element("mxfile", {"host": "mkdocs-pir", "type": "device"})
    page = ET.SubElement(file, "diagram", {"id": plan.step.id, "name": clean(name)})
    size = {"pageWidth": px(plan.width), "pageHeight": px(plan.height)}
    model = ET.SubElement(page, "mxGraphModel", {"grid": "1", "gridSize": "10", "page": "1", "pageScale": "1", **size})
    root = ET.SubElement(model, "root")
    ET.SubElement(root, "mxCell", {"id": "0"})
    ET.SubElement(root, "mxCell", {"id": "1", "parent": "0"})
    for lane in plan.lanes:
        _box(root, lane.id, f"{lane.name} ({lane.stage})", lane.stage, lane.box)
    for band in plan.bands:
        _box(root, f"band-{band.kind}", band.name, "band", band.box)
    for node in plan.nodes:
        lane = plan.lanes[node.lane]
        words = f"{node.number}. {node.name}" if node.kind == "task" else ""
        _box(root, f"node-{node.id}", words, node.kind, node.box, lane.id, lane.box)
    bands = {band.kind: band.box for band in plan.bands}
    above: dict[str, str] = {}
    for n, mark in enumerate(plan.marks):
        _box(root, f"mark-{n}", mark.name, mark.kind, mark.box, f"band-{mark.kind}", bands[mark.kind])
        source = above.get(mark.node, f"node-{mark.node}")
        _line(root, f"link-{n}", "", f"{STYLES['link']}exitX=0.5;exitY=1;entryX=0.5;entryY=0;", source, f"mark-{n}")
        above[mark.node] = f"mark-{n}"
    for n, edge in enumerate(plan.edges):
        style = STYLES["flow"] + _ends(edge, plan.node(edge.source), plan.node(edge.target))
        _line(root, f"flow-{n}", edge.label, style, f"node-{edge.source}", f"node-{edge.target}", edge.points[1:-1])
    if plan.sight is not None:
        ends = ((1.0, plan.sight), (plan.width - 1, plan.sight))
        _line(root, "line-of-visibility", "Line of visibility", STYLES["sight"], ends=ends)
    ET.indent(file)
    xml: bytes = ET.tostring(file, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _box(
    root: ET.Element, id_: str, words: str, look: str, box: Box, parent: str = "1", within: Box | None = None
) -> None:
    """Add a box; inside a container its position is relative to the container."""
    cell = ET.SubElement(
        root, "mxCell", {"id": id_, "value": clean(words), "style": STYLES[look], "vertex": "1", "parent": parent}
    )
    x, y = (box.x - within.x, box.y - within.y) if within is not None else (box.x, box.y)
    size = {"x": px(x), "y": px(y), "width": px(box.w), "height": px(box.h), "as": "geometry"}
    ET.SubElement(cell, "mxGeometry", size)


def _line(
    root: ET.Element,
    id_: str,
    words: str,
    style: str,
    source: str = "",
    target: str = "",
    bends: Sequence[Point] = (),
    ends: Sequence[Point] = (),
) -> None:
    tied = {"source": source, "target": target} if source else {}
    cell = ET.SubElement(
        root, "mxCell", {"id": id_, "value": clean(words), "style": style, "edge": "1", "parent": "1", **tied}
    )
    geometry = ET.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
    for name, (x, y) in zip(("sourcePoint", "targetPoint"), ends, strict=False):
        ET.SubElement(geometry, "mxPoint", {"x": px(x), "y": px(y), "as": name})
    if bends:
        points = ET.SubElement(geometry, "Array", {"as": "points"})
        for x, y in bends:
            ET.SubElement(points, "mxPoint", {"x": px(x), "y": px(y)})


def _ends(edge: Edge, source: FlowNode, target: FlowNode) -> str:
    """The style by which an arrow leaves its box and enters the next, as fractions of their sides."""
    return "".join(
        f"{name}X={(x - box.x) / box.w:.3f};{name}Y={(y - box.y) / box.h:.3f};"
        for name, (x, y), box in (("exit", edge.points[0], source.box), ("entry", edge.points[-1], target.box))
    )
