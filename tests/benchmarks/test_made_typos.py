"""Made typos differ from words of the archive in one character."""

from __future__ import annotations

from pathlib import Path

import searchlib
from tests.benchmarks.made_typos import made_pairs


def test_made_slips_are_words_with_one_other_character(sample_index: Path) -> None:
    with searchlib.open_index(sample_index) as index:
        engine = index._current().engine
        pairs = made_pairs(engine.lexicon(), engine.frequencies, 1, 50)
        assert len(set(pairs)) == 50
        for wrong, right in pairs:
            assert len(wrong) == len(right)
            assert sum(one != other for one, other in zip(wrong, right, strict=True)) == 1
        frequencies = engine.frequencies([right for _, right in pairs])
        assert all(frequencies[right] for _, right in pairs)
        assert pairs == made_pairs(engine.lexicon(), engine.frequencies, 1, 50)
