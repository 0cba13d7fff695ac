"""Analyse articles in a worker and send them to the cluster from there, a batch at a time."""

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
from searchlib.engines.opensearch.index.blobs import WRITING
from searchlib.engines.opensearch.index.documents import Analysed, analyse, indexing
from searchlib.errors import SearchlibError
from searchlib.models import Article
from searchlib.suggest.entries import LEXICON_WORD

MOST_CHARACTERS = 1_000_000
"""A batch of so many characters is full; the last article may go beyond."""

REQUEST_BYTES = 5 << 20
"""One request carries about so much: more at once makes a node slower, not faster."""

MOST_BYTES = 32 << 20
"""An article whose text and terms take more is refused, as a node with little memory would: some 1,500,000 characters."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the articles of a build go, and what they are analysed with: all that a worker needs."""

    address: Address
    index: str
    boilerplate: frozenset[int]
    dictionary: Dictionary | None


@dataclass(frozen=True, slots=True)
class Sent:
    """Articles that the cluster has acknowledged: what a writer keeps of them, in their order."""

    keys: Sequence[str]
    signatures: Signatures
    titles: Sequence[str]
    words: Mapping[str, int]

    def only(self, kept: Collection[str]) -> Sent | None:
        """The same of some of the articles, if any are here; the words stay those of all."""
        at = [number for number, key in enumerate(self.keys) if key in kept]
        if not at:
            return None
        return Sent(
            [self.keys[each] for each in at], self.signatures[at], [self.titles[each] for each in at], self.words
        )


class OpenSearchBatch:
    """Articles on their way into an index."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._boilerplate = Boilerplate(target.boilerplate)
        self._titles: list[str] = []
        self._analysed: list[Analysed] = []
        self._actions: list[bytes] = []
        self._characters = 0

    def add(self, article: Article) -> None:
        """Add an article; if it cannot be analysed the batch stays as it was.

        Raises:
            SearchlibError: it is too large for a cluster.
        """
        analysed = analyse(article, self._boilerplate, self._target.dictionary)
        action = indexing(analysed)
        if len(action) > MOST_BYTES:
            raise SearchlibError(
                f"{article.id}: it takes {len(action) >> 20} MB in a cluster, which is more than {MOST_BYTES >> 20}: divide it"
            )
        self._actions.append(action)
        self._analysed.append(analysed)
        self._titles.append(article.title.replace("\n", " "))
        self._characters += len(article.body) + len(article.title)

    @property
    def is_full(self) -> bool:
        """Whether it is time to finish."""
        return self._characters >= MOST_CHARACTERS

    def finish(self) -> Sent | None:
        """Send all articles; when this returns the cluster has them.

        Raises:
            IndexUnavailableError: it is gone, or was too busy for too long.
        """
        if not self._analysed:
            return None
        send(self._target.address, self._target.index, self._actions)
        words: Counter[str] = Counter()
        for each in self._analysed:
            words.update(filter(LEXICON_WORD.fullmatch, each.words))
        return Sent(
            keys=[each.key for each in self._analysed],
            signatures=sign(self._analysed),
            titles=self._titles,
            words=words,
        )


def send(address: Address, generation: str, actions: Iterable[bytes]) -> None:
    """Have actions carried out on a generation that is being written, as many in one request as are good for a node."""
    index = f"{generation}{WRITING}"
    waiting: list[bytes] = []
    size = 0
    cluster = cluster_of(address)
    for action in actions:
        waiting.append(action)
        size += len(action)
        if size >= REQUEST_BYTES:
            cluster.bulk(index, waiting)
            waiting, size = [], 0
    if waiting:
        cluster.bulk(index, waiting)


@lru_cache(maxsize=2)
def _of_process(address: Address, process: int) -> Cluster:
    return Cluster(address)


def cluster_of(address: Address) -> Cluster:
    """The connections of this process: a forked one must not use its parent's."""
    return _of_process(address, os.getpid())


def sign(analysed: Sequence[Analysed]) -> Signatures:
    """The signatures of the bodies, by which repeats are known."""
    numbers = dict(zip(dict.fromkeys(unit for each in analysed for unit in each.body), count(), strict=False))
    sequence = np.fromiter((numbers[unit] for each in analysed for unit in each.body), np.int64)
    lengths = np.array([len(each.body) for each in analysed], np.int64)
    return signatures(sequence, list(numbers), lengths, [each.title for each in analysed])
