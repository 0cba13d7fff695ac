"""Tune the weights of the score on one half of the questions, and judge them on the other.

This is a coordinate search. It tries some multiples of each weight in turn, and changes the weight if the mean over the sets
improves by more than noise. It ends when a whole turn changes nothing. The search is deterministic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from searchlib.settings import Ranking

TUNED = ("title", "bigrams", "parts", "function_words", "closeness", "lead", "title_words", "k1", "b")
FIXED = ("headings", "body", "words", "units", "whole_title")
"""``body`` and ``words`` are the measure of all else. The texts of the sets have no headings, and ``units`` and ``whole_title``
decide no question."""

_STEPS = (0.5, 0.75, 1.33, 2.0)
_GAIN = 0.0005
"""The minimum gain of a step. Smaller differences depend on a few of 10,000 questions."""
_TURNS = 3

Judge = Callable[[Ranking], float]
"""The mean measure over the sets with some weights."""


def tuned(judge: Judge, start: Ranking) -> Ranking:
    """Return the weights with the best mean measure that the search finds from ``start``."""
    best, reached = start, judge(start)
    for _ in range(_TURNS):
        before = best
        for name in TUNED:
            tried = [_stepped(best, name, step) for step in _STEPS]
            gained, weights = max(((judge(each), each) for each in tried), key=lambda pair: pair[0])
            if gained > reached + _GAIN:
                best, reached = weights, gained
        if best == before:
            break
    return best


def slopes(judge: Judge, weights: Ranking, steps: Sequence[float] = (0.5, 2.0)) -> Mapping[str, list[float]]:
    """Return the change of the mean measure for each weight at these multiples, which shows how flat the optimum is."""
    here = judge(weights)
    return {name: [judge(_stepped(weights, name, step)) - here for step in steps] for name in TUNED}


def _stepped(weights: Ranking, name: str, step: float) -> Ranking:
    value = round(getattr(weights, name) * step, 3)
    return replace(weights, **{name: min(value, 1.0) if name == "b" else value})
