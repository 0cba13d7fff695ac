"""Add marked matches and an outline of headings to the safe HTML of an article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape, unescape

from markupsafe import Markup

from searchlib import Spans
from webui.languages import content_language
from webui.pages.safe_html import plain_text

FIRST_MATCH = "match-1"
"""The id of the first match in an article."""

MIN_HEADINGS, MAX_HEADINGS = 3, 1_000
"""An article with fewer headings, or with more, gets no outline."""

_INLINE_ELEMENTS = frozenset(
    "a abbr b cite code del em i img ins kbd q rp rt ruby s samp small span strong sub sup u".split()
)
_READING_ELEMENTS = frozenset(("rt", "rp", "rtc"))
_ANY_TAG = re.compile(r"(<[^>]*>)")
_ELEMENT_NAME = re.compile(r"</?([a-z][a-z0-9]*)")
_HEADING = re.compile(r"<(?P<name>h(?P<level>[1-6]))(?: lang=\"[^\"]*\")?>(?P<content>.*?)</(?P=name)>", re.DOTALL)

_TEXT_BLOCK = re.compile(r"<(?P<name>p|h[1-6])>(?P<content>.*?)</(?P=name)>", re.DOTALL)

_Range = tuple[int, int]
"""Start and end of a match in the text of the whole article, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of an article with its URL. ``depth`` is 1 for the highest level that the article uses."""

    text: str
    depth: int
    url: str


def with_languages(html: Markup, language: str) -> Markup:
    """Add the language of each heading and paragraph that is not in the ``language`` of the article."""

    def with_language(block: re.Match[str]) -> str:
        attribute = content_language(plain_text(block["content"]), around=language)
        return f"<{block['name']}{attribute}>{block['content']}</{block['name']}>"

    return Markup(_TEXT_BLOCK.sub(with_language, html))


def mark_matches(html: Markup, mark: Callable[[str], Spans]) -> tuple[Markup, int]:
    """Wrap all matches of ``mark`` in ``<mark id="match-1">`` …; return the HTML and the number of matches.

    A match may cross the borders of inline elements, but not those of paragraphs, cells or lines of code. Marks of footnotes
    and readings of ruby are no part of the text, as in the body of an article.
    """
    pieces = _ANY_TAG.split(html)
    texts = list(_texts(pieces))
    ranges = list(_ranges(mark("".join(texts))))
    output: list[str] = []
    offset = number = 0
    for piece, text in zip(pieces, texts, strict=True):
        end = offset + len(text)
        while number < len(ranges) and ranges[number][1] <= offset:
            number += 1
        if text and number < len(ranges) and ranges[number][0] < end and not piece.startswith("<"):
            output.extend(_marked(unescape(piece), offset, ranges, number))
        else:
            output.append(piece)
        offset = end
    return Markup("".join(output)), len(ranges)


def _texts(pieces: list[str]) -> Iterator[str]:
    """Yield the text to match for each piece of HTML: its text, or a line break for a tag of a block element."""
    code_depth = 0
    hidden = ""  # the open element whose text is skipped
    for number, piece in enumerate(pieces):
        # Texts and tags take turns.
        name = _ELEMENT_NAME.match(piece) if number % 2 else None
        if hidden:
            hidden = "" if piece == f"</{hidden}>" else hidden
            yield ""
        elif name is not None and _is_hiding(name[1], pieces, number):
            hidden = name[1]
            yield ""
        elif name is None:
            yield unescape(piece) if code_depth else unescape(piece).replace("\n", " ")
        else:
            code_depth += (name[1] == "pre") * (-1 if piece.startswith("</") else 1)
            yield "" if name[1] in _INLINE_ELEMENTS else "\n"


def _is_hiding(name: str, pieces: list[str], number: int) -> bool:
    """Return whether an element is a reading, or the mark of a footnote: a superscript that begins with a link."""
    if pieces[number].startswith("</"):
        return False
    following = pieces[number + 1 : number + 3]
    is_note = name == "sup" and len(following) == 2 and not following[0].strip() and following[1].startswith("<a ")
    return is_note or name in _READING_ELEMENTS


def _ranges(spans: Spans) -> Iterator[_Range]:
    offset = 0
    for text, is_match in spans:
        if is_match:
            yield offset, offset + len(text)
        offset += len(text)


def _marked(text: str, start: int, ranges: list[_Range], first: int) -> Iterator[str]:
    """Yield the HTML of a text node that begins at ``start``. ``first`` is the first range that can overlap it."""
    done = 0
    for number in range(first, len(ranges)):
        begin, end = (min(max(offset - start, 0), len(text)) for offset in ranges[number])
        if begin == len(text):
            break
        # The id of a match that continues from the previous text node is there.
        id_attribute = f' id="match-{number + 1}"' if ranges[number][0] >= start else ""
        yield escape(text[done:begin], quote=False)
        yield f"<mark{id_attribute}>{escape(text[begin:end], quote=False)}</mark>"
        done = end
    yield escape(text[done:], quote=False)


def with_outline(html: Markup) -> tuple[Markup, tuple[Heading, ...]]:
    """Add an id to each heading; return the HTML and the headings. With too few or too many, return the HTML unchanged."""
    if html.count("<h") > 2 * MAX_HEADINGS:
        return html, ()
    headings = [(heading, text) for heading in _HEADING.finditer(html) if (text := plain_text(heading["content"]))]
    if not MIN_HEADINGS <= len(headings) <= MAX_HEADINGS:
        return html, ()
    top_level = min(int(heading["level"]) for heading, _ in headings)
    numbers = {heading.start(): number for number, (heading, _) in enumerate(headings, 1)}

    def with_id(heading: re.Match[str]) -> str:
        number = numbers.get(heading.start())
        return heading[0].replace(">", f' id="section-{number}">', 1) if number else heading[0]

    outline = tuple(
        Heading(text=text, depth=int(heading["level"]) - top_level + 1, url=f"#section-{number}")
        for number, (heading, text) in enumerate(headings, 1)
    )
    return Markup(_HEADING.sub(with_id, html)), outline
