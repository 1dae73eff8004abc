"""A text as readers see it: its plain words, with the HTML for a page."""

from __future__ import annotations

from html import escape


class Text(str):
    """The words that a reader sees, with their canonical HTML in `html`.

    It is a string, for code that needs only the words. The result of cutting or joining is a plain string, which loses
    the HTML but never shows more than the text did. Two texts are equal if their HTML is.
    """

    __slots__ = ("_html",)
    _html: str | None

    def __new__(cls, words: str, html: str | None = None) -> Text:
        """A text; without `html` its words are one paragraph, as most texts are: then they are held once."""
        text = super().__new__(cls, words)
        text._html = html
        return text

    @property
    def html(self) -> str:
        return self._paragraph() if self._html is None else self._html

    @property
    def markup(self) -> str | None:
        """The HTML; None where it is that of the words as one paragraph."""
        return None if self._html == self._paragraph() else self._html

    def _paragraph(self) -> str:
        return f"<p>{escape(self, quote=False)}</p>"

    def __getnewargs__(self) -> tuple[str, str | None]:  # type: ignore[override]
        return str(self), self._html

    def __eq__(self, other: object) -> bool:
        return self.html == other.html if isinstance(other, Text) else str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def as_sentence(self) -> Text:
        """The text with a capital first letter and a full stop, if it is a single paragraph."""
        words, html = str(self), self.html
        if not (html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1):
            return self
        if html[3:4] == words[:1]:
            words, html = words[:1].upper() + words[1:], f"<p>{html[3:4].upper()}{html[4:]}"
        if not words.endswith((".", "!", "?", ":")):
            words, html = f"{words}.", f"{html.removesuffix('</p>')}.</p>"
        return Text(words, html)


NOTHING = Text("", "")
"""A text without words."""
