"""Correct the mistyped words of a query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from searchlib.analysis.fold import fold, fold_with_offsets
from searchlib.analysis.pinyin_patterns import spelled_syllables
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.analysis.script import Write
from searchlib.analysis.units import HAN_RUN, units
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.engines.base import Engine
from searchlib.engines.common.cache import LruCache
from searchlib.query import tree
from searchlib.query.parser import MAX_QUERY_LENGTH
from searchlib.search.parsed_query import ParsedQuery
from searchlib.suggest.han_corrector import MAX_SUSPECTS, MIN_COMMON_ARTICLES, HanCorrector, common_articles
from searchlib.suggest.latin_corrector import MIN_PINYIN_RATIO, LatinCorrector, is_obvious_typo
from searchlib.suggest.lookup import Lexicon
from searchlib.suggest.personal_names import is_in_name
from searchlib.suggest.pinyin_reader import NO_NEIGHBORS, Neighbors
from searchlib.suggest.typo_costs import are_similar

MAX_UNITS = 32
"""The maximum length of a query that is corrected. A longer query is probably a pasted passage, and checking it takes long."""

MAX_LATIN_WORDS = 4
"""The maximum number of Latin words of a query that are checked: a rare word is compared with tens of thousands of words."""

_MIN_CLEAR_LENGTH = 6
"""A shorter Latin word with another letter is often another word: nuxt and next."""

_CACHE_BYTES = 1 << 18

_LATIN_WORD = lazy_pattern(r"(?<![a-z0-9])(?<!\d[-_.])[a-z]{4,}")
"""A Latin word that is checked. Letters after digits are a unit or a part of a name: ``100mbps``, ``2019-nCoV``."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class QueryCorrection:
    """The whole query with its mistyped words replaced.

    ``is_searchable`` tells whether it may be searched instead if nothing matches the query, ``is_clear`` whether it may if
    articles match a part of the query: each word only has letters or characters instead of similar ones, or is the pinyin of a
    name.
    """

    text: str
    is_searchable: bool
    is_clear: bool


class QueryCorrector:
    """Corrects queries with the words of an archive; ``articles`` is its number of articles.

    Words in the lists of the user are never replaced.
    """

    def __init__(self, articles: int, analyzer: QueryAnalyzer) -> None:
        self._articles = articles
        self._analyzer = analyzer
        self._cache = LruCache(_CACHE_BYTES)

    def correction(self, engine: Engine, query: ParsedQuery, full_matches: int, write: Write) -> QueryCorrection | None:
        """Return the correction of a query, from the cache if it is there; None if no word seems mistyped, or it is too long.

        If many articles match the query, its words are correct, and no lookup is needed: each of these articles contains all
        words. For several texts, fewer articles are enough, because few articles contain a mistyped word with the others. Syllables
        of pinyin are one word. A character beside a function word may be a part of a mistyped word.
        """
        if len(query.text) > MAX_QUERY_LENGTH:
            return None
        typed = tree.conjuncts(query.tree)
        is_plain = all(isinstance(node, tree.UnquotedText) for node in typed)
        is_one_word = len(typed) == 1 or query.is_spelled
        enough = common_articles(self._articles) if is_one_word else MIN_COMMON_ARTICLES
        if is_plain and full_matches >= enough and not query.has_lone_character:
            return None
        return self._cache.get(
            (query.text, query.today, query.query.is_literal, query.analyzer is self._analyzer),
            lambda: self.correct(engine, query, write),
            lambda _: len(query.text),
        )

    def correct(self, engine: Engine, parsed: ParsedQuery, write: Write) -> QueryCorrection | None:
        """Return the correction of a query; None if no word seems mistyped, or the query is too long.

        A correction that changes a possible name of a person, or half of the characters of a Han text, is offered but not
        searched. Words with synonyms, other writings or regional words are correct.
        """
        query = parsed.text
        if len(units(fold(query))) > MAX_UNITS:
            return None
        latin_corrector = LatinCorrector(engine, self._articles)
        if name := _spelled_name(parsed, engine, latin_corrector):
            return QueryCorrection(write(name), is_searchable=True, is_clear=True)
        corrected: list[str] = []
        is_searchable = is_clear = True
        copied = 0
        budget = iter(range(MAX_SUSPECTS))
        han_corrector = HanCorrector(engine, self._articles, self._analyzer.dictionary)
        texts = [*_searched_texts(query, parsed.tree)]
        neighbors = ["", *(fold(text) for _, text in texts), ""]
        for number, (text_start, text) in enumerate(texts):
            beside = neighbors[number], neighbors[number + 2]
            folded = fold_with_offsets(text)
            is_last = text_start + len(text) == len(query.rstrip())
            trusted = self._trusted_spans(folded.text, parsed.analyzer)
            for start, end, word in self._corrections(
                folded.text, beside, trusted, han_corrector, latin_corrector, budget
            ):
                if is_last and end == len(folded.text) and word.startswith(folded.text[start:end]):
                    continue  # The last word of a query matches longer words, too.
                is_searchable &= not _is_doubtful(folded.text, start, end, word, engine.lexicon())
                is_clear &= is_searchable and (
                    word.isascii() or len(word) == end - start or _is_pinyin(folded.text[start:end], word, engine)
                )
                original_start, original_end = folded.original(start, end)
                corrected += [query[copied : text_start + original_start], write(word)]
                copied = text_start + original_end
        # A category, tag or author is correct, even if its words are rare.
        if not corrected or engine.lexicon().is_value("".join(units(fold(query)))):
            return None
        text = "".join([*corrected, query[copied:]])
        # Syllables of pinyin are words of one language.
        if parsed.is_spelled and not text.isascii() and any(char.isascii() and char.isalpha() for char in text):
            return None
        return QueryCorrection(text, is_searchable, is_clear)

    def _corrections(
        self,
        folded: str,
        beside: Neighbors,
        trusted: Sequence[Span],
        han_corrector: HanCorrector,
        latin_corrector: LatinCorrector,
        budget: Iterator[int],
    ) -> list[tuple[int, int, str]]:
        """Return the start, end and correction of each mistyped word in a folded text between two others, in order."""
        corrections = [
            (run.start() + each.start, run.start() + each.end, each.word)
            for run in HAN_RUN.finditer(folded)
            for each in han_corrector.correct(
                run[0], is_whole_query=run[0] == folded, trusted=_within(trusted, *run.span()), budget=budget
            )
        ]
        for word in islice(_LATIN_WORD.finditer(folded), MAX_LATIN_WORDS):
            if any(start <= word.start() and word.end() <= end for start, end in trusted):
                continue
            correction = latin_corrector.correct(word[0], beside if word[0] == folded else NO_NEIGHBORS)
            if correction is not None:
                corrections.append((*word.span(), correction))
        return sorted(corrections)

    def _trusted_spans(self, folded: str, analyzer: QueryAnalyzer) -> list[Span]:
        """Return the spans of words that the analyzer of a query widens, and of words in the lists of the user."""
        lists = (analyzer.synonyms, analyzer.writings, analyzer.regional)
        spans = [(each.start, each.end) for words in lists for each in words.spans(folded)]
        if self._own_words:
            spans += [word.span() for word in _LATIN_WORD.finditer(folded) if word[0] in self._own_words]
            spans += [
                (start, end)
                for run in HAN_RUN.finditer(folded)
                for start in range(*run.span())
                for end in range(start + 1, min(start + self._max_own_length, run.end()) + 1)
                if folded[start:end] in self._own_words
            ]
        return spans

    @cached_property
    def _own_words(self) -> frozenset[str]:
        dictionary = self._analyzer.dictionary
        return self._analyzer.stop_words.words.union(word for word, _ in (dictionary.words if dictionary else ()))

    @cached_property
    def _max_own_length(self) -> int:
        return max(map(len, self._own_words), default=0)


def _spelled_name(parsed: ParsedQuery, engine: Engine, corrector: LatinCorrector) -> str | None:
    """Return the name that the syllables of a query spell (重庆 for ``chong qing``), if it is corrected as one word, or None.

    The name is much more frequent than one of the syllables is as a Latin word: ``he she`` is no 合声.
    """
    if not parsed.is_spelled:
        return None
    syllables = [*map(fold, parsed.plain_texts)]
    name = corrector.correct("".join(syllables))
    if not name or name.isascii() or len(name) != len(syllables):
        return None
    folded = fold(name)
    frequencies = dict(engine.frequencies([folded, *syllables]))
    return name if frequencies[folded] >= MIN_PINYIN_RATIO * min(frequencies[each] for each in syllables) else None


def _is_doubtful(folded: str, start: int, end: int, word: str, lexicon: Lexicon) -> bool:
    """Return whether ``folded[start:end]`` may be correct: it may be a name, the correction differs in half of its
    characters, or a character neither sounds nor looks like that of the correction, as in a new word (冰墩墩, 胖墩墩)."""
    typed = folded[start:end]
    run = next((each for each in HAN_RUN.finditer(folded) if each.start() <= start and end <= each.end()), None)
    if run is None:
        return word.isascii() and len(typed) < _MIN_CLEAR_LENGTH and not is_obvious_typo(typed, word)
    if is_in_name(run[0], start - run.start(), end - run.start()):
        return True
    if len(typed) != len(word):
        return 2 * abs(len(typed) - len(word)) >= len(run[0])
    changed = [(one, other) for one, other in zip(typed, word, strict=True) if one != other]
    if 2 * len(changed) >= len(run[0]):
        return True
    return sorted(typed) != sorted(word) and not all(are_similar(one, other, lexicon) for one, other in changed)


def _is_pinyin(typed: str, name: str, engine: Engine) -> bool:
    """Return whether letters have as many whole syllables as a name has characters, and are no word of the archive."""
    has_syllables = any(len(syllables) == len(name) for syllables in spelled_syllables(typed))
    return has_syllables and not engine.frequencies([typed])[typed]


def _within(spans: Sequence[Span], first: int, last: int) -> list[Span]:
    """Return the spans inside ``first:last``, relative to its start."""
    return [(start - first, end - first) for start, end in spans if first <= start and end <= last]


def _searched_texts(query: str, node: tree.Node) -> Iterator[tuple[int, str]]:
    """Yield the texts of a query that are searched in title and body, each with its offset in the query."""
    at = 0
    for text, is_searched in _typed_texts(node, is_negated=False):
        start = query.find(text, at)
        if start >= 0:
            at = start + len(text)
            if is_searched:
                yield start, text


def _typed_texts(node: tree.Node, *, is_negated: bool) -> Iterator[tuple[str, bool]]:
    """Yield all texts of a query, in order, each with a flag: whether it is searched in title and body."""
    match node:
        case tree.UnquotedText(text, field) | tree.Phrase(text, field):
            yield text, not is_negated and field in (None, "title")
        case tree.Not(child):
            yield from _typed_texts(child, is_negated=True)
        case tree.And(children) | tree.Or(children):
            for child in children:
                yield from _typed_texts(child, is_negated=is_negated)
