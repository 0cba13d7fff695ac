"""What of an answer of the API is the library's."""

from __future__ import annotations

from typing import Any


def as_the_library_says(answer: Any) -> Any:
    """An answer without what the API adds, the URLs, and without what no two searches share, the time."""
    if isinstance(answer, list):
        return [as_the_library_says(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    return {
        name: as_the_library_says(value)
        for name, value in answer.items()
        if name not in ("url", "filters", "took_ms") and not name.endswith("_url")
    }
