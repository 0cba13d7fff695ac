"""Measure suggestions: how many frequent words come first for their pinyin, initials or beginnings, and how soon.

python -m tests.benchmarks.pinyin --index DIR [--words N] [--list]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from statistics import quantiles

from pypinyin import Style, lazy_pinyin

import searchlib
from searchlib.analysis.units import is_han
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.suggest.entries import LEXICON_WORD, without_fragments

FULL, INITIALS, MS = 0.99, 0.85, 1.0
SHOWN = 8


def main() -> int:
    """Print the figures beside their bars; with ``--list`` the words that did not come."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pinyin", description=__doc__)
    parser.add_argument("--index", type=Path, required=True, metavar="DIR")
    parser.add_argument("--words", type=int, default=2000, metavar="N")
    parser.add_argument("--list", action="store_true", help="list the words that were not suggested")
    options = parser.parse_args()
    with searchlib.open_index(options.index) as index:
        words = _frequent_words(index, options.words)
        suggested = without_fragments(dict(_frequent_counts(index)))
        # What is read at first: the lexicon, and for titles that hold a text the dates.
        index.suggest("没有什么以此开头")
        for name, bar, typed in (
            ("full pinyin", FULL, {word: "".join(lazy_pinyin(word, v_to_u=False)) for word in words}),
            ("initials", INITIALS, {word: "".join(lazy_pinyin(word, style=Style.FIRST_LETTER)) for word in words}),
            ("Han prefix", FULL, {word: word[:2] for word in words}),
        ):
            missed, ms = _ask(index, typed)
            share = 1 - len(missed) / len(words)
            fragments = sum(word not in suggested for word in missed)
            # Words that are typed alike share the places.
            possible = sum(min(SHOWN, number) for number in Counter(typed.values()).values()) / len(words)
            *_, p95 = quantiles(ms, n=20)
            print(
                f"{name}: {share:.1%} of {len(words)} words among the first {SHOWN} (bar {bar:.0%}, {possible:.1%} is possible, "
                f"{fragments} of those missed are fragments of words); "
                f"p50 {sorted(ms)[len(ms) // 2]:.2f} ms, p95 {p95:.2f} ms, most {max(ms):.2f} ms (bar {MS:g} ms)"
            )
            if options.list:
                print(*(f"{word}({typed[word]})" for word in missed))
        pinyin = {word: "".join(lazy_pinyin(word, v_to_u=False)) for word in words}
        latin = {word: word for word in _frequent_words(index, options.words, is_latin=True)}
        for name, typed in (("pinyin", pinyin), ("Latin words", latin)):
            print(f"half-typed {name}: {_half_typed(index, typed)}")
    return 0


def _frequent_words(index: searchlib.Index, number: int, *, is_latin: bool = False) -> list[str]:
    """Return the words of two to four Han characters, or of at least three letters, that most articles contain.

    Some are fragments, which occur in longer words only: these are not suggested, and count as missed.
    """
    words = (word for word, _ in _frequent_counts(index))
    if is_latin:
        return list(islice((word for word in words if word.isascii() and _is_name(word)), number))
    return list(islice((word for word in words if 2 <= len(word) <= 4 and all(map(is_han, word))), number))


def _frequent_counts(index: searchlib.Index) -> list[tuple[str, int]]:
    """Return the words of bodies with their numbers of articles, most frequent first."""
    engine = index._current().engine
    assert isinstance(engine, WhooshEngine)
    terms, places, _ = engine._reader.all_postings("body_words")
    counts = _counted(places.tolist())
    return [(terms[place], counts[place]) for place in sorted(counts, key=lambda place: (-counts[place], place))]


def _is_name(word: str) -> bool:
    return len(word) > 2 and word.isalpha() and LEXICON_WORD.fullmatch(word) is not None


def _half_typed(index: searchlib.Index, typed: dict[str, str]) -> str:
    """Return how often words are suggested after each of their letters, and how many letters they take."""
    shown = cuts = letters = 0
    shown_after: dict[int, list[bool]] = {}
    for word, text in typed.items():
        first = len(text)
        for length in range(1, len(text)):
            is_shown = word in [each.text.lower() for each in index.suggest(text[:length], size=SHOWN)]
            shown_after.setdefault(length, []).append(is_shown)
            shown += is_shown
            cuts += 1
            first = min(first, length) if is_shown else first
        letters += first
    by_length = ", ".join(f"{length}: {sum(each) / len(each):.0%}" for length, each in sorted(shown_after.items())[:6])
    return (
        f"{shown / cuts:.1%} of {cuts} beginnings of {len(typed)} words suggest them among the first {SHOWN}; they take "
        f"{letters / len(typed):.1f} of {sum(map(len, typed.values())) / len(typed):.1f} letters; by letters {by_length}"
    )


def _counted(places: Iterable[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for place in places:
        counts[place] = counts.get(place, 0) + 1
    return counts


def _ask(index: searchlib.Index, typed: dict[str, str]) -> tuple[list[str], list[float]]:
    """Return the words that are not suggested, and the milliseconds of each answer."""
    missed: list[str] = []
    ms: list[float] = []
    for word, text in typed.items():
        begun = time.thread_time()
        found = index.suggest(text, size=SHOWN)
        ms.append((time.thread_time() - begun) * 1000)
        if word not in [each.text.lower() for each in found]:
            missed.append(word)
    return missed, ms


if __name__ == "__main__":
    sys.exit(main())
