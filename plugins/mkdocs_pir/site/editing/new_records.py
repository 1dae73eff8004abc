"""Beginning a record in the form: from an incident of the register, from a review, or empty."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from mkdocs_pir.exchange import drafts, new_ids, prefill
from mkdocs_pir.kb import naming
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.known_names import KnownNames
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.kb.references import same_id

KINDS_TO_BEGIN = ("pir", "lesson", "problem", "cause", "service", "client")


class NotCreated(Exception):
    """Raised with a sentence for the user when no record could be begun."""


def that_begin(kinds: Collection[str]) -> list[dict[str, str]]:
    """Those of some kinds of which a record can be begun here, each with what it is called."""
    return [{"kind": kind, "label": KINDS[kind].label} for kind in KINDS_TO_BEGIN if kind in kinds]


def without_review(kb: KnowledgeBase) -> list[dict[str, Any]]:
    """The incidents of the register that have no review, the newest first."""
    have = {same_id(incident) for incident, _, _ in prefill.reviewed(kb, [row.id for row in kb.incidents])}
    rows = [row for row in kb.incidents if same_id(row.id) not in have]
    return [
        {
            "id": row.id,
            "client": row.client,
            "service": row.service,
            "severity": row.severity,
            "opened": row.opened.date().isoformat(),
            "required": bool(row.pir_required),
        }
        for row in sorted(rows, key=lambda row: row.opened, reverse=True)
    ]


def create(kb: KnowledgeBase, kind: str, given: Mapping[str, Any]) -> str:
    """Write a new record from its template and return its id.

    `given` may have `title` (or `name`), `client`, `incidents`, `reviews`, `severity` and `family`. Raises NotCreated.
    """
    if kind not in KINDS_TO_BEGIN:
        raise NotCreated(f"'{kind}' is not begun here.")
    title = str(given.get("title") or "").strip()
    try:
        values, ids = _VALUES[kind](kb, given, title) if kind in _VALUES else _named(kb, kind, given, title)
        template = drafts.template_of(kind, kb.settings.root)
        values["today"] = kb.settings.as_of.isoformat()
        id_, _ = drafts.create(kb.folder, kind, ids, lambda new: drafts.filled(template, {**values, "id": new}))
    except (new_ids.NoFreeId, ProblemError) as error:
        raise NotCreated(f"Nothing was written: {error}.") from None
    except FileExistsError as error:
        raise NotCreated(f"{error.filename or error} already exists. Nothing was written.") from None
    except OSError as error:
        raise NotCreated(f"{error.filename}: {error.strerror}. Nothing was written.") from None
    return id_


def _review(kb: KnowledgeBase, given: Mapping[str, Any], title: str) -> tuple[dict[str, Any], Iterable[str]]:
    wanted = [str(id_) for id_ in given.get("incidents") or () if str(id_).strip()]
    rows = prefill.registered(kb, wanted)
    spelling = {same_id(row.id): row.id for row in rows}
    ids = prefill.unique(spelling.get(same_id(id_), id_.strip()) for id_ in wanted)
    values = prefill.for_review(rows, ids)
    client = str(given.get("client") or "") or values["client"]
    if client not in kb.record_files or kb.record_files[client].kind != "client":
        raise NotCreated(
            "Choose the client whose service was affected." if not client else f"There is no client '{client}'."
        )
    for incident, review, whose in prefill.reviewed(kb, ids):
        if not whose or same_id(whose) == same_id(client):
            raise NotCreated(f"{incident} already has a review: {review}. Continue that one.")
    values.update(client=client, title=title, severity=str(given.get("severity") or "") or values["severity"])
    return values, new_ids.free_ids(kb, "pir", client)


def _from_reviews(kind: str) -> Any:
    fill = {"lesson": prefill.for_lesson, "problem": prefill.for_problem}[kind]

    def values(kb: KnowledgeBase, given: Mapping[str, Any], title: str) -> tuple[dict[str, Any], Iterable[str]]:
        known = kb.records(Pir)
        ids = [str(id_) for id_ in given.get("reviews") or () if str(id_)]
        if unknown := next((id_ for id_ in ids if id_ not in known), None):
            raise NotCreated(f"There is no review '{unknown}' without errors.")
        return {**fill([known[id_] for id_ in ids]), "title": title}, new_ids.free_ids(kb, kind, "")

    return values


_VALUES = {"pir": _review, "lesson": _from_reviews("lesson"), "problem": _from_reviews("problem")}


def _named(kb: KnowledgeBase, kind: str, given: Mapping[str, Any], name: str) -> tuple[dict[str, Any], Iterable[str]]:
    """A record whose id is made from its name."""
    slug = naming.slug(name)
    if not slug:
        raise NotCreated(f"Write a name for the {KINDS[kind].label}, in letters and digits.")
    if other := KnownNames(kb.of_kind(kind)).find(kind, name):
        raise NotCreated(f"The {KINDS[kind].label} '{other}' already has the name '{name}'.")
    values: dict[str, Any] = {"name": name, "owner": "", "clients": []}
    if kind == "cause":
        family = naming.slug(str(given.get("family") or ""))
        if not family:
            raise NotCreated("Write the family of the cause, such as change or process.")
        slug, values["family"] = f"{family}/{slug}", family
    if same_id(slug) in {same_id(id_) for id_ in kb.record_files}:
        raise NotCreated(f"'{slug}' already exists.")
    return values, [slug]
