"""The numbers to rank by are written once: the browser's reader takes each of them from the manifest."""

from __future__ import annotations

import re

from helpers.search_corpus import corpus_files

from mkdocs_pir.search import ranking
from mkdocs_pir.search.shards import ShardReader
from mkdocs_pir.site.scripts import script_bundle

NAMED = re.compile(r"\b(?:this|wanted)\.(?:ranking|weights)\.(\w+)")
OF_THE_BUILDER = {"impact_levels", "idf_scale", "cover_scale"}


def test_the_manifest_holds_every_number_that_the_scripts_name() -> None:
    named = set(NAMED.findall(script_bundle()[1].decode()))
    held = ShardReader(corpus_files()).manifest["ranking"]
    assert held == ranking.numbers()
    assert held.keys() == named | OF_THE_BUILDER
