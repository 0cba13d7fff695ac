"""Reading takes linear time: twice the input takes at most 2.5 times as long."""

from __future__ import annotations

import re
import time

import pytest

from searchlib.settings import DEFAULTS
from searchlib.sources.articles import parse_article

MAX_GROWTH = 2.5
MIN_SECONDS = 0.02
MAX_LENGTH = 160_000

MARKDOWN = r"""
{%_ | {{_ | {%_comment_%} | {#_ | {%_a_ | {{<_ | {{%_ | {/*_ | import_a\n | import_{\n_ |
export_const_{\n | :::_a\n | :::row:::\n__ | !!!_a\n____ | ===_"a"\n____ | _:::image_ | [!a | [!a[ |
>_[!a]_ | [[a | ![[ | %% | %%_a\n\n | _^a | -_[-]_a\n | {:_.a | {::comment} | *_a\n{:toc | {#a | [^a |
^[a | [^1:a | <A_ | <A_b={ | <A_b=" | <A_b='{ | <A>\n__ | </A> | {... | ==a | ++a | a^b | a~b | **a |
**“a | **a”**b | :a: | ##a\n | [a]:_中 | ` | ``a` | ```\n | ~~~\n | >_```\n | $a_ | $$ | \begin{a} |
<pre> | <code> | <!-- | <!--_tab_ | {%_raw_%} | {%_highlight_a_%} | {{<_highlight_a_>}} | \n\n____a |
\ | {a | {'a'} | <a_b={ | {%_note_' | {%_note_a," | {{<_a_" | {%_tab_@ | [!a]( | -_ | _ | \n |
![a](b_c | <Tabs>\n____<T_l='a'>\n\n____ | > | [ | <div> | <sup><a_href="#"> | <ruby>a<rt> | <p_a=b_ |
[x]( | *
"""
ORG = r"""
=a_ | *a_ | [[a | [fn: | #+begin_src\n | #+begin_a\nx\n | :a:\n | <<a | @@a: | {{{a | |_a |
*_a_:b:\n | a_____ | -_a\n | _{a
"""
RST = r"""
x__ | `a`_ | *_a\n | >_ | ..__a:_b\n\n | a\n=\n\n | |a|_ | :a:`b`_ | -_a\n\n | `
"""
HTML = r"""
<div> | <p>a | <html><div_class="content">a | <body><article>a | <body><nav>a | <title>a_-_ |
<meta_name=a_content=b> | <h1>a | <script_type="application/ld+json"> | <div_id=comments><div> |
<td><table> | <b> | <!-- | &lt; | <a_href="#b">a | <svg>
"""
TEXT = r"""
a | a\n | a\n\n | _a\n | 中
"""


def pieces(table: str) -> list[str]:
    """Return the pieces of a table; ``_`` is a space and ``\\n`` a line break."""
    return [piece.strip().replace("_", " ").replace("\\n", "\n") for piece in re.split(r" \|[ \n]", table)]


def seconds(name: str, text: str) -> float:
    """Return the time of the processor for one reading, the better of two."""
    data = text.encode()
    times = []
    for _ in range(2):
        started = time.process_time()
        parse_article(name, data, DEFAULTS, 0)
        times.append(time.process_time() - started)
    return min(times)


CASES = [
    *(("a.md", piece) for piece in pieces(MARKDOWN)),
    *(("a.mdx", piece) for piece in pieces(MARKDOWN)),
    *(("a.org", piece) for piece in pieces(ORG)),
    *(("a.rst", piece) for piece in pieces(RST)),
    *(("a.html", piece) for piece in pieces(HTML)),
    *(("a.txt", piece) for piece in pieces(TEXT)),
]


@pytest.mark.parametrize(("name", "piece"), CASES, ids=[f"{name}-{piece!r}" for name, piece in CASES])
def test_twice_the_input_takes_at_most_two_and_a_half_times_as_long(name: str, piece: str) -> None:
    text = piece * (5_000 // len(piece))
    spent = seconds(name, text)
    while spent < MIN_SECONDS and len(text) < MAX_LENGTH:
        text *= 2
        spent = seconds(name, text)
    for _ in range(10):  # the clock of a busy machine is not exact
        if seconds(name, text * 2) <= MAX_GROWTH * spent + MIN_SECONDS:
            return
        spent = max(spent, seconds(name, text))
    pytest.fail(f"{seconds(name, text * 2):.2f} s for {2 * len(text)} characters, {spent:.2f} s for half of them")
