"""Analyze the text of a query node: its units, words, compounds and synonyms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from searchlib.analysis.fold import fold
from searchlib.analysis.query_analyzer import QueryAnalyzer, question_start
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.analysis.tokens import WordToken
from searchlib.analysis.units import BREAK, HAN, LATIN, UNIT, is_han, units, value_units
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.query.numbers import is_article_of_law
from searchlib.query.plan import MATCHED_FIELDS, SEARCHED_FIELDS
from searchlib.query.synonyms import Rewrite, find_rewrites
from searchlib.query.tree import Phrase, TextNode, UnquotedText

_MIN_COMPOUND_LENGTH = 4

_MIN_CONNECTED_LENGTH = 3
"""The minimum length of a word in a compound of Latin words."""

_MIN_MIXED_LENGTH = 2
"""A longer Latin word with a Han character can be separated. A single letter (c罗) has no meaning of its own."""

_MIN_COMPLETED_LENGTH = 3
"""The minimum length of a word that also matches longer words. Too many words begin with shorter ones."""

MAX_UNITS_OF_ONE_WORD = 6
"""The maximum number of units of a text that counts as one word even if the tokenizer splits it: 产业互联网, 深度学习框架."""

_JOINING_PLUS = lazy_pattern(rf"(?<={LATIN})\+(?={LATIN})")
"""A plus that joins two words: react+redux, ``0.1+0.2``. Elsewhere it belongs to the word before it: C++11, 5G+工业."""

_COUNTED = lazy_pattern(rf"\d+[{HAN}]")

_NO_PART_OF_WORDS = frozenset("的地得了着过吗呢吧啊呀嘛么啦哦是在有和与及或我你您他她它这那哪谁")
"""Function words of one character that seldom begin a word."""

_ASKING = frozenset("怎么 怎样 如何 怎么样 为什么 为何 为啥 咋 什么 哪些 有哪些 哪个 能否 是否".split())
"""Words that begin a question."""


class AnalyzedText:
    """The folded and tokenized text of a query node; every step runs at most once.

    ``is_last`` says whether the query ends with this text.
    """

    def __init__(self, node: TextNode, analyzer: QueryAnalyzer, *, is_last: bool = False) -> None:
        self.node = node
        self.analyzer = analyzer
        self.is_last = is_last
        self.folded = _JOINING_PLUS.sub(" ", fold(node.text))
        is_value = node.field is not None and node.field not in SEARCHED_FIELDS
        self.units = tuple(value_units(self.folded) if is_value else units(self.folded))

    @property
    def is_prefix(self) -> bool:
        """Whether the last unit is a prefix."""
        return isinstance(self.node, UnquotedText) and self.node.prefix

    @property
    def is_plain(self) -> bool:
        """Whether the text was typed without quotes, field and asterisk."""
        return isinstance(self.node, UnquotedText) and self.node.is_plain

    @cached_property
    def unbroken(self) -> bool:
        """Whether no break may separate its units: the text is unquoted and contains none."""
        return isinstance(self.node, UnquotedText) and not BREAK.search(self.folded)

    @property
    def fields(self) -> tuple[str, ...]:
        """The text fields whose terms rank; empty for a category, tag or author."""
        if self.node.field is None:
            return SEARCHED_FIELDS
        return (self.node.field,) if self.node.field in SEARCHED_FIELDS else ()

    @property
    def matched_fields(self) -> tuple[str, ...]:
        """The text fields in which the text matches; empty for a category, tag or author."""
        is_unquoted = isinstance(self.node, UnquotedText)
        return MATCHED_FIELDS if is_unquoted and self.fields == SEARCHED_FIELDS else self.fields

    @cached_property
    def words(self) -> list[WordToken]:
        """The words, in order and without overlaps. Emoji count as words only if the text has nothing else."""
        return self.without_emoji(self.analyzer.words(self.folded, parts=False))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to search for."""
        return not self.units and (isinstance(self.node, Phrase) or not self.fields or not self.words)

    def without_emoji(self, words: list[WordToken]) -> list[WordToken]:
        """Return the words that have units, or all words if the text has no units."""
        return [word for word in words if UNIT.search(word.text)] if self.units else words

    @cached_property
    def content_words(self) -> list[WordToken]:
        """The words that are neither function words nor stop words, nor a question about the words before it, nor vs between Han
        words."""
        end = question_start(self.folded, self.analyzer.dictionary)
        content = [word for word in self.analyzer.content_words(self.words) if word.end <= end]
        return content if "vs" not in self.folded else [word for word in content if not self._compares(word)]

    def _compares(self, word: WordToken) -> bool:
        """Return whether a word is vs directly between Han characters: 苹果vs三星."""
        before, after = self.folded[word.start - 1 : word.start], self.folded[word.end : word.end + 1]
        return word.text == "vs" and is_han(before) and is_han(after)

    @cached_property
    def asks(self) -> bool:
        """Whether a question word begins the text, or a question ends it: 怎么安装."""
        return bool(self.words) and (
            self.words[0].text in _ASKING or question_start(self.folded, self.analyzer.dictionary) < len(self.folded)
        )

    @cached_property
    def has_lone_character(self) -> bool:
        """Whether a short text has a content word of one character beside a function word and another word: 操, 做, 系统.

        The character and the function word may be one mistyped word.
        """
        is_short = len(self.folded) <= MAX_UNITS_OF_ONE_WORD
        if not is_short or FUNCTION_WORDS.isdisjoint(self.folded) or len(self.groups) < 2:
            return False
        ends = {edge for word in self.words if word not in self.content_words for edge in (word.start, word.end)}
        return any(
            len(group) == 1 and is_single_han(group[0]) and not ends.isdisjoint((group[0].start, group[0].end))
            for group in self.groups
        )

    @cached_property
    def completed_word(self) -> str:
        """The Latin word at the end of the query, which also matches longer words, or an empty text."""
        if not self.is_last or not self.is_plain or not self.words:
            return ""
        word = self.words[-1]
        if not UNIT.search(word.text):
            return ""
        *before, last = units(word.text)
        # 4 can begin 4o in GPT-4, but 2.1 does not begin 2.10.
        is_open = last.isalpha() or (last.isalnum() and not (last.isdecimal() and before and not before[-1].isalpha()))
        has_letter = any(char.isalpha() and not is_han(char) for char in word.text)
        if word.end < len(self.folded) or word.text[0] == "." or is_han(last) or not (is_open and has_letter):
            return ""
        return word.text if len(word.text) >= _MIN_COMPLETED_LENGTH else ""

    @cached_property
    def groups(self) -> list[list[WordToken]]:
        """The content words, or all words if there are none, grouped where jieba has split an unknown word.

        jieba leaves single characters of words that are not in its dictionary (元 宇宙, 手机 壳). Such a character is grouped
        with the next word, or else with the previous one. It may also look like a function word (个 税, 去 中心化): a short
        text that contains one group after function words of one character is one group, and a function word directly
        before a group of one character belongs to it. A number is grouped with the Han word before it (小米 14), an ordinal is a
        group of its own (刑法, 第 264条).
        """
        groups: list[list[WordToken]] = []
        for word in self.content_words or self.words:
            if (
                groups
                and groups[-1][-1].end == word.start
                and is_han(groups[-1][-1].text[-1])
                and not self._begins_ordinal(word)
                and (is_single_han(word) or word.text[0].isdecimal() or all(map(is_single_han, groups[-1])))
            ):
                groups[-1].append(word)
            else:
                groups.append([word])
        if self._is_one_group(groups):
            return [self.words]
        before = {word.end: word for word in self.words if word not in self.content_words and _can_begin_word(word)}
        for group in groups:
            if len(group) == 1 and is_single_han(group[0]) and (first := before.get(group[0].start)):
                group.insert(0, first)
        return groups

    def _is_one_group(self, groups: Sequence[Sequence[WordToken]]) -> bool:
        """Return whether the text is a short Han run: one group after one-character function words, or single characters only."""
        if len(self.words) < 2 or len(self.units) > MAX_UNITS_OF_ONE_WORD or not all(map(is_han, self.folded)):
            return False
        functions = [word for word in self.words if word not in self.content_words]
        if not all(is_single_han(word) and word.text in FUNCTION_WORDS for word in functions):
            return False
        is_last = (
            len(groups) == 1 and groups[0][-1] is self.words[-1] and len(groups[0]) + len(functions) == len(self.words)
        )
        return is_last or all(map(is_single_han, self.words))

    def _begins_ordinal(self, word: WordToken) -> bool:
        """Return whether the word is 第 directly before a number in digits that something is counted with (第264条, not 第99), or
        such a number of an article of a law (刑法264条)."""
        is_counted = word.text == "第" and _COUNTED.match(self.folded, word.end) is not None
        return is_counted or is_article_of_law(self.folded, word.start)

    @cached_property
    def group_spans(self) -> list[tuple[int, int]]:
        """The start and end of each group."""
        return [(group[0].start, group[-1].end) for group in self.groups]

    @cached_property
    def rewrites(self) -> list[Rewrite]:
        """The parts that synonyms can replace; none in a phrase or a prefix."""
        if isinstance(self.node, Phrase) or self.node.prefix or not self.analyzer.synonyms:
            return []
        return find_rewrites(self.folded, self.group_spans, self.analyzer.synonyms)

    @cached_property
    def regional_rewrites(self) -> list[Rewrite]:
        """The parts that other writings and regional words can replace, without those that overlap synonyms of the user."""
        if isinstance(self.node, Phrase) or self.node.prefix:
            return []
        chosen: list[Rewrite] = []
        for words in filter(None, (self.analyzer.writings, self.analyzer.regional)):
            chosen += [
                each
                for each in find_rewrites(self.folded, self.group_spans, words)
                if not any(each.first < other.last and other.first < each.last for other in (*self.rewrites, *chosen))
            ]
        return chosen


Analyze = Callable[[TextNode], AnalyzedText]


def is_single_han(word: WordToken) -> bool:
    """Return whether the word is a single Han character."""
    return len(word.text) == 1 and is_han(word.text)


def _can_begin_word(word: WordToken) -> bool:
    """Return whether a function word can be the first character of a word."""
    return is_single_han(word) and word.text in FUNCTION_WORDS and word.text not in _NO_PART_OF_WORDS


def connected_words(text: str) -> list[str]:
    """Return the words in a folded compound of Latin words and numbers, or nothing if there are not several: 2.10.3, GPT-4o."""
    found = [unit for unit in units(text) if len(unit) >= _MIN_CONNECTED_LENGTH and unit.isascii() and unit.isalpha()]
    return found if len(found) > 1 else []


def split_compound(word: str, analyzer: QueryAnalyzer) -> Sequence[str]:
    """Return the parts of a word, or nothing if it has none.

    The parts are the fewest words of at least two characters that make up a Han word, the words of a Latin compound, or a Latin
    word of several characters and the Han character after it.
    """
    if not all(map(is_han, word)):
        is_mixed = len(word) > _MIN_MIXED_LENGTH and is_han(word[-1]) and not word[:-1].isdecimal()
        return (word[:-1], word[-1]) if is_mixed else connected_words(word)
    if len(word) < _MIN_COMPOUND_LENGTH:
        return ()
    parts = [part for part in analyzer.words(word, parts=True) if 1 < len(part.text) < len(word)]
    fewest: dict[int, list[str]] = {0: []}
    for part in sorted(parts, key=lambda part: (part.start, part.end)):
        before = fewest.get(part.start)
        if before is not None and (part.end not in fewest or len(before) + 1 < len(fewest[part.end])):
            fewest[part.end] = [*before, part.text]
    return fewest.get(len(word), ())
