"""The options of the plugin pir in mkdocs.yml: read as they are written, checked, and found again at their places."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from mkdocs_pir.kb import client_fields, frontmatter, record_format, schema
from mkdocs_pir.kb.bounded_yaml import TolerantLoader, refuse_unbounded
from mkdocs_pir.kb.id_patterns import matcher
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.model import REGISTERS
from mkdocs_pir.kb.problem import CODES, Problem, ProblemError, did_you_mean


def from_plain(options: dict[str, Any], path: str) -> tuple[dict[str, Any], list[Problem]]:
    """Check options that another YAML reader has already converted, such as that of MkDocs."""
    texts = _as_written(options)
    if isinstance(rules := options.get("rules"), dict):
        # the YAML reader of MkDocs takes a plain `off` as false
        texts["rules"].update({str(code): "off" for code, severity in rules.items() if severity is False})
    return check_options(texts, frontmatter.Positions(), path)


def _as_written(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _as_written(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_as_written(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_options(
    data: dict[str, Any], positions: frontmatter.Positions, path: str
) -> tuple[dict[str, Any], list[Problem]]:
    """Convert and check the options of the plugin, given as strings; every problem is a PIR602, or one PIR624."""
    if newer := record_format.newer(data.get("record_format"), path, positions.value(("record_format",))):
        # whatever else is wrong may be right in that format
        return {}, newer
    typed, mistakes = schema.check("settings", data, positions, path)
    problems = [Problem.of("PIR602", p.path, (p.line, p.column), p.message, p.hint) for p in mistakes]

    def report(at: tuple[str | int, ...], message: str, hint: str, *, key: bool = False) -> None:
        where = positions.key(at) if key else positions.value(at)
        problems.append(Problem.of("PIR602", path, where, message, hint))

    for code in typed.get("rules", {}) if isinstance(typed.get("rules"), dict) else ():
        if code not in CODES:
            report(("rules", code), f"there is no problem code '{code}'", did_you_mean(code, CODES), key=True)
        elif CODES[code][0] == "error":
            report(
                ("rules", code),
                f"{code} is an error, whose severity cannot be changed",
                "only warnings and hints can be turned off or changed",
                key=True,
            )
    for kind, pattern in (typed.get("id_patterns") or {}).items() if isinstance(typed.get("id_patterns"), dict) else ():
        if kind not in KINDS:
            hint = did_you_mean(kind, KINDS) or f"the kinds are {', '.join(KINDS)}"
            report(("id_patterns", kind), f"there is no kind of record '{kind}'", hint, key=True)
        try:
            matcher(pattern)
        except ValueError as error:
            report(
                ("id_patterns", kind),
                f"the pattern cannot be used: {error}",
                "write a regular expression such as PIR-\\d{4}-\\d{4}",
            )
    fields = typed.get("client_fields")
    for kind, names in fields.items() if isinstance(fields, dict) else ():
        if kind not in (*KINDS, *REGISTERS):
            report(("client_fields", kind), f"there is no kind of record '{kind}'", did_you_mean(kind, KINDS), key=True)
            continue
        for field in names if isinstance(names, dict) else ():
            if (wrong := client_fields.wrong(kind, field)) is not None:
                report(("client_fields", kind, field), *wrong, key=True)
    if "as_of" in typed and not problems:
        try:
            typed["as_of"] = date.fromisoformat(typed["as_of"])
        except ValueError:
            report(("as_of",), f"'{typed['as_of']}' is not a date", "write year-month-day, such as 2026-09-30")
    return typed, problems


def options_in(text: str, name: str) -> dict[str, Any] | None:
    """The checked options of the pir plugin; None if it is not listed or has none."""
    node = _options_node(text)
    if node is None:
        return None
    positions = frontmatter.Positions()
    data = _strings(node, positions, ())
    typed, problems = check_options(data, positions, name)
    if problems := [*_repeated(node, name), *problems]:
        raise ProblemError(sorted(problems))
    return typed


def _options_node(text: str) -> yaml.MappingNode | None:
    """The YAML node of the options of the pir plugin in mkdocs.yml."""
    plugins = _child(yaml.compose(text, Loader=ConfigLoader), "plugins")
    items = plugins.value if isinstance(plugins, yaml.SequenceNode) else [plugins]
    return next((node for item in reversed(items) if isinstance(node := _child(item, "pir"), yaml.MappingNode)), None)


def repeated_options(config_file: Path) -> list[Problem]:
    """Problems of options that are in mkdocs.yml twice, of which YAML readers silently take the last.

    Raises ProblemError for a file whose aliases expand to too many values.
    """
    try:
        text = config_file.read_text("utf-8-sig")
        refuse_unbounded(text, config_file.name)
        node = _options_node(text)
    except (OSError, ValueError, yaml.YAMLError):
        return []  # reported when the file is read
    return list(_repeated(node, config_file.name)) if node is not None else []


def _repeated(node: yaml.Node, name: str) -> Iterator[Problem]:
    """A problem for each key that is twice in a mapping or in one inside it."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item, name)
    first: dict[str, int] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        where = (key.start_mark.line + 1, key.start_mark.column + 1)
        if (word := str(key.value)) in first:
            message = f"'{word}' is given twice, first on line {first[word]}"
            yield Problem.of("PIR602", name, where, message, "keep one of them")
        first.setdefault(word, where[0])
        yield from _repeated(value, name)


def place_of(config_file: Path, at: tuple[str | int, ...], *, key: bool = False) -> tuple[str, tuple[int, int]]:
    """The file and the (line, column) of an option, in mkdocs.yml or in the file from which it inherits its options."""
    found = _options_in(config_file)
    if found is None:
        return config_file.name, (0, 0)
    positions = frontmatter.Positions()
    _strings(found[1], positions, ())
    return found[0].name, positions.key(at) if key else positions.value(at)


def options_file(config_file: Path) -> Path:
    """The file that the options of pir are in: mkdocs.yml, or the file from which it inherits them."""
    found = _options_in(config_file)
    return config_file if found is None else found[0]


def _options_in(config_file: Path) -> tuple[Path, yaml.MappingNode] | None:
    """The file with the options of pir, and their node; None if no file has any or one cannot be read."""
    file, seen = config_file, set[Path]()
    while Path(os.path.realpath(file)) not in seen:
        seen.add(Path(os.path.realpath(file)))
        try:
            text = file.read_text("utf-8-sig")
            node, parent = _options_node(text), yaml.load(text, Loader=ConfigLoader).get("INHERIT")
        except (OSError, ValueError, AttributeError, yaml.YAMLError):
            break
        if node is not None:
            return file, node
        if not parent:
            break
        file = file.parent / str(parent)
    return None


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if getattr(name, "value", None) == key:
                child: yaml.Node = value
                return child
    return None


def _strings(node: yaml.Node, positions: frontmatter.Positions, at: tuple[str | int, ...]) -> Any:
    """A YAML node as strings, lists and dicts for the check against the schema; adds to `positions`."""
    positions.values[at] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if node.tag == _ENV:
        return _from_environment(node)
    if isinstance(node, yaml.MappingNode):
        out = {}
        for key, value in node.value:
            positions.keys[(*at, key.value)] = (key.start_mark.line + 1, key.start_mark.column + 1)
            if (item := _strings(value, positions, (*at, key.value))) is not None:
                out[key.value] = item
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_strings(item, positions, (*at, index)) for index, item in enumerate(node.value)]
    quoted = isinstance(node, yaml.ScalarNode) and node.style in ("'", '"')
    return frontmatter.Quoted(node.value) if quoted else node.value


_ENV = "!ENV"


def _from_environment(node: yaml.Node) -> str | None:
    """The value of `!ENV NAME` or `!ENV [NAME, OTHER, default]`, as MkDocs resolves it."""
    if isinstance(node, yaml.ScalarNode):
        return os.environ.get(str(node.value))
    *names, last = (str(item.value) for item in node.value) if node.value else ("",)
    default = last if names else os.environ.get(last)
    return next((os.environ[name] for name in names if name in os.environ), default)


class ConfigLoader(TolerantLoader):
    """A loader that also resolves environment variables."""


ConfigLoader.add_constructor(_ENV, lambda loader, node: _from_environment(node))
