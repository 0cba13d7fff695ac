"""Cut a text into tokens: the words that rank an article, and the parts by which each can be found."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from searchlib.analysis.fold import fold_with_offsets
from searchlib.analysis.han_tokenizer import Dictionary, han_tokenizer
from searchlib.analysis.units import HAN, LATIN, UNIT
from searchlib.models import Token

# A run of Han characters, or a word that is not Han: `.net`, `v2.0.1`, `e-mail`, `c++`.
_CHUNK = re.compile(rf"(?P<han>[{HAN}]+)|(?:(?<!{LATIN})\.)?{LATIN}+(?:[.\-_']{LATIN}+)*[+#]*")
_SHORT = 30
"""Words that are not Han up to this length recur: mostly numbers and names."""
LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")

# The same for text that is ASCII alone, as nearly all of it is that is not Han: without tables of Unicode, three times as fast.
_ASCII_CHUNK = re.compile(r"(?:(?<![^\W_])\.)?[^\W_]+(?:[.\-_'][^\W_]+)*[+#]*", re.ASCII)
_ASCII_UNIT = re.compile(r"[^\W_]+(?:[+#]++(?![^\W_]))?", re.ASCII)
_ASCII_LETTERS_OR_DIGITS = re.compile(LETTERS_OR_DIGITS.pattern, re.ASCII)


@dataclass(frozen=True, slots=True)
class WordToken:
    """A word of a folded text, at ``folded[start:end]``."""

    text: str
    start: int
    end: int


def words(folded: str, *, parts: bool, dictionary: Dictionary | None = None) -> list[WordToken]:
    """The words of a folded text, in order.

    Without ``parts`` they lie side by side: what a reader would call the words. With ``parts`` every word follows the
    shorter ones in it that can be asked for: dictionary words in a Han word, the pieces of ``v2.0.1`` and ``iphone13``.
    """
    chosen = han_tokenizer(dictionary)
    cut = chosen.cut_for_search if parts else chosen.cut
    found: list[WordToken] = []
    latin: WordToken | None = None
    for match in _CHUNK.finditer(folded):
        chunk = WordToken(match[0], match.start(), match.end())
        if match["han"] is None:
            if parts:
                found.extend(
                    WordToken(chunk.text[start:end], chunk.start + start, chunk.start + end)
                    for start, end in _parts(chunk.text)
                )
            found.append(chunk)
            latin = chunk
            continue
        pieces = [WordToken(text, chunk.start + start, chunk.start + end) for text, start, end in cut(chunk.text)]
        if latin and latin.end == chunk.start and len(pieces[0].text) == 1:
            # A letter or number and the single character directly behind it make one word: b端, a股, 2021年.
            mixture = WordToken(folded[latin.start : pieces[0].end], latin.start, pieces[0].end)
            if parts:
                pieces.insert(1, mixture)
            else:
                found[-1] = mixture
                del pieces[0]
        found.extend(pieces)
        latin = None
    return found


def latin_words(stretch: str) -> tuple[tuple[str, ...], str]:
    """The words, with their parts, in a stretch of letters, digits and what joins them, and the word that ends it, if one does."""
    if stretch.isascii() and (stretch.isalpha() or stretch.isdigit()):
        return (stretch,), stretch
    return _latin_words(stretch) if len(stretch) <= _SHORT else _latin_words.__wrapped__(stretch)


@lru_cache(maxsize=1 << 16)
def _latin_words(stretch: str) -> tuple[tuple[str, ...], str]:
    texts: list[str] = []
    last = ""
    for match in (_ASCII_CHUNK if stretch.isascii() else _CHUNK).finditer(stretch):
        chunk = match[0]
        texts.extend([chunk[start:end] for start, end in _parts(chunk)])
        texts.append(chunk)
        last = chunk if match.end() == len(stretch) else ""
    return tuple(texts), last


def _parts(word: str) -> list[tuple[int, int]]:
    """Where the units of a word that is not Han lie, and where letters meet digits in one, the pieces (iphone13: iphone, 13)."""
    found: dict[tuple[int, int], None] = {}
    unit_of, piece_of = (_ASCII_UNIT, _ASCII_LETTERS_OR_DIGITS) if word.isascii() else (UNIT, LETTERS_OR_DIGITS)
    for unit in unit_of.finditer(word):
        start, end = unit.span()
        text = unit[0]
        # Nothing but letters, or nothing but digits, is one piece: the unit itself.
        if not (text.isalpha() or text.isdecimal()):
            for piece in piece_of.finditer(word, start, end):
                found[piece.span()] = None
        found[start, end] = None
    found.pop((0, len(word)), None)
    return list(found)


def tokenize(text: str, dictionary: Dictionary | None = None) -> list[Token]:
    """The words that the engine sees in a text, parts included; a ``position`` counts the units before the token."""
    folded = fold_with_offsets(text)
    starts = [unit.start() for unit in UNIT.finditer(folded.text)]
    tokens = []
    for word in words(folded.text, parts=True, dictionary=dictionary):
        start, end = folded.original(word.start, word.end)
        # A word can begin with a mark that belongs to no unit (.net): it stands where its first unit does.
        first = word.start + (word.text[0] == ".")
        tokens.append(Token(text=word.text, start=start, end=end, position=bisect_right(starts, first) - 1))
    return tokens
