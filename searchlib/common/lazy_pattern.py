"""Compile regular expressions on first use: to compile those of the whole library takes a fifth of a second."""

from __future__ import annotations

import re
from typing import Any, cast


class LazyPattern:
    """A regular expression that is compiled when one of its methods is first used."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # Python looks here only for what the instance lacks, so a method is looked up once.
        value = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, value)
        return value


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a regular expression that behaves like ``re.compile(pattern, flags)``."""
    return cast("re.Pattern[str]", LazyPattern(pattern, flags))
