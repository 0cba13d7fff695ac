"""Snippets are the passages of an article that best show why it matches."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchlib.analysis.units import HighlightTerm
from searchlib.highlight.matcher import distinct_terms, find_spans
from searchlib.highlight.searchable_text import SearchableText
from searchlib.highlight.snippets import MAX_FIRST_MATCHES, TermMatches, choose_snippets, snippets, snippets_of_all
from searchlib.models import Spans
from tests.highlight.marked_texts import LONG_TEXT, TERMS, bracketed, check_pieces, highlight_term, plain

MAX_LENGTH = 130
"""Characters of a snippet, unless one match is longer."""
MAX_CONTEXT = 30
"""Characters around such a match."""


def located(snippet: Spans, body: str, after: int) -> tuple[int, str]:
    """Return where the snippet begins in the body, and its text without the ellipses that were added."""
    text = plain(snippet)
    begins = [0] + [1] * (text.startswith("…") and not snippet[0][1])
    ends = [len(text)] + [len(text) - 1] * (text.endswith("…") and not snippet[-1][1])
    parts = [text[begin:end] for begin in begins for end in ends if begin < end]
    found = [(body.find(part, after), part) for part in parts]
    # A body may itself end with an ellipsis, after a space; no part ends with a space.
    return min(
        (each for each in found if each[0] >= 0),
        key=lambda each: (each[1] != each[1].strip(), each[0] + len(each[1])),
        default=(-1, text),
    )


@pytest.mark.slow
@settings(max_examples=400)
@given(LONG_TEXT, TERMS)
@example("他说产业。互联网。" + "的" * 200, [highlight_term("产业互联")])
@example("学\u3000…", [])
@example("的" * 200 + "学" + "，" * 140 + "习" + "的" * 200, [highlight_term("学习")])
def test_snippets_of_any_body_are_different_parts_of_its_lines(body: str, terms: list[HighlightTerm]) -> None:
    found = snippets(body, terms)
    searchable = SearchableText(body)
    matches = [span for each in terms for span in find_spans(each, searchable)]
    longest_match = max((end - start for start, end in matches), default=0)
    assert len(found) <= 3
    assert bool(found) == bool(body.strip())
    for snippet in found:
        check_pieces(snippet)
        at, part = located(snippet, body, 0)
        assert at >= 0, "a snippet is not part of the body"
        assert part.strip() == part
        assert part
        assert "\n" not in part
        assert len(plain(snippet)) <= max(MAX_LENGTH, longest_match + MAX_CONTEXT)
        if matches:
            assert any(is_match for _, is_match in snippet)
            assert any(list(find_spans(each, SearchableText(plain(snippet)))) for each in terms), "the match is cut"
        else:
            assert not any(is_match for _, is_match in snippet)
    if not matches:
        assert len(found) <= 1


def test_a_snippet_consists_of_whole_sentences() -> None:
    body = "第一句" + "话" * 100 + "。这里说的是学习。这是后面一句。" + "再" * 100 + "。"
    assert [bracketed(each) for each in snippets(body, [highlight_term("学习")])] == [
        "这里说的是[学习]。这是后面一句。"
    ]


def test_there_are_up_to_three_snippets_of_different_terms() -> None:
    filler = "别的话" * 50
    body = "\n".join(f"{filler}。\n{name}在此。" for name in ("甲", "乙", "丙", "丁"))
    found = snippets(body, [highlight_term(each) for each in "丁丙乙甲"])
    assert [bracketed(each) for each in found] == ["[甲]在此。", "[乙]在此。", "[丙]在此。"]


def test_the_passage_with_most_of_the_query_is_first_and_another_one_must_add_a_term() -> None:
    lines = ["机器在此。", "机器在此。", "别的书。", "机器和学习都在此。"]
    terms = [highlight_term(each) for each in ("机器", "学习", "书")]
    assert [bracketed(each) for each in snippets("\n".join(lines), terms)] == ["[机器]和[学习]都在此。", "别的[书]。"]


def test_the_first_match_is_near_the_beginning() -> None:
    body = "，".join(["无关的话"] * 16) + "，说到学习。"
    (snippet,) = snippets(body, [highlight_term("学习")])
    assert bracketed(snippet) == "…无关的话，无关的话，无关的话，无关的话，说到[学习]。"
    context = "这一句话和下面的一句没有什么关系，只是在它的前面。"
    (snippet,) = snippets(context * 2 + "说到学习。", [highlight_term("学习")])
    assert bracketed(snippet) == f"{context}说到[学习]。"


def test_a_sentence_that_is_too_long_is_cut_at_pauses_with_ellipses() -> None:
    body = "，".join(["无关的话"] * 40) + "，说到学习，" + "，".join(["别的话"] * 40) + "。"
    (snippet,) = snippets(body, [highlight_term("学习")])
    text = bracketed(snippet)
    assert text.startswith("…无关的话，")
    assert text.endswith("别的话…")
    assert "，说到[学习]，" in text


def test_a_long_body_without_punctuation_is_cut_around_the_match() -> None:
    (snippet,) = snippets("前" * 5000 + "學習" + "后" * 5000, [highlight_term("学习")])
    text = bracketed(snippet)
    assert text.startswith("…前")
    assert text.endswith("后…")
    assert "前[學習]后" in text
    assert len(plain(snippet)) <= MAX_LENGTH


def test_a_match_longer_than_a_snippet_is_not_cut() -> None:
    typed = "长" * 200
    (snippet,) = snippets("前" * 300 + "，" + typed + "，" + "后" * 300, [highlight_term(typed)])
    assert f"[{typed}]" in bracketed(snippet)


def test_a_body_without_a_match_gives_its_beginning() -> None:
    assert [bracketed(each) for each in snippets("开头一句。\n第二行。", [highlight_term("学习")])] == ["开头一句。"]
    (snippet,) = snippets("长" * 500, [])
    assert plain(snippet) == "长" * 96 + "…"


@pytest.mark.parametrize("body", ["", "\n", " \n\u3000\n"])
def test_an_empty_body_has_no_snippets(body: str) -> None:
    assert snippets(body, [highlight_term("学习")]) == ()
    assert snippets(body, []) == ()


def test_a_phrase_matches_across_punctuation_but_not_across_lines() -> None:
    assert [bracketed(each) for each in snippets("产业，互联", [highlight_term("产业互联")])] == ["[产业，互联]"]
    assert [bracketed(each) for each in snippets("产业\n互联", [highlight_term("产业互联")])] == ["产业"]


def test_a_phrase_that_spans_two_sentences_is_not_cut() -> None:
    body = "别的话" * 35 + "他说到产业。互联网来了" + "后面的话" * 30 + "。"
    found = snippets(body, [highlight_term("产业互联")])
    assert "[产业。互联]" in "".join(map(bracketed, found))


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
def test_a_huge_line_gives_short_snippets(body: str, matches: int) -> None:
    terms = [highlight_term("学习"), highlight_term("的"), highlight_term("b a")]
    assert len(list(find_spans(terms[0], SearchableText(body)))) == matches
    found = snippets(body, terms)
    assert 1 <= len(found) <= 3
    assert all(len(plain(each)) <= MAX_LENGTH for each in found)
    assert any(is_match for each in found for _, is_match in each)


def _matches(matches_type: type[TermMatches], body: str, term: HighlightTerm, count: int) -> TermMatches:
    searchable = SearchableText(body)
    return matches_type.find_in(term, count, searchable, 0, (0, searchable.folded(len(body))))


@pytest.mark.slow
@settings(max_examples=300)
@given(LONG_TEXT, TERMS, st.data())
def test_terms_that_match_the_same_count_as_if_they_were_searched_apart(
    body: str, terms: list[HighlightTerm], data: st.DataObject
) -> None:
    terms += data.draw(st.lists(st.sampled_from(terms), max_size=4)) if terms else []
    assert snippets(body, terms) == choose_snippets(body, [_matches(TermMatches, body, term, 1) for term in terms])


class SlowTermMatches(TermMatches):
    """The matches of a term, searched in the whole body each time."""

    def between(self, start: int, end: int) -> list[tuple[int, int]]:
        return [span for span in find_spans(self.term, self.text) if start <= span[0] < end]


@pytest.mark.slow
@settings(max_examples=300)
@given(LONG_TEXT, TERMS)
def test_snippets_are_the_same_if_every_search_covers_the_whole_body(body: str, terms: list[HighlightTerm]) -> None:
    slow = [_matches(SlowTermMatches, body, term, count) for term, count in distinct_terms(tuple(terms))]
    assert snippets(body, terms) == choose_snippets(body, slow)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.lists(LONG_TEXT, max_size=4), TERMS)
def test_snippets_of_many_bodies_are_those_of_each_alone(bodies: list[str], terms: list[HighlightTerm]) -> None:
    assert snippets_of_all(bodies, terms) == [snippets(body, terms) for body in bodies]


@pytest.mark.parametrize("first", ["\u0301", "\u1161", "\uff9e", "\ufb01", ""])
def test_a_body_that_begins_with_a_mark_is_not_joined_with_the_one_before(first: str) -> None:
    bodies = ["\u1100 的", f"{first}的\u1161", "的"]
    terms = [HighlightTerm(("的",)), HighlightTerm(("\u1161",)), HighlightTerm(("fi的",))]
    assert snippets_of_all(bodies, terms) == [snippets(body, terms) for body in bodies]


WORDS = ["甲", "乙乙", "丙丁戊", "a", "的"]
LINES = st.lists(st.lists(st.sampled_from([*WORDS, "无关", "，"]), min_size=1, max_size=8).map("".join), max_size=12)


def chosen_slowly(lines: list[str], terms: list[HighlightTerm]) -> list[str]:
    """Choose up to three times the line with the most terms that has a new one; a term of an earlier choice counts a quarter."""
    found = [[len(list(find_spans(each, SearchableText(line)))) for each in terms] for line in lines]
    chosen: list[int] = []
    covered: set[int] = set()
    for _ in range(3):
        gains = {}
        for at, counts in enumerate(found):
            present = {number for number, count in enumerate(counts) if count}
            if present - covered:
                weight = 4 * sum(len(terms[number].units) for number in present)
                weight -= 3 * sum(len(terms[number].units) for number in present & covered)
                gains[at] = 25 * weight + min(sum(counts), 10)
        if gains:
            chosen.append(max(gains, key=lambda at: (gains[at], -at)))
            covered |= {number for number, count in enumerate(found[chosen[-1]]) if count}
    return [lines[at] for at in chosen]


@pytest.mark.slow
@settings(max_examples=300)
@given(LINES, st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True))
def test_the_chosen_lines_are_those_of_the_slow_reference(lines: list[str], words: list[str]) -> None:
    lines = [line + "。" for line in lines]
    terms = [highlight_term(word) for word in words]
    if expected := chosen_slowly(lines, terms):
        assert [plain(each) for each in snippets("\n".join(lines), terms)] == expected


@pytest.mark.parametrize("separator", ["\n", ""])
def test_a_rare_term_at_the_end_of_a_book_is_found(separator: str) -> None:
    body = f"他的话是这样的。……{separator}" * (20 * MAX_FIRST_MATCHES) + "這裡說到元宇宙的事。"
    found = [bracketed(each) for each in snippets(body, [highlight_term(each) for each in ("的", "元宇宙", "这样")])]
    assert "這裡說到[元宇宙的]事。" in found[0]
    assert len(found) == 2


def test_in_a_candidate_matches_after_the_first_ones_count_too() -> None:
    common = "的。\n" * (2 * MAX_FIRST_MATCHES)
    body = common + "说元宇宙。\n" * 3 + common + "说元宇宙的。\n" * 3
    found = [bracketed(each) for each in snippets(body, [highlight_term("元宇宙"), highlight_term("的")])]
    assert found == ["说[元宇宙的]。"]


def test_of_many_terms_the_passage_with_the_most_is_shown_and_all_of_its_matches_are_marked() -> None:
    words = "天地人你我他日月金木水火土云雨风雪山川河江海花草树叶鸟鱼虫马牛羊狗猫手足口耳目心大小多少上下左右前后"
    common = "".join(f"说到{word}字。\n" for word in words[:-3]) * MAX_FIRST_MATCHES
    last = f"从{words[-3]}到{words[-2]}和{words[-1]}与{words[0]}。"
    found = [bracketed(each) for each in snippets(common + last, [*map(highlight_term, words)])]
    assert found[0] == f"从[{words[-3]}]到[{words[-2]}]和[{words[-1]}]与[{words[0]}]。"
    assert len(found) == 3


def test_a_sentence_with_very_many_matches_is_cut_and_flagged_to_its_end() -> None:
    body = "无关，" * 200 + "的" * (5 * MAX_FIRST_MATCHES) + "。"
    (snippet,) = snippets(body, [highlight_term("的")])
    assert {char for text, is_match in snippet if is_match for char in text} == {"的"}
    assert not any("的" in text for text, is_match in snippet if not is_match)


@pytest.mark.parametrize("typed", [[], ["学习"]])
def test_a_late_beginning_is_found_and_outer_spaces_are_removed(typed: list[str]) -> None:
    body = " \n" * 500 + "\u3000" * 500 + "开头一句。第二句。 \n第二行。"
    assert [bracketed(each) for each in snippets(body, [highlight_term(each) for each in typed])] == [
        "开头一句。第二句。"
    ]
