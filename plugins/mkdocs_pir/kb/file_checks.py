"""What one file gives by itself: the problems of its texts, and the facts with which other files are compared."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from mkdocs_pir.kb import evidence_rules, kinds, lint, plausible_times, release_rules
from mkdocs_pir.kb.attachments import files_in
from mkdocs_pir.kb.guidance_rules import find_guidance
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import FileFacts, RecordFile
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.checking import check_texts
from mkdocs_pir.kb.texts.mentions import Mention, in_words


def with_facts(file: RecordFile, texts: Texts) -> RecordFile:
    """The file with what its texts say."""
    mentions: list[tuple[int, tuple[Mention, ...]]] = []
    files: list[tuple[int, str]] = []
    for number, part in enumerate(file.parts):
        in_text: Iterable[Mention]
        if part.is_markdown:
            rendered = texts.read(part.source)
            in_text = rendered.mentions
            files += ((number, link) for link in files_in(rendered.text.html))
        else:
            in_text = in_words(part.source)
        if of_part := (*in_words(part.heading), *in_text):
            mentions.append((number, of_part))
    facts = FileFacts(tuple(mentions), tuple(files), tuple(find_guidance(file)), _words_for_all(file))
    return file.with_facts(facts)


def _words_for_all(file: RecordFile) -> bytes:
    may_name_clients = file.kind not in kinds.having("release") or KINDS[file.kind].names_clients
    if may_name_clients or file.data.get("audience") != "shared":
        return b""
    return zlib.compress(lint.fold("\n".join(text for _, text in lint.texts(file))).encode(), 1)


def check_file(file: RecordFile, texts: Texts) -> Iterator[Problem]:
    """Problems of the texts of one file: what readers could misread, blame, secrets, a timeline without evidence."""
    yield from check_texts(file, texts)
    yield from release_rules.release_approved(file)
    if file.record is not None:
        yield from lint.blame(file, texts)
        yield from lint.wording(file)
        yield from evidence_rules.timeline_evidenced(file)
        yield from plausible_times.times_agree(file)
