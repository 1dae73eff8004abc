"""Answers about the records as they are now: kept from an earlier command, or worked out and kept.

Only the internal edition is answered for like this. What is kept is found by the content of all files, the options,
the day, the code and the question, so an answer is that of records read anew; where one of these changed, there is none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import msgspec

from mkdocs_pir.kb import snapshot
from mkdocs_pir.kb.kept_sections import KeptSections, as_plain
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.store.garbage import not_collected
from mkdocs_pir.store.result_store import ResultStore, key

if TYPE_CHECKING:
    from mkdocs_pir.kb.knowledge import KnowledgeBase

T = TypeVar("T")

log = logging.getLogger(__name__)


def answer(
    settings: Settings, question: Sequence[str | None], form: type[T], work_out: Callable[[], tuple[T, bool]]
) -> T:
    """The answer to a question, a value of the type `form`.

    `work_out` gives it, and whether it may be kept; what it raises is not kept.
    """
    store = ResultStore(settings.cache)
    if not store.is_open or settings.records.is_symlink() or not settings.records.is_dir():
        return work_out()[0]
    before = snapshot.take(settings, store)
    asked = key(*(f"={part}" if part is not None else "" for part in question))
    name = key("answer", snapshot.fingerprint(settings, before), asked)
    if (content := store.get([name]).get(name)) is not None:
        with suppress(msgspec.MsgspecError), not_collected():
            known: T = msgspec.msgpack.decode(content, type=form)
            log.info("answered as it was kept: no file, option or code changed since this was last asked")
            return known
    log.info("not answered before: the records, the options, the day, the code or the question are new")
    result, is_lasting = work_out()
    # what was written in the meantime may be in the answer or not
    if is_lasting and snapshot.take(settings, store) == before:
        store.put({name: msgspec.msgpack.encode(result, enc_hook=_plain)})
    store.close()
    return result


def _plain(value: object) -> object:
    """A text of a projection as a plain string, and sections that are packed as those that they are."""
    if isinstance(value, (str, KeptSections)):
        return as_plain(value)
    raise TypeError(f"an answer cannot hold a {type(value).__name__}")


class KeptFiles(Mapping[str, bytes]):
    """Files that are kept one by one, each by its content, and read when they are asked for.

    `keys` are their keys by name. Where one is no longer kept, all are made again by `make`.
    """

    def __init__(self, keys: Mapping[str, bytes], store: ResultStore, make: Callable[[], Mapping[str, bytes]]) -> None:
        self._keys = keys
        self._store = store
        self._make = make

    @staticmethod
    def keep(files: Mapping[str, bytes], store: ResultStore) -> dict[str, bytes]:
        """Keep files. Returns their keys by name."""
        keys = {name: key("file", content) for name, content in files.items()}
        store.put({keys[name]: content for name, content in files.items()})
        store.close()
        return keys

    @cached_property
    def _anew(self) -> Mapping[str, bytes]:
        return self._make()

    def __getitem__(self, name: str) -> bytes:
        content = self._store.get([self._keys[name]]).get(self._keys[name])
        return self._anew[name] if content is None else content

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def lasting(knowledge: KnowledgeBase) -> bool:
    """Whether the knowledge base would be read so again: nothing in it depends on how fast this machine is just now, or
    on hidden files, at which a snapshot does not look."""
    from mkdocs_pir.kb.attachments import names_hidden_files
    from mkdocs_pir.kb.texts.misreadings import TIME

    return not any(problem.code == TIME for problem in knowledge.problems) and not names_hidden_files(knowledge)
