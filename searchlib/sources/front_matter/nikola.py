"""Read the metadata of a post of Nikola: comments at its top, and its state in its tags."""

from __future__ import annotations

import re
from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.front_matter.yaml_loader import PlainScalar

_METADATA_COMMENT = lazy_pattern(r"\.\.[ \t]+([^\W_]\w*):(?!:)[ \t]*(.*)(?:\n|\Z)")
_STATE_TAG = lazy_pattern(
    r"^[ \t]*\.\.[ \t]+tags:(?:.*,)?[ \t]*(draft|private)[ \t]*(?:,.*)?$", re.MULTILINE | re.IGNORECASE
)


def state_of_tags(comments: str) -> str:
    """Return the tag ``draft`` or ``private`` in metadata that are written as comments, ``.. tags: 甲, draft``, or ""."""
    state = _STATE_TAG.search(comments)
    return state[1].lower() if state else ""


def split_comments(text: str) -> tuple[dict[str, Any], str]:
    """Return the metadata in the comments at the top, ``.. title: x``, and the text below them."""
    metadata: dict[str, Any] = {}
    position = 0
    while match := _METADATA_COMMENT.match(text, position):
        metadata[match[1]] = PlainScalar(match[2].strip())
        position = match.end()
    if state := state_of_tags(text[:position]):
        metadata = {"status": state} | metadata
    return metadata, text[position:]


def is_post(text: str) -> bool:
    """Return whether a text begins with the comments that Nikola writes."""
    return text.startswith("..") and not split_comments(text)[0].keys().isdisjoint(("title", "slug"))
