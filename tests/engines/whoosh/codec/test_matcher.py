"""The matcher behaves as the one of Whoosh's own codec."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import fields
from whoosh.codec import whoosh3
from whoosh.filedb.filestore import RamStorage

from searchlib.engines.whoosh.codec import Codec

# Whoosh's own codec leaves files to the garbage collection.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


class ByWeight:
    """Scores a posting by its weight, and a block by its greatest weight."""

    def supports_block_quality(self) -> bool:
        return True

    def score(self, matcher: Any) -> float:
        return float(matcher.weight())

    def max_quality(self) -> float:
        return 99.0

    def block_quality(self, matcher: Any) -> float:
        return float(matcher.block_max_weight())


moves = st.tuples(st.sampled_from(["next", "skip_to", "skip_to_quality"]), st.integers(0, 60))


@given(
    st.dictionaries(
        st.integers(0, 60), st.tuples(st.sampled_from([1.0, 2.0, 0.5, 7.0]), st.integers(1, 9)), min_size=1
    ),
    st.lists(moves, max_size=12),
)
def test_a_matcher_moves_as_the_one_of_whoosh_does(
    held: dict[int, tuple[float, int]], moves: list[tuple[str, int]]
) -> None:
    storage, field = RamStorage(), fields.TEXT()
    matchers = []
    for codec in (whoosh3.W3Codec(blocklimit=3), Codec(blocklimit=3)):
        segment = codec.new_segment(storage, "it")
        documents = codec.per_document_writer(storage, segment) if isinstance(codec, Codec) else None
        if documents:
            for docnum in range(max(held) + 1):
                documents.start_doc(docnum)
                documents.add_field("it", field, None, held.get(docnum, (0.0, 0))[1])
                documents.finish_doc()
            documents.close()
        writer = codec.field_writer(storage, segment)
        writer.start_field("it", field)
        writer.start_term(b"term")
        for docnum, (weight, length) in sorted(held.items()):
            writer.add(docnum, weight, b"x", length)
        writer.finish_term()
        writer.finish_field()
        writer.close()
        matchers.append(codec.terms_reader(storage, segment).matcher("it", b"term", field.format, ByWeight()))
    for move, target in moves:
        assert state(matchers[1]) == state(matchers[0])
        if not matchers[0].is_active():
            break
        for matcher in matchers:
            if move == "next":
                matcher.next()
            elif move == "skip_to":
                matcher.skip_to(target)
            else:
                matcher.skip_to_quality(target / 10)
    matchers[1].reset()
    assert list(matchers[1].copy().all_ids()) == sorted(held)


def state(matcher: Any) -> tuple[Any, ...]:
    """Return the current posting of a matcher, and the bounds of its block."""
    if not matcher.is_active():
        return ()
    block = (matcher.block_max_weight(), matcher.block_quality(), matcher.block_min_length())
    return matcher.id(), matcher.weight(), matcher.score(), matcher.value(), block
