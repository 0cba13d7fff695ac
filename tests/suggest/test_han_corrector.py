"""Mistyped Han words are corrected with the words of an index."""

from __future__ import annotations

import pytest

from searchlib.suggest.han_corrector import HanCorrector
from tests.suggest.fake_statistics import FakeStatistics

ARTICLES = 10_000

PHRASES = {"应该努力": 3, "解决问题": 9}
WORDS = {
    "解决": 900,
    "问题": 3000, "应该": 2000, "已经": 2500, "持续": 900, "逆境": 60, "马克思": 80, "元宇宙": 300, "牛仔裤": 40, "我们": 5000,
    "努力": 1500, "旅行": 400, "星期天": 50, "面目全非": 20, "异见": 30, "意见": 900, "陷阱": 70, "幸福": 800,
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("问提", "问题"),
        ("因该", "应该"),
        ("己经", "已经"),
        ("特续", "持续"),
        ("逆竟", "逆境"),
        ("马克斯", "马克思"),
        ("圆宇宙", "元宇宙"),
        ("元宙宇", "元宇宙"),
        ("元宙", "元宇宙"),
        ("元元宇宙", "元宇宙"),
        ("牛子裤", "牛仔裤"),
        ("陷井", "陷阱"),
        ("辛福", "幸福"),
        ("面目全飞", "面目全非"),
        ("我们因该努力", "我们应该努力"),
        ("解决问提", "解决问题"),
    ],
)
def test_a_typo_is_corrected(typed: str, meant: str) -> None:
    found = typed
    for each in reversed(HanCorrector(FakeStatistics(WORDS, PHRASES), ARTICLES).correct(typed, is_whole_query=True)):
        found = found[: each.start] + each.word + found[each.end :]
    assert found == meant


@pytest.mark.parametrize(
    ("typed", "words", "phrases", "meant"),
    [
        ("微信小成序", {"微信": 400, "程序": 2000, "成序": 9}, {"小程序": 800, "微信小程序": 400}, "小程序"),
        ("微信小成序", {"微信": 400, "程序": 2000, "源程序": 90}, {"小程序": 800, "微信小程序": 400}, "小程序"),
        ("亚运会开幕试", {"亚运会": 200, "开幕": 900, "开幕式": 300}, {"亚运会开幕式": 3}, "开幕式"),
        # Without an article that contains it beside its neighbor, it may be a new word.
        ("微信小成序", {"微信": 400, "程序": 2000}, {"小程序": 800}, None),
        ("亚运会开幕试", {"亚运会": 200, "开幕": 900, "开幕式": 300}, {}, None),
    ],
)
def test_a_typo_beside_a_character_that_belongs_to_the_word_is_corrected(
    typed: str, words: dict[str, int], phrases: dict[str, int], meant: str | None
) -> None:
    assert corrected(typed, words, phrases) == ([meant] if meant else [])


def test_words_beside_a_character_do_not_displace_whole_words() -> None:
    frequent = {f"幸{char}": 9000 for char in "福运存好亏免会得事而喜甚臣进舞何哉生"}
    assert corrected("瑞幸啡", {**frequent, "瑞幸咖啡": 300}) == ["瑞幸咖啡"]


def test_no_word_beside_a_character_is_made_of_a_name() -> None:
    words = {"围绕": 9000, "为小": 9000}
    assert corrected("韦晓敏", words, {"围绕敏": 30, "为小敏": 30}) == []


@pytest.mark.parametrize("typed", [*WORDS, "我们应该努力", "意见问题"])
def test_known_words_are_not_corrected(typed: str) -> None:
    assert HanCorrector(FakeStatistics(WORDS), ARTICLES).correct(typed, is_whole_query=True) == []


def corrected(typed: str, words: dict[str, int], phrases: dict[str, int] | None = None) -> list[str]:
    corrector = HanCorrector(FakeStatistics(words, phrases), ARTICLES)
    return [each.word for each in corrector.correct(typed, is_whole_query=True)]


@pytest.mark.parametrize(
    ("typed", "articles", "meant", "in_articles"),
    [("因该", 12, "应该", 2000), ("自已", 14, "自己", 3000), ("必竟", 9, "毕竟", 1500), ("既使", 9, "即使", 1800)],
)
def test_a_typo_that_articles_contain_is_corrected_if_the_word_is_far_more_frequent(
    typed: str, articles: int, meant: str, in_articles: int
) -> None:
    assert corrected(typed, {**WORDS, meant: in_articles, typed: articles}) == [meant]
    assert corrected(typed, {**WORDS, meant: in_articles, typed: in_articles // 4}) == []


def test_a_word_that_is_rare_in_the_archive_only_is_correct() -> None:
    assert corrected("事例", {**WORDS, "实力": 2000, "事例": 15}) == []


def test_a_word_of_general_texts_is_likelier_than_one_of_the_archive_only() -> None:
    assert corrected("刻服", {**WORDS, "克服": 20, "客服": 60}) == ["克服"]


def test_common_words_that_are_rare_side_by_side_are_corrected() -> None:
    words = {**WORDS, "人工": 900, "只能": 2000, "人工智能": 1400, "智能": 900}
    for phrases, meant in (({}, ["人工智能"]), ({"人工只能": 1}, ["人工智能"]), ({"人工只能": 60}, [])):
        corrector = HanCorrector(FakeStatistics(words, phrases), ARTICLES)
        assert [each.word for each in corrector.correct("人工只能", is_whole_query=True)] == meant
    assert HanCorrector(FakeStatistics(words), ARTICLES).correct("人工意见", is_whole_query=True) == []


def test_a_frequent_phrase_is_not_corrected() -> None:
    assert HanCorrector(FakeStatistics(WORDS, {"因该": 200}), ARTICLES).correct("因该", is_whole_query=True) == []


def test_characters_that_stand_side_by_side_too_often_for_parts_of_words_are_a_word() -> None:
    assert corrected("辛福", WORDS, {"辛福": 27, "辛": 80, "福": 3000}) == []
    assert corrected("辛福", WORDS, {"辛福": 27, "辛": 1500, "福": 3000}) == ["幸福"]
    # Function words stand beside all others.
    assert corrected("懂的", {**WORDS, "懂得": 900}, {"懂的": 27, "懂": 80, "的": 9000}) == ["懂得"]


def test_a_frequent_new_name_is_offered_for_one_in_few_articles() -> None:
    words = {**WORDS, "杜苏瑞": 2}
    assert corrected("杜苏瑞", {**words, "杜苏芮": 1400}) == ["杜苏芮"]
    assert corrected("杜苏瑞", {**words, "杜苏芮": 150}) == []
    words |= {"杜苏芮": 1400, "台风": 2000}
    assert corrected("台风杜苏瑞", words, {"台风杜苏芮": 900}) == ["杜苏芮"]
    assert corrected("台风杜苏瑞", words) == []


def test_a_correction_inside_a_run_must_fit_its_neighbors() -> None:
    assert HanCorrector(FakeStatistics(WORDS), ARTICLES).correct("解决问提", is_whole_query=True) == []


def test_a_doubtful_correction_is_made_only_for_a_whole_query() -> None:
    corrector = HanCorrector(FakeStatistics(WORDS), ARTICLES)
    assert [each.word for each in corrector.correct("元宙", is_whole_query=True)] == ["元宇宙"]
    assert corrector.correct("元宙", is_whole_query=False) == []


def test_one_common_character_is_not_enough_for_a_correction() -> None:
    assert HanCorrector(FakeStatistics(WORDS), ARTICLES).correct("逆光", is_whole_query=True) == []


def test_a_tag_is_not_corrected() -> None:
    assert [
        each.word for each in HanCorrector(FakeStatistics(WORDS), ARTICLES).correct("问提", is_whole_query=True)
    ] == ["问题"]
    assert HanCorrector(FakeStatistics(WORDS, values=["问提"]), ARTICLES).correct("问提", is_whole_query=True) == []


def test_a_word_of_a_title_is_not_corrected() -> None:
    words = {**WORDS, "异见": 1}
    assert [
        each.word for each in HanCorrector(FakeStatistics(words), ARTICLES).correct("异见", is_whole_query=True)
    ] == ["意见"]
    assert (
        HanCorrector(FakeStatistics(words, titles=["听取 异见"]), ARTICLES).correct("异见", is_whole_query=True) == []
    )
    # Here the typed text is the end of one word and the beginning of another.
    across_words = FakeStatistics(WORDS, titles=["提问 提高"])
    assert [each.word for each in HanCorrector(across_words, ARTICLES).correct("问提", is_whole_query=True)] == ["问题"]


def test_known_words_do_not_read_the_lexicon() -> None:
    statistics = FakeStatistics(WORDS, {"我们应该努力": 11})
    assert HanCorrector(statistics, ARTICLES).correct("我们应该努力", is_whole_query=True) == []
    assert statistics.lexicon_reads == 0


def test_only_a_part_of_a_long_run_is_checked() -> None:
    statistics = FakeStatistics(WORDS)
    HanCorrector(statistics, ARTICLES).correct("逆竟特续" * 200, is_whole_query=True)
    assert statistics.lexicon_reads < 1000


@pytest.mark.parametrize(
    ("typed", "trusted", "words"),
    [
        ("问提", [(0, 2)], []),
        ("问提", [(1, 2)], []),
        ("圆宇宙", [(1, 3)], ["元宇宙"]),
        ("圆宇宙", [(0, 1)], []),
        ("圆宇宙", [(0, 2)], []),
        ("圆宇宙", [(0, 3)], []),
    ],
)
def test_a_trusted_span_is_not_changed(typed: str, trusted: list[tuple[int, int]], words: list[str]) -> None:
    found = HanCorrector(FakeStatistics(WORDS, PHRASES), ARTICLES).correct(typed, is_whole_query=True, trusted=trusted)
    assert [each.word for each in found] == words


def test_several_runs_can_share_a_budget() -> None:
    corrector, budget = HanCorrector(FakeStatistics(WORDS), ARTICLES), iter(range(2))
    assert corrector.correct("问提", is_whole_query=True, budget=budget)
    assert corrector.correct("因该", is_whole_query=True, budget=budget)
    assert not corrector.correct("问提", is_whole_query=True, budget=budget)
