"""Cut folded text into words for the engines that index words only."""

from __future__ import annotations

import rjieba

from searchlib.analysis.fold import fold


def words(folded: str) -> list[str]:
    """Return the words of a folded text and the shorter words in them, without punctuation, as jieba's search mode does."""
    return [word for word in rjieba.cut_for_search(folded) if word[0].isalnum()]


def spaced(folded: str) -> str:
    """Return these words as a text for a tokenizer that splits on white space."""
    return " ".join(words(folded))


def question_words(text: str) -> list[str]:
    """Return the different words of a typed text, in order."""
    return list(dict.fromkeys(words(fold(text))))
