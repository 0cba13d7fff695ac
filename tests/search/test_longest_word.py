"""If no article contains a short Han text, articles with the longest word in it are found, and a note names the word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import searchlib
from tests.small_indexes import index_of

TEXTS = {
    "fat.md": "# 减脂\n\n减脂期间多吃鸡胸肉。",
    "meal.md": "# 外卖\n\n外卖里的套餐。",
    "breakfast.md": "# 早餐\n\n早餐吃豆浆油条。",
    "breakfast2.md": "# 早餐铺\n\n路口的早餐铺，早餐很便宜。",
    "store.md": "# 店铺\n\n开店的手续。",
    "rice.md": "# 米饭\n\n米饭要先泡半小时。",
    "name.md": "# 访问\n\n记者采访了杨平。",
    "box.md": "# 木箱雪橇\n\n木箱雪橇很轻。",
    "of.md": "# 天气\n\n天气的变化很快。",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    with index_of(TEXTS, tmp_path_factory.mktemp("runs")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "ids", "word"),
    [
        ("减脂餐", {"fat.md"}, "减脂"),
        ("炒米饭", {"rice.md"}, "米饭"),
        ("早餐店", {"breakfast.md", "breakfast2.md"}, "早餐"),
    ],
)
def test_a_word_longer_than_half_is_searched_and_a_note_names_it(
    index: searchlib.Index, query: str, ids: set[str], word: str
) -> None:
    results = index.search(query)
    assert {hit.id for hit in results.hits} == ids
    assert f"没有文章含有“{query}”，已查找 {word}。" in map(str, results.notes)
    marked = [text for hit in results.hits for snippet in hit.snippets for text, is_marked in snippet if is_marked]
    assert word in marked


@pytest.mark.parametrize(
    "query",
    [
        "杨平萍",  # A name: 杨平 is another person.
        "天气的",  # The text ends with a function word.
        "五早餐",  # A number.
        "冰箱雪",  # 箱雪 is no word.
        "盐酸早餐",  # 早餐 is only half of the text.
        "减脂餐 量子",
        '"减脂餐"',
        "减脂餐 -早餐",
    ],
)
def test_other_queries_search_no_shorter_word(index: searchlib.Index, query: str) -> None:
    assert not any("已查找" in str(note) for note in index.search(query).notes)


def test_a_verbatim_query_searches_no_shorter_word(index: searchlib.Index) -> None:
    assert index.search("减脂餐", verbatim=True).total == 0


def test_filters_do_not_cause_a_shorter_word_to_be_searched(index: searchlib.Index) -> None:
    results = index.search("早餐", filters={"category": "无"})
    assert (results.total, [*map(str, results.notes)]) == (0, [])
