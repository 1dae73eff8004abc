"""A review is found by what was tried, and the result says what that did."""

from helpers.projections import project, review

from mkdocs_pir.kb.model import Attempt
from mkdocs_pir.search.documents import documents


def test_what_was_tried_is_found_with_its_effect(find):
    attempt = Attempt("Flush the resolver cache.", effect="no-effect", note="names failed again at once")
    reviews = project(review("PIR-2026-0001", tried=(attempt,)), review("PIR-2026-0002"))
    (hit,) = find(list(documents(reviews, lambda record: f"{record.id}.html")), "flush resolver cache").hits
    assert hit.id == "PIR-2026-0001"
    assert [(part.field, part.snippet) for part in hit.why] == [
        ("tried", "Flush the resolver cache: no effect; names failed again at once")
    ]
