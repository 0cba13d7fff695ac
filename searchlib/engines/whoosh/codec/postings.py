"""Convert the postings of terms between Whoosh's form and the posting lists of a segment.

A posting list has article numbers and frequencies (see ``format.posting_lists``). If the weights are not frequencies, or the
payloads cannot be computed, a term also has extra bytes: ``flags | weights | payloads``. The flag ``_HAS_WEIGHTS`` means that
weights (32-bit floats) are present, ``_HAS_PAYLOADS`` that payloads are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import formats

from searchlib.engines.whoosh.codec.payloads import pack_payloads, unpack_payloads
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.posting_lists import PostingLists

_HAS_WEIGHTS = 1
_HAS_PAYLOADS = 2

_WEIGHT_BITS = 32
_MAX_FREQUENCY = 1 << 31

Weights = NDArray[np.float64]


class Frequencies(formats.Frequency):  # type: ignore[misc]  # Whoosh has no types
    """The frequency of a term in an article: a whole number of any size."""


class PositionArrays(formats.Positions):  # type: ignore[misc]  # Whoosh has no types
    """Ascending positions as unsigned integers of 32 bits. Whoosh's own format for positions is a pickle.

    A segment stores them as positions in a field that start at a multiple of ``1 << stride_bits`` for each article.
    """

    def __init__(self, stride_bits: int) -> None:
        super().__init__()
        self.stride_bits = stride_bits

    def encode(self, positions: Iterable[int]) -> bytes:
        return array("I", positions).tobytes()

    def decode_positions(self, value: bytes) -> list[int]:
        return array("I", value).tolist()

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // array("I").itemsize


class ArticlePostings:
    """The postings of a term in a field without positions. ``frequencies`` is None if each is 1."""

    def __init__(self, ids: Integers, frequencies: Integers | None, extra: bytes, format_: Any) -> None:
        self._format = format_
        self.ids = ids
        self.weights: Weights = np.ones(len(ids)) if frequencies is None else frequencies.astype(np.float64)
        flags, rest = (extra[0], extra[1:]) if extra else (0, b"")
        if flags & _HAS_WEIGHTS:
            end = 4 * len(ids)
            self.weights = np.frombuffer(rest[:end], "<f4").astype(np.float64)
            rest = rest[end:]
        self._packed = rest if flags & _HAS_PAYLOADS else None

    @cached_property
    def payloads(self) -> Sequence[bytes]:
        """The payload of each posting."""
        if self._packed is None:
            return _default_payloads(self._format, self.weights)
        return unpack_payloads(self._format, self._packed, len(self.ids))


class PositionPostings:
    """The postings of a term in a field with positions, which are given as positions in the field.

    ``article_starts`` uint32[articles + 1] are the first positions of the articles, in strides.
    """

    def __init__(
        self, field_positions: Integers, article_starts: NDArray[np.uint32], stride_bits: int, format_: Any
    ) -> None:
        self._format = format_
        articles = np.searchsorted(article_starts, field_positions >> stride_bits, "right") - 1
        self._begins = np.flatnonzero(np.diff(articles, prepend=-1))
        self.ids: Integers = articles[self._begins]
        self.weights: Weights = np.diff(self._begins, append=len(articles)).astype(np.float64)
        self._positions = field_positions - (article_starts[articles].astype(np.int64) << stride_bits)

    @cached_property
    def payloads(self) -> Sequence[bytes]:
        """The positions of each posting in its article, encoded by the format of the field."""
        parts = np.split(self._positions, self._begins[1:]) if len(self.ids) else []
        return [self._format.encode(part.tolist()) for part in parts]


Postings = ArticlePostings | PositionPostings
"""The postings of one term: ``ids`` int64[n], ascending, ``weights`` float64[n], and n ``payloads``."""


def to_posting_lists(
    sizes: Integers, ids: Integers, weights: Weights, payloads: Sequence[bytes], format_: Any
) -> tuple[PostingLists, list[bytes]]:
    """Return the posting lists of terms, and the extra bytes of each.

    ``sizes`` int64[terms] is the number of postings of each term. The other arguments have a value for each posting, term by term.
    """
    starts = np.cumsum(sizes) - sizes
    are_frequencies = _are_frequencies(sizes, starts, weights, required=isinstance(format_, Frequencies))
    has_frequency = np.repeat(are_frequencies, sizes)
    frequencies = np.where(has_frequency, weights, 1.0).astype(np.int64)
    with np.errstate(over="ignore"):
        stored_weights = np.where(has_frequency, weights, weights.astype(np.float32))
    defaults = _default_payloads(format_, stored_weights)
    # Whoosh reads no payload for a format without one. To fields for spelling, it passes the payloads of other fields.
    fixed_size = format_.fixed_value_size()
    has_payloads = fixed_size != 0
    if fixed_size:
        payloads = [
            payload if len(payload) == fixed_size else default
            for payload, default in zip(payloads, defaults, strict=True)
        ]
    extras = []
    for start, size, is_frequency in zip(starts.tolist(), sizes.tolist(), are_frequencies.tolist(), strict=True):
        own = slice(start, start + size)
        stores_payloads = has_payloads and payloads[own] != defaults[own]
        extra = b""
        if stores_payloads or not is_frequency:
            extra = bytes([(0 if is_frequency else _HAS_WEIGHTS) | (_HAS_PAYLOADS if stores_payloads else 0)])
        if not is_frequency:
            extra += stored_weights[own].astype("<f4").tobytes()
        if stores_payloads:
            extra += pack_payloads(format_, payloads[own])
        extras.append(extra)
    return PostingLists(sizes, ids, frequencies), extras


def _are_frequencies(sizes: Integers, starts: Integers, weights: Weights, *, required: bool) -> NDArray[np.bool_]:
    """Return whether the weights of each term are frequencies, bool[terms]: whole numbers above 0 that are not too large."""
    if not len(sizes):
        return np.zeros(0, bool)
    is_whole = (weights >= 1) & (weights == np.floor(weights)) & (weights < _MAX_FREQUENCY)
    are_whole = np.logical_and.reduceat(is_whole, starts)
    if required:
        if not are_whole.all():
            raise ValueError(
                "a frequency must be a whole number above 0: articles and fields of this index have no boosts"
            )
        return are_whole
    # A frequency n takes about n bits.
    are_small: NDArray[np.bool_] = are_whole & (np.add.reduceat(weights, starts) <= _WEIGHT_BITS * sizes)
    return are_small


def _default_payloads(format_: Any, weights: Weights) -> list[bytes]:
    """Return the usual payloads of postings with these weights. Such payloads are not stored."""
    if not isinstance(format_, formats.Frequency):
        return [b""] * len(weights)
    frequencies = np.clip(np.nan_to_num(weights), 0, 0xFFFFFFFF).astype(">u4").tobytes()
    return [frequencies[at : at + 4] for at in range(0, len(frequencies), 4)]
