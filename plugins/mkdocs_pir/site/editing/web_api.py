"""The addresses of the form, as a WSGI application: its page, its scripts, and calls that answer with JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from mkdocs_pir.kb.model import Branding
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.kb.record_edits import EditError
from mkdocs_pir.site import brand
from mkdocs_pir.site.editing import field_values, new_records
from mkdocs_pir.site.editing.access import Access, Refused
from mkdocs_pir.site.editing.new_records import NotCreated
from mkdocs_pir.site.editing.record_editor import Answer, Form, NotPossible, RecordEditor
from mkdocs_pir.site.theme import theme_folder

log = logging.getLogger("mkdocs.plugins.pir")

ADDRESS = "_edit/"
"""Where the form is below the address of the site; no page of a site has such a name."""

PAGE = Path(__file__).parent / "page"
"""The folder of the page of the form with its scripts and style sheets."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_FILES: Mapping[str, tuple[str, str]] = {
    "": ("page.html", "text/html"),
    "edit.js": ("edit.js", "text/javascript"),
    "fields.js": ("fields.js", "text/javascript"),
    "messages.js": ("messages.js", "text/javascript"),
    "pickers.js": ("pickers.js", "text/javascript"),
    "link.css": ("link.css", "text/css"),
    "sections.js": ("sections.js", "text/javascript"),
    "tables.js": ("tables.js", "text/javascript"),
    "edit.css": ("edit.css", "text/css"),
}
"""The files of the form, and their types. They are not in the theme folder, whose files are part of every site."""

_HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)

_Start = Callable[..., Any]


class BadRequest(Exception):
    """Raised for a call that our own page never makes."""


class WebApi:
    """Answers requests below `ADDRESS`."""

    def __init__(self, editor: RecordEditor, access: Access, mount: str) -> None:
        """`mount` is the path of the site on its server, with a slash at both ends."""
        self.access = access
        self.root = f"{mount}{ADDRESS}"
        self._editor = editor
        self._mount = mount

    def is_asked(self, path: str) -> bool:
        """Whether a path of the server is one of the form's."""
        return f"{path}/".startswith(self.root)

    def link(self, id_: str) -> str:
        """The link to the form of a record, for the beginning of its page in the preview."""
        # its style sheet is not that of the pages, whose files are the same as when they are published
        style = f'<link rel="stylesheet" href="{self.root}link.css">'
        return f'{style}<a class="pir-edit-link" href="{self.root}?id={quote(id_)}">Edit</a>'

    def __call__(self, environ: Mapping[str, Any], start_response: _Start) -> Iterable[bytes]:
        name = str(environ.get("PATH_INFO", ""))[len(self.root) :]
        try:
            if name.startswith("api/"):
                return self._call(name.removeprefix("api/"), environ, start_response)
            return self._file(name, environ, start_response)
        except Refused as refused:
            return _answer(start_response, refused.status, {"error": refused.message})

    def _file(self, name: str, environ: Mapping[str, Any], start_response: _Start) -> Iterable[bytes]:
        self.access.check_host(environ)
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            raise Refused("405 Method Not Allowed", "Only GET is answered here.")
        if not name and self.access.has_token(environ):
            # the token leaves the address bar and the history
            id_ = _asked(environ)
            place = f"{self.root}?id={quote(id_)}" if id_ else self.root
            headers = [("Location", place), ("Set-Cookie", self.access.cookie(self._mount))]
            start_response("303 See Other", [*headers, *_HEADERS])
            return [b""]
        if not name and not self.access.is_known(environ):
            page = (PAGE / "ask.html").read_text("utf-8").replace('value="ID"', f'value="{escape(_asked(environ))}"')
            policy = ("Content-Security-Policy", POLICY.replace("form-action 'none'", "form-action 'self'"))
            start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), policy, *_HEADERS[1:]])
            return [page.encode()]
        if name == "brand.css":
            content, kind = brand.stylesheet(self._branding()).encode(), "text/css"
        elif name == "pir.css":
            sheets = (theme_folder() / "assets/stylesheets" / sheet for sheet in ("pir-tokens.css", "pir.css"))
            content, kind = b"".join(sheet.read_bytes() for sheet in sheets), "text/css"
        elif name in _FILES:
            file, kind = _FILES[name]
            content = (PAGE / file).read_bytes()
        else:
            raise Refused("404 Not Found", "There is nothing at this address.")
        start_response("200 OK", [("Content-Type", f"{kind}; charset=utf-8"), *_HEADERS])
        return [content]

    def _branding(self) -> Branding:
        try:
            organisation = self._editor.settings().organisation
        except ProblemError:
            return Branding()
        return Branding("", organisation.primary, organisation.accent)

    def _call(self, name: str, environ: Mapping[str, Any], start_response: _Start) -> Iterable[bytes]:
        content = environ["wsgi.input"].read(self.access.check_call(environ))
        try:
            answer = self._answered(name, content)
        except BadRequest:
            return _answer(
                start_response, "400 Bad Request", {"error": "The form and the preview do not fit together."}
            )
        except (NotPossible, NotCreated) as error:
            return _answer(start_response, "422 Unprocessable Content", {"error": str(error)})
        except (ProblemError, EditError) as error:
            return _answer(start_response, "422 Unprocessable Content", {"error": f"{error}."})
        except Exception as error:
            log.exception("a call of the form")
            what = f"{type(error).__name__}: {error}. This is a fault of mkdocs-pir; please report it."
            return _answer(start_response, "500 Internal Server Error", {"error": what})
        return _answer(start_response, "200 OK", answer)

    def _answered(self, name: str, content: bytes) -> Answer:
        try:
            given = json.loads(content)
        except (ValueError, RecursionError):
            raise BadRequest from None
        if not isinstance(given, dict) or name not in _CALLS:
            raise BadRequest
        return _CALLS[name](self._editor, given)


def _asked(environ: Mapping[str, Any]) -> str:
    """The id of the record whose form a request asks for, or nothing."""
    return parse_qs(str(environ.get("QUERY_STRING", ""))).get("id", [""])[0]


def _form(given: Mapping[str, Any]) -> Form:
    data, texts, added = given.get("data"), given.get("texts"), given.get("added")
    if not (isinstance(data, dict) and isinstance(texts, dict) and isinstance(added, dict)):
        raise BadRequest
    if not field_values.is_valid(data):
        raise BadRequest
    if not all(isinstance(text, str) for text in (*texts.values(), *added.values())):
        raise BadRequest
    try:
        json.dumps([data, texts, added], ensure_ascii=False).encode()
    except UnicodeEncodeError:
        # half of a character outside the first plane of Unicode, which JSON can write and UTF-8 cannot
        raise NotPossible("What was typed has half of a character in it, which no file can hold. Remove it.") from None
    if not all(number.isascii() and number.isdecimal() for number in texts):
        raise BadRequest
    numbered = {int(number[:9]): text for number, text in texts.items()}
    return Form(_text(given, "id"), _text(given, "digest"), data, numbered, added)


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise BadRequest
    return value


def _find(editor: RecordEditor, given: Mapping[str, Any]) -> Answer:
    kinds = given.get("kinds", [])
    if not isinstance(kinds, list):
        raise BadRequest
    wanted = [str(kind) for kind in kinds]
    return {"records": editor.find(wanted, _text(given, "words")), "begin": new_records.that_begin(wanted)}


def _create(editor: RecordEditor, given: Mapping[str, Any]) -> Answer:
    if not field_values.is_valid(given):
        raise BadRequest
    return editor.create(_text(given, "kind"), given)


def _release(editor: RecordEditor, given: Mapping[str, Any]) -> Answer:
    return editor.release(*(_text(given, name) for name in ("id", "digest", "audience", "by")))


_CALLS: Mapping[str, Callable[[RecordEditor, Mapping[str, Any]], Answer]] = {
    "home": lambda editor, given: editor.home(),
    "open": lambda editor, given: editor.open(_text(given, "id")),
    "check": lambda editor, given: editor.check(_form(given)),
    "save": lambda editor, given: editor.save(_form(given), with_errors=given.get("with_errors") is True),
    "save-deleted": lambda editor, given: editor.save_deleted(_form(given)),
    "create": _create,
    "release": _release,
    "find": _find,
}


def _answer(start_response: _Start, status: str, answer: Mapping[str, Any]) -> Iterable[bytes]:
    content = json.dumps(answer, ensure_ascii=False, default=str).encode("utf-8", "replace")
    headers = [("Content-Type", "application/json; charset=utf-8"), ("Content-Length", str(len(content)))]
    start_response(status, [*headers, *_HEADERS])
    return [content]
