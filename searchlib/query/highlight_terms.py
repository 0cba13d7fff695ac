"""What to mark in the articles that a text of a query finds."""

from __future__ import annotations

from collections.abc import Iterator

from searchlib.analysis.fold import fold
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.analysis.units import units
from searchlib.query import tree
from searchlib.query.groups import concepts_in, is_single, made_of
from searchlib.query.plan import HighlightTerm


def highlight_terms(node: tree.UnquotedText | tree.Phrase, analyzer: QueryAnalyzer) -> Iterator[HighlightTerm]:
    """All of the text; unless it is a phrase its words too, what these are made of and what means the same."""
    if node.field not in (None, "title"):
        return
    folded = fold(node.text)
    whole = tuple(units(folded))
    if not whole:
        return
    if isinstance(node, tree.Phrase):
        yield HighlightTerm(whole)
        return
    yield HighlightTerm(whole, prefix=node.prefix)
    side_by_side = analyzer.words(folded, parts=False)
    # Marking each single character and function word of a longer text would bury what matters.
    telling = [word for word in analyzer.content_words(side_by_side) if not is_single(word)] or side_by_side
    for word in telling:
        is_begun = node.prefix and word is side_by_side[-1]
        yield HighlightTerm(tuple(units(word.text)), loose=True, prefix=is_begun)
        for part in () if is_begun else made_of(word.text, analyzer):
            yield HighlightTerm(tuple(units(part)), loose=True)
    for concept in concepts_in(node, folded, side_by_side, analyzer):
        for runs in (concept.runs, *(meaning.runs for meaning in concept.meanings)):
            for run in runs:
                yield HighlightTerm(run, loose=True)
