"""What earlier imports of a source wrote: its reviews are found again though the source renamed, dropped or lost them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mkdocs_pir.exchange.importing.incoming_record import NOTES, IncomingRecord
from mkdocs_pir.exchange.importing.record_writer import STAMP
from mkdocs_pir.exchange.importing.report import SourceChange
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.references import same_id

MOST_WITH_FILES = 50
"""With how many reviews that have attachments a new record is compared, each of which takes the time of reading it."""

# what a new name of the file changes
_OF_THE_NAME = frozenset({"id", "title", NOTES})


@dataclass(frozen=True, slots=True)
class EarlierReview:
    """A review that an import wrote: the file of the source, and the digest of each part as it came in.

    `file` is empty for one row of a table or list; `known_as` is the id that the source has for it today, where that
    is another than its own. `files` are the digests of its attachments as they came in.
    """

    id: str
    path: str
    file: str
    known_as: str
    incidents: frozenset[str] | None
    parts: Mapping[str, str]
    files: Mapping[str, str]

    @property
    def tickets(self) -> Sequence[str]:
        """The ids of its tickets in order."""
        return sorted(self.incidents) if self.incidents else ()

    @property
    def content(self) -> Hashable:
        """What is the same though the file has another name; None where there are no sections to tell by."""
        return content_of(self.parts)


def content_of(parts: Mapping[str, str]) -> Hashable:
    """The digests of what a review says, whatever its name; None without any section."""
    if not any(name.startswith("## ") for name in parts):
        return None
    return frozenset((name, digest) for name, digest in parts.items() if name not in _OF_THE_NAME)


def incidents_of(data: Mapping[str, Any]) -> frozenset[str] | None:
    """The tickets of a review in any order, None without one."""
    found = data.get("incidents")
    return frozenset(map(str, found)) if isinstance(found, list) and found else None


@dataclass(frozen=True, slots=True)
class SourceToday:
    """What a source has: its files, the ids of its reviews and rows, and what of it does not come in.

    `refused` are files that cannot be imported as they are, `id_of_file` the review that each other file becomes, and
    `dropped` says why records are left out, by file or id.
    """

    files: Collection[str]
    ids: Collection[str]
    refused: Collection[str]
    id_of_file: Mapping[str, str]
    rows: Collection[str]
    dropped: Mapping[str, str]


class EarlierImports:
    """The reviews of the knowledge base that imports from the source of one name wrote, by id."""

    def __init__(self, entries: Iterable[RecordFile], name: str) -> None:
        self.reviews: dict[str, EarlierReview] = {}
        self._by_other_id: dict[str, str] = {}
        for entry in entries:
            stamp = entry.data.get(STAMP)
            if entry.kind != "pir" or not isinstance(stamp, dict) or stamp.get("from") != name:
                continue
            file, known_as = (str(stamp.get(key) or "") for key in ("file", "known_as"))
            parts, files = (
                {} if not isinstance(found := stamp.get(key), dict) else found for key in ("parts", "files")
            )
            review = EarlierReview(
                entry.id,
                entry.path,
                file,
                known_as,
                incidents_of(entry.data),
                parts,
                files,
            )
            self.reviews[entry.id] = review
            if review.known_as:
                self._by_other_id[same_id(review.known_as)] = review.id

    def id_for(self, id_: str) -> str:
        """The id of the review that the source calls `id_`."""
        return self._by_other_id.get(same_id(id_), id_)

    def renamed(
        self,
        new: Iterable[IncomingRecord],
        parts_under: Callable[[IncomingRecord, str], Mapping[str, str]],
        taken: Collection[str],
        files: Collection[str] | None,
    ) -> list[tuple[IncomingRecord, EarlierReview]]:
        """The new records that are an earlier review under another name.

        A record is one that has the same tickets, or says the same as one whose file is gone; two that could be meant
        are neither. `parts_under` gives the digests of a record's parts under an id, `taken` are the ids that the
        source still has, `files` its files, None where it is only one of several.
        """
        candidates = [review for review in self.reviews.values() if review.id not in taken]
        gone = [one for one in candidates if files is not None and one.file and one.file not in files]
        lost = [review for review in gone if review.content]
        # the links to attachments have the id in them
        with_files = [review for review in lost if review.files][:MOST_WITH_FILES]
        by_tickets, by_content = (
            _grouped(candidates, lambda one: one.incidents),
            _grouped(lost, lambda one: one.content),
        )
        matches: dict[str, list[tuple[IncomingRecord, EarlierReview]]] = defaultdict(list)
        for record in new:
            tickets = incidents_of(record.data)
            same = by_tickets.get(tickets, []) if tickets else []
            if len(same) != 1 and lost:
                content = content_of(parts_under(record, record.data["id"]))
                same = [
                    *by_content.get(content, ()),
                    *(one for one in with_files if one.content == content_of(parts_under(record, one.id))),
                ]
            if len(same) == 1:
                matches[same[0].id].append((record, same[0]))
        return [pairs[0] for pairs in matches.values() if len(pairs) == 1]

    def changes(self, source: SourceToday) -> Iterator[SourceChange]:
        """Each review that came in earlier and has another file now, or does not come in, with the reason; none that cannot be read as it is."""
        file_of = {id_: file for file, id_ in source.id_of_file.items()}
        for review in self.reviews.values():
            file = file_of.get(review.id, review.file)
            if review.file and file != review.file and review.file not in source.files:
                yield SourceChange("renamed", review.path, f"{review.file} → {file}")
            if review.id in source.ids or review.file in source.refused:
                continue
            ticket = next((id_ for id_ in review.tickets if same_id(id_) in source.rows), "")
            because = source.dropped.get(review.file) or source.dropped.get(same_id(review.known_as or review.id), "")
            if ticket:
                yield SourceChange("downgraded", review.path, ticket)
            elif because:
                yield SourceChange("left out", review.path, because)
            elif review.file in source.id_of_file:
                yield SourceChange("other id", review.path, f"{review.file}, now {source.id_of_file[review.file]}")
            elif not review.file or review.file not in source.files:
                yield SourceChange("gone", review.path, review.file)


def _grouped(
    reviews: Iterable[EarlierReview], key: Callable[[EarlierReview], Hashable]
) -> Mapping[Hashable, list[EarlierReview]]:
    groups: dict[Hashable, list[EarlierReview]] = defaultdict(list)
    for review in reviews:
        groups[key(review)].append(review)
    return groups
