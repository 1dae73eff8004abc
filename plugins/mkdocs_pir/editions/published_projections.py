"""The projections of published editions, which are stored with their manifests and from which commands answer for a client.

They were audited with the site, so that answers contain only what was audited. Files that are read here or from the
published site are compared with the manifest first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from mkdocs_pir.editions import generations
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb.kept_sections import as_plain
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean
from mkdocs_pir.store import stages


@stages.WRITING
def encode(projection: Projection) -> bytes:
    """A projection as JSON, without its files, which are in the site."""
    parts = {name: getattr(projection, name) for name in projection.__struct_fields__ if name != "files"}
    return msgspec.json.encode(parts, order="sorted", enc_hook=as_plain)


def decode(content: bytes) -> Projection:
    """The projection that `encode` wrote. Raises ValueError for anything else."""
    try:
        parts = msgspec.json.decode(content, type=dict[str, Any])
        records = {kind: msgspec.convert(of, dict[str, KINDS[kind].record]) for kind, of in parts["records"].items()}  # type: ignore[misc]
        return msgspec.structs.replace(msgspec.convert({**parts, "records": {}}, Projection), records=records)
    except (KeyError, msgspec.MsgspecError) as error:
        raise ValueError(str(error)) from None


def published(out: Path, edition: Edition) -> Projection:
    """The projection of a client's published edition. `out` is the folder of all editions.

    Raises ProblemError where nothing was published (PIR610), or where the files are not those that were audited (PIR611).
    """
    manifest = _manifest(out, edition)
    digest = manifest.get("projection")
    if not isinstance(digest, str):
        raise _untrusted(edition, "it was published by an earlier version of mkdocs-pir")
    file = generations.projection_file(out / generations.WORK, edition, digest)
    try:
        return decode(_verified(file, digest, edition))
    except ValueError:
        raise _untrusted(edition, "it was published by another version of mkdocs-pir") from None


class PublishedFiles(Mapping[str, bytes]):
    """The files below a folder of a client's published site.

    Reading a file compares it with the manifest, and raises ProblemError (PIR611) if it is not the file that was audited.
    """

    def __init__(self, out: Path, edition: Edition, folder: str) -> None:
        self._edition = edition
        self._site = out / edition.folder / folder
        files = _manifest(out, edition)["files"]
        self._digests = {
            name.removeprefix(f"{folder}/"): file["sha256"]
            for name, file in files.items()
            if name.startswith(f"{folder}/")
        }

    def __getitem__(self, name: str) -> bytes:
        return _verified(self._site / name, self._digests[name], self._edition)

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)


def _manifest(out: Path, edition: Edition) -> dict[str, Any]:
    """The manifest of a client's published edition. Raises ProblemError without one, or if it did not pass the audit."""
    manifest = generations.manifest(out, edition)
    if manifest is None:
        editions = [str(one) for one in generations.published(out / generations.WORK)]
        hint = did_you_mean(str(edition), editions) or f"run 'pir build --edition {edition}' first"
        message = f"no edition was published for '{edition}' yet, and commands for a client answer from that alone"
        raise ProblemError([Problem.of("PIR610", edition.folder, (0, 0), message, hint)])
    if manifest.get("audit") != "passed":
        raise _untrusted(edition, "it has not passed the audit")
    return manifest


def _verified(file: Path, digest: str, edition: Edition) -> bytes:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise _untrusted(edition, f"its file {file.name} is missing") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise _untrusted(edition, f"its file {file.name} was changed since the audit")
    return content


def _untrusted(edition: Edition, why: str) -> ProblemError:
    message = f"the published edition '{edition}' is not what was audited: {why}"
    return ProblemError(
        [Problem.of("PIR611", edition.folder, (0, 0), message, f"run 'pir build --edition {edition}' again")]
    )
