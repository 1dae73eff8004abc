"""Published editions that a build would not change, since they were made from the same inputs, and are still whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs_pir.editions import generations
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.editions.published_generation import FileState, PublishedGeneration, read_states, record_states, walk
from mkdocs_pir.kb import atomic

FACTS = ("as_of", "revision", "uncommitted")
"""The fields of a manifest that tell of the state of the knowledge base in which an edition had these files last."""


@dataclass(frozen=True, slots=True)
class UnchangedEdition:
    """A published edition that need not be built again: its folder, manifest, and the states of its files."""

    edition: Edition
    folder: Path
    manifest: Mapping[str, Any]
    states: Mapping[str, FileState]

    @property
    def size(self) -> int:
        """The bytes of all its files."""
        return sum(state.size for state in self.states.values())


def unchanged(out: Path, edition: Edition, inputs: Mapping[str, str]) -> UnchangedEdition | None:
    """An edition that was made from these inputs and is published as its manifest says, or None.

    `out` is the folder of all editions. The inputs are digests by name, of which one must be that of the manifest; an
    empty one is of inputs that nobody knows.
    """
    manifest = generations.manifest(out, edition)
    if manifest is None or manifest.get("audit") != ("none" if edition.internal else "passed"):
        return None
    made_from = manifest.get("inputs")
    if not isinstance(made_from, dict) or not any(
        value and made_from.get(name) == value for name, value in inputs.items()
    ):
        return None
    recorded, folder, files = read_states(out / generations.WORK, edition), out / edition.folder, manifest["files"]
    generation = PublishedGeneration(folder, files, recorded)
    try:
        if {path for path, _ in walk(folder)} != files.keys() or not _has_projection(out, edition, manifest):
            return None
    except OSError:
        return None
    states = {path: state for path in files if (state := generation.intact(path)) is not None}
    if len(states) < len(files):
        return None
    if states != recorded:
        # the files had to be read, as after they were copied
        record_states(out, edition, states)
    return UnchangedEdition(edition, folder, manifest, states)


def _has_projection(out: Path, edition: Edition, manifest: Mapping[str, Any]) -> bool:
    """Whether the projection from which commands for a client answer is what the manifest says."""
    if edition.internal:
        return True
    digest = str(manifest.get("projection"))
    content = generations.projection_file(out / generations.WORK, edition, digest).read_bytes()
    return hashlib.sha256(content).hexdigest() == digest


def confirm(out: Path, edition: UnchangedEdition, facts: Mapping[str, object]) -> None:
    """Let the manifest tell of the present state of the knowledge base, in which the edition has the same files.

    Raises OSError if the manifest cannot be written; it is unchanged then.
    """
    kept = {name: value for name, value in edition.manifest.items() if name not in FACTS}
    content = {**kept, **facts}
    if content != edition.manifest:
        file = generations.manifest_file(out / generations.WORK, edition.edition)
        atomic.write(file, generations.encode_manifest(content))
