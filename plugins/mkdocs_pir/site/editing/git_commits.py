"""Committing one saved record to Git, in the name of the person whom the Git configuration of this machine names."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SECONDS = 30
"""How long Git may take, with the hooks of the repository."""


def commit(file: Path, message: str) -> str:
    """Commit one file and nothing else. Returns a sentence that says what came of it."""
    try:
        inside = _git(file.parent, "rev-parse", "--is-inside-work-tree")
        if inside.returncode:
            return "Saved, but not committed: the folder is not in a Git repository."
        outcome = _git(file.parent, "add", "--", file.name)
        if not outcome.returncode:
            if not _git(file.parent, "diff", "--cached", "--quiet", "--", file.name).returncode:
                return "Saved; Git has nothing to commit."
            outcome = _git(file.parent, "commit", "--quiet", "--message", message, "--", file.name)
    except FileNotFoundError:
        return "Saved, but not committed: Git is not installed."
    except subprocess.TimeoutExpired:
        return f"Saved, but not committed: Git took longer than {SECONDS} seconds."
    if outcome.returncode:
        why = (outcome.stderr or outcome.stdout).strip().splitlines()
        return f"Saved, but not committed: {why[-1] if why else 'Git refused it'}"
    author = _git(file.parent, "log", "-1", "--format=%an").stdout.strip()
    return f"Saved and committed as {author}."


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
        check=False,
        env={**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true"},
    )
