"""The values that contain a phrase are those that a scan finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searchlib.analysis.fold import fold
from searchlib.analysis.units import units
from searchlib.engines.whoosh.search.value_units import ValueUnits
from searchlib.query.plan import PhraseClause

VALUES = st.lists(st.text("机器學学習Cc+#1 \n\0，ﬁ", max_size=8), max_size=8, unique=True)
PHRASES = st.builds(
    PhraseClause,
    st.lists(st.sampled_from(["机", "器", "学", "习", "c", "c++", "c#", "1", "fi", "c1"]), min_size=1, max_size=4).map(
        tuple
    ),
    prefix=st.booleans(),
)


def contains(value: str, phrase: PhraseClause) -> bool:
    value_units = units(fold(value))
    *wanted, wanted_last = phrase.units
    for at in range(len(value_units) - len(wanted)):
        *same, last = value_units[at : at + len(wanted) + 1]
        if same == wanted and (last.startswith(wanted_last) if phrase.prefix else last == wanted_last):
            return True
    return False


@given(VALUES, PHRASES)
def test_values_are_those_of_a_scan(values: list[str], phrase: PhraseClause) -> None:
    found = list(ValueUnits.of(values, lambda: None).containing(phrase))
    assert found == [number for number, value in enumerate(values) if contains(value, phrase)]


def test_the_deadline_is_checked_while_many_values_are_read() -> None:
    checks: list[int] = []
    value_units = ValueUnits.of([f"标签{number}" for number in range(3_000)], lambda: checks.append(1))
    assert len(checks) == 3
    assert list(value_units.containing(PhraseClause(("签", "2999")))) == [2999]
    assert list(value_units.containing(PhraseClause(("标", "2999")))) == []
    assert list(value_units.containing(PhraseClause(("标", "签"), prefix=True))) == list(range(3_000))
