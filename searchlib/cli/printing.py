"""Print what several commands print."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import searchlib


def print_json(value: Any) -> None:
    # In another encoding than UTF-8 a character might be missing; as an escape it never is.
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not is_utf8))


def marked(spans: searchlib.Spans) -> str:
    on, off = ("\033[1;33m", "\033[0m") if sys.stdout.isatty() and "NO_COLOR" not in os.environ else ("", "")
    return "".join(f"{on}{text}{off}" if matched else text for text, matched in spans)
