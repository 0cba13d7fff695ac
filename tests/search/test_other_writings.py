"""Words are found in other ways to write them: one word typed apart, several typed as one, and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchlib
from tests.small_indexes import index_of, titled

TEXTS = {
    "journey.md": ("画图", "Midjourney 画图很快。"),
    "mid.md": ("笔记", "the mid point of my journey"),
    "tls.md": ("握手", "只支持 TLS1.2 的握手。"),
    "cicd.md": ("流水线", "CI/CD 用脚本，git cherry-pick 一个提交，USB Type-C 接口。"),
    "phone.md": ("手机", "iPhone 14 Pro Max 发布了。"),
    "space.md": ("航天", "神舟十五号航天员乘组返回。"),
    "sale.md": ("促销", "双十一买的硬盘，原价 1,600 日元，共 28,150.36 元。"),
    "sale11.md": ("打折", "双11的折扣。"),
    "age.md": ("辞职", "35 岁危机，每天 5 分钟，90后辞职，延迟 10ms。"),
    "tour.md": ("京都五日游记", "清水寺。"),
    "report.md": ("学习", "党的二十大报告。"),
    "cook.md": ("菜谱", "加 600ml 开水，盐 300 克，气温 9℃，跑了 21km。"),
    "day.md": ("股市", "2月18日大盘下跌。"),
    "travel.md": ("百年", "百年孤独，一带一路，千百年来，第 100 年。"),
    "five.md": ("网络", "5G 手机。"),
    **{f"search{number}.md": ("搜索", "search the list of words") for number in range(30)},
    "searchlist.md": ("函数", "call searchlist"),
    "talk.md": ("闲话", "和邻居聊天。"),
    "gram.md": ("称重", "5 克盐。"),
    "wireless.md": ("无线", "WiFi 信号，编码是 UTF8，视频是 H264。"),
    **{f"plug{number}.md": ("接口", "Wi-Fi 和 USB-C 充电。") for number in range(5)},
    "fund.md": ("募捐", "共募得 150 万元，比 2019-07-08 多 3.2亿。"),
    "screen.md": ("电脑", "27 英寸显示器，16G 内存，要做 A/B 测试。"),
    "plan.md": ("规划", "二〇二五年前建成，共一百二十万亩良田，走了一百天。"),
    "boot.md": ("后端", "springboot 入门。"),
    **{f"boot{number}.md": ("框架", "Spring 的 spring boot 配置。") for number in range(3)},
    "price.md": ("罚款", "罚款 1.5 万元，停车 35 元，体温 36.5 度。"),
    "law.md": ("离婚", "依据《民法典》第一千零七十九条，以及《刑法》第 264 条。"),
    "year.md": ("半年报", "公司在 2023年7月的营收。"),
    "log.md": ("纪要", "会议在 2018年5月6日召开，到会 23,000 人。"),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    with index_of(titled(TEXTS), tmp_path_factory.mktemp("writings")) as opened:
        yield opened


WRITINGS = [
    ("mid journey", "journey.md", "Midjourney", "midjourney"),
    ("tls 1.2", "tls.md", "TLS1.2", "tls1.2"),
    ("cicd", "cicd.md", "CI/CD", "ci cd"),
    ("cherrypick", "cicd.md", "cherry-pick", "cherry pick"),
    ("typec", "cicd.md", "Type-C", "type c"),
    ("iPhone14ProMax", "phone.md", "iPhone 14 Pro Max", "iphone 14 pro max"),
    ("神舟15", "space.md", "神舟十五", "神舟十五"),
    ("神舟15号", "space.md", "神舟十五号", "神舟十五号"),
    ("神舟15号乘组", "space.md", "神舟十五号", "神舟十五号乘组"),
    ("20大报告", "report.md", "二十大报告", "二十大报告"),
    ("三十五岁", "age.md", "35 岁", "35岁"),
    ("五分钟", "age.md", "5 分钟", "5分钟"),
    ("京都5日游", "tour.md", "京都五日游", "京都五日游"),
    ("1600日元", "sale.md", "1,600 日元", "1,600日元"),
    ("28150.36", "sale.md", "28,150.36", "28,150.36"),
    ("600毫升", "cook.md", "600ml", "600ml"),
    ("600 毫升", "cook.md", "600ml", "600ml"),
    ("300g", "cook.md", "300 克", "300克"),
    ("21公里", "cook.md", "21km", "21km"),
    ("9度", "cook.md", "9℃", "9℃"),
    ("2月18号", "day.md", "2月18日", "2月18日"),
    ("聊天儿", "talk.md", "聊天", "聊天"),
    ("utf-8", "wireless.md", "UTF8", "utf8"),
    ("utf 8", "wireless.md", "UTF8", "utf8"),
    ("h.264", "wireless.md", "H264", "h264"),
    ("编码 utf-8", "wireless.md", "UTF8", "utf8"),
    ("民法典1079条", "law.md", "第一千零七十九条", "民法典第一千零七十九条"),
    ("民法典 1079条", "law.md", "第一千零七十九条", "第一千零七十九条"),
    ("23年7月", "year.md", "2023年7月", "2023年7月"),
    ("202307", "year.md", "2023年7月", "2023年7月"),
    ("July 2023", "year.md", "2023年7月", "2023年7月"),
    ("营收 July 2023", "year.md", "2023年7月", "2023年7月"),
    ("二月十八日", "day.md", "2月18日", "2月18日"),
    ("1500000元", "fund.md", "150 万元", "150万元"),
    ("一百五十万元", "fund.md", "150 万元", "150万元"),
    ("32000万", "fund.md", "3.2亿", "3.2亿"),
    ("2.3万人", "log.md", "23,000 人", "23,000人"),
    ("ab测试", "screen.md", "A/B 测试", "a/b测试"),
    ("27寸", "screen.md", "27 英寸", "27英寸"),
    ("16gb内存", "screen.md", "16G 内存", "16g内存"),
    ("二零二五年", "plan.md", "二〇二五年", "二〇二五年"),
    ("2025年", "plan.md", "二〇二五年", "二〇二五年"),
    ("120万亩", "plan.md", "一百二十万亩", "一百二十万亩"),
    ("100天", "plan.md", "一百天", "一百天"),
    ("九零后辞职", "age.md", "90后辞职", "90后辞职"),
    ("一万五千块", "price.md", "1.5 万元", "1.5万元"),
    ("35块钱", "price.md", "35 元", "35元"),
    ("三十六点五度", "price.md", "36.5 度", "36.5度"),
    ("20180506", "log.md", "2018年5月6日", "2018年5月6日"),
    ("2018-05-06", "log.md", "2018年5月6日", "2018年5月6日"),
    ("2018/5/6", "log.md", "2018年5月6日", "2018年5月6日"),
    ("2019年7月8日", "fund.md", "2019-07-08", "2019-07-08"),
]


@pytest.mark.parametrize(("query", "article", "marked", "named"), WRITINGS)
def test_another_way_to_write_a_query_is_found_marked_and_named(
    index: searchlib.Index, query: str, article: str, marked: str, named: str
) -> None:
    results = index.search(query)
    first = results.hits[0]
    assert (first.id, results.full) == (article, 1)
    pieces = [*first.title_spans, *(piece for snippet in first.snippets for piece in snippet)]
    assert marked in [text for text, is_marked in pieces if is_marked]
    assert f"也查找了其他写法：{named}。" in map(str, results.notes)
    assert (results.searched, results.correction) == (query, None)


def test_an_article_of_a_law_is_found_without_its_ordinal(index: searchlib.Index) -> None:
    assert index.search("刑法264条").hits[0].id == "law.md"
    assert index.search("刑法264条").full == 1


def test_the_number_as_typed_ranks_first(index: searchlib.Index) -> None:
    for query, ids in [("双11", ["sale11.md", "sale.md"]), ("双十一", ["sale.md", "sale11.md"])]:
        results = index.search(query)
        assert [hit.id for hit in results.hits] == ids
        assert not results.relaxed


@pytest.mark.parametrize(
    ("query", "other"), [("型号 202307", "2023"), ("邮编 201805", "2018"), ("时效 12条", "第"), ("百分之二十余", "20%")]
)
def test_a_number_is_not_written_as_another_kind_of_number(tmp_path: Path, query: str, other: str) -> None:
    files = {**LAWS, "dates.md": "# 日期\n\n2023年7月，2018年5月，20%。\n"}
    with index_of(files, tmp_path) as opened:
        assert not any(other in str(note) for note in opened.search(query).notes if "其他写法" in str(note))


@pytest.mark.parametrize(
    "query", ["百年孤独", "一带一路", "千百年来", "5g手机", "第100年", "midjourney", "20", "三", "5.", "（5）", "10m/s"]
)
def test_other_words_with_numerals_stay_as_typed(index: searchlib.Index, query: str) -> None:
    assert not index.search(query).notes


@pytest.mark.parametrize("query", [query for query, *_ in WRITINGS])
def test_verbatim_and_quoted_queries_have_no_other_writings(index: searchlib.Index, query: str) -> None:
    assert not index.search(query, verbatim=True).notes
    assert not index.search(f'"{query}"').notes


@pytest.mark.parametrize(("query", "as_typed"), [("wi-fi", 5), ("wi fi", 5), ("wifi", 1)])
def test_a_word_with_and_without_a_hyphen_is_the_same_and_ranks_first_as_typed(
    index: searchlib.Index, query: str, as_typed: int
) -> None:
    found = [hit.id for hit in index.search(query, repeats="show").hits]
    assert len(found) == 6
    assert (found.index("wireless.md") == 0) == (query == "wifi")


def test_two_words_that_are_mostly_apart_are_not_joined(index: searchlib.Index) -> None:
    results = index.search("pro max")
    assert (results.total, results.notes) == (1, ())
    results = index.search("search list")
    assert (results.total, results.notes) == (30, ())


def test_a_word_that_is_mostly_written_as_two_finds_both(index: searchlib.Index) -> None:
    found = [hit.id for hit in index.search("springboot", repeats="show").hits]
    assert (found[0], len(found)) == ("boot.md", 4)


def test_a_part_of_a_word_can_be_two_words_although_other_articles_have_it_as_one(tmp_path: Path) -> None:
    texts = {"phone.md": "iPhone 15 Pro Max 发布了。", "brand.md": "promax 牌的屏保。"}
    with index_of(texts, tmp_path) as index:
        results = index.search("iphone15promax")
        assert [hit.id for hit in results.hits] == ["phone.md"]
        assert [*map(str, results.notes)] == ["也查找了其他写法：iphone 15 pro max。"]


def test_the_notes_of_joined_words_and_of_longer_words_are_both_listed(tmp_path: Path) -> None:
    texts = {"model.md": "OpenAI 用 Kubernetes 训练模型。", "door.md": "open the door", "art.md": "AI 绘画。"}
    with index_of(texts, tmp_path) as index:
        results = index.search("open ai ubernetes")
        assert results.hits[0].id == "model.md"
        assert [*map(str, results.notes)] == [
            "也查找了其他写法：openai。",
            "没有文章含有“ubernetes”这个词，已查找含有它的词：kubernetes。",
        ]


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("神 舟 十 五", "神舟十五"),
        ("神 舟 十 五 号 乘组", "神舟十五号 乘组"),
        ("百 年 孤 独", "百年孤独"),
        ("一 带 一 路 WiFi", "一带一路 WiFi"),
    ],
)
def test_single_characters_side_by_side_are_one_text_if_articles_contain_it(
    index: searchlib.Index, query: str, same: str
) -> None:
    results = index.search(query)
    assert (results.query, results.searched) == (query, query)
    assert [hit.id for hit in results.hits] == [hit.id for hit in index.search(same).hits]
    assert all(any(is_match for _, is_match in hit.snippets[0]) for hit in results.hits)


def test_single_characters_side_by_side_stay_one_text_beside_joined_words(tmp_path: Path) -> None:
    texts = {"run.md": "人工智能公司 OpenAI 成立。", "apart.md": "OpenAI 的能人，用智慧做工。"}
    with index_of(texts, tmp_path) as index:
        assert index.search("人 工 智 能 open ai").full == index.search("人工智能 open ai").full == 1


def test_single_characters_that_no_article_contains_side_by_side_are_separate(index: searchlib.Index) -> None:
    assert index.search("年 百 独").full == 1
    assert index.search("百 年").full == index.search("年 百").full


LAWS = {
    "criminal.md": "# 刑法\n\n第十二条 时效。\n\n第二百六十四条 盗窃公私财物的，罚金为百分之二十。\n",
    "civil.md": "# 民法典\n\n第一千零七十九条 准予离婚，年满十四周岁。\n",
    "notes.md": "# 讲义\n\n第12条 考点：刑法。\n",
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("刑法第264条", ["criminal.md"]),
        ("民法典第1079条", ["civil.md"]),
        ("第1079条", ["civil.md"]),
        ("刑法第12条", ["notes.md", "criminal.md"]),
        ("刑法 12条", ["notes.md", "criminal.md"]),
        ("罚金 20%", ["criminal.md"]),
        ("年满14岁", ["civil.md"]),
    ],
)
def test_an_article_of_a_law_is_found_by_its_number_in_digits(tmp_path: Path, query: str, expected: list[str]) -> None:
    with index_of(LAWS, tmp_path) as opened:
        results = opened.search(query)
        assert [hit.id for hit in results][: len(expected)] == expected
        assert "其他写法" in str(results.notes[0])


@pytest.mark.parametrize("query", ["三十五元", "35块", "三十五块钱", "百分之三点五"])
def test_whole_numbers_rank_before_longer_ones_in_other_writings_too(tmp_path: Path, query: str) -> None:
    texts = {
        "longer.md": ("金价", "每克 223.35 元，另一种 219.35元，33.5%。"),
        "whole.md": ("门票", "请带好证件，排队进场，然后每人收取 35 元，占收入的 3.5%。"),
        "version.md": ("版本 3.5 发布", "3.5 的新特性，3.5 的修复。"),
    }
    with index_of(titled(texts), tmp_path) as index:
        results = index.search(query)
        assert results.hits[0].id == "whole.md"
        assert results.notes
