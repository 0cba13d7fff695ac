"""Say which words of a query belong close together, and what of it is one text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from searchlib.query import tree
from searchlib.text.fold import fold
from searchlib.text.function_words import FUNCTION_WORDS
from searchlib.text.terms import LONGEST
from searchlib.text.tokens import words
from searchlib.text.units import units

LONGEST_TITLE = 64
"""Units of a query that is looked for as a whole in titles: few titles are as long."""

_ONE_WORD = 6
"""A text of no more units, without function words, is what a reader takes for one word: 产业互联网, 深度学习框架."""


@dataclass(frozen=True, slots=True)
class Near:
    """Two different words of two units or more, folded, that follow each other in a query but for function words."""

    first: str
    second: str


def neighbours(node: tree.Node) -> tuple[Near, ...]:
    """The pairs of neighbouring words of the texts that are all asked for."""
    telling = [
        word.text
        for each in _texts(node)
        if isinstance(each, tree.Words) and each.field is None
        for word in words(fold(each.text), parts=False)
        if word.text not in FUNCTION_WORDS and len(word.text) <= LONGEST and len(units(word.text)) > 1
    ]
    return tuple(dict.fromkeys(Near(first, second) for first, second in pairwise(telling) if first != second))


def whole_units(node: tree.Node) -> tuple[tuple[str, ...], bool]:
    """The units of all that was typed, and whether the last is a prefix; none where texts are alternatives."""
    texts = [] if _has_alternatives(node) else [each for each in _texts(node) if each.field in (None, "title")]
    run = tuple(unit for each in texts for unit in units(fold(each.text)))
    last = texts[-1] if texts else None
    return run, isinstance(last, tree.Words) and last.prefix


def is_one_word(node: tree.Node) -> bool:
    """Whether one text was typed that a reader takes for one word, wherever the segmenter cuts it."""
    texts = [] if _has_alternatives(node) else [each for each in _texts(node) if each.field is None]
    if len(texts) != 1 or not isinstance(texts[0], tree.Words):
        return False
    folded = fold(texts[0].text)
    return 0 < len(units(folded)) <= _ONE_WORD and not any(
        word.text in FUNCTION_WORDS for word in words(folded, parts=False)
    )


def _texts(node: tree.Node) -> Iterator[tree.Words | tree.Phrase]:
    """The texts that an article must all hold."""
    for each in _children(node):
        if isinstance(each, tree.Words | tree.Phrase):
            yield each


def _has_alternatives(node: tree.Node) -> bool:
    return any(isinstance(each, tree.Or) for each in _children(node))


def _children(node: tree.Node) -> tuple[tree.Node, ...]:
    return node.children if isinstance(node, tree.And) else (node,)
