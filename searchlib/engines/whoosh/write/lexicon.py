"""Write the names of a segment into a lexicon beside it, and open it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from searchlib.analysis.dictionary import load_dictionary
from searchlib.analysis.fold import fold
from searchlib.analysis.han_tokenizer import han_tokenizer
from searchlib.analysis.pinyin import readings
from searchlib.analysis.units import units
from searchlib.engines.base import OrderedMap
from searchlib.engines.common.category_terms import is_path
from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, text_field
from searchlib.engines.whoosh.format.fields import all_term_texts, term_text
from searchlib.engines.whoosh.format.lexicon_file import write_lexicon_file
from searchlib.engines.whoosh.format.segment import Segment
from searchlib.engines.whoosh.format.stored_fields import read_packer
from searchlib.engines.whoosh.write.phrase_counts import articles_with
from searchlib.suggest.entries import (
    LEXICON_WORD,
    MAX_COUNTED_PHRASES,
    MAX_WORDS,
    find_phrases,
    fold_titles,
    title_keys,
)
from searchlib.suggest.lexicon import KINDS, PHRASE, TITLE, WORD, LexiconArrays, LexiconBuilder, concatenate_arrays

_AT_ONCE = 500
"""Phrases that are counted together."""


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Some of the names of a segment, and what the others are made from: how many articles hold each word, or titles each pair."""

    names: LexiconArrays
    counts: Mapping[str, int]


def write_lexicon(folder: Path, name: str, in_order: OrderedMap = map) -> None:
    """Write the lexicon of the segment of that name; ``in_order`` is what ``map`` does, perhaps in several processes."""
    # Here, so that processes find them made.
    readings()
    han_tokenizer(load_dictionary(folder))
    filed, titled = in_order(partial(_gathered, folder, name), (_values_and_words, _titles_and_pairs))
    phrases = {phrase: held for phrase, held in titled.counts.items() if phrase not in filed.counts}
    # The longest lists of places serve many phrases, and neighbours in this order share their first pair.
    counted = sorted(list(phrases)[:MAX_COUNTED_PHRASES])
    pieces = [counted[at : at + _AT_ONCE] for at in range(0, len(counted), _AT_ONCE)]
    held = chain.from_iterable(in_order(partial(_counts, folder, name), pieces))
    phrases |= dict(zip(counted, held, strict=True))
    names = LexiconBuilder()
    names.add(PHRASE, list(phrases), phrases.values())
    arrays = concatenate_arrays([filed.names, titled.names, names.arrays(readings())])
    write_lexicon_file(folder, name, arrays)


def _gathered(folder: Path, name: str, gather: Callable[[Path, Segment], _Gathered]) -> _Gathered:
    segment = Segment(folder, name)
    try:
        return gather(folder, segment)
    finally:
        segment.close()


def _counts(folder: Path, name: str, phrases: Sequence[str]) -> list[int]:
    segment = Segment(folder, name)
    try:
        return articles_with(segment, phrases)
    finally:
        segment.close()


def _values_and_words(_: Path, segment: Segment) -> _Gathered:
    names = LexiconBuilder()
    for field in VALUE_FIELDS:
        of_field = segment.fields[field]
        values = of_field.vocabulary.terms()
        for number, (value, held) in enumerate(zip(values, of_field.sizes().tolist(), strict=True)):
            name = term_text(value)
            if not is_path(name) and (key := units(fold(name))):
                kind = KINDS.index(field)
                names.add_value(kind, key, held, number)
                for otherwise in readings().alternatives("".join(key)):
                    names.add_value(kind, key, held, number, otherwise)
    known = _words(segment)
    names.add(WORD, list(known), known.values())
    return _Gathered(names.arrays(readings()), known)


def _titles_and_pairs(folder: Path, segment: Segment) -> _Gathered:
    names = LexiconBuilder()
    written = list(map(read_packer(folder).unpack_title, segment.all_stored("head")))
    titles = fold_titles(written)
    begun, keys, counts = title_keys(written, titles)
    names.add(TITLE, keys, counts, begun)
    return _Gathered(names.arrays(readings()), find_phrases(titles, han_tokenizer(load_dictionary(folder))))


def _words(segment: Segment) -> dict[str, int]:
    """The most frequent words, and in how many articles each occurs."""
    found: dict[str, int] = {}
    for each in TEXT_FIELDS:
        field = segment.fields[text_field(each, "words")]
        sizes = field.sizes()
        least = np.partition(sizes, -MAX_WORDS)[-MAX_WORDS] if len(sizes) > MAX_WORDS else 1
        chosen = np.flatnonzero(sizes >= least)
        terms = field.vocabulary.terms()
        words = all_term_texts([terms[number] for number in chosen.tolist()])
        for word, held, fits in zip(words, sizes[chosen].tolist(), map(LEXICON_WORD.fullmatch, words), strict=True):
            if fits and held > found.get(word, 0):
                found[word] = held
    return dict(sorted(found.items(), key=lambda item: -item[1])[:MAX_WORDS])
