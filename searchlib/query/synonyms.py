"""Find in a query what has synonyms, and write it in all the ways that mean the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, product

from searchlib.analysis.characters import is_han
from searchlib.analysis.fold import fold
from searchlib.analysis.synonyms import MAX_SYNONYMS, Synonyms, SynonymSpan, Units
from searchlib.analysis.units import units
from searchlib.query import tree

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Concept:
    """A stretch of a folded text that can be written in several ways.

    It takes in all words that a synonym in it touches: those from number ``first`` up to ``last``, which is not among them.
    ``runs`` are the ways to write the whole stretch, as typed first; ``meanings`` are the synonyms in it.
    """

    first: int
    last: int
    start: int
    end: int
    runs: tuple[Units, ...]
    meanings: tuple[SynonymSpan, ...]


def concepts(folded: str, words: Sequence[Span], synonyms: Synonyms) -> list[Concept]:
    """The concepts of a text whose words that matter lie at these places; a synonym that touches none of them is none.

    A synonym may be a part of a word (土豆 in 土豆丝), or several words; a single Chinese character must be a word.
    """
    found: list[Concept] = []
    for meaning in synonyms.spans(folded):
        touched = [number for number, (start, end) in enumerate(words) if start < meaning.end and meaning.start < end]
        single = meaning.end - meaning.start == 1 and is_han(folded[meaning.start])
        if not touched or (single and (meaning.start, meaning.end) not in words):
            continue
        first, last = touched[0], touched[-1] + 1
        meanings: tuple[SynonymSpan, ...] = (meaning,)
        if found and found[-1].last > first:
            # Both touch one word: 土豆 and 牛肉 in a word of the four.
            before = found.pop()
            first, meanings = before.first, (*before.meanings, meaning)
        start = min(words[first][0], meanings[0].start)
        end = max(words[last - 1][1], meaning.end)
        found.append(Concept(first, last, start, end, _ways(folded, start, end, meanings), meanings))
    return found


def _ways(folded: str, start: int, end: int, meanings: Sequence[SynonymSpan]) -> tuple[Units, ...]:
    """The ways to write a stretch with each of its synonyms in the place of the other, as typed first."""
    pieces: list[tuple[Units, ...]] = []
    at = start
    for meaning in meanings:
        pieces += [(tuple(units(folded[at : meaning.start])),), meaning.runs]
        at = meaning.end
    pieces.append((tuple(units(folded[at:end])),))
    ways = (tuple(unit for piece in way for unit in piece) for way in islice(product(*pieces), MAX_SYNONYMS))
    return tuple(dict.fromkeys(ways))


def ways_of(run: Units, synonyms: Synonyms) -> tuple[Units, ...]:
    """The ways to write a run of units, as typed first."""
    text = " ".join(run)
    return _ways(text, 0, len(text), synonyms.spans(text))


def join_phrases(node: tree.Node, synonyms: Synonyms) -> tree.Node:
    """The tree with one node for the words of a synonym that were typed apart: artificial intelligence."""
    match node:
        case tree.And(children):
            joined = _joined([join_phrases(child, synonyms) for child in children], synonyms)
            return tree.And(joined) if len(joined) > 1 else joined[0]
        case tree.Or(children):
            return tree.Or(tuple(join_phrases(child, synonyms) for child in children))
        case tree.Not(child):
            return tree.Not(join_phrases(child, synonyms))
        case _:
            return node


def _joined(children: Sequence[tree.Node], synonyms: Synonyms) -> tuple[tree.Node, ...]:
    result: list[tree.Node] = []
    at = 0
    while at < len(children):
        row = _row(children[at:])
        result.extend(_joined_row(row, synonyms) if len(row) > 1 else children[at : at + 1])
        at += max(len(row), 1)
    return tuple(result)


def _row(children: Sequence[tree.Node]) -> list[tree.UnquotedText]:
    """The plain words at the beginning of these nodes."""
    row: list[tree.UnquotedText] = []
    for child in children:
        if not isinstance(child, tree.UnquotedText) or child.field is not None or child.prefix:
            break
        row.append(child)
    return row


def _joined_row(row: Sequence[tree.UnquotedText], synonyms: Synonyms) -> list[tree.Node]:
    folded = [fold(node.text) for node in row]
    ends = [sum(map(len, folded[:number])) + number - 1 for number in range(1, len(folded) + 1)]
    glued = {
        number
        for meaning in synonyms.spans(" ".join(folded))
        for number, end in enumerate(ends[:-1])
        if meaning.start < end < meaning.end
    }
    groups: list[list[str]] = []
    for number, node in enumerate(row):
        if number - 1 in glued:
            groups[-1].append(node.text)
        else:
            groups.append([node.text])
    return [tree.UnquotedText(" ".join(texts)) for texts in groups]
