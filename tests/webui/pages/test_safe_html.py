"""Sanitized HTML contains no scripts, no external resources and no misleading links."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from webui.pages.reading_aids import with_outline
from webui.pages.safe_html import safe_body

REL = 'rel="nofollow noopener noreferrer"'
PICTURE = '<img src="https://x.example/a.png" alt="{}" loading="lazy" referrerpolicy="no-referrer">'


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("<p>字<em>强</em><b>粗</b><del>删</del><sub>下</sub><br>行</p>", None),
        ('<ul><li>一</li></ul><ol start="3"><li>三</li></ol><hr>', None),
        (
            "<blockquote><p>引</p></blockquote><pre tabindex=9><code>a &lt; b</code></pre>",
            '<blockquote><p>引</p></blockquote><pre tabindex="0"><code>a &lt; b</code></pre>',
        ),
        (
            '<table><thead><tr><th scope="col">甲</th></tr></thead><tbody><tr><td colspan="2">乙</td></tr></tbody></table>',
            '<table tabindex="0"><thead><tr><th scope="col">甲</th></tr></thead><tbody><tr><td colspan="2">乙</td></tr></tbody>'
            "</table>",
        ),
        (
            '<table><tr><th scope="col"> </th><th rowspan="2"><br></th><th>甲</th></tr></table>',
            '<table tabindex="0"><tbody><tr><td></td><td rowspan="2"></td><th>甲</th></tr></tbody></table>',
        ),
        ("<h2> &nbsp;<br></h2><p>字</p><h3></h3>", "<p>字</p>"),
        ('<p>前<a href="https://x.example"></a>后<a> </a></p>', "<p>前后</p>"),
        (
            '<a href="https://x.example"> </a>',
            "",
        ),
        ("<ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>", None),
        ("前<script>alert(1)</script><style>p{}</style>后", "前后"),
        ('<p onclick="a()" style="color:red" class="picture" id="q">字</p>', "<p>字</p>"),
        ('<span class="picture">字</span><mark>标</mark><font>旧</font>', "字标旧"),
        ('<svg onload=alert(1)><circle/></svg><iframe src="https://x.example"></iframe>', ""),
        ('<form action="https://x.example"><input name=a><button>送</button></form>', "送"),
        ("<!-- 注 --><p>字", "<p>字</p>"),
        ("<h1>甲</h1><h2>乙</h2><h6>丙</h6>", "<h2>甲</h2><h3>乙</h3><h4>丙</h4>"),
        ("<h5>甲</h5><h2>乙</h2><h5>丙</h5><h3>丁</h3>", "<h2>甲</h2><h2>乙</h2><h3>丙</h3><h3>丁</h3>"),
        (
            "<h1>一</h1><h2>二</h2><h3>三</h3><h4>四</h4><h5>五</h5><h6>六</h6>",
            "<h2>一</h2><h3>二</h3><h4>三</h4><h5>四</h5><h6>五</h6><h6>六</h6>",
        ),
        ("<h2>外<div><h3>内</h3></div></h2>", "<h2>外<div><h3>内</h3></div></h2>"),
        ('<q cite="x">&lt;h1&gt;</q>', "<q>&lt;h1&gt;</q>"),
        ('<a href="https://x.example/?a=1&amp;b=2">字</a>', f'<a href="https://x.example/?a=1&amp;b=2" {REL}>字</a>'),
        ('<a href="mailto:a@x.example" target="_blank">信</a>', f'<a href="mailto:a@x.example" {REL}>信</a>'),
        ('<a href="https://x.example/&quot;<h1>">字</a>', f'<a href="https://x.example/&quot;&lt;h1&gt;" {REL}>字</a>'),
        *(
            (f'<a href="{address}">字</a>', f"<a {REL}>字</a>")
            for address in (
                *(
                    "javascript:alert(1)",
                    "JaVa&#10;Script:alert(1)",
                    " javascript:alert(1)",
                    "data:text/html,x",
                    "vbscript:x",
                ),
                *(
                    "./a.md",
                    "/a",
                    "a.md",
                    "../a",
                    "?q=1",
                    "#top",
                    "//x.example/a",
                    "file:///etc/passwd",
                    "ftp://x.example",
                ),
            )
        ),
    ],
)
def test_plain_markup_stays_and_everything_else_is_removed(html: str, cleaned: str | None) -> None:
    assert safe_body(html).html == (html if cleaned is None else cleaned)


@pytest.mark.parametrize(
    ("html", "placeholder", "loaded", "pictures"),
    [
        ('<img src="https://x.example/a.png" alt="山" onerror="a()" width="1">', "图片：山", PICTURE.format("山"), 1),
        ('<img src="https://x.example/a.png">', "图片", PICTURE.format("图片"), 1),
        (
            '<img src="https://x.example/a.png" alt="&lt;b&gt; &quot;水&quot; <i>">',
            '图片：&lt;b&gt; "水" &lt;i&gt;',
            PICTURE.format("&lt;b&gt; &quot;水&quot; &lt;i&gt;"),
            1,
        ),
    ],
)
def test_pictures_are_loaded_only_on_request(html: str, placeholder: str, loaded: str, pictures: int) -> None:
    assert safe_body(html).html == f'<span class="picture">{placeholder}</span>'
    assert safe_body(html).pictures == pictures
    assert safe_body(html, pictures=True).html == loaded


@pytest.mark.parametrize(
    "source", ["a.png", "./a.png", "/a.png", "//x.example/a.png", "javascript:a()", "data:image/svg+xml,x"]
)
@pytest.mark.parametrize("pictures", [False, True])
def test_a_picture_that_cannot_be_loaded_is_replaced_by_its_alt_text(source: str, pictures: bool) -> None:
    body = safe_body(f'<p>前<img src="{source}" alt="山">后<img src="{source}"></p>', pictures=pictures)
    assert body.html == '<p>前<span class="picture">图片：山</span>后</p>'
    assert body.pictures == 0


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>标题</h1><p>字</p>", "<p>字</p>"),
        ("<div>\n<h2> <em>标</em>题 </h2><p>字</p></div>", "<div>\n<p>字</p></div>"),
        ("<h1>别的</h1><p>字</p>", "<h2>别的</h2><p>字</p>"),
        ("<p>字</p><h1>标题</h1>", "<p>字</p><h2>标题</h2>"),
        ("<p><b>标题</b></p>\n<p>字</p>", "\n<p>字</p>"),
        ("<p>标题党</p><p>字</p>", "<p>标题党</p><p>字</p>"),
    ],
)
def test_a_first_heading_that_repeats_the_title_is_removed(html: str, expected: str) -> None:
    assert safe_body(html, title="标题").html == expected


PIECES = st.sampled_from(
    [
        *("<", ">", '"', "'", "=", "/", " ", "&lt;", "&quot;", "a", "字", "<!--", "-->", "<![CDATA[", "\x00"),
        *("<script>", "</script>", "<svg>", "<math>", "<style>", "<noscript>", "<template>", "<textarea>", "<title>"),
        *(
            "<img src=",
            "<img alt=",
            "https://x.example/",
            "<a href=",
            "javascript:",
            " onerror=a()",
            " style=x",
            "<h1>",
            "</h1>",
        ),
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join), st.booleans())
def test_no_mixture_of_markup_passes(html: str, pictures: bool) -> None:
    tree = LexborHTMLParser(str(safe_body(html, pictures=pictures).html))
    assert not tree.css("script, style, svg, math, iframe, template, textarea, body h1, noscript")
    assert not tree.css("[onerror], [style], [id], [srcset]")
    assert all((node.attributes["href"] or "").startswith("https://") for node in tree.css("[href]"))
    assert pictures or not tree.css("[src]")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<div><h2><b><h2>标题</h2></b></h2></div>", "<div></div>"),
        ("<h1><b><h2>标题</h2></b></h1><p>正文</p>", "<p>正文</p>"),
        ("<h2><i><h3><b><h4>标题</h4></b></h3></i></h2><h2>后</h2>", "<h2>后</h2>"),
        ("<h2>标<b><h2>题</h2></b></h2>", ""),
        ("<h2><b><h2>标题</h2></b>后文</h2>", "<h2><b><h2>标题</h2></b>后文</h2>"),
        ("<h2>标题</h2><b><h2>标题</h2></b>", "<b><h2>标题</h2></b>"),
    ],
)
def test_a_first_heading_that_repeats_the_title_is_removed_with_the_headings_inside_it(
    html: str, expected: str
) -> None:
    assert safe_body(html, title="标题").html == expected


def test_any_nesting_of_headings_is_accepted() -> None:
    random = Random(1)
    tags = [f"<{end}{name}>" for end in ("", "/") for name in ("h1", "h2", "h6", "b", "div", "a", "p")]
    for _ in range(3_000):
        parts = random.choices(
            [*tags, "标题", "<br>"],
            k=random.randint(1, 12),
        )
        body = safe_body("".join(parts), title="标题").html
        with_outline(body)
        assert all(body.count(f"<h{level}>") == body.count(f"</h{level}>") for level in range(1, 7)), parts
