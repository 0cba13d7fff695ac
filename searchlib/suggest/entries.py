"""Select the words, phrases and titles that become entries of a lexicon, in the same way for every engine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from searchlib.analysis.dictionary import JIEBA_WORD
from searchlib.analysis.han_tokenizer import RUN_END, HanTokenizer
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.analysis.units import units
from searchlib.suggest.lexicon import MAX_KEY_LENGTH

LEXICON_WORD = re.compile("[\u3400-\u9fff]{2,8}|(?=[a-z0-9+#]*[a-z])[a-z0-9]{2,20}[+#]{0,2}")
"""A word that can be an entry. All of its characters are in the basic plane, as the arrays of a lexicon require."""

MAX_WORDS = 200_000
"""Words of a lexicon, most frequent first. A million articles have hardly more."""

MAX_PHRASES = 50_000
"""Phrases of a lexicon, most frequent in titles first."""

MAX_COUNTED_PHRASES = 6_000
"""Phrases whose articles are counted, most frequent in titles first. For other phrases the titles are counted, which is faster."""

_MIN_PHRASE_TITLES = 3
"""Two adjacent words are a phrase if they occur in at least this many titles."""

_MAX_READ_TITLE_LENGTH = 40
"""Characters of a title that are read for its key. They nearly always have enough units for a key."""

_NOT_IN_PHRASES = FUNCTION_WORDS | {RUN_END}


def title_keys(titles: Sequence[str], folded: Sequence[str]) -> tuple[list[int], list[str], list[int]]:
    """Return the last position, the key and the count of each distinct title that has units, ordered by position."""
    counts = Counter(titles)
    last_positions = {title: position for position, title in enumerate(titles)}
    keys = {at: "".join(units(folded[at][:_MAX_READ_TITLE_LENGTH])) for at in last_positions.values()}
    positions = sorted(position for position, key in keys.items() if key)
    return positions, [keys[at] for at in positions], [counts[titles[at]] for at in positions]


def find_phrases(folded_titles: Sequence[str], tokenizer: HanTokenizer) -> dict[str, int]:
    """Return candidates for phrases, with their numbers of titles, most frequent first. Some are words too."""
    pairs = Counter(_adjacent_words(folded_titles, tokenizer)).most_common(MAX_PHRASES)
    return {phrase: titles for phrase, titles in pairs if titles >= _MIN_PHRASE_TITLES}


def _adjacent_words(titles: Sequence[str], tokenizer: HanTokenizer) -> list[str]:
    """Return every two adjacent Han words of the titles, joined, unless one is a function word or both are characters.

    One may be a single character: jieba leaves such characters of words that are not in its dictionary (元 宇宙).
    """
    text = RUN_END.join(JIEBA_WORD.findall("\n".join(titles)))
    words = tokenizer.texts(text)
    ends = np.fromiter(accumulate(map(len, words)), np.int64, len(words))
    starts = np.concatenate([[0], ends])[:-1]
    is_content = ~np.fromiter(map(_NOT_IN_PHRASES.__contains__, words), bool, len(words))
    lengths = ends[1:] - starts[:-1]
    pairs = np.flatnonzero(is_content[:-1] & is_content[1:] & (lengths > 2) & (lengths <= MAX_KEY_LENGTH))
    return [text[start:end] for start, end in zip(starts[pairs].tolist(), ends[pairs + 1].tolist(), strict=True)]
