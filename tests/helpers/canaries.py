"""A knowledge base with a word of its own in every place, and the pages and files that an edition makes of it."""

from __future__ import annotations

import types
from pathlib import Path

import msgspec
from PIL import Image

from mkdocs_pir.editions import project as projecting
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.site import assets, views
from mkdocs_pir.site.page_renderer import PageRenderer

CLIENT = "alphaco"


MORE = {
    # released to nobody, though its audience says client: an error that the projection alone must survive
    "pirs/2026/PIR-2026-0011.md": """\
---
id: PIR-2026-0011
title: zqunreleasedtitle
client: alphaco
services: [mail-alphaco]
status: draft
audience: client
impact: {summary: zqunreleasedimpact}
---
## Summary
zqunreleasedsummary
""",
    # released, but inside only
    "pirs/2026/PIR-2026-0012.md": """\
---
id: PIR-2026-0012
title: zqinsideonlytitle
client: alphaco
services: [mail-inside]
status: draft
release: {approved_by: vp-services, on: 2026-03-20}
impact: {summary: zqinsideonlyimpact}
---
## Summary
zqinsideonlysummary
""",
    "services/mail-inside.md": "---\nid: mail-inside\nname: zqinsideservice\nowner: zqinsideowner\n---\n",
    "services/mail-shared.md": (
        "---\nid: mail-shared\nname: zqsharedservice\nowner: zqsharedowner\naudience: shared\n---\n"
        "## Operations\nzqsharedoperations\n"
    ),
    "lessons/LL-0021.md": (
        "---\nid: LL-0021\ntitle: zqunreleasedlesson\nstatus: draft\naudience: shared\nlesson: zqunreleasedtext\n---\n"
    ),
    "lessons/LL-0022.md": (
        "---\nid: LL-0022\ntitle: zqinsidelesson\nstatus: draft\nrelease: {approved_by: vp, on: 2026-01-01}\n"
        "learned_from: [PIR-2026-0001]\nlesson: zqinsidelessontext\n---\n"
    ),
    "problems/PRB-0021.md": (
        "---\nid: PRB-0021\ntitle: zqsharedproblem\nstatus: known-error\nknown_error: zqsharedknownerror\n"
        "workaround: |\n  zqsharedworkaround\n\n  /// internal\n  zqfieldinternal\n  ///\n\n"
        "  Text <!-- zqfieldcomment --> and `<!-- zqfieldincode -->`\nroot_cause: zqsharedproblemcause\naudience: shared\n---\n"
        "## Analysis\nzqsharedanalysis\n"
    ),
    "handbook/mixed.md": """\
---
title: zqmixedpage
audience: shared
---
zqmixedpreamble

## For all
zqmixedshown

/// note
zqmixednote

//// internal
zqmixednested
////

zqmixedafter
///

```
/// internal
zqmixedincode
///
<!-- zqmixedcommentincode -->
```

`<!-- zqmixedinlinecomment -->` and <!-- zqmixedcomment -->

See [zqmixedlink](../pirs/2026/PIR-2026-0002.md), [zqmixedused] and PIR-2026-0002.

[zqmixedused]: https://zqmixedusedtarget.example
[zqmixedunused]: https://zqmixedunusedtarget.example

## Not for all {: audience=internal }
zqmixedhidden
""",
}


def write_canaries(folder: Path) -> Path:
    """Write it; returns the folder of mkdocs.yml."""
    write_client_canaries(folder)
    config = folder / "mkdocs.yml"
    config.write_text(config.read_text("utf-8") + "      synonyms: kb/synonyms.yml\n", "utf-8")
    (folder / "kb/synonyms.yml").write_text("mail: [zqsynonym, betaco]\nzqsynonymhead: [outage]\n", "utf-8")
    for name, text in MORE.items():
        file = folder / "kb" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("\n", "\n"), "utf-8")
    review = folder / "kb/pirs/2026/PIR-2026-0001.md"
    text = review.read_text("utf-8").replace(
        "attachments:\n",
        "attachments:\n  - {file: picture.jpg, title: zqpicturetitle, audience: client}\n"
        "  - {file: drawing.svg, title: zqdrawingtitle, audience: shared}\n"
        "  - {file: secret.svg, title: zqsecrettitle, audience: internal}\n",
    )
    review.write_text(text, "utf-8")
    exif = Image.Exif()
    exif[0x010E] = "zqpictureexif"
    Image.new("RGB", (8, 8)).save(review.parent / "picture.jpg", exif=exif, comment=b"zqpicturecomment")
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 50"><!-- zqdrawingcomment -->'
        "<g id='zqdrawingid' style='display:none'><text>zqdrawinghidden</text></g><rect id='zqdrawingname' fill='url(https://zqdrawingaddress.example)'/>"
        "<metadata>zqdrawingmetadata</metadata><script>zqdrawingscript</script>"
        '<text class="zqdrawingclass" x="9" y="20">zqdrawingtext</text></svg>'
    )
    (review.parent / "drawing.svg").write_text(drawing, "utf-8")
    (review.parent / "secret.svg").write_text(drawing.replace("zqdrawing", "zqsecret"), "utf-8")
    return folder


def project_unsound(kb: KnowledgeBase, client: str, module: types.ModuleType | None = None) -> Projection:
    """What a projection, perhaps a faulty one, makes of a knowledge base that is not sound."""
    module = module or projecting
    kept = module._refuse_unsafe
    module._refuse_unsafe = lambda *_: None
    try:
        return module.project(kb, Edition(client))
    finally:
        module._refuse_unsafe = kept


def all_words(projected: Projection) -> str:
    """Every word of a projection, files included."""
    files = " ".join(f"{f.path} {f.content.decode('utf-8', 'replace')}" for f in projected.files)
    return (msgspec.json.encode(projected.records, enc_hook=lambda text: text + text.html).decode() + msgspec.json.encode(
        [projected.incidents, projected.responses, projected.backlinks, projected.site_name, projected.branding, projected.synonyms]
    ).decode() + files).casefold()  # fmt: skip


def write_edition(projected: Projection, folder: Path) -> Path:
    """The pages and files of an edition in a folder, without the theme round them."""
    renderer = PageRenderer(views.EditionContext(projected))
    content = {view.path: f"<title>{view.title}</title>\n{view.description}\n{renderer.render(view).html}".encode()
               for view in views.pages(views.EditionContext(projected))}  # fmt: skip
    for path, raw in {**content, **dict(assets.files(views.EditionContext(projected)))}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)
    return folder


CONFIG = 'site_name: Canaries\ndocs_dir: kb\nexclude_docs: "*"\ntheme: {name: material}\nplugins:\n  - pir:\n      as_of: 2026-09-30\n      record_format: 2\n'


PIR = """---
id: PIR-2026-000{n}
title: zq{c}title
client: {c}
services: [mail-{c}]
status: action-management
severity: SEV-2
priority: P1
audience: client
release: {{approved_by: zq{c}approver, on: 2026-03-20}}
initiated: {{by: client, on: 2026-03-05, reason: zq{c}initreason}}
incidents: [INC-100{n}]
problem: PRB-000{n}
changes: [zq{c}change]
times: {{impact_start: 2026-03-04T02:10:00Z, detected: 2026-03-04T02:52:00Z, acknowledged: 2026-03-04T02:58:00Z, mitigated: 2026-03-04T05:20:00Z, resolved: 2026-03-04T07:40:00Z}}
detection: {{by: monitoring, gap: zq{c}gap}}
symptoms: [zq{c}symptom]
impact: {{summary: zq{c}impact, users: 4, sla_breached: true}}
trigger: process/hidden-{c}
contributing_factors: [process/hidden-{c}, change/common]
process_deficiencies: [{{cause: process/hidden-{c}, effect: caused, description: zq{c}deficiency}}]
root_cause: zq{c}rootcause, also seen in PIR-2026-000{o} and [[PIR-2026-000{o}|zq{c}othertext]]
workaround: zq{c}workaround
tried:
  - {{what: zq{c}triedshown, at: 2026-03-04T03:05:00Z, effect: no-effect, note: zq{c}triednote, audience: client}}
  - {{what: zq{c}triedhidden, effect: made-worse}}
lessons: [LL-000{n}, LL-0009]
actions:
  - {{id: A1, title: zq{c}actionshown, status: open, type: prevent, owner: zq{c}owner, priority: high, created: 2026-03-06, due: 2026-11-03, done_when: zq{c}donewhen, causes: [process/hidden-{c}], tracker: 'https://zq{c}tracker.example/1', note: zq{c}actionnote, audience: client}}
  - {{id: A2, title: zq{c}actionhidden, status: open, owner: zq{c}owner, due: 2026-11-03, done_when: zq{c}donewhen}}
recommendations:
  - {{id: R1, title: zq{c}adviceshown, issued: 2026-03-18, status: declined, decided: 2026-03-22, decline_reason: zq{c}declinereason, audience: client}}
  - {{id: R2, title: zq{c}advicehidden, issued: 2026-03-18, status: proposed}}
reviews:
  - {{kind: internal, on: 2026-03-12, chaired_by: zq{c}chair, attendees: [zq{c}attendee], feedback: [zq{c}feedback], feedback_applied: 2026-03-13}}
  - {{kind: client, on: 2026-03-18, chaired_by: zq{c}chair, feedback_applied: 2026-03-19}}
attachments:
  - {{file: shown-{c}.txt, title: zq{c}attachshown, audience: client}}
  - {{file: hidden-{c}.txt, title: zq{c}attachhidden}}
references: ['https://zq{c}reference.example/']
tags: [zq{c}tag]
x-note: zq{c}xnote
---
zq{c}preamble

## Summary
zq{c}summary <!-- zq{c}comment -->

/// internal
zq{c}internalblock
///

```
zq{c}code PIR-2026-000{o}
```

[zq{c}unused]: https://zq{c}definition.example

## Detection
zq{c}detection

## Response {{ audience=client }}
zq{c}override

## Impact {{ audience=internal }}
zq{c}hiddenimpact

## Something of our own
zq{c}unknownsection
"""


LESSON = """---
id: LL-000{n}
title: zq{c}lessontitle
status: applied
audience: client
release: {{approved_by: zq{c}approver, on: 2026-03-20}}
learned_from: [PIR-2026-000{n}]
causes: [process/hidden-{c}]
services: [mail-{c}]
symptoms: [zq{c}lessonsymptom]
lesson: zq{c}lessontext
recommendation: zq{c}recommendation
applies_when: zq{c}applieswhen
evidence: zq{c}evidence
tags: [zq{c}lessontag]
---
zq{c}lessonpreamble
## Driving event
zq{c}driving
## Lesson
zq{c}lessonbody
"""


def write_client_canaries(folder: Path, clients: tuple[str, ...] = ("alphaco", "betaco")) -> None:
    """Write what each client has and all share, one word to a place."""
    kb = folder / "kb"
    files = {
        "../mkdocs.yml": CONFIG,
        "causes/change/common.md": "---\nid: change/common\nname: zqsharedcause\ndefinition: zqshareddefinition\naudience: shared\nlook_for: [zqlookfor]\n---\n",
        "lessons/LL-0009.md": "---\nid: LL-0009\ntitle: zqsharedlesson\nstatus: applied\naudience: shared\nrelease: {approved_by: vp, on: 2026-01-01}\n"
        f"learned_from: [{', '.join(f'PIR-2026-000{n}' for n in range(1, len(clients) + 1))}]\nlesson: zqsharedtext\nsymptoms: [zqsharedsymptom]\n---\n",
        "handbook/inside.md": "---\ntitle: zqinsidepage\n---\nzqinsidetext\n",
        "handbook/outside.md": "---\ntitle: zqoutsidepage\naudience: shared\n---\nzqoutsidetext\n",
        "notes/loose.txt": "zqloosefile",
    }
    rows = ["id,client,service,severity,opened,resolved,cause,pir_required,pir"]
    answers = ["date,client,reference,score,scale,comment"]
    for n, c in enumerate(clients, 1):
        o = n % len(clients) + 1
        files |= {
            f"clients/{c}.md": f"---\nid: {c}\nname: zq{c}clientname\naliases: [zq{c}alias]\ndomains: [zq{c}domain.example]\nsince: 2020-01-01\ncontacts: [zq{c}contact]\n---\n## Agreements\nzq{c}agreement\n",
            f"services/mail-{c}.md": f"---\nid: mail-{c}\nname: zq{c}servicename\nowner: zq{c}serviceowner\nclients: [{c}]\ntier: zq{c}tier\n---\n## Operations\nzq{c}operations\n",
            f"causes/process/hidden-{c}.md": f"---\nid: process/hidden-{c}\nname: zq{c}causename\ndefinition: zq{c}causedefinition\n---\n",
            f"problems/PRB-000{n}.md": f"---\nid: PRB-000{n}\ntitle: zq{c}problem\nstatus: known-error\nknown_error: zq{c}knownerror\nworkaround: zq{c}problemworkaround\n---\n",
            f"pirs/2026/PIR-2026-000{n}.md": PIR.format(n=n, o=o, c=c),
            f"pirs/2026/shown-{c}.txt": f"zq{c}shownfile",
            f"pirs/2026/hidden-{c}.txt": f"zq{c}hiddenfile",
            f"lessons/LL-000{n}.md": LESSON.format(n=n, c=c),
        }
        rows.append(
            f"INC-100{n},{c},mail-{c},SEV-2,2026-03-04T02:52:00Z,2026-03-04T07:40:00Z,process/hidden-{c},true,PIR-2026-000{n}"
        )
        answers.append(f"2026-03-25,{c},PIR-2026-000{n},4,5,zq{c}comment")
    files |= {
        "registers/incidents.csv": "\n".join(rows) + "\n",
        "registers/satisfaction.csv": "\n".join(answers) + "\n",
    }
    for name, text in files.items():
        (kb / name).parent.mkdir(parents=True, exist_ok=True)
        (kb / name).write_text(text, "utf-8")
