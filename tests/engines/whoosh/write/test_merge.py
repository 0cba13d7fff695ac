"""Merged runs and segments contain what a slow writer would have written."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.analysis.analyzer import AnalyzedField, FieldText
from searchlib.analysis.fold import fold
from searchlib.analysis.terms import bigram_term, term
from searchlib.analysis.units import units, units_with_breaks
from searchlib.engines.whoosh.format.segment import Segment
from searchlib.engines.whoosh.write.merge import Source, merge
from searchlib.engines.whoosh.write.runs import ArticleValues, TextFieldBuilder, _sorted_pairs, values_field, write_run

STRIDE_BITS = 3
WORDS = ["学习", "機器", "机器学习", "a", "c++", "elasticsearch", "配置文件", "x" * 70, "\n", "，", " ", "1", "的"]
texts = st.lists(st.sampled_from(WORDS), max_size=10).map("".join)
batches = st.lists(st.lists(texts, min_size=1, max_size=5), min_size=1, max_size=4)


def write_texts(path: Path, batch: list[str]) -> Source:
    """Write a run of these texts, which are stored fields, too."""
    builder = TextFieldBuilder(STRIDE_BITS)
    for text in batch:
        builder.add(FieldText(text))
    fields, units = builder.fields()
    values = ArticleValues({"length": units.lengths.astype(np.uint32)}, {"text": [text.encode() for text in batch]})
    tags = values_field([set(text) for text in batch])
    write_run(path, len(batch), {**fields, "tag": tags}, values)
    return Source.run(path)


def contents(segment: Segment) -> dict[str, dict[str, object]]:
    """Return, for each term of each field, its frequency in each article, or its positions in articles."""
    by_field: dict[str, dict[str, object]] = {}
    for name, field in segment.fields.items():
        terms = [each.decode() for each in field.terms.terms()]
        if field.has_positions:
            starts = field.article_starts.astype(int)
            by_field[name] = {}
            for number, each in enumerate(terms):
                positions = field.positions(number)
                articles = np.searchsorted(starts, positions >> STRIDE_BITS, "right") - 1
                offsets = positions - (starts[articles] << STRIDE_BITS)
                by_field[name][each] = list(zip(articles.tolist(), offsets.tolist(), strict=True))
        else:
            postings = [field.postings(number) for number in range(len(terms))]
            by_field[name] = {
                each: dict(zip(articles.tolist(), counts.tolist(), strict=True))
                for each, (articles, counts) in zip(terms, postings, strict=True)
            }
    return by_field


def expected_contents(texts: list[str]) -> dict[str, dict[str, object]]:
    """Return the same for a segment of these texts, the slow way."""
    by_field: dict[str, dict[Any, Any]] = {"words": {}, "units": {}, "boilerplate": {}, "bigrams": {}, "tag": {}}
    for number, text in enumerate(texts):
        analyzed = AnalyzedField(fold(text))
        for each, count in Counter(map(term, analyzed.words)).items():
            by_field["words"].setdefault(each, {})[number] = count
        lines = [units_with_breaks(line) for line in analyzed.folded.split("\n")]
        broken = [each for line in lines for each in (*line, ("\n", False))]
        sequence = [unit for unit, _ in broken]
        for each, count in Counter(term(unit) for unit in sequence if unit != "\n").items():
            by_field["units"].setdefault(each, {})[number] = count
        for position, ((one, _), (other, is_broken)) in enumerate(pairwise(broken)):
            if "\n" not in (one, other):
                bigram = bigram_term(one, other, is_broken=is_broken)
                by_field["bigrams"].setdefault(bigram, []).append((number, position))
        for each in set(text):
            by_field["tag"].setdefault(each, {})[number] = 1
    return by_field


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(batches, batches, st.sets(st.integers(0, 19)), st.sampled_from([1, 7, 1 << 19]))
def test_merged_runs_and_segments_contain_what_a_slow_writer_would_write(
    first: list[list[str]], later: list[list[str]], deleted: set[int], chunk: int
) -> None:
    old = [text for batch in first for text in batch]
    deleted = {number for number in deleted if number < len(old)}
    live = [text for number, text in enumerate(old) if number not in deleted] + [
        text for batch in later for text in batch
    ]
    with TemporaryDirectory() as name:
        folder = Path(name)
        sources = [write_texts(folder / f"a{n}", batch) for n, batch in enumerate(first)]
        assert merge(sources, folder, "MAIN_a", chunk_values=chunk) == len(old)
        sources = [Source.segment(folder, "MAIN_a", deleted)]
        sources += [write_texts(folder / f"b{n}", batch) for n, batch in enumerate(later)]
        assert merge(sources, folder, "MAIN_b", chunk_values=chunk) == len(live)
        for segment_name, texts in (("MAIN_a", old), ("MAIN_b", live)):
            segment = Segment(folder, segment_name)
            assert contents(segment) == expected_contents(texts)
            assert segment.doc_values("length").tolist() == [len(units(fold(text))) for text in texts]
            assert [segment.stored("text", number).decode() for number in range(len(texts))] == texts
            segment.close()


@given(
    st.lists(st.tuples(st.integers(0, 1 << 30), st.booleans()), max_size=40),
    st.integers(0, 30),
    st.integers(1, 1 << 24),
)
def test_pairs_are_sorted_whether_they_fit_into_one_integer_or_not(
    units: list[tuple[int, bool]], small: int, step: int
) -> None:
    sequence = [unit >> small for unit, _ in units]
    are_pairs = [is_pair for _, is_pair in units][1:]
    expected: dict[tuple[int, int], list[int]] = {}
    for at, pair in enumerate(pairwise(sequence)):
        if are_pairs[at]:
            expected.setdefault(pair, []).append(at * step)
    positions = np.arange(len(sequence)) * step
    first, second, sizes, sorted_positions = _sorted_pairs(
        np.array(sequence[:-1], np.int64), np.array(sequence[1:], np.int64), positions[:-1], np.array(are_pairs, bool)
    )
    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    assert pairs == sorted(expected)
    assert sizes.tolist() == [len(expected[pair]) for pair in pairs]
    assert sorted_positions.tolist() == [position for pair in pairs for position in expected[pair]]
