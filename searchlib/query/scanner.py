"""Scan typed text into operators and leaves, the tokens of a query."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from itertools import pairwise
from types import MappingProxyType
from unicodedata import category, normalize

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.models import Note
from searchlib.query.dates import parse_dates, parse_recent
from searchlib.query.range_parser import parse_values
from searchlib.query.tree import DateRange, Everything, FieldRange, Leaf, Phrase, UnquotedText

_OPENING_BRACKETS = frozenset("(（")
_CLOSING_BRACKETS = frozenset(")）")
_BARS = frozenset("|｜")
_DELIMITERS = _OPENING_BRACKETS | _CLOSING_BRACKETS | _BARS
_MINUS_SIGNS = frozenset("-－−")
_ASTERISKS = "*＊"
_DOUBLE_QUOTES = frozenset('"“”„‟＂〝〞〟')
_OPENING_CORNERS = frozenset("「『﹁﹃｢")
_CLOSING_CORNERS = frozenset("」』﹂﹄｣")
ALL_QUOTES = _DOUBLE_QUOTES | _OPENING_CORNERS | _CLOSING_CORNERS
_QUOTES = "".join(sorted(ALL_QUOTES))

_MAX_DATE_IN_NOTE = 20
"""The number of characters that a note quotes from a date that could not be parsed."""

_DATE_FIELD = "date"
"""The field whose values are days; in the tree it becomes a ``DateRange``."""

_FIELD_NAMES = {
    "title": ("title", "标题", "標題", "intitle"),
    "category": ("category", "分类", "分類"),
    "tag": ("tag", "标签", "標籤"),
    "author": ("author", "作者"),
    _DATE_FIELD: ("date", "日期"),
}
FIELD_BY_NAME: Mapping[str, str] = MappingProxyType(
    {name: field for field, names in _FIELD_NAMES.items() for name in names}
)
"""The fields of every query by the names that can be typed, case-folded."""


_OPTION = lazy_pattern(r"(?<=[!-~]\s)-[A-Za-z0-9]{1,5}(?=[\s)]|$)")
"""An option of a command, after an ASCII text: ``-rf``."""

_COMMAND_HINT = lazy_pattern(
    r"(?<=\s)-(?:-[A-Za-z]|[A-Za-z0-9]{1,2}(?=\s|$))|(?<=\s)\|(?=\s)|(?<=[!-~])/|/(?=[!-~])|\*\.|[=~$<>{}\\;&]"
)
"""A second sign of a command, beside an option: another option, a pipe, a path, a file name pattern, an assignment."""

_COMMANDS = (
    "adb|awk|chmod|chown|cp|curl|df|dig|du|egrep|ffmpeg|find|gcc|grep|gzip|iptables|journalctl|ln|ls|lsof|mkdir|mv|netstat|nmap|"
    "openssl|pgrep|ps|rpm|rsync|scp|sed|ssh|systemctl|tail|tar|tasklist|unzip|useradd|usermod|wget|xargs"
)
"""Commands that are hardly the subject of a query that excludes a word."""

_TOOLS = "apt|brew|cargo|conda|docker|git|go|helm|kubectl|npm|pip|yum"
"""Commands that can be the subject (``git -svn``), but not with a subcommand: ``git commit -am``."""

_SUBCOMMANDS = (
    "add|apply|branch|build|checkout|clone|commit|compose|create|diff|exec|fetch|get|init|inspect|install|list|logs?|merge|mod|"
    "pull|push|rebase|remove|reset|restart|rm|run|show|stash|status|stop|tag|test|uninstall|update|upgrade"
)

_VERBS = (
    "Add|Copy|Export|Get|Import|Install|Invoke|Move|New|Remove|Rename|Restart|Select|Set|Start|Stop|Test|Update|Write"
)
"""Verbs that begin the commands of PowerShell: ``Get-ChildItem -Recurse``."""

_COMMAND_BEFORE_OPTION = lazy_pattern(
    rf"(?<![!-~])(?:{_COMMANDS}|(?:{_TOOLS})\s+(?:{_SUBCOMMANDS})|(?:{_VERBS})-[A-Z][A-Za-z]+"
    r"|(?:javac?|python3?|php|node)(?=\s+-(?:version|help|jar|cp|classpath)(?:\s|$)))\s+(?=-[A-Za-z0-9]{2,}(?:[\s)]|$))"
)
"""A known command directly before an option of several letters: ``find -name``, ``java -version``."""

_LETTER_OPTION = lazy_pattern(r"-[A-Za-z](?=[:=\s]|$)")
"""An option of one letter, perhaps with a value: ``-f``, ``-i:8080``. Hardly anybody excludes one from a search for Latin words."""

_OPTION_OF_COMMAND = lazy_pattern(r"-[A-Za-z0-9]")
"""The beginning of an option in a command, which can have a value: ``-i:8080``, ``-Xmx512m``."""

_WEB_FIELD = lazy_pattern(r"(?<!\w)(?:site|inurl|intext|filetype):(?=[^\s|｜()（）])", re.IGNORECASE)
"""A field of search engines for the web that articles do not have; its value is text: ``site:github.com``."""

_DATE_BOUND = lazy_pattern(r"(?:(after)|before)[:：]([^\s()（）|｜]+)", re.IGNORECASE)
"""A bound of the date as search engines for the web have it: ``after:2021``, ``before:2021-06-30``. The first day is included,
the last is not."""

_EXCLUDED_WORD = lazy_pattern(r"-((?=[a-z]*[aeiouy])[a-z]{4,})(?=\s|$)", re.IGNORECASE)
"""An option that may be a word to exclude: ``-boost``, but not ``-xzvf``."""

_FILE_NAME = lazy_pattern(r"(?:\s+-[!-~]+)*\s+[!-~]*\w\.\w")
"""A file name after an option and other options: ``-jar -Xmx512m app.jar``."""


class Operator(Enum):
    """A bracket, or an operator that combines leaves."""

    OPEN = "("
    CLOSE = ")"
    NOT = "NOT"
    OR = "OR"
    AND = "AND"


QueryToken = Operator | Leaf

_OPERATOR_WORDS = {operator.value: operator for operator in (Operator.NOT, Operator.OR, Operator.AND)}
_LONGEST_OPERATOR_WORD = max(map(len, _OPERATOR_WORDS))


@dataclass(frozen=True, slots=True)
class Scan:
    """The tokens of a query; every ``CLOSE`` follows its ``OPEN``. ``is_truncated`` is set if leaves were ignored."""

    tokens: tuple[QueryToken, ...]
    notes: tuple[Note, ...]
    is_truncated: bool


NOTHING_SCANNED = Scan((), (), is_truncated=False)


def scan(text: str, *, today: date, max_leaves: int, max_depth: int, facets: Sequence[str] = ()) -> Scan:
    """Return the tokens of a text: the first ``max_leaves`` leaves; brackets deeper than ``max_depth`` are plain text.

    The names of ``facets`` are names of fields.
    """
    balanced, quotations = _pair_quotes(text)
    option = _command_option(balanced)
    fields = FIELD_BY_NAME if not facets else {**{_folded(name): name for name in facets}, **FIELD_BY_NAME}
    if option is not None:
        # After an option, quotation marks belong to the shell. Before it, they can quote the whole command.
        quotations = {opening: closing for opening, closing in quotations.items() if opening < option}
    is_command = option is not None
    scanner = _Scanner(balanced, quotations, today, max_leaves, max_depth, is_command=is_command, fields=fields)
    scanner.scan()
    if option is not None and (note := _option_note(balanced, option)):
        scanner.notes.append(note)
    return Scan(tuple(scanner.tokens), tuple(dict.fromkeys(scanner.notes)), scanner.is_truncated)


@dataclass(frozen=True, slots=True)
class _Bracket:
    """An open bracket: ``groups`` is false if it is plain text; ``field`` applies to everything inside."""

    groups: bool
    field: str | None


@dataclass(slots=True)
class _Scanner:
    """A single pass over a text whose quotes are paired.

    ``quotations`` maps the position of each opening quote to that of its closing quote. ``at`` is the next position to
    read, ``depth`` the number of open brackets that group. In a command, options and pipes are not operators, nor are the quotation
    marks that ``quotations`` lacks. ``fields`` are the fields by their case-folded names.
    """

    text: str
    quotations: dict[int, int]
    today: date
    max_leaves: int
    max_depth: int
    is_command: bool
    fields: Mapping[str, str]
    at: int = 0
    depth: int = 0
    brackets: list[_Bracket] = field(default_factory=list)
    leaf_count: int = 0
    tokens: list[QueryToken] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    is_truncated: bool = False

    def scan(self) -> None:
        """Fill ``tokens`` and ``notes``."""
        is_start = True  # a minus sign or a field name counts only at the start of a clause
        while self.at < len(self.text) and not self.is_truncated:
            char = self.text[self.at]
            if char.isspace():
                self.at += 1
                is_start = True
            elif self._is_bar():
                self.tokens.append(Operator.OR)
                self.at += 1
                is_start = True
            elif char in _CLOSING_BRACKETS and self._closes_group():
                self.brackets.pop()
                self.depth -= 1
                self.tokens.append(Operator.CLOSE)
                self.at += 1
                is_start = False
            else:
                is_start = self._scan_clause(is_start)

    def _scan_clause(self, is_start: bool) -> bool:
        """Read a minus sign, a field name and a value. Return whether a bracket opened: then another clause can start."""
        is_negated = is_start and self._is_negation()
        if is_negated:
            self.tokens.append(Operator.NOT)
            self.at += 1
        start = self.at
        if is_start and (dates := self._scan_date_bound()):
            if self._count_leaf():
                self.tokens.append(dates)
            return False
        own_field = self._scan_field() if is_start else None
        if is_start and (web_field := _WEB_FIELD.match(self.text, self.at)):
            self.at = web_field.end()
            self.notes.append(
                Note(
                    "不支持“%(field)s”，已忽略，只按后面的文字搜索。",
                    "“%(field)s” is not supported. It was left out.",
                    field=web_field[0].lower(),
                )
            )
        active_field = own_field or (self.brackets[-1].field if self.brackets else None)
        if self.at in self.quotations:
            close = self.quotations[self.at]
            quoted = self.text[self.at + 1 : close]
            self.at = close + 1
            if self._count_leaf():
                self.tokens.append(
                    (self._parse_dates(quoted) or Phrase(quoted))
                    if active_field == _DATE_FIELD
                    else Phrase(quoted, active_field)
                )
            return False
        if self._opens_group():
            self.brackets.append(_Bracket(groups=True, field=active_field))
            self.depth += 1
            self.tokens.append(Operator.OPEN)
            self.at += 1
            return True
        typed = self._scan_unquoted()
        if self.is_command:
            typed = typed.strip(_QUOTES)
        operator = None if is_negated or own_field else _OPERATOR_WORDS.get(normalize("NFKC", typed))
        if operator:
            self.tokens.append(operator)
        elif not typed.strip(_ASTERISKS):  # an empty prefix matches all articles
            self.tokens.append(Everything())
        elif self._count_leaf():
            if active_field == _DATE_FIELD:
                self.tokens.append(self._parse_dates(typed) or _unquoted(self.text[start : self.at], None))
            elif active_field is None:
                self.tokens.append(self._parse_recent(typed) or _unquoted(typed, None))
            elif active_field not in _FIELD_NAMES and (values := parse_values(typed)):
                self.tokens.append(FieldRange(active_field, values))
            else:
                self.tokens.append(_unquoted(typed, active_field))
        return False

    def _is_bar(self) -> bool:
        return self.text[self.at] in _BARS and not self.is_command

    def _is_negation(self) -> bool:
        """Return whether a minus sign is next, directly before something that can be negated."""
        if self.text[self.at] not in _MINUS_SIGNS or self._is_option():
            return False
        following = self.at + 1
        if following in self.quotations or self._opens_group(following):
            return True
        if self.text[following : following + 1] in _MINUS_SIGNS:
            return False
        for at in range(following, len(self.text)):
            char = self.text[at]
            if char.isspace() or char in _DELIMITERS or at in self.quotations:
                return False
            if category(char)[0] not in "PSZ":
                return True
        return False

    def _is_option(self) -> bool:
        """Return whether the minus sign that is next begins an option of a command."""
        if self.is_command:
            return _OPTION_OF_COMMAND.match(self.text, self.at) is not None
        before = self.tokens[-1] if self.tokens else None
        follows_latin = isinstance(before, UnquotedText) and before.is_plain and before.text.isascii()
        return follows_latin and _LETTER_OPTION.match(self.text, self.at) is not None

    def _scan_field(self) -> str | None:
        """Return the field that a name and a colon select for the value after them, and move past the colon."""
        name, at = _field_at(self.text, self.at, self.fields)
        if name is None:
            return None
        if self.text[at - 1] == "：":  # a full-width colon looks as if a space followed it, so some users type one
            while self.text[at : at + 1].isspace():
                at += 1
            if _field_at(self.text, at, self.fields)[0] is not None:
                return None
        char = self.text[at : at + 1]
        if not char or char.isspace() or char in _BARS or char in _CLOSING_BRACKETS:
            return None
        self.at = at
        return name

    def _scan_unquoted(self) -> str:
        """Return the text up to the next space, bar, quotation or grouping bracket, and move past it."""
        start = self.at
        while self.at < len(self.text):
            char = self.text[self.at]
            if char.isspace() or self._is_bar() or self.at in self.quotations:
                break
            if char in _OPENING_BRACKETS:
                if self._opens_group() and not self._is_call(start):
                    break
                self.brackets.append(_Bracket(groups=False, field=self.brackets[-1].field if self.brackets else None))
            elif char in _CLOSING_BRACKETS:
                if self._closes_group():
                    break
                if self.brackets:
                    self.brackets.pop()
            self.at += 1
        return self.text[start : self.at]

    def _is_call(self, start: int) -> bool:
        """Return whether the next bracket belongs to the Latin text before it: ``f(x)``, ``C++(11)``, but not ``NOT(x)``."""
        follows_latin = self.text[self.at] == "(" and self.text[self.at - 1].isascii()
        before = self.text[start : min(self.at, start + _LONGEST_OPERATOR_WORD + 1)]
        return follows_latin and before not in _OPERATOR_WORDS

    def _opens_group(self, at: int | None = None) -> bool:
        at = self.at if at is None else at
        return self.text[at : at + 1] in _OPENING_BRACKETS and self.depth < self.max_depth

    def _closes_group(self) -> bool:
        return bool(self.brackets) and self.brackets[-1].groups

    def _count_leaf(self) -> bool:
        """Count one more leaf and return True, or set ``is_truncated`` if the limit is reached."""
        if self.leaf_count == self.max_leaves:
            self.is_truncated = True
            return False
        self.leaf_count += 1
        return True

    def _scan_date_bound(self) -> DateRange | None:
        """Return the days after or before a date that is next, if any, and move past it."""
        bound = _DATE_BOUND.match(self.text, self.at)
        if not bound:
            return None
        typed = f"{bound[2]}.." if bound[1] else f"{bound[2]}之前"
        dates = parse_dates(typed, today=self.today)
        if dates:
            self.at = bound.end()
        elif bound[2][0].isdecimal():
            self._note_wrong_date(bound[2])
        return dates

    def _parse_dates(self, typed: str) -> DateRange | None:
        dates = parse_dates(typed, today=self.today)
        if dates is None:
            self._note_wrong_date(typed)
        return dates

    def _note_wrong_date(self, typed: str) -> None:
        excerpt = typed if len(typed) <= _MAX_DATE_IN_NOTE else typed[:_MAX_DATE_IN_NOTE] + "…"
        self.notes.append(
            Note(
                "无法识别日期“%(typed)s”，已按普通文字搜索。",
                "“%(typed)s” is not a valid date. It was searched as text.",
                typed=excerpt,
            )
        )

    def _parse_recent(self, typed: str) -> DateRange | None:
        dates = parse_recent(typed, today=self.today)
        if dates is not None:
            self.notes.append(
                Note(
                    "“%(typed)s”已识别为日期（%(first)s 至 %(last)s）；要搜索这几个字，请加引号。",
                    "“%(typed)s” was read as a date (%(first)s to %(last)s). To search for these words, put them in quotes.",
                    typed=typed,
                    first=dates.first,
                    last=dates.last,
                )
            )
        return dates


def _command_option(text: str) -> int | None:
    """Return the position of the first option if a text is a command line rather than a query: it has an option after a known
    command, or an option and a second sign of a command. It has no field of search engines for the web.
    """
    if _WEB_FIELD.search(text):
        return None
    if command := _COMMAND_BEFORE_OPTION.search(text):
        return command.end()
    option = _OPTION.search(text)
    if not option:
        return None
    others = f"{text[: option.start()]} {text[option.end() :]}"
    is_command = _COMMAND_HINT.search(others) or _FILE_NAME.match(text, option.end())
    return option.start() if is_command else None


def _option_note(text: str, option: int) -> Note | None:
    """Return a note that the only option of a command, at a position, excludes nothing, if it may be a word to exclude."""
    word = _EXCLUDED_WORD.match(text, option)
    if word is None or _OPTION.search(text, word.end()):
        return None
    return Note(
        "“%(option)s”已作为命令的选项按字面查找；要排除“%(word)s”，请写 NOT %(word)s。",
        "“%(option)s” was searched literally, as an option of a command. To exclude “%(word)s”, write NOT %(word)s.",
        option=word[0],
        word=word[1],
    )


def _unquoted(typed: str, field: str | None) -> UnquotedText:
    text = typed.rstrip(_ASTERISKS)
    return UnquotedText(text, field, prefix=text != typed)


def _field_at(text: str, at: int, fields: Mapping[str, str]) -> tuple[str | None, int]:
    """Return the field whose name and colon begin at ``at``, if any, and the position after the colon."""
    head = text[at : at + max(map(len, fields)) + 1].replace("：", ":")
    name, colon, _ = head.partition(":")
    field = fields.get(_folded(name)) if colon else None
    return field, at + len(name) + 1


def _folded(name: str) -> str:
    return normalize("NFKC", name).casefold()


def _pair_quotes(text: str) -> tuple[str, dict[int, int]]:
    """Return the text without stray quotes, and a map from each opening quote to its closing quote in that text.

    Double quotes of any shape pair with each other, because users mix them; corner quotes nest. A stray quote between
    two letters or digits becomes a space, because it separates two words.
    """
    corners = _pair_corners(text)
    doubles = [at for at, char in enumerate(text) if char in _DOUBLE_QUOTES]
    next_double = dict(pairwise(doubles))
    pieces: list[str] = []
    length = 0
    pairs: dict[int, int] = {}
    at = 0
    while at < len(text):
        piece = text[at]
        if piece in ALL_QUOTES:
            close = next_double.get(at, corners.get(at))
            if close is not None:
                piece = text[at : close + 1]
                pairs[length] = length + len(piece) - 1
                at = close
            else:
                piece = " " if text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum() else ""
        pieces.append(piece)
        length += len(piece)
        at += 1
    return "".join(pieces), pairs


def _pair_corners(text: str) -> dict[int, int]:
    """Return a map from each opening corner quote that is closed to its closing quote."""
    open_quotes: list[int] = []
    pairs: dict[int, int] = {}
    for at, char in enumerate(text):
        if char in _OPENING_CORNERS:
            open_quotes.append(at)
        elif char in _CLOSING_CORNERS and open_quotes:
            pairs[open_quotes.pop()] = at
    return pairs
