"""Wording that blames: which sentences of an author judge a person or a team, and do not explain what happened.

A phrase such as "should have" is only blame if it is said of people: "we should have tested it" is, "the pods should
have restarted" is not. So each phrase is judged by its subject, the words before it, and by the act, the words after it.
Only English is read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from mkdocs_pir.store.aho_corasick import AhoCorasick, apart


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PEOPLE = _words(
    "i we he she who whoever somebody someone anybody anyone everybody everyone nobody people person persons human humans"
    " staff team teams engineer engineers engineering developer developers dev devs operator operators admin admins"
    " administrator administrators sysadmin sysadmins sre sres dba dbas oncall on-call on-caller responder responders"
    " reviewer reviewers manager managers management lead leads commander author authors maintainer maintainers committer"
    " technician technicians analyst analysts vendor vendors supplier suppliers contractor contractors colleague colleagues"
    " employee employees support helpdesk desk ops devops qa noc department architect architects tester testers owner owners"
)
"""Subjects who are people. Customers and users are not among them: what they should have seen is said of a system."""

_OF_THEM = _words("member members one some most all none both half rest")

_SINGLED_OUT = _words("you they")
"""Subjects who may be people: acts that only people do tell."""

_PEOPLE_DO = _words(
    "anticipated announced asked avoided booked caught checked chosen communicated considered consulted coordinated"
    " decided discussed documented done escalated foreseen identified informed investigated involved known made merged"
    " monitored noticed performed planned prepared prevented prioritised prioritized questioned realised realized recognised"
    " recognized remembered reviewed rushed seen spotted taken taught tested thought told trained understood verified"
)
"""What is done on purpose or by thinking, and so by people, whoever or whatever the subject is."""

_DONE_EARLIER = _words(
    "added addressed automated changed configured corrected deployed disabled enabled fixed handled increased raised"
    " released removed renewed replaced reported resolved restarted rolled rotated set tightened updated upgraded validated"
)
"""What is a judgement of people only with words of hindsight: "fixed" is a guess, "fixed before the release" is blame."""

_DONE_WRONGLY = _words("changed deployed enabled merged pushed released run shipped used")
"""What should not have been done, and machines do not decide on."""

_HINDSIGHT = re.compile(
    r"\b(?:sooner|beforehand|in advance|long ago|(?:years|months|weeks|days) ago|from the (?:start|beginning|outset)|in the first place"
    r"|before (?:it|we|the|this|that|any|anyone|going|being|deploying|releasing|deployment|release|production|merging))\b",
    re.I,
)

_STATES = _words(
    "able available received gotten got regained recovered resumed expected seen heard paged alerted notified access enough"
)
"""What people only experience: that they should have is said of a system."""

_ADJECTIVES = _words(
    "agreed automated centralised centralized dedicated defined detailed distributed documented enabled enhanced extended"
    " improved increased limited managed reduced restricted shared standardised standardized tested trained updated written"
)
"""Participles that are adjectives before a noun: "we should have automated tests" is a wish."""

_NOT_A_NOUN = re.compile(
    r"\s*(?:$|[^\w\s\"'`(]|(?:the|an?|this|that|these|those|it|them|us|our|their|its|his|her|my|your|all|both|each|every|some|any"
    r"|for|to|in|on|at|with|from|by|about|into|before|after|up|down|out|over|and|or|but|than|when|if|so|here|there|how|what|which|who"
    r"|where|why|whether|earlier|sooner|first|better|more|properly|[a-z]+ly)\b)",
    re.I,
)

_SHOULD = re.compile(
    r"\b(?:(?:should|ought to)(?P<before>(?: (?:also|really|probably|clearly|certainly|definitely|perhaps|maybe|just|at least))?)"
    r"(?P<never> not| never)? ?(?: have|'ve|’ve)|(?P<nt>shouldn['’]t|oughtn['’]t to) (?:have|of))"
    r"(?: (?:also|already|really|probably|clearly|just|perhaps|at least|immediately|better|only))? "
    r"(?P<been>been )?(?P<act>[a-z]+(?:-[a-z]+)?)",
    re.I,
)
_PARTICIPLE = re.compile(
    r"(?:been|had|made|done|gone|seen|taken|given|written|known|shown|told|found|run|held|kept|left|sent|built|set|put|read|met"
    r"|lost|come|begun|understood|chosen|foreseen|spoken|woken|broken|driven|stood|felt|dealt|laid|paid|shut|spun|cut|let|[a-z-]+ed|[a-z]+(?:ought|aught))",
    re.I,
)
_BE_CAREFUL = _words("more less aware careful faster quicker better clearer vigilant proactive attentive stricter")
_BY_A_SYSTEM = re.compile(
    r"\s+(?:\w+ly )?by (?:the|our|an?|its|their) (?P<noun>[\w-]+(?: [\w-]+)?)|\s+automatically\b", re.I
)

# a question or a comparison, and no judgement
_ASKED = re.compile(
    r"\b(?:what|whether|if|why|than|as|where|when|how)(?: (?:it|this|that|they|we|i|he|she|the \w+|these|those))? $"
    r"|\b(?:reflect|consider|ask\w*|check\w*|discuss\w*) (?:on |about )?(?:if|whether)\b[^.;:|]{0,80}$",
    re.I,
)
# nothing that happened: "no impact should have been seen"; what is required: "each change", "your manager"
_NOBODY = re.compile(r"^\W*(?:no|none|nothing|each|every)\b|\byour (?:[\w-]+ ){1,3}$", re.I)

# the words of an assumption, a negation, of risks and of errors in general
_NOT_SAID_OF_THIS = re.compile(
    r"\b(?:assum\w*|suspect\w*|ruled out|rather than|instead of)\b[^.;:|]{0,20}$"
    r"|\b(?:not|no|never|without|isn't|wasn't|neither)(?: (?:an?|the|simply|just|merely|any|due to|caused by|of))* $"
    r"|\b(?:any|every|possible|potential|possibly|potentially|prone|susceptible|resilient|robust) (?:to )?(?:an? )?$"
    r"|\b(?:risks?|chances?|likelihood|possibility|probability|room|opportunity|opportunities|potential|margin|scope|avenues?|protect\w*|guard\w*|safeguard\w*) (?:of|for|from|against)\b[^.;:|]{0,50}$"
    r"|\b(?:such as|including|like|e\.g\.)\s[^.;:|]{0,100}$"
    r"|\b(?:reduc\w+|avoid\w*|prevent\w*|eliminat\w*|minimi[sz]\w*|limit\w*|remov\w*|mitigat\w*|lower\w*|tolerat\w*|detect\w*|catch\w*)\b[^.;:|]{0,40}$",
    re.I,
)
_ERROR = re.compile(r"\b(?:(?:human|engineer|operator) error|human errors|user error)\b", re.I)
# counted or shown by a program
_ERROR_MESSAGE = re.compile(
    r" (?:rates?|messages?|pages?|codes?|logs?|budgets?|reports?|handling|handlers?|counts?|percentage|class|type|tracking|boundary|response)\b",
    re.I,
)
_NEVER_AFTER = re.compile(r" (?:is|was|are|were|be) (?:not|never|no|rarely|seldom)\b", re.I)
_SOFTWARE_BEFORE = re.compile(r"(?:\b(?:k8s|kubernetes|cluster|database)|(?<=\w )[A-Z][\w-]+) $")

# not the capitals of a licence
_CARELESS = re.compile(r"\b(?:[Cc]areless(?:ly|ness)?|[Nn]egligen(?:t|ce|tly)|[Ii]ncompeten(?:t|ce)|[Ff]orgetful)\b")
_AT_FAULT = re.compile(
    r"\b(?:(?:am|is|are|was|were|be|been) (?:also |partly |entirely |clearly |solely |mostly |really )?(?P<phrase>at fault|to blame))\b",
    re.I,
)
_NOT_A_NAME = r"(?!(?:The|Our|An?|This|That|These|Those|Each|Every|Its|Their|When|While|Because|Since|After|Before|Also|But|And|If|As|All|Some|Most)\b)"
_NAMED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr)\.? [A-Z][a-z]+ (?:forgot|failed|ignored|broke|caused|neglected|overlooked|missed)\b"
    # two capitalised words with what only people do: systems fail, break and ignore settings too
    rf"|\b{_NOT_A_NAME}[A-Z][a-z]+ [A-Z][a-z]+ (?:(?:forgot|neglected|overlooked)\b"
    r"|ignored (?=(?:(?:the|an?|this|that|these|our|his|her|all|every|several|repeated|two|three) )*"
    r"(?:alerts?|warnings?|pages?|pager|tickets?|advice|runbook|checklist|procedure|reminders?|messages?|e-?mails?|calls?|instructions?)\b))"
)

_ADVERB = re.compile(r"(?:also|really|probably|then|perhaps|maybe|simply|just|still|now|[a-z]+ly)")
_PREPOSITION = _words("of in on from at for with by behind to responsible working who")
_BOUNDARY = re.compile(
    r"[.;:,()\[\]|·!?—–\n\"“”]+|(?:^|\s)[-*•]\s|\b(?:and|but|or|so|that|because|since|while|when|if|although|though|which|think\w*|thought|believe\w*|feel\w*|felt|said|says)\b",
    re.I,
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:|·]| [-–—])\s*")
_NAME_BEFORE = re.compile(rf"\b{_NOT_A_NAME}[A-Z][a-z]+ [A-Z][a-z]+ $|\b(?:Mr|Mrs|Ms|Dr)\.? [A-Z][a-z]+ $")
# one capitalised word may be a system that begins a sentence; what is said of monitoring and alerts ends in -ing or -s
_ONE_NAME_BEFORE = re.compile(rf"(?:^|[^\w./-]){_NOT_A_NAME}[A-Z][a-z]+(?<!ing)(?<!s) $")
_TALKING = _words(
    "asked communicated consulted double-checked escalated read realised realized remembered reviewed told"
)
_THINKING = _words(
    "known realised realized remembered understood thought asked told checked noticed communicated tested escalated"
)

_BEFORE = 160
"""The number of characters before a phrase that are read to find its subject."""


def _is_person(before: str) -> bool:
    """Whether the last noun phrase before a verb is of people."""
    start = 0
    for boundary in _BOUNDARY.finditer(before):
        if before[boundary.end() :].strip():
            start = boundary.end()
    words = re.findall(r"[\w'’-]+", before[start:].casefold())
    while words and _ADVERB.fullmatch(words[-1]):
        words.pop()
    if not words:
        return False
    # "members of the team", "the engineers on call": the noun before the first preposition after it is the head
    for at in range(max(len(words) - 7, 0), len(words)):
        if at + 1 < len(words) and words[at + 1] in _PREPOSITION and words[at] not in _PREPOSITION:
            return words[-1 if words[at] in _OF_THEM else at] in _PEOPLE
    if words[-1] in ("operator", "operators"):
        return not _SOFTWARE_BEFORE.search(re.sub(r"\boperators?\s*$", "", before, flags=re.I))
    if words[-1] in ("agent", "agents"):
        return words[-2:-1] in (["support"], ["service"], ["desk"])
    return words[-1] in _PEOPLE


def _last_word(before: str) -> str:
    words = re.findall(r"[\w'’-]+", before.casefold())
    while words and _ADVERB.fullmatch(words[-1]):
        words.pop()
    return words[-1] if words else ""


def _should(match: re.Match[str], before: str, after: str) -> bool:
    """Whether "should have" is said of people: by the subject, or by an act that only people do."""
    act, been = match["act"].casefold(), match["been"] is not None
    if _ASKED.search(before) or re.match(r"[^.;:|]{0,80}\?", after) or _NOBODY.search(before.rpartition(". ")[2]):
        return False
    by = _BY_A_SYSTEM.match(after)
    if by is not None and (by["noun"] is None or not set(by["noun"].casefold().split()) & _PEOPLE):
        return False
    never = match["never"] is not None or match["nt"] is not None
    if been:
        earlier = act in _DONE_EARLIER and _HINDSIGHT.search(re.split(r"[.;:|]", after)[0]) is not None
        wrongly = never and act in _DONE_WRONGLY
        return act in _PEOPLE_DO or earlier or wrongly or (act in _BE_CAREFUL and _is_person(before))
    if not _PARTICIPLE.fullmatch(act) or (act in _STATES and not re.match(r" (?:it|this|that)\b", after)):
        return False
    if act in _ADJECTIVES and not _NOT_A_NOUN.match(after):
        return False
    if _is_person(before):
        return True
    if _last_word(before) in _SINGLED_OUT or not re.search(r"\w", _SENTENCE_START.split(before)[-1]):
        # "should have done it on one host", with nobody named
        return act in _PEOPLE_DO or act in _TALKING or act == "followed"
    return (act in _THINKING and _NAME_BEFORE.search(before) is not None) or (
        act in _TALKING and _ONE_NAME_BEFORE.search(before) is not None
    )


def _error(match: re.Match[str], before: str, after: str) -> bool:
    if _ERROR_MESSAGE.match(after) or _NEVER_AFTER.match(after):
        return False
    return not (match[0].casefold().startswith("operator") and _SOFTWARE_BEFORE.search(before))


def _fault(match: re.Match[str], before: str, after: str) -> bool:
    return _is_person(before) or _NAME_BEFORE.search(before) is not None


def _always(match: re.Match[str], before: str, after: str) -> bool:
    return True


Judge = Callable[[re.Match[str], str, str], bool]

_PHRASES: tuple[tuple[tuple[str, ...], re.Pattern[str], Judge, bool, str], ...] = (
    (
        ("human error", "operator error", "user error", "engineer error"),
        _ERROR,
        _error,
        True,
        "say what made the mistake possible and hard to notice",
    ),
    (
        ("should", "ought"),
        _SHOULD,
        _should,
        False,
        "say what was known at the time and what was done",
    ),
    (
        ("careless", "negligen", "incompeten", "forgetful"),
        _CARELESS,
        _always,
        True,
        "describe the conditions, not the person",
    ),
    (
        ("at fault", "to blame"),
        _AT_FAULT,
        _fault,
        True,
        "describe the conditions, not the person",
    ),
    (
        ("forgot", "failed", "ignored", "broke", "caused", "neglected", "overlooked", "missed"),
        _NAMED,
        _always,
        False,
        "name the role, and say which information and tools it had",
    ),
)
"""Phrases that may blame: words of which each contains one, in small letters; the pattern; who judges a match by the
words before and after it; whether a negation or assumption before it takes it back; and the hint.

All words are searched for at once before the patterns, which is many times faster.
"""

_ALL_WORDS = [word for words, *_ in _PHRASES for word in words]
_ANY_WORD = apart(_ALL_WORDS)
_WORDS = AhoCorasick(_ALL_WORDS)
_PHRASE_OF_WORD = [number for number, (words, *_) in enumerate(_PHRASES) for _ in words]

# what stands in quotation marks are somebody's words, or a term that is spoken about
_QUOTED = re.compile(r"“[^”\n]{1,300}”|\"[^\"\n]{1,300}\"|«[^»\n]{1,300}»|„[^“”\n]{1,300}[“”]")


def _inside(spans: list[tuple[int, int]], match: re.Match[str]) -> bool:
    at = bisect_right(spans, (match.start(), 0)) - 1
    return at >= 0 and match.end() < spans[at][1]


def phrases(text: str) -> Iterator[tuple[str, str]]:
    """The phrases of a text that blame, at most one of a kind on each line, each with a hint."""
    folded = text.casefold()
    # most texts have none of the words
    if not _ANY_WORD.find_matches_as_indexes(folded.encode()):
        return
    words = _WORDS.find_matches_as_indexes(folded, overlapping=True)
    candidates = sorted({_PHRASE_OF_WORD[word] for word, _, _ in words})
    for line in text.split("\n"):
        quoted = [match.span() for match in _QUOTED.finditer(line)]
        for _, pattern, judge, is_statement, hint in (_PHRASES[number] for number in candidates):
            for match in pattern.finditer(line):
                before = line[max(0, match.start() - _BEFORE) : match.start()]
                if _inside(quoted, match):
                    continue
                if is_statement and _NOT_SAID_OF_THIS.search(before):
                    continue
                if judge(match, before, line[match.end() : match.end() + _BEFORE]):
                    yield match.groupdict().get("phrase") or match[0].rstrip(), hint
                    break
