"""Limits for YAML configuration files, checked before their values are built.

A few lines with anchors and aliases can expand to billions of values, and a value that contains itself to endless
ones. Records may not use them, but they are useful in mkdocs.yml. So the events of the parser are counted first, where
an alias counts as many values as it expands to.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.constructor import ConstructorError

from mkdocs_pir.kb.problem import Problem, ProblemError

MAX_VALUES = 50_000
"""The maximum number of values, with aliases expanded: enough to navigate about ten thousand pages."""

MAX_DEPTH = 50
"""The maximum nesting of values."""

MAX_NUMBER = 10**18
"""The largest number; printing one takes Python time with the square of its digits."""

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def refuse_unbounded(text: str, name: str) -> None:
    """Raise ProblemError for a file (`name`) with too many values, too deep ones, or values that contain themselves.

    Malformed YAML is accepted here, as it is reported when the file is read.
    """
    sizes: dict[str, int] = {}
    opened: list[tuple[str | None, int]] = []
    size = 0
    try:
        for event in yaml.parse(text, Loader=_Parser):
            if isinstance(event, yaml.AliasEvent):
                if any(anchor == event.anchor for anchor, _ in opened):
                    raise _refusal(name, event, f"the alias *{event.anchor} is inside the value that it refers to")
                size += sizes.get(str(event.anchor), 1)
            elif isinstance(event, yaml.ScalarEvent):
                size += 1
                if event.anchor:
                    sizes[event.anchor] = 1
            elif isinstance(event, yaml.CollectionStartEvent):
                opened.append((event.anchor, size))
                size += 1
                if len(opened) > MAX_DEPTH:
                    raise _refusal(name, event, f"nested more than {MAX_DEPTH} levels deep")
            elif isinstance(event, yaml.CollectionEndEvent):
                anchor, before = opened.pop()
                if anchor:
                    sizes[anchor] = size - before
            if size > MAX_VALUES:
                raise _refusal(name, event, f"more than {MAX_VALUES:,} values when aliases are expanded")
    except yaml.YAMLError:
        return


def _refusal(name: str, event: Any, message: str) -> ProblemError:
    where = (event.start_mark.line + 1, event.start_mark.column + 1)
    return ProblemError(
        [Problem.of("PIR601", name, where, message, "write the values where they are needed, without aliases")]
    )


class TolerantLoader(yaml.SafeLoader):
    """A loader that reads the Python objects in a mkdocs.yml, which only MkDocs can resolve, as None."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            value = super().construct_object(node, deep)
        except (ValueError, KeyError):
            value = MAX_NUMBER + 1
        if isinstance(value, int) and abs(value) > MAX_NUMBER:
            what = "a number with too many digits, or a value that does not fit its tag"
            raise ConstructorError(None, None, what, node.start_mark)
        return value


TolerantLoader.add_multi_constructor("", lambda loader, suffix, node: None)
# dates stay texts, so that the check against the schema reports an impossible one
TolerantLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)
