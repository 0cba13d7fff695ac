"""Lock an index in the cluster for one build or update at a time."""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from searchlib.engines.opensearch.client.address import Address
from searchlib.engines.opensearch.client.cluster import Cluster
from searchlib.engines.opensearch.client.failures import RefusedError
from searchlib.engines.opensearch.client.retries import DEFAULT_POLICY, Retry
from searchlib.errors import IndexBusyError, IndexUnavailableError, SearchlibError, index_locked

_LEASE_SECONDS = 600.0
"""If the last renewal is older, the holder counts as dead. A holder on this machine counts as dead if its process is."""

_RENEWAL_SECONDS = 30.0
"""The time between renewals."""

_WRITE_RETRY = replace(DEFAULT_POLICY.write, busy=60.0)
_RELEASE_RETRY = Retry(busy=5.0, unreachable=1.5)
"""Releasing is retried briefly, so that the error that ended the build is reported soon."""

_SUFFIX = ".lock"
_ID = "lock"


class BuildLock:
    """The build lock of an index: a document that only one process can create."""

    def __init__(self, address: Address, name: str, *, renewal_seconds: float = _RENEWAL_SECONDS) -> None:
        # Separate connections, so that renewals do not wait for requests of the build.
        self._cluster = Cluster(address)
        self._index = f"{name}{_SUFFIX}"
        self._path = f"/{self._index}/_doc/{_ID}"
        self._holder = uuid4().hex
        self._renewal_seconds = renewal_seconds
        self._version: dict[str, Any] = {}
        self._is_lost = False
        self._guard = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock, and renew it from a thread; raise IndexBusyError if another process holds it."""
        try:
            self._acquire()
            done = threading.Event()
            keeper = threading.Thread(target=self._keep_renewing, args=(done,), daemon=True)
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
        """Renew the lock, so that no other process takes it; raise IndexBusyError if one has taken it."""
        with self._guard:
            if self._is_lost:
                raise index_locked(self._cluster.address)
            self._renew()

    def _acquire(self) -> None:
        self._cluster.create(self._index, {"settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}})
        try:
            self._write(op_type="create")
        except RefusedError as error:
            if not error.is_conflict:
                raise
            document = self._cluster.get(self._path)
            if not self._is_own(document) and not _is_dead(document["_source"]):
                raise index_locked(self._cluster.address) from error
            self._version = _version(document)
            self._renew()

    def _keep_renewing(self, done: threading.Event) -> None:
        while not done.wait(self._renewal_seconds):
            try:
                self.check()
            except IndexBusyError:
                # The next ``check`` raises.
                self._is_lost = True
                return
            except SearchlibError:
                # The requests of the build report the cluster's errors.
                continue

    def _renew(self) -> None:
        try:
            self._write(**self._version)
        except RefusedError as error:
            if error.is_missing or (error.is_conflict and not self._is_own(self._cluster.get(self._path))):
                raise index_locked(self._cluster.address) from error
            if not error.is_conflict:
                raise

    def _is_own(self, document: dict[str, Any]) -> bool:
        """Return whether this object holds the lock. It can hold it after a failure: the response to the first request was lost,
        and the request was repeated."""
        if document["_source"]["holder"] != self._holder:
            return False
        self._version = _version(document)
        return True

    def _release(self) -> None:
        # If another process has taken the lock, or no node responds, the lock stays. The next build finds this process dead.
        with suppress(RefusedError, IndexUnavailableError):
            self._cluster.delete(self._path, retry=_RELEASE_RETRY, **self._version)

    def _write(self, **params: Any) -> None:
        holder = {"holder": self._holder, "host": host_identity(), "process": os.getpid(), "at": time.time()}
        self._version = _version(self._cluster.put(self._path, holder, retry=_WRITE_RETRY, **params))


def _version(response: dict[str, Any]) -> dict[str, Any]:
    return {"if_seq_no": response["_seq_no"], "if_primary_term": response["_primary_term"]}


def host_identity() -> str:
    """Return a name for the scope of process ids: the machine and, on Linux, its PID namespace."""
    namespace = Path("/proc/self/ns/pid")
    return f"{platform.node()} {os.readlink(namespace) if namespace.is_symlink() else ''}".strip()


def _is_dead(holder: dict[str, Any]) -> bool:
    if holder["host"] == host_identity():
        try:
            os.kill(int(holder["process"]), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
    return time.time() - float(holder["at"]) > _LEASE_SECONDS
