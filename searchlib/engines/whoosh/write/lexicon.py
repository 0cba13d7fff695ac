"""Collect the names of a segment, and write them as its lexicon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from searchlib.analysis.dictionary import load_dictionary
from searchlib.analysis.fold import fold_all
from searchlib.analysis.han_tokenizer import han_tokenizer
from searchlib.analysis.pinyin import readings
from searchlib.common.progress import OrderedMap
from searchlib.engines.common.categories import is_path_term
from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, text_field
from searchlib.engines.whoosh.format.lexicon_file import write_lexicon_file
from searchlib.engines.whoosh.format.segment import Segment
from searchlib.engines.whoosh.format.stored_fields import read_packer
from searchlib.engines.whoosh.format.term_dictionary import decode_term, decode_terms
from searchlib.engines.whoosh.write.phrase_counts import article_counts
from searchlib.suggest.entries import (
    LEXICON_WORD,
    MAX_COUNTED_PHRASES,
    MAX_WORDS,
    find_spellings,
    sampled_articles,
    sampled_lines,
    title_keys,
    without_fragments,
)
from searchlib.suggest.lexicon import (
    KINDS,
    PHRASE,
    TITLE,
    WORD,
    LexiconArrays,
    LexiconBuilder,
    concatenate_arrays,
    with_spellings,
)
from searchlib.suggest.phrases import find_phrases

_PHRASES_PER_TASK = 3_000
"""Each task opens the segment, and reads lists of positions that its phrases share."""

_FOLDED_AT_ONCE = 50_000
"""Titles that are folded at once, to bound memory."""


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of some kinds.

    ``counts`` has the number of articles of each word, or of occurrences of each phrase; ``spellings`` is for words.
    """

    arrays: LexiconArrays
    counts: Mapping[str, int]
    spellings: Mapping[str, str] = field(default_factory=dict)


def write_lexicon(folder: Path, name: str, in_order: OrderedMap) -> None:
    """Write the lexicon of the segment of that name. ``in_order`` is ``map``, or maps in several processes."""
    # Loaded now, so that forked processes inherit it.
    readings()
    han_tokenizer(load_dictionary(folder))
    values, titles = in_order(partial(_collect, folder, name), (_values_and_words, _titles_and_phrases))
    phrases = {phrase: count for phrase, count in titles.counts.items() if phrase not in values.counts}
    # In this order, neighbors share their first bigram, whose positions are then read once.
    counted = sorted(list(phrases)[:MAX_COUNTED_PHRASES])
    tasks = [counted[at : at + _PHRASES_PER_TASK] for at in range(0, len(counted), _PHRASES_PER_TASK)]
    counts = chain.from_iterable(in_order(partial(_count, folder, name), tasks))
    phrases |= dict(zip(counted, counts, strict=True))
    builder = LexiconBuilder()
    builder.add(PHRASE, list(phrases), phrases.values())
    arrays = concatenate_arrays([values.arrays, titles.arrays, builder.build()])
    arrays = with_spellings(arrays, chain(values.counts, phrases), titles.spellings)
    write_lexicon_file(folder, name, arrays)


def _collect(folder: Path, name: str, collect: Callable[[Path, Segment], _Names]) -> _Names:
    with closing(Segment(folder, name)) as segment:
        return collect(folder, segment)


def _count(folder: Path, name: str, phrases: Sequence[str]) -> list[int]:
    with closing(Segment(folder, name)) as segment:
        return article_counts(segment, phrases)


def _values_and_words(folder: Path, segment: Segment) -> _Names:
    builder = LexiconBuilder()
    for name in VALUE_FIELDS:
        values = segment.fields[name]
        kind = KINDS.index(name)
        for number, (data, count) in enumerate(zip(values.terms.terms(), values.list_sizes().tolist(), strict=True)):
            value = decode_term(data)
            if not is_path_term(value):
                builder.add_value(kind, value, count, number)
    words = without_fragments(_words(segment), load_dictionary(folder))
    builder.add(WORD, list(words), words.values())
    return _Names(builder.build(), words)


def _titles_and_phrases(folder: Path, segment: Segment) -> _Names:
    builder = LexiconBuilder()
    packer = read_packer(folder)
    counts = Counter[str]()
    last_articles: dict[str, int] = {}
    for article, title in enumerate(map(packer.unpack_title, segment.all_stored("head"))):
        counts[title] += 1
        last_articles[title] = article
    titles = list(counts)
    folded = [
        each for at in range(0, len(titles), _FOLDED_AT_ONCE) for each in fold_all(titles[at : at + _FOLDED_AT_ONCE])
    ]
    numbers, keys, _ = title_keys(titles, folded)
    articles = [last_articles[titles[number]] for number in numbers]
    order = sorted(range(len(numbers)), key=articles.__getitem__)
    builder.add(
        TITLE, [keys[at] for at in order], [counts[titles[numbers[at]]] for at in order], [articles[at] for at in order]
    )
    bodies = (packer.unpack_body(segment.stored("text", number)) for number in sampled_articles(segment.articles))
    lines = sampled_lines((), bodies)
    phrases = find_phrases(folded + fold_all(lines), han_tokenizer(load_dictionary(folder)))
    return _Names(builder.build(), phrases, find_spellings(chain(counts.elements(), lines)))


def _words(segment: Segment) -> dict[str, int]:
    """Return the most frequent words with their numbers of articles."""
    counts: dict[str, int] = {}
    for name in TEXT_FIELDS:
        field = segment.fields[text_field(name, "words")]
        sizes = field.list_sizes()
        min_articles = np.partition(sizes, -MAX_WORDS)[-MAX_WORDS] if len(sizes) > MAX_WORDS else 1
        frequent = np.flatnonzero(sizes >= min_articles)
        terms = field.terms.terms()
        words = decode_terms([terms[number] for number in frequent.tolist()])
        are_words = map(LEXICON_WORD.fullmatch, words)
        for word, count, is_word in zip(words, sizes[frequent].tolist(), are_words, strict=True):
            if is_word and count > counts.get(word, 0):
                counts[word] = count
    return dict(sorted(counts.items(), key=lambda item: -item[1])[:MAX_WORDS])
