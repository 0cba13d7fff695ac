"""Pack the terms of an article so that the terms of a query can be counted without unpacking all others."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import zstandard

from searchlib.analysis.terms import BREAK_SEPARATOR, MAX_TERM_LENGTH, bigram_of_terms, term, units_of_bigram
from searchlib.analysis.units import is_han
from searchlib.engines.common.fields import TEXT_FIELDS
from searchlib.engines.opensearch.index.mapping import BOILERPLATE

Lines = Sequence[Sequence[tuple[str, bool]]]
"""The units of each line of a text, or their terms, each with a flag: whether a break is before it."""

# Separators that no term contains: between fields, before each term, and between a word and its frequency.
_FIELD, _TERM, _FREQUENCY = "\0", "\1", "\2"
_BREAK = "\3"
"""The term for a break."""
_LINE_END = "\n"
_TERMS_LEVEL = 3
_MAX_TERMS_BYTES = 256 << 20
_UNIT_FIELDS = (*TEXT_FIELDS, BOILERPLATE)


def pack_terms(words: Mapping[str, Iterable[str]], lines: Mapping[str, Lines]) -> str:
    """Return the word terms of each text, and the unit terms of each text and of the boilerplate, compressed in base64."""
    parts = []
    for field in TEXT_FIELDS:
        counts = Counter(words[field])
        parts.append("".join(f"{_TERM}{word}{_FREQUENCY}{count}" for word, count in counts.items()) + _TERM)
    for field in _UNIT_FIELDS:
        parts.append(_LINE_END.join(_pack_line(line) for line in lines[field]))
    data = zstandard.ZstdCompressor(level=_TERMS_LEVEL).compress(_FIELD.join(parts).encode())
    return base64.b64encode(data).decode()


def _pack_line(line: Sequence[tuple[str, bool]]) -> str:
    terms = [each for unit, is_broken in line for each in ((_BREAK, unit) if is_broken else (unit,))]
    return "".join(f"{_TERM}{each}" for each in terms) + _TERM


class ArticleTerms:
    """The terms of one article, and the ``lengths`` of its texts in units. The methods search the packed text."""

    def __init__(self, packed: str, lengths: Mapping[str, int]) -> None:
        self.lengths = lengths
        # OpenSearch returns a binary doc value without the padding of base64.
        data = base64.b64decode(packed + "=" * (-len(packed) % 4))
        text = zstandard.ZstdDecompressor().decompress(data, max_output_size=_MAX_TERMS_BYTES).decode()
        parts = text.split(_FIELD)
        self._words = dict(zip(TEXT_FIELDS, parts, strict=False))
        self._units = dict(zip(_UNIT_FIELDS, parts[len(TEXT_FIELDS) :], strict=True))
        self._without_breaks: dict[str, str] = {}
        self._tables: dict[tuple[str, str], Mapping[str, int]] = {}

    def word_frequency(self, field: str, word: str) -> int:
        """Return the frequency of a word in a text."""
        text = self._words[field]
        pattern = f"{_TERM}{word}{_FREQUENCY}"
        at = text.find(pattern)
        return 0 if at < 0 else int(text[at + len(pattern) : text.index(_TERM, at + 1)])

    def phrase_frequency(self, field: str, phrase: Sequence[str]) -> int:
        """Return the number of times that unit terms are adjacent and unbroken in a line of a text."""
        return len(self._offsets(field, phrase))

    def bigram_frequency(self, field: str, bigram: str) -> int:
        """Return the frequency of a bigram in a text."""
        first, second = units_of_bigram(bigram)
        is_broken = BREAK_SEPARATOR in bigram
        return self.phrase_frequency(field, [first, _BREAK, second] if is_broken else [first, second])

    def prefix_frequency(self, field: str, prefix: str) -> int:
        """Return the number of units of a text that start with a prefix."""
        return self._units[field].count(f"{_TERM}{prefix}")

    def contains_phrase(self, field: str, units: Sequence[str], *, is_prefix: bool, unbroken: bool) -> bool:
        """Return whether units are adjacent, in order, in a line of a text; with ``is_prefix``, the last is a prefix.

        Unless they are ``unbroken``, breaks may separate them.
        """
        is_open = is_prefix and not is_han(units[-1])
        last = units[-1][:MAX_TERM_LENGTH] if is_open else term(units[-1]) + _TERM
        if not unbroken and field not in self._without_breaks and len(units) > 1:
            self._without_breaks[field] = self._units[field].replace(f"{_TERM}{_BREAK}", "")
        text = self._units[field] if unbroken or len(units) == 1 else self._without_breaks[field]
        return "".join(f"{_TERM}{term(unit)}" for unit in units[:-1]) + _TERM + last in text

    def positions(self, field: str, phrase: Sequence[str]) -> list[int]:
        """Return the ascending positions of unbroken unit terms; a position counts the units and the line ends before it."""
        text = self._units[field]
        positions: list[int] = []
        at = position = 0
        for offset in self._offsets(field, phrase):
            position += text.count(_TERM, at, offset) - text.count(_BREAK, at, offset)
            at = offset
            positions.append(position)
        return positions

    def frequencies(self, field: str, kind: str) -> Mapping[str, int]:
        """Return the frequencies of all words or bigrams of a text; they are computed once."""
        table = self._tables.get((field, kind))
        if table is None:
            table = self._word_frequencies(field) if kind == "words" else self._bigram_frequencies(field)
            self._tables[field, kind] = table
        return table

    def _word_frequencies(self, field: str) -> Mapping[str, int]:
        entries = (each.split(_FREQUENCY) for each in self._words[field].split(_TERM)[1:-1])
        return {word: int(count) for word, count in entries}

    def _bigram_frequencies(self, field: str) -> Mapping[str, int]:
        lines = (line.split(_TERM)[1:-1] for line in self._units[field].split(_LINE_END))
        return Counter(bigram for line in lines for bigram in _bigrams(line))

    def _offsets(self, field: str, phrase: Sequence[str]) -> list[int]:
        """Return the offsets in the packed text at which a phrase starts."""
        text = self._units[field]
        pattern = f"{_TERM}{_TERM.join(phrase)}{_TERM}"
        offsets: list[int] = []
        at = text.find(pattern)
        while at >= 0:
            offsets.append(at)
            at = text.find(pattern, at + 1)
        return offsets


def _bigrams(line: Sequence[str]) -> Iterator[str]:
    """Yield the bigrams of a packed line."""
    before, is_broken = "", False
    for each in line:
        if each == _BREAK:
            is_broken = True
            continue
        if before:
            yield bigram_of_terms(before, each, is_broken=is_broken)
        before, is_broken = each, False
