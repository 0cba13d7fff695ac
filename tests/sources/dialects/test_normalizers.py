"""Normalize dialects of Markdown: every normalizer has a table of cases."""

from __future__ import annotations

import random

import pytest

from searchlib.sources.dialects import (
    callouts,
    commonmark,
    components,
    containers,
    footnotes,
    hugo,
    inline,
    jsx,
    kramdown,
    liquid,
    logseq,
    markers,
    obsidian,
    pandoc,
    retype,
    wordpress,
)
from searchlib.sources.dialects.code import without_fences
from searchlib.sources.dialects.normalizers import (
    MDX_NORMALIZERS,
    NORMALIZERS,
    QUARTO_NORMALIZERS,
    STRONG_NORMALIZERS,
    Function,
    Normalizer,
    normalize,
)

CASES: dict[Function, list[tuple[str, str]]] = {
    logseq.open_clozes: [("{{cloze 填的词}}的句子", "填的词的句子"), ("{{cloze 没有结束", "{{cloze 没有结束")],
    liquid.remove_liquid: [
        ("前{% include toc.html %}后", "前后"),
        ("{% note info %}\n提示\n{% endnote %}", "\n提示\n"),
        ("{% note info 小标题 %}\n提示\n{% endnote %}", "\n小标题\n\n提示\n"),
        ("{% if page.lang == '中文' %}甲{% else %}乙{% endif %}", "甲乙"),
        ("{% unknown %}文{% endunknown %}", "文"),
        ("前{% comment %}注{% if x %}释{% endcomment %}后", "前后"),
        ("前{# 注释 #}后", "前后"),
        ("前\n{# 注\n{释 #\n#}\n后{#甲\n#} {# 乙 {# 丙\n#}", "前\n\n后{#甲\n#} {# 乙 "),
        ("集合 {# 的写法\n \n另一段 #}。", "集合 {# 的写法\n \n另一段 #}。"),
        ("见{% post_link a-b 标题 %}。", "见标题。"),
        ("见{% post_link 2021/另一篇 %}与{% post_link a-b %}。", "见另一篇与。"),
        ("见{% post_link a '带 空格' true %}。", "见带 空格。"),
        ("看{% asset_img a.jpg 说明 %}图", "看说明图"),
        ('图{% asset_img a.jpg \'"题目" "替代"\' %}。', "图题目 替代。"),
        ("{% asset_img left a.jpg 200 300 '说明' %}", "\n说明\n"),
        ("[上一篇]({% post_url 2021-03-04-tea %})", "[上一篇](2021-03-04-tea)"),
        ("{% include figure.html src='/a.png' caption='图题' %}", "\n图题\n"),
        ("{% label primary@重点 %}和{% mark 关键@red %}", "重点和关键"),
        ("{% span red, 红色文字 %}按{% kbd Ctrl + C %}", "红色文字按Ctrl + C"),
        ("{% btn https://a.cn, 下载, download fa-lg %}。", "下载。"),
        ("{% youtube abcdef %}{% gist 1234 %}{% tabs 名字, 1 %}", ""),
        ("{% folding color:cyan open:true 标题 %}", "\n标题\n"),
        ("{% poetry title:静夜思 author:李白 footer:诗 %}", "\n静夜思 李白\n"),
        ("{% cq %}引用{% endcq %}", "引用"),
        ("{% note info 3 个要点 %}", "\n3 个要点\n"),
        ("{% note warning::参数可以省略，但不能乱。 %}", "\n参数可以省略，但不能乱。\n"),
        ("见{% link 如何使用::/a/b::https://a.cn/a.svg %}。", "见如何使用。"),
        ("{% btn regular::下载::https://a.cn::fas fa-play %}与{% p subtitle::圆角样式 %}。", "下载与圆角样式。"),
        ("臣{% label 亮 blue %}言{% label Docker pink %}{% label red %}。", "臣亮言Docker。"),
        ("{% note 2023 年度总结 %}", "\n2023 年度总结\n"),
        ("{% tip 30% 的人 %}", "\n30% 的人\n"),
        ("{% progress 80 blue 完成的进度 %}与{% image a.png 300px 图的说明 %}。", "完成的进度与图的说明。"),
        ("写{% ruby 漢字|かんじ %}。", "写<ruby>漢字<rt>かんじ</rt></ruby>。"),
        ("<!-- tab 甲@icon -->\n文\n<!-- endtab -->", "\n\n甲\n\n\n文\n\n\n\n\n"),
        ("前{{ site.url }}后{{ '{{' }}", "前后{{"),
        ("![图]({{ '/a.png' | relative_url }})", "![图](/a.png)"),
        ("{{< x >}} {{% y %}}", "{{< x >}} {{% y %}}"),
        ("没有 {% 结束", "没有 {% 结束"),
    ],
    wordpress.remove_wordpress: [
        ('[caption id="a" width="3"]<img src="a.png"> 山上[/caption]', '<img src="a.png"> 山上'),
        ('看[gallery ids="1,2"]图', "看图"),
        ("前[hide]回复可见[/hide]后", "前后"),
        ('[collapse title="点开"]藏[/collapse]', "点开\n\n藏"),
        ('[tip type="a"]提示[/tip]', "提示"),
        ("[note] 与 [video](a.mp4) 和 [tip][1]", "[note] 与 [video](a.mp4) 和 [tip][1]"),
        ("日志里有 [error code=404] 找不到", "日志里有 [error code=404] 找不到"),
        ('前[secret key="k"]密[/secret]后', "前后"),
        ('前[hide type="login"]密[/hide][login level=1]密[/login][Hide]密[/hide]后', "前后"),
        ("前[hide]一[hide]二[/hide]三[/hide]后", "前后"),
        ("按[hide]收起。\n\n[hide]\n密\n[/hide]\n后", "按[hide]收起。\n\n\n后"),
        ("点[login]登录，点[hide]收起，用 [/hide] 结束。", "点[login]登录，点[hide]收起，用 [/hide] 结束。"),
        ("先点[hide]收起。\n再用 [/hide] 结束。", "先点[hide]收起。\n再用 [/hide] 结束。"),
    ],
    hugo.remove_shortcodes: [
        ('水是 H{{< sub 2 >}}O，面积 {{< sup "2" >}}，按 {{< kbd Ctrl >}}。', "水是 H2O，面积 2，按 Ctrl。"),
        ('请看{{< ref "a.md" >}}这篇', "请看这篇"),
        ('[这篇]({{< relref "a/b.md" >}})', "[这篇](a/b.md)"),
        ("{{% notice tip %}}\n提示\n{{% /notice %}}", "\n提示\n"),
        ('{{< admonition note "标题" >}}\n内容\n{{< / admonition >}}', "\n标题\n\n内容\n"),
        ('{{< details "More" >}}内容{{< /details >}}', "More\n\n内容"),
        ('{{< figure src="/a.png" title="图题" alt="图题" >}}', "\n图题\n"),
        ('{{< tab name="甲" >}}一{{< /tab >}}', "甲\n\n一"),
        ('{{< tabs name="group" >}}', ""),
        ("{{< bilibili BV1xx411c7mD >}}", ""),
        ("写作 {{</* ref x */>}}", "写作 {{&lt; ref x &gt;}}"),
        ('写{{< ruby "漢字" "かんじ" >}}。', "写<ruby>漢字<rt>かんじ</rt></ruby>。"),
        ("没有 {{< 结束", "没有 {{< 结束"),
    ],
    jsx.remove_jsx_comments: [
        ("前{/* 注 * 释 */}后", "前后"),
        ("## 节 {/*anchor*/}", "## 节 "),
        ("{/* 没有结束", "{/* 没有结束"),
    ],
    jsx.remove_modules: [
        ("import Foo from '../Foo'\nimport { A,\n  B\n} from \"x\";\nimport './a.css'\n\n文", "\n\n\n\n文"),
        ("export const meta = {\n  title: '甲'\n}\n\n文", "\n\n文"),
        ("export default Layout\n文", "\n文"),
        ("import os 是一句话", "import os 是一句话"),
        ("export PATH=$PATH:/bin", "export PATH=$PATH:/bin"),
    ],
    components.open_components: [
        ('::alert{type="info"}\n提示\n::\n后', "\n提示\n\n后"),
        ('::card{title="标题"}\n内容\n#footer\n页脚\n::', "\n标题\n\n内容\n\n页脚\n"),
        ("::callout\n---\nicon: x\n---\n内容\n::", "\n内容\n"),
        (":::callout\n---\nicon: x\n---\n内容\n:::", ":::callout\n内容\n:::"),
        ('一个 :badge[新]{type="ok"} 和 :icon{name="x"} 字', "一个 新 和  字"),
        (":span[红]{.red}与 :kbd[Ctrl]、:term[术语]", "红与 Ctrl、术语"),
        ("std::sort 与 a[1:b[2]] 和 http://a", "std::sort 与 a[1:b[2]] 和 http://a"),
        (
            "转移:dp[i][j]、:dp[前i个][j]、:nums[left]、:map[string]int",
            "转移:dp[i][j]、:dp[前i个][j]、:nums[left]、:map[string]int",
        ),
        ("伪类:root{--a:1}、:hover{color:red}、:port{host}", "伪类:root{--a:1}、:hover{color:red}、:port{host}"),
    ],
    retype.open_blocks: [
        ("!!!tip 标题\n文\n!!!\n后", "\n标题\n\n文\n\n后"),
        ("!!! 见“甲”\n文\n!!!\n!!!info\n二\n!!!", "\n见“甲”\n\n文\n\n\n二\n"),
        ("- 一\n\n  !!!warning 注意\n  文\n  !!!", "- 一\n\n\n  注意\n\n  文\n"),
        ("+++ 甲\n一\n+++ 乙\n二\n+++", "\n甲\n\n一\n\n乙\n\n二\n"),
        ("==- 甲\n一\n===\n=== 乙\n二\n===", "\n甲\n\n一\n\n\n乙\n\n二\n"),
        ("||| 左\n一\n||| 右\n二\n|||", "\n左\n\n一\n\n右\n\n二\n"),
        ("!!! note\n    文\n\n!!!", "!!! note\n    文\n\n!!!"),
        ("!!! 真的\n\n标题\n===\n\n=== 没有结束", "!!! 真的\n\n标题\n===\n\n=== 没有结束"),
        ('[!badge 新] [!badge text="测试" variant="info"] [!ref 指南](a.md)', "新 测试 指南"),
        ('[!button text="开始"](a.md)[!embed](https://a.cn)[!icon rocket]', "开始"),
    ],
    containers.open_containers: [
        ("::: code-tabs#lang\n@tab Java\n甲\n@tab:active Go#go\n乙\n:::", "\n\nJava\n\n甲\n\nGo\n\n乙\n"),
        ("::: tip 标题\n内容\n:::", "\n标题\n\n内容\n"),
        (':   !!! note "标题"\n        内容', ":   标题\n\n    内容"),
        ("- ::: tip\n  内容\n  :::", "- 内容\n"),
        ('1. !!! note "标题"\n\n        内容\n\n12) ??? tip\n        内', "1. 标题\n\n\n    内容\n\n12) 内"),
        ("- !!! note 是语法", "- !!! note 是语法"),
        ("::: warning\n内容\n:::", "\n内容\n"),
        ("!!! note\n\n\t一\n\n\t二\n\n后", "\n\n一\n\n二\n\n后"),
        ('??? note "题"甲"（乙）"\n    内容', '\n题"甲"（乙）\n\n内容'),
        ("!!!note 标题 two\n    内容", "\n标题\n\n内容"),
        ("!!!Attention\n文", "!!!Attention\n文"),
        ("/// note | 标题\n内容\n///", "\n标题\n\n内容\n"),
        ("/// details\n内容\n///\n/// 三条斜线 的注释", "\n内容\n\n/// 三条斜线 的注释"),
        (":::note[标题]\n内容\n:::", "\n标题\n\n内容\n"),
        (':::tip{title="标题"}\n内容\n:::', "\n标题\n\n内容\n"),
        ('::: {.callout-note title="标题"}\n内容\n:::', "\n标题\n\n内容\n"),
        ("> ::: tip 标题\n> 内容\n> :::", ">\n> 标题\n>\n> 内容\n> "),
        ("2. 一步\n\n    :::note[标题]\n    - 甲\n    :::", "2. 一步\n\n\n    标题\n\n    - 甲\n"),
        (":::: code-group\n::: code-group-item 甲\n码\n:::\n::::", "\n\n甲\n\n码\n\n"),
        ('文 :::image type="icon" source="a.png" alt-text="说明"::: 文', "文  说明  文"),
        (":::row:::\n    :::column:::\n        甲\n    :::column-end:::\n:::row-end:::", "\n\n甲\n\n"),
        ('::: moniker range=">=2"\n文\n::: moniker-end', "\n文\n"),
        ('!!! note "标题"\n    甲\n\n    乙\n丙', "\n标题\n\n甲\n\n乙\n丙"),
        ('=== "甲"\n    一\n=== "乙"\n    二', "\n甲\n\n一\n\n乙\n\n二"),
        ('??? "题"\n\n    内容', "\n题\n\n\n内容"),
        ("??? tip\n    甲\n    - 乙\n        - 丙", "\n甲\n- 乙\n    - 丙"),
        ("函数 foo:::bar() 与 a:::b", "函数 foo:::bar() 与 a:::b"),
        ("!!! 真的", "!!! 真的"),
    ],
    callouts.open_callouts: [
        ("> [!NOTE]\n> 内容", ">\n> 内容"),
        ("前[!INCLUDE[名](../a.md)]中[!INCLUDE[名](../a.md)后", "前中后"),
        ("> [!tip]+ 标题\n> 内容", "> 标题\n>\n> 内容"),
        ("> > [!note|left] 标题\n> > 内容", "> > 标题\n> >\n> > 内容"),
        ("> \\[!NOTE\\]\n> 内容", ">\n> 内容"),
        ("1. > [!TIP] 标题\n   > 内容", "1. > 标题\n   >\n   > 内容"),
        ("选取 [!INCLUDE[ss](../includes/ss.md)] 后", "选取  后"),
        ("[!INCLUDE [sql](../a.md)]", ""),
        ("在 **[!INCLUDE[ss](a.md)]** 的 *[!INCLUDE[x](b.md)]*", "在  的 "),
        ("[!code-csharp[Main](a.cs#1)]", ""),
        ('> [!div class="nextstepaction"]\n> [下一步](a.md)', "> \n> [下一步](a.md)"),
        ("[!VIDEO https://a.cn/v]", ""),
        ("选择 [!UICONTROL 文件]", "选择 文件"),
        ("?> 提示\n!> 注意", "提示\n注意"),
        ("!>注意\n?>\n好!>的", "注意\n?>\n好!>的"),
        ("[![徽章](b.svg)](http://x)", "[![徽章](b.svg)](http://x)"),
        ("> [!定理]\n> 内容", "> 定理\n>\n> 内容"),
        ("> [!定理|red]- 欧拉\n> 内容", "> 欧拉\n>\n> 内容"),
        ("> [!Wick's theorem]\n> 内容", "> Wick's theorem\n>\n> 内容"),
        ("> [!VIDEO https://a.cn/v]\n\n[!重要] 文", "> \n\n[!重要] 文"),
        ("> **Note**\n> 内容", "> **Note**\n> \n> 内容"),
    ],
    obsidian.remove_embeds: [("前![[图.png]]后![[页#节|名]]", "前后")],
    markers.remove_markers: [
        ("{{{row\n甲\n\n乙\n}}}\n后", "\n甲\n\n乙\n\n后"),
        ("[TOC]\n文", "\n文"),
        ("页签里的话。\n:end_tab:\n后文", "页签里的话。\n\n后文"),
        ("一\n\n+++\n\n二", "一\n\n\n\n二"),
        ("!!!\n<p>文</p>\n!!!\n好!!!", "\n<p>文</p>\n\n好!!!"),
        ("[[toc]]", ""),
        ("@[toc](目录)", ""),
        ("<<< @/a.js{1,3}", ""),
        ("--8<--", ""),
        ("@[youtube](abc)", ""),
        ("@[code{3-5} js](a.js)后", "后"),
        ("（@[张三](https://a) 和 @[coder](b) 投稿）", "（@[张三](https://a) 和 @[coder](b) 投稿）"),
        (":(fas fa-heart):", ""),
        ("勾:material-check:选", "勾选"),
        ("文中的 [TOC] 标记", "文中的 [TOC] 标记"),
    ],
    markers.remove_labels: [
        ("(a-label)=\n# 标题", "# 标题"),
        ("(sec/a:b.c)=\n# 标题", "# 标题"),
        ("值 {x}`y` 与 (a)= 3", "值 {x}`y` 与 (a)= 3"),
    ],
    obsidian.remove_wikilinks: [
        ("见 [[另一篇|别的名字]]", "见 别的名字"),
        ("见 [[另一篇]]", "见 另一篇"),
        ("[[页#节]] [[#节]] [[页#^id]] [[页\\|名]]", "页 > 节 节 页 名"),
        ("[[没有结束", "[[没有结束"),
    ],
    obsidian.remove_percent_comments: [
        ("前%%注释%%后", "前后"),
        ("%%\n一\n\n二\n%%\n文", "\n文"),
        ("前 %%甲\n\n乙%% 后", "前 %%甲\n\n乙%% 后"),
        ("100%%", "100%%"),
    ],
    obsidian.remove_block_ids: [
        ("段落 ^abc123", "段落 "),
        ("段落\n^quote-of-day\n\n文", "段落\n\n\n文"),
        ("x ^2", "x ^2"),
        ("完成了。^595cb7\nx^abc123", "完成了。\nx^abc123"),
    ],
    logseq.remove_block_properties: [
        ("- 甲\n  id:: 6955f017\n  collapsed:: true\n- 乙", "- 甲\n- 乙"),
        ("- 甲\n  :LOGBOOK:\n  CLOCK: [2023-03-04 Sat 10:00:00]\n  :END:\n- 乙", "- 甲\n- 乙"),
        ("rating:: 5\n:LOGBOOK:\n文", "rating:: 5\n:LOGBOOK:\n文"),
    ],
    logseq.separate_properties: [
        ("- 甲\n  来源:: 某书\n  评分:: 5\n- 乙", "- 甲\n\n  来源:: 某书\n\n  评分:: 5\n- 乙"),
        (
            "- 甲\n  - 来源:: 某书\n来源:: 甲\n  std::a\n  (见:: a)",
            "- 甲\n  - 来源:: 某书\n来源:: 甲\n  std::a\n  (见:: a)",
        ),
    ],
    logseq.remove_planning: [
        ("- TODO 晒茶\n  SCHEDULED: <2021-03-04 Thu>\n- 乙", "- TODO 晒茶\n- 乙"),
        ("- #+BEGIN_QUOTE\n  引文\n  #+END_QUOTE", "- \n  引文\n  "),
        ("写作 SCHEDULED: <日期>", "写作 SCHEDULED: <日期>"),
    ],
    logseq.open_block_references: [
        ("见((20240506070809-abc1234 '文字'))和((6944e6d6-c813-41f6-becf-d915bfad330d))", "见文字和"),
        ("((a)) ((20240506))", "((a)) ((20240506))"),
    ],
    obsidian.remove_drawing_notice: [
        ("==⚠  Switch to EXCALIDRAW VIEW in the menu. ⚠==\n\n# Excalidraw Data\n## Text Elements\n甲", "\n甲"),
        ("==⚠ 注意== 切换", "==⚠ 注意== 切换"),
    ],
    obsidian.remove_task_states: [
        ("- [-] 取消\n  - [>] 推迟\n- [ ] 待办", "- 取消\n  - 推迟\n- [ ] 待办"),
        ("- [链接](a.md)", "- [链接](a.md)"),
    ],
    obsidian.open_inline_fields: [
        ("评分 [评分:: 8 分]，译者 (译者:: 李四)。", "评分 评分: 8 分，译者 李四。"),
        ("- [due:: 2021-03-04] 交稿", "- due: 2021-03-04 交稿"),
        ("std::vector (std::string) [a:: b](c.md) [a :: b]", "std::vector (std::string) [a:: b](c.md) [a :: b]"),
        ("整行:: 不变", "整行:: 不变"),
    ],
    pandoc.remove_citations: [
        ("茶[@wang2020, p. 3]好", "茶好"),
        ("茶 [见 @li2019; @zhao, 第3页]，[-@qian]", "茶，"),
        ("[@张三] [@octocat] [@wu2020](x) [a@b.com]", "[@张三] [@octocat] [@wu2020](x) [a@b.com]"),
    ],
    pandoc.remove_bookdown_references: [
        (r"见图 \@ref(fig:a)。式 (\#eq:b)", "见图 。式 "),
        ("(ref:a) 图题", "图题"),
        ("(reference) @refine(a)", "(reference) @refine(a)"),
    ],
    pandoc.open_grid_tables: [
        (
            "+--+--+\n| 甲 | 乙 |\n+==+==+\n| 一 | 二 |\n| 长 |    |\n+--+--+",
            "\n| 甲 | 乙 |\n| --- | --- |\n| 一长 | 二 |\n",
        ),
        (
            "+--+--+\n| a | b |\n+--+--+\n| 1 | 2 |\n| 3 | 4 |\n+--+--+",
            "\n| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |\n",
        ),
        ("+--+--+\n| 甲 |\n+==+==+\n| 一 | 二 |\n+--+--+", "\n| 甲 |  |\n| --- | --- |\n| 一 | 二 |\n"),
        ("+--+\n没有表", "+--+\n没有表"),
    ],
    kramdown.remove_attributes: [
        ("文[小字]{.small}后[甲]{#b lang=zh}，![图][甲]{.x}", "文小字后甲，![图][甲]"),
        ('文字{ data-x="1" }继续', "文字继续"),
        ("* TOC\n{:toc}\n\n文", "\n\n文"),
        ('段落\n{: .notice--info #id key="v"}', "段落\n"),
        ('![图](a.png){:width="50%"}与[链](b){target=_blank}', "![图](a.png)与[链](b)"),
        ("文字{ .class }与[链](a){ .x }", "文字与[链](a)"),
        ("## 小节 {#anchor .x}", "## 小节"),
        ("## 小节 {#小节}\n\n文 {.x}\n{.center}", "## 小节\n\n文\n"),
        ("{::comment}注{:/comment}文{::nomarkdown}甲{:/}", "文甲"),
        ("*[HTML]: HyperText\nHTML", "\nHTML"),
        ("格式 {:.2f} 与 {:?} 与 {a: 1}", "格式 {:.2f} 与 {:?} 与 {a: 1}"),
    ],
    kramdown.remove_heading_attributes: [
        ("## 接口 [#api]\n\n### 事件 \\[#events] \n\n# 甲 [!toc]", "## 接口\n\n### 事件\n\n# 甲"),
        ("正文 [#api]\n\n## 话题 [#茶] [toc]乙\n\n## [#a]", "正文 [#api]\n\n## 话题 [#茶] [toc]乙\n\n## [#a]"),
        ("# 配置 :id=set-up\n## 忽略 {docsify-ignore}\n### 都要\t{docsify-ignore-all} ", "# 配置\n## 忽略\n### 都要"),
        ("字段 :id=3\n# 字段 :id=3 的值\n# 甲 a:id=3", "字段 :id=3\n# 字段 :id=3 的值\n# 甲 a:id=3"),
    ],
    kramdown.remove_docsify_inclusions: [
        ("前\n\n[甲](a.md ':include')\n\n[乙](b.js \":include :type=code\")后", "前\n\n\n\n后"),
        (
            "[甲](a.md '说明') [乙](b.md :include) [丙](c ':included')",
            "[甲](a.md '说明') [乙](b.md :include) [丙](c ':included')",
        ),
    ],
    commonmark.remove_comment_definitions: [
        ("前\n[comment]: <> (写在(段落)里)\n后", "前\n后"),
        ('[//]: # "注"\n[//]: # 没有括号\n文', "文"),
        ("[//]: # (\n注\n释\n)\n文", "文"),
        ("[^_^]:\n    # (注)\n文", "文"),
        ("[//]: # (没有结束\n\n文)", "\n文)"),
        ("行内 [comment]: <> (文)", "行内 [comment]: <> (文)"),
        ("[//]: https://a.cn", "[//]: https://a.cn"),
    ],
    footnotes.move_notes: [
        ("甲[^1]乙[^注2]", "甲乙"),
        ("甲[^1]乙\n\n[^1]: 注", "甲[^1]乙\n\n[^1]: 注"),
        ("甲[^1: 注]乙", "甲乙\n\n注"),
        ("甲^[注 **粗**]乙", "甲乙\n\n注 **粗**"),
        ("正则 [^a-z]", "正则 [^a-z]"),
    ],
    jsx.remove_components: [
        ('<Foo bar={1} text="属性">\n\n内部\n\n</Foo>', "\n\n\n内部\n\n\n"),
        ('<Tabs><TabItem value="a" label="甲">页甲</TabItem></Tabs>', "\n\n\n甲\n\n页甲"),
        (
            "<Tabs>\n  <Tab label='甲'>\n    一\n\n    - 二\n      - 三\n  </Tab>\n</Tabs>\n\n尾",
            "\n\n\n甲\n\n\n\n一\n\n- 二\n  - 三\n\n\n\n\n\n尾",
        ),
        (
            "<Steps>\n1. 一步\n\n    <Tabs>\n      <Tab>\n      甲\n      </Tab>\n    </Tabs>\n\n    乙\n</Steps>",
            "\n\n1. 一步\n\n\n\n\n\n    甲\n\n\n\n\n\n    乙\n\n",
        ),
        ('<Badge text="beta" type="warn"/>', "beta"),
        ("<Foo a={{b: '>'}} {...rest} onClick={() => x} />文", "文"),
        ("<div style={{color: 'red'}} id=\"a\">文</div>", '<div id="a">文</div>'),
        ("<>文</>", "\n文"),
        ("看 <template #title>头</template> 与 <template v-slot:x>尾</template>。", "看 头 与 尾。"),
        ("<template #a>甲</template><template>乙</template>丙", "\n甲<template>乙</template>丙"),
        ("看 <template #a>甲<template v-if='b'>乙</template>丙</template>", "看 甲乙丙"),
        ("看 <template #a/>甲<template><template #b>乙</template></template>", "看 甲<template>乙</template>"),
        ('<a @click.stop="go" href="b">点</a> 与 <el-x #a>文</el-x>', '<a href="b">点</a> 与 <el-x>文</el-x>'),
        ("<template>文</template> <a@b.cn> 与 a <b @ c> d", "<template>文</template> <a@b.cn> 与 a <b @ c> d"),
        ("泛型 Map<String, Integer> 与 a < B", "泛型 Map<String, Integer> 与 a < B"),
    ],
    inline.mark_ruby: [
        ("{漢字|かんじ}と[東京]{とうきょう}", "<ruby>漢字<rt>かんじ</rt></ruby>と<ruby>東京<rt>とうきょう</rt></ruby>"),
        ("{汉字|hàn zì} 与 {变量|默认}，[注](a.md)", "<ruby>汉字<rt>hàn zì</rt></ruby> 与 {变量|默认}，[注](a.md)"),
        ("[汉字]^(hàn zì) 与 [注]^(见下)", "<ruby>汉字<rt>hàn zì</rt></ruby> 与 [注]^(见下)"),
    ],
    inline.mark_highlights: [
        ("是^^重点^^，x^^2", "是<mark>重点</mark>，x^^2"),
        ("这是==重点==与++下划++", "这是<mark>重点</mark>与<ins>下划</ins>"),
        ("按 ++ctrl+c++ 复制", "按 <ins>ctrl+c</ins> 复制"),
        ("a==b 且 c==d，i++ 与 C++ 和 C++", "a==b 且 c==d，i++ 与 C++ 和 C++"),
    ],
    inline.mark_scripts: [
        ("x^2^ 与 H~2~O", "x<sup>2</sup> 与 H<sub>2</sub>O"),
        ("2^3 和 2^4，~~删除~~", "2^3 和 2^4，~~删除~~"),
    ],
    inline.replace_emoji_names: [
        ("好:smile::+1: 12:30:45 a:b:c :no_such_name:", "好😄👍 12:30:45 a:b:c :no_such_name:"),
    ],
    commonmark.quote_addresses: [
        ("![图](img/a b.png)", "![图](<img/a b.png>)"),
        ('![图](a b.png "题")', '![图](<a b.png> "题")'),
        ("见[颜色](01 Colors.md)一节", "见[颜色](<01 Colors.md>)一节"),
        ("见[2.6 接口](#2.6 接口)和[调用](# 4.1 调用)", "见[2.6 接口](<#2.6 接口>)和[调用](<# 4.1 调用>)"),
        ("[甲](../b c#d) [乙](丙 丁)", "[甲](<../b c#d>) [乙](丙 丁)"),
        ('![图](a.png "题 目") ![图](a.png)', '![图](a.png "题 目") ![图](a.png)'),
        ("![图](图 1，左；右（新）.png)与[乙](乙，丙 1.md)", "![图](<图 1，左；右（新）.png>)与[乙](<乙，丙 1.md>)"),
        ("[甲](/a）与 乙（丙) [丁](https://a.cn，见 乙)", "[甲](/a）与 乙（丙) [丁](https://a.cn，见 乙)"),
        (
            "带宽见[甲](https://a.cn/b）芯片，另一种是 HBM（高带宽) 等",
            "带宽见[甲](https://a.cn/b）芯片，另一种是 HBM（高带宽) 等",
        ),
    ],
    commonmark.align_delimiter_rows: [
        ("甲 | 乙\n      ---|---\n丙 | 丁", "甲 | 乙\n---|---\n丙 | 丁"),
        ("| 甲 | 乙 |\n\t| - | - |", "| 甲 | 乙 |\n| - | - |"),
        ("甲\n      ---|---", "甲\n      ---|---"),
    ],
    commonmark.separate_definitions: [
        (
            "见[甲][1]。\n  [1]: https://a.cn\n  [2]: b.md '乙'\n",
            "见[甲][1]。\n\n  [1]: https://a.cn\n  [2]: b.md '乙'\n",
        ),
        ("见[甲][1]。\n\n[1]: https://a.cn", "见[甲][1]。\n\n[1]: https://a.cn"),
        ("参考：\n[1]: https://a.cn\n[2]: https://b.cn", "参考：\n[1]: https://a.cn\n[2]: https://b.cn"),
        ("[甲][1]\n[1]: 见下文", "[甲][1]\n[1]: 见下文"),
        ("[甲][a] [乙][1]\n\n[a]:\n[1]: b.md", "[甲][a] [乙][1]\n\n[a]:\n[1]: b.md"),
    ],
    commonmark.unindent_elements: [
        (
            "<table>\n  <tr>\n\n    <td>甲</td>\n \n\t  </tr>\n</table>",
            "<table>\n  <tr>\n\n<td>甲</td>\n \n</tr>\n</table>",
        ),
        ("<table>\n<td>\n\n    <code>a</code>\n\n</table>", "<table>\n<td>\n\n<code>a</code>\n\n</table>"),
        ("<table></table>\n\n    <td>码</td>", "<table></table>\n\n    <td>码</td>"),
        ("<table>\n\n    代码\n</table>", "<table>\n\n    代码\n</table>"),
        ("- 项\n\n    <table>\n\n    <td>甲</td>", "- 项\n\n    <table>\n\n    <td>甲</td>"),
    ],
    commonmark.space_headings: [
        ("##标题", "## 标题"),
        ("* ###标题\n> 1. ##题", "* ### 标题\n> 1. ## 题"),
        ("文\n######标题\n文", "文\n###### 标题\n文"),
        ("##\u3000标题\n#\u3000标题\n#\xa0标题", "## \u3000标题\n# \u3000标题\n# \xa0标题"),
        ("## 标题", "## 标题"),
        ("#标签", "#标签"),
        ("#######七个", "#######七个"),
        ("文 ##不在行首", "文 ##不在行首"),
    ],
    commonmark.escape_label_paragraphs: [
        ("[注]: 见下文的说明。", "\\[注]: 见下文的说明。"),
        ("文\n   [注 1]:见下文", "文\n   \\[注 1]:见下文"),
        ("[1]: http://a.cn", "[1]: http://a.cn"),
        ("[^1]: 脚注", "[^1]: 脚注"),
        ("    [注]: 代码", "    [注]: 代码"),
    ],
    pandoc.remove_quarto_references: [
        ("见@fig-a与（@tbl-b），[图 @Fig-c] [-@sec-d]。", "见与，图 。"),
        ("a@fig-b.com、@eq-x/y、@fig-x.md 与 \\@fig-a", "a@fig-b.com、@eq-x/y、@fig-x.md 与 \\@fig-a"),
    ],
    jsx.open_elements: [
        ("<p>\n**甲**\n</p>\n<p class='a'>**乙**</p>", "\n**甲**\n\n\n**乙**\n"),
        ("<details>\n<summary>题</summary>\n  - 一\n    - 二\n</details>", "\n\n题\n\n  - 一\n    - 二\n"),
        ("<div>\n    - 一\n</div>\n- <p>[乙](b) 丙</p>\n- 丁", "\n- 一\n\n- [乙](b) 丙\n\n- 丁"),
        ("文 <p>甲</p>\n  <p>\n乙\n<pre>", "文 <p>甲</p>\n  <p>\n乙\n<pre>"),
    ],
    jsx.close_elements: [
        ('<iframe\n  src="a"\n/>\n\n甲', '<iframe\n  src="a"\n></iframe>\n\n甲'),
        (
            "<table>\n<tr>\n<td>甲</td>\n</tr>\n</table>\n**乙**",
            "<table>\n<tr>\n<td>甲</td>\n</tr>\n</table>\n\n**乙**",
        ),
        ("<img src='a' />\n<br/>\n  </td>\n甲", "<img src='a' />\n<br/>\n  </td>\n甲"),
    ],
    jsx.remove_expressions: [
        ("变量 {props.name} 与 {'文字'} 与 {a && {b: 1}}。", "变量  与 文字 与 。"),
        ("\\{不是表达式} { 没有结束", "\\{不是表达式} { 没有结束"),
        ("{ `模板` }", "模板"),
    ],
    inline.mark_strong: [
        ("这是**“重点”**内容，**注意：**后面", "这是<strong>“重点”</strong>内容，<strong>注意：</strong>后面"),
        ("**16、****关闭窗口**与**注：****甲**后", "**16、关闭窗口**与**注：甲**后"),
        ("尾号为****的卡，138****1234 与 **粗**", "尾号为****的卡，138****1234 与 **粗**"),
        ("普通**粗体**字 **《书》** 好", "普通**粗体**字 **《书》** 好"),
        ("2**3 与 4 ** 5", "2**3 与 4 ** 5"),
        ("在 [然后] **** 区块下，按 [加入]****。", "在 [然后] 区块下，按 [加入]。"),
        ("**数值 (38) ** 与 **文本 **，完。", "<strong>数值 (38)</strong> 与 <strong>文本</strong>，完。"),
        ("**/*.md 和 **/a.py", "**/*.md 和 **/a.py"),
    ],
}
LISTS = (NORMALIZERS, QUARTO_NORMALIZERS, MDX_NORMALIZERS, STRONG_NORMALIZERS)
ALL = tuple(dict.fromkeys(each for one in LISTS for each in one.normalizers))
PAIRS = [
    pytest.param(each, *case, id=f"{each.normalize.__name__}-{number}")
    for each in ALL
    for number, case in enumerate(CASES[each.normalize])
]


def test_every_normalizer_has_cases() -> None:
    assert list(CASES) == [each.normalize for each in ALL]


@pytest.mark.parametrize(("normalizer", "text", "normalized"), PAIRS)
def test_a_normalizer_alone(normalizer: Normalizer, text: str, normalized: str) -> None:
    assert normalizer.normalize(text) == normalized


@pytest.mark.parametrize(("normalizer", "text", "normalized"), PAIRS)
def test_the_triggers_of_a_normalizer_are_in_all_texts_that_it_changes(
    normalizer: Normalizer, text: str, normalized: str
) -> None:
    assert normalizer.is_needed(f"\n{text}") or text == normalized


@pytest.mark.parametrize(("normalizer", "text", "normalized"), PAIRS)
def test_code_is_not_changed(normalizer: Normalizer, text: str, normalized: str) -> None:
    fence = f"`````md\n{text}\n`````\n"
    assert normalize(fence, MDX_NORMALIZERS) == fence
    raw = f"{{% raw %}}{text}{{% endraw %}}"
    assert normalize(raw) == text
    if "`" not in text and "\n" not in text:
        assert normalize(f"前`{text}`后") == f"前`{text}`后"


@pytest.mark.parametrize("normalizer", NORMALIZERS.normalizers)
def test_a_text_without_markup_is_not_changed(normalizer: Normalizer) -> None:
    text = "# 标题\n\n一段文字，[链接](a.md) 与 `代码`。\n\n- 甲\n- 乙\n"
    assert normalizer.normalize(text) == text
    assert normalize(text) == text


MARKUP = (
    *"{% %} {{ }} {{< >}} {# #} {/* */ ::: !!! [! ] [[ ]] ![[ %% == ++ ** ^[ [^ ]: {: } <A </A> <b={ ` ``` ~~~ $ $$ \\ >".split(),
    *("- ", "文", "a", " ", "\n", "\n\n", "    "),
)


ROLES = [
    ("见 {ref}`下一章` 与 {py:func}`len`", "见 下一章 与 `len`"),
    ("见 {ref}`下一章 <next>`、{doc}`安装\\ <../install>`", "见 下一章、安装\\"),
    ("见 {ref}`sec-tea`和{doc}`../guide/install`", "见 和"),
    ("{py:meth}`~tea.Pot.pour` 与 {class}`!Cup`", "`pour` 与 `Cup`"),
    ("如 :numref:`fig_tea` 所示 :cite:`Lu.2010`\n:label:`sec_tea`", "如  所示 \n"),
    ("{cite:p}`lu2010,cha2011` {octicon}`check;1em` {bdg-primary}`新`", "  新"),
    ("{math}`a<b>`、{kbd}`Ctrl`、{sub}`二`", "`a<b>`、`Ctrl`、二"),
    (
        "{index}`循环`与{index}`!数组`、{term}`key-value`、{download}`data/foo.zip`、{any}`foo_bar`",
        "循环与数组、key-value、data/foo.zip、foo_bar",
    ),
    (
        "{std:term}`a-b`，模板 {width}`100` 与 {label}`a`，图\n:width:`400px`",
        "a-b，模板 {width}`100` 与 {label}`a`，图\n",
    ),
    ("值 {x}`y`，注意:`代码` 与 a:ref:`b`", "值 {x}`y`，注意:`代码` 与 a:ref:`b`"),
]


@pytest.mark.parametrize(("text", "normalized"), ROLES)
def test_roles_become_what_the_page_shows(text: str, normalized: str) -> None:
    assert normalize(text) == normalized
    assert normalize(f"````md\n{text}\n````") == f"````md\n{text}\n````"


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("```\n{{< a >}}\n\n乙{{< b >}}", None),
        ("- 甲\n\n  ```js\n  {{< a >}}\n\n乙{{< b >}}", "- 甲\n\n  ```js\n  {{< a >}}\n\n乙"),
        ("1. ```\n   {{< a >}}\n乙{{< b >}}", "1. ```\n   {{< a >}}\n乙"),
        ("- 甲\n  - 乙\n\n    ```\n    {{< a >}}\n  丙{{< b >}}", "- 甲\n  - 乙\n\n    ```\n    {{< a >}}\n  丙"),
        ("1.\t甲\n\n\t```\n\t{{< a >}}\n乙{{< b >}}", "1.\t甲\n\n\t```\n\t{{< a >}}\n乙"),
        ("- 甲\n\n乙\n\n  ```\n{{< a >}}", None),
        ("- 甲\n\n  ```\n{{< a >}}\n```", None),
    ],
)
def test_an_open_fence_ends_with_its_list_item(text: str, normalized: str | None) -> None:
    assert normalize(text) == (text if normalized is None else normalized)


@pytest.mark.parametrize("length", [*range(1, 60), 3_000])
def test_one_search_for_all_normalizers_finds_those_that_are_needed(length: int) -> None:
    chance = random.Random(length)
    text = "".join(chance.choices((*MARKUP, *(pair.values[1] for pair in PAIRS)), k=length))
    for normalizers in LISTS:
        slowly = [each for each in normalizers.normalizers if each.is_needed(f"\n{without_fences(text)}")]
        assert normalizers.needed_for(text) == slowly


@pytest.mark.parametrize("length", [*range(1, 60), 3_000])
def test_random_markup_is_normalized_without_errors_and_placeholders(length: int) -> None:
    chance = random.Random(length)
    text = "".join(chance.choices(MARKUP, k=length))
    for normalizers in LISTS:
        assert not set(normalize(text, normalizers)) & set("\x00\x01\x02")
