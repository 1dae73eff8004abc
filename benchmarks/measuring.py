"""Measure a command with all processes that it starts, and what it changed in a folder."""

from __future__ import annotations

import ctypes
import hashlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PROC = Path("/proc")
SUBREAPER = 36
"""`PR_SET_CHILD_SUBREAPER` of Linux: processes whose parents ended become children of this one, which waits for them."""
TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A command failed, or took longer than its limit. The message is one line."""


@dataclass(frozen=True)
class Usage:
    """Seconds on the clock and of CPU, and the peak of the memory in MB: PSS, summed over all processes."""

    wall: float
    cpu: float
    memory: float


class Process:
    """A command in a session of its own, so that all its processes are found, measured and ended together."""

    def __init__(self, command: Sequence[str], folder: Path, output: IO[bytes]) -> None:
        if PROC.is_dir():
            ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
        self.start = time.perf_counter()
        self.peak = 0.0
        self.popen = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )

    def ended(self) -> bool:
        """Whether the command has ended; waits a little for it, and takes the memory of all processes into the peak.

        Taking it costs a tenth of the time at most, and its end is noticed at once.
        """
        began = time.perf_counter()
        self.peak = max(self.peak, sum(map(_pss, self.members())))
        pause = max(0.02, 10 * (time.perf_counter() - began))
        if hasattr(os, "pidfd_open"):
            handle = os.pidfd_open(self.popen.pid)
            try:
                return bool(select.select([handle], [], [], pause)[0])
            finally:
                os.close(handle)
        time.sleep(0.02)
        return os.waitid(os.P_PID, self.popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def members(self) -> list[Path]:
        """The folders in /proc of the processes of the session."""
        return [folder for folder in PROC.glob("[0-9]*") if _stat(folder)[3:4] == [str(self.popen.pid)]]

    def cpu(self) -> float:
        """The CPU seconds so far, of processes that run and of those they waited for."""
        return sum(sum(map(int, _stat(folder)[11:15])) for folder in self.members()) / TICKS

    def end(self) -> None:
        """End what still runs, the processes of the session only."""
        self.popen.terminate()
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and [one for one in self.members() if _stat(one)[0:1] != ["Z"]]:
            time.sleep(0.05)
        self._signal(signal.SIGKILL)
        self.wait()

    def wait(self) -> tuple[int, float]:
        """The exit code, and the CPU seconds of the command and all processes that came from it."""
        _, status, used = os.wait4(self.popen.pid, 0)
        self.popen.returncode = os.waitstatus_to_exitcode(status)
        cpu = used.ru_utime + used.ru_stime
        if not PROC.is_dir():
            self.peak = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
        deadline = time.monotonic() + 5
        while left := self.members():
            # processes whose parents ended are children of this one
            for folder in left:
                with suppress(ChildProcessError):
                    process, _, used = os.wait4(int(folder.name), os.WNOHANG)
                    cpu += (used.ru_utime + used.ru_stime) if process else 0
            if time.monotonic() > deadline:
                self._signal(signal.SIGKILL)
            time.sleep(0.01)
        return self.popen.returncode, cpu

    def _signal(self, sign: signal.Signals) -> None:
        for folder in self.members():
            with suppress(ProcessLookupError):
                os.kill(int(folder.name), sign)


def run(command: Sequence[str], folder: Path, limit: float) -> tuple[Usage, str]:
    """Run a command and measure it; also what it printed. Raises Failed."""
    with tempfile.TemporaryFile() as output:
        process = Process(command, folder, output)
        try:
            while not process.ended():
                if time.perf_counter() - process.start > limit:
                    raise Failed(f"no result within {limit:g} s: {' '.join(command[1:])}")
        except BaseException:
            # an interrupt from the keyboard does not reach a session of its own
            process.end()
            raise
        wall = time.perf_counter() - process.start
        code, cpu = process.wait()
        output.seek(0)
        said = output.read().decode(errors="replace")
    if code != 0:
        lines = said.strip().splitlines() or ["it printed nothing"]
        # the first line names the mistake; of a traceback it is the last
        line = lines[-1] if any(one.startswith("Traceback") for one in lines) else lines[0]
        raise Failed(f"exit code {code}: {line}")
    return Usage(wall, cpu, process.peak), said


def _stat(folder: Path) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold spaces; none of a process that ended."""
    try:
        return (folder / "stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def _pss(folder: Path) -> float:
    """The memory of a process in MB, its part of what it shares with others."""
    try:
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6


@dataclass(frozen=True)
class File:
    """A file of an output folder: how long it is, which one it is, and what it holds."""

    size: int
    identity: tuple[int, int]
    digest: bytes


def files(folder: Path) -> dict[str, File]:
    """The files below a folder by their paths; none where there is no folder."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            stat = path.stat()
            digest = hashlib.blake2b(path.read_bytes(), digest_size=16).digest()
            found[path.relative_to(folder).as_posix()] = File(stat.st_size, (stat.st_ino, stat.st_mtime_ns), digest)
    return found


def total(found: dict[str, File], which: Callable[[str, File], bool] = lambda path, file: True) -> tuple[int, int]:
    """How many files these are, and how many bytes."""
    sizes = [file.size for path, file in found.items() if which(path, file)]
    return len(sizes), sum(sizes)
