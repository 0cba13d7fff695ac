"""The terms of an article, packed so that those of a query are counted without unpacking the others."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import zstandard

from searchlib.analysis.terms import BIGRAM_SEPARATOR, MAX_TERM_LENGTH, bigram_of_terms, term
from searchlib.analysis.units import is_han
from searchlib.engines.common.fields import TEXT_FIELDS
from searchlib.engines.opensearch.index.mapping import REST

Lines = Sequence[Sequence[str]]
"""The terms of the units of each line."""

# Separators that no term holds: between fields, before each term, and behind that of a word, before its number.
_FIELD, _TERM, _NUMBER = "\0", "\1", "\2"
_LINE_END = "\n"
_LEVEL = 3
_MOST_BYTES = 256 << 20
_UNITS = (*TEXT_FIELDS, REST)


def pack_terms(words: Mapping[str, Iterable[str]], lines: Mapping[str, Lines]) -> str:
    """The words of each text, and the units of each and of the rest of the body, as base64."""
    parts = []
    for field in TEXT_FIELDS:
        counts = Counter(words[field])
        parts.append("".join(f"{_TERM}{word}{_NUMBER}{number}" for word, number in counts.items()) + _TERM)
    for field in _UNITS:
        parts.append(_LINE_END.join("".join(f"{_TERM}{unit}" for unit in line) + _TERM for line in lines[field]))
    data = zstandard.ZstdCompressor(level=_LEVEL).compress(_FIELD.join(parts).encode())
    return base64.b64encode(data).decode()


class Terms:
    """The terms of one article, and how often each occurs."""

    def __init__(self, packed: str) -> None:
        # OpenSearch leaves the padding out.
        data = base64.b64decode(packed + "=" * (-len(packed) % 4))
        text = zstandard.ZstdDecompressor().decompress(data, max_output_size=_MOST_BYTES).decode()
        parts = text.split(_FIELD)
        self._words = dict(zip(TEXT_FIELDS, parts, strict=False))
        self._units = dict(zip(_UNITS, parts[len(TEXT_FIELDS) :], strict=True))
        self._tables: dict[tuple[str, str], Mapping[str, int]] = {}

    def word(self, field: str, wanted: str) -> int:
        """How often a word occurs in a text."""
        text = self._words[field]
        sign = f"{_TERM}{wanted}{_NUMBER}"
        at = text.find(sign)
        return 0 if at < 0 else int(text[at + len(sign) : text.index(_TERM, at + 1)])

    def run(self, field: str, wanted: Sequence[str]) -> int:
        """How often units stand one after the other in a line of a text."""
        return len(self._begins(field, wanted))

    def holds(self, field: str, wanted: Sequence[str], *, prefix: bool = False) -> bool:
        """Whether units stand one after the other in a line of a text; with ``prefix`` the last may go on."""
        begun = prefix and not is_han(wanted[-1])
        last = wanted[-1][:MAX_TERM_LENGTH] if begun else term(wanted[-1]) + _TERM
        sign = "".join(f"{_TERM}{term(unit)}" for unit in wanted[:-1]) + _TERM + last
        return sign in self._units[field]

    def begun(self, field: str, prefix: str) -> int:
        """How many units of a text begin so."""
        return self._units[field].count(f"{_TERM}{prefix}")

    def bigram(self, field: str, wanted: str) -> int:
        """How often two units stand one after the other."""
        return self.run(field, wanted.split(BIGRAM_SEPARATOR))

    def table(self, field: str, kind: str) -> Mapping[str, int]:
        """All words or bigrams of a text, and how often each occurs: made once, for whoever asks for many."""
        table = self._tables.get((field, kind))
        if table is None:
            table = self._words_of(field) if kind == "words" else self._bigrams_of(field)
            self._tables[field, kind] = table
        return table

    def _words_of(self, field: str) -> Mapping[str, int]:
        counted = (each.split(_NUMBER) for each in self._words[field].split(_TERM)[1:-1])
        return {word: int(number) for word, number in counted}

    def _bigrams_of(self, field: str) -> Mapping[str, int]:
        lines = (line.split(_TERM)[1:-1] for line in self._units[field].split(_LINE_END))
        return Counter(bigram_of_terms(*pair) for line in lines for pair in pairwise(line))

    def places(self, field: str, wanted: Sequence[str]) -> list[int]:
        """Where a run of units begins in a text, ascending: places count units, and one for each end of a line."""
        text = self._units[field]
        places: list[int] = []
        at = place = 0
        for begin in self._begins(field, wanted):
            place += text.count(_TERM, at, begin)
            at = begin
            places.append(place)
        return places

    def _begins(self, field: str, wanted: Sequence[str]) -> list[int]:
        text = self._units[field]
        sign = f"{_TERM}{_TERM.join(wanted)}{_TERM}"
        found: list[int] = []
        at = text.find(sign)
        while at >= 0:
            found.append(at)
            at = text.find(sign, at + 1)
        return found
