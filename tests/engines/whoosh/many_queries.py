"""Hold the engine against Whoosh's own searcher on random archives and queries: ``python -m tests.engines.whoosh.many_queries``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
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
from searchlib.analysis.units import is_han, units
from searchlib.engines.base import Request
from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, text_field
from searchlib.engines.whoosh.codec.whoosh_index import open_whoosh_index
from searchlib.engines.whoosh.format.fields import BOILERPLATE_FIELD, NO_MONTH
from searchlib.engines.whoosh.format.segment_table import read_segment_table
from searchlib.engines.whoosh.format.stored_fields import cached_packer
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
MARKS = ["，", "。", " ", "-", "+", "\n", "\n"]
VALUES = ["编程", "Python 教程", "新媒体", "學習", "a", "\ud800 a", "abcdefgh", "abcdefghi"]
DAYS = [date(1969, 5, 1), date(2021, 11, 20), date(2021, 12, 31), date(2022, 1, 1)]


@dataclass(slots=True)
class Counted:
    """What a run found: how many queries it made, how many found any article, of what, and those on which the two differ."""

    queries: int = 0
    finding: int = 0
    archives: int = 0
    segments: int = 0
    different: list[str] = field(default_factory=list)


def compare(queries: int, seed: int = 0, *, progress: bool = False) -> Counted:
    """Make so many random queries of random archives, of the engine and of Whoosh's searcher."""
    random = Random(seed)
    counted = Counted()
    with tqdm(total=queries, disable=not progress, unit=" queries") as bar:
        while counted.queries < queries:
            with _archive(random) as archive:
                counted.archives += 1
                counted.segments += len(read_segment_table(archive.folder))
                for _ in range(min(QUERIES_OF_AN_ARCHIVE, queries - counted.queries)):
                    clause = _clause(random, archive, depth=3)
                    expected, found, scored = (
                        archive.by_whoosh(clause),
                        archive.by_engine(clause),
                        archive.scored(clause),
                    )
                    counted.queries += 1
                    counted.finding += bool(expected)
                    if not expected == found == scored:
                        counted.different.append(f"{clause}: Whoosh {expected}, with scores {scored}, engine {found}")
                    bar.update()
    return counted


class _ColumnQuery(query.ColumnQuery):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's query of a column; without what is here it cannot stand among others, and has no score."""

    def estimate_size(self, ixreader: Any) -> int:
        return int(ixreader.doc_count())

    estimate_min_size = estimate_size

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        matcher = super().matcher(searcher, context)
        matcher._score = 1.0
        return matcher


@dataclass(slots=True)
class _Archive:
    """An index open in the engine and in Whoosh's searcher; ``articles`` are those it should hold."""

    folder: Path
    articles: dict[str, Article]
    engine: WhooshEngine
    searcher: Searcher

    def by_engine(self, clause: Clause) -> set[str]:
        """The ids that the engine finds."""
        request = Request(plan=Plan(required=clause), limit=len(self.articles) + 1, facets=())
        answer = self.engine.search(request)
        assert answer.total == len(answer.hits)
        return {found.id for found in answer.hits}

    def by_whoosh(self, clause: Clause) -> set[str]:
        """The ids that Whoosh finds."""
        return set(map(self.id, self.searcher.docs_for_query(self.translated(clause))))

    def scored(self, clause: Clause) -> set[str]:
        """The ids that Whoosh finds when it scores them, too."""
        return {self.id(hit.docnum) for hit in self.searcher.search(self.translated(clause), limit=None)}

    def id(self, number: int) -> str:
        """The id of an article by its number in Whoosh."""
        return str(cached_packer(self.folder).unpack_head(self.searcher.stored_fields(number)["head"])["id"])

    def translated(self, clause: Clause) -> query.Query:
        """The clause as a query of Whoosh's."""
        match clause:
            case AllOf(children):
                return query.And([query.Every(), *map(self.translated, children)])
            case AnyOf(children):
                return query.Or(list(map(self.translated, children))) if children else query.NullQuery
            case FirstMatching(children):
                found = (each for each in map(self.translated, children) if self._finds(each))
                return next(found, query.NullQuery)
            case Excluding(child):
                return query.And([query.Every(), query.Not(self.translated(child))])
            case WordClause(text, fields):
                return query.Or([query.Term(text_field(each, "words"), text) for each in fields])
            case PhraseClause(run, fields, prefix):
                return query.Or([each for name in fields for each in self._runs(name, run, prefix=prefix)])
            case ValueClause(name, run):
                values = [value for value in self.searcher.reader().field_terms(name) if holds(value, run)]
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

    def _finds(self, wanted: query.Query) -> bool:
        return next(iter(self.searcher.docs_for_query(wanted)), None) is not None

    def _runs(self, name: str, run: Sequence[str], *, prefix: bool) -> Iterator[query.Query]:
        """Queries of which any finds the run in a field."""
        unit_fields = [text_field(name, "units"), *([BOILERPLATE_FIELD] if name == "body" else [])]
        if prefix and not is_han(run[-1]):
            if len(run) == 1:
                yield from (query.Prefix(field, run[0]) for field in unit_fields)
            else:
                reader = self.searcher.reader()
                found = {end for field in unit_fields for end in reader.expand_prefix(field, run[-1])}
                ends = [end.decode("utf-8", "surrogatepass") for end in found]
                yield from (each for end in ends for each in self._runs(name, [*run[:-1], end], prefix=False))
        elif len(run) == 1:
            yield from (query.Term(field, term(run[0])) for field in unit_fields)
        else:
            pairs = [bigram_term(one, other) for one, other in pairwise(run)]
            yield query.Phrase(text_field(name, "bigrams"), pairs)


def holds(value: str, run: PhraseClause) -> bool:
    """Whether a value holds the run of units."""
    have, want = units(fold(value)), list(run.units)
    starts = range(len(have) - len(want) + 1)
    return any(have[at : at + len(want)] == want for at in starts)


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), ZONE).timestamp()


REPEATED = "本文由元宇宙学习小组出品，C++ 与 iPhone13 版权所有"
"""A line that the archive is said to repeat."""
TELLING = "产业互联网的机器学习仍然需要数据，元宇宙里的学习也一样"


@contextmanager
def _archive(random: Random) -> Iterator[_Archive]:
    """A random archive, written in several steps by the bulk writer and by Whoosh's."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        articles: dict[str, Article] = {}
        for step in range(random.randint(1, 5)):
            # A large step first, and few deletions: what follows is then not merged with it.
            size = random.randint(0, 3) if step else random.randint(1, 30)
            added = [_article(random, str(random.randrange(60))) for _ in range(size)]
            gone = [each for each in articles if random.random() < 0.08]
            if step and random.random() < 0.7:
                _by_whoosh_writer(random, folder, added, gone)
            else:
                added = list({each.id: each for each in added}.values())
                replaced = {*gone, *(each.id for each in added if each.id in articles)}
                add_in_bulk(folder, added, sorted(replaced), new=step == 0)
            articles = {key: each for key, each in articles.items() if key not in gone} | {
                each.id: each for each in added
            }
        engine = WhooshEngine(folder, zone=ZONE.key, weights=Ranking())
        with open_whoosh_index(folder).searcher() as searcher:
            archive = _Archive(folder, articles, engine, searcher)
            assert archive.by_engine(AllOf()) == archive.by_whoosh(AllOf()) == set(articles)
            yield archive
        engine.close()


def add_in_bulk(folder: Path, added: Sequence[Article], gone: Sequence[str], *, new: bool) -> None:
    """Delete and add articles by the writer that builds use."""
    writer = WhooshWriter(folder, new=new)
    if new:
        writer.train(added, [line_digest(REPEATED)])
    else:
        writer.delete(gone)
    add_articles(writer, folder, added)


def _by_whoosh_writer(random: Random, folder: Path, added: list[Article], gone: Sequence[str]) -> None:
    index = open_whoosh_index(folder)
    writer = index.writer()
    for article_id in gone:
        writer.delete_by_term("id", article_id)
    # Whoosh replaces what was committed before, not what was added since.
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
        body=_text(random) if random.random() < 0.7 else f"{REPEATED}\n{_text(random)}\n{TELLING}",
        date=moment,
        author=random.choice(["", "甲", "甲、乙"]),
        categories=tuple(random.sample(VALUES, random.randint(0, 3))),
        tags=tuple(random.sample(VALUES, random.randint(0, 3))),
    )


def _clause(random: Random, archive: _Archive, depth: int) -> Clause:
    """A random clause; most of what it asks for stands in some article."""
    if depth and random.random() < 0.5:
        kind: Any = random.choice([AllOf, AllOf, AnyOf, AnyOf, FirstMatching, Excluding])
        if kind is Excluding:
            return Excluding(_clause(random, archive, depth - 1))
        return kind(tuple(_clause(random, archive, depth - 1) for _ in range(random.randint(0, 3))))
    fields = random.choice([TEXT_FIELDS, ("title",), ("body",)])
    match random.choice(["run", "run", "run", "word", "value", "id", "days"]):
        case "run":
            run = _run(random, archive)
            if random.random() < 0.3:
                return PhraseClause((*run[:-1], run[-1][: random.randint(1, 3)]), fields, prefix=True)
            return PhraseClause(run, fields)
        case "word":
            found = words(fold(random.choice(TEXTS)), parts=True)
            return WordClause(term(random.choice(found).text) if found else "没有", fields)
        case "value":
            return ValueClause(
                random.choice(VALUE_FIELDS), PhraseClause(tuple(units(fold(random.choice([*VALUES, "甲"])))))
            )
        case "id":
            return IdClause(random.choice([*archive.articles, "missing"]))
    first = random.choice([None, *DAYS])
    last = random.choice([None, *DAYS])
    return DateRange(first, last)


def _run(random: Random, archive: _Archive) -> tuple[str, ...]:
    """Some units that stand in a row in an article, now and then with another among them."""
    lines = [line for each in archive.articles.values() for line in (each.title, *each.body.split("\n"))]
    found = units(fold(random.choice(lines))) if lines else []
    begin = random.randrange(len(found)) if found else 0
    run = found[begin : begin + random.choice([1, 1, 2, 2, 3, 4, 5, 8])] or ["网"]
    if random.random() < 0.2:
        run[random.randrange(len(run))] = random.choice(["学", "a", "元"])
    return tuple(run)


def main() -> int:
    """Print how many queries differ, and the first of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    counted = compare(options.queries, options.seed, progress=True)
    print(f"{counted.archives} archives of {counted.segments} segments")
    print(f"{counted.queries} queries, {counted.finding} of which find articles; {len(counted.different)} differ")
    for each in counted.different[:10]:
        print(each, file=sys.stderr)
    return 1 if counted.different else 0


if __name__ == "__main__":
    sys.exit(main())
