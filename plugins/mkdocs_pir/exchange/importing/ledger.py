"""A CSV register as lines: rows are changed and added, every other line stays byte for byte as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mkdocs_pir.kb.problem import Problem, ProblemError


@dataclass(slots=True)
class LedgerRow:
    """One row: its cells by column, its text as it stands in the file, and whether the cells say otherwise now."""

    cells: dict[str, str]
    raw: str
    changed: bool = False


class Ledger:
    """The rows of a register. Columns that it lacks are added; the separator, line ends and byte order mark stay."""

    def __init__(self, path: str, raw: bytes, columns: Sequence[str]) -> None:
        """Read a register, or begin an empty one. Raises ProblemError (PIR505) for one that cannot be read."""
        self.path = path
        self.mark = raw.startswith(b"\xef\xbb\xbf")
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self._stop(f"byte {error.start} is not UTF-8", "save the register as UTF-8") from None
        self.end = "\r\n" if "\r\n" in text else "\n"
        header = text.partition("\n")[0]
        self.separator = ";" if header.count(";") > header.count(",") else ","
        self.names: list[str] = []
        self.rows: list[LedgerRow] = []
        self._read(text)
        self.added = [name for name in columns if name not in self.names]
        self.names += self.added

    def _read(self, text: str) -> None:
        lines = text.splitlines(keepends=True)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self.separator, strict=True)
        done = 0
        try:
            for cells in reader:
                raw = "".join(lines[done : reader.line_num]).rstrip("\r\n")
                done = reader.line_num
                if not any(cell.strip() for cell in cells):
                    continue
                if not self.names:
                    self.names = [name.strip() for name in cells]
                    continue
                self.rows.append(LedgerRow(dict(zip(self.names, (c.strip() for c in cells), strict=False)), raw))
        except csv.Error as error:
            raise self._stop(f"the row cannot be read: {error}", "check its quotes", reader.line_num) from None

    def add(self, cells: Mapping[str, str]) -> None:
        """A row at the end."""
        self.rows.append(LedgerRow(dict(cells), "", changed=True))

    def text(self) -> bytes:
        """The register as it is to be written."""
        more = self.separator * len(self.added)
        out = [self._written(self.names)]
        for row in self.rows:
            out.append(
                self._written([row.cells.get(name, "") for name in self.names]) if row.changed else row.raw + more
            )
        text = self.end.join([*out, ""])
        return (b"\xef\xbb\xbf" if self.mark else b"") + text.encode()

    def _written(self, cells: Sequence[str]) -> str:
        line = io.StringIO()
        csv.writer(line, delimiter=self.separator, lineterminator="").writerow(cells)
        return line.getvalue()

    def _stop(self, message: str, hint: str, line: int = 0) -> ProblemError:
        return ProblemError([Problem.of("PIR505", self.path, (line, 1 if line else 0), message, hint)])
