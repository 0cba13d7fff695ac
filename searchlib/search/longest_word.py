"""Search for the longest word in a short Han text that no article contains: 减脂 for 减脂餐."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from searchlib.analysis.fold import fold
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.analysis.units import HAN_RUN, units
from searchlib.common.numerals import NUMERALS
from searchlib.engines.base import Engine
from searchlib.search.parsed_query import ParsedQuery
from searchlib.search.word_parts import searched_part
from searchlib.suggest.personal_names import may_be_name

_MIN_LENGTH, _MAX_LENGTH = 3, 6
"""The lengths of a text in characters. Longer ones consist of several words, which relaxed matching searches."""


def with_longest_word(query: ParsedQuery, engine: Engine) -> ParsedQuery | None:
    """Return the query with the longest word in each text that no article contains, and a note that names it, or None.

    A word is longer than half of its text, and neither begins nor ends with a function word. Names are not shortened (杨平 is
    another person than 杨平萍), nor numbers: 分钟 says nothing about 五分钟.
    """
    texts = [text for text in map(fold, query.plain_texts) if _is_short(text)]
    if not texts:
        return None
    phrases = {text: " ".join(units(text)) for text in texts}
    counts = engine.phrase_frequencies(phrases.values())
    runs = {text: [*_runs(text)] for text in texts if not counts[phrases[text]]}
    articles = engine.frequencies({run for each in runs.values() for run in each})
    longest = {text: run for text in runs if (run := _longest(runs[text], articles))}
    if not longest:
        return None
    notes = (searched_part(text, run) for text, run in longest.items())
    return query.widened(*notes, text=" ".join(longest.get(fold(text), text) for text in query.plain_texts))


def _is_short(text: str) -> bool:
    """Return whether a folded text is short, and neither a name nor a number."""
    return bool(
        _MIN_LENGTH <= len(text) <= _MAX_LENGTH
        and HAN_RUN.fullmatch(text)
        and not may_be_name(text)
        and not set(text) & set(NUMERALS)
    )


def _runs(text: str) -> Iterator[str]:
    """Yield the runs of a text that may be words."""
    for length in range(len(text) - 1, len(text) // 2, -1):
        for start in range(len(text) - length + 1):
            run = text[start : start + length]
            if not {run[0], run[-1]} & FUNCTION_WORDS:
                yield run


def _longest(runs: list[str], articles: Mapping[str, int]) -> str | None:
    """Return the longest of the words in some articles, the most frequent one of equally long words."""
    found = [run for run in runs if articles[run]]
    return max(found, key=lambda run: (len(run), articles[run]), default=None)
