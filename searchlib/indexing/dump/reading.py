"""Read a dump, and refuse what ``searchlib dump`` does not write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any
from zoneinfo import ZoneInfo

from searchlib.analysis.dictionary import checked_dictionary
from searchlib.errors import SearchlibError
from searchlib.indexing.dump.contents import FORMAT, Checksum, Origin, name_of
from searchlib.indexing.dump.forms import ARTICLE, END, HEAD, Kind
from searchlib.models import Article
from searchlib.stores.manifest import Sources

_NESTED = "it is nested too deeply"


class DumpReader:
    """Reads a dump once, from its beginning to its end.

    Raises:
        SearchlibError: a line is not what ``searchlib dump`` writes; the message names it.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = iter(file)
        self.name = name_of(file)
        self._number = 0
        self._digests: dict[str, str] = {}
        self._end: Mapping[str, Any] = {}
        self.origin = self._read_head(self._next())

    def _read_head(self, values: Mapping[str, Any]) -> Origin:
        written = values.get("format")
        if type(written) is not int:
            raise self._wrong("it does not say what the index was made with")
        if written != FORMAT:
            raise self._wrong(f"it has format {written}, this program reads {FORMAT}")
        self._check(values, HEAD)
        try:
            ZoneInfo(values["zone"])
        except (KeyError, ValueError, OSError) as error:
            raise self._wrong(f"no time zone is called {values['zone']!r}") from error
        words, dictionary = values["dictionary"], None
        if words is not None:
            try:
                dictionary = checked_dictionary(*words)
            except (ValueError, TypeError, OverflowError) as error:
                raise self._wrong(f"its dictionary cannot be read ({error})") from error
        recorded = values["analysis"]["dictionary"]
        named = recorded["digest"] if isinstance(recorded, dict) else None
        if named != (dictionary.digest if dictionary else None):
            raise self._wrong("its dictionary is not the one that the index was built with")
        return Origin(values["articles"], values["zone"], values["analysis"], values["boilerplate"], dictionary)

    def articles(self) -> Iterator[Article]:
        """All articles; when the last one has been given they are what was written, and nothing follows them."""
        checksum = Checksum()
        while "checksum" not in (values := self._next()):
            self._check(values, ARTICLE)
            try:
                article = Article.from_dict({name: value for name, value in values.items() if name != "digest"})
                checksum.add(article)
            except RecursionError as error:
                raise self._wrong(_NESTED) from error
            if article.id in self._digests:
                raise self._wrong(f"the article {article.id!r} has come before")
            self._digests[article.id] = values["digest"]
            yield article
        self._check(values, END)
        if (values["articles"], values["checksum"]) != (checksum.articles, str(checksum)):
            raise SearchlibError(f"{self.name}: these are not the articles that were written: dump the index again")
        if self.origin.articles != checksum.articles:
            raise self._wrong(f"there are {checksum.articles} articles, and {self.origin.articles} in the first line")
        if both := values["failed"].keys() & self._digests.keys():
            raise self._wrong(f"{min(both)!r} could not be read, and is an article all the same")
        if strangers := values["salvaged"].keys() - self._digests.keys():
            raise self._wrong(f"{min(strangers)!r} was read in part, and is no article")
        self._end = values
        if self._line():
            raise self._wrong("nothing may follow the end")

    def sources(self) -> Sources:
        """The files that the articles were made of, which are known when all have been given."""
        failed = self._end["failed"]
        return Sources(
            digests={**self._digests, **{name: digest for name, (digest, _) in failed.items()}},
            states={},
            failed={name: reason for name, (_, reason) in failed.items()},
            salvaged=self._end["salvaged"],
        )

    def _line(self) -> str:
        """The next line; nothing at the end."""
        try:
            line = next(self._file, "")
        except UnicodeDecodeError as error:
            raise SearchlibError(
                f"{self.name}, behind line {self._number}: this is no text in UTF-8: give what `searchlib dump` has written"
            ) from error
        except OSError as error:
            raise SearchlibError(f"{self.name}: this cannot be read: {error.strerror or error}") from error
        self._number += 1
        return line

    def _next(self) -> dict[str, Any]:
        line = self._line()
        if not line:
            raise SearchlibError(f"{self.name}: the end is missing: dump the index again")
        try:
            values = json.loads(line)
        except ValueError as error:
            raise self._wrong("it is no JSON") from error
        except RecursionError as error:
            raise self._wrong(_NESTED) from error
        if not isinstance(values, dict):
            raise self._wrong("it is no JSON object")
        return values

    def _check(self, values: Mapping[str, Any], form: Mapping[str, Kind]) -> None:
        if missing := form.keys() - values.keys():
            raise self._wrong(f"{min(missing)!r} is missing")
        if unknown := values.keys() - form.keys():
            raise self._wrong(f"there is no {min(unknown)!r} in such a line")
        for name, kind in form.items():
            if not kind.holds(values[name]):
                raise self._wrong(f"{name!r} must be {kind.what}")

    def _wrong(self, reason: str) -> SearchlibError:
        return SearchlibError(f"{self.name}, line {self._number}: {reason}: give what `searchlib dump` has written")
