"""The address at which the source of a record is edited, from the settings `repo_url`, `edit_uri` and `edit_uri_template`."""

from __future__ import annotations

import re
from string import Formatter
from typing import Any
from urllib.parse import quote, urljoin

_PATH = re.compile(r"\{path(?:_noext)?(!q)?\}")


def edit_template(repo_url: str, edit_uri: str, edit_uri_template: str, folder: str) -> str:
    """A template of addresses for `edit_address`; empty where the settings lead to none.

    Args:
        repo_url: The address of the repository, or nothing if the other settings are whole addresses.
        edit_uri: What stands before the path of a file, relative to the repository.
        edit_uri_template: What stands for `edit_uri`, with `{path}` or `{path_noext}`, and `!q` to quote all of it.
        folder: The folder of the records relative to `docs_dir`, from which these settings count: empty, or with a
            slash at its end; it may begin with `../`.
    """
    if not edit_uri and not edit_uri_template:
        return ""
    uri = edit_uri_template or f"{edit_uri.replace('{', '%7B').replace('}', '%7D')}{{path}}"
    if not _PATH.search(uri):
        return ""
    uri = _PATH.sub(lambda path: quote(folder, safe="" if path[1] else "/") + path[0], uri)
    address = urljoin(f"{repo_url.rstrip('/')}/", uri) if repo_url else uri
    # what leads out of docs_dir cannot be worked out within a query
    unclear = ".." in re.split(r"[/=]|%2F", address)
    return address if address.startswith(("https://", "http://")) and not unclear else ""


def edit_address(template: str, path: str) -> str:
    """The address at which a file of the records, such as `lessons/LL-0001.md`, is edited."""
    return _Addresses().vformat(template, (), {"path": path, "path_noext": path.rpartition(".")[0]})


class _Addresses(Formatter):
    """Fills a template with quoted paths."""

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        return quote(str(value), safe="" if conversion == "q" else "/")
