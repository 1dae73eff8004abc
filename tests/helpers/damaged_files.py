"""What a slip, a merge or an attacker makes of a good file."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

SMALL = [
    "",
    " ",
    "\n",
    "\t",
    "\r",
    '"',
    "'",
    ":",
    ": ",
    "-",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "#",
    " #",
    "&a ",
    "*a",
    "!!x ",
]
SMALL += [
    "|",
    ">",
    "?",
    "%",
    "@",
    "`",
    "\\",
    "~",
    "<<: ",
    "0",
    "9",
    "é",
    "🚒",
    "\ufeff",
    "\x00",
    "\x1b",
    "\x85",
    "\u2028",
]
LARGE = [
    "---\n",
    "---",
    "```\n",
    "/// internal\n",
    "## A\n",
    "a: &a [x]\nb: *a\n",
    "? [a]\n: b\n",
    "x-a: 1\n",
    "id: LL-0001\n",
]
LARGE += [
    "PIR-2025-0001",
    "[[LL-9]]",
    "[a](../x.md)",
    "2024-13-45",
    "1e400",
    "9" * 30,
    "{{ x }}",
    "<script>",
    "[" * 25,
    "- " * 40,
]
LARGE += ["\u202e", "\ud7ff", "\uffff", "null", "yes", "'" * 9, "\r\n", ";", "\\x00", '"\\u202e"', "audience: shared\n"]

Edit = Callable[[str], str]


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """One thing that a slip, a merge or an attacker does to a text."""
    kind = draw(
        st.sampled_from(["insert", "delete", "replace", "drop line", "double line", "move line", "cut", "indent"])
    )
    place = draw(st.floats(0, 1, exclude_max=True))
    other = draw(st.floats(0, 1, exclude_max=True))
    piece = draw(st.sampled_from(SMALL + LARGE) | st.text(max_size=4))
    length = draw(st.integers(1, 12))

    def edit(text: str) -> str:
        at = int(place * (len(text) + 1))
        lines = text.split("\n")
        line, to = int(place * len(lines)), int(other * len(lines))
        if kind == "insert":
            return text[:at] + piece + text[at:]
        if kind == "delete":
            return text[:at] + text[at + length :]
        if kind == "replace":
            return text[:at] + piece + text[at + length :]
        if kind == "cut":
            return text[:at]
        if kind == "drop line":
            del lines[line]
        elif kind == "double line":
            lines.insert(line, lines[line])
        elif kind == "move line":
            lines.insert(to, lines.pop(line))
        else:
            lines[line] = " " * (length % 5) + lines[line].lstrip()
        return "\n".join(lines)

    return edit


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """A good file after a few edits, some of them to its bytes."""
    for edit in draw(st.lists(edits(), min_size=1, max_size=4)):
        text = edit(text)
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    raw = text.encode("utf-8", "surrogatepass")
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        at = draw(st.integers(0, len(raw)))
        raw = raw[:at] + draw(st.binary(max_size=3)) + raw[at + draw(st.integers(0, 2)) :]
    return raw
