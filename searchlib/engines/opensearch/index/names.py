"""Gather the names of an archive in the cluster for suggestions and corrections, and hold them in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.fold import fold
from searchlib.analysis.han_tokenizer import han_tokenizer
from searchlib.analysis.pinyin import readings
from searchlib.analysis.units import units
from searchlib.engines.common.fields import VALUE_FIELDS
from searchlib.engines.opensearch.index.blobs import (
    Blobs,
    packed_arrays,
    packed_values,
    unpacked_arrays,
    unpacked_values,
)
from searchlib.errors import IndexDamagedError
from searchlib.suggest.entries import MAX_COUNTED_PHRASES, MAX_WORDS, find_phrases, fold_titles, title_keys
from searchlib.suggest.lexicon import KINDS, PHRASE, TITLE, WORD, LexiconArrays, LexiconBuilder
from searchlib.suggest.lookup import Lexicon, LexiconPart

MOST_TITLES = 500_000
"""Titles that are held, those of the last articles: each reader of the index has them in memory."""

_ARRAYS, _TEXTS, _WORDS = "names.arrays", "names.texts", "names.words"

Count = Callable[[Sequence[str]], Sequence[int]]
"""In how many articles the units of each folded text stand one after the other."""


@dataclass(frozen=True, slots=True)
class Found:
    """What names are made of: in how many articles each word and each value occurs, and all titles, in order."""

    words: Mapping[str, int]
    values: Mapping[str, Mapping[str, int]]
    titles: Sequence[str]


def write_names(blobs: Blobs, found: Found, dictionary: Dictionary | None, count: Count, *, is_exact: bool) -> None:
    """Write the names of all articles. Without ``is_exact`` some words are counted in articles that are gone."""
    names = LexiconBuilder()
    values: dict[str, list[str]] = {}
    for field in VALUE_FIELDS:
        values[field] = sorted(found.values[field])
        kind = KINDS.index(field)
        for number, value in enumerate(values[field]):
            if key := units(fold(value)):
                held = found.values[field][value]
                names.add_value(kind, key, held, number)
                for otherwise in readings().alternatives("".join(key)):
                    names.add_value(kind, key, held, number, otherwise)
    words = dict(Counter(found.words).most_common(MAX_WORDS))
    names.add(WORD, list(words), words.values())
    titles = found.titles[-MOST_TITLES:]
    folded = fold_titles(titles)
    begun, keys, counts = title_keys(titles, folded)
    names.add(TITLE, keys, counts, range(len(begun)))
    phrases = {
        phrase: held for phrase, held in find_phrases(folded, han_tokenizer(dictionary)).items() if phrase not in words
    }
    counted = list(phrases)[:MAX_COUNTED_PHRASES]
    phrases |= dict(zip(counted, count(counted), strict=True))
    names.add(PHRASE, list(phrases), phrases.values())
    arrays = names.arrays(readings())
    blobs.write(_ARRAYS, packed_arrays({field.name: getattr(arrays, field.name) for field in fields(LexiconArrays)}))
    texts = {**values, "title": [titles[number] for number in begun]}
    blobs.write(_TEXTS, packed_values({"texts": texts, "is_exact": is_exact}))
    blobs.write(_WORDS, packed_values(words))


def read_words(blobs: Blobs) -> dict[str, int]:
    """The words of the archive, and in how many articles each occurs."""
    data = blobs.read(_WORDS)
    return {} if data is None else dict(unpacked_values(data))


def read_names(blobs: Blobs, place: str) -> Lexicon:
    """The names of the archive.

    Raises:
        IndexDamagedError: they are missing, or cannot be what was written.
    """
    try:
        data, more = blobs.read(_ARRAYS), blobs.read(_TEXTS)
        if data is None or more is None:
            raise ValueError("they are missing")
        held = unpacked_arrays(data)
        arrays = LexiconArrays(**{field.name: held[field.name] for field in fields(LexiconArrays)})
        values = unpacked_values(more)
        texts: dict[int, list[str]] = {KINDS.index(kind): each for kind, each in values["texts"].items()}
        if problem := arrays.damage():
            raise ValueError(problem)
        kinds = arrays.kinds[arrays.has_source]
        for kind, each in texts.items():
            sources = arrays.sources[kinds == kind]
            if len(sources) and int(sources.max()) >= len(each):
                raise ValueError(f"a {KINDS[kind]} comes from nowhere")
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(f"{place}: the names cannot be read ({error}): build the index again") from error
    return Lexicon([LexiconPart(arrays, lambda kind, source: texts[kind][source])], is_exact=bool(values["is_exact"]))
