"""Over the same articles both engines give the same answers, however long a query is and however many values are asked for."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib.engines.base import CATEGORY_TREE, FACETS, Engine, EngineResults, Filters, Request
from searchlib.engines.opensearch.client.cluster import Cluster as Client
from searchlib.engines.opensearch.search import facets, scan
from searchlib.query.parser import MAX_CLAUSES, MAX_QUERY_LENGTH, parse
from searchlib.query.planner import plan
from searchlib.settings import Settings
from searchlib.stores import store_at
from tests.conftest import SAMPLES
from tests.engines.opensearch.cluster import Cluster
from tests.engines.opensearch.compare import TODAY, facts, order

ALL = 1000

Pair = tuple[Engine, Engine]


@pytest.fixture(scope="module")
def engines(sample_index: Path, cluster: Cluster) -> Iterator[Pair]:
    """The bundled sample articles in a folder, and in the cluster."""
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
    """Hold both answers against each other."""
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
    """Some of the text of the archive."""
    at = chance.randrange(len(TEXT) - length)
    return TEXT[at : at + length]


def pasted(chance: random.Random) -> str:
    return cut(chance, chance.choice([150, 250, 500, MAX_QUERY_LENGTH]))


def quoted(chance: random.Random) -> str:
    return f'"{cut(chance, MAX_QUERY_LENGTH - 2).replace(chr(34), " ")}"'


def pieces(chance: random.Random, most: int) -> list[str]:
    """As many clauses as a query may have, each a few characters of one word or two."""
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
def test_the_longest_queries_have_the_same_answers(
    engines: Pair, long_query: Callable[[random.Random], str], seed: int
) -> None:
    chance = random.Random(seed)
    for fold in (False, True):
        typed = long_query(chance)[:MAX_QUERY_LENGTH]
        check(engines, typed, collapse=fold, sort=chance.choice(["relevance", "relevance", "newest"]))


def test_so_have_short_ones(engines: Pair) -> None:
    chance = random.Random(7)
    for _ in range(40):
        typed = " ".join(cut(chance, chance.randint(1, 8)) for _ in range(chance.randint(1, 3)))
        check(engines, typed.replace('"', " "), collapse=chance.random() < 0.5)


def test_as_many_filters_as_one_likes(engines: Pair) -> None:
    names = [f"没有{number}" for number in range(2 * MAX_CLAUSES)]
    values = {"category": [*names, *engines[0].values("category")], "tag": [*names, *engines[0].values("tag")]}
    assert check(engines, "的", filters=Filters(values=values)).total
    check(engines, cut(random.Random(1), MAX_QUERY_LENGTH), filters=Filters(values=values))


def noted_requests(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """A list that grows by each further request, with its preference."""
    asked: list[tuple[str, Any]] = []

    def note(name: str, real: Any) -> Any:
        def noted(self: Client, *given: Any, **options: Any) -> Any:
            asked.append((name, options.get("preference")))
            return real(self, *given, **options)

        return noted

    for name in ("search", "counts"):
        monkeypatch.setattr(Client, name, note(name, getattr(Client, name)))
    return asked


@pytest.mark.parametrize("most", [3, 100_000])
def test_values_that_are_read_page_by_page_are_the_same(
    engines: Pair, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(facets, "_MOST_BUCKETS", 2)
    monkeypatch.setattr(scan, "_VALUES_AT_ONCE", 2)
    chosen = Filters(values={"category": list(engines[0].values("category"))[:2], "tag": ["没有"]})
    for typed in ("", "的 学习", "学习 产业 元宇宙 设计"):
        for filters in (Filters(), chosen):
            for wanted in ((*FACETS, CATEGORY_TREE), ("category",), (CATEGORY_TREE,)):
                check(engines, typed, filters=filters, facets=wanted, max_facet_values=most)


def test_all_repeats_of_a_page_come_at_once(
    cluster: Cluster, write: Callable[[dict[str, str]], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(3)
    files = {}
    for group in range(8):
        body = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(300))
        for number in range(3):
            # What stands for a character that cannot be written makes sure of the title.
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
        asked = noted_requests(monkeypatch)
        answers((folder, clustered), "", sort="newest", collapse=True, limit=1)
        of_one = len(asked)
        asked.clear()
        answers((folder, clustered), "", sort="newest", collapse=True, limit=10)
        assert len(asked) == of_one


def test_all_requests_of_a_search_go_to_the_same_copies(engines: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = noted_requests(monkeypatch)
    answers(
        engines, "今年的产业互联网元宇宙发展如何，都看哪里", filters=Filters(values={"tag": ["没有"]}), collapse=True
    )
    assert {name for name, _ in asked} == {"search", "counts"}
    ((preference,),) = [{preference for _, preference in asked}]
    # Names that begin so mean something else to a cluster.
    assert preference
    assert not preference.startswith("_")
