"""A build samples files from all over the folder, keeps their readings within limits, and does not read them again."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path

import pytest

from searchlib.indexing.file_analysis import FileOutcome, analyze_files
from searchlib.indexing.sampling import SamplingLimits, sample_articles
from searchlib.models import Article
from searchlib.settings import DEFAULTS
from searchlib.sources.articles import Source, read_article
from tests.small_indexes import Write

FOOT = "本文为原创文章,转载请注明出处"
FILES = 300


class ListBatch:
    """A batch that holds the articles unchanged."""

    def __init__(self) -> None:
        self._articles: list[Article] = []

    @property
    def is_full(self) -> bool:
        return len(self._articles) == 70

    def add(self, article: Article) -> None:
        self._articles.append(article)

    def finish(self) -> list[Article]:
        return self._articles


@pytest.fixture
def folder(write: Write) -> Path:
    texts = {f"{number:03d}.md": f"---\ntitle: 第{number}篇\n---\n第{number}件事\n\n{FOOT}" for number in range(FILES)}
    return write({**texts, "264.md": "---\ntitle: 很长\n---\n" + "长文章。" * 30_000, "276.md": "\n"})


def analyze(folder: Path, names: Sequence[str], readings: dict[str, bytes]) -> tuple[list[FileOutcome], list[Article]]:
    chunks = list(analyze_files(Source(folder, DEFAULTS), names, ListBatch, 1, readings))
    return (
        [outcome for chunk in chunks for outcome in chunk.outcomes],
        [article for chunk in chunks for batch in chunk.batches for article in batch],
    )


def test_files_of_the_sample_are_not_read_again(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    without_sample = analyze(folder, names, {})
    readings = sample_articles(Source(folder, DEFAULTS), names, 2).readings
    assert readings.keys() == {*names} - {"264.md"}
    assert {name: pickle.loads(packed) for name, packed in readings.items()} == {
        name: read_article(folder, name, DEFAULTS) for name in readings
    }

    for name in readings:
        (folder / name).unlink()
    assert analyze(folder, names, readings) == without_sample
    assert len(without_sample[1]) == FILES - 1
    assert not readings


def test_the_kept_readings_have_a_maximum_size(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    unlimited = sample_articles(Source(folder, DEFAULTS), names, 1)
    limited = sample_articles(Source(folder, DEFAULTS), names, 1, SamplingLimits(max_kept_bytes=20_000))
    assert 15_000 < sum(map(len, limited.readings.values())) <= 20_000
    assert limited.boilerplate == unlimited.boilerplate
    assert len(limited.boilerplate) == 1


def test_samples_come_from_all_over_the_folder(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    sample = sample_articles(Source(folder, DEFAULTS), names, 1, SamplingLimits(min_files=50, min_samples=20))
    # One file in six is read for its lines, and one in twelve is a sample.
    assert [*sample.readings] == [name for name in names[::6] if name != "264.md"]
    assert [article.id for article in sample.articles] == [name for name in names[::12] if name != "276.md"]


def test_the_samples_have_a_maximum_number_of_characters(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    sample = sample_articles(Source(folder, DEFAULTS), names, 1, SamplingLimits(max_sample_characters=100_000))
    assert sample.articles[-1].id == "264.md"


def test_a_maximum_number_of_files_is_read(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    sample = sample_articles(Source(folder, DEFAULTS), names, 1, SamplingLimits(max_files=200))
    assert sample.readings.keys() == {*names[::2]} - {"264.md"}
