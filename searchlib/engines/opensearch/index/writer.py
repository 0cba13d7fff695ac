"""Write the index of one generation in the cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from searchlib.analysis.boilerplate import Boilerplate
from searchlib.analysis.units import units
from searchlib.common.progress import OrderedMap
from searchlib.engines.base import CommitStage
from searchlib.engines.common.fields import VALUE_FIELDS
from searchlib.engines.opensearch.client.cluster import Cluster
from searchlib.engines.opensearch.client.dsl import MATCH_ALL
from searchlib.engines.opensearch.client.index_reader import IndexReader
from searchlib.engines.opensearch.index.batch import SentBatch, Target, process_cluster, send_actions
from searchlib.engines.opensearch.index.blobs import Blobs, pack_arrays, pack_json, unpack_arrays, unpack_json
from searchlib.engines.opensearch.index.documents import (
    analyze,
    delete_actions,
    document_id,
    index_action,
    unpack_article,
)
from searchlib.engines.opensearch.index.field_queries import phrase_query
from searchlib.engines.opensearch.index.lexicon import LexiconSource, read_words, write_lexicon
from searchlib.engines.opensearch.index.near_duplicates import NO_ARTICLES, read_signatures, write_signatures
from searchlib.models import Article
from searchlib.suggest.entries import sampled_articles

BOILERPLATE_BLOB = "boilerplate"
"""The name of the blob with the digests of the boilerplate lines."""

_BATCH_PREFIX = "part."
_PER_REQUEST = 200
"""The articles that are regrouped, or the phrases that are counted, per request."""


class OpenSearchWriter:
    """Adds articles to the index of a generation: a new one, or revision ``base`` of one that searches use meanwhile.

    The blobs of each revision have their own names, so that a reader never sees a part of them. The batches of a new index are
    stored as blobs too, so that an interrupted build can be resumed.
    """

    def __init__(self, cluster: Cluster, index: str, target: Target, *, base: int | None = None) -> None:
        self._reader = IndexReader(cluster, index)
        self._blobs = Blobs(cluster, index)
        self._revision_blobs = self._blobs.of_revision(0 if base is None else base + 1)
        self._is_new = base is None
        self._is_exact = base is None
        self.target = target
        self._stored_batches = 0
        self._base = NO_ARTICLES
        self._titles: dict[str, str] = {}
        self._words: Counter[str] = Counter()
        self._sent: list[SentBatch] = []
        if base is not None:
            base_blobs = self._blobs.of_revision(base)
            self._base, titles = read_signatures(base_blobs, index)
            self._titles = dict(zip(self._base.ids, titles, strict=True))
            self._words.update(read_words(base_blobs))

    def resume(self, article_ids: Iterable[str]) -> None:
        """Continue an interrupted build. Keep these articles in the index, and delete all others."""
        ids = frozenset(map(document_id, article_ids))
        # The word counts of a batch still include articles that are sent again.
        self._is_exact = False
        for name in self._blobs.names(_BATCH_PREFIX):
            batch = _unpack_batch(self._blobs.read(name) or b"").restricted_to(ids)
            if batch:
                self._sent.append(batch)
            self._stored_batches = max(self._stored_batches, int(name.removeprefix(_BATCH_PREFIX)) + 1)
        # The last articles may have been sent but not recorded.
        self._refresh()
        unknown = [hit["_id"] for hit in self._reader.scan(MATCH_ALL, ["id"]) if hit["_id"] not in ids]
        self._send(delete_actions(unknown))

    def train(self, samples: Sequence[Article], boilerplate: Collection[int]) -> None:
        """Store the digests of the boilerplate lines."""
        self._blobs.write(BOILERPLATE_BLOB, pack_json(sorted(boilerplate)))
        self.target = replace(self.target, boilerplate=frozenset(boilerplate))

    def add(self, batch: SentBatch) -> None:
        """Record the articles that a worker has sent."""
        if self._is_new:
            self._blobs.write(f"{_BATCH_PREFIX}{self._stored_batches:08d}", _pack_batch(batch))
            self._stored_batches += 1
        self._sent.append(batch)

    def delete(self, article_ids: Iterable[str]) -> None:
        ids = [document_id(article_id) for article_id in article_ids]
        self._base = self._base.without(frozenset(ids))
        for each in ids:
            self._titles.pop(each, None)
        self._send(delete_actions(ids))

    def commit(self, in_order: OrderedMap = map, begin: Callable[[CommitStage], None] = lambda _: None) -> None:
        """Group near duplicates, write the lexicon, and make all articles visible to searches. ``begin`` gets each stage."""
        begin("merging")
        self._refresh()
        for batch in self._sent:
            self._titles |= dict(zip(batch.ids, batch.titles, strict=True))
            self._words.update(batch.words)
        articles = self._base.extended([(batch.ids, batch.signatures) for batch in self._sent])
        grouped = articles.grouped()
        changed = [
            (each, group)
            for each, old, group in zip(articles.ids, articles.groups, grouped.groups, strict=True)
            if old != group
        ]
        chunks = [changed[at : at + _PER_REQUEST] for at in range(0, len(changed), _PER_REQUEST)]
        for _ in in_order(partial(_regroup, self.target), chunks):
            pass
        self._refresh()
        begin("names")
        titles = [self._titles[each] for each in articles.ids]
        values = {field: self._reader.value_counts(field) for field in VALUE_FIELDS}
        source = LexiconSource(self._words, values, titles, list(self._sampled_bodies(articles.ids)))
        write_lexicon(
            self._revision_blobs, source, self.target.dictionary, self._count_phrases, is_exact=self._is_exact
        )
        write_signatures(self._revision_blobs, grouped, titles)

    def remove_batches(self) -> None:
        """Delete the blobs that only a resumed build needs."""
        self._blobs.remove(_BATCH_PREFIX)

    def cancel(self) -> None:
        """End the build; the next one may resume it."""

    def _refresh(self) -> None:
        self._reader.cluster.post(f"/{self._reader.index}/_refresh")

    def _send(self, actions: Iterable[bytes]) -> None:
        send_actions(self.target.address, self.target.index, actions)

    def _sampled_bodies(self, ids: Sequence[str]) -> Iterator[str]:
        sample = [ids[at] for at in sampled_articles(len(ids))]
        for at in range(0, len(sample), _PER_REQUEST):
            query = {"ids": {"values": sample[at : at + _PER_REQUEST]}}
            for hit in self._reader.scan(query, ["id", "article"]):
                yield unpack_article(hit["_source"]).body

    def _count_phrases(self, texts: Sequence[str]) -> list[int]:
        counts: list[int] = []
        for at in range(0, len(texts), _PER_REQUEST):
            queries = [phrase_query(units(text), unbroken=True) for text in texts[at : at + _PER_REQUEST]]
            counts += self._reader.counts(queries)
        return counts


def _regroup(target: Target, changed: Sequence[tuple[str, str]]) -> None:
    """Index articles again with their new groups, given as pairs of document id and group."""
    send_actions(target.address, target.index, _regrouped(target, dict(changed)))


def _regrouped(target: Target, groups: Mapping[str, str]) -> Iterator[bytes]:
    boilerplate = Boilerplate(target.boilerplate)
    reader = IndexReader(process_cluster(target.address), target.index)
    for hit in reader.scan({"ids": {"values": list(groups)}}, ["article", "id"]):
        article = unpack_article(hit["_source"])
        yield index_action(analyze(article, boilerplate, target.dictionary, target.facets, groups[hit["_id"]]))


def _pack_batch(batch: SentBatch) -> bytes:
    values = pack_json([batch.ids, batch.titles, dict(batch.words)])
    return pack_arrays({"values": np.frombuffer(values, np.uint8), "signatures": batch.signatures})


def _unpack_batch(data: bytes) -> SentBatch:
    arrays = unpack_arrays(data)
    ids, titles, words = unpack_json(arrays["values"].tobytes())
    return SentBatch(ids, np.asarray(arrays["signatures"], np.uint64), titles, words)
