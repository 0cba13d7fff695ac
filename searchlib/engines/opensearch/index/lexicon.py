"""Write the lexicon of an archive into blobs, and read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain

from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.fold import fold_all
from searchlib.analysis.han_tokenizer import han_tokenizer
from searchlib.engines.common.fields import VALUE_FIELDS
from searchlib.engines.opensearch.index.blobs import Blobs, pack_arrays, pack_json, unpack_arrays, unpack_json
from searchlib.errors import index_damaged
from searchlib.suggest.entries import (
    MAX_COUNTED_PHRASES,
    MAX_WORDS,
    find_spellings,
    sampled_lines,
    title_keys,
    without_fragments,
)
from searchlib.suggest.lexicon import KINDS, PHRASE, TITLE, WORD, LexiconArrays, LexiconBuilder, with_spellings
from searchlib.suggest.lookup import Lexicon, LexiconPart
from searchlib.suggest.phrases import find_phrases

MAX_TITLES = 500_000
"""Maximum number of titles in a lexicon, those of the last articles: every open index holds them in memory."""

_ARRAYS, _TEXTS, _WORDS = "names.arrays", "names.texts", "names.words"

CountPhrases = Callable[[Sequence[str]], Sequence[int]]
"""Returns the number of articles that contain the units of each folded text, adjacent and in order."""


@dataclass(frozen=True, slots=True)
class LexiconSource:
    """The data for a lexicon: the numbers of articles with each word term and each value, all titles, and sampled bodies."""

    words: Mapping[str, int]
    values: Mapping[str, Mapping[str, int]]
    titles: Sequence[str]
    bodies: Sequence[str]


def write_lexicon(
    blobs: Blobs, source: LexiconSource, dictionary: Dictionary | None, count: CountPhrases, *, is_exact: bool
) -> None:
    """Write the lexicon. Without ``is_exact`` the numbers of articles may include deleted articles."""
    builder = LexiconBuilder()
    values: dict[str, list[str]] = {}
    for field in VALUE_FIELDS:
        values[field] = sorted(source.values[field])
        kind = KINDS.index(field)
        for number, value in enumerate(values[field]):
            builder.add_value(kind, value, source.values[field][value], number)
    words = dict(Counter(source.words).most_common(MAX_WORDS))
    titles = source.titles[-MAX_TITLES:]
    folded = fold_all(titles)
    numbers, keys, counts = title_keys(titles, folded)
    builder.add(TITLE, keys, counts, range(len(numbers)))
    entries = without_fragments(words, dictionary)
    builder.add(WORD, list(entries), entries.values())
    lines = sampled_lines(titles, source.bodies)
    found = find_phrases([*folded, *fold_all(lines[len(titles) :])], han_tokenizer(dictionary))
    phrases = {phrase: occurrences for phrase, occurrences in found.items() if phrase not in words}
    counted = list(phrases)[:MAX_COUNTED_PHRASES]
    phrases |= dict(zip(counted, count(counted), strict=True))
    builder.add(PHRASE, list(phrases), phrases.values())
    arrays = with_spellings(builder.build(), chain(entries, phrases), find_spellings(lines))
    blobs.write(_ARRAYS, pack_arrays({field.name: getattr(arrays, field.name) for field in fields(LexiconArrays)}))
    texts = {**values, "title": [titles[number] for number in numbers]}
    blobs.write(_TEXTS, pack_json({"texts": texts, "is_exact": is_exact}))
    blobs.write(_WORDS, pack_json(words))


def read_words(blobs: Blobs) -> dict[str, int]:
    """Return the word terms of the archive, with the number of articles that contain each."""
    data = blobs.read(_WORDS)
    return {} if data is None else dict(unpack_json(data))


def read_lexicon(blobs: Blobs, location: str) -> Lexicon:
    """Return the lexicon of the index at ``location``; raise IndexDamagedError if it is missing or damaged."""
    try:
        packed_arrays, packed_texts = blobs.read(_ARRAYS), blobs.read(_TEXTS)
        if packed_arrays is None or packed_texts is None:
            raise ValueError("it is missing")
        arrays = LexiconArrays(**unpack_arrays(packed_arrays))
        values = unpack_json(packed_texts)
        texts: dict[int, list[str]] = {KINDS.index(kind): each for kind, each in values["texts"].items()}
        if problem := arrays.damage({kind: len(each) for kind, each in texts.items()}):
            raise ValueError(problem)
    except (ValueError, KeyError, TypeError) as error:
        raise index_damaged(location, f"the lexicon cannot be read ({error})") from error
    return Lexicon([LexiconPart(arrays, lambda kind, source: texts[kind][source])], is_exact=bool(values["is_exact"]))
