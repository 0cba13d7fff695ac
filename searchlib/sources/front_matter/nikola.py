"""Read the state of a post of Nikola from its tags."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern

_STATE_TAG = lazy_pattern(
    r"^[ \t]*\.\.[ \t]+tags:(?:.*,)?[ \t]*(draft|private)[ \t]*(?:,.*)?$", re.MULTILINE | re.IGNORECASE
)


def state_of_tags(comments: str) -> str:
    """Return the tag ``draft`` or ``private`` in metadata that are written as comments, ``.. tags: 甲, draft``, or ""."""
    state = _STATE_TAG.search(comments)
    return state[1].lower() if state else ""
