"""Let one builder at a time change an index in the cluster."""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from searchlib.engines.opensearch.client.cluster import Cluster, RefusedError
from searchlib.errors import IndexBusyError, IndexUnavailableError, SearchlibError

LEASE = 600.0
"""A holder that has said nothing for so many seconds is taken for dead; one on this machine is looked for."""

RENEWED_AFTER = 30.0
"""A holder says so often that it lives."""

_PATIENCE = 60.0
_LAST_PATIENCE = 5.0
"""To give the lock back is tried for so many seconds: what failed before must not be told late."""

_SUFFIX = ".lock"
_ID = "lock"


class Lock:
    """The lock of the index of that name: an entry that only one can make."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        # Of its own: what keeps it alive must not wait for what is done under it.
        self._cluster = Cluster(cluster.address)
        self._index = f"{name}{_SUFFIX}"
        self._path = f"/{self._index}/_doc/{_ID}"
        self._holder = uuid4().hex
        self._version: dict[str, Any] = {}
        self._lost = False
        self._guard = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock, and say again and again that the holder lives.

        Raises:
            IndexBusyError: somebody else holds it.
        """
        try:
            self._acquire()
            done = threading.Event()
            keeper = threading.Thread(target=self._keep, args=(done,), daemon=True)
            keeper.start()
            try:
                yield
            finally:
                done.set()
                keeper.join()
                self._release()
        finally:
            self._cluster.close()

    def check(self) -> None:
        """See that the lock is still held: the next one may begin where this holder was silent for too long.

        Raises:
            IndexBusyError: somebody else has taken the lock meanwhile.
        """
        with self._guard:
            if self._lost:
                raise self._busy()
            self._renew()

    def _acquire(self) -> None:
        self._cluster.create(self._index, {"settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}})
        try:
            self._write(op_type="create")
        except RefusedError as error:
            if not error.is_conflict:
                raise
            held = self._cluster.get(self._path)
            if not self._adopts(held) and not _is_dead(held["_source"]):
                raise self._busy() from error
            self._version = _version(held)
            self._renew()

    def _keep(self, done: threading.Event) -> None:
        while not done.wait(RENEWED_AFTER):
            try:
                self.check()
            except IndexBusyError:
                # Whoever asks next is told.
                self._lost = True
                return
            except SearchlibError:
                # What is done under the lock will see for itself what is wrong with the cluster.
                continue

    def _renew(self) -> None:
        try:
            self._write(**self._version)
        except RefusedError as error:
            if error.is_missing or (error.is_conflict and not self._adopts(self._cluster.get(self._path))):
                raise self._busy() from error
            if not error.is_conflict:
                raise

    def _adopts(self, held: dict[str, Any]) -> bool:
        """Whether the lock is one's own: the answer to a request may have been lost, and the request made again."""
        if held["_source"]["holder"] != self._holder:
            return False
        self._version = _version(held)
        return True

    def _release(self) -> None:
        # Whoever has taken it meanwhile keeps it; and where it cannot be given back, it is seen that this process is gone.
        with suppress(RefusedError, IndexUnavailableError):
            self._cluster.delete(self._path, patience=_LAST_PATIENCE, **self._version)

    def _write(self, **params: Any) -> None:
        holder = {"holder": self._holder, "host": _machine(), "process": os.getpid(), "at": time.time()}
        written = self._cluster.put(self._path, holder, patience=_PATIENCE, **params)
        self._version = _version(written)

    def _busy(self) -> IndexBusyError:
        return IndexBusyError(
            f"{self._cluster.address}: another build or update is under way here: try again when it is done"
        )


def _version(written: dict[str, Any]) -> dict[str, Any]:
    return {"if_seq_no": written["_seq_no"], "if_primary_term": written["_primary_term"]}


def _machine() -> str:
    """What tells from others where a process number means something: the machine, and what part of it sees the same processes."""
    processes = Path("/proc/self/ns/pid")
    return f"{platform.node()} {os.readlink(processes) if processes.is_symlink() else ''}".strip()


def _is_dead(holder: dict[str, Any]) -> bool:
    if holder["host"] == _machine():
        try:
            os.kill(int(holder["process"]), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
    return time.time() - float(holder["at"]) > LEASE
