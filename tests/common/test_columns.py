"""Objects made by columns equal those of the constructor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from searchlib.common.columns import from_columns
from searchlib.models import FacetValue


def test_objects_are_those_of_the_constructor() -> None:
    made = from_columns(FacetValue, 2, value=iter("ab"), count=[3, 1], selected=(True, False))
    assert made == (FacetValue(value="a", count=3, selected=True), FacetValue(value="b", count=1, selected=False))
    assert replace(made[1], count=2).to_dict() == {"value": "b", "count": 2, "selected": False}
    assert from_columns(FacetValue, 0, value=(), count=(), selected=()) == ()


def test_objects_stay_frozen() -> None:
    (made,) = from_columns(FacetValue, 1, value="a", count=[1], selected=[False])
    with pytest.raises(AttributeError):
        made.count = 2  # that is what is tested
