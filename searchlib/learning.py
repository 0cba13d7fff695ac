"""Learn from many of the files, before a build begins, which lines the archive repeats."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from searchlib.processes import in_order
from searchlib.sources.reader import read_article
from searchlib.text.boilerplate import ArticleLines, find_boilerplate

_FEWEST_FILES = 1000
_SHARE = 8
"""Of a large archive one file in so many is read: that, with what else this takes, is a fortieth of the work of a build."""

_AT_ONCE = 200


def learn_boilerplate(source: Path, names: Sequence[str], zone: str, jobs: int | None) -> list[int]:
    """The digests of the lines that recur in articles from all over the folder.

    Raises:
        SearchlibError: a worker died.
    """
    wanted = names[:: max(1, min(_SHARE, len(names) // _FEWEST_FILES))]
    pieces = [wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)]
    found: list[int] = find_boilerplate(
        list(chain.from_iterable(in_order(partial(_lines, source, ZoneInfo(zone)), pieces, jobs=jobs)))
    ).tolist()
    return found


def _lines(source: Path, zone: ZoneInfo, names: Sequence[str]) -> list[ArticleLines]:
    articles = (read_article(source, name, zone).article for name in names)
    return [ArticleLines.of(article.title, article.body) for article in articles if article is not None]
