"""Pages of a site as tests compare them: without the navigation and the search, which change where records are added, and
with the quotes that a page can do without."""

from __future__ import annotations

import re

# the search of the theme, and ours in its place
SEARCH = re.compile(
    r'<div class="?md-search"? .*?<ol class="?md-search-result__list"?[^>]*></ol>(?:\s*</div>){5}'
    r'|<link [^>]*pir-header-search.css"?[^>]*>\s*<div [^>]*pir-header-search.*?</script>',
    re.DOTALL,
)

# the navigation is the tabs, the side bar, and the way on, in the head and at the foot of a page
NAVIGATION = re.compile(
    r'<nav class="?md-tabs\b.*?</nav>'
    r'|<div class="md-sidebar md-sidebar--primary".*?(?=<div class="md-sidebar md-sidebar--secondary"|<div class="md-content")'
    r'|<nav class="md-footer__inner.*?</nav>'
    r'|\s*<link rel="(?:prev|next)"[^>]*>',
    re.DOTALL,
)


def without(page: str, *parts: re.Pattern[str]) -> str:
    """A page without some parts, and without the indents of its lines."""
    for part in parts:
        page = part.sub("", page)
    return re.sub(r"\n\s*", "\n", page)


_TAG = re.compile(r"""<[a-zA-Z](?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_VALUE = re.compile(r"""("[^"]*"|'[^']*')|=([^\s"'>]+)""")


def with_quotes(page: str) -> str:
    """A page with quotes around the values of all attributes, as a test may look for them."""
    return _TAG.sub(lambda tag: _VALUE.sub(lambda value: value[1] or f'="{value[2]}"', tag[0]), page)
