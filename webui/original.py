"""Where the original of an article is, by the setting ``url_template``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

import searchlib

_NAME = re.compile(r"\{([\w-]+)\}")
_ADDRESS = re.compile(r"https?://[^\s\"<>\\^`{|}]+", re.IGNORECASE)
_LEGAL = "/%:?#[]@!$&'()*+,;=~"
"""What a key of the front matter may hold of an address: it was written as a part of one."""

_SUFFIX = re.compile(r"\.[^./]+$")
_BUNDLE = re.compile(r"(?:^|/)_?index$")
"""The file of an article that has a folder of its own."""
_DAY = re.compile(r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}-(?=.)")


def check_template(template: str) -> None:
    """Refuse a template that can give no address; an empty one is none, and articles have no originals.

    Raises:
        SettingsError: it is wrong.
    """
    if not template:
        return
    rest = _NAME.sub("", template)
    if rest == template:
        raise searchlib.SettingsError(
            f"url_template {template!r} names nothing of an article; write it like 'https://example.org/{{stem}}/'"
        )
    if "{" in rest or "}" in rest:
        raise searchlib.SettingsError(
            f"url_template {template!r}: a name in braces has letters, digits, - and _ only, like {{stem}}"
        )
    if rest and not _ADDRESS.fullmatch(_NAME.sub("x", template)):
        raise searchlib.SettingsError(
            f"url_template {template!r} must begin with http:// or https://, or be one name of a front matter key that holds "
            "whole addresses, like '{link}'"
        )


def original_url(article: searchlib.Article, template: str) -> str:
    """The address of the original; empty where the template names something that the article has not."""
    values = _values(article)
    names = _NAME.findall(template)
    if not names or not all(values.get(name) for name in names):
        return ""
    address = _NAME.sub(lambda name: values[name[1]], template)
    return address if _ADDRESS.fullmatch(address) else ""


def _values(article: searchlib.Article) -> Mapping[str, str]:
    """The parts of addresses that an article gives, ready to stand in one."""
    stem = _BUNDLE.sub("", _SUFFIX.sub("", article.id))
    written = {
        name: quote(str(value).strip(), safe=_LEGAL, errors="replace")
        for name, value in article.extra.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }
    made = {
        "id": quote(article.id, errors="replace"),
        "stem": quote(stem, errors="replace"),
        "slug": written.get("slug") or quote(_DAY.sub("", stem.rpartition("/")[2]), errors="replace"),
    }
    if article.date:
        made |= {"year": f"{article.date:%Y}", "month": f"{article.date:%m}", "day": f"{article.date:%d}"}
    return written | made
