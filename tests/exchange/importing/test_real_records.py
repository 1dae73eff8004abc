"""Real reports of other organisations: imported, checked, published, searched."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import Result
from helpers.knowledge_base import pir
from helpers.repository import ROOT

from mkdocs_pir.insight.kpi_definitions import STAMPS
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.record_files import read_record

CORPORA = Path(os.environ.get("MKDOCS_PIR_CORPORA") or ROOT.parent / "shared/corpora")

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="no folder of real records; name it with MKDOCS_PIR_CORPORA"
)


RECORDS = {
    "jenkins-infra-status": 297,
    "dfds-postmortems": 39,
    "mybinder-incident-reports": 23,
    "posthog-post-mortems": 7,
    "2i2c-incident-reports": 7,
    "cstate-example": 6,
    "statuspage-api-capture": 22,
    "postmortem-templates": 7,
    "servicenow-list-export": 27,
}
"""How many reports each collection gives; the last has 66 incidents, of which 27 are of the first priority."""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A knowledge base with every collection, and what the import of each said."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "kb").mkdir()
    (folder / "mkdocs.yml").write_text(
        'site_name: Imported\ndocs_dir: kb\nexclude_docs: "*"\ntheme: {name: material}\nplugins:\n  - pir: {as_of: 2026-09-30}\n'
    )
    said = {}
    for name in RECORDS:
        mapping = ROOT / f"docs/mappings/{name}.yml"
        result = pir(folder, "import", str(CORPORA / name), "--mapping", str(mapping))
        assert result.exit_code == 0, result.output
        said[name] = result.output
    return folder, said


def test_every_record_comes_in(imported: tuple[Path, dict[str, str]]) -> None:
    folder, said = imported
    for name, number in RECORDS.items():
        assert re.search(rf"^(?:reviews: {number} drafts|{number} records): {number} written$", said[name], re.M), name
    assert "66 records read\nincident register: 66 rows: 66 written" in said["servicenow-list-export"]
    assert len(list((folder / "kb/pirs").rglob("*.md"))) == sum(RECORDS.values())


DATED = {
    "jenkins-infra-status": (297, 289),
    "dfds-postmortems": (38, 33),
    "mybinder-incident-reports": (23, 0),
    "posthog-post-mortems": (7, 2),
    "2i2c-incident-reports": (7, 0),
    "cstate-example": (6, 4),
    "statuspage-api-capture": (22, 22),
    "postmortem-templates": (0, 0),
    "servicenow-list-export": (27, 0),
}
"""How many reports of each collection have a day, and how many count in a KPI of times."""


def test_reports_have_their_day_and_their_times(imported: tuple[Path, dict[str, str]]) -> None:
    found = {name: [0, 0] for name in RECORDS}
    for file in (imported[0] / "kb/pirs").rglob("*.md"):
        raw = file.read_bytes()
        pir = read_record(file.relative_to(imported[0] / "kb").as_posix(), raw)[0].record
        assert isinstance(pir, Pir)
        counts = found[next(name for name in RECORDS if f"x-import: {{from: {name}," in raw.decode())]
        counts[0] += pir.times.start is not None
        counts[1] += any(pir.times.between(*stamps) is not None for stamps in STAMPS.values())
    assert {name: tuple(counts) for name, counts in found.items()} == DATED


def test_a_second_run_changes_nothing(imported: tuple[Path, dict[str, str]]) -> None:
    folder, _ = imported
    before = {p: p.read_bytes() for p in (folder / "kb").rglob("*") if p.is_file()}
    for name, number in list(RECORDS.items())[1:]:
        result = pir(folder, "import", str(CORPORA / name), "--mapping", str(ROOT / f"docs/mappings/{name}.yml"))
        assert f": {number} unchanged" in result.output
    assert {p: p.read_bytes() for p in (folder / "kb").rglob("*") if p.is_file()} == before


def test_the_updates_of_a_status_page_are_its_timeline(imported: tuple[Path, dict[str, str]]) -> None:
    folder, _ = imported
    files = [file.read_text("utf-8") for file in (folder / "kb/pirs").rglob("STATUS-*.md")]
    assert sum(len(re.findall(r"^\| \d{4}-\d\d-\d\d \d\d:\d\d \| \*\*", text, re.M)) for text in files) == 105


def test_the_headings_of_the_templates_in_common_use_are_known(imported: tuple[Path, dict[str, str]]) -> None:
    stray = re.search(r"^headings placed under .*: (.*)$", imported[1]["postmortem-templates"], re.M)
    assert stray is not None
    assert set(re.findall(r"'([^']+)' \(\d+\)", stray[1])) == {
        "Authors",
        "Open Questions",
        "Postmortem Attendees",
        "Provide feedback (customer survey)",
        "Report Status",
        "Status",
    }


def test_nobody_is_named_in_the_tickets(imported: tuple[Path, dict[str, str]]) -> None:
    folder, _ = imported
    text = (folder / "kb/registers/incidents.csv").read_text("utf-8")
    assert "David Miller" not in text
    assert "Anglin" not in text


def _named(said: str, what: str) -> int:
    """How many places the report names for a problem: those that it shows, and the same in others."""
    shown = re.findall(rf"{what}[^\n]*((?:\n    [^\n]*)*)", said)
    more = re.findall(r"the same (?:on|in) (\d+) (?:line|place)s? more", "".join(shown))
    return len(shown) + sum(map(int, more))


def test_the_awkward_ones_are_named_at_their_line(imported: tuple[Path, dict[str, str]]) -> None:
    jenkins, dfds = imported[1]["jenkins-infra-status"], imported[1]["dfds-postmortems"]
    assert _named(jenkins, r"/content/issues/\S+:\d:15: warning PIR705: the time of 'resolved'") == 8
    assert _named(jenkins, "PIR708: the source has no value for 'services'") == 5
    assert "02:30:00' was read as UTC time" not in jenkins
    assert _named(jenkins, r"hint PIR706: '[^']*' was read as UTC time") == 21
    assert "PM2022-006 - ALB 502 errors.md:15:3: warning PIR705: '2021/22-??-?? HH:mm'" in dfds


def test_imported_records_are_valid_published_and_found(imported: tuple[Path, dict[str, str]]) -> None:
    folder, _ = imported
    report = json.loads(pir(folder, "check", "--format", "json").output)
    assert report["summary"]["errors"] == 0
    assert pir(folder, "build", "--edition", "internal").exit_code == 0
    page = (folder / "published/internal/pirs/2022/PM2022-006.html").read_text("utf-8")
    assert "2021/22-??-?? HH:mm" in page
    found = json.loads(pir(folder, "search", "limitrange traefik out of memory", "--json").output)
    assert found[0]["id"] == "PM2022-006"


def _released(folder: Path, into: Path, seed: int, collections: Sequence[str], clients: Sequence[str] = ()) -> Result:
    """Release two reviews of three to their clients, of some collections, and build every edition, or those of some."""
    shutil.copytree(folder / "kb", into / "kb", dirs_exist_ok=True)
    shutil.copy(folder / "mkdocs.yml", into)
    for file in sorted((into / "kb/pirs").rglob("*.md")):
        text = file.read_text("utf-8")
        if not any(f"from: {name}" in text for name in collections):
            file.unlink()
        elif random.Random(f"{seed} {file.name}").random() < 0.66:
            release = "audience: client\nrelease: {approved_by: service-delivery-manager, on: 2026-09-01}"
            file.write_text(re.sub(r"^(client: .*)$", rf"\1\n{release}", text, count=1, flags=re.M), "utf-8")
    builds = [pir(into, "build", "--edition", f"client:{client}") for client in clients]
    failed = [built for built in builds if built.exit_code]
    return next(iter([*failed, *builds]), None) or pir(into, "build", "--edition", "all", "--jobs", "1")


@pytest.mark.nightly
def test_what_is_released_of_them_is_published(imported: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    built = _released(
        imported[0], tmp_path, 11, ["dfds-postmortems", "mybinder-incident-reports", "servicenow-list-export"]
    )
    assert built.exit_code == 0, built.stderr


COMPANIES = ["Bitly", "Chia", "Chef.io", "Discord", "Dropbox", "Duo", "Elastic", "Epic Games", "Etsy", "Fastly", "Honeycomb",
             "Intel", "Mandrill", "Medium", "NASA", "Netflix", "Parity", "Platform.sh", "Sentry", "Spotify", "Square",
             "Strava", "Stripe", "Sun", "Tui", "Valve"]  # fmt: skip
"""Companies that these reports do not name, though some of their names are words of them. They do name Okta."""


def _add_client(folder: Path, name: str) -> None:
    id_ = name.lower().replace(".", "-").replace(" ", "-")
    record = folder / f"kb/clients/{id_}.md"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(f"---\nid: {id_}\nname: {name}\nsince: 2020-01-01\n---\n", "utf-8")


@pytest.mark.slow
def test_clients_that_no_report_names_raise_no_alarm_and_one_that_is_named_does(
    imported: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    for name in COMPANIES:
        _add_client(tmp_path, name)
    collections = ["dfds-postmortems", "mybinder-incident-reports", "servicenow-list-export", "posthog-post-mortems"]
    built = _released(imported[0], tmp_path, 3, collections, ["dfds-developers", "mybinder-users", "posthog-customers"])
    assert built.exit_code == 0, built.stderr
    _add_client(tmp_path, "Okta")
    built = pir(tmp_path, "build", "--edition", "client:dfds-developers")
    assert built.exit_code == 1
    assert "clients/okta.md" in built.stderr


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [5, 11, 12, 13, 14, 15])
def test_whatever_is_released_of_all_of_them_is_published(
    imported: tuple[Path, dict[str, str]], tmp_path: Path, seed: int
) -> None:
    built = _released(imported[0], tmp_path, seed, list(RECORDS))
    assert built.exit_code == 0, built.stderr
