"""Values of pages as HTML: every type has its form, and nothing else gets into a page by mistake."""

from __future__ import annotations

from datetime import date

import pytest
from helpers.sample_pages import visible_words
from markupsafe import Markup, escape

from mkdocs_pir.site.value_html import ValueHtml
from mkdocs_pir.site.views.components import Chip, Link

VALUES = ValueHtml(lambda: date(2026, 9, 30), lambda path: f"../{path}", lambda text: Markup(escape(text)))


def test_values_are_escaped_and_links_lead_from_the_page() -> None:
    assert VALUES.shown(Link("lessons/LL-1.html", "a < b", "LL-1", 'say "no"')) == (
        '<a href="../lessons/LL-1.html" title="say &#34;no&#34;"><span class="pir-code">LL-1</span> a &lt; b</a>'
    )
    assert VALUES.shown(Link("", "<i>")) == "&lt;i&gt;"
    assert visible_words(VALUES.shown(Chip("Under way", "now", "<b>"))) == "Under way"
    assert VALUES.shown("a < b") == "a < b", "the template escapes it"


@pytest.mark.parametrize("value", [{"text": "For the client"}, ("a", "b"), None])
def test_what_is_no_value_of_a_page_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="a page shows no"):
        VALUES.shown(value)
