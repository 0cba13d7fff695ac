"""Read Markdown."""

from __future__ import annotations

import pytest

from searchlib.sources.readers.markdown import read_markdown


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("# 题\n\n一段\n接着写\n\n- 甲\n- 乙", ["题", "一段接着写", "甲", "乙"]),
        ("one\ntwo", ["one two"]),
        ("题\n===\n文", ["题", "文"]),
        ("##紧挨着的标题\n文", ["紧挨着的标题", "文"]),
        ("|名|值|\n|-|-|\n|甲|1|", ["名 | 值", "甲 | 1"]),
        ("```python\ndef f():\n    return 1\n```", ["def f():", "    return 1"]),
        ("**粗**与~~删~~与`码`与[链](http://a.cn)", ["粗与删与码与链"]),
        ("![图说](a.png)", ["图说"]),
        ("<div>\n\n**文**\n\n</div>", ["文"]),
        ("<div>\n<div>\n\n**文**\n\n</div>", ["文"]),
        ("前\n\n<!-- more -->\n\n后", ["前", "后"]),
        ("{% raw %}{{ 变量 }}{% endraw %}", ["{{ 变量 }}"]),
        ("式 $a<b and c>d_1 *x*$ 与 $$x^2$$ 。", ["式 $a<b and c>d_1 *x*$ 与 $$x^2$$ 。"]),
        ("文[^1]\n\n[^1]: 参见下文。", ["文", "参见下文。"]),
        ("[注]: 见下文的说明。", ["[注]: 见下文的说明。"]),
        ("[链][1]\n\n[1]: http://a.cn", ["链"]),
        ("用[甲.乙()][]，见 [`a[b]`][]与[*丙*][]。", ["用甲.乙()，见 a[b]与丙。"]),
        ("`[a][]`与a[b][]和[c][][d][0]\n\n    [a][]", ["[a][]与a[b][]和[c][][d][0]", "[a][]"]),
        ("见[文件系统][fs-module]和[`open`][glossary.file_open]。", ["见文件系统和open。"]),
        (
            "由[1][2]和[a-z][a-z0-9]*与[宋][明]组成，a[b][c-d]。",
            ["由[1][2]和[a-z][a-z0-9]*与[宋][明]组成，a[b][c-d]。"],
        ),
        ("数组[5][]、矩阵[row][col-index]与[1][]。", ["数组[5][]、矩阵[row][col-index]与[1][]。"]),
        ("<pre>甲\n\n[乙][]<pre>[丙][]</pre>", ["甲", "[乙][]", "[丙][]"]),
        ("句^[[注](a)文]。后", ["句。后", "注文"]),
        ("```xml\n<!-- @include: ./a.xml -->\n<b/>\n<!-- c -->\n```", ["<b/>", "<!-- c -->"]),
        ("```{only} html\n文\n```\n\n```{grid} 1 2\n字\n```", ["文", "字"]),
        ("```{card} 题\n页眉\n^^^\n文\n+++\n页脚\n```\n\n^^^", ["题", "页眉", "文", "页脚", "^^^"]),
        ("```{panels}\n甲\n^^^\n文\n---\n:header: bg\n乙\n---\n丙\n```", ["甲", "文", "乙", "丙"]),
        ("```{note}\n题\n---\n文\n```", ["题", "文"]),
        (
            "```{glossary}\n茶\n    一种*饮料*。\n\n    又[名](a)。\n    - 甲\n\n水\n  无色。\n```",
            ["茶", "一种饮料。", "又名。", "甲", "水", "无色。"],
        ),
        ("泛型 List<String> 与 a < b", ["泛型 List 与 a < b"]),
        ("两个空格  \n换行", ["两个空格 换行"]),
    ],
)
def test_markdown_becomes_blocks(text: str, blocks: list[str]) -> None:
    assert read_markdown(text).blocks == blocks


@pytest.mark.parametrize("piece", [">", "[", "*a", "![", "- ", "`a", "$a", "<a", "[^1]"])
def test_repeated_markup_stays_within_bounds(piece: str) -> None:
    assert read_markdown(piece * 20_000 + "末").blocks
