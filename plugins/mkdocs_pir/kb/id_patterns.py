"""The option `id_patterns`: regular expressions for ids, matched in a time that is linear in the length of the id.

Python's `re` backtracks, so a pattern such as `(A+)+B` can keep it busy for ever. The engine of the JSON Schema
validator does not backtrack. It supports neither look-around nor back-references, which ids do not need.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import cache

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

_SIZE = 1 << 20
"""The maximum size of a compiled pattern in bytes; nested repetitions multiply it."""


@cache
def matcher(pattern: str) -> Callable[[str], bool]:
    """A function that tells whether an id matches a pattern from beginning to end.

    Raises ValueError, with the reason, for a pattern that cannot be used.
    """
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
        message = (
            "it has look-around, back-references or too many repetitions, for which the time to match has no limit"
        )
        raise ValueError(message) from None
    return whole.is_valid


def follows(pattern: str | None, id_: str) -> bool:
    """Whether an id matches the pattern for its kind; true if there is none."""
    return not pattern or matcher(pattern)(id_)
