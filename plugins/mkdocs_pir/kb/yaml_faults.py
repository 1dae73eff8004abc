"""What is wrong with malformed YAML, in plain words and at the line where the mistake begins.

The parser names the place where it could not go on, which for a quote or bracket that is not closed is far below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAB = re.compile(r"[ ]*\t")
_HINT = "check the line for quotes, brackets and indentation"


@dataclass(frozen=True, slots=True)
class YamlFault:
    """A mistake at a `line` and `column` of the text, which count from 1."""

    line: int
    column: int
    message: str
    hint: str


def yaml_fault(text: str, error: yaml.YAMLError) -> YamlFault:
    """What made a YAML text unreadable."""
    problem = str(getattr(error, "problem", None) or "it cannot be read")
    context = str(getattr(error, "context", None) or "")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return YamlFault(1, 1, f"malformed YAML: {problem}", _HINT)
    line, column = mark.line + 1, mark.column + 1
    begun = getattr(error, "context_mark", None) or mark
    lines = text.split("\n")
    here = lines[mark.line] if mark.line < len(lines) else ""
    if tab := _TAB.match(here):
        return YamlFault(
            line, tab.end(), "malformed YAML: a tab stands where the line is indented", "indent with spaces only"
        )
    if "quoted scalar" in context:
        return YamlFault(begun.line + 1, begun.column + 1, *_open_quote(lines, begun))
    if "block" in context and (quote := _quote_before(text, mark)) is not None:
        return YamlFault(quote.line + 1, quote.column + 1, *_open_quote(lines, quote))
    if "flow" in context and begun.line < mark.line:
        bracket = lines[begun.line][begun.column : begun.column + 1]
        message = f"malformed YAML: the bracket {bracket} is opened here and not closed"
        hint = "close it, and put quotes around values that contain , [ ] { }"
        return YamlFault(begun.line + 1, begun.column + 1, message, hint)
    if "mapping values are not allowed" in problem:
        message = "malformed YAML: a second ': ' in a value without quotes, or a line that is indented too far"
        return YamlFault(line, column, message, "put quotes around a value that contains ': '")
    return YamlFault(line, column, f"malformed YAML: {problem}", _hint(context, problem))


def _open_quote(lines: list[str], mark: Any) -> tuple[str, str]:
    quote = lines[mark.line][mark.column : mark.column + 1]
    message = f"malformed YAML: the quote {quote} is opened here and not closed in its line"
    return message, f"close it with {quote} at the end of the value"


def _quote_before(text: str, mark: Any) -> Any:
    """Where the quoted value begins that runs over several lines to the place of a mistake; None without one."""
    last = None
    try:
        for token in yaml.scan(text, Loader=_Loader):
            if token.start_mark.line > mark.line:
                break
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                runs_on = token.start_mark.line < token.end_mark.line == mark.line
                last = token.start_mark if runs_on else last
    except yaml.YAMLError:
        pass
    return last


def _hint(context: str, problem: str) -> str:
    if "cannot start" in problem:
        return "put quotes around a value that begins with @, ` or %"
    if "expected <block end>" in problem or "block" in context:
        return "check the indentation of this line and the one above"
    if "flow" in context:
        return "put a comma between values, and quotes around values that contain , [ ] { }"
    return _HINT
