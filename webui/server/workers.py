"""Run several processes that do the same work, until a signal ends them all."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_RESTART_SECONDS = 1.0
"""The pause before a process that ended is replaced."""
_END_SECONDS = 10.0
"""The time in which processes must end. After that they are killed."""


def can_fork() -> bool:
    """Return whether this system can run several workers."""
    return hasattr(os, "fork")


def default_workers() -> int:
    """Return the number of cores that this process may use, or 1 where a fork is unsafe or impossible."""
    # System libraries of macOS do not support a fork.
    if not can_fork() or sys.platform == "darwin":
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_workers(count: int, work: Callable[[int], None], *, on_started: Callable[[], object]) -> None:
    """Call ``work`` with 0 to ``count`` - 1, each in a process of its own, until SIGTERM or SIGINT.

    A process that ends by itself is reported and replaced. All processes end if this process is killed. The caller must not have
    started threads, which may hold locks at a fork; ``on_started`` is called when all processes run.
    """
    parent_end, own_end = os.pipe()
    numbers: dict[int, int] = {}  # by process

    def start(number: int) -> None:
        # Without this, a signal between the fork and the new handler would run the parent's handler.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            process = os.fork()
            if not process:
                os.close(own_end)
                _work(parent_end, work, number)
            numbers[process] = number
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def replace(number: int, message: str) -> None:
        while True:
            # A service manager ends all processes at once. This one then ends here.
            time.sleep(_RESTART_SECONDS)
            print(f"searchlib: {message}", file=sys.stderr, flush=True)
            try:
                return start(number)
            except OSError as error:
                message = f"the system cannot start a worker ({error.strerror or error}), trying again"

    signal.signal(signal.SIGTERM, _exit)
    try:
        for number in range(count):
            start(number)
        on_started()
        while True:
            process, status = os.wait()
            number = numbers.pop(process)
            replace(number, f"worker {process} ended ({_reason(status)}), starting another")
    except (SystemExit, KeyboardInterrupt):
        pass
    finally:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        _end(numbers)
        os.close(own_end)
        os.close(parent_end)


def _work(parent_end: int, work: Callable[[int], None], number: int) -> None:
    """Do the work of a process, and exit. The rest of the program belongs to the parent."""
    status = 1
    try:
        signal.signal(signal.SIGTERM, _exit)
        # Ctrl-C reaches all processes of a terminal. The parent ends the workers.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_end_with_parent, args=(parent_end,), daemon=True).start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        work(number)
        status = 0
    except BaseException as error:
        if _is_exit(error):
            status = 0
        else:
            traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _is_exit(error: BaseException) -> bool:
    """Return whether ``_exit`` caused an error. If it interrupts the start of a thread, ``threading`` raises RuntimeError."""
    return isinstance(error.__context__ if isinstance(error, RuntimeError) else error, SystemExit)


def _exit(*_: object) -> None:
    """Raise SystemExit once: a second signal must not interrupt the end of the process."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(0)


def _end_with_parent(parent_end: int) -> None:
    """End this process when the parent ends: only the parent holds the other end of the pipe."""
    os.read(parent_end, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _end(processes: dict[int, int]) -> None:
    """End the processes. One of them may have ended, unnoticed: a signal can interrupt the parent right after it waited."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
    until = time.monotonic() + _END_SECONDS
    for process in processes:
        with suppress(ChildProcessError):
            while not os.waitpid(process, os.WNOHANG)[0]:
                if time.monotonic() > until:
                    os.kill(process, signal.SIGKILL)
                    os.waitpid(process, 0)
                    break
                time.sleep(0.01)


def _reason(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit status {code}" if code >= 0 else f"signal {-code}"
