"""A search explains how the query was understood, and the parts of each score."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchlib
from searchlib import Settings
from searchlib.cli.explain_text import hit_lines, query_lines
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.models import HitExplanation, QueryExplanation, TermScore
from searchlib.settings import Ranking
from tests.small_indexes import Write

ARTICLES = {
    "a.md": "---\ntitle: 炒土豆丝\ntags: [菜]\ndate: 2021-03-01\n---\n土豆先切丝，土豆再下锅。iPhone13",
    "b.md": "---\ntitle: 马铃薯的来历\ndate: 2021-04-01\n---\n马铃薯来自南美，机器学习也能认出它。",
    "c.md": "---\ntitle: 机器学习入门\n---\n学习机器的人怎么说？C++ 也用得上。",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    folder = tmp_path_factory.mktemp("explain")
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    (folder / "synonyms.txt").write_text("土豆 = 马铃薯 = earth apple\n", encoding="utf-8")
    (folder / "stop.txt").write_text("来历\n", encoding="utf-8")
    settings = Settings(synonyms=str(folder / "synonyms.txt"), stop_words=str(folder / "stop.txt"))
    searchlib.build_index(folder / "articles", folder / "index", settings=settings)
    with searchlib.open_index(folder / "index", settings=settings) as opened:
        yield opened


def of_hit(results: searchlib.Results, article_id: str) -> HitExplanation:
    (found,) = [hit.explanation for hit in results.hits if hit.id == article_id]
    assert found is not None
    return found


def term(found: HitExplanation, text: str, kind: str) -> TermScore:
    (each,) = [each for each in found.terms if (each.text, each.kind) == (text, kind)]
    return each


QUERIES = [
    "土豆",
    "机器学习",
    "土豆丝 机器学习",
    "怎么学习机器",
    "iphone c++",
    "学习*",
    '"机器学习" 土豆',
    "title:学习",
    "学",
    "锅",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("sort", searchlib.SORTS)
def test_the_parts_add_up_to_the_score(index: searchlib.Index, query: str, sort: str) -> None:
    results = index.search(query, explain=True, sort=sort)
    assert results.hits
    for hit in results.hits:
        assert hit.explanation is not None
        assert sum(each.score for each in hit.explanation.terms) == pytest.approx(hit.score, abs=1e-3)
        assert hit.explanation.score == hit.score
        scores = [each.score for each in hit.explanation.terms]
        assert scores == sorted(scores, reverse=True)
    assert [hit.score for hit in results.hits] == [hit.score for hit in index.search(query, sort=sort).hits]


def test_the_parts_add_up_if_proximity_was_not_scored(index: searchlib.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "机器 学习"
    kinds = [{each.kind for each in of_hit(index.search(query, explain=True), name).terms} for name in ("b.md", "c.md")]
    assert all("close together" in each for each in kinds)
    folder = Path(index.folder, "generations", index.generation)
    engine = WhooshEngine(folder, zone="Asia/Shanghai", weights=Ranking(), proximity_candidates=1)
    monkeypatch.setattr("searchlib.stores.folder.FolderGeneration.open", lambda *_: engine)
    explained = searchlib.open_index(index.folder).search(query, explain=True)
    has_proximity = []
    for hit in explained.hits:
        found = of_hit(explained, hit.id)
        assert sum(each.score for each in found.terms) == pytest.approx(hit.score, abs=1e-3)
        has_proximity.append("close together" in {each.kind for each in found.terms})
    assert sorted(has_proximity) == [False, True]


def test_a_hit_says_which_fields_contain_its_words(index: searchlib.Index) -> None:
    found = of_hit(index.search("土豆 泡菜", explain=True), "a.md")
    assert term(found, "土豆 = 马铃薯 = earth apple", "synonyms").frequencies == {"title": 1, "body": 2}
    assert found.missing == ("泡菜",)
    found = of_hit(index.search("iphone13", explain=True), "a.md")
    assert term(found, "iphone", "part of a word").frequencies == {"body": 1}
    assert found.missing == ()


def test_a_search_explains_nothing_unless_this_is_asked_for(index: searchlib.Index) -> None:
    results = index.search("土豆")
    assert results.explanation is None
    assert all(hit.explanation is None for hit in results.hits)


def cut(index: searchlib.Index, query: str, **filters: str) -> QueryExplanation:
    found = index.search(query, explain=True, **filters).explanation
    assert found is not None
    return found


def test_an_explanation_names_the_parts_of_a_query(index: searchlib.Index) -> None:
    found = cut(index, '土豆的来历 iPh* "机器学习" -泡菜 tag:菜 date:2021', category="x", date_to="2022")
    assert found.words == ("土豆", "iph*")
    assert found.left_out == ("的", "来历")
    assert found.phrases == ("机器学习",)
    assert found.without == ("泡菜",)
    assert found.fields == ("tag:菜",)
    assert found.synonyms == (("土豆", "马铃薯", "earth apple"),)
    assert found.dates == ("2021-01-01 – 2021-12-31", "– 2022-12-31")
    assert found.filters == {"category": ("x",)}
    assert "器学" in found.bigrams


@pytest.mark.parametrize(
    ("query", "words", "without"),
    [
        ("", (), ()),
        ("，。", (), ()),
        ("earth apple", ("earth", "apple"), ()),
        ("元宇宙", ("元宇宙",), ()),
        ("来历", ("来历",), ()),
        ("a -(b OR title:c)", ("a",), ("(b OR title:c)",)),
        ('a -"b c" NOT date:2021', ("a",), ('"b c"', "date:2021-01-01..2021-12-31")),
    ],
)
def test_an_explanation_names_phrases_fields_and_negations(
    index: searchlib.Index, query: str, words: tuple[str, ...], without: tuple[str, ...]
) -> None:
    found = cut(index, query)
    assert (found.words, found.without) == (words, without)


def test_the_text_is_printed_in_columns(index: searchlib.Index, write: Write) -> None:
    terms = (
        TermScore(text="元宇宙", kind="word", frequencies={"title": 1, "body": 12}, score=10.5),
        TermScore(text="c++", kind="part of a word", frequencies={"body": 1}, score=0.25),
        TermScore(text="a b", kind="close together", frequencies={}, score=0.125),
    )
    assert [*hit_lines(HitExplanation(score=10.875, terms=terms, missing=("产业",)))] == [
        "  10.5000  元宇宙  word            title 1, body 12",
        "   0.2500  c++     part of a word  body 1",
        "   0.1250  a b     close together",
        "  10.8750  score",
        "           without 产业",
    ]
    lines = [*query_lines(cut(index, "土豆 -泡菜", author="甲"))]
    assert lines[:2] == ["words     土豆", "synonyms  土豆 = 马铃薯 = earth apple"]
    assert lines[-2:] == ["without   泡菜", "author    甲"]
