"""Articles that try to run scripts or load external resources, or whose names are difficult in URLs."""

from __future__ import annotations

from pathlib import Path

TITLE = """</title><script>window.__ran='title'</script><img src=x onerror="window.__ran='title'">"""
CATEGORY = """"><script>window.__ran='category'</script>"""
AUTHOR = """' onmouseover='window.__ran="author"' x='<svg onload=window.__ran=1>"""
TAG = "</a><iframe srcdoc=\"<script>parent.__ran='tag'</script>\"></iframe>"
QUERY = """"><script>window.__ran='query'</script><img src=x onerror="window.__ran='query'">"""

BODY = """
<p>敌意正文：每一种写法都想运行脚本。</p>
<script>window.__ran='script'</script>
<img src="x" onerror="window.__ran='img'">
<img src="https://pictures.example/a.png" alt='远处的"山"' onload="window.__ran='onload'" onerror="window.__ran='onerror'">
<img src="//pictures.example/b.png" srcset="https://pictures.example/c.png 2x" alt="没有协议">
<img src="javascript:window.__ran='src'" alt="脚本图片">
<svg onload="window.__ran='svg'"><script>window.__ran='svg script'</script><image href="https://pictures.example/d.png"/></svg>
<svg><style><img src=x onerror="window.__ran='svg style'"></style></svg>
<iframe srcdoc="<script>parent.__ran='srcdoc'</script>"></iframe>
<iframe src="https://frames.example/"></iframe>
<object data="https://frames.example/o"></object><embed src="https://frames.example/e">
<video src="https://videos.example/v.mp4" poster="https://pictures.example/e.png" autoplay></video>
<link rel="stylesheet" href="https://styles.example/a.css"><style>@import url(https://styles.example/b.css);</style>
<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">
<p style="background: url(https://pictures.example/f.png)" onclick="window.__ran='onclick'" id="q" class="hit">有样式。</p>
<details open ontoggle="window.__ran='ontoggle'"><summary>展开</summary>里面</details>
<form action="javascript:window.__ran='form'"><input autofocus onfocus="window.__ran='onfocus'"><button>按钮</button></form>
<p><a href="javascript:window.__ran='href'">坏链接</a> <a href=" jav&#x09;ascript:window.__ran='tab'">坏链接</a>
<a href="&#106;avascript:window.__ran='entity'">坏链接</a> <a href="data:text/html,<script>opener.__ran=1</script>">坏链接</a>
<a href="vbscript:x">坏链接</a> <a href="https://good.example/?a=1&amp;b=2" target="_blank">好链接</a></p>
<p>写出来的标签是文字：&lt;script&gt;window.__ran='text'&lt;/script&gt;。</p>
"""

MUTANTS = """
<p>敌意变形：读法不同，意思也不同，后面的文字也许被吞掉。</p>
<noscript><p title="</noscript><img src=x onerror=window.__ran='noscript'>"></noscript>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=window.__ran='mglyph'&gt;">
</mglyph></table></mtext></math>
"""

DRAWINGS = """
<p>敌意图画：每一种画法都想运行脚本。</p>
<svg><a xlink:href="javascript:window.__ran='xlink'"><text y="20">坏链接</text></a></svg>
<svg><set attributeName="onmouseover" to="window.__ran=1"/></svg>
<svg><animate onbegin="window.__ran='animate'" attributeName="x" dur="1s"/></svg>
<svg><use href="data:image/svg+xml,<svg id='x' onload='window.__ran=1'/>#x"/></svg>
<svg><foreignObject><iframe srcdoc="<script>parent.__ran='foreign'</script>"></iframe></foreignObject></svg>
<math><maction actiontype="statusline" xlink:href="javascript:window.__ran='math'">坏链接</maction></math>
<img src="data:image/svg+xml,<svg onload='window.__ran=1'><script>parent.__ran='data svg'</script></svg>">
<a href="data:image/svg+xml,<svg><script>opener.__ran=1</script></svg>">坏链接</a>
<picture><source srcset="https://pictures.example/g.webp"><img src="https://pictures.example/g.png" alt="两种格式"></picture>
<input type="image" src="https://pictures.example/h.png" formaction="javascript:window.__ran='formaction'">
<a href="https://good.example/" ping="https://pings.example/" onauxclick="window.__ran='auxclick'">好链接</a>
<table background="https://pictures.example/i.png"><tr><td background="https://pictures.example/j.png">表格</td></tr></table>
<audio src="https://videos.example/a.mp3" autoplay onplay="window.__ran='play'"></audio>
<marquee onstart="window.__ran='start'">走马灯</marquee>
<template shadowrootmode="open"><img src="x" onerror="window.__ran='shadow'"></template>
"""

BROKEN = """
<p>敌意残局：没有一个标签是关好的。<b><i><p title="没有关的引号><img src=x onerror=window.__ran='quote'>
<p>&#0;<scr&#0;ipt>window.__ran='nul'</scr&#0;ipt><<script>window.__ran='double'//<</script>
<img src=x onerror
=window.__ran='newline' <img/src="x"/onerror=window.__ran='slashes'><img \"\"\"><script>window.__ran='quotes'</script>">
<a href="jav\tascript:window.__ran='tab'" href='javascript:window.__ran="second"'>坏链接<a href=`javascript:window.__ran=1`>坏链接
<!--><script>window.__ran='comment'</script>--><!--[if gte IE 4]><script>window.__ran='IE'</script><![endif]-->
<textarea><img src=x onerror=window.__ran='textarea'></textarea><title></title><img src=x onerror=window.__ran='title'>
<xmp></xmp><img src=x onerror=window.__ran='xmp'>
<select><option><style></option></select><img src=x onerror=window.__ran='select'></style>
<table><td><a href="javascript:window.__ran='table'">坏链接</table></div></div></main></article></body></html>
<script>window.__ran='behind the end'</script><body onload="window.__ran='body'" onpageshow="window.__ran='pageshow'"><plaintext>
"""

TEMPLATE = """
敌意模板：`{{ 6 + 7 }}`、`{% include 'base.html' %}`、`{{ config }}`、${6+7}、<%= 6 + 7 %>、#{6+7}、
`{{constructor.constructor('window.__ran=1')()}}`、{{ 6 + 7 }}。
"""

BIDI = "\u05d0\u05d1\u05d2令颠倒、\u05d3\u061c"
"""Text that runs from right to left at its ends. Overrides of the direction are removed when an article is read."""

BOMB = "\n".join(
    [
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)),
    ]
)
"""Ten lines of YAML that expand to ten thousand million values."""

EXTRA = """\
link: javascript:window.__ran='front matter'
cover: data:text/html,<script>opener.__ran='cover'</script>
"<img src=x onerror=window.__ran='key'>": ["</td><script>window.__ran='list'</script>", {"'><script>": "</script>"}]
"""

MARKDOWN = """
# 敌意标记

[坏链接](javascript:window.__ran='markdown') <javascript:window.__ran='autolink'> [坏链接][1]

![图](javascript:window.__ran='image') ![远处](https://pictures.example/m.png "x\\" onerror=\\"window.__ran=1")

`</code><script>window.__ran='code'</script>`

```"><script>window.__ran='info'</script>
</code></pre><script>window.__ran='fence'</script>
```

<img src=x onerror="window.__ran='inline'"> 敌意标记的正文。

[1]: javascript:window.__ran='reference'
"""

_FRONT = """---
title: {title}
date: 2021-11-20
author: {author}
categories: [{category}]
tags: [{tag}]
{extra}
---
"""


def _quoted(text: str) -> str:
    """Quote a text for YAML."""
    return "'" + text.replace("'", "''") + "'"


FRONT = _FRONT.format(
    title=_quoted(TITLE), author=_quoted(AUTHOR), category=_quoted(CATEGORY), tag=_quoted(TAG), extra=EXTRA
)
TURNED = _FRONT.format(**dict.fromkeys(("title", "author", "category", "tag"), _quoted(BIDI)), extra=BOMB)

NAMES = (
    "引\"号 '单' &和 <b>粗.txt",
    "井#号 百分%25 %2F 问?号=1&pages=2.txt",
    "反\\斜杠;分号 +加 @.txt",
    "javascript:alert(1).txt",
    " 头尾空格 /%2e%2e/点...txt",
    "换\n行\t制表.txt",
    "http:/evil.example/路径.txt",
    "<img src=x onerror=window.__ran=1>.txt",
    "static/style.css.txt",
    "𠮷😀é.txt",
)
"""Paths of articles with the texts 怪名之0, 怪名之1 and so on. Their titles are their file names."""


def write_hostile(folder: Path) -> Path:
    """Write the hostile articles into a folder."""
    # A short page with a refresh is a redirect, and not indexed.
    text = "<p>这一段使它成为一篇文章，而不是转到别处的页面。</p>" * 10
    articles = {"正文.html": FRONT + BODY + text, "变形.html": FRONT + MUTANTS, "标记.md": FRONT + MARKDOWN}
    articles |= {"图画.html": FRONT + DRAWINGS, "残局.html": FRONT + BROKEN, "模板.md": FRONT + TEMPLATE}
    articles |= {"颠倒.md": TURNED + f"敌意颠倒：{BIDI}后面的文字。\n"}
    articles |= {name: f"这里是怪名之{number}。\n" for number, name in enumerate(NAMES)}
    for name, text in articles.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
