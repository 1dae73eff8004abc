"""Settings of VS Code that complete, explain and check records, made from the schemas.

The YAML extension's language server does the work. It reads files that are YAML throughout, so a small extension of
the workspace shows it the front matter of each record alone. The schemas are adapted to how records are read: a
field left empty is a field not given, and a scalar is text whatever it looks like.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from mkdocs_pir.kb import atomic, schema
from mkdocs_pir.kb.kinds import FOLDERS, KINDS

SCHEMAS = ".vscode/pir"
EXTENSION = ".vscode/extensions/pir-front-matter"


@dataclass(slots=True)
class WrittenSettings:
    """The paths that were written, those that needed no change, and what must be added by hand to a file."""

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    by_hand: list[tuple[str, str]] = field(default_factory=list)


def files(docs: str) -> dict[str, str]:
    """Every file of the settings by its path beside mkdocs.yml; `docs` is the folder of the records."""
    return {**_made(), **{path: _json(content) for path, content in _shared(docs).items()}}


def write(root: Path, records: Path) -> WrittenSettings:
    """Write the settings below `root`: our files anew, in shared files only what is missing.

    Raises OSError.
    """
    docs = Path(os.path.relpath(records.resolve(), root.resolve())).as_posix()
    done = WrittenSettings()
    for path, text in _made().items():
        _put(root / path, text, path, done)
    for path, wanted in _shared(docs).items():
        file = root / path
        if not file.exists():
            _put(file, _json(wanted), path, done)
            continue
        try:
            existing = json.loads(file.read_text("utf-8"))
        except ValueError:
            existing = None
        if not isinstance(existing, dict):
            done.by_hand.append((path, _json(wanted)))
        elif (merged := _with(existing, wanted)) == existing:
            done.unchanged.append(path)
        else:
            _put(file, _json(merged), path, done)
    return done


def outdated(root: Path) -> dict[str, str]:
    """Those of our own files below `root` that exist with another content, as they are to be."""
    return {path: text for path, text in _made().items() if (root / path).is_file() and _differs(root / path, text)}


def _differs(file: Path, text: str) -> bool:
    return file.read_bytes().replace(b"\r\n", b"\n") != text.encode()


def adapted(name: str) -> dict[str, Any]:
    """The schema called `name` as an editor needs it."""
    spec: dict[str, Any] = _tolerant(dict(schema.load(name)), top=True)
    return spec


def _made() -> dict[str, str]:
    made = {f"{SCHEMAS}/{name}.schema.json": _json(adapted(name)) for name in KINDS}
    source = Path(str(resources.files("mkdocs_pir"))) / "editor" / "pir-front-matter"
    for file in sorted(source.iterdir()):
        made[f"{EXTENSION}/{file.name}"] = file.read_text("utf-8")
    return made


def _shared(docs: str) -> dict[str, dict[str, Any]]:
    """The files that a workspace may have already."""
    patterns = {f"./{SCHEMAS}/{kind}.schema.json": f"{docs}/{folder}/**/*.md.yaml" for folder, kind in FOLDERS.items()}
    return {
        ".vscode/settings.json": {
            "yaml.schemas": patterns,
            # records are checked with our schemas alone, and nothing is requested from another site
            "yaml.schemaStore.enable": False,
            "[markdown]": {"editor.quickSuggestions": {"other": True, "comments": False, "strings": True}},
        },
        ".vscode/extensions.json": {"recommendations": ["redhat.vscode-yaml"]},
        ".vscode/tasks.json": {"version": "2.0.0", "tasks": [_check_task()]},
    }


def _check_task() -> dict[str, Any]:
    """`pir check` as a task: it lists every problem at its line, also those that concern several records."""
    return {
        "label": "pir check",
        "type": "shell",
        "command": "pir check",
        "group": {"kind": "test", "isDefault": True},
        "presentation": {"reveal": "silent"},
        "problemMatcher": {
            "owner": "pir",
            # the severity of problems whose own the editor does not know, such as "hint"
            "severity": "info",
            "fileLocation": ["relative", "${workspaceFolder}"],
            "pattern": {
                "regexp": r"^(\S[^:]*):(\d+):(\d+): (error|warning|hint) (PIR\d+): (.*)$",
                "file": 1,
                "line": 2,
                "column": 3,
                "severity": 4,
                "code": 5,
                "message": 6,
            },
        },
    }


def _tolerant(spec: Any, *, top: bool = False) -> Any:
    if isinstance(spec, list):
        return [_tolerant(item) for item in spec]
    if not isinstance(spec, dict):
        return spec
    out: dict[str, Any] = {}
    for key, value in spec.items():
        if key in ("properties", "patternProperties"):
            out[key] = {name: _tolerant(sub) for name, sub in value.items()}
        elif key in ("items", "additionalProperties"):
            out[key] = _tolerant(value)
        else:
            out[key] = value
    kind = out.get("type")
    if kind is not None and not top:
        types = [kind] if isinstance(kind, str) else list(kind)
        if "string" in types and "format" not in out:
            types = ["string", "number", "boolean"]
        out["type"] = [*types, "null"]
        if "enum" in out:
            out["type"] = ["string", "null"]
            out["enum"] = [*out["enum"], None]
    if out.get("x-audience") == "client" and "description" in out:
        out["description"] += " A client sees it once the record is released."
    return out


def _with(existing: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object with the keys and list items that it lacks of another; its own values stay."""
    out = dict(existing)
    for key, value in wanted.items():
        if key not in out:
            out[key] = value
        elif isinstance(value, dict) and isinstance(out[key], dict):
            out[key] = _with(out[key], value)
        elif isinstance(value, list) and isinstance(out[key], list):
            out[key] = [*out[key], *(item for item in value if not _has(out[key], item))]
    return out


def _has(items: list[Any], wanted: Any) -> bool:
    label = wanted.get("label") if isinstance(wanted, dict) else None
    return any(item == wanted or (label and isinstance(item, dict) and item.get("label") == label) for item in items)


def _put(file: Path, text: str, path: str, done: WrittenSettings) -> None:
    if file.is_file() and file.read_text("utf-8") == text:
        done.unchanged.append(path)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(file, text.encode())
    done.written.append(path)


def _json(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
