"""Build the URLs of the originals of articles from the setting ``url_template``."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import quote

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.errors import SettingsError

_PLACEHOLDER = lazy_pattern(r"\{([\w-]+)\}")
_WEB_URL = lazy_pattern(r"https?://[^\s\"<>\\^`{|}]+", re.IGNORECASE)
_AUTHORITY = lazy_pattern(r"https?://([^/?#]*)", re.IGNORECASE)
_FINAL_PLACEHOLDERS = lazy_pattern(r"(?:\{[\w-]+\})+$")
_HOST_PART = r"[\w.-]+"
_URL_CHARACTERS = "/%:?#[]@!$&'()*+,;=~"
"""The characters of a front matter value that are not quoted, because the value was written as part of a URL."""

_FILE_SUFFIX = lazy_pattern(r"\.[^./]+$")
_BUNDLE_FILE = lazy_pattern(r"(?:^|/)_?index$")
"""The file name of an article in a folder of its own (a page bundle)."""
_DERIVED = ("id", "stem", "slug", "year", "month", "day")
"""The placeholders that stand for something else than a value of the front matter."""

_SIMILAR = 0.8
"""The similarity above which a placeholder is a mistyped one. ``uid`` has this one to ``id``."""

Templates = str | Mapping[str, str]
"""The setting: one template, or one for each of several folders by its name."""

_DATE_PREFIX = lazy_pattern(r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}-(?=.)")


def check_templates(templates: Templates, keys: Collection[str] = ()) -> None:
    """Raise SettingsError if a template can produce no URL. If it is empty, articles have no originals.

    ``keys`` are keys of the front matter that other settings name: they are not misspelled.
    """
    for template in [templates] if isinstance(templates, str) else templates.values():
        if template:
            _check_template(template, keys)


def _check_template(template: str, keys: Collection[str]) -> None:
    fixed = _PLACEHOLDER.sub("", template)
    if fixed == template:
        raise SettingsError(
            f"url_template {template!r} contains no placeholder; write it like 'https://example.org/{{stem}}/'"
        )
    if "{" in fixed or "}" in fixed:
        raise SettingsError(
            f"url_template {template!r}: a placeholder may contain letters, digits, - and _ only, like {{stem}}"
        )
    if fixed and not _WEB_URL.fullmatch(_PLACEHOLDER.sub("x", template)):
        raise SettingsError(
            f"url_template {template!r} must begin with http:// or https://, or be a single placeholder for a front matter key "
            "that holds whole URLs, like '{link}'"
        )

    for name in _PLACEHOLDER.findall(template):
        meant = next((known for known in _DERIVED if _is_mistyped(name, known)), None)
        if meant and name not in keys:
            raise SettingsError(
                f"url_template {template!r}: there is no {{{name}}}; did you mean {{{meant}}}? The names are {', '.join(_DERIVED)} "
                "and the keys of the front matter: if this is such a key, add it to the setting stored"
            )


def _is_mistyped(name: str, known: str) -> bool:
    """Return whether a name is not a known one, but looks like it: in another case, with swapped letters, or with one letter added
    or missing."""
    if name in _DERIVED:
        return False
    lower = name.lower()
    return sorted(lower) == sorted(known) or SequenceMatcher(None, lower, known).ratio() > _SIMILAR


def original_url(templates: Templates, article_id: str, day: date | None, extra: Mapping[str, Any]) -> str:
    """Return the URL of the original of an article; empty if the article lacks a value for a placeholder.

    ``extra`` is the front matter, ``day`` the date of the article. With a template for each folder, ``id`` and ``stem`` are
    relative to the folder of the article.
    """
    if isinstance(templates, str):
        template = templates
    else:
        folder, _, article_id = article_id.partition("/")
        template = templates.get(folder, "")
    names = _PLACEHOLDER.findall(template)
    if not names:
        return ""
    values = _placeholder_values(article_id, day, extra)
    if not all(values.get(name) for name in names):
        return ""
    url = _PLACEHOLDER.sub(lambda placeholder: values[placeholder[1]], template)
    return url if _WEB_URL.fullmatch(url) and _keeps_host(url, template) else ""


def _keeps_host(url: str, template: str) -> bool:
    """Return whether the host of a URL is the host in the template, up to placeholders within it.

    Values must not change the host: ``https://example.org{link}`` with ``@evil.example/`` is a URL of ``evil.example``.
    """
    authority = _AUTHORITY.match(template)
    if not authority:
        return True
    # A placeholder at the end of a literal host begins the path.
    written = _FINAL_PLACEHOLDERS.sub("", authority[1]) or authority[1]
    parts = _PLACEHOLDER.split(written)
    pattern = "".join(_HOST_PART if number % 2 else re.escape(part) for number, part in enumerate(parts))
    host = _AUTHORITY.match(url)
    return bool(host and re.fullmatch(pattern, host[1], re.IGNORECASE | re.ASCII))


def _placeholder_values(article_id: str, day: date | None, extra: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the quoted values of an article by placeholder: its front matter, its id and its date."""
    stem = _BUNDLE_FILE.sub("", _FILE_SUFFIX.sub("", article_id))
    values = {
        name: quote(str(value).strip(), safe=_URL_CHARACTERS, errors="replace")
        for name, value in extra.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }
    derived = {
        "id": quote(article_id, errors="replace"),
        "stem": quote(stem, errors="replace"),
        "slug": values.get("slug") or quote(_DATE_PREFIX.sub("", stem.rpartition("/")[2]), errors="replace"),
    }
    if day:
        derived |= {"year": f"{day:%Y}", "month": f"{day:%m}", "day": f"{day:%d}"}
    return values | derived
