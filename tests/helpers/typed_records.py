"""Random records, and their front matter as many people would type it: in any order, with comments and odd spaces."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from hypothesis import strategies as st

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cn", "Cs", "Zl", "Zp"]), min_size=1, max_size=30
) | st.sampled_from(
    ["no", "010", "1e3", "08:30", "a: b", "# a", "a #b", "- a", "~", "'a'", '"', "\\", "x, y", "{a}", "404 not found", "---", "a\nb", "a\n\n b\n"]
)  # fmt: skip
DAY = st.dates().map(lambda day: day.replace(year=1900 + day.year % 300).isoformat())
STAMP = st.builds("{}{}{}{}".format, DAY, st.sampled_from("T "), st.sampled_from(["02:10", "02:10:11", "23:59:59.25"]), st.sampled_from(["Z", "+00:00", "-05:30"]))  # fmt: skip
WORDS = st.lists(TEXT, max_size=3, unique=True)
NOTE = st.recursive(TEXT, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2))

LESSONS = st.fixed_dictionaries(
    {"id": st.just("LL-0002"), "title": TEXT, "status": st.sampled_from(["draft", "validated"])},
    optional={
        "symptoms": WORDS,
        "lesson": TEXT,
        "tags": WORDS,
        "validated_on": DAY,
        "release": st.fixed_dictionaries({"approved_by": TEXT, "on": DAY}),
        "x-note": NOTE,
        "x-allow": st.dictionaries(TEXT, TEXT, max_size=2),
    },
)
ACTION = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["A1", "A2"]),
        "title": TEXT,
        "type": st.just("detect"),
        "status": st.just("open"),
        "created": DAY,
    },
    optional={"owner": TEXT, "due": DAY, "causes": st.lists(st.just("change/x"), max_size=1), "x-n": NOTE},
)
REVIEWS = st.fixed_dictionaries(
    {
        "id": st.just("PIR-2025-0001"),
        "title": TEXT,
        "client": st.just("harbor-credit"),
        "status": st.just("draft"),
        "times": st.fixed_dictionaries({"resolved": STAMP}, optional={"detected": STAMP, "impact_start": STAMP}),
    },
    optional={"impact": st.fixed_dictionaries({"users": st.just(410), "summary": TEXT}), "actions": st.lists(ACTION, max_size=3), "tags": WORDS},
)  # fmt: skip


@dataclass
class _Hand:
    """Writes values as YAML the way many people would, never twice the same, with a comment here and there."""

    draw: st.DrawFn
    comments: list[str] = field(default_factory=list)

    def one(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def comment(self, about: str) -> str:
        self.comments.append(f"# {len(self.comments)}c of {json.dumps(about)}")
        return self.comments[-1]

    def scalar(self, value: object, *, flow: bool, column: int) -> str:
        if not isinstance(value, str):
            return json.dumps(value)
        plain = re.fullmatch(r"[A-Za-z0-9](?:[\w./+: -]*[\w./+-])?", value, re.ASCII) and ": " not in value
        ways = ["double"]
        if plain and value not in ("null", "Null", "NULL"):
            ways += ["plain"] * 3
        if "\n" not in value:
            ways += ["single"]
        if not flow and value.strip() == value and re.fullmatch(r"[ -~\n]+", value):
            ways += ["literal"]
        way = self.one(*ways)
        if way == "plain":
            return value
        if way == "single":
            return "'" + value.replace("'", "''") + "'"
        if way == "literal":
            remark = f"  {self.comment('a text')}" if self.one("no", "no", "yes") == "yes" else ""
            pad = " " * (column + self.draw(st.integers(1, 4)))
            lines = "\n".join(pad + line if line else "" for line in value.split("\n"))
            return f"|-{remark}\n{lines}" + self.one("", "\n", "\n\n")
        return json.dumps(value, ensure_ascii=False)

    def flow(self, value: object) -> str:
        space = self.one("", " ", "  ")
        if isinstance(value, dict):
            items = [f"{self.scalar(k, flow=True, column=0)}: {space}{self.flow(v)}" for k, v in self.shuffled(value)]
            return "{" + space + self.one(", ", " ,  ", ",\n       ").join(items) + self.one("", " ") + "}"
        if isinstance(value, list):
            return "[" + space + self.one(", ", ",  ", " ,\n      ").join(map(self.flow, value)) + "]"
        return self.scalar(value, flow=True, column=0)

    def shuffled(self, value: dict[str, object]) -> list[tuple[str, object]]:
        return self.draw(st.permutations(list(value.items())))

    def block(self, value: object, column: int, about: str) -> str:
        """What stands after a key or dash, line end included. `column` is that of the key or dash."""
        if not value or not isinstance(value, dict | list) or self.one("block", "block", "flow") == "flow":
            text = self.flow(value) if isinstance(value, dict | list) else self.scalar(value, flow=False, column=column)
            remark = f" {self.comment(about)}" if "|-" not in text[:2] and self.one("no", "no", "yes") == "yes" else ""
            return f" {text}{remark}\n"
        # only below a key, not below a dash, may a list begin at the same column
        level = isinstance(value, list) and about != "the -"
        inner = column + self.draw(st.integers(0 if level else 1, 4))
        remark = f"  {self.comment(about)}" if self.one("no", "no", "yes") == "yes" else ""
        return f"{remark}\n" + self.lines(value, inner)

    def lines(self, value: object, column: int, *, dashed: bool = False) -> str:
        """The entries of a list or mapping on lines of their own; with `dashed`, the first goes on a begun line."""
        out = ""
        pad = " " * column
        pairs = self.shuffled(value) if isinstance(value, dict) else [("-", item) for item in value]  # type: ignore[union-attr]
        for key, item in pairs:
            begun = dashed and not out
            if not begun and self.one("no", "no", "no", "yes") == "yes":
                out += self.one("", "\n") + f"{pad}{self.comment('the ' + key)}\n"
            if isinstance(value, list) and isinstance(item, dict) and item and self.one("dash", "other") == "dash":
                gap = self.draw(st.integers(1, 3))
                out += ("" if begun else pad) + "-" + " " * gap + self.lines(item, column + 1 + gap, dashed=True)
                continue
            name = "-" if isinstance(value, list) else self.scalar(key, flow=True, column=0) + self.one(":", ":", " :")
            out += ("" if begun else pad) + name + self.block(item, column, f"the {key}")
        return out


@st.composite
def written(draw: st.DrawFn, records: st.SearchStrategy[dict[str, object]]) -> tuple[dict[str, object], str, list[str]]:
    """A record, its front matter as a person may have typed it, and the comments in it."""
    record, hand = draw(records), _Hand(draw)
    text = hand.lines(record, draw(st.sampled_from([0, 0, 0, 2])))
    return record, text, hand.comments
