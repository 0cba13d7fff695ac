"""Write an index in the cluster: what workers have sent becomes one whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from searchlib.analysis.boilerplate import Boilerplate
from searchlib.analysis.units import units
from searchlib.engines.base import OrderedMap
from searchlib.engines.common.fields import VALUE_FIELDS
from searchlib.engines.opensearch.client.clause_limit import EVERYTHING
from searchlib.engines.opensearch.client.cluster import Cluster
from searchlib.engines.opensearch.index.batch import Sent, Target, cluster_of, send
from searchlib.engines.opensearch.index.blobs import (
    Blobs,
    packed_arrays,
    packed_values,
    unpacked_arrays,
    unpacked_values,
)
from searchlib.engines.opensearch.index.documents import analyse, article_key, deleting, indexing, unpack_article
from searchlib.engines.opensearch.index.names import Found, read_words, write_names
from searchlib.engines.opensearch.index.near_duplicates import NO_SIGNED, read_signed, write_signed
from searchlib.engines.opensearch.search.queries import runs_query
from searchlib.engines.opensearch.search.reader import IndexReader
from searchlib.engines.opensearch.search.scan import scan, value_counts
from searchlib.models import Article

BOILERPLATE = "boilerplate"
"""The blob that holds the digests of the lines that do not rank."""

_PART = "part."
_AT_ONCE = 200


class OpenSearchWriter:
    """Adds articles to the index of one generation: a new one, or, after revision ``base``, one that is searched meanwhile.

    What is kept beside it of each revision has names of its own, so that a reader never sees half of it. What the workers of a
    new index have sent is kept there too, so that an interrupted build can go on.
    """

    def __init__(self, cluster: Cluster, index: str, target: Target, *, base: int | None = None) -> None:
        self._cluster = cluster
        self._index = index
        self._blobs = Blobs(cluster, index)
        self._made = self._blobs.of(0 if base is None else base + 1)
        self._is_new = base is None
        self._is_exact = base is None
        self.target = target
        self._parts = 0
        self._base = NO_SIGNED
        self._titles: dict[str, str] = {}
        self._words: Counter[str] = Counter()
        self._sent: list[Sent] = []
        if base is not None:
            before = self._blobs.of(base)
            self._base, titles = read_signed(before, index)
            self._titles = dict(zip(self._base.keys, titles, strict=True))
            self._words.update(read_words(before))

    def resume(self, article_ids: Iterable[str]) -> None:
        """Go on from what an interrupted build has left, with no articles but these."""
        kept = frozenset(map(article_key, article_ids))
        # Words may be counted twice, of files that are sent again.
        self._is_exact = False
        for name in self._blobs.names(_PART):
            sent = _sent(self._blobs.read(name) or b"")
            if left := sent.only(kept):
                self._sent.append(left)
            self._parts = max(self._parts, int(name.removeprefix(_PART)) + 1)
        # Of what was sent last it may not have been noted what it is.
        self._cluster.post(f"/{self._index}/_refresh")
        strangers = [
            key
            for hit in scan(IndexReader(self._cluster, self._index), EVERYTHING, ["id"])
            if (key := hit["_id"]) not in kept
        ]
        send(self.target.address, self._index, deleting(strangers))

    def train(self, samples: Sequence[Article], boilerplate: Collection[int] = ()) -> None:
        """Note the digests of the lines that do not rank."""
        self._blobs.write(BOILERPLATE, packed_values(sorted(boilerplate)))
        self.target = Target(self.target.address, self._index, frozenset(boilerplate), self.target.dictionary)

    def add(self, sent: Sent) -> None:
        """Note the articles that a worker has sent."""
        if self._is_new:
            self._blobs.write(f"{_PART}{self._parts:08d}", _packed(sent))
            self._parts += 1
        self._sent.append(sent)

    def delete(self, article_ids: Iterable[str]) -> None:
        """Drop the articles with these ids."""
        keys = [article_key(article_id) for article_id in article_ids]
        self._base = self._base.without(frozenset(keys))
        for key in keys:
            self._titles.pop(key, None)
        send(self.target.address, self._index, deleting(keys))

    def commit(self, in_order: OrderedMap = map) -> None:
        """Make a whole of it: put repeats into groups, gather the names, and let all of it be found."""
        self._cluster.post(f"/{self._index}/_refresh")
        for sent in self._sent:
            self._titles |= dict(zip(sent.keys, sent.titles, strict=True))
            self._words.update(sent.words)
        signed = self._base.joined([(sent.keys, sent.signatures) for sent in self._sent])
        grouped = signed.grouped()
        changed = [
            (key, group)
            for key, old, group in zip(signed.keys, signed.groups, grouped.groups, strict=True)
            if old != group
        ]
        pieces = [changed[at : at + _AT_ONCE] for at in range(0, len(changed), _AT_ONCE)]
        for _ in in_order(partial(_regroup, self.target), pieces):
            pass
        self._cluster.post(f"/{self._index}/_refresh")
        titles = [self._titles[key] for key in signed.keys]
        reader = IndexReader(self._cluster, self._index)
        values = {field: value_counts(reader, field) for field in VALUE_FIELDS}
        found = Found(self._words, values, titles)
        write_names(self._made, found, self.target.dictionary, self._count_runs, is_exact=self._is_exact)
        write_signed(self._made, grouped, titles)

    def forget_parts(self) -> None:
        """Drop what was kept for whoever would have gone on."""
        self._blobs.remove(_PART)

    def _count_runs(self, texts: Sequence[str]) -> list[int]:
        found: list[int] = []
        for at in range(0, len(texts), _AT_ONCE):
            queries = [runs_query(tuple(units(text))) for text in texts[at : at + _AT_ONCE]]
            found += self._cluster.counts(self._index, queries)
        return found

    def cancel(self) -> None:
        """Give up; what was sent so far stays for whoever goes on."""


def _regroup(target: Target, changed: Sequence[tuple[str, str]]) -> None:
    """Write some articles anew, with their groups."""
    send(target.address, target.index, _regrouped(target, dict(changed)))


def _regrouped(target: Target, of_key: Mapping[str, str]) -> Iterator[bytes]:
    boilerplate = Boilerplate(target.boilerplate)
    query = {"ids": {"values": list(of_key)}}
    for hit in scan(IndexReader(cluster_of(target.address), target.index), query, ["article", "id"]):
        article = unpack_article(hit["_source"])
        yield indexing(analyse(article, boilerplate, target.dictionary, of_key[hit["_id"]]))


def _packed(sent: Sent) -> bytes:
    values = packed_values([sent.keys, sent.titles, dict(sent.words)])
    return len(values).to_bytes(8, "little") + values + packed_arrays({"signatures": sent.signatures})


def _sent(data: bytes) -> Sent:
    end = 8 + int.from_bytes(data[:8], "little")
    keys, titles, words = unpacked_values(data[8:end])
    return Sent(keys, np.asarray(unpacked_arrays(data[end:])["signatures"], np.uint64), titles, words)
