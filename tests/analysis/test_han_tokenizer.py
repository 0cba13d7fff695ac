"""rjieba tokenizes as jieba does, and jieba is the fallback where rjieba is not installed."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.analysis.fold import fold
from searchlib.analysis.han_tokenizer import RUN_END, JiebaTokenizer, RjiebaTokenizer, han_tokenizer
from searchlib.analysis.units import HAN

RUNS = [
    "全文检索",
    "机器学习是人工智能的分支",
    "结婚的和尚未结婚的",
    "中华人民共和国国务院",
    "南京市长江大桥",
    "乒乓球拍卖完了",
    "他来到了网易杭研大厦",
    "产业互联网的元宇宙",
    "學習機器學習",
    "小明硕士毕业于中国科学院计算所",
    "的",
    "的的的",
    "一一一一",
    "人人",
    "二〇二一年",
    "人人々々",
    "㐀㐁中国",
    "中㐀国",
    "鿿鿾中",
    "鿖鿗",
    "﨑﨎",
    "𠮷𠮷𠮷",
    "𠮷野家",
    "⼀⼁中国",
    "〡〢〣",
    "\U00016fe2中\U00016ff0",
    "\U0002fffd\U00030000\U00031350",
]


@pytest.fixture(scope="module")
def reference() -> JiebaTokenizer:
    return JiebaTokenizer()


@pytest.fixture(scope="module")
def fast() -> RjiebaTokenizer:
    return RjiebaTokenizer()


def check(run: str, reference: JiebaTokenizer, fast: RjiebaTokenizer) -> None:
    assert fast.tokenize(run) == reference.tokenize(run)
    assert fast.tokenize_for_search(run) == reference.tokenize_for_search(run)


@pytest.mark.parametrize("run", RUNS)
def test_rjieba_tokenizes_as_jieba_does(run: str, reference: JiebaTokenizer, fast: RjiebaTokenizer) -> None:
    check(run, reference, fast)


COMMON = st.sampled_from("的一是不了人我在有他这中大来上个国到说们学习机器中华人民共和国产业互联网元宇宙长江大桥")
HAN_RUN = st.one_of(
    st.text(COMMON, min_size=1, max_size=20),
    st.text(st.from_regex(rf"[{HAN}]", fullmatch=True), min_size=1, max_size=10),
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=20),
    st.text(st.one_of(COMMON, st.sampled_from("〇々㐀㐁𠮷鿖鿿﨑\U00030000")), min_size=1, max_size=20),
)


@settings(max_examples=200)
@given(run=HAN_RUN)
def test_rjieba_tokenizes_any_run_as_jieba_does(run: str, reference: JiebaTokenizer, fast: RjiebaTokenizer) -> None:
    check(run, reference, fast)


def test_rjieba_tokenizes_the_runs_of_real_articles_as_jieba_does(
    corpus: Callable[..., Path], reference: JiebaTokenizer, fast: RjiebaTokenizer
) -> None:
    texts = [file.read_text(encoding="utf-8") for file in sorted(corpus("seed").rglob("*.md"))]
    runs = {run for text in texts for run in re.findall(rf"[{HAN}]+", fold(text))}
    assert len(runs) > 500
    for run in runs:
        check(run, reference, fast)


@pytest.mark.parametrize("kind", [JiebaTokenizer, RjiebaTokenizer])
def test_words_cover_the_run_without_overlaps(kind: type[JiebaTokenizer | RjiebaTokenizer]) -> None:
    run = "机器学习𠮷是人工智能的分支"
    words = kind().tokenize(run)
    assert "".join(word for word, _, _ in words) == run
    assert [run[start:end] for _, start, end in words] == [word for word, _, _ in words]


def test_search_mode_puts_shorter_words_first(fast: RjiebaTokenizer) -> None:
    assert fast.tokenize_for_search("全文检索") == [("全文", 0, 2), ("检索", 2, 4), ("全文检索", 0, 4)]
    assert fast.tokenize("全文检索") == [("全文检索", 0, 4)]


@pytest.fixture
def fresh_choice() -> Iterator[None]:
    """Choose the tokenizer again in this test and after it."""
    han_tokenizer.cache_clear()
    yield
    han_tokenizer.cache_clear()


@pytest.mark.usefixtures("fresh_choice")
def test_rjieba_is_chosen_where_it_is_installed() -> None:
    assert isinstance(han_tokenizer(), RjiebaTokenizer)
    assert han_tokenizer() is han_tokenizer()


@pytest.mark.usefixtures("fresh_choice")
def test_jieba_is_the_fallback_where_rjieba_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    chosen = han_tokenizer()
    assert isinstance(chosen, JiebaTokenizer)
    assert chosen.tokenize_for_search("全文检索")[-1] == ("全文检索", 0, 4)


def test_jieba_leaves_no_cache_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert JiebaTokenizer().tokenize("学习") == [("学习", 0, 2)]
    assert list(tmp_path.rglob("*")) == []


def test_jieba_does_not_read_a_cache_file_at_its_default_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    trap = tmp_path / "jieba.cache"
    trap.write_bytes(b"not a cache")
    assert JiebaTokenizer().tokenize("学习") == [("学习", 0, 2)]
    assert trap.read_bytes() == b"not a cache"


@settings(max_examples=150)
@given(runs=st.lists(HAN_RUN, max_size=6))
def test_many_runs_are_tokenized_as_one_by_one(
    runs: list[str], reference: JiebaTokenizer, fast: RjiebaTokenizer
) -> None:
    for each in (reference, fast):
        expected = [text for run in runs for text in (*(word for word, _, _ in each.tokenize_for_search(run)), RUN_END)]
        assert each.texts_for_search("".join(f"{run}{RUN_END}" for run in runs)) == expected
        expected = [text for run in runs for text in (*(word for word, _, _ in each.tokenize(run)), RUN_END)][:-1]
        assert each.texts(RUN_END.join(runs)) == expected
