"""Read HTML."""

from __future__ import annotations

import random
import re
from html import unescape

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from searchlib.sources.readers.html import read_html


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>一</p><p>二</p>", ["一", "二"]),
        ("<h1>题</h1>文<div>块</div>尾", ["题", "文", "块", "尾"]),
        ("<p>粗<b>体</b>字 <i>a</i> b\n c</p>", ["粗体字 a b c"]),
        ("<p>汉字\n  换行</p>", ["汉字换行"]),
        ("<p>word\n  word</p>", ["word word"]),
        ("<p>一<br>二<br> <br/>三</p>", ["一 二", "三"]),
        ("<ul><li>一<ul><li>二</li></ul></li><li>三</ul>", ["一", "二", "三"]),
        ("<table><tr><th>名</th><th>值</th></tr><tr><td>甲</td><td>1</td></tr></table>", ["名 | 值", "甲 | 1"]),
        ("<table><tr><td><p>一</p><p>二</p></td><td>三</td></tr></table>", ["一", "二", "三"]),
        (
            "<table><tr><td><table><tr><td>一</td><td>二</td></tr></table></td><td>三</td></tr></table>",
            ["一 | 二 | 三"],
        ),
        ("<pre><code>def f():\n    return 1\n\n\tx</code></pre>", ["def f():", "    return 1", "\tx"]),
        ("<pre>a<br>b</pre>", ["a", "b"]),
        ("<p>看<img src=x alt='图 说'>这里</p>", ["看 图 说 这里"]),
        ("<p>一<img src=x alt><img src=y>二</p>", ["一二"]),
        ("<p>&#123;a&#125; &lt;b&gt; &amp;lt; &nbsp;c</p>", ["{a} <b> &lt; c"]),
        ("<p>a<!-- 注 -->b</p><!--more--><p>c</p>", ["ab", "c"]),
        ("<p title='<!-- '>a</p><p title='--> b'>c</p>", ["a", "c"]),
        ("<p>留<script>x</script><style>y</style><svg><text>z</text></svg><button>赞赏</button></p>", ["留"]),
        ("<nav>导航</nav><form>表单</form><noscript>n</noscript><template>t</template><iframe>i</iframe>文", ["文"]),
        ("<form><p>整页都在表单里</p></form>", ["整页都在表单里"]),
        ("<dl><dt>词</dt><dd>义</dd></dl><blockquote>引</blockquote>", ["词", "义", "引"]),
        ('<p 　a"b=c =d x="<y>">文</p>', ["文"]),
        ('<figure><table><tr><td class="gutter"><pre>1\n2</pre></td><td><pre>a\nb</pre></td></tr></table>', ["a", "b"]),
        ("", []),
        ("  \n ", []),
    ],
)
def test_html_becomes_blocks(html: str, blocks: list[str]) -> None:
    assert read_html(html).blocks == blocks


@pytest.mark.parametrize(
    "tag", ["script", "title", "textarea", "style", "iframe", "form", "svg", "plaintext", "xmp", "!--"]
)
def test_a_tag_named_in_prose_does_not_hide_the_text_after_it(tag: str) -> None:
    assert "后面的文字" in read_html(f"<p>文中提到 <{tag}> 标签。</p><p>后面的文字</p>").blocks


def test_headings_and_the_title_of_a_page_are_found() -> None:
    page = read_html(
        "<html><head><title>页 题\n</title></head><body><p>文</p><h2>第一<b>节</b></h2><h1>大</h1></body></html>"
    )
    assert (page.lead_heading, page.page_title) == ("", "页 题")
    assert page.blocks == ["文", "第一节", "大"]


@pytest.mark.parametrize(
    ("html", "lead"),
    [
        ("<h2>第一<b>节</b></h2><p>文</p>", "第一节"),
        ("<hr><p><img src='a.png' alt='图'></p>\n<div><h3>题</h3>文</div>", "题"),
        ("文<h1>题</h1>", ""),
        ("<p>文</p><h1>题</h1>", ""),
        ("<hr>", ""),
    ],
)
def test_the_lead_heading_stands_before_any_text(html: str, lead: str) -> None:
    assert read_html(html).lead_heading == lead


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ('<p>春天来了<sup><a href="#n1">1</a></sup>花儿开放</p>', ["春天来了花儿开放"]),
        ('<p>文<sup id="r"><a href="#n1">[1]</a><a href="#n2">[2]</a></sup>字<sup>[3]</sup></p>', ["文字"]),
        ('<p>文<a href="#n1"><sup>1</sup></a>字</p><ol><li>注 <a href="#r">↩︎</a></li></ol>', ["文字", "注"]),
        ('<p>10<sup>2</sup> <a href="#a">节</a></p>', ["102 节"]),
        (
            "<ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp>字<rp>(</rp><rt>zì</rt><rp>)</rp></ruby>真美",
            ["漢字真美", "hàn zì"],
        ),
        ("<p>小<ruby>夜<rt>や</ruby>曲</p><p>二</p>", ["小夜曲", "や", "二"]),
    ],
)
def test_notes_and_readings_leave_the_sentence(html: str, blocks: list[str]) -> None:
    assert read_html(html).blocks == blocks


def test_the_readings_of_a_heading_are_no_heading() -> None:
    page = read_html("<h1><ruby>漢<rt>hàn</rt></ruby>字</h1><p>文</p>")
    assert (page.blocks, page.headings, page.lead_heading) == (["漢字", "hàn", "文"], ["漢字"], "漢字")


def test_clean_html_has_no_scripts_buttons_trackers_and_comments() -> None:
    source = (
        '<div><p>文<!-- 注 --><a href="/x">链</a></p><img src="a.png"><img src="dot.gif" width="1" height="1">'
        "<script>x</script><button>赞赏</button><pre>码</pre></div>"
    )
    assert read_html(source).html == '<div><p>文<a href="/x">链</a></p><img src="a.png"><pre>码</pre></div>'


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "深处",
        "<b>" * 100_000 + "深处",
        "<div>" * 50_000 + "深处" + "</div>" * 50_000,
        "<p " + " ".join(f"a{n}=b" for n in range(50_000)) + ">深处",
        "<a " * 100_000 + "><p>深处",
    ],
    ids=["div", "b", "closed", "attributes", "unclosed"],
)
def test_deep_nesting_and_many_attributes_stay_within_bounds(html: str) -> None:
    assert read_html(html).blocks[-1].endswith("深处")


INLINE = ["文字", "b c", "<b>粗</b>", "<a href='x'>链</a>", "&amp;", " ", "<img alt='图'>", "<span></span>", "\n"]
BLOCKS = ["p", "div", "h2", "li", "blockquote", "section"]
SKIPPED = {"script", "style", "svg", "button", "form", "nav", "noscript", "template", "iframe"}


def some_html(chance: random.Random, depth: int = 0) -> str:
    pieces = []
    for _ in range(chance.randint(1, 4)):
        inline = "".join(chance.choices(INLINE, k=chance.randint(0, 4)))
        if depth < 4 and chance.random() < 0.5:
            tag = chance.choice([*BLOCKS, "button", "script"])
            pieces.append(f"{inline}<{tag}>{'x' if tag == 'script' else some_html(chance, depth + 1)}</{tag}>")
        else:
            pieces.append(inline)
    return "".join(pieces)


def plainly(node: LexborNode) -> str:
    """Read the blocks by a slow recursion over the tree, with ``\\0`` around every block and ``\\1`` around every image."""
    text = ""
    child = node.first_child
    while child is not None:
        if child.is_text_node:
            text += child.text_content or ""
        elif child.tag == "img":
            text += f"\1{child.attributes.get('alt') or ''}\1"
        elif child.tag not in SKIPPED:
            inner = plainly(child)
            text += f"\0{inner}\0" if child.tag in BLOCKS else inner
        child = child.next
    return text


def with_images(block: str) -> str:
    """Return the text of a block. A line that has images only is a block of its own."""
    lines = block.strip(" \n").split("\n")
    is_images = ["\1" in line and not re.sub("\1[^\1]*\1", "", line).strip() for line in lines]
    lines = [f"\0{line}\0" if alone else line for line, alone in zip(lines, is_images, strict=True)]
    return re.sub("\1([^\1]*)\1", r" \1 ", "\n".join(lines))


def test_the_walk_over_the_tags_gives_the_blocks_of_a_walk_over_the_tree() -> None:
    chance = random.Random(7)
    for _ in range(500):
        html = some_html(chance)
        body = LexborHTMLParser(html).body
        assert body is not None
        blocks = "\0".join(map(with_images, plainly(body).split("\0"))).split("\0")
        texts = (re.sub(r"(?<=[一-鿿])\s*\n\s*(?=[一-鿿])", "", block) for block in blocks)
        expected = [line for text in texts if (line := " ".join(unescape(text).split()))]
        assert read_html(html).blocks == expected, html


def test_skipping_steps_does_not_change_the_content() -> None:
    chance = random.Random(7)
    sources = [some_html(chance) for _ in range(300)]
    short = [read_html(source) for source in sources]
    assert [read_html(source, always_check=True) for source in sources] == short


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ("<p>前文</p><noscript><p>请打开脚本</noscript><p>后面的正文</p>", ["前文", "后面的正文"]),
        ("<p>前文</p><noscript><div>请打开<NOSCRIPT>脚本</noscript >后文", ["前文", "后文"]),
        ("<p>前文</p><noscript><p>没有结束，后面还有正文</p>", ["前文", "没有结束，后面还有正文"]),
        ("<p>前文</p></noscript><p>后文</p>", ["前文", "后文"]),
    ],
)
def test_noscript_does_not_hide_the_text_after_it(source: str, blocks: list[str]) -> None:
    assert read_html(source).blocks == blocks
