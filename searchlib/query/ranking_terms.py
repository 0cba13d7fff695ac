"""Choose the parts of a plan that score an article: terms, pairs of words that should be close, and phrases in titles."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from searchlib.analysis.identifiers import can_be_identifier_word, identifier_word_term
from searchlib.analysis.terms import MAX_TERM_LENGTH, bigram_term, term
from searchlib.analysis.tokens import WordToken
from searchlib.analysis.units import BREAK, UNIT, is_han, units
from searchlib.query.analyzed_text import Analyze, AnalyzedText
from searchlib.query.plan import PhraseClause, ProximityPair, RankingTerm, Role, TitleWords
from searchlib.query.synonyms import phrase_variants
from searchlib.query.tree import Node, Or, Phrase, TextNode, UnquotedText, conjuncts

MAX_TITLE_UNITS = 64
"""A query with more units is not searched as a whole in titles, because few titles are that long."""


MAX_TITLE_WORDS = 16
"""If a query has more words, they are not looked up in titles."""


def ranking_terms(text: AnalyzedText) -> Iterator[RankingTerm]:
    """Yield the ranking terms of a text: its prefix, its synonyms, its words and their parts, and its bigrams.

    A word also counts, less, as a part of identifiers.

    Synonyms replace the words and bigrams that they overlap. If the tokenizer splits a word that has a regional word (网络 卡), it
    counts as a whole: an article with 网卡 is about 网络卡, however often it contains 卡. A bigram that is a word has no term of
    its own, and a bigram inside a word counts as a part of it. A single Han character is searched as a unit, because it occurs
    inside words.
    """
    if not text.fields or text.is_empty:
        return
    if text.is_prefix and text.units:
        yield RankingTerm("units", term(text.units[-1]), text.fields, prefix=True)
    elif len(units(text.completed_word)) == 1:
        yield RankingTerm("units", term(text.completed_word), text.fields, prefix=True, role="loose")
    rewrites = text.rewrites
    for phrases in dict.fromkeys(
        phrases for each in rewrites for phrases in (each.variants, *(span.runs for span in each.spans))
    ):
        yield RankingTerm("synonyms", " ".join(phrases[0]), text.fields, phrases=phrases)
    function_words = text.analyzer.function_words
    for rewrite in text.regional_rewrites:
        typed = rewrite.variants[0]
        if any(len(group) > 1 for group in text.groups[rewrite.first : rewrite.last]):
            yield RankingTerm("synonyms", " ".join(typed), text.fields, phrases=(typed,))
            rewrites = [*rewrites, rewrite]
        yield RankingTerm("synonyms", " ".join(typed), text.fields, role="loose", phrases=rewrite.variants)
    whole_words = {word.text for word in text.words}
    is_character = len(text.units) == 1 and is_han(text.units[0])
    words = [] if is_character and not rewrites else _ranking_words(text)
    for word in words:
        if not any(rewrite.overlaps(word.start, word.end) for rewrite in rewrites):
            role: Role = "whole" if word.text in whole_words else "part"
            if role == "whole" and word.text in function_words:
                role = "function"
            yield RankingTerm("words", term(word.text), text.fields, role=role)
            if (
                role == "whole"
                and can_be_identifier_word(word.text)
                and isinstance(text.node, UnquotedText)
                and not text.is_prefix
            ):
                yield RankingTerm("words", identifier_word_term(word.text), text.fields, role="loose")
    # Sets, because a query can have hundreds of words.
    bounds = {(word.start, word.end) for word in words}
    in_functions = {at for word in text.words if word.text in function_words for at in range(word.start, word.end)}
    word_ends = {at: word.end for word in text.words for at in range(word.start, word.end)}
    for first, second in pairwise(UNIT.finditer(text.folded)):
        start, end = first.start(), second.end()
        if (start, end) not in bounds and not any(rewrite.overlaps(start, end) for rewrite in rewrites):
            is_function = not in_functions.isdisjoint(range(start, end))
            is_inside = end <= word_ends.get(start, start)
            role = "function" if is_function else "part" if is_inside else "whole"
            is_broken = BREAK.search(text.folded, first.end(), second.start()) is not None
            bigram = bigram_term(first[0], second[0], is_broken=is_broken)
            yield RankingTerm("bigrams", bigram, text.fields, role=role)
    if is_character and not rewrites:
        role = "function" if text.units[0] in function_words else "whole"
        yield RankingTerm("units", term(text.units[0]), text.fields, role=role)


def number_bigrams(root: Node, analyze: Analyze) -> Iterator[RankingTerm]:
    """Yield the bigrams of Latin words and the numbers after them, which a space separates: ``android 13``, ``http 2.0``.

    The number alone is not specific: 13 is also a day. For two Latin words, this does not improve the ranking.
    """
    texts = [analyze(node) if isinstance(node, UnquotedText) and node.is_plain else None for node in conjuncts(root)]
    for one, other in islice(pairwise(texts), MAX_TITLE_WORDS):
        if one and other and one.units and other.units:
            word, number = one.units[-1], other.units[0]
            if number.isdecimal() and not (is_han(word) or word.isdecimal()):
                yield RankingTerm("bigrams", bigram_term(word, number))


def _ranking_words(text: AnalyzedText) -> list[WordToken]:
    """Return the words of a text and their parts, without stop words unless there are no other words."""
    with_parts = text.without_emoji(text.analyzer.words(text.folded, parts=True))
    # The index also has Latin words with a function word after them (docker的), which are no words of a query.
    starts = [word.start for word in text.words]
    words = [word for word in with_parts if word.end <= text.words[bisect_right(starts, word.start) - 1].end]
    stop_words = text.analyzer.stop_words.words
    if isinstance(text.node, Phrase) or not stop_words:
        return words
    return [word for word in words if word.text not in stop_words] or words


def proximity_pairs(root: Node, analyze: Analyze) -> tuple[ProximityPair, ...]:
    """Return the pairs of adjacent content words of at least two units. A word with synonyms is in no pair."""
    words = [
        word
        for node in conjuncts(root)
        if isinstance(node, UnquotedText) and node.field is None
        for word in _pair_candidates(analyze(node))
        if word is None or (len(word) <= MAX_TERM_LENGTH and len(units(word)) > 1)
    ]
    pairs = (ProximityPair(first, second) for first, second in pairwise(words) if first and second and first != second)
    return tuple(dict.fromkeys(pairs))


def _pair_candidates(text: AnalyzedText) -> Iterator[str | None]:
    """Yield the content words, with None instead of a word that has synonyms."""
    spans = text.analyzer.synonyms.spans(text.folded)
    for word in text.content_words:
        has_synonyms = any(word.start < span.end and span.start < word.end for span in spans)
        yield None if has_synonyms else word.text


def title_words(terms: Sequence[RankingTerm]) -> TitleWords | None:
    """Return the content words among the ranking terms of a query, or None if there are fewer than two, or too many."""
    words: dict[str, tuple[RankingTerm, tuple[tuple[str, ...], ...]]] = {}
    for each in terms:
        if each.role != "whole" or "title" not in each.fields or each.kind == "bigrams" or each.term in words:
            continue
        if phrases := each.phrases or tuple(filter(None, [tuple(units(each.term))])):
            words[each.term] = each, phrases
    if not 1 < len(words) <= MAX_TITLE_WORDS:
        return None
    return TitleWords(
        tuple(
            tuple(PhraseClause(phrase, ("title",), each.prefix, unbroken=True) for phrase in phrases)
            for each, phrases in words.values()
        ),
        tuple(each for each, _ in words.values()),
    )


def title_phrases(root: Node, analyze: Analyze) -> tuple[PhraseClause, ...]:
    """Return all ways to write the query in a title; none if it has alternatives, no units, or more than ``MAX_TITLE_UNITS``."""
    nodes = conjuncts(root)
    texts = [analyze(node) for node in nodes if isinstance(node, TextNode) and node.field in (None, "title")]
    phrase = tuple(unit for text in texts for unit in text.units)
    if not 0 < len(phrase) <= MAX_TITLE_UNITS or any(isinstance(node, Or) for node in nodes):
        return ()
    is_prefix = texts[-1].is_prefix
    variants = (phrase,) if is_prefix else phrase_variants(phrase, texts[-1].analyzer.synonyms)
    return tuple(PhraseClause(variant, ("title",), is_prefix) for variant in variants)
