"""Pack payloads, the bytes that Whoosh's formats store with each posting, without pickles.

In Whoosh's formats for positions and characters, payloads contain pickles, and loading a pickle from a file can run code.
Therefore the file contains the numbers as JSON, and the pickle is rebuilt when the posting is read.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
from whoosh import formats

from searchlib.engines.whoosh.format.integers import Integers

_LOADING_METHODS = {
    formats.Positions.decode_positions,
    formats.Characters.decode_characters,
    formats.Characters.decode_positions,
    formats.PositionBoosts.decode_position_boosts,
    formats.PositionBoosts.decode_positions,
    formats.CharacterBoosts.decode_character_boosts,
}
"""The methods of formats that load the end of a payload as a pickle."""

_UNCHANGED = b"\0"
_AS_JSON = b"\1"

_IMPORTING_OPCODES = frozenset(b"ci\x82\x83\x84\x93")
"""The opcodes by which a pickle gets a function or class: GLOBAL, INST, EXT1 to EXT4, STACK_GLOBAL."""

_LENGTH_TYPES = {1: "<u1", 2: "<u2", 4: "<u4"}
_EQUAL_LENGTHS = 0


def pack_payloads(format_: Any, payloads: Sequence[bytes]) -> bytes:
    """Pack the payloads of postings one after the other, with the errors of ``pack_payload``."""
    return pack_byte_strings([pack_payload(format_, payload) for payload in payloads])


def unpack_payloads(format_: Any, data: bytes, count: int) -> list[bytes]:
    """Return ``count`` payloads that ``pack_payloads`` packed; raise ValueError if the data is damaged."""
    packed, _ = unpack_byte_strings(data, count)
    return [unpack_payload(format_, each) for each in packed]


def pack_payload(format_: Any, payload: bytes) -> bytes:
    """Pack a payload without pickles; raise ValueError if it contains a pickle of anything but numbers."""
    start = _pickle_start(format_.__class__)
    if start is None:
        return payload
    try:
        numbers = _NumbersUnpickler(BytesIO(payload[start:])).load()
        packed = _AS_JSON + payload[:start] + json.dumps(numbers, separators=(",", ":")).encode("ascii")
        if unpack_payload(format_, packed) == payload:
            return packed
    except (pickle.UnpicklingError, EOFError, AttributeError, IndexError, ValueError, TypeError):
        pass
    _check_opcodes(payload)
    return _UNCHANGED + payload


def unpack_payload(format_: Any, packed: bytes) -> bytes:
    """Return the payload that ``pack_payload`` packed; raise ValueError if the data is damaged."""
    start = _pickle_start(format_.__class__)
    if start is None:
        return packed
    kind, payload = packed[:1], packed[1:]
    if kind == _AS_JSON:
        try:
            numbers = [tuple(each) if isinstance(each, list) else each for each in json.loads(payload[start:])]
        except (TypeError, RecursionError) as error:
            raise ValueError(f"the payload of a posting is damaged ({error})") from error
        return payload[:start] + pickle.dumps(numbers, 2)
    _check_opcodes(payload)
    return payload


class _NumbersUnpickler(pickle.Unpickler):
    """Loads pickles of lists, tuples and numbers, and refuses functions and classes."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} in the payload of a posting")


@lru_cache(maxsize=64)
def _pickle_start(kind: type[Any]) -> int | None:
    """Return the offset of the pickle in the payloads of a kind of format, or None if they contain none."""
    if not any(getattr(kind, name, None) in _LOADING_METHODS for name in dir(kind) if name.startswith("decode_")):
        return None
    return 8 if issubclass(kind, formats.PositionBoosts | formats.CharacterBoosts) else 4


def _check_opcodes(payload: bytes) -> None:
    if not _IMPORTING_OPCODES.isdisjoint(payload):
        raise ValueError("the payload of a posting does not fit the format of its field")


def pack_byte_strings(values: Sequence[bytes]) -> bytes:
    """Pack byte strings as ``width | lengths | values``. The number of strings is not stored.

    Each length takes ``width`` bytes. If all are equal, ``width`` is 0 and one length of four bytes follows.
    """
    lengths = [len(value) for value in values]
    longest = max(lengths, default=0)
    if longest == min(lengths, default=0):
        return bytes([_EQUAL_LENGTHS]) + longest.to_bytes(4, "little") + b"".join(values)
    width = next(width for width in _LENGTH_TYPES if longest < 1 << (8 * width))
    return bytes([width]) + np.array(lengths, _LENGTH_TYPES[width]).tobytes() + b"".join(values)


def unpack_byte_strings(data: bytes, count: int) -> tuple[list[bytes], bytes]:
    """Return ``count`` byte strings from the start of ``data``, and the rest; raise ValueError if it is damaged."""
    lengths, begin = _unpack_lengths(data, count)
    ends = begin + np.cumsum(lengths)
    end = int(ends[-1]) if count else begin
    if end > len(data):
        raise ValueError("a list of byte strings is damaged")
    bounds = zip((ends - lengths).tolist(), ends.tolist(), strict=True)
    return [data[first:last] for first, last in bounds], data[end:]


def _unpack_lengths(data: bytes, count: int) -> tuple[Integers, int]:
    """Return the lengths, int64[count], and the offset after them."""
    width = data[0] if data else -1
    if width == _EQUAL_LENGTHS:
        return np.full(count, int.from_bytes(data[1:5], "little")), 5
    end = 1 + count * width
    if width not in _LENGTH_TYPES or end > len(data):
        raise ValueError("a list of byte strings is damaged")
    return np.frombuffer(data[1:end], _LENGTH_TYPES[width]).astype(np.int64), end
