"""The bars stand for the counts, and lead to their period."""

from __future__ import annotations

from flask.testing import FlaskClient

from searchlib import FacetValue
from tests.webui.conftest import Page
from tests.webui.parsed import follow, only
from webui import create_app
from webui.pages.histogram import HEIGHT, Histogram, histogram
from webui.state import BLANK, SearchState


def drawn(years: dict[str, int], months: dict[str, int] | None = None, state: SearchState = BLANK) -> Histogram | None:
    def values(counts: dict[str, int]) -> list[FacetValue]:
        return [FacetValue(value=value, count=count, selected=False) for value, count in counts.items()]

    with create_app("none").test_request_context():
        return histogram({"year": values(years), "month": values(months or {})}, state)


def test_bars_are_as_high_as_their_counts_and_years_between_stay_free() -> None:
    made = drawn({"2023": 40, "2021": 10, "2020": 1, "": 7})
    assert made
    assert [(bar.x, bar.height, bar.label) for bar in made.bars] == [
        (1, 1.5, "2020：1 篇"),
        (11, HEIGHT / 4, "2021：10 篇"),
        (31, HEIGHT, "2023：40 篇"),
    ]
    assert all(bar.y + bar.height == HEIGHT for bar in made.bars)
    assert (made.first, made.last, made.width) == ("2020", "2023", 40)


def test_a_chosen_year_shows_its_months() -> None:
    made = drawn({"2021": 3, "2020": 9}, {"2021-03": 3, "2020-01": 9}, SearchState(date_from="2021", date_to="2021-06"))
    assert made
    assert [(bar.x, bar.label) for bar in made.bars] == [(21, "2021-03：3 篇")]
    assert made.width == 120


def test_too_little_gives_none() -> None:
    assert drawn({}) is None
    assert drawn({"": 5}) is None
    assert drawn({"2021": 1, "2020": 2}) is None


def test_a_long_run_of_empty_years_is_left_out_with_a_break() -> None:
    made = drawn({"1970": 1, "2006": 4, "2007": 8, "2018": 2})
    assert made
    assert [bar.x for bar in made.bars] == [1, 21, 31, 141]
    assert [(each.x, each.label) for each in made.breaks] == [(15, "1971 至 2005：没有文章")]
    assert (made.first, made.last, made.width) == ("1970", "2018", 150)
    longer = drawn({"0001": 1, "1970": 1, "2021": 1})
    assert longer
    assert (len(longer.breaks), longer.width) == (2, 50)


def test_of_very_many_years_only_single_empty_ones_are_drawn() -> None:
    made = drawn({f"{year:04}": 1 for year in (*range(1500, 2000, 10), 2001, 2003)})
    assert made
    assert len(made.bars) == 52
    assert [each.label for each in made.breaks][-2:] == ["1981 至 1989：没有文章", "1991 至 2000：没有文章"]
    assert made.width == (52 + 50 + 1) * 10


def test_a_chosen_year_has_no_breaks() -> None:
    made = drawn({"2021": 2}, {"2021-01": 1, "2021-12": 1}, SearchState(date_from="2021", date_to="2021"))
    assert made
    assert (made.breaks, made.width) == ((), 120)


def test_a_bar_leads_to_its_year(client: FlaskClient, page: Page) -> None:
    shown = page("/", q="连载")
    bars = shown.css(".histogram a")
    assert [only(bar, "title").text() for bar in bars] == ["2019：12 篇", "2020：12 篇", "2021：6 篇"]
    year = follow(client, bars[1])
    assert only(year, ".found").text().startswith("找到 12 篇")
    assert len(year.css(".histogram a")) == 12
