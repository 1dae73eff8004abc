"""The texts of the software itself: the files of the theme, and the words in templates, code and schemas.

A client's edition of an empty knowledge base would show them too, so they give nobody away.
"""

from __future__ import annotations

import ast
import calendar
import errno
import json
import os
import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from importlib import resources, util
from pathlib import Path

from lunr.stop_word_filter import WORDS as STOP_WORDS

from mkdocs_pir.editions.audit.normalise import BARRIER, fold, squash, words
from mkdocs_pir.editions.audit.raw_knowledge import schema_folder
from mkdocs_pir.editions.audit.text_forms import TextForms

_PATH = re.compile(r"[\w.-]+/[\w./-]+")
_PACKAGES = ("site", "insight", "search", "editions")
"""The packages whose texts are on pages."""

_STATUS_UPDATES = (
    "We are currently investigating this issue.",
    "We are continuing to investigate this issue.",
    "The issue has been identified and a fix is being implemented.",
    "We are continuing to work on a fix for this issue.",
    "A fix has been implemented and we are monitoring the results.",
    "We are continuing to monitor for any further issues.",
    "This incident has been resolved.",
    "Scheduled maintenance is currently in progress. We will provide updates as necessary.",
    "The scheduled maintenance has been completed.",
)
"""The texts that Statuspage and others propose for updates."""

_LANGUAGES = "partials/languages/"
_MAPPING_SCHEMA = "mapping.schema.json"
UNUSED_TEMPLATES = ("partials/consent.html", "partials/feedback.html", "partials/social.html", "partials/source-file.html",
            "partials/comments.html", "partials/alternate.html", "partials/integrations/",
            "partials/javascripts/consent.html", "blog")  # fmt: skip
"""Templates that are used only with settings in `extra` or with another plugin, which no client's edition has."""

_THEME_PACKAGES = ("material", "mkdocs", "properdocs")
"""The packages whose files and templates may be in a site, as far as they are installed."""

_TEXT_TYPES = frozenset({".html", ".css", ".js", ".svg", ".txt", ".json", ".xml"})


def _package(name: str) -> Path | None:
    spec = util.find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


@cache
def _themes() -> tuple[Path, ...]:
    """The folders whose files are copied into every site unchanged."""
    own = Path(str(resources.files("mkdocs_pir")))
    overrides = own / "theme_overrides"
    folders = [overrides if overrides.is_dir() else own.parents[1] / "theme_overrides"]
    folders += [package / "templates" for name in _THEME_PACKAGES if (package := _package(name)) is not None]
    return tuple(folder for folder in folders if folder.is_dir())


def is_theme_file(path: str, content: bytes) -> bool:
    """Whether a published file is a file of the theme, byte for byte."""
    for folder in _themes():
        file = folder / path
        if file.is_file() and file.stat().st_size == len(content) and file.read_bytes() == content:
            return True
    return False


@cache
def texts(language: str = "en") -> tuple[TextForms, ...]:
    """The folded texts of the software in a site of this language: its templates, and the texts in its code and schemas."""
    return tuple(TextForms(fold(text)) for text in _all_texts(language))


@cache
def vocabulary(language: str = "en") -> frozenset[bytes]:
    """The words of the software's texts in this language."""
    return frozenset().union(*(text.words for text in texts(language)))


@cache
def stop_words() -> frozenset[bytes]:
    """Words that any English sentence may contain."""
    return frozenset(word for text in STOP_WORDS for word in words(fold(text)))


@cache
def templates() -> tuple[str, ...]:
    """The templates of `pir new` for records, and the usual texts of status pages."""
    folder = Path(str(resources.files("mkdocs_pir"))) / "templates"
    return (*(file.read_text("utf-8") for file in sorted(folder.glob("*.md"))), *_STATUS_UPDATES)


@cache
def messages() -> frozenset[bytes]:
    """The squashed error messages of all systems, such as "No space left on device" and "Bad Gateway"."""
    phrases = [*map(os.strerror, errno.errorcode), *(status.phrase for status in HTTPStatus)]
    return frozenset(squash(fold(text)) for text in phrases)


def _all_texts(language: str) -> Iterator[str]:
    # the search names its stop words on a page
    yield " ".join(sorted(STOP_WORDS))
    yield " ".join([*calendar.month_name, *calendar.month_abbr, *calendar.day_name, *calendar.day_abbr])
    read: set[str] = set()
    for number, folder in enumerate(_themes()):
        # of another theme only the templates change on their way to a page; its other files are known byte for byte
        for file in sorted(folder.rglob("*" if number == 0 else "*.html")):
            path = file.relative_to(folder).as_posix()
            if file.suffix in _TEXT_TYPES and path not in read and _is_used(path, language):
                # one of our templates replaces that of the same path in any theme
                if number == 0:
                    read.add(path)
                yield file.read_text("utf-8", "replace")
    package = Path(str(resources.files("mkdocs_pir")))
    for part in _PACKAGES:
        for file in sorted((package / part).rglob("*.py")):
            if "audit" not in file.relative_to(package).parts:
                yield BARRIER.join(literals(file.read_text("utf-8", "replace")))
    for file in sorted(schema_folder().glob("*.schema.json")):
        if file.name != _MAPPING_SCHEMA:
            yield "\n".join(_schema_texts(json.loads(file.read_text("utf-8"))))


def _is_used(path: str, language: str) -> bool:
    """Whether a client's edition in this language uses a template of a theme."""
    if path.startswith(_LANGUAGES):
        return path.removeprefix(_LANGUAGES).removesuffix(".html") in ("en", language)
    return not path.startswith(UNUSED_TEMPLATES)


def literals(code: str) -> Iterator[str]:
    """The string literals of a module without its docstrings, and the fields of its classes, which name keys of data."""
    nodes: list[ast.AST] = [ast.parse(code)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                yield _PATH.sub(" ", node.value)
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            if isinstance(node, ast.ClassDef):
                # the annotated names of functions and modules are in no output, so renaming one changes no audit
                fields = (item.target for item in node.body if isinstance(item, ast.AnnAssign))
                yield from (target.id for target in fields if isinstance(target, ast.Name))
            for name in node._fields:
                value = getattr(node, name, None)
                if isinstance(value, ast.AST):
                    nodes.append(value)
                elif isinstance(value, list):
                    nodes += [item for item in value if isinstance(item, ast.AST)]


def _schema_texts(spec: object) -> Iterator[str]:
    """The titles, descriptions and allowed values of a schema, without its examples, which may name anybody."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key in ("title", "description") and isinstance(value, str):
                yield value
            elif key == "enum":
                yield from map(str, value)
            elif key not in ("examples", "pattern", "$id"):
                if key == "properties":
                    yield from value
                yield from _schema_texts(value)
    elif isinstance(spec, list):
        for item in spec:
            yield from _schema_texts(item)
