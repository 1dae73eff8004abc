"""Forms of a preview, asked in this process: what a browser sends, and what it is answered."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mkdocs_pir.site.editing.access import Access
from mkdocs_pir.site.editing.record_editor import RecordEditor
from mkdocs_pir.site.editing.web_api import WebApi

HOST = "127.0.0.1:8000"


class Browser:
    """A browser with the cookie of a preview, whose forms are those of a knowledge base."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.access = Access(8000)
        self.api = WebApi(RecordEditor(folder / "mkdocs.yml"), self.access, "/")
        self.headers: dict[str, str] = {}

    def ask(self, path: str, **environ: Any) -> tuple[int, dict[str, str], bytes]:
        """The status, the headers and the content of an answer."""
        given: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "HTTP_HOST": HOST,
            "HTTP_COOKIE": self.access.cookie("/").partition(";")[0],
            "wsgi.input": io.BytesIO(),
            **environ,
        }
        started: list[Any] = []
        content = b"".join(self.api(given, lambda status, headers: started.append((status, headers))))
        status, headers = started[0]
        return int(status[:3]), dict(headers), content

    def post(self, call: str, given: Any, **environ: Any) -> tuple[int, Any]:
        """The status of a call, and what it answers."""
        content = given if isinstance(given, bytes) else json.dumps(given).encode()
        status, _, answer = self.ask(
            f"/_edit/api/{call}",
            **{
                "REQUEST_METHOD": "POST",
                "CONTENT_TYPE": "application/json",
                "CONTENT_LENGTH": str(len(content)),
                "HTTP_ORIGIN": f"http://{HOST}",
                "wsgi.input": io.BytesIO(content),
                **environ,
            },
        )
        return status, json.loads(answer)

    def call(self, call: str, **given: Any) -> Any:
        """What a call answers that succeeds."""
        status, answer = self.post(call, given)
        assert status == 200, answer
        return answer

    def open(self, id_: str) -> Form:
        return Form(self, self.call("open", id=id_))


class Form:
    """One form, with what was typed into it."""

    def __init__(self, browser: Browser, opened: Mapping[str, Any]) -> None:
        self.browser = browser
        self.opened = opened
        self.data: dict[str, Any] = dict(opened["data"])
        self.texts: dict[str, str] = {}
        self.added: dict[str, str] = {}

    @property
    def given(self) -> dict[str, Any]:
        return {
            "id": self.opened["id"],
            "digest": self.opened["digest"],
            "data": self.data,
            "texts": self.texts,
            "added": self.added,
        }

    def write(self, title: str, text: str) -> None:
        """Write a section, which the record has or not yet."""
        titles = [one["title"] for one in self.opened["texts"]]
        if title in titles:
            self.texts[str(titles.index(title))] = text
        else:
            self.added[title] = text

    def check(self) -> Any:
        return self.browser.call("check", **self.given)

    def save(self, **more: Any) -> Any:
        return self.browser.call("save", **self.given, **more)
