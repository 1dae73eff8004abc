"""Pages of the process: names of the organisation, live counts, links, and what a client sees."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from helpers.knowledge_base import REVIEW, find_problems, load_base, pir, write_base
from helpers.repository import ROOT
from helpers.sample_pages import project_texts, render_pages, visible_words

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.insight.review_gate import as_json, gate
from mkdocs_pir.kb.model import Client
from mkdocs_pir.site import assets, views
from mkdocs_pir.site.page_renderer import PageRenderer
from mkdocs_pir.site.views import calendar_page, process_pages, process_report_pages, record_pages

PROCESS = {f"kb/process/{f.name}": f.read_text("utf-8") for f in (ROOT / "kb/process").glob("*.yml")}
SHARED = {name: text.replace("audience: internal\n", "audience: shared\n", 1) for name, text in PROCESS.items()}
OTHER = """\
site_name: Ground
docs_dir: kb
exclude_docs: "*"
theme:
  name: material
plugins:
  - pir:
      as_of: 2025-03-12
      organisation:
        name: Osprey Cloud Services
        logo: clients/osprey.svg
        roles: {pir-owner: Investigations lead, service-delivery-manager: Customer success lead, vp-services: Head of operations}
        systems: {itsm: Halcyon desk, knowledge-base: the wiki}
        documents: {pir-report: Learning review, client-letter: Letter of account}
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8"/></svg>'
RUNNING = REVIEW.replace("status: closed", "status: client-review").replace(
    "2025-03-19}", "2025-03-19}\n  - {kind: internal, on: 2025-03-20}"
)


def projected(folder: Path, edition: str = "internal") -> Projection:
    kb = load_base(folder)
    assert kb.errors == (), kb.errors
    return project(kb, Edition.parse(edition))


def pages_of_process(pages: dict[str, str]) -> dict[str, str]:
    return {path: html for path, html in pages.items() if path.startswith("process") or "-tools" in path}


def test_a_second_organisation_reads_its_own_names_and_none_of_the_first(tmp_path: Path) -> None:
    write_base(
        tmp_path,
        {**PROCESS, "mkdocs.yml": OTHER, "kb/clients/osprey.svg": LOGO, "kb/pirs/2025/PIR-2025-0001.md": RUNNING},
    )
    projection = projected(tmp_path)
    pages = pages_of_process(render_pages(projection))
    everything = visible_words(" ".join(pages.values()))
    for own in (
        "Investigations lead",
        "Customer success lead",
        "Head of operations",
        "Halcyon desk",
        "The wiki",
        "Learning review",
        "Letter of account",
        "Osprey Cloud Services",
    ):
        assert own in everything, own
    shipped = ("Review owner", "Service delivery manager", "VP services", "Ticket system", "PIR report", "Larkfield")
    assert [word for word in shipped if word in everything] == []
    assert not re.search(r"\{(organisation|role|system|document|review|client)\b", everything)
    exported = b"".join(
        content for path, content in assets.files(views.EditionContext(projection)) if path.startswith("process/maps")
    )
    assert b"Investigations lead" in exported
    assert b"Review owner" not in exported


def test_every_module_gets_the_same_handbook(tmp_path: Path) -> None:
    write_base(tmp_path, PROCESS)
    projection = projected(tmp_path)
    pages = render_pages(projection)
    for path in ("process.html", "process/03g.04.html", "process/03g-report.html", "process/03g-tasks.html"):
        assert path in pages
    for path in (
        "process/05b.html",
        "process/05b.01.html",
        "process/05b.02.html",
        "process/05b-report.html",
        "process/05b-tasks.html",
    ):
        assert path in pages
    assert 'href="process/05b.html"' in pages["process.html"]
    files = dict(assets.files(views.EditionContext(projection)))
    for step in ("03g.01", "03g.02", "03g.03", "03g.04", "05b.01", "05b.02"):
        for form in ("svg", "bpmn", "drawio"):
            ET.fromstring(files[f"process/maps/{step}.{form}"])


def test_a_knowledge_base_without_a_process_file_has_the_handbook_of_the_package(tmp_path: Path) -> None:
    write_base(tmp_path)
    pages = render_pages(projected(tmp_path))
    assert "process/03g.01.html" in pages
    assert "process.html" in [page.path for page in views.navigation_pages(projected(tmp_path))]


def test_links_between_the_pages_lead_somewhere(tmp_path: Path) -> None:
    write_base(tmp_path, {**PROCESS, "kb/pirs/2025/PIR-2025-0001.md": RUNNING})
    projection = projected(tmp_path)
    pages = render_pages(projection)
    there = set(pages) | set(dict(assets.files(views.EditionContext(projection))))
    dead = []
    for path, html in {
        **pages_of_process(pages),
        **{p: pages[p] for p in ("index.html", "handbook.html", "kpis/on-time.html", "pirs/2025/PIR-2025-0001.html")},
    }.items():
        for href in re.findall(r'href="([^"]+)"', html):
            if href.startswith("http"):
                continue
            target, _, anchor = unescape(href).partition("#")
            full = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            if "=" in anchor:  # what is chosen of a list, which its script reads
                anchor = ""
            if full not in there or (anchor and full in pages and f'id="{anchor}"' not in pages[full]):
                dead.append((path, href))
    assert dead == []


def test_the_pages_that_belong_to_the_process_lead_to_it(tmp_path: Path) -> None:
    write_base(tmp_path, {**PROCESS, "kb/pirs/2025/PIR-2025-0001.md": RUNNING})
    pages = render_pages(projected(tmp_path))
    assert "process/calendar.html" in pages["index.html"]
    assert "process.html" in pages["handbook.html"]
    assert "../process/03g.03.html" in pages["kpis/on-time.html"]
    review = pages["pirs/2025/PIR-2025-0001.html"]
    assert "../../process/03g.03.html" in review
    assert "PIR-2025-0001-tools.html#client-letter" in review


def test_pages_say_which_command_prints_them_and_only_inside(tmp_path: Path) -> None:
    write_base(tmp_path, {**SHARED, "kb/pirs/2025/PIR-2025-0001.md": RUNNING})
    commands = {
        "process.html": "pir pdf handbook",
        "pirs/2025/PIR-2025-0001.html": "pir pdf report PIR-2025-0001",
        "clients/harbor-credit.html": "pir pdf pack harbor-credit",
    }
    inside = render_pages(projected(tmp_path))
    for path, command in commands.items():
        assert f'title="{command}"' in inside[path], path
    outside = render_pages(projected(tmp_path, "client:harbor-credit"))
    assert [path for path, html in outside.items() if "pir pdf" in html] == []


def test_the_page_of_a_review_tells_its_gate_inside_and_only_its_step_outside(tmp_path: Path) -> None:
    write_base(
        tmp_path, {**PROCESS, "kb/pirs/2025/PIR-2025-0001.md": RUNNING.replace(", feedback_applied: 2025-03-19}", "}")}
    )
    inside = visible_words(render_pages(projected(tmp_path))["pirs/2025/PIR-2025-0001.html"])
    assert re.search(
        r"Before the next step \(\d+ \w+ \d{4}, \d+ days late\): Apply the feedback of the client review of 18 Mar 2025\.",
        inside,
    )
    assert "1 condition met The release is approved, if the client sees the report." in inside
    outside = visible_words(render_pages(projected(tmp_path, "client:harbor-credit"))["pirs/2025/PIR-2025-0001.html"])
    assert "Review with you" in outside
    assert "Client PIR Review" not in outside
    for told in ("Before the next step", "to print", "sees this review", "03g.", "due ", "days late", "condition"):
        assert told not in outside, told


def test_only_the_present_step_of_a_review_is_late(tmp_path: Path) -> None:
    begun = RUNNING.replace("status: client-review", "status: investigation")
    write_base(tmp_path, {**PROCESS, "kb/pirs/2025/PIR-2025-0001.md": begun})
    pages = render_pages(projected(tmp_path))
    steps = re.findall(r"<li class=\"pir-step--(\w+).*?</li>", pages["pirs/2025/PIR-2025-0001.html"], re.DOTALL)
    assert "now" in steps
    assert "later" in steps
    told = visible_words(pages["pirs/2025/PIR-2025-0001.html"])
    assert re.search(r"now, \d+ days late", told)
    assert re.search(r"to come, was due \d+ \w+ \d{4}", told)
    assert not re.search(r"to come, \d+ days? late", told)
    later = visible_words(pages["process/calendar.html"].partition("Steps not reached yet")[2])
    assert "was due, not reached" in later
    assert not re.search(r"days? late", later)


def test_the_calendar_names_clients_with_review_days_of_their_own() -> None:
    agreed = Client(id="client-a", name="Orrendale", review_days=10)
    gone = Client(id="client-b", name="Gone", review_days=3, until=date(2026, 4, 1))
    edition = views.EditionContext(project_texts(agreed, gone, Client(id="client-c", name="Other")))
    assert (
        calendar_page.agreed_days(edition)
        == "For the client review these clients agreed on days of their own: Orrendale 10."
    )
    assert calendar_page.agreed_days(views.EditionContext(project_texts(gone))) == ""


def test_reviews_under_way_are_as_many_on_every_page(tmp_path: Path) -> None:
    standing = ("draft", "investigation", "internal-review", "client-review", "action-management", "closed")
    records = {
        f"kb/pirs/2025/PIR-2025-{n:04}.md": RUNNING.replace("PIR-2025-0001", f"PIR-2025-{n:04}").replace(
            "status: client-review", f"status: {standing[n % 6]}"
        )
        for n in range(1, 13)
    }
    write_base(tmp_path, {**PROCESS, **records})
    projection = project(load_base(tmp_path), Edition.parse("internal"))
    under_way = len(views.EditionContext(projection).insight.gates)
    pages = render_pages(projection)
    told = {
        path: re.findall(r"(\d+) (?:reviews? )?(?:still )?under way", visible_words(pages[path]))
        for path in ("index.html", "reviews.html", "process.html")
    }
    assert under_way > 5
    assert "2 are closed." in visible_words(pages["process.html"])
    assert {path: set(found) for path, found in told.items()} == {path: {str(under_way)} for path in told}


def test_the_overview_counts_where_reviews_stand_and_who_is_late(tmp_path: Path) -> None:
    write_base(tmp_path, {**PROCESS, "kb/pirs/2025/PIR-2025-0001.md": RUNNING})
    page = visible_words(render_pages(projected(tmp_path))["process.html"])
    assert "1 review under way, 1 of them late" in page
    assert "03g.03 Client PIR Review 1 1" in page


def test_a_client_sees_no_process_unless_the_module_is_shared(tmp_path: Path) -> None:
    write_base(tmp_path, {**PROCESS, "kb/pirs/2025/PIR-2025-0001.md": RUNNING})
    projection = projected(tmp_path, "client:harbor-credit")
    assert pages_of_process(render_pages(projection)) == {}
    assert not any(path.startswith("process") for path, _ in assets.files(views.EditionContext(projection)))
    assert "process.html" not in [page.path for page in views.navigation_pages(projection)]


def test_a_shared_module_shows_a_client_what_is_onstage_and_nothing_below(tmp_path: Path) -> None:
    write_base(tmp_path, {**SHARED, "kb/pirs/2025/PIR-2025-0001.md": RUNNING})
    inside, outside = projected(tmp_path), projected(tmp_path, "client:harbor-credit")
    pages = pages_of_process(render_pages(outside))
    assert {"process.html", "process/03g.01.html", "process/05b.html"} <= set(pages)
    assert not any("tools" in path or "calendar" in path or "report" in path or "tasks" in path for path in pages)
    everything = visible_words(" ".join(pages.values())) + " ".join(pages.values())
    onstage, backstage = [], []
    for module in inside.modules.values():
        for _, _, task in module.tasks:
            (onstage if task.onstage else backstage).append(task)
        for thing in (*module.systems, *(t for t in module.tools)):
            assert thing.name not in everything, thing.name
    assert all(task.name in everything for task in onstage)
    shown = {task.name for task in onstage}
    assert [t.name for t in backstage if t.name in everything and t.name not in shown] == []
    assert [
        t.does for t in backstage if t.does and t.does in everything and t.does not in {o.does for o in onstage}
    ] == []
    assert "1 review" not in everything


def test_a_shared_module_that_names_a_client_is_refused(tmp_path: Path) -> None:
    named = SHARED["kb/process/05b.yml"].replace("Open the problem", "Open the problem for HarborCU")
    write_base(tmp_path, {"kb/process/05b.yml": named})
    (found,) = [p for p in find_problems(tmp_path) if p["severity"] == "error"]
    assert (found["code"], found["path"]) == ("PIR307", "process/05b.yml")
    assert named.split("\n")[int(str(found["line"])) - 1].strip() == "name: Open the problem for HarborCU"


SECRET = {
    "owner: platform team": "owner: canary-owner",
    "Notes that stay inside.": "canary-preamble",
    "The probe read another port.": "canary-section",
    "done_when: an expired test certificate raises an alert": "done_when: canary-done-when",
    "title: Probe every listener\n": "title: canary-action\n",
    "detection: {by: monitoring}": "detection: {by: monitoring, gap: canary-gap}\nprocess_deficiencies:\n  - {effect: caused, description: canary-deficiency}\nworkaround: canary-workaround\nx-note: canary-note",
    "impact: {summary: Mail was late by five hours., users: 410}": "impact: {summary: shown-impact}\nroot_cause: shown-cause",
}


def papers(page: str) -> dict[str, str]:
    parts = re.split(r'<section class="pir-paper" id="([^"]+)"', page)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("released", [True, False])
def test_papers_for_the_client_hold_only_what_the_client_may_see(tmp_path: Path, released: bool) -> None:
    text = RUNNING
    for old, new in SECRET.items():
        assert old in text
        text = text.replace(old, new)
    if not released:
        text = text.replace("audience: client\nrelease: {approved_by: service-delivery-manager, on: 2025-03-20}\n", "")
    others = {} if released else {"kb/lessons/LL-0001.md": None}
    text = (
        text
        if released
        else text.replace("lessons: [LL-0001]", "no_lesson_because: canary-reason").replace(" See [[LL-0001]].", "")
    )
    write_base(tmp_path, {**PROCESS, "kb/pirs/2025/PIR-2025-0001.md": text, **others})
    found = papers(render_pages(projected(tmp_path))["pirs/2025/PIR-2025-0001-tools.html"])
    assert list(found) == [
        "investigation-checklist",
        "internal-agenda",
        "client-agenda",
        "minutes",
        "action-plan",
        "client-letter",
    ]
    for name in ("client-agenda", "client-letter"):
        assert "canary" not in found[name].casefold(), re.findall(r"(?i)canary[\w-]*", found[name])
        assert "Shown-impact" in found[name]
        assert "Shown-cause" in found[name]
        assert ("Not released yet" in found[name]) != released
        assert "Harbor Credit Union" in found[name]
    inside = found["action-plan"] + found["internal-agenda"]
    for word in ("canary-owner", "canary-action", "canary-done-when", "canary-deficiency"):
        assert word in inside.casefold(), word


def test_what_papers_for_the_client_are_filled_from_is_what_its_projection_has(tmp_path: Path) -> None:
    write_base(tmp_path, {**PROCESS, "kb/pirs/2025/PIR-2025-0001.md": RUNNING})
    inside, outside = projected(tmp_path), projected(tmp_path, "client:harbor-credit")
    assert inside.releasable == outside.pirs
    assert outside.releasable == {}


def test_a_closed_review_has_no_papers_and_no_links_to_them(tmp_path: Path) -> None:
    write_base(tmp_path, PROCESS)
    pages = render_pages(projected(tmp_path))
    assert not any("-tools" in path for path in pages)
    assert "tools.html" not in pages["pirs/2025/PIR-2025-0001.html"]


def test_pages_of_the_process_do_not_grow_with_the_number_of_reviews(tmp_path: Path) -> None:
    def copies(count: int) -> dict[str, str]:
        text = RUNNING.replace("recommendations:", "x-none: none\nrecommendations:")
        return {
            f"kb/pirs/2025/PIR-2025-{n:04}.md": text.replace("PIR-2025-0001", f"PIR-2025-{n:04}")
            for n in range(1, count + 1)
        }

    sizes = []
    for count in (60, 120):
        folder = tmp_path / str(count)
        write_base(
            folder,
            {**PROCESS, **copies(count), "kb/registers/incidents.csv": None, "kb/registers/satisfaction.csv": None},
        )
        projection = projected(folder)
        library = views.EditionContext(projection)
        renderer = PageRenderer(library)
        made = [*process_pages.pages(library), *process_report_pages.pages(library), *calendar_page.pages(library)]
        sizes.append({view.path: len(renderer.render(view).html) for view in made})
    for path, size in sizes[1].items():
        assert abs(size - sizes[0][path]) < 200, path


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
def test_a_whole_site_is_built_with_its_process(tmp_path: Path, edition: str) -> None:
    write_base(tmp_path, {**SHARED, "kb/pirs/2025/PIR-2025-0001.md": RUNNING})
    result = pir(tmp_path, "build", "--edition", edition)
    assert result.exit_code == 0, result.output
    out = tmp_path / "published" / Edition.parse(edition).folder
    assert (out / "process/03g.01.html").is_file()
    assert (out / "process/maps/03g.01.bpmn").is_file() == (edition == "internal")
    assert (out / "process/calendar.ics").is_file() == (edition == "internal")


GUIDES = ("reading-a-process-map", "deploying-the-review-process", "tutorial-first-review", "how-we-run-a-review")


def test_links_of_the_guides_lead_to_pages_of_the_process() -> None:
    projection = projected(ROOT)
    renderer = PageRenderer(views.EditionContext(projection))
    library = views.EditionContext(projection)
    there = {
        view.path
        for family in (process_pages.pages, process_report_pages.pages, calendar_page.pages)
        for view in family(library)
    }
    shown = {
        view.path: renderer.render(view).html
        for view in (record_pages.handbook_page(library, page) for page in library.projection.pages.values())
    }
    for name in GUIDES:
        written = re.findall(r"\]\(\.\./([^)#]+)", (ROOT / f"kb/handbook/{name}.md").read_text("utf-8"))
        made = {
            href.removeprefix("../") for href in re.findall(r'href="(\.\./[^"#]+)"', shown[f"handbook/{name}.html"])
        }
        assert written
        assert set(written) <= there, name
        assert set(written) <= made, name


def test_the_handbook_says_the_days_that_the_process_file_says() -> None:
    projection = projected(ROOT)
    text = (ROOT / "kb/handbook/how-we-run-a-review.md").read_text("utf-8")
    for step in projection.lifecycle.steps:
        if step.due.days is not None:
            others = set(step.due.severities.values())
            lesser = f" (SEV-3 and lesser: {others.pop()})" if others else ""
            assert f"{step.due.days} business days{lesser}" in text, step.id


def test_the_tutorials_answers_are_what_the_commands_say() -> None:
    projection = projected(ROOT)

    def told(id_: str) -> dict[str, object]:
        return as_json(gate(projection, projection.pirs[id_]))

    assert told("PIR-2026-0017")["blocked_by"] == ["review-decided", "trigger-known", "factors-known", "lesson-drawn"]
    assert told("PIR-2026-0015")["next"] == "set 'status: internal-review'"
    assert "apply the feedback of the internal review" in str(told("PIR-2026-0014")["next"])
    assert told("PIR-2026-0012")["step"] == "03g.03"
    assert "A2 and A3" in str(told("PIR-2026-0011")["next"])
