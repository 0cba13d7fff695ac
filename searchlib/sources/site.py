"""Read the values that a site sets for its articles in its configuration, in sections of Hugo and in files beside them (Nikola).

These are default values for front matter (``cascade`` of Hugo, ``defaults`` of Jekyll), the tags and paths whose articles are
encrypted (hexo-blog-encrypt, vuepress-theme-hope), and the titles in the navigation (MkDocs, GitBook, mdBook, docsify).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.config import (
    HUGO_CASCADE,
    JEKYLL_NAMES,
    MAX_PARENTS,
    MKDOCS_NAMES,
    hugo_configs,
    load_config,
    read_start,
)
from searchlib.sources.front_matter import nikola
from searchlib.sources.front_matter.metadata import Metadata
from searchlib.sources.front_matter.split import split_front_matter
from searchlib.sources.front_matter.values import as_json, as_text
from searchlib.sources.navigation import NAVIGATION_NAMES, titles_of_links, titles_of_mkdocs
from searchlib.sources.vuepress import encrypted_paths, page_path
from searchlib.sources.walk import file_path

_NIKOLA_CONFIG = "conf.py"
_SECTION = lazy_pattern(r"(?:^|/)_index(?:\.[A-Za-z-]+)?\.(?:md|markdown|html|org)$")
_TARGETS = ("_target", "target")
_PRODUCTION = "production"
_MAX_GLOB_LENGTH = 1_000
_MAX_STARS = 8
"""Maximum number of stars in a glob. One with more matches nothing, because each star multiplies the time."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """Default values for the front matter of the files below ``folder``, a path that ends in a slash.

    ``pattern``, if given, matches paths without suffix; matching begins at the slash that ends ``root``. ``kind`` is ``page``,
    ``section`` or "" for both.
    """

    folder: str
    values: Mapping[str, Any]
    root: str = ""
    pattern: str = ""
    kind: str = ""

    def apply_to(self, path: str) -> bool:
        """Return whether the defaults apply to a file."""
        if not path.startswith(self.folder):
            return False
        if self.kind and self.kind != ("section" if _SECTION.search(path) else "page"):
            return False
        return (
            not self.pattern or _glob(self.pattern).fullmatch(os.path.splitext(path)[0], len(self.root) - 1) is not None
        )


@dataclass(frozen=True, slots=True)
class Site:
    """The values that the sites in a folder set for its articles. The defaults of the nearest section come first.

    ``top`` is the end of the folder's path, with a slash. All paths begin with it, or with a part of it for folders above.
    ``encrypting_tags`` maps the folder of a site to the tags whose articles it encrypts. ``titles`` maps articles to their titles
    in the navigation, and ``sidecars`` to the metadata in the files beside them. ``encrypted_paths`` maps the folder of a site to
    the starts of the paths of its pages that are encrypted.
    """

    top: str = ""
    defaults: tuple[Defaults, ...] = ()
    encrypting_tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    sidecars: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    encrypted_paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def values(self, article_id: str) -> dict[str, Any]:
        """Return the default values for the front matter of an article."""
        values = dict(self.sidecars.get(article_id, {}))
        for each in self.defaults:
            if each.apply_to(self.top + article_id):
                values = {**each.values, **values}
        return values

    def tags_that_encrypt(self, article_id: str) -> frozenset[str]:
        """Return those tags whose articles the article's site encrypts."""
        path = self.top + article_id
        tags = (names for folder, names in self.encrypting_tags.items() if path.startswith(folder))
        return frozenset(chain.from_iterable(tags))

    def encrypts(self, article_id: str) -> bool:
        """Return whether the article's site encrypts it because of its path."""
        path = self.top + article_id
        return any(
            path.startswith(folder) and page_path(path[len(folder) :]).startswith(starts)
            for folder, starts in self.encrypted_paths.items()
        )

    def as_json(self) -> dict[str, Any]:
        """Return all values but the titles as JSON types, without empty ones."""
        defaults = [[each.folder, each.root, each.pattern, each.kind, as_json(each.values)] for each in self.defaults]
        tags = {folder: list(names) for folder, names in self.encrypting_tags.items()}
        values = {
            "defaults": defaults,
            "encrypting_tags": tags,
            "encrypted_paths": {folder: list(starts) for folder, starts in self.encrypted_paths.items()},
            "sidecars": {article_id: as_json(each) for article_id, each in self.sidecars.items()},
        }
        return {key: value for key, value in values.items() if value}


NO_SITE = Site()


def read_site(folder: Path, article_ids: Iterable[str]) -> Site:
    """Read the sections among the articles, and the configurations in their folders and above."""
    above = Path(os.path.abspath(folder)).parts[-MAX_PARENTS - 1 :]
    top = "".join(f"{name.strip(os.sep)}/" for name in above)
    defaults: list[Defaults] = []
    tags: dict[str, tuple[str, ...]] = {}
    titles: dict[str, str] = {}
    folders: set[str] = set()
    sidecars: dict[str, dict[str, Any]] = {}
    is_nikola = any(os.path.isfile(os.path.join(folder, *[".."] * n, _NIKOLA_CONFIG)) for n in range(len(above)))
    for article_id in article_ids:
        if is_nikola and (values := _read_sidecar(file_path(folder, article_id))):
            sidecars[article_id] = values
        parent = article_id.rpartition("/")[0]
        while parent and parent not in folders:
            folders.add(parent)
            parent = parent.rpartition("/")[0]
        if "_index." in article_id and _SECTION.search(article_id):
            defaults += _section_defaults(file_path(folder, article_id), top + article_id, top)
        elif article_id.endswith(NAVIGATION_NAMES):
            base = top + article_id[: article_id.rfind("/") + 1]
            titles |= {base + page: title for page, title in titles_of_links(file_path(folder, article_id))}
    config_paths = [(file_path(folder, each), f"{top}{each}/") for each in folders]
    path = os.path.abspath(folder)
    for count in range(len(above), 0, -1):
        config_paths.append((path, "".join(f"{name.strip(os.sep)}/" for name in above[:count])))
        path = os.path.dirname(path)
    encrypted: dict[str, tuple[str, ...]] = {}
    for path, prefix in config_paths:
        if starts := encrypted_paths(path):
            encrypted[prefix] = starts
        for name in JEKYLL_NAMES:
            config = load_config(os.path.join(path, name))
            defaults += _jekyll_defaults(prefix, config)
            if names := _encrypting_tags(config):
                tags[prefix] = names
        for name in MKDOCS_NAMES:
            titles |= {prefix + page: title for page, title in titles_of_mkdocs(load_config(os.path.join(path, name)))}
        for _, config in reversed([*hugo_configs(path)]):
            defaults += _cascade(config.get(HUGO_CASCADE), prefix, f"{prefix}content/")
    titles = {path.removeprefix(top): title for path, title in titles.items() if path.startswith(top)}
    # The sections of a site, which are in deeper folders, take precedence over its configuration.
    return Site(top, tuple(sorted(defaults, key=lambda each: -len(each.folder))), tags, titles, sidecars, encrypted)


def _read_sidecar(file: str) -> dict[str, Any]:
    """Return the metadata of a post of Nikola in the file ``a.meta`` beside ``a.md``, or an empty mapping without such a file."""
    path = f"{os.path.splitext(file)[0]}.meta"
    text = read_start(path) if os.path.isfile(path) else ""
    return nikola.split_comments(text)[0] or split_front_matter(text).metadata


def _section_defaults(file: str, path: str, top: str) -> list[Defaults]:
    """Return the defaults in the front matter of a section. Globs begin in ``content``, or in the folder of the articles."""
    front_matter = split_front_matter(read_start(file))
    folder = path[: path.rfind("/") + 1]
    above, content, _ = folder.rpartition("content/")
    cascades = (value for _, value in Metadata(front_matter.metadata).find((HUGO_CASCADE,)))
    return [each for value in cascades for each in _cascade(value, folder, above + content or top)]


def _cascade(value: Any, prefix: str, root: str) -> list[Defaults]:
    """Return the defaults in ``cascade`` of Hugo: a mapping, or a list of those with targets."""
    defaults = []
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping):
            target: Mapping[str, Any] = next((each[key] for key in _TARGETS if isinstance(each.get(key), Mapping)), {})
            values = {str(key): inner for key, inner in each.items() if key not in _TARGETS}
            if as_text(target.get("environment") or _PRODUCTION) in (_PRODUCTION, "**", "*"):
                pattern = as_text(target.get("path"))[:_MAX_GLOB_LENGTH]
                defaults.append(Defaults(prefix, values, root, pattern, as_text(target.get("kind"))))
    return defaults


def _jekyll_defaults(prefix: str, config: Mapping[str, Any]) -> list[Defaults]:
    """Return the defaults in ``defaults`` of Jekyll: values for all files below a path."""
    entries = config.get("defaults")
    defaults = []
    for each in entries if isinstance(entries, list) else []:
        if isinstance(each, Mapping) and isinstance(values := each.get("values"), Mapping):
            scope = each.get("scope")
            scope = scope if isinstance(scope, Mapping) else {}
            kind = as_text(scope.get("type"))
            scope_path = os.path.splitext(as_text(scope.get("path")).strip("/"))[0][:_MAX_GLOB_LENGTH]
            if kind == "pages" and not scope_path:
                continue
            # The type is the name of a collection, whose folder begins with an underscore.
            path = scope_path or (f"_{kind}" if kind else "")
            values = {str(key): value for key, value in values.items()}
            anywhere = "" if scope_path else f",/**/{path}/**"
            pattern = f"{{/{path},/{path}/**{anywhere}}}" if path else ""
            defaults.append(Defaults(prefix, values, prefix, pattern))
    return defaults[::-1]  # the last entry that matches takes precedence


def _encrypting_tags(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tags in ``encrypt.tags`` of hexo-blog-encrypt: a list of mappings with a name and a password."""
    encrypt = config.get("encrypt")
    entries = encrypt.get("tags") if isinstance(encrypt, Mapping) else None
    names = (as_text(each.get("name") if isinstance(each, Mapping) else each) for each in entries or ())
    return tuple(name for name in names if name) if isinstance(entries, list) else ()


@lru_cache(maxsize=256)
def _glob(pattern: str) -> re.Pattern[str]:
    """Return the expression of a glob of Hugo: ``*`` is a name or a part of it, ``**`` any path, ``{a,b}`` one of several."""
    if pattern.count("*") > _MAX_STARS:
        return lazy_pattern(r"(?!)")
    source = ""
    depth = 0
    for token in re.findall(r"\*+|.", pattern, re.DOTALL):
        if token[0] == "*":
            source += "[^/]*" if len(token) == 1 else ".*"
        elif token == "?":
            source += "[^/]"
        elif token == "{":
            source, depth = f"{source}(?:", depth + 1
        elif token == "}" and depth:
            source, depth = f"{source})", depth - 1
        elif token == "," and depth:
            source += "|"
        else:
            source += re.escape(token)
    return lazy_pattern(source + ")" * depth, re.IGNORECASE)
