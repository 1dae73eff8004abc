"""A folder under Git."""

from __future__ import annotations

import subprocess
from pathlib import Path


def git(folder: Path, *arguments: str) -> None:
    """Run Git in a folder, as an author who is nobody."""
    author = ["-c", "user.name=a", "-c", "user.email=a@a.example"]
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


def commit_all(folder: Path) -> None:
    """Put a knowledge base under Git, without what is built of it."""
    (folder / ".gitignore").write_text("published/\n.cache/\n")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
