"""Editions made on the workers of a Dask cluster: the same bytes, and a build that ends whatever becomes of the cluster."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from helpers.folders import read_files
from helpers.knowledge_base import pir, write_base
from helpers.preview_server import PATIENCE

from mkdocs_pir.store import cluster

pytestmark = pytest.mark.slow

EDITIONS = ("internal", "clients/harbor-credit", "clients/quellmark")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[Any]:
    """A scheduler in this process that has no workers yet."""
    distributed = pytest.importorskip("distributed", reason="needs the extra dask: pip install 'mkdocs-pir[dask]'")
    with distributed.LocalCluster(
        n_workers=0, host="127.0.0.1", scheduler_port=0, dashboard_address=None, silence_logs=60
    ) as local:
        yield local.scheduler


class Workers:
    """Workers of a scheduler in processes of their own, which nobody begins again."""

    def __init__(self, scheduler: Any, folder: Path) -> None:
        self.scheduler = scheduler
        self.address = scheduler.address.removeprefix("tcp://")
        self.folder = folder
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def begin(self, *names: str) -> None:
        options = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", str(self.folder)]
        for name in names:
            command = [sys.executable, "-m", "distributed.cli.dask_worker", self.scheduler.address, "--name", name]
            self.processes[name] = subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while {worker.name for worker in self.scheduler.workers.values()} != set(self.processes):
            assert time.monotonic() < end, "the workers did not come"
            time.sleep(0.05)

    def kill_the_first_that_works(self) -> threading.Thread:
        """Kill a worker as soon as it has something to do. Returns the thread that waits for that."""

        def kill() -> None:
            while not (busy := [worker.name for worker in self.scheduler.workers.values() if worker.processing]):
                time.sleep(0.02)
            # in the middle of making an edition
            time.sleep(0.3)
            os.kill(self.processes[busy[0]].pid, signal.SIGKILL)

        thread = threading.Thread(target=kill, daemon=True)
        thread.start()
        return thread

    def end(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait()
        while self.scheduler.workers:
            time.sleep(0.05)


@pytest.fixture
def workers(scheduler: Any, tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(scheduler, tmp_path / "workers")
    yield workers
    workers.end()


def test_a_worker_is_killed_in_the_middle_and_the_bytes_are_the_same(tmp_path: Path, workers: Workers) -> None:
    folder = write_base(tmp_path / "base")
    assert pir(folder, "build", "--edition", "all", "--jobs", "1", "--out", str(tmp_path / "here")).exit_code == 0
    workers.begin("one", "two")
    killing = workers.kill_the_first_that_works()
    there = ["--executor", f"dask://{workers.address}", "--out", str(tmp_path / "there")]
    result = pir(folder, "build", "--edition", "all", *there)
    assert result.exit_code == 0, result.output
    killing.join(timeout=PATIENCE)
    assert not killing.is_alive()
    assert sum(process.poll() is not None for process in workers.processes.values()) == 1
    for edition in EDITIONS:
        assert read_files(tmp_path / "here" / edition) == read_files(tmp_path / "there" / edition)


def _published(folder: Path) -> dict[str, bytes]:
    """All files of the output folder but what the audit learned of texts, which a build that ends early adds to."""
    return {path: content for path, content in read_files(folder / "published").items() if path != ".pir/learned"}


def test_without_any_worker_left_a_build_ends_with_one_problem(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_base(tmp_path / "base")
    assert pir(folder, "build", "--edition", "all").exit_code == 0
    before = _published(folder)
    page = folder / "kb/lessons/LL-0001.md"
    page.write_text(page.read_text("utf-8").replace("Hosts do not", "Listeners do not"), "utf-8")
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    workers.begin("one")
    workers.kill_the_first_that_works()
    result = pir(folder, "build", "--edition", "all", "--executor", f"dask://{workers.address}")
    assert result.exit_code == 1
    assert result.stderr.count("PIR623") == 1
    assert "the cluster has had no worker for 1 s" in result.stderr
    assert "0 of 3 editions published" in result.stderr
    assert _published(folder) == before


def test_work_with_which_workers_end_is_given_up(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.scheduler, "allowed_failures", 1)
    workers.begin("one", "two", "three")
    with cluster.Cluster(workers.address) as there:
        fatal = there.submit(signal.raise_signal, signal.SIGKILL)
        with pytest.raises(cluster.WorkerDiedError):
            fatal.result(timeout=PATIENCE)
        # the others go on
        assert there.submit(pow, 2, 10).result(timeout=PATIENCE) == 1024
    assert sum(process.wait(PATIENCE) != 0 for process in workers.processes.values() if process.poll() is not None) == 2


def test_a_worker_of_another_version_publishes_nothing(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_base(tmp_path / "base")
    workers.begin("one")
    # a worker answers with what its own code says
    monkeypatch.setattr(cluster, "differences", partial(_with_another_mkdocs, cluster.differences))
    result = pir(folder, "build", "--executor", f"dask://{workers.address}")
    assert result.exit_code == 1
    assert "PIR623: a worker has other versions than this machine: mkdocs 1.5.0 here" in result.stderr
    assert not (folder / "published/internal").exists()


def _with_another_mkdocs(differences: Callable[..., str], here: Mapping[str, str], there: Mapping[str, str]) -> str:
    return differences({**here, "mkdocs": "1.5.0"}, there)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "no-such-host.invalid:8786"])
def test_a_scheduler_that_does_not_answer_stops_a_build_at_once(tmp_path: Path, address: str) -> None:
    pytest.importorskip("distributed", reason="needs the extra dask: pip install 'mkdocs-pir[dask]'")
    folder = write_base(tmp_path)
    result = pir(folder, "build", "--executor", f"dask://{address}")
    assert result.exit_code == 1
    assert f"PIR623: no Dask scheduler answers at {address}" in result.stderr
    assert not (folder / "published").exists()


def test_a_server_that_is_no_scheduler_stops_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="needs the extra dask: pip install 'mkdocs-pir[dask]'")
    folder = write_base(tmp_path)
    monkeypatch.setattr(cluster, "ANSWER", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        result = pir(folder, "build", "--executor", f"dask://{address}")
    assert result.exit_code == 1
    assert f"PIR623: no Dask scheduler answers at {address}" in result.stderr


def test_without_the_extra_a_build_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    result = pir(write_base(tmp_path), "build", "--executor", "dask://127.0.0.1:8786")
    assert result.exit_code == 1
    assert "PIR623: the package 'distributed' is not installed" in result.stderr
    assert "pip install 'mkdocs-pir[dask]'" in result.stderr


@pytest.mark.parametrize("text", ["127.0.0.1:8786", "dask://host", "dask://host:none", "dask://a@b:1", "slurm://x:1"])
def test_an_executor_that_is_no_address_is_a_mistake_of_the_command(tmp_path: Path, text: str) -> None:
    result = pir(write_base(tmp_path), "build", "--executor", text)
    assert result.exit_code == 2
    assert f"'{text}' is not a cluster" in result.stderr


def test_nothing_of_dask_is_imported_without_an_executor() -> None:
    code = "import mkdocs_pir.cli.build, sys; sys.exit('distributed' in sys.modules or 'dask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
