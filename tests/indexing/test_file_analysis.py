"""Files are split into tasks so that progress shows at once, and all workers end at about the same time."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest

from searchlib.indexing.file_analysis import split_files
from searchlib.indexing.given_articles import split_articles
from searchlib.models import Article


@pytest.mark.parametrize(
    ("files", "workers"), [(0, 2), (1, 2), (10, 2), (100, 1), (1000, 4), (20_000, 2), (100_000, 2)]
)
def test_tasks_hold_every_file_once_and_are_small_at_the_beginning_and_the_end(files: int, workers: int) -> None:
    names = [str(number) for number in range(files)]
    tasks = [*split_files(names, workers)]
    assert [name for task in tasks for name in task] == names
    sizes = [*map(len, tasks)]
    largest = sizes.index(max(sizes)) if sizes else 0
    assert all(size <= max(32, before) for size, before in zip(sizes, [0, *accumulate(sizes)], strict=False))
    assert all(one <= other for one, other in pairwise(sizes[: largest + 1]))
    assert all(one >= other for one, other in pairwise(sizes[largest:]))
    assert max(sizes, default=0) <= 2000
    # The last tasks are a small part of a worker's share, and there are few enough to merge their runs at once.
    assert not files or sizes[-1] <= max(32, files // (20 * workers))
    assert len(tasks) < 100


@pytest.mark.parametrize(("length", "largest"), [(0, 2000), (10_000, 101)])
def test_tasks_of_given_articles_grow_up_to_a_number_of_articles_and_of_characters(length: int, largest: int) -> None:
    articles = [Article(id=str(number), title="", body="文" * length) for number in range(9000)]
    tasks = [*split_articles(iter(articles))]
    assert [article for task in tasks for article in task] == articles
    sizes = [*map(len, tasks)]
    assert all(size <= max(100, before) for size, before in zip(sizes, [0, *accumulate(sizes)], strict=False))
    assert max(sizes) == largest
