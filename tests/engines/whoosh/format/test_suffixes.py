"""What terms have beyond their keys is in the order of the terms."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchlib.engines.whoosh.format.suffixes import suffix_order, suffixes_of
from searchlib.engines.whoosh.format.term_dictionary import KEY, TermDictionary

# Terms with the same key, but for those that are shorter: what is beyond it may begin with anything, and be of any length.
TAILS = st.lists(st.sampled_from([0, 1, 2, 97, 254, 255]), max_size=11).map(bytes)
TERMS = st.sets(st.one_of(TAILS.map(lambda tail: b"\0" * KEY + tail), st.integers(0, KEY).map(lambda n: b"\0" * n)))


@given(TERMS.map(sorted), st.data())
def test_rests_order_terms_of_the_same_key(terms: list[bytes], data: st.DataObject) -> None:
    vocabulary = TermDictionary.of(terms)
    given_order = data.draw(st.permutations(range(len(terms))))
    lengths, rests = vocabulary.rests_between(0, len(terms))
    chosen = np.array(given_order, np.int64)
    shuffled = suffixes_of(lengths, rests, chosen)
    heads, tails = suffix_order(lengths[chosen], shuffled)
    found = [given_order[number] for number in np.lexsort((tails, heads)).tolist()]
    assert found == list(range(len(terms)))
    assert len(set(zip(heads.tolist(), tails.tolist(), strict=True))) == len(terms)
    rebuilt = TermDictionary.of_rests(vocabulary.keys(0, len(terms)), lengths, rests)
    assert rebuilt.terms() == terms
