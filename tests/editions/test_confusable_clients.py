"""Clients whose names resemble one another, ordinary words or the software's own words."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.canaries import project_unsound, write_edition
from helpers.knowledge_base import load_base

from mkdocs_pir.editions.audit import Auditor

pytestmark = pytest.mark.slow

CLIENTS = {
    "ac": "AC", "acme": "Acme", "acme-eu": "Acme EU", "acme-eu-2": "Acme EU 2", "port": "Port", "airport": "Airport",
    "port-authority": "The Port Authority", "twin-a": "Northwind Traders", "twin-b": "Northwind Traders", "42": "Fortytwo",
    "2026": "Year Works", "404": "Not Found Works", "nav": "Nav", "icon": "Icon Works", "sev-2": "Sev Two", "a": "A",
    "pir": "Pir", "art": "Art", "smart": "Smart", "index": "Index Works", "md": "MD Bank", "harbor": "Harbor", "harbor-credit": "Harbor Credit",
}  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("confusable")
    files = {
        "mkdocs.yml": 'site_name: Confusable\ndocs_dir: kb\nexclude_docs: "*"\nplugins:\n  - pir:\n      as_of: 2026-09-30\n',
        "kb/services/mail-gateway.md": "---\nid: mail-gateway\nname: Mail gateway\naudience: shared\n---\n",
        "kb/causes/change/expired.md": (
            "---\nid: change/expired\nname: Expired certificate\ndefinition: A certificate reached its end.\naudience: shared\n---\n"
        ),
    }
    rows = ["id,client,service,severity,opened,resolved,cause,pir_required,pir"]
    for number, (id_, name) in enumerate(CLIENTS.items(), 1):
        pir, incident = f"PIR-2026-{number:04}", f"INC-{1000 + number}"
        files[f"kb/clients/{id_}.md"] = f"---\nid: '{id_}'\nname: '{name}'\nsince: 2020-01-01\n---\n"
        files[f"kb/pirs/2026/{pir}.md"] = (
            f"---\nid: {pir}\ntitle: Gateway number {number:02} stopped\nclient: '{id_}'\nservices: [mail-gateway]\nstatus: draft\n"
            f"severity: SEV-2\naudience: client\nrelease: {{approved_by: vp, on: 2026-03-20}}\nincidents: [{incident}]\n"
            "times: {impact_start: 2026-03-04T02:10:00Z, detected: 2026-03-04T02:52:00Z, resolved: 2026-03-04T07:40:00Z}\n"
            f"impact: {{summary: Accounts of {name} were late, users: 42}}\ntrigger: change/expired\n---\n## Summary\n\n"
            f"{name} saw the portal, reports, airports, macOS machines and smartphones fail in 2026: 42 users, error 404.\n"
        )
        rows.append(
            f"{incident},{id_},mail-gateway,SEV-2,2026-03-04T02:52:00Z,2026-03-04T07:40:00Z,change/expired,true,{pir}"
        )
    files["kb/registers/incidents.csv"] = "\n".join(rows) + "\n"
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


# one of each way in which a name is like others, like a word, or like one of the software's
ALSO_BY_DAY = ("ac", "acme-eu", "port", "twin-b", "2026", "nav", "a", "harbor")


@pytest.mark.parametrize(
    "clients", [ALSO_BY_DAY, pytest.param(tuple(CLIENTS), marks=pytest.mark.nightly)], ids=["some", "all"]
)
def test_each_client_gets_its_own_records_and_no_false_alarm(
    base: Path, tmp_path: Path, clients: tuple[str, ...]
) -> None:
    kb = load_base(base)
    assert not kb.errors, [(p.path, p.message) for p in kb.errors]
    auditor = Auditor.read(base / "kb", base / "mkdocs.yml")
    alarms = []
    for client in clients:
        number = [*CLIENTS].index(client) + 1
        projected = project_unsound(kb, client)
        assert list(projected.pirs) == [f"PIR-2026-{number:04}"]
        assert [row.id for row in projected.incidents] == [f"INC-{1000 + number}"]
        site = write_edition(projected, tmp_path / client)
        alarms += [f"{client}: {f.file}: {f.message}" for f in auditor.audit(site, client).findings]
    assert alarms == []


@pytest.mark.parametrize(
    ("client", "said"),
    [
        ("acme", "as at Acme EU"), ("acme-eu", "as at acme-eu-2"), ("airport", "as at Port Authority"), ("port", "at the Airport"),
        ("harbor", "like Harbor Credit"), ("twin-a", "of client twin-b"), ("smart", "for acme-eu"), ("42", "at Year Works"),
    ],
)  # fmt: skip
def test_a_similar_name_of_another_client_is_found(base: Path, tmp_path: Path, client: str, said: str) -> None:
    (tmp_path / "index.html").write_text(f"<p>It was {said}.</p>", "utf-8")
    assert Auditor.read(base / "kb", base / "mkdocs.yml").audit(tmp_path, client).findings
