"""Find damage in a segment: read the posting list of every term, and check it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from searchlib.common.progress import StageProgress
from searchlib.engines.whoosh.format.integers import ascend
from searchlib.engines.whoosh.format.lengths import Lengths
from searchlib.engines.whoosh.format.posting_lists import PostingLists
from searchlib.engines.whoosh.format.segment import ARTICLES_EXTENSION, TERMS_EXTENSION, Segment, SegmentField
from searchlib.errors import IndexDamagedError

_READ_ERRORS = (KeyError, TypeError, ValueError, IndexError, OverflowError, MemoryError)

_CHUNK_BYTES = 1 << 20
"""Bytes of posting lists that are read together."""


def damage(segments: Sequence[Segment], progress: StageProgress) -> Iterator[str]:
    """Yield one line for each damaged field or stored field. Opening the segments has checked everything else.

    ``progress`` counts posting lists.
    """
    total = sum(len(field.terms) for segment in segments for field in segment.fields.values())
    done = 0

    def count(lists: int) -> None:
        nonlocal done
        done += lists
        progress.count(done, total)

    for segment in segments:
        yield from _segment_damage(segment, count)


def _segment_damage(segment: Segment, count: Callable[[int], None]) -> Iterator[str]:
    for name, field in segment.fields.items():
        try:
            problem = _field_damage(field, count)
        except IndexDamagedError as error:
            problem = str(error)
        except _READ_ERRORS as error:
            problem = f"it cannot be read ({type(error).__name__}: {error})"
        if problem:
            yield f"{segment.name}{TERMS_EXTENSION}: field {name}: {problem}"
    try:
        yield from _stored_damage(segment)
    except IndexDamagedError as error:
        yield f"{segment.name}{ARTICLES_EXTENSION}: {error}"
    except _READ_ERRORS as error:
        yield f"{segment.name}{ARTICLES_EXTENSION}: it cannot be read ({type(error).__name__}: {error})"


def _stored_damage(segment: Segment) -> Iterator[str]:
    for name in segment.stored_fields():
        ends = segment.stored_ends(name).astype(np.int64)
        if np.any(np.diff(ends, prepend=0) < 0):
            yield f"{segment.name}{ARTICLES_EXTENSION}: the ends of the stored field {name} do not ascend"


def _field_damage(field: SegmentField, count: Callable[[int], None]) -> str | None:
    terms = len(field.terms)
    if len(field.list_lengths) != terms or field.list_lengths.total != len(field.list_data):
        return "its terms and their posting lists do not fit each other"
    for lengths in (field.list_lengths, field.terms.suffix_lengths):
        if not np.array_equal(Lengths.of(lengths.slice(0, terms)).group_starts, lengths.group_starts):
            return "its posting lists do not start where they should"
    if field.has_positions:
        starts = field.article_starts.astype(np.int64)
        if np.any(np.diff(starts) < 0):
            return "the positions of its articles do not follow one another"
    list_starts = field.list_lengths.starts(0, terms)
    end = 0
    while end < terms:
        first, end = end, max(end + 1, int(list_starts.searchsorted(list_starts[end] + _CHUNK_BYTES, "right")) - 1)
        if not field.terms.ascends(max(first - 1, 0), end):
            bounds = (_quoted(field.terms.term(number)) for number in (first, end - 1))
            return f"its terms do not ascend, between {' and '.join(bounds)}"
        if not _is_sound(field, first, end):
            number = next((each for each in range(first, end) if not _is_sound(field, each, each + 1)), first)
            return f"the posting list of the term {_quoted(field.terms.term(number))} is damaged"
        count(end - first)
    return None


def _is_sound(field: SegmentField, first: int, end: int) -> bool:
    try:
        return _ascends(field.posting_lists(first, end), field.universe)
    except (IndexDamagedError, *_READ_ERRORS):
        return False


def _ascends(lists: PostingLists, universe: int) -> bool:
    """Return whether each list holds ascending values below the universe, and frequencies above 0."""
    values = lists.values
    if np.any(lists.sizes < 1) or np.any(values < 0) or np.any(values >= universe):
        return False
    if lists.frequencies is not None and np.any(lists.frequencies < 1):
        return False
    return ascend(values, lists.sizes, strictly=True)


def _quoted(term: bytes) -> str:
    return repr(term.decode("utf-8", "backslashreplace"))
