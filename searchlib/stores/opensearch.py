"""Keep the generations of an index in an OpenSearch cluster; an alias leads to the current one."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from searchlib.analysis.dictionary import Dictionary
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.opensearch.client.address import parse_address
from searchlib.engines.opensearch.client.cluster import Cluster
from searchlib.engines.opensearch.client.failures import RefusedError
from searchlib.engines.opensearch.index.blobs import BLOBS_SUFFIX, WRITE_ALIAS_SUFFIX, Blobs
from searchlib.engines.opensearch.index.lock import BuildLock
from searchlib.engines.opensearch.index.mapping import FORMAT, index_mapping, index_settings
from searchlib.errors import IndexUnavailableError, SearchlibError, SearchTimeoutError, no_index_built
from searchlib.stores.base import GenerationSpec
from searchlib.stores.opensearch_generations import (
    BUILDING,
    COMPLETE,
    METADATA_KEY,
    ClusterGeneration,
    ClusterGenerationWriter,
    read_metadata,
    write_dictionary,
)

_NAME_TIME = "%Y%m%dt%H%M%S"

_STAMP_SECONDS = 1.0
"""The age from which a stamp is read again, and the time limit for it. Reading it for each search would double the latency."""

_STAMP_RETRY_SECONDS = 5.0
"""The time until the next attempt if the cluster does not respond."""

_RECOVERY_SECONDS, _POLL_SECONDS = 120.0, 1.0
"""The time limit for the shards of an interrupted build to recover, and the time between two checks."""


class OpenSearchStore:
    """The indexes of one name in a cluster::

    NAME                          an alias for the current generation
    NAME.000001-20210920t010203   the articles of a generation
    ….about                       its blobs
    ….writing                     an alias for each of both while they are written
    NAME.lock                     the lock of the builds
    """

    def __init__(self, address: str) -> None:
        self.address = parse_address(address)
        self.location = str(self.address)
        self._cluster = Cluster(self.address)
        self._name = self.address.name
        self._index_pattern = re.compile(rf"{re.escape(self._name)}\.([0-9]{{6,}})-[0-9]{{8}}t[0-9]{{6}}")
        self._stamp: tuple[float, Hashable] = (0.0, None)
        self._check_lock: Callable[[], None] = lambda: None

    def stamp(self, deadline: Deadline = NO_DEADLINE) -> Hashable:
        """Return a value that changes when another generation becomes current, or the current one is updated."""
        expires, stamp = self._stamp
        if stamp is not None and time.monotonic() < expires:
            return stamp
        lifetime = _STAMP_SECONDS
        try:
            current = self._current(Deadline.after(_STAMP_SECONDS) if stamp else deadline)
            stamp = None if current is None else (current[0], current[1].get("revision"))
        except (IndexUnavailableError, SearchTimeoutError):
            # The old stamp keeps the open index in use: its searches report whether the cluster responds.
            if stamp is None:
                raise
            lifetime = _STAMP_RETRY_SECONDS
        self._stamp = (time.monotonic() + lifetime, stamp)
        return stamp

    def current(self, deadline: Deadline = NO_DEADLINE) -> ClusterGeneration:
        current = self._current(deadline)
        if current is None:
            raise no_index_built(self.location)
        return ClusterGeneration(self._cluster, *current)

    def _current(self, deadline: Deadline = NO_DEADLINE) -> tuple[str, Mapping[str, Any]] | None:
        """Return the name and the metadata of the index behind the alias, or None."""
        try:
            indexes = read_metadata(self._cluster, self._name, deadline)
        except RefusedError as error:
            if error.is_missing:
                return None
            raise
        index, metadata = next(iter(indexes.items()), ("", {}))
        if not self._index_pattern.fullmatch(index) or metadata.get("state") != COMPLETE:
            raise SearchlibError(
                f"{self.location}: the name is in use for something else in the cluster: choose another name for the index"
            )
        return index, metadata

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the index for a build or update.

        If the holder dies, another process on the same machine can take the lock at once, on another machine after some minutes.
        """
        # Tested with a read, which fails sooner than a write if no node responds.
        self._current()
        lock = BuildLock(self.address, self._name)
        with lock.held():
            self._check_lock = lock.check
            try:
                yield
            finally:
                # The next search of this process sees what it has changed.
                self._stamp = (0.0, self._stamp[1])

    def recover(self) -> ClusterGeneration:
        """Return the current generation: a cluster keeps no older one."""
        return self.current()

    @contextmanager
    def new_generation(self, spec: GenerationSpec) -> Iterator[ClusterGenerationWriter]:
        """Yield a new generation, or the unfinished one of an interrupted build, see ``GenerationSpec``. The lock must be held.

        After an error the generation stays, so that the next build can resume it.
        """
        metadata = {
            "format": FORMAT,
            "state": BUILDING,
            "zone": spec.zone,
            "analysis": spec.analysis,
            "facets": list(spec.facets),
            "origin": spec.origin,
            "shards": self.address.shards,
        }
        index = self._find_unfinished(metadata)
        resumes = index is not None
        if index is None:
            index = self._create(metadata, spec.dictionary)
        yield ClusterGenerationWriter(self._cluster, index, spec, check_lock=self._check_lock, resumes=resumes)
        self._publish(index)

    def _find_unfinished(self, metadata: Mapping[str, Any]) -> str | None:
        """Return the index of an interrupted build with this metadata, or None; delete all others but the current one."""
        current = self._current()
        unfinished = None
        for index, each in self._generations().items():
            if current and index == current[0]:
                continue
            if metadata["origin"] and each == metadata and unfinished is None and self._recovers(index):
                unfinished = index
            else:
                self._cluster.delete(f"/{index},{index}{BLOBS_SUFFIX}", ignore_unavailable="true")
        return unfinished

    def _recovers(self, index: str) -> bool:
        """Return whether all shards of an index are available, possibly after a while, because nodes may be starting."""
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while True:
            health = self._cluster.get(f"/_cluster/health/{index},{index}{BLOBS_SUFFIX}", ignore_unavailable="true")
            if health["status"] != "red":
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)

    def _create(self, metadata: Mapping[str, Any], dictionary: Dictionary | None) -> str:
        """Create the indexes of a new generation, and return its name."""
        numbers = [int(match[1]) for index in self._generations() if (match := self._index_pattern.fullmatch(index))]
        index = f"{self._name}.{max(numbers, default=0) + 1:06d}-{datetime.now(UTC):{_NAME_TIME}}"
        self._cluster.create(
            index,
            {
                # Without replicas and refreshes a build is faster; the last step sets both.
                "settings": {**index_settings(self.address.shards, 0), "refresh_interval": "-1"},
                "mappings": index_mapping({METADATA_KEY: metadata}),
                "aliases": {f"{index}{WRITE_ALIAS_SUFFIX}": {}},
            },
        )
        blobs = Blobs(self._cluster, index)
        blobs.create(self.address.replicas)
        if dictionary:
            write_dictionary(blobs, dictionary)
        return index

    def _publish(self, index: str) -> None:
        """Move the alias to a generation and end writing to it, in one step.

        The old generation stays until the next build, because searches may still use it.
        """
        self._check_lock()
        others = [each for each in self._generations() if each != index]
        removals = [{"remove": {"index": each, "alias": self._name, "must_exist": False}} for each in others]
        self._update_aliases(
            [*removals, {"add": {"index": index, "alias": self._name}}, *_write_alias_actions("remove", index)]
        )

    def _update_aliases(self, actions: Sequence[Mapping[str, Any]]) -> None:
        self._cluster.post("/_aliases", {"actions": actions})

    @contextmanager
    def updated_generation(self, files: Collection[str], spec: GenerationSpec) -> Iterator[ClusterGenerationWriter]:
        """Yield the current generation for writing. Searches see the changes when the context ends. The lock must be held.

        After an interrupted update, the next one reads these files again.
        """
        old = self.current()
        self._update_aliases(_write_alias_actions("add", old.index))
        writer = ClusterGenerationWriter(self._cluster, old.index, spec, check_lock=self._check_lock, old=old)
        writer.record_touched(files, old)
        self._cluster.put(f"/{old.index}/_settings", {"index": {"refresh_interval": "-1"}})
        yield writer
        # After an error refreshes stay off, so that searches see no half of the changes. The next update turns them on.
        self._cluster.put(f"/{old.index}/_settings", {"index": {"refresh_interval": None}})
        self._update_aliases(_write_alias_actions("remove", old.index))

    def _generations(self) -> dict[str, Mapping[str, Any]]:
        """Return the metadata of all generations, the oldest first; that of a generation without both indexes is empty."""
        names = self._cluster.get(f"/{self._name}.*/_settings", filter_path="*.settings.index.uuid").keys()
        indexes = {name.removesuffix(BLOBS_SUFFIX) for name in names}
        metadata = read_metadata(self._cluster, f"{self._name}.*")
        return {
            index: metadata.get(index, {}) if {index, f"{index}{BLOBS_SUFFIX}"} <= names else {}
            for index in sorted(indexes)
            if self._index_pattern.fullmatch(index)
        }


def _write_alias_actions(action: str, index: str) -> list[Mapping[str, Any]]:
    """Return the actions that add or remove the aliases through which a generation is written."""
    return [
        {action: {"index": each, "alias": f"{each}{WRITE_ALIAS_SUFFIX}"}} for each in (index, f"{index}{BLOBS_SUFFIX}")
    ]
