"""The encoding of what is printed.

In files and pipes it is UTF-8 on every machine, so that JSON is what its standard says and a file made on Windows is
read elsewhere. A terminal has an encoding of its own, and `PYTHONIOENCODING` may ask for one: characters which that
lacks are replaced, as no output may end a command.
"""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata

_PLAIN = "mkdocs_pir.plain"


def choose() -> None:
    """Set the encoding of standard output and standard error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            # somebody put a stream of their own in its place
            continue
        if stream.isatty() or os.environ.get("PYTHONIOENCODING"):
            reconfigure(errors=_PLAIN)
        else:
            reconfigure(encoding="utf-8", errors=_PLAIN, newline="\n")


def plain(text: str) -> str:
    """A text in ASCII: signs in the nearest ones, such as >= for ≥, letters as JSON escapes them."""
    return "".join(character if character.isascii() else _replacement(character) for character in text)


def _replacement(character: str) -> str:
    if unicodedata.category(character)[0] in "PSZ":
        from anyascii import anyascii

        # a quotation mark would end a text of JSON
        if sign := anyascii(character).replace('"', "'").replace("\\", "/"):
            return sign
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _replaced(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return plain(error.object[error.start : error.end]), error.end


codecs.register_error(_PLAIN, _replaced)
