"""The map of a step as BPMN 2.0 XML with diagram interchange, for modelling tools. Source: OMG formal/2011-01-03.

The lanes "onstage" and "backstage" contain the lanes of the roles. Systems are data stores, documents are data objects,
hand-offs are text annotations.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from mkdocs_pir.site.charts.canvas import clean, px
from mkdocs_pir.site.diagrams.blueprint_layout import Blueprint, Edge, FlowNode, Lane, Mark
from mkdocs_pir.site.diagrams.diagram_canvas import Box, Point

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"

LABEL = 30.0
"""Width in px of the vertical name of a pool or a lane in modelling tools."""

TAGS = {"start": "startEvent", "task": "task", "gateway": "exclusiveGateway", "end": "endEvent"}
MARKS = {"system": "dataStoreReference", "document": "dataObjectReference", "handoff": "textAnnotation"}


def bpmn(plan: Blueprint) -> bytes:
    """The content of the BPMN file, in UTF-8. The same blueprint gives the same bytes."""
    for prefix, space in (("", MODEL), ("bpmndi", BPMNDI), ("dc", DC), ("di", DI)):
        ET.register_namespace(prefix, space)
    module, step = plan.module, plan.step
    root = ET.Element(
        f"{{{MODEL}}}definitions",
        {"id": f"definitions-{step.id}", "targetNamespace": f"urn:mkdocs-pir:process:{module.module}"},
    )
    for system in dict.fromkeys(mark.id for mark in plan.marks if mark.kind == "system"):
        _add(root, "dataStore", id=f"store-{system}", name=module.system(system).name)
    pool = _add(root, "collaboration", id="collaboration")
    name = f"{step.id} {step.name}"
    _add(pool, "participant", id="pool", name=name, processRef="process")
    process = _add(root, "process", id="process", name=name, isExecutable="false")
    if step.summary:
        _add(process, "documentation").text = clean(step.summary)
    _lanes(process, plan)
    for node in plan.nodes:
        _node(process, plan, node)
    for n, edge in enumerate(plan.edges):
        flow = _add(process, "sequenceFlow", id=f"flow-{n}", sourceRef=_id(edge.source), targetRef=_id(edge.target))
        if edge.label:
            flow.set("name", clean(edge.label))
    _artefacts(process, plan)
    _diagram(root, plan)
    ET.indent(root)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _id(node: str) -> str:
    return f"node-{node}"


def _mark_id(mark: Mark, n: int) -> str:
    return f"{mark.kind}-{n}"


def _add(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{MODEL}}}{tag}", {key: clean(value) for key, value in attributes.items()})


def _stages(plan: Blueprint) -> Iterable[tuple[str, list[Lane]]]:
    for stage in ("onstage", "backstage"):
        lanes = [lane for lane in plan.lanes if lane.stage == stage]
        if lanes:
            yield stage, lanes


def _lanes(process: ET.Element, plan: Blueprint) -> None:
    outer = _add(process, "laneSet", id="lanes")
    for stage, lanes in _stages(plan):
        side = _add(outer, "lane", id=stage, name=stage.capitalize())
        inside = [node for node in plan.nodes if plan.lanes[node.lane].stage == stage]
        for node in inside:
            _add(side, "flowNodeRef").text = _id(node.id)
        inner = _add(side, "childLaneSet", id=f"{stage}-lanes")
        for lane in lanes:
            inner_lane = _add(inner, "lane", id=lane.id, name=lane.name)
            for node in inside:
                if plan.lanes[node.lane] is lane:
                    _add(inner_lane, "flowNodeRef").text = _id(node.id)


def _node(process: ET.Element, plan: Blueprint, node: FlowNode) -> None:
    element = _add(process, TAGS[node.kind], id=_id(node.id))
    task = next((task for task in plan.step.tasks if task.id == node.id), None) if node.kind == "task" else None
    if task is not None:
        element.set("name", clean(task.name))
        if task.does:
            _add(element, "documentation").text = clean(task.does)
    for way in ("incoming", "outgoing"):
        for n, edge in enumerate(plan.edges):
            if (edge.target if way == "incoming" else edge.source) == node.id:
                _add(element, way).text = f"flow-{n}"
    if node.kind == "gateway":
        straight = next(n for n, edge in enumerate(plan.edges) if edge.source == node.id and not edge.label)
        element.set("default", f"flow-{straight}")


def _artefacts(process: ET.Element, plan: Blueprint) -> None:
    numbered = list(enumerate(plan.marks))
    for n, mark in numbered:
        if mark.kind == "system":
            _add(process, MARKS["system"], id=_mark_id(mark, n), name=mark.name, dataStoreRef=f"store-{mark.id}")
        elif mark.kind == "document":
            _add(process, "dataObject", id=f"data-{n}", name=mark.name)
            _add(process, MARKS["document"], id=_mark_id(mark, n), name=mark.name, dataObjectRef=f"data-{n}")
    # the schema requires artefacts after all flow elements
    for n, mark in numbered:
        if mark.kind == "handoff":
            note = _add(process, "textAnnotation", id=_mark_id(mark, n))
            _add(note, "text").text = clean(mark.name)
    for n, mark in numbered:
        _add(process, "association", id=f"link-{n}", sourceRef=_id(mark.node), targetRef=_mark_id(mark, n))


def _diagram(root: ET.Element, plan: Blueprint) -> None:
    diagram = ET.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", {"id": "diagram"})
    plane = ET.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", {"id": "plane", "bpmnElement": "collaboration"})
    top, last = plan.lanes[0].box, plan.lanes[-1].box
    _shape(plane, "pool", Box(top.x, top.y, top.w, last.foot - top.y), across=True)
    for stage, lanes in _stages(plan):
        high, low = lanes[0].box, lanes[-1].box
        _shape(plane, stage, Box(top.x + LABEL, high.y, top.w - LABEL, low.foot - high.y), across=True)
        for lane in lanes:
            box = lane.box
            _shape(plane, lane.id, Box(box.x + 2 * LABEL, box.y, box.w - 2 * LABEL, box.h), across=True)
    for node in plan.nodes:
        _shape(plane, _id(node.id), node.box)
    for n, mark in enumerate(plan.marks):
        _shape(plane, _mark_id(mark, n), mark.box)
    for n, edge in enumerate(plan.edges):
        _line(plane, f"flow-{n}", edge.points, edge)
    for n, mark in enumerate(plan.marks):
        task = plan.node(mark.node).box
        _line(plane, f"link-{n}", ((task.middle[0], task.foot), mark.link[1]))


def _bounds(parent: ET.Element, box: Box) -> None:
    size = {"x": px(box.x), "y": px(box.y), "width": px(box.w), "height": px(box.h)}
    ET.SubElement(parent, f"{{{DC}}}Bounds", size)


def _shape(plane: ET.Element, element: str, box: Box, *, across: bool = False) -> None:
    attributes = {"id": f"{element}-shape", "bpmnElement": element} | ({"isHorizontal": "true"} if across else {})
    _bounds(ET.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", attributes), box)


def _line(plane: ET.Element, element: str, points: Iterable[Point], edge: Edge | None = None) -> None:
    bpmn_edge = ET.SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", {"id": f"{element}-edge", "bpmnElement": element})
    for x, y in points:
        ET.SubElement(bpmn_edge, f"{{{DI}}}waypoint", {"x": px(x), "y": px(y)})
    if edge is not None and edge.label_box is not None:
        _bounds(ET.SubElement(bpmn_edge, f"{{{BPMNDI}}}BPMNLabel"), edge.label_box)
