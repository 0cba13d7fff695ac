"""Search a Whoosh index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial, reduce
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from searchlib.analysis.fold import fold
from searchlib.analysis.units import units
from searchlib.common.progress import StageProgress
from searchlib.engines.base import (
    DATE_FILTER,
    MAX_REPEATS,
    Engine,
    EngineHit,
    EngineResults,
    Filters,
    MatchCounts,
    Request,
    ScorePart,
    most_frequent,
)
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, text_field
from searchlib.engines.common.relaxed_matching import RELAXED_MATCHING, RelaxedMatching, is_taken_apart
from searchlib.engines.common.scoring import PROXIMITY_CANDIDATES
from searchlib.engines.whoosh.format.arrays import ArrayFile
from searchlib.engines.whoosh.format.boilerplate_file import read_boilerplate
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers
from searchlib.engines.whoosh.format.lexicon_file import open_lexicon
from searchlib.engines.whoosh.format.stored_fields import read_packer
from searchlib.engines.whoosh.format.term_dictionary import decode_term, encode_term, lines_containing
from searchlib.engines.whoosh.format.verify import damage
from searchlib.engines.whoosh.search.doc_values import DocValues, Mask
from searchlib.engines.whoosh.search.facets import count_facets
from searchlib.engines.whoosh.search.matching import Matcher
from searchlib.engines.whoosh.search.near_duplicates import NearDuplicates
from searchlib.engines.whoosh.search.ranking import Scorer, score_parts
from searchlib.engines.whoosh.search.relaxed_matching import Matches, match
from searchlib.engines.whoosh.search.sorting import HitSorter, top_k
from searchlib.engines.whoosh.search.stored_articles import StoredArticles
from searchlib.errors import IndexDamagedError
from searchlib.models import Article, Repeat
from searchlib.query.plan import PhraseClause
from searchlib.settings import Categories, Ranking
from searchlib.suggest.lookup import Lexicon, LexiconPart

_TITLE_LOOKUP_UNITS = 6
"""A title is looked up by this many first units and its length: looking up all units takes several times as long."""

_MAX_COMPARED_TITLES = 50
"""If there are more candidates for a title, they are not read; the title is looked up by all units."""


class WhooshEngine(Engine):
    """An index in a folder, open for searches in any number of threads."""

    def __init__(
        self,
        folder: Path,
        *,
        zone: str,
        weights: Ranking,
        categories: Categories = "auto",
        facets: Sequence[str] = (),
        relaxed: RelaxedMatching = RELAXED_MATCHING,
        proximity_candidates: int = PROXIMITY_CANDIDATES,
    ) -> None:
        self._relaxed = relaxed
        self._zone = ZoneInfo(zone)
        self._reader = IndexReader(folder)
        self._packer = read_packer(folder)
        self._boilerplate = read_boilerplate(folder)
        self._stored = StoredArticles(self._reader, self._packer)
        self._doc_values = DocValues(self._reader, self._stored.id, categories, facets)
        self._near_duplicates = NearDuplicates(folder, self._doc_values)
        self._sorter = HitSorter(self._doc_values, self._near_duplicates)
        self._scorer = Scorer(self._reader, self._doc_values, weights, proximity_candidates)

    def with_deadline(self, deadline: Deadline) -> WhooshEngine:
        """Return the engine itself: only a search takes long, and its request has the deadline."""
        return self

    def search(self, request: Request) -> EngineResults:
        matcher, filters, matches = self._match(request)
        mask = reduce(np.logical_and, filters.values(), matches.articles & self._doc_values.live)
        articles = mask.nonzero()[0]
        hits = self._hits(request, matcher, matches, articles, mask)
        request.deadline.check()
        facets, tree = count_facets(self._doc_values, request, matches.articles, filters, articles)
        return EngineResults(
            total=len(articles),
            full=_count_full(request, matcher, matches.full[articles]),
            collapsed=self._near_duplicates.collapsed_count(mask) if request.collapse else 0,
            hits=hits,
            facets=facets,
            category_tree=tree,
        )

    def count(self, request: Request) -> MatchCounts:
        matcher, filters, matches = self._match(request)
        allowed = reduce(np.logical_and, filters.values(), self._doc_values.live)
        total = int(np.count_nonzero(matches.articles & allowed))
        return MatchCounts(total=total, full=_count_full(request, matcher, matches.full & allowed))

    def _match(self, request: Request) -> tuple[Matcher, dict[str, Mask], Matches]:
        """Return the matcher of a request, the articles that pass each of its filters, and those that match its plan."""
        request.deadline.check()
        matcher = self._matcher(request.deadline)
        filters = _filter_masks(matcher, request.filters)
        # One search may count the matches of its plan under several filters, and readers add filters to a search.
        matches = self._reader.cache.get(
            ("matches", request.plan, request.min_full_matches, request.collapse),
            lambda: match(request, matcher, self._scorer, self._doc_values, self._near_duplicates, self._relaxed),
        )
        return matcher, filters, matches

    def _matcher(self, deadline: Deadline) -> Matcher:
        return Matcher(self._reader, self._doc_values, self._near_duplicates, self._zone, deadline)

    def _hits(
        self, request: Request, matcher: Matcher, matches: Matches, articles: Integers, mask: Mask
    ) -> list[EngineHit]:
        """Return the hits of the page; ``articles``, ``mask`` as a set, match the query and pass all filters."""
        # Without scores, the newest come first.
        if request.sort == "relevance" and (request.plan.is_ranked or matches.has_tiers):
            tiers = matches.tiers(articles)
            scores, with_proximity = self._scorer.scores(request.plan, articles, matcher, tiers)
            indices = self._sorter.page_by_score(request, articles, scores, tiers)
            numbers = articles[indices]
        else:
            is_full = None if matches.articles is matches.full else matches.full[articles]
            numbers = articles[self._sorter.page_by_date(request, articles, is_full)]
            ascending = np.sort(numbers)
            scores, with_proximity = self._scorer.scores(request.plan, ascending, matcher)
            indices = ascending.searchsorted(numbers)
        parts: Sequence[tuple[ScorePart, ...]] = [()] * len(numbers)
        if request.explain:
            order = np.argsort(numbers)
            has_proximity = np.isin(indices, with_proximity)
            ascending_parts = score_parts(self._scorer, request.plan, numbers[order], has_proximity[order], matcher)
            parts = [ascending_parts[at] for at in np.argsort(order).tolist()]
        return [
            self._hit(
                number, score, own, self._near_duplicates.others(number, mask) if request.collapse else NO_INTEGERS
            )
            for number, score, own in zip(numbers.tolist(), scores[indices].tolist(), parts, strict=True)
        ]

    def _hit(self, number: int, score: float, parts: Sequence[ScorePart], repeats: Integers) -> EngineHit:
        heads = [self._stored.head(each) for each in repeats[:MAX_REPEATS].tolist()]
        has_boilerplate = self._doc_values.with_boilerplate[number]
        return EngineHit(
            **self._stored.head(number),
            score=score,
            body=lambda: self._stored.body(number),
            headings=lambda: self._stored.headings(number),
            extra=lambda: self._stored.extra(number),
            without_boilerplate=self.without_boilerplate if has_boilerplate else str,
            parts=parts,
            repeats=tuple([Repeat(id=head["id"], title=head["title"]) for head in heads]),
            repeats_total=len(repeats),
        )

    def article(self, article_id: str) -> Article | None:
        numbers = self._reader.postings("id", article_id).articles
        return self._stored.article(int(numbers[0])) if len(numbers) else None

    def articles(self) -> Iterator[Article]:
        return map(self._stored.article, np.flatnonzero(self._doc_values.live).tolist())

    def values(self, field: str) -> Mapping[str, int]:
        values = self._doc_values.values(field)
        counts = values.counts(np.flatnonzero(self._doc_values.live)).tolist()
        return {value: count for value, count in zip(values.values, counts, strict=True) if count}

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        words = [*words]
        by_field = [self.field_frequencies(field, words) for field in TEXT_FIELDS]
        return {word: max(each[word] for each in by_field) for word in words}

    def words_containing(self, text: str, limit: int) -> list[str]:
        terms = (self._reader.ascii_terms(text_field(field, "units")) for field in TEXT_FIELDS)
        found = {decode_term(line) for each in terms for line in lines_containing(each, encode_term(text))}
        return most_frequent(self, found, limit)

    def phrase_frequencies(self, phrases: Iterable[str]) -> Mapping[str, int]:
        clauses = {phrase: PhraseClause(tuple(units(phrase)), unbroken=True) for phrase in phrases}
        return {phrase: len(self._with_phrase(clause)) for phrase, clause in clauses.items()}

    def field_frequencies(self, field: str, words: Iterable[str]) -> Mapping[str, int]:
        return self._reader.article_frequencies(text_field(field, "words"), words)

    def newest_titles(self, text: str, limit: int) -> list[str]:
        # Not a search: suggestions need neither scores, nor ids for the order of articles of one date.
        phrase = tuple(units(fold(text)))
        if not phrase:
            return []
        articles = self._with_phrase(PhraseClause(phrase, ("title",), prefix=True))
        articles = articles[top_k(self._doc_values.dates[articles], limit, 0)]
        newest = articles[np.argsort(-self._doc_values.dates[articles], kind="stable")][:limit]
        return list(map(self._stored.title, newest.tolist()))

    def name_frequency(self, kind: str, text: str) -> int:
        if kind in VALUE_FIELDS:
            return self._reader.article_frequency(kind, text)
        if kind == "word":
            return self.frequencies([text])[text]
        if kind == "phrase":
            return self.phrase_frequencies([text])[text]
        return self._title_frequency(text)

    def _title_frequency(self, title: str) -> int:
        phrase = tuple(units(fold(title)))
        articles = self._with_phrase(PhraseClause(phrase[:_TITLE_LOOKUP_UNITS], ("title",)))
        length = len(units(fold(self._boilerplate.without_suffix(title))))
        articles = articles[self._doc_values.title_lengths[articles] == length]
        if len(articles) > _MAX_COMPARED_TITLES:
            same_units = self._with_phrase(PhraseClause(phrase, ("title",)))
            articles = np.intersect1d(articles, same_units, assume_unique=True)
        if len(articles) > _MAX_COMPARED_TITLES:
            # These titles have the same units, and can differ only in punctuation.
            return len(articles)
        return sum(self._stored.title(number) == title for number in articles.tolist())

    def _with_phrase(self, phrase: PhraseClause) -> Integers:
        return self._matcher(NO_DEADLINE).articles(phrase)

    def lexicon(self) -> Lexicon:
        return self._lexicon

    @cached_property
    def _lexicon(self) -> Lexicon:
        is_exact = len(self._reader.segments) == 1 and bool(self._reader.live.all())
        # A bound method of the engine would form a reference cycle, which would keep the files open.
        deleted_titles = partial(_deleted_titles, self._reader, self._stored)
        return Lexicon([part for part, _ in self._lexicon_parts], is_exact=is_exact, deleted_titles=deleted_titles)

    @cached_property
    def _lexicon_parts(self) -> list[tuple[LexiconPart, ArrayFile]]:
        parts = (open_lexicon(self._reader.folder, segment, self._packer) for segment in self._reader.segments)
        return [part for part in parts if part is not None]

    def boilerplate(self) -> list[int]:
        return self._boilerplate.digests

    def without_boilerplate(self, body: str) -> str:
        return self._boilerplate.split(body)[0]

    def damage(self, progress: StageProgress) -> list[str]:
        progress.begin("posting lists")
        lines = list(damage(self._reader.segments, progress))
        lines += [*self._near_duplicates.damage(), *self._doc_values.damage()]
        try:
            self.lexicon()
        except IndexDamagedError as error:
            lines.append(str(error))
        return lines

    def close(self) -> None:
        self._reader.close()
        self._doc_values.close()
        for _, file in self.__dict__.get("_lexicon_parts", ()):
            file.close()


def _filter_masks(matcher: Matcher, filters: Filters) -> dict[str, Mask]:
    """Return the articles that pass each filter in force."""
    doc_values = matcher.doc_values
    masks = {
        field: doc_values.mask(doc_values.articles_with(field, values))
        for field, values in filters.values.items()
        if values
    }
    if filters.first or filters.last:
        masks[DATE_FILTER] = matcher.days(filters.first, filters.last)
    return masks


def _count_full(request: Request, matcher: Matcher, full: Mask) -> int:
    """Count the full matches, or return 0 if there is a word that no article contains as typed."""
    return 0 if is_taken_apart(request.plan, matcher.first_matching) else int(np.count_nonzero(full))


def _deleted_titles(reader: IndexReader, stored: StoredArticles) -> Mapping[str, int]:
    """Count the titles of deleted articles, which the lexicons of the segments still contain."""
    return Counter(stored.unpack_head(number)["title"] for number in np.flatnonzero(~reader.live).tolist())
