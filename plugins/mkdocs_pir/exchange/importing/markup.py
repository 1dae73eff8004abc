"""Texts of tickets as Markdown: plain text with its line breaks, or Jira's notation."""

from __future__ import annotations

import re

_MARKDOWN = re.compile(r"^#{1,6} \S|^[-*] \S|\*\*\S[^*\n]*\*\*|\]\(https?://", re.M)
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,4}[.)]) ")


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
    out = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        out.append(line + ("<br>" if line and after and not _ITEM.match(after) else ""))
    return "\n".join(out)


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
    lines = text.split("\n")
    out = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        plain = re.match(r"[^\s|>#`\x00-]", line) and re.match(r"[^\s|>#`\x00-]", after) and not line.endswith("<br>")
        out.append(line + ("<br>" if plain and not re.match(r"\d+\. ", after) else ""))
    return re.sub("\x00(\\d+)\x00", lambda m: held[int(m[1])], "\n".join(out))


def _jira_item(found: re.Match[str]) -> str:
    return "    " * (len(found[1]) - 1) + ("1. " if found[1][0] == "#" else "- ")


def _jira_header(found: re.Match[str]) -> str:
    cells = found[1].split("||")
    return f"| {' | '.join(cells)} |\n|{'---|' * len(cells)}"
