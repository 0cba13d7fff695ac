"""Write what Whoosh's formats keep of each posting without their pickles, and give it back in the form they want.

Whoosh's positions and characters are pickles, which its formats load. A pickle in a file could run code; so the file holds
the same numbers as JSON, and the pickle is made anew, of these numbers, when a posting is read.
"""

from __future__ import annotations

import json
import pickle
from functools import lru_cache
from io import BytesIO
from typing import Any

from whoosh import formats

_UNPICKLING = {
    formats.Positions.decode_positions,
    formats.Characters.decode_characters,
    formats.Characters.decode_positions,
    formats.PositionBoosts.decode_position_boosts,
    formats.PositionBoosts.decode_positions,
    formats.CharacterBoosts.decode_character_boosts,
}
"""What loads the end of a value as a pickle."""

_AS_IT_IS = b"\0"
_NUMBERS = b"\1"

_LOADING = frozenset(b"ci\x82\x83\x84\x93")
"""The opcodes that bring a function or class into a pickle: GLOBAL, INST, EXT1 to EXT4, STACK_GLOBAL."""


def pack_payload(format_: Any, value: bytes) -> bytes:
    """What a posting keeps, in a form without pickles.

    Raises:
        ValueError: the format would load it as a pickle, but it is none of numbers alone.
    """
    head = _head(format_)
    if head is None:
        return value
    try:
        codes = _Numbers(BytesIO(value[head:])).load()
        packed = _NUMBERS + value[:head] + json.dumps(codes, separators=(",", ":")).encode("ascii")
        if unpack_payload(format_, packed) == value:
            return packed
    except (pickle.UnpicklingError, EOFError, AttributeError, IndexError, ValueError, TypeError):
        pass
    _refuse_loading(value)
    return _AS_IT_IS + value


def unpack_payload(format_: Any, packed: bytes) -> bytes:
    """What ``pack_payload`` packed, as the format wants it.

    Raises:
        ValueError: it is damaged.
    """
    head = _head(format_)
    if head is None:
        return packed
    kind, value = packed[:1], packed[1:]
    if kind == _NUMBERS:
        try:
            codes = [tuple(code) if isinstance(code, list) else code for code in json.loads(value[head:])]
        except (TypeError, RecursionError) as error:
            raise ValueError(f"a posting's value is damaged ({error})") from error
        return value[:head] + pickle.dumps(codes, 2)
    _refuse_loading(value)
    return value


class _Numbers(pickle.Unpickler):
    """Loads pickles of lists, tuples and numbers; any function or class is refused."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} in a posting's value")


def _head(format_: Any) -> int | None:
    """After how many bytes a format's values hold a pickle; None where they hold none."""
    kind: Any = type(format_)
    return _head_of(kind)


@lru_cache(maxsize=64)
def _head_of(kind: Any) -> int | None:
    if not any(getattr(kind, name, None) in _UNPICKLING for name in dir(kind) if name.startswith("decode_")):
        return None
    return 8 if issubclass(kind, formats.PositionBoosts | formats.CharacterBoosts) else 4


def _refuse_loading(value: bytes) -> None:
    if not _LOADING.isdisjoint(value):
        raise ValueError("the value of a posting does not fit the format of its field")
