"""Write an index as JSON Lines, and read it back strictly: a line is accepted only if ``DumpWriter`` could have written it.

A dump has a header line, one line per article, and a footer line::

    {"format": 3, "articles": …, "zone": …, "analysis": …, "facets": …, "boilerplate": …, "dictionary": …}
    {"digest": …, "id": …, "title": …, …}
    {"articles": …, "checksum": …, "failed": {…}, "salvaged": {…}, "skipped": {…}, …}

The format needs only ``json`` and one checksum, so no library for dumps is used.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from searchlib.analysis.dictionary import Dictionary, checked_dictionary
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.errors import SearchlibError
from searchlib.indexing.given_articles import ARTICLE_DIGEST_BYTES, article_digest
from searchlib.indexing.json_lines import JsonLines, file_name
from searchlib.models import Article
from searchlib.settings import are_facets
from searchlib.stores.manifest import Sources

DUMP_FORMAT = 3
"""The version of the dump format that this program writes and reads."""

MAX_DIGEST = (1 << 64) - 1
"""The largest digest of a boilerplate line."""

_UNINDEXED = ("failed", "skipped")
"""The fields of ``Sources`` for files that were read but are not articles."""

_BY_FILE = ("salvaged", "traits", "excluded", "changes_at")
"""The other fields of ``Sources`` that map files."""

_UNICODE_ENCODINGS = ("utf-8", "utf-8-sig")

_SURROGATE = lazy_pattern("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class IndexHeader:
    """How an index was built, and the number of its articles.

    ``analysis`` is the record of the text analysis, ``facets`` names the facets of the front matter, ``settings`` are those that
    the index keeps, ``boilerplate`` holds the digests of lines.
    """

    articles: int
    zone: str
    analysis: Mapping[str, Any]
    facets: tuple[str, ...]
    settings: Mapping[str, Any]
    boilerplate: Sequence[int]
    dictionary: Dictionary | None


@dataclass(slots=True)
class ArticleChecksum:
    """The number of articles, and a checksum of them that does not depend on their order: the sum of their hashes."""

    articles: int = 0
    total: int = 0

    def add(self, article: Article) -> None:
        """Add an article."""
        self.total = (self.total + int(article_digest(article), 16)) % (1 << 8 * ARTICLE_DIGEST_BYTES)
        self.articles += 1

    def count(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Yield the articles, and add each of them."""
        for article in articles:
            self.add(article)
            yield article

    def __str__(self) -> str:
        return f"{self.total:0{2 * ARTICLE_DIGEST_BYTES}x}"


class DumpWriter:
    """Write a dump: the header, the articles, the footer. ``checksum`` covers the articles written so far."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._name = file_name(file)
        # Other encodings lack characters. A file in memory has none.
        self._is_ascii = codecs.lookup(getattr(file, "encoding", None) or "utf-8").name not in _UNICODE_ENCODINGS
        self.checksum = ArticleChecksum()

    def write_header(self, header: IndexHeader) -> None:
        """Write the first line."""
        dictionary = header.dictionary
        self._write(
            {
                "format": DUMP_FORMAT,
                "articles": header.articles,
                "zone": header.zone,
                "analysis": header.analysis,
                "facets": header.facets,
                "settings": dict(header.settings),
                "boilerplate": header.boilerplate,
                "dictionary": [dictionary.digest, dictionary.words, dictionary.replaced] if dictionary else None,
            }
        )

    def write_article(self, article: Article, digest: str) -> None:
        """Write an article and the hash of its file."""
        self._write({"digest": digest, **article.to_dict()})
        self.checksum.add(article)

    def write_footer(self, sources: Sources) -> None:
        """Write the last line, and flush the file."""
        self._write(
            {
                "articles": self.checksum.articles,
                "checksum": str(self.checksum),
                **{
                    field: {name: [sources.digests[name], reason] for name, reason in getattr(sources, field).items()}
                    for field in _UNINDEXED
                },
                **{field: dict(getattr(sources, field)) for field in _BY_FILE},
                "settings": dict(sources.settings),
            }
        )
        with translated_write_errors(self._name):
            self._file.flush()

    def _write(self, values: Mapping[str, Any]) -> None:
        line = f"{json.dumps(values, ensure_ascii=self._is_ascii)}\n"
        # An article may hold lone surrogates, which UTF-8 cannot encode.
        line = _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)
        with translated_write_errors(self._name):
            self._file.write(line)


@contextmanager
def translated_write_errors(name: str) -> Iterator[None]:
    """Translate errors of writing a file with this name. A BrokenPipeError passes unchanged.

    Raises:
        SearchlibError: the system refuses to write.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise SearchlibError(
            f"{name}: this cannot be written ({error.strerror or error}): free some space, or choose another file"
        ) from error


class DumpReader:
    """Read a dump once, from the header to the footer.

    Raises:
        SearchlibError: a line is not what ``DumpWriter`` writes. The message names the line.
    """

    def __init__(self, lines: JsonLines) -> None:
        self._lines = lines
        self.name = lines.name
        self._digests: dict[str, str] = {}
        self._footer: Mapping[str, Any] = {}
        self.header = self._read_header()

    def articles(self) -> Iterator[Article]:
        """Yield all articles. After the last one, check the footer, and that nothing follows it."""
        checksum = ArticleChecksum()
        while "checksum" not in (values := self._read_values()):
            self._check(values, _ARTICLE)
            article = Article.from_dict({name: value for name, value in values.items() if name != "digest"})
            checksum.add(article)
            if article.id in self._digests:
                raise self._error(f"the article {article.id!r} is there twice")
            self._digests[article.id] = values["digest"]
            yield article
        self._check_footer(values, checksum)
        self._footer = values
        if self._lines.read():
            raise self._error("there is a line after the footer")

    def sources(self) -> Sources:
        """Return the files of the dumped index. Call this after the last article."""
        unindexed = {field: self._footer[field] for field in _UNINDEXED}
        digests = {name: digest for each in unindexed.values() for name, (digest, _) in each.items()}
        by_file: dict[str, Any] = {field: self._footer[field] for field in _BY_FILE}
        for field, each in unindexed.items():
            by_file[field] = {name: reason for name, (_, reason) in each.items()}
        return Sources(digests={**self._digests, **digests}, settings=self._footer["settings"], **by_file)

    def _read_header(self) -> IndexHeader:
        values = self._read_values()
        version = values.get("format")
        if type(version) is not int:
            raise self._error("it is not the header of a dump: it has no format number")
        if version != DUMP_FORMAT:
            raise self._error(f"the dump has format {version}, this program reads format {DUMP_FORMAT}")
        # Older versions did not write the settings.
        values = {"settings": {}, **values}
        self._check(values, _HEADER)
        try:
            ZoneInfo(values["zone"])
        except (KeyError, ValueError, OSError) as error:
            raise self._error(f"there is no time zone {values['zone']!r}") from error
        dictionary = None
        if values["dictionary"] is not None:
            try:
                dictionary = checked_dictionary(*values["dictionary"])
            except (ValueError, TypeError, OverflowError) as error:
                raise self._error(f"its dictionary cannot be read ({error})") from error
        recorded = values["analysis"]["dictionary"]
        digest = recorded["digest"] if isinstance(recorded, dict) else None
        if digest != (dictionary.digest if dictionary else None):
            raise self._error("its dictionary is not the one that the index was built with")
        return IndexHeader(
            values["articles"],
            values["zone"],
            values["analysis"],
            tuple(values["facets"]),
            values["settings"],
            values["boilerplate"],
            dictionary,
        )

    def _check_footer(self, values: Mapping[str, Any], checksum: ArticleChecksum) -> None:
        self._check(values, _FOOTER)
        if (values["articles"], values["checksum"]) != (checksum.articles, str(checksum)):
            raise SearchlibError(f"{self.name}: the checksum of the articles is wrong: dump the index again")
        if self.header.articles != checksum.articles:
            raise self._error(f"the dump holds {checksum.articles} articles, its header says {self.header.articles}")
        for field in (*_UNINDEXED, "excluded"):
            if both := values[field].keys() & self._digests.keys():
                raise self._error(f"{min(both)!r} is an article, and listed as {field}")
        for field in ("salvaged", "traits"):
            if unknown := values[field].keys() - self._digests.keys():
                raise self._error(f"{min(unknown)!r} is listed as {field}, but is not an article")

    def _read_values(self) -> dict[str, Any]:
        """Return the object of the next line."""
        line = self._lines.read()
        if not line:
            raise SearchlibError(f"{self.name}: the end is missing: dump the index again")
        values = self._lines.parse(line)
        if not isinstance(values, dict):
            raise self._error("it is not a JSON object")
        return values

    def _check(self, values: Mapping[str, Any], rules: Mapping[str, _Rule]) -> None:
        """Check that a line has exactly the keys of the rules, and that its values satisfy the rules."""
        if missing := rules.keys() - values.keys():
            raise self._error(f"{min(missing)!r} is missing")
        if unknown := values.keys() - rules.keys():
            raise self._error(f"the key {min(unknown)!r} is unknown")
        for name, rule in rules.items():
            if not rule.is_valid(values[name]):
                raise self._error(f"{name!r} must be {rule.expected}")

    def _error(self, reason: str) -> SearchlibError:
        return self._lines.error(f"{reason}: load a file that `searchlib dump` has written")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A check of one value, and the description of allowed values for an error message."""

    expected: str
    is_valid: Callable[[Any], bool]


def _is_string(value: Any) -> bool:
    return isinstance(value, str)


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_list_of(is_item: Callable[[Any], bool], value: Any) -> bool:
    return isinstance(value, list) and all(map(is_item, value))


def _is_strings(value: Any) -> bool:
    return _is_list_of(_is_string, value)


def _is_analysis(value: Any) -> bool:
    """Return whether a value is an analysis record with a dictionary or None. Loading a dump needs no other key."""
    if not isinstance(value, dict) or "dictionary" not in value:
        return False
    dictionary = value["dictionary"]
    return _is_string(dictionary) or (
        isinstance(dictionary, dict) and all(_is_string(dictionary.get(name)) for name in ("file", "digest"))
    )


def _is_texts(value: Any) -> bool:
    return isinstance(value, dict) and _is_strings([*value.values()])


def _is_times(value: Any) -> bool:
    return isinstance(value, dict) and all(type(each) in (int, float) and each == each for each in value.values())


def _is_unindexed(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_strings(pair) and len(pair) == 2 for pair in value.values())


def _is_date(value: Any) -> bool:
    try:
        return value is None or datetime.fromisoformat(value).utcoffset() is not None
    except (TypeError, ValueError):
        return False


_ANY_STRING = _Rule("a string", _is_string)
_NON_EMPTY_STRING = _Rule("a string that is not empty", lambda value: _is_string(value) and value != "")
_STRINGS = _Rule("a list of strings", _is_strings)
_COUNT = _Rule("a whole number, 0 or more", _is_count)

_HEADER = {
    "format": _COUNT,
    "articles": _COUNT,
    "zone": _ANY_STRING,
    "analysis": _Rule("an object that names the dictionary of the text analysis", _is_analysis),
    "facets": _Rule("a list of names of facets", are_facets),
    "settings": _Rule("an object with settings", lambda value: isinstance(value, dict)),
    "boilerplate": _Rule(
        "a list of digests", lambda value: _is_list_of(lambda digest: _is_count(digest) and digest <= MAX_DIGEST, value)
    ),
    "dictionary": _Rule(
        "null, or a list of a digest, words and a sum",
        lambda value: value is None or (isinstance(value, list) and len(value) == 3),
    ),
}
_ARTICLE = {
    "digest": _ANY_STRING,
    "id": _NON_EMPTY_STRING,
    "title": _ANY_STRING,
    "body": _ANY_STRING,
    "date": _Rule("null, or a date with a UTC offset like 2021-11-20T08:00:00+08:00", _is_date),
    "author": _ANY_STRING,
    "categories": _STRINGS,
    "tags": _STRINGS,
    "path": _NON_EMPTY_STRING,
    "extra": _Rule("an object", lambda value: isinstance(value, dict)),
    "html": _ANY_STRING,
    "headings": _STRINGS,
    "category_paths": _Rule("a list of lists of strings", lambda value: _is_list_of(_is_strings, value)),
    "date_source": _ANY_STRING,
}
_FOOTER = {
    "articles": _COUNT,
    "checksum": _ANY_STRING,
    **dict.fromkeys(_UNINDEXED, _Rule("an object that maps files to [hash, reason]", _is_unindexed)),
    **dict.fromkeys(_BY_FILE, _Rule("an object that maps files to texts", _is_texts)),
    "changes_at": _Rule("an object that maps files to times", _is_times),
    "settings": _Rule("an object", lambda value: isinstance(value, dict)),
}
