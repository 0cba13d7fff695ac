"""Every public function rejects arguments of a wrong type with an error that names the parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import searchlib
from tests.small_indexes import index_of


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    articles = {"tea.md": "---\ntitle: 茶\ndate: 2021-11-20\n---\n喝茶是一种生活。\n"}
    with index_of(articles, tmp_path_factory.mktemp("arguments")) as index:
        yield index


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda index: index.search(None), "query"),
        (lambda index: index.search(b"x"), "query"),
        (lambda index: index.search("茶", category=123), "category"),
        (lambda index: index.search("茶", tag=[1]), "tag"),
        (lambda index: index.search("茶", author=None), "author"),
        (lambda index: index.search("茶", facets=5), "facets"),
        (lambda index: index.search("茶", page=True), "page"),
        (lambda index: index.search("茶", size=2.5), "size"),
        (lambda index: index.search("茶", most_values="9"), "most_values"),
        (lambda index: index.search("茶", date_from=2021), "date_from"),
        (lambda index: index.search("茶", today="2021"), "today"),
        (lambda index: index.search("茶", sort=["newest"]), "sort"),
        (lambda index: index.suggest(None), "text"),
        (lambda index: index.get(None), "article_id"),
        (lambda index: index.similar(4), "article_id"),
        (lambda index: index.mark(None, "茶"), "query"),
        (lambda index: index.mark("茶", None), "text"),
        (lambda index: index.facet_values(None), "facet"),
        (lambda index: index.facet_values("tag", holding=None), "holding"),
        (lambda index: index.add([{"id": "1"}]), "articles"),
        (lambda index: index.delete("tea.md"), "article_ids"),
        (lambda index: index.delete(None), "article_ids"),
        (lambda index: searchlib.open_index(None), "index"),
        (lambda index: searchlib.tokenize(None), "text"),
        (lambda index: searchlib.read_articles(None), "articles"),
        (lambda index: searchlib.build_index(None, "index"), "articles"),
        (lambda index: searchlib.build_index({"id": 1}, "index"), "articles"),
        (lambda index: searchlib.build_index(".", None), "index"),
        (lambda index: searchlib.build_index(".", "index", jobs=0), "jobs"),
        (lambda index: searchlib.build_index(".", "index", jobs="2"), "jobs"),
        (lambda index: searchlib.update_index(".", 5), "index"),
    ],
)
def test_a_wrong_type_is_a_parameter_error(
    index: searchlib.Index,
    call: Callable[[Any], object],
    parameter: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(searchlib.ParameterError, match=f"^{parameter} must be ") as raised:
        call(index)
    assert raised.value.parameter == parameter


def test_a_date_is_taken_as_a_date_or_as_text(index: searchlib.Index) -> None:
    for day in (date(2021, 11, 20), datetime(2021, 11, 20, 23), "2021-11-20"):
        assert index.search("茶", date_from=day, date_to=day).total == 1
    assert index.search("茶", date_from=date(2021, 11, 21)).total == 0


def test_results_are_a_sequence_of_hits_that_prints_well(index: searchlib.Index) -> None:
    results = index.search("茶")
    assert (len(results), [hit.id for hit in results]) == (1, ["tea.md"])
    assert (results[0].id, results[-1].id, results[1:]) == ("tea.md", "tea.md", ())
    assert repr(results) == "<Results for '茶': 1 of 1 article>"
    assert str(results).splitlines() == ["1 article for '茶'", "1. 茶", "   tea.md  2021-11-20", "   喝茶是一种生活。"]
    nothing = index.search("咖啡")
    assert (len(nothing), bool(nothing), str(nothing)) == (0, True, "0 articles for '咖啡'")


def test_results_are_a_table_in_a_notebook() -> None:
    hit = searchlib.Hit(
        id="<i>.md",
        title="<b>",
        date=None,
        author="乙<",
        categories=(),
        tags=(),
        path="<i>.md",
        score=1,
        title_spans=(("<b>", False),),
        snippets=((("a ", False), ("&", True)),),
        name_spans=((("乙<", True),),),
    )
    results = searchlib.Results(
        query="<q>",
        searched="<q>",
        total=1,
        page=2,
        size=10,
        took_ms=1,
        relaxed=False,
        correction=None,
        notes=(),
        hits=(hit,),
        facets={},
    )
    html = results._repr_html_()
    assert "1 article for &#x27;&lt;q&gt;&#x27;" in html
    assert (
        "<td>11</td><td>&lt;b&gt;</td><td></td><td><mark>乙&lt;</mark><br>a <mark>&amp;</mark></td>"
        "<td><code>&lt;i&gt;.md</code></td>" in html
    )
    assert str(results).splitlines()[-2:] == ["   author: 乙<", "   a &"]
