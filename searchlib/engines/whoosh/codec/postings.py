"""Bring the postings of terms, as Whoosh has them, into lists, and back.

A list holds article numbers and counts (see ``storage.lists``). Where counts are not the weights, or where postings keep
values, a term has extra bytes besides: ``form | weights | values``. The form says what follows: ``WEIGHTED`` that a float
of 32 bits is the weight of each posting, ``VALUED`` that what each posting keeps comes last.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh import formats

from searchlib.engines.whoosh.codec.byte_lists import pack_bytes, unpack_bytes
from searchlib.engines.whoosh.codec.formats import Frequencies
from searchlib.engines.whoosh.codec.payloads import pack_payload, unpack_payload
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.posting_lists import PostingLists

WEIGHTED = 1
VALUED = 2

_FLOAT_BITS = 32

Weights = NDArray[np.float64]


class Postings(Protocol):
    """The postings of one term: ``ids`` int64[n], ascending, ``weights`` float64[n], and what each keeps, bytes, n of them."""

    @property
    def ids(self) -> Integers: ...

    @property
    def weights(self) -> Weights: ...

    @property
    def values(self) -> Sequence[bytes]: ...


def to_lists(
    sizes: Integers, ids: Integers, weights: Weights, values: Sequence[bytes], format_: Any
) -> tuple[PostingLists, list[bytes]]:
    """The lists of terms with so many postings each, and the extra bytes of each term."""
    starts = np.cumsum(sizes) - sizes
    counted = _are_counts(sizes, starts, weights, exact=isinstance(format_, Frequencies))
    has_counts = np.repeat(counted, sizes)
    counts = np.where(has_counts, weights, 1.0).astype(np.int64)
    with np.errstate(over="ignore"):
        kept_weights = np.where(has_counts, weights, weights.astype(np.float32))
    usual = _usual_values(format_, kept_weights)
    # Whoosh drops what a format without values keeps, and gives fields for spelling values of other fields.
    fixed = format_.fixed_value_size()
    keeps = fixed != 0
    if fixed:
        values = [value if len(value) == fixed else own for value, own in zip(values, usual, strict=True)]
    extras = []
    for start, size, has_count in zip(starts.tolist(), sizes.tolist(), counted.tolist(), strict=True):
        own = slice(start, start + size)
        valued = keeps and values[own] != usual[own]
        if has_count and not valued:
            extras.append(b"")
            continue
        extra = bytes([(0 if has_count else WEIGHTED) | (VALUED if valued else 0)])
        if not has_count:
            extra += kept_weights[own].astype("<f4").tobytes()
        if valued:
            extra += pack_bytes([pack_payload(format_, value) for value in values[own]])
        extras.append(extra)
    return PostingLists(sizes, ids, counts), extras


def _are_counts(sizes: Integers, starts: Integers, weights: Weights, *, exact: bool) -> NDArray[np.bool_]:
    """Which terms have weights that are best written as counts: whole numbers above 0, not too large."""
    if not len(sizes):
        return np.zeros(0, bool)
    whole = np.logical_and.reduceat((weights >= 1) & (weights == np.floor(weights)) & (weights < 1 << 31), starts)
    if exact:
        if not whole.all():
            raise ValueError(
                "a frequency must be a whole number above 0: articles and fields of this index have no boosts"
            )
        return whole
    small: NDArray[np.bool_] = whole & (np.add.reduceat(weights, starts) <= _FLOAT_BITS * sizes)
    return small


def _usual_values(format_: Any, weights: Weights) -> list[bytes]:
    """What postings of these weights mostly keep, and need not be written."""
    if not isinstance(format_, formats.Frequency):
        return [b""] * len(weights)
    whole = np.clip(np.nan_to_num(weights), 0, 0xFFFFFFFF).astype(">u4").tobytes()
    return [whole[at : at + 4] for at in range(0, len(whole), 4)]


class ListedPostings:
    """The postings in one list with its extra bytes; ``counts`` may be None where each is 1."""

    def __init__(self, ids: Integers, counts: Integers | None, extra: bytes, format_: Any) -> None:
        self._format = format_
        self.ids = ids
        self.weights: Weights = np.ones(len(ids)) if counts is None else counts.astype(np.float64)
        form, rest = (extra[0], extra[1:]) if extra else (0, b"")
        if form & WEIGHTED:
            end = 4 * len(ids)
            self.weights = np.frombuffer(rest[:end], "<f4").astype(np.float64)
            rest = rest[end:]
        self._packed = rest if form & VALUED else None

    @cached_property
    def values(self) -> Sequence[bytes]:
        """What each posting keeps."""
        if self._packed is None:
            return _usual_values(self._format, self.weights)
        values, _ = unpack_bytes(self._packed, len(self.ids))
        return [unpack_payload(self._format, value) for value in values]


class PlacedPostings:
    """The postings of a term in a field with places; ``firsts`` say where the places of each article begin."""

    def __init__(self, places: Integers, firsts: NDArray[np.uint32], stride_bits: int, format_: Any) -> None:
        self._format = format_
        articles = np.searchsorted(firsts, places >> stride_bits, "right") - 1
        self._begins = np.flatnonzero(np.diff(articles, prepend=-1))
        self.ids: Integers = articles[self._begins]
        self.weights: Weights = np.diff(self._begins, append=len(articles)).astype(np.float64)
        self._positions = places - (firsts[articles].astype(np.int64) << stride_bits)

    @cached_property
    def values(self) -> Sequence[bytes]:
        """The positions of each posting, as the field's format writes them."""
        parts = np.split(self._positions, self._begins[1:]) if len(self.ids) else []
        return [self._format.encode(part.tolist()) for part in parts]
