"""Words of the mainland match those of Taiwan and Hong Kong, which rank lower."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchlib
from searchlib.analysis.synonyms import regional_words
from tests.small_indexes import ids, index_of, titled

TEXTS = {
    "mainland.md": ("软件", "这个软件使用数据库。"),
    "taiwan.md": ("工具", "這個軟體使用資料庫，軟體很小，軟體很快。"),
    "taxi.md": ("出行", "今天坐計程車。"),
    "cab.md": ("交通", "今天坐出租车。"),
    "net.md": ("通信", "網路很慢。"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("regional")


@pytest.fixture(scope="module")
def index(folder: Path) -> Iterator[searchlib.Index]:
    with index_of(titled(TEXTS), folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("软件", ["mainland.md", "taiwan.md"]),
        ("軟體", ["taiwan.md", "mainland.md"]),
        ("資料庫", ["taiwan.md", "mainland.md"]),
        ("数据库 软件", ["mainland.md", "taiwan.md"]),
        ("出租车", ["cab.md", "taxi.md"]),
        ("計程車", ["taxi.md", "cab.md"]),
        ("网络", ["net.md"]),
        ('"软件"', ["mainland.md"]),
        ("软件*", ["mainland.md"]),
    ],
)
def test_a_word_finds_its_regional_words_behind_it(index: searchlib.Index, query: str, expected: list[str]) -> None:
    results = index.search(query)
    assert ids(results) == expected
    assert results.total == len(expected)
    assert not results.relaxed


def test_regional_words_are_marked_and_explained(index: searchlib.Index) -> None:
    results = index.search("网络", explain=True)
    assert "也查找了地区用词：网路。" in results.notes
    assert not index.search("程序").notes
    assert ("網路", True) in results.hits[0].snippets[0]
    assert results.explanation is not None
    assert results.explanation.synonyms == (("网络", "网路"),)


def test_a_word_that_the_tokenizer_splits_does_not_rank_by_its_parts(tmp_path: Path) -> None:
    texts = {
        "card.md": ("配置网卡", "网卡的驱动程序，网卡的速度。"),
        "fraud.md": (
            "电信网络诈骗",
            "网络诈骗用电话卡和银行卡，还有物联网卡。卡可以办很多张卡，一张卡一个人，网络上卖卡。",
        ),
        "typed.md": ("机器的零件", "主板上有网络卡。"),
        "other.md": ("天气", "晴。"),
    }
    with index_of(titled(texts), tmp_path) as index:
        results = index.search("网络卡", explain=True)
    assert ids(results) == ["typed.md", "card.md", "fraud.md"]
    assert results.explanation is not None
    assert results.explanation.synonyms == (("网络卡", "网卡"),)
    first = results.hits[0].explanation
    assert first is not None
    assert [(each.text, each.kind) for each in first.terms] == [("网络卡", "word"), ("网络卡 = 网卡", "regional words")]


@pytest.mark.usefixtures("index")
def test_a_setting_turns_them_off(folder: Path) -> None:
    settings = searchlib.Settings(regional_words=False)
    with searchlib.open_index(folder / "index", settings=settings) as index:
        assert ids(index.search("软件")) == ["mainland.md"]


def test_no_pair_has_a_single_character() -> None:
    for span in regional_words().spans("软件 网络 数据库 出租车"):
        assert all(len(run) > 1 for run in span.runs)


def test_the_note_stands_before_those_of_operators(index: searchlib.Index) -> None:
    results = index.search("软件 -计程车")
    assert [str(note).partition("：")[0] for note in results.notes] == ["也查找了地区用词", "结果不含“计程车”"]
