"""Opening, checking and saving records for the form. Files are found by the ids of their records, never by a path."""

from __future__ import annotations

import hashlib
import stat
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mkdocs_pir.editions import approvals
from mkdocs_pir.editions.approval_fingerprints import fingerprint
from mkdocs_pir.kb import frontmatter, loading, record_changes, record_files, schema, statuses
from mkdocs_pir.kb import settings as kb_settings
from mkdocs_pir.kb.declared_names import approvers
from mkdocs_pir.kb.kinds import having
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.record_changes import Change, ChangedMeanwhileError
from mkdocs_pir.kb.record_edits import EditError, edited
from mkdocs_pir.kb.references import same_id
from mkdocs_pir.kb.section_edits import texts_of, with_texts
from mkdocs_pir.site.editing import field_values, git_commits, new_records, record_lists
from mkdocs_pir.site.editing.assessment import as_json, assessed, audiences, unreadable
from mkdocs_pir.site.editing.form_fields import fixed_fields, form
from mkdocs_pir.site.editing.merging import merged_record

Answer = dict[str, Any]

FRESH = 2.0
"""Seconds for which what was read of the other records is good enough for a check while somebody types."""

OPENED = 200
"""Versions of files that are remembered, so that a form whose file was deleted can still be saved."""


class NotPossible(Exception):
    """Raised with a sentence for the user when something cannot be done."""


class Form(NamedTuple):
    """What the browser sends of a form: the version of the file that it was opened with, and what it has now.

    `texts` are changed texts of the body by their number, `added` new sections by their title.
    """

    id: str
    digest: str
    data: Mapping[str, Any]
    texts: Mapping[int, str]
    added: Mapping[str, str]


class _Version(NamedTuple):
    """One version of a file: its path, relative to the folder of the records, and its content."""

    path: str
    raw: bytes


class RecordEditor:
    """The records of one knowledge base, for several forms at once."""

    def __init__(self, config_file: Path) -> None:
        self._config_file = config_file
        self._lock = threading.RLock()
        self._memory = loading.Memory()
        self._settings: kb_settings.Settings | None = None
        self._reading: loading.Reading | None = None
        self._read_at = 0.0
        self._versions: OrderedDict[str, _Version] = OrderedDict()

    # -- reading ------------------------------------------------------------------------------------------------------

    def settings(self) -> kb_settings.Settings:
        """The settings as they are now. Raises ProblemError."""
        return kb_settings.read(self._config_file)

    def knowledge(self) -> KnowledgeBase:
        """The knowledge base as it is now, with all its problems. Raises ProblemError for a bad configuration."""
        with self._lock:
            return loading.check(self._read(0.0))

    def _read(self, fresh: float) -> loading.Reading:
        if self._reading is None or time.monotonic() - self._read_at > fresh:
            settings = self.settings()
            if settings != self._settings:
                self._settings, self._memory = settings, loading.Memory()
            self._reading = loading.read(settings, self._memory)
            self._read_at = time.monotonic()
        return self._reading

    def open(self, id_: str) -> Answer:
        """The record with this id, or that of the action with this id, with all that the form shows of it."""
        with self._lock:
            reading = self._read(0.0)
            file, item = self._file(reading.knowledge, id_)
            raw = record_files.read_bytes(reading.knowledge.folder, file.path)
            return {**self._opened(loading.check(reading), file, raw), "item": item}

    def _file(self, kb: KnowledgeBase, id_: str) -> tuple[RecordFile, str]:
        """The file of a record, and the id of the action or recommendation in it if that is what the id names."""
        wanted = same_id(id_)
        for file in kb.record_files.values():
            if same_id(file.id) == wanted:
                return file, ""
        for file in kb.record_files.values():
            for part in file.part_ids:
                if same_id(f"{file.id}-{part}") == wanted:
                    return file, part
        unread = next((p for p in kb.problems if p.path.endswith(".md") and same_id(Path(p.path).stem) == wanted), None)
        if unread is not None:
            raise NotPossible(
                f"{unread.path} cannot be read (line {unread.line}: {unread.message}). "
                "Correct it in a text editor, then open it here again."
            )
        raise NotPossible(f"There is no record '{id_}'.")

    def _opened(self, kb: KnowledgeBase, file: RecordFile, raw: bytes) -> Answer:
        document = record_files.parse(file.kind, file.path, frontmatter.decode(raw, file.path))
        texts = texts_of(file.kind, document.body)
        return {
            "id": file.id,
            "path": file.path,
            "digest": self._remember(file.path, raw),
            "data": field_values.plain(document.data),
            "texts": [{"title": text.title, "text": text.text} for text in texts],
            "form": form(file.kind, kb.settings, kb.lifecycle),
            "read_only": not _is_writable(kb.folder / file.path),
            "register": {
                id_.removeprefix(f"{file.id}-"): sorted(fields)
                for id_, fields in kb.register_fields.items()
                if id_.startswith(f"{file.id}-")
            },
            "today": kb.settings.as_of.isoformat(),
            "unfinished": [name for name, status in statuses.STATUSES.items() if status.meaning == "open"],
            "roles": approvers(kb) if file.kind in having("release") else [],
            "audiences": audiences(file),
            **assessed(kb, file.path),
        }

    def _remember(self, path: str, raw: bytes) -> str:
        digest = hashlib.sha256(raw).hexdigest()
        self._versions[digest] = _Version(path, raw)
        self._versions.move_to_end(digest)
        while len(self._versions) > OPENED:
            self._versions.popitem(last=False)
        return digest

    # -- checking -----------------------------------------------------------------------------------------------------

    def check(self, given: Form) -> Answer:
        """The problems, the state in the process and the client's view of a form as it is now, without saving it."""
        with self._lock:
            reading = self._read(FRESH)
            version = self._version(given)
            state = self._state(reading.knowledge.folder, version)
            try:
                changed = loading.with_changed_files(reading, {version.path: self._content(given, version)})
            except ProblemError as error:
                return {"state": state, **unreadable(error.problems)}
            return {"state": state, **assessed(loading.check(changed), version.path)}

    def _version(self, given: Form) -> _Version:
        """The version of the file that a form was opened with."""
        if given.digest not in self._versions:
            # the preview was started again since; what is on the disk may still be that version
            kb = self._read(FRESH).knowledge
            file, _ = self._file(kb, given.id)
            self._remember(file.path, record_files.read_bytes(kb.folder, file.path))
        if given.digest not in self._versions:
            raise NotPossible(
                "The record was changed, and the preview was started again, since this form was opened. "
                "Open the record in another window, and copy into it what you typed here."
            )
        return self._versions[given.digest]

    def _state(self, folder: Path, version: _Version) -> str:
        """Whether the file is as it was opened: same, changed or deleted."""
        try:
            raw = record_files.read_bytes(folder, version.path)
        except ProblemError:
            return "deleted"
        return "same" if raw == version.raw else "changed"

    def _content(self, given: Form, version: _Version) -> bytes:
        """The content of the file with what the form has."""
        kind = record_files.kind_of(version.path)
        document = record_files.parse(kind, version.path, frontmatter.decode(version.raw, version.path))
        before = field_values.plain(document.data)
        for fixed in fixed_fields(kind):
            if given.data.get(fixed) != before.get(fixed):
                raise NotPossible(f"The field '{fixed}' is not changed here.")
        if any(not 0 <= number < len(texts_of(kind, document.body)) for number in given.texts):
            raise NotPossible("The form has a text that the file does not have. Open the record again.")
        try:
            raw = edited(version.path, version.raw, field_values.edits(schema.load(kind), before, given.data))
        except EditError as error:
            raise NotPossible(f"This cannot be saved: {error}.") from None
        return with_texts(version.path, raw, given.texts, given.added)

    # -- saving -------------------------------------------------------------------------------------------------------

    def save(self, given: Form, *, with_errors: bool = False) -> Answer:
        """Write a form into its file, unless the file changed since it was opened or errors would be new.

        The answer has one of `saved` (with the record as it is now), `conflict` (with the record as it is on the disk,
        None if it was deleted), or `refused` (the new errors; `with_errors` saves the record nevertheless).
        """
        with self._lock:
            version = self._version(given)
            reading = self._read(0.0)
            kb = loading.check(reading)
            folder = reading.knowledge.folder
            state = self._state(folder, version)
            if state != "same":
                return {"conflict": self._on_disk(kb, version, given) if state == "changed" else None}
            raw = self._content(given, version)
            try:
                changed = loading.check(loading.with_changed_files(reading, {version.path: raw}))
            except ProblemError as error:
                # it could not be opened here again
                return {"refused": [as_json(p) for p in error.problems], "final": True}
            if (new := _new_errors(kb, changed)) and not with_errors:
                return {"refused": [as_json(p) for p in new], "final": False}
            message = self._write(kb, version, raw, f"Edit {given.id}") if raw != version.raw else "Nothing to save."
            return {"saved": self.open(given.id), "message": message}

    def save_deleted(self, given: Form) -> Answer:
        """Write a form whose file was deleted into a new file at the same place."""
        with self._lock:
            version = self._version(given)
            kb = self.knowledge()
            if self._state(kb.folder, version) != "deleted":
                return {"conflict": self._on_disk(kb, version)}
            raw = self._content(given, version)
            file = kb.folder / version.path
            if (
                kb.folder.resolve() not in file.parent.resolve().parents
            ) and file.parent.resolve() != kb.folder.resolve():
                raise NotPossible("The folder of the record leads out of the folder of the records.")
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                with file.open("xb") as out:
                    out.write(raw)
            except OSError as error:
                raise NotPossible(f"{version.path} cannot be written: {error.strerror}.") from None
            self._read_at = 0.0
            return {"saved": self.open(given.id), "message": self._commit(kb, file, f"Add {given.id} again")}

    def create(self, kind: str, given: Mapping[str, Any]) -> Answer:
        """Begin a new record from its template, and open it. Raises NotCreated."""
        with self._lock:
            kb = self.knowledge()
            if not kb.folder.is_dir():
                raise NotPossible("The folder of the records does not exist.")
            id_ = new_records.create(kb, kind, given)
            self._read_at = 0.0
            opened = self.open(id_)
            message = self._commit(kb, kb.folder / str(opened["path"]), f"Begin {id_}")
            return {"saved": opened, "message": message}

    def release(self, id_: str, digest: str, audience: str, by: str) -> Answer:
        """Approve what the client would see of a record in the name of a role; `audience` internal withdraws it.

        Like `save`, it answers with `saved`, `conflict` or `refused`.
        """
        with self._lock:
            reading = self._read(0.0)
            kb = loading.check(reading)
            file, _ = self._file(kb, id_)
            version = self._version(Form(id_, digest, {}, {}, {}))
            if (state := self._state(kb.folder, version)) != "same":
                return {"conflict": self._on_disk(kb, version) if state == "changed" else None}
            if file.kind not in having("release"):
                raise NotPossible("This record is not released here.")
            if audience not in schema.choices(file.kind, "audience"):
                raise NotPossible("Choose who may see it.")
            if audience == "internal":
                edits = approvals.withdrawn()
            else:
                if file.record is None:
                    raise NotPossible("A record with errors cannot be released. Correct them first.")
                if refusal := approvals.refusal(kb, file, by):
                    raise NotPossible(f"{refusal[0].upper()}{refusal[1:]}.")
                seen = fingerprint(kb, file)
                day = kb.settings.as_of
                edits = approvals.approved(audience, by, day, seen)
            raw = edited(version.path, version.raw, edits)
            changed = loading.check(loading.with_changed_files(reading, {version.path: raw}))
            if errors := _new_errors(kb, changed):
                return {"refused": [as_json(p) for p in errors], "final": True}
            verb = "Withdraw" if audience == "internal" else "Release"
            message = self._write(kb, version, raw, f"{verb} {file.id}")
            return {"saved": self.open(file.id), "message": message}

    def home(self) -> Answer:
        """What there is to do, and what can be begun."""
        return record_lists.to_do(self.knowledge())

    def find(self, kinds: Collection[str], words: str) -> list[Answer]:
        """Records whose id or title has all of these words; no kinds are all kinds."""
        with self._lock:
            kb = self._read(FRESH).knowledge
        return record_lists.found(kb, kinds, words)

    def _on_disk(self, kb: KnowledgeBase, version: _Version, given: Form | None = None) -> Answer:
        """The record as it is on the disk now; where it cannot be read, its problems and its text.

        `merged` has what the form and the file changed both, as far as the changes do not touch each other.
        """
        raw = record_files.read_bytes(kb.folder, version.path)
        file = next((one for one in kb.record_files.values() if one.path == version.path), None)
        if file is not None:
            opened = self._opened(kb, file, raw)
            return {**opened, "merged": _merged(version, given or Form(file.id, "", {}, {}, {}), opened)}
        wrong = [as_json(p) for p in kb.problems if p.path == version.path]
        return {"unreadable": wrong, "content": raw.decode("utf-8", "replace")}

    def _write(self, kb: KnowledgeBase, version: _Version, raw: bytes, message: str) -> str:
        """Write a file and commit it if that is configured. Returns what was done in a sentence."""
        file = kb.folder / version.path
        if file.resolve() != kb.folder.resolve() / version.path or not stat.S_ISREG(file.lstat().st_mode):
            raise NotPossible(f"{version.path} is not a regular file of the folder of the records.")
        if not _is_writable(file):
            raise NotPossible(f"{version.path} is read-only, so nothing was saved. What you typed is still here.")
        try:
            record_changes.write(kb.folder, [Change(version.path, version.raw, raw)])
        except ChangedMeanwhileError:
            raise NotPossible(
                f"{version.path} was changed at this very moment. Nothing was saved; try again."
            ) from None
        except OSError as error:
            raise NotPossible(f"{version.path} cannot be written: {error.strerror}. Nothing was saved.") from None
        self._read_at = 0.0
        return self._commit(kb, file, message)

    @staticmethod
    def _commit(kb: KnowledgeBase, file: Path, message: str) -> str:
        return git_commits.commit(file, message) if kb.settings.commit_edits else "Saved."


def _merged(version: _Version, given: Form, opened: Answer) -> Answer:
    """What a form and the file on the disk, as it is opened now, both changed since a version, merged."""
    kind = record_files.kind_of(version.path)
    document = record_files.parse(kind, version.path, frontmatter.decode(version.raw, version.path))
    before = texts_of(kind, document.body)
    mine = {before[number].title: text for number, text in given.texts.items() if number < len(before)}
    return merged_record(
        {"data": field_values.plain(document.data), "texts": {text.title: text.text for text in before}},
        {"data": given.data, "texts": mine},
        {"data": opened["data"], "texts": {text["title"]: text["text"] for text in opened["texts"]}},
    )


def _new_errors(before: KnowledgeBase, after: KnowledgeBase) -> list[Problem]:
    return [problem for problem in record_changes.new_problems(before, after) if problem.severity == "error"]


def _is_writable(file: Path) -> bool:
    # a read-only file could be replaced all the same, which nobody expects
    try:
        return bool(file.stat().st_mode & 0o200)
    except OSError:
        return False
