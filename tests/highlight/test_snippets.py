"""The passages that show why an article was found, and the marks in them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchlib.analysis.fold import fold
from searchlib.analysis.units import units
from searchlib.highlight.highlighter import highlight, highlight_all
from searchlib.highlight.matcher import find_spans
from searchlib.highlight.searchable_text import SearchableText
from searchlib.highlight.snippets import EVIDENCE, _Found, snippets
from searchlib.models import Spans
from searchlib.query.plan import HighlightTerm

LONGEST = 130
"""Characters of a snippet at most, unless one match is longer."""
LEAD = 30
"""Characters around such a match at most."""


def needle(text: str, *, loose: bool = False) -> HighlightTerm:
    return HighlightTerm(tuple(units(fold(text))), loose=loose)


def shown(spans: Spans) -> str:
    """A text with what is marked in brackets."""
    return "".join(f"[{text}]" if marked else text for text, marked in spans)


def plain(spans: Spans) -> str:
    return "".join(text for text, _ in spans)


MARKED = [
    ("學習機器學習", ["学习"], "[學習]機器[學習]"),
    ("ＡＰＰＬＥ，苹果", ["apple"], "[ＡＰＰＬＥ]，苹果"),
    ("产业，互联网", ["产业互联"], "[产业，互联]网"),
    ("马克思的马克", ["马克", "马克思"], "[马克思]的[马克]"),
    ("马克思的马克", ["马克思", "马克"], "[马克思]的[马克]"),
    ("全文检索", ["全文", "检索"], "[全文检索]"),
    ("机器学习算法", ["器学", "学习算"], "机[器学习算]法"),
    ("哈哈哈", ["哈哈"], "[哈哈哈]"),
    ("c与c++", ["c"], "[c]与c++"),
    ("c与c++", ["c++"], "c与[c++]"),
    ("一个ﬁle", ["file"], "一个[ﬁle]"),
    ("没有", ["学习"], "没有"),
    ("没有", [], "没有"),
    ("", ["学习"], ""),
    ("学习", ["学习"], "[学习]"),
]


@pytest.mark.parametrize(("text", "wanted", "expected"), MARKED)
def test_what_matches_is_marked_in_the_original_text(text: str, wanted: list[str], expected: str) -> None:
    assert shown(highlight(text, [needle(each) for each in wanted])) == expected


def test_a_loose_needle_marks_a_part_of_a_longer_word() -> None:
    assert shown(highlight("iPhone13壳", [needle("iphone", loose=True)])) == "[iPhone]13壳"
    assert shown(highlight("iPhone13壳", [needle("iphone")])) == "iPhone13壳"


PIECES = st.sampled_from(
    [*"学習习马克思哈的，。！？；.!? \n…”」a1bé", "c++", "ﬁ", "ﾊﾞ", "e\u0301", "\u3000", "😀", "\r\n"]
)
TEXT = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(st.characters(), max_size=30))
LONG_TEXT = st.lists(st.tuples(TEXT, st.integers(1, 12)), max_size=12).map(
    lambda parts: "".join(text * times for text, times in parts)
)
NEEDLES = st.lists(
    st.builds(
        HighlightTerm,
        st.text(st.sampled_from("学习马克思哈的a1bc+ "), min_size=1, max_size=4).map(units).filter(bool).map(tuple),
        loose=st.booleans(),
    ),
    max_size=4,
)


def check_pieces(spans: Spans) -> None:
    assert all(text for text, _ in spans), "a piece is empty"
    flags = [marked for _, marked in spans]
    assert all(one != other for one, other in pairwise(flags)), "two pieces should be one"


@settings(max_examples=200)
@given(TEXT, NEEDLES)
def test_the_pieces_of_a_marked_text_are_the_text(text: str, needles: list[HighlightTerm]) -> None:
    spans = highlight(text, needles)
    assert plain(spans) == text
    check_pieces(spans)
    covered = {at for each in needles for span in find_spans(each, SearchableText(text)) for at in range(*span)}
    flags = [marked for piece, marked in spans for _ in piece]
    assert {at for at, marked in enumerate(flags) if marked} == covered


def bare(snippet: Spans, body: str, after: int) -> tuple[int, str]:
    """Where in the body the snippet stands, and the part of the body that it is: without the ellipses put around it."""
    text = plain(snippet)
    begins = [0] + [1] * (text.startswith("…") and not snippet[0][1])
    ends = [len(text)] + [len(text) - 1] * (text.endswith("…") and not snippet[-1][1])
    parts = [text[begin:end] for begin in begins for end in ends if begin < end]
    places = [(body.find(part, after), part) for part in parts]
    # A body may end with an ellipsis of its own, behind a space that a part would not end with.
    return min(
        (place for place in places if place[0] >= 0),
        key=lambda place: (place[1] != place[1].strip(), place[0] + len(place[1])),
        default=(-1, text),
    )


@settings(max_examples=400)
@given(LONG_TEXT, NEEDLES)
@example("他说产业。互联网。" + "的" * 200, [needle("产业互联")])
@example("学\u3000…", [])
@example("的" * 200 + "学" + "，" * 140 + "习" + "的" * 200, [needle("学习")])
def test_snippets_of_any_body_are_parts_of_its_lines_in_order(body: str, needles: list[HighlightTerm]) -> None:
    found = snippets(body, needles)
    haystack = SearchableText(body)
    matches = [span for each in needles for span in find_spans(each, haystack)]
    longest_match = max((end - start for start, end in matches), default=0)
    assert len(found) <= 3
    assert bool(found) == bool(body.strip())
    after = 0
    for snippet in found:
        check_pieces(snippet)
        at, part = bare(snippet, body, after)
        assert at >= 0, "a snippet is no part of the body, or stands out of order"
        after = at + len(part)
        assert part.strip() == part
        assert part
        assert "\n" not in part
        assert len(plain(snippet)) <= max(LONGEST, longest_match + LEAD)
        if matches:
            assert any(marked for _, marked in snippet)
            assert any(list(find_spans(each, SearchableText(plain(snippet)))) for each in needles), "the match is cut"
        else:
            assert not any(marked for _, marked in snippet)
    if not matches:
        assert len(found) <= 1


def test_a_snippet_is_whole_sentences_around_the_match() -> None:
    body = "第一句" + "话" * 100 + "。这里说的是学习。这是后面一句。" + "再" * 100 + "。"
    assert [shown(each) for each in snippets(body, [needle("学习")])] == ["这里说的是[学习]。这是后面一句。"]


def test_up_to_three_passages_stand_in_the_order_of_the_body() -> None:
    filler = "别的话" * 50
    body = "\n".join(f"{filler}。\n{name}在此。" for name in ("甲", "乙", "丙", "丁"))
    found = snippets(body, [needle(each) for each in "丁丙乙甲"])
    assert [shown(each) for each in found] == ["[甲]在此。", "[乙]在此。", "[丙]在此。"]


def test_a_passage_that_shows_more_of_the_query_goes_before_an_earlier_one() -> None:
    lines = ["机器在此。", "机器在此。", "机器在此。", "机器和学习都在此。"]
    found = snippets("\n".join(lines), [needle("机器"), needle("学习")])
    assert "[机器]和[学习]都在此。" in [shown(each) for each in found]


def test_a_sentence_that_is_too_long_is_cut_at_its_pauses_and_says_so() -> None:
    body = "，".join(["无关的话"] * 40) + "，说到学习，" + "，".join(["别的话"] * 40) + "。"
    (snippet,) = snippets(body, [needle("学习")])
    text = shown(snippet)
    assert text.startswith("…无关的话，")
    assert text.endswith("别的话…")
    assert "，说到[学习]，" in text


def test_a_long_body_without_punctuation_is_cut_around_the_match() -> None:
    (snippet,) = snippets("前" * 5000 + "學習" + "后" * 5000, [needle("学习")])
    text = shown(snippet)
    assert text.startswith("…前")
    assert text.endswith("后…")
    assert "前[學習]后" in text
    assert len(plain(snippet)) <= LONGEST


def test_a_match_that_is_longer_than_a_snippet_is_shown_whole() -> None:
    wanted = "长" * 200
    (snippet,) = snippets("前" * 300 + "，" + wanted + "，" + "后" * 300, [needle(wanted)])
    assert f"[{wanted}]" in shown(snippet)


def test_a_body_without_a_match_shows_its_beginning() -> None:
    assert [shown(each) for each in snippets("开头一句。\n第二行。", [needle("学习")])] == ["开头一句。"]
    (snippet,) = snippets("长" * 500, [])
    assert plain(snippet) == "长" * 96 + "…"


@pytest.mark.parametrize("body", ["", "\n", " \n\u3000\n"])
def test_an_empty_body_shows_nothing(body: str) -> None:
    assert snippets(body, [needle("学习")]) == ()
    assert snippets(body, []) == ()


def test_a_phrase_is_marked_across_punctuation_but_never_across_lines() -> None:
    assert [shown(each) for each in snippets("产业，互联", [needle("产业互联")])] == ["[产业，互联]"]
    assert [shown(each) for each in snippets("产业\n互联", [needle("产业互联")])] == ["产业"]


def test_a_phrase_that_goes_on_in_the_next_sentence_is_shown_whole() -> None:
    body = "别的话" * 35 + "他说到产业。互联网来了" + "后面的话" * 30 + "。"
    found = snippets(body, [needle("产业互联")])
    assert "[产业。互联]" in "".join(map(shown, found))


HUGE = [
    ("的" * 50_000 + "学习" + "的" * 50_000, 1),
    ("学习" * 50_000, 50_000),
    ("学习。" * 33_000, 33_000),
    ("学，习" * 33_000, 33_000),
    ("a b " * 25_000, 0),
    ("。" * 100_000 + "学习", 1),
    (" " * 100_000 + "学习", 1),
    ("学习" + "\n" * 100_000 + "学习", 2),
    (". " * 50_000 + "学习", 1),
]


@pytest.mark.parametrize(("body", "matches"), HUGE, ids=range(len(HUGE)))
def test_a_huge_line_is_no_trouble(body: str, matches: int) -> None:
    needles = [needle("学习"), needle("的"), needle("b a")]
    assert len(list(find_spans(needles[0], SearchableText(body)))) == matches
    found = snippets(body, needles)
    assert 1 <= len(found) <= 3
    assert all(len(plain(each)) <= LONGEST for each in found)
    assert any(marked for each in found for _, marked in each)


@settings(max_examples=300)
@given(LONG_TEXT, NEEDLES, st.data())
def test_needles_that_find_the_same_are_worth_what_they_are_apart(
    body: str, needles: list[HighlightTerm], data: st.DataObject
) -> None:
    needles += data.draw(st.lists(st.sampled_from(needles), max_size=4)) if needles else []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("searchlib.highlight.snippets.distinct_terms", lambda given: [(each, 1) for each in given])
        apart = snippets(body, needles)
    assert snippets(body, needles) == apart


def between_slowly(self: _Found, start: int, end: int) -> list[tuple[int, int]]:
    return [span for span in find_spans(self.needle, self.haystack) if start <= span[0] < end]


@settings(max_examples=300)
@given(LONG_TEXT, NEEDLES)
def test_snippets_are_those_of_a_search_through_the_whole_body_for_each(
    body: str, needles: list[HighlightTerm]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Found, "between", between_slowly)
        slow = snippets(body, needles)
    assert snippets(body, needles) == slow


WORDS = ["甲", "乙乙", "丙丁戊", "a", "的"]
LINES = st.lists(st.lists(st.sampled_from([*WORDS, "无关", "，"]), min_size=1, max_size=8).map("".join), max_size=12)


def chosen_slowly(lines: list[str], needles: list[HighlightTerm]) -> list[str]:
    """Three times the line that shows most of the needles, a needle shown before counting a quarter."""
    found = [[len(list(find_spans(each, SearchableText(line)))) for each in needles] for line in lines]
    chosen: list[int] = []
    for _ in range(3):
        gains = {}
        for at, counts in enumerate(found):
            if at not in chosen and any(counts):
                shown = [number for number, count in enumerate(counts) if count]
                old = [number for number in shown if any(found[other][number] for other in chosen)]
                weight = 4 * sum(len(needles[number].units) for number in shown)
                weight -= 3 * sum(len(needles[number].units) for number in old)
                gains[at] = 25 * weight + min(sum(counts), 10)
        if gains:
            chosen.append(max(gains, key=lambda at: (gains[at], -at)))
    return [lines[at] for at in sorted(chosen)]


@settings(max_examples=300)
@given(LINES, st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True))
def test_the_chosen_lines_are_those_of_the_slow_reference(lines: list[str], words: list[str]) -> None:
    lines = [line + "。" for line in lines]
    needles = [needle(word) for word in words]
    if expected := chosen_slowly(lines, needles):
        assert [plain(each) for each in snippets("\n".join(lines), needles)] == expected


@pytest.mark.parametrize("separator", ["\n", ""])
def test_a_rare_needle_at_the_end_of_a_book_is_shown(separator: str) -> None:
    body = f"他的话是这样的。……{separator}" * (20 * EVIDENCE) + "這裡說到元宇宙的事。"
    found = [shown(each) for each in snippets(body, [needle(each) for each in ("的", "元宇宙", "这样")])]
    assert "這裡說到[元宇宙的]事。" in found[-1]
    assert 2 <= len(found) <= 3


def test_behind_the_first_matches_all_needles_count_where_another_one_matches() -> None:
    common = "的。\n" * (2 * EVIDENCE)
    body = common + "说元宇宙。\n" * 3 + common + "说元宇宙的。\n" * 3
    found = [shown(each) for each in snippets(body, [needle("元宇宙"), needle("的")])]
    assert found == ["说[元宇宙的]。"] * 3


def test_a_sentence_with_endless_matches_is_cut_and_marked_to_its_end() -> None:
    body = "无关，" * 200 + "的" * (5 * EVIDENCE) + "。"
    (snippet,) = snippets(body, [needle("的")])
    assert {char for text, marked in snippet if marked for char in text} == {"的"}
    assert not any("的" in text for text, marked in snippet if not marked)


@pytest.mark.parametrize("needles", [[], ["学习"]])
def test_a_beginning_far_in_is_found_and_blank_ends_are_left_out(needles: list[str]) -> None:
    body = " \n" * 500 + "\u3000" * 500 + "开头一句。第二句。 \n第二行。"
    assert [shown(each) for each in snippets(body, [needle(each) for each in needles])] == ["开头一句。第二句。"]


@settings(max_examples=200)
@given(texts=st.lists(TEXT, max_size=5), needles=NEEDLES)
def test_texts_marked_at_once_are_marked_as_one_by_one(texts: list[str], needles: list[HighlightTerm]) -> None:
    assert highlight_all(texts, needles) == [highlight(text, needles) for text in texts]
