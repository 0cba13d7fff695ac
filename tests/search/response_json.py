"""Compare responses of the API with the results of the library."""

from __future__ import annotations

from typing import Any


def as_the_library_says(answer: Any) -> Any:
    """Return a response without the URLs, which the API adds, and without the time, which differs between searches."""
    if isinstance(answer, list):
        return [as_the_library_says(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    return {
        name: as_the_library_says(value)
        for name, value in answer.items()
        if name not in ("url", "filters", "took_ms") and not name.endswith("_url")
    }
