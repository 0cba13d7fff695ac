"""Texts with matches, as strategies and in a short written form."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from searchlib.analysis.fold import fold
from searchlib.analysis.units import HighlightTerm, units
from searchlib.models import Spans


def highlight_term(text: str, *, loose: bool = False, prefix: bool = False) -> HighlightTerm:
    """Return a term of the units of a text."""
    return HighlightTerm(tuple(units(fold(text))), loose=loose, prefix=prefix)


def bracketed(spans: Spans) -> str:
    """Return the text with brackets around the matches."""
    return "".join(f"[{text}]" if is_match else text for text, is_match in spans)


def plain(spans: Spans) -> str:
    """Return the text without its flags."""
    return "".join(text for text, _ in spans)


PIECES = st.sampled_from(
    [*"学習习马克思哈的，。！？；.!? \n…”」a1bé", "c++", "ﬁ", "ﾊﾞ", "e\u0301", "\u3000", "😀", "\r\n"]
)
TEXT = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(st.characters(), max_size=30))
LONG_TEXT = st.lists(st.tuples(TEXT, st.integers(1, 12)), max_size=12).map(
    lambda parts: "".join(text * times for text, times in parts)
)
TERMS = st.lists(
    st.builds(
        HighlightTerm,
        st.text(st.sampled_from("学习马克思哈的a1bc+ "), min_size=1, max_size=4).map(units).filter(bool).map(tuple),
        loose=st.booleans(),
        unbroken=st.booleans(),
    ),
    max_size=4,
)


def check_pieces(spans: Spans) -> None:
    """Assert that no piece is empty, and that the flags of neighbors differ."""
    assert all(text for text, _ in spans), "a piece is empty"
    flags = [is_match for _, is_match in spans]
    assert all(one != other for one, other in pairwise(flags)), "two pieces should be one"
