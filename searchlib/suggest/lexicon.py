"""Hold the names of an archive, its words and what it is filed under, so that any beginning of one finds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.code_points import encode
from searchlib.analysis.pinyin import TABLE_END, TABLE_FIRST, Readings, default_syllables
from searchlib.analysis.syllables import SYLLABLES

KINDS = ("category", "tag", "author", "word", "phrase", "title")
"""What a name may be; of equally frequent ones the earlier kind goes first."""

WORD, PHRASE, TITLE = KINDS.index("word"), KINDS.index("phrase"), KINDS.index("title")

RANKS = 3
"""How a name fits what was typed: it ends with it, it goes on, or it holds it further in."""

MAX_KEY_LENGTH = 10
"""Characters of a value or title that are held: nobody types more of it before it stands first. The whole text is elsewhere."""

OTHER = 0xFFFF
"""Stands for each of the rare characters beyond the basic plane; no word of a lexicon holds one."""

Integers = NDArray[np.int64]
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class LexiconArrays:
    """The names of some articles as arrays; all of their numbers are unsigned.

    Of each name: ``kinds`` u1, ``counts`` u4 (the articles behind it), ``lengths`` u1 of its key: its units side by side,
    folded. Of each value and title, in their order, ``sources`` u4: a number by which whoever holds the archive knows it.
    The keys' characters, ``chars`` u2, follow one another. ``inner`` u4 are the further places in ``chars`` where a name can be
    begun. ``readings`` u2[characters from TABLE_FIRST on] is the usual syllable of each character; those at the places
    ``odd_at`` u4 are read otherwise there, as ``odd_syllables`` u2.
    """

    kinds: Array
    counts: Array
    sources: Array
    lengths: Array
    chars: Array
    inner: Array
    readings: Array
    odd_at: Array
    odd_syllables: Array

    @property
    def has_source(self) -> NDArray[np.bool_]:
        """bool[names]: which names have a source: values and titles, whose text is elsewhere."""
        found: NDArray[np.bool_] = (self.kinds != WORD) & (self.kinds != PHRASE)
        return found

    def damage(self) -> str | None:
        """What cannot be so, or None: whatever passes can be asked for anything without an error."""
        for field, form in _FORMS.items():
            if getattr(self, field).dtype != form:
                return f"its {field} are no {form}"
        names = len(self.kinds)
        if not len(self.counts) == len(self.lengths) == names:
            return "its names do not have one kind, count and length each"
        characters = len(self.chars)
        if int(self.lengths.sum(dtype=np.int64)) != characters or not self.lengths.all():
            return "its names and their lengths do not fit each other"
        if len(self.odd_at) != len(self.odd_syllables):
            return "its odd syllables do not have one place each"
        if len(self.readings) != TABLE_END - TABLE_FIRST:
            return "its readings are not one for each character"
        for field, end in (("kinds", len(KINDS)), ("inner", characters), ("odd_at", characters), *_CODED):
            values = getattr(self, field)
            if len(values) and int(values.max()) >= end:
                return f"its {field} are out of range"
        if len(self.sources) != np.count_nonzero(self.has_source):
            return "its values and titles do not have one source each"
        return None


_FORMS = {
    "kinds": "u1",
    "counts": "u4",
    "sources": "u4",
    "lengths": "u1",
    "chars": "u2",
    "inner": "u4",
    "readings": "u2",
    "odd_at": "u4",
    "odd_syllables": "u2",
}
_CODED = (("odd_syllables", len(SYLLABLES) + 1), ("readings", len(SYLLABLES) + 1))


class LexiconBuilder:
    """Gathers the names of some articles."""

    def __init__(self) -> None:
        self._kinds: list[NDArray[np.uint8]] = []
        self._keys: list[str] = []
        self._counts: list[int] = []
        self._sources: list[int] = []
        self._inner: list[int] = []
        self._characters = 0
        self._otherwise: dict[int, int] = {}

    def add(self, kind: int, keys: Sequence[str], counts: Iterable[int], sources: Iterable[int] = ()) -> None:
        """Add names of one kind by their keys, of 1 to 255 characters.

        Of a longer value or title ``MAX_KEY_LENGTH`` are held, and a source; words and phrases are whole, as nothing else holds
        their text.
        """
        self._kinds.append(np.full(len(keys), kind, np.uint8))
        held = keys if kind in (WORD, PHRASE) else [key[:MAX_KEY_LENGTH] for key in keys]
        self._keys += held
        self._characters += sum(map(len, held))
        self._counts += counts
        self._sources += sources

    def add_value(
        self, kind: int, key_units: Sequence[str], count: int, source: int, otherwise: tuple[int, int] | None = None
    ) -> None:
        """Add a name that can be begun at each of its units.

        ``otherwise`` is a character's place and the syllable that it is read as, for the same name in another reading.
        """
        begin = self._characters
        if otherwise is not None and otherwise[0] < MAX_KEY_LENGTH:
            self._otherwise[begin + otherwise[0]] = otherwise[1]
        self.add(kind, ["".join(key_units)], [count], [source])
        offsets = accumulate(map(len, key_units[:-1]))
        self._inner += [begin + offset for offset in offsets if offset < MAX_KEY_LENGTH]

    def arrays(self, readings: Readings) -> LexiconArrays:
        """The arrays of all names."""
        text = "".join(self._keys)
        syllables = readings.syllables(self._keys)
        syllables[list(self._otherwise)] = list(self._otherwise.values())
        chars = np.minimum(encode(text), OTHER).astype(np.uint16)
        odd_at = np.flatnonzero(syllables != default_syllables(chars, readings.table))
        return LexiconArrays(
            kinds=np.concatenate([np.empty(0, np.uint8), *self._kinds]),
            counts=np.array(self._counts, np.uint32),
            sources=np.array(self._sources, np.uint32),
            lengths=np.fromiter(map(len, self._keys), np.uint8, len(self._keys)),
            chars=chars,
            inner=np.array(self._inner, np.uint32),
            readings=readings.table,
            odd_at=odd_at.astype(np.uint32),
            odd_syllables=syllables[odd_at],
        )


def concatenate_arrays(parts: Sequence[LexiconArrays]) -> LexiconArrays:
    """The arrays of all names of some parts, at least one, one behind the other."""
    arrays = {name: [getattr(part, name) for part in parts] for name in _FORMS if name != "readings"}
    bases = np.cumsum([0, *map(len, arrays["chars"])]).astype(np.uint32)
    for name in ("inner", "odd_at"):
        # These are places in ``chars``, which move with it.
        arrays[name] = [places + base for places, base in zip(arrays[name], bases, strict=False)]
    return LexiconArrays(readings=parts[0].readings, **{name: np.concatenate(each) for name, each in arrays.items()})
