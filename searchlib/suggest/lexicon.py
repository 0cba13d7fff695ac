"""Hold the names of an archive, its words and what it is filed under, so that any beginning of one finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.codepoints import encoded
from searchlib.analysis.pinyin import TABLE_END, TABLE_FIRST, Readings, usual_syllables
from searchlib.analysis.syllables import NO_SYLLABLE, SYLLABLES, Codes, Pattern, Place

KINDS = ("category", "tag", "author", "word", "phrase", "title")
"""What a name may be; of equally frequent ones the earlier kind goes first."""

WORD, PHRASE, TITLE = KINDS.index("word"), KINDS.index("phrase"), KINDS.index("title")

RANKS = 3
"""How a name fits what was typed: it ends with it, it goes on, or it holds it further in."""

MAX_CHARACTERS = 10
"""Characters of a value or title that are held: nobody types more of it before it stands first. The whole text is elsewhere."""

OTHER = 0xFFFF
"""Stands for each of the rare characters beyond the basic plane; no word of a lexicon holds one."""

Integers = NDArray[np.int64]
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Arrays:
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


class Names:
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

        Of a longer value or title ``MAX_CHARACTERS`` are held, and a source; words and phrases are whole, as nothing else holds
        their text.
        """
        self._kinds.append(np.full(len(keys), kind, np.uint8))
        held = keys if kind in (WORD, PHRASE) else [key[:MAX_CHARACTERS] for key in keys]
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
        if otherwise is not None and otherwise[0] < MAX_CHARACTERS:
            self._otherwise[begin + otherwise[0]] = otherwise[1]
        self.add(kind, ["".join(key_units)], [count], [source])
        offsets = accumulate(map(len, key_units[:-1]))
        self._inner += [begin + offset for offset in offsets if offset < MAX_CHARACTERS]

    def arrays(self, readings: Readings) -> Arrays:
        """The arrays of all names."""
        text = "".join(self._keys)
        syllables = readings.of(self._keys)
        syllables[list(self._otherwise)] = list(self._otherwise.values())
        chars = np.minimum(encoded(text), OTHER).astype(np.uint16)
        odd_at = np.flatnonzero(syllables != usual_syllables(chars, readings.table))
        return Arrays(
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


def joined(parts: Sequence[Arrays]) -> Arrays:
    """The arrays of all names of some parts, at least one, one behind the other."""
    arrays = {name: [getattr(part, name) for part in parts] for name in _FORMS if name != "readings"}
    bases = np.cumsum([0, *map(len, arrays["chars"])]).astype(np.uint32)
    for name in ("inner", "odd_at"):
        # These are places in ``chars``, which move with it.
        arrays[name] = [places + base for places, base in zip(arrays[name], bases, strict=False)]
    return Arrays(readings=parts[0].readings, **{name: np.concatenate(each) for name, each in arrays.items()})


@dataclass(frozen=True, slots=True)
class _Rows:
    """The places where names can be begun: ``names`` int64[rows] and ``starts`` int64[rows], places in ``chars``.

    They ascend by their first character, ``chars`` [rows]; ``by_syllable`` int64[rows] are the rows that ascend by their first
    syllable, ``syllables`` [rows] in that order.
    """

    names: Integers
    starts: Integers
    chars: Array
    by_syllable: Integers
    syllables: Array


@dataclass(frozen=True, slots=True)
class Completion:
    """A name that typed text begins: ``rank`` is lower the better the text fits, ``count`` as the lexicon has it."""

    rank: int
    count: int
    kind: int
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one length: ``chars`` uint16[length, words], ``syllables`` uint16[length, words], ``counts`` [words]."""

    chars: Array
    syllables: Array
    counts: Array

    def text(self, number: int) -> str:
        """The word of that number."""
        return "".join(map(chr, self.chars[:, number].tolist()))


class Part:
    """The names of some of the articles; ``text_of`` gives the whole text of a value or title by its kind and source."""

    def __init__(self, arrays: Arrays, text_of: Callable[[int, int], str]) -> None:
        self.arrays = arrays
        self._text_of = text_of
        self._words: dict[int, Words] = {}

    @cached_property
    def _ends(self) -> Integers:
        """int64[names]: where the key of each ends."""
        return np.cumsum(self.arrays.lengths, dtype=np.int64)

    @cached_property
    def _syllables(self) -> Array:
        """uint16[chars]: how each character is read where it stands."""
        syllables = usual_syllables(self.arrays.chars, self.arrays.readings)
        syllables[self.arrays.odd_at] = self.arrays.odd_syllables
        return syllables

    @cached_property
    def _sources(self) -> Array:
        """uint32[names]: the source of each name that has one."""
        sources = np.zeros(len(self.arrays.kinds), np.uint32)
        sources[self.arrays.has_source] = self.arrays.sources
        return sources

    @cached_property
    def _rows(self) -> _Rows:
        arrays = self.arrays
        inner = arrays.inner.astype(np.int64)
        names = np.concatenate([np.arange(len(self._ends)), np.searchsorted(self._ends, inner, "right")])
        starts = np.concatenate([self._ends - arrays.lengths, inner])
        order = np.argsort(arrays.chars[starts], kind="stable")
        names, starts = names[order], starts[order]
        syllables = self._syllables[starts]
        by_syllable = np.argsort(syllables, kind="stable")
        return _Rows(names, starts, arrays.chars[starts], by_syllable, syllables[by_syllable])

    def complete(self, pattern: Pattern, kinds: Sequence[int], most: int) -> Iterator[Completion]:
        """The most frequent names of these kinds that the pattern begins: of each rank so many."""
        arrays = self.arrays
        names, starts = self._found(pattern.places)
        if len(kinds) < len(KINDS):
            kept = np.isin(arrays.kinds[names], np.array(kinds, np.uint8))
            names, starts = names[kept], starts[kept]
        ends = self._ends[names]
        goes_on = np.where(ends - starts > len(pattern.places), 1, 0)
        ranks = np.where(starts > ends - arrays.lengths[names], 2, goes_on)
        counts = arrays.counts[names].astype(np.int64)
        for rank in range(RANKS):
            own = np.flatnonzero(ranks == rank)
            if len(own) > most:
                of_own = counts[own]
                own = own[of_own >= np.partition(of_own, -most)[-most]]
                own = own[np.argsort(-counts[own], kind="stable")][: 2 * most]
            for at in own.tolist():
                number = int(names[at])
                yield Completion(rank, int(counts[at]), int(arrays.kinds[number]), self.text(number))

    def _found(self, places: Sequence[Place]) -> tuple[Integers, Integers]:
        """The names, and where in ``chars`` they begin to be what the places ask for."""
        rows = self._rows
        first = places[0]
        if first.char:
            wanted = _code(first.char)
            low, high = rows.chars.searchsorted(wanted, "left"), rows.chars.searchsorted(wanted, "right")
            names, starts = rows.names[low:high], rows.starts[low:high]
        else:
            bounds = rows.syllables.searchsorted(np.array(first.codes, np.uint16)).tolist()
            at = np.concatenate([np.empty(0, np.int64), *[rows.by_syllable[low:high] for low, high in bounds]])
            names, starts = rows.names[at], rows.starts[at]
        if len(places) > 1:
            kept = starts + len(places) <= self._ends[names]
            names, starts = names[kept], starts[kept]
        for offset, place in enumerate(places[1:], 1):
            kept = self._fit(starts + offset, place)
            names, starts = names[kept], starts[kept]
        return names, starts

    def _fit(self, at: Integers, place: Place) -> NDArray[np.bool_]:
        if place.char:
            fits: NDArray[np.bool_] = self.arrays.chars[at] == _code(place.char)
            return fits
        return _within(self._syllables[at], place.codes)

    def is_value(self, key: str) -> bool:
        """Whether a category, tag or author has this key, as far as keys are held."""
        arrays, held = self.arrays, key[:MAX_CHARACTERS]
        # The kinds of values come before that of words.
        names = np.flatnonzero((arrays.kinds < WORD) & (arrays.lengths == len(held)))
        begins = self._ends[names] - len(held)
        for offset, char in enumerate(held):
            begins = begins[arrays.chars[begins + offset] == _code(char)]
        return len(begins) > 0

    def text(self, number: int) -> str:
        """The whole text of a name."""
        kind = int(self.arrays.kinds[number])
        if kind not in (WORD, PHRASE):
            return self._text_of(kind, int(self._sources[number]))
        end = int(self._ends[number])
        return "".join(map(chr, self.arrays.chars[end - int(self.arrays.lengths[number]) : end].tolist()))

    def words(self, length: int) -> Words:
        """The words, phrases and values of that length whose characters all have a reading."""
        if length not in self._words:
            arrays = self.arrays
            names = np.flatnonzero((arrays.kinds != TITLE) & (arrays.lengths == length))
            at = (self._ends[names] - length)[None, :] + np.arange(length)[:, None]
            syllables = self._syllables[at]
            kept = np.all(syllables != NO_SYLLABLE, axis=0)
            self._words[length] = Words(
                np.ascontiguousarray(arrays.chars[at][:, kept]),
                np.ascontiguousarray(syllables[:, kept]),
                arrays.counts[names[kept]].astype(np.int64),
            )
        return self._words[length]

    @cached_property
    def latin(self) -> Mapping[str, int]:
        """The words without Han characters, and in how many articles each occurs."""
        arrays = self.arrays
        is_word = np.flatnonzero(arrays.kinds == WORD)
        names = is_word[arrays.chars[self._ends[is_word] - 1] < TABLE_FIRST]
        return {self.text(number): int(arrays.counts[number]) for number in names.tolist()}


def _code(char: str) -> np.uint16:
    return np.uint16(min(ord(char), OTHER))


def _within(syllables: Array, codes: Codes) -> NDArray[np.bool_]:
    fits = np.zeros(len(syllables), bool)
    for low, high in codes:
        fits |= (syllables >= low) & (syllables < high)
    return fits


class Lexicon:
    """All names of an archive, in one part or several; for any number of threads.

    ``is_exact`` where no article has come or gone since they were counted. ``gone`` counts the titles of the articles that
    have gone since.
    """

    def __init__(
        self, parts: Sequence[Part], *, is_exact: bool, gone: Callable[[], Mapping[str, int]] = dict[str, int]
    ) -> None:
        self.parts = parts
        self.is_exact = is_exact
        self._gone = gone

    @cached_property
    def gone_titles(self) -> Mapping[str, int]:
        """The titles of the articles that are gone, and how many had each: what is left of a title is counted by them."""
        return self._gone()

    def complete(
        self, patterns: Sequence[Pattern], *, most: int, kinds: Sequence[int] = range(len(KINDS))
    ) -> list[Completion]:
        """The names that the patterns begin, best first: one text once, under the kind in which it ranks best."""
        # What stands there as it was typed is no less than what it may abbreviate.
        read = [pattern.abbreviated for pattern in patterns if any(place.codes for place in pattern.places)]
        least = min(read, default=0)
        found: dict[tuple[str, int], Completion] = {}
        for pattern in patterns:
            behind = max(pattern.abbreviated - least, 0) * RANKS
            for each in self._together(pattern, kinds, most):
                known = found.get((each.text, each.kind))
                if known is None or each.rank + behind < known.rank:
                    found[each.text, each.kind] = replace(each, rank=each.rank + behind)
        best: dict[str, Completion] = {}
        for each in sorted(found.values(), key=lambda each: (each.rank, -each.count, each.kind, each.text)):
            best.setdefault(each.text, each)
        return list(best.values())

    def _together(self, pattern: Pattern, kinds: Sequence[int], most: int) -> Iterable[Completion]:
        """What one pattern finds in all parts, with the counts of the same name added up."""
        found: dict[tuple[str, int], Completion] = {}
        for part in self.parts:
            # A name that can be read in two ways, or begun at two of its units, is found twice: the better place is first.
            own: dict[tuple[str, int], Completion] = {}
            for each in part.complete(pattern, kinds, most):
                own.setdefault((each.text, each.kind), each)
            for each in own.values():
                known = found.get((each.text, each.kind))
                found[each.text, each.kind] = (
                    each
                    if known is None
                    else replace(each, rank=min(each.rank, known.rank), count=each.count + known.count)
                )
        return found.values()

    def is_value(self, key: str) -> bool:
        """Whether a category, tag or author has this key: its units side by side, folded."""
        return bool(key) and any(part.is_value(key) for part in self.parts)

    def words(self, length: int) -> Iterator[Words]:
        """The words of that length, of each part."""
        for part in self.parts:
            yield part.words(length)

    @cached_property
    def latin(self) -> Mapping[str, int]:
        """The words without Han characters, and in how many articles each occurs."""
        found: dict[str, int] = {}
        for part in self.parts:
            for word, count in part.latin.items():
                found[word] = found.get(word, 0) + count
        return found

    def characters(self, codes: Codes) -> list[str]:
        """The characters whose usual reading is one of the codes."""
        if not self.parts:
            return []
        fits = np.flatnonzero(_within(self.parts[0].arrays.readings, codes))
        return [chr(TABLE_FIRST + at) for at in fits.tolist()]

    def syllable(self, char: str) -> int:
        """The code of the usual reading of a character."""
        at = ord(char) - TABLE_FIRST
        for part in self.parts:
            if 0 <= at < len(part.arrays.readings):
                return int(part.arrays.readings[at])
        return NO_SYLLABLE
