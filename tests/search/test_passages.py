"""Passages answer a question: whole blocks, the best first, no two alike, within a budget."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import searchlib
from searchlib.search.passages import MAX_CHARACTERS
from tests.small_indexes import index_of

FILLER = "这一段写的是园子里的花草，春天浇水，夏天除草，秋天收叶子，冬天什么也不做，只等下一个春天。" * 4
ARTICLES = {
    "tea.md": f"---\ntitle: 喝茶的规矩\ncategories: [饮食]\n---\n{FILLER}\n\n## 水温\n\n"
    "绿茶要用八十度的水，水太烫，茶叶就熟了。\n\n红茶可以用开水。\n\n## 器具\n\n盖碗最合适，紫砂壶也可以。\n",
    "copy.md": "---\ntitle: 转载的文章\n---\n绿茶要用八十度的水，水太烫，茶叶就熟了。\n",
    "garden.md": f"---\ntitle: 园子\n---\n{FILLER}\n\n{FILLER}\n\n茶花开了。\n",
    "long.md": "---\ntitle: 一段到底\n---\n" + "茶馆里说书的人，一句接着一句，从不停下来喝口水。" * 100 + "\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    with index_of(ARTICLES, tmp_path_factory.mktemp("passages")) as index:
        yield index


def test_the_best_passage_answers_the_question(index: searchlib.Index) -> None:
    first, *_ = index.passages("泡绿茶用多少度的水？", category="饮食")
    body = index.get(first.id).body.split("\n")
    assert (first.id, first.heading) == ("tea.md", "水温")
    assert "八十度" in first.text
    lines = first.text.split("\n")
    assert body[first.line - 1 : first.line - 1 + len(lines)] == lines


def test_no_two_passages_are_alike(index: searchlib.Index) -> None:
    holding = [passage.id for passage in index.passages("绿茶 八十度") if "八十度" in passage.text]
    assert len(holding) == 1


def test_passages_keep_within_the_budget_and_filters(index: searchlib.Index) -> None:
    for budget in (1, 30, 100, 400, 2000, 100_000):
        chosen = index.passages("茶 水", budget=budget)
        assert sum(len(passage.text) for passage in chosen) <= budget
        assert [passage.score for passage in chosen] == sorted((each.score for each in chosen), reverse=True)
    assert {passage.id for passage in index.passages("茶", category="饮食")} == {"tea.md"}
    assert index.passages("没有这样的话题") == ()


def test_lines_without_words_are_no_passage(tmp_path: Path) -> None:
    code = (
        "---\ntitle: 模板\n---\n"
        + "模板写在下面这段代码里。" * 20
        + "\n\n## 目标上下文\n\n```js\n});\n```\n\n## 其他\n\n没有了。\n"
    )
    with index_of({"code.md": code}, tmp_path) as index:
        assert all(any(each.isalnum() for each in passage.text) for passage in index.passages("上下文 模板"))


def test_a_long_block_is_cut_at_the_ends_of_sentences(index: searchlib.Index) -> None:
    for passage in index.passages("茶馆 说书"):
        assert len(passage.text) <= MAX_CHARACTERS
        assert passage.text.endswith("。")


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("龙井虾仁", "龙井虾仁是杭州的名菜，"),
        ("go", "学 go 语言先写一个小程序，"),
        ("网络卡", "换一块网卡就能上网，"),
        ("🍵", "泡好了 🍵 慢慢喝，"),
    ],
)
def test_passages_are_scored_by_units_in_a_row(query: str, best: str, tmp_path: Path) -> None:
    lines = (
        "虾仁要选新鲜的，龙井用新茶，",
        "龙井虾仁是杭州的名菜，",
        "用 google 搜索 golang 和 django，",
        "学 go 语言先写一个小程序，",
        "换一块网卡就能上网，",
        "网络很慢，卡很贵，",
        "泡好了 🍵 慢慢喝，",
    )
    blocks = "\n\n".join(
        line + "".join(map(chr, range(0x9000 + 150 * number, 0x9000 + 150 * (number + 1))))
        for number, line in enumerate(lines)
    )
    with index_of({"all.md": f"---\ntitle: 杂记\n---\n{blocks}\n"}, tmp_path) as index:
        first, *_ = index.passages(query)
    assert first.text.startswith(best)


def test_every_passage_is_text_of_its_article(index: searchlib.Index) -> None:
    generator = random.Random(15)
    characters = "茶水绿花春天园子说书的用喝"
    for _ in range(60):
        query = "".join(generator.choices(characters, k=generator.randint(1, 5)))
        for passage in index.passages(query, budget=generator.randint(50, 3000)):
            body = index.get(passage.id).body.split("\n")
            assert passage.text.split("\n")[0] in body[passage.line - 1]
            assert passage.text in index.get(passage.id).body.replace("\n", "\n")


@pytest.mark.parametrize("budget", [0, -1, 100_001, "many", True])
def test_a_budget_that_is_not_allowed_is_refused(index: searchlib.Index, budget: int) -> None:
    with pytest.raises(searchlib.ParameterError, match=r"^budget must be "):
        index.passages("茶", budget=budget)


def test_a_long_text_is_answered_by_its_rarest_words(tmp_path: Path) -> None:
    frequent = "".join(chr(0x4E00 + 37 * number) for number in range(200))
    articles = {f"{number}.md": f"---\ntitle: 第{number}篇\n---\n{frequent}\n" for number in range(5)}
    articles["rare.md"] = f"---\ntitle: 罕见\n---\n## 甲\n\n{frequent[:3]}\n\n## 乙\n\n鹈鹕在湖边。\n"
    with index_of(articles, tmp_path) as index:
        found = [each.heading for each in index.passages(f"鹈鹕 OR {frequent}") if each.id == "rare.md"]
    assert found[0] == "乙"
