"""Write units, bigrams and words as index terms, the same for every engine: no white space, less than 200 characters."""

from __future__ import annotations

from hashlib import blake2b

from searchlib.common.lazy_pattern import lazy_pattern

MAX_TERM_LENGTH = 64
"""The maximum number of characters of a unit or word in its term. A digest replaces the rest."""

BIGRAM_SEPARATOR = "!"
"""The separator of the units of a bigram. No unit contains it, and it sorts before all characters of units, so bigrams sort
like their units."""

BREAK_SEPARATOR = '"'
"""The separator of the units of a bigram with a break between them. It sorts directly after ``!``."""

_SEPARATOR = lazy_pattern(f"[{BIGRAM_SEPARATOR}{BREAK_SEPARATOR}]")


def term(text: str) -> str:
    """Return the index term of a unit or a word. Different texts have different terms."""
    if len(text) <= MAX_TERM_LENGTH:
        return text
    # UTF-8 cannot encode a lone surrogate, hence the error handler.
    return f"{text[:MAX_TERM_LENGTH]}_{blake2b(text.encode(errors='surrogatepass'), digest_size=16).hexdigest()}"


def bigram_term(first: str, second: str, *, is_broken: bool = False) -> str:
    """Return the index term of two adjacent units; ``is_broken`` if a break is between them."""
    return bigram_of_terms(term(first), term(second), is_broken=is_broken)


def bigram_of_terms(first: str, second: str, *, is_broken: bool = False) -> str:
    """Return the index term of two adjacent units, given as terms."""
    return f"{first}{BREAK_SEPARATOR if is_broken else BIGRAM_SEPARATOR}{second}"


def units_of_bigram(bigram: str) -> list[str]:
    """Return the terms of the two units of a bigram."""
    return _SEPARATOR.split(bigram)


def bigram_offsets(units: int) -> list[int]:
    """Return the offsets of the bigrams that cover a phrase of at least two units: every second one, and the last one."""
    return [*range(0, units - 2, 2), units - 2]
