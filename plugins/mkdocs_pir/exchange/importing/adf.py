"""The Atlassian Document Format, in which Jira's newer interface gives texts, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mkdocs_pir.exchange.importing.documents import Marked

Node = Mapping[str, Any]

_MARKS: Mapping[str, tuple[str, str]] = {
    "strong": ("**", "**"),
    "em": ("*", "*"),
    "code": ("`", "`"),
    "strike": ("<del>", "</del>"),
}


def opened(value: Any) -> Any:
    """A value with every document of this format in it written as Markdown."""
    if isinstance(value, dict):
        if value.get("type") == "doc" and isinstance(value.get("content"), list):
            return Marked(_blocks(value["content"]))
        return {key: opened(item) for key, item in value.items()}
    return [opened(item) for item in value] if isinstance(value, list) else value


def _blocks(nodes: Sequence[Any]) -> str:
    return "\n\n".join(text for node in nodes if isinstance(node, dict) and (text := _block(node)))


def _block(node: Node) -> str:
    write = _BLOCKS.get(str(node.get("type")))
    if write is not None:
        return write(node)
    # what is not known here still has its words
    return _blocks(_content(node)) if any("content" in n for n in _content(node)) else _inline(_content(node) or [node])


def _content(node: Node) -> list[Any]:
    content = node.get("content")
    return [n for n in content if isinstance(n, dict)] if isinstance(content, list) else []


def _attribute(node: Node, name: str) -> str:
    attributes = node.get("attrs")
    return str(attributes.get(name) or "") if isinstance(attributes, dict) else ""


def _heading(node: Node) -> str:
    level = _attribute(node, "level")
    return f"{'#' * (int(level) if level.isdigit() and 0 < int(level) < 7 else 3)} {_inline(_content(node))}"


def _list(node: Node) -> str:
    numbered = node.get("type") == "orderedList"
    out = []
    for number, item in enumerate(_content(node), 1):
        mark = f"{number}. " if numbered else "- "
        # lists follow their item's words at once, other blocks after a blank line
        text = "\n".join(_block(n) for n in _content(item))
        out.append(mark + text.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(out)


def _tasks(node: Node) -> str:
    done = {"DONE": "x", "DECIDED": "x"}
    items = (f"- [{done.get(_attribute(n, 'state'), ' ')}] {_inline(_content(n))}" for n in _content(node))
    return "\n".join(items)


def _code(node: Node) -> str:
    text = "".join(str(n.get("text") or "") for n in _content(node))
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"


def _quote(node: Node) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _blocks(_content(node)).split("\n"))


def _table(node: Node) -> str:
    rows = [
        [" ".join(_blocks(_content(cell)).split()).replace("|", r"\|") for cell in _content(row)]
        for row in _content(node)
    ]
    width = max(map(len, rows), default=0)
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([*lines[:1], "|" + "---|" * width, *lines[1:]]) if rows else ""


_BLOCKS: Mapping[str, Callable[[Node], str]] = {
    "heading": _heading,
    "bulletList": _list,
    "orderedList": _list,
    "taskList": _tasks,
    "decisionList": _tasks,
    "codeBlock": _code,
    "blockquote": _quote,
    "table": _table,
    "rule": lambda node: "---",
}


def _inline(nodes: Sequence[Any]) -> str:
    out = []
    for node in nodes:
        kind = node.get("type")
        if kind == "hardBreak":
            out.append("<br>\n")
        elif kind in ("inlineCard", "blockCard", "embedCard"):
            out.append(f"<{_attribute(node, 'url')}>")
        elif kind in ("mention", "emoji", "status", "date"):
            out.append(_attribute(node, "text") or _attribute(node, "shortName") or _attribute(node, "timestamp"))
        elif isinstance(text := node.get("text"), str):
            out.append(_marked(text, node))
        else:
            out.append(_inline(_content(node)))
    return "".join(out)


def _marked(text: str, node: Node) -> str:
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else ():
        if not isinstance(mark, dict):
            continue
        if mark.get("type") == "link":
            text = f"[{text}]({_attribute(mark, 'href')})"
        elif (around := _MARKS.get(str(mark.get("type")))) and text.strip():
            head, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
            text = f"{head}{around[0]}{text.strip()}{around[1]}{tail}"
    return text
