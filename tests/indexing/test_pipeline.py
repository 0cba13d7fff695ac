"""What builds, updates and transfers share."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchlib import Article, Settings
from searchlib.indexing.pipeline import BYTES_PER_CHARACTER, bounded_batches, configured_spec
from searchlib.stores.folder import FolderGenerationWriter


@pytest.mark.parametrize("jobs", [1, 4])
def test_the_batches_of_all_workers_share_the_memory_of_a_build(tmp_path: Path, jobs: int) -> None:
    settings = Settings(build_memory=10)
    generation = FolderGenerationWriter(tmp_path, configured_spec(settings, facets=()))
    generation.writer.train([], ())
    batch = bounded_batches(generation, settings, jobs)()
    characters = 0
    while not batch.is_full:
        batch.add(Article(id=str(characters), title="", body="文" * 1000))
        characters += 1000
    assert 0 <= characters * BYTES_PER_CHARACTER - 10_000_000 / jobs < 1000 * BYTES_PER_CHARACTER
