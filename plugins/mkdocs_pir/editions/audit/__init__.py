"""The independent audit: a search of every byte of a client's edition for what the client must not see.

It runs between staging and publishing and shares no code with the projection: it reads the raw knowledge base itself,
has an implementation of its own of what a client may see, and decodes published files in every encoding it knows.
"""

from mkdocs_pir.editions.audit.auditor import Auditor
from mkdocs_pir.editions.audit.learned_texts import LearnedTexts
from mkdocs_pir.editions.audit.ledger import Ledger
from mkdocs_pir.editions.audit.names import NotLookedFor
from mkdocs_pir.editions.audit.ordinary_words import OrdinaryUse
from mkdocs_pir.editions.audit.repeated_audit import RepeatedAudits
from mkdocs_pir.editions.audit.report import Finding, Report, manifest_of

__all__ = [
    "Auditor",
    "Finding",
    "LearnedTexts",
    "Ledger",
    "NotLookedFor",
    "OrdinaryUse",
    "RepeatedAudits",
    "Report",
    "manifest_of",
]
