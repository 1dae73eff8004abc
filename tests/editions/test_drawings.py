"""A published drawing holds what is seen of it: no names of its parts, nothing hidden, and it looks as before."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from helpers.knowledge_base import REVIEW, pir_in, write_base
from PIL import Image, PngImagePlugin

from mkdocs_pir.editions import published_files
from mkdocs_pir.editions.svg import UnseenWords, clean


def _drawn(inner: str) -> str:
    space = 'xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
    return clean(f'<svg {space} viewBox="0 0 4 4">{inner}</svg>').decode()


@pytest.mark.parametrize(
    "inner",
    [
        '<g id="zebra"><rect width="1"/></g>',
        '<linearGradient id="zebra"/><rect fill="url(#zebra)"/>',
        '<rect inkscape:label="zebra" class="zebra" data-a="zebra"/>',
        '<text font-family="zebra">x</text>',
        '<rect fill="zebra" width="zebra" transform="zebra(1)" stroke-linecap="zebra"/>',
        '<path d="M0 0 zebra"/>',
        "<g>zebra<rect/>zebra</g>",
        "<defs><text>zebra</text></defs>",
        "<clipPath><text>zebra</text><title>zebra</title></clipPath>",
        '<g style="display:none"><text>zebra</text></g>',
        '<g display="none"><text>zebra</text></g>',
        '<g visibility="hidden"><text>zebra</text></g>',
        '<text opacity="0">zebra</text>',
        '<text style="opacity:calc(0)">zebra</text>',
        '<text style="font-size: 0px">zebra</text>',
        "<desc>zebra</desc><metadata>zebra</metadata>",
        '<text><a href="https://zebra.example">zebra</a></text>',
        '<title>zebra</title><g aria-label="zebra"><title>zebra</title></g>',
    ],
)
def test_what_is_not_seen_goes(inner: str) -> None:
    assert "zebra" not in _drawn(inner)


@pytest.mark.parametrize(
    "inner",
    [
        '<text x="1" y="9">Queue <tspan dx="1">depth</tspan> at noon</text>',
        '<text font-family="\'Segoe UI\', Arial, sans-serif" font-size="1.5em" text-anchor="middle">x</text>',
        '<path d="M0,0l10-5.5.3e-4A1 1 0 01 2 3Z" fill="#f00" stroke="DarkRed" stroke-width="2px" />',
        '<g opacity="0.5" transform="translate(1, 2) rotate(45)"><rect width="1e2" /></g>',
    ],
)
def test_what_is_seen_stays(inner: str) -> None:
    assert inner in _drawn(inner)


def test_colours_of_a_style_and_what_they_refer_to_stay() -> None:
    drawn = _drawn('<linearGradient id="g1"><stop style="stop-color:#f00"/></linearGradient><rect fill="url(#g1)"/>')
    assert '<linearGradient id="a1"><stop stop-color="#f00" /></linearGradient><rect fill="url(#a1)" />' in drawn


def test_a_style_sheet_that_hides_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="style sheet hides"):
        _drawn("<style>.later { display: none }</style><text class='later'>zebra</text>")


HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200">\n'
GRADIENT = '<linearGradient id="g"><stop stop-color="#fff"/><stop offset="1" stop-color="#eee"/></linearGradient>'
SHOWN = {
    "plain words": '<text x="10" y="20">zebra crossing</text>',
    "in a box": '<rect x="5" y="5" width="150" height="30" fill="#eef"/><text x="10" y="20">zebra</text>',
    "white in a dark box": '<rect width="400" height="200" fill="#123"/><text x="10" y="20" fill="#fff">zebra</text>',
    "white on a dark path": '<path d="M0 0H400V200H0z" fill="#123"/><text x="10" y="20" fill="white">zebra</text>',
    "white in a dark circle": '<circle cx="200" cy="100" r="90"/><text x="200" y="105" text-anchor="middle" fill="#fff">zebra</text>',
    "lines of tspans": '<text x="10" y="20">one<tspan x="10" dy="1.2em">zebra</tspan><tspan x="10" dy="1.2em">three</tspan></text>',
    "turned at the side": '<text transform="translate(20,180) rotate(-90)">zebra per minute</text>',
    "under a frame": '<text x="10" y="20">zebra</text><rect width="399" height="199" fill="none" stroke="#000"/>',
    "beside what comes later": '<text x="10" y="20">zebra</text><rect x="100" y="100" width="90" height="90"/>',
    "within a clip as large as the drawing": '<clipPath id="c"><rect width="400" height="200"/></clipPath><g clip-path="url(#c)"><text x="10" y="20">zebra</text></g>',
    "at the right edge": '<text x="395" y="20" text-anchor="end">zebra crossing the road at noon</text>',
    "under a line": '<text x="10" y="20">zebra</text><path d="M10 15H60" stroke="red" fill="none"/>',
    "in a style": '<text x="10" y="20" style="font-size:12px;line-height:1.25;font-family:Arial;fill:#333;stroke:none">zebra</text>',
    "twice, with a halo": '<text x="10" y="20" stroke="#fff" fill="#000">zebra</text><text x="10" y="20">zebra</text>',
    "no words at all": '<style>.a{fill:red}</style><rect width="4" height="4"/>',
}  # fmt: skip
HIDDEN = {
    "transparent": '<text x="10" y="20" opacity="0.05">zebra</text>',
    "transparent in a group": '<g opacity="0.2"><g opacity="20%"><text x="10" y="20">zebra</text></g></g>',
    "without paint": '<text x="10" y="20" fill="none">zebra</text>',
    "without paint from above": '<g fill="none"><text x="10" y="20">zebra</text></g>',
    "of a clear colour": '<text x="10" y="20" fill="#00000005">zebra</text>',
    "of another clear colour": '<text x="10" y="20" style="fill:rgba(0, 0, 0, 0.02)">zebra</text>',
    "white": '<text x="10" y="20" fill="#fff">zebra</text>',
    "nearly white": '<text x="10" y="20" fill="#f4f4f4">zebra</text>',
    "black in a black box": '<rect width="400" height="200"/><text x="10" y="20">zebra</text>',
    "blue on a blue path": '<path d="M0 0h400v200h-400z" fill="navy"/><text x="10" y="20" fill="#000085">zebra</text>',
    "white beside a dark corner": '<path d="M0 0H400V5H5V200H0z"/><text x="50" y="80" fill="#fff">zebra</text>',
    "white in a hole": '<path fill-rule="evenodd" d="M0 0H400V200H0zM20 20H380V180H20z"/><text x="50" y="80" fill="#fff">zebra</text>',
    "white on a path that is wrong": '<path d="M0 0 L 1 M0 0H400V200H0z"/><text x="50" y="80" fill="#fff">zebra</text>',
    "white on dashes that are not there": '<path d="M0 75H400" stroke-width="60" stroke="#000" stroke-dasharray="0 999"/><text x="50" y="80" fill="#fff">zebra</text>',
    "white where a box is cut off": '<clipPath id="c"><rect width="9" height="9"/></clipPath><rect width="400" height="200" clip-path="url(#c)"/><text x="50" y="80" fill="#fff">zebra</text>',
    "light on a light gradient": f'{GRADIENT}<rect width="400" height="200" fill="url(#g)"/><text x="10" y="20" fill="#fafafa">zebra</text>',
    "painted by a gradient": f'{GRADIENT}<text x="10" y="20" fill="url(#g)">zebra</text>',
    "black on what may be black": '<clipPath id="c"><rect width="400" height="200"/></clipPath><rect width="400" height="200" transform="skewX(9)" clip-path="url(#c)"/><text x="50" y="80">zebra</text>',
    "black on black dashes": '<path d="M0 75H400" stroke-width="60" stroke="#000" stroke-dasharray="99 1"/><text x="50" y="80">zebra</text>',
    "navy on black": '<rect width="400" height="200"/><text x="50" y="80" fill="navy">zebra</text>',
    "half above the canvas": '<text x="10" y="0.5">zebra</text>',
    "behind a box": '<text x="10" y="20">zebra</text><rect width="400" height="200" fill="#fff"/>',
    "behind a box of its colour": '<text x="10" y="20">zebra</text><rect width="400" height="200"/>',
    "behind a circle": '<text x="200" y="105" text-anchor="middle">zebra</text><circle cx="200" cy="100" r="90" fill="#eee"/>',
    "behind a curve": '<text x="10" y="20">zebra</text><path d="M-50 -50C500 -50 500 250 -50 250z" fill="#fff"/>',
    "behind an arc": '<text x="150" y="105">zebra</text><path d="M0 100A200 200 0 0 1 400 100A200 200 0 0 1 0 100z" fill="#fff"/>',
    "behind a broad line": '<text x="10" y="20">zebra</text><line x1="0" y1="15" x2="400" y2="15" stroke="#fff" stroke-width="40"/>',
    "behind many thin veils": '<text x="10" y="20">zebra</text>' + '<rect width="400" height="200" fill="#fff" opacity="0.4"/>' * 8,
    "one word behind a box": '<text x="10" y="20">crossing the road zebra</text><rect x="135" width="200" height="200" fill="#fff"/>',
    "behind other words": '<text x="10" y="20">zebra</text><text x="5" y="24" font-size="40">████</text>',
    "above the canvas": '<text x="10" y="-20">zebra</text>',
    "right of the canvas": '<text x="900" y="20">zebra</text>',
    "moved away": '<g transform="translate(-2000)"><text x="10" y="20">zebra</text></g>',
    "moved away and back by what a browser ignores": '<g transform="translate(-2000)"><text transform="translate(2000,0,0)" x="10" y="20">zebra</text></g>',
    "its end beyond the canvas": '<text x="330" y="20">crossing the road zebra</text>',
    "one tspan away": '<text x="10" y="20">crossing <tspan x="1000">zebra</tspan></text>',
    "letters away": '<text x="10 20 900 910 920" y="20">zebra</text>',
    "letters moved one by one": '<text x="10" y="20" dx="0 900">zebra</text>',
    "letters on one another": '<text x="10" y="20" letter-spacing="-1em">zebra</text>',
    "small": '<text x="10" y="20" font-size="1">zebra</text>',
    "small from above": '<g font-size="2px"><text x="10" y="20">zebra</text></g>',
    "small twice": '<g font-size="20%"><text x="10" y="20" font-size="0.5em">zebra</text></g>',
    "made small": '<text transform="scale(0.05)" x="200" y="400">zebra</text>',
    "made flat": '<text transform="scale(1,0.05)" x="10" y="400">zebra</text>',
    "made flat by slanting": '<text transform="skewX(89)" x="10" y="1">zebra</text>',
    "small by two values": '<g font-size="1"><text x="10" y="20" font-size="30 1">zebra</text></g>',
    "cut off": '<clipPath id="c"><rect width="9" height="9"/></clipPath><text x="50" y="80" clip-path="url(#c)">zebra</text>',
    "cut off by a shape": '<clipPath id="c"><circle cx="50" cy="80" r="0.1"/></clipPath><text x="50" y="80" clip-path="url(#c)">zebra</text>',
    "masked": '<mask id="m"/><text x="10" y="20" mask="url(#m)">zebra</text>',
    "filtered": '<g style="filter:opacity(0)"><text x="10" y="20">zebra</text></g>',
    "by a style sheet": '<style>text{fill:white}</style><text x="10" y="20">zebra</text>',
    "in a drawing of its own": '<svg width="1" height="1"><text x="10" y="20">zebra</text></svg>',
    "shown hidden": '<text x="10" y="20" style="visibility:/**/hidden">zebra</text>',
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_words_that_are_seen_are_published(name: str) -> None:
    assert ("zebra" in clean(f"{HEAD}{SHOWN[name]}</svg>", for_client=True).decode()) is (name != "no words at all")


@pytest.mark.parametrize("name", HIDDEN)
def test_words_that_nobody_sees_keep_a_drawing_from_a_client(name: str) -> None:
    text = f"{HEAD}<rect/>\n{HIDDEN[name]}</svg>"
    clean(text)
    with pytest.raises(UnseenWords) as refused:
        clean(text, for_client=True)
    assert refused.value.line == (1 if name == "by a style sheet" else 3)
    assert refused.value.words


@pytest.mark.parametrize(
    ("size", "words"),
    [('width="20" height="10"', "small"), ('width="1%"', "small"), ('viewBox="0 0 9999 5000" width="800"', "small")],
)
def test_a_drawing_that_is_shown_small_has_no_words(size: str, words: str) -> None:
    text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200" {size}><text x="9" y="20">zebra</text></svg>'
    text = text.replace('viewBox="0 0 400 200" viewBox', "viewBox")
    with pytest.raises(UnseenWords, match=words):
        clean(text, for_client=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<!DOCTYPE svg><svg/>", "document type"),
        ("<svg xmlns='http://www.w3.org/2000/svg'>" + "<g>" * 5_000, "200 levels deep"),
        ("<svg xmlns='http://www.w3.org/2000/svg'>", "no element found"),
        ("<svg/>", "no drawing"),
    ],
)
def test_what_is_no_drawing_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        clean(text)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_colours_that_nobody_sees_leave_a_picture_and_others_stay(form: str) -> None:
    picture = Image.new("RGBA", (4, 1), (200, 30, 30, 255))
    picture.putpixel((1, 0), (10, 20, 30, 0))
    picture.putpixel((2, 0), (90, 80, 70, 0))
    picture.putpixel((3, 0), (200, 30, 30, 128))
    out = io.BytesIO()
    picture.save(out, form, **({"lossless": True, "exact": True} if form == "WEBP" else {}))
    with Image.open(io.BytesIO(published_files._reencoded(out.getvalue(), form))) as clean_picture:
        pixels = [clean_picture.convert("RGBA").getpixel((x, 0)) for x in range(4)]
    assert pixels[1][3] == pixels[2][3] == 0
    if form == "PNG":
        assert pixels == [(200, 30, 30, 255), (0, 0, 0, 0), (0, 0, 0, 0), (200, 30, 30, 128)]
    else:
        assert pixels[1] == pixels[2]


REVIEW_WITH = REVIEW.replace(
    "recommendations:", "attachments:\n  - {file: queue.svg, title: Queue, audience: client}\nrecommendations:"
)


def test_a_clients_edition_stops_at_the_line_and_the_internal_one_is_published(tmp_path: Path) -> None:
    drawing = f'{HEAD}<rect width="9" height="9"/>\n\n<text x="10" y="20" fill="white">agreed with others</text></svg>'
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": REVIEW_WITH, "kb/pirs/2025/queue.svg": drawing})
    refused = pir_in(tmp_path, "build", "--edition", "client:harbor-credit")
    assert refused.exit_code == 1, refused.stderr
    assert "kb/pirs/2025/queue.svg:4:1: error PIR650: the words 'agreed' may be invisible" in refused.stderr
    assert not (tmp_path / "published/clients").exists()
    assert pir_in(tmp_path, "build").exit_code == 0
    seen = drawing.replace(' fill="white"', "")
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": REVIEW_WITH, "kb/pirs/2025/queue.svg": seen})
    assert pir_in(tmp_path, "build", "--edition", "client:harbor-credit").exit_code == 0
    assert b"agreed" in (tmp_path / "published/clients/harbor-credit/files/PIR-2025-0001-1.svg").read_bytes()


WORD = b"zebracrossing"


def _saved(picture: Image.Image, form: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def _of_words(mode: str, alpha: int = 255) -> Image.Image:
    """A picture whose colours are the letters of the word, under an opacity."""
    letters = [*WORD, *WORD, *WORD]
    picture = Image.new("RGBA", (len(WORD), 1))
    for x in range(len(WORD)):
        picture.putpixel((x, 0), (*letters[3 * x : 3 * x + 3], alpha))
    return picture.convert(mode)


def _of_letters() -> Image.Image:
    """The same in grey, under nothing."""
    picture = Image.new("LA", (len(WORD), 1))
    for x, letter in enumerate(WORD):
        picture.putpixel((x, 0), (letter, 0))
    return picture


def _with_palette() -> Image.Image:
    picture = Image.new("P", (4, 4), 0)
    picture.putpalette(bytes([9, 9, 9]) + WORD + bytes(300))
    return picture


def _with_text() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", WORD.decode())
    info.add_text("More", WORD.decode(), zip=True)
    return info


def _with_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = WORD.decode()
    return exif


PLAIN = Image.new("RGB", (len(WORD), 1), (1, 2, 3))
PREVIEW = b"Exif\0\0MM\0*\0\0\0\x08\0\0" + _saved(_of_words("RGB"), "PNG") + WORD
PICTURES = {
    "colours under nothing": ("PNG", _saved(_of_words("RGBA", 0), "PNG")),
    "colours under next to nothing": ("PNG", _saved(_of_words("RGBA", 2), "PNG")),
    "grey under nothing": ("PNG", _saved(_of_letters(), "PNG")),
    "colours under nothing, WebP": ("WEBP", _saved(_of_words("RGBA", 0), "WEBP", lossless=True, exact=True)),
    "colours that no pixel has": ("PNG", _saved(_with_palette(), "PNG")),
    "colours that no pixel has, GIF": ("GIF", _saved(_with_palette(), "GIF", optimize=False)),
    "text": ("PNG", _saved(PLAIN, "PNG", pnginfo=_with_text())),
    "what follows the end": ("PNG", _saved(PLAIN, "PNG") + WORD),
    "what follows the end, JPEG": ("JPEG", _saved(PLAIN, "JPEG") + WORD),
    "a comment": ("JPEG", _saved(PLAIN, "JPEG", comment=WORD)),
    "a comment, GIF": ("GIF", _saved(PLAIN, "GIF", comment=WORD)),
    "metadata": ("JPEG", _saved(PLAIN, "JPEG", exif=_with_exif())),
    "metadata, WebP": ("WEBP", _saved(PLAIN, "WEBP", exif=_with_exif(), xmp=WORD)),
    "a preview": ("JPEG", _saved(PLAIN, "JPEG", exif=PREVIEW)),
    "a profile": ("PNG", _saved(PLAIN, "PNG", icc_profile=WORD * 20)),
    "a later frame": ("PNG", _saved(PLAIN, "PNG", save_all=True, append_images=[_of_words("RGB")])),
    "a frame that is not shown": ("PNG", _saved(_of_words("RGB"), "PNG", save_all=True, append_images=[PLAIN, PLAIN], default_image=True)),
    "a later frame, GIF": ("GIF", _saved(PLAIN, "GIF", save_all=True, append_images=[_of_words("RGB")])),
    "a later frame, WebP": ("WEBP", _saved(PLAIN, "WEBP", save_all=True, append_images=[_of_words("RGB")], lossless=True)),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_but_the_pixels_that_are_seen_is_left_of_a_picture(name: str) -> None:
    form, raw = PICTURES[name]
    made = published_files._reencoded(raw, form)
    assert WORD[:6] not in made
    with Image.open(io.BytesIO(made)) as picture:
        assert getattr(picture, "n_frames", 1) == 1
        assert not {"comment", "exif", "icc_profile", "xmp", "Comment", "More"} & picture.info.keys()
        assert WORD[:6] not in picture.convert("RGBA").convert("RGB").tobytes()
        assert WORD[:6] not in picture.convert("RGBA").getchannel("R").tobytes()
        if picture.palette is not None:
            assert WORD[:6] not in bytes(picture.palette.palette)
