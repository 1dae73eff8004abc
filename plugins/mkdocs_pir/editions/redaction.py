"""Redaction of rendered texts for an edition: internal parts are cut, and links lead only to what the edition has.

Nothing here reads Markdown. Links to something in the edition become references: `data-ref` names a record or a part of
one, `data-path` a file of the site. Every other link within the knowledge base becomes its words. In a client's edition
the id, path or address of a withheld record becomes neutral words, in code and attributes too.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from mkdocs_pir.editions.withheld_names import WithheldRecords
from mkdocs_pir.kb.attachments import PROCESS, spellings
from mkdocs_pir.kb.kinds import KINDS, NUMBERED
from mkdocs_pir.kb.references import Ids
from mkdocs_pir.kb.texts import Text, tree
from mkdocs_pir.kb.texts.mentions import Mention, file_named
from mkdocs_pir.kb.texts.sanitise import EXTERNAL, INTERNAL, PATH, REFERENCE
from mkdocs_pir.kb.texts.tree import Element

_ANCHOR_ATTRIBUTES = ("id", "for", "name")
_LINK_TAGS = ("<a ", "<img ")

Children = list[Element | str]


class Redactor:
    """Redacts the texts of one file of the knowledge base for an edition.

    `labels` are the labels of the records that the edition shows, by id. `files` are the paths in the site of its files,
    by their paths in the knowledge base. `withheld` is None for the internal edition.
    """

    def __init__(
        self,
        ids: Ids,
        path: str,
        labels: Mapping[str, str],
        files: Mapping[str, str],
        withheld: WithheldRecords | None = None,
    ) -> None:
        self._ids = ids
        self._path = path
        self._labels = labels
        self._files = files
        self._withheld = withheld

    def typed(self, words: str) -> str:
        """The redacted form of a plain text."""
        return words if self._withheld is None else _replaced([words], self._withheld)[0]

    def markdown(self, text: Text) -> Text:
        """The redacted form of a text rendered from Markdown."""
        html = text.html
        has_links = any(start in html for start in _LINK_TAGS)
        if self._withheld is None and not has_links:
            return text
        if not has_links and f"<{INTERNAL}" not in html and ' title="' not in html and not self._names(str(text)):
            return text
        root = tree.read(html)
        root.children = self._children(root)
        if self._withheld is not None:
            _neutralise(root, self._withheld)
        return Text(tree.plain(root), tree.write(root))

    def _names(self, words: str) -> bool:
        return self._withheld is not None and next(self._withheld.places(words), None) is not None

    def _children(self, parent: Element) -> Children:
        out: Children = []
        for child in parent.children:
            if isinstance(child, str):
                out.append(child)
                continue
            if child.name == INTERNAL and self._withheld is not None:
                continue
            child.children = self._children(child)
            if child.name == "img":
                out.append(self._image(child))
            elif child.name == "a" and (REFERENCE in child.attributes or "href" in child.attributes):
                out += self._link(child)
            else:
                out.append(child)
        return out

    def _link(self, link: Element) -> Children:
        """A link to something in the edition or out of the site; the words of any other link."""
        attributes = link.attributes
        if (id_ := attributes.get(REFERENCE)) is not None:
            owner = self._ids.resolve(Mention("id", id_), self._path)
            if owner is not None and owner in self._labels:
                link.children = link.children or [self._words_for(id_, owner)]
                return [link]
            return self._words(link, self._kind(owner) if owner else None, id_)
        href = attributes["href"]
        if href.startswith("#"):
            return [link]
        if EXTERNAL.match(href):
            kind = self._withheld.address(href) if self._withheld is not None else None
            return [link] if kind is None else self._words(link, kind)
        attributes.pop("href")
        _, mark, fragment = href.partition("#")
        if (named := file_named(href)) is not None:
            owner = self._ids.resolve(Mention("file", named), self._path)
            if owner in self._labels:
                attributes[REFERENCE] = f"{owner}{mark}{fragment}"
                return [link]
        elif (path := self._file(href)) is not None:
            attributes[PATH] = path
            return [link]
        elif PROCESS.fullmatch(page := self._resolved(re.split("[?#]", href, maxsplit=1)[0])):
            attributes[PATH] = f"{page}{mark}{fragment}"
            return [link]
        return self._words(link, self._withheld.address(href) or "page" if self._withheld is not None else None)

    def _image(self, image: Element) -> Element:
        path = self._file(image.attributes.pop("src", ""))
        if path is not None:
            image.attributes[PATH] = path
            return image
        alt = image.attributes.get("alt", "")
        kind = self._withheld.title(alt) if self._withheld is not None else None
        return Element("em", {}, [KINDS[kind].neutral if kind else alt])

    def _words(self, link: Element, kind: str | None, fallback: str = "") -> Children:
        """The words of a link, or neutral words where they are empty or the title of the withheld record."""
        label = tree.plain(Element("", {}, link.children)).strip()
        if self._withheld is not None and kind is not None and (not label or self._withheld.title(label)):
            return [KINDS[kind].neutral]
        return link.children or ([fallback] if fallback else [])

    def _words_for(self, id_: str, owner: str) -> str:
        """The words for a record in a link without words: its id if people know it by that, else its label."""
        return id_ if id_ != owner or self._ids.kinds[owner] in NUMBERED else self._labels[owner]

    def _kind(self, owner: str) -> str | None:
        return self._ids.kinds[owner] if self._withheld is not None else None

    def _file(self, link: str) -> str | None:
        return next((path for name in spellings(link) if (path := self._files.get(self._resolved(name)))), None)

    def _resolved(self, name: str) -> str:
        """The path in the knowledge base of a path relative to this file."""
        return posixpath.normpath(posixpath.join(posixpath.dirname(self._path), name))


def _neutralise(root: Element, withheld: WithheldRecords) -> None:
    """Replace the names of withheld records in the words and attributes of a tree by neutral words."""
    for run in _runs(root):
        words = [str(parent.children[index]) for parent, index in run]
        for (parent, index), replaced in zip(run, _replaced(words, withheld), strict=True):
            parent.children[index] = replaced
    for element in root.walk():
        for name, value in element.attributes.items():
            if name in ("title", "alt"):
                element.attributes[name] = _replaced([value], withheld)[0]
            elif name in _ANCHOR_ATTRIBUTES or (name == "href" and value.startswith("#")):
                # an anchor and the links to it change alike
                element.attributes[name] = _replaced([value], withheld)[0].replace(" ", "-")


def _runs(root: Element) -> Iterator[list[tuple[Element, int]]]:
    """The texts of each line, whatever elements are around them, as (element, index of its child)."""
    run: list[tuple[Element, int]] = []
    runs = [run]

    def visit(element: Element) -> None:
        for index, child in enumerate(element.children):
            if isinstance(child, str):
                runs[-1].append((element, index))
                continue
            apart = child.name in tree.BLOCKS or child.name in ("td", "th", "br", "img")
            if apart:
                runs.append([])
            visit(child)
            if apart:
                runs.append([])

    visit(root)
    return (run for run in runs if run)


def _replaced(words: list[str], withheld: WithheldRecords) -> list[str]:
    """Texts that are read as one, with neutral words in place of the names of withheld records."""
    whole = "".join(words)
    places = list(withheld.places(whole))
    if not places:
        return words
    out, offset = [], 0
    for text in words:
        end = offset + len(text)
        parts, last = [], offset
        for start, stop, kind in places:
            if stop <= offset or start >= end:
                continue
            parts.append(whole[last : max(start, last)])
            # the neutral words are where the name began; the rest of the name in other elements is removed
            parts += [KINDS[kind].neutral] if start >= offset else []
            last = min(stop, end)
        parts.append(whole[last:end])
        out.append("".join(parts))
        offset = end
    return out
