"""Mistyped words are put right by what an archive holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.analysis.pinyin import readings
from searchlib.analysis.syllables import NO_SYLLABLE, split_syllable
from searchlib.suggest import typo_costs
from searchlib.suggest.corrector import Corrector
from searchlib.suggest.lexicon import KINDS, LexiconBuilder
from searchlib.suggest.lookalikes import lookalikes
from searchlib.suggest.lookup import Lexicon, LexiconPart

WORD = KINDS.index("word")
ARTICLES = 10_000


class Archive:
    """An archive of nothing but counts: of words, and of runs that are no words."""

    def __init__(
        self,
        words: Mapping[str, int],
        runs: Mapping[str, int] | None = None,
        *,
        authors: Sequence[str] = (),
        titles: Sequence[str] = (),
    ) -> None:
        names = LexiconBuilder()
        names.add(WORD, list(words), words.values())
        for author in authors:
            names.add_value(KINDS.index("author"), list(author), 1, 0)
        self._titles = titles
        self._lexicon = Lexicon([LexiconPart(names.arrays(readings()), lambda *_: "")], is_exact=True)
        self._words, self._runs = words, {**words, **(runs or {})}
        self.opened = 0

    def lexicon(self) -> Lexicon:
        self.opened += 1
        return self._lexicon

    def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        return {word: self._words.get(word, 0) for word in words}

    def phrase_frequencies(self, runs: Iterable[str]) -> dict[str, int]:
        return {run: self._runs.get(run, 0) for run in runs}

    def title_frequencies(self, words: Iterable[str]) -> dict[str, int]:
        return {word: sum(word in title.split() for title in self._titles) for word in words}


RUNS = {"应该努力": 3, "解决问题": 9}
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
def test_a_slip_is_put_right(typed: str, meant: str) -> None:
    found = typed
    for each in reversed(Corrector(Archive(WORDS, RUNS), ARTICLES).correct(typed, is_all=True)):
        found = found[: each.start] + each.word + found[each.end :]
    assert found == meant


@pytest.mark.parametrize("typed", [*WORDS, "我们应该努力", "意见问题"])
def test_what_the_archive_knows_is_left_alone(typed: str) -> None:
    assert Corrector(Archive(WORDS), ARTICLES).correct(typed, is_all=True) == []


def test_a_run_that_many_articles_hold_is_no_slip() -> None:
    assert Corrector(Archive(WORDS, {"因该": 200}), ARTICLES).correct("因该", is_all=True) == []


def test_inside_of_a_longer_run_a_word_must_fit_what_stands_beside_it() -> None:
    assert Corrector(Archive(WORDS), ARTICLES).correct("解决问提", is_all=True) == []


def test_a_doubtful_offer_is_made_only_where_nothing_else_was_typed() -> None:
    corrector = Corrector(Archive(WORDS), ARTICLES)
    assert [each.word for each in corrector.correct("元宙", is_all=True)] == ["元宇宙"]
    assert corrector.correct("元宙", is_all=False) == []


def test_one_character_in_common_is_not_enough_for_an_offer() -> None:
    assert Corrector(Archive(WORDS), ARTICLES).correct("逆光", is_all=True) == []


def test_a_name_that_articles_are_filed_under_is_right() -> None:
    assert [each.word for each in Corrector(Archive(WORDS), ARTICLES).correct("问提", is_all=True)] == ["问题"]
    assert Corrector(Archive(WORDS, authors=["问提"]), ARTICLES).correct("问提", is_all=True) == []


def test_a_word_that_a_title_holds_is_right() -> None:
    words = {**WORDS, "异见": 1}
    assert [each.word for each in Corrector(Archive(words), ARTICLES).correct("异见", is_all=True)] == ["意见"]
    assert Corrector(Archive(words, titles=["听取 异见"]), ARTICLES).correct("异见", is_all=True) == []
    # What is no word may be the end of one and the beginning of another.
    among = Archive(WORDS, titles=["提问 提高"])
    assert [each.word for each in Corrector(among, ARTICLES).correct("问提", is_all=True)] == ["问题"]


def test_known_words_do_not_open_the_lexicon() -> None:
    archive = Archive(WORDS)
    assert Corrector(archive, ARTICLES).correct("我们应该努力", is_all=True) == []
    assert archive.opened == 0


def test_a_long_run_is_looked_at_in_part() -> None:
    archive = Archive(WORDS)
    Corrector(archive, ARTICLES).correct("逆竟特续" * 200, is_all=True)
    assert archive.opened < 1000


@pytest.mark.parametrize(
    ("typed", "known", "words"),
    [
        ("问提", [(0, 2)], []),
        ("问提", [(1, 2)], []),
        ("圆宇宙", [(1, 3)], ["元宇宙"]),
        ("圆宇宙", [(0, 1)], []),
        ("圆宇宙", [(0, 2)], []),
        ("圆宇宙", [(0, 3)], []),
    ],
)
def test_a_known_word_is_kept(typed: str, known: list[tuple[int, int]], words: list[str]) -> None:
    found = Corrector(Archive(WORDS, RUNS), ARTICLES).correct(typed, is_all=True, known=known)
    assert [each.word for each in found] == words


def test_runs_share_one_budget() -> None:
    corrector, budget = Corrector(Archive(WORDS), ARTICLES), iter(range(2))
    assert corrector.correct("问提", is_all=True, budget=budget)
    assert corrector.correct("因该", is_all=True, budget=budget)
    assert not corrector.correct("问提", is_all=True, budget=budget)


@pytest.mark.parametrize(
    ("typed", "meant", "cost"),
    [
        ("应", "应", 0.0),
        ("因", "音", typo_costs.SAME_SOUND),
        ("因", "应", typo_costs.NEAR_SOUND),
        ("资", "支", typo_costs.NEAR_SOUND),
        ("那", "拉", typo_costs.NEAR_SOUND),
        ("飞", "国", typo_costs.ANY_CHARACTER),
        ("因", "国", typo_costs.ANY_CHARACTER),
    ],
)
def test_what_a_slip_costs(typed: str, meant: str, cost: float) -> None:
    typed_as, meant_as = readings().syllables([typed, meant]).tolist()
    assert (0.0 if typed == meant else typo_costs.sound_costs(typed_as)[meant_as]) == pytest.approx(cost)


def exchange_slowly(typed: str, word: str) -> float:
    """The cost of each character by itself."""
    total = -typo_costs.ANOTHER
    for one, other, code, meant in zip(
        typed, word, readings().syllables(list(typed)).tolist(), readings().syllables([word]).tolist(), strict=True
    ):
        if one == other:
            continue
        cost = float(typo_costs.sound_costs(code)[meant])
        if other in lookalikes(one):
            cost = min(cost - typo_costs.ALSO_LOOKS, typo_costs.SAME_LOOK)
        total += cost + typo_costs.ANOTHER
    return total


RUN = st.text(st.sampled_from("己已巳末未侍待时竟境镜问题提应该因"), min_size=2, max_size=4)


@settings(max_examples=200)
@given(st.lists(RUN, unique=True, max_size=8), RUN)
def test_costs_of_exchanged_characters_are_those_of_each_by_itself(names: list[str], typed: str) -> None:
    archive = Archive(dict.fromkeys(names, 5))
    for words in archive.lexicon().words(len(typed)):
        costs = Corrector(archive, ARTICLES).exchange_costs(words, typed)
        for number, cost in enumerate(costs.tolist()):
            assert cost == pytest.approx(exchange_slowly(typed, words.text(number)), abs=1e-4)


def test_near_sounds_are_near_both_ways() -> None:
    for code in range(1, 413):
        costs = typo_costs.sound_costs(code)
        assert costs[code] == typo_costs.SAME_SOUND
        for other in range(1, 413):
            assert typo_costs.sound_costs(other)[code] == costs[other], (
                split_syllable(code),
                split_syllable(other),
            )
    assert set(typo_costs.sound_costs(NO_SYLLABLE).tolist()) == {typo_costs.ANY_CHARACTER}
