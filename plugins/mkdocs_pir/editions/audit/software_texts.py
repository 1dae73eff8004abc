"""What a site holds without any knowledge base: the files of the theme, and the words of the software itself.

A client's edition of an empty knowledge base would show them too, so they give nothing away.
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

_PATH = re.compile(r"[\w.-]+/[\w./-]+")
_SPEAKING = ("site", "insight", "search", "editions")
"""Parts of the package whose texts reach a page."""

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
"""The updates that Statuspage and others propose."""

_LANGUAGES = "partials/languages/"
_OF_IMPORTS = "mapping.schema.json"
OF_EXTRA = ("partials/consent.html", "partials/feedback.html", "partials/social.html", "partials/source-file.html",
            "partials/comments.html", "partials/alternate.html", "partials/integrations/",
            "partials/javascripts/consent.html", "blog")  # fmt: skip
"""Templates that say something only where `extra` or another plugin asks for it: a client's edition has neither."""

_TEXTS = frozenset({".html", ".css", ".js", ".svg", ".txt", ".json", ".xml"})


def _package(name: str) -> Path | None:
    spec = util.find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


@cache
def _themes() -> tuple[Path, ...]:
    """The folders from which files are copied into every site as they are."""
    own = Path(str(resources.files("mkdocs_pir")))
    overrides = own / "theme_overrides"
    folders = [overrides if overrides.is_dir() else own.parents[1] / "theme_overrides"]
    folders += [package / "templates" for name in ("material", "mkdocs") if (package := _package(name)) is not None]
    return tuple(folder for folder in folders if folder.is_dir())


def is_the_themes_own(path: str, content: bytes) -> bool:
    """Whether a published file is one of the theme's, byte for byte."""
    for folder in _themes():
        file = folder / path
        if file.is_file() and file.stat().st_size == len(content) and file.read_bytes() == content:
            return True
    return False


@cache
def texts(language: str = "en") -> tuple[bytes, ...]:
    """The software's own texts in a site of this language, folded: its templates, the words in its code, the titles in
    its schemas."""
    return tuple(fold(text) for text in _all(language))


@cache
def vocabulary(language: str = "en") -> frozenset[bytes]:
    """The words of these texts."""
    return frozenset(word for text in texts(language) for word in words(text))


@cache
def stop_words() -> frozenset[bytes]:
    """Words that any English sentence may have."""
    return frozenset(word for text in STOP_WORDS for word in words(fold(text)))


@cache
def templates() -> tuple[str, ...]:
    """What records begin with, written by `pir new`, and what a status page says unless somebody says it otherwise."""
    folder = Path(str(resources.files("mkdocs_pir"))) / "templates"
    return (*(file.read_text("utf-8") for file in sorted(folder.glob("*.md"))), *_STATUS_UPDATES)


@cache
def messages() -> frozenset[bytes]:
    """What systems say everywhere when something fails, squashed: "No space left on device", "Bad Gateway"."""
    phrases = [*map(os.strerror, errno.errorcode), *(status.phrase for status in HTTPStatus)]
    return frozenset(squash(fold(text)) for text in phrases)


def _all(language: str) -> Iterator[str]:
    # the search says which words it passes over
    yield " ".join(sorted(STOP_WORDS))
    yield " ".join([*calendar.month_name, *calendar.month_abbr, *calendar.day_name, *calendar.day_abbr])
    read: set[str] = set()
    for number, folder in enumerate(_themes()):
        # of a theme's own files only the templates are changed on the way; the rest is known byte for byte
        for file in sorted(folder.rglob("*" if number == 0 else "*.html")):
            path = file.relative_to(folder).as_posix()
            if file.suffix in _TEXTS and path not in read and _in_clients_editions(path, language):
                # a template takes the place of one of the same path in the themes below
                read.add(path)
                yield file.read_text("utf-8", "replace")
    package = Path(str(resources.files("mkdocs_pir")))
    for part in _SPEAKING:
        for file in sorted((package / part).rglob("*.py")):
            if "audit" not in file.relative_to(package).parts:
                yield BARRIER.join(literals(file.read_text("utf-8", "replace")))
    for file in sorted(schema_folder().glob("*.schema.json")):
        if file.name != _OF_IMPORTS:
            yield "\n".join(_titles(json.loads(file.read_text("utf-8"))))


def _in_clients_editions(path: str, language: str) -> bool:
    """Whether a template of a theme has a part in a client's edition of this language."""
    if path.startswith(_LANGUAGES):
        return path.removeprefix(_LANGUAGES).removesuffix(".html") in ("en", language)
    return not path.startswith(OF_EXTRA)


def literals(code: str) -> Iterator[str]:
    """The string literals of a module without its docstrings, and the fields of its classes, which name keys of data."""
    tree = ast.parse(code)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield _PATH.sub(" ", node.value)
        elif isinstance(node, ast.ClassDef):
            # the annotated names of functions and modules are in no output, so renaming one changes no audit
            fields = (item.target for item in node.body if isinstance(item, ast.AnnAssign))
            yield from (target.id for target in fields if isinstance(target, ast.Name))


def _titles(spec: object) -> Iterator[str]:
    """Titles, descriptions and allowed values of a schema; not its examples, which may be anybody's."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key in ("title", "description") and isinstance(value, str):
                yield value
            elif key == "enum":
                yield from map(str, value)
            elif key not in ("examples", "pattern", "$id"):
                if key == "properties":
                    yield from value
                yield from _titles(value)
    elif isinstance(spec, list):
        for item in spec:
            yield from _titles(item)
