"""Who may use the form: a browser on this machine that opened the address which the command printed."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from mkdocs_pir.site.allowed_hosts import OWN_NAMES, host_name

MOST = 4 << 20
"""Bytes of a request: a record has at most 1 MiB, and JSON writes some letters with six characters."""


class Refused(Exception):
    """Raised for a request that is not answered, with the status of HTTP and a sentence for the user."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Access:
    """The token of one run of the preview, which a browser gives once in the address and then keeps as a cookie."""

    def __init__(self, port: int) -> None:
        # cookies do not know ports: another preview on this machine has a cookie of its own
        self._cookie = f"pir_edit_{port}"
        self.token = secrets.token_urlsafe(24)

    def cookie(self, path: str) -> str:
        """The header that lets the browser keep the token."""
        return f"{self._cookie}={self.token}; Path={path}; HttpOnly; SameSite=Strict"

    def has_token(self, environ: Mapping[str, Any]) -> bool:
        """Whether the address of a request has the right token, or the whole address that has it."""
        given = parse_qs(environ.get("QUERY_STRING", "")).get("token", [""])[0].rpartition("token=")[2].strip()
        return hmac.compare_digest(given.encode(), self.token.encode())

    def is_known(self, environ: Mapping[str, Any]) -> bool:
        """Whether the browser has the cookie with the right token."""
        try:
            cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
        except CookieError:
            return False
        given = cookies[self._cookie].value if self._cookie in cookies else ""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def check_host(self, environ: Mapping[str, Any]) -> None:
        """Raise Refused for a host name that does not mean this machine."""
        if host_name(environ.get("HTTP_HOST", "")) not in OWN_NAMES:
            raise Refused("403 Forbidden", "Records are edited at localhost or 127.0.0.1 only.")

    def check_call(self, environ: Mapping[str, Any]) -> int:
        """Raise Refused unless a request comes from our own page. Returns the length of its content."""
        self.check_host(environ)
        if environ.get("REQUEST_METHOD") != "POST":
            raise Refused("405 Method Not Allowed", "Only POST is answered here.")
        if not self.is_known(environ):
            message = "Open the address that 'pir serve' printed for editing; what is typed here stays."
            raise Refused("403 Forbidden", message)
        if environ.get("HTTP_ORIGIN") != f"http://{environ.get('HTTP_HOST', '')}":
            raise Refused("403 Forbidden", "The request does not come from the form.")
        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
            raise Refused("415 Unsupported Media Type", "The request is not JSON.")
        length = environ.get("CONTENT_LENGTH") or ""
        if not length.isascii() or not length.isdecimal():
            raise Refused("411 Length Required", "The request does not say how long it is.")
        if int(length) > MOST:
            raise Refused("413 Content Too Large", f"The request is longer than {MOST:,} bytes.")
        return int(length)
