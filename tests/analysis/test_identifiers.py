"""The words of identifiers."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.analysis.identifiers import identifier_words, is_word_of_identifier, without_mark

WORDS = [
    ("getElementById", ["get", "element"]),
    ("调用 getElementById，再用parseHTMLString。", ["get", "element", "parse", "html", "string"]),
    ("HTMLParser XMLHttpRequest", ["html", "parser", "xml", "http", "request"]),
    ("JavaScript GitHub iPhone", ["java", "script", "git", "hub", "phone"]),
    ("readCSVFile2Json", ["read", "csv", "file"]),
    ("toUTF8String", ["utf"]),
    ("element Element ELEMENT e-mail read_csv 学习", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_an_identifier_has_these_words(text: str, expected: list[str]) -> None:
    assert [without_mark(word) for word in identifier_words(text)] == expected


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("getElementById", "Element", True),
        ("getElementById", "get", True),
        ("getElementById", "lement", False),
        ("getElementById", "ById", False),
        ("HTMLParser", "HTML", True),
        ("DESCRIPTION", "SCRIPT", False),
        ("description", "script", False),
        ("Element", "Element", False),
    ],
)
def test_a_span_is_a_word_of_an_identifier(text: str, word: str, expected: bool) -> None:
    start = text.index(word)
    assert is_word_of_identifier(text, start, start + len(word)) is expected


def test_a_word_in_a_long_run_of_letters_is_found_from_the_letters_around_it() -> None:
    text = "GetElement" * 20_000  # four billion letters, if each word read all of them
    spans = [match.span() for match in re.finditer("Element", text)]
    started = time.process_time()
    assert all(is_word_of_identifier(text, *span) for span in spans)
    assert time.process_time() - started < 2


@given(st.text(st.sampled_from("aBcDeF1_学 "), max_size=20))
def test_every_word_is_one_where_it_stands(text: str) -> None:
    for word in map(without_mark, identifier_words(text)):
        starts = [at for at in range(len(text)) if text[at : at + len(word)].lower() == word]
        assert any(is_word_of_identifier(text, at, at + len(word)) for at in starts)
