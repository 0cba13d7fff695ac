"""The height of a bar is proportional to the square root of its count, and a bar links to its period."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from searchlib import FacetValue
from tests.webui.conftest import Page
from tests.webui.parsed import follow, only
from webui import create_app
from webui.pages.histogram import HEIGHT, Histogram, histogram
from webui.state import BLANK, SearchState


def draw(years: dict[str, int], months: dict[str, int] | None = None, state: SearchState = BLANK) -> Histogram | None:
    def values(counts: dict[str, int]) -> list[FacetValue]:
        return [FacetValue(value=value, count=count, selected=False) for value, count in counts.items()]

    with create_app("none").test_request_context():
        return histogram({"year": values(years), "month": values(months or {})}, state)


def test_bars_are_proportional_to_the_roots_of_counts_and_empty_years_have_none() -> None:
    chart = draw({"2023": 40, "2021": 10, "2020": 1, "": 7})
    assert chart
    assert [(bar.x, bar.height, bar.label) for bar in chart.bars] == [
        (1, 6.3, "2020：1 篇"),
        (11, HEIGHT / 2, "2021：10 篇"),
        (31, HEIGHT, "2023：40 篇"),
    ]
    assert all(bar.y + bar.height == pytest.approx(HEIGHT) for bar in chart.bars)
    assert (chart.labels, chart.width) == (("2020", "2023"), 40)
    assert chart.peak_text == "2023 最多：40 篇"
    few = draw({"2000": 10_000, "2001": 1, "2002": 1})
    assert few
    assert few.bars[1].height == 1.5


def test_a_selected_year_shows_its_months() -> None:
    chart = draw({"2021": 3, "2020": 9}, {"2021-03": 3, "2020-01": 9}, SearchState(date_from="2021", date_to="2021-06"))
    assert chart
    assert [(bar.x, bar.label) for bar in chart.bars] == [(21, "2021-03：3 篇")]
    assert chart.width == 120


@pytest.mark.parametrize(
    ("dates", "selected"),
    [
        (("2020", "2022"), ["2020", "2022"]),
        (("2020-06", "2021-01-01"), ["2020"]),
        (("2022", ""), ["2022", "2023"]),
        (("", "2019-03"), ["2019"]),
        (("", ""), []),
    ],
)
def test_the_bars_of_the_chosen_dates_are_selected(dates: tuple[str, str], selected: list[str]) -> None:
    years = {"2019": 1, "2020": 2, "2022": 3, "2023": 4}
    chart = draw(years, state=SearchState(date_from=dates[0], date_to=dates[1]))
    assert chart
    assert [bar.period for bar in chart.bars if bar.selected] == selected


def test_the_months_of_a_selected_year_are_selected_only_if_others_are_not() -> None:
    months = {"2021-01": 1, "2021-02": 2, "2021-03": 3}
    for dates, selected in ((("2021", "2021"), []), (("2021-02", "2021-02"), ["2021-02"])):
        chart = draw({"2021": 6}, months, SearchState(date_from=dates[0], date_to=dates[1]))
        assert chart
        assert [bar.period for bar in chart.bars if bar.selected] == selected


def test_the_peak_is_labelled_with_its_period_if_it_is_the_only_one() -> None:
    chart = draw({"2023": 1, "2022": 1, "2021": 1})
    assert chart
    assert chart.peak_text == "最多 1 篇"
    year = SearchState(date_from="2021", date_to="2021")
    chart = draw({"2021": 5, "2020": 9}, {"2020-01": 3, "2020-02": 9, "2021-03": 3, "2021-04": 2}, year)
    assert chart
    assert chart.peak_text == "2021-03 最多：3 篇"


def test_too_few_years_give_no_histogram() -> None:
    assert draw({}) is None
    assert draw({"": 5}) is None
    assert draw({"2021": 1, "2020": 2}) is None


def test_a_break_replaces_a_long_run_of_empty_years() -> None:
    chart = draw({"1970": 1, "2006": 4, "2007": 8, "2018": 2})
    assert chart
    assert [bar.x for bar in chart.bars] == [1, 21, 31, 141]
    assert [(each.x, each.label) for each in chart.breaks] == [(15, "1971 至 2005：没有文章")]
    assert (chart.labels, chart.width) == (("1970", "2011", "2018"), 150)
    longer = draw({"0001": 1, "1970": 1, "2021": 1})
    assert longer
    assert (len(longer.breaks), longer.width) == (2, 50)


def test_with_very_many_years_breaks_replace_short_runs() -> None:
    chart = draw({f"{year:04}": 1 for year in (*range(1500, 2000, 10), 2001, 2003)})
    assert chart
    assert len(chart.bars) == 52
    assert [each.label for each in chart.breaks][-2:] == ["1981 至 1989：没有文章", "1991 至 2000：没有文章"]
    assert chart.width == (52 + 50 + 1) * 10


def test_a_selected_year_has_no_breaks() -> None:
    chart = draw({"2021": 2}, {"2021-01": 1, "2021-12": 1}, SearchState(date_from="2021", date_to="2021"))
    assert chart
    assert (chart.breaks, chart.width) == ((), 120)


def test_a_bar_links_to_its_year(client: FlaskClient, page: Page) -> None:
    html = page("/", q="连载")
    bars = html.css(".histogram a")
    assert [only(bar, "title").text() for bar in bars] == ["2019：12 篇", "2020：12 篇", "2021：6 篇"]
    year = follow(client, bars[1])
    assert only(year, ".total").text().startswith("12 篇")
    assert len(year.css(".histogram a")) == 12
