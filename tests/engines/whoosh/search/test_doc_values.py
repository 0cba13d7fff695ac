"""Doc values are the same, whichever way they are read."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.engines.whoosh.format.facet_values_file import write_facet_values
from searchlib.engines.whoosh.format.sorted_set_values import SortedSetValues
from searchlib.engines.whoosh.search import doc_values
from searchlib.errors import IndexDamagedError
from tests.engines.whoosh.array_files import change_array
from tests.engines.whoosh.small_engines import article, engine_of

SIZE = 8
NAMES = [*"abcdefgh"]


def test_ids_are_in_the_same_order_whether_some_or_all_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["b", "甲", "a/z", "a", "\U00020000", "Z", "乙"]
    with engine_of(tmp_path, [article(name, f"风车{number}") for number, name in enumerate(names)]) as engine:
        articles = np.array([6, 0, 3, 5, 2, 4, 1])
        few = np.argsort(engine._doc_values.id_ranks(articles)).tolist()
        monkeypatch.setattr(doc_values, "_MAX_READ_IDS", 0)
        assert np.argsort(engine._doc_values.id_ranks(articles)).tolist() == few
        ids = [engine._stored.id(number) for number in articles.tolist()]
    assert [ids[at] for at in few] == sorted(names)


@given(
    st.lists(st.tuples(st.integers(0, len(NAMES) - 1), st.integers(0, SIZE - 1)), max_size=60, unique=True),
    st.sets(st.integers(0, SIZE - 1)),
)
def test_values_are_counted_and_found(pairs: list[tuple[int, int]], chosen: set[int]) -> None:
    ordinals, articles = (np.array([pair[at] for pair in pairs], np.int64) for at in (0, 1))
    values = SortedSetValues.of(NAMES, ordinals, articles, SIZE)
    counts = values.counts(np.array(sorted(chosen), np.int64)).tolist()
    assert counts == [
        sum(number == ordinal and owner in chosen for number, owner in pairs) for ordinal in range(len(NAMES))
    ]
    for ordinal in range(len(NAMES)):
        owners = sorted(owner for number, owner in pairs if number == ordinal)
        assert values.articles_of([ordinal]).tolist() == owners


def test_few_and_many_articles_are_counted_alike(tmp_path: Path) -> None:
    chosen = random.Random(3)
    articles = [
        replace(article(f"{number}.md", "风车"), tags=tuple(chosen.sample(NAMES, chosen.randrange(4))))
        for number in range(12)
    ]
    with engine_of(tmp_path, articles) as engine:
        live = np.ones(len(articles), bool)
        live[[2, 7]] = False
        engine._doc_values.live = live
        names = engine._doc_values.values("tag").values
        for size in range(live.sum() + 1):
            some = sorted(chosen.sample(np.flatnonzero(live).tolist(), size))
            counts = engine._doc_values.counts("tag", np.array(some, np.int64)).tolist()
            tags = Counter(tag for number in some for tag in articles[number].tags)
            assert counts == [tags[name] for name in names]


def test_a_month_that_cannot_be_is_damage(tmp_path: Path) -> None:
    with engine_of(tmp_path, [article("a", "风车")]):
        (file,) = tmp_path.rglob("*.articles")
    change_array(file, "doc_values.month", lambda months: months.astype(np.uint32) + 4_000_000_000)
    with pytest.raises(IndexDamagedError, match="no possible month"):
        write_facet_values(file.parent)
