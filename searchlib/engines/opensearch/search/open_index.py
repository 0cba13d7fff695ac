"""Load the parts of an open index that all searches need, each on first use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from searchlib.analysis.boilerplate import Boilerplate
from searchlib.engines.common.categories import CategoryTree, term_path
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.common.fields import TEXT_FIELDS, length_field
from searchlib.engines.opensearch.client.dsl import term_query
from searchlib.engines.opensearch.client.index_reader import IndexReader
from searchlib.engines.opensearch.index.blobs import Blobs, unpack_json
from searchlib.engines.opensearch.index.lexicon import read_lexicon
from searchlib.engines.opensearch.index.mapping import CATEGORY_PATHS
from searchlib.engines.opensearch.index.writer import BOILERPLATE_BLOB
from searchlib.errors import index_damaged
from searchlib.settings import Categories

Loaded = TypeVar("Loaded")


class Lazy(Generic[Loaded]):
    """A value that is loaded by the first call. Calls of other threads wait for it, each until its own deadline.

    Each object has a lock of its own: ``functools.cached_property`` has one for all objects (Python 3.11). After an error, the next
    call loads again.
    """

    def __init__(self, load: Callable[[Deadline], Loaded]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._loaded: tuple[Loaded] | None = None

    def __call__(self, deadline: Deadline = NO_DEADLINE) -> Loaded:
        """Return the value; raise SearchTimeoutError if the deadline has passed before another thread has loaded it."""
        if self._loaded is None:
            if not self._lock.acquire(timeout=min(max(deadline.remaining(), 0.0), threading.TIMEOUT_MAX)):
                raise deadline.error()
            try:
                if self._loaded is None:
                    self._loaded = (self._load(deadline),)
            finally:
                self._lock.release()
        return self._loaded[0]


@dataclass(frozen=True, slots=True)
class CollectionStatistics:
    """The number of articles, the mean lengths of their texts in units, and whether any article has boilerplate."""

    articles: int
    mean_lengths: Mapping[str, float]
    has_boilerplate: bool


class OpenIndex:
    """One ``revision`` of an index; ``location`` names it in messages."""

    def __init__(self, reader: IndexReader, *, location: str, revision: int, categories: Categories) -> None:
        self._reader = reader
        self._location = location
        self._categories = categories
        self._blobs = Blobs(reader.cluster, reader.index)
        self._revision_blobs = self._blobs.of_revision(revision)
        self.statistics = Lazy(self._load_statistics)
        self.category_tree = Lazy(self._load_category_tree)
        # No deadline applies: if a deadline ended a load, every search would start it again.
        self.boilerplate = Lazy(lambda _: self._load_boilerplate())
        self.lexicon = Lazy(lambda _: read_lexicon(self._revision_blobs, location))

    def _load_statistics(self, deadline: Deadline) -> CollectionStatistics:
        aggs: dict[str, Any] = {field: {"avg": {"field": length_field(field)}} for field in TEXT_FIELDS}
        aggs["has_boilerplate"] = {"filter": term_query("has_boilerplate", True)}
        response = self._reader.with_deadline(deadline).search({"size": 0, "track_total_hits": True, "aggs": aggs})
        values = response["aggregations"]
        return CollectionStatistics(
            articles=response["hits"]["total"]["value"],
            mean_lengths={field: values[field]["value"] or 0.0 for field in TEXT_FIELDS},
            has_boilerplate=bool(values["has_boilerplate"]["doc_count"]),
        )

    def _load_category_tree(self, deadline: Deadline) -> CategoryTree | None:
        if self._categories == "flat":
            return None
        counts = self._reader.with_deadline(deadline).value_counts(CATEGORY_PATHS)
        paths = {term_path(term): count for term, count in counts.items()}
        return CategoryTree.of(paths, judge=self._categories == "auto")

    def _load_boilerplate(self) -> Boilerplate:
        data = self._blobs.read(BOILERPLATE_BLOB)
        if data is None:
            raise index_damaged(self._location, "the boilerplate lines are missing")
        return Boilerplate(unpack_json(data))
