"""What a page reads of its edition, so that it is made again only when something that it read has changed.

The functions that make pages read everything through an `EditionContext`. `RecordedReads.edition` looks like one and
notes each value that is read of it: by its name, and by the key or the arguments with which it was asked for. A value
is noted as a whole, whatever a page then looks at in it. Whether it has changed is seen from the digest of its content.
"""

from __future__ import annotations

import hashlib
import operator
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from mkdocs_pir.editions.encoded_values import digest_of_record, encoded
from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.kpis import Kpis
from mkdocs_pir.insight.recurrence import Recurrences
from mkdocs_pir.kb.model import Pir, Record
from mkdocs_pir.search.likely_repeats import LikelyRepeat
from mkdocs_pir.search.similar import Answers
from mkdocs_pir.site.link_targets import LinkTargets
from mkdocs_pir.site.views.edition_context import READ_BODIES, EditionContext

Argument = str | int | None | tuple[str, ...]

Read = tuple[str, str, tuple[Argument, ...], tuple[tuple[str, Argument], ...]]
"""What was read: the name of an attribute, how it was read, and with which arguments (a key is one).

The name leads from the edition to the attribute: `insight.lives`. How is "" for the value of the attribute, "()" for the
result of a call, and for a mapping "[]", "in", "len" or "all".
"""

_PARTS = (Projection, Insight, Recurrences, Kpis, Answers, LinkTargets)
"""Parts of an edition of which each attribute is noted by itself."""

_RECORD = "\0"
"""Begins the id of a record that was an argument."""


class RecordedReads:
    """Notes what is read of one edition. Not for several threads at once."""

    def __init__(self, edition: EditionContext) -> None:
        self._edition = edition
        self._noted: set[Read] | None = None
        self._digests: dict[Read, bytes] = {}
        self._attributes: dict[str, Any] = {}
        self.edition = cast("EditionContext", _Part(edition, "", self))
        """The edition, for functions that make the page of one record."""
        self.of_many: EditionContext = _NotingBodies(edition, self)
        """The edition, for functions that show many records: only what they read of bodies is noted.

        Both can be used while nothing is noted, too.
        """

    @contextmanager
    def noted(self) -> Iterator[set[Read]]:
        """Note what is read. The set holds `UNKNOWN` if something was asked for that cannot be asked for again."""
        before, self._noted = self._noted, set()
        try:
            yield self._noted
        finally:
            self._noted = before

    def note(self, read: Read) -> None:
        if self._noted is not None:
            self._noted.add(read)

    def digest(self, read: Read) -> bytes:
        """The digest of what is read now; of what cannot be read, or has no known form, it is new each time."""
        digest = self._digests.get(read)
        if digest is None:
            try:
                digest = _digest(self._value(read))
            except (LookupError, AttributeError, TypeError, ValueError):
                digest = os.urandom(_BYTES)
            self._digests[read] = digest
        return digest

    def _value(self, read: Read) -> Any:
        name, how, arguments, named = read
        if read == UNKNOWN:
            raise LookupError(name)
        value = self._attribute(name) if how else operator.attrgetter(name)(self._edition)
        match how:
            case "":
                return value
            case "()":
                return value(*map(self._argument, arguments), **{key: self._argument(of) for key, of in named})
            case "[]":
                return value.get(arguments[0])
            case "in":
                return arguments[0] in value
            case "len":
                return len(value)
            case "all":
                return list(value.items())
        raise ValueError(how)

    def _attribute(self, name: str) -> Any:
        """A function or mapping of the edition; they are few, and are asked for often."""
        if name not in self._attributes:
            self._attributes[name] = operator.attrgetter(name)(self._edition)
        return self._attributes[name]

    def _argument(self, argument: Argument) -> Any:
        if isinstance(argument, str) and argument.startswith(_RECORD):
            record = self._edition.projection.find(argument.removeprefix(_RECORD))
            if record is None:
                raise LookupError(argument)
            return record
        return argument


UNKNOWN: Read = ("", "?", (), ())
"""Something with arguments that cannot be kept."""


def reads_bodies(name: str) -> bool:
    """Whether the value of this name, as a `Read` has it, may depend on the body of a record."""
    return not name or name.partition(".")[0] in READ_BODIES


class _Part:
    """An edition, or a part of it, as whoever reads it sees it."""

    def __init__(self, of: Any, name: str, reads: RecordedReads) -> None:
        self._of = of
        self._name = name
        self._reads = reads

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._of, attribute)
        name = self._name + attribute
        if isinstance(value, _PARTS):
            value = _Part(value, f"{name}.", self._reads)
        elif isinstance(value, Mapping):
            value = _Values(value, name, self._reads)
        elif callable(value):
            value = _noting(value, name, self._reads)
        else:
            self._reads.note((name, "", (), ()))
            return value
        # found without this function the next time
        self.__dict__[attribute] = value
        return value


class _NotingBodies(EditionContext):
    """An edition as functions that show many records see it: what they read of bodies is noted."""

    def __init__(self, edition: EditionContext, reads: RecordedReads) -> None:
        vars(self).update(vars(edition))
        self._edition = edition
        self._reads = reads

    @property
    def whole_projection(self) -> Projection:
        # it is different whenever anything is
        self._reads.note(UNKNOWN)
        return super().whole_projection

    def whole(self, id: str) -> Record | None:
        self._reads.note(("whole", "()", (id,), ()))
        return super().whole(id)

    def releasable(self, id: str) -> Pir | None:
        self._reads.note(("releasable", "()", (id,), ()))
        return super().releasable(id)

    @property
    def repeats_by_words(self) -> tuple[LikelyRepeat, ...]:
        self._reads.note(("repeats_by_words", "", (), ()))
        return self._edition.repeats_by_words


class _Values(Mapping[Any, Any]):
    """A mapping of an edition as whoever reads it sees it."""

    def __init__(self, of: Mapping[Any, Any], name: str, reads: RecordedReads) -> None:
        self._of = of
        self._name = name
        self._reads = reads

    def __getitem__(self, key: Any) -> Any:
        self._reads.note((self._name, "[]", (key,), ()))
        return self._of[key]

    def get(self, key: Any, default: Any = None) -> Any:
        self._reads.note((self._name, "[]", (key,), ()))
        return self._of.get(key, default)

    def __contains__(self, key: object) -> bool:
        self._reads.note((self._name, "in", (cast("str", key),), ()))
        return key in self._of

    def __len__(self) -> int:
        self._reads.note((self._name, "len", (), ()))
        return len(self._of)

    def __iter__(self) -> Iterator[Any]:
        self._reads.note((self._name, "all", (), ()))
        return iter(self._of)

    def keys(self) -> Any:
        self._reads.note((self._name, "all", (), ()))
        return self._of.keys()

    def values(self) -> Any:
        self._reads.note((self._name, "all", (), ()))
        return self._of.values()

    def items(self) -> Any:
        self._reads.note((self._name, "all", (), ()))
        return self._of.items()


def _noting(function: Callable[..., Any], name: str, reads: RecordedReads) -> Callable[..., Any]:
    """A function of an edition, of which it is noted with which arguments it is called."""
    note = reads.note

    def call(*arguments: Any, **named: Any) -> Any:
        try:
            # an iterator can be gone through only once
            whole = tuple(
                one if isinstance(one, (str, Record)) or not _can_iterate(one) else tuple(one) for one in arguments
            )
            of = tuple(map(_plain, whole))
            note((name, "()", of, tuple((key, _plain(one)) for key, one in named.items())))
        except TypeError:
            note(UNKNOWN)
            return function(*arguments, **named)
        return function(*whole, **named)

    return call


def _can_iterate(argument: object) -> bool:
    return hasattr(argument, "__iter__")


def _plain(argument: Any) -> Argument:
    """An argument in a form that can be kept. Raises TypeError where there is none."""
    if isinstance(argument, Record):
        return _RECORD + argument.id
    if argument is None or isinstance(argument, (str, int)):
        return argument
    if isinstance(argument, tuple) and all(isinstance(one, str) for one in argument):
        return argument
    raise TypeError(type(argument))


_BYTES = 12


def _digest(value: Any) -> bytes:
    if isinstance(value, Record):
        return digest_of_record(value)[:_BYTES]
    return hashlib.blake2b(encoded(value), digest_size=_BYTES).digest()
