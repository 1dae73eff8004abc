"""The one way to write a record's front matter: fields in the schema's order, no more quotes than needed.

Only the text between values is moved or rewritten; values and comments stay as they were typed. Round-trip YAML
libraries were tried and are not used: they leave a comment behind when its field moves, and fold lines anew.
"""

from __future__ import annotations

from mkdocs_pir.kb.formatting.record import formatted

__all__ = ["formatted"]
