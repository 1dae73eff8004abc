"""Random knowledge bases with a canary in every record, field, section, file and register cell.

A canary is one word of letters, so that no tokeniser cuts it, and knows the clients whose editions show it. These rules
are written here a second time, from the design, and not taken from the code under test.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from helpers.folders import read_everything

CONFIG = 'site_name: Random\ndocs_dir: kb\nexclude_docs: "*"\ntheme: {name: material}\nplugins:\n  - pir:\n      as_of: 2026-09-30\n      record_format: 2\n      synonyms: synonyms.yml\n'
CANARY = re.compile(r"zq[a-p]{6}", re.I)
ALLOWED = ("Summary", "Impact", "Timeline", "Root cause", "What we are changing")
INSIDE = ("Detection", "Response", "Contributing factors", "What went well", "What went poorly", "Where we got lucky")

Disguise = Callable[[str], str]
CUT: tuple[Disguise, ...] = (
    lambda c: f"/// internal\n{c}\n///",
    lambda c: f"- item\n\n    /// internal\n    {c}\n    ///",
    lambda c: f"> /// internal\n> {c}\n> ///",
    lambda c: f"//// internal\n/// internal | {c}\n{c}\n///\n////",
    lambda c: f"Text <!-- {c} --> goes on.",
    lambda c: f"<!--\n{c}\n-->",
    lambda c: f"[unused{c}]: https://{c}.example '{c}'",
    lambda c: f"*[{c}]: {c}",
    lambda c: f'<span data-x="{c}">text</span>',
    lambda c: f"Text[^9].\n\n[^9]: As said.\n\n[^8]: {c}",
    lambda c: f"<script>{c}</script>",
    lambda c: f"Text.\n{{: #{c} .{c} }}",
    lambda c: f"### Smaller {{ audience=internal }}\n{c}",
    lambda c: f"> ### Inside {{ audience=internal }}\n> {c}",
)
"""Ways to write what stays inside into a shown section. The last two are headings, which no field has."""
CUT_IN_FIELDS = tuple(CUT[:-2])
HIDDEN = (
    "<g id='{}'><rect width='1' height='1'/></g>",
    "<rect class='{}' data-a='{}' width='1'/>",
    "<g style='display:none'><text>{}</text></g>",
    "<text opacity='0'>{}</text>",
    "<desc>{}</desc><metadata>{}</metadata>",
    "<!-- {} -->",
    "<defs><text>{}</text></defs>",
    "<text x='9' y='40' font-family='{}'>x</text>",
)
"""Ways to write into a drawing what nobody sees of it."""
SEEN: tuple[Disguise, ...] = (
    lambda c: f"Plain {c}.",
    lambda c: f"- a list with {c}",
    lambda c: f"> quoted {c}",
    lambda c: f"| a | b |\n|---|---|\n| {c} | 2 |",
    lambda c: f"```text\n/// internal\n{c}\n///\n```",
    lambda c: f"`<!-- {c} -->`",
    lambda c: f"!!! note\n    {c}",
    lambda c: f"**bold {c}** and [a link](https://{c}.example/)",
    lambda c: f"Term\n:   meaning {c}",
    lambda c: f"Text[^1].\n\n[^1]: {c}",
)


@dataclass
class RandomBase:
    """The files of a knowledge base; its clients; and for each canary the clients whose editions show it."""

    files: dict[str, str] = field(default_factory=dict)
    clients: list[str] = field(default_factory=list)
    seen_by: dict[str, frozenset[str]] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        for name, text in self.files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        return folder

    def belongs(self, client: str) -> set[str]:
        return {canary for canary, clients in self.seen_by.items() if client in clients}


def make_base(seed: int, clients: int = 2) -> RandomBase:
    """The knowledge base of a seed, always the same."""
    return _Maker(seed, clients).base


class _Maker:
    def __init__(self, seed: int, clients: int) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        self.base = base = RandomBase(files={"mkdocs.yml": CONFIG})
        base.clients = [self._word() for _ in range(clients)]
        self.everyone = frozenset(base.clients)
        self.released: dict[str, str] = {}
        self.reviews: dict[str, str] = {}
        self.mail = ""
        self._shared()
        for number, client in enumerate(base.clients, 1):
            self._client(client, number)
        # a service that is not shared is named to those who have a report that names it
        self.base.seen_by[self.mail] |= frozenset(self.released.values())
        self._lessons()
        self._registers()
        # a synonym is for those who say both words
        groups = [f"mail: [{self.canary('a synonym')}]", f"{self.canary('a synonym')}: [outage]"]
        groups += [f"outage: [{client}, {self.canary('a synonym')}]" for client in base.clients[:1]]
        groups += [f"late{number}: [{client}]" for number, client in enumerate(base.clients[1:])]
        base.files["synonyms.yml"] = "\n".join(groups) + "\n"

    def _word(self) -> str:
        """A word that occurs nowhere else: names of clients and services, which also are canaries."""
        return "zq" + "".join(self.random.choices("abcdefghijklmnop", k=6))

    def canary(self, where: str, seen_by: Iterable[str] = ()) -> str:
        word = self._word()
        while word in self.base.seen_by:
            word = self._word()
        self.base.seen_by[word], self.base.where[word] = frozenset(seen_by), where
        return word

    def _maybe(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def _put(self, path: str, head: list[str], body: str = "") -> None:
        self.base.files[f"kb/{path}"] = "\n".join(["---", *head, "---", body, ""])

    def _shared(self) -> None:
        for kind, folder, id_ in (("service", "services", "mail"), ("service", "services", "inner"),
                                  ("cause", "causes/change", "change/one"), ("cause", "causes/change", "change/two")):  # fmt: skip
            shown = self.everyone if self._maybe() and id_ != "inner" else ()
            name = self.canary(f"{id_} name", shown)
            self.mail = name if id_ == "mail" else self.mail
            head = [f"id: {id_}", f"name: {name}"]
            if kind == "cause":
                head += [self._field("definition", f"{id_} definition", shown), f"look_for: [{self.canary(id_)}]"]
            else:
                head += [f"owner: {self.canary(id_)}", f"tier: {self.canary(id_)}"]
            if shown:
                head.append("audience: shared")
            self._put(f"{folder}/{id_.rpartition('/')[2]}.md", [*head, f"x-note: {self.canary(id_)}"])
        for number in (1, 2):
            shown = self.everyone if number == 1 else ()
            head = [f"id: PRB-000{number}", f"title: {self.canary('problem title', shown)}", "status: known-error",
                    self._field("known_error", "known error", shown), self._field("workaround", "problem workaround", shown),
                    f"root_cause: {self.canary('problem root cause')}"]  # fmt: skip
            self._put(f"problems/PRB-000{number}.md", head + (["audience: shared"] if shown else []))
        for name, shown in (("outside", self.everyone), ("inside", ())):
            text = f"{self.canary(name, shown)}\n\n## One\n{self._cut('page')}\n\n## Two {{ audience=internal }}\n{self.canary(name)}"
            self._put(
                f"handbook/{name}.md",
                [f"title: {self.canary(name, shown)}"] + (["audience: shared"] if shown else []),
                text,
            )
        self.base.files["kb/notes/loose.txt"] = self.canary("a loose file")

    def _client(self, client: str, number: int) -> None:
        own = (client,)
        self.base.seen_by[client] = frozenset(own)
        self.base.where[client] = "client id"
        head = [f"id: {client}", f"name: {self.canary('client name', own)}", f"aliases: [{self.canary('alias')}]",
                f"domains: [{self.canary('domain')}.example]", "since: 2020-01-01", f"contacts: [{self.canary('contact')}]"]  # fmt: skip
        self._put(f"clients/{client}.md", head, f"## Agreements\n{self.canary('agreements')}")
        for n in range(self.random.randint(1, 2) if len(self.everyone) < 3 else 1):
            self._review(client, f"PIR-2026-{number}{n:03}")

    def _cut(self, where: str) -> str:
        """What stays inside though its section is shown."""
        return self.random.choice(CUT)(self.canary(f"{where}, cut"))

    def _field(self, name: str, where: str, seen_by: Iterable[str], also: str = "") -> str:
        """A field of running text, in which something stays inside now and then."""
        said = self.canary(where, seen_by)
        if self._maybe():
            return f"{name}: {said}{also}"
        hidden = self.random.choice(CUT_IN_FIELDS)(self.canary(f"{where}, cut"))
        return f"{name}: |\n  " + f"{said}{also}\n\n{hidden}".replace("\n", "\n  ")

    def _drawing(self, seen_by: Iterable[str]) -> str:
        hidden = self.random.choice(HIDDEN).replace("{}", self.canary("drawing, hidden"))
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 50'>{hidden}"
            f"<text x='9' y='20'>{self.canary('drawing', seen_by)}</text></svg>"
        )

    def _review(self, client: str, id_: str) -> None:
        audience = self.random.choice(("client", "shared", "internal", None))
        released = self.random.random() < 0.8 and audience in ("client", "shared")
        own = (client,) if released else ()
        c = self.canary
        self.reviews[id_] = client
        if released:
            self.released[id_] = client
        other = self.random.choice([i for i in self.reviews if i != id_] or [id_])
        action = self._maybe()
        factor = self.random.choice(("change/one", "change/two"))
        head = [
            f"id: {id_}", f"title: {c('title', own)}", f"client: {client}", "services: [mail]", "status: draft",
            "severity: SEV-2", "priority: P1",
            *([f"audience: {audience}"] if audience and (released or audience == "internal") else []),
            *([f"release: {{approved_by: {c('approver')}, on: 2026-03-20}}"] if released else []),
            f"initiated: {{by: client, on: 2026-03-05, reason: {c('reason')}}}",
            "times: {impact_start: 2026-03-04T02:10:00Z, detected: 2026-03-04T02:52:00Z, resolved: 2026-03-04T07:40:00Z}",
            f"detection: {{by: monitoring, gap: {c('gap')}}}", f"symptoms: [{c('symptom')}]",
            "impact:", *("  " + line for line in self._field("summary", "impact", own).split("\n")), f"trigger: {factor}", f"contributing_factors: [{factor}]",
            f"process_deficiencies: [{{cause: {factor}, effect: caused, description: {c('deficiency')}}}]",
            self._field("root_cause", "root cause", own, f" as in {other}"), f"workaround: {c('workaround')}",
            "tried:",
            f"  - {{what: {c('attempt', own if action else ())}, effect: no-effect, note: {c('attempt note')}{', audience: client' if action else ''}}}",
            "actions:",
            f"  - {{id: A1, title: {c('action', own if action else ())}, status: open, owner: {c('owner')}, due: 2026-11-03, done_when: {c('done when')}, note: {c('action note')}{', audience: client' if action else ''}}}",
            "recommendations:",
            f"  - {{id: R1, title: {c('advice', own if not action else ())}, issued: 2026-03-18, status: proposed{', audience: shared' if not action else ''}}}",
            "attachments:",
            f"  - {{file: shown-{id_}.txt, title: {c('attachment title', own)}, audience: client}}",
            f"  - {{file: kept-{id_}.txt, title: {c('attachment title')}}}",
            f"  - {{file: shown-{id_}.svg, title: {c('drawing title', own)}, audience: client}}",
            f"tags: [{c('tag')}]", f"x-note: {c('x-note')}",
        ]  # fmt: skip
        self.base.files[f"kb/pirs/2026/shown-{id_}.txt"] = c("attachment", own)
        self.base.files[f"kb/pirs/2026/kept-{id_}.txt"] = c("attachment")
        self.base.files[f"kb/pirs/2026/shown-{id_}.svg"] = self._drawing(own)
        body = [c("before the first heading")]
        for title in self.random.sample(ALLOWED, 3):
            seen = self.random.choice(SEEN)(c(f"section {title}", own))
            body += [f"## {title}", seen, f"See [[{other}|{c('link text', own)}]] and {other}.", self._cut(title)]
        for title in self.random.sample(INSIDE, 2):
            body += [f"## {title}", self.random.choice(SEEN)(c(f"section {title}"))]
        body += ["## Response plan { audience=client }", c("said outside", own)]
        body += ["## Impact on us { audience=internal }", c("said inside")]
        self._put(f"pirs/2026/{id_}.md", head, "\n\n".join(body))

    def _lessons(self) -> None:
        for number, (id_, client) in enumerate(self.reviews.items(), 1):
            audience = self.random.choice(("client", "shared", "internal"))
            released = audience != "internal"
            shown: Iterable[str] = ()
            if released:
                shown = self.everyone if audience == "shared" else ((client,) if id_ in self.released else ())
            c = self.canary
            head = [f"id: LL-{number:04}", f"title: {c('lesson title', shown)}", "status: validated", f"audience: {audience}",
                    *(["release: {approved_by: vp, on: 2026-04-01}"] if released else []), f"learned_from: [{id_}]",
                    f"symptoms: [{c('lesson symptom')}]", self._field("lesson", "lesson", shown), self._field("recommendation", "recommendation", shown),
                    self._field("applies_when", "applies when", shown), f"evidence: {c('evidence')}", f"tags: [{c('tag')}]"]  # fmt: skip
            body = f"{c('preamble')}\n\n## Driving event\n{c('driving event')}\n\n## Lesson\n{c('lesson body', shown)}"
            self._put(f"lessons/LL-{number:04}.md", head, body)

    def _registers(self) -> None:
        rows = ["id,client,service,severity,opened,resolved,cause,pir_required,pir"]
        answers = ["date,client,reference,score,scale,comment"]
        for number, (id_, client) in enumerate(self.reviews.items(), 1):
            rows.append(
                f"INC-{1000 + number},{client},mail,SEV-2,2026-03-04T02:52:00Z,2026-03-04T07:40:00Z,,true,{id_}"
            )
            answers.append(f"2026-03-25,{client},{id_},4,5,{self.canary('satisfaction comment')}")
        self.base.files["kb/registers/incidents.csv"] = "\n".join(rows) + "\n"
        self.base.files["kb/registers/satisfaction.csv"] = "\n".join(answers) + "\n"


def find_canaries(site: Path) -> set[str]:
    """Every canary in the names and texts of a site."""
    return set(CANARY.findall(read_everything(site)))
