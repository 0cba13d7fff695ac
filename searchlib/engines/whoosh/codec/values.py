"""Pack values of plain Python types as JSON, with a tag for each type that JSON does not have.

Unlike a pickle, the packed bytes cannot run code when they are read.
"""

from __future__ import annotations

import json
import math
from base64 import b85decode, b85encode
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

_DECIMAL_LIMIT = 10**4000
"""Python refuses to write much larger integers in decimal digits."""

_UNTAGGED_TYPES = (type(None), bool, str)

_STORABLE_TYPES = (
    "an index stores None, bool, int, float, str, bytes, list, tuple, set, frozenset, dict, datetime, date, time, timedelta "
    "and Decimal: convert it before it is added, or store it as bytes"
)


def pack_value(value: object) -> bytes:
    """Return the value as bytes; raise TypeError if it is, or contains, a value of another type."""
    return write_value(value).encode("utf-8", "surrogatepass")


def unpack_value(data: bytes) -> Any:
    """Return the value that ``pack_value`` packed; raise ValueError if the bytes are damaged."""
    try:
        return _untagged(json.loads(data.decode("utf-8", "surrogatepass")))
    except (KeyError, TypeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"a stored value is damaged ({type(error).__name__}: {error})") from error


def write_value(value: object) -> str:
    """Return the value as JSON, with the errors of ``pack_value``."""
    # Two lone surrogates side by side would be read as one character if they were escaped.
    return json.dumps(_tagged(value), ensure_ascii=False, separators=(",", ":"))


def _tagged(value: object) -> object:
    kind = type(value)
    if kind in _UNTAGGED_TYPES:
        return value
    if kind is list:
        return [_tagged(each) for each in value]  # type: ignore[attr-defined]
    if kind in _WRITERS:
        tag, write = _WRITERS[kind]
        written = write(value)
        return written if tag == "" else {tag: written}
    raise TypeError(f"a value of type {kind.__name__} cannot be stored ({value!r:.80}): {_STORABLE_TYPES}")


def _untagged(read: Any) -> Any:
    if isinstance(read, list):
        return [_untagged(each) for each in read]
    if isinstance(read, dict):
        ((tag, written),) = read.items()
        return _READERS[tag](written)
    return read


def _write_int(value: int) -> object:
    return value if -_DECIMAL_LIMIT < value < _DECIMAL_LIMIT else {"i": hex(value)}


def _write_float(value: float) -> object:
    return value if math.isfinite(value) else {"f": str(value)}


def _write_dict(value: Mapping[Any, Any]) -> list[object]:
    return [[_tagged(key), _tagged(each)] for key, each in value.items()]


def _write_zone(zone: tzinfo | None) -> object:
    match zone:
        case None:
            return None
        case ZoneInfo(key=str(key)):
            return key
        case timezone():
            return _write_timedelta(zone.utcoffset(None))
    raise TypeError(f"the time zone {zone!r} cannot be stored: use datetime.timezone, or zoneinfo.ZoneInfo by a name")


def _read_zone(written: Any) -> tzinfo | None:
    if written is None:
        return None
    return ZoneInfo(written) if isinstance(written, str) else timezone(timedelta(*written))


def _write_time(value: datetime | time) -> list[object]:
    return [value.replace(tzinfo=None).isoformat(), value.fold, _write_zone(value.tzinfo)]


def _read_time(kind: type[datetime] | type[time], written: Any) -> datetime | time:
    moment, fold, zone = written
    return kind.fromisoformat(moment).replace(fold=fold, tzinfo=_read_zone(zone))


def _write_timedelta(value: timedelta) -> list[int]:
    return [value.days, value.seconds, value.microseconds]


def _all_tagged(value: Any) -> list[object]:
    return [_tagged(each) for each in value]


_WRITERS: Mapping[type, tuple[str, Callable[[Any], object]]] = {
    int: ("", _write_int),
    float: ("", _write_float),
    bytes: ("b", lambda value: b85encode(value).decode("ascii")),
    tuple: ("t", _all_tagged),
    set: ("s", _all_tagged),
    frozenset: ("z", _all_tagged),
    dict: ("m", _write_dict),
    datetime: ("D", _write_time),
    date: ("d", lambda value: value.isoformat()),
    time: ("T", _write_time),
    timedelta: ("l", _write_timedelta),
    Decimal: ("n", str),
}

_READERS: Mapping[str, Callable[[Any], object]] = {
    "i": lambda written: int(written, 16),
    "f": float,
    "b": b85decode,
    "t": lambda written: tuple(map(_untagged, written)),
    "s": lambda written: set(map(_untagged, written)),
    "z": lambda written: frozenset(map(_untagged, written)),
    "m": lambda written: {_untagged(key): _untagged(each) for key, each in written},
    "D": partial(_read_time, datetime),
    "d": date.fromisoformat,
    "T": partial(_read_time, time),
    "l": lambda written: timedelta(*written),
    "n": Decimal,
}
