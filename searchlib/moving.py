"""Move an index to another place, or into a file of JSON Lines and back: from what it holds, without the files of articles."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import islice
from typing import IO, Any

from searchlib.engines.base import Batch
from searchlib.errors import SearchlibError
from searchlib.manifest import Sources
from searchlib.models import Article, BuildReport
from searchlib.processes import in_order
from searchlib.settings import Settings, load_settings
from searchlib.stores import store_at
from searchlib.text.analysis import analysis_record
from searchlib.text.segment import Dictionary
from searchlib.word_lists import refuse_other_dictionary

Progress = Callable[[int, int], None]
"""Called with the number of articles done and of all articles."""

DUMP_FORMAT = 1

_AT_ONCE = 200
_SAMPLES = 300
_CHECKSUM_BYTES = 16
_WHOLE = 1 << 8 * _CHECKSUM_BYTES


@dataclass(frozen=True, slots=True)
class _Origin:
    """What an index was made with, besides its articles."""

    articles: int
    zone: str
    analysis: Mapping[str, Any]
    boilerplate: Sequence[int]
    dictionary: Dictionary | None


@dataclass(slots=True)
class Checksum:
    """Counts articles, and sums up what they are in any order."""

    articles: int = 0
    total: int = 0

    def add(self, article: Article) -> None:
        """Take one more article in."""
        data = json.dumps(article.to_dict(), ensure_ascii=False, sort_keys=True).encode(errors="surrogatepass")
        self.total = (self.total + int.from_bytes(blake2b(data, digest_size=_CHECKSUM_BYTES).digest())) % _WHOLE
        self.articles += 1

    def __str__(self) -> str:
        return f"{self.total:0{2 * _CHECKSUM_BYTES}x}"


def copy_index(
    index: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Build an index at another place of the articles that one holds; in the end both hold the same, or this says so.

    An update of the new one reads again only what has changed since the old one was built.

    Raises:
        NoIndexError, IndexMismatchError, IndexDamagedError, IndexUnavailableError: the index cannot be read.
        IndexBusyError: a build holds the target.
        SearchlibError: the target holds other articles in the end.
    """
    begun = time.monotonic()
    settings = settings or load_settings()
    built = store_at(index).current()
    refuse_other_dictionary(built.place, built.manifest.analysis, settings)
    engine = built.open(settings)
    with closing(engine):
        origin = _Origin(
            built.manifest.articles,
            built.manifest.zone,
            built.manifest.analysis,
            engine.boilerplate(),
            built.dictionary(),
        )
        checksum = _fill(target, origin, engine.articles(), lambda _: built.sources(), jobs, progress)
    _compare(target, checksum, settings)
    return _report(checksum, begun)


def dump_index(
    index: str | os.PathLike[str],
    file: IO[str],
    *,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> int:
    """Write all that an index holds as JSON Lines, and give the number of articles.

    The first line says what the index was made with, each further one is an article with the hash of its file, and the last one
    holds their number, a checksum, and the files that could not be read.

    Raises:
        NoIndexError, IndexMismatchError, IndexDamagedError, IndexUnavailableError: the index cannot be read.
    """
    built = store_at(index).current()
    manifest, sources, dictionary = built.manifest, built.sources(), built.dictionary()
    checksum = Checksum()
    engine = built.open(settings or load_settings())
    with closing(engine):
        head = {
            "format": DUMP_FORMAT,
            "articles": manifest.articles,
            "zone": manifest.zone,
            "analysis": manifest.analysis,
            "boilerplate": engine.boilerplate(),
            "dictionary": [dictionary.digest, dictionary.words, dictionary.replaced] if dictionary else None,
        }
        _print(head, file)
        for article in engine.articles():
            _print({"digest": sources.digests[article.id], **article.to_dict()}, file)
            checksum.add(article)
            if progress:
                progress(checksum.articles, manifest.articles)
    _print(
        {
            "articles": checksum.articles,
            "checksum": str(checksum),
            "failed": {name: [sources.digests[name], reason] for name, reason in sources.failed.items()},
            "salvaged": dict(sources.salvaged),
        },
        file,
    )
    return checksum.articles


def load_index(
    file: IO[str],
    target: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Build an index of what ``dump_index`` has written.

    Raises:
        SearchlibError: the file is not whole, or is no such file; the target stays as it was.
        IndexBusyError: a build holds the target.
    """
    begun = time.monotonic()
    settings = settings or load_settings()
    dump = _Dump(file)
    checksum = _fill(target, dump.origin, dump.articles(), dump.sources, jobs, progress)
    _compare(target, checksum, settings)
    return _report(checksum, begun)


class _Dump:
    """A file of JSON Lines that is read once, from its beginning to its end."""

    def __init__(self, file: IO[str]) -> None:
        self._lines = enumerate(file, 1)
        self._name = getattr(file, "name", "the dump")
        self._digests: dict[str, str] = {}
        self._end: Mapping[str, Any] = {}
        head = self._next()
        try:
            if head["format"] != DUMP_FORMAT:
                raise self._wrong(1, f"it has format {head['format']}, this program reads {DUMP_FORMAT}")
            words = head["dictionary"]
            dictionary = words and Dictionary(words[0], tuple((word, int(count)) for word, count in words[1]), words[2])
            self.origin = _Origin(
                int(head["articles"]), str(head["zone"]), dict(head["analysis"]), list(head["boilerplate"]), dictionary
            )
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise self._wrong(1, "it does not say what the index was made with") from error

    def articles(self) -> Iterator[Article]:
        """All articles; at the end they are what was written, or this says so."""
        checksum = Checksum()
        while "checksum" not in (values := self._next()):
            try:
                digest = str(values.pop("digest"))
                article = Article.from_dict(values)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise self._wrong(checksum.articles + 2, "it is no article") from error
            self._digests[article.id] = digest
            checksum.add(article)
            yield article
        if (values["articles"], values["checksum"]) != (checksum.articles, str(checksum)):
            raise SearchlibError(f"{self._name}: these are not the articles that were written: dump the index again")
        self._end = values

    def sources(self, checksum: Checksum) -> Sources:
        """The files that the articles were made of."""
        failed = self._end["failed"]
        return Sources(
            digests={**self._digests, **{name: digest for name, (digest, _) in failed.items()}},
            states={},
            failed={name: reason for name, (_, reason) in failed.items()},
            salvaged=self._end["salvaged"],
        )

    def _next(self) -> dict[str, Any]:
        number, line = next(self._lines, (0, ""))
        if not line:
            raise SearchlibError(f"{self._name}: the end is missing: dump the index again")
        try:
            values = json.loads(line)
        except ValueError as error:
            raise self._wrong(number, "it is no JSON") from error
        if not isinstance(values, dict):
            raise self._wrong(number, "it is no JSON object")
        return values

    def _wrong(self, number: int, reason: str) -> SearchlibError:
        return SearchlibError(f"{self._name}, line {number}: {reason}: give what `searchlib dump` has written")


def _fill(
    target: str | os.PathLike[str],
    origin: _Origin,
    articles: Iterator[Article],
    sources: Callable[[Checksum], Sources],
    jobs: int | None,
    progress: Progress | None,
) -> Checksum:
    """Build an index of articles, as it was made at its origin, and give their checksum."""
    checksum = Checksum()
    store = store_at(target)
    # What cuts words is this program, with the words that the index was built with.
    analysis = {**analysis_record(), "dictionary": origin.analysis["dictionary"]}
    with store.locked(), store.growing(origin.zone, analysis, origin.dictionary) as growing:
        first = list(islice(articles, _SAMPLES))
        growing.writer.learn(first, origin.boilerplate)
        pieces = _pieces(_counted(_chained(first, articles), checksum))
        try:
            with closing(in_order(partial(_analyse, growing.new_batch()), pieces, jobs=jobs)) as parts:
                for part in parts:
                    for each in part:
                        growing.writer.add(each)
                    if progress:
                        progress(checksum.articles, origin.articles)
            growing.writer.commit(partial(in_order, jobs=jobs))
        except BaseException:
            growing.writer.cancel()
            raise
        growing.seal(sources(checksum), origin.zone, analysis)
    return checksum


def _chained(first: Sequence[Article], others: Iterator[Article]) -> Iterator[Article]:
    yield from first
    yield from others


def _counted(articles: Iterable[Article], checksum: Checksum) -> Iterator[Article]:
    for article in articles:
        checksum.add(article)
        yield article


def _pieces(articles: Iterator[Article]) -> Iterator[list[Article]]:
    while piece := list(islice(articles, _AT_ONCE)):
        yield piece


def _analyse(new_batch: Callable[[], Batch], articles: Sequence[Article]) -> list[Any]:
    """What a writer takes for some articles."""
    parts = []
    batch = new_batch()
    for article in articles:
        batch.add(article)
        if batch.is_full:
            parts.append(batch.finish())
            batch = new_batch()
    parts.append(batch.finish())
    return [part for part in parts if part is not None]


def _compare(target: str | os.PathLike[str], wanted: Checksum, settings: Settings) -> None:
    """Read all that was written again, and refuse it if it is not what it should be."""
    held = Checksum()
    engine = store_at(target).current().open(settings)
    with closing(engine):
        for article in engine.articles():
            held.add(article)
    if held != wanted:
        raise SearchlibError(
            f"{os.fspath(target)}: this holds {held.articles} articles with the checksum {held}, not {wanted.articles} with "
            f"{wanted}: run `searchlib check --index {os.fspath(target)}`, and copy the index again"
        )


def _report(checksum: Checksum, begun: float) -> BuildReport:
    return BuildReport(
        added=checksum.articles,
        updated=0,
        deleted=0,
        unchanged=0,
        failed=(),
        salvaged=(),
        seconds=round(time.monotonic() - begun, 3),
    )


def _print(values: Mapping[str, Any], file: IO[str]) -> None:
    # As escapes lone surrogates, which an article may hold, are text that every program can read.
    file.write(f"{json.dumps(values)}\n")
