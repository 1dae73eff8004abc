"""A process that the system ends when it takes too long."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import pytest

resource = pytest.importorskip("resource", reason="this system has no limits of time")

SECONDS = 20


def run_limited(program: str, text: str) -> str:
    """What a program prints that reads a text from its standard input, ended when it takes too long."""
    run = subprocess.run(
        [sys.executable, "-c", program],
        input=text.encode(),
        capture_output=True,
        check=False,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_CPU, (SECONDS, SECONDS + 1)),
    )
    assert run.returncode == 0, run.stderr.decode()[-2000:] or f"ended by signal {-run.returncode}"
    return run.stdout.decode()
