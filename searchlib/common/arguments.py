"""Check the types of the arguments of public functions. Every check raises ParameterError for another type."""

from __future__ import annotations

import os
from collections.abc import Iterable

from searchlib.errors import ParameterError


def check_text(parameter: str, value: object) -> None:
    """Check that an argument is a text."""
    if not isinstance(value, str):
        raise ParameterError(parameter, f"{parameter} must be text, not {value!r}")


def check_texts(parameter: str, values: object) -> tuple[str, ...]:
    """Return the texts of an iterable, which is not a text itself."""
    texts = None if isinstance(values, str) or not isinstance(values, Iterable) else tuple(values)
    if texts is None or not all(isinstance(each, str) for each in texts):
        raise ParameterError(parameter, f"{parameter} must be a list of texts, not {values!r}")
    return texts


def check_path(parameter: str, value: object) -> None:
    """Check that an argument is the path of a file or folder."""
    if not isinstance(value, str | os.PathLike):
        raise ParameterError(parameter, f"{parameter} must be a path, not {value!r}")


def check_whole_number(parameter: str, value: object, *, minimum: int, maximum: int | None = None) -> None:
    """Check that an argument is a whole number, and within its limits."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ParameterError(parameter, f"{parameter} must be a whole number, not {value!r}")
    if maximum is not None and not minimum <= value <= maximum:
        raise ParameterError(parameter, f"{parameter} must be from {minimum} to {maximum}, not {value}")
    if value < minimum:
        raise ParameterError(parameter, f"{parameter} must be at least {minimum}, not {value}")
