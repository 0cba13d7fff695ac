"""The terms that rank the articles of a text of a query."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from searchlib.analysis.fold import fold
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.analysis.terms import bigram_term, term
from searchlib.analysis.tokens import WordToken
from searchlib.analysis.units import UNIT, units
from searchlib.query import tree
from searchlib.query.groups import concepts_in
from searchlib.query.plan import SEARCHED_FIELDS, RankingTerm, Role
from searchlib.query.synonyms import Concept


def ranking_terms(node: tree.UnquotedText | tree.Phrase, analyzer: QueryAnalyzer) -> Iterator[RankingTerm]:
    """Its words with their parts, its bigrams, or its one unit; what has synonyms is a concept in their place."""
    if node.field not in (None, "title"):
        return
    fields = SEARCHED_FIELDS if node.field is None else (node.field,)
    folded = fold(node.text)
    run = units(folded)
    side_by_side = analyzer.words(folded, parts=False)
    covered: list[Concept] = []
    if isinstance(node, tree.UnquotedText):
        covered = concepts_in(node, folded, side_by_side, analyzer)
        if node.prefix and run:
            yield RankingTerm("units", term(run[-1]), fields, prefix=True)

    def is_covered(start: int, end: int) -> bool:
        return any(start < concept.end and concept.start < end for concept in covered)

    for runs in dict.fromkeys(
        runs for each in covered for runs in (each.runs, *(meaning.runs for meaning in each.meanings))
    ):
        yield RankingTerm("synonyms", " ".join(runs[0]), fields, phrases=runs)
    whole = {word.text for word in side_by_side}
    for word in _ranking_words(node, folded, analyzer):
        if not (covered and is_covered(word.start, word.end)):
            role: Role = (
                "part" if word.text not in whole else "function" if word.text in analyzer.function_words else "whole"
            )
            yield RankingTerm("words", term(word.text), fields, role=role)
    functions = [word for word in side_by_side if word.text in analyzer.function_words]
    for first, second in pairwise(UNIT.finditer(folded)):
        if not (covered and is_covered(first.start(), second.end())):
            touches = any(word.start < second.end() and first.start() < word.end for word in functions)
            yield RankingTerm(
                "bigrams", bigram_term(first[0], second[0]), fields, role="function" if touches else "whole"
            )
    if len(run) == 1 and not covered:
        yield RankingTerm("units", term(run[0]), fields)


def _ranking_words(node: tree.UnquotedText | tree.Phrase, folded: str, analyzer: QueryAnalyzer) -> list[WordToken]:
    """The words with their parts, without the user's stop words where others tell more."""
    found = analyzer.words(folded, parts=True)
    if isinstance(node, tree.Phrase) or not analyzer.stop_words.words:
        return found
    return [word for word in found if word.text not in analyzer.stop_words.words] or found
