"""Python's collection of cyclic garbage, held off while many objects are made that stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
