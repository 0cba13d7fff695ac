"""Values are packed without pickles and unpacked unchanged."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from searchlib.engines.whoosh.codec.values import pack_value, unpack_value
from tests.engines.whoosh.codec.common import stored_values


@given(stored_values)
def test_a_value_is_unpacked_unchanged(value: object) -> None:
    read = unpack_value(pack_value(value))
    assert read == value
    # The types are the same, too, and which of two repeated hours a time is in.
    assert repr(read) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(10**5000, id="large"),
        pytest.param(-(10**5000), id="small"),
        float("inf"),
        {1, 2},
        frozenset("ab"),
        {(1, 2): {"a": [b"\0"]}},
        "\ud83d\ude00",
        datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=1),
        time(1, 2, 3, tzinfo=UTC),
        date.max,
    ],
)
def test_an_unusual_value_is_unpacked_unchanged(value: object) -> None:
    read = unpack_value(pack_value(value))
    assert read == value
    assert getattr(read, "fold", 0) == getattr(value, "fold", 0)


@pytest.mark.parametrize("value", [object(), [1, {"a": Path()}], len, 1j, datetime])
def test_a_value_of_another_type_is_refused_with_advice(value: object) -> None:
    with pytest.raises(TypeError, match=r"cannot be stored .*convert it before it is added"):
        pack_value(value)


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"x":1}', b"{}", b'{"m":1}', b'{"D":[1,2,3]}', b'{"i":"z"}', b"[" * 99999]
)
def test_a_damaged_value_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        unpack_value(data)
