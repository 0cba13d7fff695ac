"""Read the properties that Joplin's raw export writes below the text of each of its items."""

from __future__ import annotations

from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.front_matter.yaml_loader import PlainScalar

NOTE = "1"
"""The value of ``type_`` of a note."""

_KINDS = {
    "2": "folder",
    "3": "setting",
    "4": "resource",
    "5": "tag",
    "6": "tag of a note",
    "9": "key",
    "13": "revision",
}
_MAX_END = 40
_PROPERTY = lazy_pattern(r"([a-z_]+):(?: (.*))?")
_LAST = lazy_pattern(r"\ntype_: (\d+)\s*\Z")
_ID = lazy_pattern("[0-9a-f]{32}")
_KEYS = {
    "user_created_time": "created",
    "created_time": "created",
    "user_updated_time": "updated",
    "updated_time": "updated",
    "author": "author",
    "source_url": "source_url",
}
"""The name of each property that describes a note as front matter."""


def split_joplin(text: str) -> tuple[dict[str, Any], str, str] | None:
    """Return the metadata and the text of a note, and the kind of an item that is no note. Return None for other files.

    The properties follow the last blank line. An encrypted note has no other text. A note in the trash is marked as deleted.
    """
    if (
        "\ntype_: " not in text[-_MAX_END:]
        or (last := _LAST.search(text, len(text) - min(len(text), _MAX_END))) is None
    ):
        return None
    start = text.rfind("\n\n", 0, last.start()) + 2 if "\n\n" in text[: last.start()] else 0
    properties: dict[str, str] = {}
    for line in text[start : last.end()].strip().split("\n"):
        if (match := _PROPERTY.fullmatch(line)) is None:
            return None
        properties[match[1]] = match[2] or ""
    if not _ID.fullmatch(properties.get("id", "")):
        return None
    if last[1] != NOTE or start == 0:
        return {}, "", "encrypted note" if last[1] == NOTE else _KINDS.get(last[1], f"type {last[1]}")
    title, _, body = text[:start].partition("\n")
    metadata: dict[str, Any] = {"title": PlainScalar(title.strip())}
    for name, key in _KEYS.items():
        if (value := properties.get(name, "").strip()) and key not in metadata:
            metadata[key] = PlainScalar(value)
    if properties.get("deleted_time", "0").strip() not in ("", "0"):
        metadata["deleted"] = True
    return metadata, body.strip("\n"), ""
