"""The banner at the top of a preview's pages, which lists the problems of the records."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.problem import Problem

SHOWN = 20

LEFT_OUT = "What is broken is left out of this preview."


def banner(problems: Sequence[Problem], note: str = LEFT_OUT) -> str:
    """The banner as HTML; empty without problems. `note` says what the page shows in spite of them."""
    if not problems:
        return ""
    count = len(problems)
    items = Markup("").join(
        Markup("<li><code>{}</code> <strong>{}</strong> {}. {}</li>").format(_place(p), p.code, p.message, p.hint)
        for p in problems[:SHOWN]
    )
    more = Markup("<p>and {} more; run <code>pir check</code></p>").format(count - SHOWN) if count > SHOWN else ""
    return str(
        Markup('<div class="pir-banner" role="alert"><p><strong>{}.</strong> {}</p><ul>{}</ul>{}</div>').format(
            f"{count} error" if count == 1 else f"{count} errors", note, items, more
        )
    )


def unaudited_banner(edition: Edition) -> str:
    """The banner, as HTML, of a client's edition that has not been audited."""
    return str(
        Markup(
            '<div class="pir-banner pir-banner--note" role="note"><p><strong>Preview of {}, not audited.</strong> '
            "Do not hand this on. <code>pir build --edition {}</code> audits the edition before it publishes it.</p></div>"
        ).format(edition, edition)
    )


def _place(problem: Problem) -> str:
    return f"{problem.path}:{problem.line}:{problem.column}" if problem.line else problem.path
