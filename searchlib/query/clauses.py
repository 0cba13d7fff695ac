"""What an article must hold for a node of a query tree."""

from __future__ import annotations

from collections.abc import Sequence

from searchlib.analysis.characters import is_han
from searchlib.analysis.fold import fold
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.analysis.terms import term
from searchlib.analysis.tokens import LETTERS_OR_DIGITS, WordToken
from searchlib.analysis.units import units
from searchlib.query import tree
from searchlib.query.groups import concepts_in, groups_of, made_of
from searchlib.query.plan import (
    NOTHING,
    SEARCHED_FIELDS,
    AllOf,
    AnyOf,
    Clause,
    Excluding,
    FirstMatching,
    PhraseClause,
    ValueClause,
    WordClause,
)


def clause_of(node: tree.Node, analyzer: QueryAnalyzer) -> Clause | None:
    """What the node asks for; None where it is text without units, which asks for nothing and restricts nothing."""
    match node:
        case tree.Everything():
            return AllOf()
        case tree.DateRange():
            return node
        case tree.Not(child):
            excluded = (
                _together(child, analyzer) if isinstance(child, tree.UnquotedText) else clause_of(child, analyzer)
            )
            return excluded and Excluding(excluded)
        case tree.And(children):
            return _joined(AllOf, [clause_of(child, analyzer) for child in children])
        case tree.Or(children):
            return _joined(AnyOf, [clause_of(child, analyzer) for child in children])
        case tree.Phrase(text, field):
            run = tuple(units(fold(text)))
            return _in_field(PhraseClause(run), field) if run else NOTHING
        case tree.UnquotedText(_, None) | tree.UnquotedText(_, "title"):
            return _joined(AllOf, word_clauses(node, analyzer))
        case tree.UnquotedText(text, field, prefix):
            run = tuple(units(fold(text)))
            return _in_field(PhraseClause(run, prefix=prefix), field) if run else None


def _together(node: tree.UnquotedText, analyzer: QueryAnalyzer) -> Clause | None:
    """What to leave out for a text: articles that hold all of it in a row, not those that hold its words apart."""
    side_by_side = analyzer.words(fold(node.text), parts=False)
    if len(side_by_side) < 2 or node.field not in (None, "title"):
        clause = clause_of(node, analyzer)
        return clause and _as_typed(clause)
    run = tuple(units(fold(node.text)))
    return _in_field(PhraseClause(run, prefix=node.prefix), node.field)


def _as_typed(clause: Clause) -> Clause:
    """The clause with no word of it taken apart."""
    match clause:
        case FirstMatching((whole, *_)):
            return whole
        case AnyOf(ways):
            return AnyOf(tuple(map(_as_typed, ways)))
        case _:
            return clause


def _joined(kind: type[AllOf] | type[AnyOf], clauses: Sequence[Clause | None]) -> Clause | None:
    asking = tuple(clause for clause in clauses if clause is not None)
    return kind(asking) if len(asking) > 1 else next(iter(asking), None)


def _in_field(run: PhraseClause, field: str | None) -> Clause:
    if field is None:
        return run
    if field == "title":
        return PhraseClause(run.units, ("title",), run.prefix)
    return ValueClause(field, run)


def word_clauses(node: tree.UnquotedText, analyzer: QueryAnalyzer) -> list[Clause]:
    """What an article must hold for each word of the text; text without units asks for nothing."""
    fields = SEARCHED_FIELDS if node.field is None else (node.field,)
    folded = fold(node.text)
    side_by_side = analyzer.words(folded, parts=False)
    groups = groups_of(side_by_side, analyzer)
    found = [_group(group, fields, analyzer, prefix=node.prefix and group is groups[-1]) for group in groups]
    for concept in reversed(concepts_in(node, folded, side_by_side, analyzer)):
        as_typed = found[concept.first : concept.last]
        ways = (_way(run, fields) for run in concept.runs)
        found[concept.first : concept.last] = [AnyOf((*dict.fromkeys((_joined(AllOf, as_typed) or NOTHING, *ways)),))]
    return found


def _group(group: Sequence[WordToken], fields: tuple[str, ...], analyzer: QueryAnalyzer, *, prefix: bool) -> Clause:
    """What an article must hold for words that belong together."""
    if len(group) == 1:
        return _compound(group[0].text, fields, analyzer, prefix=prefix)
    pieces = tuple(_word(word.text, fields, prefix=prefix and word is group[-1]) for word in group)
    run = tuple(unit for word in group for unit in units(word.text))
    return FirstMatching((PhraseClause(run, fields, prefix), AllOf(pieces)))


def _compound(word: str, fields: tuple[str, ...], analyzer: QueryAnalyzer, *, prefix: bool) -> Clause:
    """A word, or where no article holds it the words that it is made of: the dictionary has 美国签证 as one."""
    whole = _word(word, fields, prefix=prefix)
    parts = [] if prefix or not isinstance(whole, PhraseClause) else made_of(word, analyzer)
    if not parts:
        return whole
    return FirstMatching((whole, AllOf(tuple(PhraseClause(tuple(units(part)), fields) for part in parts))))


def _way(run: tuple[str, ...], fields: tuple[str, ...]) -> Clause:
    """One way to write a concept."""
    return _word(run[0], fields, prefix=False) if len(run) == 1 else PhraseClause(run, fields)


def _word(word: str, fields: tuple[str, ...], *, prefix: bool) -> Clause:
    """A word wherever it stands: as a run of units, and if it is not all Han as a part of longer ones or in its own parts."""
    run = tuple(units(word))
    if prefix or all(map(is_han, run)):
        return PhraseClause(run, fields, prefix)
    ways: list[Clause] = [PhraseClause(run, fields), WordClause(term(word), fields)]
    apart = tuple(piece for unit in run for piece in ((unit,) if is_han(unit) else LETTERS_OR_DIGITS.findall(unit)))
    if apart != run and word.isalnum():
        ways.append(PhraseClause(apart, fields))
    return AnyOf(tuple(ways))
