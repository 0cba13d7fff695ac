"""Help to find one's way in the safe HTML of an article: marked matches, and an outline of its headings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape, unescape

from markupsafe import Markup

from searchlib import Spans

FEWEST_HEADINGS = 3
"""An article with fewer headings needs no outline."""

_INLINE = frozenset("a abbr b cite code del em i img ins kbd q rp rt ruby s samp small span strong sub sup u".split())
_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-z][a-z0-9]*)")
_HEADING = re.compile(r"<(?P<name>h(?P<level>[1-6]))>(?P<content>.*?)</(?P=name)>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of an article: ``depth`` counts from 1 at the highest level that the article uses, ``url`` leads to it."""

    text: str
    depth: int
    url: str


def mark_matches(html: Markup, mark: Callable[[str], Spans]) -> tuple[Markup, int]:
    """The same HTML with ``<mark id="match-1">`` … around all that ``mark`` marks in its text, and how many that are.

    Matches reach over the ends of inline elements, but not from one paragraph, cell or line of code into the next.
    """
    pieces = _TAG.split(html)
    texts = list(_texts(pieces))
    ranges = list(_ranges(mark("".join(texts))))
    ends = [end for _, end in ranges]
    written: list[str] = []
    at = 0
    for piece, text in zip(pieces, texts, strict=True):
        if piece.startswith("<"):
            written.append(piece)
        else:
            written.extend(_marked(unescape(piece), at, ranges, bisect_left(ends, at + 1)))
        at += len(text)
    return Markup("".join(written)), len(ranges)


def _texts(pieces: list[str]) -> Iterator[str]:
    """What is matched for each piece: its text, or the end of a line for a tag that ends one."""
    in_code = 0
    for piece in pieces:
        name = _NAME.match(piece)
        if name is None:
            yield unescape(piece) if in_code else unescape(piece).replace("\n", " ")
        else:
            in_code += (name[1] == "pre") * (-1 if piece.startswith("</") else 1)
            yield "" if name[1] in _INLINE else "\n"


def _ranges(spans: Spans) -> Iterator[tuple[int, int]]:
    at = 0
    for text, matched in spans:
        if matched:
            yield at, at + len(text)
        at += len(text)


def _marked(text: str, start: int, ranges: list[tuple[int, int]], first: int) -> Iterator[str]:
    """A text node that begins at ``start``, with the ranges marked in it, of which the first that it can hold is given."""
    done = 0
    for number in range(first, len(ranges)):
        begin, end = (min(max(place - start, 0), len(text)) for place in ranges[number])
        if begin == len(text):
            break
        # A match that goes on from the node before has its name there.
        name = f' id="match-{number + 1}"' if ranges[number][0] >= start else ""
        yield escape(text[done:begin], quote=False)
        yield f"<mark{name}>{escape(text[begin:end], quote=False)}</mark>"
        done = end
    yield escape(text[done:], quote=False)


def with_outline(html: Markup) -> tuple[Markup, tuple[Heading, ...]]:
    """The same HTML with an id for each heading, and the headings; too few give none."""
    found = list(_HEADING.finditer(html))
    named = [(heading, text) for heading in found if (text := _plain(heading["content"]))]
    if len(named) < FEWEST_HEADINGS:
        return html, ()
    highest = min(int(heading["level"]) for heading, _ in named)
    numbers = {heading.start(): number for number, (heading, _) in enumerate(named, 1)}

    def anchored(heading: re.Match[str]) -> str:
        number = numbers.get(heading.start())
        return heading[0].replace(">", f' id="section-{number}">', 1) if number else heading[0]

    outline = tuple(
        Heading(text=text, depth=int(heading["level"]) - highest + 1, url=f"#section-{number}")
        for number, (heading, text) in enumerate(named, 1)
    )
    return Markup(_HEADING.sub(anchored, html)), outline


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())
