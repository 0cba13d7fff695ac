"""Turn a query tree into a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from searchlib.analysis.fold import fold
from searchlib.analysis.query_analyzer import PLAIN_ANALYZER, QueryAnalyzer
from searchlib.analysis.units import units
from searchlib.models import Note
from searchlib.query import tree
from searchlib.query.clauses import clause_of, word_clauses
from searchlib.query.highlight_terms import highlight_terms
from searchlib.query.plan import NOTHING, AllOf, Clause, PhraseClause, Plan
from searchlib.query.proximity import LONGEST_TITLE, is_one_word, proximity_pairs, title_phrase
from searchlib.query.ranking_terms import ranking_terms
from searchlib.query.synonyms import join_phrases, ways_of
from searchlib.query.tree import Query

_NO_UNITS = Note("标点和符号不参与检索：查询或其中的引号里没有可以查找的文字。")


def plan(query: Query, analyzer: QueryAnalyzer = PLAIN_ANALYZER) -> Plan:
    """The plan of a parsed query, cut and widened by what the lexicon knows."""
    typed = join_phrases(query.tree, analyzer.synonyms)
    children = typed.children if isinstance(typed, tree.And) else (typed,)
    positive = list(_positive(typed))
    empty = [each for each in positive if not units(fold(each.text))]
    stopped = _stopped(positive, analyzer)
    silent = stopped | _silent(positive, analyzer)
    required: list[Clause] = []
    wanted: list[Clause] = []
    for child in children:
        if isinstance(child, tree.UnquotedText) and child.field is None:
            if child not in silent:
                wanted.extend(word_clauses(child, analyzer))
        elif (clause := clause_of(child, analyzer)) is not None:
            (wanted if _is_words_only(child) else required).append(clause)
    notes = query.notes
    if len(empty) == len(positive) > 0:
        required.append(NOTHING)
    if len(empty) == len(positive) > 0 or any(isinstance(each, tree.Phrase) for each in empty):
        notes = (*notes, _NO_UNITS)
    telling = [each for each in positive if each not in stopped]
    return Plan(
        required=required[0] if len(required) == 1 else AllOf(tuple(required)),
        words=tuple(dict.fromkeys(wanted)),
        ranking=tuple(dict.fromkeys(term for each in telling for term in ranking_terms(each, analyzer))),
        proximity_pairs=proximity_pairs(typed, analyzer),
        title_phrases=_title_phrases(typed, analyzer),
        is_one_word=is_one_word(typed, analyzer),
        text_count=sum(map(_is_words_only, children)),
        requires_text=any(isinstance(each, tree.Phrase) and each not in empty for each in children),
        highlight_terms=tuple(dict.fromkeys(term for each in telling for term in highlight_terms(each, analyzer))),
        notes=notes,
        has_phrase=any(isinstance(each, tree.Phrase) for each in positive),
    )


def _stopped(positive: Sequence[tree.UnquotedText | tree.Phrase], analyzer: QueryAnalyzer) -> set[tree.Node]:
    """The texts of the user's stop words alone, where others tell more; a function word that stands alone was meant."""
    if not analyzer.stop_words.words:
        return set()
    cut = {
        each: analyzer.words(fold(each.text), parts=False)
        for each in positive
        if isinstance(each, tree.UnquotedText) and each.field is None and not each.prefix
    }
    silent = {each for each, words in cut.items() if words and not analyzer.content_words(words)}
    if all(each in silent for each in positive):
        return set()
    return {each for each in silent if PLAIN_ANALYZER.content_words(cut[each])}


def _silent(positive: Sequence[tree.UnquotedText | tree.Phrase], analyzer: QueryAnalyzer) -> set[tree.Node]:
    """The texts of function words alone where others tell more (为什么要用 HTTPS): they rank, and need not be held.

    A single character may be half of a word (中 国).
    """
    if len(positive) < 2:
        return set()
    plain = [
        each for each in positive if isinstance(each, tree.UnquotedText) and each.field is None and not each.prefix
    ]
    cut = {each: analyzer.words(fold(each.text), parts=False) for each in plain if len(each.text) > 1}
    silent: set[tree.Node] = {each for each, words in cut.items() if words and not analyzer.content_words(words)}
    return set() if silent.issuperset(positive) else silent


def _is_words_only(node: tree.Node) -> bool:
    """Whether the node is made of words in any field alone; what else was typed is a restriction, and never relaxed."""
    match node:
        case tree.Or(children) | tree.And(children):
            return all(map(_is_words_only, children))
        case _:
            return isinstance(node, tree.UnquotedText) and node.field is None


def _positive(node: tree.Node) -> Iterator[tree.UnquotedText | tree.Phrase]:
    """The texts that the reader wants to see, whatever their field."""
    match node:
        case tree.UnquotedText() | tree.Phrase():
            yield node
        case tree.And(children) | tree.Or(children):
            for child in children:
                yield from _positive(child)


def _title_phrases(node: tree.Node, analyzer: QueryAnalyzer) -> tuple[PhraseClause, ...]:
    """All that was typed as one run in a title; none where it is more than text, or longer than titles are."""
    run, prefix = title_phrase(node)
    if not 0 < len(run) <= LONGEST_TITLE:
        return ()
    ways = (run,) if prefix else ways_of(run, analyzer.synonyms)
    return tuple(PhraseClause(way, ("title",), prefix) for way in ways)
