"""Rules for the articles that match most of a query. All engines share them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from searchlib.query.plan import AllOf, AnyOf, Clause, FirstMatching, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxedMatching:
    """The rules for which articles follow those that match a query as typed.

    If fewer than ``min_full_matches`` match it as typed, articles follow that contain all words, but not the runs of the
    plan. For a query of one text, they rank before the others below: an article without one of several texts can be better.
    If these are still fewer (than one, if the query is one word), articles with most of the words follow:

    - For a query of several texts, an article must match half of the words if there are at most ``max_counted_words``. Of
      more words it must match the share ``min_word_weight`` of their total weight (``word_weight``). If no article
      does, and none matches all words, all candidates count.
    - For a query of one text (a question), the score of an article, without function words, must be at least the share
      ``min_score`` of the best score. Counting words would lose articles with names that the tokenizer does not know.
    - In each step, the best ``max_candidates`` articles by that score are scored in full. The best ``max_hits`` of these (or
      ``min_full_matches``, if that is more) match the query, with all articles that tie with the last one.
    """

    max_counted_words: int = 3
    min_word_weight: float = 0.2
    min_score: float = 0.25
    max_candidates: int = 300
    max_hits: int = 100

    def minimum_should_match(self, words: int) -> int | None:
        """Return the number of words that an article must match; None if their weights decide instead."""
        return (words + 1) // 2 if words <= self.max_counted_words else None


RELAXED_MATCHING = RelaxedMatching()
"""The rules of all indexes. Tests use smaller numbers."""


def word_weight(articles: int, frequency: int) -> float:
    """Return the weight of a word that ``frequency`` articles match: ``ln(1 + articles / frequency)``, or 0 if none does."""
    return math.log1p(articles / frequency) if frequency else 0.0


def is_taken_apart(plan: Plan, first_matching: Callable[[FirstMatching], Clause | None]) -> bool:
    """Return whether no article contains some word as typed; ``first_matching`` returns the first matching child, or None."""
    runs = plan.runs if plan.is_one_word else ()
    return any(_is_taken_apart(clause, first_matching) for clause in (plan.required, *plan.words, *runs))


def _is_taken_apart(clause: Clause, first_matching: Callable[[FirstMatching], Clause | None]) -> bool:
    match clause:
        case AllOf(children) | AnyOf(children):
            return any(_is_taken_apart(child, first_matching) for child in children)
        case FirstMatching((as_typed, *_)):
            return first_matching(clause) not in (None, as_typed)
        case _:
            return False
