"""Boilerplate matches queries that ask for it, but does not rank."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchlib
from searchlib.cli.explain_text import hit_lines
from searchlib.engines.whoosh.format.boilerplate_file import BOILERPLATE
from searchlib.stores.generations import Generations
from tests.small_indexes import Write

NOTICE = "本文由灯塔编辑部整理，欢迎关注灯塔公众号，甪转载须经许可。"
SUBJECTS = "风车 磨坊 渡船 邮差 钟楼 气象站 修钢笔 做酱油 老书店 养蜂人".split()
ARTICLES = {
    f"{number}.md": f"---\ntitle: {subject}\ndate: 2021-01-{number + 1:02}\n---\n\n"
    f"{NOTICE}\n\n说起{subject}，镇上的人各有各的故事，这里只记下其中第{number}个。\n\n{subject}的故事到此为止。\n"
    for number, subject in enumerate(SUBJECTS)
} | {
    "light.md": "---\ntitle: 海边\ndate: 2020-01-01\n---\n\n灯塔的光照得很远，公众号里没有人写过它。\n",
}


@pytest.fixture
def index(write: Write, tmp_path: Path) -> Iterator[searchlib.Index]:
    searchlib.build_index(write(ARTICLES), tmp_path / "index")
    with searchlib.open_index(tmp_path / "index", settings=searchlib.Settings()) as opened:
        yield opened


def snippet_text(hit: searchlib.Hit) -> str:
    return "\n".join("".join(text for text, _ in snippet) for snippet in hit.snippets)


@pytest.mark.parametrize("phrase", ["灯塔编辑部整理", "欢迎关注灯塔公众号，甪", "须经许可", "甪"])
def test_exact_phrases_match_boilerplate(index: searchlib.Index, phrase: str) -> None:
    assert index.search(f'"{phrase}"').total == len(SUBJECTS)


def test_words_match_boilerplate(index: searchlib.Index) -> None:
    for typed in ("编辑部", "甪", "编*"):
        results = index.search(typed)
        assert results.total == len(SUBJECTS), typed
        assert {hit.score for hit in results.hits} == {0.0}, typed


def test_boilerplate_does_not_rank(index: searchlib.Index) -> None:
    first, *others = index.search("灯塔").hits
    assert first.id == "light.md"
    assert first.score > 0
    assert {hit.score for hit in others} == {0.0}


def test_articles_with_two_words_in_boilerplate_do_not_hide_an_article_with_one_word_outside(
    index: searchlib.Index,
) -> None:
    for typed in ("灯塔 编辑部", "灯塔编辑部"):
        results = index.search(typed, size=20)
        assert (results.total, results.relaxed) == (len(SUBJECTS) + 1, True), typed
        assert results.hits[0].id == "light.md"
        assert {hit.score for hit in results.hits[1:]} == {0.0}
    exact = index.search('"灯塔编辑部"')
    assert (exact.total, exact.relaxed) == (len(SUBJECTS), False)


def test_an_article_with_one_of_two_words_outside_boilerplate_is_a_full_match(index: searchlib.Index) -> None:
    results = index.search("渡船 编辑部")
    assert results.hits[0].id == f"{SUBJECTS.index('渡船')}.md"
    assert results.hits[0].score > 0


def test_an_explanation_does_not_list_words_in_boilerplate_as_missing(index: searchlib.Index) -> None:
    hit, *_ = index.search("渡船 编辑部 海边", explain=True).hits
    assert hit.id != "light.md"
    assert hit.explanation is not None
    assert (hit.explanation.missing, hit.explanation.uncounted) == (("海边",), ("编辑部",))
    assert "only in boilerplate or inside other words: 编辑部" in [*hit_lines(hit.explanation)][-1]


def test_snippets_show_boilerplate_only_if_nothing_else_matches(index: searchlib.Index) -> None:
    hit, *_ = index.search("渡船 编辑部").hits
    assert NOTICE not in snippet_text(hit)
    assert "说起渡船" in snippet_text(hit)
    assert "灯塔编辑部" in snippet_text(index.search('"灯塔编辑部"').hits[0])
    assert NOTICE not in snippet_text(index.search().hits[0])


def test_articles_that_share_only_boilerplate_are_not_similar(index: searchlib.Index) -> None:
    assert "light.md" not in {hit.id for hit in index.similar("0.md").hits}


def test_an_update_keeps_the_boilerplate_of_the_build(index: searchlib.Index, write: Write) -> None:
    before = (Generations(index.folder).current() / BOILERPLATE).read_bytes()
    late = (
        f"---\ntitle: 灯\ndate: 2022-01-01\n---\n\n{NOTICE}\n\n后来的一篇，说的是路灯，和海没有关系，也和船没有关系。\n"
    )
    searchlib.update_index(write({"late.md": late}), index.folder)
    assert (Generations(index.folder).current() / BOILERPLATE).read_bytes() == before
    hit, *_ = index.search("编辑部 路灯").hits
    assert NOTICE not in snippet_text(hit)
    assert index.search('"灯塔编辑部"').total == len(SUBJECTS) + 1
    assert index.check().ok


def test_a_build_finds_the_boilerplate_again(index: searchlib.Index, write: Write) -> None:
    articles = write({})
    for number in range(5):
        (articles / f"{number}.md").unlink()
    searchlib.build_index(articles, index.folder)
    assert {hit.score for hit in index.search("编辑部").hits} != {0.0}


def test_the_check_finds_damage_in_the_boilerplate_file(index: searchlib.Index) -> None:
    assert index.check().ok
    file = Generations(index.folder).current() / BOILERPLATE
    data = bytearray(file.read_bytes())
    data[20] ^= 1
    file.write_bytes(bytes(data))
    assert any(BOILERPLATE in problem for problem in index.check().problems)
