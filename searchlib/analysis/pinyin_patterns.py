"""Read typed text as patterns of characters and pinyin syllables, which match names of the archive."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache

from searchlib.analysis.fold import fold
from searchlib.analysis.syllables import INITIALS, NO_SYLLABLE, SYLLABLES, confused_syllables, syllable_code
from searchlib.analysis.units import units
from searchlib.common.lazy_pattern import lazy_pattern

MAX_TYPED_LENGTH = 40
"""The maximum length of typed text. A longer text is a sentence, and no name starts with one."""

_MAX_PATTERNS = 8
"""The maximum number of patterns that are extended at each position of the text."""

_CACHED_PIECES = 4096
"""The number of pieces of letters whose syllables are cached. There are about 1,200 beginnings of syllables."""

_MAX_INITIALS = 4
"""The maximum number of initials in a text of initials only: names that are abbreviated in this way are short."""

_TYPED_INITIALS = INITIALS | set("aeo")
"""The letters that can abbreviate a syllable; for one without an initial consonant, its first letter: aq for an quan."""

_MAX_LONGER_SYLLABLES = 5
"""The maximum number of syllables that begin with more than an initial: na, nai, nan, nang, nao."""

_MAX_SYLLABLE_LENGTH = max(map(len, SYLLABLES))
_LETTERS = lazy_pattern("[a-z]+")
_U_WITH_DOTS = str.maketrans(dict.fromkeys("üǖǘǚǜÜǕǗǙǛ", "v"))

CodeRanges = tuple[tuple[int, int], ...]
"""Ranges of syllable codes: the first code and the end of each."""


@dataclass(frozen=True, slots=True)
class PinyinChar:
    """A pattern for one character of a name: ``char``, or a character with one of the syllables ``codes``."""

    char: str = ""
    codes: CodeRanges = ()


@dataclass(frozen=True, slots=True)
class PinyinPattern:
    """One reading of typed text: a pattern for each of the first characters of a name.

    ``abbreviated`` is the number of syllables that are not typed in full, the last one included.
    """

    chars: tuple[PinyinChar, ...]
    abbreviated: int = 0

    @property
    def is_reading(self) -> bool:
        """Whether letters stand for syllables."""
        return any(char.codes for char in self.chars)

    @property
    def initials(self) -> int:
        """The number of syllables before the last that are typed as their initial only."""
        return sum(bool(char.codes) and all(end - first > 1 for first, end in char.codes) for char in self.chars[:-1])

    @property
    def is_spelled(self) -> bool:
        """Whether every syllable is typed in full."""
        return not self.abbreviated


@lru_cache(maxsize=512)
def pinyin_patterns(typed: str) -> tuple[PinyinPattern, ...]:
    """Return the readings of typed text such as ``yuanyuz``, ``yuan yu z``, ``yyz`` or ``元yu``.

    The first one is the unchanged text. The others follow, least abbreviated first. The last syllable can be any prefix of a
    syllable; each of the others is a whole syllable or an initial. A few letters can all be initials: ``gaj`` begins with a
    whole syllable, and abbreviates gong an ju.
    """
    ways = [PinyinPattern(())]
    pieces = units(fold(typed)[:MAX_TYPED_LENGTH])
    # The fold removes the dots of ü, which tell syllables apart.
    spellings = units(fold(typed.translate(_U_WITH_DOTS))[:MAX_TYPED_LENGTH])
    for number, (text, spelling) in enumerate(zip(pieces, spellings, strict=True)):
        readings = [PinyinPattern(tuple(map(PinyinChar, text)))]
        if _LETTERS.fullmatch(spelling):
            readings += _syllable_patterns(spelling, is_last=number == len(pieces) - 1)
        combined = (
            PinyinPattern(way.chars + reading.chars, way.abbreviated + reading.abbreviated)
            for way in ways
            for reading in readings
        )
        ways = sorted(combined, key=_sort_key)[:_MAX_PATTERNS]
    literal = PinyinPattern(tuple(PinyinChar(char) for piece in pieces for char in piece))
    if not literal.chars:
        return ()
    min_abbreviated = min((way.abbreviated for way in ways if way != literal), default=0)
    initials = len(literal.chars) if len(literal.chars) <= _MAX_INITIALS else 0
    likely = (way for way in ways if way.abbreviated <= min_abbreviated + 1 or len(way.chars) == initials)
    return tuple(dict.fromkeys([literal, *likely]))


def confused_patterns(typed: str) -> tuple[PinyinPattern, ...]:
    """Return the readings of typed text with the syllables that many speakers confuse with those typed: zhongguo for ``zongguo``.

    Initials stay as typed, and readings without confused syllables are left out.
    """
    readings = [pattern for pattern in pinyin_patterns(typed) if pattern.is_reading]
    confused = (replace(each, chars=tuple(map(with_confused_syllables, each.chars))) for each in readings)
    return tuple(pattern for pattern in dict.fromkeys(confused) if pattern not in readings)


def with_confused_syllables(char: PinyinChar) -> PinyinChar:
    """Return the pattern of a character with the syllables that sound like those typed, unless only an initial is typed."""
    typed = {code for low, end in char.codes if end - low <= _MAX_LONGER_SYLLABLES for code in range(low, end)}
    others = {other for code in typed for other in confused_syllables(code)} - typed
    return PinyinChar(char.char, (*char.codes, *((code, code + 1) for code in sorted(others))))


def _sort_key(pattern: PinyinPattern) -> tuple[int, int, int]:
    """Of patterns that are equal otherwise, those that read a letter as a syllable come first: a in ``a'a'a'a``."""
    return pattern.abbreviated, len(pattern.chars), sum(not char.codes for char in pattern.chars)


def _syllable_patterns(letters: str, *, is_last: bool) -> list[PinyinPattern]:
    """Return the readings of a run of letters as syllables, least abbreviated and shortest first."""
    # The best ways to read the letters up to each position.
    ways: list[list[PinyinPattern]] = [[] for _ in range(len(letters) + 1)]
    ways[0] = [PinyinPattern(())]
    for at in range(len(letters)):
        best = sorted(ways[at], key=_sort_key)[:_MAX_PATTERNS]
        for end in range(at + 1, min(len(letters), at + _MAX_SYLLABLE_LENGTH) + 1):
            piece = letters[at:end]
            whole, beginning = _whole_syllables(piece), _syllables_with_prefix(piece)
            chars = {}
            if is_last and end == len(letters):
                chars[beginning] = int(not whole)
            else:
                if piece in _TYPED_INITIALS and not _begins_longer_syllable(letters, at, end, is_last=is_last):
                    chars[beginning] = 1
                chars[whole] = 0
            ways[end] += [
                PinyinPattern((*way.chars, PinyinChar(codes=codes)), way.abbreviated + abbreviated)
                for codes, abbreviated in chars.items()
                if codes
                for way in best
            ]
    found = sorted(ways[-1], key=_sort_key)[:_MAX_PATTERNS]
    if len(letters) <= _MAX_INITIALS and _TYPED_INITIALS.issuperset(letters):
        initials = tuple(PinyinChar(codes=_syllables_with_prefix(letter)) for letter in letters)
        found.append(PinyinPattern(initials, len(initials)))
    return list(dict.fromkeys(found))


def _begins_longer_syllable(letters: str, at: int, end: int, *, is_last: bool) -> bool:
    """Return whether the initial ``letters[at:end]`` is one syllable with the letters after it: z in zhou, zho and zhguo."""

    def is_syllable(start: int, stop: int) -> bool:
        is_beginning = is_last and stop == len(letters) and bool(_syllables_with_prefix(letters[start:stop]))
        return is_beginning or letters[start:stop] in _TYPED_INITIALS or bool(_whole_syllables(letters[start:stop]))

    stops = range(end + 1, min(len(letters), at + _MAX_SYLLABLE_LENGTH) + 1)
    return any(is_syllable(at, stop) and is_syllable(end, stop) for stop in stops)


def spelled_syllables(word: str) -> list[tuple[str, ...]]:
    """Return the ways to split a word into whole syllables, those of fewer syllables first."""
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - _MAX_SYLLABLE_LENGTH), end):
            if _whole_syllables(word[start:end]):
                ways[end] += [(*way, word[start:end]) for way in ways[start]]
        ways[end] = sorted(ways[end], key=len)[:_MAX_PATTERNS]
    return ways[-1]


@lru_cache(maxsize=_CACHED_PIECES)
def _whole_syllables(letters: str) -> CodeRanges:
    """Return the syllables that the letters spell: ``lu`` stands for lü too, and ``lue`` for lüe."""
    spellings = [letters]
    if letters[:1] in "ln" and "u" in letters:
        spellings.append(letters.replace("u", "v"))
    codes = dict.fromkeys(map(syllable_code, spellings))
    return tuple((code, code + 1) for code in codes if code != NO_SYLLABLE)


@lru_cache(maxsize=_CACHED_PIECES)
def _syllables_with_prefix(letters: str) -> CodeRanges:
    prefixes = [letters]
    if letters[:1] in "ln" and letters[1:2] == "u":
        prefixes.append(letters.replace("u", "v", 1))
    # "~" is greater than all letters.
    bounds = [(bisect_left(SYLLABLES, prefix) + 1, bisect_left(SYLLABLES, f"{prefix}~") + 1) for prefix in prefixes]
    return tuple(dict.fromkeys((first, end) for first, end in bounds if first < end))
