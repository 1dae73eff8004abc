"""The graph of records: ids that are unique and well placed, references that lead somewhere."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import MAX_PROBLEMS, Mark
from mkdocs_pir.kb.id_patterns import follows
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import RecordFile, Row
from mkdocs_pir.kb.problem import Problem, did_you_mean
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.mentions import Mention, in_words
from mkdocs_pir.kb.texts.parts import Part

_RESERVED = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9])$")
DATED = re.compile(r"^[A-Z]+-?((?:19|20)\d\d)-\d+$")
"""An id with its year in it; the record then lies in that year's folder."""

_PREFIX = re.compile(r"^[A-Z]+(?=-|\d)")


def same_id(id_: str) -> str:
    """The form in which two ids are compared: NFKC, case folded."""
    return unicodedata.normalize("NFKC", id_).casefold()


def check_ids(entries: Sequence[RecordFile], patterns: Mapping[str, str]) -> Iterator[Problem]:
    """Ids used twice, unusable as file names, or at odds with the place of their file."""
    first: dict[str, RecordFile] = {}
    for entry in sorted(entries, key=lambda e: e.path):
        if not entry.id:
            continue
        earlier = first.setdefault(same_id(entry.id), entry)
        if earlier is not entry:
            yield Problem.of(
                "PIR201",
                entry.path,
                entry.at("id"),
                f"the id '{entry.id}' is also that of {earlier.path}",
                "give one of them another id",
            )
        if any(
            _RESERVED.match(same_id(part.partition(".")[0].rstrip())) or part in (".", "..")
            for part in PurePosixPath(entry.path).parts
        ):
            yield Problem.of(
                "PIR206",
                entry.path,
                (0, 0),
                "the name is reserved on Windows and cannot be checked out there",
                "choose another id",
            )
        if KINDS[entry.kind].folder:
            yield from _check_place(entry)
            pattern = patterns.get(entry.kind)
            if not follows(pattern, entry.id):
                yield Problem.of(
                    "PIR105",
                    entry.path,
                    entry.at("id"),
                    f"'{entry.id}' does not follow this organisation's ids",
                    f"they are of the form {pattern}",
                )


def _check_place(entry: RecordFile) -> Iterator[Problem]:
    path = PurePosixPath(entry.path)
    name = entry.id.rpartition("/")[2]
    if path.stem != name:
        yield Problem.of(
            "PIR204",
            entry.path,
            entry.at("id"),
            f"the id is '{entry.id}' but the file is '{path.name}'",
            f"name the file {name}.md, or write 'id: {path.stem}'",
        )
    kind = KINDS[entry.kind]
    if kind.subfolder == "family":
        expected = (kind.folder, *entry.id.split("/")[:-1])
        family = entry.data.get("family")
        if family is not None and "/" in entry.id and family != entry.id.partition("/")[0]:
            yield Problem.of(
                "PIR205",
                entry.path,
                entry.at("family"),
                f"the family '{family}' is not that of the id '{entry.id}'",
                f"write 'family: {entry.id.partition('/')[0]}'",
            )
    elif kind.subfolder == "year":
        year = DATED.match(entry.id)
        expected = (kind.folder, year[1]) if year else path.parts[:-1]
    else:
        expected = path.parts[:1]
    if path.parts[:-1] != expected:
        yield Problem.of(
            "PIR205",
            entry.path,
            (0, 0),
            f"'{entry.id}' does not belong in {path.parent}/",
            f"move it to {'/'.join(expected)}/",
        )


class Ids:
    """The ids that exist, to look up what a field or a body refers to.

    Holds records with errors too: a broken record must not make every reference to it a second error. `unread`
    are those of which nothing could be read, as (path, id, kind).
    """

    def __init__(self, entries: Iterable[RecordFile], unread: Iterable[tuple[str, str, str]] = ()) -> None:
        self.kinds: dict[str, str] = {}
        self.paths: dict[str, str] = {}
        self.parts: dict[str, str] = {}
        self.names: dict[str, str] = {}
        for entry in entries:
            if not entry.id:
                continue
            # of two records with one id the first by path stays, as in the knowledge base
            self.kinds.setdefault(entry.id, entry.kind)
            self.paths[entry.path] = entry.id
            for name in (entry.data.get("name"), *_list(entry.data.get("aliases"))):
                if isinstance(name, str):
                    self.names.setdefault(same_id(name), entry.id)
            for part in (*_list(entry.data.get("actions")), *_list(entry.data.get("recommendations"))):
                if isinstance(part, dict) and isinstance(part.get("id"), str):
                    self.parts[f"{entry.id}-{part['id']}"] = entry.id
        for path, id_, kind in unread:
            self.kinds.setdefault(id_, kind)
            self.paths.setdefault(path, id_)
        self.prefixes = {found[0] for id_ in self.kinds if (found := _PREFIX.match(id_))}

    def resolve(self, mention: Mention, path: str) -> str | None:
        """The id of the record that a mention in the file `path` names, or None."""
        if mention.form == "file":
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(mention.target)))
            return self.paths.get(target)
        return mention.target if mention.target in self.kinds else self.parts.get(mention.target)

    def looks_like_one(self, mention: Mention) -> bool:
        """Whether a mention that leads nowhere was meant for a record: `[[…]]`, a file, or an id in a known series."""
        if mention.form != "word":
            return True
        prefix = _PREFIX.match(mention.target)
        return prefix is not None and prefix[0] in self.prefixes and bool(re.search(r"\d", mention.target))

    def meant(self, word: str, kinds: Sequence[str]) -> str:
        """A hint at the record that was meant: by its name, or by an id that is nearly the same; may be empty."""
        named = self.names.get(same_id(word))
        return (
            f"did you mean '{named}'?"
            if named and self.kinds[named] in kinds
            else did_you_mean(word, self.of_kinds(kinds))
        )

    def of_kinds(self, kinds: Iterable[str]) -> list[str]:
        wanted = set(kinds)
        return [id_ for id_, kind in self.kinds.items() if kind in wanted]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def targets(kind: str, data: Mapping[str, Any], named: Iterable[Mention], ids: Ids, path: str = "") -> tuple[str, ...]:
    """The ids of the records that a record's fields refer to and its texts name, each once, in order."""
    found: dict[str, None] = {}
    for _, target, _ in schema.references(schema.load(kind), data):
        if target in ids.kinds:
            found.setdefault(target)
    for mention in named:
        if (id_ := ids.resolve(mention, path)) is not None:
            found.setdefault(id_)
    return tuple(id_ for id_ in found if id_ != data.get("id"))


def links(entry: RecordFile, texts: Texts, ids: Ids) -> tuple[str, ...]:
    """The ids of the records that a record refers to, each once, in order of first mention."""
    named = (mention for part in entry.parts for mention in _mentions(part, texts))
    return targets(entry.kind, entry.data, named, ids, entry.path)


def _mentions(part: Part, texts: Texts) -> Iterator[Mention]:
    yield from in_words(part.heading)
    yield from texts.read(part.source).mentions if part.is_markdown else in_words(part.source)


def check_references(entries: Iterable[RecordFile], ids: Ids, texts: Texts) -> Iterator[Problem]:
    """Fields and links that lead nowhere, or to a record of another kind."""
    for entry in entries:
        for at, target, kinds in entry.references:
            found = ids.kinds.get(target)
            if found is None:
                yield Problem.of(
                    "PIR202",
                    entry.path,
                    entry.at(*at),
                    f"there is no {_one_of(kinds)} '{target}'",
                    ids.meant(target, kinds) or f"add {_place(kinds[0], target)}",
                )
            elif found not in kinds:
                yield Problem.of(
                    "PIR208",
                    entry.path,
                    entry.at(*at),
                    f"'{target}' is a {found}, not a {_one_of(kinds)}",
                    did_you_mean(target, ids.of_kinds(kinds)),
                )
        for part in entry.parts:
            # tickets have ids of their tool's own, whatever they look like
            if part.field is None or part.field[0] not in ("id", "incidents", "changes"):
                yield from _check_text(entry, part, ids, texts)


def _check_text(entry: RecordFile, part: Part, ids: Ids, texts: Texts) -> Iterator[Problem]:
    """Links in one text that lead nowhere."""
    dangling = [m for m in _mentions(part, texts) if ids.resolve(m, entry.path) is None and ids.looks_like_one(m)]
    where: Mark | None = None
    # an import with more of these mistakes was not made by hand, and nobody reads on
    for number, mention in enumerate(dangling[:MAX_PROBLEMS]):
        known = ids.paths if mention.form == "file" else ids.kinds
        # finding the nearest ids takes its time, and nobody reads hundreds of hints about one text
        near = did_you_mean(mention.target, known) if number < 100 else ""
        # they stand in this order, but for those of references, which are defined elsewhere
        written = f"[[{mention.target}" if mention.form == "id" else mention.target
        where = entry.place(part, written if written in part.source else mention.target, where)
        yield Problem.of(
            "PIR203",
            entry.path,
            where,
            f"the link to '{mention.target}' leads nowhere",
            near or "put it in `backticks` if it is no link",
        )


def check_rows(rows: Iterable[Row], ids: Ids) -> Iterator[Problem]:
    """Register rows that refer to nothing, or that are given twice."""
    seen: dict[str, int] = {}
    wrong: Counter[str] = Counter()
    for row in rows:
        if wrong[row.path] > MAX_PROBLEMS:
            # an export with these mistakes was not made by hand, and nobody reads on
            continue
        for at, target, kinds in schema.references(schema.load(row.register), row.data):
            if ids.kinds.get(target) not in kinds:
                wrong[row.path] += 1
                yield Problem.of(
                    "PIR503",
                    row.path,
                    row.at(str(at[0])),
                    f"there is no {_one_of(kinds)} '{target}'",
                    ids.meant(target, kinds) or f"add {_place(kinds[0], target)}, or leave the cell empty",
                )
        id_ = row.data.get("id")
        if (
            id_ is not None
            and (earlier := seen.setdefault(f"{row.register} {same_id(str(id_))}", row.line)) != row.line
        ):
            yield Problem.of(
                "PIR504", row.path, row.at("id"), f"'{id_}' also stands on line {earlier}", "keep one of the rows"
            )


def _one_of(kinds: Sequence[str]) -> str:
    return " or ".join(kinds)


@cache
def _place(kind: str, id_: str) -> str:
    between = "/…" if KINDS[kind].subfolder == "year" else ""
    return f"{KINDS[kind].folder}{between}/{id_}.md"


def backlinks(links: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The links turned round: what refers to each record, in order of id."""
    found: dict[str, list[str]] = defaultdict(list)
    for source in sorted(links):
        for target in links[source]:
            found[target].append(source)
    return {target: tuple(sources) for target, sources in sorted(found.items())}
