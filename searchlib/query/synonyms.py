"""Apply synonyms to a query: find the parts that synonyms can replace, and all variants of a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from searchlib.analysis.fold import fold
from searchlib.analysis.synonyms import MAX_SYNONYMS, Synonyms, SynonymSpan, Units
from searchlib.analysis.tokens import LETTERS_OR_DIGITS
from searchlib.analysis.units import is_han, units
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.query.tree import And, Node, Not, Or, UnquotedText

_VERSION = lazy_pattern(r"v?\d+(?:\.\d+)+(?:-[a-z\d.]+)?")

_MODEL = lazy_pattern(r"(?!v\d)[^\W_]+(?:(?:\.\d+)+[^\W\d_]*)?")
"""A word whose letters and digits may be separated: iphone13, tls1.3, 3.2mb. A version is not such a word."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The words ``first`` to ``last`` (exclusive) of a text, at ``folded[start:end]``, which can be written in several ways.

    The synonyms in ``spans`` overlap all of these words. ``variants`` are all ways to write the words, as typed first.
    """

    first: int
    last: int
    start: int
    end: int
    variants: tuple[Units, ...]
    spans: tuple[SynonymSpan, ...]

    def overlaps(self, start: int, end: int) -> bool:
        """Return whether the rewritten text overlaps ``folded[start:end]``."""
        return start < self.end and self.start < end


def find_rewrites(folded: str, words: Sequence[tuple[int, int]], synonyms: Synonyms) -> list[Rewrite]:
    """Return the rewrites of a folded text, in order; a synonym that overlaps none of the given word spans is ignored.

    A synonym can be part of a word (土豆 in 土豆丝) or consist of several; a single Han character must be a word.
    """
    rewrites: list[Rewrite] = []
    for span in synonyms.spans(folded):
        overlapping = [number for number, (start, end) in enumerate(words) if start < span.end and span.start < end]
        is_single_han = span.end - span.start == 1 and is_han(folded[span.start])
        if not overlapping or (is_single_han and (span.start, span.end) not in words):
            continue
        first, last = overlapping[0], overlapping[-1] + 1
        spans: tuple[SynonymSpan, ...] = (span,)
        if rewrites and rewrites[-1].last > first:
            # Two synonyms overlap the same word: 土豆 and 牛肉 in 土豆牛肉.
            previous = rewrites.pop()
            first, spans = previous.first, (*previous.spans, span)
        start = min(words[first][0], spans[0].start)
        end = max(words[last - 1][1], span.end)
        rewrites.append(Rewrite(first, last, start, end, _variants(folded, start, end, spans), spans))
    return rewrites


def phrase_variants(phrase: Units, synonyms: Synonyms) -> tuple[Units, ...]:
    """Return all ways to write a phrase, as typed first."""
    text = " ".join(phrase)
    return _variants(text, 0, len(text), synonyms.spans(text))


def _variants(folded: str, start: int, end: int, spans: Sequence[SynonymSpan]) -> tuple[Units, ...]:
    """Return ``folded[start:end]`` with every combination of synonyms, as typed first; at most ``MAX_SYNONYMS``."""
    pieces: list[tuple[Units, ...]] = []
    at = start
    for span in spans:
        pieces += [(tuple(units(folded[at : span.start])),), span.runs]
        at = span.end
    pieces.append((tuple(units(folded[at:end])),))
    combinations = islice(product(*pieces), MAX_SYNONYMS)
    return tuple(dict.fromkeys(tuple(unit for piece in each for unit in piece) for each in combinations))


def other_version(word: str) -> Units:
    """Return the units of a version without its ``v``, or with one: ``v2.0`` for ``2.0``. Return () for any other word."""
    if not _VERSION.fullmatch(word):
        return ()
    return tuple(units(word[1:] if word.startswith("v") else f"v{word}"))


def letters_and_digits(word: str) -> Units:
    """Return the letters and the digits of a model or quantity as separate units: ``tls``, ``1``, ``3`` for ``tls1.3``.

    Return () for any other word.
    """
    if not _MODEL.fullmatch(word):
        return ()
    typed = tuple(units(word))
    pieces = tuple(piece for unit in typed for piece in ((unit,) if is_han(unit) else LETTERS_OR_DIGITS.findall(unit)))
    return pieces if pieces != typed else ()


def join_synonym_words(node: Node, synonyms: Synonyms) -> Node:
    """Return the tree with one node for adjacent texts that form a synonym, such as ``artificial intelligence``."""
    if not synonyms:
        return node
    match node:
        case And(children):
            joined = _join_adjacent([join_synonym_words(child, synonyms) for child in children], synonyms)
            return And(joined) if len(joined) > 1 else joined[0]
        case Or(children):
            return Or(tuple(join_synonym_words(child, synonyms) for child in children))
        case Not(child):
            return Not(join_synonym_words(child, synonyms))
        case _:
            return node


def _join_adjacent(children: Sequence[Node], synonyms: Synonyms) -> tuple[Node, ...]:
    joined: list[Node] = []
    texts: list[str] = []
    for child in children:
        if isinstance(child, UnquotedText) and child.is_plain:
            texts.append(child.text)
        else:
            joined += (*_join_texts(texts, synonyms), child)
            texts = []
    return (*joined, *_join_texts(texts, synonyms))


def _join_texts(texts: Sequence[str], synonyms: Synonyms) -> Iterator[UnquotedText]:
    """Yield a node for each text, or for several texts if a synonym spans the spaces between them."""
    folded = [fold(text) for text in texts]
    spans = synonyms.spans(" ".join(folded))
    group: list[str] = []
    at = 0  # where the text begins in the joined text; a space stands before it
    for text, folded_text in zip(texts, folded, strict=True):
        if group and not any(span.start < at - 1 < span.end for span in spans):
            yield UnquotedText(" ".join(group))
            group = []
        group.append(text)
        at += len(folded_text) + 1
    if group:
        yield UnquotedText(" ".join(group))
