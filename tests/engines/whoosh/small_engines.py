"""Small engines in a folder, and their results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from searchlib.engines.base import EngineResults, Request
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.engines.whoosh.write.writer import WhooshWriter
from searchlib.models import Article
from searchlib.query.parser import parse
from searchlib.query.plan import Plan
from searchlib.query.planner import plan
from searchlib.settings import Ranking
from tests.engines.whoosh.bulk import add_articles

FILLER = "山川草木鸟兽虫鱼"


def planned(typed: str) -> Plan:
    return plan(parse(typed, today=date(2026, 3, 15)))


@contextmanager
def engine_of(folder: Path, articles: Sequence[Article], weights: Ranking | None = None) -> Iterator[WhooshEngine]:
    writer = WhooshWriter(folder, new=True)
    writer.train(articles, ())
    add_articles(writer, folder, articles)
    engine = WhooshEngine(folder, zone="UTC", weights=weights or Ranking())
    yield engine
    engine.close()


def article(article_id: str, body: str, title: str = "") -> Article:
    return Article(id=article_id, path=article_id, title=title, body=body)


def search(folder: Path, typed: str, *articles: Article) -> EngineResults:
    with engine_of(folder, articles) as engine:
        return engine.search(Request(plan=planned(typed)))
