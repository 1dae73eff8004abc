"""mkdocs-pir: a Post Incident Review knowledge base from Markdown in Git."""

__version__ = "0.1.0"
