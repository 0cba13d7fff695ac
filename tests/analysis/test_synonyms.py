"""A user's synonyms: the groups of a file, and where they occur in a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchlib.analysis.synonyms import MAX_SYNONYMS, Synonyms, read_synonyms
from searchlib.errors import SettingsError

FILE = """\ufeff# 食物
土豆 = 马铃薯
AI ＝ 人工智能 = artificial intelligence

水果 => 苹果 = 梨
學習 = 学习
"""


@pytest.fixture
def synonyms(tmp_path: Path) -> Synonyms:
    (tmp_path / "synonyms.txt").write_text(FILE, encoding="utf-8")
    return read_synonyms(tmp_path / "synonyms.txt")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("土豆", ["土豆: 土豆 马铃薯"]),
        ("炒马铃薯丝", ["马铃薯: 马铃薯 土豆"]),
        ("ai人工智能", ["ai: ai 人工智能 artificialintelligence", "人工智能: 人工智能 ai artificialintelligence"]),
        ("artificial intelligence", ["artificial intelligence: artificialintelligence ai 人工智能"]),
        ("artificial", []),
        ("air", []),
        ("水果", ["水果: 水果 苹果 梨"]),
        ("苹果", ["苹果: 苹果 梨"]),
        ("学习", []),
        ("", []),
    ],
)
def test_members_are_found_anywhere_in_a_text(synonyms: Synonyms, text: str, found: list[str]) -> None:
    spans = synonyms.spans(text)
    assert [f"{text[each.start : each.end]}: {' '.join(map(''.join, each.runs))}" for each in spans] == found


def test_the_longest_member_counts() -> None:
    synonyms = Synonyms(synonyms={("人", "工"): [("手",)], ("人", "工", "智", "能"): [("ai",)]})
    assert [(each.start, each.end) for each in synonyms.spans("人工智能和人工")] == [(0, 4), (5, 7)]


def test_a_word_in_several_groups_finds_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text("AI = 人工智能\nAI = 爱\n", encoding="utf-8")
    synonyms = read_synonyms(tmp_path / "s.txt")
    assert len(synonyms.spans("ai")[0].runs) == 3
    assert len(synonyms.spans("爱")[0].runs) == 2


def test_the_record_changes_with_the_groups_alone(tmp_path: Path, synonyms: Synonyms) -> None:
    (tmp_path / "synonyms.txt").write_text(FILE.replace("# 食物", "# 吃的"), encoding="utf-8")
    assert read_synonyms(tmp_path / "synonyms.txt").record() == synonyms.record()
    assert synonyms.record()["groups"] == 4
    (tmp_path / "synonyms.txt").write_text(FILE.replace("土豆", "洋芋"), encoding="utf-8")
    assert read_synonyms(tmp_path / "synonyms.txt").record()["digest"] != synonyms.record()["digest"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("土豆", "is not a group"),
        ("土豆, 马铃薯", "is not a group"),
        ("土豆 = ", "a member without"),
        ("= 土豆", "a member without"),
        ("a => b => c", "at most one =>"),
        (" = ".join(f"w{number}" for number in range(MAX_SYNONYMS + 1)), f"more than {MAX_SYNONYMS}"),
    ],
)
def test_a_line_that_is_no_group_is_named(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "s.txt").write_text(f"甲 = 乙\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"s\.txt, line 2: ") as caught:
        read_synonyms(tmp_path / "s.txt")
    assert said in str(caught.value)
