"""Sections that are kept packed are, to whoever reads them, the sections that they were."""

from __future__ import annotations

import pickle

import msgspec
import pytest

from mkdocs_pir.editions.encoded_values import digest_of_record
from mkdocs_pir.kb import kept_sections
from mkdocs_pir.kb.guidance import MARK
from mkdocs_pir.kb.kept_sections import as_plain, kept, outline, packed
from mkdocs_pir.kb.model import Pir, Section
from mkdocs_pir.kb.texts import Text

SECTIONS = (
    Section("Summary", Text("Words.", "<p>Words.</p>"), 7),
    Section("Timeline", Text("A B", "<p>A <strong>B</strong></p>"), 9, "client"),
    Section("As it is in a file", "**Words** `with` Markdown.\n", 20),
    Section("Root cause", f"{MARK} Say why.", 25, "internal"),
    Section("Nothing", Text("", "")),
)


def test_each_part_of_a_section_is_as_it_was() -> None:
    found = kept(packed(SECTIONS))
    assert isinstance(found, kept_sections.KeptSections)
    assert tuple(found) == SECTIONS
    assert found == SECTIONS
    assert hash(found) == hash(SECTIONS)
    assert [getattr(one.text, "html", None) for one in found] == [getattr(one.text, "html", None) for one in SECTIONS]
    assert [type(one.text) for one in found] == [type(one.text) for one in SECTIONS]
    assert found[1] == SECTIONS[1]
    assert found[1:3] == SECTIONS[1:3]
    assert len(found) == len(SECTIONS)
    assert found != SECTIONS[:-1]
    assert found != kept(packed(SECTIONS[:-1]))
    assert found == kept(packed(SECTIONS))
    assert pickle.loads(pickle.dumps(found)) == SECTIONS


def test_no_sections_are_none() -> None:
    assert kept(packed(())) == ()
    assert not kept(packed(()))


def test_the_outline_has_titles_and_audiences_and_whether_guidance_is_left() -> None:
    titles = [(one.title, bool(one.text), one.line, one.audience) for one in outline(SECTIONS)]
    assert titles == [
        ("Summary", False, 0, None),
        ("Timeline", False, 0, "client"),
        ("As it is in a file", False, 0, None),
        ("Root cause", True, 0, "internal"),
        ("Nothing", False, 0, None),
    ]
    assert outline(kept(packed(SECTIONS))) == outline(SECTIONS)


def test_a_record_with_them_is_written_as_the_record_with_the_sections() -> None:
    plain, record = (Pir("PIR-1", sections=sections) for sections in (SECTIONS, kept(packed(SECTIONS))))
    assert record == plain
    assert digest_of_record(record) == digest_of_record(plain)
    for write in (msgspec.json.encode, msgspec.msgpack.encode, msgspec.to_builtins):
        assert write(record, enc_hook=as_plain) == write(plain, enc_hook=as_plain)
        # never as something else, without a word
        with pytest.raises(TypeError):
            write(record, enc_hook=str)
