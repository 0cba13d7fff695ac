"""No article ends in an error. ``python -m tests.sources.fuzz`` reads more of them, under a limit of memory."""

from __future__ import annotations

import sys

import pytest

pytestmark = pytest.mark.slow

COUNT = 3_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of resources")
@pytest.mark.parametrize("seed", [1, 2])
def test_no_article_ends_in_an_error(seed: int) -> None:
    from tests.sources.fuzz import read_all

    outcomes, failures = read_all(seed, COUNT)
    assert not failures
    assert outcomes["article"] > COUNT // 2
