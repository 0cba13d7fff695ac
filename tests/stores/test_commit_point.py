"""The commit point: a failure after it does not undo the commit, and a failure before it leaves the old index unchanged."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

import searchlib
from searchlib.stores.generations import Generations
from tests.conftest import SAMPLES
from tests.small_indexes import Write

pytestmark = pytest.mark.slow

ARTICLES = {"a.md": "---\ntitle: 茶\n---\n绿茶\n"}
CHANGED = {"a.md": "---\ntitle: 茶\n---\n红茶\n"}


def held(index: Path) -> str:
    """Return the body of the one article of an index, which must be undamaged."""
    with searchlib.open_index(index) as opened:
        assert opened.check().ok
        return opened.get("a.md").body


def names(index: Path) -> list[str]:
    return sorted(os.listdir(index / "generations"))


def failing_at(call: str, number: int, error: BaseException) -> Callable[..., object]:
    """Return a replacement for a function of ``os`` that raises at one of its calls."""
    real = getattr(os, call)
    calls = 0

    def replacement(*arguments: object, **keywords: object) -> object:
        nonlocal calls
        calls += 1
        if calls == number:
            raise error
        return real(*arguments, **keywords)

    return replacement


ERRORS = (
    KeyboardInterrupt(),
    SystemExit(143),
    OSError(5, "Input/output error"),
    OSError(28, "No space left on device"),
)


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_an_error_as_the_pointer_changes_leaves_the_new_index(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    index = tmp_path / "index"
    searchlib.build_index(write(ARTICLES), index, jobs=1)
    folder = write(CHANGED)
    replace = os.replace

    def failing(source: Path, target: Path) -> None:
        replace(source, target)
        if target.name == "current":
            raise error

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", failing)
        with pytest.raises(searchlib.SearchlibError if isinstance(error, OSError) else type(error)):
            searchlib.build_index(folder, index, jobs=1)
    assert held(index) == "红茶"


@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize("call", ["fsync", "replace", "mkdir"])
def test_an_error_at_any_call_leaves_the_old_or_the_new_index_whole(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException
) -> None:
    index = tmp_path / "index"
    searchlib.build_index(write(ARTICLES), index, jobs=1)
    folder = write(CHANGED)
    outcomes = set()
    for number in range(1, 100):
        with monkeypatch.context() as patch:
            patch.setattr(os, call, failing_at(call, number, error))
            try:
                searchlib.build_index(folder, index, jobs=1)
            except (searchlib.SearchlibError, KeyboardInterrupt, SystemExit):
                outcomes.add(held(index))
            else:
                break
    else:
        pytest.fail("a build makes fewer calls")
    assert outcomes <= {"绿茶", "红茶"}
    assert held(index) == "红茶"
    assert len(names(index)) <= 2


def test_interrupts_at_the_swap_never_lose_the_index(tmp_path: Path) -> None:
    """A process sends itself SIGINT as ``current`` is replaced, 20 times."""
    program = f"""
        import os, signal, searchlib
        # A shell starts background processes with the signal ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        replace = os.replace
        def interrupted(*arguments):
            replace(*arguments)
            if str(arguments[1]).endswith("current"):
                os.kill(os.getpid(), signal.SIGINT)
        os.replace = interrupted
        for _ in range(20):
            try:
                searchlib.build_index({os.fspath(SAMPLES)!r}, {os.fspath(tmp_path / "index")!r}, jobs=1)
            except KeyboardInterrupt:
                print("interrupted")
            with searchlib.open_index({os.fspath(tmp_path / "index")!r}) as index:
                assert index.search("元宇宙").total
    """
    done = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["interrupted"] * 20


def test_a_pointer_that_cannot_be_read_is_no_missing_index(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    folder = write(ARTICLES)
    searchlib.build_index(folder, index, jobs=1)
    searchlib.build_index(folder, index, jobs=1)
    before = names(index)
    real = open

    def refused(file: object, *arguments: object, **keywords: object) -> object:
        if str(file).endswith("/current"):
            raise PermissionError(13, "Permission denied")
        return real(file, *arguments, **keywords)

    for use in (searchlib.open_index, lambda place: searchlib.update_index(folder, place)):
        with monkeypatch.context() as patch:
            patch.setattr("builtins.open", refused)
            with pytest.raises(searchlib.SearchlibError, match="Permission denied") as error:
                use(index)
        assert not isinstance(error.value, searchlib.NoIndexError)
    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", refused)
        with pytest.raises(searchlib.SearchlibError):
            searchlib.build_index(folder, index, jobs=1)
    assert names(index) == before
    assert held(index) == "绿茶"


def without_its_current_generation(write: Write, index: Path) -> str:
    """Build an index twice, remove the current generation, and return the name of the other one."""
    searchlib.build_index(write(ARTICLES), index, jobs=1)
    searchlib.build_index(write(CHANGED), index, jobs=1)
    shutil.rmtree(Generations(index).current())
    (older,) = names(index)
    return older


def test_a_missing_generation_is_damage_that_names_the_repair(write: Write, tmp_path: Path) -> None:
    without_its_current_generation(write, tmp_path / "index")
    with pytest.raises(searchlib.IndexDamagedError, match=r"check --repair"):
        searchlib.open_index(tmp_path / "index")


def test_a_build_that_fails_keeps_the_older_generation(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    older = without_its_current_generation(write, index)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", failing_at("replace", 1, OSError(28, "No space left on device")))
        with pytest.raises(searchlib.SearchlibError, match="No space left"):
            searchlib.build_index(tmp_path / "articles", index, jobs=1)
    assert names(index) == [older]
    assert searchlib.repair_index(index) == older
    assert held(index) == "绿茶"


def test_repair_returns_to_the_newest_undamaged_generation(write: Write, tmp_path: Path) -> None:
    index = tmp_path / "index"
    folder = write(ARTICLES)
    for _ in range(2):
        searchlib.build_index(folder, index, jobs=1)
    older, newer = names(index)
    assert searchlib.repair_index(index) == newer
    largest = max((index / "generations" / newer).rglob("*.terms"), key=lambda file: file.stat().st_size, default=None)
    damaged = largest or next(iter(sorted((index / "generations" / newer).glob("MAIN*"))))
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    assert searchlib.repair_index(index) == older
    assert held(index) == "绿茶"
    shutil.rmtree(index / "generations" / older)
    with pytest.raises(searchlib.IndexDamagedError, match="no undamaged generation"):
        searchlib.repair_index(index)


def test_repair_without_an_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(searchlib.IndexDamagedError):
        searchlib.repair_index(tmp_path / "index")


def test_remains_of_an_interrupted_build_are_removed(write: Write, tmp_path: Path) -> None:
    index = tmp_path / "index"
    folder = write(ARTICLES)
    searchlib.build_index(folder, index, jobs=1)
    unfinished = index / "generations" / "000002-20990101T000000"
    unfinished.mkdir()
    (unfinished / "run").write_bytes(b"half")
    searchlib.build_index(folder, index, jobs=1)
    assert unfinished.name not in names(index)
    assert held(index) == "绿茶"


@pytest.mark.skipif(not hasattr(signal, "SIGTERM"), reason="no signals on this system")
def test_sigterm_at_the_swap_of_the_command_leaves_the_new_index(tmp_path: Path) -> None:
    program = f"""
        import os, signal, sys
        from searchlib import cli
        replace = os.replace
        def ended(*arguments):
            replace(*arguments)
            if str(arguments[1]).endswith("current"):
                os.kill(os.getpid(), signal.SIGTERM)
        os.replace = ended
        sys.exit(cli.main(["build", {os.fspath(SAMPLES)!r}, "--index", {os.fspath(tmp_path / "index")!r}, "--jobs", "1"]))
    """
    done = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True)
    assert done.returncode != 0
    with searchlib.open_index(tmp_path / "index") as index:
        assert index.check().ok
