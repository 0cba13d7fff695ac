"""The lexicon of an index, as arrays: its categories, tags, authors, words, phrases and titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.code_points import encode
from searchlib.analysis.fold import fold
from searchlib.analysis.pinyin import TABLE_END, TABLE_FIRST, default_syllables, readings
from searchlib.analysis.syllables import SYLLABLES
from searchlib.analysis.units import units
from searchlib.common.lazy_pattern import lazy_pattern

KINDS = ("category", "tag", "author", "word", "phrase", "title")
"""The kinds of entries. Of entries with the same number of articles, the earlier kind comes first."""

FOLDED_KINDS = ("word", "phrase")
"""The kinds of entries whose text is folded, except for capital letters. Others have the text of the archive."""

WORD, PHRASE, TITLE = KINDS.index("word"), KINDS.index("phrase"), KINDS.index("title")

MAX_KEY_LENGTH = 10
"""Maximum characters of the key of a value or title. The entry is usually the first suggestion before users type more."""

OTHER_CHARACTER = 0xFFFF
"""Replaces each of the rare characters beyond the basic plane. Words and phrases contain none."""

Array = NDArray[Any]

_ARRAY_TYPES = {
    "kinds": "u1",
    "counts": "u4",
    "sources": "u4",
    "lengths": "u1",
    "chars": "u2",
    "inner_starts": "u4",
    "default_syllables": "u2",
    "irregular_at": "u4",
    "irregular_syllables": "u2",
    "spelled": "u4",
    "capitals": "u4",
}

_LATIN = lazy_pattern("[a-z0-9]+")

MAX_CAPITALS = 32
"""Characters of a word or phrase whose capital letters are stored."""


@dataclass(frozen=True, slots=True)
class LexiconArrays:
    """The entries of a lexicon.

    The key of an entry is its folded units, joined; the keys of values and titles are cut to ``MAX_KEY_LENGTH``.

    Attributes:
        kinds: uint8[entries], the positions of their kinds in ``KINDS``.
        counts: uint32[entries], the number of articles of each.
        sources: uint32[values and titles], numbers by which the engine finds their whole text.
        lengths: uint8[entries], the number of characters of each key.
        chars: uint16[characters of all keys], in the order of the entries.
        inner_starts: uint32[...], the positions in ``chars`` inside keys where a match can begin too.
        default_syllables: uint16[TABLE_END - TABLE_FIRST], the syllable of each character from ``TABLE_FIRST`` on.
        irregular_at: uint32[...], the positions in ``chars`` of characters with another syllable than the default.
        irregular_syllables: uint16[...], these syllables.
        spelled: uint32[...], ascending, the entries of words and phrases that are written with capital letters.
        capitals: uint32[...], their characters with a capital letter, as bits, the first character in the lowest.
    """

    kinds: Array
    counts: Array
    sources: Array
    lengths: Array
    chars: Array
    inner_starts: Array
    default_syllables: Array
    irregular_at: Array
    irregular_syllables: Array
    spelled: Array
    capitals: Array

    @property
    def has_source(self) -> NDArray[np.bool_]:
        """bool[entries]: whether the entry is a value or title, whose text is stored elsewhere."""
        is_elsewhere: NDArray[np.bool_] = (self.kinds != WORD) & (self.kinds != PHRASE)
        return is_elsewhere

    def damage(self, source_counts: Mapping[int, int]) -> str | None:
        """Return a description of the damage, or None. ``source_counts`` is the number of sources of each kind."""
        for name, type_ in _ARRAY_TYPES.items():
            if getattr(self, name).dtype != type_:
                return f"array {name} is not {type_}"
        entries, characters = len(self.kinds), len(self.chars)
        if not len(self.counts) == len(self.lengths) == entries:
            return "the entries do not have one kind, count and length each"
        if int(self.lengths.sum(dtype=np.int64)) != characters or not self.lengths.all():
            return "the lengths of the keys do not fit their characters"
        if len(self.irregular_at) != len(self.irregular_syllables):
            return "the irregular characters do not have one syllable each"
        if len(self.spelled) != len(self.capitals):
            return "the words with capital letters do not have their letters"
        if len(self.default_syllables) != TABLE_END - TABLE_FIRST:
            return "the characters do not have one default syllable each"
        for name, end in (
            ("kinds", len(KINDS)),
            ("spelled", entries),
            ("inner_starts", characters),
            ("irregular_at", characters),
            ("irregular_syllables", len(SYLLABLES) + 1),
            ("default_syllables", len(SYLLABLES) + 1),
        ):
            values = getattr(self, name)
            if len(values) and int(values.max()) >= end:
                return f"array {name} is out of range"
        kinds = self.kinds[self.has_source]
        if len(self.sources) != len(kinds):
            return "the values and titles do not have one source each"
        for kind, count in source_counts.items():
            sources = self.sources[kinds == kind]
            if len(sources) and int(sources.max()) >= count:
                return f"a {KINDS[kind]} has an unknown source"
        return None


class LexiconBuilder:
    """Collects the entries of a lexicon."""

    def __init__(self) -> None:
        self._kinds: list[NDArray[np.uint8]] = []
        self._keys: list[str] = []
        self._counts: list[int] = []
        self._sources: list[int] = []
        self._inner_starts: list[int] = []
        self._characters = 0
        self._syllables_at: dict[int, int] = {}

    def add(self, kind: int, keys: Sequence[str], counts: Iterable[int], sources: Iterable[int] = ()) -> None:
        """Add entries of one kind by their keys, of 1 to 255 characters, and for titles their sources."""
        self._kinds.append(np.full(len(keys), kind, np.uint8))
        # Keys of words and phrases are not cut: their text is not stored elsewhere.
        stored = keys if kind in (WORD, PHRASE) else [key[:MAX_KEY_LENGTH] for key in keys]
        self._keys += stored
        self._characters += sum(map(len, stored))
        self._counts += counts
        self._sources += sources

    def add_value(self, kind: int, value: str, count: int, source: int) -> None:
        """Add a category, tag or author, unless it has no units: one entry for each reading in pinyin."""
        value_units = units(fold(value))
        key = "".join(value_units)
        if not key:
            return
        offsets = [offset for offset in accumulate(map(len, value_units[:-1])) if offset < MAX_KEY_LENGTH]
        for reading in (None, *readings().alternatives(key)):
            start = self._characters
            if reading is not None and reading[0] < MAX_KEY_LENGTH:
                self._syllables_at[start + reading[0]] = reading[1]
            self.add(kind, [key], [count], [source])
            self._inner_starts += [start + offset for offset in offsets]

    def build(self) -> LexiconArrays:
        """Return the arrays of all entries."""
        table = readings().table
        syllables = readings().syllables(self._keys)
        syllables[list(self._syllables_at)] = list(self._syllables_at.values())
        chars = np.minimum(encode("".join(self._keys)), OTHER_CHARACTER).astype(np.uint16)
        irregular_at = np.flatnonzero(syllables != default_syllables(chars, table))
        return LexiconArrays(
            kinds=np.concatenate([np.empty(0, np.uint8), *self._kinds]),
            counts=np.array(self._counts, np.uint32),
            sources=np.array(self._sources, np.uint32),
            lengths=np.fromiter(map(len, self._keys), np.uint8, len(self._keys)),
            chars=chars,
            inner_starts=np.array(self._inner_starts, np.uint32),
            default_syllables=table,
            irregular_at=irregular_at.astype(np.uint32),
            irregular_syllables=syllables[irregular_at],
            spelled=np.empty(0, np.uint32),
            capitals=np.empty(0, np.uint32),
        )


def concatenate_arrays(parts: Sequence[LexiconArrays]) -> LexiconArrays:
    """Return the entries of all parts, one part after the other; there must be at least one."""
    arrays = {name: [getattr(part, name) for part in parts] for name in _ARRAY_TYPES if name != "default_syllables"}
    bases = np.cumsum([0, *map(len, arrays["chars"])]).astype(np.uint32)
    for name in ("inner_starts", "irregular_at"):
        arrays[name] = [positions + base for positions, base in zip(arrays[name], bases, strict=False)]
    bases = np.cumsum([0, *map(len, arrays["kinds"])]).astype(np.uint32)
    arrays["spelled"] = [entries + base for entries, base in zip(arrays["spelled"], bases, strict=False)]
    return LexiconArrays(
        default_syllables=parts[0].default_syllables, **{name: np.concatenate(each) for name, each in arrays.items()}
    )


def with_spellings(arrays: LexiconArrays, names: Iterable[str], spellings: Mapping[str, str]) -> LexiconArrays:
    """Return a lexicon with the spellings of its words and phrases, whose ``names`` are in the order of their entries.

    ``spellings`` has those of Latin words, also of words in phrases. A single letter of a phrase is a capital letter: A股.
    """
    is_text = ~arrays.has_source
    is_letter = (arrays.chars >= ord("a")) & (arrays.chars <= ord("z"))
    # Most entries are Han characters only, and have no spelling.
    has_letter = np.logical_or.reduceat(is_letter, np.cumsum(arrays.lengths, dtype=np.int64) - arrays.lengths)
    capitals = {
        entry: bits
        for entry, name in zip(
            np.flatnonzero(is_text & has_letter).tolist(),
            compress(names, has_letter[is_text].tolist()),
            strict=True,
        )
        if (bits := _capitals(_spelled(name, spellings)))
    }
    return replace(
        arrays,
        spelled=np.array(list(capitals), np.uint32),
        capitals=np.array(list(capitals.values()), np.uint32),
    )


def _spelled(name: str, spellings: Mapping[str, str]) -> str:
    if name.isascii():
        return spellings.get(name, name)
    return _LATIN.sub(lambda word: word[0].upper() if len(word[0]) == 1 else spellings.get(word[0], word[0]), name)


def _capitals(spelling: str) -> int:
    """Return the characters with a capital letter, as bits."""
    return sum(1 << at for at, char in enumerate(spelling[:MAX_CAPITALS]) if char.isupper())
