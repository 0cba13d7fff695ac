"""Link to a text in a page."""

from __future__ import annotations

import re
from urllib.parse import quote

import searchlib
from webui.pages.links import first_match
from webui.pages.marked_text import plain

_CLAUSE_END = re.compile(r"[，。！？；：、…“”‘’「」『』《》（）【】,.!?;:()\[\]{}<>\"|]+|\s+")
"""A character that ends a clause. Browsers find only texts that begin and end at the borders of words."""
_MAX_CLAUSE = 60
"""The length of a clause, in characters, above which the match alone is linked."""


def with_text_fragment(url: str, *texts: str) -> str:
    """Return a URL that makes the browser scroll to the first of these texts that its page contains; empty ones do not count.

    The URL itself is returned if it is empty, or all texts are.
    """
    directives = "&".join([f"text={quote(text, safe='').replace('-', '%2D')}" for text in texts if text])
    if not url or not directives:
        return url
    return f"{url}{'' if '#' in url else '#'}:~:{directives}"


def original_url(hit: searchlib.Hit) -> str:
    """Return the URL of the original of a hit, at the clause with the first match, or else at the match; empty if it has none."""
    return with_text_fragment(hit.url, _matching_clause(hit), first_match(hit)) if hit.url else ""


def _matching_clause(hit: searchlib.Hit) -> str:
    """Return the text between two punctuation marks around the first match; empty if it is no more than the match, or long."""
    for snippet in hit.snippets:
        before: list[str] = []
        for text, is_match in snippet:
            if is_match:
                start = len("".join(before))
                whole = plain(snippet)
                begin = max((end.end() for end in _CLAUSE_END.finditer(whole, 0, start)), default=0)
                following = _CLAUSE_END.search(whole, start + len(text))
                clause = whole[begin : following.start() if following else len(whole)]
                return clause if len(text) < len(clause) <= _MAX_CLAUSE else ""
            before.append(text)
    return ""
