"""The text of an exported file: in the encoding that the mapping declares or the file's own mark says, else UTF-8."""

from __future__ import annotations

import codecs
import re

from mkdocs_pir.kb.problem import Problem, ProblemError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Controls that no record may hold: they cannot be seen, or turn the reading direction round."""


def is_encoding(name: str) -> bool:
    """Whether a name is that of an encoding of text."""
    try:
        return codecs.lookup(name)._is_text_encoding  # codecs such as base64 are none
    except LookupError:
        return False


def decode(raw: bytes, path: str, declared: str = "") -> str:
    """The text with line ends made `\\n` and the byte order mark taken off.

    Raises ProblemError (PIR702) at the byte that is not of the encoding. A file's own mark goes before what is declared.
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            raw, declared = raw[len(mark) :], name
            break
    encoding = declared or "utf-8"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        hint = f"correct 'encoding: {encoding}'" if declared else f"{_likely(raw)}, or export it as UTF-8"
        message = f"byte {error.start} is not {encoding.upper()}"
        raise ProblemError([Problem.of("PIR702", path, (line, 1), message, hint)]) from None
    if not declared and raw[:4000].count(0) > len(raw[:4000]) // 4:
        hint = "say its encoding: --encoding utf-16-le, or utf-16-be"
        raise ProblemError([Problem.of("PIR702", path, (1, 1), "the file looks like UTF-16 without its mark", hint)])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _likely(raw: bytes) -> str:
    if raw[:4000].count(0) > len(raw[:4000]) // 4:
        return "say its encoding: --encoding utf-16-le, or 'encoding: utf-16-le' in the mapping"
    return "say its encoding: --encoding windows-1252, or 'encoding: windows-1252' in the mapping"
