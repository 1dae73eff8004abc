"""Maps: nothing overlaps whatever the names, and exports hold lanes, flow and labels."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from helpers.repository import ROOT
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.kb.process import Document, HandOff, Module, Neighbour, Role, Skip, Step, System, Task, personalised
from mkdocs_pir.kb.process_files import default, read_modules
from mkdocs_pir.site import diagrams
from mkdocs_pir.site.charts.scales import text_width
from mkdocs_pir.site.diagrams.blueprint_layout import Blueprint
from mkdocs_pir.site.diagrams.diagram_canvas import Box, wrapped

SHIPPED = [(f.module, step) for f in read_modules(ROOT / "kb")[0] if f.module for step in f.module.steps]
names = st.text("abcdefghijklmnop WM<&\"'", min_size=1, max_size=60).map(lambda t: t.strip() or "x")


@st.composite
def modules(draw) -> Module:
    roles = [
        Role(f"r{n}", draw(names), party=draw(st.sampled_from(["provider", "client"])))
        for n in range(draw(st.integers(1, 5)))
    ]
    systems = [System(f"s{n}", draw(names)) for n in range(3)]
    documents = [Document(f"d{n}", draw(names)) for n in range(3)]
    count = draw(st.integers(1, 9))
    tasks = []
    for n in range(count):
        later = [f"t{k}" for k in range(n + 2, count)] + ["end"]
        skip = Skip(draw(names), draw(st.sampled_from(later))) if n < count - 1 and draw(st.booleans()) else None
        tasks.append(
            Task(
                f"t{n}",
                draw(names),
                draw(st.sampled_from(roles)).id,
                draw(st.sampled_from(["onstage", "backstage"])),
                systems=tuple(draw(st.sets(st.sampled_from(["s0", "s1", "s2"])))),
                documents=tuple(draw(st.sets(st.sampled_from(["d0", "d1", "d2"])))),
                skip=skip,
            )
        )
    hands = tuple(HandOff(draw(names), f"t{n}", to="x1") for n in range(count) if draw(st.booleans()))
    places = st.sampled_from(["before", "beside", "after"])
    neighbours = tuple(
        Neighbour(f"x{n}", draw(names), draw(places), draw(names)) for n in range(draw(st.integers(1, 4)))
    )
    hands = tuple(h for h in hands if len(neighbours) > 1)
    step = Step("x.01", draw(names), tasks=tuple(tasks))
    return Module(
        "x",
        "X",
        roles=tuple(roles),
        systems=tuple(systems),
        documents=tuple(documents),
        steps=(step,),
        hand_offs=hands,
        neighbours=neighbours,
    )


def overlap(a: Box, b: Box) -> bool:
    return min(a.right, b.right) - max(a.x, b.x) > 0.01 and min(a.foot, b.foot) - max(a.y, b.y) > 0.01


def stretch(a: tuple[float, float], b: tuple[float, float]) -> Box:
    """A part of a line, a hair wide."""
    x, y = min(a[0], b[0]), min(a[1], b[1])
    return Box(x - 0.2, y - 0.2, abs(a[0] - b[0]) + 0.4, abs(a[1] - b[1]) + 0.4)


def collisions(plan: Blueprint) -> list[str]:
    """Everything that lies on something else: boxes, names, arrows through boxes, arrows along one another."""
    boxes = [(f"node {n.id}", n.box) for n in plan.nodes]
    boxes += [(f"mark {n}", m.box) for n, m in enumerate(plan.marks)]
    boxes += [(f"label {e.label}", e.label_box) for e in plan.edges if e.label_box]
    boxes += [(f"head {lane.id}", Box(lane.box.x, lane.box.y, 104, lane.box.h)) for lane in plan.lanes]
    found = [f"{a} on {b}" for (a, one), (b, other) in combinations(boxes, 2) if overlap(one, other)]
    lines = [(n, e, stretch(a, b)) for n, e in enumerate(plan.edges) for a, b in pairwise(e.points)]
    for _, edge, part in lines:
        for name, box in boxes:
            own = name in (f"node {edge.source}", f"node {edge.target}")
            inner = Box(box.x + 0.5, box.y + 0.5, box.w - 1, box.h - 1) if own else box
            if overlap(part, inner):
                found.append(f"arrow {edge.source} to {edge.target} through {name}")
    for (n, _, one), (k, _, other) in combinations(lines, 2):
        # crossing is a point; lying along one another is not
        if (
            n != k
            and overlap(one, other)
            and (
                min(one.right, other.right) - max(one.x, other.x) > 1
                or min(one.foot, other.foot) - max(one.y, other.y) > 1
            )
        ):
            found.append(f"arrows {n} and {k} lie on one another")
    frame = Box(0, 0, plan.width, plan.height)
    for name, box in boxes:
        if box.x < frame.x or box.y < frame.y or box.right > frame.right or box.foot > frame.foot:
            found.append(f"{name} over the edge")
    for node in plan.nodes:
        lane = plan.lanes[node.lane].box
        if node.box.y < lane.y or node.box.foot > lane.foot:
            found.append(f"{node.id} leaves its lane")
    return found


@pytest.mark.parametrize(("module", "step"), SHIPPED, ids=lambda x: getattr(x, "id", ""))
def test_nothing_in_a_shipped_map_lies_on_anything_else(module: Module, step: Step) -> None:
    assert collisions(diagrams.blueprint(module, step)) == []


@given(modules())
def test_nothing_lies_on_anything_else_whatever_the_names(module: Module) -> None:
    plan = diagrams.blueprint(module, module.steps[0])
    assert collisions(plan) == []
    ET.fromstring(diagrams.process_map(plan).svg)
    ET.fromstring(diagrams.life_cycle(module).svg)
    ET.fromstring(diagrams.overview(module, {}).svg)


@given(names, st.floats(30, 200))
def test_wrapped_words_fit_their_width_and_none_is_lost(words: str, width: float) -> None:
    lines = wrapped(words, width)
    assert all(text_width(line, 12) <= width or len(line) <= 2 for line in lines)
    assert "".join(lines).replace("-", "").replace(" ", "") == "".join(words.split())


def test_a_long_word_is_broken_with_a_hyphen_where_its_script_has_one() -> None:
    assert wrapped("Überprüfungsverfahren", 80)[0].endswith("-")
    lines = wrapped("構成管理データベースと監視基盤の統合システム", 100)
    assert len(lines) > 2
    assert "".join(lines) == "構成管理データベースと監視基盤の統合システム"


def test_onstage_is_above_the_line_of_visibility_and_backstage_below() -> None:
    for module, step in SHIPPED:
        plan = diagrams.blueprint(module, step)
        assert plan.sight is not None
        for lane in plan.lanes:
            assert (lane.box.foot <= plan.sight) == (lane.stage == "onstage")
        assert [n.number for n in plan.nodes if n.kind == "task"] == list(range(1, len(step.tasks) + 1))


def test_every_system_document_and_hand_off_is_marked() -> None:
    for module, step in SHIPPED:
        plan = diagrams.blueprint(module, step)
        for task in step.tasks:
            marked = sorted((m.kind, m.id) for m in plan.marks if m.node == task.id)
            hands = [("handoff", h.other) for h in module.hand_offs if h.task == task.id]
            assert marked == sorted(
                [*(("system", s) for s in task.systems), *(("document", d) for d in task.documents), *hands]
            )


def test_a_map_is_safe_to_inline_stands_alone_and_keeps_its_bytes() -> None:
    hostile = personalised(default(), "x", {"pir-owner": "<script>alert(1)</script> & ]]>\x00"}, {}, {})
    plan = diagrams.blueprint(hostile, hostile.steps[0])
    drawn = diagrams.process_map(plan)
    assert drawn == diagrams.process_map(plan)
    assert "<script" not in drawn.svg
    assert " style=" not in drawn.svg
    root = ET.fromstring(drawn.svg)
    svg = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{svg}svg"
    assert root.get("viewBox")
    for group in root.iter(f"{svg}g"):
        assert group.get("fill") or group.get("stroke"), "a layer without colours of its own prints as a black box"
    words = {"".join(t.itertext()) for t in root.iter(f"{svg}text")}
    assert {"Line of visibility", "Systems", "Documents", "Hand-offs"} <= words


MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


@pytest.fixture(scope="module")
def standard():
    """The XML schema of BPMN 2.0 with diagram interchange, which SpiffWorkflow carries."""
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed: BPMN is not checked against its schema")
    spiff = pytest.importorskip("SpiffWorkflow", reason="SpiffWorkflow is not installed: its BPMN schema is needed")
    file = Path(spiff.__file__).parent / "bpmn" / "parser" / "schema" / "BPMN20.xsd"
    return etree, etree.XMLSchema(etree.parse(str(file)))


@pytest.mark.parametrize(("module", "step"), SHIPPED, ids=lambda x: getattr(x, "id", ""))
def test_bpmn_is_valid_against_the_standards_schema(standard, module: Module, step: Step) -> None:
    etree, schema = standard
    schema.assertValid(etree.fromstring(diagrams.bpmn(diagrams.blueprint(module, step))))


@given(module=modules())
def test_bpmn_is_valid_whatever_the_names(standard, module: Module) -> None:
    etree, schema = standard
    schema.assertValid(etree.fromstring(diagrams.bpmn(diagrams.blueprint(module, module.steps[0]))))


@pytest.mark.parametrize(("module", "step"), SHIPPED, ids=lambda x: getattr(x, "id", ""))
def test_bpmn_holds_lanes_flow_and_labels_and_draws_each(module: Module, step: Step) -> None:
    root = ET.fromstring(diagrams.bpmn(diagrams.blueprint(module, step)))
    assert [t.get("name") for t in root.iter(f"{MODEL}task")] == [t.name for t in step.tasks]
    lanes = [lane.get("name") for lane in root.iter(f"{MODEL}lane")]
    assert {module.role(t.role).name for t in step.tasks} <= set(lanes)
    assert {t.stage.capitalize() for t in step.tasks} <= set(lanes)
    flows = list(root.iter(f"{MODEL}sequenceFlow"))
    nodes = {
        e.get("id")
        for tag in ("startEvent", "task", "exclusiveGateway", "endEvent")
        for e in root.iter(f"{MODEL}{tag}")
    }
    assert all(f.get("sourceRef") in nodes and f.get("targetRef") in nodes for f in flows)
    assert [f.get("name") for f in flows if f.get("name")] == [t.skip.when for t in step.tasks if t.skip]
    # each node lies in exactly one lane of a role
    held = [ref.text for lanes_ in root.iter(f"{MODEL}childLaneSet") for ref in lanes_.iter(f"{MODEL}flowNodeRef")]
    assert sorted(held) == sorted(nodes)
    drawn = {e.get("bpmnElement") for tag in ("BPMNShape", "BPMNEdge") for e in root.iter(f"{BPMNDI}{tag}")}
    assert nodes | {f.get("id") for f in flows} | {lane.get("id") for lane in root.iter(f"{MODEL}lane")} <= drawn


@given(modules())
def test_bpmn_names_only_what_is_there_and_draws_all_of_it(module: Module) -> None:
    root = ET.fromstring(diagrams.bpmn(diagrams.blueprint(module, module.steps[0])))
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids)), "an id is used twice"
    named = {e.get(key) for e in root.iter() for key in e.attrib if key.endswith("Ref") or key == "bpmnElement"}
    named |= {e.text for tag in ("flowNodeRef", "incoming", "outgoing") for e in root.iter(f"{MODEL}{tag}")}
    assert named - {None} <= set(ids)
    shapes = {e.get("bpmnElement"): e for e in root.iter(f"{BPMNDI}BPMNShape")}
    lines = {e.get("bpmnElement"): e for e in root.iter(f"{BPMNDI}BPMNEdge")}
    for tag in ("dataStoreReference", "dataObjectReference", "textAnnotation", "participant", "lane"):
        assert {e.get("id") for e in root.iter(f"{MODEL}{tag}")} <= shapes.keys(), tag
    for tag in ("sequenceFlow", "association"):
        assert {e.get("id") for e in root.iter(f"{MODEL}{tag}")} <= lines.keys(), tag
    assert all(len(list(edge)) >= 2 for edge in lines.values()), "a line of one point"


@given(modules())
def test_drawio_lanes_are_containers_and_arrows_are_tied(module: Module) -> None:
    plan = diagrams.blueprint(module, module.steps[0])
    root = ET.fromstring(diagrams.drawio(plan))
    cells = {c.get("id"): c for c in root.iter("mxCell")}
    assert len(cells) == len(list(root.iter("mxCell"))), "an id is used twice"
    assert all(c.get("parent") in cells for id_, c in cells.items() if id_ != "0")
    for node in plan.nodes:
        cell, lane = cells[f"node-{node.id}"], plan.lanes[node.lane]
        assert cell.get("parent") == lane.id
        assert "swimlane" in cells[lane.id].get("style", "")
        geometry = cell.find("mxGeometry")
        assert geometry is not None
        assert abs(float(geometry.get("x", 0)) + lane.box.x - node.box.x) < 0.11
        assert 0 <= float(geometry.get("y", -1)) <= lane.box.h
    arrows = [c for c in cells.values() if c.get("id", "").startswith("flow-")]
    tied = [(c.get("source"), c.get("target"), c.get("value")) for c in arrows]
    assert [(s, t) for s, t, _ in tied] == [(f"node-{e.source}", f"node-{e.target}") for e in plan.edges]
    assert all(s in cells and t in cells for s, t, _ in tied)


COLLISIONS = """() => [...document.querySelectorAll('svg.pir-diagram')].flatMap(svg => {
  const frame = svg.getBoundingClientRect(), name = svg.querySelector('title').textContent
  const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()])
  const boxes = [...svg.querySelectorAll('.pir-diagram__task rect, .pir-diagram__quiet rect, .pir-diagram__now rect, .pir-diagram__system rect, .pir-diagram__document path, .pir-diagram__handoff rect')]
    .map(b => b.getBoundingClientRect())
  return texts.flatMap(([words, box], i) => [
    ...(box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1
      ? [`${name}: "${words}" runs over the edge`] : []),
    ...boxes.filter(b => box.right > b.left + 1 && box.left < b.right - 1 && box.bottom > b.top + 2 && box.top < b.bottom - 2 &&
        (box.left < b.left - 1 || box.right > b.right + 1 || box.top < b.top - 2 || box.bottom > b.bottom + 2))
      .map(() => `${name}: "${words}" runs out of its box`),
    ...texts.slice(i + 1).filter(([, other]) =>
        Math.min(box.right, other.right) - Math.max(box.left, other.left) > 1 &&
        Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 4)
      .map(([other]) => `${name}: "${words}" and "${other}" collide`)])
})"""


@pytest.mark.browser
def test_words_stay_in_their_boxes_in_a_browser_in_both_schemes_and_on_paper(browser, tmp_path: Path) -> None:
    long = personalised(
        default(),
        "X",
        {
            "service-delivery-manager": "Customer Success and Service Delivery Management Lead",
            "client": "Rindfleischetikettierungsbehörde",
        },
        {"itsm": "The enterprise service management platform of the group"},
        {"pir-report": "Major incident analysis and improvement report"},
    )
    drawn = [diagrams.life_cycle(long).svg, diagrams.overview(long, {}).svg]
    drawn += [diagrams.process_map(diagrams.blueprint(m, s)).svg for m, s in SHIPPED]
    drawn += [diagrams.process_map(diagrams.blueprint(long, s)).svg for s in long.steps]
    sheets = ROOT / "theme_overrides/assets/stylesheets"
    for name in ("pir-tokens.css", "pir.css", "pir-charts.css", "pir-process.css"):
        (tmp_path / name).write_text((sheets / name).read_text("utf-8"), "utf-8")
    links = "".join(
        f"<link rel=stylesheet href={name}>"
        for name in ("pir-tokens.css", "pir.css", "pir-charts.css", "pir-process.css")
    )
    views = "".join(
        f'<figure class="pir-figure pir-map"><div class="pir-map__view">{svg}</div></figure>' for svg in drawn
    )
    (tmp_path / "index.html").write_text(
        "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src file:\">"
        f"{links}<body class=md-typeset data-md-color-scheme=default>{views}",
        "utf-8",
    )
    for width in (390, 1366):
        page = browser.new_page(viewport={"width": width, "height": 800})
        complaints: list[str] = []
        page.on("console", lambda message, seen=complaints: seen.append(message.text))
        page.goto((tmp_path / "index.html").as_uri())
        assert complaints == []
        assert page.evaluate(COLLISIONS) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width, "the page itself scrolls sideways"
        # letters on a phone are as large as on a laptop: the map scrolls instead of shrinking
        assert (
            page.evaluate(
                "Math.min(...[...document.querySelectorAll('svg.pir-diagram')].map(s => s.getBoundingClientRect().width / s.viewBox.baseVal.width))"
            )
            > 0.7
        )
        fill = "getComputedStyle(document.querySelector('.pir-diagram__onstage')).fill"
        light = page.evaluate(fill)
        page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
        dark = page.evaluate(fill)
        page.emulate_media(media="print")
        assert len({light, dark, page.evaluate(fill)}) == 3
        page.close()


@pytest.mark.browser
def test_in_forced_colours_a_map_has_the_readers_own_two_colours_whatever_the_scheme(browser, tmp_path: Path) -> None:
    sheets = ROOT / "theme_overrides/assets/stylesheets"
    looks = "".join(
        f"<style>{(sheets / name).read_text('utf-8')}</style>" for name in ("pir-tokens.css", "pir-process.css")
    )
    module, step = SHIPPED[0]
    drawing = diagrams.process_map(diagrams.blueprint(module, step)).svg
    file = tmp_path / "index.html"
    file.write_text(
        f"<!doctype html><meta charset=utf-8>{looks}<body class=md-typeset data-md-color-scheme=default>{drawing}"
        "<p id=ink style='color: CanvasText'></p><p id=paper style='color: Canvas; forced-color-adjust: none'></p>",
        "utf-8",
    )
    for scheme in ("light", "dark"):
        page = browser.new_page(forced_colors="active", color_scheme=scheme)
        page.goto(file.as_uri())
        painted = page.evaluate(
            """() => {
              const marks = [...document.querySelectorAll('.pir-diagram [class], .pir-diagram [class] *')];
              const shown = marks.filter(m => m instanceof SVGGeometryElement || m instanceof SVGTextElement);
              return [...new Set(shown.flatMap(m => [getComputedStyle(m).fill, getComputedStyle(m).stroke]))];
            }"""
        )
        ink, paper = (
            page.evaluate(f"getComputedStyle(document.querySelector('#{one}')).color") for one in ("ink", "paper")
        )
        assert ink != paper
        assert set(painted) <= {ink, paper, "none"}
        page.close()
