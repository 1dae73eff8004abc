"""Changing mkdocs.yml: one option of pir or one setting is written, every other byte and comment stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from mkdocs_pir.kb.bounded_yaml import TolerantLoader


class ConfigEditError(ValueError):
    """Raised for a file that cannot be changed here, with a message for the user."""


def with_option(text: str, name: str, value: str, note: str = "") -> str:
    """The text of a mkdocs.yml in which the option `name` of pir has this value, given as YAML.

    It comes first if it is new; `note` is a comment beside it then. Raises ConfigEditError.
    """
    root = yaml.compose(text, Loader=TolerantLoader)
    key, node = _plugin(root)
    if key is None:
        raise ConfigEditError("'plugins' does not list pir")
    if isinstance(node, yaml.MappingNode) and (old := _value(node, name)) is not None:
        new = _replaced(text, old, value)
    elif isinstance(node, yaml.MappingNode) and node.flow_style:
        start = node.start_mark.index + 1
        new = f"{text[:start]}{name}: {value}{', ' if node.value else ''}{text[start:]}"
    elif isinstance(node, yaml.MappingNode):
        # above the comments that are about the option that was first
        lines = text.splitlines(keepends=True)
        indent = " " * node.value[0][0].start_mark.column
        lines.insert(key.end_mark.line + 1, f"{indent}{_line(name, value, note)}\n")
        new = "".join(lines)
    elif _value(root, "plugins").flow_style:
        end = key.end_mark.index
        rest = text[end:].removeprefix(":")
        new = f"{text[:end]}: {{{name}: {value}}}{rest}"
    else:
        # the plugin without options, as `- pir` or `- pir:`
        end = key.end_mark.index
        colon = "" if text[end : end + 1] == ":" else ":"
        at = end + (0 if colon else 1)
        new = f"{text[:at]}{colon}\n{' ' * (key.start_mark.column + 2)}{_line(name, value, note)}{text[at:]}"
    return _checked(text, new, _option(name), value)


def with_setting(text: str, name: str, value: str, after: str, note: str = "") -> str:
    """The text of a mkdocs.yml in which the setting `name` has this value, given as YAML.

    A new one is written below the setting `after`, or at the end without one; `note` is a comment beside it then.
    Raises ConfigEditError.
    """
    root = yaml.compose(text, Loader=TolerantLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise ConfigEditError("the file is not a list of settings, one below the other")
    if (old := _value(root, name)) is not None:
        return _checked(text, _replaced(text, old, value), _setting(name), value)
    lines = text.splitlines(keepends=True)
    before = _value(root, after)
    at = len(lines) if before is None else before.end_mark.line + (before.end_mark.column > 0)
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += "\n"
    lines.insert(at, f"{_line(name, value, note)}\n")
    return _checked(text, "".join(lines), _setting(name), value)


def _line(name: str, value: str, note: str) -> str:
    return f"{name}: {value}{f'   # {note}' if note else ''}"


def _replaced(text: str, old: yaml.Node, value: str) -> str:
    start, end = old.start_mark.index, old.end_mark.index
    # a block scalar ends on the line of the next key
    tail = "\n" if text[start:end].endswith("\n") else ""
    return f"{text[:start]}{value}{tail}{text[end:]}"


def _plugin(root: yaml.Node | None) -> tuple[yaml.Node | None, yaml.Node | None]:
    """The key of the pir plugin in `plugins`, and the node of its options if it has any."""
    plugins = _value(root, "plugins")
    found: tuple[yaml.Node | None, yaml.Node | None] = (None, None)
    for item in plugins.value if isinstance(plugins, yaml.SequenceNode) else [plugins]:
        if isinstance(item, yaml.ScalarNode) and item.value == "pir":
            found = (item, None)
        for key, value in item.value if isinstance(item, yaml.MappingNode) else ():
            if key.value == "pir":
                found = (key, value)
    return found


def _value(node: yaml.Node | None, name: str) -> Any:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _checked(before: str, after: str, read: Callable[[str], tuple[Any, Any]], value: str) -> str:
    """The new text, if it reads as the old one but for the value that was changed. Raises ConfigEditError."""
    try:
        if read(after) == (read(before)[0], yaml.safe_load(value)):
            return after
    except (yaml.YAMLError, AttributeError, TypeError):
        pass
    raise ConfigEditError("the file is written in a way that cannot be changed here; change it in an editor")


def _option(name: str) -> Callable[[str], tuple[Any, Any]]:
    """A function that reads a text: everything without this option of pir, and the option."""

    def read(text: str) -> tuple[Any, Any]:
        whole = yaml.load(text, Loader=TolerantLoader)
        listed = whole.pop("plugins")
        items = [{key: options} for key, options in listed.items()] if isinstance(listed, dict) else listed
        found, rest = None, []
        for item in items:
            if item == "pir" or (isinstance(item, dict) and "pir" in item):
                options = dict((item["pir"] if isinstance(item, dict) else None) or {})
                found = options.pop(name, None)
                item = {**(item if isinstance(item, dict) else {}), "pir": options}
            rest.append(item)
        return [whole, rest], found

    return read


def _setting(name: str) -> Callable[[str], tuple[Any, Any]]:
    """A function that reads a text: everything without this setting, and the setting."""

    def read(text: str) -> tuple[Any, Any]:
        whole = yaml.load(text, Loader=TolerantLoader)
        value = whole.pop(name, None)
        return whole, value

    return read
