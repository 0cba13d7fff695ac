"""Explain how a query was understood, and the score of a hit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, assert_never

from searchlib.analysis.fold import fold
from searchlib.analysis.identifiers import without_mark
from searchlib.analysis.terms import units_of_bigram
from searchlib.analysis.units import is_han, units
from searchlib.engines.base import EngineHit, Filters, ScorePart
from searchlib.models import HitExplanation, QueryExplanation, TermScore
from searchlib.query import tree
from searchlib.query.analyzed_text import AnalyzedText
from searchlib.query.plan import LeadWord, PhraseClause, ProximityPair, RankingTerm, Role, TitleWords
from searchlib.query.synonyms import join_synonym_words
from searchlib.query.tree import DateRange
from searchlib.search.parsed_query import ParsedQuery

ScoreKind = Literal[
    "word",
    "part of a word",
    "function word",
    "unit",
    "word of identifiers",
    "synonyms",
    "regional words",
    "pair of characters",
    "prefix",
    "close together",
    "near the beginning",
    "all words in the title",
    "whole query in the title",
]
"""What a part of a score is for, in an explanation. The shell prints it."""

_KINDS: dict[tuple[str, Role], ScoreKind] = {
    ("words", "whole"): "word",
    ("words", "part"): "part of a word",
    ("words", "function"): "function word",
    ("units", "whole"): "unit",
    ("units", "function"): "function word",
    ("words", "loose"): "word of identifiers",
    ("synonyms", "whole"): "synonyms",
    ("synonyms", "loose"): "regional words",
}


def explain_query(query: ParsedQuery, filters: Filters) -> QueryExplanation:
    """Explain how a query was understood."""
    root = join_synonym_words(query.tree, query.analyzer.synonyms)
    texts = list(_texts(root))
    unquoted = [
        AnalyzedText(each, query.analyzer)
        for each in texts
        if isinstance(each, tree.UnquotedText) and each.field in (None, "title")
    ]
    words = [
        "".join(word.text for word in group) + "*" * (text.is_prefix and group is text.groups[-1])
        for text in unquoted
        for group in text.groups
    ]
    days = [each for each in _nodes(root) if isinstance(each, DateRange)]
    if filters.first or filters.last:
        days.append(DateRange(filters.first, filters.last))
    return QueryExplanation(
        words=tuple(words),
        left_out=tuple(
            word.text for text in unquoted for word in text.words if not any(word in group for group in text.groups)
        ),
        phrases=tuple(each.text for each in texts if isinstance(each, tree.Phrase) and each.field is None),
        without=tuple(format_node(each.child) for each in _nodes(root) if isinstance(each, tree.Not)),
        fields=(
            *(format_node(each) for each in texts if each.field is not None),
            *(format_node(each) for each in _nodes(root) if isinstance(each, tree.FieldRange)),
        ),
        synonyms=tuple(tuple(map(_joined, each.phrases)) for each in query.plan.ranking_terms if len(each.phrases) > 1),
        bigrams=tuple(_bigram(each.term) for each in query.plan.ranking_terms if each.kind == "bigrams"),
        dates=tuple(f"{each.first or ''} – {each.last or ''}".strip() for each in days),
        filters={name: tuple(values) for name, values in filters.values.items() if values},
    )


def explain_hit(hit: EngineHit) -> HitExplanation:
    """Explain the score of a hit."""
    terms = [_term_score(part) for part in hit.parts]
    without_score = [
        (term.text, part.uncounted)
        for term, part in zip(terms, hit.parts, strict=True)
        if term.kind in ("word", "synonyms") and not any(term.frequencies.values())
    ]
    return HitExplanation(
        score=round(hit.score, 4),
        terms=tuple(sorted((term for term in terms if term.score), key=lambda term: -term.score)),
        missing=tuple(text for text, uncounted in without_score if not uncounted),
        uncounted=tuple(text for text, uncounted in without_score if uncounted),
    )


def _term_score(part: ScorePart) -> TermScore:
    kind: ScoreKind
    match part.reason:
        case RankingTerm(kind="bigrams", term=bigram):
            kind, text = "pair of characters", _bigram(bigram)
        case RankingTerm(term=term, prefix=True):
            kind, text = "prefix", f"{term}*"
        case RankingTerm(kind="synonyms", phrases=(phrase,)):
            kind, text = "word", _joined(phrase)
        case RankingTerm(kind=term_kind, term=term, role=role, phrases=phrases):
            kind, text = _KINDS[term_kind, role], " = ".join(map(_joined, phrases)) or without_mark(term)
        case ProximityPair(first, second):
            kind, text = "close together", f"{first} {second}"
        case LeadWord(word):
            kind, text = "near the beginning", word
        case TitleWords(phrases):
            kind, text = "all words in the title", " ".join(_joined(first.units) for first, *_ in phrases)
        case PhraseClause(phrase):
            kind, text = "whole query in the title", _joined(phrase)
        case _:
            assert_never(part.reason)
    return TermScore(text=text, kind=kind, frequencies=part.frequencies, score=round(part.score, 4))


def _bigram(term: str) -> str:
    return _joined(units_of_bigram(term))


def _joined(run: Sequence[str]) -> str:
    """Return units as one text, with a space between two units that are not Han."""
    text = ""
    for before, unit in zip(["", *run], run, strict=False):
        text += f" {unit}" if before and not is_han(before) and not is_han(unit) else unit
    return text


def _nodes(node: tree.Node) -> Iterator[tree.Node]:
    """Yield the nodes of a tree that are not inside a negation, and the negations themselves."""
    yield node
    if isinstance(node, tree.And | tree.Or):
        for child in node.children:
            yield from _nodes(child)


def _texts(node: tree.Node) -> Iterator[tree.TextNode]:
    """Yield the texts of a tree that have units and are not negated."""
    for each in _nodes(node):
        if isinstance(each, tree.TextNode) and units(fold(each.text)):
            yield each


def format_node(node: tree.Node) -> str:
    """Return a node of a query as it can be typed."""
    match node:
        case tree.UnquotedText(text, field, prefix):
            return f"{field}:" * bool(field) + text + "*" * prefix
        case tree.Phrase(text, field):
            return f"{field}:" * bool(field) + f'"{text}"'
        case DateRange(first, last):
            return f"date:{first or ''}..{last or ''}"
        case tree.FieldRange(field, values):
            return f"{field}:{values.text}"
        case tree.And(children):
            return f"({' '.join(map(format_node, children))})"
        case tree.Or(children):
            return f"({' OR '.join(map(format_node, children))})"
        case tree.Not(child):
            return f"-{format_node(child)}"
        case _:
            return "*"
