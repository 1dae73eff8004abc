"""The configuration of Sveltia CMS, an editor in the browser for files in Git: forms for records, made from the schemas.

Conditional requirements, rules over several records and the process are not in it; the check in continuous integration
has those. The editor's own documentation: https://sveltiacms.app/en/docs
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from mkdocs_pir.exchange.editor import WrittenSettings
from mkdocs_pir.kb import atomic, schema
from mkdocs_pir.kb.guidance import MARK
from mkdocs_pir.kb.kinds import KINDS, Kind
from mkdocs_pir.kb.statuses import EFFECTS, STATUSES

Field = dict[str, Any]
Schema = Mapping[str, Any]

LEFT_OUT: Mapping[str, str] = {
    "release.content": "a fingerprint, which 'pir release --approve' works out",
}
"""The fields that the editor does not offer, by their path in any kind, each with the reason."""

NOT_CREATED: Mapping[str, str] = {
    "cause": "the editor cannot make the folder of a family from an id; begin one with 'pir new cause'",
}
"""The kinds of which the editor begins no record, each with the reason."""

HANDBOOK = "handbook"
"""The folder of the handbook pages that the editor shows; pages may lie anywhere, and it needs one folder."""

COLLECTIONS = "collections.yml"
"""The file that is made from the schemas."""

_FILES = frozenset({("attachments", "file"), ("branding", "logo")})
"""The fields that name a file beside the record, by the field around them and their own name."""

_WORDS = {one: status.label for one, status in (*STATUSES.items(), *EFFECTS.items())}

HEAD = """\
# Made by 'pir schema --cms sveltia' from the schemas of the records. Do not change it here: make it again after an
# upgrade. What is yours is in backend.yml.
"""

BACKEND = """\
# Where the repository is; see https://sveltiacms.app/en/docs/backends
backend:
  name: github            # or gitlab, gitea
  repo: OWNER/REPOSITORY
  branch: main
"""

PAGE = """\
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="robots" content="noindex">
    <title>Editor</title>
    <link href="backend.yml" type="application/yaml" rel="cms-config-url">
    <link href="collections.yml" type="application/yaml" rel="cms-config-url">
  </head>
  <body>
    <script src="sveltia-cms.js"></script>
  </body>
</html>
"""


def files(records: str) -> dict[str, str]:
    """The files of the editor by name; `records` is the folder of the records, from the top of the repository."""
    return {COLLECTIONS: configuration(records), "backend.yml": BACKEND, "index.html": PAGE}


def write(folder: Path, records: Path) -> WrittenSettings:
    """Write the files of the editor into a folder: what the schemas decide anew, the others if they are missing.

    `records` is the folder of the records. Raises OSError.
    """
    done = WrittenSettings()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files(from_top(records)).items():
        file = folder / name
        if name == COLLECTIONS or not file.exists():
            atomic.write(file, text.encode())
            done.written.append(name)
        else:
            done.unchanged.append(name)
    return done


def from_top(records: Path) -> str:
    """The path of the folder of the records from the top of its Git repository, or its name where there is none."""
    records = records.resolve()
    top = next((folder for folder in records.parents if (folder / ".git").exists()), records.parent)
    return records.relative_to(top).as_posix()


def configuration(records: str) -> str:
    """The part of the configuration that the schemas decide, as YAML."""
    whole = {
        "media_folder": f"{records}/assets",
        "public_folder": "/assets",
        # an id is the name of its file as it is
        "slug": {"lowercase": False},
        "output": {"omit_empty_optional_fields": True},
        "collections": [_collection(kind, records) for kind in KINDS.values()],
    }
    return HEAD + yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class _Dumper(yaml.SafeDumper):
    """Writes lists indented below their key, without anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _collection(kind: Kind, records: str) -> Field:
    spec = schema.load(kind.name)
    named = "title" if "title" in spec["properties"] else "name"
    numbered = "id" in spec["properties"]
    fields = list(_fields(spec, ""))
    collection = {
        "name": kind.name,
        "label": kind.plural.capitalize(),
        "label_singular": kind.label.capitalize(),
        "description": spec["description"],
        "folder": f"{records}/{kind.folder or HANDBOOK}",
        # files lie beside the record that names them
        "media_folder": "",
        "public_folder": "",
        "extension": "md",
        "format": "yaml-frontmatter",
        "identifier_field": named,
        "slug": "{{fields.id}}" if numbered else f"{{{{fields.{named}}}}}",
        "summary": f"{{{{fields.id}}}} {{{{fields.{named}}}}}" if numbered else f"{{{{fields.{named}}}}}",
        "create": kind.name not in NOT_CREATED,
        "fields": [*fields, _body(spec)],
    }
    if kind.subfolder:
        collection["path"] = "{{year}}/{{slug}}" if kind.subfolder == "year" else "{{family}}/{{slug}}"
    return collection


def _body(spec: Schema) -> Field:
    sections = spec.get("x-sections", ())
    text = "\n".join(f"## {section['title']}\n\n{MARK} {section['description']}\n" for section in sections)
    hint = "Markdown, in sections of level 2."
    shown = [section["title"] for section in sections if section.get("x-audience") == "client"]
    if shown:
        hint += f" Clients see these once the record is released, unless configured otherwise: {', '.join(shown)}."
    body = {"name": "body", "label": "Text", "widget": "markdown", "required": False, "modes": ["raw"], "hint": hint}
    return {**body, "default": text} if text else body


def _fields(spec: Schema, path: str, *, within: str = "") -> Iterator[Field]:
    """A form field for each property, in the order of the schema."""
    required = spec.get("required", ())
    for name, part in spec["properties"].items():
        if f"{path}{name}" not in LEFT_OUT:
            yield {
                "name": name,
                "label": part.get("title", name),
                **_widget(part, f"{path}{name}.", within, name),
                "required": name in required,
                "hint": _hint(part),
            }


def _hint(part: Schema) -> str:
    seen = "Clients see it once the record is released." if part.get("x-audience") == "client" else "Internal."
    return f"{part.get('description', '')} {seen}".strip()


def _widget(part: Schema, path: str, within: str, name: str) -> Field:
    """The widget of a field with its own settings."""
    items = part.get("items", {})
    expected = part.get("type", "string")
    if expected == "object" and "properties" in part:
        return {"widget": "object", "collapsed": "auto", "fields": list(_fields(part, path, within=name))}
    if expected == "object":
        return {"widget": "keyvalue"}
    if expected == "array" and "properties" in items:
        fields = list(_fields(items, path, within=name))
        shown = [f"{{{{fields.{one['name']}}}}}" for one in fields[:2]]
        return {"widget": "list", "collapsed": "auto", "summary": " ".join(shown), "fields": fields}
    if expected == "array" and len(items.get("x-ref", ())) == 1:
        return {**_relation(items["x-ref"][0]), "multiple": True, **_least(part)}
    if expected == "array" and "enum" in items:
        return {"widget": "select", "options": _options(items), "multiple": True, **_least(part)}
    if expected == "array":
        return {"widget": "list", "field": {"name": "item", "label": "Item", **_scalar(items)}, **_least(part)}
    if len(part.get("x-ref", ())) == 1:
        return _relation(part["x-ref"][0])
    if (within, name) in _FILES:
        return {"widget": "file"}
    return {**_scalar(part), **({"default": part["default"]} if "default" in part else {})}


def _least(part: Schema) -> Field:
    return {"min": part["minItems"]} if part.get("minItems") else {}


def _relation(kind: str) -> Field:
    """A field that takes the id of a record of a kind, found by its id or name."""
    named = "title" if "title" in schema.load(kind)["properties"] else "name"
    shown = ["id", named]
    return {
        "widget": "relation",
        "collection": kind,
        "value_field": "id",
        "search_fields": shown,
        "display_fields": shown,
    }


def _options(part: Schema) -> list[Field]:
    return [{"label": _WORDS.get(one, one), "value": one} for one in part["enum"]]


def _scalar(part: Schema) -> Field:
    """The widget of a single value."""
    expected = part.get("type", "string")
    if "enum" in part:
        return {"widget": "select", "options": _options(part)}
    if expected == "boolean":
        # a switch would save "no" where nobody said so
        return {"widget": "select", "options": [{"label": "Yes", "value": True}, {"label": "No", "value": False}]}
    if expected in ("integer", "number"):
        least = {"min": part["minimum"]} if "minimum" in part else {}
        return {"widget": "number", "value_type": "int" if expected == "integer" else "float", **least}
    if part.get("format") == "date":
        return {"widget": "datetime", "type": "date", "format": "YYYY-MM-DD"}
    if part.get("format") == "date-time":
        return {
            "widget": "datetime",
            "type": "datetime-local",
            "format": "YYYY-MM-DDTHH:mm:ss[Z]",
            "input_timezone": "utc",
            "output_utc": True,
        }
    if part.get("x-markdown"):
        return {"widget": "text"}
    text: Field = {"widget": "string"}
    if part.get("format") == "uri":
        text["type"] = "url"
    if "maxLength" in part:
        text["maxlength"] = part["maxLength"]
    if "pattern" in part:
        text["pattern"] = [part["pattern"], f"such as {part['examples'][0]}" if part.get("examples") else "not valid"]
    return text
