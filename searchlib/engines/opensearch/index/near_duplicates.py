"""Group near duplicates, and store the signatures of all articles in a blob for the next update."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.signatures import SIGNATURE_UINT64S, Signatures
from searchlib.engines.common.near_duplicates import group_near_duplicates
from searchlib.engines.opensearch.index.blobs import Blobs, pack_arrays, pack_json, unpack_arrays, unpack_json
from searchlib.errors import index_damaged

_SIGNATURES = "signatures"
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class SignedArticles:
    """Articles in the order in which they were added: their document ids, and the signatures of their bodies,
    uint64[articles, SIGNATURE_UINT64S].

    ``groups`` holds the document id of the first article of each article's group, empty without near duplicates.
    """

    ids: Sequence[str]
    signatures: Signatures
    groups: Sequence[str]

    def without(self, ids: Collection[str]) -> SignedArticles:
        """Return all articles except these."""
        left = [number for number, each in enumerate(self.ids) if each not in ids]
        return SignedArticles(
            [self.ids[number] for number in left], self.signatures[left], [self.groups[number] for number in left]
        )

    def extended(self, parts: Sequence[tuple[Sequence[str], Signatures]]) -> SignedArticles:
        """Return the articles followed by those of other parts, which have no groups yet."""
        ids = [each for part, _ in parts for each in part]
        signatures = np.concatenate([self.signatures, *(part for _, part in parts)])
        return SignedArticles([*self.ids, *ids], signatures, [*self.groups, *[""] * len(ids)])

    def grouped(self) -> SignedArticles:
        """Return the articles with newly computed groups."""
        firsts = group_near_duplicates(self.signatures)
        sizes = np.bincount(firsts, minlength=len(firsts))
        groups = [self.ids[first] if sizes[first] > 1 else "" for first in firsts.tolist()]
        return SignedArticles(self.ids, self.signatures, groups)


NO_ARTICLES = SignedArticles([], np.empty((0, SIGNATURE_UINT64S), np.uint64), [])


def write_signatures(blobs: Blobs, articles: SignedArticles, titles: Sequence[str]) -> None:
    """Write the signatures, groups and titles of all articles."""
    arrays: dict[str, NDArray[Any]] = {
        "ids": _pack_ids(articles.ids),
        "signatures": articles.signatures,
        "groups": _pack_ids([group or "00" * _ID_BYTES for group in articles.groups]),
        "titles": np.frombuffer(pack_json(titles), np.uint8),
    }
    blobs.write(_SIGNATURES, pack_arrays(arrays))


def read_signatures(blobs: Blobs, location: str) -> tuple[SignedArticles, list[str]]:
    """Return the signatures and groups of all articles, and their titles; raise IndexDamagedError if they cannot be read."""
    data = blobs.read(_SIGNATURES)
    try:
        if data is None:
            raise ValueError("they are missing")
        arrays = unpack_arrays(data)
        ids, groups = _unpack_ids(arrays["ids"]), _unpack_ids(arrays["groups"])
        titles = [str(title) for title in unpack_json(arrays["titles"].tobytes())]
        signatures = arrays["signatures"].astype(np.uint64)
        if not len(ids) == len(groups) == len(titles) == len(signatures):
            raise ValueError("their numbers differ")
        return SignedArticles(ids, signatures, [each if each.strip("0") else "" for each in groups]), titles
    except (ValueError, KeyError, TypeError) as error:
        raise index_damaged(location, f"the signatures cannot be read ({error})") from error


def _pack_ids(ids: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer(bytes.fromhex("".join(ids)), np.uint8)


def _unpack_ids(packed: NDArray[np.uint8]) -> list[str]:
    text = packed.tobytes().hex()
    return [text[at : at + 2 * _ID_BYTES] for at in range(0, len(text), 2 * _ID_BYTES)]
