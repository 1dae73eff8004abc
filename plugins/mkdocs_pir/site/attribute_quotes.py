"""Attributes of HTML without the quotes that it does not need, in templates of fragments, single values and frames.

HTML needs quotes where a value is empty or has a space, a quote, `=`, `<`, `>` or a backtick. Here a value also has them
if it has any other unusual sign, or ends with a slash, which some programs take for the end of an empty element.
"""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

BARE = r"[\w./:#%+-]*[\w.:#%+-]"
"""The form of a value that needs no quotes, for a pattern in which letters are those of ASCII."""
is_bare = re.compile(BARE, re.ASCII).fullmatch
"""Whether a value needs no quotes."""
_IN_TEMPLATE = re.compile(
    rf' ([\w-]+)="(?:\{{\{{ ([^{{}}]+?) \}}\}}|({BARE}))"|\{{%.*?%\}}|\{{\{{.*?\}}\}}', re.ASCII | re.DOTALL
)
"""An attribute of one expression or of a plain value; or code, in which nothing is an attribute."""


def bare(value: Any) -> Markup:
    """The value of an attribute, escaped, in quotes only if it needs them."""
    text = str(value)
    return Markup(text) if is_bare(text) else quoted(value)


def quoted(value: Any) -> Markup:
    """The value of an attribute, escaped and in quotes."""
    return Markup(f'"{escape(value)}"')


def without_quotes(template: str) -> str:
    """A template without quotes that its attributes do not need. For one of an expression, the filter `attribute` decides."""
    return _IN_TEMPLATE.sub(_unquoted, template)


def _unquoted(match: re.Match[str]) -> str:
    name, expression, value = match.groups()
    if expression is not None:
        return f" {name}={{{{ ({expression}) | attribute }}}}"
    return f" {name}={value}" if value is not None else match[0]
