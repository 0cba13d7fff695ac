"""List and read the article files of a folder, or of several named folders as one."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.errors import ArticlesNotFoundError, ParameterError
from searchlib.settings import SOURCE_FACET, Settings, reading_settings
from searchlib.sources.articles import TITLES, Reading, Source
from searchlib.sources.front_matter.keys import normal_key
from searchlib.sources.site import read_site
from searchlib.sources.walk import FileState, Listing, list_states

_FOLDER_NAME = lazy_pattern(r"\w[\w-]{0,49}")
_TOP = "."
"""The name under which a folder that cannot be opened appears in its own listing."""

Folders = str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]]
"""One folder of articles, or a mapping from names to folders."""


@dataclass(frozen=True, slots=True)
class NamedSources:
    """Several folders with their names. An id begins with the name of its folder: ``blog/a.md``."""

    parts: Mapping[str, Source]
    settings: Settings

    @property
    def location(self) -> str:
        """The folders, for messages."""
        return ", ".join(source.location for source in self.parts.values())

    @property
    def origin(self) -> str:
        """The text that identifies the folders."""
        return "\n".join(f"{name}={source.origin}" for name, source in sorted(self.parts.items()))

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets of the front matter of the articles, and the facet of their folders."""
        return tuple(dict.fromkeys((*self.settings.facets, SOURCE_FACET)))

    def read(self, article_id: str) -> Reading:
        """Read one file."""
        name, path = _split(article_id)
        reading = self.parts[name].read(path)
        if reading.article is None:
            return reading
        extra = {key: value for key, value in reading.article.extra.items() if normal_key(key) != SOURCE_FACET}
        article = replace(reading.article, id=article_id, path=article_id, extra={**extra, SOURCE_FACET: name})
        return replace(reading, article=article)

    def digest(self, article_id: str) -> str:
        """Return the digest of a file, as ``Reading.digest``."""
        name, path = _split(article_id)
        return self.parts[name].digest(path)

    def prefetch(self, article_ids: Iterable[str]) -> None:
        """Ask the system to load files into its cache."""
        paths = defaultdict(list)
        for name, path in map(_split, article_ids):
            paths[name].append(path)
        for name, own in paths.items():
            self.parts[name].prefetch(own)

    def as_json(self) -> dict[str, Any]:
        """Return the settings and sites that influence how files are read, as JSON types."""
        sites = {name: site for name, source in self.parts.items() if (site := source.site.as_json())}
        titles = {
            _join(name, path): title
            for name, source in self.parts.items()
            for path, title in source.site.titles.items()
        }
        return (
            reading_settings(self.settings) | ({"sites": sites} if sites else {}) | ({TITLES: titles} if titles else {})
        )


AnySource = Source | NamedSources


def open_folders(articles: Folders, settings: Settings) -> tuple[AnySource, Listing]:
    """Return the source of one or several folders, and the listing of their article files.

    Raises:
        ParameterError: a name of a folder is not allowed.
        ArticlesNotFoundError: a folder is missing, or one of several has no article files. Its disk may not be mounted, and then
        its articles must not be deleted.
    """
    if not isinstance(articles, Mapping):
        return _open_folder(articles, settings)
    check_folders(articles)
    parts: dict[str, Source] = {}
    states: dict[str, FileState | None] = {}
    excluded: dict[str, str] = {}
    for name, each in sorted(articles.items()):
        parts[name], listing = _open_folder(each, settings)
        if not (listing.states or listing.excluded):
            raise ArticlesNotFoundError(
                f"{os.fspath(each)}: no article files in the folder {name!r}, so the index stays as it was: "
                "leave the folder out to delete its articles"
            )
        states |= {_join(name, path): state for path, state in listing.states.items()}
        excluded |= {_join(name, path): reason for path, reason in listing.excluded.items()}
    return NamedSources(parts, settings), Listing(states, excluded)


def _open_folder(folder: str | os.PathLike[str], settings: Settings) -> tuple[Source, Listing]:
    listing = list_states(folder, settings)
    return Source(Path(folder), settings, read_site(Path(folder), listing.states)), listing


def check_folders(articles: Mapping[str, str | os.PathLike[str]]) -> None:
    """Check the names and types of several folders.

    Raises:
        ParameterError: there is no folder, or a name or folder is not allowed.
    """
    if not articles:
        raise ParameterError("articles", "articles must name at least one folder")
    for name, folder in articles.items():
        if not isinstance(name, str) or not _FOLDER_NAME.fullmatch(name):
            raise ParameterError(
                "articles", f"the name of a folder may contain letters, digits, - and _ only, at most 50, not {name!r}"
            )
        if not isinstance(folder, str | os.PathLike):
            raise ParameterError(
                "articles", f"articles must be a folder, or map names to folders, not {name!r} to {folder!r:.80}"
            )


def folder_paths(articles: Folders) -> list[str]:
    """Return the paths of all folders."""
    return [os.fspath(each) for each in (articles.values() if isinstance(articles, Mapping) else [articles])]


def require_folders(articles: Folders) -> None:
    """Raise ArticlesNotFoundError unless every folder exists."""
    for path in folder_paths(articles):
        if not os.path.isdir(path):
            raise ArticlesNotFoundError(f"there is no folder {path!r}: give the folder of the articles")


def _join(name: str, path: str) -> str:
    return name if path == _TOP else f"{name}/{path}"


def _split(article_id: str) -> tuple[str, str]:
    name, _, path = article_id.partition("/")
    return name, path or _TOP
