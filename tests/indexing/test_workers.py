"""Work on files is shared out so that all workers end at about the same time."""

from __future__ import annotations

from itertools import pairwise

import pytest

from searchlib.indexing.workers import _pieces


@pytest.mark.parametrize(
    ("files", "workers"), [(0, 2), (1, 2), (10, 2), (100, 1), (1000, 4), (20_000, 2), (100_000, 2)]
)
def test_pieces_hold_every_file_once_and_become_smaller(files: int, workers: int) -> None:
    names = [str(number) for number in range(files)]
    pieces = [*_pieces(names, workers)]
    assert [name for piece in pieces for name in piece] == names
    sizes = [*map(len, pieces)]
    assert all(one >= other for one, other in pairwise(sizes))
    assert max(sizes, default=0) <= 2000
    # The last pieces are a small part of a worker's share, and there are not too many to merge at once.
    assert not files or sizes[-1] <= max(32, files // (20 * workers))
    assert len(pieces) < 100
