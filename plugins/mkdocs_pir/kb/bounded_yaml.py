"""The configuration as YAML, refused before it is built where it would become more than it says.

A few lines of anchors and aliases stand for billions of values, and a value within itself for endless ones. Records know
neither; in mkdocs.yml they are of use. So the events of the parser are counted first, each alias as what it stands for.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.constructor import ConstructorError

from mkdocs_pir.kb.problem import Problem, ProblemError

MAX_VALUES = 50_000
"""Values of a file, aliases written out: a navigation of some ten thousand pages."""

MAX_DEPTH = 50
"""Values within one another."""

MAX_NUMBER = 10**18
"""A larger number is one by mistake, and Python takes the square of its digits to print it."""

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def refuse_unbounded(text: str, name: str) -> None:
    """Raise ProblemError for values that are too many, too deep or within themselves; `name` is the file's.

    Malformed YAML passes: whoever reads it next says what is wrong with it.
    """
    sizes: dict[str, int] = {}
    opened: list[tuple[str | None, int]] = []
    size = 0
    try:
        for event in yaml.parse(text, Loader=_Parser):
            if isinstance(event, yaml.AliasEvent):
                if any(anchor == event.anchor for anchor, _ in opened):
                    raise _refusal(name, event, f"the alias *{event.anchor} stands within what it names")
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
                raise _refusal(name, event, f"more than {MAX_VALUES:,} values, aliases written out")
    except yaml.YAMLError:
        return


def _refusal(name: str, event: Any, message: str) -> ProblemError:
    where = (event.start_mark.line + 1, event.start_mark.column + 1)
    return ProblemError([Problem.of("PIR601", name, where, message, "write the values out where they are needed")])


class TolerantLoader(yaml.SafeLoader):
    """Reads mkdocs.yml though it names Python objects, which are MkDocs' to resolve: they are nothing here."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            value = super().construct_object(node, deep)
        except (ValueError, KeyError):
            value = MAX_NUMBER + 1
        if isinstance(value, int) and abs(value) > MAX_NUMBER:
            what = "a number with too many digits, or no value of the kind that its tag names"
            raise ConstructorError(None, None, what, node.start_mark)
        return value


TolerantLoader.add_multi_constructor("", lambda loader, suffix, node: None)
# a date is text here: one that no calendar has is named at its place by the schema, not by a traceback
TolerantLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)
