"""A knowledge base with a word of its own in every place, and the pages and files that an edition makes of it."""

from __future__ import annotations

import importlib.util
import types
from pathlib import Path

import msgspec
from PIL import Image

from mkdocs_pir import kb as knowledge
from mkdocs_pir.editions import project as projecting
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.kb import settings
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.site import assets, views
from mkdocs_pir.site.page_renderer import PageRenderer

CLIENT = "alphaco"

_BASE = Path(__file__).parents[1] / "editions" / "test_canaries.py"

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
    # the folder of that test has the name of a module of Python's own, so it is loaded by its path
    spec = importlib.util.spec_from_file_location("canaries", _BASE)
    assert spec is not None
    assert spec.loader is not None
    base = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(base)
    base._write(folder)
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


def load_base(folder: Path) -> KnowledgeBase:
    return knowledge.load(settings.read(settings.find_config(folder)))


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
    renderer = PageRenderer(projected)
    content = {view.path: f"<title>{view.title}</title>\n{view.description}\n{renderer.render(view).html}".encode()
               for view in views.pages(Insight(projected))}  # fmt: skip
    for path, raw in {**content, **assets.files(Insight(projected))}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)
    return folder
