"""Cut folded text into words for the engines that index words only."""

from __future__ import annotations

import rjieba

from searchlib.analysis.fold import fold


def words(folded: str) -> list[str]:
    """The words of a folded text and the shorter ones in them, without punctuation, as jieba's search mode gives them."""
    return [word for word in rjieba.cut_for_search(folded) if word[0].isalnum()]


def spaced(folded: str) -> str:
    """The same, for a tokenizer that splits on white space."""
    return " ".join(words(folded))


def question_words(text: str) -> list[str]:
    """The different words of a text as typed, in order."""
    return list(dict.fromkeys(words(fold(text))))
