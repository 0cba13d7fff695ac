"""Find the text of a query as it was typed, operators included: a command, a version, a title with dashes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, pairwise
from typing import NamedTuple
from unicodedata import normalize

from searchlib.analysis.fold import fold
from searchlib.analysis.units import HAN, LATIN, is_han, units, units_with_breaks
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.common.numerals import begins_in_number, ends_in_number
from searchlib.query import tree
from searchlib.query.numbers import is_spelled_quantity
from searchlib.query.plan import PhraseClause, TypedWords
from searchlib.query.ranking_terms import MAX_TITLE_UNITS

_LEADING_SYMBOL = lazy_pattern(r"(?:^|\s)[-+$%&*/\\<=>@^_`|~.:\[\]{}!#]")
"""A symbol where a word could begin, as in commands and paths. A symbol inside or after a word belongs to the word."""

_SYMBOL = r"[!-/:-@\[-`{-~]"

_IGNORED_SYMBOL = lazy_pattern(
    rf"^(?![\"'(]){_SYMBOL}+\w|\w(?:{_SYMBOL}{{2,}}|__+)\w|[+#]\w|[$¥€£]\d|\d[%‰°$¥€£]"
    r"|(?<![^\W_])(?:[a-z]|\d{1,4})/(?:[a-z]|\d{1,4})(?![^\W_])",
    re.ASCII,
)
"""A symbol of a name before or inside it, or of a number: ``.NET``, ``$_GET``, ``a==b``, ``C++20``, ``50%``, ``A/B``, ``1/3``."""

_SYMBOLS = lazy_pattern(f"{_SYMBOL}+")

_NUMBER = r"\d+(?:[.,]\d+)*"
_QUANTITY = lazy_pattern(
    rf"(?<!{LATIN})(?<![第./:+~-])(?<!\d,){_NUMBER}(?:(?![年月日号后])[{HAN}]|[a-z]+(?!{LATIN})|[%‰°])(?!\+{LATIN})"
)
"""A number with what follows it: 35元, ``5kg``, ``45%``, but no date, and no part of a longer name (``4G+5G``)."""

_LATIN = lazy_pattern(LATIN)

_MAX_NUMBERS = 3
"""The maximum number of amounts and quantities that are looked up as typed. More are probably a pasted text."""

_MAX_NAMES = 5
"""The maximum number of names with symbols, and of phrases, that are looked up as typed."""

_AMOUNT = lazy_pattern(rf"(?<!{LATIN})([$¥€£])\s*({_NUMBER})(?!\w)")
_CURRENCIES = {"$": "美元", "¥": "元", "€": "欧元", "£": "英镑"}
"""The names that follow an amount, by the symbols that precede it."""

_MAX_MODEL_LENGTH = 3
"""The maximum number of digits of a number that belongs to the word before it. More are a year or a price."""

_MIN_PHRASE = 3
"""The minimum number of Latin words in a row that are probably a phrase."""

_INSIDE_WORDS = lazy_pattern(r"[!$%&*:;<=>?\[\]{}|~]|__")
"""The beginning of a typed text that may follow a word directly: ``::before`` is in a::before, but ``.net`` not in java.net."""

_COMPATIBILITY_FORMS = range(0x2000, 0x2600), range(0x3000, 0x3400), range(0xFE10, 0xFE70), range(0xFF00, 0xFF70)
"""The code points of characters that the fold replaces by ASCII symbols."""

_AND = lazy_pattern(r"(?:^|\s)AND(?:\s|$)")
_NEGATED_HAN = lazy_pattern(rf"\s*[-－−][{HAN}]")
_MINUS_WORD = lazy_pattern(r"\s*[-－−]\w+\s*")
_SPACES = lazy_pattern(r"[^\S\n]+")
_DIGIT_BESIDE_HAN = lazy_pattern(rf"(?<=\d) ?(?=[{HAN}])|(?<=[{HAN}]) ?(?=\d)")


class TypedText(NamedTuple):
    """A query as it was typed: all of its units as a phrase, and its ``text``, symbols included.

    ``has_operators`` is set if operators give the query another meaning. Then an article must contain the ``text``, not only
    the units.
    """

    phrase: PhraseClause
    text: str
    has_operators: bool


def typed_text(query: tree.Query) -> TypedText | None:
    """Return the typed text of a query with symbols, operators or punctuation inside, or None if its words have the same meaning.

    Return None for a single quotation, for a query with dates or ranges, and for a single unit without a minus before it or symbols
    that a space separates.
    """
    leaves = [*tree.leaves(query.tree)]
    has_quotation = any(isinstance(node, tree.Phrase) for node in leaves)
    has_operators = _has_operators(query.tree) or has_quotation or bool(_AND.search(query.text))
    parts = units_with_breaks(fold(query.text))
    is_broken = any(has_break for _, has_break in parts)
    if not (has_operators or query.is_literal or is_broken or _LEADING_SYMBOL.search(query.text)):
        return None
    if any(isinstance(node, tree.DateRange | tree.FieldRange) for node in leaves) or (
        has_quotation and len(leaves) == 1
    ):
        return None
    if isinstance(query.tree, tree.Not) and _NEGATED_HAN.match(query.text):
        return None
    run = tuple(unit for unit, _ in parts)
    text = normalize_spaces(query.text)
    is_longer = len(run) > 1 or (run and " " in text) or _MINUS_WORD.fullmatch(query.text)
    if not is_longer or len(run) > MAX_TITLE_UNITS:
        return None
    return TypedText(PhraseClause(run, unbroken=not is_broken), text, has_operators)


def typed_words(query: tree.Query) -> tuple[TypedWords, ...]:
    """Return the words with symbols that the fold ignores, each with the Latin words after it, as in ``C++20`` and ``.NET Core``,
    phrases of Latin words, quantities, and numbers after Han texts (小米 14).

    Several Latin words in a row (``for i in range``), probably code or a message, are a phrase. Its text is "", because its units
    are sufficient. A quantity (35元) also matches as a part of a longer number (223.35元), which ranks lower.
    """
    texts = [node.text for node in tree.conjuncts(query.tree) if isinstance(node, tree.UnquotedText) and node.is_plain]
    found: list[TypedWords] = []
    numbers: list[TypedWords] = []
    at = 0
    while at < len(texts):
        end = at + 1
        while end < len(texts) and texts[end].isascii():
            end += 1
        is_phrase = texts[at].isascii() and end - at >= _MIN_PHRASE
        if not is_phrase and (quantities := [*_numbers(fold(texts[at]))]):
            numbers += quantities
            at += 1
            continue
        has_symbol = _IGNORED_SYMBOL.search(fold(texts[at])) is not None
        if not (has_symbol or is_phrase):
            at += 1
            continue
        text = " ".join(texts[at:end])
        if run := tuple(units(fold(text))):
            found.append(TypedWords(((PhraseClause(run), normalize_spaces(text) if has_symbol else ""),)))
        at = end
    numbers += _bare_numbers(texts)
    return (*found[:_MAX_NAMES], *numbers[:_MAX_NUMBERS])


def with_quantities(typed: Sequence[TypedWords], writings: Iterable[str]) -> tuple[TypedWords, ...]:
    """Return the typed words of a query with the quantities among other ways to write it: 35元 also matches as a part of 223.35元,
    which ranks lower.

    A query with several numbers is returned unchanged.
    """
    numbers = [each for each in typed if each.is_number]
    texts = islice(filter(_QUANTITY.search, writings), _MAX_NUMBERS)
    others = tuple((PhraseClause(tuple(units(text))), text) for text in texts)
    if not others or len(numbers) > 1:
        return tuple(typed)
    written = TypedWords((*(way for each in numbers for way in each.writings), *others), is_number=True)
    return (*(each for each in typed if not each.is_number), written)


def _bare_numbers(texts: Sequence[str]) -> Iterator[TypedWords]:
    """Yield a number that is the whole query, and short numbers after Han texts, which a space separates.

    The number alone is not specific: 11 is also a day. So it ranks first directly after the text, or else as a whole number: 35,
    not 35.80.
    """
    if len(texts) == 1 and texts[0].isdecimal():
        yield TypedWords((_whole(texts[0]),), is_number=True)
    for one, other in pairwise(map(fold, texts)):
        if is_han(one[-1:]) and other.isdecimal() and len(other) <= _MAX_MODEL_LENGTH:
            model = PhraseClause((*units(one), *units(other)), unbroken=True)
            yield TypedWords(((model, f"{one} {other}"),), (_whole(other),), is_number=True)


def _whole(number: str) -> tuple[PhraseClause, str]:
    return PhraseClause((fold(number),)), number


def _numbers(folded: str) -> Iterator[TypedWords]:
    """Yield the amounts and quantities of a folded text: ¥35, which may also be written as 35元, 35元, and 十公里 alone."""
    amounts = [(each[0], each[2] + _CURRENCIES[each[1]]) for each in _AMOUNT.finditer(folded)]
    spelled = [(folded,)] if is_spelled_quantity(folded) else []
    for texts in (*amounts, *spelled, *((each[0],) for each in _QUANTITY.finditer(folded))):
        yield TypedWords(tuple((PhraseClause(tuple(units(text))), text) for text in texts), is_number=True)


def contains_typed(text: str, *, is_prefix: bool = False) -> Callable[[str], bool]:
    """Return a predicate: whether a text contains the given text with its symbols, and not inside a longer word or number.

    Spaces between a digit and a Han character do not matter. With ``is_prefix``, the last word may begin a longer one.
    """
    typed = normalize_spaces(text)
    parts = [part.split(" ") for part in _DIGIT_BESIDE_HAN.split(typed)]
    written = re.compile(r"[^\S\n]*".join(_SPACES.pattern.join(map(re.escape, words)) for words in parts))
    start = parts[0][0]
    symbols = max(_SYMBOLS.findall(typed), key=len, default="")
    other_forms = re.compile(f"[{''.join(map(_other_forms, symbols))}]") if symbols else None
    begins_inside_words = _INSIDE_WORDS.match(typed) is not None
    begins_with_number = typed[:1].isdecimal() or is_spelled_quantity(typed)
    ends_with_letter = _LATIN.match(typed[-1:]) is not None

    def is_whole(folded: str, first: int, last: int) -> bool:
        if first and not begins_inside_words and _LATIN.match(folded, first - 1):
            return False
        if begins_with_number and begins_in_number(folded, first):
            return False
        return is_prefix or not ((ends_with_letter and _LATIN.match(folded, last)) or ends_in_number(folded, last))

    def has_symbol(other: str) -> bool:
        return symbols in other or (other_forms is not None and other_forms.search(other) is not None)

    def contains(other: str) -> bool:
        # The fold takes longer than everything else. A typed text is in one line.
        if other_forms:
            lines = other.split("\n") if has_symbol(other) else []
            other = "\n".join(filter(has_symbol, lines))
        folded = fold(other)
        at = folded.find(start)
        while at >= 0:
            found = written.match(folded, at)
            if found and is_whole(folded, *found.span()):
                return True
            at = folded.find(start, at + 1)
        return False

    return contains


def has_symbols(text: str) -> bool:
    """Return whether a folded text has ASCII symbols."""
    return _SYMBOLS.search(text) is not None


@cache
def _other_forms(symbol: str) -> str:
    """Return the compatibility forms of an ASCII symbol, escaped for a class of a pattern: ＄ and ﹩ for ``$``, … for the dot."""
    others = (chr(code) for each in _COMPATIBILITY_FORMS for code in each)
    return "".join(re.escape(other) for other in others if symbol in normalize("NFKC", other)) or re.escape(symbol)


def normalize_spaces(text: str) -> str:
    """Return the folded text, with one space for each run of spaces in a line."""
    return _SPACES.sub(" ", fold(text)).strip()


def _has_operators(node: tree.Node) -> bool:
    match node:
        case tree.And(children):
            return any(map(_has_operators, children))
        case tree.UnquotedText(_, field):
            return field is not None
        case _:
            return isinstance(node, tree.Not | tree.Or)
