"""Signatures: the share of equal bytes is the share of common shingles; short texts are equal or not."""

from __future__ import annotations

import random

import numpy as np
import pytest

from searchlib.analysis.signatures import (
    MIN_SHINGLES,
    MIN_TITLE_UNITS,
    MIN_UNITS,
    SHINGLE,
    SIGNATURE_UINT64S,
    Signatures,
    signatures,
    similarity,
)


def signed(*texts: str, titles: list[str] | None = None) -> Signatures:
    """Return the signatures of texts of Han characters."""
    distinct = sorted(set("".join(texts)))
    numbers = np.array([distinct.index(char) for text in texts for char in text], np.int64)
    return signatures(numbers, distinct, np.array([*map(len, texts)]), titles or [""] * len(texts))


def shingles(text: str) -> set[str]:
    return {text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1)}


def random_text(chance: random.Random, length: int) -> str:
    return "".join(chr(chance.randrange(0x4E00, 0x5E00)) for _ in range(length))


@pytest.mark.slow
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.8, 0.95, 1.0])
def test_the_share_of_equal_bytes_estimates_the_share_of_common_shingles(kept: float) -> None:
    chance = random.Random(1)
    pairs = []
    for _ in range(200):
        text = random_text(chance, 400)
        cut = int(len(text) * kept)
        pairs.append((text, text[:cut] + random_text(chance, len(text) - cut)))
    exact = [len(shingles(one) & shingles(other)) / len(shingles(one) | shingles(other)) for one, other in pairs]
    ones, others = (signed(*texts) for texts in zip(*pairs, strict=True))
    found = similarity(ones, others)
    assert found.mean() == pytest.approx(np.mean(exact), abs=0.02)
    assert np.abs(found - exact).max() < 0.25


def test_a_signature_does_not_depend_on_other_texts() -> None:
    chance = random.Random(2)
    texts = [random_text(chance, length) for length in (0, 3, 25, 70, 500)]
    together = signed(*texts)
    assert together.shape == (len(texts), SIGNATURE_UINT64S)
    for number, text in enumerate(texts):
        assert signed(text)[0].tolist() == together[number].tolist()


def test_a_text_of_a_few_words_has_no_signature() -> None:
    text = random_text(random.Random(3), MIN_UNITS)
    assert not signed(text[:-1]).any()
    assert signed(text).any()


def test_a_short_text_is_similar_only_to_an_equal_one_with_the_same_title() -> None:
    text = random_text(random.Random(4), MIN_SHINGLES)
    found = signed(text, text, text, text[:-1] + "一", titles=["甲", "甲", "乙", "甲"])
    assert similarity(found[[0]], found[[1]])[0] == 1.0
    assert similarity(found[[0]], found[[2]])[0] < 0.2
    assert similarity(found[[0]], found[[3]])[0] < 0.2


def test_the_title_of_a_longer_text_does_not_matter() -> None:
    text = random_text(random.Random(5), MIN_SHINGLES + SHINGLE)
    found = signed(text, text, titles=["甲", "乙"])
    assert found[0].tolist() == found[1].tolist()


def test_equal_titles_have_equal_digests_unless_they_are_short() -> None:
    text = random_text(random.Random(6), MIN_UNITS)
    long = "河北涿州退洪街头"
    found = signed(text, text, text, text, text[:-1], titles=[long, long, long[1:], "甲乙丙丁，甲乙丙", long])[
        :, -1
    ].tolist()
    assert len(long) == MIN_TITLE_UNITS
    assert found[0] == found[1] != 0
    assert found[2:] == [0, 0, 0]
