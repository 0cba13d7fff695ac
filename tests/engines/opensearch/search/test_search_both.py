"""Both engines return the same results for the same articles, also for long queries and facets with many values."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib.engines.base import CATEGORY_TREE, FACETS, Engine, EngineResults, Filters, Request
from searchlib.engines.opensearch.client.address import parse_address
from searchlib.engines.opensearch.client.cluster import Cluster as Client
from searchlib.engines.opensearch.client.limits import Limits
from searchlib.engines.opensearch.search.engine import OpenSearchEngine
from searchlib.query.parser import MAX_CLAUSES, MAX_QUERY_LENGTH, parse
from searchlib.query.planner import plan
from searchlib.settings import Settings
from searchlib.stores import store_at
from searchlib.stores.opensearch import OpenSearchStore
from tests.conftest import SAMPLES
from tests.engines.opensearch.cluster import Cluster
from tests.engines.opensearch.compare import TODAY, facts, order
from tests.small_indexes import Write

ALL = 1000

Pair = tuple[Engine, Engine]


@pytest.fixture(scope="module")
def engines(sample_index: Path, cluster: Cluster) -> Iterator[Pair]:
    """Open the bundled sample articles in a folder and in the cluster."""
    address = cluster.address("both", "?replicas=0")
    searchlib.build_index(SAMPLES, address, jobs=1)
    with opened(str(sample_index)) as folder, opened(address) as clustered:
        yield folder, clustered


@contextmanager
def opened(place: str) -> Iterator[Engine]:
    engine = store_at(place).current().open(Settings())
    try:
        yield engine
    finally:
        engine.close()


def answers(engines: Pair, typed: str, **asked: Any) -> tuple[EngineResults, EngineResults]:
    request: Mapping[str, Any] = {"plan": plan(parse(typed, today=TODAY)), "limit": ALL, **asked}
    return engines[0].search(Request(**request)), engines[1].search(Request(**request))


def check(engines: Pair, typed: str, **asked: Any) -> EngineResults:
    """Compare the results of both engines."""
    ours, theirs = answers(engines, typed, **asked)
    assert facts(ours) == facts(theirs), typed
    assert ours.collapsed == theirs.collapsed, typed
    if asked.get("sort", "relevance") == "relevance":
        assert order(ours) == order(theirs), typed
    else:
        assert [hit.id for hit in ours.hits] == [hit.id for hit in theirs.hits], typed
    return ours


TEXT = "".join(
    f"{each.title}。{each.body}" for each in searchlib.read_articles(SAMPLES) if isinstance(each, searchlib.Article)
).replace("\n", " ")


def cut(chance: random.Random, length: int) -> str:
    """Return a random part of the text of the archive."""
    at = chance.randrange(len(TEXT) - length)
    return TEXT[at : at + length]


def pasted(chance: random.Random) -> str:
    return cut(chance, chance.choice([150, 250, 500, MAX_QUERY_LENGTH]))


def quoted(chance: random.Random) -> str:
    return f'"{cut(chance, MAX_QUERY_LENGTH - 2).replace(chr(34), " ")}"'


def pieces(chance: random.Random, most: int) -> list[str]:
    """Return as many clauses as a query may have, each of up to ``most`` characters."""
    found = []
    while len(found) < MAX_CLAUSES:
        text = "".join(each for each in cut(chance, chance.randint(2, most)) if each.isalnum())
        found += [text] if text else []
    return found


def alternatives(chance: random.Random) -> str:
    return " OR ".join(pieces(chance, 10))


def together(chance: random.Random) -> str:
    return " ".join(pieces(chance, 12))


def of_all_kinds(chance: random.Random) -> str:
    signs = ["{}", "{}", "{}", '"{}"', "-{}", "title:{}", "{}*", "category:{}"]
    return " ".join(chance.choice(signs).format(each) for each in pieces(chance, 4))


def alternatives_of_all_kinds(chance: random.Random) -> str:
    signs = ["{}", '"{}"', "-{}", "title:{}", "{}*", "tag:{}"]
    return " OR ".join(chance.choice(signs).format(each) for each in pieces(chance, 5))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "long_query", [pasted, quoted, alternatives, together, of_all_kinds, alternatives_of_all_kinds]
)
def test_long_queries_have_the_same_results(
    engines: Pair, long_query: Callable[[random.Random], str], seed: int
) -> None:
    chance = random.Random(seed)
    for collapse in (False, True):
        typed = long_query(chance)[:MAX_QUERY_LENGTH]
        check(engines, typed, collapse=collapse, sort=chance.choice(["relevance", "relevance", "newest"]))


def test_short_queries_have_the_same_results(engines: Pair) -> None:
    chance = random.Random(7)
    for _ in range(40):
        typed = " ".join(cut(chance, chance.randint(1, 8)) for _ in range(chance.randint(1, 3)))
        check(engines, typed.replace('"', " "), collapse=chance.random() < 0.5)


def test_filters_with_many_values_have_the_same_results(engines: Pair) -> None:
    names = [f"没有{number}" for number in range(2 * MAX_CLAUSES)]
    values = {"category": [*names, *engines[0].values("category")], "tag": [*names, *engines[0].values("tag")]}
    assert check(engines, "的", filters=Filters(values=values)).total
    check(engines, cut(random.Random(1), MAX_QUERY_LENGTH), filters=Filters(values=values))


def record_requests(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """Return a list to which each further request is added: its kind and its preference."""
    requests: list[tuple[str, Any]] = []

    def recording(name: str, method: Any) -> Any:
        def record(self: Client, *args: Any, **options: Any) -> Any:
            requests.append((name, options.get("preference")))
            return method(self, *args, **options)

        return record

    for name in ("search", "counts"):
        monkeypatch.setattr(Client, name, recording(name, getattr(Client, name)))
    return requests


@pytest.fixture(scope="module")
def engines_with_small_pages(engines: Pair, cluster: Cluster) -> Iterator[Pair]:
    """Return the same engines; that of the cluster gets at most two values of a facet in one response."""
    address = cluster.address("both")
    generation = OpenSearchStore(address).current()
    engine = OpenSearchEngine(
        Client(parse_address(address)),
        generation.index,
        location=generation.location,
        revision=generation.revision,
        zone=generation.manifest.zone,
        weights=Settings().ranking,
        limits=Limits(buckets=2, values_per_page=2),
    )
    yield engines[0], engine
    engine.close()


@pytest.mark.parametrize("max_values", [3, 100_000])
def test_facets_that_are_read_in_pages_are_the_same(engines_with_small_pages: Pair, max_values: int) -> None:
    categories = list(engines_with_small_pages[0].values("category"))
    selected = Filters(values={"category": categories[:2], "tag": ["没有"]})
    for typed in ("", "的 学习", "学习 产业 元宇宙 设计"):
        for filters in (Filters(), selected):
            for names in ((*FACETS, CATEGORY_TREE), ("category",), (CATEGORY_TREE,)):
                check(engines_with_small_pages, typed, filters=filters, facets=names, max_facet_values=max_values)


def test_near_duplicates_of_all_hits_are_read_with_one_request(
    cluster: Cluster, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(3)
    files = {}
    for group in range(8):
        body = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(300))
        for number in range(3):
            # A question mark may replace a lone surrogate: such titles are read from the stored articles.
            title = f"第{group}组" + "?" * number
            files[f"{group}-{number}.md"] = f"---\ntitle: {title}\ndate: 2021-01-0{number + 1}\n---\n{body}\n"
    articles = write(files)
    places = (str(tmp_path / "index"), cluster.address("repeats", "?replicas=0"))
    for place in places:
        searchlib.build_index(articles, place, jobs=1)
    with opened(places[0]) as folder, opened(places[1]) as clustered:
        ours, theirs = answers((folder, clustered), "", sort="newest", collapse=True, limit=10)
        assert [(hit.id, hit.repeats_total, hit.repeats) for hit in ours.hits] == [
            (hit.id, hit.repeats_total, hit.repeats) for hit in theirs.hits
        ]
        assert [hit.repeats_total for hit in theirs.hits] == [2] * 8
        requests = record_requests(monkeypatch)
        answers((folder, clustered), "", sort="newest", collapse=True, limit=1)
        requests_of_one = len(requests)
        requests.clear()
        answers((folder, clustered), "", sort="newest", collapse=True, limit=10)
        assert len(requests) == requests_of_one


def test_all_requests_of_a_search_go_to_the_same_copies_of_the_shards(
    engines: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = record_requests(monkeypatch)
    answers(
        engines, "今年的产业互联网元宇宙发展如何，都看哪里", filters=Filters(values={"tag": ["没有"]}), collapse=True
    )
    assert {name for name, _ in requests} == {"search", "counts"}
    ((preference,),) = [{preference for _, preference in requests}]
    # A leading underscore has a special meaning.
    assert preference
    assert not preference.startswith("_")
