"""Tell traditional from simplified Chinese, and write folded words in a script.

The fold is simplified. Words that are shown to readers are written in their script.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from searchlib.analysis.fold import fold
from searchlib.analysis.units import HAN_CHARACTER

if TYPE_CHECKING:
    import opencc

Script = Literal["traditional", "simplified"]

Write = Callable[[str], str]
"""Returns folded words in the script of the reader."""

_CACHED_CHARACTERS = 1 << 14


def script_of(text: str) -> Script | None:
    """Return the script of most of the characters that only one script has, or None if there is no majority."""
    difference = sum(map(_script_sign, HAN_CHARACTER.findall(text)))
    return None if not difference else "traditional" if difference > 0 else "simplified"


def in_script(simplified: str, script: Script | None) -> str:
    """Return simplified text as it is written in a script; unchanged without one, or if the fold of the result is another text."""
    if script != "traditional":
        return simplified
    written = _converter().convert(simplified)
    return written if fold(written) == fold(simplified) else simplified


@lru_cache(_CACHED_CHARACTERS)
def _script_sign(char: str) -> int:
    """Return 1 for a traditional character, -1 for a simplified one, 0 for one of both scripts or of neither.

    Big5 has the characters of traditional texts, GB 2312 those of simplified ones.
    """
    return _has_character("big5", char) - _has_character("gb2312", char)


def _has_character(encoding: str, char: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("s2tw")
