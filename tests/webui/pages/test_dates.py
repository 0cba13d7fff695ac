"""The age of an article is written in the largest unit that fits."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

import searchlib
from webui import create_app
from webui.pages.date_fields import read_date_fields
from webui.pages.dates import age_text
from webui.pages.search import search_page
from webui.state import BLANK

TODAY = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("day", "age"),
    [
        ("2026-03-16", ""),
        ("2026-03-15", "今天"),
        ("2026-03-14", "昨天"),
        ("2026-03-13", "前天"),
        ("2026-03-12", "3 天前"),
        ("2026-03-09", "6 天前"),
        ("2026-03-08", "1 周前"),
        ("2026-02-16", "3 周前"),
        ("2026-02-15", "1 个月前"),
        ("2025-03-16", "11 个月前"),
        ("2025-03-15", "1 年前"),
        ("1999-01-01", "27 年前"),
    ],
)
def test_an_age_has_the_largest_unit_that_fits(day: str, age: str) -> None:
    with create_app("none").test_request_context():
        assert age_text(date.fromisoformat(day), TODAY) == age


def test_an_age_is_translated() -> None:
    with create_app("none", settings=searchlib.Settings(language="en")).test_request_context():
        assert age_text(date(2026, 3, 8), TODAY) == "1 week ago"
        assert age_text(date(2021, 3, 8), TODAY) == "5 years ago"


def test_an_age_is_computed_in_the_time_zone_of_the_article() -> None:
    """At 20:00 UTC it is already the next day in China."""
    hit = searchlib.Hit(
        id="a.md",
        title="风车",
        date=datetime.fromisoformat("2026-03-15T08:00:00+08:00"),
        author="甲、乙",
        categories=("物件",),
        tags=(),
        path="a.md",
        score=1.0,
        title_spans=(("风车", True),),
        snippets=(),
    )
    results = searchlib.Results(
        query="",
        searched="",
        total=1,
        page=1,
        size=10,
        took_ms=0.1,
        relaxed=False,
        correction=None,
        notes=(),
        hits=(hit,),
        facets=dict.fromkeys(("category", "year", "month", "author", "tag"), ()),
    )
    with create_app("none").test_request_context():
        state, dates = read_date_fields(BLANK)
        (view,) = search_page(state, results, datetime(2026, 3, 15, 20, tzinfo=UTC), dates).hits
    assert view.age == "昨天"
    assert [link.text for link in view.authors] == ["甲", "乙"]
    assert [[link.text for link in trail] for trail in view.categories] == [["物件"]]
