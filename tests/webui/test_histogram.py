"""The bars stand for the counts, and lead to their period."""

from __future__ import annotations

from flask.testing import FlaskClient

from searchlib import FacetValue
from webui import create_app
from webui.histogram import HEIGHT, Histogram, histogram
from webui.state import BLANK, SearchState

from .conftest import Page
from .parsed import follow, only


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


def test_years_far_apart_are_not_filled_up() -> None:
    made = drawn({"0001": 1, "1970": 1, "2021": 1})
    assert made
    assert made.width == 30


def test_a_bar_leads_to_its_year(client: FlaskClient, page: Page) -> None:
    shown = page("/", q="连载")
    bars = shown.css(".histogram a")
    assert [only(bar, "title").text() for bar in bars] == ["2019：12 篇", "2020：12 篇", "2021：6 篇"]
    year = follow(client, bars[1])
    assert only(year, ".found").text().startswith("找到 12 篇")
    assert len(year.css(".histogram a")) == 12
