"""Keep an index in an OpenSearch cluster: an alias leads to the generation that is searched."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from searchlib.engines.base import Batch
from searchlib.engines.opensearch.address import parse_address
from searchlib.engines.opensearch.batch import OpenSearchBatch, Target
from searchlib.engines.opensearch.blobs import SUFFIX, Blobs, packed_values, unpacked_values
from searchlib.engines.opensearch.cluster import Cluster, RefusedError
from searchlib.engines.opensearch.engine import ENGINE, OpenSearchEngine
from searchlib.engines.opensearch.lock import Lock
from searchlib.engines.opensearch.mapping import FORMAT, index_mapping, index_settings
from searchlib.engines.opensearch.writer import BOILERPLATE, OpenSearchWriter
from searchlib.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexUnavailableError,
    NoIndexError,
    SearchlibError,
    SearchTimeoutError,
)
from searchlib.manifest import NO_SOURCES, Manifest, Sources
from searchlib.settings import Settings
from searchlib.text.analysis import analysis_differences
from searchlib.text.segment import Dictionary

_ABOUT = "searchlib"
"""The key in a mapping's ``_meta`` under which it stands what an index was made with."""

_GROWING, _BUILT = "growing", "built"
_NAME_TIME = "%Y%m%dt%H%M%S"
_LOOK_SECONDS = 1.0
"""A search may not see a new generation for so long: to ask before each would double the way to the cluster."""

_LOOK_AGAIN_SECONDS = 5.0
"""… or this long, where the cluster does not say at once."""

_SOURCES, _NOTES, _DICTIONARY = "sources.", "note.", "dictionary"
_SOURCES_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class _Limits:
    """When a look at the cluster began, and when it is given up."""

    begun: float
    deadline: float


class BuiltGeneration:
    """A generation in the cluster: an index of articles, and a small one beside it."""

    def __init__(self, cluster: Cluster, index: str, about: Mapping[str, Any]) -> None:
        self._cluster = cluster
        self.index = index
        self._about = about
        self._blobs = Blobs(cluster, index)
        self.place = f"{cluster.address} ({index})"
        self.manifest = self._read_manifest()

    def _read_manifest(self) -> Manifest:
        about = self._about
        if about.get("format") != FORMAT:
            raise IndexMismatchError(
                f"{self.place}: this index has format {about.get('format')}, this program reads {FORMAT}: build it again"
            )
        try:
            other = analysis_differences(about["analysis"])
            if other:
                raise IndexMismatchError(
                    f"{self.place}: this index was made with another text analysis than this program has "
                    f"(other: {', '.join(other)}): build the index again"
                )
            return Manifest(
                format=FORMAT,
                engine=ENGINE,
                built=about["built"],
                zone=about["zone"],
                analysis=about["analysis"],
                articles=about["articles"],
                files={},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise IndexDamagedError(
                f"{self.place}: what is recorded of this index is not whole: build it again"
            ) from error

    @property
    def name(self) -> str:
        """The name of its index, and how often that was updated."""
        return f"{self.index}.{self._about['revision']}"

    @property
    def revision(self) -> int:
        """How often it was updated."""
        return int(self._about["revision"])

    def dictionary(self) -> Dictionary | None:
        """A user's own words, with which it was built."""
        return _read_dictionary(self._blobs, self.place)

    def sources(self) -> Sources:
        """The files that it was made of."""
        found = NO_SOURCES
        for name in self._blobs.names(f"{_SOURCES}{self.revision}."):
            found = found.joined(_unpacked_sources(self._blobs.read(name), self.place))
        if len(found.articles) != self.manifest.articles:
            raise IndexDamagedError(
                f"{self.place}: the record of its files names {len(found.articles)} articles, not "
                f"{self.manifest.articles}: build the index again"
            )
        return found

    def open(self, settings: Settings) -> OpenSearchEngine:
        """What searches it."""
        return OpenSearchEngine(
            Cluster(self._cluster.address),
            self.index,
            place=self.place,
            zone=self.manifest.zone,
            weights=settings.ranking,
        )

    def size_bytes(self) -> int:
        """Its size on the disks of the cluster, copies left out."""
        answer = self._cluster.get(f"/{self.index},{self.index}{SUFFIX}/_stats/store")
        return int(answer["_all"]["primaries"]["store"]["size_in_bytes"])

    def damage(self) -> list[str]:
        """One line for each shard that the cluster does not have now."""
        health = self._cluster.get(f"/_cluster/health/{self.index},{self.index}{SUFFIX}", level="shards")
        return [
            f"{index}: shard {number} is {shard['status']}"
            for index, each in health["indices"].items()
            for number, shard in each["shards"].items()
            if shard["status"] == "red"
        ]


class GrowingGeneration:
    """A generation that is being written; ``begun`` is what an interrupted build has left of it."""

    def __init__(
        self,
        cluster: Cluster,
        index: str,
        dictionary: Dictionary | None,
        *,
        old: BuiltGeneration | None,
        renew: Callable[[], None],
        resumes: bool,
    ) -> None:
        self._cluster = cluster
        self._index = index
        self._blobs = Blobs(cluster, index)
        self._old = old
        self._renew = renew
        self._notes = 0
        self.begun: Sources | None = None
        target = Target(cluster.address, index, frozenset(), dictionary)
        known = self._blobs.read(BOILERPLATE)
        if known is not None:
            target = replace(target, boilerplate=frozenset(unpacked_values(known)))
        self.writer = OpenSearchWriter(cluster, index, target, new=old is None)
        if resumes:
            self.writer.resume()
            self.begun = NO_SOURCES
            for name in self._blobs.names(_NOTES):
                self.begun = self.begun.joined(_unpacked_sources(self._blobs.read(name), index))
                self._notes += 1

    def new_batch(self) -> Callable[[], Batch]:
        """What makes batches for the writer, in any process."""
        return partial(OpenSearchBatch, self.writer.target)

    def note(self, sources: Sources) -> None:
        """Note the files whose articles have just been written, for whoever goes on if this is interrupted."""
        self._renew()
        if self._old is None:
            self._blobs.write(f"{_NOTES}{self._notes:08d}", _packed_sources(sources))
            self._notes += 1

    def seal(self, sources: Sources, zone: str, analysis: Mapping[str, Any]) -> None:
        """Record what it was made of and with, and see that the cluster has it all."""
        self._renew()
        revision = self._old.revision + 1 if self._old else 0
        names = list(sources.digests)
        for at in range(0, len(names), _SOURCES_AT_ONCE):
            some = sources.only(names[at : at + _SOURCES_AT_ONCE])
            self._blobs.write(f"{_SOURCES}{revision}.{at // _SOURCES_AT_ONCE:06d}", _packed_sources(some))
        address = self._cluster.address
        if self._old is None:
            # One copy is written faster than all of them; and what can be searched is searched at once.
            settings = {"index": {"number_of_replicas": address.replicas, "refresh_interval": None}}
            self._cluster.put(f"/{self._index}/_settings", settings)
        self._cluster.post(f"/{self._index}/_refresh")
        (held,) = self._cluster.counts(self._index, [{"match_all": {}}])
        if held != len(sources.articles):
            raise SearchlibError(
                f"{address}: the cluster holds {held} articles of the {len(sources.articles)} that were sent: "
                "see whether its nodes are well, and start again"
            )
        about = {
            "format": FORMAT,
            "state": _BUILT,
            "built": datetime.now(UTC).isoformat(timespec="seconds"),
            "zone": zone,
            "analysis": analysis,
            "articles": held,
            "revision": revision,
        }
        self._cluster.put(f"/{self._index}/_mapping", {"_meta": {_ABOUT: about}})
        for prefix in [_NOTES, "part.", *([f"{_SOURCES}{self._old.revision}."] if self._old else [])]:
            self._blobs.remove(prefix)


class OpenSearchStore:
    """The indexes of one name in a cluster::

    NAME                          an alias: the generation that is searched
    NAME-000001-20210920t010203   a generation: its articles
    …-about                       what belongs to it besides
    NAME-lock                     whoever builds
    """

    def __init__(self, address: str) -> None:
        self.address = parse_address(address)
        self.place = str(self.address)
        self._cluster = Cluster(self.address)
        self._name = self.address.name
        self._form = re.compile(rf"{re.escape(self._name)}-([0-9]{{6,}})-[0-9]{{8}}t[0-9]{{6}}")
        self._stamp: tuple[float, Hashable] = (0.0, None)
        self._renew: Callable[[], None] = lambda: None

    def stamp(self) -> Hashable:
        """What changes when another generation becomes current, or this one is updated."""
        look_at, known = self._stamp
        if known is not None and time.monotonic() < look_at:
            return known
        wait = _LOOK_SECONDS
        try:
            found = self._aliased(_Limits(time.monotonic(), time.monotonic() + _LOOK_SECONDS) if known else None)
            known = None if found is None else (found[0], found[1].get("revision"))
        except (IndexUnavailableError, SearchTimeoutError):
            # While a node is lost what is known will do: whether a search can be answered is for the search to say.
            if known is None:
                raise
            wait = _LOOK_AGAIN_SECONDS
        self._stamp = (time.monotonic() + wait, known)
        return known

    def current(self) -> BuiltGeneration:
        """The current generation.

        Raises:
            NoIndexError: nothing has been built here.
            IndexMismatchError, IndexDamagedError: it does not fit this program, or cannot be read.
        """
        found = self._aliased()
        if found is None:
            raise NoIndexError(
                f"{self.place}: no index is built here yet: run `searchlib build ARTICLES --index {self.place}`"
            )
        return BuiltGeneration(self._cluster, *found)

    def _aliased(self, limits: _Limits | None = None) -> tuple[str, Mapping[str, Any]] | None:
        """The index that the alias leads to, and what is recorded of it."""
        try:
            found = self._cluster.get(f"/{self._name}/_mapping", limits=limits, filter_path="*.mappings._meta")
        except RefusedError as error:
            if error.is_missing:
                return None
            raise
        index = next(iter(found), "")
        about: Mapping[str, Any] = found[index]["mappings"]["_meta"].get(_ABOUT, {}) if index else {}
        if not self._form.fullmatch(index) or about.get("state") != _BUILT:
            raise SearchlibError(
                f"{self.place}: the cluster has something else under this name: choose another name for the index"
            )
        return index, about

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the index for a build or an update; a holder that died gives it back at once, or on another machine later."""
        # Writing waits long for a node that is lost; an address where none ever was is found out sooner.
        self._aliased()
        lock = Lock(self._cluster, self._name)
        lock.acquire()
        self._renew = lock.renew
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def growing(
        self, zone: str, analysis: Mapping[str, Any], dictionary: Dictionary | None, *, anew: bool = False
    ) -> Iterator[GrowingGeneration]:
        """A new generation, or what an interrupted build of the same kind has left of one; the lock must be held.

        If this fails what was sent stays, so that the next build goes on from there.
        """
        about = {"format": FORMAT, "state": _GROWING, "zone": zone, "analysis": analysis, "shards": self.address.shards}
        index = self._begun(None if anew else about)
        resumes = index is not None
        if index is None:
            index = self._create(about, dictionary)
        yield GrowingGeneration(self._cluster, index, dictionary, old=None, renew=self._renew, resumes=resumes)
        self._publish(index)

    def _begun(self, about: Mapping[str, Any] | None) -> str | None:
        """The index that an interrupted build of the same kind has left; all others but the current one are removed."""
        current = self._aliased()
        found = None
        for index, known in self._generations().items():
            if current and index == current[0]:
                continue
            if known == about and found is None and not self._is_lost(index):
                found = index
            else:
                self._remove(index)
        return found

    def _is_lost(self, index: str) -> bool:
        """Whether the cluster lacks a part of an index for good, or for now: to begin anew is sooner than to wait for it."""
        health = self._cluster.get(f"/_cluster/health/{index},{index}{SUFFIX}", ignore_unavailable="true")
        return bool(health["status"] == "red")

    def _create(self, about: Mapping[str, Any], dictionary: Dictionary | None) -> str:
        numbers = [int(found[1]) for index in self._generations() if (found := self._form.fullmatch(index))]
        index = f"{self._name}-{max(numbers, default=0) + 1:06d}-{datetime.now(UTC):{_NAME_TIME}}"
        blobs = Blobs(self._cluster, index)
        blobs.create(self.address.replicas)
        if dictionary:
            blobs.write(_DICTIONARY, packed_values([dictionary.digest, dictionary.words, dictionary.replaced]))
        settings = {**index_settings(self.address.shards, 0), "refresh_interval": "-1"}
        body = {"settings": settings, "mappings": index_mapping({_ABOUT: about})}
        self._cluster.create(index, body)
        return index

    def _publish(self, index: str) -> None:
        """Let the alias lead to a generation, in one step.

        The old one stays until the next build, as in a folder: searches that are under way end on it.
        """
        others = [each for each in self._generations() if each != index]
        actions: list[dict[str, Any]] = [
            {"remove": {"index": each, "alias": self._name, "must_exist": False}} for each in others
        ]
        actions.append({"add": {"index": index, "alias": self._name}})
        self._cluster.post("/_aliases", {"actions": actions})

    @contextmanager
    def changing(self) -> Iterator[GrowingGeneration]:
        """The current generation, which is searched meanwhile and shows its changes all at once; the lock must be held.

        An update that is interrupted is made whole by the next one, which finds the same files changed.
        """
        old = self.current()
        self._cluster.put(f"/{old.index}/_settings", {"index": {"refresh_interval": "-1"}})
        try:
            yield GrowingGeneration(
                self._cluster, old.index, old.dictionary(), old=old, renew=self._renew, resumes=False
            )
        finally:
            self._cluster.put(f"/{old.index}/_settings", {"index": {"refresh_interval": None}})

    def _generations(self) -> dict[str, Mapping[str, Any]]:
        """The generations that are there, the oldest first, and what is recorded of each."""
        try:
            found = self._cluster.get(f"/{self._name}-*/_mapping", filter_path="*.mappings._meta")
        except RefusedError as error:
            if error.is_missing:
                return {}
            raise
        about = {index: each["mappings"]["_meta"].get(_ABOUT) for index, each in found.items()}
        return {index: about[index] for index in sorted(about) if self._form.fullmatch(index) and about[index]}

    def _remove(self, index: str) -> None:
        self._cluster.delete(f"/{index},{index}{SUFFIX}", ignore_unavailable="true")


def _packed_sources(sources: Sources) -> bytes:
    return packed_values([dict(each) for each in (sources.digests, sources.states, sources.failed, sources.salvaged)])


def _unpacked_sources(data: bytes | None, place: str) -> Sources:
    try:
        digests, states, failed, salvaged = unpacked_values(data or b"")
        return Sources(
            digests=digests,
            states={name: tuple(state) for name, state in states.items()},
            failed=failed,
            salvaged=salvaged,
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise IndexDamagedError(f"{place}: the record of its files cannot be read: build the index again") from error


def _read_dictionary(blobs: Blobs, place: str) -> Dictionary | None:
    data = blobs.read(_DICTIONARY)
    if data is None:
        return None
    try:
        digest, words, replaced = unpacked_values(data)
        return Dictionary(str(digest), tuple((str(word), int(weight)) for word, weight in words), int(replaced))
    except (ValueError, TypeError) as error:
        raise IndexDamagedError(f"{place}: its dictionary cannot be read: build the index again") from error
