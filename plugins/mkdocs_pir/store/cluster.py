"""A cluster of Dask (the package `distributed`) as an executor of `concurrent.futures`.

Dask gives work to another worker when one is lost. What it does not do is give up: a cluster without workers waits for
ever, so this executor has a limit.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from mkdocs_pir.store.code_version import differences, installation
from mkdocs_pir.store.executors import processors

LOCAL = "local"
"""The address for which a cluster is begun on this machine."""

ANSWER = 10.0
"""Seconds in which a scheduler must answer."""

PATIENCE = 60.0
"""Seconds for which a cluster may have no worker."""

_INSTALL = "install it on all machines: pip install 'mkdocs-pir[dask]'"
_BEGIN = "docs/scale.md says how to begin a scheduler and workers"


class ClusterError(Exception):
    """Raised if a cluster cannot be used, or no longer."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint


class WorkerDiedError(Exception):
    """Raised for one piece of work with which one worker after the other ended."""


def is_address(text: str) -> bool:
    """Whether a text is `local`, or a host with a port such as `10.0.0.5:8786`."""
    parts = urlsplit(f"//{text}")
    try:
        return text == LOCAL or bool(parts.hostname and parts.port and text == parts.netloc and "@" not in text)
    except ValueError:
        return False


def probe(address: str) -> None:
    """Find out quickly whether a cluster can be used at all, before anything is read. Raises ClusterError."""
    distributed = _distributed()
    if address == LOCAL:
        return
    parts = urlsplit(f"//{address}")
    try:
        # Dask would try again and again, and not say why
        socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=ANSWER).close()
        # in a thread of its own, as a program that calls us may have a loop of events in this one
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, asyncio.wait_for(_identity(distributed, address), ANSWER)).result()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error) or f"nothing in {ANSWER:.0f} s"
        raise ClusterError(f"no Dask scheduler answers at {address}: {why}", _BEGIN) from None


async def _identity(distributed: Any, address: str) -> None:
    # a client itself would wait for ever where something else answers
    security = distributed.Security().get_connection_args("client")
    async with distributed.rpc(address, connection_args=security, timeout=ANSWER) as scheduler:
        await scheduler.identity()


def _distributed() -> Any:
    """The package `distributed`, which is an extra. Raises ClusterError without it."""
    try:
        dask = import_module("dask")
        # what its logs and warnings say, a ClusterError says
        silent = {"distributed": "critical", "distributed.client": "critical", "distributed.scheduler": "critical"}
        dask.config.set({"logging": silent, "distributed.admin.large-graph-warning-threshold": "1GB"})
        return import_module("distributed")
    except ImportError:
        raise ClusterError("the package 'distributed' is not installed", _INSTALL) from None


class Cluster(Executor):
    """The workers of a scheduler, or of one that is begun here with some processes of this machine.

    Raises ClusterError if the scheduler does not answer, or if a worker would make other results than this process.
    """

    def __init__(self, address: str, local_workers: int | None = None) -> None:
        probe(address)
        distributed = _distributed()
        begun: dict[str, Any] = {"address": address}
        if address == LOCAL:
            begun = {"n_workers": local_workers or processors(), "threads_per_worker": 1, "dashboard_address": None}
            begun["silence_logs"] = logging.CRITICAL
        self._killed = distributed.KilledWorker
        self._alone_since: float | None = None
        try:
            with warnings.catch_warnings():
                # that versions differ is said below
                warnings.simplefilter("ignore")
                self._client: Any = distributed.Client(**begun, timeout=ANSWER, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise ClusterError(f"no Dask scheduler answers at {address}: {error}", _BEGIN) from None
        try:
            self._compare_versions()
        except BaseException:
            self.shutdown()
            raise
        # how long work takes, and what it makes, is nothing that Dask should remember
        self._executor: Executor = self._client.get_executor(pure=False)

    def _compare_versions(self) -> None:
        answers = self._client.run(installation, on_error="return")
        for worker, answer in answers.items():
            if isinstance(answer, BaseException):
                raise ClusterError(f"the worker {worker} cannot run mkdocs-pir: {answer}", _INSTALL)
            if different := differences(installation(), answer):
                raise other_versions(different)

    @property
    def workers(self) -> int:
        """The number of workers. Raises ClusterError if the scheduler does not answer."""
        try:
            return len(self._client.nthreads())
        except OSError:
            raise _lost() from None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Give work to a worker. The future raises ClusterError if the cluster is lost, WorkerDiedError as that says."""
        outer: Future[Any] = Future()

        def finish(inner: Future[Any]) -> None:
            if inner.cancelled():
                outer.set_exception(_lost())
            elif isinstance(error := inner.exception(), self._killed):
                outer.set_exception(WorkerDiedError())
            elif error is not None:
                outer.set_exception(error)
            else:
                outer.set_result(inner.result())

        if self._client.status != "running":
            raise _lost()
        self._executor.submit(fn, *args, **kwargs).add_done_callback(finish)
        return outer

    def check(self) -> None:
        """Raise ClusterError if the scheduler has gone, or if there has been no worker for too long."""
        now = time.monotonic()
        self._alone_since = None if self.workers else self._alone_since or now
        if self._alone_since is not None and now - self._alone_since >= PATIENCE:
            raise ClusterError(f"the cluster has had no worker for {PATIENCE:.0f} s", _BEGIN)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, or end the one that was begun here. Work that is not done is given up."""
        self._client.close()


def other_versions(different: str) -> ClusterError:
    """The error that a worker has other versions than this process, and would make other results."""
    hint = "install the same versions on all machines, with a constraints file for example"
    return ClusterError(f"a worker has other versions than this machine: {different}", hint)


def _lost() -> ClusterError:
    return ClusterError("the scheduler of the cluster no longer answers", "begin it again, and then the build")
