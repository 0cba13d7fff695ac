"""A writer adds and deletes articles in any number of steps, and reports what it cannot do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from searchlib.engines.base import Request
from searchlib.engines.whoosh.format.segment_table import read_segment_table
from searchlib.engines.whoosh.format.stored_fields import DICTIONARY
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.engines.whoosh.write.batch import WhooshBatch
from searchlib.engines.whoosh.write.writer import WRITER_LIMITS, WhooshWriter, WriterLimits
from searchlib.errors import IndexDamagedError
from searchlib.models import Article
from searchlib.query.plan import PhraseClause, Plan, RankingTerm
from searchlib.settings import Ranking
from tests.engines.whoosh.bulk import add_articles


def article(number: int) -> Article:
    return Article(
        id=f"{number:03}.md",
        path=f"{number:03}.md",
        title=f"第{number}篇",
        body=f"全文检索 engine{number} {'x' * 80}{number}",
        date=None,
        author="",
        categories=("编程",) * (number % 2),
        tags=(),
    )


def write(
    folder: Path,
    articles: Sequence[Article],
    *,
    batches: int = 1,
    new: bool = True,
    limits: WriterLimits = WRITER_LIMITS,
) -> WhooshWriter:
    writer = WhooshWriter(folder, new=new, limits=limits)
    if new:
        writer.train([], ())
    add_articles(writer, folder, articles, batches=batches)
    return writer


def ids(folder: Path, phrase: PhraseClause) -> list[str]:
    engine = WhooshEngine(folder, zone="Asia/Shanghai", weights=Ranking())
    found = sorted(hit.id for hit in engine.search(Request(plan=Plan(required=phrase), limit=100)).hits)
    engine.close()
    return found


def test_many_runs_are_merged_in_several_passes(tmp_path: Path) -> None:
    write(tmp_path, [article(number) for number in range(40)], batches=20, limits=WriterLimits(max_sources=3))
    assert len(ids(tmp_path, PhraseClause(("全", "文", "检")))) == 40
    assert ids(tmp_path, PhraseClause(("engine7",))) == ["007.md"]
    assert len(read_segment_table(tmp_path)) == 1
    left = {file.name.partition(".")[2] for file in tmp_path.iterdir()}
    assert left == {"json", "dictionary", "boilerplate", "near_duplicates", "facets", "terms", "articles", "lexicon"}


def test_files_are_removed_as_soon_as_they_are_merged(tmp_path: Path) -> None:
    files: list[int] = []

    class Counting(WhooshWriter):
        def _merge(self, *arguments: Any) -> tuple[str, int]:
            merged = super()._merge(*arguments)
            files.append(len([*tmp_path.glob("*.run"), *tmp_path.glob("*.articles")]))
            return merged

    writer = Counting(tmp_path, new=True, limits=WriterLimits(max_sources=3))
    writer.train([], ())
    for number in range(20):
        batch = WhooshBatch(tmp_path)
        batch.add(article(number))
        run = batch.finish()
        assert run is not None
        writer.add(run)
    writer.commit()
    assert (files[0], files[-1]) == (18, 1)
    assert all(after <= before for before, after in pairwise(files))


def test_segments_that_are_not_much_larger_are_merged_with_new_articles(tmp_path: Path) -> None:
    write(tmp_path, [article(number) for number in range(30)])
    sizes = []
    for number in range(30, 50):
        write(tmp_path, [article(number)], new=False)
        sizes.append([entry.articles for entry in read_segment_table(tmp_path)])
    assert all(sum(each) == 31 + at for at, each in enumerate(sizes))
    assert max(map(len, sizes)) <= 4
    assert len(ids(tmp_path, PhraseClause(("全",)))) == 50


def test_a_segment_with_many_deleted_articles_is_merged(tmp_path: Path) -> None:
    write(tmp_path, [article(number) for number in range(30)])
    for count in (5, 10):
        writer = WhooshWriter(tmp_path, new=False)
        writer.delete([f"{number:03}.md" for number in range(count - 5, count)])
        writer.commit()
    writer = WhooshWriter(tmp_path, new=False)
    writer.delete(["029.md"])
    writer.commit()
    (entry,) = read_segment_table(tmp_path)
    assert (entry.articles, entry.deleted) == (19, ())
    assert ids(tmp_path, PhraseClause(("检",))) == [f"{number:03}.md" for number in range(10, 29)]


@pytest.mark.parametrize("max_single_lookups", [0, 1000])
def test_an_unknown_article_cannot_be_deleted(tmp_path: Path, max_single_lookups: int) -> None:
    write(tmp_path, [article(1), article(2)])
    writer = WhooshWriter(tmp_path, new=False, limits=WriterLimits(max_single_lookups=max_single_lookups))
    with pytest.raises(IndexDamagedError, match=r"0 articles '003\.md'"):
        writer.delete(["001.md", "003.md"])
    writer.delete(["001.md"])
    writer.commit()
    assert ids(tmp_path, PhraseClause(("检",))) == ["002.md"]


def test_a_prefix_is_cut_to_the_length_of_terms(tmp_path: Path) -> None:
    write(tmp_path, [article(1), article(2)])
    for length in (5, 64, 70):
        assert ids(tmp_path, PhraseClause(("x" * length,), prefix=True)) == ["001.md", "002.md"]
    assert ids(tmp_path, PhraseClause(("engine1", "xxx"), prefix=True)) == ["001.md"]
    assert ids(tmp_path, PhraseClause(("索", "engine"), prefix=True)) == ["001.md", "002.md"]


def test_an_index_without_its_dictionary_is_damaged(tmp_path: Path) -> None:
    write(tmp_path, [article(1)])
    (tmp_path / DICTIONARY).unlink()
    with pytest.raises(IndexDamagedError, match="dictionary"):
        WhooshEngine(tmp_path, zone="Asia/Shanghai", weights=Ranking())


def test_weights_may_be_zero(tmp_path: Path) -> None:
    write(tmp_path, [article(1)])
    engine = WhooshEngine(tmp_path, zone="Asia/Shanghai", weights=Ranking(title=0.0, k1=0.0))
    ranking = (RankingTerm("units", "第"), RankingTerm("units", "检"))
    (hit,) = engine.search(Request(plan=Plan(ranking_terms=ranking))).hits
    assert 0 < hit.score < 1
    engine.close()


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only Linux lists the open files of a process")
def test_a_writer_leaves_no_file_open(tmp_path: Path) -> None:
    write(tmp_path, [article(number) for number in range(8)], batches=4)
    write(tmp_path, [article(8)], new=False)
    open_files = {os.path.realpath(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")}
    assert [name for name in open_files if name.startswith(os.path.realpath(tmp_path))] == []
