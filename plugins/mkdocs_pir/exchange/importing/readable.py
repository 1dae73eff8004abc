"""What comes in is written so that it passes the check of texts: headings that could be misread are made smaller,
tags without their other half are shown, marks of ours are words. What nobody can mend is kept as code."""

from __future__ import annotations

import re
from typing import Any

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.checking import locate
from mkdocs_pir.kb.texts.fields import each
from mkdocs_pir.kb.texts.misreadings import HEADING, MARK, NEAR_HEADING, RAW_HTML, Misreading

_MOST = 200
_HASHES = re.compile(r"^([^#\w]*(?:\d+[.)][^#\w]*)*(?:[^\W\d_]*)?)(#{1,6})[ \t]*(?=(.))")
_UNDERLINE = re.compile(r"^[\s>]*(?:=+|-+)[ \t]*$")
_SIGN = re.compile(r"([\\`*_{}\[\]#+!~^=|-])")


def readable(text: str, texts: Texts) -> str:
    """The text with everything in it that could be misread written otherwise."""
    for _ in range(_MOST):
        found = texts.read(text).misreadings
        if not found:
            return text
        lines = text.split("\n")
        for one in found:
            number, _ = locate(lines, one.words)
            _mend(lines, number, one)
        if (mended := "\n".join(lines)) == text:
            break
        text = mended
    return _as_code(text)


def _mend(lines: list[str], number: int, one: Misreading) -> None:
    """Write one line so that it is no longer misread; a line that is not understood stays."""
    line = lines[number]
    if one.code in (HEADING, NEAR_HEADING):
        if _UNDERLINE.match(line):
            lines[number] = re.sub(r"[-=]", lambda sign: f"\\{sign[0]}", line, count=1)
            return
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if hashes := _HASHES.match(line):
            lines[number] = f"{hashes[1]}### {line[hashes.end() :]}"
        elif _UNDERLINE.match(following):
            lines[number + 1] = re.sub(r"[-=]", lambda sign: f"\\{sign[0]}", following, count=1)
        elif one.words.startswith("<"):
            lines[number] = line.replace(one.words, f"&lt;{one.words[1:]}")
    elif one.code == RAW_HTML:
        lines[number] = line.replace(one.words, f"&lt;{one.words[1:]}")
    elif one.code == MARK:
        written = re.sub(r"^([\s>]*)(!!!|\?\?\?|:::|//)", lambda m: f"{m[1]}{_entity(m[2][0])}{m[2][1:]}", line)
        lines[number] = re.sub(r"[{}]", lambda sign: f"\\{sign[0]}", written) if written == line else written


def _entity(sign: str) -> str:
    return f"&#{ord(sign)};"


def _as_code(text: str) -> str:
    """The text as code, which is shown as it was written."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=2)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}\n{text}\n{fence}"


def readable_fields(data: dict[str, Any], texts: Texts) -> dict[str, Any]:
    """Front matter of a review with every text in it written so that it passes."""

    def markdown(text: str) -> str:
        if not texts.read(text).misreadings:
            return text
        mended = readable(text, texts)
        if "\n" not in text and mended.startswith("```"):
            mended = _SIGN.sub(r"\\\1", text).replace("<", "&lt;")
        return mended

    def typed(text: str) -> str:
        return text.replace("<!--", "< !--")

    return {
        **data,
        **each(schema.load("pir"), {k: v for k, v in data.items() if not k.startswith("x-")}, markdown, typed),
    }
