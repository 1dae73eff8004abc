"""A `pir` that runs as it would on another machine: what a system or an installation lacks is taken from Python first.

It is taken from each process of the command, as all of them read a `sitecustomize` of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

WITHOUT_FAST_SEARCH = 'import sys; sys.modules["ahocorasick_rs"] = None'
"""Without the package that searches for many texts at once, as on musl and Windows for ARM."""

WITHOUT_LIBYAML = 'import sys; sys.modules["yaml._yaml"] = sys.modules["_yaml"] = None'
"""With a PyYAML that was built without a compiler."""

WITHOUT_HARD_LINKS = """
import errno, os
def link(*_, **__):
    raise OSError(errno.EPERM, "the file system has no links")
os.link = os.symlink = link
"""
"""A file system such as exFAT."""

WINDOWS = r"""
import builtins, io, os, signal, sys
for name in (
    "chown fchmod fchown fork forkpty getegid geteuid getgid getpgid getuid killpg lchown mkfifo nice"
    " posix_fallocate register_at_fork sched_getaffinity setsid statvfs sync wait3 wait4"
    " O_CLOEXEC O_DIRECTORY"
).split():
    delattr(os, name)
for name in "SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGUSR1 alarm pthread_sigmask setitimer sigtimedwait".split():
    delattr(signal, name)
for name in "grp pwd resource".split():
    sys.modules[name] = None
# folders cannot be given as descriptors, and links only made by an administrator
os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks = set(), set(), set()
def symlink(*_, **__):
    raise OSError(1314, "a required privilege is not held by the client")
os.symlink = symlink
# files are written with CRLF unless somebody says otherwise
opened = io.open
def open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
    if "b" not in mode and newline is None and not mode.startswith("r"):
        newline = "\r\n"
    return opened(file, mode, buffering, encoding, errors, newline, closefd, opener)
io.open = builtins.open = open
# processes are begun anew
from multiprocessing import context
context._default_context = context.DefaultContext(context._concrete_contexts["spawn"])
context._concrete_contexts = {"spawn": context._concrete_contexts["spawn"]}
context.DefaultContext.get_all_start_methods = lambda self: ["spawn"]
import multiprocessing
for name in multiprocessing.__all__:
    setattr(multiprocessing, name, getattr(context._default_context, name))
import platform
platform.system = lambda: "Windows"
# time zones are those of the package tzdata
import zoneinfo
zoneinfo.reset_tzpath([])
"""
"""What Python lacks there and does in another way, as far as this can be had elsewhere."""

CODE_PAGE_1252 = {
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "cp1252",
    "PYTHONWARNDEFAULTENCODING": "1",
    "PYTHONWARNINGS": "error::EncodingWarning",
}
"""A machine whose texts are not UTF-8. To open one without naming its encoding is an error."""


def run_elsewhere(
    folder: Path, arguments: Sequence[str], machine: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run `pir` on a machine such as `WINDOWS`, whose `sitecustomize` is written into an empty folder."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(machine, "utf-8")
    variables = {**os.environ, "PYTHONPATH": str(folder), **(environment or {})}
    command = [sys.executable, "-m", "mkdocs_pir", *arguments]
    return subprocess.run(command, env=variables, capture_output=True, check=False)
