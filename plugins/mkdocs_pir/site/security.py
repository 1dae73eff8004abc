"""The Content-Security-Policy of a page: it allows what is served with the site, and the theme's inline scripts by hash.

The caller says which inline scripts are the theme's; they are never read from the page. So a script in the text of a
record has no hash in the policy and does not run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

_SCRIPT = re.compile(r"<script(?P<attributes>\s[^>]*)?>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE)
_NOT_INLINE = re.compile(r"""\s(?:src\b|type\s*=\s*["']?application/(?:ld\+)?json)""", re.IGNORECASE)
"""Attributes of a script element that loads a file or contains data."""
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*><meta name="referrer" content="same-origin">')
_CHARSET = re.compile(r"<meta charset=[^>]*>")
_ALLOWED = "script-src 'self'"


def inline_scripts(template: str) -> list[str]:
    """The code of the inline scripts in a rendered template of the theme."""
    return [m["code"] for m in _SCRIPT.finditer(template) if not _NOT_INLINE.search(m["attributes"] or "")]


def with_policy(html: str, scripts: Iterable[str] = ()) -> str:
    """The page with its policy as a meta element, at the beginning of its head. `scripts` are the inline scripts allowed."""
    hashes = (_hash(code) for code in scripts if code in html)
    policy = "; ".join(
        [
            "default-src 'none'",
            " ".join([_ALLOWED, *dict.fromkeys(hashes)]),
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
        ]
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}"><meta name="referrer" content="same-origin">'
    return _CHARSET.sub(lambda m: m[0] + meta, html, count=1)


def with_allowed_script(html: str, code: str) -> str:
    """The page with one more inline script in its policy; unchanged if it has no policy."""
    return _POLICY.sub(lambda m: m[0].replace(_ALLOWED, f"{_ALLOWED} {_hash(code)}", 1), html, count=1)


@lru_cache(maxsize=256)
def _hash(code: str) -> str:
    digest = hashlib.sha256(code.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
