"""Marks of what is internal: whatever their form, a client's edition holds nothing of it.

A mark that could be misread is an error, which stops every client's edition; every other one is obeyed in the text that
pages, search index and exports are made of.
"""

from __future__ import annotations

import pytest

from mkdocs_pir.editions import policy
from mkdocs_pir.editions.audit.body import passages
from mkdocs_pir.kb.body import split
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.kb.texts import Texts, tree

SECTIONS = Settings.__struct_defaults__[1]
BLOCK = "/// internal\nSECRET\n///"


def _in(mark: str, text: str = BLOCK) -> str:
    return "\n".join(mark + line for line in text.split("\n"))


def _shown(body: str) -> str:
    """What a client's edition makes of a body; nothing but "Before." where an error stops it."""
    if _problems(body):
        return "Before."
    _, sections, _ = split(body, 1, "x.md")
    shown = [s for s in sections if policy.shows_section("pir", s, SECTIONS)]
    return "\n".join(_visible(section.text) for section in shown)


def _visible(text: str) -> str:
    whole = tree.read(Texts().read(text).text.html)
    for element in whole.walk():
        element.children = [c for c in element.children if isinstance(c, str) or c.name != "pir-internal"]
    return tree.write(whole)


def _problems(body: str) -> list[str]:
    preamble, sections, found = split(body, 1, "x.md")
    texts = Texts()
    refused = [one.code for text in (preamble, *(s.text for s in sections)) for one in texts.read(text).misreadings]
    return [*(problem.code for problem in found), *refused]


HEADINGS = {
    "underlined": "Internal notes\n--------------\nSECRET",
    "underlined twice": "Internal notes\n===\nSECRET",
    "underlined over two lines": "Internal\nnotes\n---\nSECRET",
    "underlined without a blank line": "ok\nInternal notes\n---\nSECRET",
    "in a quotation": "> ## Internal notes\n> SECRET",
    "in a quotation that ends": "> ## Internal notes\n\nSECRET",
    "in a list": "- ## Internal notes\n  SECRET",
    "below a list item": "- item\n\n    ## Internal notes\n\n    SECRET",
    "in a numbered list": "1. # Internal notes\n   SECRET",
    "in a box": "!!! note\n    ## Internal notes\n    SECRET",
    "within a paragraph": "ok\n    ## Internal notes\nSECRET",
    "of HTML": "<h2>Internal notes</h2>\n\nSECRET",
    "of HTML in capitals": '<H1 class="x">Internal notes</H1>\n\nSECRET',
    "of HTML within Markdown": "<div markdown>\n## Internal notes\nSECRET\n</div>",
    "in folded HTML": "<details><summary>x</summary>\n## Internal notes\nSECRET\n</details>",
    "with closing marks": "## Internal notes ##\nSECRET",
    "with a tab": "##\tInternal notes\nSECRET",
    "with a space that does not break": "##\u00a0Internal notes\nSECRET",
    "without a space": "##Internal notes\nSECRET",
    "without words": "##\nSECRET",
    "of the first level": "# Internal notes\nSECRET",
    "after a list in code": "- ```\n  code\n  ```\n\n## Internal notes\nSECRET",
    "small, for the provider": "### Notes { audience=internal }\nSECRET\n\n#### Deeper\nSECRET",
    "small, misspelt": "### Notes { audience=intern }\nSECRET",
}
BLOCKS = {
    "plain": BLOCK,
    "in a list": f"- a\n\n{_in('    ')}",
    "in a list of two columns": f"- a\n\n{_in('  ')}",
    "as a list item": "- /// internal\n  SECRET\n  ///",
    "as a wide list item": "-   /// internal\n    SECRET\n    ///",
    "in a quotation": _in("> "),
    "in a tight quotation": _in(">"),
    "in a quotation in a list": _in("- > ", "/// internal") + "\n" + _in("  > ", "SECRET\n///"),
    "in a box": f"!!! note\n\n{_in('    ')}",
    "in a folded box": f"??? note\n\n{_in('    ')}",
    "in a tab": f'=== "A"\n\n{_in("    ")}',
    "in a footnote": f"x[^1]\n\n[^1]: note\n\n{_in('    ')}",
    "in a definition": f"Term\n:   meaning\n\n{_in('    ')}",
    "in another block": f"//// note\n{BLOCK}\n////",
    "round another block": "//// internal\n/// note\nSECRET\n///\nSECRET\n////",
    "round another of as many strokes": "/// internal\nSECRET\n/// note\nSECRET\n///\nSECRET\n///",
    "with more strokes": "///// internal\nSECRET\n///\nSECRET\n/////",
    "with a title": "/// Internal | SECRET\nSECRET\n///",
    "with a space that does not break": "///\u00a0internal\nSECRET\n///",
    "with strokes in code": "/// internal\n```\n///\nSECRET\n```\nSECRET\n///",
    "with strokes in indented code": "/// internal\n\n    ///\n\nSECRET\n///",
    "after code in a list": f"- ```\n  x\n  ```\n\n{BLOCK}",
    "after code in a quotation": f"> ```\n> x\n> ```\n\n{BLOCK}",
    "never closed": "/// internal\nSECRET",
}
UNSEEN = {
    "a comment": "<!-- SECRET\nSECRET -->",
    "a comment in a list": "- a\n\n    <!-- SECRET -->",
    "a comment after code in a list": "- ```\n  x\n  ```\n\n<!-- SECRET -->",
    "a comment in a table": "| a |\n|---|\n| x <!-- SECRET --> |",
    "a comment of Markdown": "[//]: # (SECRET)",
    "a comment of Markdown over lines": "[//]:\n    #\n    (SECRET)",
    "a definition that nothing uses": "[x]: https://SECRET.example 'SECRET'",
    "its title on the next line": "[x]: https://a.example\n    'SECRET'",
    "a definition in a quotation": "> [x]: https://SECRET.example",
    "a definition in a list": "- a\n\n    [x]: https://SECRET.example",
    "a footnote that nothing leads to": "[^1]: SECRET",
    "a footnote over lines": "[^a b]: one\nSECRET\n    SECRET",
    "a footnote of several paragraphs": "[^1]: one\n\n    SECRET\n\n    - SECRET\n\n        SECRET",
    "a footnote with code": "[^1]: one\n\n    ```\n    SECRET\n    ```",
    "a footnote in a quotation": "> [^1]: one\n>\n>     SECRET",
    "a footnote that only an internal block leads to": "/// internal\nSee[^1].\n///\n\n[^1]: SECRET",
    "a footnote that only a comment leads to": "<!-- [^1] -->\n\n[^1]: SECRET",
    "a footnote that only code leads to": "`[^1]`\n\n[^1]: SECRET",
    "a footnote that only itself leads to": "[^1]: as in [^1] SECRET",
    "a footnote that only such a one leads to": "[^1]: as in [^2]\n[^2]: SECRET",
    "a definition that only such a one uses": "[^1]: as in [x]\n\n[x]: https://SECRET.example",
    "an abbreviation that nothing uses": "*[HTML]: SECRET",
    "a script": "<script>SECRET</script>",
    "a style": "<style>\nSECRET\n</style>",
    "a template": "<template>SECRET</template>",
    "a drawing": "<svg><desc>SECRET</desc></svg>",
    "an instruction": "<?SECRET SECRET?>",
    "a section of XML": "<![CDATA[SECRET]]>",
    "a declaration": "<!DOCTYPE SECRET>",
    "an attribute": "<span data-x='SECRET' class=SECRET id=SECRET lang=SECRET>x</span>",
    "the value of a field": "<input value=SECRET>",
    "an attribute of Markdown": "x\n{: data-x='SECRET' .SECRET #SECRET }",
    "an anchor": "### x { #SECRET }",
    "a hidden element": "<div hidden>SECRET <div>a</div> SECRET</div>",
    "an element that is not displayed": '<p style="color:red; display: none">SECRET</p>',
    "an element of no size": "<span style='font-size:0'>SECRET</span>",
    "an element with an audience": "<div audience=internal>SECRET</div>",
    "a hidden element without an end": "<div hidden>\n\nSECRET",
}
SLIPS = {
    "on the line below": "## Summary\n{ audience=internal }\nSECRET",
    "on the line below, with a colon": "## Summary\n{: audience=internal }\nSECRET",
    "below the line": "Summary\n---\n{: audience=internal }\nSECRET",
    "an attribute that is misspelt": "## Summary { audiense=internal }\nSECRET",
    "a class": "## Summary { .internal }\nSECRET",
    "no such audience": "## Summary { audience=intern }\nSECRET",
    "a paragraph": "## Summary\nSECRET\n{: audience=internal }",
    "a list item": "## Summary\n- SECRET {: audience=internal }",
    "a misspelt block": "## Summary\n/// intenal\nSECRET\n///",
    "a block with a stroke too few": "## Summary\n// internal\nSECRET\n//",
    "a block that other strokes close": "## Summary\n///// internal\nSECRET\n///",
}
NARROWEST = {
    "both": "## Summary { audience=client audience=internal }\nSECRET",
    "both the other way": "## Summary { audience=internal } { audience=client }\nSECRET",
    "capitals": "## Summary { Audience=Internal }\nSECRET",
    "spaces": "## Summary { audience = internal }\nSECRET",
    "before closing marks": "## Summary { audience=internal } ##\nSECRET",
    "underlined": "Summary { audience=internal }\n---\nSECRET",
    "entities": "## Summ&#97;ry\nSECRET",
    "letters of another script": "## Summ\u0430ry\nSECRET",
}


@pytest.mark.parametrize("inner", [*HEADINGS.values(), *BLOCKS.values(), *UNSEEN.values()],
                         ids=[f"{k} {n}" for k, d in (("heading", HEADINGS), ("block", BLOCKS), ("unseen", UNSEEN)) for n in d])  # fmt: skip
def test_internal_text_is_in_nothing_that_a_client_gets(inner: str) -> None:
    shown = _shown(f"## Summary\nBefore.\n\n{inner}\n")
    assert "SECRET" not in shown
    assert "Before." in shown


@pytest.mark.parametrize("body", NARROWEST.values(), ids=NARROWEST)
def test_a_heading_is_never_read_for_more_than_it_says(body: str) -> None:
    assert "SECRET" not in _shown(body)


@pytest.mark.parametrize("body", SLIPS.values(), ids=SLIPS)
def test_a_slip_is_an_error(body: str) -> None:
    assert set(_problems(body)) <= {"PIR018", "PIR019"}
    assert _problems(body)


@pytest.mark.parametrize("inner", [*HEADINGS.values(), *BLOCKS.values()], ids=[*HEADINGS, *(f"block {n}" for n in BLOCKS)])  # fmt: skip
def test_the_audit_alone_counts_it_as_withheld(inner: str) -> None:
    parts = passages(f"## Summary\nBefore.\n\n{inner}\n", lambda heading, said: heading == "Summary" and said is None)
    assert not [part for part in parts if part.shown and "SECRET" in part.text]
