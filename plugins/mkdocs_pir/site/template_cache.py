"""Templates compiled once a process: for all builds of a preview, and for all editions that are published together."""

from __future__ import annotations

from jinja2.bccache import Bucket, BytecodeCache


class TemplateCache(BytecodeCache):
    """Compiled templates in memory; half of a small build goes into compiling the theme's."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        # Jinja compares the template's text itself, so one that changed is compiled again
        if (code := self._kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATE_CACHE = TemplateCache()
