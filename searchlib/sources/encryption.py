"""Keep the encrypted text of articles out of the index."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.front_matter.metadata import Metadata
from searchlib.sources.front_matter.values import as_text
from searchlib.sources.readers.base import Content
from searchlib.sources.readers.html import read_html
from searchlib.sources.text import replace_spans

PUBLIC_KEYS = ("abstract", "message")
"""The keys of the public texts that hexo-blog-encrypt and similar plugins show in place of an encrypted text."""

_HINTS = ("encrypt", "password", "passwd", "secret", "protect")
_NAME = rf"[\w-]{{0,64}}?(?:{'|'.join(_HINTS)})[\w-]{{0,64}}?"
_ENCRYPTED_START = lazy_pattern(
    rf"\{{\{{[<%]\s*(?P<shortcode>{_NAME})(?=[\s>%])"
    rf"|\{{%-?\s*(?P<tag>{_NAME})(?=[\s%])"
    rf"|<!--\s*(?P<comment>{_NAME})[-:_ ]?(?:start|begin)\b"
    rf"|^[ \t]*(?P<container>:{{3,}})[ \t]*{_NAME}(?=\s)",
    re.IGNORECASE | re.MULTILINE,
)
"""The start of an encrypted part: a shortcode of Hugo, a tag of Hexo, a comment as in Valaxy, a container of VuePress."""

# Each pattern begins with a literal, so that the search is fast.
_MARKERS = tuple(map(lazy_pattern, (r"\{[{%]", "<!--", ":::")))
"""The literals that the start and end of every encrypted part begin with."""

_ENCRYPTED_END = lazy_pattern(
    rf"\{{\{{[<%]\s*/\s*(?P<shortcode>{_NAME})\s*[>%]\}}\}}"
    rf"|\{{%-?\s*end_?(?P<tag>{_NAME})\s*-?%\}}"
    rf"|<!--\s*(?P<comment>{_NAME})[-:_ ]?end\b[^>\n]{{0,200}}>"
    r"|^[ \t]*(?P<container>:{3,})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def public_content(metadata: Metadata) -> Content:
    """Return the public content that the page of an encrypted article shows."""
    parts = [read_html(text) for _, value in metadata.find(PUBLIC_KEYS) if (text := as_text(value))]
    return Content(
        blocks=[block for part in parts for block in part.blocks],
        html="\n".join(f"<div>{part.html}</div>" for part in parts if part.html),
    )


def remove_encrypted_parts(text: str) -> str:
    """Return the text of an article without the parts that its generator encrypts, such as ``{{% hugo-encryptor "…" %}}``."""
    if not any(marker.search(text) for marker in _MARKERS):
        return text
    lowercase = text.lower()
    if not any(hint in lowercase for hint in _HINTS):
        return text
    ends: dict[str, list[tuple[int, int]]] = {}
    for match in _ENCRYPTED_END.finditer(text):
        ends.setdefault(_name(match), []).append(match.span())
    return replace_spans(text, _encrypted_spans(text, ends)) if ends else text


def _encrypted_spans(text: str, ends: Mapping[str, list[tuple[int, int]]]) -> Iterator[tuple[int, int, str]]:
    """Yield the spans of encrypted parts, to be replaced by a line break. ``ends`` has the spans of the ends by their names."""
    for match in _ENCRYPTED_START.finditer(text):
        candidates = ends.get(_name(match), [])
        # A start without an end is not an encrypted part: generators reject it.
        if (number := bisect_left(candidates, (match.end(), 0))) < len(candidates):
            yield match.start(), candidates[number][1], "\n"


def _name(match: re.Match[str]) -> str:
    """Return the name that the start and the end of a part share."""
    return f"{match.lastgroup} {match[match.lastgroup or 0].lower()}"
