"""Run the request of a query; if few articles match, run it with more ways to match, and then with a replacement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from searchlib.analysis.script import Write
from searchlib.engines.base import Engine, Filters, MatchCounts, Request
from searchlib.query.plan import AllOf, AnyOf, Plan
from searchlib.search.did_you_mean import QueryCorrection
from searchlib.search.longer_words import with_longer_words
from searchlib.search.longest_phrase import with_longest_phrase
from searchlib.search.longest_word import with_longest_word
from searchlib.search.names import with_names
from searchlib.search.other_writings import with_other_writings
from searchlib.search.parameters import SearchRequest
from searchlib.search.parsed_query import ParsedQuery
from searchlib.search.replacements import replacements
from searchlib.search.unquoted import without_quotes
from searchlib.search.word_parts import with_word_parts
from searchlib.suggest.pinyin_reader import PinyinReader

Outcome = TypeVar("Outcome", bound=MatchCounts)


@dataclass(frozen=True, slots=True)
class Execution(Generic[Outcome]):
    """The ``outcome`` of a search: the results of an engine, or counts alone.

    ``query`` and ``request`` are what was searched in the end; they may be a replacement of the typed query.
    """

    query: ParsedQuery
    request: Request
    outcome: Outcome
    correction: str | None = None

    @property
    def has_few(self) -> bool:
        """Whether fewer articles match fully than a page shows."""
        return self.outcome.full < self.request.min_full_matches


class RankTypedFirst(Protocol):
    """Returns the plan in which articles with the typed text, or with all or some of its typed words, rank first."""

    def __call__(self, plan: Plan, *, all_words: bool = True) -> Plan: ...


@dataclass(frozen=True, slots=True)
class QueryRunner(Generic[Outcome]):
    """Runs the queries of one search.

    ``run`` runs a request in the ``engine``. ``parse`` parses a replacement, ``correct`` returns the correction of a query with
    these matches, and ``write`` returns words in the script of the reader.
    """

    engine: Engine
    search: SearchRequest
    run: Callable[[Request], Outcome]
    parse: Callable[[str], ParsedQuery]
    rank_typed_first: RankTypedFirst
    correct: Callable[[ParsedQuery, MatchCounts], QueryCorrection | None]
    write: Write

    def execute(self, query: ParsedQuery, request: Request, *, offers_correction: bool = True) -> Execution[Outcome]:
        """Run the request of a query, or of a replacement for it.

        Without ``offers_correction``, a correction is looked up only if it may be searched.

        A query that matches nothing is replaced, unless the search is ``verbatim``. Pinyin is replaced by the words that it
        spells. With ``corrected``, any other query is replaced by its correction, if that is searchable.

        A query that articles match only in part is also replaced in two cases: if it is pinyin, because its syllables can match as
        unrelated words, and if articles match a clear correction fully.

        A query with a quotation is never replaced, nor one that matches without the filters.
        """
        typed = self._widened(Execution(query, request, self.run(request)))
        may_replace = self.search.corrected and not (typed.outcome.full or self.search.verbatim)
        corrected = self.correct(typed.query, typed.outcome) if offers_correction or may_replace else None
        typed = replace(typed, correction=corrected.text if corrected else None)
        if self.search.verbatim:
            return typed
        if not typed.outcome.total and (plain := without_quotes(typed.query)):
            unquoted = replace(typed, request=replace(typed.request, collapse=self.search.collapse), correction=None)
            unquoted = self._again(unquoted, plain)
            return unquoted if unquoted.outcome.total else typed
        if typed.outcome.full or not typed.query.is_replaceable:
            return typed
        unfiltered = self._unfiltered(typed)
        return self._replaced(typed, corrected, unfiltered) or self._with_other_words(typed, unfiltered) or typed

    def _with_plan(self, found: Execution[Outcome], plan: Plan) -> Execution[Outcome]:
        """Run the request again with another plan."""
        request = replace(found.request, plan=plan)
        return replace(found, request=request, outcome=self.run(request))

    def _again(self, found: Execution[Outcome], query: ParsedQuery) -> Execution[Outcome]:
        """Run the request again with the plan of another query."""
        return replace(self._with_plan(found, self.rank_typed_first(query.plan)), query=query)

    def _unfiltered(self, found: Execution[Outcome]) -> MatchCounts:
        """Return the number of matches without filters."""
        if found.request.filters == Filters():
            return found.outcome
        return self.engine.count(replace(found.request, filters=Filters()))

    def _widened(self, found: Execution[Outcome]) -> Execution[Outcome]:
        """Run the request again with other ways to match the words of the query, as long as few articles match."""
        if found.query.plan.typed_words and found.has_few:
            plan = self.rank_typed_first(found.query.plan, all_words=False)
            if plan != found.request.plan:
                found = self._with_plan(found, plan)
        found = self._with_names(found)
        if self.search.verbatim or not found.has_few:
            return found
        return self._with_longest_phrase(self._with_writings(found))

    def _with_names(self, found: Execution[Outcome]) -> Execution[Outcome]:
        """Run the request again so that its words also match categories, tags and authors, if few articles contain the words.

        As with relaxed matching, filters have no influence.
        """
        if not (found.has_few and found.query.plan.words):
            return found
        plan = with_names(found.query, found.request.plan, self.engine)
        if plan is None or self._unfiltered(found).full >= found.request.min_full_matches:
            return found
        return self._with_plan(found, plan)

    def _with_writings(self, found: Execution[Outcome]) -> Execution[Outcome]:
        """Run the request again with other ways to write its words, if more articles match with them."""
        wider = with_other_writings(found.query, self.engine)
        if wider is None:
            return found
        again = self._again(found, wider)
        return again if again.outcome.full > found.outcome.full else found

    def _with_longest_phrase(self, found: Execution[Outcome]) -> Execution[Outcome]:
        """Run the request again with the longest phrase of the query, if few articles match, and none contains the typed text."""
        if not found.has_few or isinstance(found.request.plan.as_typed, AllOf | AnyOf):
            return found
        plan = with_longest_phrase(found.query, found.request.plan, self.engine)
        return found if plan is None else self._with_plan(found, plan)

    def _replaced(
        self, typed: Execution[Outcome], corrected: QueryCorrection | None, unfiltered: MatchCounts
    ) -> Execution[Outcome] | None:
        """Run the first replacement that articles match; return None if there is none."""
        searched = corrected if self.search.corrected else None
        for each in replacements(typed.query, searched, unfiltered, PinyinReader(self.engine), self.write):
            found = self._with_names(self._again(typed, self.parse(each.text)))
            if found.outcome.full or (found.outcome.total and not each.must_match_fully):
                return found if each.text == typed.correction else replace(found, correction=None)
        return None

    def _with_other_words(self, typed: Execution[Outcome], unfiltered: MatchCounts) -> Execution[Outcome] | None:
        """Run the query with longer words or parts of its words; return None if not enough articles match.

        Relaxed matches of the typed query ignore a compound that no article contains, so matches of its parts are always better.
        The longest word in a text is searched for only if nothing matches.
        """
        if unfiltered.full:
            return None
        for widen, enough in ((with_longer_words, typed.outcome.total), (with_word_parts, 0)):
            if wider := widen(typed.query, self.engine):
                found = self._again(typed, wider)
                if found.outcome.total > enough or found.outcome.full:
                    return found
        if unfiltered.total or not (shorter := with_longest_word(typed.query, self.engine)):
            return None
        found = self._again(typed, shorter)
        return found if found.outcome.total else None
