"""Which settings of mkdocs.yml work in every edition, and which stop a client's."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.folders import read_files
from helpers.knowledge_base import FILES, pir, write_base

CONFIG = FILES["mkdocs.yml"]

RECOMMENDED = """\
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - markdown.extensions.tables
  - toc:
      permalink: true
  - pymdownx.arithmatex:
      generic: true
  - pymdownx.betterem:
      smart_enable: all
  - pymdownx.caret
  - pymdownx.details
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
      options:
        custom_icons: [overrides/.icons]
  - pymdownx.highlight:
      anchor_linenums: true
      line_spans: __span
      pygments_lang_class: true
  - pymdownx.inlinehilite
  - pymdownx.keys
  - pymdownx.magiclink
  - pymdownx.mark
  - pymdownx.smartsymbols
  - pymdownx.superfences:
      custom_fences:
        - name: mermaid
          class: mermaid
          format: !!python/name:pymdownx.superfences.fence_code_format
  - pymdownx.tabbed:
      alternate_style: true
      slugify: !!python/object/apply:pymdownx.slugs.slugify
        kwds:
          case: lower
  - pymdownx.tasklist:
      custom_checkbox: true
  - pymdownx.tilde
"""


def test_the_extensions_that_material_recommends_work_in_every_edition(tmp_path: Path) -> None:
    review = FILES["kb/pirs/2025/PIR-2025-0001.md"]
    told = review.replace("Mail stood still for", "Fine again :smile:, $x^2$ mails waited for")
    own = "      markdown: [pymdownx.emoji, pymdownx.arithmatex]\n"
    write_base(tmp_path, {"mkdocs.yml": CONFIG + own + RECOMMENDED, "kb/pirs/2025/PIR-2025-0001.md": told})
    built = pir(tmp_path, "build", "--edition", "all")
    assert built.exit_code == 0, built.stderr
    for edition in ("internal", "clients/harbor-credit"):
        page = (tmp_path / "published" / edition / "pirs/2025/PIR-2025-0001.html").read_text("utf-8")
        assert "Fine again 😄" in page
        assert "x^2" in page


SITE = """\
  - search
  - no-such-plugin
hooks: [own.py]
extra_css: [own.css]
extra_javascript: [own.js]
nav: [{Own: no-such-page.md}]
markdown_extensions: [pymdownx.snippets, no_such_extension]
"""


def test_what_the_site_has_beside_the_records_is_unknown_to_a_client(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG})
    assert pir(tmp_path, "build", "--edition", "client:harbor-credit").exit_code == 0
    site = tmp_path / "published/clients/harbor-credit"
    before = read_files(site)
    write_base(
        tmp_path,
        {
            "mkdocs.yml": CONFIG.replace("name: material", "name: readthedocs") + SITE,
            "own.py": "raise SystemExit('the hook ran')\n",
        },
    )
    built = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0, built.stderr
    assert read_files(site) == before


@pytest.mark.parametrize("name", ["pymdownx.snippets", "toc", "pymdownx.emojis"])
def test_an_extension_that_texts_cannot_use_is_named_with_those_they_can(tmp_path: Path, name: str) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG + f"      markdown: [{name}]\n"})
    checked = pir(tmp_path, "check")
    assert checked.exit_code != 0
    assert "PIR602" in checked.output
    assert "pymdownx.emoji" in checked.output


def test_environment_variables_are_read_as_mkdocs_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = CONFIG.replace("kb", "!ENV [NO_SUCH_FOLDER, kb]").replace("2026-09-30", "!ENV [NOT_SET, '2026-09-30']")
    config += "      edition: !ENV NOT_SET\n      organisation:\n        name: !ENV [PROVIDER, nobody]\n"
    monkeypatch.setenv("PROVIDER", "Larkfield")
    write_base(tmp_path, {"mkdocs.yml": config})
    built = pir(tmp_path, "build", "--edition", "internal")
    assert built.exit_code == 0, built.stderr
    assert "Larkfield" in (tmp_path / "published/internal/index.html").read_text("utf-8")


def test_a_mkdocs_yml_elsewhere_has_the_internal_edition_for_itself(tmp_path: Path) -> None:
    own = 'INHERIT: ../mkdocs.yml\ndocs_dir: ../kb\nexclude_docs: "*"\nsite_dir: ../site\nplugins:\n  - tags\n  - pir:\n      as_of: 2026-09-30\n      records: ../kb\n      publish_dir: ../published\n'
    write_base(tmp_path, {"internal/mkdocs.yml": own})
    assert pir(tmp_path / "internal", "build").exit_code == 0
    assert pir(tmp_path, "build", "--edition", "client:harbor-credit").exit_code == 0
    assert (tmp_path / "published/internal/index.html").is_file()
    assert (tmp_path / "published/clients/harbor-credit/index.html").is_file()


def test_an_inherited_folder_is_beside_the_file_that_inherits_it(tmp_path: Path) -> None:
    write_base(tmp_path, {"one/mkdocs.yml": "INHERIT: ../mkdocs.yml\n"})
    (tmp_path / "kb").rename(tmp_path / "one/kb")
    assert pir(tmp_path / "one", "build").exit_code == 0
    assert (tmp_path / "one/published/internal/index.html").is_file()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"mkdocs.yml": CONFIG + "  - pir\n"}, "the plugin pir is listed twice"),
        ({"mkdocs.yml": CONFIG + "theme: {name: material, language: xx}\n"}, "MkDocs stopped"),
        (
            {"mkdocs.yml": CONFIG + "markdown_extensions:\n  - abbr:\n      glossary: a.md\n"},
            "Failed to load extension 'abbr'. TypeError",
        ),
    ],
)
def test_impossible_settings_are_one_message_without_a_traceback(
    tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    write_base(tmp_path, changed)
    built = pir(tmp_path, "build")
    assert built.exit_code == 1
    assert said in built.stderr
    assert "report it" not in built.stderr
    assert 'File "' not in built.stderr
    assert "make room" not in built.stderr


def test_pages_of_another_plugin_are_in_the_internal_edition(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG.replace("plugins:\n", "plugins:\n  - blog\n")})
    built = pir(tmp_path, "build")
    assert built.exit_code == 0, built.stderr
    assert (tmp_path / "published/internal/blog/index.html").is_file()
