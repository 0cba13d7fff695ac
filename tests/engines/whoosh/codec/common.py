"""Helpers that the tests of the codec share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from whoosh import analysis, fields, index
from whoosh.filedb.filestore import RamStorage

stored_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary()
    | st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=-3)), ZoneInfo("Asia/Shanghai")]))
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.decimals(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(st.characters()) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)
"""Values of all types that a stored field can have."""

word_boosts = analysis.RegexTokenizer(r"\S+") | analysis.DelimitedAttributeFilter()
"""An analyzer that reads ``alfa^2`` as a word with a boost."""


class Bomb:
    """Writes a file when it is loaded as a pickle."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.marker,))


def in_memory(schema: fields.Schema) -> index.FileIndex:
    """Return an empty index. Its name is that of a temporary folder, so it must be unique."""
    return RamStorage().create_index(schema, indexname=uuid4().hex)


def postings(matcher: Any, format_: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the id, weight and payload of each posting, and all that the format can decode from the payload."""
    kinds = ("frequency", "positions", "characters", "position_boosts")
    supported = [name for name in kinds if format_ and format_.supports(name)]
    while matcher.is_active():
        values = [matcher.value_as(name) for name in supported]
        yield matcher.id(), matcher.weight(), format_ and (matcher.value() or b""), *values
        matcher.next()
