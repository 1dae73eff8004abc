"""What the files of a list hold, as the script in the browser reads them."""

from __future__ import annotations

import json
import re
from typing import Any

_CALL = re.compile(r'pir\.shard\("([a-z0-9-]+)",(.*)\);\n', re.DOTALL)


def read_list_file(text: str) -> tuple[str, Any]:
    """The name of a file of a list, and its description or its rows: path, look, cells and the values of each filter."""
    match = _CALL.fullmatch(text)
    assert match
    name, content = match.groups()
    if not content.startswith("`"):
        return name, json.loads(content)
    filters, _, *rows = map(json.loads, re.sub(r"\\(u[0-9a-f]{4}|.)", _escaped, content[1:-1]).split("\n"))
    columns = [[_several(code, names) for code in codes] for names, codes in filters]
    return name, [[*row, [column[at] for column in columns]] for at, row in enumerate(rows)]


def _escaped(match: re.Match[str]) -> str:
    escape = match[1]
    return chr(int(escape[1:], 16)) if len(escape) == 5 else escape


def _several(code: int | list[int], names: list[str]) -> str | list[str]:
    """A value, or the values of a row that has none or several."""
    return names[code] if isinstance(code, int) else [names[one] for one in code]
