"""Measure how many first snippets repeat the title of their hit.

``python -m tests.benchmarks.repeated_titles --index DIR [--hits N] [--seed N] [--show N]``

A snippet repeats the title if it contains the title, or is a part of it; only letters and digits count. The queries are
words of the titles of random articles.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from pathlib import Path

import searchlib
from searchlib.analysis.fold import fold

_PAGE = 10
_WORDS = 2
_MIN_LETTERS = 6
"""The least number of letters in a title that counts: every text about Docker contains the title Docker."""
_NO_LETTERS = re.compile(r"[\W_]+")


def main() -> None:
    """Print the share, and some of the snippets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True, help="the folder of a built index")
    parser.add_argument("--hits", type=int, default=700, help="how many hits to look at (default: 700)")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws other queries (default: 1)")
    parser.add_argument("--show", type=int, default=5, help="how many repeating snippets to show (default: 5)")
    options = parser.parse_args()
    with searchlib.open_index(options.index) as index:
        hits = list(_hits(index, options.hits, random.Random(options.seed)))
    repeating = [hit for hit in hits if hit.snippets and repeats_title(hit)]
    empty = sum(not hit.snippets for hit in hits)
    print(
        f"{len(repeating)} of {len(hits)} first snippets repeat the title ({len(repeating) / len(hits):.1%}), ", end=""
    )
    print(f"{empty} hits have no snippet")
    for hit in repeating[: options.show]:
        print(f"- {hit.title} | {_text(hit.snippets[0])}")


def repeats_title(hit: searchlib.Hit) -> bool:
    """Return whether the first snippet of a hit contains its title or is a part of it."""
    title, snippet = _letters(hit.title), _letters(_text(hit.snippets[0]))
    return len(title) >= _MIN_LETTERS and (title in snippet or snippet in title)


def _hits(index: searchlib.Index, count: int, chosen: random.Random) -> Iterator[searchlib.Hit]:
    """Yield the first hits of queries, each the longest words of the title of a random article."""
    depth = min(index.search("", size=1, snippets=False).total, searchlib.MAX_DEPTH)
    seen = 0
    while seen < count:
        page = chosen.randint(1, depth)
        for each in index.search("", page=page, size=1, snippets=False).hits:
            words = {token.text for token in searchlib.tokenize(each.title) if len(token.text) > 1}
            query = " ".join(sorted(words, key=lambda word: (-len(word), word))[:_WORDS])
            for hit in index.search(query, size=_PAGE).hits if query else ():
                seen += 1
                yield hit
                if seen == count:
                    return


def _text(spans: searchlib.Spans) -> str:
    return "".join(text for text, _ in spans)


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", fold(text))


if __name__ == "__main__":
    main()
