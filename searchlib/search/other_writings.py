"""Find other ways to write the words of a query that articles use: Midjourney for ``mid journey``, 神舟十五 for 神舟15."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice, pairwise, product

from searchlib.analysis.fold import fold
from searchlib.analysis.pinyin_patterns import spelled_syllables
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.analysis.synonyms import Units
from searchlib.analysis.tokens import LETTERS_OR_DIGITS
from searchlib.analysis.units import HAN, is_han, units
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.engines.base import Engine, Request
from searchlib.models import Note
from searchlib.query.analyzed_text import AnalyzedText
from searchlib.query.as_typed import with_quantities
from searchlib.query.dates import names_identifier
from searchlib.query.numbers import (
    NumberWritings,
    is_name_of_law,
    is_unbroken,
    is_unit,
    number_writings,
    spelled_dates,
)
from searchlib.query.plan import PhraseClause, Plan
from searchlib.query.tree import UnquotedText
from searchlib.search.longer_words import named_words
from searchlib.search.parsed_query import ParsedQuery

_MIN_JOINED_RATIO = 3
"""Two adjacent words are joined only if the articles with the joined word are more than this many times as many as the articles
with the two words side by side. ``job step`` is not joined."""

_MIN_PART_SHARE = 0.05
"""Two adjacent words are joined only if the articles with the joined word are more than this share of the articles with the rarer
of the two. ``search list`` is not joined."""

_MAX_PAIRS = 4
"""The maximum number of pairs of words that are looked up as one word. More are probably a pasted text."""

_MIN_CHARACTERS = 3
"""The minimum number of single characters side by side that may be one text: two can be two words (猫 狗)."""

_MAX_SPLIT_WORDS = 4
"""The maximum number of words of a query that are looked up as several words. More articles must contain these side by side than
contain the word: Wi-Fi for ``wifi``, Spring Boot for ``springboot``."""

_WITH_SYMBOLS = lazy_pattern(r"[^\W_]+(?:[-._'/&][^\W_]+)+", re.ASCII)
"""A Latin word with symbols inside, which may be written without them: ``wi-fi``, ``utf-8``, ``h.264``, ``a/b``."""

_LETTERS_IN_HAN = lazy_pattern(rf"(?<![^\W{HAN}])[a-z]{{2,3}}(?=[{HAN}])|(?<=[{HAN}])[a-z]{{2,3}}(?![^\W{HAN}])")
"""A few letters beside Han characters, which may be an abbreviation with symbols inside: ``ab测试``, A/B 测试."""

_LETTER, _DECIMALS = lazy_pattern("[a-z]"), lazy_pattern(r"\d\.\d")

_MAX_TEXT_LENGTH = 32
"""The maximum length of a text whose numbers are looked up in other writings."""

_MAX_NUMBERS = 3
"""The maximum number of texts whose numbers are looked up in other writings."""

_MAX_WRITINGS = 16
"""The maximum number of ways to write a text that are looked up."""

_MIN_SPLIT_LENGTH, _MAX_SPLIT_LENGTH = 4, 24
"""The lengths of words that are looked up as several words."""


@dataclass(frozen=True, slots=True)
class _Writing:
    """Another way to write a part of a query: its units as typed, and in the other way. A note names its ``text``.

    With ``is_equal``, it ranks like the part as typed, because few or no articles contain the part.
    """

    typed: Units
    units: Units
    text: str
    is_equal: bool


def with_joined_words(query: ParsedQuery, engine: Engine) -> ParsedQuery:
    """Return the query with words that were typed apart as one word, if articles contain it: OpenAI for ``open ai``, and 人工智能
    for ``人 工 智 能``."""
    query = _with_joined_characters(query, engine)
    pairs = list(islice(_latin_pairs([fold(text) for text in query.plain_texts]), _MAX_PAIRS))
    if not pairs:
        return query
    phrases = {
        pair: tuple(map(_phrase, ("".join(pair), " ".join(pair), *pair)))  # joined, apart, and each part
        for pair in pairs
    }
    counts = engine.phrase_frequencies({phrase for each in phrases.values() for phrase in each})
    writings = [
        _Writing(tuple(apart.split()), tuple(joined.split()), "".join(pair), is_equal=True)
        for pair, (joined, apart, *parts) in phrases.items()
        if counts[joined] > _MIN_JOINED_RATIO * counts[apart]
        and counts[joined] > _MIN_PART_SHARE * min(counts[part] for part in parts)
    ]
    return _with_writings(query, writings) or query


def _with_joined_characters(query: ParsedQuery, engine: Engine) -> ParsedQuery:
    """Return the query with single Han characters side by side as one text, if articles contain them in a row."""
    if len(query.plain_texts) < _MIN_CHARACTERS:
        return query
    runs = [(is_one, list(run)) for is_one, run in groupby(query.plain_texts, _is_single_han)]
    characters = ["".join(run) for is_one, run in runs if is_one and len(run) >= _MIN_CHARACTERS]
    joined = {text: _phrase(fold(text)) for text in characters}
    if not joined:
        return query
    counts = engine.phrase_frequencies(joined.values())
    texts = []
    for is_one, run in runs:
        text = "".join(run)
        texts += [text] if is_one and counts.get(joined.get(text, "")) else run
    if len(texts) == len(query.plain_texts):
        return query
    return query.widened(text=" ".join(texts))


def _is_single_han(text: str) -> bool:
    return len(text) == 1 and is_han(text)


def with_other_writings(query: ParsedQuery, engine: Engine) -> ParsedQuery | None:
    """Return the query with other ways to write its numbers and Latin words, or None if no article uses any."""
    texts = [fold(text) for text in query.plain_texts]
    quantities = [one + other for one, other in pairwise(texts) if one[-1:].isdecimal() and is_unit(other)]
    quantities += (date[0] for date in spelled_dates(" ".join(texts)))
    of_law = any(map(is_name_of_law, texts))
    texts_of_numbers = (
        text for before, text in pairwise(("", *texts)) if not (text.isdecimal() and names_identifier(before))
    )
    found = ((text, number_writings(text, of_law=of_law)) for text in (*quantities, *texts_of_numbers))
    numbers = islice(((text, numbers) for text, numbers in found if numbers), _MAX_NUMBERS)
    writings = [writing for each in numbers for writing in _number_writings(*each, query.analyzer, engine)]
    writings += (writing for text in texts for writing in _without_final(text, engine))
    writings += (writing for text in texts for writing in _letters_apart(text, query.analyzer, engine))
    return _with_writings(query, [*writings, *_together(texts, engine), *_separate_words(texts, engine)])


def _with_writings(query: ParsedQuery, writings: Sequence[_Writing]) -> ParsedQuery | None:
    if not writings:
        return None
    equal: dict[Units, list[Units]] = {}
    others: dict[Units, list[Units]] = {}
    for each in writings:
        (equal if each.is_equal else others).setdefault(each.typed, []).append(each.units)
    analyzer = replace(
        query.analyzer,
        synonyms=query.analyzer.synonyms.extended(equal) if equal else query.analyzer.synonyms,
        writings=query.analyzer.writings.extended(others),
    )
    texts = list(dict.fromkeys(each.text for each in writings))
    words = named_words(texts)
    note = Note("也查找了其他写法：%(words)s。", "Also searched for other ways to write it: %(words)s.", words=words)
    wider = query.widened(note, analyzer=analyzer)
    typed = with_quantities(wider.plan.typed_words, texts)
    return replace(wider, plan=replace(wider.plan, typed_words=typed))


def _latin_pairs(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the adjacent texts that may be one word: not two numbers, and not a single letter and another text."""
    for one, other in pairwise(texts):
        is_latin = one.isascii() and other.isascii() and one.isalnum() and other.rstrip("+").replace(".", "").isalnum()
        if is_latin and one[0].isalpha() and (other[0].isdigit() or min(len(one), len(other)) > 1):
            yield one, other


def _phrase(text: str) -> str:
    return " ".join(units(text))


def _units(text: str) -> Units:
    return tuple(units(text))


def _number_writings(
    text: str, numbers: Sequence[NumberWritings], analyzer: QueryAnalyzer, engine: Engine
) -> Iterator[_Writing]:
    """Yield the other ways to write a text with numbers, or else the part around each number."""
    if len(text) > _MAX_TEXT_LENGTH:
        return
    first, last = numbers[0], numbers[-1]
    is_alone = first is last and not first.has_unit and not units(text[: first.start] + text[first.end :])
    choices = [
        (text[number.start : number.end], *(number.separated if is_alone else number.writings)) for number in numbers
    ]
    whole = [_replaced(text, numbers, choice) for choice in islice(product(*choices), 1, _MAX_WRITINGS)]
    if found := _with_articles(whole, engine):
        yield from _writings(text, found, text, engine)
        return
    words = AnalyzedText(UnquotedText(text), analyzer).group_spans
    for number in numbers:
        # The number with the words that it is a part of: 神舟16号.
        overlapping = [word for word in words if word[0] < number.end and number.start < word[1]]
        start = min([number.start, *(word_start for word_start, _ in overlapping)])
        end = max([number.end, *(word_end for _, word_end in overlapping)])
        if (start, end) == (number.start, number.end):
            start -= start > 0 and is_han(text[start - 1])
            end += start == number.start and end < len(text) and is_han(text[end])
        typed = text[start:end]
        parts = [text[start : number.start] + each + text[number.end : end] for each in number.writings]
        has_context = typed != text[number.start : number.end] or number.has_unit
        if typed != text and has_context:
            yield from _writings(typed, _with_articles(parts, engine), text, engine)


def _without_final(text: str, engine: Engine) -> Iterator[_Writing]:
    """Yield a text of Han characters without the final 儿 that the pronunciation of Beijing adds: 聊天 for 聊天儿."""
    if len(text) > 2 and text.endswith("儿") and is_han(text[0]) and not _with_articles([text], engine):
        yield from _writings(text, _with_articles([text[:-1]], engine), text, engine)


def _letters_apart(text: str, analyzer: QueryAnalyzer, engine: Engine) -> Iterator[_Writing]:
    """Yield a text with symbols between the letters of an abbreviation: A/B 测试 for ``ab测试``."""
    letters = _LETTERS_IN_HAN.search(text)
    if letters is None:
        return
    words = AnalyzedText(UnquotedText(text), analyzer).group_spans
    # The abbreviation with the words beside it: it is one only if articles contain them together.
    start = max((first for first, last in words if last == letters.start()), default=letters.start())
    end = min((last for first, last in words if first == letters.end()), default=letters.end())
    apart = text[start : letters.start()] + "/".join(letters[0]) + text[letters.end() : end]
    if end - start > len(letters[0]):
        for each in _with_articles([apart], engine):
            yield _Writing(_units(text[start:end]), _units(each), each, is_equal=False)


def _writings(typed: str, others: Sequence[str], text: str, engine: Engine) -> Iterator[_Writing]:
    """Yield the other ways to write a part of a text."""
    is_equal = bool(others) and not _with_articles([typed], engine)
    for each in others:
        named = text.replace(typed, each, 1).replace("°c", "℃")
        yield _Writing(_units(typed), _units(each), named, is_equal=is_equal)


def _replaced(text: str, numbers: Sequence[NumberWritings], choice: Sequence[str]) -> str:
    pieces = []
    at = 0
    for number, writing in zip(numbers, choice, strict=True):
        pieces += [text[at : number.start], writing]
        at = number.end
    return "".join([*pieces, text[at:]])


def _with_articles(texts: Sequence[str], engine: Engine) -> list[str]:
    """Return the texts that articles contain, the most frequent first."""
    phrases = {text: tuple(units(text)) for text in dict.fromkeys(texts)}
    joined = {phrase: " ".join(phrase) for phrase in phrases.values() if is_unbroken(phrase)}
    frequencies = engine.phrase_frequencies(joined.values())
    counts = {
        text: frequencies[joined[phrase]]
        if phrase in joined
        else engine.count(Request(plan=Plan(required=PhraseClause(phrase)), facets=())).total
        for text, phrase in phrases.items()
    }
    return sorted((text for text in phrases if counts[text]), key=lambda text: -counts[text])


def _together(texts: Sequence[str], engine: Engine) -> Iterator[_Writing]:
    """Yield the words that consist of several words of a text, without the symbols or space between them: WiFi for ``wi-fi``."""
    found = [each for text in texts for each in _WITH_SYMBOLS.findall(text)]
    # Versions, numbers and speeds are no words: v2.0, 2021-03-15, 10m/s.
    words = (each for each in found if not ("/" in each and each[0].isdecimal()))
    with_symbols = [_units(each) for each in words if _LETTER.search(each) and not _DECIMALS.search(each)]
    apart = list(islice(dict.fromkeys((*with_symbols, *_latin_pairs(texts))), _MAX_PAIRS))
    if not apart:
        return
    counts = engine.phrase_frequencies({_phrase(each) for typed in apart for each in ("".join(typed), " ".join(typed))})
    for typed in apart:
        joined = "".join(typed)
        if counts[_phrase(joined)]:
            is_equal = not counts[_phrase(" ".join(typed))]
            yield _Writing(_units(" ".join(typed)), _units(joined), joined, is_equal=is_equal)


def _separate_words(texts: Sequence[str], engine: Engine) -> Iterator[_Writing]:
    """Yield the adjacent words that a word of a text consists of: CI/CD for ``cicd``. Pinyin is not such a word."""
    typed = [
        unit
        for text in texts
        for unit in units(text)
        if _MIN_SPLIT_LENGTH <= len(unit) <= _MAX_SPLIT_LENGTH and unit.isascii() and unit.isalnum()
        if not spelled_syllables(unit)
    ]
    frequencies = engine.frequencies(typed)
    for word in islice(dict.fromkeys(typed), _MAX_SPLIT_WORDS):
        if apart := _words_apart(word, frequencies[word], engine):
            yield _Writing((word,), apart, " ".join(apart), is_equal=not frequencies[word])


def _words_apart(word: str, min_articles: int, engine: Engine) -> Units:
    """Return the words that a word consists of, if more than ``min_articles`` articles contain them side by side."""
    pieces = LETTERS_OR_DIGITS.findall(word)
    known = engine.frequencies(pieces) if len(pieces) > 1 else {}
    # In iphone15promax, promax may be a word of the archive, but not after 15.
    halves = [_halves(piece, engine) if len(piece) >= _MIN_SPLIT_LENGTH and piece.isalpha() else () for piece in pieces]
    choices = [
        [(piece,), *([pair] if pair else [])] if known.get(piece) else [pair or (piece,)]
        for piece, pair in zip(pieces, halves, strict=True)
    ]
    found = [tuple(unit for piece in choice for unit in piece) for choice in islice(product(*choices), _MAX_WRITINGS)]
    phrases = {" ".join(each): each for each in found if len(each) > 1}
    counts = engine.phrase_frequencies(phrases)
    best = max(phrases, key=lambda phrase: counts[phrase], default="")
    return phrases[best] if best and counts[best] > min_articles else ()


def _halves(word: str, engine: Engine) -> Units:
    """Return the two parts of a word that most articles contain side by side, or nothing."""
    splits = [(word[:at], word[at:]) for at in range(1, len(word))]
    known: Mapping[str, int] = engine.frequencies({half for split in splits for half in split})
    pairs = [f"{one} {other}" for one, other in splits if known[one] and known[other]]
    counts = engine.phrase_frequencies(pairs)
    best = max(pairs, key=lambda pair: counts[pair], default="")
    return tuple(best.split()) if best and counts[best] else ()
