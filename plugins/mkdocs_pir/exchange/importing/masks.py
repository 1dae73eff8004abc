"""Removing addresses, secrets and names of people from every text, as the mapping says; counted, never listed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

# bounded, so that a long run of letters costs no more than its length
_PATTERNS: dict[str, tuple[re.Pattern[str], str]] = {
    "email": (
        re.compile(
            r"\b(?!git@)[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24}\b"
        ),
        "(address removed)",
    ),
    "token": (
        re.compile(
            r"\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}\b|\bgithub_pat_\w{22,}|\bglpat-[\w-]{20,}"
            r"|\bxox[abprs]-[A-Za-z0-9-]{10,}|\bAIza[\w-]{35}|\b[sr]k_live_[A-Za-z0-9]{16,}"
            r"|\beyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]*"
            r"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-]{1,8000}(?:-----END [A-Z ]{0,20}PRIVATE KEY-----)?"
            r"|(?<=://)[^\s/:@]{1,100}:[^\s/@]{1,200}(?=@)"
            r"|(?i:(?<=bearer )[A-Za-z0-9._~+/-]{12,}=*)"
            r"|(?i:(?<=password=)|(?<=password: )|(?<=passwd=)|(?<=pwd=)|(?<=token=)|(?<=secret=)|(?<=api_key=)|(?<=apikey=))"
            r"[^\s,;&\"'<>|]{6,}"
        ),
        "(secret removed)",
    ),
}
_NAME_REMOVED = "(name removed)"
_SHORTEST_NAME = 3
_WORD = re.compile(r"\w+")

Mask = Callable[[str], str]


class Masks:
    """Removes what the mapping names from a text, and counts the removals."""

    def __init__(self, kinds: Sequence[str], names: Iterable[str] = ()) -> None:
        self.patterns = [_PATTERNS[kind] for kind in kinds]
        self.names = _Names(names)
        self.count = 0

    def __call__(self, text: str) -> str:
        for pattern, instead in self.patterns:
            text, found = pattern.subn(instead, text)
            self.count += found
        text, found = self.names.take_out(text)
        self.count += found
        return text


class _Names:
    """Finds names by their first word: thousands of people cost no more than the words of the text."""

    def __init__(self, names: Iterable[str]) -> None:
        self.by_first: dict[str, list[re.Pattern[str]]] = defaultdict(list)
        # the longest first, so that no name leaves the rest of a longer one behind
        whole = {form for name in names for form in _forms(name)}
        for name in sorted(whole, key=lambda n: (-len(n), n)):
            if first := _WORD.match(name):
                words = re.escape(name).replace(r"\ ", r"\s+")
                self.by_first[first[0].casefold()].append(re.compile(rf"{words}(?!\w)", re.I))

    def take_out(self, text: str) -> tuple[str, int]:
        if not self.by_first:
            return text, 0
        out, last, count = [], 0, 0
        for word in _WORD.finditer(text):
            if word.start() < last:
                continue
            for name in self.by_first.get(word[0].casefold(), ()):
                if found := name.match(text, word.start()):
                    out += [text[last : word.start()], _NAME_REMOVED]
                    last, count = found.end(), count + 1
                    break
        return "".join([*out, text[last:]]), count


def _forms(name: str) -> Iterable[str]:
    """A name as people write it: `Muster, Anna` is also `Anna Muster`, and what stands in brackets may be missing."""
    name = " ".join(re.sub(r"\(.*?\)", " ", name).split())
    forms = [name, re.sub(r"^([^,]+), ([^,]+)$", r"\2 \1", name)]
    return (form for form in forms if len(form) >= _SHORTEST_NAME and not form.isdigit())
