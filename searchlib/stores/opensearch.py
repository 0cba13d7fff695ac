"""Keep an index in an OpenSearch cluster: an alias leads to the generation that is searched."""

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
from searchlib.engines.opensearch.client.cluster import Cluster, RefusedError
from searchlib.engines.opensearch.index.blobs import SUFFIX, WRITING, Blobs, packed_values
from searchlib.engines.opensearch.index.lock import Lock
from searchlib.engines.opensearch.index.mapping import FORMAT, index_mapping, index_settings
from searchlib.errors import (
    IndexUnavailableError,
    NoIndexError,
    SearchlibError,
    SearchTimeoutError,
)
from searchlib.stores.opensearch_generations import (
    ABOUT,
    BUILT_STATE,
    DICTIONARY,
    GENERATION_WRITER_STATE,
    ClusterGeneration,
    ClusterGenerationWriter,
)

_NAME_TIME = "%Y%m%dt%H%M%S"
_LOOK_SECONDS = 1.0
"""A search may not see a new generation for so long: to ask before each would double the way to the cluster."""

_LOOK_AGAIN_SECONDS = 5.0
"""… or this long, where the cluster does not say at once."""

_FOUND_AGAIN_SECONDS = 120.0
"""What an interrupted build has left is waited for so long, and given up where a part of it is still missing."""


class OpenSearchStore:
    """The indexes of one name in a cluster::

    NAME                          an alias: the generation that is searched
    NAME.000001-20210920t010203   a generation: its articles
    ….about                       what belongs to it besides
    ….writing                     an alias, while it is written
    NAME.lock                     whoever builds
    """

    def __init__(self, address: str) -> None:
        self.address = parse_address(address)
        self.location = str(self.address)
        self._cluster = Cluster(self.address)
        self._name = self.address.name
        self._form = re.compile(rf"{re.escape(self._name)}\.([0-9]{{6,}})-[0-9]{{8}}t[0-9]{{6}}")
        self._stamp: tuple[float, Hashable] = (0.0, None)
        self._check: Callable[[], None] = lambda: None

    def stamp(self, deadline: Deadline = NO_DEADLINE) -> Hashable:
        """What changes when another generation becomes current, or this one is updated."""
        look_at, known = self._stamp
        if known is not None and time.monotonic() < look_at:
            return known
        wait = _LOOK_SECONDS
        try:
            found = self._aliased(Deadline.after(_LOOK_SECONDS) if known else deadline)
            known = None if found is None else (found[0], found[1].get("revision"))
        except (IndexUnavailableError, SearchTimeoutError):
            # While a node is lost what is known will do: whether a search can be answered is for the search to say.
            if known is None:
                raise
            wait = _LOOK_AGAIN_SECONDS
        self._stamp = (time.monotonic() + wait, known)
        return known

    def current(self, deadline: Deadline = NO_DEADLINE) -> ClusterGeneration:
        """The current generation.

        Raises:
            NoIndexError: nothing has been built here.
            IndexMismatchError, IndexDamagedError: it does not fit this program, or cannot be read.
        """
        found = self._aliased(deadline)
        if found is None:
            raise NoIndexError(
                f"{self.location}: no index is built here yet: run `searchlib build ARTICLES --index {self.location}`"
            )
        return ClusterGeneration(self._cluster, *found)

    def _aliased(self, deadline: Deadline = NO_DEADLINE) -> tuple[str, Mapping[str, Any]] | None:
        """The index that the alias leads to, and what is recorded of it."""
        try:
            found = self._cluster.get(f"/{self._name}/_mapping", deadline=deadline, filter_path="*.mappings._meta")
        except RefusedError as error:
            if error.is_missing:
                return None
            raise
        index = next(iter(found), "")
        about: Mapping[str, Any] = found[index]["mappings"]["_meta"].get(ABOUT, {}) if index else {}
        if not self._form.fullmatch(index) or about.get("state") != BUILT_STATE:
            raise SearchlibError(
                f"{self.location}: the cluster has something else under this name: choose another name for the index"
            )
        return index, about

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the index for a build or an update; a holder that died gives it back at once, or on another machine later."""
        # Writing waits long for a node that is lost; an address where none ever was is found out sooner.
        self._aliased()
        lock = Lock(self._cluster, self._name)
        with lock.held():
            self._check = lock.check
            yield

    @contextmanager
    def new_generation(
        self, zone: str, analysis: Mapping[str, Any], dictionary: Dictionary | None, *, origin: str | None = None
    ) -> Iterator[ClusterGenerationWriter]:
        """A new generation, or what an interrupted build of the same kind has left of one; the lock must be held.

        If this fails what was sent stays, so that the next build goes on from there.
        """
        about = {
            "format": FORMAT,
            "state": GENERATION_WRITER_STATE,
            "zone": zone,
            "analysis": analysis,
            "origin": origin,
        }
        about["shards"] = self.address.shards
        index = self._begun(about)
        resumes = index is not None
        if index is None:
            index = self._create(about, dictionary)
        yield ClusterGenerationWriter(self._cluster, index, dictionary, check=self._check, resumes=resumes)
        self._publish(index)

    def _begun(self, about: Mapping[str, Any]) -> str | None:
        """The index that an interrupted build of the same kind has left; all others but the current one are removed."""
        current = self._aliased()
        found = None
        for index, known in self._generations().items():
            if current and index == current[0]:
                continue
            if about["origin"] and known == about and found is None and not self._is_lost(index):
                found = index
            else:
                self._remove(index)
        return found

    def _is_lost(self, index: str) -> bool:
        """Whether the cluster lacks a part of an index, also after a while: nodes that start take their time."""
        ends = time.monotonic() + _FOUND_AGAIN_SECONDS
        while True:
            health = self._cluster.get(f"/_cluster/health/{index},{index}{SUFFIX}", ignore_unavailable="true")
            if health["status"] != "red" or time.monotonic() > ends:
                return bool(health["status"] == "red")
            time.sleep(_LOOK_SECONDS)

    def _create(self, about: Mapping[str, Any], dictionary: Dictionary | None) -> str:
        numbers = [int(found[1]) for index in self._generations() if (found := self._form.fullmatch(index))]
        index = f"{self._name}.{max(numbers, default=0) + 1:06d}-{datetime.now(UTC):{_NAME_TIME}}"
        settings = {**index_settings(self.address.shards, 0), "refresh_interval": "-1"}
        self._cluster.create(
            index,
            {
                "settings": settings,
                "mappings": index_mapping({ABOUT: about}),
                "aliases": {f"{index}{WRITING}": {}},
            },
        )
        blobs = Blobs(self._cluster, index)
        blobs.create(self.address.replicas)
        if dictionary:
            blobs.write(DICTIONARY, packed_values([dictionary.digest, dictionary.words, dictionary.replaced]))
        return index

    def _publish(self, index: str) -> None:
        """Let the name lead to a generation, in one step, and let nobody write it any more.

        The old one stays until the next build, as in a folder: searches that are under way end on it.
        """
        self._check()
        others = [each for each in self._generations() if each != index]
        named = [{"remove": {"index": each, "alias": self._name, "must_exist": False}} for each in others]
        self._alias([*named, {"add": {"index": index, "alias": self._name}}, *_for_writing("remove", index)])

    def _alias(self, actions: Sequence[Mapping[str, Any]]) -> None:
        self._cluster.post("/_aliases", {"actions": actions})

    @contextmanager
    def updated_generation(self, files: Collection[str]) -> Iterator[ClusterGenerationWriter]:
        """The current generation, which is searched meanwhile and shows its changes when all are written; the lock must be held.

        The next update looks again at the files of one that is interrupted.
        """
        old = self.current()
        self._alias(_for_writing("add", old.index))
        growing = ClusterGenerationWriter(self._cluster, old.index, old.dictionary(), check=self._check, old=old)
        growing.touch(files, old)
        self._cluster.put(f"/{old.index}/_settings", {"index": {"refresh_interval": "-1"}})
        yield growing
        # Not if it failed: then half of the changes would show. The next update ends so.
        self._cluster.put(f"/{old.index}/_settings", {"index": {"refresh_interval": None}})
        self._alias(_for_writing("remove", old.index))

    def _generations(self) -> dict[str, Mapping[str, Any]]:
        """The generations that are there, the oldest first, and what is recorded of each; of one not quite made, nothing."""
        names = self._cluster.get(f"/{self._name}.*/_settings", filter_path="*.settings.index.uuid").keys()
        found = sorted({each.removesuffix(SUFFIX) for each in names if self._form.fullmatch(each.removesuffix(SUFFIX))})
        recorded = self._cluster.get(f"/{self._name}.*/_mapping", filter_path="*.mappings._meta")
        about = {index: recorded.get(index, {}).get("mappings", {}).get("_meta", {}).get(ABOUT, {}) for index in found}
        return {index: about[index] if {index, f"{index}{SUFFIX}"} <= names else {} for index in found}

    def _remove(self, index: str) -> None:
        self._cluster.delete(f"/{index},{index}{SUFFIX}", ignore_unavailable="true")


def _for_writing(action: str, index: str) -> list[Mapping[str, Any]]:
    """What lets a generation be written, or be written no more."""
    return [{action: {"index": each, "alias": f"{each}{WRITING}"}} for each in (index, f"{index}{SUFFIX}")]
