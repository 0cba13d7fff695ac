"""Read the values of facets from the front matter of an article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from searchlib.engines.common.fields import facet_prefix
from searchlib.errors import SettingsError
from searchlib.models import Article
from searchlib.settings import Settings

MAX_VALUE_CHARACTERS = 500
"""Maximum characters of a facet value. The rest is cut off."""

_TABLES = ("params", "extra")
"""The tables of Hugo and Zola for custom keys of an article."""


def check_keys(settings: Settings) -> None:
    """Raise SettingsError if ``facets`` or ``stored`` has a key that is the name of a secret."""
    if not (settings.facets or settings.stored):
        return
    # Imported here, like all of ``sources`` below: searches of most indexes do not need it.
    from searchlib.sources.front_matter.secrets import is_secret

    for setting, keys in (("facets", settings.facets), ("stored", settings.stored)):
        if secret := next(filter(is_secret, keys), None):
            raise SettingsError(f"{setting}: {secret!r} is the name of a secret, which no index holds: leave it out")


def chosen_values(extra: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """Return the values of keys in front matter, by the names in ``keys``; keys without a value are left out.

    Keys are compared without case, ``_`` and ``-``. They can also be in the tables ``params`` and ``extra``.
    """
    from searchlib.sources.front_matter.keys import normal_key

    tables = [extra, *(table for name in _TABLES if isinstance(table := extra.get(name), Mapping))]
    chosen: dict[str, Any] = {}
    for key in keys:
        normal = normal_key(key)
        values = (table[name] for table in tables for name in table if normal_key(name) == normal)
        if (value := next((each for each in values if each not in (None, "", [], {})), None)) is not None:
            chosen[key] = value
    return chosen


def facet_values(article: Article, facets: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the values of an article for each facet of the front matter. Each element of a list is a value."""
    from searchlib.sources.front_matter.values import as_values

    chosen = chosen_values(article.extra, facets) if facets else {}
    return {
        facet: tuple(dict.fromkeys(value[:MAX_VALUE_CHARACTERS] for value in as_values(chosen.get(facet))))
        for facet in facets
    }


def facet_terms(article: Article, facets: Sequence[str]) -> tuple[str, ...]:
    """Return the values of an article for all facets as terms: ``series=西游``."""
    return tuple(
        f"{facet_prefix(facet)}{value}" for facet, values in facet_values(article, facets).items() for value in values
    )
