"""Turn a batch of articles into a run: their terms and facts as arrays, sorted and not yet packed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.bulk import number_units, number_words
from searchlib.analysis.characters import LINE_END
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.fold import fold_all
from searchlib.analysis.terms import BIGRAM_SEPARATOR, MAX_TERM_LENGTH, term
from searchlib.engines.whoosh.format.arrays import Array, ArrayWriter
from searchlib.engines.whoosh.format.fields import all_term_bytes, term_bytes
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.lengths import Lengths
from searchlib.engines.whoosh.format.term_dictionary import KEY, Keys, TermDictionary, key, keys_of

_WORD = 64
_MOST_NARROW = 1 << 32


@dataclass(frozen=True, slots=True)
class RunField:
    """The terms of a field and their values, ``sizes`` int64[terms] of each.

    Values are article numbers, ``counts`` saying how often each article holds the term (None: once each); or they are
    places, and then the places of each article begin at a multiple of ``1 << slot_bits``, given by ``firsts``
    uint32[articles + 1].
    """

    vocabulary: TermDictionary
    sizes: Integers
    values: NDArray[np.uint32]
    counts: NDArray[np.uint32] | None = None
    firsts: NDArray[np.uint32] | None = None
    slot_bits: int = 0

    def write(self, file: ArrayWriter, name: str) -> None:
        """Write the field into a file."""
        self.vocabulary.write(file, name)
        Lengths.of(self.sizes).write(file, f"{name}.lengths")
        file.write(f"{name}.values", self.values)
        if self.counts is not None:
            file.write(f"{name}.counts", self.counts)
        if self.firsts is not None:
            file.write(f"{name}.firsts", self.firsts)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stored of each article: ``columns`` of numbers, and ``stored`` bytes."""

    columns: Mapping[str, Array]
    stored: Mapping[str, Sequence[bytes]]

    def write(self, file: ArrayWriter) -> None:
        """Write the facts into a file."""
        for name, column in self.columns.items():
            file.write(f"column.{name}", column)
        for name, values in self.stored.items():
            file.write(f"stored.{name}.ends", np.cumsum([len(value) for value in values], dtype=np.uint64))
            file.write(f"stored.{name}", np.frombuffer(b"".join(values), np.uint8))


def write_run(path: Path, articles: int, fields: Mapping[str, RunField], facts: Facts) -> None:
    """Write a run of so many articles into a file."""
    with path.open("wb") as opened:
        file = ArrayWriter(opened)
        for name, field in fields.items():
            field.write(file, name)
        facts.write(file)
        file.facts = {
            "articles": articles,
            "fields": {
                name: {"packed": False, "slot_bits": field.slot_bits if field.firsts is not None else None}
                for name, field in fields.items()
            },
            "columns": list(facts.columns),
            "stored": list(facts.stored),
        }
        file.close()


def values_field(values: Iterable[Iterable[str]]) -> RunField:
    """The field of whole values, any number for each article."""
    numbers: dict[str, list[int]] = {}
    for number, each in enumerate(values):
        for value in dict.fromkeys(each):
            numbers.setdefault(value, []).append(number)
    terms = sorted(numbers)
    sizes = [len(numbers[value]) for value in terms]
    return RunField(
        TermDictionary.of([*map(term_bytes, terms)]),
        np.array(sizes, np.int64),
        np.fromiter(chain.from_iterable(numbers[value] for value in terms), np.uint32, sum(sizes)),
    )


@dataclass(frozen=True, slots=True)
class UnitSequence:
    """The telling units of one field of articles, in order: ``numbers`` int64[units], what each stands for in ``texts``, and how
    many units each article has, ``lengths`` int64[articles].

    ``places`` int64[articles] are those before the rest of an article, units and line ends, or 0 where there is no rest.
    """

    numbers: Integers
    texts: Sequence[str]
    lengths: Integers
    places: Integers


class TextFields:
    """Gathers the texts of one field of articles, and turns them into its words, units and bigrams."""

    def __init__(self, slot_bits: int, dictionary: Dictionary | None = None) -> None:
        self._slot_bits = slot_bits
        self._dictionary = dictionary
        self._texts: list[str] = []
        self._rests: list[str] = []

    def add(self, text: str, rest: str = "") -> None:
        """Add the text of the next article, with what of it does not rank; its terms are found with those of all others."""
        self._texts.append(text)
        self._rests.append(rest)

    @cached_property
    def folded(self) -> list[str]:
        """The folded texts, when all are added."""
        return fold_all(self._texts)

    def fields(self) -> tuple[dict[str, RunField], UnitSequence]:
        """The fields, by the kind of their terms, and the units of all articles."""
        # What does not rank stands behind all that does, in lines of its own.
        whole = [
            f"{text}{LINE_END}{rest}" if rest else text
            for text, rest in zip(self.folded, fold_all(self._rests), strict=True)
        ]
        # The end of an article is the end of a line too, and leaves a place free: no run reaches into the next article.
        joined, ends = _lines(whole)
        words = self._words(joined, ends) if whole == self.folded else self._words(*_lines(self.folded))
        places, numbers, texts = number_units(joined)
        lengths = np.diff(np.searchsorted(places, ends), prepend=0)
        articles = np.repeat(np.arange(len(lengths)), lengths)
        begins = np.cumsum(lengths) - lengths
        telling_ends = ends - [len(text) + 1 for text in whole] + [len(text) for text in self.folded]
        telling = np.searchsorted(places, telling_ends) - begins
        # Of each article those that tell something, then those that do not.
        tells = np.repeat(np.tile([True, False], len(lengths)), np.stack([telling, lengths - telling], axis=1).ravel())
        units, unit_ranks = _ranked(texts)
        inside = np.array([text != LINE_END for text in texts], bool)[numbers]
        ranks, others = inside & tells, inside & ~tells
        owners, owners_of_rest = articles[ranks], articles[others]
        sequence = unit_ranks[numbers]
        fields = {
            "words": words,
            "units": _frequencies(units, sequence[ranks], owners),
            "rest": _frequencies(units, sequence[others], owners_of_rest),
            "bigrams": self._bigrams(units, sequence, inside, articles, lengths),
        }
        own = np.bincount(owners, minlength=len(lengths))
        has_rest = np.bincount(owners_of_rest, minlength=len(lengths)) > 0
        return fields, UnitSequence(numbers[ranks], texts, own, np.where(has_rest, telling, 0))

    def _words(self, joined: str, ends: Integers) -> RunField:
        places, numbers, texts = number_words(joined, self._dictionary)
        words, ranks = _ranked(texts)
        article_at = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        return _frequencies(words, ranks[numbers], article_at[places])

    def _bigrams(
        self,
        units: Sequence[bytes],
        sequence: Integers,
        inside: NDArray[np.bool_],
        articles: Integers,
        lengths: Integers,
    ) -> RunField:
        blocks = -(-lengths >> self._slot_bits)
        firsts = np.concatenate(([0], np.cumsum(blocks)))
        begins = np.cumsum(lengths) - lengths
        places = np.arange(len(sequence)) + ((firsts[:-1] << self._slot_bits) - begins)[articles]
        first, second, sizes, sorted_places = _sorted_pairs(sequence, places, inside[:-1] & inside[1:])
        return RunField(
            _pair_vocabulary(units, first, second),
            sizes,
            sorted_places,
            firsts=firsts.astype(np.uint32),
            slot_bits=self._slot_bits,
        )


def _lines(texts: Sequence[str]) -> tuple[str, Integers]:
    """Texts as lines, and where each ends."""
    return "".join(f"{text}{LINE_END}" for text in texts), np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)


def _ranked(texts: Sequence[str]) -> tuple[list[bytes], Integers]:
    """The terms of distinct texts, ascending, and the place of each text among them."""
    terms = all_term_bytes([text if len(text) <= MAX_TERM_LENGTH else term(text) for text in texts])
    order = sorted(range(len(terms)), key=terms.__getitem__)
    ranks = np.empty(len(terms), np.int64)
    ranks[order] = np.arange(len(terms))
    return [terms[number] for number in order], ranks


def _frequencies(terms: Sequence[bytes], ranks: Integers, articles: Integers) -> RunField:
    """The field of terms that occur in articles, each with how often; terms without any are left out."""
    bits = int(articles.max(initial=0)).bit_length()
    both = (ranks << bits) | articles
    if len(terms) << bits <= _MOST_NARROW:
        both = both.astype(np.uint32)  # sorted twice as fast
    both.sort()
    begins = np.flatnonzero(np.concatenate((both[:1] >= 0, both[1:] != both[:-1])))
    distinct = both[begins]
    sizes = np.bincount((distinct >> bits).astype(np.int64), minlength=len(terms))
    held = np.flatnonzero(sizes)
    return RunField(
        TermDictionary.of([terms[number] for number in held.tolist()]),
        sizes[held],
        (distinct & ((1 << bits) - 1)).astype(np.uint32),
        counts=np.diff(begins, append=len(both)).astype(np.uint32),
    )


def _sorted_pairs(
    sequence: Integers, places: Integers, are_pairs: NDArray[np.bool_]
) -> tuple[Integers, Integers, Integers, NDArray[np.uint32]]:
    """The distinct pairs of neighbours, ascending: the first and the second of each, how many there are, and their places.

    ``are_pairs`` bool[n - 1] says where in a sequence two neighbours are a pair; the places stand pair by pair, ascending.
    """
    bits = [int(each.max(initial=0)).bit_length() for each in (sequence, places)]
    if 2 * bits[0] + bits[1] >= _WORD:
        pairs = (sequence[:-1] << bits[0] | sequence[1:])[are_pairs]
        places = places[:-1][are_pairs]
        order = np.lexsort((places, pairs))
        pairs, places = pairs[order], places[order]
    else:
        # Packed into one number each, they are sorted several times as fast.
        packed = (((sequence[:-1] << bits[0]) | sequence[1:]) << bits[1] | places[:-1])[are_pairs]
        packed.sort()
        pairs, places = packed >> bits[1], packed & ((1 << bits[1]) - 1)
    begins = np.flatnonzero(np.concatenate((pairs[:1] >= 0, pairs[1:] != pairs[:-1])))
    distinct = pairs[begins]
    return (
        distinct >> bits[0],
        distinct & ((1 << bits[0]) - 1),
        np.diff(begins, append=len(pairs)),
        places.astype(np.uint32),
    )


def _pair_vocabulary(units: Sequence[bytes], first: Integers, second: Integers) -> TermDictionary:
    """The vocabulary of bigrams of units."""
    joint = BIGRAM_SEPARATOR.encode()
    keys = keys_of(units)
    lengths = np.fromiter(map(len, units), np.int64, len(units))
    long_at = np.flatnonzero(lengths[first] + len(joint) + lengths[second] > KEY)
    long = [
        units[one] + joint + units[other]
        for one, other in zip(first[long_at].tolist(), second[long_at].tolist(), strict=True)
    ]
    return TermDictionary.of_keys(_pair_keys(keys, lengths, first, second, key(joint)), long_at, long)


def _pair_keys(keys: Keys, lengths: Integers, first: Integers, second: Integers, joint: int) -> Keys:
    """The keys of bigrams, put together from the keys of their units, with bytes that come too late shifted out."""
    behind = lengths[first]
    found = keys[first]
    for extra, key_of_more in ((0, np.full(len(first), joint, np.uint64)), (1, keys[second])):
        fits = behind + extra < KEY
        shift = np.where(fits, 8 * (behind + extra), 0).astype(np.uint64)
        found = found | np.where(fits, key_of_more >> shift, np.uint64(0))
    return found
