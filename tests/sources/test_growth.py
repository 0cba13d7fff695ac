"""Reading takes linear time."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from searchlib.sources.navigation import titles_of_links
from searchlib.sources.vuepress import encrypted_paths
from tests.sources.growth import assert_linear

pytestmark = pytest.mark.slow

MARKDOWN = r"""
{%_ | {{_ | {%_comment_%} | {#_ | {%_a_ | {{<_ | {{%_ | {/*_ | import_a\n | import_{\n_ |
export_const_{\n | :::_a\n | :::row:::\n__ | !!!_a\n____ | ===_"a"\n____ | _:::image_ | [!a | [!a[ |
>_[!a]_ | [[a | ![[ | %% | %%_a\n\n | _^a | -_[-]_a\n | {:_.a | {::comment} | *_a\n{:toc | {#a | [^a |
^[a | [^1:a | <A_ | <A_b={ | <A_b=" | <A_b='{ | <A>\n__ | </A> | {... | ==a | ++a | a^b | a~b | **a |
**“a | **a”**b | :a: | ##a\n | [a]:_中 | ` | ``a` | ```\n | ~~~\n | >_```\n | $a_ | $$ | \begin{a} |
<pre> | <code> | <!-- | <!--_tab_ | {%_raw_%} | {%_highlight_a_%} | {{<_highlight_a_>}} | \n\n____a |
\ | {a | {'a'} | <a_b={ | {%_note_' | {%_note_a," | {{<_a_" | {%_tab_@ | [!a]( | -_ | _ | \n |
![a](b_c | <Tabs>\n____<T_l='a'>\n\n____ | > | [ | <div> | <sup><a_href="#"> | <ruby>a<rt> | <p_a=b_ |
[x]( | * | -_id::_a\n__ | -_b::_a\n__ | [a][] | [`a` | (a)=\n | ((00000000- | ==⚠_ | :LOGBOOK:\n | \t|-\n | 作者： |
[tip_a=b] | [/tip] | [hide] | [`a`][] | [a][b-c] | #_a_:id=b_ | #_a_:id=b\n | {#_a | [hide_a | [hide]a[/hide]a | [hide][login]
| [#]:_a:_b\n | {{cloze_a | <!--_toc_--> | <!--_toc_-->\n |
<!--_toc_-->\n-_[a](b)\n | -_[a](b)_<!--_toc_-->\n | <!--_toc_ | ^^a | #+begin_a\n |
!!!a\n | !!!a_"b" | +--+\n|_a_|\n | +--+ | +--+\n | |a |
[a](b_c_ | [a](b_"c" | a|b\n_____-|-\n | ____-| | ```{r}\n | ```{r_a='b | #|_a:_b\n | {{#include_a}}\n |
```\n--8<--_"a\n | ```\n<!--_@include:_a\n | ```mdx-code-block\n | [a]{.b | \@ref(a |
.._tags:_,draft, | {:.a.a | [a]{b= | ){a=b | #+begin_b\n | 作者：a\n | {ref}`a_<b>` | :ref:`a` |
```{note}_a\n | ```{note}\n:a:_b\n | ```{list-table}\n*_-_a\n | :::{a}\n:b:_c\n | ```{math}\n | :::\n``` |
```{csv-table}\n"a | [@a1_ | [a_@b;_ | [@a1;_@b2]_ | ::a\n | ::a{b="c"}\n---\na:_b\n | :a[b | :a{b | [中]^(a |
*_###a\n | {%_dplayer_%}\n | {_`a`_} | <A>a</A>\n |
!!!a_b\n | !!!_b\na\n!!!\n | +++_a\n+++\n | ===_a\n===\n | [!ref_a | [!ref_a](b | <p_v-pre>a | :::_v-pre\na\n |
::::_v-pre\na\n:::\n | <template_#a> | <template_# | <b_@c> | <b_@c_ | <p>\n | <p>a</p>\n |
</p>\na | <svg_/> | <svg_ | #_a_[#b]\n | #_a_[#b | ##_____ | -_<p>a</p> | #　a\n | {%_a_b::c | :: |
\n\n\t\ta | ```\n-_a\n\n\ta | ???_"a"\n | :_!!!_a\n | -_:::_a\n | [//]:_#_(\n | [//]:_#_"\n | [//]:\n\n |
<pre>[a][] | -_a\n__```b\n | [a](b_':include | ^[[a](b)_ | ^[[a | 
```{glossary}\na\n__b\n |
```{panels}\na\n^^^\n---\n:a:_b\n | -_```\n__a\n | $a`b$_ | `a$b`_$c_ | {{_a(b="c")_}} | {{_a(b=") | .._title:_a\n |
<table>\n\n____<td> | \n\n____<td> | <table | ```ad-a\ntitle:_b\n | [a](#b_ | a\n[a]:_b\n | [a][b]\n[b]:_c\n | [a]:_b\n | [a]:_b_"
"""
ORG = r"""
=a_ | *a_ | [[a | [fn: | #+begin_src\n | #+begin_a\nx\n | :a:\n | <<a | @@a: | {{{a | |_a |
*_a_:b:\n | a_____ | ¶\n | <pb: | -_a\n | _{a
"""
RST = r"""
x__ | `a`_ | *_a\n | >_ | ..__a:_b\n\n | a\n=\n\n | |a|_ | :a:`b`_ | -_a\n\n | `
"""
HTML = r"""
<div> | <p>a | <html><div_class="content">a | <body><article>a | <body><nav>a | <title>a_-_ |
<meta_name=a_content=b> | <h1>a | <script_type="application/ld+json"> | <div_id=comments><div> |
<td><table> | <div>a</div> | <b> | <!-- | &lt; | <a_href="#b">a | <svg> |
<p>{{ | <p>{%_ | <p><% | <p>{{_a_}}<br>b |
<html><input_type=password> | <html><form><input_type=password> | <html><div_style="display:none">a | <html><div_class="crypt"> |
<html><h2_class="post-title"><a_href=b>a</a></h2> | <html><a_class="post-title-link"> | <html><article_class=h-entry><footer> |
<html><article_class=comment><div_class=comments> | <html><p_class=post-meta>2021 | <title>{{a
"""
TEXT = r"""
a | a\n | a\n\n | _a\n | 中 | 作者： | 第一章_a\n | 第一回 | 第 | 书名：a\n | date:_2021-03-04\n\na：
"""


DOKUWIKI = r"""
<code>a</code> | <code> | %% | %%a | [[a|b]] | [[a | {{a | {{a|b}} | ((a | ((a))_ | ((a(b) | **a | //a | //_ | __a | ''a |
<note | <note>\n | __*_a\n | ^a | ^_a_^\n | |_a_|\n | ==a | ==_a_==\n | == | __a\n | >_a\n | \\_ | ~~A | {{tag>a | &
"""

TIDDLYWIKI = r'''
\define_a()\n | \define_a()\nb\n\end\n | \define_a_b\n | \rules\n | ```\na | ```a\n | $$$\n | $$$a\nb\n | `a | ``a | <!-- |
<!-- --> | <<a | <<a_""" | <<a_"""b""" | <<a>> | {{{ | {{{_a | {{a | {{a}} | <a_b=" | <a_b=' | <a_b=""" | <$a_b=<<c | <$a_b={{{ |
<$a_b=c_ | <a_b | [img[a | [img_a[ | [[a|b | [ext[a | @@ | @@.a_ | @@a:b; | ~A | ''a | //a | //_ | __a | ~~a | ^^a | ,,a | \n!_a |
\n*_a | \n*.a_b | \n|a|b| | \n|a||c | \n--- | \n<<<_a | \n<<<.a_ | """a | &a | &#
'''


def pieces(table: str) -> list[str]:
    """Return the pieces of a table; ``_`` is a space and ``\\n`` a line break."""
    return [piece.strip().replace("_", " ").replace("\\n", "\n") for piece in re.split(r" \|[ \n]", table)]


CASES = [
    *(("a.md", piece) for piece in pieces(MARKDOWN)),
    *(("a.mdx", piece) for piece in pieces(MARKDOWN)),
    *(("a.org", piece) for piece in pieces(ORG)),
    *(("a.rst", piece) for piece in pieces(RST)),
    *(("a.html", piece) for piece in pieces(HTML)),
    *(("a.txt", piece) for piece in pieces(TEXT)),
    *(("a.qmd", piece) for piece in ("@fig-a", "[a @fig-a")),
    ("SUMMARY.md", "- [a](b) <!--"),
    ("tags/index.html", "<a >b"),
    ("tag/a.html", "<h1><a href='../"),
    ("page/2/index.html", "<h1><a href='../"),
    ("page/2/index.html", "<h1>a</h1><p>b</p>"),
]


@pytest.mark.parametrize(("name", "piece"), CASES, ids=[f"{name}-{piece!r}" for name, piece in CASES])
def test_hostile_markup_takes_linear_time(name: str, piece: str) -> None:
    assert_linear(lambda size: (name, piece * (size // len(piece))))


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("a.md", "{ref}`a", "<b`"),
        ("a.md", "{ref}`a", "<b>`"),
        ("a.rst", ":ref:`a", "<b`"),
        ("a.rst", ":ref:`a", "<b>`"),
        ("a.org", "* 甲", "乙"),
        ("a.org", "- 甲", "乙"),
        ("a.org", "甲", "cite:b"),
        ("a.md", "| 甲 |\n    ", "乙"),
        ("a.md", "甲\n    |", "乙"),
        ("a.html", "<p>甲<br>乙", "丙"),
        ("a.txt", "====== 甲 ======\n== ", "="),
        ("a.txt", "====== 甲 ", "乙"),
    ],
)
def test_white_space_in_a_line_takes_linear_time(name: str, start: str, end: str) -> None:
    assert_linear(lambda size: (name, f"{start}{' ' * size}{end}\n"))


@pytest.mark.parametrize("piece", pieces(DOKUWIKI))
def test_a_page_of_dokuwiki_takes_linear_time(piece: str) -> None:
    assert_linear(lambda size: ("a.txt", f"====== 甲 ======\n{piece * (size // len(piece))}"))


@pytest.mark.parametrize("piece", pieces(TIDDLYWIKI))
def test_a_tiddler_takes_linear_time(piece: str) -> None:
    assert_linear(lambda size: ("a.tid", f"title: 甲\n\n{piece * (size // len(piece))}"))


@pytest.mark.parametrize("field", ["tags: ", "created: ", "title: $:/", "a: b\n", "type: "])
def test_the_fields_of_a_tiddler_take_linear_time(field: str) -> None:
    assert_linear(lambda size: ("a.tid", f"title: 甲\n{field}{'[[甲 ' * (size // 4)}\n\n乙"))


@pytest.mark.parametrize("piece", ["`", "``` ", "```\n"])
def test_code_in_a_notebook_takes_linear_time(piece: str) -> None:
    def notebook(size: int) -> tuple[str, str]:
        return "a.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": piece * (size // len(piece))}]})

    assert_linear(notebook)


@pytest.mark.parametrize("image", ["![甲](a)", "![](a)"])
def test_white_space_behind_an_image_takes_linear_time(image: str) -> None:
    assert_linear(lambda size: ("a.md", f"前\n{image}{' ' * size}后\n"))


@pytest.mark.parametrize("piece", ["encrypt:_{", "'", '"\\', "`\\", "/*", "{'/a':_", "//", "encrypt_"])
def test_the_configuration_of_vuepress_takes_linear_time(tmp_path: Path, piece: str) -> None:
    (tmp_path / ".vuepress").mkdir()
    (tmp_path / ".vuepress" / "theme.ts").write_text(piece.replace("_", " ") * 25_000)
    start = time.process_time()
    encrypted_paths(str(tmp_path))
    assert time.process_time() - start < 1.0


def test_an_open_link_in_the_navigation_takes_linear_time(tmp_path: Path) -> None:
    file = tmp_path / "SUMMARY.md"
    file.write_text("[甲](" + "x.md" * 50_000)
    start = time.process_time()
    assert list(titles_of_links(str(file))) == []
    assert time.process_time() - start < 1.0
