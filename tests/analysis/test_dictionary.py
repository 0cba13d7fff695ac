"""A user's dictionary is read as jieba reads it, and changes the words of jieba and rjieba alike."""

from __future__ import annotations

import io
import logging
import pickle
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from searchlib.analysis.analyzer import AnalyzedField
from searchlib.analysis.bulk import word_texts
from searchlib.analysis.dictionary import (
    DICTIONARY_FILE,
    MAX_FREQUENCY,
    DictionaryFile,
    load_dictionary,
    read_dictionary,
    save_dictionary,
)
from searchlib.analysis.fold import fold
from searchlib.analysis.han_tokenizer import JiebaTokenizer, RjiebaTokenizer, han_tokenizer, with_frequencies
from searchlib.analysis.tokens import tokens, words
from searchlib.errors import IndexDamagedError, SettingsError

TEXT = "元宇宙产业和机器学习平台"


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "words.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_lines_have_jiebas_form(tmp_path: Path) -> None:
    found = read_dictionary(written(tmp_path, "元宇宙\n 机器学习平台 30\n\n产业链 5 n\n雲計算 nz\r\n"))
    assert found.words == (("元宇宙", None), ("机器学习平台", 30), ("产业链", 5), ("云计算", None))
    assert (found.name, found.unused) == ("words.txt", 0)


def test_words_of_other_characters_have_no_effect_and_are_counted(tmp_path: Path) -> None:
    found = read_dictionary(written(tmp_path, "c++ 3\nAI芯片 5 n\n𠮷野家\n元宇宙 3"))
    assert found.words == (("元宇宙", 3),)
    assert found.unused == 3


def test_tags_blank_lines_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    plain = read_dictionary(written(tmp_path, "元宇宙 3\n产业链"))
    assert read_dictionary(written(tmp_path, "\ufeff元宇宙 3 n\r\n\r\n產業鏈 nz\r\n")).digest == plain.digest
    assert read_dictionary(written(tmp_path, "元宇宙 4\n产业链")).digest != plain.digest
    assert read_dictionary(written(tmp_path, "产业链\n元宇宙 3")).digest != plain.digest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xe5\x85\x83\n\xff\xfe", "line 2: this is not UTF-8"),
        ("元宇宙 3\n产业链 0", "line 2: the frequency of '产业链' must be from 1"),
        ("元宇宙 -1", "line 1: the frequency"),
        (f"元宇宙 {MAX_FREQUENCY + 1}", "line 1: the frequency"),
    ],
)
def test_an_error_names_the_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_dictionary(written(tmp_path, text))
    assert said in str(caught.value)
    assert "words.txt" in str(caught.value)


def test_a_missing_dictionary_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.txt: the file cannot be read"):
        read_dictionary(tmp_path / "none.txt")


def test_every_function_uses_the_dictionary_that_it_is_given() -> None:
    dictionary = with_frequencies(DictionaryFile("", (("元宇宙", None), ("机器学习平台", None)), 0))
    expected = ["元宇宙", "产业", "和", "机器学习平台"]
    assert [word.text for word in words(TEXT, parts=False, dictionary=dictionary)] == expected
    for found in (
        word_texts(TEXT, dictionary),
        AnalyzedField(fold(TEXT), dictionary=dictionary).words,
        [token.text for token in tokens(TEXT, dictionary)],
    ):
        assert set(expected) < set(found)
    assert "元宇宙" not in word_texts(TEXT)
    assert "元宇宙" not in {word.text for word in words(TEXT, parts=True)}


def test_two_dictionaries_do_not_affect_each_other() -> None:
    one = with_frequencies(DictionaryFile("", (("元宇宙", None),), 0))
    other = with_frequencies(DictionaryFile("", (("宙产业", 1000000),), 0))
    for _ in range(2):
        assert han_tokenizer(one).tokenize("元宇宙产业") == [("元宇宙", 0, 3), ("产业", 3, 5)]
        assert ("宙产业", 2, 5) in han_tokenizer(other).tokenize("元宇宙产业")
        # A cached word behind letters must not be another dictionary's.
        assert ("b元" in word_texts("b元宇宙", None)) is True
        assert ("b元" in word_texts("b元宇宙", one)) is False


def test_a_dictionary_can_be_sent_to_other_processes() -> None:
    dictionary = with_frequencies(DictionaryFile("", (("元宇宙", None),), 0))
    again = pickle.loads(pickle.dumps(dictionary))
    assert again == dictionary
    assert again.words == dictionary.words
    assert han_tokenizer(again) is han_tokenizer(dictionary)


def test_a_dictionary_is_stored_with_an_index(tmp_path: Path) -> None:
    assert load_dictionary(tmp_path) is None
    save_dictionary(tmp_path, None)
    assert load_dictionary(tmp_path) is None
    dictionary = with_frequencies(DictionaryFile("", (("元宇宙", None), ("学习", 7)), 0))
    save_dictionary(tmp_path, dictionary)
    again = load_dictionary(tmp_path)
    assert again is not None
    assert (again.digest, again.words, again.replaced) == (dictionary.digest, dictionary.words, dictionary.replaced)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"words": [[1]]}',
        '{"words": [["元宇宙", 0]], "digest": "", "replaced": 0}',
        '{"words": [["元宇宙", 1e300]], "digest": "", "replaced": 0}',
        '{"words": [["a", 1]], "digest": "", "replaced": 0}',
        '{"words": [], "digest": "", "replaced": -1}',
        '{"words": [], "digest": "", "replaced": Infinity}',
    ],
)
def test_a_damaged_stored_dictionary_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / DICTIONARY_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(IndexDamagedError, match=DICTIONARY_FILE):
        load_dictionary(tmp_path)


@pytest.mark.parametrize("name", ["seed", "odd"])
def test_rjieba_jieba_and_jiebas_own_reader_tokenize_real_texts_alike(corpus: Callable[..., Path], name: str) -> None:
    files = sorted(corpus(name).rglob("*.md"))[:400]
    texts = [fold(file.read_text(encoding="utf-8", errors="replace")) for file in files]
    runs = sorted({run for text in texts for run in re.findall("[\u4e00-\u9fff]+", text)})
    random.seed(7)
    listed = [
        (run[at : at + length], random.choice([None, None, 1, 20, 3_000, 1_000_000]))
        for run in random.sample(runs, min(len(runs), 600))
        for length in [random.randint(1, 6)]
        for at in [random.randrange(max(len(run) - length + 1, 1))]
    ]
    listed += [(word, 50) for word, _ in listed[:20]]
    listed = [(word, frequency) for word, frequency in listed if re.fullmatch("[\u4e00-\u9fd5]+", word)]
    dictionary = with_frequencies(DictionaryFile("", tuple(listed), 0))
    fast, reference, jieba = RjiebaTokenizer(dictionary), JiebaTokenizer(dictionary), loaded_by_jieba(listed)
    differs_from_plain = 0
    for run in runs:
        expected = list(jieba.tokenize(run)), list(jieba.tokenize(run, mode="search"))  # type: ignore[attr-defined]
        assert (fast.tokenize(run), fast.tokenize_for_search(run)) == expected
        assert (reference.tokenize(run), reference.tokenize_for_search(run)) == expected
        differs_from_plain += han_tokenizer().tokenize(run) != expected[0]
    assert differs_from_plain > 100


def loaded_by_jieba(listed: list[tuple[str, int | None]]) -> object:
    """Return a tokenizer of jieba with the words loaded from a file by ``load_userdict``."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = JiebaTokenizer()._jieba
    lines = "\n".join(word if frequency is None else f"{word} {frequency} n" for word, frequency in listed)
    tokenizer.load_userdict(io.BytesIO(lines.encode()))
    return tokenizer


@pytest.mark.parametrize("line", ["云计算平台 abc", "云计算平台 30 noun", "云计算平台 三十x N"])
def test_a_line_whose_last_column_means_nothing_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(
        SettingsError, match=r"line 3: '\w+' is neither a frequency nor a part of speech: write '云计算平台"
    ):
        read_dictionary(written(tmp_path, f"元宇宙 3 n\n\n{line}\n"))
