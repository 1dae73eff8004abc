"""More than two hundred ways to mark what is internal: each is an error at its line, or obeyed in whole builds."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import REVIEW, find_problems, pir, write_base

from mkdocs_pir.kb.body import split
from mkdocs_pir.kb.texts import Texts, tree
from mkdocs_pir.kb.texts.rendering import MarkdownReader

HEADINGS = {
    "of two": "## Response\nSECRET",
    "of one": "# Response\nSECRET",
    "without a space": "##Response\nSECRET",
    "with a tab": "##\tResponse\nSECRET",
    "closed": "## Response ##\nSECRET",
    "underlined": "Response\n--------\nSECRET",
    "underlined twice": "Response\n========\nSECRET",
    "of HTML": "<h2>Response</h2>\n\nSECRET",
    "of HTML, first level": "<H1>Response</H1>\n\nSECRET",
    "of HTML over lines": "<h2\nid=x\n>Response</h2>\n\nSECRET",
    "behind a comment": "<!-- a -->## Response\nSECRET",
    "behind a hidden element": "<b hidden>x</b>## Response\nSECRET",
    "behind an attribute list": "{: .x }## Response\nSECRET",
    "behind an empty element": "<span></span>## Response\nSECRET",
    "behind a character nobody sees": "\u200b## Response\nSECRET",
    "behind a soft hyphen": "\u00ad## Response\nSECRET",
    "behind a joiner": "\u2060##Response\nSECRET",
    "in wide signs": "\uff03\uff03 Response\nSECRET",
}


def _in(mark: str, text: str, first: str = "") -> str:
    head, *rest = text.split("\n")
    return "\n".join([f"{first or mark}{head}", *(f"{mark}{line}" if line or mark.strip() else "" for line in rest)])


CONTAINERS = {
    "a quotation": lambda text: _in("> ", text),
    "a tight quotation": lambda text: _in(">", text),
    "a quotation of two levels": lambda text: _in("> > ", text),
    "a list": lambda text: _in("    ", text, "-   "),
    "a numbered list": lambda text: _in("    ", text, "1.  "),
    "a list of two levels": lambda text: f"- a\n\n{_in('        ', text, '    -   ')}",
    "a list item's second paragraph": lambda text: f"- a\n\n{_in('    ', text)}",
    "a quotation in a list": lambda text: _in("    > ", text, "-   > "),
    "a box": lambda text: f"!!! note\n{_in('    ', text)}",
    "a folded box": lambda text: f'??? note "T"\n{_in("    ", text)}',
    "a tab": lambda text: f'=== "T"\n\n{_in("    ", text)}',
    "a footnote": lambda text: f"x[^1]\n\n[^1]:\n{_in('    ', text)}",
    "a definition": lambda text: f"Term\n:   a\n\n{_in('    ', text)}",
}

MARKS = {
    "two audiences": '### Response { audience="client internal" }\nSECRET',
    "a hyphen": "### Response { audience-internal }\nSECRET",
    "no value": "### Response {audience}\nSECRET",
    "words": "### Response {draft - not for clients}\nSECRET",
    "a class": "### Response { .internal }\nSECRET",
    "HTML": '<h3 audience="internal">Response</h3>\n\nSECRET',
    "HTML with data": '<h3 data-audience="internal">Response</h3>\n\nSECRET',
    "a box": "!!! internal\n    SECRET",
    "a folded box": "??? internal\n    SECRET",
    "an open folded box": "???+ internal\n    SECRET",
    "a box with a title": '!!! internal "Title"\n    SECRET',
    "a box of two kinds": "!!! note internal\n    SECRET",
    "colons": "::: internal\nSECRET\n:::",
    "more colons": ":::: internal\nSECRET\n::::",
    "a fence": "```internal\nSECRET\n```",
    "a fence with attributes": "``` { .text audience=internal }\nSECRET\n```",
    "a paragraph": "SECRET\n{: audience=internal }",
    "a paragraph without a colon": "SECRET\n{ audience=internal }",
    "a list item": "- SECRET {: audience=internal }",
    "a cell": "| a |\n|---|\n| SECRET { audience=internal } |",
    "a link": "[SECRET](https://a.example){ audience=internal }",
    "emphasis": "*SECRET*{ audience=internal }",
    "the line below": "### Response\n{ audience=internal }\nSECRET",
    "two strokes": "// internal\nSECRET\n//",
    "a slip": "/// intenal\nSECRET\n///",
    "another block": "/// details\n    audience: internal\nSECRET\n///",
    "an option": "/// internal\n    show: true\n\nSECRET\n///",
    "an attribute of the block": "/// details | { audience=internal }\nSECRET\n///",
    "strokes in a paragraph": "x /// internal\nSECRET\n///",
    "an unlike end": "///// internal\nSECRET\n///",
    "wide strokes": "\uff0f\uff0f\uff0f internal\nSECRET\n\uff0f\uff0f\uff0f",
    "a block in HTML": "<div>\n/// internal\nSECRET\n///\n</div>",
    "a block in a cell": "| /// internal SECRET |\n|---|\n| a |",
    "a block that HTML leaves": "/// internal\nA <span></span></div> SECRET\n///",
    "a block that HTML begins": "<div>\n\n/// internal\nSECRET\n///\n",
    "a comment without an end": "<!-- SECRET",
    "a comment past a heading": "<!-- a\n\n## Response\n\nSECRET",
    "a hidden element": "<div hidden>SECRET</div>",
    "a style": "<p style='display:none'>SECRET</p>",
    "for screen readers only not": "<p aria-hidden=true>SECRET</p>",
    "a definition in a block": "/// internal\n[x]: https://SECRET.example 'SECRET'\n///\n\nsee [x]",
    "a note in a block": "/// internal\na\n\n[^n]: SECRET\n///\n\nsee[^n]",
    "an abbreviation in a block": "/// internal\n*[HTML]: SECRET\n///\n\nHTML",
    "a definition under a heading": "### R { audience=internal }\n\n[x]: https://SECRET.example\n\n### S\n\nsee [x]",
    "a template": "x <template>SECRET</template>",
    "a dialog": "x <dialog>SECRET</dialog>",
    "a drawing": "x <svg><desc>SECRET</desc></svg>",
    "a misspelt audience": "### Response { audience=intern }\nSECRET",
    "a misspelt key": "### Response { audiense=internal }\nSECRET",
    "capitals": "### Response { Audience=Internal }\nSECRET",
}
KEPT = {
    "a block": "/// internal\nSECRET\n///",
    "a block in a list": "- a\n\n    /// internal\n    SECRET\n    ///",
    "a block in a quotation": "> /// internal\n> SECRET\n> ///",
    "a block in a box": "!!! note\n\n    /// internal\n    SECRET\n    ///",
    "a block in a tab": '=== "A"\n\n    /// internal\n    SECRET\n    ///',
    "a block in a footnote": "x[^1]\n\n[^1]: note\n\n    /// internal\n    SECRET\n    ///",
    "a block with a title": "/// internal | SECRET\nSECRET\n///",
    "a block round code": "/// internal\n```\n///\nSECRET\n```\n///",
    "a small heading": "### Notes { audience=internal }\nSECRET\n\n#### Deeper\nSECRET",
    "a small heading in a list": "- a\n\n    ### Notes { audience=internal }\n\n    SECRET",
    "a small heading in a quotation": "> ### Notes { audience=internal }\n> SECRET",
    "a comment": "<!-- SECRET\nSECRET -->",
    "a comment in a list": "- a\n\n    <!-- SECRET -->",
    "a comment in a line": "a <!-- SECRET --> b",
    "a comment in a cell": "| a |\n|---|\n| x <!-- SECRET --> |",
    "a comment of Markdown": "[//]: # (SECRET)",
    "a definition that nothing uses": "[x]: https://SECRET.example 'SECRET'",
    "a footnote that nothing leads to": "x\n\n[^1]: SECRET",
    "a footnote of a block alone": "/// internal\nSee[^1].\n///\n\n[^1]: SECRET",
    "a footnote of such a footnote": "x\n\n[^1]: as in [^2]\n[^2]: SECRET",
    "an abbreviation that nothing uses": "*[HTML]: SECRET",
    "a script": "<script>SECRET</script>",
    "an instruction": "<?SECRET SECRET?>",
    "attributes": "<span data-x='SECRET' class=SECRET id=SECRET lang=SECRET>x</span>",
    "an anchor": "### x { #SECRET }",
    "an id of a link": "[x](https://a.example){ #SECRET }",
}

SPELLINGS = {
    **{f"{h} in {c}": wrap(text) for c, wrap in CONTAINERS.items() for h, text in HEADINGS.items()},
    **{f"mark: {name}": text for name, text in MARKS.items()},
}


def _body(text: str, word: str) -> str:
    return f"## Summary\n\nBefore.\n\n{text.replace('SECRET', word)}\n\n## Timeline\n\nAfter.\n"


def _reviews(texts: dict[str, str]) -> dict[str, str]:
    head = REVIEW.partition("---\nNotes")[0]
    head = head.replace("actions:\n", "x-actions:\n")
    files = {}
    for number, text in enumerate(texts.values(), 1001):
        id_ = f"PIR-2025-{number}"
        title = f"title: Nothing was delivered on line {number}"
        front = (
            head.replace("INC-1001", f"INC-{number + 8000}")
            .replace("PIR-2025-0001", id_)
            .replace("title: Mail stood still after a certificate expired", title)
        )
        files[f"kb/pirs/2025/{id_}.md"] = f"{front}---\n{_body(text, f'zebralock{number}')}"
    return files


def test_every_spelling_is_refused_at_a_line_of_its_own_body(tmp_path: Path) -> None:
    assert len(SPELLINGS) > 200
    files = _reviews(SPELLINGS)
    write_base(tmp_path, files)
    found = find_problems(tmp_path)
    missing = []
    for (name, text), path in zip(SPELLINGS.items(), files, strict=True):
        errors = [p for p in found if f"kb/{p['path']}" == path and p["severity"] == "error"]
        if not errors:
            missing.append(f"{name}:\n{text}")
            continue
        first = files[path].split("\n").index("## Summary") + 1
        assert all(first <= int(str(p["line"])) for p in errors), name
        assert all(p["hint"] for p in errors), name
    assert not missing, "\n\n".join(missing)


def test_what_is_kept_inside_is_in_no_file_of_a_client(tmp_path: Path) -> None:
    write_base(tmp_path, _reviews(KEPT))
    built = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0, built.output
    site = tmp_path / "published/clients/harbor-credit"
    pages = [path for path in site.rglob("*") if path.is_file()]
    assert len(pages) > len(KEPT)
    assert not [path.name for path in pages if b"zebralock" in path.read_bytes().lower()]
    for number in range(1001, 1001 + len(KEPT)):
        page = (site / f"pirs/2025/PIR-2025-{number}.html").read_text("utf-8")
        assert "Before." in page
        assert "After." in page


@pytest.mark.parametrize("name", KEPT)
def test_internal_text_leaves_the_tree_before_anything_is_written(name: str) -> None:
    _, sections, found = split(_body(KEPT[name], "SECRET"), 1, "x.md")
    rendered = Texts().read(sections[0].text)
    assert (found, rendered.misreadings) == ([], ())
    whole = tree.read(rendered.text.html)
    for element in whole.walk():
        element.children = [
            c for c in element.children if not (isinstance(c, tree.Element) and c.name == "pir-internal")
        ]
    assert "SECRET" not in tree.write(whole)
    assert "Before." in tree.write(whole)


@pytest.mark.parametrize(
    "text",
    [
        "See [the vendor](https://vendor.example 'its page') and <https://a.example>.",
        "Used [x].\n\n[x]: https://a.example 'title'",
        "Read[^1] and[^long].\n\n[^1]: A note, see [^3].\nIt goes on.\n\n    So does this.\n\n[^long]: More.\n[^3]: Last.",
        "```\n[^1]: a sample\n```",
        "HTML is used.\n\n*[HTML]: markup",
        "`<!-- shown -->` and `{ audience=internal }` and `## x` and `/// internal`",
        "```sh\n## a comment of the shell { #id }\n<script>\n/// internal\n```",
        "- step\n\n    ```\n    # as root\n    ## then\n    ```",
        "A template {{ name }}, a set {a, b}, and 5 < 6 > 4, issue #12, C# and // a comment.",
        '<img src="a.png" alt="A chart" width="300">',
        "### A smaller heading\n\nIts text.",
        "[down](#there)\n\n### There {: #there }",
        "\\# a sign, and \\## two of them",
        "<p>One<p>Two<br>H<sub>2</sub>O <kbd>F1</kbd>",
        "<details><summary>x</summary>\ntext\n</details>",
        "| a | b |\n|---|--:|\n| 1 | x `|` y |",
    ],
)
def test_ordinary_markdown_is_read_as_it_is(text: str) -> None:
    rendered = MarkdownReader().render(text)
    assert rendered.misreadings == ()
    assert tree.write(tree.read(rendered.text.html)) == rendered.text.html
