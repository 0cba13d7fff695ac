"""Say which words of a query belong close together, and what of it is one text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from searchlib.analysis.fold import fold
from searchlib.analysis.query_analyzer import PLAIN_ANALYZER, QueryAnalyzer
from searchlib.analysis.terms import MAX_TERM_LENGTH
from searchlib.analysis.units import units
from searchlib.query import tree
from searchlib.query.plan import ProximityPair

LONGEST_TITLE = 64
"""Units of a query that is looked for as a whole in titles: few titles are as long."""

_ONE_WORD = 6
"""A text of no more units, without function words, is what a reader takes for one word: 产业互联网, 深度学习框架."""


def proximity_pairs(node: tree.Node, analyzer: QueryAnalyzer = PLAIN_ANALYZER) -> tuple[ProximityPair, ...]:
    """The pairs of neighbouring words of the texts that are all asked for; a word with synonyms is in none."""
    telling = [
        word
        for each in _texts(node)
        if isinstance(each, tree.UnquotedText) and each.field is None
        for word in _telling(fold(each.text), analyzer)
        if word is None or (len(word) <= MAX_TERM_LENGTH and len(units(word)) > 1)
    ]
    return tuple(
        dict.fromkeys(
            ProximityPair(first, second) for first, second in pairwise(telling) if first and second and first != second
        )
    )


def _telling(folded: str, analyzer: QueryAnalyzer) -> Iterator[str | None]:
    """The words of a text but for function words; None for one that could be written in another way too."""
    meanings = analyzer.synonyms.spans(folded)
    for word in analyzer.content_words(analyzer.words(folded, parts=False)):
        has_other = any(word.start < meaning.end and meaning.start < word.end for meaning in meanings)
        yield None if has_other else word.text


def title_phrase(node: tree.Node) -> tuple[tuple[str, ...], bool]:
    """The units of all that was typed, and whether the last is a prefix; none where texts are alternatives."""
    texts = [] if _has_alternatives(node) else [each for each in _texts(node) if each.field in (None, "title")]
    run = tuple(unit for each in texts for unit in units(fold(each.text)))
    last = texts[-1] if texts else None
    return run, isinstance(last, tree.UnquotedText) and last.prefix


def is_one_word(node: tree.Node, analyzer: QueryAnalyzer = PLAIN_ANALYZER) -> bool:
    """Whether one text was typed that a reader takes for one word, wherever the segmenter cuts it."""
    texts = [] if _has_alternatives(node) else [each for each in _texts(node) if each.field is None]
    if len(texts) != 1 or not isinstance(texts[0], tree.UnquotedText):
        return False
    folded = fold(texts[0].text)
    side_by_side = analyzer.words(folded, parts=False)
    return 0 < len(units(folded)) <= _ONE_WORD and len(analyzer.content_words(side_by_side)) == len(side_by_side)


def _texts(node: tree.Node) -> Iterator[tree.UnquotedText | tree.Phrase]:
    """The texts that an article must all hold."""
    for each in _children(node):
        if isinstance(each, tree.UnquotedText | tree.Phrase):
            yield each


def _has_alternatives(node: tree.Node) -> bool:
    return any(isinstance(each, tree.Or) for each in _children(node))


def _children(node: tree.Node) -> tuple[tree.Node, ...]:
    return node.children if isinstance(node, tree.And) else (node,)
