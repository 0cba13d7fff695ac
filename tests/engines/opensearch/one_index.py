"""Reuse one index of a cluster for many examples: creating an index takes longer than most examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from searchlib.engines.base import Engine
from searchlib.engines.common.relaxed_matching import RelaxedMatching
from searchlib.engines.opensearch.client.address import Address, parse_address
from searchlib.engines.opensearch.client.cluster import Cluster
from searchlib.engines.opensearch.client.dsl import MATCH_ALL
from searchlib.engines.opensearch.client.index_reader import IndexReader
from searchlib.engines.opensearch.client.limits import DEFAULT_LIMITS, Limits
from searchlib.engines.opensearch.index.batch import OpenSearchBatch, Target
from searchlib.engines.opensearch.index.blobs import WRITE_ALIAS_SUFFIX, Blobs
from searchlib.engines.opensearch.index.documents import delete_actions
from searchlib.engines.opensearch.index.mapping import index_mapping, index_settings
from searchlib.engines.opensearch.index.writer import OpenSearchWriter
from searchlib.engines.opensearch.search.engine import OpenSearchEngine
from searchlib.models import Article
from searchlib.settings import Categories, Ranking
from tests.contracts.engine import DIGESTS, FRONT_MATTER, ZONE


class OneIndex:
    """An index that holds the articles of one example at a time."""

    address: Address
    cluster: Cluster

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits

    def create(self, address: str) -> None:
        """Create the empty index."""
        self.address = parse_address(address)
        self.cluster = Cluster(self.address)
        aliases = {f"{self.address.name}{WRITE_ALIAS_SUFFIX}": {}}
        body = {"settings": index_settings(1, 0), "mappings": index_mapping({}), "aliases": aliases}
        self.cluster.put(f"/{self.address.name}", body)
        Blobs(self.cluster, self.address.name).create(0)

    @contextmanager
    def engine_of(
        self,
        first: Sequence[Article],
        deleted: Sequence[str],
        later: Sequence[Article],
        categories: Categories,
        weights: Ranking,
        relaxed: RelaxedMatching,
        proximity_candidates: int,
    ) -> Iterator[Engine]:
        """Open an index of the first articles without the deleted ones, to which an update added the later ones."""
        name = self.address.name
        self.cluster.post(f"/{name}/_refresh")
        left = [hit["_id"] for hit in IndexReader(self.cluster, name).scan(MATCH_ALL, [])]
        if left:
            self.cluster.bulk(name, delete_actions(left))
        Blobs(self.cluster, name).remove("")
        writer = OpenSearchWriter(self.cluster, name, Target(self.address, name, frozenset(), None, FRONT_MATTER))
        writer.train(first, DIGESTS)
        target = writer.target
        self._add(writer, first)
        writer = OpenSearchWriter(self.cluster, name, target, base=0)
        writer.delete(deleted)
        self._add(writer, later)
        yield OpenSearchEngine(
            self.cluster,
            name,
            location=str(self.address),
            revision=1,
            zone=ZONE.key,
            weights=weights,
            categories=categories,
            facets=FRONT_MATTER,
            relaxed=relaxed,
            proximity_candidates=proximity_candidates,
            limits=self.limits,
        )

    @staticmethod
    def _add(writer: OpenSearchWriter, articles: Sequence[Article]) -> None:
        batch = OpenSearchBatch(writer.target)
        for article in articles:
            batch.add(article)
        sent = batch.finish()
        if sent:
            writer.add(sent)
        writer.commit()
