"""Read from /proc how much memory processes take."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from types import TracebackType

_PROC = Path("/proc")
_PAUSE = 0.05
# Summing up a large process takes the kernel a while: the sampling may take a twentieth of the time, not more.
_SHARE = 20


def tree_memory(root: int) -> int:
    """Return the bytes of a process and its descendants, with shared memory counted once (the sum of their PSS)."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            children.setdefault(_parent(entry), []).append(int(entry.name))
    pending, total = [root], 0
    while pending:
        process = pending.pop()
        total += _field(_PROC / str(process) / "smaps_rollup", "Pss")
        pending += children.get(process, ())
    return total


def own_memory() -> tuple[int, int]:
    """Return the bytes of this process, now and at the peak (VmRSS and VmHWM)."""
    status = _PROC / "self" / "status"
    return _field(status, "VmRSS"), _field(status, "VmHWM")


class PeakMemory:
    """The most memory that a process and all below it take while the context lasts, in bytes."""

    def __init__(self, root: int) -> None:
        self.peak = 0
        self._root = root
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _sample(self) -> None:
        pause = 0.0
        while not self._ended.wait(pause):
            begun = time.perf_counter()
            self.peak = max(self.peak, tree_memory(self._root))
            pause = max(_PAUSE, _SHARE * (time.perf_counter() - begun))


def _parent(process: Path) -> int:
    """Return the parent of a process, or 0 if the process has ended."""
    # The name of the program stands in brackets before it and may hold anything.
    fields = _read(process / "stat").rpartition(")")[2].split()
    return int(fields[1]) if fields else 0


def _field(file: Path, name: str) -> int:
    """Return the bytes of a line like ``Pss:  12 kB``, or 0 if the process has ended."""
    found = re.search(rf"^{name}:\s+(\d+) kB", _read(file), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""
