"""Write a dump."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from searchlib.errors import SearchlibError
from searchlib.indexing.dump.contents import FORMAT, Checksum, Origin, name_of
from searchlib.models import Article
from searchlib.stores.manifest import Sources


class DumpWriter:
    """Writes a dump, from its first line to its last; ``checksum`` is that of the articles so far."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.checksum = Checksum()

    def begin(self, origin: Origin) -> None:
        """Say what the index was made with."""
        words = origin.dictionary
        self._print(
            {
                "format": FORMAT,
                "articles": origin.articles,
                "zone": origin.zone,
                "analysis": origin.analysis,
                "boilerplate": origin.boilerplate,
                "dictionary": [words.digest, words.words, words.replaced] if words else None,
            }
        )

    def add(self, article: Article, digest: str) -> None:
        """Write an article, and the hash of its file."""
        self._print({"digest": digest, **article.to_dict()})
        self.checksum.add(article)

    def end(self, sources: Sources) -> None:
        """Write what belongs to no article that can be read, and see that all of it is with the system."""
        self._print(
            {
                "articles": self.checksum.articles,
                "checksum": str(self.checksum),
                "failed": {name: [sources.digests[name], reason] for name, reason in sources.failed.items()},
                "salvaged": dict(sources.salvaged),
            }
        )
        with writing(name_of(self._file)):
            self._file.flush()

    def _print(self, values: Mapping[str, Any]) -> None:
        # As escapes lone surrogates, which an article may hold, are text that every program can read.
        line = f"{json.dumps(values)}\n"
        with writing(name_of(self._file)):
            self._file.write(line)


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Say clearly what keeps a dump of that name from being written. Whoever reads a pipe may stop: that stays as it is.

    Raises:
        SearchlibError: the system does not let it be written.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise SearchlibError(
            f"{name}: this cannot be written ({error.strerror or error}): make room, or give another file"
        ) from error
