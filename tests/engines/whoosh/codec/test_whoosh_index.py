"""Whoosh opens an index: its searcher has the results of the engine, its writer writes what the bulk writer does."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh import query
from whoosh.qparser import MultifieldParser

from searchlib.engines.base import Request
from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, text_field
from searchlib.engines.whoosh.codec.whoosh_index import WhooshIndex, matching_articles, open_whoosh_index
from searchlib.engines.whoosh.format.boilerplate_file import BOILERPLATE
from searchlib.engines.whoosh.format.facet_values_file import FACET_VALUES
from searchlib.engines.whoosh.format.fields import BOILERPLATE_FIELD, BOILERPLATE_START, SIGNATURE_FIELDS, TEXT_KINDS
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.integers import NO_INTEGERS
from searchlib.engines.whoosh.format.near_duplicates_file import NEAR_DUPLICATES
from searchlib.engines.whoosh.format.segment_table import (
    SEGMENT_TABLE,
    SegmentEntry,
    read_segment_table,
    write_segment_table,
)
from searchlib.engines.whoosh.format.stored_fields import DICTIONARY, cached_packer
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.engines.whoosh.write.merge import Source, merge
from searchlib.errors import IndexDamagedError
from searchlib.models import Article
from searchlib.query.plan import AllOf, Excluding, PhraseClause, Plan
from searchlib.settings import Ranking
from tests.engines.whoosh.codec.common import Bomb
from tests.engines.whoosh.many_queries import ZONE, add_in_bulk, compare

QUERIES = 400

FIELDS = (
    "id",
    *VALUE_FIELDS,
    BOILERPLATE_FIELD,
    *(text_field(field, kind) for field in TEXT_FIELDS for kind in TEXT_KINDS),
)
COLUMNS = ("date", "month", "title_length", "body_length", BOILERPLATE_START, *SIGNATURE_FIELDS)


def article(number: int, title: str, body: str, **more: Any) -> Article:
    """Return an article whose id is a number."""
    return Article(id=f"{number}.md", path=f"{number}.md", title=title, body=body, **more)


ARTICLES = [
    article(
        0,
        "机器学习",
        "我们学习机器学习。\n元宇宙",
        categories=("编程", "新媒体"),
        date=datetime(2021, 11, 20, tzinfo=UTC),
    ),
    article(1, "", "网", author="甲、乙", tags=("a",)),
    article(2, "学学学学", "学学学\n学\n\nC++ iPhone13", categories=("编程",)),
    article(3, "\ud800", "学习 " * 300, date=datetime(1969, 5, 1, tzinfo=UTC)),
    article(4, "产业互联网", ""),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of an index of all articles."""
    path = tmp_path / "index"
    path.mkdir()
    add_in_bulk(path, ARTICLES, [], new=True)
    return path


def ids(folder: Path, wanted: query.Query) -> set[str]:
    """Return the ids of the articles that Whoosh's searcher finds."""
    with open_whoosh_index(folder).searcher() as searcher:
        stored = [hit["head"] for hit in searcher.search(wanted, limit=None)]
    return {cached_packer(folder).unpack_head(head)["id"] for head in stored}


def contents(folder: Path) -> dict[str, Any]:
    """Return all that the engine's reader reads from an index."""
    reader = IndexReader(folder)
    found: dict[str, Any] = {"columns": {name: reader.doc_values(name).tolist() for name in COLUMNS}}
    for field in FIELDS:
        postings = {term: reader.postings(field, term) for term in reader.terms(field)}
        found[field] = {term: (each.articles.tolist(), each.frequencies.tolist()) for term, each in postings.items()}
    for field in TEXT_FIELDS:
        bigrams = text_field(field, "bigrams")
        found[f"{field} positions"] = {term: positions(folder, bigrams, term) for term in reader.terms(bigrams)}
    numbers = np.flatnonzero(reader.live).tolist()
    found["stored"] = [[unpacked(folder, reader, number)] for number in numbers]
    reader.close()
    return found


def positions(folder: Path, field: str, term: str) -> list[tuple[int, list[int]]]:
    """Return the positions of a term in each article."""
    with open_whoosh_index(folder).reader() as reader:
        matcher = reader.postings(field, term)
        return list(matcher.items_as("positions"))


def unpacked(folder: Path, reader: IndexReader, number: int) -> dict[str, Any]:
    """Return the stored fields of an article."""
    each = cached_packer(folder)
    return each.unpack_head(reader.stored("head", number)) | each.unpack_text(reader.stored("text", number))


@pytest.mark.slow
def test_the_engine_has_the_results_of_whooshs_searcher() -> None:
    counted = compare(QUERIES)
    assert not counted.differences, "\n".join(counted.differences)
    # Most queries have results, and most archives have several segments.
    assert counted.queries == QUERIES
    assert counted.with_matches > QUERIES / 2
    assert counted.segments > counted.archives


@pytest.mark.slow
@pytest.mark.parametrize(("name", "wrong"), [("Matcher._articles", NO_INTEGERS), ("day_bounds", (0, None))])
def test_the_comparison_detects_a_wrong_engine(name: str, wrong: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"searchlib.engines.whoosh.search.matching.{name}", lambda *_, **__: wrong)
    assert compare(QUERIES // 4).differences


def test_whooshs_writer_writes_what_the_bulk_writer_does(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    add_in_bulk(other, ARTICLES[:1], [], new=True)
    index = open_whoosh_index(other)
    with index.writer() as writer:
        for each in ARTICLES[1:]:
            writer.add_document(**index.document(each))
    assert len(read_segment_table(other)) == 2
    assert contents(other) == contents(folder)
    index.optimize()
    assert len(read_segment_table(other)) == 1
    assert contents(other) == contents(folder)
    assert engine_ids(other) == engine_ids(folder)


def test_optimizing_merges_new_and_old_articles_into_one_segment(folder: Path) -> None:
    index = open_whoosh_index(folder)
    writer = index.writer()
    writer.add_document(**index.document(article(9, "新", "")))
    writer.delete_by_term("id", "0.md")
    writer.commit(optimize=True)
    (entry,) = read_segment_table(folder)
    assert entry.articles == len(ARTICLES)
    assert sorted(engine_ids(folder)) == ["1.md", "2.md", "3.md", "4.md", "9.md"]


def engine_ids(folder: Path) -> list[str]:
    """Return the ids of all articles that the engine finds."""
    engine = WhooshEngine(folder, zone=ZONE.key, weights=Ranking())
    answer = engine.search(Request(plan=Plan(required=AllOf()), sort="oldest", limit=99))
    engine.close()
    return [found.id for found in answer.hits]


def test_no_phrase_continues_in_the_next_article(folder: Path) -> None:
    index = open_whoosh_index(folder)
    with index.writer() as writer:
        # The positions of a title start at a multiple of 16, and this title takes all 16.
        writer.add_document(**index.document(article(10, "天地玄黄宇宙洪荒日月盈昃辰宿甲乙", "")))
        writer.add_document(**index.document(article(11, "丙丁", "")))
    engine = WhooshEngine(folder, zone=ZONE.key, weights=Ranking())
    for run, expected in [("宿甲乙", 1), ("甲乙丙", 0), ("甲乙丙丁", 0), ("宿甲乙丙丁", 0), ("丙丁", 1)]:
        assert engine.search(Request(plan=Plan(required=PhraseClause(tuple(run), ("title",))))).total == expected, run
    engine.close()


def test_segments_of_both_writers_can_be_merged(folder: Path) -> None:
    index = open_whoosh_index(folder)
    with index.writer() as writer:
        writer.add_document(**index.document(ARTICLES[0]))
        writer.delete_by_term("id", "2.md")
    entries = read_segment_table(folder)
    sources = [Source.segment(folder, entry.name, entry.deleted) for entry in entries]
    before = contents(folder)["stored"]
    whole = merge(sources, folder, "MAIN_whole")
    write_segment_table(folder, [SegmentEntry("MAIN_whole", whole)])
    assert contents(folder)["stored"] == before
    assert ids(folder, query.Phrase("body_bigrams", ["我!们", "们!学", "学!习"])) == {"0.md"}


def test_articles_can_be_deleted_by_term_and_replaced(folder: Path) -> None:
    index = open_whoosh_index(folder)
    with index.writer() as writer:
        assert writer.delete_by_term("id", "1.md") == 1
        writer.update_document(**index.document(replace(ARTICLES[0], body="换了")))
    assert ids(folder, query.Every()) == {"0.md", "2.md", "3.md", "4.md"}
    assert ids(folder, query.Term("category", "编程")) == {"0.md", "2.md"}
    assert ids(folder, query.Term("body_words", "学习")) == {"3.md"}
    assert sorted(engine_ids(folder)) == ["0.md", "2.md", "3.md", "4.md"]
    assert [len(entry.deleted) for entry in read_segment_table(folder)] == [2, 0]


@pytest.mark.parametrize("options", [{"optimize": True}, {"merge": True}, {"merge": False}])
def test_an_index_without_articles_left_can_be_opened(folder: Path, options: dict[str, bool]) -> None:
    index = open_whoosh_index(folder)
    writer = index.writer()
    for each in ARTICLES:
        writer.delete_by_term("id", each.id)
    writer.commit(**options)
    assert ids(folder, query.Every()) == set()
    assert engine_ids(folder) == []
    assert len(read_segment_table(folder)) == (0 if options.get("optimize") else 1)


def test_files_of_former_segments_are_removed(folder: Path) -> None:
    index = open_whoosh_index(folder)
    for number in range(3):
        with index.writer() as writer:
            writer.merge = False
            writer.add_document(**index.document(ARTICLES[number]))
    canceled = index.writer()
    canceled.add_document(**index.document(ARTICLES[0]))
    canceled.cancel()
    names = [entry.name for entry in read_segment_table(folder)]
    assert len(names) == 4
    assert all(re.fullmatch(r"MAIN_[0-9a-z]+", name) for name in names)
    files = {path.name for path in folder.iterdir()} - {
        SEGMENT_TABLE,
        DICTIONARY,
        BOILERPLATE,
        NEAR_DUPLICATES,
        FACET_VALUES,
        "MAIN_WRITELOCK",
    }
    # Only a segment of the bulk writer has a lexicon.
    assert files == {f"{name}.{end}" for name in names for end in ("terms", "articles")} | {f"{names[0]}.lexicon"}


def test_a_searcher_detects_that_it_is_out_of_date(folder: Path) -> None:
    index = open_whoosh_index(folder)
    searcher = index.searcher()
    assert searcher.up_to_date()
    with index.writer() as writer:
        writer.delete_by_term("id", "0.md")
    assert not searcher.up_to_date()
    fresh = searcher.refresh()
    assert fresh.up_to_date()
    assert fresh.doc_count() == len(ARTICLES) - 1
    fresh.close()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("学习", {"0.md", "3.md"}),
        ("機器學習", {"0.md"}),
        ("iphone", {"2.md"}),
        ("body_units:学 AND NOT body_units:习", {"2.md"}),
        ('body_bigrams:"学习机器"', {"0.md"}),
        ("body_bigrams:学学学", {"2.md"}),
        ("title_bigrams:学学学学", {"2.md"}),
        ("body_bigrams:学学学学", set()),
        ("category:编程", {"0.md", "2.md"}),
        ("id:4.md", {"4.md"}),
        ("title_units:产*", {"4.md"}),
    ],
)
def test_whooshs_parser_works_on_the_schema(folder: Path, typed: str, expected: set[str]) -> None:
    fields = [text_field(field, "words") for field in TEXT_FIELDS]
    parsed = MultifieldParser(fields, open_whoosh_index(folder).schema).parse(typed)
    assert ids(folder, parsed) == expected


def test_a_searcher_suggests_words_and_scores_articles(folder: Path) -> None:
    with open_whoosh_index(folder).searcher() as searcher:
        assert "学习" in searcher.suggest("body_words", "学刁", limit=3, maxdist=1)
        hits = searcher.search(query.Term("body_units", "学"))
        assert [hit.score for hit in hits] == sorted([hit.score for hit in hits], reverse=True)
        assert len({hit.score for hit in hits}) == len(hits) == 3
        reader = searcher.reader()
        for number in range(len(ARTICLES)):
            assert reader.doc_field_length(number, "body_units") == reader.column_reader("body_length")[number]
        bigrams = [reader.doc_field_length(number, "body_bigrams") for number in range(len(ARTICLES))]
        assert bigrams == [9, 0, 3, 599, 0]
        assert reader.field_length("body_bigrams") == sum(bigrams)


def test_matching_articles_have_the_numbers_of_the_reader(folder: Path) -> None:
    index = open_whoosh_index(folder)
    with index.writer() as writer:
        writer.delete_by_term("id", "0.md")
        writer.add_document(**index.document(ARTICLES[0]))
    reader = IndexReader(folder)
    for field, term in [("category", "编程"), ("body_words", "学习"), ("body_bigrams", "学!习"), ("id", "missing")]:
        found = matching_articles(folder, query.Term(field, term))
        assert found.dtype == np.int64
        assert found.tolist() == reader.postings(field, term).articles.tolist()
    assert matching_articles(folder, query.ColumnQuery("month", 202111)).tolist() == [len(ARTICLES)]
    reader.close()


def test_the_engine_passes_a_query_of_whoosh_to_its_searcher(folder: Path) -> None:
    engine = WhooshEngine(folder, zone=ZONE.key, weights=Ranking())
    for clause, expected in [
        (query.Term("category", "编程"), {"0.md", "2.md"}),
        (query.Wildcard("body_words", "学*习"), {"0.md", "3.md"}),
        (AllOf((PhraseClause(("学", "习")), Excluding(query.Regex("id", "[3-9]")))), {"0.md"}),
    ]:
        answer = engine.search(Request(plan=Plan(required=clause)))
        assert {found.id for found in answer.hits} == expected
    engine.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda index: index.add_field("new", "field"),
        lambda index: index.remove_field("id"),
        lambda index: index.writer(procs=2),
    ],
)
def test_unsupported_changes_are_refused(folder: Path, change: Callable[[WhooshIndex], Any]) -> None:
    with pytest.raises(ValueError, match=r"cannot|uses all cores"):
        change(open_whoosh_index(folder))


def test_only_packed_articles_can_be_added(folder: Path) -> None:
    writer = open_whoosh_index(folder).writer()
    with pytest.raises(TypeError, match="stores bytes"):
        writer.add_document(id="x", head="text")
    writer.cancel()


def open_by_engine(folder: Path) -> None:
    """Open an index with the engine and read from it."""
    engine = WhooshEngine(folder, zone=ZONE.key, weights=Ranking())
    engine.search(Request(plan=Plan(required=AllOf())))


def open_by_whoosh(folder: Path) -> None:
    """Open an index with Whoosh and read from it."""
    with open_whoosh_index(folder).searcher() as searcher:
        list(searcher.documents())


@pytest.mark.parametrize("open_index", [open_by_engine, open_by_whoosh])
@pytest.mark.parametrize("end", [SEGMENT_TABLE, ".terms", ".articles"])
@pytest.mark.parametrize("damage", ["pickle", "nesting", "nothing"])
def test_a_pickle_in_a_file_of_the_index_runs_no_code(
    open_index: Callable[[Path], None], end: str, damage: str, folder: Path, tmp_path: Path
) -> None:
    bomb = pickle.dumps(Bomb(tmp_path / "ran"))
    (path,) = folder.glob(f"*{end}")
    path.write_bytes({"pickle": bomb, "nesting": b"[" * 100_000, "nothing": b""}[damage])
    with pytest.raises(IndexDamagedError):
        open_index(folder)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("open_index", [open_by_engine, open_by_whoosh])
def test_a_pickle_in_the_folder_is_not_loaded(open_index: Callable[[Path], None], folder: Path, tmp_path: Path) -> None:
    for name in ("_MAIN_1.toc", "MAIN_1.seg", "_MAIN_99.toc", DICTIONARY):
        (folder / name).write_bytes(pickle.dumps(Bomb(tmp_path / "ran")))
    open_index(folder)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["../MAIN_a", "MAIN_a/../../b", "_MAIN_a", "MAIN_"])
def test_a_segment_outside_of_the_folder_is_refused(name: str, folder: Path) -> None:
    (folder / SEGMENT_TABLE).write_text(json.dumps({"segments": [[name, 1, []]]}), encoding="ascii")
    for open_index in (open_by_engine, open_by_whoosh):
        with pytest.raises(IndexDamagedError):
            open_index(folder)


@pytest.mark.parametrize("open_index", [open_by_engine, open_by_whoosh])
@pytest.mark.parametrize("change", ["missing", "short", "counted"])
def test_a_damaged_segment_is_an_error(open_index: Callable[[Path], None], change: str, folder: Path) -> None:
    (path,) = folder.glob("*.articles")
    if change == "missing":
        path.unlink()
    elif change == "short":
        path.write_bytes(path.read_bytes()[:-9])
    else:
        (entry,) = read_segment_table(folder)
        write_segment_table(folder, [SegmentEntry(entry.name, entry.articles + 1)])
    with pytest.raises(IndexDamagedError):
        open_index(folder)
