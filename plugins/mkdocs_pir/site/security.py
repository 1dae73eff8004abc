"""The Content-Security-Policy of a page: only what is served with the site, and the theme's own inline scripts by hash."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache

_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"<style[^>]*>(?P<code>.*?)</style>", re.DOTALL | re.IGNORECASE)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*><meta name="referrer" content="same-origin">')
_CHARSET = re.compile(r"<meta charset=[^>]*>")


def with_policy(html: str) -> str:
    """The page with its policy as a meta element, before anything it governs. A policy it has is made anew."""
    html = _POLICY.sub("", html, count=1)
    scripts = [_hash(m["code"]) for m in _SCRIPT.finditer(html) if _runs(m["attributes"])]
    styles = [_hash(m["code"]) for m in _STYLE.finditer(html)]
    policy = "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *dict.fromkeys(scripts)]),
            " ".join(["style-src 'self'", *dict.fromkeys(styles)]),
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


def _runs(attributes: str) -> bool:
    return "src=" not in attributes and "application/json" not in attributes


@lru_cache(maxsize=256)
def _hash(code: str) -> str:
    digest = hashlib.sha256(code.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
