"""Measure a server under full load while its index is rebuilt, and count the errors that readers would have seen.

``python -m tests.benchmarks.load --index-from ARTICLES`` serves an index of real articles by ``searchlib serve``, asks it over
some connections at a time on the same machine, and has it rebuilt meanwhile. The table goes to stdout as Markdown.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from tests.benchmarks.articles import Source
from tests.benchmarks.memory import tree_memory
from tests.benchmarks.served_index import (
    CONTENT_LENGTH,
    MIXTURE,
    SHELL,
    Server,
    drawn_queries,
    option_parser,
    prepare,
    processor_seconds,
    served,
    work_folder,
)

_GENERATION = re.compile(r"[0-9]{6,}-[0-9]{8}T[0-9]{6}")
_TAG = re.compile(rb"(?i)\r\netag: *([^\r]*)")
_REST = 1 / 12
"""Of the time that is measured at least: without a build before each and after the last."""
_MOST_SECONDS = 900


@dataclass(slots=True)
class Load:
    """What was measured: the requests as ``(kind, milliseconds, whether a build was under way)``, and each error.

    ``builds`` is what each build took in seconds, ``processor`` what the server took of the processor's time, ``memory``
    of memory in bytes, before the builds and after each.
    """

    connections: int
    articles: int
    seconds: float = 0.0
    answered: list[tuple[str, float, bool]] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    generations: list[str] = field(default_factory=list)
    builds: list[float] = field(default_factory=list)
    processor: float = 0.0
    memory: list[int] = field(default_factory=list)

    def saw(self, generation: str) -> None:
        """Record the generation that an answer came from."""
        if generation not in self.generations:
            self.generations.append(generation)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: requests per second, and quantiles of their times in milliseconds."""

    what: str
    requests: int
    per_second: float
    p50: float
    p95: float
    p99: float
    most: float


def addresses(source: Source, articles: Sequence[str]) -> list[tuple[str, str]]:
    """Return a thousand requests as ``(kind, path)``, the same ones every time."""
    chosen = random.Random("load")
    queries = drawn_queries(source)

    def path(kind: str) -> str:
        query = chosen.choice(queries)
        if kind == "page":
            return f"/?{urlencode({'q': query})}"
        if kind == "API":
            return f"/api/search?{urlencode({'q': query})}"
        if kind == "suggestions":
            return f"/api/suggest?{urlencode({'q': query[: chosen.randint(1, 4)]})}"
        return f"/article/{chosen.choice(articles)}?{urlencode({'q': query})}"

    kinds = [kind for kind, share in MIXTURE.items() for _ in range(share * 10)]
    chosen.shuffle(kinds)
    return [(kind, path(kind)) for kind in kinds]


async def measure(
    server: Server, paths: Sequence[tuple[str, str]], load: Load, rebuild: Sequence[str], seconds: float, builds: int
) -> None:
    """Ask for so many seconds, and longer until the builds are done and seen."""
    begun, used = time.perf_counter(), processor_seconds(server.process)
    rest = seconds * _REST
    building = asyncio.Event()
    done = asyncio.Event()

    async def build() -> None:
        for _ in range(builds):
            await asyncio.sleep(rest)
            load.memory.append(tree_memory(server.process))
            building.set()
            at = time.perf_counter()
            process = await asyncio.create_subprocess_exec(*rebuild, stdout=subprocess.DEVNULL)
            if await process.wait():
                load.errors["a build failed"] += 1
            building.clear()
            load.builds.append(time.perf_counter() - at)
        await asyncio.sleep(max(rest, seconds - (time.perf_counter() - begun)))
        load.memory.append(tree_memory(server.process))
        done.set()

    async def ask(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        try:
            at = number * len(paths) // load.connections
            while not done.is_set():
                kind, path = paths[at % len(paths)]
                at += 1
                sent = time.perf_counter()
                writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode("ascii"))
                head = await reader.readuntil(b"\r\n\r\n")
                length, tag = CONTENT_LENGTH.search(head), _TAG.search(head)
                if length is None:
                    load.errors["an answer without a length"] += 1
                    return
                await reader.readexactly(int(length[1]))
                load.answered.append((kind, (time.perf_counter() - sent) * 1000, building.is_set()))
                status = head.split(b" ", 2)[1].decode()
                generation = _GENERATION.search(tag[1].decode()) if tag else None
                if status != "200":
                    load.errors[f"status {status} for {path}"] += 1
                elif generation is None:
                    load.errors[f"no generation in the ETag of {path}"] += 1
                else:
                    load.saw(generation[0])
        except (OSError, asyncio.IncompleteReadError) as error:
            load.errors[f"{type(error).__name__}: {error}"] += 1
        finally:
            writer.close()

    await asyncio.wait_for(asyncio.gather(build(), *map(ask, range(load.connections))), _MOST_SECONDS)
    load.seconds = time.perf_counter() - begun
    load.processor = processor_seconds(server.process) - used


def rows(load: Load) -> list[Row]:
    """Return the rows of the table: all requests, those during a build and outside of it, and those of each kind."""
    building = sum(load.builds)
    found = [
        _row("all", [ms for _, ms, _ in load.answered], load.seconds),
        _row("while no build runs", [ms for _, ms, busy in load.answered if not busy], load.seconds - building),
        _row("while a build runs", [ms for _, ms, busy in load.answered if busy], building),
    ]
    return found + [
        _row(kind, [ms for asked, ms, _ in load.answered if asked == kind], load.seconds) for kind in MIXTURE
    ]


def _row(what: str, took: list[float], seconds: float) -> Row:
    took = sorted(took) or [0.0]
    p50, p95, p99 = (took[min(len(took) - 1, int(share * len(took)))] for share in (0.5, 0.95, 0.99))
    return Row(what, len(took), len(took) / seconds if seconds > 0 else 0.0, p50, p95, p99, took[-1])


def report(load: Load) -> str:
    """Return the table, with the date, the size of the index and the errors."""
    lines = [
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {load.articles:,} articles, {load.connections} connections, "
        f"{load.seconds:.0f} s, {len(load.builds)} builds of {', '.join(f'{each:.0f} s' for each in load.builds)}.",
        "",
        "| requests | number | per second | p50 | p95 | p99 | maximum |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {row.what} | {row.requests:,} | {row.per_second:.0f} | {row.p50:.0f} ms | {row.p95:.0f} ms | {row.p99:.0f} ms | "
            f"{row.most:.0f} ms |"
            for row in rows(load)
        ),
        "",
        f"Processor time: {load.processor / max(1, len(load.answered)) * 1000:.1f} ms for a request, "
        f"{load.processor / load.seconds:.0%} of one core.",
        f"Memory before each build and at the end: {', '.join(f'{each / 1e6:.0f} MB' for each in load.memory)}.",
        f"Errors: {load.errors.total()}. Generations seen: {len(load.generations)} of {len(load.builds) + 1}.",
        *(f"- {count} × {error}" for error, count in load.errors.most_common(10)),
    ]
    return "\n".join(lines) + "\n"


def run(articles: Path, work: Path, count: int, connections: int, seconds: float, builds: int) -> Load:
    """Choose articles, build their index, serve it, and send the requests."""
    source, index, ids = prepare(articles, work, count)
    load = Load(connections=connections, articles=source.count)
    rebuild = [*SHELL, "build", str(source.folder), "--index", str(index)]
    with served(index) as server:
        asyncio.run(measure(server, addresses(source, ids), load, rebuild, seconds, builds))
    return load


def main() -> int:
    """Measure with the options of the command line. Return 1 if a request failed or a generation was not seen."""
    parser = option_parser("load", __doc__)
    parser.add_argument("--connections", type=int, default=16, metavar="N")
    parser.add_argument("--seconds", type=float, default=60.0, metavar="N", help="at least; the builds may take longer")
    parser.add_argument("--builds", type=int, default=2, metavar="N")
    options = parser.parse_args()
    with work_folder(options.work) as work:
        try:
            load = run(options.index_from, work, options.articles, options.connections, options.seconds, options.builds)
        except ValueError as error:
            print(f"load: {options.index_from}: {error}", file=sys.stderr)
            return 1
    if options.json:
        figures = {
            "errors": load.errors,
            "memory": load.memory,
            "processor": load.processor,
            "generations": load.generations,
            "rows": [asdict(row) for row in rows(load)],
        }
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    print(report(load), end="")
    return int(bool(load.errors) or len(load.generations) != options.builds + 1)


if __name__ == "__main__":
    sys.exit(main())
