"""Turn a query tree into what an engine looks for, in units and terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from searchlib.models import Note
from searchlib.query import tree
from searchlib.query.nearness import LONGEST_TITLE, Near, is_one_word, neighbours, whole_units
from searchlib.query.synonyms import Concept, concepts, join_phrases, ways_of
from searchlib.query.tree import DateRange, Query
from searchlib.text.fold import fold
from searchlib.text.needles import Needle
from searchlib.text.terms import bigram_term, term
from searchlib.text.tokens import LETTERS_OR_DIGITS
from searchlib.text.tokens import Word as WordSpan
from searchlib.text.units import UNIT, is_han, units
from searchlib.text.word_lists import PLAIN, WordLists

SEARCHED_FIELDS = ("title", "body")
"""Where text without a field is looked for."""


@dataclass(frozen=True, slots=True)
class Run:
    """Units one after the other, in one line of one of the fields; with ``prefix`` the last is the beginning of a unit."""

    units: tuple[str, ...]
    fields: tuple[str, ...] = SEARCHED_FIELDS
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word term in one of the fields."""

    term: str
    fields: tuple[str, ...] = SEARCHED_FIELDS


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
    """What the first child that finds any article finds; the first is the word as it was typed, the others take it apart."""

    children: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Every article but those that the child finds."""

    child: Clause


Clause = Run | Word | Value | ArticleId | DateRange | All | Any | FirstFound | Without


Role = Literal["whole", "part", "function"]
"""What a ranking term is in what was typed: a word of it, a part of such a word, or a function word and what touches one."""


@dataclass(frozen=True, slots=True)
class RankingTerm:
    """A term that adds to the score of an article; ``kind`` is words, bigrams, units or concept.

    With ``prefix`` all terms that begin so count as one. A concept has ``runs`` of units that mean the same, and occurs
    wherever one of them does; its ``term`` is how it was typed.
    """

    kind: str
    term: str
    fields: tuple[str, ...] = SEARCHED_FIELDS
    prefix: bool = False
    role: Role = "whole"
    runs: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A query in an engine's terms.

    An article is found if ``required`` finds it and every one of ``words`` does; where too few articles hold all of the
    words, those that hold most of them follow. Of ``one_word``, typed as one and cut in two by the segmenter, parts
    are taken only where no article holds both. ``texts`` is how many texts the words were typed as; ``anchored`` if
    ``required`` asks for text too, so that an article that holds none of the words still holds some of the query.
    ``near`` are neighbouring words that should stand close to each other, ``whole`` is all that was typed, in a title,
    in each of the ways to write it. With an ``exact`` phrase in it, every article found is a hit: none is folded.
    """

    required: Clause = All()
    words: tuple[Clause, ...] = ()
    ranking: tuple[RankingTerm, ...] = ()
    near: tuple[Near, ...] = ()
    whole: tuple[Run, ...] = ()
    one_word: bool = False
    texts: int = 0
    anchored: bool = False
    needles: tuple[Needle, ...] = ()
    notes: tuple[Note, ...] = ()
    exact: bool = False


NOTHING = Any()
_SHORTEST_COMPOUND = 4
_NO_UNITS = Note("标点和符号不参与检索：查询或其中的引号里没有可以查找的文字。")


def plan(query: Query, word_lists: WordLists = PLAIN) -> Plan:
    """The plan of a parsed query, cut and widened by what the lexicon knows."""
    typed = join_phrases(query.tree, word_lists.synonyms)
    children = typed.children if isinstance(typed, tree.And) else (typed,)
    positive = list(_positive(typed))
    empty = [each for each in positive if not units(fold(each.text))]
    stopped = _stopped(positive, word_lists)
    silent = stopped | _silent(positive, word_lists)
    required: list[Clause] = []
    wanted: list[Clause] = []
    for child in children:
        if isinstance(child, tree.Words) and child.field is None:
            if child not in silent:
                wanted.extend(_words(child, word_lists))
        elif (clause := _clause(child, word_lists)) is not None:
            (wanted if _is_words_only(child) else required).append(clause)
    notes = query.notes
    if len(empty) == len(positive) > 0:
        required.append(NOTHING)
    if len(empty) == len(positive) > 0 or any(isinstance(each, tree.Phrase) for each in empty):
        notes = (*notes, _NO_UNITS)
    telling = [each for each in positive if each not in stopped]
    return Plan(
        required=required[0] if len(required) == 1 else All(tuple(required)),
        words=tuple(dict.fromkeys(wanted)),
        ranking=tuple(dict.fromkeys(term for each in telling for term in _ranking(each, word_lists))),
        near=neighbours(typed, word_lists),
        whole=_whole(typed, word_lists),
        one_word=is_one_word(typed, word_lists),
        texts=sum(map(_is_words_only, children)),
        anchored=any(isinstance(each, tree.Phrase) and each not in empty for each in children),
        needles=tuple(dict.fromkeys(needle for each in telling for needle in _needles(each, word_lists))),
        notes=notes,
        exact=any(isinstance(each, tree.Phrase) for each in positive),
    )


def _stopped(positive: Sequence[tree.Words | tree.Phrase], word_lists: WordLists) -> set[tree.Node]:
    """The texts of the user's stop words alone, where others tell more; a function word that stands alone was meant."""
    if not word_lists.stop_words.words:
        return set()
    cut = {
        each: word_lists.words(fold(each.text), parts=False)
        for each in positive
        if isinstance(each, tree.Words) and each.field is None and not each.prefix
    }
    silent = {each for each, words in cut.items() if words and not word_lists.telling(words)}
    if all(each in silent for each in positive):
        return set()
    return {each for each in silent if PLAIN.telling(cut[each])}


def _silent(positive: Sequence[tree.Words | tree.Phrase], word_lists: WordLists) -> set[tree.Node]:
    """The texts of function words alone where others tell more (为什么要用 HTTPS): they rank, and need not be held.

    A single character may be half of a word (中 国).
    """
    if len(positive) < 2:
        return set()
    plain = [each for each in positive if isinstance(each, tree.Words) and each.field is None and not each.prefix]
    cut = {each: word_lists.words(fold(each.text), parts=False) for each in plain if len(each.text) > 1}
    silent: set[tree.Node] = {each for each, words in cut.items() if words and not word_lists.telling(words)}
    return set() if silent.issuperset(positive) else silent


def _is_words_only(node: tree.Node) -> bool:
    """Whether the node is made of words in any field alone; what else was typed is a restriction, and never relaxed."""
    match node:
        case tree.Or(children) | tree.And(children):
            return all(map(_is_words_only, children))
        case _:
            return isinstance(node, tree.Words) and node.field is None


def _clause(node: tree.Node, word_lists: WordLists) -> Clause | None:
    """What the node asks for; None where it is text without units, which asks for nothing and restricts nothing."""
    match node:
        case tree.Everything():
            return All()
        case tree.DateRange():
            return node
        case tree.Not(child):
            excluded = _together(child, word_lists) if isinstance(child, tree.Words) else _clause(child, word_lists)
            return excluded and Without(excluded)
        case tree.And(children):
            return _joined(All, [_clause(child, word_lists) for child in children])
        case tree.Or(children):
            return _joined(Any, [_clause(child, word_lists) for child in children])
        case tree.Phrase(text, field):
            run = tuple(units(fold(text)))
            return _in_field(Run(run), field) if run else NOTHING
        case tree.Words(_, None) | tree.Words(_, "title"):
            return _joined(All, _words(node, word_lists))
        case tree.Words(text, field, prefix):
            run = tuple(units(fold(text)))
            return _in_field(Run(run, prefix=prefix), field) if run else None


def _together(node: tree.Words, word_lists: WordLists) -> Clause | None:
    """What to leave out for a text: articles that hold all of it in a row, not those that hold its words apart."""
    side_by_side = word_lists.words(fold(node.text), parts=False)
    if len(side_by_side) < 2 or node.field not in (None, "title"):
        clause = _clause(node, word_lists)
        return clause and _as_typed(clause)
    run = tuple(units(fold(node.text)))
    return _in_field(Run(run, prefix=node.prefix), node.field)


def _as_typed(clause: Clause) -> Clause:
    """The clause with no word of it taken apart."""
    match clause:
        case FirstFound((whole, *_)):
            return whole
        case Any(ways):
            return Any(tuple(map(_as_typed, ways)))
        case _:
            return clause


def _joined(kind: type[All] | type[Any], clauses: Sequence[Clause | None]) -> Clause | None:
    asking = tuple(clause for clause in clauses if clause is not None)
    return kind(asking) if len(asking) > 1 else next(iter(asking), None)


def _in_field(run: Run, field: str | None) -> Clause:
    if field is None:
        return run
    if field == "title":
        return Run(run.units, ("title",), run.prefix)
    return Value(field, run)


def _words(node: tree.Words, word_lists: WordLists) -> list[Clause]:
    """What an article must hold for each word of the text; text without units asks for nothing."""
    fields = SEARCHED_FIELDS if node.field is None else (node.field,)
    folded = fold(node.text)
    side_by_side = word_lists.words(folded, parts=False)
    groups = _groups(side_by_side, word_lists)
    found = [_group(group, fields, word_lists, prefix=node.prefix and group is groups[-1]) for group in groups]
    for concept in reversed(_concepts(node, folded, side_by_side, word_lists)):
        as_typed = found[concept.first : concept.last]
        ways = (_way(run, fields) for run in concept.runs)
        found[concept.first : concept.last] = [Any((*dict.fromkeys((_joined(All, as_typed) or NOTHING, *ways)),))]
    return found


def _group(group: Sequence[WordSpan], fields: tuple[str, ...], word_lists: WordLists, *, prefix: bool) -> Clause:
    """What an article must hold for words that belong together."""
    if len(group) == 1:
        return _compound(group[0].text, fields, word_lists, prefix=prefix)
    pieces = tuple(_word(word.text, fields, prefix=prefix and word is group[-1]) for word in group)
    run = tuple(unit for word in group for unit in units(word.text))
    return FirstFound((Run(run, fields, prefix), All(pieces)))


def _compound(word: str, fields: tuple[str, ...], word_lists: WordLists, *, prefix: bool) -> Clause:
    """A word, or where no article holds it the words that it is made of: the dictionary has 美国签证 as one."""
    whole = _word(word, fields, prefix=prefix)
    parts = [] if prefix or not isinstance(whole, Run) else _made_of(word, word_lists)
    if not parts:
        return whole
    return FirstFound((whole, All(tuple(Run(tuple(units(part)), fields) for part in parts))))


def _made_of(word: str, word_lists: WordLists) -> list[str]:
    """The fewest words of two characters or more that make up a word side by side; none where it has no such."""
    if len(word) < _SHORTEST_COMPOUND or not all(map(is_han, word)):
        return []
    found = [each for each in word_lists.words(word, parts=True) if 1 < len(each.text) < len(word)]
    best: dict[int, list[str]] = {0: []}
    for each in sorted(found, key=lambda each: (each.start, each.end)):
        if each.start in best and (each.end not in best or len(best[each.start]) + 1 < len(best[each.end])):
            best[each.end] = [*best[each.start], each.text]
    return best.get(len(word), [])


def _concepts(node: tree.Words, folded: str, side_by_side: Sequence[WordSpan], word_lists: WordLists) -> list[Concept]:
    """The stretches of a text that synonyms can be written for; the beginning of a word has none."""
    if node.prefix or not word_lists.synonyms:
        return []
    groups = _groups(side_by_side, word_lists)
    return concepts(folded, [(group[0].start, group[-1].end) for group in groups], word_lists.synonyms)


def _way(run: tuple[str, ...], fields: tuple[str, ...]) -> Clause:
    """One way to write a concept."""
    return _word(run[0], fields, prefix=False) if len(run) == 1 else Run(run, fields)


def word_groups(node: tree.Words, word_lists: WordLists) -> list[list[WordSpan]]:
    """The words that a text asks for, those that belong together in one group."""
    return _groups(word_lists.words(fold(node.text), parts=False), word_lists)


def _groups(side_by_side: Sequence[WordSpan], word_lists: WordLists) -> list[list[WordSpan]]:
    """The words that a text asks for, those that belong together in one group; function words only where there is no other.

    jieba leaves single characters where it does not know a word (元 宇宙, 手机 壳): such a character belongs to the word
    behind it, or else to the one before it.
    """
    telling = word_lists.telling(side_by_side) or side_by_side
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


def _word(word: str, fields: tuple[str, ...], *, prefix: bool) -> Clause:
    """A word wherever it stands: as a run of units, and if it is not all Han as a part of longer ones or in its own parts."""
    run = tuple(units(word))
    if prefix or all(map(is_han, run)):
        return Run(run, fields, prefix)
    ways: list[Clause] = [Run(run, fields), Word(term(word), fields)]
    apart = tuple(piece for unit in run for piece in ((unit,) if is_han(unit) else LETTERS_OR_DIGITS.findall(unit)))
    if apart != run and word.isalnum():
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


def _ranking(node: tree.Words | tree.Phrase, word_lists: WordLists) -> Iterator[RankingTerm]:
    if node.field not in (None, "title"):
        return
    fields = SEARCHED_FIELDS if node.field is None else (node.field,)
    folded = fold(node.text)
    run = units(folded)
    side_by_side = word_lists.words(folded, parts=False)
    covered: list[Concept] = []
    if isinstance(node, tree.Words):
        covered = _concepts(node, folded, side_by_side, word_lists)
        if node.prefix and run:
            yield RankingTerm("units", term(run[-1]), fields, prefix=True)

    def is_covered(start: int, end: int) -> bool:
        return any(start < concept.end and concept.start < end for concept in covered)

    for runs in dict.fromkeys(
        runs for each in covered for runs in (each.runs, *(meaning.runs for meaning in each.meanings))
    ):
        yield RankingTerm("concept", " ".join(runs[0]), fields, runs=runs)
    whole = {word.text for word in side_by_side}
    for word in _ranking_words(node, folded, word_lists):
        if not (covered and is_covered(word.start, word.end)):
            role: Role = (
                "part" if word.text not in whole else "function" if word.text in word_lists.function_words else "whole"
            )
            yield RankingTerm("words", term(word.text), fields, role=role)
    functions = [word for word in side_by_side if word.text in word_lists.function_words]
    for first, second in pairwise(UNIT.finditer(folded)):
        if not (covered and is_covered(first.start(), second.end())):
            touches = any(word.start < second.end() and first.start() < word.end for word in functions)
            yield RankingTerm(
                "bigrams", bigram_term(first[0], second[0]), fields, role="function" if touches else "whole"
            )
    if len(run) == 1 and not covered:
        yield RankingTerm("units", term(run[0]), fields)


def _whole(node: tree.Node, word_lists: WordLists) -> tuple[Run, ...]:
    """All that was typed as one run in a title; none where it is more than text, or longer than titles are."""
    run, prefix = whole_units(node)
    if not 0 < len(run) <= LONGEST_TITLE:
        return ()
    ways = (run,) if prefix else ways_of(run, word_lists.synonyms)
    return tuple(Run(way, ("title",), prefix) for way in ways)


def _ranking_words(node: tree.Words | tree.Phrase, folded: str, word_lists: WordLists) -> list[WordSpan]:
    """The words with their parts, without the user's stop words where others tell more."""
    found = word_lists.words(folded, parts=True)
    if isinstance(node, tree.Phrase) or not word_lists.stop_words.words:
        return found
    return [word for word in found if word.text not in word_lists.stop_words.words] or found


def _needles(node: tree.Words | tree.Phrase, word_lists: WordLists) -> Iterator[Needle]:
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
    side_by_side = word_lists.words(folded, parts=False)
    # Marking each single character and function word of a longer text would bury what matters.
    telling = [word for word in word_lists.telling(side_by_side) if not _is_single(word)] or side_by_side
    for word in telling:
        is_begun = node.prefix and word is side_by_side[-1]
        yield Needle(tuple(units(word.text)), loose=True, prefix=is_begun)
        for part in () if is_begun else _made_of(word.text, word_lists):
            yield Needle(tuple(units(part)), loose=True)
    for concept in _concepts(node, folded, side_by_side, word_lists):
        for runs in (concept.runs, *(meaning.runs for meaning in concept.meanings)):
            for run in runs:
                yield Needle(run, loose=True)
