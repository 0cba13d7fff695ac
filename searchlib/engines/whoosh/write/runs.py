"""Turn a batch of articles into a run: a file of sorted, unpacked posting lists, doc values and stored fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.analyzer import FieldText
from searchlib.analysis.bulk import LINE_END, number_units, number_words
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.fold import fold_all
from searchlib.analysis.identifiers import identifier_words
from searchlib.analysis.terms import BIGRAM_SEPARATOR, BREAK_SEPARATOR, MAX_TERM_LENGTH, term
from searchlib.analysis.units import units
from searchlib.engines.whoosh.format.arrays import Array, ArrayWriter, array_writer, narrow
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.lengths import Lengths
from searchlib.engines.whoosh.format.segment import doc_values_array, stored_array, stored_ends_array
from searchlib.engines.whoosh.format.term_dictionary import (
    KEY,
    Keys,
    TermDictionary,
    encode_term,
    encode_terms,
    key,
    keys_of,
)

_INTEGER_BITS = 64
_UINT32_END = 1 << 32


@dataclass(frozen=True, slots=True)
class RunField:
    """The terms of a field and their posting lists: ``sizes`` int64[terms], ``values`` uint32[sum of sizes], list after list.

    Values are article numbers or positions. With article numbers, ``frequencies`` are the occurrences of the term in each article
    (None: one each). Positions of an article start at a multiple of ``1 << stride_bits``; ``article_starts`` uint32[articles + 1]
    has these multiples.
    """

    terms: TermDictionary
    sizes: Integers
    values: NDArray[np.uint32]
    frequencies: NDArray[np.uint32] | None = None
    article_starts: NDArray[np.uint32] | None = None
    stride_bits: int | None = None

    def write(self, file: ArrayWriter, name: str) -> None:
        """Write the field into a file."""
        self.terms.write(file, name)
        Lengths.of(self.sizes).write(file, f"{name}.list_lengths")
        # As 32-bit numbers, the runs of a large archive would take several times the space of its index.
        file.write(f"{name}.values", narrow(self.values))
        if self.frequencies is not None:
            file.write(f"{name}.frequencies", narrow(self.frequencies))
        if self.article_starts is not None:
            file.write(f"{name}.article_starts", self.article_starts)


@dataclass(frozen=True, slots=True)
class ArticleValues:
    """The doc values and the stored fields of articles, by name."""

    doc_values: Mapping[str, Array]
    stored: Mapping[str, Sequence[bytes]]

    def write(self, file: ArrayWriter) -> None:
        """Write both into a file."""
        for name, numbers in self.doc_values.items():
            file.write(doc_values_array(name), numbers)
        for name, values in self.stored.items():
            file.write(stored_ends_array(name), np.cumsum([len(value) for value in values], dtype=np.uint64))
            file.write(stored_array(name), np.frombuffer(b"".join(values), np.uint8))


def write_run(path: Path, articles: int, fields: Mapping[str, RunField], values: ArticleValues) -> None:
    """Write a run of ``articles`` articles into a file."""
    with array_writer(path) as file:
        for name, field in fields.items():
            field.write(file, name)
        values.write(file)
        file.metadata = {
            "articles": articles,
            "fields": {
                name: {"packed": False, "universe": None, "stride_bits": field.stride_bits}
                for name, field in fields.items()
            },
            "doc_values": list(values.doc_values),
            "stored_fields": list(values.stored),
        }


def values_field(values: Iterable[Iterable[str]]) -> RunField:
    """Return the field whose terms are whole values; an article may have any number of them."""
    articles_of: dict[str, list[int]] = {}
    for number, article_values in enumerate(values):
        for value in dict.fromkeys(article_values):
            articles_of.setdefault(value, []).append(number)
    terms = sorted(articles_of)
    sizes = [len(articles_of[value]) for value in terms]
    return RunField(
        TermDictionary.of([*map(encode_term, terms)]),
        np.array(sizes, np.int64),
        np.fromiter(chain.from_iterable(articles_of[value] for value in terms), np.uint32, sum(sizes)),
    )


@dataclass(frozen=True, slots=True)
class UnitSequence:
    """The units of one field of articles, in order, without boilerplate.

    ``numbers`` int64[units] are indices into ``texts``. ``lengths`` int64[articles] are the numbers of units that rank.
    ``boilerplate_starts`` int64[articles] are the positions at which the boilerplate of each article starts, or 0.
    """

    numbers: Integers
    texts: Sequence[str]
    lengths: Integers
    boilerplate_starts: Integers


class TextFieldBuilder:
    """Collects the texts of one field of articles, and turns them into the fields of its words, units and bigrams."""

    def __init__(self, stride_bits: int, dictionary: Dictionary | None = None) -> None:
        self._stride_bits = stride_bits
        self._dictionary = dictionary
        self._contents: list[str] = []
        self._boilerplate: list[str] = []
        self._ranked: dict[int, str] = {}

    def add(self, text: FieldText) -> None:
        """Add the text of the next article."""
        if text.ranked is not None:
            self._ranked[len(self._contents)] = text.ranked
        self._contents.append(text.content)
        self._boilerplate.append(text.boilerplate)

    @cached_property
    def folded(self) -> list[str]:
        """The folded contents; read this after the last ``add``."""
        return fold_all(self._contents)

    def fields(self) -> tuple[dict[str, RunField], UnitSequence]:
        """Return the fields by kind of terms, and the units of all articles. The terms of kind "boilerplate" are units."""
        # The boilerplate follows the content, in lines of its own.
        texts = [
            f"{content}{LINE_END}{boilerplate}" if boilerplate else content
            for content, boilerplate in zip(self.folded, fold_all(self._boilerplate), strict=True)
        ]
        # An article ends with a line end, which takes a position: no phrase continues in the next article.
        joined, ends = _join_lines(texts)
        ranked = dict(zip(self._ranked, fold_all([*self._ranked.values()]), strict=True))
        ranked_texts = [ranked.get(number, text) for number, text in enumerate(self.folded)]
        words = self._words(*((joined, ends) if texts == ranked_texts else _join_lines(ranked_texts)))
        offsets, numbers, unit_texts, after_break = number_units(joined)
        lengths = np.diff(np.searchsorted(offsets, ends), prepend=0)
        articles = np.repeat(np.arange(len(lengths)), lengths)
        starts = np.cumsum(lengths) - lengths
        content_ends = ends - [len(text) + 1 for text in texts] + [len(content) for content in self.folded]
        content_lengths = np.searchsorted(offsets, content_ends) - starts
        # For each article its content, then its boilerplate.
        sections = np.stack([content_lengths, lengths - content_lengths], axis=1).ravel()
        in_content = np.repeat(np.tile([True, False], len(lengths)), sections)
        terms, ranks = _ranked_terms(unit_texts)
        is_unit = np.array([text != LINE_END for text in unit_texts], bool)[numbers]
        is_content, is_boilerplate = is_unit & in_content, is_unit & ~in_content
        content_articles, boilerplate_articles = articles[is_content], articles[is_boilerplate]
        sequence = ranks[numbers]
        fields = {
            "words": words,
            "units": _frequency_field(terms, sequence[is_content], content_articles),
            "boilerplate": _frequency_field(terms, sequence[is_boilerplate], boilerplate_articles),
            "bigrams": self._bigrams(terms, sequence, is_unit, after_break, articles, lengths),
        }
        unit_counts = np.bincount(content_articles, minlength=len(lengths))
        for number, text in ranked.items():
            unit_counts[number] = len(units(text))
        has_boilerplate = np.bincount(boilerplate_articles, minlength=len(lengths)) > 0
        boilerplate_starts = np.where(has_boilerplate, content_lengths, 0)
        return fields, UnitSequence(numbers[is_content], unit_texts, unit_counts, boilerplate_starts)

    def _words(self, joined: str, ends: Integers) -> RunField:
        offsets, numbers, texts = number_words(joined, self._dictionary)
        article_at = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        identifiers = [
            (article, word)
            for article, text in enumerate(self._contents)
            for word in identifier_words(self._ranked.get(article, text))
        ]
        number_of = {
            word: number for number, word in enumerate(dict.fromkeys(word for _, word in identifiers), len(texts))
        }
        terms, ranks = _ranked_terms([*texts, *number_of])
        numbers = np.concatenate([numbers, np.array([number_of[word] for _, word in identifiers], np.int64)])
        articles = np.concatenate([article_at[offsets], np.array([article for article, _ in identifiers], np.int64)])
        return _frequency_field(terms, ranks[numbers], articles)

    def _bigrams(
        self,
        terms: Sequence[bytes],
        sequence: Integers,
        is_unit: NDArray[np.bool_],
        after_break: NDArray[np.bool_],
        articles: Integers,
        lengths: Integers,
    ) -> RunField:
        strides = -(-lengths >> self._stride_bits)
        article_starts = np.concatenate(([0], np.cumsum(strides)))
        starts = np.cumsum(lengths) - lengths
        positions = np.arange(len(sequence)) + ((article_starts[:-1] << self._stride_bits) - starts)[articles]
        # The number of a bigram consists of the first unit's number, the separator, and the second unit's number.
        firsts = sequence[:-1] << 1 | after_break[1:]
        first, second, sizes, sorted_positions = _sorted_pairs(
            firsts, sequence[1:], positions[:-1], is_unit[:-1] & is_unit[1:]
        )
        return RunField(
            _bigram_terms(terms, first >> 1, second, (first & 1).astype(bool)),
            sizes,
            sorted_positions,
            article_starts=article_starts.astype(np.uint32),
            stride_bits=self._stride_bits,
        )


def _join_lines(texts: Sequence[str]) -> tuple[str, Integers]:
    """Join texts, each followed by a line end. Return the joined text, and the offset after each."""
    joined = "".join(f"{text}{LINE_END}" for text in texts)
    return joined, np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)


def _ranked_terms(texts: Sequence[str]) -> tuple[list[bytes], Integers]:
    """Return the terms of distinct texts, ascending, and int64[texts], the index of each text's term."""
    terms = encode_terms([text if len(text) <= MAX_TERM_LENGTH else term(text) for text in texts])
    order = sorted(range(len(terms)), key=terms.__getitem__)
    ranks = np.empty(len(terms), np.int64)
    ranks[order] = np.arange(len(terms))
    return [terms[number] for number in order], ranks


def _frequency_field(terms: Sequence[bytes], ranks: Integers, articles: Integers) -> RunField:
    """Return the field of the terms that occur, from a term rank and an article for each occurrence."""
    article_bits = int(articles.max(initial=0)).bit_length()
    occurrences = (ranks << article_bits) | articles
    if len(terms) << article_bits <= _UINT32_END:
        occurrences = occurrences.astype(np.uint32)  # smaller numbers are sorted twice as fast
    occurrences.sort()
    starts = np.flatnonzero(np.concatenate((occurrences[:1] >= 0, occurrences[1:] != occurrences[:-1])))
    distinct = occurrences[starts]
    sizes = np.bincount((distinct >> article_bits).astype(np.int64), minlength=len(terms))
    occurring = np.flatnonzero(sizes)
    return RunField(
        TermDictionary.of([terms[number] for number in occurring.tolist()]),
        sizes[occurring],
        (distinct & ((1 << article_bits) - 1)).astype(np.uint32),
        frequencies=np.diff(starts, append=len(occurrences)).astype(np.uint32),
    )


def _sorted_pairs(
    firsts: Integers, seconds: Integers, positions: Integers, are_pairs: NDArray[np.bool_]
) -> tuple[Integers, Integers, Integers, NDArray[np.uint32]]:
    """Sort pairs of numbers, int64[n] each, with their positions; ``are_pairs`` bool[n] says which are pairs.

    Return the first and the second number of each distinct pair, ascending, the number of its occurrences, and the
    positions of all pairs, ascending within each.
    """
    bits = [int(numbers.max(initial=0)).bit_length() for numbers in (firsts, seconds, positions)]
    if sum(bits) >= _INTEGER_BITS:
        pairs = (firsts << bits[1] | seconds)[are_pairs]
        positions = positions[are_pairs]
        order = np.lexsort((positions, pairs))
        pairs, positions = pairs[order], positions[order]
    else:
        # A pair and its position are packed into one integer, which is sorted several times as fast.
        packed = ((firsts << bits[1] | seconds) << bits[2] | positions)[are_pairs]
        packed.sort()
        pairs, positions = packed >> bits[2], packed & ((1 << bits[2]) - 1)
    starts = np.flatnonzero(np.concatenate((pairs[:1] >= 0, pairs[1:] != pairs[:-1])))
    distinct = pairs[starts]
    return (
        distinct >> bits[1],
        distinct & ((1 << bits[1]) - 1),
        np.diff(starts, append=len(pairs)),
        positions.astype(np.uint32),
    )


def _bigram_terms(
    units: Sequence[bytes], first: Integers, second: Integers, is_broken: NDArray[np.bool_]
) -> TermDictionary:
    """Return the dictionary of the bigrams of the units with these numbers."""
    separators = BIGRAM_SEPARATOR.encode(), BREAK_SEPARATOR.encode()
    keys = keys_of(units)
    lengths = np.fromiter(map(len, units), np.int64, len(units))
    long_at = np.flatnonzero(lengths[first] + 1 + lengths[second] > KEY)
    long = [
        units[one] + separators[broken] + units[other]
        for one, other, broken in zip(
            first[long_at].tolist(), second[long_at].tolist(), is_broken[long_at].tolist(), strict=True
        )
    ]
    separator_keys = np.array([*map(key, separators)], np.uint64)[is_broken.astype(np.int64)]
    return TermDictionary.of_keys(_bigram_keys(keys, lengths, first, second, separator_keys), long_at, long)


def _bigram_keys(keys: Keys, lengths: Integers, first: Integers, second: Integers, separators: Keys) -> Keys:
    """Compose the keys of bigrams from those of their units; bytes beyond the length of a key are shifted out."""
    first_lengths = lengths[first]
    composed = keys[first]
    for offset, part in ((0, separators), (1, keys[second])):
        fits = first_lengths + offset < KEY
        shift = np.where(fits, 8 * (first_lengths + offset), 0).astype(np.uint64)
        composed = composed | np.where(fits, part >> shift, np.uint64(0))
    return composed
