"""A short run of `python -m tests.webui.api.api_fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serving import serving
from tests.webui.api.api_fuzz import build_hostile_index, fuzz

pytestmark = pytest.mark.slow


def test_random_requests_get_documented_responses(tmp_path: Path) -> None:
    with serving(build_hostile_index(tmp_path), tmp_path) as address:
        result = fuzz(address, tmp_path, examples=3, seed=1)
    assert result.failures == 0, result.output
    assert result.cases > 300
