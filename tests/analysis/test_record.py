"""The record of the analysis that an index was built with."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from searchlib.analysis.fold import FOLDS
from searchlib.analysis.record import (
    ANALYSIS_VERSION,
    analysis_differences,
    analysis_record,
    characters_digest,
    with_current_opencc,
)


def test_the_record_is_plain_json() -> None:
    record = dict(analysis_record())
    assert json.loads(json.dumps(record)) == record
    assert record["version"] == ANALYSIS_VERSION
    assert record["fold"] == [step.__name__ for step in FOLDS]
    assert {"segmenter", "dictionary", "characters", "opencc"} <= record.keys()


def test_the_record_is_the_same_in_every_process() -> None:
    code = "import json; from searchlib.analysis.record import analysis_record; print(json.dumps(analysis_record()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == dict(analysis_record())
    assert characters_digest.__wrapped__() == analysis_record()["characters"]


def test_another_character_table_makes_another_record(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(analysis_record())
    other = characters_digest(lambda text: text.replace("學", "学"))
    monkeypatch.setattr("searchlib.analysis.record.characters_digest", lambda: other)
    assert analysis_record()["characters"] == other != before["characters"]
    # The same version of OpenCC has the same table, so that the table is not compared.
    assert analysis_differences(before) == []
    assert analysis_differences(before | {"opencc": "0.9"}) == ["characters"]


def test_the_same_table_of_another_opencc_is_no_difference() -> None:
    record = dict(analysis_record())
    assert analysis_differences(record) == []
    assert analysis_differences(record | {"opencc": "0.9"}) == []
    assert analysis_differences(record | {"opencc": "0.9", "characters": "none"}) == ["characters"]
    assert analysis_differences(record | {"version": 0, "more": True}) == ["more", "version"]
    assert with_current_opencc(record | {"opencc": "0.9"}) == record
    assert analysis_differences({}) == sorted(record.keys() - {"opencc", "dictionary"})
