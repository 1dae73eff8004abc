"""Drafts of records: a template filled with values, written to a new file, never over an existing one.

A template is a record with `{{ name }}` where a value goes. In its front matter every value is written as YAML,
in its body as Markdown text. The organisation's own `templates/<kind>.md`, beside mkdocs.yml, is used before ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mkdocs_pir.kb.frontmatter_writer import scalar
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.references import DATED

FOLDER = "templates"
"""Where an organisation keeps its own templates, beside mkdocs.yml."""

_CLOSING = re.compile(r"(?m)^---[ \t]*$\n?")


@dataclass(frozen=True, slots=True)
class Template:
    """A template's text and the name to show when something is wrong with it."""

    name: str
    text: str


def shipped() -> Path:
    """The folder of the templates that come with the package."""
    return Path(str(resources.files("mkdocs_pir"))) / FOLDER


def template_of(kind: str, root: Path) -> Template:
    """The template of a kind: the organisation's below `root`, else ours. Raises ProblemError."""
    own = root / FOLDER / f"{kind}.md"
    if not own.is_file():
        return Template(f"{kind}.md", (shipped() / f"{kind}.md").read_text("utf-8"))
    name = f"{FOLDER}/{kind}.md"
    try:
        return Template(name, own.read_text("utf-8-sig").replace("\r\n", "\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(name, 0, f"it cannot be read: {error}") from None


def filled(template: Template, values: Mapping[str, Any]) -> str:
    """The template with its values. Raises ProblemError (PIR619) at the line that cannot be filled."""
    closing = [match.end() for match in _CLOSING.finditer(template.text)][:2]
    if not template.text.startswith("---") or len(closing) < 2:
        raise _unusable(template.name, 1, "it does not begin with front matter between two lines ---")
    front, body = template.text[: closing[1]], template.text[closing[1] :]
    return fill(template.name, front, values, _yaml) + fill(template.name, body, values, _text, front.count("\n"))


def path_of(kind: str, id_: str) -> str:
    """Where the record with this id belongs, relative to the knowledge base."""
    year = DATED.match(id_) if KINDS[kind].subfolder == "year" else None
    return f"{KINDS[kind].folder}/{year[1]}/{id_}.md" if year else f"{KINDS[kind].folder}/{id_}.md"


def create(folder: Path, kind: str, ids: Iterable[str], text_of: Callable[[str], str]) -> tuple[str, Path]:
    """Write a new record under the first id that has no file yet; returns the id and the file.

    Another `pir new` at the same moment gets another id. Raises FileExistsError when no id is left, OSError
    when the file cannot be written.
    """
    in_use = None
    for id_ in ids:
        text, file = text_of(id_), folder / path_of(kind, id_)
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with file.open("x", encoding="utf-8", newline="\n") as out:
                out.write(text)
        except FileExistsError as error:
            in_use = error
        else:
            return id_, file
    raise in_use or FileExistsError(f"no id is free in {folder}")


def fill(name: str, text: str, values: Mapping[str, Any], written: Callable[[Any], str], lines_before: int = 0) -> str:
    """A text with its values, each `written` as its place needs. Raises ProblemError (PIR619) naming the template."""
    # sandboxed: a template may come with a knowledge base that somebody else wrote
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=written,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    try:
        rendered = environment.from_string(text).render(values)
    except TemplateSyntaxError as error:
        raise _unusable(name, lines_before + error.lineno, str(error.message)) from None
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise _unusable(name, 0, str(error)) from None
    # a field without a value leaves no blank at the end of its line
    return re.sub(r"[ \t]+$", "", rendered, flags=re.MULTILINE)


def _yaml(value: Any) -> str:
    """A value in front matter: lists on one line, nothing for an empty value."""
    if value is None or value in ("", [], ()):
        return ""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(scalar(item, flow=True) for item in value) + "]"
    return scalar(value)


def _text(value: Any) -> str:
    """A value in the body: one line of Markdown that stays in its table cell."""
    return "" if value is None else str(value).replace("\n", " ").replace("|", "\\|")


def _unusable(name: str, line: int, why: str) -> ProblemError:
    hint = f"correct the template, or remove {FOLDER}/ to use the one that comes with pir"
    return ProblemError([Problem.of("PIR619", name, (line, 1) if line else (0, 0), f"the template: {why}", hint)])
