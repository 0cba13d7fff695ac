"""Read and write one generation of an index in an OpenSearch cluster."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.record import check_analysis
from searchlib.engines.base import Batch
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.opensearch.client.cluster import Cluster
from searchlib.engines.opensearch.client.dsl import MATCH_ALL
from searchlib.engines.opensearch.index.batch import OpenSearchBatch, Target
from searchlib.engines.opensearch.index.blobs import BLOBS_SUFFIX, Blobs, pack_json, unpack_json
from searchlib.engines.opensearch.index.mapping import FORMAT
from searchlib.engines.opensearch.index.writer import BOILERPLATE_BLOB, OpenSearchWriter
from searchlib.engines.opensearch.search.engine import ENGINE, OpenSearchEngine
from searchlib.errors import SearchlibError, index_damaged, other_format
from searchlib.settings import Settings
from searchlib.stores.base import Checkpoint, GenerationSpec
from searchlib.stores.manifest import NO_SOURCES, Manifest, Sources

METADATA_KEY = "searchlib"
"""The key of our metadata in the ``_meta`` of a mapping."""

BUILDING, COMPLETE = "building", "complete"
"""The states of a generation."""

_DICTIONARY = "dictionary"
_SOURCES_PREFIX, _CHECKPOINT_PREFIX, _TOUCHED = "sources.", "checkpoint.", "touched"
"""The names of blobs: the dictionary of the user, the sources of a revision, those of an unfinished build, and the files of
interrupted updates."""

_UNKNOWN_DIGEST = ""
"""The digest of a file that an interrupted update may have written: the next update reads the file again."""

_SOURCES_PER_BLOB = 20_000


def read_metadata(cluster: Cluster, index: str, deadline: Deadline = NO_DEADLINE) -> dict[str, Mapping[str, Any]]:
    """Return the metadata of the indexes that a name, an alias or a pattern stands for."""
    mappings = cluster.get(f"/{index}/_mapping", deadline=deadline, filter_path="*.mappings._meta")
    return {name: each["mappings"].get("_meta", {}).get(METADATA_KEY, {}) for name, each in mappings.items()}


class ClusterGeneration:
    """A complete generation: an index of articles, and a small one with blobs."""

    def __init__(self, cluster: Cluster, index: str, metadata: Mapping[str, Any]) -> None:
        self._cluster = cluster
        self.index = index
        self._metadata = metadata
        self._blobs = Blobs(cluster, index)
        self.location = f"{cluster.address} ({index})"
        self.manifest = self._read_manifest()

    def _read_manifest(self) -> Manifest:
        metadata = self._metadata
        if metadata.get("format") != FORMAT:
            raise other_format(self.location, metadata.get("format"), FORMAT)
        try:
            check_analysis(self.location, metadata["analysis"])
            return Manifest(
                format=FORMAT,
                engine=ENGINE,
                built=metadata["built"],
                zone=metadata["zone"],
                analysis=metadata["analysis"],
                facets=tuple(metadata["facets"]),
                articles=metadata["articles"],
                skipped=metadata["skipped"],
                traits=metadata["traits"],
                files={},
                # Older versions did not write them.
                settings=dict(metadata.get("settings", {})),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise index_damaged(self.location, "the metadata of the index is incomplete") from error

    @property
    def name(self) -> str:
        """The name of the index and its revision, which no other state of the index has."""
        return f"{self.index}.{self.revision}"

    @property
    def revision(self) -> int:
        """The number of updates since the build."""
        return int(self._metadata["revision"])

    def dictionary(self, deadline: Deadline = NO_DEADLINE) -> Dictionary | None:
        data = self._blobs.read(_DICTIONARY, deadline)
        if data is None:
            return None
        try:
            digest, words, replaced = unpack_json(data)
            return Dictionary(str(digest), tuple((str(word), int(weight)) for word, weight in words), int(replaced))
        except (ValueError, TypeError) as error:
            raise index_damaged(self.location, f"the dictionary cannot be read ({error})") from error

    def sources(self) -> Sources:
        sources = _read_sources(self._blobs.of_revision(self.revision), _SOURCES_PREFIX, self.location)
        if len(sources.articles) != self.manifest.articles:
            reason = f"its list of files has {len(sources.articles)} articles, not {self.manifest.articles}"
            raise index_damaged(self.location, reason)
        touched = dict.fromkeys(self.touched(), _UNKNOWN_DIGEST)
        return sources.merged_with(Sources(digests=touched))

    def touched(self) -> list[str]:
        """Return the files that interrupted updates may have written."""
        data = self._blobs.read(_TOUCHED)
        return [] if data is None else [str(name) for name in unpack_json(data)]

    def open(self, settings: Settings) -> OpenSearchEngine:
        return OpenSearchEngine(
            Cluster(self._cluster.address),
            self.index,
            location=self.location,
            revision=self.revision,
            zone=self.manifest.zone,
            weights=settings.ranking,
            categories=settings.categories,
            facets=self.manifest.facets,
        )

    def size_bytes(self) -> int:
        """Return its size on the disks of the cluster without replicas."""
        stats = self._cluster.get(f"/{self.index},{self.index}{BLOBS_SUFFIX}/_stats/store")
        return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])

    def require_parts(self) -> None:
        """Do nothing: a cluster verifies the checksums of its files itself."""

    def damage(self) -> list[str]:
        """Return one line for each shard that is not available, and one for interrupted updates."""
        health = self._cluster.get(f"/_cluster/health/{self.index},{self.index}{BLOBS_SUFFIX}", level="shards")
        touched = self.touched()
        interrupted = [f"an update of {len(touched)} files was interrupted: update the index again"] if touched else []
        return interrupted + [
            f"{index}: shard {number} is {shard['status']}"
            for index, each in health["indices"].items()
            for number, shard in each["shards"].items()
            if shard["status"] == "red"
        ]


class ClusterGenerationWriter:
    """A generation that is being built, or updated if there is an ``old`` one.

    ``check_lock`` raises IndexBusyError if another process has taken the lock. With ``resumes`` the generation is that of an
    interrupted build.
    """

    def __init__(
        self,
        cluster: Cluster,
        index: str,
        spec: GenerationSpec,
        *,
        check_lock: Callable[[], None],
        old: ClusterGeneration | None = None,
        resumes: bool = False,
    ) -> None:
        self._cluster = cluster
        self._index = index
        self._blobs = Blobs(cluster, index)
        self._is_new = old is None
        self._revision = old.revision + 1 if old else 0
        self._check_lock = check_lock
        self._checkpoints = 0
        self.checkpoint: Checkpoint | None = None
        self._spec = spec
        target = Target(cluster.address, index, frozenset(), spec.dictionary, tuple(spec.facets))
        boilerplate = self._blobs.read(BOILERPLATE_BLOB)
        if boilerplate is not None:
            target = replace(target, boilerplate=frozenset(unpack_json(boilerplate)))
        self.writer = OpenSearchWriter(cluster, index, target, base=old.revision if old else None)
        if resumes and boilerplate is not None:
            self._checkpoints = len(self._blobs.names(_CHECKPOINT_PREFIX))
            self.checkpoint = Checkpoint(_read_sources(self._blobs, _CHECKPOINT_PREFIX, index), self.writer.resume)

    def new_batch(self, max_characters: int) -> Callable[[], Batch]:
        return partial(OpenSearchBatch, self.writer.target, max_characters)

    def record_touched(self, files: Collection[str], old: ClusterGeneration) -> None:
        """Record the files of an update before it begins: if it is interrupted, the next one reads them again."""
        self._blobs.of_revision(self._revision).remove("")
        self._blobs.write(_TOUCHED, pack_json(sorted({*files, *old.touched()})))

    def save_checkpoint(self, sources: Sources) -> None:
        """Record the files whose articles were written since the last checkpoint, for a build that resumes this one."""
        if self._is_new:
            self._blobs.write(f"{_CHECKPOINT_PREFIX}{self._checkpoints:08d}", _pack_sources(sources))
            self._checkpoints += 1

    def seal(self, sources: Sources) -> None:
        """Complete the generation: write its sources and metadata, and check that the cluster has all articles."""
        revision_blobs = self._blobs.of_revision(self._revision)
        names = list(sources.digests)
        for at in range(0, len(names), _SOURCES_PER_BLOB):
            some = sources.subset(names[at : at + _SOURCES_PER_BLOB])
            if at == 0:
                some = replace(some, excluded=sources.excluded)
            revision_blobs.write(f"{_SOURCES_PREFIX}{at // _SOURCES_PER_BLOB:06d}", _pack_sources(some))
        address = self._cluster.address
        if self._is_new:
            settings = {"index": {"number_of_replicas": address.replicas, "refresh_interval": None}}
            self._cluster.put(f"/{self._index}/_settings", settings)
        self._cluster.post(f"/{self._index}/_refresh")
        (articles,) = self._cluster.counts(self._index, [MATCH_ALL])
        if articles != len(sources.articles):
            raise SearchlibError(
                f"{address}: the cluster has {articles} of the {len(sources.articles)} articles that were sent: check that its "
                "nodes work, then start again"
            )
        metadata = {
            "format": FORMAT,
            "state": COMPLETE,
            "built": datetime.now(UTC).isoformat(timespec="seconds"),
            "zone": self._spec.zone,
            "analysis": self._spec.analysis,
            "facets": list(self._spec.facets),
            "settings": self._spec.settings,
            "articles": articles,
            "skipped": sources.skipped_counts(),
            "traits": sources.trait_counts(),
            "revision": self._revision,
        }
        self._check_lock()
        self._cluster.put(f"/{self._index}/_mapping", {"_meta": {METADATA_KEY: metadata}})
        self._remove_unneeded_blobs()

    def _remove_unneeded_blobs(self) -> None:
        """Delete the blobs that only a resumed build or update needs, and those of the revision before the last."""
        self._blobs.remove(_CHECKPOINT_PREFIX)
        self._blobs.remove(_TOUCHED)
        self.writer.remove_batches()
        if self._revision > 1:
            self._blobs.of_revision(self._revision - 2).remove("")

    def sealed_generation(self) -> ClusterGeneration:
        (metadata,) = read_metadata(self._cluster, self._index).values()
        return ClusterGeneration(self._cluster, self._index, metadata)


def write_dictionary(blobs: Blobs, dictionary: Dictionary) -> None:
    """Write the dictionary of the user for a new generation."""
    blobs.write(_DICTIONARY, pack_json([dictionary.digest, dictionary.words, dictionary.replaced]))


def _pack_sources(sources: Sources) -> bytes:
    values = {each.name: getattr(sources, each.name) for each in fields(sources)}
    return pack_json({name: value if isinstance(value, str) else dict(value) for name, value in values.items()})


def _read_sources(blobs: Blobs, prefix: str, location: str) -> Sources:
    """Return the sources in all blobs whose names start with a prefix, merged."""
    merged = NO_SOURCES
    for name in blobs.names(prefix):
        try:
            values = unpack_json(blobs.read(name) or b"")
            states = {file: tuple(state) for file, state in values.pop("states").items()}
            sources = Sources(states=states, **values)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise index_damaged(location, f"its list of files cannot be read ({error})") from error
        merged = merged.merged_with(sources)
    return merged
