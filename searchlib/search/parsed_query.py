"""A query that is parsed and planned once for a whole search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache

from searchlib.analysis.fold import fold
from searchlib.analysis.pinyin_patterns import spelled_syllables
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.analysis.units import HAN_CHARACTER
from searchlib.models import DateOffer, Note
from searchlib.query import tree
from searchlib.query.analyzed_text import AnalyzedText
from searchlib.query.date_offers import find_date_offer
from searchlib.query.parser import MAX_QUERY_LENGTH, parse
from searchlib.query.plan import Plan
from searchlib.query.planner import plan

_CACHED_QUERIES = 512


@dataclass(frozen=True)
class ParsedQuery:
    """A query as typed, its tree with notes to the user, and its plan. Relative dates count back from ``today``."""

    text: str
    today: date
    analyzer: QueryAnalyzer
    query: tree.Query
    plan: Plan

    @classmethod
    def of(cls, text: str, today: date, analyzer: QueryAnalyzer, *, is_literal: bool = False) -> ParsedQuery:
        """Parse and plan a text."""
        query = parse(text, today=today, is_literal=is_literal, facets=analyzer.facets)
        return cls(text, today, analyzer, query, plan(query, analyzer))

    def widened(self, *notes: Note, analyzer: QueryAnalyzer | None = None, text: str | None = None) -> ParsedQuery:
        """Return the query, planned again with another analyzer or from another text, with its notes and more."""
        analyzer = analyzer or self.analyzer
        query = self.query
        if text is not None:
            query = parse(text, today=self.today, is_literal=query.is_literal, facets=analyzer.facets)
        wider = replace(plan(query, analyzer), notes=(*self.plan.notes, *notes))
        return replace(self, analyzer=analyzer, query=query, plan=wider)

    @property
    def tree(self) -> tree.Node:
        """The query tree."""
        return self.query.tree

    @cached_property
    def date_offer(self) -> DateOffer | None:
        """A date in the text of the query that could be a filter instead."""
        return find_date_offer(self.query, today=self.today, analyzer=self.analyzer)

    @cached_property
    def is_latin(self) -> bool:
        """Whether the query contains no Han characters."""
        return not HAN_CHARACTER.search(fold(self.text))

    @cached_property
    def plain_texts(self) -> list[str]:
        """The texts of a query without quotes, fields and operators, as typed; none of any other query."""
        nodes = tree.conjuncts(self.tree)
        texts = [node.text for node in nodes if isinstance(node, tree.UnquotedText) and node.is_plain]
        return texts if len(texts) == len(nodes) else []

    @cached_property
    def has_lone_character(self) -> bool:
        """Whether the query is a text with a character that may be a part of a mistyped word: 操做系统."""
        texts = self.plain_texts
        return len(texts) == 1 and AnalyzedText(tree.UnquotedText(texts[0]), self.analyzer).has_lone_character

    @cached_property
    def is_spelled(self) -> bool:
        """Whether the query consists of several texts that spell syllables of pinyin: ``chong qing``."""
        return len(self.plain_texts) > 1 and self.is_latin and all(map(spelled_syllables, map(fold, self.plain_texts)))

    @cached_property
    def is_replaceable(self) -> bool:
        """Whether another text may be searched instead. An empty query, and one with a quotation, is never replaced."""
        return bool(self.text.strip()) and not any(isinstance(each, tree.Phrase) for each in tree.leaves(self.tree))


def query_parser(analyzer: QueryAnalyzer) -> Callable[[str, date, bool], ParsedQuery]:
    """Return a function that parses a text on a day, literally or not.

    It caches the last queries, except those that are too long to be parsed completely.
    """

    @lru_cache(maxsize=_CACHED_QUERIES)
    def cached(text: str, today: date, is_literal: bool) -> ParsedQuery:
        return ParsedQuery.of(text, today, analyzer, is_literal=is_literal)

    def parse_query(text: str, today: date, is_literal: bool) -> ParsedQuery:
        return (cached if len(text) <= MAX_QUERY_LENGTH else cached.__wrapped__)(text, today, is_literal)

    return parse_query
