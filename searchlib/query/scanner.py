"""Cut typed text into marks and clauses, the tokens of a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from unicodedata import category, normalize

from searchlib.models import Note
from searchlib.query.dates import parse_dates, parse_recent
from searchlib.query.fields import DATE, field_at
from searchlib.query.quotes import pair_quotes
from searchlib.query.tree import DateRange, Everything, Phrase, UnquotedText

_OPEN = frozenset("(（")
_CLOSE = frozenset(")）")
_BARS = frozenset("|｜")
_MINUS = frozenset("-－−")
_ASTERISKS = "*＊"
_QUOTED_LENGTH = 20  # characters of what was typed that a note repeats


class Mark(Enum):
    """What is syntax and not text."""

    OPEN = "("
    CLOSE = ")"
    NOT = "NOT"
    OR = "OR"
    AND = "AND"


Clause = UnquotedText | Phrase | DateRange | Everything
Token = Mark | Clause

_WORD_MARKS = {mark.value: mark for mark in (Mark.NOT, Mark.OR, Mark.AND)}
_LONGEST_MARK = max(map(len, _WORD_MARKS))


@dataclass(frozen=True, slots=True)
class Scan:
    """The tokens of a text: every CLOSE has its OPEN before it. ``cut`` where clauses were left out."""

    tokens: tuple[Token, ...]
    notes: tuple[Note, ...]
    cut: bool


def scan(text: str, *, today: date, max_clauses: int, max_depth: int) -> Scan:
    """Cut a text into tokens: at most so many clauses, and brackets at most so deep; deeper ones are text."""
    balanced, quotations = pair_quotes(text)
    scanner = _Scanner(balanced, quotations, today, max_clauses, max_depth)
    scanner.run()
    return Scan(tuple(scanner.tokens), tuple(dict.fromkeys(scanner.notes)), scanner.cut)


@dataclass(frozen=True, slots=True)
class _Bracket:
    """An open bracket: one that groups, or one that is text; the field that what is inside belongs to."""

    groups: bool
    field: str | None


@dataclass(slots=True)
class _Scanner:
    """One pass over a text whose quotes are paired; ``at`` is the next character to read."""

    text: str
    quotations: dict[int, int]
    today: date
    max_clauses: int
    max_depth: int
    at: int = 0
    depth: int = 0
    brackets: list[_Bracket] = field(default_factory=list)
    clauses: int = 0
    tokens: list[Token] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    cut: bool = False

    def run(self) -> None:
        starts = True  # a minus or a field name counts only where a clause starts
        while self.at < len(self.text) and not self.cut:
            char = self.text[self.at]
            if char.isspace():
                self.at += 1
                starts = True
            elif char in _BARS:
                self.tokens.append(Mark.OR)
                self.at += 1
                starts = True
            elif char in _CLOSE and self._closes_group():
                self.brackets.pop()
                self.depth -= 1
                self.tokens.append(Mark.CLOSE)
                self.at += 1
                starts = False
            else:
                starts = self._read_clause(starts)

    def _read_clause(self, starts: bool) -> bool:
        """Read minus, field and value; return whether a bracket opened, so that a clause may start right behind."""
        negated = starts and self._is_minus()
        if negated:
            self.tokens.append(Mark.NOT)
            self.at += 1
        begin = self.at
        named = self._read_field() if starts else None
        within = named or (self.brackets[-1].field if self.brackets else None)
        if self.at in self.quotations:
            close = self.quotations[self.at]
            inside = self.text[self.at + 1 : close]
            self.at = close + 1
            if self._has_room():
                self.tokens.append(
                    (self._dated(inside) or Phrase(inside)) if within == DATE else Phrase(inside, within)
                )
            return False
        if self._opens_group():
            self.brackets.append(_Bracket(groups=True, field=within))
            self.depth += 1
            self.tokens.append(Mark.OPEN)
            self.at += 1
            return True
        run = self._read_run()
        mark = None if negated or named else _WORD_MARKS.get(normalize("NFKC", run))
        if mark:
            self.tokens.append(mark)
        elif not run.strip(_ASTERISKS):  # a prefix of nothing: all articles
            self.tokens.append(Everything())
        elif self._has_room():
            if within == DATE:
                self.tokens.append(self._dated(run) or _words(self.text[begin : self.at], None))
            elif within is None:
                self.tokens.append(self._recent(run) or _words(run, None))
            else:
                self.tokens.append(_words(run, within))
        return False

    def _is_minus(self) -> bool:
        """Tell whether a minus stands here with something right behind it that can be left out."""
        if self.text[self.at] not in _MINUS:
            return False
        following = self.at + 1
        if following in self.quotations or self._opens_group(following):
            return True
        if self.text[following : following + 1] in _MINUS:
            return False
        for at in range(following, len(self.text)):
            char = self.text[at]
            if char.isspace() or char in _BARS or char in _OPEN or char in _CLOSE or at in self.quotations:
                return False
            if category(char)[0] not in "PSZ":
                return True
        return False

    def _read_field(self) -> str | None:
        """Pass over a field name that has a value, and return the field."""
        name, at = field_at(self.text, self.at)
        if name is None:
            return None
        if self.text[at - 1] == "：":  # it looks as if a space followed, so that some type one and some do not
            while self.text[at : at + 1].isspace():
                at += 1
            if field_at(self.text, at)[0] is not None:
                return None
        char = self.text[at : at + 1]
        if not char or char.isspace() or char in _BARS or char in _CLOSE:
            return None
        self.at = at
        return name

    def _read_run(self) -> str:
        """Read up to the next space, bar, quotation or grouping bracket."""
        begin = self.at
        while self.at < len(self.text):
            char = self.text[self.at]
            if char.isspace() or char in _BARS or self.at in self.quotations:
                break
            if char in _OPEN:
                if self._opens_group() and not self._is_glued(begin):
                    break
                self.brackets.append(_Bracket(groups=False, field=self.brackets[-1].field if self.brackets else None))
            elif char in _CLOSE:
                if self._closes_group():
                    break
                if self.brackets:
                    self.brackets.pop()
            self.at += 1
        return self.text[begin : self.at]

    def _is_glued(self, begin: int) -> bool:
        """Tell whether the bracket here is part of a run of Latin text: f(x), print(), C++(11), but not NOT(x)."""
        is_behind_latin = self.text[self.at] == "(" and self.text[self.at - 1].isascii()
        return is_behind_latin and self.text[begin : min(self.at, begin + _LONGEST_MARK + 1)] not in _WORD_MARKS

    def _opens_group(self, at: int | None = None) -> bool:
        at = self.at if at is None else at
        return self.text[at : at + 1] in _OPEN and self.depth < self.max_depth

    def _closes_group(self) -> bool:
        return bool(self.brackets) and self.brackets[-1].groups

    def _has_room(self) -> bool:
        """Count one more clause, or stop where there are enough."""
        if self.clauses == self.max_clauses:
            self.cut = True
            return False
        self.clauses += 1
        return True

    def _dated(self, typed: str) -> DateRange | None:
        dates = parse_dates(typed, today=self.today)
        if dates is None:
            self.notes.append(Note("看不懂日期“%(typed)s”，已当作普通文字查找。", typed=_shorten(typed)))
        return dates

    def _recent(self, typed: str) -> DateRange | None:
        dates = parse_recent(typed, today=self.today)
        if dates is not None:
            self.notes.append(
                Note(
                    "“%(typed)s”已当作日期（%(first)s 至 %(last)s）；要查找这几个字，请加引号。",
                    typed=typed,
                    first=dates.first,
                    last=dates.last,
                )
            )
        return dates


def _words(typed: str, field: str | None) -> UnquotedText:
    text = typed.rstrip(_ASTERISKS)
    return UnquotedText(text, field, prefix=text != typed)


def _shorten(typed: str) -> str:
    return typed if len(typed) <= _QUOTED_LENGTH else typed[:_QUOTED_LENGTH] + "…"
