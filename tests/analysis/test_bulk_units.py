"""Units of many characters at once are those found one by one."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.analysis.bulk_units import LINE_END, number_units
from searchlib.analysis.fold import fold
from searchlib.analysis.units import UNIT

PIECES = st.sampled_from([*"学习ab1+#， \n_é\u0301𠮷\ud800〇ﾊ", "c++", "c#"])
TEXT = st.one_of(st.text(st.characters()), st.lists(PIECES, max_size=30).map("".join))


@settings(max_examples=500)
@given(TEXT)
def test_units_and_line_ends_are_those_found_one_by_one(text: str) -> None:
    folded = fold(text)
    places, numbers, texts = number_units(folded)
    expected = [(match.start(), match[0]) for match in re.finditer(rf"{UNIT.pattern}|{LINE_END}", folded)]
    assert list(zip(places.tolist(), [texts[number] for number in numbers], strict=True)) == expected
    assert len(set(texts)) == len(texts)
