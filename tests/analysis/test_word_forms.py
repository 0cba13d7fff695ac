"""Variant forms of words are replaced by one form."""

from __future__ import annotations

import random

import pytest

from searchlib.analysis import word_forms
from searchlib.analysis.code_points import CODE_POINT_COUNT, decode, encode
from searchlib.analysis.fold import fold, fold_all
from searchlib.analysis.variants import variants
from searchlib.analysis.word_forms import replace_in_codes, replace_word_forms
from searchlib.highlight.searchable_text import SearchableText

MEET = [
    ("接著", "接着"),
    ("穿著", "穿着"),
    ("鲁迅 著", "鲁迅 着"),
    ("瞭解", "了解"),
    ("憑藉", "凭借"),
    ("計畫", "计划"),
    ("總計畫", "总计划"),
    ("籌畫", "筹划"),
    ("甚麼", "什么"),
    ("答覆", "答复"),
    ("沈默", "沉默"),
    ("一部份", "一部分"),
    ("身分", "身份"),
    ("其它", "其他"),
    ("帳號", "账号"),
    ("彷彿", "仿佛"),
    ("椀", "碗"),
    ("朱元璋盌", "朱元璋碗"),
]

APART = [
    ("著名", "着名"),
    ("显著", "显着"),
    ("瞭望", "了望"),
    ("慰藉", "慰借"),
    ("甚至", "什至"),
    ("覆蓋", "复盖面"),
    ("沈先生", "沉先生"),
    ("漫畫", "漫划"),
]


@pytest.mark.parametrize(("form", "other"), MEET)
def test_forms_of_a_word_fold_to_the_same(form: str, other: str) -> None:
    assert fold(form) == fold(other)


@pytest.mark.parametrize(("word", "other"), APART)
def test_a_character_that_words_decide_is_kept_in_other_words(word: str, other: str) -> None:
    assert fold(word) != fold(other)


def test_two_words_side_by_side_are_no_form() -> None:
    assert fold("設計畫面") == "设计画面"
    assert fold("漫畫分享") == "漫画分享"
    assert fold("全部份額") == "全部份额"


def test_forms_have_the_length_of_their_words_and_do_not_fold_on() -> None:
    for form, (word, *_) in variants().words.items():
        assert len(form) == len(word)
        assert replace_word_forms(word) == word or form == word, form


def test_arrays_give_what_strings_give() -> None:
    chosen = random.Random("word forms")
    forms = [*variants().words]
    chars = [*"的一是在不了有和人这中大为上个国我以要他设统漫\n ab计画分"]
    for _ in range(3000):
        text = "".join(
            chosen.choice(forms) if chosen.random() < 0.3 else chosen.choice(chars)
            for _ in range(chosen.randint(0, 12))
        )
        codes = encode(text).copy()
        replace_in_codes(codes)
        assert decode(codes) == replace_word_forms(text), text
        assert fold_all([text, text]) == [fold(text)] * 2


def test_long_texts_give_what_short_ones_give(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = random.Random("long texts")
    forms = [*variants().words]
    texts = ["".join(chosen.choice(forms) if chosen.random() < 0.4 else "的" for _ in range(20)) for _ in range(500)]
    monkeypatch.setattr(word_forms, "_MIN_ARRAY_LENGTH", 1_000)
    one_by_one = [*map(replace_word_forms, texts)]
    monkeypatch.setattr(word_forms, "_MIN_ARRAY_LENGTH", 1)
    assert [*map(replace_word_forms, texts)] == one_by_one
    assert one_by_one != texts


def test_entries_that_are_no_characters_are_kept() -> None:
    codes = encode("接著x看著").copy()
    codes[2] = CODE_POINT_COUNT + 1
    replace_in_codes(codes)
    assert codes[2] == CODE_POINT_COUNT + 1
    codes[2] = 0
    assert decode(codes) == "接着\0看着"


def test_a_text_for_highlighting_folds_as_a_whole() -> None:
    text = "显\u200b著，接\u200b著 " * 30
    searchable = SearchableText(text)
    assert searchable.text == fold(text)
    at = searchable.text.index("接着")
    start, end = searchable.original(at, at + 2)
    assert text[start:end] == "接\u200b著"
