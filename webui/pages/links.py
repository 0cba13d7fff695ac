"""What pages are made of: texts that lead somewhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A choice among several; ``current`` is the one in force."""

    text: str
    url: str
    current: bool = False
