"""Choose real articles for all engines: the same ones in the same order, as files and as texts."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import searchlib
from searchlib.settings import Settings
from searchlib.sources.articles import read_article
from searchlib.sources.readers.registry import article_suffixes

_IN_A_FOLDER = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What the engines hold of an article: ``month`` is ``2021-11``, ``day`` a proleptic ordinal; "" and 0 without a date."""

    title: str
    body: str
    categories: Sequence[str]
    month: str
    day: int


@dataclass(frozen=True, slots=True)
class Source:
    """The articles of one measurement: ``folder`` holds them as files, ``texts`` begins with them, one a line."""

    folder: Path
    texts: Path
    count: int

    def articles(self) -> Iterator[Article]:
        """Return the articles in the order of their files."""
        with self.texts.open(encoding="utf-8") as lines:
            for line in islice(lines, self.count):
                yield Article(**json.loads(line))

    def first(self, count: int) -> Source:
        """Return the first ``count`` articles, with their files linked into a separate folder."""
        if count == self.count:
            return self
        folder = self.folder.with_name(f"articles-{count}")
        if not folder.exists():
            growing = folder.with_name(f"{folder.name}.part")
            for file in islice(_files(self.folder), count):
                _link(file, growing / file.relative_to(self.folder))
            growing.rename(folder)
        return Source(folder, self.texts, count)


def select(corpora: Path, work: Path, count: int, progress: Callable[[], object]) -> Source:
    """Return the first ``count`` articles of all corpora in a random order, so that each corpus has its share of any selection.

    Files that are no articles are left out. A smaller selection is the beginning of a larger one. What an earlier run
    has left in ``work`` is used again.
    """
    source = Source(work / f"articles-{count}", work / f"articles-{count}.jsonl", count)
    if source.texts.exists():
        return source
    files = list(_files(corpora))
    random.Random("articles").shuffle(files)
    growing = source.texts.with_suffix(".part")
    chosen = 0
    with growing.open("w", encoding="utf-8") as texts:
        for file in files:
            if chosen == count:
                break
            name = f"{chosen // _IN_A_FOLDER:03d}/{chosen:06d}{file.suffix}"
            _link(file, source.folder / name)
            article = read_article(source.folder, name, Settings()).article
            if article is None:
                (source.folder / name).unlink()
                continue
            texts.write(json.dumps(asdict(_held(article)), ensure_ascii=False) + "\n")
            chosen += 1
            progress()
    if chosen < count:
        raise ValueError(f"{count} articles are wanted and the corpora hold {chosen}")
    growing.rename(source.texts)
    return source


def _files(folder: Path) -> Iterator[Path]:
    suffixes = article_suffixes()
    return iter(sorted(file for file in folder.rglob("*") if file.suffix.lower() in suffixes and file.is_file()))


def _link(file: Path, link: Path) -> None:
    """Link a file into the folder of the articles, or copy it if it is on another disk."""
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    try:
        os.link(file.resolve(), link)
    except OSError:
        shutil.copyfile(file, link)


def _held(article: searchlib.Article) -> Article:
    moment = article.date
    return Article(
        title=encodable(article.title),
        body=encodable(article.body),
        categories=[encodable(name) for name in article.categories],
        month=f"{moment:%Y-%m}" if moment else "",
        day=moment.toordinal() if moment else 0,
    )


def encodable(text: str) -> str:
    """Return the text without lone surrogates, which the other engines refuse."""
    return text.encode("utf-8", "replace").decode("utf-8")
