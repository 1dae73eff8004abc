"""The ids of records and the references between them: checks that ids are unique and references lead to a record."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import PurePosixPath
from urllib.parse import unquote

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.folder_walk import is_reserved, reserved
from mkdocs_pir.kb.frontmatter import MAX_PROBLEMS, Mark
from mkdocs_pir.kb.id_patterns import follows
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import RecordFile, RegisterRow
from mkdocs_pir.kb.problem import Problem, did_you_mean
from mkdocs_pir.kb.texts.mentions import Mention
from mkdocs_pir.kb.texts.parts import Part

DATED = re.compile(r"^[A-Z]+-?((?:19|20)\d\d)-\d+$")
"""An id that contains a year; the file of the record is then in the folder of that year."""

_PREFIX = re.compile(r"^[A-Z]+(?=-|\d)")


def same_id(id_: str) -> str:
    """The form of an id for comparison: normalised (NFKC) and case-folded."""
    return unicodedata.normalize("NFKC", id_).casefold()


def check_ids(files: Sequence[RecordFile]) -> Iterator[Problem]:
    """Problems of ids that are used twice."""
    first: dict[str, RecordFile] = {}
    for file in sorted(files, key=lambda e: e.path):
        if not file.id:
            continue
        earlier = first.setdefault(same_id(file.id), file)
        if earlier is not file:
            yield Problem.of(
                "PIR201",
                file.path,
                file.at("id"),
                f"the id '{file.id}' is already used in {earlier.path}",
                "give one of them another id",
            )


def check_id(file: RecordFile, patterns: Mapping[str, str]) -> Iterator[Problem]:
    """Problems of an id that cannot be a file name, or does not match the path of its file or the option `id_patterns`."""
    if not file.id:
        return
    if is_reserved(file.path):
        yield reserved(file.path)
    if KINDS[file.kind].folder:
        yield from _check_place(file)
        pattern = patterns.get(file.kind)
        if not follows(pattern, file.id):
            yield Problem.of(
                "PIR105",
                file.path,
                file.at("id"),
                f"'{file.id}' does not match the option 'id_patterns'",
                f"ids of this kind must match {pattern}",
            )


def _check_place(file: RecordFile) -> Iterator[Problem]:
    path = PurePosixPath(file.path)
    name = file.id.rpartition("/")[2]
    if path.stem != name:
        yield Problem.of(
            "PIR204",
            file.path,
            file.at("id"),
            f"the id is '{file.id}', but the name of the file is '{path.name}'",
            f"rename the file to {name}.md, or write 'id: {path.stem}'",
        )
    kind = KINDS[file.kind]
    if kind.subfolder == "family":
        expected = (kind.folder, *file.id.split("/")[:-1])
        family = file.data.get("family")
        if family is not None and "/" in file.id and family != file.id.partition("/")[0]:
            yield Problem.of(
                "PIR205",
                file.path,
                file.at("family"),
                f"the family '{family}' does not match the id '{file.id}'",
                f"write 'family: {file.id.partition('/')[0]}'",
            )
    elif kind.subfolder == "year":
        year = DATED.match(file.id)
        expected = (kind.folder, year[1]) if year else path.parts[:-1]
    else:
        expected = path.parts[:1]
    if path.parts[:-1] != expected:
        yield Problem.of(
            "PIR205",
            file.path,
            (0, 0),
            f"'{file.id}' does not belong in the folder {path.parent}/",
            f"move it to {'/'.join(expected)}/",
        )


class Ids:
    """The ids of all records, to look up what a field or a text refers to.

    Records with errors are included, so that references to them are not errors too. `unread` are files of which
    nothing could be read, as (path, id, kind).
    """

    def __init__(self, files: Iterable[RecordFile], unread: Iterable[tuple[str, str, str]] = ()) -> None:
        self.kinds: dict[str, str] = {}
        self.paths: dict[str, str] = {}
        self.parts: dict[str, str] = {}
        self.names: dict[str, str] = {}
        for file in files:
            if not file.id:
                continue
            # of two records with the same id the first by path counts, as in the knowledge base
            self.kinds.setdefault(file.id, file.kind)
            self.paths[file.path] = file.id
            for name in file.names:
                self.names.setdefault(same_id(name), file.id)
            for part in file.part_ids:
                self.parts[f"{file.id}-{part}"] = file.id
        for path, id_, kind in unread:
            self.kinds.setdefault(id_, kind)
            self.paths.setdefault(path, id_)

    @cached_property
    def _prefixes(self) -> frozenset[str]:
        return frozenset(match[0] for id_ in self.kinds if (match := _PREFIX.match(id_)))

    def resolve(self, mention: Mention, path: str) -> str | None:
        """The id of the record that a mention in the file `path` refers to, or None."""
        if mention.form == "file":
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(mention.target)))
            return self.paths.get(target)
        return mention.target if mention.target in self.kinds else self.parts.get(mention.target)

    def looks_like_one(self, mention: Mention) -> bool:
        """Whether a broken mention was meant for a record: `[[…]]`, a path, or a word with the prefix of known ids."""
        if mention.form != "word":
            return True
        prefix = _PREFIX.match(mention.target)
        return prefix is not None and prefix[0] in self._prefixes and bool(re.search(r"\d", mention.target))

    def hint(self, word: str, kinds: Sequence[str]) -> str:
        """A hint with the record of this name, or those with the nearest ids; may be empty."""
        id_ = self.names.get(same_id(word))
        return (
            f"did you mean '{id_}'?" if id_ and self.kinds[id_] in kinds else did_you_mean(word, self.of_kinds(kinds))
        )

    def of_kinds(self, kinds: Iterable[str]) -> list[str]:
        chosen = set(kinds)
        return [id_ for id_, kind in self.kinds.items() if kind in chosen]


def targets(own: str, named: Iterable[str], mentions: Iterable[Mention], ids: Ids, path: str = "") -> tuple[str, ...]:
    """The ids of the records that the fields of the record `own` name and its texts mention, each once, in order."""
    targets = {id_: None for id_ in named if id_ in ids.kinds}
    for mention in mentions:
        if (id_ := ids.resolve(mention, path)) is not None:
            targets.setdefault(id_)
    targets.pop(own, None)
    return tuple(targets)


def links(file: RecordFile, ids: Ids) -> tuple[str, ...]:
    """The ids of the records that a record refers to, each once, in order of first mention."""
    mentions = (mention for _, mentions in file.facts.mentions for mention in mentions)
    return targets(file.id, file.reference_ids, mentions, ids, file.path)


def check_references(files: Iterable[RecordFile], ids: Ids) -> Iterator[Problem]:
    """Problems of fields and links that refer to no record, or to one of the wrong kind."""
    for file in files:
        for (at, kinds), target in zip(file.reference_places, file.reference_ids, strict=True):
            kind = ids.kinds.get(target)
            if kind is None:
                yield Problem.of(
                    "PIR202",
                    file.path,
                    file.at(*at),
                    f"there is no {_one_of(kinds)} '{target}'",
                    ids.hint(target, kinds) or f"correct the id, or add {_place(kinds[0], target)}",
                )
            elif kind not in kinds:
                yield Problem.of(
                    "PIR208",
                    file.path,
                    file.at(*at),
                    f"'{target}' is a {KINDS[kind].label}, not a {_one_of(kinds)}",
                    did_you_mean(target, ids.of_kinds(kinds)),
                )
        for number, mentions in file.facts.mentions:
            broken = [m for m in mentions if ids.resolve(m, file.path) is None and ids.looks_like_one(m)]
            if broken:
                yield from _broken_links(file, file.parts[number], broken, ids)


def _broken_links(file: RecordFile, part: Part, broken: Sequence[Mention], ids: Ids) -> Iterator[Problem]:
    """Problems of the broken links in one text."""
    # the ids of tickets are those of another tool, even if they look like ids of records
    if part.field is not None and part.field[0] in ("id", "incidents", "changes"):
        return
    where: Mark | None = None
    # more of these mistakes come from an export; nobody reads further
    for number, mention in enumerate(broken[:MAX_PROBLEMS]):
        candidates = ids.paths if mention.form == "file" else ids.kinds
        # finding the nearest ids is slow, and nobody reads hundreds of hints about one text
        hint = did_you_mean(mention.target, candidates) if number < 100 else ""
        # mentions come in the order of the text, except for reference links, which are defined elsewhere
        words = f"[[{mention.target}" if mention.form == "id" else mention.target
        where = file.place(part, words if words in part.source else mention.target, where)
        yield Problem.of(
            "PIR203",
            file.path,
            where,
            f"the link to '{mention.target}' leads nowhere",
            hint or "put it in `backticks` if it is not meant as a link",
        )


def check_rows(rows: Iterable[RegisterRow], ids: Ids) -> Iterator[Problem]:
    """Problems of register rows that refer to no record, or whose id is used twice."""
    seen: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for row in rows:
        if counts[row.path] > MAX_PROBLEMS:
            # a file with this many mistakes is an export; nobody reads further
            continue
        for column, kinds in _columns_with_ids(row.register).items():
            target = row.data.get(column)
            if isinstance(target, str) and ids.kinds.get(target) not in kinds:
                counts[row.path] += 1
                yield Problem.of(
                    "PIR503",
                    row.path,
                    row.at(column),
                    f"there is no {_one_of(kinds)} '{target}'",
                    ids.hint(target, kinds)
                    or f"correct the id, add {_place(kinds[0], target)}, or leave the cell empty",
                )
        id_ = row.data.get("id")
        if (
            id_ is not None
            and (earlier := seen.setdefault(f"{row.register} {same_id(str(id_))}", row.line)) != row.line
        ):
            yield Problem.of(
                "PIR504", row.path, row.at("id"), f"'{id_}' is already the id of line {earlier}", "keep one of the rows"
            )


@cache
def _columns_with_ids(register: str) -> Mapping[str, Sequence[str]]:
    """The columns of a register that name records, each with the kinds that the record may have."""
    properties = schema.load(register)["properties"]
    return {name: spec["x-ref"] for name, spec in properties.items() if "x-ref" in spec}


def _one_of(kinds: Sequence[str]) -> str:
    return " or ".join(KINDS[kind].label for kind in kinds)


@cache
def _place(kind: str, id_: str) -> str:
    between = "/…" if KINDS[kind].subfolder == "year" else ""
    return f"{KINDS[kind].folder}{between}/{id_}.md"


def backlinks(links: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The reverse of `links`: the ids of the records that refer to each record, in order of id."""
    sources_of: dict[str, list[str]] = defaultdict(list)
    for source in sorted(links):
        for target in links[source]:
            sources_of[target].append(source)
    return {target: tuple(sources) for target, sources in sorted(sources_of.items())}
