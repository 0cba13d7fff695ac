"""Decide from paths which files of a folder are excluded."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from searchlib.errors import SettingsError
from searchlib.settings import Settings
from searchlib.sources.config import (
    CONFIG_NAMES,
    DOCUSAURUS_NAMES,
    HUGO_NAMES,
    JEKYLL_NAMES,
    MAX_PARENTS,
    PARTIALS_NAMES,
    excluded_patterns,
    ignored_files,
)

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".searchignore"
"""The name of a file with patterns in the syntax of ``.gitignore``. They apply to its folder."""

DRAFT = "draft (folder {})"
EXCLUDED = "excluded ({})"
TEMPLATES = "template (folder {})"
BUILT = "built pages (folder {})"
PROGRAM = "program (folder {})"
PARTIAL = "unpublished (name {}…)"
"""The reasons to exclude a file."""

_DRAFT_FOLDERS = frozenset(("_drafts", "_draft"))
_PELICAN_DRAFTS = "drafts"
_PELICAN_PAGES = frozenset(("archives.html", "authors.html", "categories.html", "tags.html"))
"""Pages that Pelican writes beside the folder with its drafts. No generator takes a source folder of this name for drafts."""

_BUILT_FOLDERS: Mapping[str, Sequence[Sequence[frozenset[str]]]] = {
    "_site": ((),),
    "_build": ((frozenset(("conf.py", "_toc.yml", "_config.yml", "myst.yml", "Makefile")),),),
    "_book": ((frozenset(("SUMMARY.md", "book.json", "_bookdown.yml", "_quarto.yml")),),),
    "build": (
        (frozenset(("make.bat", *DOCUSAURUS_NAMES)),),
        (frozenset(("source",)), frozenset(("Makefile",))),
    ),
    "output": (
        (frozenset(("pelicanconf.py",)),),
        (frozenset(("posts",)), frozenset(("conf.py", "post-images"))),
    ),
    "public": (
        (
            frozenset(("content",)),
            frozenset((*HUGO_NAMES, "zola.toml", "archetypes", "config", "gatsby-config.js")),
        ),
        (frozenset(("source",)), frozenset(("scaffolds", *JEKYLL_NAMES))),
    ),
    "cache": ((frozenset(("pages",)), frozenset(("attic",))),),
}
"""The folders to which generators write pages, each with alternatives of what stands beside it.

An alternative is a sequence of sets of names. It applies if a name of each set is beside the folder; without sets it always
applies. The generators are Jekyll, Eleventy, Sphinx, Jupyter Book, GitBook, Bookdown, Docusaurus, Pelican, Nikola, Gridea, Hugo,
Zola, Gatsby, Hexo and DokuWiki.
"""

_DOKUWIKI_FILE, _DOKUWIKI_DATA = "doku.php", "data"
"""A file of the program DokuWiki, and the folder beside it with the articles."""

_TEMPLATE_FOLDERS = frozenset(("_layouts", "_includes", "_sass", "archetypes", "scaffolds"))
_SITE_FOLDERS = frozenset(("layouts", "layout", "themes", "theme"))
"""Folders of templates and themes of a site. Elsewhere, they may contain articles about layouts or themes."""

_ZOLA_TEMPLATES = "templates"
_ZOLA_MARKS = frozenset(("config.toml", "zola.toml", "theme.toml"))
"""The folder of the templates of Zola, and the names of files beside it."""

_SITE_MARKS = frozenset(
    ("_config.yml", "_config.yaml", "config.toml", "config.yaml", "config.yml", "config.json", "hugo.toml", "hugo.yaml")
) | frozenset(("hugo.yml", "hugo.json", "theme.toml", "zola.toml", "book.toml", "pelicanconf.py", "package.json"))
_SITE_MARK_FOLDERS = frozenset(("content", "source", "archetypes", "scaffolds", "static", "_posts"))


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The patterns of one source, which apply below ``folder``: "" or a path that ends in a slash.

    ``spec`` is in the syntax of ``.gitignore``, or a list of regular expressions for files. If the source is above the articles,
    ``top`` is the path from there to them, which ends in a slash.
    """

    folder: str
    source: str
    spec: GitIgnoreSpec | list[re.Pattern[str]]
    top: str = ""

    def includes(self, path: str) -> bool | None:
        """Return False if a path is excluded, True if it is included again, and None if no pattern matches."""
        below = self.top + path[len(self.folder) :]
        if isinstance(self.spec, list):
            is_file = path[-1:] != "/"
            return False if is_file and any(each.search(f"/{below}") for each in self.spec) else None
        excluded = self.spec.check_file(below).include
        return None if excluded is None else not excluded


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The exclusion rules of one folder. ``reason`` is the reason to exclude the whole folder, or "".

    If ``is_final``, no pattern can include a file of the folder again, as in git.
    """

    skips_drafts: bool = True
    patterns: tuple[_Patterns, ...] = ()
    reason: str = ""
    is_final: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Exclusion:
        """Return the exclusion of the articles' folder by the settings.

        Raises:
            SettingsError: a pattern is not valid.
        """
        exclusion = cls(skips_drafts=settings.unpublished == "skip")
        if not settings.exclude:
            return exclusion
        for pattern in settings.exclude:
            if not _is_pattern(pattern):
                raise SettingsError(f"exclude: {pattern!r} is not a pattern: write it as in a .gitignore file")
        return exclusion.with_patterns("", "setting exclude", settings.exclude)

    def with_patterns(self, folder: str, source: str, lines: Iterable[str]) -> Exclusion:
        """Return the exclusion with more patterns, which take precedence, for ``folder``: "" or a path that ends in a slash."""
        return replace(self, patterns=(_Patterns(folder, source, _spec(lines)), *self.patterns))

    def below_sites(self, folder: str) -> Exclusion:
        """Return the exclusion of the articles' folder extended by the configurations above it.

        Patterns that exclude the whole folder are left out: its articles are wanted.
        """
        path, top = os.path.abspath(folder), ""
        above = []
        for _ in range(MAX_PARENTS):
            path, name = os.path.split(path)
            top = f"{name}/{top}"
            above.append((path, top))
        exclusion = self
        for path, top in reversed(above):
            with suppress(OSError):
                exclusion = exclusion._with_config("", path, set(os.listdir(path)), top)
        return exclusion

    def _with_config(self, path: str, folder: str, names: AbstractSet[str], top: str = "") -> Exclusion:
        found = [_Patterns(path, config, _spec(patterns), top) for config, patterns in excluded_patterns(folder, names)]
        config, expressions = ignored_files(folder, names)
        if expressions:
            found.append(_Patterns(path, config, expressions, top))
        kept = self.patterns
        if not names.isdisjoint(CONFIG_NAMES):  # the site of another generator in the folder of Docusaurus or Quarto
            kept = tuple(each for each in kept if each.source not in PARTIALS_NAMES)
        found = [each for each in found if not top or each.includes("") is not False]
        return replace(self, patterns=(*found, *kept))

    def _with_ignore_file(self, folder: str, file: str) -> Exclusion:
        """Return the exclusion extended by the patterns of a file, or unchanged if the file cannot be read."""
        try:
            with open(file, encoding="utf-8-sig", errors="surrogateescape") as lines:
                return self.with_patterns(folder, IGNORE_FILE, lines.read().splitlines())
        except OSError:
            return self

    def in_folder(self, path: str, folder: str, names: AbstractSet[str]) -> Exclusion:
        """Return the exclusion extended by the ignore file and configuration of a folder. ``path`` is "" or ends in a slash."""
        exclusion = self._with_config(path, folder, names)
        if IGNORE_FILE in names:
            exclusion = exclusion._with_ignore_file(path, os.path.join(folder, IGNORE_FILE))
        return exclusion

    def file_reason(self, path: str) -> str:
        """Return the reason to exclude a file of the folder, or ""."""
        decided = self.reason if self.is_final else self._pattern_reason(path)
        return (self.reason or _file_reason(path)) if decided is None else decided

    def subfolder(self, path: str, siblings: AbstractSet[str]) -> Exclusion:
        """Return the exclusion of a subfolder. ``siblings`` are the names in its parent folder."""
        if self.is_final:
            return self
        decided = self._pattern_reason(f"{path}/")
        if decided is None:
            return replace(self, reason=self.reason or self._folder_reason(path, siblings))
        return replace(self, reason=decided, is_final=decided != "")

    def _pattern_reason(self, path: str) -> str | None:
        """Return the reason of the first pattern that matches a path, "" if it includes the path again, or None."""
        for patterns in self.patterns:
            if (included := patterns.includes(path)) is not None:
                return "" if included else EXCLUDED.format(patterns.source)
        return None

    def _folder_reason(self, path: str, siblings: AbstractSet[str]) -> str:
        name = path.rpartition("/")[2]
        if name in _DRAFT_FOLDERS:
            return DRAFT.format(name) if self.skips_drafts else ""
        if name == _PELICAN_DRAFTS and siblings >= _PELICAN_PAGES:
            return DRAFT.format(name) if self.skips_drafts else ""
        if any(all(siblings & names for names in alternative) for alternative in _BUILT_FOLDERS.get(name, ())):
            return BUILT.format(name)
        if _DOKUWIKI_FILE in siblings and name != _DOKUWIKI_DATA:
            return PROGRAM.format(name)
        if name == _ZOLA_TEMPLATES and not siblings.isdisjoint(_ZOLA_MARKS):
            return TEMPLATES.format(name)
        is_site = any(each in _SITE_MARKS or each in _SITE_MARK_FOLDERS for each in siblings)
        if name in _TEMPLATE_FOLDERS or (name in _SITE_FOLDERS and is_site):
            return TEMPLATES.format(name)
        return ""


def _file_reason(path: str) -> str:
    """Return the reason to exclude a file that generators use as a part of other pages, or ""."""
    if path.startswith("_", path.rfind("/") + 1) and (path.endswith(".mdx") or "_posts" in path.split("/")[:-1]):
        return PARTIAL.format("_")
    return ""


def _spec(lines: Iterable[str]) -> GitIgnoreSpec:
    """Return the patterns in lines. Invalid ones are ignored, as in git."""
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(filter(_is_pattern, lines))


def _is_pattern(line: str) -> bool:
    """Return whether a line is a pattern, a comment or empty."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines((line,))
    except ValueError:
        return False
    return True


def exclusion_of_file(folder: str | os.PathLike[str], path: str, settings: Settings) -> str:
    """Return the reason to exclude one file of a folder, or ""."""
    top = os.fspath(folder)
    exclusion = Exclusion.of(settings).below_sites(top)
    parent = ""
    for name in (*path.split("/")[:-1], ""):
        place = os.path.join(top, parent)
        prefix = f"{parent}/" if parent else ""
        names = set(os.listdir(place))
        exclusion = exclusion.in_folder(prefix, place, names)
        if not name:
            break
        parent = f"{prefix}{name}"
        exclusion = exclusion.subfolder(parent, names)
    return exclusion.file_reason(path)
