"""Texts of tickets as Markdown or HTML: plain text with its line breaks, and the two notations of Jira."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from mkdocs_pir.exchange.importing.documents import RichText

_MARKDOWN = re.compile(r"^#{1,6} \S|^[-*] \S|\*\*\S[^*\n]*\*\*|\]\(https?://", re.M)
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,4}[.)]) ")
_PROSE = re.compile(r"[^\s|>#`\x00-]")


def to_markdown(text: str, markup: str) -> str:
    """A text of the source as Markdown, whose writer meant `markup`: text, markdown, html or jira."""
    if markup == "jira":
        return from_jira(text)
    # some tools let people write either
    if markup == "markdown" or (markup == "html" and _MARKDOWN.search(text)):
        return text
    return from_text(text)


def from_text(text: str) -> str:
    """Plain text: each line break stays one, and what begins a line is no heading, quote or code."""
    lines = []
    for line in text.expandtabs(4).split("\n"):
        indent, words = len(line) - len(line.lstrip()), line.strip()
        if re.match(r"(?:#|>|={2,}$|-{2,}$|\||~~~|```|///)", words):
            words = "\\" + words
        lines.append(("    " * min(indent // 2, 3) if indent and _ITEM.match(words) else "") + words)
    return _with_breaks(lines, lambda line, after: bool(line and after and not _ITEM.match(after)))


def _with_breaks(lines: Sequence[str], is_break: Callable[[str, str], bool]) -> str:
    """The lines, with a mark at the end of those after which a break is shown."""
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    return "\n".join(line + ("<br>" if is_break(line, after) else "") for line, after in pairs)


_CODE = re.compile(r"\{(code|noformat)(?::[^{}]*)?\}(.*?)\{\1\}", re.DOTALL)
_JIRA: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?m)^h([1-6])\.[ \t]+"), r"### "),
    (re.compile(r"(?m)^bq\.[ \t]+"), "> "),
    (re.compile(r"\{\{([^{}\n]+)\}\}"), r"`\1`"),
    (re.compile(r"\[([^\[\]|\n]+)\|(https?://[^\[\]|\s]+)(?:\|[^\[\]\n]*)?\]"), r"[\1](\2)"),
    (re.compile(r"\[(https?://[^\[\]|\s]+)\]"), r"<\1>"),
    (re.compile(r"\[~(?:accountid:)?([^\[\]\n]+)\]"), r"\1"),
    (re.compile(r"!([^!|\n]+)\|?[^!\n]*!(?=\s|$)"), r"(picture \1)"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"**\1**"),
    (re.compile(r"\{(?:color|panel|quote|anchor)(?::[^{}]*)?\}"), ""),
    (re.compile(r"\\\\(?=\s|$)"), "<br>"),
)


def from_jira(text: str) -> str:
    """Jira's notation as Markdown: headings, lists, links, code, tables, bold."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append("\n```\n" + found[2].strip("\n") + "\n```\n")
        return f"\x00{len(held) - 1}\x00"

    text = _CODE.sub(hold, text.replace("\x00", ""))
    text = re.sub(r"(?m)^(\*+|#+|-)[ \t]+", _jira_item, text)
    for pattern, instead in _JIRA:
        text = pattern.sub(instead, text)
    text = re.sub(r"(?m)^\|\|(.+)\|\|$", _jira_header, text)

    def is_break(line: str, after: str) -> bool:
        plain = _PROSE.match(line) and _PROSE.match(after) and not line.endswith("<br>")
        return bool(plain and not re.match(r"\d+\. ", after))

    text = _with_breaks(text.split("\n"), is_break)
    return re.sub("\x00(\\d+)\x00", lambda m: held[int(m[1])], text)


def _jira_item(found: re.Match[str]) -> str:
    return "    " * (len(found[1]) - 1) + ("1. " if found[1][0] == "#" else "- ")


def _jira_header(found: re.Match[str]) -> str:
    cells = found[1].split("||")
    return f"| {' | '.join(cells)} |\n|{'---|' * len(cells)}"


_HTML: Mapping[str, str] = {
    "paragraph": "<p>{}</p>",
    **dict.fromkeys(("bulletList", "taskList", "decisionList"), "<ul>{}</ul>"),
    "orderedList": "<ol>{}</ol>",
    "listItem": "<li>{}</li>",
    "blockquote": "<blockquote>{}</blockquote>",
    "table": "<table>{}</table>",
    "tableRow": "<tr>{}</tr>",
    "tableHeader": "<th>{}</th>",
    "tableCell": "<td>{}</td>",
    "codeBlock": "<pre><code>{}</code></pre>",
    "hardBreak": "<br>",
    "rule": "<hr>",
}
"""Each kind of node in a document of Jira's, as HTML around what it holds."""

_SHOWN: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("inlineCard", "blockCard", "embedCard"), ("url",)),
    **dict.fromkeys(("mention", "emoji", "status", "date"), ("text", "shortName", "timestamp")),
}
"""The kinds of node whose words are the first of these attributes that it has."""

_MARKS: Mapping[str, str] = {"strong": "strong", "em": "em", "code": "code", "strike": "del"}


def open_documents(value: Any) -> Any:
    """A value with every document of this format in it as a text of its own kind."""
    if isinstance(value, dict):
        if value.get("type") == "doc" and isinstance(value.get("content"), list):
            return RichText.of_html(_all(value["content"]))
        return {key: open_documents(item) for key, item in value.items()}
    return [open_documents(item) for item in value] if isinstance(value, list) else value


def _all(nodes: Any) -> str:
    return "".join(_node(node) for node in nodes if isinstance(node, dict)) if isinstance(nodes, list) else ""


def _node(node: Mapping[str, Any]) -> str:
    kind, inner = str(node.get("type")), _all(node.get("content"))
    attributes = node["attrs"] if isinstance(node.get("attrs"), dict) else {}
    if isinstance(text := node.get("text"), str):
        return _marked(escape(text), node)
    if kind == "heading":
        level = str(attributes.get("level"))
        level = level if level in ("1", "2", "3", "4", "5", "6") else "3"
        return f"<h{level}>{inner}</h{level}>"
    if kind in ("taskItem", "decisionItem"):
        return f"<li>[{'x' if attributes.get('state') in ('DONE', 'DECIDED') else ' '}] {inner}</li>"
    if kind in _SHOWN:
        return escape(next((str(attributes[name]) for name in _SHOWN[kind] if attributes.get(name)), ""))
    # what is not known here still has its words
    return _HTML.get(kind, "{}").format(inner)


def _marked(html: str, node: Mapping[str, Any]) -> str:
    marks = node.get("marks")
    for mark in (one for one in marks if isinstance(one, dict)) if isinstance(marks, list) else ():
        if mark.get("type") == "link" and isinstance(mark.get("attrs"), dict):
            html = f'<a href="{escape(str(mark["attrs"].get("href") or ""))}">{html}</a>'
        elif element := _MARKS.get(str(mark.get("type"))):
            html = f"<{element}>{html}</{element}>"
    return html
