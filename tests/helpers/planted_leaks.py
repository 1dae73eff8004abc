"""Ways to write a name so that a plain search misses it, and files to put it into."""

from __future__ import annotations

import base64
import binascii
import codecs
import gzip
import html
import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from urllib.parse import quote

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

Encoding = Callable[[str], str]
Carrier = Callable[[str], tuple[str, bytes]]


def _each(text: str, between: str) -> str:
    return between.join(text)


def _after_each(text: str, mark: str) -> str:
    return "".join(c + mark if c.isalpha() else c for c in text)


def _shifted(text: str, capital: int, small: int) -> str:
    def one(c: str) -> str:
        if "A" <= c <= "Z":
            return chr(capital + ord(c) - 65)
        return chr(small + ord(c) - 97) if "a" <= c <= "z" else c

    return "".join(map(one, text))


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _long(text: str) -> bytes:
    return f"Seen first at {text}, on a Tuesday, and then at two others in the same week, in the same way.".encode()


def _deflated(raw: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(raw) + squeeze.flush()


_CYRILLIC = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
_GREEK = str.maketrans("aeiknoptuvxABEHIKMNOPTXZ", "αεικηορτυνχΑΒΕΗΙΚΜΝΟΡΤΧΖ")
_ACCENTS = str.maketrans("aeioulrskAEIOUS", "áéíóúĺŕškÁÉÍÓÚŠ")
_SMALL_CAPITALS = str.maketrans("abcdeghjklmnoprtuvwyz", "ᴀʙᴄᴅᴇɢʜᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")
_SUPERSCRIPTS = str.maketrans("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_LEET = str.maketrans("aeost", "4305+")
_LEET_TOO = str.maketrans("aelst", "@31$7")

ENCODINGS: dict[str, Encoding] = {
    "plain": str,
    "capitals": str.upper,
    "mixed case": lambda t: "".join(c.upper() if n % 2 else c.lower() for n, c in enumerate(t)),
    "full width": lambda t: _shifted(t, 0xFF21, 0xFF41),
    "mathematical bold": lambda t: _shifted(t, 0x1D400, 0x1D41A),
    "mathematical script": lambda t: _shifted(t, 0x1D4D0, 0x1D4EA),
    "in circles": lambda t: _shifted(t, 0x24B6, 0x24D0),
    "in squares": lambda t: _shifted(t.upper(), 0x1F130, 0x1F130),
    "small capitals": lambda t: t.lower().translate(_SMALL_CAPITALS),
    "superscripts": lambda t: t.lower().translate(_SUPERSCRIPTS),
    "Cyrillic look-alikes": lambda t: t.translate(_CYRILLIC),
    "Greek look-alikes": lambda t: t.translate(_GREEK),
    "accents": lambda t: t.translate(_ACCENTS),
    "combining accents": lambda t: _after_each(t, "\u0301"),
    "struck through": lambda t: _after_each(t, "\u0336"),
    "zero-width spaces": lambda t: _each(t, "\u200b"),
    "zero-width joiners": lambda t: _each(t, "\u200d"),
    "word joiners": lambda t: _each(t, "\u2060"),
    "byte order marks": lambda t: _each(t, "\ufeff"),
    "soft hyphens": lambda t: _each(t, "\u00ad"),
    "direction marks": lambda t: _each(t, "\u200e"),
    "variation selectors": lambda t: _after_each(t, "\ufe0f"),
    "invisible fillers": lambda t: _each(t, "\u3164"),
    "no-break spaces": lambda t: t.replace(" ", "\u00a0"),
    "hyphens between letters": lambda t: _each(t.replace(" ", ""), "-"),
    "dots between letters": lambda t: _each(t.replace(" ", ""), "."),
    "spaces between letters": lambda t: _each(t, " "),
    "middle dots between letters": lambda t: _each(t, "\u00b7"),
    "underscores": lambda t: t.replace(" ", "_"),
    "a slug": lambda t: t.lower().replace(" ", "-"),
    "camel case": lambda t: t.replace(" ", ""),
    "inside an identifier": lambda t: f"srv_{t.lower().replace(' ', '')}_01",
    "glued to other words": lambda t: f"at{t.lower().replace(' ', '')}today",
    "wrapped between words": lambda t: t.replace(" ", "\n    "),
    "wrapped inside words": lambda t: f"{t[:5]}-\n{t[5:]}",
    "digits for letters": lambda t: t.lower().translate(_LEET),
    "signs for letters": lambda t: t.lower().translate(_LEET_TOO),
    "backwards": lambda t: t[::-1],
    "ROT13": lambda t: codecs.encode(t, "rot13"),
    "base64": lambda t: _b64(t.encode()),
    "base64 for addresses": lambda t: base64.urlsafe_b64encode(_long(t)).decode().rstrip("="),
    "base64 in lines": lambda t: base64.encodebytes(_long(t) * 3).decode(),
    "base64 twice": lambda t: _b64(_b64(t.encode()).encode()),
    "base64 of UTF-16": lambda t: _b64(t.encode("utf-16-le")),
    "base64 of gzip": lambda t: _b64(gzip.compress(_long(t), mtime=0)),
    "base64 of zlib": lambda t: _b64(zlib.compress(_long(t))),
    "base64 of deflate": lambda t: _b64(_deflated(_long(t))),
    "base32": lambda t: base64.b32encode(t.encode()).decode(),
    "base64 backwards": lambda t: _b64(t.encode())[::-1],
    "Ascii85": lambda t: base64.a85encode(t.encode(), adobe=True).decode(),
    "uuencode": lambda t: "begin 644 note\n" + binascii.b2a_uu(t.encode()).decode() + "`\nend\n",
    "hexadecimal": lambda t: t.encode().hex(),
    "hexadecimal apart": lambda t: t.encode().hex(" "),
    "hexadecimal list": lambda t: ", ".join(f"0x{b:02X}" for b in t.encode()),
    "character codes": lambda t: ",".join(str(b) for b in t.encode()),
    "binary digits": lambda t: " ".join(f"{b:08b}" for b in t.encode()),
    "percent": lambda t: "".join(f"%{b:02x}" for b in t.encode()),
    "percent in part": lambda t: t.replace("e", "%65").replace(" ", "%20"),
    "percent twice": lambda t: quote("".join(f"%{b:02x}" for b in t.encode())),
    "percent u": lambda t: "".join(f"%u{ord(c):04x}" for c in t),
    "entities": lambda t: "".join(f"&#{ord(c)};" for c in t),
    "hexadecimal entities": lambda t: "".join(f"&#x{ord(c):X};" for c in t),
    "entities in part": lambda t: t.replace("e", "&#101;").replace(" ", "&nbsp;"),
    "entities twice": lambda t: "".join(f"&amp;#{ord(c)};" for c in t),
    "entities unended": lambda t: "".join(f"&#{ord(c)}" for c in t),
    "script escapes": lambda t: "".join(f"\\x{ord(c):02x}" for c in t),
    "Unicode escapes": lambda t: "".join(f"\\u{ord(c):04x}" for c in t),
    "braced escapes": lambda t: "".join(f"\\u{{{ord(c):x}}}" for c in t),
    "octal escapes": lambda t: "".join(f"\\{ord(c):03o}" for c in t),
    "style escapes": lambda t: "".join(f"\\{ord(c):x} " for c in t),
    "long style escapes": lambda t: "".join(f"\\{ord(c):06x}" for c in t),
    "quoted-printable": lambda t: "".join(f"={b:02X}" for b in t.encode()),
    "quoted-printable breaks": lambda t: f"{t[:6]}=\n{t[6:]}",
    "encoded word": lambda t: f"=?utf-8?B?{_b64(t.encode())}?=",
    "UTF-7": lambda t: "+" + base64.b64encode(t.encode("utf-16-be")).decode().rstrip("=") + "-",
    "punycode": lambda t: "xn--" + t.lower().replace(" ", "").replace("a", "а").encode("punycode").decode(),
    "tag characters": lambda t: "note" + "".join(chr(0xE0000 + ord(c)) for c in t),
    "a data address": lambda t: f"data:text/plain;base64,{_b64(t.encode())}",
    "base64 in two texts": lambda t: (lambda b: f"'{b[:13]}' + '{b[13:]}'")(_b64(_long(t))),
    "concatenated": lambda t: f"'{t[:5]}' + '{t[5:9]}' + '{t[9:]}'",
}  # fmt: skip
"""How the name is written."""

MARKUP: dict[str, Encoding] = {
    "a tag inside a word": lambda t: f"{t[:4]}<b>{t[4:7]}</b>{t[7:]}",
    "an empty tag inside a word": lambda t: f"{t[:4]}<wbr>{t[4:]}",
    "a line break inside a word": lambda t: f"{t[:4]}<br>{t[4:]}",
    "a comment inside a word": lambda t: f"{t[:4]}<!-- x -->{t[4:]}",
    "a tag round every letter": lambda t: "".join(f"<span class=c{n}>{c}</span>" for n, c in enumerate(t)),
    "an attribute that holds >": lambda t: f'{t[:4]}<i title="a > b">{t[4:]}</i>',
    "readings above the letters": lambda t: "<ruby>" + "".join(f"{c}<rt>x</rt>" for c in t) + "</ruby>",
    "readings that are never closed": lambda t: "<ruby>" + "".join(f"<rb>{c}<rp>(<rt>x<rp>)" for c in t) + "</ruby>",
    "letters raised between": lambda t: f"{t[:4]}<sup>qv</sup>{t[4:]}",
    "hidden letters between": lambda t: f"{t[:4]}<i hidden>qv <b>x</b></i>{t[4:9]}<i style='font-size:0'>x</i>{t[9:]}",
    "hidden letters in a namespace": lambda t: f"{t[:4]}<x:i hidden='1'>qv</x:i>{t[4:]}",
    "attributes that a style sheet joins": lambda t: f'<p data-a="{t[:5]}" data-b="{t[5:]}"></p>',
    "variables that a style sheet joins": lambda t: f"<style>p {{ --a: '{t[:5]}'; --b: \"{t[5:]}\" }}</style>",
    "variables that a script joins": lambda t: f"<script>const a='{t[:5]}',b=`{t[5:]}`;p.title=a+b</script>",
    "cells of a table": lambda t: "".join(f"<td>{word}</td>" for word in t.split()),
    "a tag that is never closed": lambda t: f"<p {t}",
}
"""How the name is spread over markup; only where a file is markup."""

_RAW = frozenset(
    {"entities", "hexadecimal entities", "entities in part", "entities twice", "entities unended"} | set(MARKUP)
)
"""Encodings that markup undoes: they go into it as they are."""


class _Text(str):
    """A planted text that says whether markup takes it as it is."""

    raw = False


def plant(name: str, text: str) -> _Text:
    """A name written in one of the ways."""
    made = _Text({**ENCODINGS, **MARKUP}[name](text))
    made.raw = name in _RAW
    return made


def _escaped(text: str) -> str:
    return text if getattr(text, "raw", False) else html.escape(text)


def _page(body: str, head: str = "") -> bytes:
    filler = "\n".join(f"<p>Line {n} of a page that says nothing.</p>" for n in range(6))
    return f"<!doctype html>\n<html><head><title>A page</title>{head}</head>\n<body>{filler}\n{body}\n</body></html>".encode()


def _image(form: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(out, form, **options)
    return out.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(*chunks: tuple[bytes, bytes], after: bytes = b"") -> bytes:
    plain = _image("PNG")
    return plain[:33] + b"".join(_chunk(*chunk) for chunk in chunks) + plain[33:] + after


def exif(text: str, order: str, *, wide: bool = False) -> bytes:
    """An EXIF block with one text, in little-endian ("<") or big-endian (">") order, as bytes or as UTF-16."""
    if wide:
        tag, kind, data = 0x9C9B, 1, text.encode("utf-16-le" if order == "<" else "utf-16-be")
    else:
        tag, kind, data = 0x010E, 2, text.encode() + b"\x00"
    data = data.ljust(8, b"\x00")
    head = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(f"{order}I", 8)
    return head + struct.pack(f"{order}HHHII", 1, tag, kind, len(data), 26) + struct.pack(f"{order}I", 0) + data


def _jpeg(marker: int, data: bytes) -> bytes:
    plain = _image("JPEG")
    return plain[:2] + struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data + plain[2:]


def _gif(data: bytes) -> bytes:
    plain = _image("GIF")
    blocks = b"".join(bytes([len(part)]) + part for n in range(0, len(data), 200) if (part := data[n : n + 200]))
    return plain[:-1] + b"\x21\xfe" + blocks + b"\x00;"


def pdf(text: str = "", title: str = "", note: str = "") -> bytes:
    """A PDF of one page with a text, a title or an attached note; its streams are compressed."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    if text:
        stream = DecodedStreamObject()
        stream.set_data(b"BT /F1 12 Tf 20 200 Td <" + text.encode("cp1252").hex().encode() + b"> Tj ET")
        font = {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")}
        font |= {
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
        fonts = DictionaryObject({NameObject("/F1"): DictionaryObject(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    if title:
        writer.add_metadata({"/Title": title})
    if note:
        writer.add_attachment("note.txt", note.encode())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def _tar(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def docx(text: str) -> bytes:
    """A Word file whose text is cut into runs, as Word does it."""
    half = len(text) // 2
    runs = "".join(f"<w:r><w:t>{html.escape(part)}</w:t></w:r>" for part in (text[:half], text[half:]))
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = f'<?xml version="1.0"?><w:document {space}><w:body><w:p>{runs}</w:p></w:body></w:document>'
    types = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return zipped(("[Content_Types].xml", types.encode()), ("word/document.xml", body.encode()))


def _folded(line: str) -> str:
    """A line of a calendar, escaped and folded as RFC 5545 has it."""
    line = line.replace("\n", "\\n")
    return "\r\n ".join(line[n : n + 30] for n in range(0, len(line), 30))


_HEAD = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'

CARRIERS: dict[str, Carrier] = {
    "text of a page": lambda t: (".html", _page(f"<p>Before {_escaped(t)} after.</p>")),
    "attribute of a page": lambda t: (".html", _page(f'<img alt="{_escaped(t)}" src="x.png">')),
    "data attribute": lambda t: (".html", _page(f"<div data-client='{_escaped(t)}'></div>")),
    "comment of a page": lambda t: (".html", _page(f"<!-- {t} -->")),
    "meta of a page": lambda t: (".html", _page("", f'<meta name="description" content="{_escaped(t)}">')),
    "script of a page": lambda t: (".html", _page(f"<script type='application/json'>{json.dumps({'a': str(t)})}</script>")),
    "style of a page": lambda t: (".html", _page(f"<style>.a::after {{ content: '{t}' }}</style>")),
    "hidden element": lambda t: (".html", _page(f"<div hidden style='display:none'>{_escaped(t)}</div>")),
    "style sheet": lambda t: (".css", f".client::before {{ content: '{t}'; }}\n".encode()),
    "script": lambda t: (".js", f"const names = [`{t}`, 'b'];\n".encode()),
    "JSON value": lambda t: (".json", json.dumps({"docs": [{"title": "x", "text": str(t)}]}).encode()),
    "JSON key": lambda t: (".json", json.dumps({str(t): 1}, ensure_ascii=False).encode()),
    "compressed index": lambda t: (".gz", gzip.compress(json.dumps({"t": [str(t), "x"]}).encode(), mtime=0)),
    "text of a drawing": lambda t: (".svg", f"<svg xmlns='http://www.w3.org/2000/svg'><text>{_escaped(t)}</text></svg>".encode()),
    "label of a drawing": lambda t: (".svg", f'<svg xmlns="http://www.w3.org/2000/svg" aria-label="{_escaped(t)}"/>'.encode()),
    "feed": lambda t: (".xml", f"<rss><channel><item><title>{_escaped(t)}</title></item></channel></rss>".encode()),
    "CDATA of a feed": lambda t: (".xml", f"<rss><item><![CDATA[<p>{_escaped(t)}</p>]]></item></rss>".encode()),
    "calendar": lambda t: (".ics", f"BEGIN:VEVENT\r\n{_folded(f'SUMMARY:{t}')}\r\nEND:VEVENT\r\n".encode()),
    "CSV": lambda t: (".csv", f'id,title\r\n1,"{t}"\r\n'.encode()),
    "text file": lambda t: (".txt", f"One line.\n{t}\nAnother.\n".encode()),
    "text file in UTF-16": lambda t: (".txt", f"One line.\n{t}\nAnother.\n".encode("utf-16")),
    "text file in UTF-16 without a mark": lambda t: (".txt", f"One line.\n{t}\nAnother line of text.\n".encode("utf-16-be")),
    "PNG text": lambda t: (".png", _png((b"tEXt", b"Comment\x00" + t.encode()))),
    "PNG compressed text": lambda t: (".png", _png((b"zTXt", b"Comment\x00\x00" + zlib.compress(t.encode())))),
    "PNG private chunk, compressed": lambda t: (".png", _png((b"prVt", zlib.compress(t.encode())))),
    "PNG international text": lambda t: (".png", _png((b"iTXt", b"Title\x00\x01\x00en\x00Titel\x00" + zlib.compress(t.encode())))),
    "PNG EXIF": lambda t: (".png", _png((b"eXIf", exif(t, ">")))),
    "after a PNG": lambda t: (".png", _png(after=t.encode())),
    "JPEG comment": lambda t: (".jpg", _jpeg(0xFE, t.encode())),
    "JPEG EXIF, little-endian": lambda t: (".jpg", _jpeg(0xE1, b"Exif\x00\x00" + exif(t, "<"))),
    "JPEG EXIF, big-endian": lambda t: (".jpg", _jpeg(0xE1, b"Exif\x00\x00" + exif(t, ">"))),
    "JPEG EXIF, UTF-16 little-endian": lambda t: (".jpg", _jpeg(0xE1, b"Exif\x00\x00" + exif(t, "<", wide=True))),
    "JPEG EXIF, UTF-16 big-endian": lambda t: (".jpg", _jpeg(0xE1, b"Exif\x00\x00" + exif(t, ">", wide=True))),
    "JPEG XMP": lambda t: (".jpg", _jpeg(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + _HEAD + _escaped(t).encode())),
    "after a JPEG": lambda t: (".jpg", _image("JPEG") + t.encode()),
    "a ZIP after a JPEG": lambda t: (".jpg", _image("JPEG") + zipped(("a.txt", t.encode()))),
    "GIF comment": lambda t: (".gif", _gif(t.encode())),
    "WebP EXIF": lambda t: (".webp", _image("WEBP", exif=exif(t, "<"))),
    "PDF text": lambda t: (".pdf", pdf(text=t)),
    "PDF title": lambda t: (".pdf", pdf(title=t)),
    "PDF attachment": lambda t: (".pdf", pdf(note=t)),
    "Word file": lambda t: (".docx", docx(t)),
    "ZIP": lambda t: (".zip", zipped(("notes/a.txt", t.encode()))),
    "ZIP in a compressed TAR": lambda t: (".tgz", gzip.compress(_tar("inner.zip", zipped(("a.txt", t.encode()))), mtime=0)),
    "web manifest": lambda t: (".webmanifest", json.dumps({"name": str(t)}, ensure_ascii=False).encode()),
}  # fmt: skip
"""Where it is put: the end of the file's name, and its content."""

MARKED_UP = frozenset({"text of a page", "hidden element", "text of a drawing", "feed", "CDATA of a feed"})
"""Carriers whose text is markup."""
