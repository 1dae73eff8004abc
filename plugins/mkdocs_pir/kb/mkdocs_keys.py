"""The top-level keys of mkdocs.yml that MkDocs knows, and a warning for every other key, which MkDocs ignores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.problem import Problem, did_you_mean

# fmt: off
KNOWN = frozenset({
    "INHERIT", "config_file_path", "copyright", "dev_addr", "docs_dir", "draft_docs", "edit_uri", "edit_uri_template",
    "exclude_docs", "extra", "extra_css", "extra_javascript", "extra_templates", "google_analytics", "hooks",
    "markdown_extensions", "mdx_configs", "nav", "not_in_nav", "pages", "plugins", "remote_branch", "remote_name",
    "repo_name", "repo_url", "site_author", "site_description", "site_dir", "site_name", "site_url", "strict",
    "theme", "use_directory_urls", "validation", "watch",
})
# fmt: on
"""The keys that MkDocs 1.6 knows, and INHERIT, which it resolves first."""


def unknown_keys(config_file: Path) -> Iterator[Problem]:
    """A warning (PIR614) for each key of a readable mkdocs.yml that MkDocs does not know."""
    node = yaml.compose(config_file.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
    options = schema.load("settings")["properties"]
    for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        if not isinstance(key, yaml.ScalarNode) or key.value in KNOWN:
            continue
        if key.value in options:
            hint = f"'{key.value}' is an option of pir: write it below 'pir:' in 'plugins'"
        else:
            hint = did_you_mean(key.value, KNOWN) or "remove it, or move it below 'extra'"
        where = (key.start_mark.line + 1, key.start_mark.column + 1)
        yield Problem.of(
            "PIR614", config_file.name, where, f"MkDocs does not know the key '{key.value}' and ignores it", hint
        )
