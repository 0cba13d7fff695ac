"""The phrases of a lexicon equal those of a simple loop over the words, and are whole expressions."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from searchlib.analysis.dictionary import JIEBA_CHARACTERS, JIEBA_WORD
from searchlib.analysis.han_tokenizer import RUN_END, HanTokenizer, JiebaTokenizer, han_tokenizer
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.suggest import phrases
from searchlib.suggest.phrases import find_phrases

PIECES = "元宇宙 人工智能 的 和 我们 什么 全文 检索 网 电子商务 中华人民共和国 A 3 ,  b 5g c++ 《 》 㐀 𠮷 长城 很 茶 正在".split(
    " "
)


def phrases_by_loops(lines: list[str], tokenizer: HanTokenizer) -> dict[str, int]:
    words = [RUN_END]
    for line in dict.fromkeys(lines):
        for run in runs(line):
            for piece in run:
                words += [word for word, _, _ in tokenizer.tokenize(piece)] if JIEBA_WORD.fullmatch(piece) else [piece]
            words.append(RUN_END)
    counts = Counter(tuple(words[at : at + length]) for length in (1, 2, 3) for at in range(len(words) - length + 1))
    least = 2 if words.count(RUN_END) <= 1000 else 3
    found: Counter[str] = Counter()
    for gram, count in counts.items():
        text = "".join(gram)
        is_content = not {*gram} & {RUN_END, *FUNCTION_WORDS}
        has_boundaries = not {gram[0], gram[-1]} & phrases._NOT_AT_BOUNDARIES
        if (
            len(gram) == 1
            or count < least
            or not is_content
            or not has_boundaries
            or not least_length(gram) <= len(text) <= 10
        ):
            continue
        parts = [(counts[gram[:split]], counts[gram[split:]]) for split in range(1, len(gram))]
        is_cohesive = all(
            math.log(count * len(words) / (one * other)) / -math.log(count / len(words)) >= 0.5
            or count / min(one, other) >= 0.15
            for one, other in parts
        )
        at = [each for each in range(len(words)) if tuple(words[each : each + len(gram)]) == gram]
        if is_cohesive and all(is_boundary([words[each + offset] for each in at]) for offset in (-1, len(gram))):
            found[text] += count
    whole = {
        phrase: count
        for phrase, count in found.items()
        if not any(
            longer != phrase and (longer.startswith(phrase) or longer.endswith(phrase)) and other > count / 2
            for longer, other in found.items()
        )
    }
    return dict(sorted(whole.items(), key=lambda item: (-item[1], item[0])))


def runs(line: str) -> Iterator[list[str]]:
    """Yield the pieces of each run: Han characters, and Latin words with a letter that touch one of them."""
    pieces = re.findall(rf"[{JIEBA_CHARACTERS}]+|[a-z0-9]+[+#]*|.", line)
    names = [bool(re.fullmatch(r"\d{0,2}[a-z][a-z0-9]*[+#]*", piece)) for piece in pieces]
    han = [bool(JIEBA_WORD.fullmatch(piece)) for piece in pieces]
    run: list[str] = []
    for at, piece in enumerate(pieces):
        touches = (at > 0 and han[at - 1]) or (at + 1 < len(pieces) and han[at + 1])
        if han[at] or (names[at] and touches):
            run.append(piece)
            if names[at] and at + 1 < len(pieces) and not han[at + 1]:
                yield run
                run = []
        else:
            if run:
                yield run
            run = []
    if run:
        yield run


def least_length(gram: tuple[str, ...]) -> int:
    return 2 if any(word.isascii() for word in gram) else 3


def is_boundary(neighbors: list[str]) -> bool:
    ends = {RUN_END, *FUNCTION_WORDS}
    counts = [count for word, count in Counter(neighbors).items() if word not in ends]
    counts += [1] * sum(word in ends for word in neighbors)
    entropy = -sum(count / len(neighbors) * math.log(count / len(neighbors)) for count in counts)
    return entropy >= 0.9 * math.log(min(len(neighbors), 3)) and max(counts) <= len(neighbors) / 2


@pytest.mark.parametrize("lines", [60, 3000])
@pytest.mark.parametrize("tokenizer", [han_tokenizer(), JiebaTokenizer()], ids=["rjieba", "jieba"])
def test_phrases_are_those_of_plain_loops(tokenizer: HanTokenizer, lines: int) -> None:
    random = Random(8)
    weights = [random.choice((1, 5)) for _ in PIECES]
    texts = [
        "".join(
            random.choice(("", "", "短视频", "大模型"))
            + "".join(random.choices(PIECES, weights, k=random.randint(0, 6)))
        )
        for _ in range(lines)
    ]
    found = find_phrases(texts, tokenizer)
    assert list(found.items()) == list(phrases_by_loops(texts, tokenizer).items())
    assert found


@pytest.mark.parametrize("lines", [[], [""], ["网"], ["A", ""]])
def test_lines_without_two_words_have_no_phrases(lines: list[str]) -> None:
    assert find_phrases(lines, han_tokenizer()) == {}


@pytest.mark.parametrize(
    ("whole", "fragment"),
    [("台风蓝色预警", "台风蓝色"), ("人工智能大模型", "人工智能大"), ("机器学习平台", "机器学习平")],
)
def test_the_beginning_of_a_longer_phrase_is_none(whole: str, fragment: str) -> None:
    lines = [f"{before}{whole}{after}" for before, after in zip("茶酒山水", "已为在将", strict=True)]
    assert whole in find_phrases(lines, han_tokenizer())
    assert fragment not in find_phrases(lines, han_tokenizer())


def test_a_phrase_does_not_end_in_an_adverb() -> None:
    lines = [f"苹果公司正在{verb}" for verb in ("开发", "测试", "招聘", "裁员", "扩张")]
    assert find_phrases(lines, han_tokenizer()) == {}


def test_a_name_that_the_tokenizer_does_not_know_is_a_phrase_of_a_few_lines() -> None:
    assert "元宇宙" in find_phrases(["元宇宙是什么", "他说元宇宙很热", "走进元宇宙"], han_tokenizer())


def test_a_function_word_ends_a_phrase() -> None:
    assert "元宇宙" in find_phrases([f"元宇宙的产业 {number}" for number in range(9)], han_tokenizer())


def test_a_repeated_line_counts_once() -> None:
    assert find_phrases(["欢迎关注公众号"] * 9, han_tokenizer()) == {}


@pytest.mark.parametrize("name", ["b站", "a股", "k线图", "5g网络", "c++语言", "维生素c", "卡拉ok"])
def test_a_name_of_a_latin_word_and_han_characters_is_a_phrase(name: str) -> None:
    lines = [f"{before}，{name}{after}" for before, after in zip("茶酒山水", "，的和。", strict=True)]
    assert name in find_phrases(lines, han_tokenizer())


def test_a_latin_word_between_spaces_belongs_to_no_phrase() -> None:
    lines = [f"{before} b 站{after}" for before, after in zip("茶酒山水", "，的和。", strict=True)]
    assert find_phrases(lines, han_tokenizer()) == {}


def test_a_function_word_after_a_latin_word_makes_no_phrase() -> None:
    lines = [f"{before}，app{after}" for before in "茶酒山水" for after in ("的", "和", "上", "里")]
    assert find_phrases(lines, han_tokenizer()) == {}
