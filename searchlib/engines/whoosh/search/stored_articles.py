"""Read the stored articles of an open index, through its cache."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.stored_fields import Packer, values_of
from searchlib.errors import index_damaged, not_enough_memory
from searchlib.models import Article

_UNPACKING_ERRORS = (ValueError, KeyError, TypeError, StopIteration)
"""The errors that a damaged stored article can raise."""

_HEAD_BYTES = 2000
"""The approximate size of an unpacked head in memory."""

_Unpacked = TypeVar("_Unpacked")


class StoredArticles:
    """The stored articles by number, deleted ones included. Every method raises IndexDamagedError if an article is damaged."""

    def __init__(self, reader: IndexReader, packer: Packer) -> None:
        self._reader = reader
        self._packer = packer

    def head(self, number: int) -> Mapping[str, Any]:
        """Return the data of a hit besides snippets, by the names of fields of ``Article``."""
        return self._reader.cache.get(("head", number), lambda: self.unpack_head(number), lambda _: _HEAD_BYTES)

    def unpack_head(self, number: int) -> Mapping[str, Any]:
        """Return ``head``, without the cache."""
        return self._unpack("head", number, self._packer.unpack_head)

    def title(self, number: int) -> str:
        """Return the title of an article."""
        title: str = self.head(number)["title"]
        return title

    def id(self, number: int) -> str:
        """Return the id of an article."""
        article_id: str = self.head(number)["id"]
        return article_id

    def body(self, number: int) -> str:
        """Return the body of an article."""
        return self._body_and_values(number)[0]

    def headings(self, number: int) -> Sequence[str]:
        """Return the headings of an article."""
        headings: Sequence[str] = self._values(number)["headings"]
        return headings

    def extra(self, number: int) -> Mapping[str, Any]:
        """Return the values of the front matter of an article that are no fields."""
        extra: Mapping[str, Any] = self._values(number)["extra"]
        return extra

    def _values(self, number: int) -> Mapping[str, Any]:
        _, values = self._body_and_values(number)
        return self._checked(number, lambda: values_of(values))

    def _body_and_values(self, number: int) -> tuple[str, str]:
        return self._reader.cache.get(
            ("text", number),
            lambda: self._unpack("text", number, self._packer.unpack_body_and_values),
            lambda texts: sum(map(sys.getsizeof, texts)),
        )

    def article(self, number: int) -> Article:
        """Return a whole article, without the cache."""
        return Article(**self.unpack_head(number), **self._unpack("text", number, self._packer.unpack_text))

    def _unpack(self, field: str, number: int, unpack: Callable[[bytes], _Unpacked]) -> _Unpacked:
        return self._checked(number, lambda: unpack(self._reader.stored(field, number)))

    def _checked(self, number: int, read: Callable[[], _Unpacked]) -> _Unpacked:
        try:
            return read()
        except _UNPACKING_ERRORS as error:
            raise index_damaged(
                self._reader.folder, f"the stored article number {number} cannot be read ({error})"
            ) from error
        except MemoryError as error:
            raise not_enough_memory(self._reader.folder) from error
