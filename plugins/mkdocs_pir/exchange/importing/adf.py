"""The Atlassian Document Format, in which Jira's newer interface gives texts, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from mkdocs_pir.exchange.importing.documents import RichText

_ELEMENTS: Mapping[str, str] = {
    "paragraph": "p",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "taskList": "ul",
    "taskItem": "li",
    "decisionList": "ul",
    "decisionItem": "li",
    "blockquote": "blockquote",
    "table": "table",
    "tableRow": "tr",
    "tableHeader": "th",
    "tableCell": "td",
}
_MARKS: Mapping[str, str] = {"strong": "strong", "em": "em", "code": "code", "strike": "del"}
_DONE = frozenset({"DONE", "DECIDED"})


def opened(value: Any) -> Any:
    """A value with every document of this format in it as a text of its own kind."""
    if isinstance(value, dict):
        if value.get("type") == "doc" and isinstance(value.get("content"), list):
            return RichText.of_html(_all(value["content"]))
        return {key: opened(item) for key, item in value.items()}
    return [opened(item) for item in value] if isinstance(value, list) else value


def _all(nodes: Any) -> str:
    return "".join(_html(node) for node in nodes if isinstance(node, dict)) if isinstance(nodes, list) else ""


def _html(node: Mapping[str, Any]) -> str:
    kind, inner = str(node.get("type")), _all(node.get("content"))
    attributes = node.get("attrs") if isinstance(node.get("attrs"), dict) else {}

    def attribute(name: str) -> str:
        return str(attributes.get(name) or "")  # type: ignore[union-attr]

    if isinstance(text := node.get("text"), str):
        return _marked(escape(text), node)
    if kind == "heading":
        level = attribute("level") if attribute("level") in "123456" else "3"
        return f"<h{level or 3}>{inner}</h{level or 3}>"
    if kind == "codeBlock":
        return f"<pre><code>{inner}</code></pre>"
    if kind in ("taskItem", "decisionItem"):
        return f"<li>[{'x' if attribute('state') in _DONE else ' '}] {inner}</li>"
    if kind in ("hardBreak", "rule"):
        return "<br>" if kind == "hardBreak" else "<hr>"
    if kind in ("inlineCard", "blockCard", "embedCard"):
        return escape(attribute("url"))
    if kind in ("mention", "emoji", "status", "date"):
        return escape(attribute("text") or attribute("shortName") or attribute("timestamp"))
    # what is not known here still has its words
    element = _ELEMENTS.get(kind, "")
    return f"<{element}>{inner}</{element}>" if element else inner


def _marked(html: str, node: Mapping[str, Any]) -> str:
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else ():
        if not isinstance(mark, dict):
            continue
        if mark.get("type") == "link" and isinstance(mark.get("attrs"), dict):
            html = f'<a href="{escape(str(mark["attrs"].get("href") or ""))}">{html}</a>'
        elif element := _MARKS.get(str(mark.get("type"))):
            html = f"<{element}>{html}</{element}>"
    return html
