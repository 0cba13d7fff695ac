"""Analyze articles in a worker process, and send them to the cluster from there."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

import numpy as np

from searchlib.analysis.boilerplate import Boilerplate
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.signatures import Signatures, signatures
from searchlib.engines.opensearch.client.address import Address
from searchlib.engines.opensearch.client.cluster import Cluster
from searchlib.engines.opensearch.index.blobs import WRITE_ALIAS_SUFFIX
from searchlib.engines.opensearch.index.documents import AnalyzedArticle, analyze, index_action
from searchlib.errors import SearchlibError
from searchlib.models import Article
from searchlib.suggest.entries import LEXICON_WORD

MAX_CHARACTERS = 1_000_000
"""The most characters of a batch; the last article may exceed them."""

_REQUEST_BYTES = 5 << 20
"""The size of a bulk request. Larger ones make a node slower."""

_MAX_DOCUMENT_BYTES = 32 << 20
"""Maximum size of a document: an article of about 1,500,000 characters. A node with little memory would reject a larger one."""


@dataclass(frozen=True, slots=True)
class Target:
    """The index that a build writes, and the data for analyzing its articles. Workers get it from the writer.

    ``facets`` names the facets of the front matter.
    """

    address: Address
    index: str
    boilerplate: frozenset[int]
    dictionary: Dictionary | None
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentBatch:
    """Articles that the cluster has acknowledged, in their order: their document ids, the ``signatures`` of their bodies, their
    titles, and the number of articles that contain each word term."""

    ids: Sequence[str]
    signatures: Signatures
    titles: Sequence[str]
    words: Mapping[str, int]

    def restricted_to(self, ids: Collection[str]) -> SentBatch | None:
        """Return the batch with only some of its articles, or None if it has none of them. ``words`` still counts all."""
        left = [number for number, each in enumerate(self.ids) if each in ids]
        if not left:
            return None
        return SentBatch(
            [self.ids[number] for number in left],
            self.signatures[left],
            [self.titles[number] for number in left],
            self.words,
        )


class OpenSearchBatch:
    """Articles on their way into an index."""

    def __init__(self, target: Target, max_characters: int = MAX_CHARACTERS) -> None:
        self._target = target
        self._max_characters = min(max_characters, MAX_CHARACTERS)
        self._boilerplate = Boilerplate(target.boilerplate)
        self._titles: list[str] = []
        self._articles: list[AnalyzedArticle] = []
        self._actions: list[bytes] = []
        self._characters = 0

    def add(self, article: Article) -> None:
        """Add an article; raise SearchlibError, and change nothing, if it is too large for a cluster."""
        analyzed = analyze(article, self._boilerplate, self._target.dictionary, self._target.facets)
        action = index_action(analyzed)
        if len(action) > _MAX_DOCUMENT_BYTES:
            raise SearchlibError(
                f"{article.id}: the document would have {len(action) >> 20} MB in the cluster, more than the limit of "
                f"{_MAX_DOCUMENT_BYTES >> 20} MB: split the article"
            )
        self._actions.append(action)
        self._articles.append(analyzed)
        self._titles.append(article.title.replace("\n", " "))
        self._characters += len(article.body) + len(article.title)

    @property
    def is_full(self) -> bool:
        return self._characters >= self._max_characters

    def finish(self) -> SentBatch | None:
        """Send all articles; raise IndexUnavailableError if the cluster does not acknowledge them in time."""
        if not self._articles:
            return None
        send_actions(self._target.address, self._target.index, self._actions)
        words: Counter[str] = Counter()
        for each in self._articles:
            words.update(filter(LEXICON_WORD.fullmatch, each.words))
        return SentBatch(
            ids=[each.document_id for each in self._articles],
            signatures=_body_signatures(self._articles),
            titles=self._titles,
            words=words,
        )


def send_actions(address: Address, generation: str, actions: Iterable[bytes]) -> None:
    """Execute actions on a generation that is being written, in requests of a suitable size."""
    index = f"{generation}{WRITE_ALIAS_SUFFIX}"
    pending: list[bytes] = []
    size = 0
    cluster = process_cluster(address)
    for action in actions:
        pending.append(action)
        size += len(action)
        if size >= _REQUEST_BYTES:
            cluster.bulk(index, pending)
            pending, size = [], 0
    if pending:
        cluster.bulk(index, pending)


def process_cluster(address: Address) -> Cluster:
    """Return the connections of this process: a forked process must not use those of its parent."""
    return _cluster_of_process(address, os.getpid())


@lru_cache(maxsize=2)
def _cluster_of_process(address: Address, process: int) -> Cluster:
    return Cluster(address)


def _body_signatures(articles: Sequence[AnalyzedArticle]) -> Signatures:
    numbers = dict(zip(dict.fromkeys(unit for each in articles for unit in each.body), count(), strict=False))
    sequence = np.fromiter((numbers[unit] for each in articles for unit in each.body), np.int64)
    lengths = np.array([len(each.body) for each in articles], np.int64)
    return signatures(sequence, list(numbers), lengths, [each.title for each in articles])
