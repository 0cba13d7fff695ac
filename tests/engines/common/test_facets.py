"""Facets list the most frequent values first, and periods the newest first."""

from __future__ import annotations

from searchlib.engines.common.facets import by_count, period_facet, value_facet
from searchlib.models import FacetValue


def value(name: str, count: int, selected: bool = False) -> FacetValue:
    return FacetValue(value=name, count=count, selected=selected)


def test_values_are_ordered_by_count_and_then_by_name() -> None:
    counts = by_count({"乙": 1, "甲": 3, "丙": 3})
    assert value_facet(counts, {"乙"}) == (value("丙", 3), value("甲", 3), value("乙", 1, True))


def test_periods_are_ordered_from_the_newest_and_articles_without_a_date_come_last() -> None:
    assert period_facet({"2020": 1, "": 4, "2021": 2}, None) == (value("2021", 2), value("2020", 1), value("", 4))


def test_a_selected_period_is_listed_even_without_articles() -> None:
    assert period_facet({"2021": 2}, "2020") == (value("2021", 2), value("2020", 0, True))
    assert period_facet({"2020": 2}, "2020") == (value("2020", 2, True),)
