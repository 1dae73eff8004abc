"""The lint of wording: blame, secrets, personal data and names of clients in the texts of records."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from mkdocs_pir.kb.blame import phrases
from mkdocs_pir.kb.frontmatter import Mark
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.model import Client
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.store.aho_corasick import apart

_SECRETS: tuple[tuple[str, str], ...] = (
    ("-----begin", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    ("akia asia", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("ghp_ gho_ ghu_ ghs_ ghr_", r"\bgh[pousr]_[A-Za-z0-9]{30,}\b"),
    ("github_pat_", r"\bgithub_pat_\w{40,}"),
    ("xoxa xoxb xoxp xoxr xoxs", r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    ("glpat-", r"\bglpat-[\w-]{20,}"),
    ("aiza", r"\bAIza[\w-]{35}\b"),
    ("k_live_", r"\b[rs]k_live_[A-Za-z0-9]{16,}"),
    ("npm_", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("sg.", r"\bSG\.[\w-]{16,}\.[\w-]{16,}"),
    ("hooks.slack.com", r"hooks\.slack\.com/services/T\w+/B\w+/\w{8,}"),
    ("eyj", r"(?<![\w-])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\."),
    # an address with a password in it, unless it is masked; no scheme has a longer name
    ("://", r"\b[a-z][a-z0-9+.-]{0,40}://[^\s:/@<>\[]+:(?![*<$x\[{]|password@|secret@)[^\s:/@]{3,}@[\w.-]+"),
    (
        "password passwd pwd secret api_key api-key apikey token accountkey",
        (
            r"(?i:\b(?:password|passwd|pwd|(?:client[_-]?)?secret|api[_-]?key|(?:access[_-]?|auth[_-]?)?token|accountkey)[\"']?"
            r"\s*[=:]\s*(?![\"'`]?[*<$x\[{(])[\"'`]?)(?P<value>[^\s,;\"'|]{6,})"
        ),
    ),
)
"""Patterns of secrets, each with groups of small letters of which it contains one; these are searched for first."""

_SECRET = re.compile("|".join(form for _, form in _SECRETS))
_RARE = apart(letters for group, _ in _SECRETS[:-1] for letters in group.split())
# the words of the last pattern are common in prose, but there no value is assigned to them
_COMMON = apart(_SECRETS[-1][0].split())
_ASSIGNED = re.compile(rb"[\"']?[\s\x1c-\x1f\x80-\xff]*[=:]")
# after "token:" prose continues with words, which passwords and random keys are not
_PROSE = re.compile(r"[A-Za-z]?[a-z]*[.!?)]*")
_CALL = re.compile(r"[\w.]+\(.*|/[\w./-]*|[A-Z][A-Z_]+")
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b")
_ROLE_ADDRESS = re.compile(
    r"(?i)^(?:support|service-?desk|helpdesk|info|postmaster|abuse|no-?reply|noc|security|admin|ops|on-?call|hostmaster)@"
    # mailboxes of teams, and mailing lists
    r"|^(?:[\w.-]*[._-])?(?:team|alerts?|office|duty)@|@(?:googlegroups\.com|(?:lists?|groups)\.)"
)
# its first digit stands first, as that makes a search fast
_PRIVATE_IP = re.compile(
    r"1(?<![\d.]1)(?:0(?:\.\d{1,3}){3}|92\.168(?:\.\d{1,3}){2}|72\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?![\d.]\d)"
)

Text = tuple[Mark, str]

_NO_SENTENCES = ("id", "symptoms", "tags", "references")
"""Fields whose words name something, or are those of a machine."""


def texts(file: RecordFile) -> Iterator[Text]:
    """Every text of a record as written, with its place: values of the front matter except references, lines of the body."""
    yield from texts_of_fields(file)
    for number, line in enumerate(file.body.split("\n")):
        yield (file.body_line + number, 1), line


def texts_of_fields(file: RecordFile) -> Iterator[Text]:
    """The values of the front matter except references, each with its place."""
    skip = {at for at, _, _ in file.references}
    for at, text in file.texts_of_data:
        if at not in skip and at != ("id",) and not str(at[0]).startswith("x-"):
            yield file.at(*at), text


def blame(file: RecordFile, texts: Texts) -> Iterator[Problem]:
    """Problems of phrases that blame, in English. Code, quotations, symptoms and tags are not sentences of the author."""
    for part in file.parts:
        if part.field is not None and part.field[0] in _NO_SENTENCES:
            continue
        where: Mark | None = None
        own = texts.read(part.source).own if part.is_markdown else part.source
        for words, hint in phrases(f"{part.heading}\n{own}"):
            where = file.place(part, words, where)
            message = f"'{words}' blames somebody, but does not explain what happened"
            yield Problem.of("PIR405", file.path, where, message, hint)


def wording(file: RecordFile) -> Iterator[Problem]:
    """Problems of secrets in any record, and of personal and internal addresses in a released one."""
    released = file.data.get("audience", "internal") != "internal"
    # most records hold no such letters: looked at whole, they need not be looked at line by line
    whole = "\n".join((*(text for _, text in file.texts_of_data), file.body))
    if not _may_be_secret(whole) and not (released and _may_be_personal(whole)):
        return
    for where, text in texts(file):
        if (match := _secret(text)) is not None:
            yield _at(
                "PIR406",
                file,
                where,
                match,
                "this looks like a password, key or token",
                "remove it, and change the password, key or token wherever it is in use",
            )
        if not released:
            continue
        for match in _EMAIL.finditer(text):
            if not _ROLE_ADDRESS.search(match[0]):
                yield _at(
                    "PIR407",
                    file,
                    where,
                    match,
                    f"'{match[0]}' looks like a person's address",
                    "write the role instead",
                )
        if match := _PRIVATE_IP.search(text):
            yield _at("PIR408", file, where, match, f"'{match[0]}' is an internal address", "name the system instead")


def _secret(text: str) -> re.Match[str] | None:
    """The first match that is not prose after a colon, nor a call, path or name in code."""
    if not _may_be_secret(text):
        return None
    for match in _SECRET.finditer(text):
        value = match["value"]
        is_prose = value is not None and ": " in match[0] and _PROSE.fullmatch(value)
        if value is None or not (is_prose or _CALL.fullmatch(value)):
            return match
    return None


def _may_be_personal(text: str) -> bool:
    """Whether an internal address may be in a text, or one of a person."""
    return "@" in text or _PRIVATE_IP.search(text) is not None


def _may_be_secret(text: str) -> bool:
    """Whether letters are in a text, of one line or more, without which there is no secret."""
    folded = text.casefold().encode()
    if _RARE.find_matches_as_indexes(folded):
        return True
    return any(_ASSIGNED.match(folded, end) for _, _, end in _COMMON.find_matches_as_indexes(folded))


def _at(code: str, file: RecordFile, where: Mark, match: re.Match[str], message: str, hint: str) -> Problem:
    in_body = where[0] >= file.body_line
    return Problem.of(code, file.path, (where[0], where[1] + (match.start() if in_body else 0)), message, hint)


class ClientNames:
    """Finds the names, aliases, domains and ids of clients in texts."""

    def __init__(self, clients: Iterable[Client]) -> None:
        self.owner: dict[str, str] = {}
        for client in clients:
            for word in (client.id, client.name, *client.aliases, *client.domains):
                # names of one or two letters are like other words; the audit does not search for them either
                if len(word) > 2:
                    self.owner.setdefault(fold(word), client.id)
        words = sorted(self.owner, key=len, reverse=True)
        self.pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)") if words else None
        self._words = apart(words)

    def may_be_in(self, folded: bytes) -> bool:
        """Whether the letters of any name are in a folded text in UTF-8, found out faster than whether a name is."""
        return bool(folded and self._words.find_matches_as_indexes(folded))

    def names_in(self, file: RecordFile) -> Iterator[tuple[Mark, str, str]]:
        """Each name in the texts of a record, as (place, client, words)."""
        for where, text in texts(file):
            in_body = where[0] >= file.body_line
            for client, words, start in self.names_in_text(text):
                yield (where[0], where[1] + start if in_body else where[1]), client, words

    def names_in_text(self, text: str) -> Iterator[tuple[str, str, int]]:
        """Each name in a text, as (client, words, start of the words in the text)."""
        folded = fold(text)
        # if folding changes the length of a text, the start is unknown, and the words are the folded ones
        exact = len(folded) == len(text)
        for match in self.pattern.finditer(folded) if self.pattern is not None else ():
            words = text[match.start() : match.end()] if exact else match[0]
            yield self.owner[match[0]], words, match.start() if exact else 0


def fold(text: str) -> str:
    """A text in the form in which names are compared: without compatibility forms and capitals."""
    return unicodedata.normalize("NFKC", text).casefold()
