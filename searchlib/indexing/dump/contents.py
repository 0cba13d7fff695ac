"""Say what an index was made with, and sum up what it holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import IO, Any

from searchlib.analysis.dictionary import Dictionary
from searchlib.models import Article

FORMAT = 1
"""That of the dumps which this program writes and reads."""

_CHECKSUM_BYTES = 16
_WHOLE = 1 << 8 * _CHECKSUM_BYTES


@dataclass(frozen=True, slots=True)
class Origin:
    """What an index was made with, besides its articles."""

    articles: int
    zone: str
    analysis: Mapping[str, Any]
    boilerplate: Sequence[int]
    dictionary: Dictionary | None


@dataclass(slots=True)
class Checksum:
    """Counts articles, and sums up what they are in any order."""

    articles: int = 0
    total: int = 0

    def add(self, article: Article) -> None:
        """Take one more article in."""
        data = json.dumps(article.to_dict(), ensure_ascii=False, sort_keys=True).encode(errors="surrogatepass")
        self.total = (self.total + int.from_bytes(blake2b(data, digest_size=_CHECKSUM_BYTES).digest())) % _WHOLE
        self.articles += 1

    def __str__(self) -> str:
        return f"{self.total:0{2 * _CHECKSUM_BYTES}x}"


def name_of(file: IO[str]) -> str:
    """What a file of a dump is called, for messages."""
    return str(getattr(file, "name", "the dump"))
