"""Record the answers of a version to random queries, and compare them with those of another version.

    python -m tests.benchmarks.same_answers record ARTICLES INDEX FILE [--queries 300] [--seed 13]
    python -m tests.benchmarks.same_answers compare BEFORE AFTER

``record`` builds an index of ARTICLES at INDEX, unless one is there, and writes one line of JSON for each query: the ids and
scores (four digits) of the first twenty hits, the total, the facets, whether the result is relaxed, and the correction.
``compare`` exits with 1 if a line differs. Only public names are used, so that the module runs with older versions too.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import searchlib

_HAN = re.compile("[\u4e00-\u9fd5]{2,}")
_LATIN = re.compile("[A-Za-z][A-Za-z0-9+#.]{2,}")
_DRAWN_FROM = 2000
_SIZE = 20

Draw = Callable[[random.Random, str, str], str]


def _piece(chosen: random.Random, text: str, least: int, most: int) -> str:
    """Return a random part of one run of Han characters, or a Latin word if there is no such run."""
    runs = [run for run in _HAN.findall(text) if len(run) >= least]
    if not runs:
        return chosen.choice(_LATIN.findall(text) or ["的"])
    run = chosen.choice(runs)
    length = chosen.randint(least, min(most, len(run)))
    at = chosen.randrange(len(run) - length + 1)
    return run[at : at + length]


DRAWS: Sequence[Draw] = (
    lambda chosen, title, body: _piece(chosen, body, 2, 4),
    lambda chosen, title, body: f"{_piece(chosen, body, 2, 3)} {_piece(chosen, body, 2, 4)}",
    lambda chosen, title, body: (
        f"{_piece(chosen, title + body, 2, 2)} {_piece(chosen, body, 2, 3)} {_piece(chosen, body, 2, 4)}"
    ),
    lambda chosen, title, body: title,
    lambda chosen, title, body: f'"{_piece(chosen, body, 2, 8)}"',
    lambda chosen, title, body: f"{_piece(chosen, body, 4, 12)}是什么？",
    lambda chosen, title, body: f"{_piece(chosen, body, 2, 3)} -{_piece(chosen, body, 2, 2)}",
    lambda chosen, title, body: f"{_piece(chosen, body, 2, 3)} OR {_piece(chosen, body, 2, 3)}",
    lambda chosen, title, body: f"title:{_piece(chosen, title, 2, 3)}",
    lambda chosen, title, body: f"{chosen.choice(_LATIN.findall(body) or ['python'])[:4]}*",
    lambda chosen, title, body: chosen.choice(_LATIN.findall(title + body) or ["python"]),
    lambda chosen, title, body: _piece(chosen, body, 1, 1),
)
"""The kinds of queries, each drawn from an article's title and body."""


def queries(index: searchlib.Index, ids: Sequence[str], count: int, seed: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield random queries with the other arguments of their searches."""
    chosen = random.Random(seed)
    for number in range(count):
        article = index.get(chosen.choice(ids))
        query = DRAWS[number % len(DRAWS)](chosen, article.title, article.body)
        options: dict[str, Any] = {}
        if chosen.random() < 0.2 and article.categories:
            options["category"] = [article.categories[0]]
        if chosen.random() < 0.1 and article.date:
            options["date_from"] = str(article.date.year)
        if chosen.random() < 0.2:
            options["sort"] = chosen.choice(searchlib.SORTS)
        yield query, options


def record(articles: Path, place: Path, file: Path, count: int, seed: int) -> None:
    """Write the answers of this version."""
    if not (place / "current").exists():
        searchlib.build_index(articles, place)
    with searchlib.open_index(place) as index, file.open("w", encoding="utf-8") as lines:
        ids = sorted(path.relative_to(articles).as_posix() for path in articles.rglob("*") if path.is_file())
        ids = [each for each in random.Random(seed).sample(ids, min(_DRAWN_FROM, len(ids))) if _is_held(index, each)]
        for query, options in queries(index, ids, count, seed):
            found = index.search(query, size=_SIZE, **options)
            answer = {
                "query": query,
                "options": options,
                "total": found.total,
                "relaxed": found.relaxed,
                "correction": found.correction,
                "hits": [(hit.id, round(hit.score, 4)) for hit in found.hits],
                "snippets": [hit.snippets for hit in found.hits],
                "titles": [hit.title_spans for hit in found.hits],
                "facets": {name: [asdict(value) for value in values] for name, values in found.facets.items()},
            }
            lines.write(json.dumps(answer, ensure_ascii=False, sort_keys=True) + "\n")


def _is_held(index: searchlib.Index, article_id: str) -> bool:
    try:
        index.get(article_id)
    except searchlib.UnknownArticleError:
        return False
    return True


def compare(before: Path, after: Path) -> int:
    """Print how the answers differ, and return the number of queries with another answer."""
    old, new = ([json.loads(line) for line in file.open(encoding="utf-8")] for file in (before, after))
    if len(old) != len(new) or not old:
        sys.exit(f"{before} has {len(old)} answers, {after} has {len(new)}: record both with the same options")
    differing = 0
    for one, other in zip(old, new, strict=True):
        names = [name for name in one if one[name] != other[name]]
        if names:
            differing += 1
            print(f"{one['query']!r} {one['options']}: {', '.join(names)} differ")
    print(f"{len(old)} queries, {differing} with another answer")
    return differing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record")
    for name in ("articles", "index", "file"):
        recording.add_argument(name, type=Path)
    recording.add_argument("--queries", type=int, default=300)
    recording.add_argument("--seed", type=int, default=13)
    comparing = commands.add_parser("compare")
    for name in ("before", "after"):
        comparing.add_argument(name, type=Path)
    options = parser.parse_args()
    if options.command == "compare":
        return 1 if compare(options.before, options.after) else 0
    record(options.articles, options.index, options.file, options.queries, options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
