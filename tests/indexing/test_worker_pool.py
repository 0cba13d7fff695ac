"""Workers end with the build that started them, and an error in one of them ends the build."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import searchlib
from searchlib.indexing.worker_pool import GC_THRESHOLD, map_in_order
from tests.small_indexes import Write, article, generation_names


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("signal_sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_a_build_that_a_signal_ends(
    write: Write, tmp_path: Path, signal_sent: signal.Signals
) -> None:
    folder = write({f"{number}.md": article(f"第{number}篇", "正文" * 200) for number in range(600)})
    # A shell lets what it runs in the background ignore Ctrl-C, and the tests may run there.
    program = (
        "import signal, sys; from searchlib.cli import main; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); sys.exit(main())"
    )
    command = [sys.executable, "-c", program, "build", str(folder), "--index", str(tmp_path / "index"), "--jobs", "2"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        while len(children := children_of(process.pid)) < 2:
            assert process.poll() is None, "the build ended before it could be killed"
            time.sleep(0.01)
        # Python loses a Ctrl-C that comes while it forks: what follows a fork may not fail.
        time.sleep(0.05)
        process.send_signal(signal_sent)
    assert process.returncode == (130 if signal_sent == signal.SIGINT else -signal_sent)
    for _ in range(1000):
        if not any(Path(f"/proc/{child}").exists() for child in children):
            break
        time.sleep(0.01)
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    searchlib.build_index(folder, tmp_path / "index")
    assert len(generation_names(tmp_path / "index")) == 1


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_failed_build_does_not_end_the_workers_of_another_build(write: Write, tmp_path: Path) -> None:
    folder = write({f"{number}.md": article(f"第{number}篇", "正文" * 200) for number in range(300)})
    one_goes_on, other_goes_on = threading.Event(), threading.Event()
    reports: list[searchlib.BuildReport] = []

    def fail(_: int, __: int) -> None:
        one_goes_on.set()
        assert other_goes_on.wait(60)
        raise KeyError("given up")

    def build() -> None:
        assert one_goes_on.wait(60)
        reports.append(
            searchlib.build_index(folder, tmp_path / "other", jobs=2, progress=lambda *_: other_goes_on.set())
        )

    thread = threading.Thread(target=build)
    thread.start()
    with pytest.raises(KeyError, match="given up"):
        searchlib.build_index(folder, tmp_path / "one", jobs=2, progress=fail)
    thread.join(60)
    assert [report.added for report in reports] == [300]


def out_of_memory(_: int) -> int:
    raise MemoryError


@pytest.mark.parametrize("jobs", [1, 2])
def test_too_little_memory_is_an_error_with_a_message(jobs: int) -> None:
    with pytest.raises(searchlib.SearchlibError, match="not enough memory"):
        list(map_in_order(out_of_memory, range(5), jobs=jobs))


def end_at_once(_: int) -> None:
    os._exit(3)


def test_the_death_of_a_worker_is_an_error_with_a_message() -> None:
    with pytest.raises(searchlib.SearchlibError, match="a worker process died"):
        list(map_in_order(end_at_once, range(5), jobs=2))


def fail_at_three(number: int) -> int:
    if number == 3:
        raise KeyError("three")
    return number


def test_an_error_of_a_task_is_raised_where_its_result_would_be() -> None:
    results = map_in_order(fail_at_three, range(9), jobs=2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(KeyError, match="three") as error:
        next(results)
    assert "fail_at_three" in error.value.__notes__[0]


def a_megabyte(number: int) -> bytes:
    return bytes([number % 256]) * (1 << 20)


def test_large_tasks_and_results_never_block_each_other() -> None:
    tasks = [bytes([number]) * (1 << 20) for number in range(40)]
    assert list(map_in_order(bytes.upper, tasks, jobs=3)) == [task.upper() for task in tasks]
    assert [result[0] for result in map_in_order(a_megabyte, range(60), jobs=4)] == list(range(60))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked where the system can")
def test_a_process_that_cannot_start_is_an_error_with_a_message(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({f"{number}.md": article(f"第{number}篇") for number in range(300)})
    fork = os.fork
    forks = 0

    def refused() -> int:
        nonlocal forks
        forks += 1
        if forks == 2:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return fork()

    with monkeypatch.context() as patch:
        patch.setattr(os, "fork", refused)
        with pytest.raises(searchlib.SearchlibError, match="cannot start a worker process"):
            searchlib.build_index(folder, tmp_path / "index", jobs=2)
    assert not multiprocessing.active_children()
    assert searchlib.build_index(folder, tmp_path / "index", jobs=2).added == 300


def test_the_garbage_collector_runs_less_often_during_the_work_only() -> None:
    before = gc.get_threshold()
    one, other = (map_in_order(lambda _: gc.get_threshold()[0], range(3), jobs=1) for _ in range(2))
    assert [next(one), next(other)] == [GC_THRESHOLD] * 2
    one.close()
    assert [*other] == [GC_THRESHOLD] * 2
    assert gc.get_threshold() == before
