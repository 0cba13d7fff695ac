"""An index of several segments is read as one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from searchlib.engines.common.fields import text_field
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.write.writer import WhooshWriter
from searchlib.errors import IndexDamagedError
from searchlib.models import Article
from tests.engines.whoosh.bulk import add_articles
from tests.engines.whoosh.small_engines import article

BODY = text_field("body", "bigrams")


def write_segments(folder: Path, sizes: Sequence[int]) -> None:
    """Write an index of segments with these numbers of articles, some without a title or body."""
    chosen = random.Random(5)
    for number, size in enumerate(sizes):
        articles: list[Article] = [
            article(
                f"{number}-{each}.md",
                "山川草木\n" * chosen.choice([0, 0, 1, 30, 200]),
                chosen.choice(["", "鸟兽", "虫鱼山川"]),
            )
            for each in range(size)
        ]
        writer = WhooshWriter(folder, new=not number)
        if not number:
            writer.train(articles, ())
        add_articles(writer, folder, articles)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    # Segments of similar sizes would be merged.
    write_segments(tmp_path, (300, 30, 3))
    return tmp_path


def test_few_positions_have_the_articles_that_many_have(folder: Path) -> None:
    reader = IndexReader(folder)
    assert len(reader.segments) > 1
    for name in ("title", "body"):
        field = text_field(name, "bigrams")
        every = np.unique(np.concatenate([reader.positions(field, term) for term in reader.terms(field)]))
        # Few positions are looked up in each new reader; this many make a table.
        assert len(every) > reader.size
        expected = reader.articles_at(field, every)
        starts, ends = reader.position_bounds(field, expected)
        assert ((starts <= every) & (every < ends)).all()
        for part in np.array_split(every, len(every) // 50):
            new = IndexReader(folder)
            np.testing.assert_array_equal(new.articles_at(field, part), expected[np.searchsorted(every, part)])
            new.close()
    reader.close()


WORDS = [*"山川草木鸟兽虫鱼没有", "山川", "草木", "鸟兽", "虫鱼", "not there", ""]


@pytest.mark.parametrize("words", [WORDS, WORDS[:3], []])
def test_terms_that_are_read_together_are_those_that_are_read_one_by_one(folder: Path, words: list[str]) -> None:
    for deleted in (False, True):
        if deleted:
            writer = WhooshWriter(folder, new=False)
            writer.delete(["0-5.md", "2-1.md"])
            writer.commit()
        alone, together = IndexReader(folder), IndexReader(folder)
        for name in ("title", "body"):
            for kind in ("words", "bigrams"):
                field = text_field(name, kind)
                together.read_postings(field, words)
                for word in words:
                    expected, found = alone.postings(field, word), together.postings(field, word)
                    np.testing.assert_array_equal(found.articles, expected.articles)
                    np.testing.assert_array_equal(found.frequencies, expected.frequencies)
                assert together.article_frequencies(field, words) == {
                    word: alone.article_frequency(field, word) for word in words
                }
        alone.close()
        together.close()


@pytest.mark.parametrize("count", [1, 1000])
def test_a_position_behind_the_last_article_is_damage(folder: Path, count: int) -> None:
    reader = IndexReader(folder)
    with pytest.raises(IndexDamagedError, match="cannot be read"):
        reader.articles_at(BODY, np.full(count, 1 << 40))
    reader.close()
