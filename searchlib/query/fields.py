"""The names that fields have in typed text."""

from __future__ import annotations

from unicodedata import normalize

DATE = "date"
"""The field whose values are days; in the tree it is no field but a DateRange."""

_NAMES = {
    "title": ("title", "标题", "標題"),
    "category": ("category", "分类", "分類"),
    "tag": ("tag", "标签", "標籤"),
    "author": ("author", "作者"),
    DATE: ("date", "日期"),
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names}
_LONGEST = max(map(len, _FIELDS))


def field_at(text: str, at: int) -> tuple[str | None, int]:
    """Return the field whose name and colon stand at a place of the text, and the place behind the colon."""
    head = text[at : at + _LONGEST + 1].replace("：", ":")
    name, colon, _ = head.partition(":")
    field = _FIELDS.get(normalize("NFKC", name).casefold()) if colon else None
    return field, at + len(name) + 1
