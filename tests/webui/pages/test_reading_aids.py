"""Matches are marked and headings get ids, without changes to the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser

from searchlib import Spans
from webui.pages.reading_aids import MAX_HEADINGS, Heading, mark_matches, with_outline
from webui.pages.safe_html import safe_body

_MARK = re.compile(r"</?mark[^>]*>")


def marking(phrase: str, seen: list[str] | None = None) -> object:
    """Return a function that marks every occurrence of a phrase. A match does not cross the end of a line."""

    def mark(text: str) -> Spans:
        if seen is not None:
            seen.append(text)
        pieces = re.split(f"({re.escape(phrase)})", text)
        return tuple((piece, number % 2 == 1) for number, piece in enumerate(pieces) if piece)

    return mark


@pytest.mark.parametrize(
    ("html", "phrase", "marked", "count"),
    [
        ("<p>云上</p>", "云", '<p><mark id="match-1">云</mark>上</p>', 1),
        ("<p>无</p>", "云", "<p>无</p>", 0),
        (
            "<p>全<em>文检</em>索</p>",
            "文检索",
            '<p>全<em><mark id="match-1">文检</mark></em><mark>索</mark></p>',
            1,
        ),
        ("<p>全文</p><p>检索</p>", "文检", "<p>全文</p><p>检索</p>", 0),
        ("<td>全文</td><td>检索</td>", "文检", "<td>全文</td><td>检索</td>", 0),
        ("<p>a &lt;b&gt; c</p>", "<b>", '<p>a <mark id="match-1">&lt;b&gt;</mark> c</p>', 1),
        ("<p>soft\nwrap</p>", "soft wrap", '<p><mark id="match-1">soft\nwrap</mark></p>', 1),
        ("<pre>one\ntwo</pre>", "one two", "<pre>one\ntwo</pre>", 0),
        ("<p>云<br>云</p>", "云", '<p><mark id="match-1">云</mark><br><mark id="match-2">云</mark></p>', 2),
        (
            '<p>春天来了<sup><a href="#1">1</a></sup>花儿开放</p>',
            "来了花儿",
            '<p>春天<mark id="match-1">来了</mark><sup><a href="#1">1</a></sup><mark>花儿</mark>开放</p>',
            1,
        ),
        (
            "<p><ruby>漢<rt>hàn</rt>字<rp>(</rp><rt>zì</rt></ruby>真美</p>",
            "漢字真",
            '<p><ruby><mark id="match-1">漢</mark><rt>hàn</rt><mark>字</mark><rp>(</rp><rt>zì</rt></ruby><mark>真</mark>美</p>',
            1,
        ),
        ("<p>x<sup>2</sup>与</p>", "x2", '<p><mark id="match-1">x</mark><sup><mark>2</mark></sup>与</p>', 1),
    ],
)
def test_matches_are_marked(html: str, phrase: str, marked: str, count: int) -> None:
    assert mark_matches(Markup(html), marking(phrase)) == (marked, count)


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<em>",
                "</em>",
                "<sup>",
                "</sup>",
                '<a href="#a">',
                "</a>",
                "<ruby>",
                "<rt>",
                "</rt>",
                "<pre>",
                "</pre>",
                "<br>",
                "&amp;",
                "云",
                "a",
                "\n",
                " ",
            ]
        ),
        max_size=30,
    ),
    st.text("云a& ", min_size=1, max_size=3),
)
def test_without_the_marks_the_html_is_unchanged(pieces: list[str], phrase: str) -> None:
    html = safe_body("".join(pieces)).html
    seen: list[str] = []
    marked, count = mark_matches(html, marking(phrase, seen))
    assert _MARK.sub("", marked) == html
    ids = [node.attributes["id"] for node in LexborHTMLParser(str(marked)).css("mark[id]")]
    assert ids == [f"match-{number}" for number in range(1, count + 1)]
    assert count == sum(line.count(phrase) for line in "".join(seen).split("\n"))


def test_headings_make_an_outline() -> None:
    html, outline = with_outline(Markup("<h3>一</h3><p>甲</p><h4>二 <mark>三</mark></h4><h3> </h3><h3>四</h3>"))
    assert html == (
        '<h3 id="section-1">一</h3><p>甲</p><h4 id="section-2">二 <mark>三</mark></h4><h3> </h3><h3 id="section-3">四</h3>'
    )
    assert outline == (
        Heading(text="一", depth=1, url="#section-1"),
        Heading(text="二 三", depth=2, url="#section-2"),
        Heading(text="四", depth=1, url="#section-3"),
    )


def test_few_headings_make_no_outline() -> None:
    html = Markup("<h2>一</h2><p>甲</p><h2>二</h2>")
    assert with_outline(html) == (html, ())


@pytest.mark.parametrize("count", [MAX_HEADINGS + 1, 10 * MAX_HEADINGS])
def test_an_article_with_very_many_headings_gets_no_outline(count: int) -> None:
    html = Markup("<h2>题</h2>" * count)
    assert with_outline(html) == (html, ())
    assert len(with_outline(Markup("<h2>题</h2>" * MAX_HEADINGS))[1]) == MAX_HEADINGS
