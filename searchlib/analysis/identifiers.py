"""Find the words in identifiers such as ``getElementById``; folding removes the capitals that separate them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from searchlib.analysis.terms import MAX_TERM_LENGTH
from searchlib.common.lazy_pattern import lazy_pattern

MIN_LENGTH = 3
"""The minimum length of a word of an identifier that is indexed. Too many identifiers contain shorter ones."""

_MARK = "^"

_MAX_CACHED_LENGTH = 40
"""The maximum length of a cached identifier."""

_IDENTIFIER = lazy_pattern(r"[A-Z](?:(?<=[a-z][A-Z])[a-zA-Z]|[A-Z][a-z]{2})")
"""Where a word ends inside of an identifier. Capitals are rare: a search for them skips most of a text."""

_RUN = lazy_pattern(r"[A-Za-z]+")
_WORD = lazy_pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def identifier_words(text: str) -> Iterator[str]:
    """Yield the terms of the words of identifiers in an unfolded text: element of ``getElementById``."""
    at = 0
    while match := _IDENTIFIER.search(text, at):
        start = match.start()
        while start and "A" <= text[start - 1] <= "z" and text[start - 1].isalpha():
            start -= 1
        run = _RUN.match(text, start)
        assert run is not None  # the match begins with a letter
        yield from _terms(run[0]) if len(run[0]) <= _MAX_CACHED_LENGTH else _terms.__wrapped__(run[0])
        at = run.end()


@lru_cache(maxsize=1 << 14)  # cached: the identifiers of code recur
def _terms(run: str) -> list[str]:
    """Return the terms of the words in a run of letters."""
    return [
        identifier_word_term(word.lower())
        for word in _WORD.findall(run)
        if MIN_LENGTH <= len(word) <= MAX_TERM_LENGTH and len(word) < len(run)
    ]


def identifier_word_term(word: str) -> str:
    """Return the term of a folded word as a part of identifiers. No other word has it."""
    return f"{_MARK}{word}"


def without_mark(term: str) -> str:
    """Return the word that a term stands for. The term may be that of a word of identifiers."""
    return term.removeprefix(_MARK)


def is_identifier_word(term: str) -> bool:
    """Return whether a term is that of a word of identifiers."""
    return term.startswith(_MARK)


def can_be_identifier_word(word: str) -> bool:
    """Return whether a folded word can be a part of identifiers."""
    return MIN_LENGTH <= len(word) <= MAX_TERM_LENGTH and word.isascii() and word.isalpha()


def is_word_of_identifier(text: str, start: int, end: int) -> bool:
    """Return whether ``text[start:end]``, letters in a text that is not folded, is a word of an identifier."""
    # Whether a word ends depends on the letter before its end and the two after it. A run can have a million letters.
    first = start - 1 if start and is_ascii_letter(text[start - 1]) else start
    last = end
    while last < min(end + 2, len(text)) and is_ascii_letter(text[last]):
        last += 1
    spans = (word.span() for word in _WORD.finditer(text, first, last))
    return (first, last) != (start, end) and (start, end) in spans


def is_ascii_letter(character: str) -> bool:
    """Return whether a character is one of A to Z, in any case."""
    return character.isascii() and character.isalpha()
