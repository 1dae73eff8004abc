"""A value of the source that cannot be used."""

from __future__ import annotations


class Rejected(ValueError):
    """A value that cannot be used: why, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
