"""Turn a query tree into what an engine looks for, in units and terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from searchlib.query import tree
from searchlib.query.tree import DateRange, Query
from searchlib.text.fold import fold
from searchlib.text.function_words import FUNCTION_WORDS
from searchlib.text.needles import Needle
from searchlib.text.terms import bigram_term, term
from searchlib.text.tokens import LETTERS_OR_DIGITS, words
from searchlib.text.tokens import Word as WordSpan
from searchlib.text.units import is_han, units

TEXT_FIELDS = ("title", "body")
"""Where text without a field is looked for."""


@dataclass(frozen=True, slots=True)
class Run:
    """Units one after the other, in one line of one of the fields; with ``prefix`` the last is the beginning of a unit."""

    units: tuple[str, ...]
    fields: tuple[str, ...] = TEXT_FIELDS
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word term in one of the fields."""

    term: str
    fields: tuple[str, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Value:
    """A run of units in one of the values of category, tag or author."""

    field: str
    run: Run


@dataclass(frozen=True, slots=True)
class ArticleId:
    """The article with that id; ``with_repeats`` also those that fold into one hit with it."""

    id: str
    with_repeats: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """What all children find; without children, every article."""

    children: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """What at least one child finds; without children, nothing."""

    children: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstFound:
    """What the first child that finds any article finds."""

    children: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Every article but those that the child finds."""

    child: Clause


Clause = Run | Word | Value | ArticleId | DateRange | All | Any | FirstFound | Without


@dataclass(frozen=True, slots=True)
class RankingTerm:
    """A term that adds to the score of an article; ``kind`` is words, bigrams or units.

    With ``prefix`` all terms that begin so count as one.
    """

    kind: str
    term: str
    fields: tuple[str, ...] = TEXT_FIELDS
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A query in an engine's terms.

    An article is found if ``required`` finds it and every one of ``words`` does; where too few articles hold all of the
    words, those that hold most of them follow. With an ``exact`` phrase in it, every article found is a hit: none is folded.
    """

    required: Clause = All()
    words: tuple[Clause, ...] = ()
    ranking: tuple[RankingTerm, ...] = ()
    needles: tuple[Needle, ...] = ()
    notes: tuple[str, ...] = ()
    exact: bool = False


NOTHING = Any()
_NO_UNITS = "标点和符号不参与检索：查询或其中的引号里没有可以查找的文字。"


def plan(query: Query) -> Plan:
    """The plan of a parsed query."""
    children = query.tree.children if isinstance(query.tree, tree.And) else (query.tree,)
    required: list[Clause] = []
    wanted: list[Clause] = []
    for child in children:
        if isinstance(child, tree.Words) and child.field is None:
            wanted.extend(_words(child))
        elif (clause := _clause(child)) is not None:
            (wanted if _is_words_only(child) else required).append(clause)
    positive = list(_positive(query.tree))
    empty = [each for each in positive if not units(fold(each.text))]
    notes = query.notes
    if len(empty) == len(positive) > 0:
        required.append(NOTHING)
    if len(empty) == len(positive) > 0 or any(isinstance(each, tree.Phrase) for each in empty):
        notes = (*notes, _NO_UNITS)
    return Plan(
        required=required[0] if len(required) == 1 else All(tuple(required)),
        words=tuple(dict.fromkeys(wanted)),
        ranking=tuple(dict.fromkeys(term for each in positive for term in _ranking(each))),
        needles=tuple(dict.fromkeys(needle for each in positive for needle in _needles(each))),
        notes=notes,
        exact=any(isinstance(each, tree.Phrase) for each in positive),
    )


def _is_words_only(node: tree.Node) -> bool:
    """Whether the node is made of words in any field alone; what else was typed is a restriction, and never relaxed."""
    match node:
        case tree.Or(children) | tree.And(children):
            return all(map(_is_words_only, children))
        case _:
            return isinstance(node, tree.Words) and node.field is None


def _clause(node: tree.Node) -> Clause | None:
    """What the node asks for; None where it is text without units, which asks for nothing and restricts nothing."""
    match node:
        case tree.Everything():
            return All()
        case tree.DateRange():
            return node
        case tree.Not(child):
            excluded = _together(child) if isinstance(child, tree.Words) else _clause(child)
            return excluded and Without(excluded)
        case tree.And(children):
            return _joined(All, [_clause(child) for child in children])
        case tree.Or(children):
            return _joined(Any, [_clause(child) for child in children])
        case tree.Phrase(text, field):
            run = tuple(units(fold(text)))
            return _in_field(Run(run), field) if run else NOTHING
        case tree.Words(_, None) | tree.Words(_, "title"):
            return _joined(All, _words(node))
        case tree.Words(text, field, prefix):
            run = tuple(units(fold(text)))
            return _in_field(Run(run, prefix=prefix), field) if run else None


def _together(node: tree.Words) -> Clause | None:
    """What to leave out for a text: articles that hold all of it in a row, not those that hold its words apart."""
    side_by_side = words(fold(node.text), parts=False)
    if len(side_by_side) < 2 or node.field not in (None, "title"):
        return _clause(node)
    run = tuple(units(fold(node.text)))
    return _in_field(Run(run, prefix=node.prefix), node.field)


def _joined(kind: type[All] | type[Any], clauses: Sequence[Clause | None]) -> Clause | None:
    asking = tuple(clause for clause in clauses if clause is not None)
    return kind(asking) if len(asking) > 1 else next(iter(asking), None)


def _in_field(run: Run, field: str | None) -> Clause:
    if field is None:
        return run
    if field == "title":
        return Run(run.units, ("title",), run.prefix)
    return Value(field, run)


def _words(node: tree.Words) -> list[Clause]:
    """What an article must hold for each word of the text; text without units asks for nothing."""
    fields = TEXT_FIELDS if node.field is None else (node.field,)
    found: list[Clause] = []
    groups = _groups(words(fold(node.text), parts=False))
    for number, group in enumerate(groups, 1):
        prefix = node.prefix and number == len(groups)
        pieces = [_word(word, fields, prefix=prefix and word is group[-1]) for word in group]
        if len(pieces) == 1:
            found.append(pieces[0])
        else:
            run = tuple(unit for word in group for unit in units(word.text))
            found.append(FirstFound((Run(run, fields, prefix), All(tuple(pieces)))))
    return found


def _groups(side_by_side: Sequence[WordSpan]) -> list[list[WordSpan]]:
    """The words that a text asks for, those that belong together in one group; function words only where there is no other.

    jieba leaves single characters where it does not know a word (元 宇宙, 手机 壳): such a character belongs to the word
    behind it, or else to the one before it.
    """
    telling = [word for word in side_by_side if word.text not in FUNCTION_WORDS] or side_by_side
    groups: list[list[WordSpan]] = []
    for word in telling:
        joins = (
            bool(groups) and groups[-1][-1].end == word.start and (_is_single(word) or all(map(_is_single, groups[-1])))
        )
        if joins:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _is_single(word: WordSpan) -> bool:
    return len(word.text) == 1 and is_han(word.text)


def _word(word: WordSpan, fields: tuple[str, ...], *, prefix: bool) -> Clause:
    """A word wherever it stands: as a run of units, and if it is not all Han as a part of longer ones or in its own parts."""
    run = tuple(units(word.text))
    if prefix or all(map(is_han, run)):
        return Run(run, fields, prefix)
    ways: list[Clause] = [Run(run, fields), Word(term(word.text), fields)]
    apart = tuple(piece for unit in run for piece in ((unit,) if is_han(unit) else LETTERS_OR_DIGITS.findall(unit)))
    if apart != run and word.text.isalnum():
        ways.append(Run(apart, fields))
    return Any(tuple(ways))


def _positive(node: tree.Node) -> Iterator[tree.Words | tree.Phrase]:
    """The texts that the reader wants to see, whatever their field."""
    match node:
        case tree.Words() | tree.Phrase():
            yield node
        case tree.And(children) | tree.Or(children):
            for child in children:
                yield from _positive(child)


def _ranking(node: tree.Words | tree.Phrase) -> Iterator[RankingTerm]:
    if node.field not in (None, "title"):
        return
    fields = TEXT_FIELDS if node.field is None else (node.field,)
    folded = fold(node.text)
    run = units(folded)
    if isinstance(node, tree.Words) and node.prefix and run:
        yield RankingTerm("units", term(run[-1]), fields, prefix=True)
    for word in words(folded, parts=True):
        yield RankingTerm("words", term(word.text), fields)
    for first, second in pairwise(run):
        yield RankingTerm("bigrams", bigram_term(first, second), fields)
    if len(run) == 1:
        yield RankingTerm("units", term(run[0]), fields)


def _needles(node: tree.Words | tree.Phrase) -> Iterator[Needle]:
    if node.field not in (None, "title"):
        return
    folded = fold(node.text)
    whole = tuple(units(folded))
    if not whole:
        return
    if isinstance(node, tree.Phrase):
        yield Needle(whole)
        return
    yield Needle(whole, prefix=node.prefix)
    side_by_side = words(folded, parts=False)
    # Marking each single character and function word of a longer text would bury what matters.
    telling = [
        word for word in side_by_side if not _is_single(word) and word.text not in FUNCTION_WORDS
    ] or side_by_side
    for word in telling:
        yield Needle(tuple(units(word.text)), loose=True, prefix=node.prefix and word is side_by_side[-1])
