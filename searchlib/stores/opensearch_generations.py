"""Read and write the generations of an index in a cluster: the articles, and what is recorded of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.record import analysis_differences
from searchlib.engines.base import Batch
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.opensearch.client.clause_limit import EVERYTHING
from searchlib.engines.opensearch.client.cluster import Cluster
from searchlib.engines.opensearch.index.batch import OpenSearchBatch, Target
from searchlib.engines.opensearch.index.blobs import SUFFIX, Blobs, packed_values, unpacked_values
from searchlib.engines.opensearch.index.mapping import FORMAT
from searchlib.engines.opensearch.index.writer import BOILERPLATE, OpenSearchWriter
from searchlib.engines.opensearch.search.engine import ENGINE, OpenSearchEngine
from searchlib.errors import (
    IndexDamagedError,
    IndexMismatchError,
    SearchlibError,
)
from searchlib.settings import Settings
from searchlib.stores.base import Checkpoint
from searchlib.stores.manifest import NO_SOURCES, Manifest, Sources

ABOUT = "searchlib"
"""The key in a mapping's ``_meta`` under which it stands what an index was made with."""

GENERATION_WRITER_STATE, BUILT_STATE = "growing", "built"

DICTIONARY = "dictionary"
"""The blob that holds a user's own words."""

_SOURCES, _NOTES, _TOUCHED = "sources.", "note.", "touched"
_UNSETTLED = ""
"""The digest of a file of which it is not known what the index holds: an update that took it in was interrupted."""

_SOURCES_AT_ONCE = 20_000


class ClusterGeneration:
    """A generation in the cluster: an index of articles, and a small one beside it."""

    def __init__(self, cluster: Cluster, index: str, about: Mapping[str, Any]) -> None:
        self._cluster = cluster
        self.index = index
        self._about = about
        self._blobs = Blobs(cluster, index)
        self.location = f"{cluster.address} ({index})"
        self.manifest = self._read_manifest()

    def _read_manifest(self) -> Manifest:
        about = self._about
        if about.get("format") != FORMAT:
            raise IndexMismatchError(
                f"{self.location}: this index has format {about.get('format')}, this program reads {FORMAT}: build it again"
            )
        try:
            other = analysis_differences(about["analysis"])
            if other:
                raise IndexMismatchError(
                    f"{self.location}: this index was made with another text analysis than this program has "
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
                f"{self.location}: what is recorded of this index is not whole: build it again"
            ) from error

    @property
    def name(self) -> str:
        """The name of its index, and how often that was updated."""
        return f"{self.index}.{self._about['revision']}"

    @property
    def revision(self) -> int:
        """How often it was updated."""
        return int(self._about["revision"])

    def dictionary(self, deadline: Deadline = NO_DEADLINE) -> Dictionary | None:
        """A user's own words, with which it was built."""
        return _read_dictionary(self._blobs.read(DICTIONARY, deadline), self.location)

    def sources(self) -> Sources:
        """The files that it was made of."""
        made = self._blobs.of(self.revision)
        found = NO_SOURCES
        for name in made.names(_SOURCES):
            found = found.merged_with(_unpacked_sources(made.read(name), self.location))
        if len(found.articles) != self.manifest.articles:
            raise IndexDamagedError(
                f"{self.location}: the record of its files names {len(found.articles)} articles, not "
                f"{self.manifest.articles}: build the index again"
            )
        unsettled = dict.fromkeys(self.touched(), _UNSETTLED)
        return found.merged_with(Sources(digests=unsettled, states={}, failed={}, salvaged={}))

    def touched(self) -> list[str]:
        """The files that interrupted updates took in, or not: the next update looks at them again."""
        data = self._blobs.read(_TOUCHED)
        return [] if data is None else [str(name) for name in unpacked_values(data)]

    def open(self, settings: Settings) -> OpenSearchEngine:
        """What searches it."""
        return OpenSearchEngine(
            Cluster(self._cluster.address),
            self.index,
            place=self.location,
            revision=self.revision,
            zone=self.manifest.zone,
            weights=settings.ranking,
            categories=settings.categories,
        )

    def size_bytes(self) -> int:
        """Its size on the disks of the cluster, copies left out."""
        answer = self._cluster.get(f"/{self.index},{self.index}{SUFFIX}/_stats/store")
        return int(answer["_all"]["primaries"]["store"]["size_in_bytes"])

    def damage(self) -> list[str]:
        """One line for each shard that the cluster does not have now, and for an update that was interrupted."""
        health = self._cluster.get(f"/_cluster/health/{self.index},{self.index}{SUFFIX}", level="shards")
        touched = self.touched()
        interrupted = [f"an update of {len(touched)} files was interrupted: update the index again"] if touched else []
        return interrupted + [
            f"{index}: shard {number} is {shard['status']}"
            for index, each in health["indices"].items()
            for number, shard in each["shards"].items()
            if shard["status"] == "red"
        ]


class ClusterGenerationWriter:
    """A generation that is being written, or changed, if there is an ``old`` one; ``check`` sees that nobody else does so.

    With ``resumes`` it is what an interrupted build has left: ``begun``.
    """

    def __init__(
        self,
        cluster: Cluster,
        index: str,
        dictionary: Dictionary | None,
        *,
        check: Callable[[], None],
        old: ClusterGeneration | None = None,
        resumes: bool = False,
    ) -> None:
        self._cluster = cluster
        self._index = index
        self._blobs = Blobs(cluster, index)
        self._is_new = old is None
        self._revision = old.revision + 1 if old else 0
        self._check = check
        self._notes = 0
        self.checkpoint: Checkpoint | None = None
        target = Target(cluster.address, index, frozenset(), dictionary)
        known = self._blobs.read(BOILERPLATE)
        if known is not None:
            target = replace(target, boilerplate=frozenset(unpacked_values(known)))
        self.writer = OpenSearchWriter(cluster, index, target, base=old.revision if old else None)
        if resumes and known is not None:
            written = NO_SOURCES
            for name in self._blobs.names(_NOTES):
                written = written.merged_with(_unpacked_sources(self._blobs.read(name), index))
                self._notes += 1
            self.checkpoint = Checkpoint(written, self.writer.resume)

    def new_batch(self) -> Callable[[], Batch]:
        """What makes batches for the writer, in any process."""
        return partial(OpenSearchBatch, self.writer.target)

    def touch(self, files: Collection[str], old: ClusterGeneration) -> None:
        """Note the files that this update takes in, before it does: if it is interrupted the next one looks at them again."""
        self._blobs.of(self._revision).remove("")
        self._blobs.write(_TOUCHED, packed_values(sorted({*files, *old.touched()})))

    def save_checkpoint(self, sources: Sources) -> None:
        """Note the files whose articles have just been written, for whoever goes on if this is interrupted."""
        if self._is_new:
            self._blobs.write(f"{_NOTES}{self._notes:08d}", _packed_sources(sources))
            self._notes += 1

    def seal(self, sources: Sources, zone: str, analysis: Mapping[str, Any]) -> None:
        """Record what it was made of and with, and see that the cluster has it all."""
        made = self._blobs.of(self._revision)
        names = list(sources.digests)
        for at in range(0, len(names), _SOURCES_AT_ONCE):
            some = sources.subset(names[at : at + _SOURCES_AT_ONCE])
            made.write(f"{_SOURCES}{at // _SOURCES_AT_ONCE:06d}", _packed_sources(some))
        address = self._cluster.address
        if self._is_new:
            # One copy is written faster than all of them; and what can be searched is searched at once.
            settings = {"index": {"number_of_replicas": address.replicas, "refresh_interval": None}}
            self._cluster.put(f"/{self._index}/_settings", settings)
        self._cluster.post(f"/{self._index}/_refresh")
        (held,) = self._cluster.counts(self._index, [EVERYTHING])
        if held != len(sources.articles):
            raise SearchlibError(
                f"{address}: the cluster holds {held} articles of the {len(sources.articles)} that were sent: "
                "see whether its nodes are well, and start again"
            )
        about = {
            "format": FORMAT,
            "state": BUILT_STATE,
            "built": datetime.now(UTC).isoformat(timespec="seconds"),
            "zone": zone,
            "analysis": analysis,
            "articles": held,
            "revision": self._revision,
        }
        self._check()
        self._cluster.put(f"/{self._index}/_mapping", {"_meta": {ABOUT: about}})
        self._tidy_up()

    def _tidy_up(self) -> None:
        """Drop what an interrupted build or update would have needed, and what no reader has open any more."""
        self._blobs.remove(_NOTES)
        self._blobs.remove(_TOUCHED)
        self.writer.forget_parts()
        if self._revision > 1:
            self._blobs.of(self._revision - 2).remove("")

    def sealed_generation(self) -> ClusterGeneration:
        """The generation as it will be when it is current."""
        (found,) = self._cluster.get(f"/{self._index}/_mapping", filter_path="*.mappings._meta").values()
        return ClusterGeneration(self._cluster, self._index, found["mappings"]["_meta"][ABOUT])


def _packed_sources(sources: Sources) -> bytes:
    return packed_values([dict(each) for each in (sources.digests, sources.states, sources.failed, sources.salvaged)])


def _unpacked_sources(data: bytes | None, location: str) -> Sources:
    try:
        digests, states, failed, salvaged = unpacked_values(data or b"")
        return Sources(
            digests=digests,
            states={name: tuple(state) for name, state in states.items()},
            failed=failed,
            salvaged=salvaged,
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise IndexDamagedError(f"{location}: the record of its files cannot be read: build the index again") from error


def _read_dictionary(data: bytes | None, location: str) -> Dictionary | None:
    if data is None:
        return None
    try:
        digest, words, replaced = unpacked_values(data)
        return Dictionary(str(digest), tuple((str(word), int(weight)) for word, weight in words), int(replaced))
    except (ValueError, TypeError) as error:
        raise IndexDamagedError(f"{location}: its dictionary cannot be read: build the index again") from error
