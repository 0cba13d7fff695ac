"""Look up the values of front matter by key."""

from __future__ import annotations

from collections.abc import ItemsView
from functools import lru_cache
from typing import Any

from searchlib.models import SUMMARY_KEYS
from searchlib.settings import DATE_ORDER, FILENAME
from searchlib.sources.front_matter.keys import normal_key
from searchlib.sources.front_matter.secrets import remove_secrets
from searchlib.sources.front_matter.values import as_json, as_text

# The keys of each field, in lower case. The first key with a value is used.
TITLE_KEYS = ("title", "标题", "標題", "文章标题", "文章標題", "题目", "題目", "书名", "書名", "篇名")
AUTHOR_KEYS = ("author", "authors", "作者")
CATEGORY_KEYS = ("categories", "category", "分类", "分類", "类别", "類別", "栏目", "欄目")
TAG_KEYS = ("tags", "tag", "标签", "標籤", "标籤")
DATE_KEYS = tuple(key.lower() for key in DATE_ORDER if key != FILENAME)

Keys = tuple[str, ...] | frozenset[str]

_FIELDS = (TITLE_KEYS, AUTHOR_KEYS, CATEGORY_KEYS, TAG_KEYS, DATE_KEYS)

FIELD_KEYS = frozenset((*TITLE_KEYS, *AUTHOR_KEYS, *CATEGORY_KEYS, *TAG_KEYS))
"""The keys that are never in ``extra``. A date key is in it unless the article's date comes from it."""

DESCRIBING_KEYS = frozenset((*CATEGORY_KEYS, *TAG_KEYS)) | SUMMARY_KEYS
"""A note without text is indexed if one of these keys has a value."""

COMMON_KEYS = (
    FIELD_KEYS
    | SUMMARY_KEYS
    | frozenset((*DATE_KEYS, "layout", "permalink", "id", "comments", "draft", "type", "url", "slug"))
    | frozenset(("password", "encrypt", "encrypted", "hidden", "hide", "private", "unlisted"))
    | frozenset(("来源", "來源", "链接", "鏈接", "連結", "状态", "狀態", "草稿", "私密", "密码", "密碼"))
)
"""Keys of static site generators. Lines with one of these keys are front matter rather than prose."""


class Metadata:
    """Front matter whose keys are compared without case, ``_`` and ``-``. If two keys are equal, the first is used.

    ``inner`` has values from other places, such as the body or the site, for fields that the front matter lacks.

    Secrets are removed. ``is_encrypted`` is true if a password or another key says that the text is encrypted.
    """

    __slots__ = ("_keys", "_values", "is_encrypted")

    def __init__(self, values: dict[str, Any], inner: dict[str, Any] | None = None) -> None:
        values = _hoist(values)
        if inner:
            present = {normal_key(key) for key in values}
            present |= {key for field in _FIELDS if not present.isdisjoint(field) for key in field}
            values = values | {key: value for key, value in inner.items() if normal_key(key) not in present}
        values, self.is_encrypted = remove_secrets(values)
        self._values = values
        self._keys = {normal_key(key): key for key in reversed(values)}

    def find(self, keys: Keys) -> list[tuple[str, Any]]:
        """Return the given keys that are present, as they are spelled in the front matter, with their values."""
        # An article has few keys, and most lists of keys are long: only those in both are visited.
        positions = _positions(keys)
        present = self._keys.keys() & positions.keys()
        names = sorted(present, key=positions.__getitem__) if len(present) > 1 else present
        return [(self._keys[name], self._values[self._keys[name]]) for name in names]

    def items(self) -> ItemsView[str, Any]:
        """Return all keys, as they are spelled in the front matter, with their values."""
        return self._values.items()

    def first(self, keys: Keys) -> Any:
        """Return the first value that is not empty, or None."""
        return next((value for _, value in self.find(keys) if value not in (None, "", [])), None)

    def extra(self, date_key: str | None) -> dict[str, Any]:
        """Return the values of all keys but FIELD_KEYS and ``date_key``, in the types of JSON."""
        fields = {key for key, _ in self.find(FIELD_KEYS)} | {date_key}
        return {_key_text(key): as_json(value) for key, value in self._values.items() if key not in fields}


def _hoist(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with those of Zola's ``taxonomies``, and with the author in ``extra`` or ``params`` of Zola and Hugo."""
    taxonomies = values.get("taxonomies")
    if isinstance(taxonomies, dict):
        values = {**taxonomies, **{key: value for key, value in values.items() if key != "taxonomies"}}
    for name in ("extra", "params"):
        inner = values.get(name)
        if isinstance(inner, dict) and not any(key in values for key in AUTHOR_KEYS):
            authors = {key: inner[key] for key in AUTHOR_KEYS if key in inner}
            if authors:
                rest = {key: inner[key] for key in inner if key not in authors}
                values = {key: value for key, value in values.items() if key != name} | authors
                if rest:
                    values[name] = rest
    return values


@lru_cache(maxsize=256)  # cached: every article is searched for the same keys
def _positions(keys: Keys) -> dict[str, int]:
    """Return the first position of each normal form of the keys."""
    return {name: position for position, name in reversed([*enumerate(map(normal_key, keys))])}


@lru_cache(maxsize=256)  # cached: the articles of an archive share their keys
def _key_text(key: str) -> str:
    return as_text(key)
