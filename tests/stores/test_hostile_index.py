"""A malicious index causes one error: it runs no code, does not block, and takes little memory."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib.stores.generations import Generations
from searchlib.stores.manifest import MANIFEST_FILE
from tests.stores.sealing import seal_again, write_sealed

MAX_MEGABYTES = 200

Change = Callable[[Path], object]


def with_value(name: str, value: Any) -> Change:
    """Return a change of one value of the manifest, which keeps the right checksum."""
    return lambda generation: seal_again(generation, lambda manifest: manifest.update({name: value}))


def with_file(name: str, data: bytes) -> Change:
    """Return a change of one file, which the manifest describes as it is."""

    def change(generation: Path) -> None:
        (generation / name).write_bytes(data)
        seal_again(generation)

    return change


def fifo(name: str) -> Change:
    def change(generation: Path) -> None:
        (generation / name).unlink()
        os.mkfifo(generation / name)

    return change


def link(name: str, target: str) -> Change:
    def change(generation: Path) -> None:
        (generation / name).unlink()
        (generation / name).symlink_to(target)

    return change


def pointer_fifo(generation: Path) -> None:
    pointer = generation.parent.parent / "current"
    pointer.unlink()
    os.mkfifo(pointer)


FILES = (
    "manifest.json",
    "manifest.blake2b",
    "MAIN.json",
    "MAIN.dictionary",
    "MAIN.near_duplicates",
    "MAIN.facets",
    "MAIN.boilerplate",
)

HOSTILE: dict[str, Change] = {
    **{f"{name} is a FIFO": fifo(name) for name in FILES},
    **{f"{name} is a device": link(name, "/dev/zero") for name in FILES},
    "the pointer is a FIFO": pointer_fifo,
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
        f"the file {name!r}": (lambda each: lambda generation: seal_again(generation, each))(
            lambda manifest, name=name: manifest["files"].update({name: [1, "0" * 32]})
        )
        for name in ("../../../etc/passwd", "/etc/passwd", "a//b", "C:\\x", "")
    },
    **{
        f"the entry {entry!r} of a file": (lambda each: lambda generation: seal_again(generation, each))(
            lambda manifest, entry=entry: manifest["files"].update({"MAIN.json": entry})
        )
        for entry in (None, [1], ["1", "0" * 32], [-1, "0" * 32], [1, 5], [1, "x" * 32])
    },
    "a million files": lambda generation: seal_again(
        generation, lambda manifest: manifest["files"].update({f"f{n}": [0, "0" * 32] for n in range(10_000)})
    ),
}


@pytest.fixture(scope="module")
def sound_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    (folder / "a.md").write_text("---\ntitle: 茶\n---\n\n绿茶\n", encoding="utf-8")
    searchlib.build_index(folder, folder / "index", jobs=1)
    return folder / "index"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFOs")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_index_is_one_error(sound_index: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(sound_index, tmp_path / "index")
    HOSTILE[name](Generations(tmp_path / "index").current())
    with pytest.raises(searchlib.SearchlibError), searchlib.open_index(tmp_path / "index") as index:
        index.search("茶")


PROGRAM = """
import resource, sys, searchlib
searchlib.tokenize("茶")
with searchlib.open_index(sys.argv[1]) as index:
    index.search("茶")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    with searchlib.open_index(sys.argv[2]) as index:
        index.search("茶")
        index.get("a.md")
        index.check()
        if sys.argv[3:]:
            searchlib.update_index(sys.argv[3], sys.argv[2])
except searchlib.SearchlibError as error:
    print(error, file=sys.stderr)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def sources_bomb(generation: Path) -> None:
    (generation / "sources.json.gz").write_bytes(gzip.compress(bytes(1 << 30), 1))
    seal_again(generation)


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux does")
@pytest.mark.parametrize(
    "change",
    [HOSTILE["a table of 64 MB"], HOSTILE["a manifest of 64 MB"], HOSTILE["a dictionary of 64 MB"], sources_bomb],
    ids=["table", "manifest", "dictionary", "sources"],
)
def test_a_hostile_index_takes_little_memory(sound_index: Path, tmp_path: Path, change: Change) -> None:
    shutil.copytree(sound_index, tmp_path / "index")
    change(Generations(tmp_path / "index").current())
    command = [sys.executable, "-c", PROGRAM, str(sound_index), str(tmp_path / "index"), str(sound_index.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < MAX_MEGABYTES
    assert MANIFEST_FILE in os.listdir(Generations(tmp_path / "index").current())
