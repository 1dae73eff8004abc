"""The patterns that an organisation writes for its ids, matched by an engine whose time grows only with their length.

Python's `re` goes back over what it has read, and a pattern such as `(A+)+B` keeps it busy for ever. The engine of the
schemas does not; in return it knows no looking around and no references back, which no id needs.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import cache

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

_SIZE = 1 << 20
"""Bytes of a pattern that was taken apart: repetitions within repetitions multiply."""


@cache
def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether an id as a whole follows a pattern. Raises ValueError, with the reason, for one that cannot be used."""
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(pattern)
    except (re.error, OverflowError) as error:
        raise ValueError(str(error)) from None
    except RecursionError:
        raise ValueError("its groups are nested too deep") from None
    try:
        whole = Draft202012Validator({"pattern": f"^(?:{pattern})$"}, pattern_options=RegexOptions(size_limit=_SIZE))
    except ValidationError:
        message = "it looks around, refers back or repeats too much, for which no reader promises to come to an end"
        raise ValueError(message) from None
    return whole.is_valid


def follows(pattern: str | None, id_: str) -> bool:
    """Whether an id follows the pattern for its kind, where there is one."""
    return not pattern or matcher(pattern)(id_)
