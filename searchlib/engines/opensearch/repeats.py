"""Keep which articles repeat one another: their signatures beside the index, their groups in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from searchlib.engines.grouping import groups
from searchlib.engines.opensearch.blobs import Blobs, packed_arrays, unpacked_arrays
from searchlib.errors import IndexDamagedError
from searchlib.text.signatures import WORDS, Signatures

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

    def joined(self, keys: Sequence[str], signatures: Signatures) -> Signed:
        """The same, with more articles behind, which are in no group yet."""
        return Signed(
            [*self.keys, *keys], np.concatenate([self.signatures, signatures]), [*self.groups, *[""] * len(keys)]
        )

    def distinct(self) -> Signed:
        """The same, of articles that came twice only the last: so an interrupted build may have sent them."""
        last = {key: number for number, key in enumerate(self.keys)}
        if len(last) == len(self.keys):
            return self
        kept = sorted(last.values())
        return Signed([self.keys[at] for at in kept], self.signatures[kept], [self.groups[at] for at in kept])

    def grouped(self) -> Signed:
        """The same, put into groups anew."""
        firsts = groups(self.signatures)
        sizes = np.bincount(firsts, minlength=len(firsts))
        named = [self.keys[first] if sizes[first] > 1 else "" for first in firsts.tolist()]
        return Signed(self.keys, self.signatures, named)


NO_SIGNED = Signed([], np.empty((0, WORDS), np.uint64), [])


def write_signed(blobs: Blobs, signed: Signed) -> None:
    """Keep the signatures and groups of all articles."""
    arrays = {
        "keys": _packed_keys(signed.keys),
        "signatures": signed.signatures,
        "groups": _packed_keys([group or "0" * 32 for group in signed.groups]),
    }
    blobs.write(_SIGNATURES, packed_arrays(arrays))


def read_signed(blobs: Blobs, place: str) -> Signed:
    """The signatures and groups of all articles.

    Raises:
        IndexDamagedError: they are missing, or cannot be what was written.
    """
    data = blobs.read(_SIGNATURES)
    try:
        if data is None:
            raise ValueError("they are missing")
        arrays = unpacked_arrays(data)
        keys, named = _keys(arrays["keys"]), _keys(arrays["groups"])
        return Signed(keys, arrays["signatures"].astype(np.uint64), [each if each.strip("0") else "" for each in named])
    except (ValueError, KeyError) as error:
        raise IndexDamagedError(f"{place}: the signatures cannot be read ({error}): build the index again") from error


def _packed_keys(keys: Sequence[str]) -> Signatures:
    return np.frombuffer(bytes.fromhex("".join(keys)), np.uint8)


def _keys(packed: Signatures) -> list[str]:
    text = packed.tobytes().hex()
    return [text[at : at + 32] for at in range(0, len(text), 32)]
