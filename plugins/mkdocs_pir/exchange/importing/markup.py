"""Texts of tickets as Markdown: plain text with its line breaks, HTML, or Jira's notation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

from mkdocs_pir.exchange.importing.documents import Marked
from mkdocs_pir.kb import body

LONGEST_LINE = 20_000
LONGEST_TEXT = 200_000
"""What one text of a report may have, in characters; a whole record may have 1 MiB."""


def to_markdown(text: str, markup: str) -> str:
    """A text of the source as Markdown whose headings begin at level 3, so that it stays within its section."""
    text = text if isinstance(text, Marked) else _WRITTEN_IN[markup](text)
    text = "\n".join(piece for line in text.split("\n") for piece in _pieces(line))
    return _within_a_section(text.strip("\n"))


def _pieces(line: str) -> list[str]:
    """A line that no reader takes, broken at spaces."""
    out = []
    while len(line) > LONGEST_LINE:
        at = line.rfind(" ", 1, LONGEST_LINE)
        at = at if at > 0 else LONGEST_LINE
        out.append(line[:at])
        line = line[at:].removeprefix(" ")
    return [*out, line]


def _within_a_section(text: str) -> str:
    before, sections, _ = body.split(text, 1, "", levels=("h1", "h2"))
    parts = [before, *(f"### {' '.join(s.title.split())}\n\n{s.text}" for s in sections)]
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())


def from_text(text: str) -> str:
    """Plain text: each line break stays one, and what begins a line is no heading, quote or code."""
    lines = []
    for line in text.expandtabs(4).split("\n"):
        indent, words = len(line) - len(line.lstrip()), line.strip()
        if re.match(r"(?:#|>|={2,}$|-{2,}$|\||~~~|```|///)", words):
            words = "\\" + words
        item = re.match(r"(?:[-*+]|\d{1,4}[.)]) ", words)
        lines.append(("    " * min(indent // 2, 3) if item and indent else "") + words)
    out = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        item = re.match(r"\s*(?:[-*+]|\d{1,4}[.)]) ", after)
        out.append(line + ("<br>" if line and after and not item else ""))
    return "\n".join(out)


_HEADING = re.compile(r"h([1-6])$")
_AROUND = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`", "samp": "`", "kbd": "`"}
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "center",
        "form",
        "fieldset",
        "address",
        "dl",
        "dt",
        "dd",
        "main",
        "figure",
    ]
)
_MARKDOWN = re.compile(r"^#{1,6} \S|^[-*] \S|\*\*\S[^*\n]*\*\*|\]\(https?://", re.M)
_HIDDEN = frozenset({"style", "head", "template"})


def from_html(text: str) -> str:
    """HTML as Markdown: blocks, lists, links, code, tables. What it does not know keeps its words; scripts are shown."""
    if "<" not in text and "&" not in text:
        # some tools let people write either
        return text if _MARKDOWN.search(text) else from_text(text)
    writer = _Writer()
    writer.feed(text)
    writer.close()
    return writer.text()


class _Writer(HTMLParser):
    """Writes Markdown while it reads HTML, whatever is wrong with its nesting."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.lists: list[int] = []  # the next number of each open list; 0 for one with bullets
        self.links: list[str] = []
        self.pre = 0
        self.hidden = 0
        self.cells: list[str] | None = None
        self.rows = 0

    def text(self) -> str:
        text = "".join(self.out).replace("\xa0", " ")
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)[ \t]+$", "", text)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag in _AROUND and not self.pre:
            self.out.append(_AROUND[tag])
        elif found := _HEADING.match(tag):
            self._write("\n\n" + "#" * max(3, int(found[1])) + " ")
        elif tag == "br":
            self._write(" " if self.cells is not None else "<br>\n")
        elif tag == "a":
            url = given.get("href", "")
            self.links.append(url if re.match(r"https?://[^\s()<>]+$", url) else "")
            self._write("[" if self.links[-1] else "")
        elif tag == "img" and re.match(r"https?://[^\s()<>]+$", given.get("src", "")):
            self._write(f"[{given.get('alt') or 'picture'}]({given['src']})")
        elif tag in ("ul", "ol"):
            self._write("" if self.lists else "\n\n")
            self.lists.append(int(tag == "ol"))
        elif tag == "li":
            self._item()
        elif tag == "pre":
            self.pre += 1
            self._write("\n\n```\n")
        elif tag == "hr":
            self._write("\n\n---\n\n")
        elif tag == "table":
            self.rows = 0
            self._write("\n\n")
        elif tag == "tr":
            self.cells = []
        elif tag in ("td", "th"):
            self.cells = [*(self.cells or []), ""]
        elif tag == "script":
            self._write("<script>")
        elif tag in _BLOCKS or tag == "blockquote":
            self._write(" " if self.cells is not None or self.lists else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _AROUND and not self.pre:
            self._write(_AROUND[tag])
        elif tag == "a" and self.links and (url := self.links.pop()):
            self._write(f"]({url})")
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self._write("" if self.lists else "\n\n")
        elif tag == "pre" and self.pre:
            self.pre -= 1
            self._write("\n```\n\n")
        elif tag == "tr" and self.cells is not None:
            self._row()
        elif tag == "table" or _HEADING.match(tag) or ((tag in _BLOCKS or tag == "blockquote") and not self.lists):
            self._write("\n\n" if self.cells is None else " ")

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if not self.pre:
            data = re.sub(r"\s+", " ", data)
            if not self.out or self.out[-1].endswith("\n"):
                data = data.lstrip()
        self._write(data)

    def _item(self) -> None:
        number = self.lists[-1] if self.lists else 0
        mark = f"{number}. " if number else "- "
        if number:
            self.lists[-1] += 1
        self._write("\n" + "    " * max(0, len(self.lists) - 1) + mark)

    def _row(self) -> None:
        cells = [" ".join(cell.split()).replace("|", r"\|") for cell in self.cells or []]
        self.cells = None
        if cells:
            self.rows += 1
            self._write(
                "| " + " | ".join(cells) + " |\n" + ("|" + "---|" * len(cells) + "\n" if self.rows == 1 else "")
            )

    def _write(self, text: str) -> None:
        if self.hidden:
            return
        if self.cells:
            self.cells[-1] += text
        else:
            self.out.append(text)


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


_WRITTEN_IN: Mapping[str, Callable[[str], str]] = {
    "text": from_text,
    "markdown": str,
    "html": from_html,
    "jira": from_jira,
}
