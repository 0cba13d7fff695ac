"""Number the syllables of Mandarin as they are typed, and read typed text as a pattern of characters and syllables."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache

from searchlib.analysis.fold import fold
from searchlib.analysis.units import units

_FINALS = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "f": "a an ang ei en eng o ou u",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "k": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan un uo v ve",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "t": "a ai an ang ao e ei eng i ian iao ie ing ong ou u uan ui un uo",
    "w": "a ai an ang ei en eng o u",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
}

SYLLABLES = tuple(sorted(initial + final for initial, finals in _FINALS.items() for final in finals.split()))
"""All syllables without their tones, ``v`` for ü, ascending: those that begin with the same letters stand together."""

NO_SYLLABLE = 0
"""The code of a character without a reading; the others are places in ``SYLLABLES``, counted from 1."""

_CODES = {syllable: syllable_code for syllable_code, syllable in enumerate(SYLLABLES, 1)}
_SPLIT = re.compile("(zh|ch|sh|[bcdfghjklmnpqrstwxyz]?)(.+)")
_INITIALS = frozenset(initial for initial in _FINALS if initial)
_LONGEST = max(map(len, SYLLABLES))
_LETTERS = re.compile("[a-zü]+")

_MOST_READINGS = 8
_MOST_TYPED = 40
"""Characters of typed text that are read as pinyin; longer text is a sentence, and no name begins so."""

CodeRanges = tuple[tuple[int, int], ...]
"""Stretches of syllable codes, each from the first to before the end."""


def syllable_code(syllable: str) -> int:
    """The code of a syllable, written with ``v`` or ü, or ``NO_SYLLABLE`` for one that nobody types."""
    return _CODES.get(syllable.replace("ü", "v"), NO_SYLLABLE)


def split_syllable(syllable_code: int) -> tuple[str, str]:
    """The two parts of a syllable; of one without an initial the first is empty."""
    found = _SPLIT.fullmatch(SYLLABLES[syllable_code - 1])
    assert found is not None
    return found[1], found[2]


@dataclass(frozen=True, slots=True)
class PinyinChar:
    """What one character of a name must be: this character, or else one that is read as one of the codes."""

    char: str = ""
    codes: CodeRanges = ()


@dataclass(frozen=True, slots=True)
class PinyinPattern:
    """One way to read typed text: what each of the first characters of a name must be.

    ``abbreviated`` counts the syllables of which not all was typed; the last one counts too.
    """

    chars: tuple[PinyinChar, ...]
    abbreviated: int = 0

    @property
    def is_spelled(self) -> bool:
        """Whether every syllable was typed in full."""
        return not self.abbreviated


@lru_cache(maxsize=512)
def pinyin_patterns(typed: str) -> tuple[PinyinPattern, ...]:
    """The ways to read typed text such as ``yuanyuz``, ``yuan yu z``, ``yyz`` or ``元yu``: as it stands, then the fullest first.

    Only the last syllable may be any beginning of one; before it stand whole syllables and initials.
    """
    ways = [PinyinPattern(())]
    pieces = units(fold(typed)[:_MOST_TYPED])
    for number, text in enumerate(pieces):
        read = [PinyinPattern(tuple(map(PinyinChar, text)))]
        if _LETTERS.fullmatch(text):
            read += _readings(text, is_last=number == len(pieces) - 1)
        ways = sorted((_joined(way, each) for way in ways for each in read), key=_fullness)[:_MOST_READINGS]
    literal = PinyinPattern(tuple(PinyinChar(char) for piece in pieces for char in piece))
    least = min((way.abbreviated for way in ways if way != literal), default=0)
    return tuple(
        dict.fromkeys([literal, *(way for way in ways if way.abbreviated <= least + 1)] if literal.chars else [])
    )


def _joined(first: PinyinPattern, second: PinyinPattern) -> PinyinPattern:
    return PinyinPattern(first.chars + second.chars, first.abbreviated + second.abbreviated)


def _fullness(pattern: PinyinPattern) -> tuple[int, int]:
    return pattern.abbreviated, len(pattern.chars)


def _readings(letters: str, *, is_last: bool) -> list[PinyinPattern]:
    """The ways to read a run of letters as syllables, the fullest and shortest first."""
    letters = letters.replace("ü", "v")
    # For each place in the letters, the best ways to come there.
    ways: list[list[PinyinPattern]] = [[] for _ in range(len(letters) + 1)]
    ways[0] = [PinyinPattern(())]
    for at in range(len(letters)):
        best = sorted(ways[at], key=_fullness)[:_MOST_READINGS]
        for end in range(at + 1, min(len(letters), at + _LONGEST) + 1):
            piece = letters[at:end]
            whole, beginning = _whole(piece), _beginning(piece)
            if is_last and end == len(letters):
                place, abbreviated = PinyinChar(codes=beginning), int(not whole)
            elif whole:
                place, abbreviated = PinyinChar(codes=whole), 0
            else:
                place, abbreviated = PinyinChar(codes=beginning if piece in _INITIALS else ()), 1
            if place.codes:
                ways[end] += [PinyinPattern((*way.chars, place), way.abbreviated + abbreviated) for way in best]
    return sorted(ways[-1], key=_fullness)[:_MOST_READINGS]


@cache
def _whole(piece: str) -> CodeRanges:
    """The syllables that the letters spell: ``lu`` is typed for lü too, ``lue`` for lüe."""
    found = [syllable_code(piece)] + (
        [syllable_code(piece.replace("u", "v"))] if piece[:1] in "ln" and "u" in piece else []
    )
    return tuple((each, each + 1) for each in dict.fromkeys(found) if each != NO_SYLLABLE)


@cache
def _beginning(piece: str) -> CodeRanges:
    """The syllables that begin with the letters."""
    stems = [piece] + ([piece.replace("u", "v", 1)] if piece[:1] in "ln" and piece[1:2] == "u" else [])
    bounds = [(bisect_left(SYLLABLES, stem) + 1, bisect_left(SYLLABLES, stem + "~") + 1) for stem in stems]
    return tuple(dict.fromkeys((first, end) for first, end in bounds if first < end))
