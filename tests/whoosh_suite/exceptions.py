"""The tests of Whoosh that pass with its codec and fail with ours, each with the reason."""

from __future__ import annotations

EXACT_LENGTHS = "it expects the length of a field rounded to one byte, and ours is exact"

EXCEPTIONS = {
    "test_indexing::test_lengths": EXACT_LENGTHS,
    "test_indexing::test_many_lengths": EXACT_LENGTHS,
    "test_mpwriter::test_merge_multi": EXACT_LENGTHS,
    "test_mpwriter::test_merge_serial": EXACT_LENGTHS,
    "test_quality::test_max_field_length": EXACT_LENGTHS,
    "test_quality::test_minmax_field_length": EXACT_LENGTHS,
}
