"""Decoding of text within text: escapes are resolved in place, and stretches such as base64 become bytes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import unquote

from mkdocs_pir.editions.audit.decoded_text import DecodedText, Stretch
from mkdocs_pir.editions.audit.markup import entities
from mkdocs_pir.editions.audit.normalise import BARRIER

# A pattern that begins with a letter or a set of letters is found several times as fast as one that begins with a group,
# a choice or a look behind. So the patterns repeat their beginning, and look behind it after its first letter.

# -- escapes: each stands for a character, and is resolved in its place

_PERCENT = re.compile(r"%(?:[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*|u[0-9A-Fa-f]{4}(?:%u[0-9A-Fa-f]{4})*)")
_SCRIPT = re.compile(
    r"\\(?:u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*|u\{[0-9a-fA-F]{1,6}\}|U[0-9a-fA-F]{8}"
    r"|x[0-9a-fA-F]{2}(?:\\x[0-9a-fA-F]{2})*|[0-3][0-7]{2}(?:\\[0-3][0-7]{2})*|\r?\n|[nrtbfv\"'/\\])"
)
_STYLE = re.compile(r"\\[0-9a-fA-F]{1,6}(?:\r\n|[ \t\r\n\f])?(?:\\[0-9a-fA-F]{1,6}(?:\r\n|[ \t\r\n\f])?)*")
_STYLE_ONE = re.compile(r"\\([0-9a-fA-F]{1,6})(?:\r\n|[ \t\r\n\f])?")
_QUOTED_PRINTABLE = re.compile(r"=(?:[0-9A-F]{2}|\r?\n)(?:=(?:[0-9A-F]{2}|\r?\n))*")
_FOLDED_LINE = re.compile(r"\r\n[ \t](?=\S)")
_UTF7 = re.compile(r"\+[A-Za-z0-9+/]{3,}-?")
_TAG_CHARACTERS = re.compile("[\U000e0020-\U000e007e][\U000e0020-\U000e007e]*")
_CONCATENATION = re.compile(r"(?<=[A-Za-z0-9+/_-]{8})([\"'`])\s*\+\s*\1(?=[A-Za-z0-9+/_-]{8})")
_PUNYCODE = re.compile(r"\bxn--[a-z0-9-]+", re.IGNORECASE)

_TERMINAL = re.compile(r"(?:\x1b|\\x1[bB]|\\0?33|\\e|\\u001[bB]|\^\[|\u241b)\[[0-9;?]{0,20}[A-Za-z]")
_STRUCK_OVER = re.compile(r"[^\x08\n]\x08")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\[\]\s]{1,40}\]")
_SPACED_OUT = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9]([^A-Za-z0-9\n\x00\x1d\x1e]{1,3})[A-Za-z0-9](?:\1[A-Za-z0-9]){2,}(?![A-Za-z0-9])"
)
_ENCODED_WORD_BREAK = re.compile(r"\?=[ \t]*\r?\n?[ \t]+=\?[\w-]+\?[QqBb]\?")


def _percent(match: re.Match[str]) -> str | None:
    if match[0].startswith("%u"):
        return _units(re.findall(r"%u(.{4})", match[0]))
    return unquote(match[0], errors="replace")


def _script(match: re.Match[str]) -> str | None:
    text = match[0]
    if text.startswith(("\\u{", "\\U")):
        return _character(int(text.strip("\\uU{}"), 16))
    if text.startswith("\\u"):
        return _units(re.findall(r"\\u(.{4})", text))
    if text.startswith("\\x"):
        return _text(bytes.fromhex(text.replace("\\x", "")))
    if text[1:2].isdigit():
        return _text(bytes(int(octal, 8) for octal in re.findall(r"\\(\d{3})", text)))
    if text[1] in "\r\n":
        return ""
    return {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " ", "v": " "}.get(text[1], text[1])


def _style(match: re.Match[str]) -> str | None:
    return "".join(_character(int(escape[1], 16)) for escape in _STYLE_ONE.finditer(match[0]))


def _quoted_printable(match: re.Match[str]) -> str | None:
    return _text(binascii.a2b_qp(match[0]))


def _utf7(match: re.Match[str]) -> str | None:
    try:
        decoded = match[0].encode("ascii").decode("utf-7")
    except UnicodeError:
        return None
    return decoded if decoded.isprintable() else None


def _punycode(match: re.Match[str]) -> str | None:
    try:
        return match[0][4:].encode("ascii").decode("punycode")
    except (UnicodeError, IndexError):
        return None


def _units(codes: list[str]) -> str:
    """The text of UTF-16 code units in hexadecimal, with surrogate pairs joined."""
    return b"".join(int(code, 16).to_bytes(2, "big") for code in codes).decode("utf-16-be", "replace")


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


_ESCAPES: tuple[tuple[str, str, re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = (
    ("percent-encoding", "%", _PERCENT, _percent),
    ("escapes", "\\", _SCRIPT, _script),
    ("style escapes", "\\", _STYLE, _style),
    ("quoted-printable", "=", _QUOTED_PRINTABLE, _quoted_printable),
    ("folded lines", "\r\n", _FOLDED_LINE, lambda found: ""),
    ("UTF-7", "+", _UTF7, _utf7),
    ("tag characters", "", _TAG_CHARACTERS, lambda found: "".join(chr(ord(c) - 0xE0000) for c in found[0])),
    ("punycode", "--", _PUNYCODE, _punycode),
    ("texts joined", "+", _CONCATENATION, lambda found: ""),
    ("terminal colours", "[", _TERMINAL, lambda found: ""),
    ("struck over", "\x08", _STRUCK_OVER, lambda found: ""),
    ("footnote marks", "[^", _FOOTNOTE_MARK, lambda found: ""),
    ("encoded words", "?=", _ENCODED_WORD_BREAK, lambda found: ""),
    ("letters apart", "", _SPACED_OUT, lambda found: found[0].replace(found[1], "")),
)
"""Each kind of escape: its name, what a text must contain to be searched for it, its pattern, and how to decode a match."""


def resolve_escapes(source: DecodedText) -> Iterator[DecodedText]:
    """The text with its escapes resolved, once for each kind of escape that it contains."""
    text = source.text
    ascii_only = text.isascii()
    for layer, needed, pattern, decode in _ESCAPES:
        if needed not in text or (pattern is _TAG_CHARACTERS and ascii_only):
            continue
        decoded = source.decode_matches(pattern, decode, layer)
        if decoded is not None:
            yield decoded
    if "&" in text and (resolved := entities(source)) is not None:
        yield resolved


_QUOTED = re.compile(r"\"([^\"\n]{0,60})\"|'([^'\n]{0,60})'|`([^`]{0,60})`|\x00")
_BETWEEN = "----"
"""What separates joined texts: a name in two halves is found across it, ordinary words of two texts are not."""


def join_quoted_texts(source: DecodedText) -> DecodedText | None:
    """The short quoted texts of code or of one tag's attributes, joined in their order; None with fewer than two.

    Scripts, style sheet variables and `attr()` can put a name together from such parts.
    """
    text = source.text
    if (source.parsed and "attributes" not in source.layers) or text.lstrip()[:1] in ("{", "["):
        return None
    stretches: list[Stretch] = []
    for match in _QUOTED.finditer(text):
        if match.lastindex is None:
            stretches.append((BARRIER, match.start()))
        elif match[match.lastindex]:
            stretches.append((match[match.lastindex] + _BETWEEN, match.start(match.lastindex)))
    return source.with_stretches(stretches, "texts put together", parsed=True) if len(stretches) > 1 else None


# -- encoded stretches: a text or a file written in letters and digits

_BASE64 = re.compile(
    r"(?<![A-Za-z0-9+/_-])(?:(?:[A-Za-z0-9+/]{40,}\r?\n[ \t]*)+[A-Za-z0-9+/]{2,}={0,2}|[A-Za-z0-9+/_-]{10,}={0,2})"
)
_BASE32 = re.compile(r"[A-Z2-7](?<![A-Za-z0-9].)[A-Z2-7]{9,}={0,6}(?![A-Za-z0-9])")
_HEX = re.compile(
    r"[0-9a-fA-F](?<![0-9a-zA-Z].)(?:(?<=0)[xX][0-9a-fA-F]{2}|[0-9a-fA-F])"
    r"(?:(?:[\s,:;-]{1,2}(?:0[xX])?)?[0-9a-fA-F]{2}){4,}(?![0-9a-zA-Z])"
)
_DECIMAL = re.compile(r"\d(?<![\d.].)\d{1,2}(?:[\s,;]{1,2}\d{2,3}){4,}(?![\d.])")
_BINARY = re.compile(r"[01][01]{7}(?:[\s,]?[01]{8}){4,}")
_ASCII85 = re.compile(r"<~([!-uz\s]{8,})~>")
_UUENCODE = re.compile(r"begin (?<!\wbegin )[0-7]{3} .*\n((?:[ -`]{1,62}\n)+?)`?\s*\n?end", re.MULTILINE)

_DUMP_LINE = r"[ \t]*(?:0x)?[0-9a-fA-F]{4,8}:?[ \t]{1,3}((?:[0-9a-fA-F]{2}){1,2}(?:[ \t]{1,2}(?:[0-9a-fA-F]{2}){1,2})*)(?![^\s]).*"
_DUMP = re.compile(rf"^{_DUMP_LINE}(?:\n{_DUMP_LINE})+", re.MULTILINE)


def _decode_base64(token: str) -> Iterator[bytes]:
    if "\n" not in token and (token.islower() or token.isupper() or token.isdigit()):
        return
    plain = re.sub(r"\s", "", token).rstrip("=").replace("-", "+").replace("_", "/")
    for start in range(4):
        cut = plain[start:]
        whole = cut[: len(cut) - (len(cut) % 4 == 1)]
        yield base64.b64decode(whole + "=" * (-len(whole) % 4))
        if (
            "\n" not in token
            and len(token) < 24
            and start == 0
            and token.isalnum()
            and not any(map(str.isdigit, token))
        ):
            return  # most likely an identifier in code; one try is enough
    backwards = plain[::-1]
    yield base64.b64decode(backwards[: len(backwards) - (len(backwards) % 4 == 1)] + "=" * (-len(backwards) % 4))


def _decode_base32(token: str) -> Iterator[bytes]:
    plain = token.rstrip("=")
    plain = plain[: len(plain) - {1: 1, 3: 1, 6: 1}.get(len(plain) % 8, 0)]
    yield base64.b32decode(plain + "=" * (-len(plain) % 8))


def _decode_hex(token: str) -> Iterator[bytes]:
    digits = re.sub(r"0[xX]|[^0-9a-fA-F]", "", token)
    yield bytes.fromhex(digits[: len(digits) // 2 * 2])


def _decode_decimal(token: str) -> Iterator[bytes]:
    digits = re.findall(r"\d+", token)
    for base in (10, 8):
        if base == 10 or not set(token) & {"8", "9"}:
            codes = [int(code, base) for code in digits]
            if all(code < 256 for code in codes):
                yield bytes(codes)


def _decode_dump(token: str) -> Iterator[bytes]:
    """The bytes of a hex dump, whose lines begin with an offset and may end with the characters."""
    whole = b""
    for line in token.split("\n"):
        if match := re.match(_DUMP_LINE, line):
            whole += bytes.fromhex(re.sub(r"\s", "", match[1]))[:16]
    yield whole


def _decode_binary(token: str) -> Iterator[bytes]:
    yield bytes(int(code, 2) for code in re.findall(r"[01]{8}", token))


def _decode_uuencode(token: str) -> Iterator[bytes]:
    lines = token.split("\n", 1)[1].rsplit("end", 1)[0].splitlines()
    yield b"".join(binascii.a2b_uu(line) for line in lines if line.strip())


def _decode_ascii85(token: str) -> Iterator[bytes]:
    yield base64.a85decode(token, adobe=True)


_STRETCHES: tuple[tuple[str, re.Pattern[str], Callable[[str], Iterator[bytes]]], ...] = (
    ("base64", _BASE64, _decode_base64),
    ("base32", _BASE32, _decode_base32),
    ("hexadecimal", _HEX, _decode_hex),
    ("character codes", _DECIMAL, _decode_decimal),
    ("binary digits", _BINARY, _decode_binary),
    ("Ascii85", _ASCII85, _decode_ascii85),
    ("uuencode", _UUENCODE, _decode_uuencode),
    ("dump", _DUMP, _decode_dump),
)


_PROMISING = re.compile(
    rb"[\t\n\x20-\x7e]{5}|(?:[\x20-\x7e]\x00){5}|\A(?:\x1f\x8b|x[\x01\x5e\x9c\xda])|[\xc3-\xf4][\x80-\xbf]{1,3}[\xc3-\xf4][\x80-\xbf]"
)
"""What decoded bytes contain when they are worth reading."""

_DEFLATED = 24
"""From this many bytes on, decoded bytes may be a compressed text without one readable word."""


_SHORT, _REMEMBERED = 120, 1 << 16
"""Tokens of so many letters, and so many of them, are decoded once: most are names in code, which every page repeats."""


def decode_stretches(source: DecodedText) -> Iterator[tuple[str, int, bytes]]:
    """The encoded stretches of a text, as (encoding, index in the text, decoded bytes)."""
    for number, (kind, pattern, _) in enumerate(_STRETCHES):
        for match in pattern.finditer(source.text):
            token = match[0]
            for raw in _decoded_before(number, token) if len(token) <= _SHORT else _decoded(number, token):
                yield kind, match.start(), raw


def _decoded(number: int, token: str) -> Iterator[bytes]:
    """What is worth reading of a token in one of the encodings."""
    try:
        for raw in _STRETCHES[number][2](token):
            if _PROMISING.search(raw) or len(raw) >= _DEFLATED:
                yield raw
    except (ValueError, binascii.Error):
        pass


@lru_cache(_REMEMBERED)
def _decoded_before(number: int, token: str) -> tuple[bytes, ...]:
    return tuple(_decoded(number, token))
