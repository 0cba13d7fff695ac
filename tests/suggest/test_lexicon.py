"""The arrays of a lexicon hold its entries, and say if they are damaged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from searchlib.suggest.lexicon import (
    KINDS,
    PHRASE,
    TITLE,
    WORD,
    LexiconArrays,
    LexiconBuilder,
    concatenate_arrays,
)
from searchlib.suggest.lookup import Lexicon, LexiconPart

TAG = KINDS.index("tag")
TITLES = ["元宇宙的产品与产业互联网的未来", "v2.0.1 发布"]


def add_names(builder: LexiconBuilder) -> None:
    builder.add_value(TAG, "统计之都", 3, 0)
    builder.add_value(TAG, "，。", 9, 1)
    builder.add(TITLE, ["元宇宙的产品与产业互联网的未来", "v201发布"], [1, 2], [0, 1])


def add_words(builder: LexiconBuilder) -> None:
    builder.add(WORD, ["元宇宙", "python"], [5, 7])
    builder.add(PHRASE, ["元宇宙产业"], [4])


def built(*steps: Callable[[LexiconBuilder], None]) -> LexiconArrays:
    builder = LexiconBuilder()
    for step in steps:
        step(builder)
    return builder.build()


def test_keys_of_titles_are_cut_and_words_and_phrases_are_whole() -> None:
    arrays = built(add_names, add_words)
    keys = np.split(arrays.chars, np.cumsum(arrays.lengths)[:-1])
    assert ["".join(map(chr, key)) for key in keys] == [
        "统计之都",
        "统计之都",
        "元宇宙的产品与产业互",
        "v201发布",
        "元宇宙",
        "python",
        "元宇宙产业",
    ]


def test_a_value_with_a_polyphone_has_an_entry_for_each_reading() -> None:
    part = LexiconPart(built(add_names), lambda *_: "")
    first, second = part.words(4).syllables.T.tolist()
    assert [one == other for one, other in zip(first, second, strict=True)] == [True, True, True, False]


def test_concatenated_arrays_are_those_of_one_builder() -> None:
    one, both = built(add_names, add_words), concatenate_arrays([built(add_names), built(add_words)])
    for field in fields(LexiconArrays):
        assert np.array_equal(getattr(one, field.name), getattr(both, field.name)), field.name


def test_whole_texts_of_values_and_titles_come_from_their_source() -> None:
    texts = {TAG: ["统计之都", "，。"], TITLE: TITLES}
    lexicon = Lexicon([LexiconPart(built(add_names), lambda kind, source: texts[kind][source])], is_exact=True)
    assert [lexicon.parts[0].text(entry) for entry in range(4)] == ["统计之都", "统计之都", *TITLES]
    assert lexicon.is_value("统计之都")
    assert not lexicon.is_value("统计")
    assert [lexicon.is_in_value(key) for key in ("统计之都", "统计", "之都", "都", "计都", "之都学", "")] == [
        *[True] * 4, *[False] * 3
    ]  # fmt: skip


SOURCES = {TAG: 2, TITLE: 2}


def test_sound_arrays_have_no_damage() -> None:
    assert built(add_names, add_words).damage(SOURCES) is None
    assert built().damage({}) is None


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("kinds", lambda array: array + 200, "kinds is out of range"),
        ("lengths", lambda array: array + 1, "lengths of the keys"),
        ("chars", lambda array: array.astype("u4"), "chars is not u2"),
        ("sources", lambda array: array[1:], "one source each"),
        ("sources", lambda array: array + 5, "unknown source"),
        ("irregular_at", lambda array: array + 1000, "irregular_at is out of range"),
        ("default_syllables", lambda array: array[1:], "one default syllable each"),
    ],
)
def test_damage_is_described(name: str, change: Callable[[Any], Any], message: str) -> None:
    arrays = built(add_names, add_words)
    damaged = replace(arrays, **{name: change(getattr(arrays, name))})
    assert message in str(damaged.damage(SOURCES))
