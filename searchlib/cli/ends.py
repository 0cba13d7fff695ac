"""How a command may end: its exit code."""

from __future__ import annotations

DONE, FAILED, INTERRUPTED = 0, 1, 130
