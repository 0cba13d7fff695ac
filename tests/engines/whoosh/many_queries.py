"""Compare the engine with Whoosh's own searcher on random archives and queries: ``python -m tests.engines.whoosh.many_queries``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise, product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from tqdm import tqdm
from whoosh import query
from whoosh.searching import Searcher

from searchlib.analysis.boilerplate import line_digest
from searchlib.analysis.fold import fold
from searchlib.analysis.terms import bigram_term, term
from searchlib.analysis.tokens import words
from searchlib.analysis.units import is_han, units, value_units
from searchlib.engines.base import Request
from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, text_field
from searchlib.engines.whoosh.codec.whoosh_index import open_whoosh_index
from searchlib.engines.whoosh.format.fields import BOILERPLATE_FIELD, NO_MONTH
from searchlib.engines.whoosh.format.segment_table import read_segment_table
from searchlib.engines.whoosh.format.stored_fields import cached_packer
from searchlib.engines.whoosh.format.term_dictionary import encode_term
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.engines.whoosh.write.writer import WhooshWriter
from searchlib.models import Article
from searchlib.query.plan import (
    AllOf,
    AnyOf,
    Clause,
    Excluding,
    FirstMatching,
    IdClause,
    PhraseClause,
    Plan,
    ValueClause,
    WordClause,
)
from searchlib.query.tree import DateRange
from searchlib.settings import Ranking
from tests.engines.whoosh.bulk import add_articles

QUERIES_OF_AN_ARCHIVE = 40

ZONE = ZoneInfo("Asia/Shanghai")
TEXTS = """学习 學習 机器 机器学习 的 元 宇宙 元宇宙 C++ c iPhone13 iphone 13 v2.0.1 Ａ a 𠮷 产业互联网 网 学 学学学
\ud800 \U0010ffff z\u0308 abcdefgh abcdefghi""".split()
MARKS = ["，", "。", "…", " ", "-", "+", "\n", "\n"]
VALUES = ["编程", "Python 教程", "新媒体", "學習", "a", "\ud800 a", "abcdefgh", "abcdefghi"]
DAYS = [date(1969, 5, 1), date(2021, 11, 20), date(2021, 12, 31), date(2022, 1, 1)]


@dataclass(slots=True)
class Comparison:
    """The result of a run: the numbers of queries, of those with matches, of archives and of segments, and what differs."""

    queries: int = 0
    with_matches: int = 0
    archives: int = 0
    segments: int = 0
    differences: list[str] = field(default_factory=list)


def compare(queries: int, seed: int = 0, *, progress: bool = False) -> Comparison:
    """Run random queries on random archives, in the engine and in Whoosh's searcher."""
    random = Random(seed)
    comparison = Comparison()
    with tqdm(total=queries, disable=not progress, unit=" queries") as bar:
        while comparison.queries < queries:
            with _archive(random) as archive:
                comparison.archives += 1
                comparison.segments += len(read_segment_table(archive.folder))
                for _ in range(min(QUERIES_OF_AN_ARCHIVE, queries - comparison.queries)):
                    clause = _clause(random, archive, depth=3)
                    expected = archive.by_whoosh(clause)
                    matches = archive.by_engine(clause)
                    scored = archive.scored_by_whoosh(clause)
                    comparison.queries += 1
                    comparison.with_matches += bool(expected)
                    if not expected == matches == scored:
                        comparison.differences.append(
                            f"{clause}: Whoosh {expected}, with scores {scored}, engine {matches}"
                        )
                    bar.update()
    return comparison


class _ColumnQuery(query.ColumnQuery):  # Whoosh has no types
    """Whoosh's column query, with what it lacks to be a part of other queries and to have a score."""

    def estimate_size(self, ixreader: Any) -> int:
        return int(ixreader.doc_count())

    estimate_min_size = estimate_size

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        matcher = super().matcher(searcher, context)
        matcher._score = 1.0
        return matcher


@dataclass(slots=True)
class _Archive:
    """An index that is open in the engine and in Whoosh's searcher; ``articles`` are those that it should contain."""

    folder: Path
    articles: dict[str, Article]
    engine: WhooshEngine
    searcher: Searcher

    def by_engine(self, clause: Clause) -> set[str]:
        """Return the ids of the matches of the engine."""
        request = Request(plan=Plan(required=clause), limit=len(self.articles) + 1, facets=())
        results = self.engine.search(request)
        assert results.total == len(results.hits)
        return {hit.id for hit in results.hits}

    def by_whoosh(self, clause: Clause) -> set[str]:
        """Return the ids of the matches of Whoosh."""
        return set(map(self.id, self.searcher.docs_for_query(self.translate(clause))))

    def scored_by_whoosh(self, clause: Clause) -> set[str]:
        """Return the ids of the matches of Whoosh if it scores them."""
        return {self.id(hit.docnum) for hit in self.searcher.search(self.translate(clause), limit=None)}

    def id(self, number: int) -> str:
        """Return the id of an article by its number in Whoosh."""
        return str(cached_packer(self.folder).unpack_head(self.searcher.stored_fields(number)["head"])["id"])

    def translate(self, clause: Clause) -> query.Query:
        """Return a clause as a query of Whoosh."""
        match clause:
            case AllOf(children):
                return query.And([query.Every(), *map(self.translate, children)])
            case AnyOf(children):
                return query.Or(list(map(self.translate, children))) if children else query.NullQuery
            case FirstMatching(children):
                matching = (each for each in map(self.translate, children) if self._matches(each))
                return next(matching, query.NullQuery)
            case Excluding(child):
                return query.And([query.Every(), query.Not(self.translate(child))])
            case WordClause(text, fields):
                return query.Or([query.Term(text_field(each, "words"), text) for each in fields])
            case PhraseClause(_, fields):
                return query.Or([each for name in fields for each in self._phrases(name, clause)])
            case ValueClause(name, phrase):
                values = [value for value in self.searcher.reader().field_terms(name) if contains(value, phrase)]
                return query.Or([query.Term(name, value) for value in values]) if values else query.NullQuery
            case IdClause(article_id):
                return query.Term("id", article_id)
            case DateRange(first, last):
                begin = _midnight(first) if first else -float("inf")
                end = _midnight(last + timedelta(days=1)) if last else float("inf")
                return query.And(
                    [
                        query.Every(),
                        _ColumnQuery("month", lambda month: month != NO_MONTH),
                        _ColumnQuery("date", lambda seconds: begin <= seconds < end),
                    ]
                )

    def _matches(self, wanted: query.Query) -> bool:
        return next(iter(self.searcher.docs_for_query(wanted)), None) is not None

    def _phrases(self, name: str, clause: PhraseClause) -> Iterator[query.Query]:
        """Yield queries that match the phrase in a field; any of them may match."""
        phrase = clause.units
        unit_fields = [text_field(name, "units"), *([BOILERPLATE_FIELD] if name == "body" else [])]
        if clause.prefix and not is_han(phrase[-1]):
            if len(phrase) == 1:
                yield from (query.Prefix(field, phrase[0]) for field in unit_fields)
            else:
                reader = self.searcher.reader()
                terms = {each for field in unit_fields for each in reader.expand_prefix(field, phrase[-1])}
                last_units = [each.decode("utf-8", "surrogatepass") for each in terms]
                for last in last_units:
                    yield from self._phrases(name, replace(clause, units=(*phrase[:-1], last), prefix=False))
        elif len(phrase) == 1:
            yield from (query.Term(field, term(phrase[0])) for field in unit_fields)
        else:
            field, reader = text_field(name, "bigrams"), self.searcher.reader()
            either = [False] if clause.unbroken else [False, True]
            ways = [[bigram_term(*pair, is_broken=is_broken) for is_broken in either] for pair in pairwise(phrase)]
            present = [[each for each in way if (field, encode_term(each)) in reader] for way in ways]
            yield from (query.Phrase(field, [*pairs]) for pairs in product(*present))


def contains(value: str, phrase: PhraseClause) -> bool:
    """Return whether a value contains the phrase."""
    own, wanted = value_units(fold(value)), list(phrase.units)
    starts = range(len(own) - len(wanted) + 1)
    return any(own[at : at + len(wanted)] == wanted for at in starts)


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), ZONE).timestamp()


REPEATED = "本文由元宇宙学习小组出品，C++ 与 iPhone13 版权所有"
"""The boilerplate of the archive."""
CONTENT = "产业互联网的机器学习仍然需要数据，元宇宙里的学习也一样"


@contextmanager
def _archive(random: Random) -> Iterator[_Archive]:
    """Return a random archive, written in several steps by this project's writer and by Whoosh's."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        articles: dict[str, Article] = {}
        for step in range(random.randint(1, 5)):
            # A large step first, and few deletions, so that later steps are not merged with it.
            size = random.randint(0, 3) if step else random.randint(1, 30)
            added = [_article(random, str(random.randrange(60))) for _ in range(size)]
            deleted = [each for each in articles if random.random() < 0.08]
            if step and random.random() < 0.7:
                _by_whoosh_writer(random, folder, added, deleted)
            else:
                added = list({each.id: each for each in added}.values())
                replaced = {*deleted, *(each.id for each in added if each.id in articles)}
                add_in_bulk(folder, added, sorted(replaced), new=step == 0)
            articles = {key: each for key, each in articles.items() if key not in deleted} | {
                each.id: each for each in added
            }
        engine = WhooshEngine(folder, zone=ZONE.key, weights=Ranking())
        with open_whoosh_index(folder).searcher() as searcher:
            archive = _Archive(folder, articles, engine, searcher)
            assert archive.by_engine(AllOf()) == archive.by_whoosh(AllOf()) == set(articles)
            yield archive
        engine.close()


def add_in_bulk(folder: Path, added: Sequence[Article], deleted: Sequence[str], *, new: bool) -> None:
    """Delete and add articles with the writer of builds."""
    writer = WhooshWriter(folder, new=new)
    if new:
        writer.train(added, [line_digest(REPEATED)])
    else:
        writer.delete(deleted)
    add_articles(writer, folder, added)


def _by_whoosh_writer(random: Random, folder: Path, added: list[Article], deleted: Sequence[str]) -> None:
    index = open_whoosh_index(folder)
    writer = index.writer()
    for article_id in deleted:
        writer.delete_by_term("id", article_id)
    # Whoosh replaces articles of earlier commits, not those added since.
    added[:] = {each.id: each for each in added}.values()
    for article in added:
        writer.update_document(**index.document(article))
    writer.commit(**random.choice([{}, {"merge": False}, {"merge": False}, {"merge": False}, {"optimize": True}]))


def _text(random: Random) -> str:
    return "".join(random.choice(TEXTS if random.random() < 0.7 else MARKS) for _ in range(random.randint(0, 14)))


def _article(random: Random, article_id: str) -> Article:
    day = random.choice([None, *DAYS])
    moment = day and datetime.combine(day, time(random.randrange(24)), ZONE)
    return Article(
        id=article_id,
        path=article_id,
        title=_text(random).replace("\n", " "),
        body=_text(random) if random.random() < 0.7 else f"{REPEATED}\n{_text(random)}\n{CONTENT}",
        date=moment,
        author=random.choice(["", "甲", "甲、乙"]),
        categories=tuple(random.sample(VALUES, random.randint(0, 3))),
        tags=tuple(random.sample(VALUES, random.randint(0, 3))),
    )


def _clause(random: Random, archive: _Archive, depth: int) -> Clause:
    """Return a random clause; some article contains most of what it looks for."""
    if depth and random.random() < 0.5:
        kind: Any = random.choice([AllOf, AllOf, AnyOf, AnyOf, FirstMatching, Excluding])
        if kind is Excluding:
            return Excluding(_clause(random, archive, depth - 1))
        return kind(tuple(_clause(random, archive, depth - 1) for _ in range(random.randint(0, 3))))
    fields = random.choice([TEXT_FIELDS, ("title",), ("body",)])
    match random.choice(["phrase", "phrase", "phrase", "word", "value", "id", "days"]):
        case "phrase":
            phrase = _phrase(random, archive)
            if random.random() < 0.3:
                phrase = (*phrase[:-1], phrase[-1][: random.randint(1, 3)])
                return PhraseClause(phrase, fields, prefix=True, unbroken=random.random() < 0.5)
            return PhraseClause(phrase, fields, unbroken=random.random() < 0.5)
        case "word":
            in_text = words(fold(random.choice(TEXTS)), parts=True)
            return WordClause(term(random.choice(in_text).text) if in_text else "没有", fields)
        case "value":
            return ValueClause(
                random.choice(VALUE_FIELDS), PhraseClause(tuple(units(fold(random.choice([*VALUES, "甲"])))))
            )
        case "id":
            return IdClause(random.choice([*archive.articles, "missing"]))
    first = random.choice([None, *DAYS])
    last = random.choice([None, *DAYS])
    return DateRange(first, last)


def _phrase(random: Random, archive: _Archive) -> tuple[str, ...]:
    """Return a phrase of an article, sometimes with one unit changed."""
    lines = [line for each in archive.articles.values() for line in (each.title, *each.body.split("\n"))]
    line = units(fold(random.choice(lines))) if lines else []
    start = random.randrange(len(line)) if line else 0
    phrase = line[start : start + random.choice([1, 1, 2, 2, 3, 4, 5, 8])] or ["网"]
    if random.random() < 0.2:
        phrase[random.randrange(len(phrase))] = random.choice(["学", "a", "元"])
    return tuple(phrase)


def main() -> int:
    """Print the number of queries that differ, and the first of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    comparison = compare(options.queries, options.seed, progress=True)
    print(f"{comparison.archives} archives of {comparison.segments} segments")
    print(
        f"{comparison.queries} queries, {comparison.with_matches} of which match articles; {len(comparison.differences)} differ"
    )
    for each in comparison.differences[:10]:
        print(each, file=sys.stderr)
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
