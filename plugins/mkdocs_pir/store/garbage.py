"""The memory of this process: when cyclic garbage is looked for, and when free memory is given back."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_NEW_OBJECTS = 20_000
"""Python's own number is 700 or 2,000; twenty thousand small objects are one or two MB."""


@contextmanager
def not_collected() -> Iterator[None]:
    """Let Python look for no cyclic garbage here, nor later among what is made here.

    Reading ten thousand records makes millions of objects that stay; looking through them again and again took two
    fifths of the time. What is made here must have no cycles, so that it goes when nothing refers to it.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def collect_seldom() -> None:
    """Let Python look for cyclic garbage after so many new objects that a command of a second hardly does it at all."""
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


def give_back() -> None:
    """Give memory that is free back to the system, where its library can do that (glibc)."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
