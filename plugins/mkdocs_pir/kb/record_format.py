"""The format of the records: the version that this program reads and writes, and what another version means."""

from __future__ import annotations

from mkdocs_pir.kb.problem import Problem

CURRENT = 2
"""The version that `pir init` and `pir upgrade` write. Each version before has an upgrade in `exchange/upgrades.py`."""

FIRST = 1
"""The version of records whose configuration names none."""


def newer(version: object, path: str, where: tuple[int, int]) -> list[Problem]:
    """The problem of records of a newer format than this program reads; `version` is as written, at this place."""
    text = str(version)
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) <= CURRENT:
        return []
    message = f"the records have format {text}, and this version of pir reads formats up to {CURRENT}"
    hint = "install the version of mkdocs-pir that upgraded them, or a later one"
    return [Problem.of("PIR624", path, where, message, hint)]


def older(version: int, path: str, where: tuple[int, int]) -> list[Problem]:
    """The problem of records of an older format than the current one."""
    if version >= CURRENT:
        return []
    message = f"the records have format {version}; the current one is {CURRENT}"
    hint = "'pir upgrade --dry-run' shows what would change, and 'pir upgrade' changes it"
    return [Problem.of("PIR625", path, where, message, hint)]
