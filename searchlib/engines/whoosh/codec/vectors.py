"""Write the vector of an article, its terms in one field, as bytes, and read it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from searchlib.engines.whoosh.codec.byte_lists import pack_bytes, unpack_bytes
from searchlib.engines.whoosh.codec.payloads import pack_payload, unpack_payload

_COUNT = 4


def pack_vector(items: Sequence[tuple[str, float, bytes]], format_: Any) -> bytes:
    """The terms of a vector, each with its weight and what the format keeps, as ``count | terms | weights, f4 | values``."""
    terms = [term.encode("utf-8", "surrogatepass") for term, _, _ in items]
    weights = np.array([weight for _, weight, _ in items], "<f4")
    values = [pack_payload(format_, value) for _, _, value in items]
    return len(items).to_bytes(_COUNT, "little") + pack_bytes(terms) + weights.tobytes() + pack_bytes(values)


def unpack_vector(packed: bytes, format_: Any) -> tuple[list[str], list[float], list[bytes]]:
    """The terms, weights and values that ``pack_vector`` packed.

    Raises:
        ValueError: they are damaged.
    """
    count = int.from_bytes(packed[:_COUNT], "little")
    terms, rest = unpack_bytes(packed[_COUNT:], count)
    end = 4 * count
    weights = np.frombuffer(rest[:end], "<f4").astype(np.float64)
    values, _ = unpack_bytes(rest[end:], count)
    return (
        [term.decode("utf-8", "surrogatepass") for term in terms],
        weights.tolist(),
        [unpack_payload(format_, value) for value in values],
    )
