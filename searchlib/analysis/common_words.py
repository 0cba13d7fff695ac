"""Estimate how common a word is in texts of its language, for archives that are too small to tell."""

from __future__ import annotations

import math
from functools import lru_cache

from searchlib.analysis.dictionary import JIEBA_WORD
from searchlib.analysis.han_tokenizer import CORPUS_WORDS, han_tokenizer

_WORDS_PER_ARTICLE = 500

_ENGLISH = frozenset(
    """
    about above after again against ago all almost already also although always am an and another any anything are
    around as at back be because been before being best better between big both but by came can come comes coming could
    day days did different do does doing done down during each early eight end ended ends enough etc even ever every
    everything few find finds first five for found four from gave get gets getting give given gives go goes going gone
    good got great had has have having he help helped helps her here hers high him his hour hours how however if in
    instead into is it its itself just keep keeps kept knew know known knows last late least left less let lets like
    little long look looked looking looks lot lots low made make makes making many may me might mine minute minutes
    month months more most much must my need needed needs never new next nine no not nothing now of off often old on one
    only or other others our ours out over own part people place put puts quite really right said same saw say says
    second see seeing seem seems seen sees seven shall she short should show shown shows since six small so some
    something sometimes soon start started starts still such take taken takes taking ten than that the their them then
    there these they thing things think thinks this those though thought three through time times to today tomorrow too
    took tried tries try two under until up us use used uses using usually very want wanted wants was way ways we week
    weeks well went were what when where whether which while who whom whose why will with within without work worked
    working works would year years yesterday yet you your yours
    """.split()
)
"""Folded words of English that say little about a subject: function words, and the most frequent others."""

_SHARE_OF_ENGLISH = 0.3


@lru_cache(maxsize=1 << 14)
def share_of_articles(word: str) -> float:
    """Return the share of articles that contain a folded word, from 0 to 1, as jieba's dictionary suggests.

    It is 0 for a Latin word, unless it is one of the most frequent ones of English.
    """
    if word in _ENGLISH:
        return _SHARE_OF_ENGLISH
    if not JIEBA_WORD.fullmatch(word):
        return 0.0
    # A user's dictionary has the frequencies that cut its words out, not those of texts.
    frequency = han_tokenizer().frequency(word)
    return -math.expm1(-_WORDS_PER_ARTICLE * frequency / CORPUS_WORDS)
