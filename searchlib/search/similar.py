"""Choose the words that tell what an article is about."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from searchlib.analysis.analyzer import analyse
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.terms import term
from searchlib.analysis.units import units
from searchlib.models import Article

MOST_WORDS = 25
_TITLE_WEIGHT = 3
_RAREST = 2


def significant_terms(
    article: Article,
    frequencies: Callable[[Iterable[str]], Mapping[str, int]],
    articles: int,
    dictionary: Dictionary | None = None,
) -> list[str]:
    """The word terms with the highest tf·idf in an article, the best first; ``articles`` is the size of the archive.

    Words of one unit tell too little, and words that occur in this article alone lead nowhere.
    """
    counts = Counter(map(term, analyse(article.body, dictionary).words))
    for word in map(term, analyse(article.title, dictionary).words):
        counts[word] += _TITLE_WEIGHT
    candidates = [word for word in counts if len(word) > 1 and not word.isdecimal() and units(word)]
    found = frequencies(candidates)
    weights = {
        word: (1 + math.log(counts[word])) * math.log(1 + articles / found[word])
        for word in candidates
        if found[word] >= _RAREST
    }
    return sorted(weights, key=lambda word: (-weights[word], word))[:MOST_WORDS]
