"""Rules for the articles that match most of a query, the same in every engine."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from searchlib.query.plan import AllOf, AnyOf, Clause, FirstMatching, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxedMatching:
    """Which articles follow those that match all words of a query.

    - For a query typed as several texts, an article must match half of the words if there are at most ``max_counted_words``.
      Of more words it must match ``min_word_weight`` of their total weight (``word_weight``). If no article matches so much,
      all candidates are taken.
    - For a query typed as one text, a question, the score of an article without function words must be at least
      ``min_score`` of the best one's. To count the matched words would lose articles that hold a name which the tokenizer
      does not know.
    - Of these articles, the best ``max_candidates`` by that score are scored in full. Of them, the best ``max_hits``, or a
      page if that is more, match the query. Ties with the last one are included both times.
    """

    max_counted_words: int = 3
    min_word_weight: float = 0.2
    min_score: float = 0.25
    max_candidates: int = 300
    max_hits: int = 100

    def minimum_should_match(self, words: int) -> int | None:
        """Return how many of the words an article must match; None if there are so many that they are weighed."""
        return (words + 1) // 2 if words <= self.max_counted_words else None


RELAXED_MATCHING = RelaxedMatching()
"""The rules of every index. Tests use smaller numbers."""


def word_weight(articles: int, frequency: int) -> float:
    """Return the weight of a word that ``frequency`` of the articles match: ``ln(1 + articles / frequency)``, 0 if none do."""
    return math.log1p(articles / frequency) if frequency else 0.0


def is_taken_apart(plan: Plan, first_matching: Callable[[FirstMatching], Clause | None]) -> bool:
    """Return whether no article contains some word as typed; ``first_matching`` returns the first matching child, or None."""
    return any(_is_taken_apart(clause, first_matching) for clause in (plan.required, *plan.words))


def _is_taken_apart(clause: Clause, first_matching: Callable[[FirstMatching], Clause | None]) -> bool:
    match clause:
        case AllOf(children) | AnyOf(children):
            return any(_is_taken_apart(child, first_matching) for child in children)
        case FirstMatching((as_typed, *_)):
            return first_matching(clause) not in (None, as_typed)
        case _:
            return False
