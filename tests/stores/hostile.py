"""Open indexes whose files an attacker has made: ``python -m tests.stores.hostile [--all] [--tries N]``.

Their checksums are right, and their content is not. A forked child searches each of them. It must end within seconds, with little
memory, and with an answer or an error of the library. The command prints a table: the tries of each kind, those that failed, the
longest time, and the most memory.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import zstandard

import searchlib
from searchlib.engines.whoosh.format.arrays import ArrayFile
from searchlib.errors import IndexDamagedError
from searchlib.stores.generations import Generations
from tests.engines.whoosh.array_files import change_array
from tests.faults import flips
from tests.faults.tries import option_parser
from tests.stores.sealing import seal_again, write_sealed

MAX_SECONDS, MAX_MEGABYTES = 5.0, 200
"""Bounds of one try, which makes a dozen searches. The time is that of the processor."""

Change = Callable[[Path], object]
"""A change of the folder of a generation."""


def with_value(name: str, value: Any) -> Change:
    """Return a change of one value of the manifest, which keeps the right checksum."""
    return lambda generation: seal_again(generation, lambda manifest: manifest.update({name: value}))


def with_file_entry(name: str, entry: Any) -> Change:
    """Return a change of the entry of a file in the manifest."""
    return lambda generation: seal_again(generation, lambda manifest: manifest["files"].update({name: entry}))


def with_file(name: str, data: bytes) -> Change:
    """Return a change of one file, which the manifest describes as it is."""

    def change(generation: Path) -> None:
        (generation / name).write_bytes(data)
        seal_again(generation)

    return change


def fifo(name: str) -> Change:
    return lambda generation: _replaced_by_fifo(_file(generation, name))


def _replaced_by_fifo(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def link(name: str, target: str) -> Change:
    def change(generation: Path) -> None:
        file = _file(generation, name)
        file.unlink()
        file.symlink_to(target)

    return change


def old_generation_fifo(generation: Path) -> None:
    os.mkfifo(generation.with_name("000000-20200101T000000000000"))


def sources_bomb(generation: Path) -> None:
    (generation / "sources.json.gz").write_bytes(gzip.compress(bytes(1 << 30), 1))
    seal_again(generation)


def with_array(extension: str, name: str, change: Callable[[Any], Any]) -> Change:
    """Return a change of one array, with right checksums."""

    def apply(generation: Path) -> None:
        change_array(_file(generation, extension), name, change)
        seal_again(generation)

    return apply


def stored_bomb(kind: str, megabytes: int) -> Change:
    """Return a change of a stored block of the first article into one that becomes this large."""
    packed = zstandard.ZstdCompressor(level=1).compress(bytes(megabytes << 20))

    def change(generation: Path) -> None:
        file = _file(generation, ".articles")
        change_array(file, f"stored.{kind}", lambda _: np.frombuffer(packed, np.uint8))
        change_array(file, f"stored.{kind}.ends", lambda ends: np.full(len(ends), len(packed), np.uint32))
        seal_again(generation)

    return change


def _file(generation: Path, name: str) -> Path:
    """Return a file by its name or, for a file of a segment, its extension."""
    return next(generation.glob(f"MAIN_*{name}")) if name.startswith(".") else generation / name


FILES = (
    *("manifest.json", "manifest.blake2b", "sources.json.gz"),
    *("MAIN.json", "MAIN.dictionary", "MAIN.near_duplicates", "MAIN.facets", "MAIN.boilerplate"),
    *(".terms", ".articles", ".lexicon"),
)

REFUSED: dict[str, Change] = {
    **{f"{name} is a FIFO": fifo(name) for name in FILES},
    **{f"{name} is a device": link(name, "/dev/zero") for name in FILES},
    "the pointer is a FIFO": lambda generation: _replaced_by_fifo(generation.parent.parent / "current"),
    "100,000 segments": with_file(
        "MAIN.json", json.dumps({"segments": [[f"MAIN_{n:x}", 1, []] for n in range(100_000)]}).encode()
    ),
    "a table of 64 MB": with_file("MAIN.json", b'{"segments": [[' + b"1," * (32 << 20) + b"1]]}"),
    "a bottomless table": with_file("MAIN.json", b"[" * 1_000_000),
    "a dictionary of 64 MB": with_file("MAIN.dictionary", bytes(64 << 20)),
    "a manifest of 64 MB": lambda generation: write_sealed(generation, b" " * (64 << 20)),
    "a bottomless manifest": lambda generation: write_sealed(generation, b"[" * 1_000_000),
    "a manifest that is a list": lambda generation: write_sealed(generation, b"[]"),
    "a manifest of text": lambda generation: write_sealed(generation, b"\xff"),
    **{
        f"{name} is {value!r}": with_value(name, value)
        for name, values in {
            "format": ("7", None, 7.5, -1, True),
            "engine": (1, None, "../whoosh", []),
            "built": ("soon", None, 5, "2021-01-01"),
            "zone": ("Mars/Base", None, "../../etc/passwd", "", 8),
            "analysis": (None, [], "x"),
            "articles": (-1, "4", None, 1 << 70, 1.5),
            "skipped": (None, {"draft": "x"}, []),
            "traits": (None, {}, {"encrypted": 1}),
        }.items()
        for value in values
    },
    **{
        f"the file {name!r}": with_file_entry(name, [1, "0" * 32])
        for name in ("../../../etc/passwd", "/etc/passwd", "a//b", "C:\\x", "")
    },
    **{
        f"the entry {entry!r} of a file": with_file_entry("MAIN.json", entry)
        for entry in (None, [1], ["1", "0" * 32], [-1, "0" * 32], [1, 5], [1, "x" * 32])
    },
    "a million files": lambda generation: seal_again(
        generation, lambda manifest: manifest["files"].update({f"f{n}": [0, "0" * 32] for n in range(10_000)})
    ),
}
"""Changes after which an index cannot be opened."""

WAITING: dict[str, Change] = {
    "an old generation is a FIFO": old_generation_fifo,
    "the next pointer is a FIFO": lambda generation: os.mkfifo(generation.parent.parent / "current.new"),
    "the next pointer is a device": lambda generation: (generation.parent.parent / "current.new").symlink_to(
        "/dev/zero"
    ),
    "the lock is a FIFO": lambda generation: _replaced_by_fifo(generation.parent.parent / "lock"),
}
"""Changes that could make an update wait."""

BOMBS: dict[str, Change] = {
    "sources of 1 GB": sources_bomb,
    **{
        f"a stored {kind} of {megabytes:,} MB": stored_bomb(kind, megabytes)
        for kind in ("head", "text")
        for megabytes in (63, 255, 1_000)
    },
}

ARRAYS: dict[str, Change] = {
    "positions outside of the articles": with_array(
        ".terms", "body_bigrams.lists", lambda lists: np.full_like(lists, 255)
    ),
    "a million terms": with_array(".terms", "author.lows", lambda lows: np.resize(lows, 1_000_000)),
    "a million names": with_array("MAIN.facets", "author.text_ends", lambda ends: np.resize(ends, 1_000_000)),
}
"""Changes that ended in another error, or took much memory, before."""

_ARRAYS: dict[str, Callable[[Any, random.Random], Any]] = {
    "zeros": lambda array, _: np.zeros_like(array),
    "the largest numbers": lambda array, _: np.full_like(array, np.iinfo(array.dtype).max),
    "random": lambda array, chooser: np.frombuffer(chooser.randbytes(array.nbytes), array.dtype),
    "empty": lambda array, _: array[:0],
    "one shorter": lambda array, _: array[:-1],
    "backwards": lambda array, _: array[::-1].copy(),
    "a million more": lambda array, _: np.resize(array if len(array) else np.ones(1, array.dtype), 1_000_000),
}


def array_changes(generation: Path, seed: int) -> dict[tuple[str, str], Change]:
    """Return a change for each array of each file, by kind and name."""
    chooser = random.Random(seed)
    changes: dict[tuple[str, str], Change] = {}
    for file in sorted(generation.iterdir()):
        try:
            names = [*ArrayFile(file)]
        except IndexDamagedError:
            continue
        extension = file.suffix if file.name.startswith("MAIN_") else file.name
        for name in names:
            for kind, change in _ARRAYS.items():
                each = partial(lambda array, change: change(array, chooser), change=change)
                changes[f"arrays: {kind}", f"{name} of {extension}"] = with_array(extension, name, each)
    return changes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a child ended: its seconds of processor time, the memory that it took in MB, and its problem, or ""."""

    kind: str
    what: str
    seconds: float
    megabytes: int
    problem: str = ""


def use(index: Path, articles: Path) -> None:
    """Ask an index everything, update it, and build it again."""
    flips.answers(index)
    with suppress(searchlib.SearchlibError), searchlib.open_index(index) as opened:
        opened.check()
        list(opened)
    for change in (searchlib.update_index, partial(searchlib.build_index, jobs=1)):
        with suppress(searchlib.SearchlibError):
            change(articles, index)


def run(kind: str, what: str, action: Callable[[], object], before: int = 0) -> Outcome:
    """Run an action in a child. Its memory is what it takes beyond ``before`` MB."""
    report, write = os.pipe()
    child = os.fork()
    if child == 0:
        problem = ""
        # Waiting for a FIFO takes no processor time.
        signal.alarm(60)
        try:
            action()
        except BaseException as error:
            problem = "".join(traceback.format_exception(error)[-8:])
        os.write(write, problem[-3000:].encode())
        os._exit(0)
    os.close(write)
    with open(report, encoding="utf-8") as file:
        problem = file.read()
    _, status, usage = os.wait4(child, 0)
    seconds, megabytes = usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024 - before
    if os.WIFSIGNALED(status):
        problem = f"it was killed by signal {os.WTERMSIG(status)}"
    elif not problem and seconds > MAX_SECONDS:
        problem = f"it took {seconds:.1f} s"
    elif not problem and megabytes > MAX_MEGABYTES:
        problem = f"it took {megabytes} MB"
    return Outcome(kind, what, seconds, megabytes, problem)


def tried(folder: Path, tries: int | None, seed: int) -> list[Outcome]:
    """Try all changes but those of arrays, and some of those, or all."""
    generation = flips.prepare(folder)
    articles = folder / "articles"
    # Everything is imported before the children are forked.
    with _copy(folder) as index:
        use(index, articles)
    with _copy(folder) as index:
        before = run("", "", partial(use, index, articles)).megabytes
    arrays = [(kind, what, change) for (kind, what), change in array_changes(generation, seed).items()]
    if tries is not None:
        arrays = random.Random(seed).sample(arrays, tries)
    changes = [
        *[("refused", what, change) for what, change in REFUSED.items()],
        *[("waiting", what, change) for what, change in WAITING.items()],
        *[("bombs", what, change) for what, change in BOMBS.items()],
        *[("arrays", what, change) for what, change in ARRAYS.items()],
        *sorted(arrays, key=lambda each: each[0]),
    ]
    outcomes = []
    for kind, what, change in changes:
        with _copy(folder) as index:
            change(Generations(index).current())
            outcomes.append(run(kind, what, partial(use, index, articles), before))
    return outcomes


@contextmanager
def _copy(folder: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(shutil.copytree(folder / "index", Path(name) / "index"))


def main() -> int:
    """Try the changes, and print the table."""
    options = option_parser(__doc__, "change every array in every way").parse_args()
    with tempfile.TemporaryDirectory() as name:
        outcomes = tried(Path(name), None if options.all else options.tries, options.seed)
    for each in outcomes:
        if each.problem:
            print(f"{each.kind}, {each.what}: {each.problem}")
    print(f"{'':<32}{'tries':>8}{'failed':>8}{'s':>8}{'MB':>8}")
    for kind in dict.fromkeys(each.kind for each in outcomes):
        some = [each for each in outcomes if each.kind == kind]
        failed = sum(each.problem != "" for each in some)
        seconds, megabytes = max(each.seconds for each in some), max(each.megabytes for each in some)
        print(f"{kind:<32}{len(some):>8}{failed:>8}{seconds:>8.2f}{megabytes:>8}")
    return 1 if any(each.problem for each in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
