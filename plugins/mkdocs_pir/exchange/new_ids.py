"""The ids of new records: the next one that is free, as the organisation's options say how ids look."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from mkdocs_pir.exchange import drafts
from mkdocs_pir.kb import naming
from mkdocs_pir.kb.id_patterns import follows
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.references import same_id


class NoFreeId(Exception):
    """Raised with a sentence for the user when the next id would not be a valid one."""


def free_ids(kb: KnowledgeBase, kind: str, client: str) -> Iterator[str]:
    """The free ids of a numbered kind, in the order to try them. Names of files that cannot be read count as taken.

    The option `review_ids` decides how ids of reviews look; `client` is the client of the review. Raises NoFreeId.
    """
    files = [f.stem for f in (kb.folder / drafts.path_of(kind, "x")).parent.rglob("*.md")]
    taken = chain((e.id for e in kb.of_kind(kind)), files)
    pattern = kb.settings.id_patterns.get(kind, "")
    year = kb.settings.as_of.year
    how = kb.settings.review_ids if kind == "pir" else "numbered"
    if how == "numbered":
        free = naming.next_ids(kind, taken, year, pattern)
    else:
        used = {same_id(id_) for id_ in taken}
        candidates = naming.random_ids(year) if how == "random" else naming.client_ids(client, year)
        free = (id_ for id_ in candidates if same_id(id_) not in used)
    all_ids = {same_id(id_) for id_ in kb.record_files}
    for id_ in free:
        if not follows(pattern, id_):
            raise NoFreeId(f"the next id would be '{id_}', but id_patterns requires the pattern {pattern}")
        if same_id(id_) not in all_ids:
            yield id_
