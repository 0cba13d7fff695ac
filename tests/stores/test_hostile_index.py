"""A malicious index causes one error: it runs no code, does not block, and takes little memory."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
from pathlib import Path

import pytest

import searchlib
from searchlib.stores.generations import Generations
from searchlib.stores.manifest import (
    MAX_SOURCES_RATIO,
    MIN_SOURCES_LIMIT,
    Sources,
    read_manifest,
    read_sources,
    write_sources,
)
from tests.faults import flips
from tests.stores.hostile import REFUSED, tried
from tests.stores.sealing import seal_again


@pytest.fixture(scope="module")
def sound_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    flips.prepare(folder)
    return folder / "index"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFOs")
@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_index_is_one_error(sound_index: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(sound_index, tmp_path / "index")
    REFUSED[name](Generations(tmp_path / "index").current())
    with pytest.raises(searchlib.SearchlibError):
        _use(tmp_path / "index")


def _use(folder: Path) -> None:
    """Read all files of an index."""
    with searchlib.open_index(folder) as index:
        index.search("茶")
        index.suggest("茶")
        index.ids()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux does")
def test_a_hostile_index_takes_little_time_and_memory(tmp_path: Path) -> None:
    assert [each for each in tried(tmp_path, tries=40, seed=3) if each.problem] == []


def test_sources_that_compress_well_are_padded(sound_index: Path, tmp_path: Path) -> None:
    shutil.copytree(sound_index, tmp_path / "index")
    generation = Generations(tmp_path / "index").current()
    sources = Sources(digests=dict.fromkeys(("a" * 1_000 + str(number) for number in range(20_000)), "0" * 32))
    write_sources(generation, sources)
    seal_again(generation)
    file = generation / "sources.json.gz"
    size = len(gzip.decompress(file.read_bytes()))
    assert size > MIN_SOURCES_LIMIT
    assert size // MAX_SOURCES_RATIO == file.stat().st_size
    assert read_sources(generation, read_manifest(generation)).digests == sources.digests
