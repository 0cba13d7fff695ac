"""How a text of a query is cut: which words belong together, what a word is made of, what has synonyms."""

from __future__ import annotations

from collections.abc import Sequence

from searchlib.analysis.characters import is_han
from searchlib.analysis.fold import fold
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.analysis.tokens import WordToken
from searchlib.query import tree
from searchlib.query.synonyms import Concept, concepts

_SHORTEST_COMPOUND = 4


def word_groups(node: tree.UnquotedText, analyzer: QueryAnalyzer) -> list[list[WordToken]]:
    """The words that a text asks for, those that belong together in one group."""
    return groups_of(analyzer.words(fold(node.text), parts=False), analyzer)


def groups_of(side_by_side: Sequence[WordToken], analyzer: QueryAnalyzer) -> list[list[WordToken]]:
    """The words that a text asks for, those that belong together in one group; function words only where there is no other.

    jieba leaves single characters where it does not know a word (元 宇宙, 手机 壳): such a character belongs to the word
    behind it, or else to the one before it.
    """
    telling = analyzer.content_words(side_by_side) or side_by_side
    groups: list[list[WordToken]] = []
    for word in telling:
        joins = (
            bool(groups) and groups[-1][-1].end == word.start and (is_single(word) or all(map(is_single, groups[-1])))
        )
        if joins:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def is_single(word: WordToken) -> bool:
    return len(word.text) == 1 and is_han(word.text)


def made_of(word: str, analyzer: QueryAnalyzer) -> list[str]:
    """The fewest words of two characters or more that make up a word side by side; none where it has no such."""
    if len(word) < _SHORTEST_COMPOUND or not all(map(is_han, word)):
        return []
    found = [each for each in analyzer.words(word, parts=True) if 1 < len(each.text) < len(word)]
    best: dict[int, list[str]] = {0: []}
    for each in sorted(found, key=lambda each: (each.start, each.end)):
        if each.start in best and (each.end not in best or len(best[each.start]) + 1 < len(best[each.end])):
            best[each.end] = [*best[each.start], each.text]
    return best.get(len(word), [])


def concepts_in(
    node: tree.UnquotedText, folded: str, side_by_side: Sequence[WordToken], analyzer: QueryAnalyzer
) -> list[Concept]:
    """The stretches of a text that synonyms can be written for; the beginning of a word has none."""
    if node.prefix or not analyzer.synonyms:
        return []
    groups = groups_of(side_by_side, analyzer)
    return concepts(folded, [(group[0].start, group[-1].end) for group in groups], analyzer.synonyms)
