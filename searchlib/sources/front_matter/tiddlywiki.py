"""Read the fields at the top of a file ``.tid`` of TiddlyWiki: ``title: 茶``, ``tags: 甲 [[乙 丙]]``, then a blank line."""

from __future__ import annotations

from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.front_matter.split import FrontMatter
from searchlib.sources.front_matter.yaml_loader import PlainScalar

WIKITEXT, HTML = "text/vnd.tiddlywiki", "text/html"
MARKDOWN = frozenset(("text/markdown", "text/x-markdown"))
PLAIN = "text/plain"
_TEXTS = frozenset((WIKITEXT, HTML, PLAIN)) | MARKDOWN
"""The types of tiddlers that are notes. Others are styles, scripts, images and data."""

_SYSTEM = "$:/"
"""The beginning of the titles of tiddlers that configure the wiki, and of the tags of macros and styles."""

_KEYS = {"creator": "author", "caption": "subtitle"}
_TAG = lazy_pattern(r"\[\[((?>(?:[^\[\]]|\[(?!\[)|\](?!\]))*))\]\]|(\S+)")
_TIME = lazy_pattern(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)\d{0,3})?")


def split_tiddler(text: str) -> FrontMatter:
    """Split a tiddler into its fields and its text. Tiddlers that are no notes have an ``item``."""
    fields, body = _split_fields(text)
    kind, title = _kind(fields), fields.get("title", "")
    if title.startswith(_SYSTEM):
        return FrontMatter(metadata={}, body="", item="TiddlyWiki system tiddler")
    if kind not in _TEXTS:
        return FrontMatter(metadata={}, body="", item=f"TiddlyWiki {kind}")
    metadata: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "tags":
            tags = [linked or word for linked, word in _TAG.findall(value)]
            metadata[name] = [tag for tag in tags if not tag.startswith(_SYSTEM)]
        elif name == "draft.of":
            metadata["draft"] = True
        elif name != "type":
            key = _KEYS.get(name, name)
            metadata[name if key in fields else key] = PlainScalar(_as_time(value))
    return FrontMatter(metadata=metadata, body=body)


def type_of_tiddler(text: str) -> str:
    """Return the type of the text of a tiddler, such as ``text/vnd.tiddlywiki``."""
    return _kind(_split_fields(text)[0])


def _split_fields(text: str) -> tuple[dict[str, str], str]:
    head, _, body = text.partition("\n\n")
    lines = (line.partition(":") for line in head.split("\n"))
    return {name.strip().lower(): value.strip() for name, colon, value in lines if colon}, body


def _kind(fields: dict[str, str]) -> str:
    return fields.get("type", "").lower() or WIKITEXT


def _as_time(value: str) -> str:
    """Return a time in UTC such as ``20210304123456789`` in ISO form. Return other values unchanged."""
    time = _TIME.fullmatch(value)
    if time is None:
        return value
    return f"{time[1]}-{time[2]}-{time[3]}T{time[4]}:{time[5]}:{time[6] or '00'}Z"
