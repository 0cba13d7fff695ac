"""What a build reads before it begins is what it would read later, and is kept within bounds."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from searchlib.indexing import sampling
from searchlib.indexing.sampling import sample_articles
from searchlib.indexing.workers import Prepared, prepare_files
from searchlib.models import Article
from searchlib.sources.reader import read_article

ZONE = "Asia/Shanghai"
FOOT = "本文为原创文章,转载请注明出处"
FILES = 300

Write = Callable[[dict[str, str]], Path]


class Gathered:
    """A batch that keeps the articles as they are."""

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


def prepared(folder: Path, names: Sequence[str], readings: dict[str, bytes]) -> tuple[list[Prepared], list[Article]]:
    batches = list(prepare_files(folder, names, ZONE, Gathered, 1, readings))
    return (
        [file for batch in batches for file in batch.files],
        [article for batch in batches for part in batch.parts for article in part],
    )


def test_files_that_were_read_to_learn_are_not_read_again(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    zone = ZoneInfo(ZONE)
    anew = prepared(folder, names, {})
    readings = sample_articles(folder, names, ZONE, 2).readings
    assert readings.keys() == {*names} - {"264.md"}
    assert {name: pickle.loads(packed) for name, packed in readings.items()} == {
        name: read_article(folder, name, zone) for name in readings
    }

    for name in readings:
        (folder / name).unlink()
    assert prepared(folder, names, readings) == anew
    assert len(anew[1]) == FILES - 1
    assert not readings


def test_no_more_is_kept_than_there_is_room_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = sorted(path.name for path in folder.iterdir())
    everything = sample_articles(folder, names, ZONE, 1)
    monkeypatch.setattr(sampling, "_MOST_KEPT", 20_000)
    some = sample_articles(folder, names, ZONE, 1)
    assert 15_000 < sum(map(len, some.readings.values())) <= 20_000
    assert some.boilerplate == everything.boilerplate
    assert len(some.boilerplate) == 1


def test_samples_come_from_all_over_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = sorted(path.name for path in folder.iterdir())
    monkeypatch.setattr(sampling, "_ALL_OF", 50)
    monkeypatch.setattr(sampling, "_ENOUGH_SAMPLES", 20)
    learned = sample_articles(folder, names, ZONE, 1)
    # One file in six is read for its lines, and of these one in two for a sample.
    assert [*learned.readings] == [name for name in names[::6] if name != "264.md"]
    assert [article.id for article in learned.samples] == [name for name in names[::12] if name != "276.md"]


def test_samples_are_no_more_than_memory_has_room_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = sorted(path.name for path in folder.iterdir())
    monkeypatch.setattr(sampling, "_MOST_CHARACTERS", 100_000)
    assert sample_articles(folder, names, ZONE, 1).samples[-1].id == "264.md"


def test_of_very_many_files_no_more_than_so_many_are_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = sorted(path.name for path in folder.iterdir())
    monkeypatch.setattr(sampling, "_MOST_LOOKED_AT", 200)
    assert sample_articles(folder, names, ZONE, 1).readings.keys() == {*names[::2]} - {"264.md"}
