"""Links to a record that a client does not see: its edition names the record nowhere and stays readable.

Each form of a link is in a released review of its own; all are published at once.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from helpers.canaries import project_unsound, write_edition
from helpers.folders import read_texts
from helpers.knowledge_base import load_base

from mkdocs_pir.editions.audit import Auditor
from mkdocs_pir.editions.redaction import Redactor
from mkdocs_pir.editions.withheld_names import RecordNames, WithheldRecords

SECRET = "PIR-2026-0900"
TITLE = "Zqsecret failure at the border"
FILE = "PIR-2026-0900.md"
KEPT = f"pirs/2026/{FILE}"
SITE = "https://kb.provider.example"

FORMS = {
    "inline": f"See [the words]({FILE}).",
    "inline with an anchor": f"See [the words]({FILE}#zqanchor).",
    "inline with a title": f'See [the words]({FILE} "zqhover").',
    "inline with a title in single quotes": f"See [the words]({FILE} 'zqhover').",
    "inline with a title in parentheses": f"See [the words]({FILE} (zqhover)).",
    "inline with spaces": f"See [the words](  {FILE}  ).",
    "inline in angle brackets": f"See [the words](<{FILE}>).",
    "over lines": f"See [the\nwords]({FILE}).",
    "up and down": f"See [the words](../../pirs/2026/{FILE}).",
    "dots in between": f"See [the words](./../2026/./{FILE}).",
    "from the top": f"See [the words](/{KEPT}).",
    "of the page": "See [the words](PIR-2026-0900.html#zqanchor).",
    "of the page in its folder": "See [the words](../../pirs/2026/PIR-2026-0900/).",
    "asking": "See [the words](PIR-2026-0900.html?zqquery#zqanchor).",
    "percent-encoded": "See [the words](PIR%2D2026%2D0900.md#zqanchor).",
    "percent-encoded twice": "See [the words](PIR%252D2026%252D0900.md).",
    "percent-encoded letters": "See [the words](%50IR-2026-0900.md).",
    "percent-encoded slashes": "See [the words](..%2F2026%2FPIR-2026-0900.md).",
    "entities": "See [the words](PIR&#45;2026&#x2d;0900.md).",
    "escaped": "See [the words](PIR\\-2026\\-0900.md).",
    "lower case": "See [the words](pir-2026-0900.md).",
    "upper case": "See [the words](../../PIRS/2026/PIR-2026-0900.MD).",
    "bold": f"See **[the *words*]({FILE})**.",
    "text in brackets": f"See [that [one] of the words]({FILE}).",
    "text in code": f"See [`the words`]({FILE}).",
    "an attribute list": f"See [the words]({FILE}){{ title=zqhover data-id=zqhover }}.",
    "an attribute list with a colon": f"See [the words]({FILE}){{: .zqclass #zqanchor title='zqhover'}}.",
    "the id as text": f"See [{SECRET}]({FILE}) of the words.",
    "the title as text": f"See [{TITLE}]({FILE}) of the words.",
    "the title as text, otherwise written": f"See [**Zqsecret** failure\nat the  border]({FILE}) of the words.",
    "the title as text of a wiki link": f"See [[{SECRET}|{TITLE}]] of the words.",
    "the title as text of a reference": f"See [{TITLE}][zqlabel] of the words.\n\n[zqlabel]: {FILE}",
    "id and title as text": f"See [{SECRET}: {TITLE}]({FILE}) of the words.",
    "full reference": f"See [the words][zqlabel].\n\n[zqlabel]: {FILE}",
    "full reference with a title": f'See [the words][zqlabel].\n\n[zqlabel]: {FILE} "zqhover"',
    "full reference with a title below": f'See [the words][zqlabel].\n\n[zqlabel]: {FILE}\n    "zqhover"',
    "full reference, angle brackets": f"See [the words][zqlabel].\n\n[zqlabel]: <{FILE}#zqanchor>",
    "full reference, address below": f"See [the words][zqlabel].\n\n[zqlabel]:\n    {FILE}",
    "full reference with a space": f"See [the words] [zqlabel].\n\n[zqlabel]: {FILE}",
    "full reference, other case": f"See [the words][ZQLABEL].\n\n[zqlabel]: {FILE}",
    "collapsed reference": f"See [the words][].\n\n[the words]: {FILE}",
    "shortcut reference": f"See [the words].\n\n[the words]: {FILE}",
    "shortcut reference by the id": f"See [{SECRET}] of the words.\n\n[{SECRET}]: {FILE}",
    "reference in a quotation": f"> See [the words][zqlabel].\n>\n> [zqlabel]: {FILE}",
    "reference to an address": f"See [the words][zqlabel].\n\n[zqlabel]: {SITE}/{KEPT}",
    "image": f"See ![the words]({FILE}).",
    "image reference": f"See ![the words][zqlabel].\n\n[zqlabel]: {FILE}",
    "image of what stays inside": "See ![the words](zqkept.png).",
    "file that stays inside": "See [the words](zqkept.txt).",
    "file that no record declares": "See [the words](zqloose.csv).",
    "linked image": f"See [![the words](zqkept.png)]({FILE}).",
    "wiki": f"See [[{SECRET}]] of the words.",
    "wiki with text": f"See [[{SECRET}|the words]].",
    "wiki with spaces": f"See [[ {SECRET} | the words ]].",
    "wiki of an action": f"See [[{SECRET}-A1|the words]].",
    "wiki, lower case": "See [[pir-2026-0900]] of the words.",
    "bare": f"As in {SECRET} of the words.",
    "bare, lower case": "As in pir-2026-0900 of the words.",
    "bare, of an action": f"As in {SECRET}-A1 of the words.",
    "bare, of an action, lower case": "As in pir-2026-0900-a1 of the words.",
    "bare in code": f"As in `{SECRET}` of the words.",
    "bare in a fence": f"The words:\n\n```\n{SECRET} {FILE}\n```",
    "bare with a mark": f"As in {SECRET}'s and ({SECRET}), the words.",
    "bold id": f"As in **{SECRET}** and _{SECRET}_ of the words.",
    "id in entities": "As in PIR&#45;2026&#45;0900 of the words.",
    "escaped id": "As in PIR\\-2026\\-0900 of the words.",
    "bare file": f"As in {FILE} of the words.",
    "bare path": f"As in {KEPT}#zqanchor of the words.",
    "bare page": "As in pirs/2026/PIR-2026-0900.html of the words.",
    "path in code": f"As in `kb/{KEPT}` of the words.",
    "address": f"As in {SITE}/pirs/2026/PIR-2026-0900.html#zqanchor of the words.",
    "autolink": f"As in <{SITE}/pirs/2026/PIR-2026-0900.html#zqanchor> of the words.",
    "autolink of the file": f"As in <{FILE}> of the words.",
    "link to an address": f"See [the words]({SITE}/pirs/2026/PIR-2026-0900.html#zqanchor).",
    "link to an address, encoded": f"See [the words]({SITE}/pirs/2026/PIR%2D2026%2D0900.html).",
    "address in an address": f"See [the words](https://mail.example/?to={SITE}%2Fpirs%2FPIR-2026-0900).",
    "HTML": f'See <a href="{FILE}">the words</a>.',
    "HTML with a title": f"See <a title='zqhover' href='{FILE}#zqanchor'>the <b>words</b></a>.",
    "HTML without quotes": f"See <A HREF={FILE}>the words</A>.",
    "HTML over lines": f'See <a\n  href="{FILE}"\n  title="zqhover">the words</a>.',
    "HTML in entities": 'See <a href="PIR&#45;2026-0900.md">the words</a>.',
    "HTML image": 'See the words <img src="zqkept.png" alt="a drawing">.',
    "HTML address": f'See <a href="{SITE}/pirs/2026/PIR-2026-0900.html">the words</a>.',
    "HTML title": f'See <abbr title="{SECRET}">the words</abbr>.',
    "footnote": f"See the words[^1].\n\n[^1]: As in [another]({FILE} 'zqhover') and {SECRET}.",
    "footnote's name": f"See the words[^{SECRET}].\n\n[^{SECRET}]: As we said.",
    "abbreviation": f"See the words, XYZ.\n\n*[XYZ]: {SECRET}",
    "table": f"| what | where |\n|---|---|\n| the words | [there]({FILE}) and [[{SECRET}|here]] |",
    "small heading": f"### The words of [that]({FILE}#zqanchor)\n\nText.",
    "small heading with an anchor": f"### The words {{ #{SECRET} }}\n\nText.",
    "box": f'!!! note "As in [that]({FILE})"\n    The words of {SECRET}.',
    "folded box": f'??? note "As in {SECRET}"\n    The words of [that][zqlabel].\n\n    [zqlabel]: {FILE}',
    "list": f"- the words\n    - [that]({FILE})\n    - {SECRET}",
    "task": f"- [ ] the words of [that]({FILE})\n- [x] {SECRET}",
    "definition list": f"The words\n:   [that]({FILE}) and {SECRET}",
    "quotation": f"> The words of\n> [that]({FILE})",
    "page of the handbook": "See [the words](../../handbook/zqpage.md#zqanchor).",
    "page of the handbook as HTML": 'See <a href="../../handbook/zqpage.html">the words</a>.',
    "page of the handbook, its address": f"See [the words]({SITE}/handbook/zqpage.html).",
    "another client": "See [the words](../../clients/zqother.md).",
    "another client's page": f"See [the words]({SITE}/clients/zqother.html).",
    "service": "See [the words](../../services/zqservice.md) of [[zqservice|it]].",
    "service in a reference": "See [the words][s].\n\n[s]: ../../services/zqservice.md",
    "cause": "See [the words](../../causes/process/zqcause.md) of process/zqcause.",
    "cause in a reference": "See [the words][s].\n\n[s]: ../../causes/process/zqcause.md",
    "lesson": "See [the words](../../lessons/LL-0900.md) of ll-0900.",
}  # fmt: skip
"""What a released review says in a shown section; each must still say "the words"."""

FIELDS = {
    name: text
    for name, text in FORMS.items()
    if "\n" not in text and name in (
        "inline with an anchor", "inline with a title", "percent-encoded", "lower case", "the title as text",
        "wiki with text", "bare", "bare, lower case", "bare path", "autolink", "link to an address", "HTML with a title",
        "bold id", "image", "text in brackets",
    )
}  # fmt: skip
"""Those that may stand in a field of the front matter."""

TYPED = ("inline with a title", "the title as text", "HTML with a title")
"""Where a field is shown as it was typed, these are no links; the audit stops an edition with a withheld title in it."""

TELLING = re.compile(r"(?:pir|ll)[-_ ]?(?:2026[-_ ]?)?0900|\bzq[a-z]+", re.I)


def _review(number: int, body: str, title: str = "A shown review", more: str = "") -> str:
    return (
        f"---\nid: PIR-2026-{number:04}\ntitle: {title}\nclient: alpha\nservices: [mail]\nstatus: draft\n"
        f"severity: SEV-2\naudience: client\nrelease: {{approved_by: vp, on: 2026-03-20}}\n{more}---\n## Summary\n\n{body}\n"
    )


def _from_below(text: str) -> str:
    """The links of a review as they are written in another folder."""
    return re.sub(r"(\]\(|href='+)(?=PIR|pir)", r"\1../pirs/2026/", text)


def _files() -> dict[str, str]:
    files = {
        "mkdocs.yml": f'site_name: Links\nsite_url: {SITE}/\ndocs_dir: kb\nexclude_docs: "*"\nplugins:\n  - pir:\n      as_of: 2026-09-30\n',
        "kb/clients/alpha.md": "---\nid: alpha\nname: Alpha Works\nsince: 2020-01-01\n---\n",
        "kb/clients/zqother.md": "---\nid: zqother\nname: Zqother Company\nsince: 2020-01-01\n---\n",
        "kb/services/mail.md": "---\nid: mail\nname: Mail\n---\n",
        "kb/services/zqservice.md": "---\nid: zqservice\nname: Zqservice inside\n---\n",
        "kb/causes/process/zqcause.md": "---\nid: process/zqcause\nname: Zqcause inside\ndefinition: It stays.\n---\n",
        "kb/handbook/zqpage.md": "---\ntitle: Zqpage inside\n---\n## zqanchor\nText.\n",
        "kb/lessons/LL-0900.md": "---\nid: LL-0900\ntitle: Zqlesson inside\nstatus: draft\nlesson: It stays.\n---\n",
        f"kb/{KEPT}": (
            f"---\nid: {SECRET}\ntitle: {TITLE}\nclient: zqother\nservices: [mail]\nstatus: draft\nseverity: SEV-2\n"
            "actions:\n  - {id: A1, title: Zqaction inside, status: open, owner: zqowner, due: 2026-11-03, done_when: it works}\n"
            "attachments:\n  - {file: zqkept.png, title: Zqpicture}\n  - {file: zqkept.txt, title: Zqfile}\n"
            "---\n## Summary\nText.\n"
        ),
        "kb/pirs/2026/zqkept.txt": "It stays.",
        "kb/pirs/2026/zqloose.csv": "a,b\n",
    }
    for number, text in enumerate(FORMS.values(), 1):
        files[f"kb/pirs/2026/PIR-2026-{number:04}.md"] = _review(number, text)
    for number, (name, text) in enumerate(FIELDS.items(), 501):
        said = "'" + text.replace("'", "''") + "'"
        title = "A shown title" if name in TYPED else said
        files[f"kb/pirs/2026/PIR-2026-{number:04}.md"] = _review(
            number, "Text.", title,
            f"impact: {{summary: {said}}}\nroot_cause: {said}\n"
            f"actions:\n  - {{id: A1, title: {title}, status: open, owner: we, due: 2026-11-03, done_when: it works, audience: client}}\n"
            f"recommendations:\n  - {{id: R1, title: {title}, issued: 2026-03-18, status: proposed, audience: client}}\n",
        )  # fmt: skip
        inside, title = _from_below(said), _from_below(title)
        files[f"kb/lessons/LL-{number:04}.md"] = (
            f"---\nid: LL-{number:04}\ntitle: {title}\nstatus: validated\naudience: shared\nrelease: {{approved_by: vp, on: 2026-04-01}}\n"
            f"lesson: {inside}\nrecommendation: {inside}\napplies_when: {inside}\n---\n## Lesson\n{_from_below(text)}\n"
        )
        files[f"kb/problems/PRB-{number:04}.md"] = (
            f"---\nid: PRB-{number:04}\ntitle: {title}\nstatus: known-error\naudience: shared\nknown_error: {inside}\nworkaround: {inside}\n---\n"
        )
        files[f"kb/handbook/shown-{number}.md"] = (
            f"---\ntitle: {title}\naudience: shared\n---\n{_from_below(text)}\n\n## More\n\n{_from_below(text)}\n"
        )
    return files


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("links")
    for name, text in _files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (folder / "kb/pirs/2026/zqkept.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    kb = load_base(folder)
    # some of them are refused before anything is published; the projection holds even then
    assert {p.code for p in kb.errors} <= {"PIR019", "PIR022", "PIR203", "PIR209"}
    write_edition(project_unsound(kb, "alpha"), folder / "out")
    return folder


def _texts(folder: Path) -> dict[str, str]:
    return {name: unquote(unquote(text)) for name, text in read_texts(folder).items()}


def _told(text: str) -> list[str]:
    return sorted({found[0].lower() for found in TELLING.finditer(text)})


@pytest.mark.parametrize(("number", "name"), list(enumerate(FORMS, 1)), ids=list(FORMS))
def test_a_link_becomes_words_that_lead_nowhere(site: Path, number: int, name: str) -> None:
    page = _texts(site / "out/pirs/2026")[f"PIR-2026-{number:04}.html"]
    assert _told(page) == []
    summary = re.sub(r"<[^>]*>", "", page[page.index("<h2 id=summary") :])
    assert "the words" in " ".join(summary.lower().split())
    assert not re.search(r"\]\(|\[\[|\]\[|&lt;/?a\b", summary), summary[:300]


def test_no_byte_of_the_edition_names_what_is_withheld(site: Path) -> None:
    told = {name: words for name, text in _texts(site / "out").items() if (words := _told(text))}
    assert told == {}
    assert not any(TELLING.search(f.name) for f in (site / "out").rglob("*"))


def test_the_audit_has_nothing_to_say(site: Path) -> None:
    report = Auditor.read(site / "kb", site / "mkdocs.yml").audit(site / "out", "alpha")
    assert [(f.file, f.message) for f in report.findings] == []


STAYS = (
    "See [the vendor](https://vendor.example/a-b_(c)?q=1#x 'its page') and <https://a.example/b-2>.",
    'See [the other](PIR-2026-0002.md#summary "that"), [[PIR-2026-0002|it]], PIR-2026-0002 and [a][b].\n\n[b]: PIR-2026-0003.md',
    "See [the log](shown.txt), ![a chart](shown.txt), [the step](../../process/triage.html) and [below](#summary).",
    '<a href="PIR-2026-0002.md" title="that">it</a> <img src="shown.txt" alt="chart"> <a name="x">here</a>',
    "A [box], a [ ] task, an array[0][1], f(x)[2], and/or 24/7, /etc/nginx/nginx.conf, mail-gateway-01, TLS-1.2, 2026-03-04.",
    "Write `[text](file.md)` and `[a]: b.md`:\n\n```\n[text](../some/file.md)\n[label]: other.md\n```\n",
    "| a | b |\n|---|---|\n| [x](https://a.example) | `a\\|b` |\n\n{: .wide }\n\n[^1]: A note.\n\n*[TLS]: a protocol",
    "<b>5 &lt; 6</b> &amp; 100% \\* <https://a.example> <user@a.example>",
)


@pytest.mark.parametrize("text", STAYS)
def test_every_other_link_and_word_stays_as_it_is(site: Path, text: str) -> None:
    kb = load_base(site)
    names = RecordNames(kb)
    shown = {f"PIR-2026-{n:04}": "A shown review" for n in range(1, len(FORMS) + 1)}
    of = names.ids, "pirs/2026/PIR-2026-0001.md", shown, {"pirs/2026/shown.txt": "files/shown.txt"}
    written = kb.texts.read(text).text
    assert Redactor(*of, WithheldRecords(names, shown)).markdown(written).html == Redactor(*of).markdown(written).html
    assert Redactor(*of, WithheldRecords(names, shown)).typed(text) == text
