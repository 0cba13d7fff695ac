"""Select the words, phrases and titles that become entries of a lexicon, in the same way for every engine."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.han_tokenizer import han_tokenizer
from searchlib.analysis.units import HAN_CHARACTER, is_han, units
from searchlib.common.lazy_pattern import lazy_pattern

LEXICON_WORD = lazy_pattern("[\u3400-\u9fff]{2,8}|(?=[a-z0-9]*[a-z])(?:[a-z0-9]{2,20}(?:\\+\\+|#)?|[a-z][+#]{1,2})")
"""A word that can be an entry. A plus after several letters (Netty+Dubbo) is seldom part of a name. All of its characters are in
the basic plane, as the arrays of a lexicon require."""

MAX_WORDS = 200_000
"""Maximum number of words in a lexicon; the most frequent ones are taken. Even a million articles have hardly more."""

MAX_COUNTED_PHRASES = 6_000
"""Maximum number of phrases whose articles are counted, most frequent first. Others count in titles and samples."""

_MAX_READ_TITLE_LENGTH = 40
"""Maximum characters of a title that are read for its key. They nearly always contain enough units."""

_MAX_SAMPLED_ARTICLES, _MAX_SAMPLED_LENGTH = 4_000, 2_000
"""The maximum number of articles whose bodies are read for phrases and spellings, and the characters read of each."""

_MIN_CAPITALS_SHARE = 0.3
"""A word is a name if at least this share of its occurrences has capital letters. Commands and addresses are in lower case."""

_MIN_WHOLE_SHARE, _MIN_WHOLE_ARTICLES = 0.9, 3
"""A fragment occurs nearly always inside the same word: the minimum share of its articles, and the minimum articles, with it.
In fewer articles that is chance."""

_MAX_FRAGMENT_LENGTH = 3
"""The maximum characters of a fragment. A longer part of a name is a name: 人民银行."""

_MIN_WHOLE_RATIO, _MAX_FRAGMENT_FREQUENCY = 2, 60
"""In general texts, a word is at least this many times as frequent as a fragment of it. jieba's dictionary counts a fragment at
most this often (务器 1, 一系 36), and a word oftener, even if a longer one begins with it (民法 324, 核武 113)."""

_LATIN_SPELLING = lazy_pattern("[A-Za-z0-9]+(?:[+#]++(?![A-Za-z0-9]))?")


def without_fragments(words: Mapping[str, int], dictionary: Dictionary | None = None) -> dict[str, int]:
    """Return the words that are no fragments of others, like 务器 of 服务器, with their numbers of articles.

    jieba's dictionary contains fragments, and indexing finds them inside words. No word of the user's dictionary is one.
    """
    own_words = {word for word, _ in dictionary.words} if dictionary else set()
    whole: dict[str, str] = {}
    for word, articles in words.items():
        if len(word) < 3 or articles < _MIN_WHOLE_ARTICLES or not is_han(word[0]):
            continue
        for part in {word[at:end] for at in (0, 1, 2) for end in range(len(word) - 2, len(word) + 1)}:
            if (
                1 < len(part) < min(len(word), _MAX_FRAGMENT_LENGTH + 1)
                and articles >= _MIN_WHOLE_SHARE * words.get(part, math.inf)
                and part not in own_words
                and articles > words.get(whole.get(part, ""), 0)
            ):
                whole[part] = word
    frequency = han_tokenizer().frequency
    fragments = {
        part
        for part, word in whole.items()
        if frequency(part) <= min(_MAX_FRAGMENT_FREQUENCY, frequency(word) / _MIN_WHOLE_RATIO)
    }
    return {word: articles for word, articles in words.items() if word not in fragments}


def title_keys(titles: Sequence[str], folded: Sequence[str]) -> tuple[list[int], list[str], list[int]]:
    """Return the last position, the key and the count of each distinct title that has units, ordered by position."""
    counts = Counter(titles)
    last_positions = {title: position for position, title in enumerate(titles)}
    keys = {at: "".join(units(folded[at][:_MAX_READ_TITLE_LENGTH])) for at in last_positions.values()}
    positions = sorted(position for position, key in keys.items() if key)
    return positions, [keys[at] for at in positions], [counts[titles[at]] for at in positions]


def sampled_articles(articles: int) -> range:
    """Return the positions of the sampled articles, whose bodies are read for phrases and spellings."""
    return range(0, articles, max(1, -(-articles // _MAX_SAMPLED_ARTICLES)))


def sampled_lines(titles: Iterable[str], bodies: Iterable[str]) -> list[str]:
    """Return all titles, and the lines at the beginning of each body, for phrases and spellings."""
    return [*titles, *(line for body in bodies for line in body[:_MAX_SAMPLED_LENGTH].split("\n"))]


def find_spellings(lines: Iterable[str]) -> dict[str, str]:
    """Return the spelling of each folded Latin word that is often written with capital letters: Java, iPhone.

    Lines without Han characters are skipped: code is often in lower case.
    """
    # One call for all lines takes half the time of one call for each.
    counts = Counter(
        _LATIN_SPELLING.findall("\n".join(line for line in lines if not line.isascii() and HAN_CHARACTER.search(line)))
    )
    totals = Counter[str]()
    capitals: dict[str, dict[str, int]] = {}
    for spelling, count in counts.items():
        word = spelling.lower()
        totals[word] += count
        if spelling != word:
            capitals.setdefault(word, {})[spelling] = count
    return {
        word: max(spellings, key=lambda spelling: (spellings[spelling], spelling))
        for word, spellings in capitals.items()
        if sum(spellings.values()) >= _MIN_CAPITALS_SHARE * totals[word]
    }
