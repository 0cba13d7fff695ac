"""Tokenize text into words, which rank articles, and parts of words, which match."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from searchlib.analysis.dictionary import Dictionary, configured_dictionary
from searchlib.analysis.fold import fold_with_offsets
from searchlib.analysis.han_tokenizer import CORPUS_WORDS, HanTokenizer, han_tokenizer, with_frequencies
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.analysis.units import EMOJI, HAN, LATIN, UNIT
from searchlib.common.arguments import check_text
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.models import Token
from searchlib.settings import Settings, load_settings

# A run of Han characters, an emoji, or a Latin word: `.net`, `v2.0.1`, `e-mail`, `c++`.
_CHUNK = lazy_pattern(rf"(?P<han>[{HAN}]+)|(?P<emoji>[{EMOJI}])|(?:(?<!{LATIN})\.)?{LATIN}+(?:[.\-_']{LATIN}+)*[+#]*")
LETTERS_OR_DIGITS = lazy_pattern(r"\d+|[^\W\d_]+")

# The same for ASCII, which most Latin words are: three times as fast, because it needs no Unicode tables.
_ASCII_CHUNK = lazy_pattern(r"(?:(?<![^\W_])\.)?[^\W_]+(?:[.\-_'][^\W_]+)*[+#]*", re.ASCII)
_ASCII_UNIT = lazy_pattern(r"[^\W_]+(?:[+#]++(?![^\W_]))?", re.ASCII)
_ASCII_LETTERS_OR_DIGITS = lazy_pattern(LETTERS_OR_DIGITS.pattern, re.ASCII)

_PREFIXES = frozenset("大小新旧老高低多全超快好非反双单副总")
"""Characters that often begin a word that jieba splits: 大模型, 高并发, 新特性."""

_CONJUNCTIONS = frozenset("与和及或")
"""Function words that jieba joins with unknown words after them, as well as before them: 拼多多和小红书."""

_AT_END = _CONJUNCTIONS | frozenset("是有在")
"""Function words that jieba joins with unknown words before them: 微博是什么."""

_MAX_CACHED_LENGTH = 30
"""The maximum length of a cached Latin run. Short runs recur: they are mostly numbers and names."""


@dataclass(frozen=True, slots=True)
class WordToken:
    """A word of a folded text, at ``folded[start:end]``."""

    text: str
    start: int
    end: int


def words(folded: str, *, parts: bool, dictionary: Dictionary | None = None) -> list[WordToken]:
    """Return the words of a folded text, in order.

    Without ``parts`` the words do not overlap. Neither a function word nor a character that begins the next word belongs to the
    Latin word before it: docker 的, java 高 并发, but 3个. Neither does a function word belong to an unknown word. With ``parts``
    each word follows its parts: dictionary words inside a Han word, pieces of ``v2.0.1`` and ``iphone13``.
    """
    tokenizer = han_tokenizer(dictionary)
    tokenize_han = tokenizer.tokenize_for_search if parts else tokenizer.tokenize
    result: list[WordToken] = []
    latin: WordToken | None = None
    for match in _CHUNK.finditer(folded):
        chunk = WordToken(match[0], match.start(), match.end())
        if match["emoji"] is not None:
            result.append(chunk)
            continue
        if match["han"] is None:
            if parts:
                result.extend(
                    WordToken(chunk.text[start:end], chunk.start + start, chunk.start + end)
                    for start, end in _part_spans(chunk.text)
                )
            result.append(chunk)
            latin = chunk
            continue
        pieces = [
            WordToken(text, chunk.start + start, chunk.start + end) for text, start, end in tokenize_han(chunk.text)
        ]
        if not parts:
            pieces = _without_function_words(pieces, tokenizer)
        if latin and latin.end == chunk.start and len(pieces[0].text) == 1:
            # A Latin word and a single Han character directly after it form one word: b端, a股, 2021年.
            mixed = WordToken(folded[latin.start : pieces[0].end], latin.start, pieces[0].end)
            if parts:
                pieces.insert(1, mixed)
            elif latin.text.isdecimal() or not (
                pieces[0].text in FUNCTION_WORDS or (pieces[0].text in _PREFIXES and len(pieces) > 1)
            ):
                result[-1] = mixed
                del pieces[0]
        result.extend(pieces)
        latin = None
    return result


def _without_function_words(pieces: Sequence[WordToken], tokenizer: HanTokenizer) -> list[WordToken]:
    """Return words that are side by side, with the function words apart that jieba joined with unknown words."""
    found: list[WordToken] = []
    for piece in pieces:
        text, start, end = piece.text, piece.start, piece.end
        cut = 0
        if text[0] in _CONJUNCTIONS and piece is not pieces[0] and _is_joined(text, 1, tokenizer):
            cut = 1
        elif text[-1] in _AT_END and piece is not pieces[-1] and _is_joined(text, len(text) - 1, tokenizer):
            # Before it, a single character at the start is probably a surname: 李有为.
            cut = len(text) - 1 if len(text) > 2 or piece is not pieces[0] else 0
        if cut:
            found += WordToken(text[:cut], start, start + cut), WordToken(text[cut:], start + cut, end)
        else:
            found.append(piece)
    return found


def ends_in_word(folded: str, dictionary: Dictionary | None) -> bool:
    """Return whether the last character of a text is the end of a longer word of the dictionary: 算 in 云计算."""
    last = words(folded, parts=False, dictionary=dictionary)[-1].text
    return len(last) > 1 and not _is_joined(last, len(last) - 1, han_tokenizer(dictionary))


def _is_joined(word: str, at: int, tokenizer: HanTokenizer) -> bool:
    """Return whether a word of several characters is in no dictionary: it is no more frequent than its two parts suggest."""
    if len(word) == 1:
        return False
    expected = tokenizer.frequency(word[:at]) * tokenizer.frequency(word[at:]) // CORPUS_WORDS
    return tokenizer.frequency(word) <= expected


def latin_words(run: str) -> tuple[tuple[str, ...], str]:
    """Return the words and parts in a run of letters, digits and joiners, and the word at its end, or an empty text."""
    if run.isascii() and (run.isalpha() or run.isdigit()):
        return (run,), run
    return _latin_words(run) if len(run) <= _MAX_CACHED_LENGTH else _latin_words.__wrapped__(run)


@lru_cache(maxsize=1 << 16)
def _latin_words(run: str) -> tuple[tuple[str, ...], str]:
    if not run.isascii():
        found = words(run, parts=True)
        return tuple(word.text for word in found), found[-1].text if found and found[-1].end == len(run) else ""
    texts: list[str] = []
    for word in _ASCII_CHUNK.findall(run):
        for unit in _ASCII_UNIT.findall(word):
            if not (unit.isalpha() or unit.isdecimal()):
                texts += _ASCII_LETTERS_OR_DIGITS.findall(unit)
            if unit != word:
                texts.append(unit)
        texts.append(word)
    return tuple(texts), texts[-1] if texts and run.endswith(texts[-1]) else ""


def _part_spans(word: str) -> list[tuple[int, int]]:
    """Return the spans of the units of a Latin word, and of the letters and digits within a unit (iphone13: iphone, 13)."""
    spans: dict[tuple[int, int], None] = {}
    for unit in UNIT.finditer(word):
        start, end = unit.span()
        text = unit[0]
        # A unit of only letters or only digits is not split.
        if not (text.isalpha() or text.isdecimal()):
            for piece in LETTERS_OR_DIGITS.finditer(word, start, end):
                spans[piece.span()] = None
        spans[start, end] = None
    spans.pop((0, len(word)), None)
    return list(spans)


def tokens(text: str, dictionary: Dictionary | None = None) -> list[Token]:
    """Return the words and parts of a text in the order of their ends, with offsets in the original text.

    A ``position`` counts the units before a token. A word follows its parts.
    """
    folded = fold_with_offsets(text)
    unit_starts = [unit.start() for unit in UNIT.finditer(folded.text)]
    result = []
    for word in sorted(words(folded.text, parts=True, dictionary=dictionary), key=attrgetter("end")):
        if not UNIT.search(word.text):
            continue  # an emoji has no position
        start, end = folded.original(word.start, word.end)
        # The dot at the start of a word such as .net belongs to no unit: take the position of the first unit.
        first = word.start + (word.text[0] == ".")
        result.append(Token(text=word.text, start=start, end=end, position=bisect_right(unit_starts, first) - 1))
    return result


def tokenize(text: str, *, settings: Settings | None = None) -> list[Token]:
    """Return the words and parts of a text as a search uses them, with the dictionary of the settings.

    Raises:
        ParameterError: ``text`` is not a str.
        SettingsError: the dictionary cannot be read, or no settings were given and searchlib.toml is wrong.
    """
    check_text("text", text)
    file = configured_dictionary(settings or load_settings())
    return tokens(text, with_frequencies(file) if file else None)
