"""Measure the cost of requests: processor time by kind of request, and requests per second with workers and clients.

``python -m tests.benchmarks.throughput --index-from ARTICLES`` serves an index of real articles by ``searchlib serve``. Every
request is distinct, except for the start page. The clients run on the same machine, and take a part of its processor time.
The tables go to stdout as Markdown.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from urllib.parse import quote, urlencode

from tests.benchmarks.articles import Source
from tests.benchmarks.memory import tree_memory
from tests.benchmarks.served_index import (
    CONTENT_LENGTH,
    MIXTURE,
    Server,
    drawn_queries,
    option_parser,
    prepare,
    processor_seconds,
    served,
    work_folder,
)

KINDS = ("start page", "page", "article", "suggestions", "API")
_WARM_UP = 20
"""Requests before each measurement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The processor time of the server for one request of a kind, in milliseconds."""

    kind: str
    requests: int
    processor_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Requests per second of the mixture, with quantiles of their times in milliseconds, and the memory of all processes."""

    workers: int
    clients: int
    requests: int
    per_second: float
    p50: float
    p95: float
    memory: int


def paths(source: Source, articles: Sequence[str], count: int) -> dict[str, list[str]]:
    """Return so many requests of each kind, the same ones every time."""
    chosen = random.Random("throughput")
    words = drawn_queries(source)
    pairs = (f"{one} {other}" for one in words for other in chosen.sample(words, min(20, len(words))))
    queries = list(islice(dict.fromkeys((*words, *pairs)), count))
    chosen.shuffle(queries)
    ids = list(islice(cycle(chosen.sample(list(articles), min(count, len(articles)))), len(queries)))
    return {
        "start page": ["/"] * len(queries),
        "page": [f"/?{urlencode({'q': query})}" for query in queries],
        "article": [
            f"/article/{quote(each)}?{urlencode({'q': query})}" for each, query in zip(ids, queries, strict=True)
        ],
        "suggestions": [f"/api/suggest?{urlencode({'q': query[: chosen.randint(1, 4)]})}" for query in queries],
        "API": [f"/api/search?{urlencode({'q': query})}" for query in queries],
    }


def mixture(by_kind: dict[str, list[str]]) -> list[str]:
    """Return the requests of readers who type, see results and open articles now and then."""
    kinds = [kind for kind, share in MIXTURE.items() for _ in range(share)]
    random.Random("mixture").shuffle(kinds)
    nexts = {kind: cycle(by_kind[kind]) for kind in MIXTURE}
    return [next(nexts[kind]) for kind in islice(cycle(kinds), len(by_kind["page"]) * 2)]


async def ask(port: int, requests: Sequence[str], clients: int, seconds: float | None = None) -> list[float]:
    """Request the paths over so many connections, once or for so many seconds; return the milliseconds of each request."""
    end = time.perf_counter() + seconds if seconds else None
    left = cycle(requests) if end else iter(requests)
    took: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for path in left:
            sent = time.perf_counter()
            if end and sent > end:
                break
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode("ascii"))
            head = await reader.readuntil(b"\r\n\r\n")
            length = CONTENT_LENGTH.search(head)
            if not head.startswith(b"HTTP/1.1 200") or not length:
                raise RuntimeError(f"{path}: {head.splitlines()[0].decode()}")
            await reader.readexactly(int(length[1]))
            took.append((time.perf_counter() - sent) * 1000)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return took


def cost(server: Server, kind: str, requests: Sequence[str]) -> Cost:
    """Measure the processor time of one kind of request, one request at a time."""
    asyncio.run(ask(server.port, requests[:_WARM_UP], 1))
    before = processor_seconds(server.process)
    asyncio.run(ask(server.port, requests[_WARM_UP:], 1))
    count = len(requests) - _WARM_UP
    used = processor_seconds(server.process) - before
    return Cost(kind=kind, requests=count, processor_ms=used / count * 1000)


def rate(server: Server, requests: Sequence[str], workers: int, clients: int, seconds: float) -> Rate:
    """Measure the requests per second of the mixture."""
    asyncio.run(ask(server.port, requests[: _WARM_UP * workers], clients))
    begun = time.perf_counter()
    took = sorted(asyncio.run(ask(server.port, requests, clients, seconds)))
    return Rate(
        workers=workers,
        clients=clients,
        requests=len(took),
        per_second=len(took) / (time.perf_counter() - begun),
        p50=took[len(took) // 2],
        p95=took[int(len(took) * 0.95)],
        memory=tree_memory(server.process),
    )


def report(costs: Sequence[Cost], rates: Sequence[Rate], articles: int) -> str:
    """Return both tables as Markdown."""
    load = os.getloadavg()[0]
    lines = [f"{articles:,} articles, {os.cpu_count()} cores, load {load:.1f} at the end", ""]
    lines += ["| request | number | ms of processor each |", "|---|--:|--:|"]
    lines += [f"| {each.kind} | {each.requests:,} | {each.processor_ms:.1f} |" for each in costs]
    lines += ["", "| workers | clients | requests | per second | p50 ms | p95 ms | memory MB |"]
    lines += ["|--:|--:|--:|--:|--:|--:|--:|"]
    lines += [
        f"| {each.workers} | {each.clients} | {each.requests:,} | {each.per_second:.0f} | {each.p50:.1f} | {each.p95:.1f} "
        f"| {each.memory / 1e6:.0f} |"
        for each in rates
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure with the options of the command line."""
    parser = option_parser("throughput", __doc__)
    parser.add_argument("--requests", type=int, default=300, metavar="N", help="of each kind")
    parser.add_argument(
        "--seconds", type=float, default=10.0, metavar="N", help="for each number of workers and clients"
    )
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], metavar="N")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16], metavar="N")
    options = parser.parse_args()
    with work_folder(options.work) as work:
        source, index, ids = prepare(options.index_from, work, options.articles)
        by_kind = paths(source, ids, options.requests + _WARM_UP)
        with served(index) as server:
            costs = [cost(server, kind, by_kind[kind]) for kind in KINDS]
        rates = []
        for workers in options.workers:
            with served(index, workers=workers) as server:
                rates += [
                    rate(server, mixture(by_kind), workers, clients, options.seconds) for clients in options.clients
                ]
    if options.json:
        figures = {"costs": [asdict(each) for each in costs], "rates": [asdict(each) for each in rates]}
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    print(report(costs, rates, options.articles), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
