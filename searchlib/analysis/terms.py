"""Write units and words as index terms, the same for every engine: no white space, less than 200 characters."""

from __future__ import annotations

from hashlib import blake2b

MAX_TERM_LENGTH = 64
"""Characters that a term keeps of a unit or word; the rest of a longer one stands in a digest."""

BIGRAM_SEPARATOR = "!"
"""No unit holds it, and it comes before all that units hold: the terms of bigrams are in the order of their units."""


def term(text: str) -> str:
    """The index term of a unit or a word; different texts give different terms."""
    if len(text) <= MAX_TERM_LENGTH:
        return text
    # A lone surrogate cannot be written as UTF-8, hence the error handler.
    return f"{text[:MAX_TERM_LENGTH]}_{blake2b(text.encode(errors='surrogatepass'), digest_size=16).hexdigest()}"


def bigram_term(first: str, second: str) -> str:
    """The index term of two neighbouring units."""
    return bigram_of_terms(term(first), term(second))


def bigram_of_terms(first: str, second: str) -> str:
    """The same, of units that are terms already; a unit holds no exclamation mark, so that the joint is unambiguous."""
    return f"{first}{BIGRAM_SEPARATOR}{second}"
