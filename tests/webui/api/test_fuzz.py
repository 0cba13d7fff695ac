"""A few hundred of the cases that `python -m tests.webui.api.api_fuzz` makes thousands of."""

from __future__ import annotations

from pathlib import Path

from tests.serving import serving
from tests.webui.api.api_fuzz import build_hostile_index, fuzz


def test_whatever_is_asked_the_answer_is_one_that_the_document_describes(tmp_path: Path) -> None:
    with serving(build_hostile_index(tmp_path), tmp_path) as address:
        done = fuzz(address, tmp_path, examples=3, seed=1)
    assert done.failures == 0, done.said
    assert done.cases > 300
