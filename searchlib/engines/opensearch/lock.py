"""Let one builder at a time change an index in the cluster."""

from __future__ import annotations

import os
import platform
import time
from typing import Any
from uuid import uuid4

from searchlib.engines.opensearch.cluster import Cluster, RefusedError
from searchlib.errors import IndexBusyError

LEASE = 600.0
"""A holder that has said nothing for so many seconds is taken for dead; one on this machine is looked for."""

_RENEWED_AFTER = 30.0
_ID = "lock"


class Lock:
    """The lock of the index of that name: an entry that only one can make."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster = cluster
        self._path = f"/{name}-lock/_doc/{_ID}"
        self._holder = uuid4().hex
        self._version: dict[str, Any] = {}
        self._renewed = 0.0

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            IndexBusyError: somebody else holds it.
        """
        try:
            self._write(op_type="create")
        except RefusedError as error:
            if not error.is_conflict:
                raise
            held = self._cluster.get(self._path)
            # The answer to one's own request may have been lost, and the request made again.
            if held["_source"]["holder"] != self._holder and not _is_dead(held["_source"]):
                raise self._busy() from error
            self._version = {"if_seq_no": held["_seq_no"], "if_primary_term": held["_primary_term"]}
            self.renew(at_once=True)

    def renew(self, *, at_once: bool = False) -> None:
        """Say that the holder lives.

        Raises:
            IndexBusyError: somebody else has taken the lock meanwhile.
        """
        if not at_once and time.monotonic() - self._renewed < _RENEWED_AFTER:
            return
        try:
            self._write(**self._version)
        except RefusedError as error:
            if error.is_conflict or error.is_missing:
                raise self._busy() from error
            raise

    def release(self) -> None:
        """Give the lock back."""
        try:
            self._cluster.delete(self._path, **self._version)
        except RefusedError as error:
            # Whoever has taken it meanwhile keeps it.
            if not (error.is_conflict or error.is_missing):
                raise

    def _write(self, **params: Any) -> None:
        holder = {"holder": self._holder, "host": platform.node(), "process": os.getpid(), "at": time.time()}
        written = self._cluster.put(self._path, holder, **params)
        self._version = {"if_seq_no": written["_seq_no"], "if_primary_term": written["_primary_term"]}
        self._renewed = time.monotonic()

    def _busy(self) -> IndexBusyError:
        return IndexBusyError(
            f"{self._cluster.address}: another build or update is under way here: try again when it is done"
        )


def _is_dead(holder: dict[str, Any]) -> bool:
    if holder["host"] == platform.node():
        try:
            os.kill(int(holder["process"]), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
    return time.time() - float(holder["at"]) > LEASE
