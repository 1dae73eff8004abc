"""The built wheel, in an empty environment with what it depends on, builds a knowledge base in an empty folder."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from importlib import metadata
from pathlib import Path

import pytest
from helpers.repository import ROOT

RECORDS = {
    "mkdocs.yml": 'site_name: Trial\ndocs_dir: kb\nexclude_docs: "*"\ntheme:\n  name: material\nplugins:\n  - pir:\n      as_of: 2026-09-30\n      rules: {PIR422: off, PIR423: off}\n',
    "kb/clients/acme.md": "---\nid: acme\nname: Acme Paper\nsince: 2020-01-01\n---\n",
    "kb/services/mail.md": "---\nid: mail\nname: Mail\nclients: [acme]\n---\n",
    "kb/pirs/2026/PIR-2026-0001.md": (
        "---\nid: PIR-2026-0001\ntitle: Mail stood still\nclient: acme\nservices: [mail]\nstatus: draft\n"
        "audience: client\nrelease: {approved_by: service-delivery-manager, on: 2026-03-20}\n---\n## Summary\nThe queue stopped.\n"
    ),
}


COME_WITH_OTHERS = {"markupsafe": "jinja2", "pygments": "mkdocs-material", "mcp_types": "mcp"}
"""Modules that the package imports of what others depend on."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def run(*command: str, **more: object) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


def test_what_the_package_imports_is_declared() -> None:
    nodes = [node for file in (ROOT / "plugins").rglob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    extras = (line for name, lines in PROJECT["optional-dependencies"].items() if name != "dev" for line in lines)
    declared = {_normal(re.split(r"[^\w.-]", line)[0]) for line in (*PROJECT["dependencies"], *extras)}
    sources = metadata.packages_distributions()
    imported = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names) - {"mkdocs_pir"}
    missing = {name for name in imported if not {_normal(one) for one in sources.get(name, [])} & declared}
    assert missing == COME_WITH_OTHERS.keys()
    assert declared >= set(COME_WITH_OTHERS.values())


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.slow
@pytest.mark.parametrize("alone", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_the_wheel_builds_a_knowledge_base(tmp_path: Path, alone: bool) -> None:
    """By night it installs what it depends on; by day it finds that where the tests do."""
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT))
    wheel = next(tmp_path.glob("*.whl"))
    home = tmp_path / "env"
    # Debian packs ensurepip apart from Python, so the pip at hand installs into the empty environment from outside
    venv.create(home, with_pip=False)
    install = [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), "install", "--quiet"]
    options = ["--constraint", str(ROOT / "constraints.txt")] if alone else ["--no-deps"]
    run(*install, "--no-compile", "--disable-pip-version-check", *options, str(wheel))
    if not alone:
        # of a folder that is named so, Python reads no further such files: the package of the tests is not among these
        (packages,) = home.glob("lib/python*/site-packages")
        (packages / "at-hand.pth").write_text(sysconfig.get_path("purelib"), "utf-8")

    folder = tmp_path / "empty"
    for name, text in RECORDS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    pir = str(home / "bin" / "pir")
    where = "import mkdocs_pir; print(mkdocs_pir.__file__)"
    assert Path(run(str(home / "bin/python"), "-c", where, cwd=tmp_path, env=variables)).is_relative_to(home)
    run(pir, "check", "--strict", cwd=folder, env=variables)
    assert run(pir, "explain", "PIR104", cwd=tmp_path, env=variables).startswith("# PIR104 ")
    assert "servicenow" in run(pir, "import", "--list", cwd=folder, env=variables)
    run(pir, "build", "--edition", "all", cwd=folder, env=variables)
    internal = folder / "published/internal"
    page = (internal / "pirs/2026/PIR-2026-0001.html").read_text("utf-8")
    assert "Mail stood still" in page
    assert "The queue stopped." in page
    form = "from mkdocs_pir.site.editing.web_api import PAGE; print(*sorted(file.name for file in PAGE.iterdir()))"
    files = run(str(home / "bin" / "python"), "-c", form, cwd=folder, env=variables).split()
    assert files == sorted(file.name for file in (ROOT / "plugins/mkdocs_pir/site/editing/page").iterdir())
    assert (folder / "published/clients/acme/pirs/2026/PIR-2026-0001.html").is_file()
    for asset in ("pir.*.css", "pir-brand.css"):
        assert list((internal / "assets/stylesheets").glob(asset)), f"{asset} is not in the wheel"
    run(
        str(home / "bin" / "python"),
        "-m",
        "mkdocs",
        "build",
        "--site-dir",
        str(folder / "plain"),
        cwd=folder,
        env=variables,
    )
    assert (folder / "plain/pirs/2026/PIR-2026-0001.html").read_bytes() == (
        internal / "pirs/2026/PIR-2026-0001.html"
    ).read_bytes()

    run(pir, "init", str(tmp_path / "new"), env=variables)
    run(pir, "-C", str(tmp_path / "new"), "check", "--strict", env=variables)
    run(pir, "-C", str(tmp_path / "new"), "new", "pir", "--incident", "INC-1002", env=variables)
    run(pir, "-C", str(tmp_path / "new"), "build", env=variables)
    assert (tmp_path / "new/.vscode/extensions/pir-front-matter/extension.js").is_file()
