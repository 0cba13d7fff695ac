"""Keep which articles repeat one another: their signatures beside the index, their groups in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.signatures import SIGNATURE_UINT64S, Signatures
from searchlib.engines.common.near_duplicates import group_near_duplicates
from searchlib.engines.opensearch.index.blobs import (
    Blobs,
    packed_arrays,
    packed_values,
    unpacked_arrays,
    unpacked_values,
)
from searchlib.errors import IndexDamagedError

_SIGNATURES = "signatures"


@dataclass(frozen=True, slots=True)
class Signed:
    """Articles in the order in which they came: ``keys``, ``signatures`` uint64[articles, WORDS], and the key of the ``groups``
    of each, empty where nothing repeats it."""

    keys: Sequence[str]
    signatures: Signatures
    groups: Sequence[str]

    def without(self, dropped: Collection[str]) -> Signed:
        """The same, but for some articles."""
        kept = [number for number, key in enumerate(self.keys) if key not in dropped]
        return Signed([self.keys[at] for at in kept], self.signatures[kept], [self.groups[at] for at in kept])

    def joined(self, parts: Sequence[tuple[Sequence[str], Signatures]]) -> Signed:
        """The same, with more articles behind, which are in no group yet."""
        keys = [key for some, _ in parts for key in some]
        signatures = np.concatenate([self.signatures, *(each for _, each in parts)])
        return Signed([*self.keys, *keys], signatures, [*self.groups, *[""] * len(keys)])

    def grouped(self) -> Signed:
        """The same, put into groups anew."""
        firsts = group_near_duplicates(self.signatures)
        sizes = np.bincount(firsts, minlength=len(firsts))
        named = [self.keys[first] if sizes[first] > 1 else "" for first in firsts.tolist()]
        return Signed(self.keys, self.signatures, named)


NO_SIGNED = Signed([], np.empty((0, SIGNATURE_UINT64S), np.uint64), [])


def write_signed(blobs: Blobs, signed: Signed, titles: Sequence[str]) -> None:
    """Keep the signatures, groups and titles of all articles."""
    arrays: dict[str, NDArray[Any]] = {
        "keys": _packed_keys(signed.keys),
        "signatures": signed.signatures,
        "groups": _packed_keys([group or "0" * 32 for group in signed.groups]),
        "titles": np.frombuffer(packed_values(titles), np.uint8),
    }
    blobs.write(_SIGNATURES, packed_arrays(arrays))


def read_signed(blobs: Blobs, place: str) -> tuple[Signed, list[str]]:
    """The signatures and groups of all articles, and their titles.

    Raises:
        IndexDamagedError: they are missing, or cannot be what was written.
    """
    data = blobs.read(_SIGNATURES)
    try:
        if data is None:
            raise ValueError("they are missing")
        arrays = unpacked_arrays(data)
        keys, named = _keys(arrays["keys"]), _keys(arrays["groups"])
        titles = [str(title) for title in unpacked_values(arrays["titles"].tobytes())]
        signatures = arrays["signatures"].astype(np.uint64)
        if not len(keys) == len(named) == len(titles) == len(signatures):
            raise ValueError("they are not those of the same articles")
        return Signed(keys, signatures, [each if each.strip("0") else "" for each in named]), titles
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(f"{place}: the signatures cannot be read ({error}): build the index again") from error


def _packed_keys(keys: Sequence[str]) -> Signatures:
    return np.frombuffer(bytes.fromhex("".join(keys)), np.uint8)


def _keys(packed: Signatures) -> list[str]:
    text = packed.tobytes().hex()
    return [text[at : at + 32] for at in range(0, len(text), 32)]
