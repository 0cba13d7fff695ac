"""Every changed byte of a segment is reported as damage, as is damage that checksums do not detect."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from searchlib.common.progress import NO_PROGRESS
from searchlib.engines.whoosh.format.arrays import BLOCK_BYTES, ArrayFile, array_writer
from searchlib.engines.whoosh.format.segment import ARTICLES_EXTENSION, TERMS_EXTENSION, Segment
from searchlib.engines.whoosh.format.verify import damage
from searchlib.engines.whoosh.write.merge import merge
from searchlib.errors import IndexDamagedError
from tests.engines.whoosh.array_files import change_array
from tests.engines.whoosh.write.test_merge import write_texts

TEXTS = [
    "全文检索 搜索引擎",
    "机器学习 machine learning elasticsearch",
    "学习学习学习",
    "元宇宙 产业互联网\n第二行",
] * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    merge([write_texts(tmp_path / "run", TEXTS)], tmp_path, "MAIN_a")
    return tmp_path


def test_a_sound_segment_has_no_damage(folder: Path) -> None:
    assert list(damage([Segment(folder, "MAIN_a")], NO_PROGRESS)) == []


def test_a_damaged_posting_list_is_named(folder: Path) -> None:
    segment = Segment(folder, "MAIN_a")
    field = segment.fields["bigrams"]
    number = field.terms.find("学!习".encode())
    assert number is not None
    start, end = field.list_lengths.bounds(number)
    segment.close()

    def change(lists: Any) -> Any:
        lists[start:end] = 255
        return lists

    change_array(folder / f"MAIN_a{TERMS_EXTENSION}", "bigrams.lists", change)
    problems = list(damage([Segment(folder, "MAIN_a")], NO_PROGRESS))
    assert problems == ["MAIN_a.terms: field bigrams: the posting list of the term '学!习' is damaged"]


@pytest.mark.parametrize("name", ["words.list_lengths.group_starts", "words.suffix_lengths.group_starts"])
def test_the_starts_of_posting_lists_must_fit_their_lengths(tmp_path: Path, name: str) -> None:
    merge([write_texts(tmp_path / "run", [f"elasticsearch{number}" for number in range(300)])], tmp_path, "MAIN_a")
    change_array(tmp_path / f"MAIN_a{TERMS_EXTENSION}", name, lambda starts: starts ^ (np.arange(len(starts)) == 1))
    assert list(damage([Segment(tmp_path, "MAIN_a")], NO_PROGRESS)) == [
        "MAIN_a.terms: field words: its posting lists do not start where they should"
    ]


def test_any_changed_byte_is_named(folder: Path) -> None:
    """Every byte of the small segment is changed; only the space between arrays, which nothing reads, may go unnoticed."""
    chooser = random.Random(7)
    for extension in (TERMS_EXTENSION, ARTICLES_EXTENSION):
        file = folder / f"MAIN_a{extension}"
        sound = file.read_bytes()
        for at in range(0, len(sound), 7):
            file.write_bytes(sound[:at] + bytes([sound[at] ^ 1 << chooser.randrange(8)]) + sound[at + 1 :])
            with pytest.raises(IndexDamagedError):
                read_all(Segment(folder, "MAIN_a"))
        file.write_bytes(sound)
    read_all(Segment(folder, "MAIN_a"))


def read_all(segment: Segment) -> None:
    """Read every array of a segment, and close it."""
    with closing(segment):
        for file in (segment._terms_file, segment._articles_file):
            for name in file:
                file.array(name)


def test_a_slice_is_verified_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "arrays"
    with array_writer(path) as writer:
        writer.write("numbers", np.arange(10_000))
    data = bytearray(path.read_bytes())
    data[-3 * BLOCK_BYTES] ^= 1
    path.write_bytes(data)
    file = ArrayFile(path)
    numbers = file.slices("numbers")
    assert numbers[0:100].tolist() == file.read("numbers", 0, 100).tolist() == list(range(100))
    for read in (np.asarray, lambda array: array[0 : len(array)], lambda _: file.read("numbers", 0, 10_000)):
        with pytest.raises(IndexDamagedError, match="the checksum of its block"):
            read(numbers)
