"""Find the articles that contain the text of a query as typed, symbols included, and let them rank first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from searchlib.analysis.units import is_han
from searchlib.engines.base import Engine, EngineHit, Request
from searchlib.engines.common.cache import LruCache
from searchlib.engines.common.deadline import Deadline
from searchlib.query.as_typed import contains_typed
from searchlib.query.plan import AllOf, AnyOf, Clause, IdClause, PhraseClause, Plan, TypedWords

_MAX_ARTICLES = 200
"""The maximum number of articles that are read to find those that contain a typed text."""

_SAMPLE = 20
"""The number of these articles that are read first, to decide whether most of them contain the typed text."""

_MIN_ARTICLES = 10
"""If fewer articles contain the typed text, its last word may be incomplete: ``grep -r`` is also in ``grep -rn``."""

_CACHE_BYTES = 1 << 18


class TypedTextFinder:
    """Finds articles of one engine that contain typed texts, for any number of threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._cache = LruCache(_CACHE_BYTES)

    def ranked_first(self, plan: Plan, deadline: Deadline, *, all_words: bool = True) -> Plan:
        """Return the plan with the ids of the articles that contain its typed text.

        If there are none, articles that contain its ``typed_words`` rank first. They must match all words; without ``all_words``,
        they need not if the query has names or phrases.
        """
        if plan.as_typed is not None:
            if ids := self.ids(plan, deadline):
                return replace(plan, as_typed=AnyOf(tuple(map(IdClause, ids))))
            if plan.needs_typed_text:
                plan = replace(plan, as_typed=None)
        specific = () if all_words else tuple(each for each in plan.typed_words if not each.is_number)
        matches = [self._with_typed_words(each, deadline) for each in specific or plan.typed_words]
        words = [match for match in matches if match is not None]
        if not words:
            return plan
        others = (plan.required,) if specific else (plan.required, *plan.words)
        return replace(plan, as_typed=AllOf((*words, *others)))

    def ids(self, plan: Plan, deadline: Deadline) -> tuple[str, ...]:
        """Return the ids of the articles that contain the whole typed text of a plan."""
        if not isinstance(plan.as_typed, PhraseClause):
            return ()
        return self._ids_with(plan.as_typed, plan.as_typed_text, deadline, is_open=True)

    def _with_typed_words(self, words: TypedWords, deadline: Deadline) -> Clause | None:
        """Return the clause of the articles that contain typed words, in any writing, or None if there are none."""
        clauses = [clause for each in words.writings if (clause := self._with_writing(*each, deadline))]
        return clauses[0] if len(clauses) == 1 else AnyOf(tuple(clauses)) if clauses else None

    def _with_writing(self, phrase: PhraseClause, text: str, deadline: Deadline) -> Clause | None:
        if text:
            ids = self._ids_with(phrase, text, deadline)
            return AnyOf(tuple(map(IdClause, ids))) if ids else None
        request = Request(plan=Plan(required=phrase), facets=(), deadline=deadline)
        return phrase if self._engine.with_deadline(deadline).count(request).total else None

    def _ids_with(
        self, clause: PhraseClause, text: str, deadline: Deadline, *, is_open: bool = False
    ) -> tuple[str, ...]:
        """Return the ids of the articles that contain a text, among the newest ``_MAX_ARTICLES`` that match its units in a row.

        With ``is_open``, if they are few, the last word may also be the beginning of a longer one. Without it, return none if there
        are more than ``_MAX_ARTICLES`` articles and most of a sample contain the text, because most others then contain it, too
        (I/O).
        """

        def read(clause: PhraseClause) -> Iterator[str]:
            request = Request(plan=Plan(required=clause), limit=_MAX_ARTICLES, facets=(), deadline=deadline)
            is_in = contains_typed(text, is_prefix=clause.prefix)
            hits = self._engine.with_deadline(deadline).search(request).hits

            def contains(hit: EngineHit) -> bool:
                return is_in(hit.title) or is_in(hit.body())

            if not is_open and len(hits) == _MAX_ARTICLES:
                sample = hits[:: _MAX_ARTICLES // _SAMPLE]
                if 2 * sum(map(contains, sample)) > len(sample):
                    return
            yield from (hit.id for hit in hits if contains(hit))

        def read_all() -> tuple[str, ...]:
            ids = tuple(read(clause))
            is_word = len(ids) >= _MIN_ARTICLES or not is_open or is_han(clause.units[-1])
            return ids if is_word else tuple(dict.fromkeys((*ids, *read(replace(clause, prefix=True)))))

        return self._cache.get((clause, text, is_open), read_all, lambda ids: sum(map(len, ids), len(text)))
