"""Read a Whoosh index: the one place where Whoosh's readers are touched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import index as whoosh_index

from searchlib.engines.whoosh.schema import term_bytes
from searchlib.errors import IndexDamagedError, SearchlibError

Numbers = NDArray[np.int64]
"""Numbers of articles, or positions: int64[n]."""


@dataclass(frozen=True, slots=True)
class Postings:
    """A term's articles: ``numbers`` int64[n], ascending, and how often it occurs in each, ``frequencies`` float64[n]."""

    numbers: Numbers
    frequencies: NDArray[np.float64]


NO_NUMBERS: Numbers = np.empty(0, np.int64)
NO_POSTINGS = Postings(NO_NUMBERS, np.empty(0, np.float64))


class WhooshReader:
    """One index in a folder, open for reading by one thread at a time: the others wait.

    Every method raises IndexDamagedError where the files do not hold what they should.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Whoosh's readers move one position in each file.
        self._lock = threading.Lock()
        with self._reading():
            self._reader: Any = whoosh_index.open_dir(folder, readonly=True).reader()
            self.size: int = self._reader.doc_count_all()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except SearchlibError:
                raise
            except Exception as error:  # Whoosh has no error of its own for this: any kind may come of damaged files.
                raise IndexDamagedError(
                    f"{self._folder}: the index cannot be read ({type(error).__name__}: {error}): build it again"
                ) from error

    def deleted(self) -> list[int]:
        """The numbers of the articles that are deleted and still take a place."""
        with self._reading():
            return [number for number in range(self.size) if self._reader.is_deleted(number)]

    def postings(self, field: str, term: str) -> Postings:
        """The postings of a term in articles that are not deleted; empty where the field does not hold it."""
        with self._reading():
            matcher = self._matcher(field, term)
            if matcher is None:
                return NO_POSTINGS
            numbers: list[int] = []
            frequencies: list[float] = []
            while matcher.is_active():
                numbers.append(matcher.id())
                frequencies.append(matcher.weight())
                matcher.next()
            if numbers and not 0 <= numbers[0] <= numbers[-1] < self.size:
                raise ValueError(f"the postings of {term!r} lead out of the index")
            return Postings(np.array(numbers, np.int64), np.array(frequencies, np.float64))

    def occurrences(self, field: str, term: str, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Where a term occurs in the given articles: the article and the position of each occurrence, in that order."""
        with self._reading():
            matcher = self._matcher(field, term)
            articles: list[int] = []
            positions: list[NDArray[np.uint32]] = []
            for number in numbers.tolist():
                if matcher is None or not matcher.is_active():
                    break
                if matcher.id() < number:
                    matcher.skip_to(number)
                if matcher.is_active() and matcher.id() == number:
                    articles.append(number)
                    positions.append(np.frombuffer(matcher.value(), np.uint32))
        if not articles:
            return NO_NUMBERS, NO_NUMBERS
        counts = [len(each) for each in positions]
        return np.repeat(np.array(articles, np.int64), counts), np.concatenate(positions).astype(np.int64)

    def _matcher(self, field: str, term: str) -> Any:
        key = term_bytes(term)
        return self._reader.postings(field, key) if (field, key) in self._reader else None

    def terms(self, field: str, prefix: str) -> list[str]:
        """The field's terms that begin with the prefix, in order; some may be left of deleted articles only."""
        with self._reading():
            found = self._reader.expand_prefix(field, term_bytes(prefix))
            return [term.decode("utf-8", "surrogatepass") for term in found]

    def frequency(self, field: str, term: str) -> int:
        """In how many articles the term occurs; deleted ones may be counted."""
        with self._reading():
            return int(self._reader.doc_frequency(field, term_bytes(term)))

    def column(self, name: str) -> list[Any]:
        """The value of a column for each article number."""
        with self._reading():
            return list(self._reader.column_reader(name))

    def stored(self, number: int) -> bytes:
        """What ``documents.document`` stored of the article."""
        with self._reading():
            return bytes(self._reader.stored_fields(number)["article"])

    def close(self) -> None:
        """Give back the files."""
        with self._reading():
            self._reader.close()
