"""The syllables of Mandarin as they are typed, with numbers."""

from __future__ import annotations

from functools import cache

from searchlib.common.lazy_pattern import lazy_pattern

_FINALS_OF = {
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

SYLLABLES = tuple(sorted(initial + final for initial, finals in _FINALS_OF.items() for final in finals.split()))
"""All syllables without tones, with ``v`` for ü, ascending: syllables with the same first letters are adjacent."""

INITIALS = frozenset(initial for initial in _FINALS_OF if initial)

NO_SYLLABLE = 0
"""The code of a character without a reading. Other codes are positions in ``SYLLABLES``, counted from 1."""

_CONFUSED_INITIALS = {"z": "zh", "zh": "z", "c": "ch", "ch": "c", "s": "sh", "sh": "s", "n": "l", "l": "n"}
_CONFUSED_FINALS = {"an": "ang", "ang": "an", "en": "eng", "eng": "en", "in": "ing", "ing": "in"}

_CODE_OF = {syllable: code for code, syllable in enumerate(SYLLABLES, 1)}
_INITIAL_AND_FINAL = lazy_pattern("(zh|ch|sh|[bcdfghjklmnpqrstwxyz]?)(.+)")


def syllable_code(syllable: str) -> int:
    """Return the code of a syllable, written with ``v`` or ü, or ``NO_SYLLABLE`` if it is not in ``SYLLABLES``."""
    return _CODE_OF.get(syllable.replace("ü", "v"), NO_SYLLABLE)


def split_syllable(code: int) -> tuple[str, str]:
    """Return the initial, which can be empty, and the final of a syllable."""
    parts = _INITIAL_AND_FINAL.fullmatch(SYLLABLES[code - 1])
    assert parts is not None
    return parts[1], parts[2]


@cache
def confused_syllables(code: int) -> tuple[int, ...]:
    """Return a syllable, and those that many speakers pronounce like it: zhong and zong, ling and ning, shan and shang."""
    initial, final = split_syllable(code)
    initials = (initial, _CONFUSED_INITIALS.get(initial, initial))
    finals = (final, _CONFUSED_FINALS.get(final, final))
    codes = dict.fromkeys(syllable_code(one + other) for one in initials for other in finals)
    return tuple(code for code in codes if code != NO_SYLLABLE)
