"""The tests of Whoosh that pass with its own codec and not with ours, each with the reason."""

from __future__ import annotations

EXACT_LENGTHS = "it wants the length of a field rounded as one byte can hold it; ours is exact"

EXCEPTIONS = {
    "test_indexing::test_lengths": EXACT_LENGTHS,
    "test_indexing::test_many_lengths": EXACT_LENGTHS,
    "test_mpwriter::test_merge_multi": EXACT_LENGTHS,
    "test_mpwriter::test_merge_serial": EXACT_LENGTHS,
    "test_quality::test_max_field_length": EXACT_LENGTHS,
    "test_quality::test_minmax_field_length": EXACT_LENGTHS,
}
