"""Feeds in Atom 1.0 (RFC 4287), dated by the day of the figures, so that the same records give the same bytes."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
from datetime import date
from heapq import nsmallest

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.exchange.exporting.export_table import ExportTable
from mkdocs_pir.exchange.exporting.identity import identity

NAMESPACE = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 100
"""How many entries a feed holds: a reader asks for what is new, and keeps what it has seen."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_atom(table: ExportTable, projection: Projection, *, path: str = "", address: str = "") -> str:
    """The newest entries of a table as a feed, the newest first.

    `path` is where the feed lies in the site; links are relative to it unless the site's `address` is known.
    """
    ET.register_namespace("", NAMESPACE)
    feed = ET.Element(_name("feed"))
    _add(feed, "title", f"{projection.site_name}: {table.title}")
    _add(feed, "id", identity(projection, str(projection.edition), "feed", path or table.title).urn)
    _add(feed, "updated", _moment(projection.as_of))
    _add(_add(feed, "author"), "name", projection.organisation.name or projection.site_name)
    if address and path:
        _add(feed, "link", rel="self", href=f"{address.rstrip('/')}/{path}", type="application/atom+xml")
    for one in nsmallest(MOST_ENTRIES, table.entries, key=lambda e: (-e.updated.toordinal(), e.id)):
        entry = _add(feed, "entry")
        _add(entry, "title", one.title)
        _add(entry, "id", identity(projection, one.id).urn)
        _add(entry, "updated", _moment(one.updated))
        _add(entry, "link", rel="alternate", href=_href(one.path, path, address))
        for tag in one.tags:
            _add(entry, "category", term=tag)
        _add(entry, "summary", one.text)
    ET.indent(feed)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'


def _href(target: str, path: str, address: str) -> str:
    if address:
        return f"{address.rstrip('/')}/{target}"
    return posixpath.relpath(target, posixpath.dirname(path) or ".")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, _name(name), {k: _NOT_XML.sub("", v) for k, v in attributes.items()})
    if text:
        child.text = _NOT_XML.sub("", text)
    return child


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
