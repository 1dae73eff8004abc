"""The built wheel, alone in an empty environment, builds a knowledge base in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
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


@pytest.mark.slow
def test_the_wheel_alone_builds_a_knowledge_base(tmp_path: Path) -> None:
    run = lambda *command, **more: subprocess.run(command, check=True, capture_output=True, text=True, **more)  # noqa: E731
    run(sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT))
    wheel = next(tmp_path.glob("*.whl"))
    home = tmp_path / "env"
    # Debian packs ensurepip apart from Python, so the pip at hand installs into the empty environment from outside
    venv.create(home, with_pip=False)
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(home / "bin" / "python"),
        "install",
        "--quiet",
        "--no-compile",
        "--disable-pip-version-check",
        "--constraint",
        str(ROOT / "constraints.txt"),
        str(wheel),
    )

    folder = tmp_path / "empty"
    for name, text in RECORDS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    alone = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    pir = str(home / "bin" / "pir")
    run(pir, "check", "--strict", cwd=folder, env=alone)
    assert run(pir, "explain", "PIR104", cwd=tmp_path, env=alone).stdout.startswith("# PIR104 ")
    assert "servicenow" in run(pir, "import", "--list", cwd=folder, env=alone).stdout
    run(pir, "build", "--edition", "all", cwd=folder, env=alone)
    internal = folder / "published/internal"
    page = (internal / "pirs/2026/PIR-2026-0001.html").read_text("utf-8")
    assert "Mail stood still" in page
    assert "The queue stopped." in page
    form = "from mkdocs_pir.site.editing.web_api import PAGE; print(*sorted(file.name for file in PAGE.iterdir()))"
    files = run(str(home / "bin" / "python"), "-c", form, cwd=folder, env=alone).stdout.split()
    assert files == sorted(file.name for file in (ROOT / "plugins/mkdocs_pir/site/editing/page").iterdir())
    assert (folder / "published/clients/acme/pirs/2026/PIR-2026-0001.html").is_file()
    for asset in ("pir.css", "pir-brand.css"):
        assert (internal / "assets/stylesheets" / asset).is_file(), f"{asset} is not in the wheel"
    run(str(home / "bin" / "mkdocs"), "build", "--site-dir", str(folder / "plain"), cwd=folder, env=alone)
    assert (folder / "plain/pirs/2026/PIR-2026-0001.html").read_bytes() == (
        internal / "pirs/2026/PIR-2026-0001.html"
    ).read_bytes()

    run(pir, "init", str(tmp_path / "new"), env=alone)
    run(pir, "-C", str(tmp_path / "new"), "check", "--strict", env=alone)
    run(pir, "-C", str(tmp_path / "new"), "new", "pir", "--incident", "INC-1002", env=alone)
    run(pir, "-C", str(tmp_path / "new"), "build", "--edition", "all", env=alone)
    assert (tmp_path / "new/.vscode/extensions/pir-front-matter/extension.js").is_file()
