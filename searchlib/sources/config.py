"""Load the configuration of a site, and list the files that its generator leaves out."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Set as AbstractSet
from math import prod
from typing import Any

import yaml

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.bounds import OutOfBoundsError
from searchlib.sources.decode import UndecodableError, decode
from searchlib.sources.front_matter.split import load_values

JEKYLL_NAMES = ("_config.yml", "_config.yaml")
"""The names of the configuration files of Jekyll and Hexo."""

HUGO_NAMES = tuple(f"{name}.{suffix}" for name in ("hugo", "config") for suffix in ("toml", "yaml", "yml", "json"))
MKDOCS_NAMES = ("mkdocs.yml", "mkdocs.yaml")

CONFIG_NAMES = (*JEKYLL_NAMES, *HUGO_NAMES, *MKDOCS_NAMES)
"""The names of all configuration files whose values are read."""

PARTIALS_NAMES = frozenset((*(f"docusaurus.config.{suffix}" for suffix in ("js", "ts", "mjs", "cjs")), "_quarto.yml"))
"""The names of the configuration files of Docusaurus and Quarto."""

_PARTIALS = ("_*",)
"""The files that these leave out by default: parts of other pages."""

MAX_PARENTS = 2
"""The number of folders above the articles in which the configuration is looked up: ``source/_posts`` is two below the site."""

MAX_CONFIG_BYTES = 1 << 18
"""Maximum size of a configuration file. A larger one is not read."""

_MAX_EXPRESSION = 1_000
_MAX_WAYS = 100_000
"""Maximum number of ways in which an expression may match at one position. ``re`` tries all of them."""

_REPEATED_WAYS = 100
_CHOICE = lazy_pattern(r"\\.|\(\?|([*+{])|([?|])")
"""Groups: a quantifier that repeats, and another choice between two ways."""

_SLOW_EXPRESSION = lazy_pattern(r"\)[*+{]|\\[1-9]|\(\?[^:i]")
"""Repeated groups, references to groups, and what Go does not know."""

_DELIMITERS = {".toml": "+", ".json": ";"}


def load_config(path: str) -> dict[str, Any]:
    """Return the values in a YAML, TOML or JSON file, or an empty mapping if it cannot be read."""
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > MAX_CONFIG_BYTES:
            return {}
        with open(path, "rb") as file:
            text = decode(file.read())
        return load_values(text, _DELIMITERS.get(os.path.splitext(path)[1], "-"))
    except (OSError, UndecodableError, OutOfBoundsError, ValueError, RecursionError, yaml.YAMLError):
        return {}


def excluded_patterns(folder: str, names: AbstractSet[str]) -> tuple[str, tuple[str, ...]]:
    """Return the name of the configuration file in a folder, and the patterns of the files that it excludes.

    ``names`` lists the folder's entries. The patterns have the syntax of ``.gitignore``. The name is "" if there are no patterns.
    """
    if (partial := sorted(names & PARTIALS_NAMES)) and names.isdisjoint(CONFIG_NAMES):
        return partial[0], _PARTIALS
    for name in sorted(names & {*JEKYLL_NAMES, *MKDOCS_NAMES}):
        config = load_config(os.path.join(folder, name))
        patterns = _mkdocs_patterns(config) if name in MKDOCS_NAMES else _jekyll_patterns(config, names)
        if patterns:
            return name, tuple(patterns)
    return "", ()


def ignored_files(folder: str, names: AbstractSet[str]) -> tuple[str, list[re.Pattern[str]]]:
    """Return the name of the configuration of Hugo in a folder, and its expressions ``ignoreFiles``.

    A file is excluded if one of them is found in its path below the folder, which begins with a slash. Expressions that are not
    valid, or that could take long, are left out.
    """
    for name in HUGO_NAMES:
        if name in names:
            config = load_config(os.path.join(folder, name))
            values = next((value for key, value in config.items() if key.lower() == "ignorefiles"), ())
            sources = values if isinstance(values, list) else [values]
            return name, [expression for each in sources if (expression := _expression(each)) is not None]
    return "", []


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
