"""Load the configuration of a site, and list the files that its generator leaves out."""

from __future__ import annotations

import os
import posixpath
import re
import warnings
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from fnmatch import translate
from math import prod
from typing import Any

import yaml

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.bounds import OutOfBoundsError
from searchlib.sources.decode import UndecodableError, decode
from searchlib.sources.front_matter.split import load_values

JEKYLL_NAMES = ("_config.yml", "_config.yaml")
"""The names of the configuration files of Jekyll and Hexo."""

_HUGO_SUFFIXES = ("toml", "yaml", "yml", "json")
HUGO_NAMES = tuple(f"{name}.{suffix}" for name in ("hugo", "config") for suffix in _HUGO_SUFFIXES)
HUGO_CASCADE = "cascade"
"""The key of the values that Hugo passes down to its pages."""

_HUGO_CASCADE_NAMES = tuple(f"{HUGO_CASCADE}.{suffix}" for suffix in _HUGO_SUFFIXES)
"""The files that contain only these values, in the folders of the configuration."""

_HUGO_FOLDER = "config"
_HUGO_FOLDERS = ("", f"{_HUGO_FOLDER}/_default", f"{_HUGO_FOLDER}/production")
"""The folders in which Hugo looks up its configuration. The values of the last one take precedence."""

_ZOLA_NAMES = ("zola.toml", "config.toml")
MKDOCS_NAMES = ("mkdocs.yml", "mkdocs.yaml")

VUEPRESS_FOLDER = ".vuepress"
VUEPRESS_PATHS = tuple(
    f"{VUEPRESS_FOLDER}/{name}.{suffix}" for name in ("theme", "config") for suffix in ("ts", "js", "mts", "mjs")
)
"""The files with the options of VuePress, relative to the folder of its pages."""

CONFIG_NAMES = (*JEKYLL_NAMES, *HUGO_NAMES, "zola.toml", *MKDOCS_NAMES)
"""The names of the configuration files of sites whose values are read."""

_QUARTO_NAME = "_quarto.yml"
_BOOKDOWN_NAME = "_bookdown.yml"
_MDBOOK_NAME = "book.toml"
_CARGO_NAME = "Cargo.toml"
BOOK_NAMES = (_BOOKDOWN_NAME, _QUARTO_NAME, _MDBOOK_NAME, _CARGO_NAME)
"""The names of the configuration files of books, and of the examples in them, which are programs in Rust."""

_SOURCE_KEYS = ("src", "docs_dir", "contentdir", "source", "source_dir")
_OUTPUT_KEYS = ("output-dir", "output_dir", "build-dir", "site_dir", "publishdir", "public_dir", "destination")
_DEFAULT_FOLDERS = {_MDBOOK_NAME: ("src", "book"), **dict.fromkeys(MKDOCS_NAMES, ("docs", "site"))}
"""The keys of the folder with the sources of a site, and of that to which its pages are written; and both folders by default."""

_SOURCE_NAMES = ("SUMMARY.md", "index.md")
"""Names of sources. A folder with one of them is none with pages, whatever the configuration says."""

DOCUSAURUS_NAMES = tuple(f"docusaurus.config.{suffix}" for suffix in ("js", "ts", "mjs", "cjs"))
PARTIALS_NAMES = frozenset((*DOCUSAURUS_NAMES, _QUARTO_NAME))
"""The names of the configuration files of Docusaurus and Quarto."""

_PARTIALS = ("_*",)
"""The files that these leave out by default: parts of other pages."""

MAX_PARENTS = 2
"""The number of folders above the articles in which the configuration is looked up: ``source/_posts`` is two below the site."""

MAX_CONFIG_BYTES = 1 << 18
"""Maximum size of a configuration file. A larger one is not read. Of other files of a site, this part is read."""

_MAX_EXPRESSION = 1_000
_MAX_WAYS = 100_000
"""Maximum number of ways in which an expression may match at one position. ``re`` tries all of them."""

_REPEATED_WAYS = 100
_CHOICE = lazy_pattern(r"\\.|\(\?|([*+{])|([?|])")
"""Groups: a quantifier that repeats, and another choice between two ways."""

_SLOW_EXPRESSION = lazy_pattern(r"\)[*+{]|\\[1-9]|\(\?[^:i]")
"""Repeated groups, references to groups, and what Go does not know."""

_BRACES = lazy_pattern(r"\{([^{}]*)\}")
_MAX_GLOBS = 100
"""Maximum number of globs that the braces of one stand for. One that stands for more matches nothing."""

_DELIMITERS = {".toml": "+", ".json": ";"}


def read_start(path: str) -> str:
    """Return the text of the first MAX_CONFIG_BYTES of a file, or "" if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return decode(file.read(MAX_CONFIG_BYTES))
    except (OSError, UndecodableError, OutOfBoundsError):
        return ""


def load_config(path: str) -> dict[str, Any]:
    """Return the values in a YAML, TOML or JSON file, or an empty mapping if it cannot be read."""
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > MAX_CONFIG_BYTES:
            return {}
        return load_values(read_start(path), _DELIMITERS.get(os.path.splitext(path)[1], "-"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}


def excluded_patterns(folder: str, names: AbstractSet[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names of the configuration files in a folder, and the patterns of the files that each of them excludes.

    ``names`` lists the folder's entries. The patterns have the syntax of ``.gitignore``.
    """
    configs = {name: load_config(os.path.join(folder, name)) for name in sorted(names & {*BOOK_NAMES, *CONFIG_NAMES})}
    for name, config in configs.items():
        patterns = _written_patterns(name, config)
        if patterns and not any(os.path.exists(f"{folder}{patterns[0]}{source}") for source in _SOURCE_NAMES):
            yield name, tuple(patterns)
    if (partial := sorted(names & PARTIALS_NAMES)) and names.isdisjoint(CONFIG_NAMES):
        yield partial[0], _PARTIALS
        return
    for name in sorted(names & {*JEKYLL_NAMES, *MKDOCS_NAMES}):
        is_mkdocs = name in MKDOCS_NAMES
        patterns = _mkdocs_patterns(configs[name]) if is_mkdocs else _jekyll_patterns(configs[name], names)
        if patterns:
            yield name, tuple(patterns)
            return


def states_above(folder: str | os.PathLike[str]) -> dict[str, tuple[int, int, int]]:
    """Return the size, modification time and inode of each configuration file above the folder of the articles."""
    states: dict[str, tuple[int, int, int]] = {}
    path = os.path.realpath(folder)
    names = (
        *CONFIG_NAMES,
        *PARTIALS_NAMES,
        *BOOK_NAMES,
        *VUEPRESS_PATHS,
        *(f"{below}/{name}" for below in _HUGO_FOLDERS if below for name in (*HUGO_NAMES, *_HUGO_CASCADE_NAMES)),
    )
    for _ in range(MAX_PARENTS):
        path = os.path.dirname(path)
        for file in (os.path.join(path, name) for name in names):
            with suppress(OSError):
                status = os.stat(file)
                states[file] = status.st_size, status.st_mtime_ns, status.st_ino
    return states


def hugo_configs(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the names and values of the configuration files of Hugo for a site in a folder.

    The keys are in lower case. The values of a later file take precedence.
    """
    for below in _HUGO_FOLDERS:
        if below and not os.path.isdir(os.path.join(folder, below)):
            continue
        for name in HUGO_NAMES:
            path = f"{below}/{name}" if below else name
            if config := load_config(os.path.join(folder, path)):
                yield path, {key.lower(): value for key, value in config.items()}
                break
        for name in _HUGO_CASCADE_NAMES if below else ():
            if config := load_config(os.path.join(folder, below, name)):
                yield f"{below}/{name}", {HUGO_CASCADE: config.get(HUGO_CASCADE, config)}
                break


def ignored_files(folder: str, names: AbstractSet[str]) -> tuple[str, list[re.Pattern[str]]]:
    """Return the name of the configuration of Hugo or Zola in a folder, and its expressions ``ignoreFiles`` or ``ignored_content``.

    A file is excluded if one of them is found in its path below the folder, which begins with a slash. Expressions that are not
    valid, or that could take long, are left out.
    """
    found, expressions = "", list[re.Pattern[str] | None]()
    if _HUGO_FOLDER in names or not names.isdisjoint(HUGO_NAMES):
        for name, config in hugo_configs(folder):
            if (values := config.get("ignorefiles")) is not None:
                found, expressions = name, [_expression(each) for each in _as_list(values)]
    for name in _ZOLA_NAMES:
        if name in names and (globs := load_config(os.path.join(folder, name)).get("ignored_content")):
            found, expressions = name, [each for glob in _as_list(globs) for each in _ends_of_paths(glob)]
    return found, [each for each in expressions if each is not None]


def _as_list(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _ends_of_paths(glob: Any) -> list[re.Pattern[str]]:
    """Return the expressions for paths that end in a glob of Zola, whose stars also match slashes."""
    globs = [f"*/{glob.lstrip('/')}"] if isinstance(glob, str) and 0 < len(glob) <= _MAX_EXPRESSION else []
    while globs and (choice := _BRACES.search(globs[0])):  # all of them have the same braces
        names = choice[1].split(",")
        if len(globs) * len(names) > _MAX_GLOBS:
            return []
        globs = [each.replace(choice[0], name, 1) for each in globs for name in names]
    return [re.compile(rf"\A{translate(each)}") for each in globs]


def _expression(source: Any) -> re.Pattern[str] | None:
    if not isinstance(source, str) or not source or _SLOW_EXPRESSION.search(source):
        return None
    if len(source) > _MAX_EXPRESSION:
        return None
    if prod(_REPEATED_WAYS if each[1] else 2 if each[2] else 1 for each in _CHOICE.finditer(source)) > _MAX_WAYS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # for what Python reads in another way than Go: [[:alpha:]]
            return re.compile(source)
    except (re.error, FutureWarning, OverflowError, RecursionError):
        return None


def _jekyll_patterns(config: dict[str, Any], names: AbstractSet[str]) -> list[str]:
    """Return the list ``exclude``, which is relative to the folder of the articles."""
    source = config.get("source_dir") or ("source" if "source" in names else "")
    base = f"/{source.strip('/')}/" if isinstance(source, str) and source else "/"
    values = config.get("exclude")
    return [base + each.lstrip("/") for each in values if isinstance(each, str)] if isinstance(values, list) else []


def _written_patterns(name: str, config: dict[str, Any]) -> list[str]:
    """Return the folder to which the pages of a site are written, or the text files beside a program: its data and output."""
    if name == _CARGO_NAME:
        return ["/*.txt"]
    values = {key.lower(): value for key, value in config.items()} | _values(config, "project")
    if name == _MDBOOK_NAME:
        values |= _values(config, "book") | _values(config, "build")
    source, output = _DEFAULT_FOLDERS.get(name, ("", ""))
    sources = _folder_patterns(next((values[key] for key in _SOURCE_KEYS if key in values), source))
    outputs = _folder_patterns(next((values[key] for key in _OUTPUT_KEYS if key in values), output))
    return [each for each in outputs if not any(path.startswith(each) for path in sources)]


def _values(config: dict[str, Any], key: str) -> dict[str, Any]:
    values = config.get(key)
    return values if isinstance(values, dict) else {}


def _folder_patterns(folder: Any) -> list[str]:
    """Return the pattern of a folder below that of the configuration, or none for this folder itself and for others."""
    path = posixpath.normpath(folder) if isinstance(folder, str) and folder else "."
    return [] if path.startswith((".", "/")) else [f"/{path}/"]


def _mkdocs_patterns(config: dict[str, Any]) -> list[str]:
    """Return the patterns in ``exclude_docs`` and ``draft_docs``, which are relative to the folder of the articles."""
    base = config.get("docs_dir") or "docs"
    patterns = []
    for key in ("exclude_docs", "draft_docs"):
        for line in str(config.get(key) or "").splitlines():
            sign = "!" if line.startswith("!") else ""
            pattern = line.removeprefix(sign).strip()
            if pattern and not pattern.startswith("#"):
                anywhere = "" if "/" in pattern.rstrip("/") else "**/"
                patterns.append(f"{sign}/{base}/{anywhere}{pattern.lstrip('/')}")
    return patterns
