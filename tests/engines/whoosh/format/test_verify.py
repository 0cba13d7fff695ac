"""Any damaged byte of a segment leads to a result or an error of this project, and the damage that can be seen is named."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from searchlib.engines.whoosh.format.arrays import ArrayFile
from searchlib.engines.whoosh.format.segment import ARTICLES_EXTENSION, TERMS_EXTENSION, Segment
from searchlib.engines.whoosh.format.verify import damage
from searchlib.engines.whoosh.write.merge import merge
from searchlib.errors import IndexDamagedError
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
    assert list(damage(Segment(folder, "MAIN_a"))) == []


def test_a_damaged_posting_list_is_named(folder: Path) -> None:
    segment = Segment(folder, "MAIN_a")
    number = segment.fields["bigrams"].terms.find("学!习".encode())
    assert number is not None
    list_bytes = segment.fields["bigrams"].list_bytes(number).tobytes()
    file = folder / f"MAIN_a{TERMS_EXTENSION}"
    data = file.read_bytes()
    assert data.count(list_bytes) == 1
    file.write_bytes(data.replace(list_bytes, b"\xff" * len(list_bytes)))
    problems = list(damage(Segment(folder, "MAIN_a")))
    assert problems == ["MAIN_a.terms: field bigrams: the posting list of the term '学!习' is damaged"]


@pytest.mark.parametrize("name", ["words.list_lengths.group_starts", "words.suffix_lengths.group_starts"])
def test_the_starts_of_posting_lists_must_fit_their_lengths(tmp_path: Path, name: str) -> None:
    merge([write_texts(tmp_path / "run", [f"elasticsearch{number}" for number in range(300)])], tmp_path, "MAIN_a")
    file = tmp_path / f"MAIN_a{TERMS_EXTENSION}"
    opened = ArrayFile(file)
    dtype, length, begin = opened._entry(name)
    opened.close()
    assert length > 2
    data = bytearray(file.read_bytes())
    data[begin + dtype.itemsize] ^= 1
    file.write_bytes(data)
    assert list(damage(Segment(tmp_path, "MAIN_a"))) == [
        "MAIN_a.terms: field words: its posting lists do not start where they should"
    ]


def test_any_changed_byte_leads_to_a_result_or_an_error_of_this_project(folder: Path) -> None:
    chooser = random.Random(7)
    named = 0
    for extension in (TERMS_EXTENSION, ARTICLES_EXTENSION):
        file = folder / f"MAIN_a{extension}"
        sound = file.read_bytes()
        for _ in range(150):
            at = chooser.randrange(len(sound))
            file.write_bytes(sound[:at] + bytes([sound[at] ^ 1 << chooser.randrange(8)]) + sound[at + 1 :])
            try:
                segment = Segment(folder, "MAIN_a")
                named += bool(list(damage(segment)))
                segment.close()
            except IndexDamagedError:
                named += 1
        file.write_bytes(sound)
    # Many changed numbers are as plausible as the old ones: only checksums detect them.
    assert named > 60
