"""Turn nodes of a query tree into clauses that an article must match."""

from __future__ import annotations

from collections.abc import Sequence

from searchlib.analysis.identifiers import can_be_identifier_word, identifier_word_term, is_identifier_word
from searchlib.analysis.synonyms import Units
from searchlib.analysis.terms import term
from searchlib.analysis.tokens import WordToken
from searchlib.analysis.units import is_han, units
from searchlib.query import tree
from searchlib.query.analyzed_text import Analyze, AnalyzedText, split_compound
from searchlib.query.numbers import is_unbroken
from searchlib.query.plan import (
    NOTHING,
    AllOf,
    AnyOf,
    Clause,
    Excluding,
    FirstMatching,
    PhraseClause,
    ValueClause,
    WordClause,
)
from searchlib.query.ranking_terms import MAX_TITLE_UNITS
from searchlib.query.synonyms import letters_and_digits, other_version, phrase_variants


def clause_for(node: tree.Node, analyze: Analyze) -> Clause | None:
    """Return the clause of a node, or None for unquoted text without units, which is ignored."""
    match node:
        case tree.Everything():
            return AllOf()
        case tree.DateRange() | tree.FieldRange():
            return node
        case tree.Not(tree.UnquotedText() as child):
            excluded = _undivided_clause(child, analyze)
            return excluded and Excluding(excluded)
        case tree.Not(child):
            excluded = clause_for(child, analyze)
            return excluded and Excluding(excluded)
        case tree.And(children):
            return _combine(AllOf, [clause_for(child, analyze) for child in children])
        case tree.Or(children):
            return _combine(AnyOf, [clause_for(child, analyze) for child in children])
        case tree.Phrase():
            return _phrase_clause(analyze(node)) or NOTHING
        case tree.UnquotedText():
            text = analyze(node)
            if not text.fields:
                return _phrase_clause(text)
            words, run = _combine(AllOf, word_clauses(text)), run_clause(text)
            return FirstMatching((run, words)) if run and words else words


def word_clauses(text: AnalyzedText) -> list[Clause]:
    """Return one clause for each word or group of words of a text; none if it has no units."""
    clauses = [_group_clause(group, text, prefix=text.is_prefix and group is text.groups[-1]) for group in text.groups]
    rewrites = sorted((*text.rewrites, *text.regional_rewrites), key=lambda rewrite: -rewrite.first)
    for rewrite in rewrites:
        as_typed = _combine(AllOf, clauses[rewrite.first : rewrite.last]) or NOTHING
        variants = [_variant_clause(variant, text.matched_fields) for variant in rewrite.variants]
        if isinstance(as_typed, FirstMatching):
            # A word is split into its parts only if its synonyms match nothing either.
            whole, *parts = as_typed.children
            clause: Clause = FirstMatching((AnyOf(tuple(dict.fromkeys((whole, *variants)))), *parts))
        else:
            clause = AnyOf(tuple(dict.fromkeys((as_typed, *variants))))
        clauses[rewrite.first : rewrite.last] = [clause]
    return clauses


def run_clause(text: AnalyzedText) -> Clause | None:
    """Return the clause for all units of an unquoted text, adjacent, or None if the clause of its only word is the same, or it is
    too long.

    Synonyms and regional words count as the words that they replace. If each word has several units, breaks may separate
    the words, as in ``台风“杜苏芮”``.
    """
    group = text.groups[0] if text.groups else []
    if not 1 < len(text.units) <= MAX_TITLE_UNITS or (len(text.groups) == 1 and group == text.words):
        return None
    lists = () if text.is_prefix else (text.analyzer.synonyms, text.analyzer.writings, text.analyzer.regional)
    variants = dict.fromkeys(
        (text.units, *(variant for each in lists for variant in phrase_variants(text.units, each)))
    )
    prefix = text.is_prefix or bool(text.completed_word)
    are_words = (
        len(text.groups) > 1 and sum(map(len, text.groups)) == len(text.words) and all(map(_is_word, text.groups))
    )
    unbroken = text.unbroken and not are_words
    return _combine(
        AnyOf,
        [
            PhraseClause(
                variant, text.matched_fields, prefix, unbroken and (variant == text.units or is_unbroken(variant))
            )
            for variant in variants
        ],
    )


def _is_word(group: Sequence[WordToken]) -> bool:
    return sum(len(units(word.text)) for word in group) > 1


def _undivided_clause(node: tree.UnquotedText, analyze: Analyze) -> Clause | None:
    """Return the clause for an excluded text. It matches only the whole text, not its words in different places."""
    text = analyze(node)
    if len(text.words) < 2 or not text.fields:
        clause = clause_for(node, analyze)
        return clause and _without_alternatives(clause)
    return _phrase_clause(text)


def _without_alternatives(clause: Clause) -> Clause:
    """Return the clause with only the first alternative of each ``FirstMatching``, and without words of identifiers."""
    match clause:
        case FirstMatching((whole, *_)):
            return whole
        case AnyOf(children):
            remaining = (
                each for each in children if not (isinstance(each, WordClause) and is_identifier_word(each.term))
            )
            return AnyOf(tuple(map(_without_alternatives, remaining)))
        case _:
            return clause


def _combine(kind: type[AllOf] | type[AnyOf], clauses: Sequence[Clause | None]) -> Clause | None:
    """Combine the clauses that are not None. Return a single clause unchanged, and None if there is none."""
    present = tuple(clause for clause in clauses if clause is not None)
    return kind(present) if len(present) > 1 else next(iter(present), None)


def _phrase_clause(text: AnalyzedText) -> Clause | None:
    """Return the clause for all units of a text, adjacent, in its field; None if it has no units."""
    if not text.units:
        return None
    field = text.node.field
    if field is None or text.fields:
        return PhraseClause(text.units, text.matched_fields, text.is_prefix, text.unbroken)
    return ValueClause(field, PhraseClause(text.units, prefix=text.is_prefix))


def _group_clause(group: Sequence[WordToken], text: AnalyzedText, *, prefix: bool) -> Clause:
    """Return the clause for a group of words: adjacent or, if no article contains them adjacent, anywhere in the field."""
    if len(group) == 1:
        return _word_or_parts_clause(group[0], text, prefix=prefix)
    content = [word for word in group if word in text.content_words] or group
    words = tuple(_word_clause(word, text, prefix=prefix and word is group[-1]) for word in content)
    phrase = tuple(unit for word in group for unit in units(word.text))
    return FirstMatching((_unbroken(phrase, text.matched_fields, prefix), _combine(AllOf, words) or NOTHING))


def _word_or_parts_clause(word: WordToken, text: AnalyzedText, *, prefix: bool) -> Clause:
    """Return the clause for a word or, if no article contains it, for its parts. In jieba's dictionary, 美国签证 is one word."""
    whole = _word_clause(word, text, prefix=prefix)
    # The words of other Latin compounds are searched for only if nothing else matches.
    parts = () if prefix or not is_han(word.text[-1]) else split_compound(word.text, text.analyzer)
    if not parts:
        return whole
    return FirstMatching((whole, AllOf(tuple(_part_clause(part, text.matched_fields) for part in parts))))


def _part_clause(part: str, fields: tuple[str, ...]) -> Clause:
    return _unbroken(tuple(units(part)), fields) if is_han(part[0]) else AnyOf(tuple(_latin_alternatives(part, fields)))


def _variant_clause(variant: Units, fields: tuple[str, ...]) -> Clause:
    if len(variant) > 1 or is_han(variant[0]):
        return PhraseClause(variant, fields, unbroken=is_unbroken(variant))
    return AnyOf(tuple(_latin_alternatives(variant[0], fields)))


def _word_clause(word: WordToken, text: AnalyzedText, *, prefix: bool) -> Clause:
    """Return the clause for a word: its units, adjacent.

    A word with other than Han characters also matches as a term, which can be a part of longer words, and as separate letters and
    digits (``iphone 13``). A version also matches with or without its ``v``. At the end of the query it also matches longer words.
    """
    phrase = tuple(units(word.text))
    if not phrase:  # an emoji
        return WordClause(term(word.text), text.matched_fields)
    if prefix or all(map(is_han, phrase)):
        return _unbroken(phrase, text.matched_fields, prefix)
    alternatives = _latin_alternatives(word.text, text.matched_fields)
    if can_be_identifier_word(word.text):
        alternatives.append(WordClause(identifier_word_term(word.text), text.matched_fields))
    if text.completed_word and word.end == text.words[-1].end:
        pieces = letters_and_digits(word.text) or phrase
        open_phrases = dict.fromkeys((phrase, pieces) if pieces[-1].isdecimal() else (phrase,))
        alternatives += [_unbroken(each, text.matched_fields, prefix=True) for each in open_phrases]
    return AnyOf(tuple(alternatives))


def _latin_alternatives(word: str, fields: tuple[str, ...]) -> list[Clause]:
    phrase = tuple(units(word))
    alternatives: list[Clause] = [_unbroken(phrase, fields), WordClause(term(word), fields)]
    if pieces := letters_and_digits(word):
        alternatives.append(_unbroken(pieces, fields))
    if version := other_version(word):
        alternatives.append(_unbroken(version, fields))
    return alternatives


def _unbroken(phrase: Units, fields: tuple[str, ...], prefix: bool = False) -> PhraseClause:
    return PhraseClause(phrase, fields, prefix, unbroken=True)
