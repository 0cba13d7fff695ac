"""Turn Chinese numerals into digits."""

from __future__ import annotations

import re

_DIGITS = dict(zip("〇零○一二两兩三四五六七八九", (0, 0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "萬": 10_000}
# No number begins with 百, 千 or 万: 近百年 is "almost a hundred years".
_RUN = re.compile(f"(?<![百千万萬])[十{''.join(_DIGITS)}][{''.join((*_DIGITS, *_UNITS))}]*")


def digits_for_numerals(text: str) -> str:
    """Return the text with each run of Chinese numerals in digits: ``十一月`` → ``11月``, ``二〇二一`` → ``2021``."""
    return _RUN.sub(lambda run: _digits(run.group()), text)


def _digits(numeral: str) -> str:
    if not any(char in _UNITS for char in numeral):
        return "".join(str(_DIGITS[char]) for char in numeral)
    total = section = digit = 0
    for char in numeral:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in "万萬":
            total += (section + digit) * _UNITS[char]
            section = digit = 0
        else:
            section += (digit or 1) * _UNITS[char]
            digit = 0
    return str(total + section + digit)
