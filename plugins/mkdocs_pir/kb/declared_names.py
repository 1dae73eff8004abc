"""The names that options may refer to: roles, systems and documents of the processes, and sections of reviews."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.kept_sections import outline
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.model import Client, Pir
from mkdocs_pir.kb.plugin_options import place_of
from mkdocs_pir.kb.problem import Problem, did_you_mean

KINDS = ("roles", "systems", "documents")
"""What a process module declares and an organisation may give names of its own."""

_HEADING = re.compile(r"(?m)^## +(.+?)(?: *\{[^{}\n]*\})? *#* *$")


def declared(kb: KnowledgeBase, kind: str) -> list[str]:
    """The ids of the roles, systems or documents that the process library declares, in order."""
    modules = [kb.lifecycle, *(file.module for file in kb.modules if file.module is not None)]
    ids = [str(one.id) for module in modules for one in getattr(module, kind)]
    # what a module declares counts even if it has errors elsewhere
    for file in kb.modules:
        items = file.data.get(kind) if file.module is None else None
        ids += [str(one.get("id")) for one in items or () if isinstance(one, dict)]
    return list(dict.fromkeys(ids))


def approvers(kb: KnowledgeBase) -> list[str]:
    """The roles that can approve a release: those of the provider in the process library, and those named in options."""
    modules = [kb.lifecycle, *(file.module for file in kb.modules if file.module is not None)]
    clients = {role.id for module in modules for role in module.roles if role.party == "client"}
    ids = dict.fromkeys([*declared(kb, "roles"), *kb.settings.organisation.roles])
    return [id_ for id_ in ids if id_ not in clients]


def _roles_named(kb: KnowledgeBase) -> Iterator[str]:
    """The roles that records name, in meetings and approvals."""
    for pir in kb.records(Pir).values():
        yield from (
            pir.initiated.by if pir.initiated is not None else "",
            pir.release.approved_by if pir.release else "",
        )
        for review in pir.reviews:
            yield from (review.chaired_by, *review.attendees)


def sections(kb: KnowledgeBase) -> list[str]:
    """The titles of sections of reviews: in the schema, in the template of the organisation, and in its reviews."""
    titles = [str(section["title"]) for section in schema.load("pir")["x-sections"]]
    template = kb.settings.root / "templates" / "pir.md"
    if template.is_file():
        titles += _HEADING.findall(template.read_text("utf-8", "replace"))
    titles += [section.title for pir in kb.records(Pir).values() for section in outline(pir.sections)]
    return list(dict.fromkeys(titles))


def options_name_existing_things(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of options that name a role, system, document or section that does not exist."""
    settings = kb.settings
    for kind in KINDS:
        names = [*declared(kb, kind), *(_roles_named(kb) if kind == "roles" else ())]
        for id_ in getattr(settings.organisation, kind):
            if id_ not in names:
                yield Problem.of(
                    "PIR602",
                    *place_of(settings.config_file, ("organisation", kind, id_), key=True),
                    f"no process declares the {kind.removesuffix('s')} '{id_}'{', and no record names it' if kind == 'roles' else ''}",
                    did_you_mean(id_, names) or f"the process library has {', '.join(declared(kb, kind))}",
                )
    clients = kb.records(Client)
    for id_ in settings.support_hours.clients if settings.support_hours is not None else ():
        if id_ not in clients:
            yield Problem.of(
                "PIR602",
                *place_of(settings.config_file, ("support_hours", "clients", id_), key=True),
                f"there is no client '{id_}'",
                did_you_mean(id_, clients) or f"the clients are {', '.join(clients)}",
            )
    titles = sections(kb)
    for number, title in enumerate(settings.client_sections):
        if "client_sections" in settings.options and title not in titles:
            yield Problem.of(
                "PIR602",
                *place_of(settings.config_file, ("client_sections", number)),
                f"no review has a section '{title}'",
                did_you_mean(title, titles) or f"the sections are {', '.join(titles)}",
            )
