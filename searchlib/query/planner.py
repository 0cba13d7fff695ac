"""Turn a query tree into a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from searchlib.analysis.query_analyzer import PLAIN_ANALYZER, QueryAnalyzer
from searchlib.analysis.stop_words import LATIN_FUNCTION_WORDS
from searchlib.analysis.units import HighlightTerm, is_han, units
from searchlib.models import Note
from searchlib.query import tree
from searchlib.query.analyzed_text import (
    MAX_UNITS_OF_ONE_WORD,
    Analyze,
    AnalyzedText,
    split_compound,
)
from searchlib.query.as_typed import typed_text, typed_words
from searchlib.query.clauses import clause_for, run_clause, word_clauses
from searchlib.query.numbers import is_unbroken
from searchlib.query.plan import NOTHING, AllOf, Clause, FirstMatching, Plan
from searchlib.query.ranking_terms import (
    number_bigrams,
    proximity_pairs,
    ranking_terms,
    title_phrases,
    title_words,
)
from searchlib.query.synonyms import join_synonym_words, letters_and_digits, other_version

_NO_UNITS = Note(
    "查询或其中的引号里只有标点和符号，没有可搜索的文字。",
    "The query, or the text in its quotes, contains only punctuation and symbols, which are not searched.",
)


def plan(query: tree.Query, analyzer: QueryAnalyzer = PLAIN_ANALYZER) -> Plan:
    """Return the plan of a parsed query, with the tokenizer and synonyms of the analyzer."""
    root = join_synonym_words(join_synonym_words(query.tree, analyzer.synonyms), analyzer.writings)
    last = _last_text(query, root)
    analyze: Analyze = cache(lambda node: AnalyzedText(node, analyzer, is_last=node == last))
    children = tree.conjuncts(root)
    texts = [analyze(node) for node in tree.positive_texts(root)]
    without_units = [text for text in texts if text.is_empty]
    without_content = {text for text in texts if text.is_plain and text.words and not text.content_words}
    # Stop words of the user are ignored. Function words are not, because the user typed them separately on purpose: they rank, but
    # need not match (为什么要用 HTTPS). A single character is required, because it can be half of a word (中 国).
    functions = _unless_all(without_content, texts)
    ignored = {text for text in functions if PLAIN_ANALYZER.content_words(text.words)}
    joining = _joining_texts(texts)
    several = {text for text in without_content if len(text.node.text) > 1}
    optional = ignored | joining | _unless_all(several, texts)
    required: list[Clause] = []
    words: list[Clause] = []
    runs: list[FirstMatching] = []
    for child in children:
        if isinstance(child, tree.UnquotedText) and child.field is None:
            if analyze(child) not in optional:
                words.extend(word_clauses(analyze(child)))
                # Beside other texts, a question asks about them: 怎么安装 in ``ubuntu 怎么安装 docker``.
                run = None if len(texts) > 1 and analyze(child).asks else run_clause(analyze(child))
                if run:
                    runs.append(FirstMatching((run, AllOf())))
        elif (clause := clause_for(child, analyze)) is not None:
            (words if _is_words_only(child) else required).append(clause)
    notes = query.notes
    matches_nothing = len(without_units) == len(texts) > 0
    if matches_nothing:
        required.append(NOTHING)
    if matches_nothing or any(isinstance(text.node, tree.Phrase) for text in without_units):
        notes = (*notes, _NO_UNITS)
    used = [text for text in texts if text not in ignored]
    typed = None if matches_nothing else typed_text(query)
    marked = [text for text in used if text not in functions | joining]
    highlight_terms = [term for text in marked for term in _highlight_terms(text)]
    own_terms = (
        replace(term, role="function") if text in joining else term for text in used for term in ranking_terms(text)
    )
    terms = tuple(dict.fromkeys((*own_terms, *number_bigrams(root, analyze))))
    typed_parts = typed_words(query)
    if typed:
        highlight_terms.append(HighlightTerm(typed.phrase.units, unbroken=typed.phrase.unbroken))
    highlight_terms += (
        HighlightTerm(phrase.units, unbroken=phrase.unbroken, whole=each.is_number)
        for each in typed_parts
        for phrase, _ in each.writings
    )
    return Plan(
        required=required[0] if len(required) == 1 else AllOf(tuple(required)),
        words=tuple(dict.fromkeys(words)),
        runs=tuple(dict.fromkeys(runs)),
        ranking_terms=terms,
        proximity_pairs=proximity_pairs(root, analyze),
        title_words=title_words(terms),
        title_phrases=title_phrases(root, analyze),
        is_one_word=_is_one_word(root, analyze),
        text_count=sum(map(_is_words_only, children)),
        requires_text=any(isinstance(child, tree.Phrase) and analyze(child).units for child in children),
        highlight_terms=tuple(dict.fromkeys(highlight_terms)),
        part_highlight_terms=tuple(dict.fromkeys(term for text in marked for term in _part_highlight_terms(text))),
        notes=notes,
        has_phrase=any(isinstance(text.node, tree.Phrase) for text in texts),
        as_typed=typed and typed.phrase,
        as_typed_text=typed.text if typed else "",
        needs_typed_text=typed is not None and typed.has_operators,
        typed_words=typed_parts,
    )


def _last_text(query: tree.Query, root: tree.Node) -> tree.TextNode | None:
    """Return the text that the query ends with."""
    *_, last = (None, *tree.positive_texts(root))
    return last if last is not None and query.text.rstrip().endswith(last.text) else None


def _unless_all(chosen: set[AnalyzedText], texts: Sequence[AnalyzedText]) -> set[AnalyzedText]:
    """Return the chosen texts, or none if they are all texts."""
    return set() if chosen.issuperset(texts) else chosen


def _joining_texts(texts: Sequence[AnalyzedText]) -> set[AnalyzedText]:
    """Return the English function words that join two texts of the same script, as in ``苹果 vs 三星`` and ``vue or react``.

    They rank, but need not match. Elsewhere they are names and keywords: ``vs code``, ``for 循环``, ``mysql in 查询``. Between
    Latin words, vs is required: ``install vs code``.
    """
    return {
        text
        for before, text, after in zip(texts, texts[1:], texts[2:], strict=False)
        if text.is_plain and before.units and after.units and is_han(before.units[-1]) == is_han(after.units[0])
        if text.folded in LATIN_FUNCTION_WORDS or (text.folded == "vs" and is_han(after.units[0]))
    }


def _is_words_only(node: tree.Node) -> bool:
    """Return whether the node has only unquoted texts without a field; any other node is never relaxed."""
    match node:
        case tree.Or(children) | tree.And(children):
            return all(map(_is_words_only, children))
        case _:
            return isinstance(node, tree.UnquotedText) and node.field is None


def _is_one_word(root: tree.Node, analyze: Analyze) -> bool:
    """Return whether the query has a single text that is probably one word, even if the tokenizer splits it.

    A number among Han characters ends a word: 神舟16号乘组.
    """
    nodes = tree.conjuncts(root)
    texts = [analyze(node) for node in nodes if isinstance(node, tree.TextNode) and node.field is None]
    if len(texts) != 1 or isinstance(texts[0].node, tree.Phrase) or any(isinstance(node, tree.Or) for node in nodes):
        return False
    (text,) = texts
    has_number = any(map(str.isdecimal, text.units)) and any(map(is_han, text.units))
    is_short = 0 < len(text.units) <= MAX_UNITS_OF_ONE_WORD
    return is_short and not has_number and len(text.content_words) == len(text.words)


def _highlight_terms(text: AnalyzedText) -> Iterator[HighlightTerm]:
    """Yield the highlight terms of a text: the whole text and, unless it is a phrase, its words and their synonyms.

    Single characters, also Latin ones, and function words of a longer text occur too often to be worth highlighting.
    """
    if not text.fields:
        return
    if not text.units:  # emoji
        yield from (HighlightTerm((word.text,)) for word in text.words if not isinstance(text.node, tree.Phrase))
        return
    if isinstance(text.node, tree.Phrase):
        yield HighlightTerm(text.units)
        return
    yield HighlightTerm(text.units, prefix=text.is_prefix, unbroken=text.unbroken)
    if text.completed_word:
        pieces = letters_and_digits(text.completed_word)
        open_phrases = (tuple(units(text.completed_word)), *((pieces,) if pieces and pieces[-1].isdecimal() else ()))
        yield from (HighlightTerm(phrase, prefix=True, unbroken=True) for phrase in open_phrases)
    for group in text.groups:
        is_prefix = text.is_prefix and group is text.groups[-1]
        if len(group) > 1:
            phrase = tuple(unit for word in group for unit in units(word.text))
            yield HighlightTerm(phrase, prefix=is_prefix, unbroken=True)
        elif len(text.groups) == 1 or len(group[0].text) > 1:
            yield HighlightTerm(tuple(units(group[0].text)), loose=True, prefix=is_prefix, unbroken=True)
            for other in filter(None, (other_version(group[0].text), letters_and_digits(group[0].text))):
                yield HighlightTerm(other, unbroken=True)
    for rewrite in (*text.rewrites, *text.regional_rewrites):
        for phrases in (rewrite.variants, *(span.runs for span in rewrite.spans)):
            for phrase in phrases:
                yield HighlightTerm(phrase, loose=True, unbroken=is_unbroken(phrase))


def _part_highlight_terms(text: AnalyzedText) -> Iterator[HighlightTerm]:
    """Yield the highlight terms of the parts of words, which match only if no article contains the whole word."""
    if not text.fields or isinstance(text.node, tree.Phrase):
        return
    for group in text.groups:
        is_prefix = text.is_prefix and group is text.groups[-1]
        content = [word for word in group if word in text.content_words]
        # Single characters occur too often to be worth highlighting, unless there is nothing else.
        longer = [word for word in content if len(word.text) > 1]
        for word in longer or content or group if len(group) > 1 else []:
            is_open = is_prefix and word is group[-1]
            yield HighlightTerm(tuple(units(word.text)), loose=True, prefix=is_open, unbroken=True)
        for part in () if is_prefix or len(group) > 1 else split_compound(group[0].text, text.analyzer):
            if len(part) > 1:
                yield HighlightTerm(tuple(units(part)), loose=True, unbroken=True)
