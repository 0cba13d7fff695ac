"""Search for the requests that cost most processor time: ``python -m tests.benchmarks.worst_requests --index-from ARTICLES``.

Thousands of generated requests ask for what is slow: long queries, frequent characters, operators, filters that find nothing,
deep pages, all orders and facets. The table of the ten worst goes to stdout as Markdown. The exit status is 1 if one of them
exceeds the bound, scaled to an archive of ``--scale-to`` articles as if all of its time grew with the archive.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from urllib.parse import quote, urlencode

from flask.testing import FlaskClient

import searchlib
import webui
from tests.benchmarks.articles import Source
from tests.benchmarks.served_index import option_parser, prepare, work_folder

BOUND_SECONDS = 1.0
"""The processor time that a request may take."""
TABLE_ROWS = 10
MAX_URL = 800
"""The length of the queries that are generated, in characters."""
_SAMPLE = 400
"""The articles whose characters and words are counted."""
_FREQUENT = 200
_SYLLABLES = ("zh", "shi", "yi", "ji", "a", "li", "xian", "de")
_FIELDS = ("标题：", "tag:", "category:", "author:")
_DATES = ("去年", "date:2000..2030", "近三个月", "2021年3月")
_JUNK = (*'()^$"“”*?-｜:~', "[a-z]+", ".*", "\\w{1,99}", " OR ", " NOT ", "..")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The processor time of a request, of all threads of the application."""

    path: str
    status: int
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What requests are generated from, the most frequent first, and the ids of the longest articles."""

    characters: Sequence[str]
    words: Sequence[str]
    latin: Sequence[str]
    values: dict[str, Sequence[str]]
    long_articles: Sequence[str]


def read_archive(source: Source, index: searchlib.Index) -> Archive:
    """Count the characters and words of a sample of articles."""
    characters: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for article in islice(source.articles(), _SAMPLE):
        characters.update(article.body[:5_000])
        words.update(token.text for token in searchlib.tokenize(article.body[:2_000]))
    files = sorted(source.folder.rglob("*"), key=lambda file: -file.stat().st_size if file.is_file() else 0)
    ids = {*index.ids()}
    names = (file.relative_to(source.folder).as_posix() for file in files)
    return Archive(
        characters=[each for each, _ in characters.most_common(_FREQUENT) if "\u4e00" <= each <= "\u9fff"],
        words=[each for each, _ in words.most_common(10 * _FREQUENT) if len(each) > 1],
        latin=[each for each, _ in words.most_common(20 * _FREQUENT) if each.isascii() and each.isalpha()][:_FREQUENT],
        values={
            facet: [each.value for each in index.facet_values(facet) if each.value][:_FREQUENT]
            for facet in ("category", "author", "tag")
        },
        long_articles=list(islice((name for name in names if name in ids), 30)),
    )


def _queries(archive: Archive, chosen: random.Random) -> dict[str, Callable[[], str]]:
    """Return a generator for each kind of query."""

    def some(values: Sequence[str], most: int) -> list[str]:
        return [chosen.choice(values[: chosen.choice((5, 30, len(values)))]) for _ in range(chosen.randint(1, most))]

    def junk() -> str:
        return "".join(chosen.choice((*_JUNK, chosen.choice(archive.words))) for _ in range(chosen.randint(1, 120)))

    return {
        "characters": lambda: " ".join(some(archive.characters, 64)),
        "a run of characters": lambda: "".join(some(archive.characters, 400)),
        "words": lambda: " ".join(some(archive.words, 120)),
        "alternatives": lambda: " OR ".join(some(archive.words, 100)),
        "groups": lambda: " ".join(f"({' OR '.join(some(archive.characters, 8))})" for _ in range(chosen.randint(1, 20))),
        "phrases": lambda: " ".join(f'"{"".join(some(archive.characters, 6))}"' for _ in range(chosen.randint(1, 40))),
        "without": lambda: " ".join(f"-{each}" for each in some(archive.words, 60)),
        "prefixes": lambda: " ".join(f"{each[: chosen.randint(1, 3)]}*" for each in some(archive.latin or ["a"], 40)),
        "pinyin": lambda: "".join(chosen.choice(_SYLLABLES) for _ in range(chosen.randint(1, 60))),
        "mistyped": lambda: "".join(chosen.choice(archive.words)[::-1] for _ in range(chosen.randint(1, 30))),
        "fields": lambda: " ".join(f"{chosen.choice(_FIELDS)}{each}" for each in some(archive.words, 40)),
        "dates": lambda: " ".join(chosen.choice((*_DATES, *archive.words[:5])) for _ in range(30)),
        "junk": junk,
        "nothing": lambda: "",
    }  # fmt: skip


def requests(archive: Archive, count: int, seed: str) -> Iterator[str]:
    """Yield so many paths, the same ones every time for a seed."""
    chosen = random.Random(seed)
    queries = [*_queries(archive, chosen).values()]

    def search() -> list[tuple[str, str]]:
        pairs = [("q", chosen.choice(queries)()[:MAX_URL])]
        for name in ("category", "author", "tag"):
            if archive.values[name] and chosen.random() < 0.2:
                pairs += [(name, chosen.choice(archive.values[name])) for _ in range(chosen.randint(1, 8))]
        if chosen.random() < 0.3:
            pairs.append(("tag", "没有这个标签"))
        if chosen.random() < 0.3:
            pairs += [
                ("from", chosen.choice(("1990", "2021", "2999"))),
                ("to", chosen.choice(("1991", "2024", "2999"))),
            ]
        if chosen.random() < 0.3:
            pairs.append(("sort", chosen.choice(("newest", "oldest", "relevance"))))
        if chosen.random() < 0.3:
            pairs += [("page", str(chosen.choice((2, 50, 100, 1000)))), ("size", str(chosen.choice((10, 50, 100))))]
        pairs += [(name, "1") for name in ("verbatim", "literal") if chosen.random() < 0.1]
        return pairs

    for _ in range(count):
        kind = chosen.choices(("/", "/api/search", "/values", "/feed.atom", "suggest", "article", "similar", "passages"),
                              (40, 25, 8, 4, 8, 8, 4, 3))[0]  # fmt: skip
        pairs = search()
        query = pairs[0][1]
        if kind == "/values":
            find = chosen.choice(("", "的", chosen.choice(archive.words)))
            pairs = [("facet", chosen.choice(("category", "author", "tag"))), ("find", find), *pairs]
        if kind == "/api/search":
            pairs += [("explain", "1")] * (chosen.random() < 0.3)
        if kind == "suggest":
            kind, pairs = "/api/suggest", [("q", query), ("size", "100")]
        elif kind == "passages":
            kind, pairs = "/api/passages", [("q", query), ("budget", "20000")]
        elif kind == "article":
            kind, pairs = f"/article/{quote(chosen.choice(archive.long_articles))}", [("q", query)]
        elif kind == "similar":
            kind, pairs = f"/api/similar/{quote(chosen.choice(archive.long_articles))}", [("size", "100")]
        yield f"{kind}?{urlencode(pairs)}"


def measure(client: FlaskClient, paths: Iterator[str]) -> list[Cost]:
    """Request the paths one after the other."""
    costs = []
    for path in paths:
        before = time.process_time()
        status = client.get(path, headers={"Accept-Encoding": "gzip"}).status_code
        costs.append(Cost(path=path, status=status, milliseconds=(time.process_time() - before) * 1000))
    return costs


def report(costs: Sequence[Cost], articles: int, scale: float) -> str:
    """Return the table of the worst requests as Markdown."""
    worst = sorted(costs, key=lambda each: -each.milliseconds)
    middle, high = (worst[int(len(worst) * share)].milliseconds for share in (0.5, 0.01))
    statuses = Counter(each.status for each in costs)
    lines = [
        f"{len(costs):,} requests of {articles:,} articles: median {middle:.1f} ms of processor, 99 % below {high:.0f} ms.",
        f"Status: {', '.join(f'{status} {count:,}' for status, count in sorted(statuses.items()))}.",
        "",
        f"| ms | scaled to {articles * scale:,.0f} articles | status | characters | request |",
        "|--:|--:|--:|--:|---|",
    ]
    lines += [
        f"| {each.milliseconds:.0f} | {each.milliseconds * scale:.0f} | {each.status} | {len(each.path):,} "
        f"| `{each.path[:100]}{'…' if len(each.path) > 100 else ''}` |"
        for each in worst[:TABLE_ROWS]
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure with the options of the command line."""
    parser = option_parser("worst_requests", __doc__)
    parser.add_argument("--scale-to", type=int, default=100_000, metavar="N")
    parser.add_argument("--requests", type=int, default=10_000, metavar="N")
    parser.add_argument(
        "--seed", default="worst requests", metavar="TEXT", help="another seed generates other requests"
    )
    parser.add_argument("--bound", type=float, default=BOUND_SECONDS, metavar="SECONDS")
    options = parser.parse_args()
    with work_folder(options.work) as work:
        source, index, _ = prepare(options.index_from, work, options.articles)
        with searchlib.open_index(index) as opened:
            archive = read_archive(source, opened)
        client = webui.create_app(index, settings=searchlib.Settings()).test_client()
        measure(client, requests(archive, 20, options.seed))
        costs = measure(client, requests(archive, options.requests, options.seed))
    scale = max(1.0, options.scale_to / options.articles)
    worst = sorted(costs, key=lambda each: -each.milliseconds)[:TABLE_ROWS]
    if options.json:
        options.json.write_text(
            json.dumps([asdict(each) for each in worst], ensure_ascii=False, indent=1), encoding="utf-8"
        )
    print(report(costs, options.articles, scale), end="")
    return int(worst[0].milliseconds * scale > options.bound * 1000 or any(each.status == 500 for each in costs))


if __name__ == "__main__":
    sys.exit(main())
