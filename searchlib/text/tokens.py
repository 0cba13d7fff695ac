"""Cut a text into tokens: the words that rank an article, and the parts by which each can be found."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from searchlib.models import Token
from searchlib.text.fold import fold_with_offsets
from searchlib.text.segment import RUN_END, Dictionary, segmenter
from searchlib.text.units import HAN, LATIN, UNIT

# A run of Han characters, or a word that is not Han: `.net`, `v2.0.1`, `e-mail`, `c++`.
_CHUNK = re.compile(rf"(?P<han>[{HAN}]+)|(?:(?<!{LATIN})\.)?{LATIN}+(?:[.\-_']{LATIN}+)*[+#]*")
_HAN_RUN = re.compile(f"([{HAN}]+)")
_SHORT = 30
"""Pieces between Han characters up to this length recur: mostly punctuation, numbers, names."""
LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a folded text, at ``folded[start:end]``."""

    text: str
    start: int
    end: int


def words(folded: str, *, parts: bool, dictionary: Dictionary | None = None) -> list[Word]:
    """The words of a folded text, in order.

    Without ``parts`` they lie side by side: what a reader would call the words. With ``parts`` every word follows the
    shorter ones in it that can be asked for: dictionary words in a Han word, the pieces of ``v2.0.1`` and ``iphone13``.
    """
    chosen = segmenter(dictionary)
    cut = chosen.cut_for_search if parts else chosen.cut
    found: list[Word] = []
    latin: Word | None = None
    for match in _CHUNK.finditer(folded):
        chunk = Word(match[0], match.start(), match.end())
        if match["han"] is None:
            if parts:
                found.extend(_parts(chunk))
            found.append(chunk)
            latin = chunk
            continue
        pieces = [Word(text, chunk.start + start, chunk.start + end) for text, start, end in cut(chunk.text)]
        if latin and latin.end == chunk.start and len(pieces[0].text) == 1:
            # A letter or number and the single character directly behind it make one word: b端, a股, 2021年.
            mixture = Word(folded[latin.start : pieces[0].end], latin.start, pieces[0].end)
            if parts:
                pieces.insert(1, mixture)
            else:
                found[-1] = mixture
                del pieces[0]
        found.extend(pieces)
        latin = None
    return found


def word_texts(folded: str, dictionary: Dictionary | None = None) -> list[str]:
    """The texts of ``words(folded, parts=True)``, in another order and several times as fast."""
    parts = _HAN_RUN.split(folded)
    runs = parts[1::2]
    found = segmenter(dictionary).texts_for_search(RUN_END.join(runs))
    for piece, run in zip(parts[::2], [*runs, ""], strict=True):
        texts, last = _not_han(piece) if len(piece) <= _SHORT else _not_han.__wrapped__(piece)
        found.extend(texts)
        if last and run:
            first_word = _single_first if len(run) <= _SHORT else _single_first.__wrapped__
            if single := first_word(run, dictionary):
                found.append(last + single)
    return found


@lru_cache(maxsize=1 << 16)
def _not_han(piece: str) -> tuple[tuple[str, ...], str]:
    """The words, with their parts, in a piece of text without Han characters, and the word that ends it, if one does."""
    texts: list[str] = []
    last = ""
    for match in _CHUNK.finditer(piece):
        texts.extend(_latin_texts(match[0]) if len(match[0]) <= _SHORT else _latin_texts.__wrapped__(match[0]))
        last = match[0] if match.end() == len(piece) else ""
    return tuple(texts), last


@lru_cache(maxsize=1 << 16)
def _single_first(run: str, dictionary: Dictionary | None) -> str:
    """The first word of a run of Han characters, if it is a single character."""
    first = segmenter(dictionary).texts_for_search(run)[0]
    return first if len(first) == 1 else ""


@lru_cache(maxsize=1 << 16)
def _latin_texts(chunk: str) -> tuple[str, ...]:
    return (*(part.text for part in _parts(Word(chunk, 0, len(chunk)))), chunk)


def _parts(whole: Word) -> list[Word]:
    """The units of a word that is not Han, and where letters meet digits in one, the pieces (iphone13: iphone, 13)."""
    found: dict[Word, None] = {}
    for unit in UNIT.finditer(whole.text):
        at = whole.start + unit.start()
        for piece in LETTERS_OR_DIGITS.finditer(unit[0]):
            found[Word(piece[0], at + piece.start(), at + piece.end())] = None
        found[Word(unit[0], at, at + len(unit[0]))] = None
    found.pop(whole, None)
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
