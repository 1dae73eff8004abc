"""The names of records that texts can contain, in any spelling: ids, titles, and paths of files and pages."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from urllib.parse import unquote

from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.references import Ids

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//)", re.I)
_RUN = re.compile(r"[^\s<>\"'`()\[\]{}|*]++")
_MAY_BE_NAME = re.compile(r"[-/%&\\\d]")
_FILE_TYPE = re.compile(r"\.(?:md|html?)(?:[#?]|$)")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")
_MARKS = re.compile(r"<[^<>]*>|[*_`~^=\[\]]+")
_MAX_PARTS = 12
_REMEMBERED = 1 << 17
"""So many texts are searched once, however many editions show them."""


class RecordNames:
    """The names of all records of a knowledge base, which are the same for all its editions."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.ids = Ids(kb.record_files.values())
        self.site = _SCHEME.sub("", kb.settings.site_url.casefold()).strip("/")
        self._kb = kb
        self._has_any: dict[str, bool] = {}

    def has_any(self, words: str) -> bool:
        """Whether words name any record; where they do not, they name no withheld record of any edition."""
        result = self._has_any.get(words)
        if result is None:
            if len(self._has_any) == _REMEMBERED:
                self._has_any.clear()
            result = self._has_any[words] = next(WithheldRecords(self, ()).search(words), None) is not None
        return result

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """The ids that people write, of records and their parts, without regard to case, each with its record."""
        codes: dict[str, str] = {}
        for id_, owner in (*((id_, id_) for id_ in self.ids.kinds), *self.ids.parts.items()):
            if id_[:1].isupper() and ("-" in id_ or any(c.isdigit() for c in id_)):
                codes.setdefault(id_.casefold(), owner)
        return codes

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """The paths of files, and ids that are like one, each with its record."""
        paths: dict[str, str] = {}
        for path, id_ in self.ids.paths.items():
            paths.setdefault(path.removesuffix(".md").casefold(), id_)
            if "/" in id_:
                paths.setdefault(id_.casefold(), id_)
        return paths

    @cached_property
    def titles(self) -> Mapping[str, list[str]]:
        """The records that have a title, as a reader sees it."""
        titles: dict[str, list[str]] = {}
        for entry in self._kb.record_files.values():
            if title := _title(entry):
                titles.setdefault(seen(title), []).append(entry.id)
        return titles


def _title(entry: RecordFile) -> str:
    """The title or name of a record, empty if it has none."""
    if entry.record is None:
        title = entry.data.get("title", entry.data.get("name"))
        return title if isinstance(title, str) else ""
    return str(getattr(entry.record, "title", "") or getattr(entry.record, "name", ""))


class WithheldRecords:
    """Finds the names of records that an edition does not show."""

    def __init__(self, names: RecordNames, shown: Collection[str]) -> None:
        self._names = names
        self._shown = shown

    def _kind(self, id_: str | None) -> str | None:
        return self._names.ids.kinds[id_] if id_ is not None and id_ not in self._shown else None

    def places(self, words: str) -> Iterator[tuple[int, int, str]]:
        """The places where words name a withheld record by its id, path or address, as (start, end, kind).

        In a stretch without spaces the place is the whole of a path or of an encoded text, else only the id.
        """
        return self.search(words) if self._names.has_any(words) else iter(())

    def search(self, words: str) -> Iterator[tuple[int, int, str]]:
        """The same, where nothing is known of the words."""
        if _MAY_BE_NAME.search(words) is None:
            return
        for match in _RUN.finditer(words):
            run = match[0]
            if not _MAY_BE_NAME.search(run):
                continue
            plain = spelt_out(run)
            if "/" in plain or _FILE_TYPE.search(plain) or plain != run.casefold():
                path = run.rstrip(".,;:!?")
                if (kind := self.address(path)) is not None:
                    yield match.start(), match.start() + len(path), kind
                continue
            for word in _WORD.finditer(run):
                if (kind := self.word(word[0])) is not None:
                    yield match.start() + word.start(), match.start() + word.end(), kind

    def title(self, text: str) -> str | None:
        """The kind of the withheld record whose title a text is or contains; None without one."""
        title = seen(text)
        ids = self._names.titles.get(title, ())
        if not ids and " " in title:
            words = title.split(" ")
            spans = (" ".join(words[a:b]) for a in range(len(words)) for b in range(a + 2, min(a + 20, len(words)) + 1))
            ids = next((same for span in spans if (same := self._names.titles.get(span))), ())
        return None if any(id_ in self._shown for id_ in ids) else self._kind(next(iter(ids), None))

    def word(self, text: str) -> str | None:
        """The kind of the withheld record whose id a word is or contains; None without one."""
        return next((kind for code in self._codes(spelt_out(text)) if (kind := self._kind(code))), None)

    def _codes(self, text: str) -> Iterator[str]:
        codes = self._names.codes
        for match in _CODE.finditer(text):
            if (whole := codes.get(match[0])) is not None:
                yield whole
                continue
            parts = match[0].split("-")[:_MAX_PARTS]
            for a in range(len(parts)):
                for b in range(len(parts), a, -1):
                    if (part := codes.get("-".join(parts[a:b]))) is not None:
                        yield part

    def address(self, text: str) -> str | None:
        """The kind of the withheld record that an address or a path names; `page` for any address on the internal site."""
        plain = spelt_out(text)
        if (kind := self.word(plain)) is not None:
            return kind
        bare = _SCHEME.sub("", plain, count=1).strip("/")
        if self._names.site and (bare == self._names.site or bare.startswith(f"{self._names.site}/")):
            return self._kind(self._names.paths.get(_stem(bare.removeprefix(self._names.site)))) or "page"
        parts = _stem(bare).split("/")[-_MAX_PARTS:]
        ends = ("/".join(parts[n:]) for n in range(len(parts) - 1))
        return next((kind for end in ends if (kind := self._kind(self._names.paths.get(end)))), None)


def spelt_out(text: str, *, folded: bool = True) -> str:
    """A text with entities, escapes and percent-encoding decoded as a browser would, also where they are nested."""
    for _ in range(6):
        undone = unquote(html.unescape(_ESCAPED.sub(r"\1", text))) if set(text) & set("\\&%") else text
        if undone == text:
            break
        text = undone
    return text.strip().casefold() if folded else text.strip()


def seen(text: str) -> str:
    """The words of a text as its reader sees them, for comparison with titles."""
    return " ".join(spelt_out(_MARKS.sub("", text)).split())


def _stem(path: str) -> str:
    """A path without its fragment, query and file type: the same for a file, its page and its folder."""
    path = re.split("[?#]", path.casefold(), maxsplit=1)[0].strip("/")
    while path.startswith(("../", "./")):
        path = path.partition("/")[2]
    return re.sub(r"(?:/index)?\.(?:md|html?)$|/index$", "", path)
