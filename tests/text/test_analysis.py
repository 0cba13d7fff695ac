"""A text as an engine indexes it, held against a slow reference."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.text.analysis import ANALYSIS_VERSION, analyse, analysis_record
from searchlib.text.fold import FOLDS, fold
from searchlib.text.terms import bigram_term, term
from searchlib.text.tokens import tokenize
from searchlib.text.units import units


def test_a_text_becomes_words_units_and_bigrams() -> None:
    analysed = analyse("學習學習")
    assert dict(analysed.words) == {"学习": 2}
    assert dict(analysed.units) == {"学": 2, "习": 2}
    assert dict(analysed.bigrams) == {"学_习": [0, 2], "习_学": [1]}
    assert analysed.length == 4


def test_two_lines_are_never_neighbours() -> None:
    analysed = analyse("机器\n学习 c++\n\nc#")
    assert dict(analysed.bigrams) == {"机_器": [0], "学_习": [3], "习_c++": [4]}
    assert analysed.length == 6
    assert "机器" in analysed.words
    assert "器学" not in analysed.words


def test_punctuation_inside_a_line_separates_nothing() -> None:
    assert dict(analyse("机，器").bigrams) == {"机_器": [0]}


@pytest.mark.parametrize("text", ["", "\n\n", "，。", " \u3000\t"])
def test_a_text_without_units_gives_no_terms(text: str) -> None:
    analysed = analyse(text)
    assert (dict(analysed.words), dict(analysed.units), dict(analysed.bigrams), analysed.length) == ({}, {}, {}, 0)


LINE = st.one_of(
    st.text(st.characters(exclude_characters="\n")),
    st.text(st.sampled_from("机器学習学习的元宇宙ab1+#，。. _-ＣｃﾊﾞéA"), max_size=20),
)


@settings(max_examples=150)
@given(st.lists(LINE, max_size=5).map("\n".join))
def test_counts_and_positions_are_those_of_the_slow_reference(text: str) -> None:
    analysed = analyse(text)
    lines = fold(text).split("\n")
    assert analysed.words == Counter(term(token.text) for line in lines for token in tokenize(line))
    assert analysed.units == Counter(term(unit) for line in lines for unit in units(line))
    assert analysed.length == sum(len(units(line)) for line in lines)
    # The units of all lines in one list, with a hole after each line; a bigram is two that stand side by side.
    row: list[str | None] = [unit for line in lines for unit in (*units(line), None)]
    expected: dict[str, list[int]] = {}
    for at in range(len(row) - 1):
        one, other = row[at], row[at + 1]
        if one is not None and other is not None:
            expected.setdefault(bigram_term(one, other), []).append(at)
    assert dict(analysed.bigrams) == expected


def test_the_record_of_the_analysis_is_plain_json() -> None:
    record = dict(analysis_record())
    assert json.loads(json.dumps(record)) == record
    assert record["version"] == ANALYSIS_VERSION
    assert record["fold"] == [step.__name__ for step in FOLDS]
    assert {"segmenter", "dictionary", "characters"} <= record.keys()


def test_the_record_of_the_analysis_stays_the_same_in_every_process() -> None:
    before = dict(analysis_record())
    analysis_record.cache_clear()
    assert dict(analysis_record()) == before
    code = "import json; from searchlib.text.analysis import analysis_record; print(json.dumps(analysis_record()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == before


def test_another_character_table_makes_another_record(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(analysis_record())
    monkeypatch.setattr("searchlib.text.analysis.fold", lambda text: text.replace("學", "学"))
    analysis_record.cache_clear()
    try:
        assert analysis_record()["characters"] != before["characters"]
    finally:
        analysis_record.cache_clear()
