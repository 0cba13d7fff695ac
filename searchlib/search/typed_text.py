"""Find the articles that contain the text of a query as typed, symbols included, and let them rank first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from searchlib.analysis.units import is_han
from searchlib.engines.base import Engine, EngineHit, Filters, Request
from searchlib.engines.common.cache import LruCache
from searchlib.engines.common.deadline import Deadline
from searchlib.query.as_typed import contains_typed, has_symbols
from searchlib.query.plan import AllOf, AnyOf, Clause, IdClause, PhraseClause, Plan, TypedWords

_MAX_ARTICLES = 50
"""The maximum number of articles that rank first because they contain a typed text, and the number that are read to find them: the
best for the query."""

_MAX_WITH_SYMBOLS = 500
"""The number of articles that are read if the texts have symbols: a name such as ``$_GET`` is rare among the articles with its
letters, and few lines contain its symbols. Several words of a query share them."""

_MIN_ARTICLES = 10
"""If fewer articles contain the typed text, its last word may be incomplete: ``grep -r`` is also in ``grep -rn``."""

_CACHE_BYTES = 1 << 18

_KEY_BYTES = 1 << 10
"""About the size of a plan in the key of a cache."""


class TypedTextFinder:
    """Finds articles of one engine that contain typed texts, for any number of threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._cache = LruCache(_CACHE_BYTES)

    def ranked_first(self, plan: Plan, filters: Filters, deadline: Deadline, *, all_words: bool = True) -> Plan:
        """Return the plan with the ids of the articles that contain its typed text.

        If there are none, articles that contain its ``typed_words`` rank first. They must match all words; without ``all_words``,
        they need not if the query has names or phrases. The filters only choose among articles that match anyway: a facet is
        counted without its own filter.
        """
        if plan.as_typed is not None:
            ids = self.ids(plan, Filters(), deadline)
            if filters != Filters() and not plan.needs_typed_text:
                ids = tuple(dict.fromkeys((*ids, *self.ids(plan, filters, deadline))))
            if ids:
                return replace(plan, as_typed=AnyOf(tuple(map(IdClause, ids))))
            if plan.needs_typed_text:
                plan = replace(plan, as_typed=None)
        if not plan.typed_words:
            return plan
        specific = () if all_words else tuple(each for each in plan.typed_words if not each.is_number)
        others = (plan.required,) if specific else (plan.required, *plan.words, *plan.runs)
        chosen = specific or plan.typed_words
        candidates = _Candidates(
            replace(plan, required=AllOf(others), words=(), runs=(), as_typed=None),
            Filters() if specific else filters,
            deadline,
            most_with_symbols=max(_MAX_WITH_SYMBOLS // len(chosen), _MAX_ARTICLES),
        )
        matches = [self._with_typed_words(each, candidates) for each in chosen]
        words = [match for match in matches if match is not None]
        return replace(plan, as_typed=AllOf((*words, *others))) if words else plan

    def ids(self, plan: Plan, filters: Filters, deadline: Deadline) -> tuple[str, ...]:
        """Return the ids of the articles that contain the whole typed text of a plan, under some filters."""
        if not isinstance(plan.as_typed, PhraseClause):
            return ()
        candidates = _Candidates(
            replace(plan, required=AllOf(), words=(), runs=(), as_typed=None), filters, deadline, _MAX_WITH_SYMBOLS
        )
        return self._ids_with(
            plan.as_typed, plan.as_typed_text, candidates, is_open=True, finds_more=plan.needs_typed_text
        )

    def _with_typed_words(self, words: TypedWords, candidates: _Candidates) -> Clause | None:
        """Return the clause of the articles that contain typed words, in any writing, or None if there are none."""
        for writings in (words.writings, words.otherwise):
            if clauses := [clause for each in writings if (clause := self._with_writing(*each, candidates))]:
                return clauses[0] if len(clauses) == 1 else AnyOf(tuple(clauses))
        return None

    def _with_writing(self, phrase: PhraseClause, text: str, candidates: _Candidates) -> Clause | None:
        if text:
            ids = self._ids_with(phrase, text, candidates)
            return AnyOf(tuple(map(IdClause, ids))) if ids else None
        request = Request(plan=Plan(required=phrase), facets=(), deadline=candidates.deadline)
        return phrase if self._engine.with_deadline(candidates.deadline).count(request).total else None

    def _ids_with(
        self,
        clause: PhraseClause,
        text: str,
        candidates: _Candidates,
        *,
        is_open: bool = False,
        finds_more: bool = False,
    ) -> tuple[str, ...]:
        """Return the ids of the articles that contain a text, among the best candidates that match its units in a row.

        With ``is_open``, if they are few, the last word may also be the beginning of a longer one. With ``finds_more``, they do
        not match otherwise, so that all of them are returned.
        """
        limit = candidates.most_with_symbols if finds_more or has_symbols(text) else _MAX_ARTICLES
        most = limit if finds_more else _MAX_ARTICLES

        def read(clause: PhraseClause) -> Iterator[str]:
            plan = replace(candidates.plan, required=AllOf((clause, candidates.plan.required)))
            deadline = candidates.deadline
            request = Request(plan=plan, filters=candidates.filters, limit=limit, facets=(), deadline=deadline)
            is_in = contains_typed(text, is_prefix=clause.prefix)

            def contains(hit: EngineHit) -> bool:
                deadline.check()
                return is_in(hit.title) or is_in(hit.body())

            hits = self._engine.with_deadline(deadline).search(request).hits
            yield from islice((hit.id for hit in hits if contains(hit)), most)

        def read_all() -> tuple[str, ...]:
            ids = tuple(read(clause))
            is_word = len(ids) >= _MIN_ARTICLES or not is_open or is_han(clause.units[-1])
            return ids if is_word else tuple(dict.fromkeys((*ids, *read(replace(clause, prefix=True)))))

        required, terms = candidates.plan.required, candidates.plan.ranking_terms
        key = clause, text, is_open, limit, most, candidates.filters, required, terms
        return self._cache.get(key, read_all, lambda ids: sum(map(len, ids), _KEY_BYTES))


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The plan and the filters of the articles that may rank first, the time to read them, and the number that are read for each
    text with symbols."""

    plan: Plan
    filters: Filters
    deadline: Deadline
    most_with_symbols: int
