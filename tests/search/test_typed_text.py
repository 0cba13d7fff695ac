"""Articles that contain the query as typed come first, even if it has operators. The results list the operators."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import searchlib
from searchlib.engines.base import EngineResults, Filters, Request
from searchlib.engines.common.deadline import Deadline
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.query.parser import parse
from searchlib.query.planner import plan
from searchlib.search.typed_text import TypedTextFinder
from tests.small_indexes import ids, index_of, titled

TEXTS = {
    "delete.md": ("删除目录", "小心使用 rm -rf 这个命令。"),
    "log.md": ("看日志", "运行 tail -f app.log 可以持续输出。"),
    "archive.md": ("解压", "tar -zxvf a.tar.gz 解压到当前目录。"),
    "upgrade.md": ("升级", "pip install --upgrade pip"),
    "null.md": ("建表", "这一列是 NOT NULL，不能为空。"),
    "cold.md": ("天气", "明天最低气温 -5℃，注意保暖。"),
    "warm.md": ("空调", "制冷时调到 25℃，相差 3-5℃。"),
    "years.md": ("年表", "2021 - 2022 年度报告"),
    "colon.md": ("报告", "页面上写着 标题：测试 四个字。"),
    "title.md": ("测试的标题", "正文。"),
    "pipe.md": ("管道", "ps aux | grep java 列出进程。"),
    "media.md": ("新媒体", "新媒体营销的方法，内容-营销。"),
    "plain.md": ("新媒体入门", "新媒体的写作。"),
    "python.md": ("Python", "python django 与 flask"),
    "rm.md": ("rm", "rm 命令的说明，rm 很危险。另见 unlink。"),
    "flags.md": ("选项", "rm 与 rf 这两个词。tail 与 f，grep 与 java。"),
    "find.md": ("清理", 'find . -name "*.tmp" -exec unlink {}'),
    "grep.md": ("过滤", 'grep "java" -v'),
    "numbers.md": ("数字", "2022、2021 和 5，pip 的 install。"),
    "treaty.md": ("新闻", "双方十年前签署《合作框架》(ABC)。ABC是为往来，还有关税和投资等别的内容。"),
    "loop.md": ("循环", "最简单的写法是 for i in range(3)，其他都一样。"),
    "range.md": ("for, in, i, range", "i 在 range 里，for 与 in 是关键字。range 的 i，for 的 range，in 的 i。"),
    "phone.md": ("红杉 9 评测", "红杉 9 的屏幕，红杉 19 的屏幕。"),
    "launch.md": ("9 月 9 日红杉新品", "红杉，9 月发布。红杉红杉红杉。"),
    "treaties.md": ("合作框架 ABC", "ABC是为合作框架，ABC，合作框架是为 ABC 而设。"),
}


def recorded_requests(index: searchlib.Index, monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Return a list to which each search of the engine adds its request."""
    engine = type(index._current().engine)
    search, requests = engine.search, []

    def record(self: WhooshEngine, request: Request) -> EngineResults:
        requests.append(request)
        return search(self, request)

    monkeypatch.setattr(engine, "search", record)
    return requests


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    folder = tmp_path_factory.mktemp("typed")
    with index_of(titled(TEXTS), folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("rm -rf", "delete.md"),
        ("RM  -RF", "delete.md"),
        ("ｒｍ －ｒｆ", "delete.md"),
        ("tail -f app.log", "log.md"),
        ("tail -f", "log.md"),
        ("tar -zxvf", "archive.md"),
        ("pip install --upgrade", "upgrade.md"),
        ("NOT NULL", "null.md"),
        ("-5℃", "cold.md"),
        ("2021 - 2022", "years.md"),
        ("标题：测试", "colon.md"),
        ("ps aux | grep java", "pipe.md"),
        ("作框架》（ABC）。ABC是为", "treaty.md"),
        ("for i in range", "loop.md"),
        ("循环 for i in range", "loop.md"),
        ("红杉 9", "phone.md"),
    ],
)
@pytest.mark.parametrize("literal", [False, True])
def test_what_an_article_contains_as_typed_comes_first(
    index: searchlib.Index, query: str, first: str, literal: bool
) -> None:
    results = index.search(query, literal=literal)
    assert ids(results)[0] == first
    assert results.searched == query
    marked = [
        piece for spans in (*results.hits[0].snippets, results.hits[0].title_spans) for piece in spans if piece[1]
    ]
    assert marked


def test_articles_as_typed_pass_the_filters_and_are_counted(index: searchlib.Index) -> None:
    assert index.search("rm -rf", tag="没有").total == 0
    results = index.search("rm -rf")
    assert ids(results) == ["delete.md", "rm.md"]
    assert (results.total, results.full) == (2, 2)
    assert [*ids(index.search("rm -rf", size=1)), *ids(index.search("rm -rf", size=1, page=2))] == ids(results)


@pytest.mark.parametrize("query", ["新媒体 -营销", "新媒体 NOT 营销", "新媒体-营销 -营销"])
def test_a_negation_that_no_article_contains_as_typed_excludes(index: searchlib.Index, query: str) -> None:
    assert "media.md" not in ids(index.search(query))


def test_a_symbol_is_part_of_what_was_typed(index: searchlib.Index) -> None:
    assert "python.md" not in ids(index.search("python -django"))
    assert "warm.md" not in ids(index.search("-5℃", size=1))


def test_a_lone_negation_of_han_excludes_although_it_is_part_of_a_text(index: searchlib.Index) -> None:
    results = index.search("-营销", size=100)
    assert results.total == len(TEXTS) - 1
    assert "media.md" not in ids(results)


@pytest.mark.parametrize(
    ("query", "operators"),
    [
        ("rm -rf", [("not", "rf")]),
        ("新媒体 NOT 营销", [("not", "营销")]),
        ('新媒体 -"内容营销"', [("not", '"内容营销"')]),
        ("媒体 OR 营销", [("or", "媒体 OR 营销")]),
        ("标题：测试 作者：甲", [("title", "测试"), ("author", "甲")]),
        ("新媒体 营销", []),
        ("pip install --upgrade", []),
        ("", []),
    ],
)
def test_results_say_what_was_read_as_an_operator(
    index: searchlib.Index, query: str, operators: list[tuple[str, str]]
) -> None:
    results = index.search(query)
    assert [(each.kind, each.text) for each in results.operators] == operators
    assert len(results.notes) == len(operators)
    assert all(text in note for (_, text), note in zip(operators, results.notes, strict=True))
    assert results.to_dict()["operators"] == [{"kind": kind, "text": text} for kind, text in operators]
    literal = index.search(query, literal=True)
    assert (literal.operators, literal.notes) == ((), ())


def test_a_lone_negation_that_an_article_contains_as_typed_excludes_nothing(index: searchlib.Index) -> None:
    results = index.search("-5℃")
    assert (ids(results), results.total) == (["cold.md", "warm.md"], 2)
    assert results.operators == ()
    assert "searched literally" in results.notes[0].english
    assert ids(index.search("--upgrade")) == ["upgrade.md"]
    assert ids(index.search("-rf"))[0] == "delete.md"
    assert index.search("-没有的词").total == len(TEXTS)


@pytest.mark.parametrize(("query", "other"), [("-rf", "NOT rf"), ("NOT NULL", "-NULL")])
def test_the_note_of_a_literal_negation_tells_the_other_way_to_write_it(
    index: searchlib.Index, query: str, other: str
) -> None:
    (note,) = index.search(query).notes
    assert f"write {other}." in note.english
    (note,) = index.search(other).notes
    assert "operator" in note.english


def test_a_lone_negative_number_is_read_literally_if_an_article_contains_it(index: searchlib.Index) -> None:
    assert ids(index.search("-5"))[0] == "cold.md"
    (note,) = index.search("-25").notes
    assert "operator" in note.english
    assert index.search("-python").total == len(TEXTS) - 1


@pytest.mark.parametrize("query", ["-38℃", "－38.5%", "-38度"])
def test_a_lone_negative_quantity_is_read_literally(index: searchlib.Index, query: str) -> None:
    results = index.search(query)
    assert (results.full, results.operators) == (0, ())


def test_a_pasted_command_with_a_quotation_is_found_as_typed(index: searchlib.Index) -> None:
    assert ids(index.search('find . -name "*.tmp" -exec unlink {}')) == ["find.md"]
    results = index.search('grep "java" -v')
    assert (ids(results)[0], results.operators) == ("grep.md", (searchlib.QueryOperator(kind="not", text="v"),))
    assert ids(index.search('"新媒体" 营销'))[0] == "media.md"


def test_an_option_beside_a_pattern_of_files_or_a_block_excludes_nothing(index: searchlib.Index) -> None:
    assert index.search("find . -name *.log").operators == ()
    assert index.search("find . -exec rm {}").operators == ()


def test_the_last_word_as_typed_may_be_the_beginning_of_a_longer_one(index: searchlib.Index) -> None:
    assert ids(index.search("tail -f app.lo"))[0] == "log.md"
    assert ids(index.search("tar -zxv"))[0] == "archive.md"
    assert ids(index.search("pip install --up"))[0] == "upgrade.md"


def test_in_a_literal_query_nothing_is_excluded(index: searchlib.Index) -> None:
    assert ids(index.search("rm -rf", literal=True))[:2] == ["delete.md", "flags.md"]
    assert "media.md" in ids(index.search("-营销", literal=True))
    assert ids(index.search("NOT NULL", literal=True)) == ["null.md"]


def test_facet_values_are_those_of_a_literal_query(index: searchlib.Index) -> None:
    assert index.facet_values("tag", "rm -rf", literal=True) == index.facet_values("tag", "rm rf")


@pytest.fixture(scope="module")
def symbols(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    folder = tmp_path_factory.mktemp("symbols")
    texts = {
        "net.md": ("平台", "用 .NET Core 写服务，讲依赖注入。"),
        "core.md": ("平台", "只提到 .NET Core。"),
        "java.md": ("平台", "java.net Core 的依赖注入，依赖注入，依赖注入。"),
        "sys.md": ("平台", "/sys/net core 依赖注入，net core 依赖注入。"),
        "cpp20.md": ("语言", "C++20 带来模块，还有很多别的内容，例如协程和概念，以及范围。"),
        "cpp.md": ("语言", "C++ 20 年的模块。C++ 20 模块，模块，模块。"),
        "half.md": ("统计", "今年的销量比去年增长 50%，其中还有很多别的原因，例如价格和天气，以及政策。"),
        "fifty.md": ("50 岁", "50 年，50 次，50 人，增长。"),
        "decimal.md": ("50.5 与 1.50%", "1.50%，50.5，50 与 1.50%，增长。"),
        "price.md": ("价目", "一本书要 ¥50，另一本更贵，还有很多别的书可以看，也可以借来看。"),
    }
    with index_of(titled(texts), folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "first"),
    [
        (".NET Core 依赖注入", ["net.md", "core.md"]),
        (".net core", ["net.md", "core.md"]),
        ("依赖注入 .NET", ["net.md", "core.md"]),
        ("C++20 模块", ["cpp20.md"]),
        ("C++20", ["cpp20.md"]),
        ("50%", ["half.md"]),
        ("增长 50％", ["half.md"]),
        ("￥50", ["price.md"]),
    ],
)
def test_articles_with_a_word_as_written_come_before_those_with_its_units(
    symbols: searchlib.Index, query: str, first: list[str]
) -> None:
    results = symbols.search(query)
    assert sorted(ids(results)[: len(first)]) == sorted(first)
    assert ids(results)[0] == first[0] or len(first) > 1


def test_pinyin_beside_a_name_is_read(tmp_path: Path) -> None:
    texts = {f"{at}.md": f"---\ntags: [张三]\n---\n新冠疫苗的第 {at} 次接种。\n" for at in range(6)}
    with index_of(texts | {"other.md": "接种新的疫苗以后休息。\n"}, tmp_path) as opened:
        results = opened.search("新guan疫苗 张三")
        assert results.searched == "新冠疫苗 张三"
        assert {hit.id for hit in results.hits[:6]} == {*texts}


PASTED = """Traceback (most recent call last):
  File "shop/main.py", line 3, in <module>
    run(main())
RuntimeError: this event loop is already running"""


def test_a_pasted_text_whose_quotation_no_article_contains_is_searched_without_quotes(tmp_path: Path) -> None:
    with index_of(
        {"loop.md": "---\ntitle: 报错\n---\nRuntimeError: this event loop is already running\n"}, tmp_path
    ) as index:
        results = index.search(PASTED)
        assert (ids(results), results.searched) == (["loop.md"], PASTED)
        assert "没有文章含有引号中的文字，已按普通文字查找。" in results.notes
        assert index.search(PASTED, verbatim=True).total == 0
        assert index.search('"main.py" event loop').total == 0


@pytest.mark.parametrize(
    ("query", "is_found"), [("「海洋地图」出炉", True), ("新“海洋地图”", True), ("「海洋地图」 出炉", False)]
)
def test_a_quotation_inside_a_text_is_searched_without_quotes_if_no_article_contains_it(
    tmp_path: Path, query: str, is_found: bool
) -> None:
    with index_of({"map.md": "# 新地图\n\n海洋的新地图出炉。\n"}, tmp_path) as index:
        results = index.search(query)
        assert ids(results) == (["map.md"] if is_found else [])
        assert bool(results.notes) == is_found
        assert index.search('"海洋地图" 和 "出炉"').total == 0


def test_words_that_are_mostly_written_as_typed_leave_the_order_to_the_score(tmp_path: Path) -> None:
    # More articles than are read to find a typed text.
    files = {f"{name}.md": f"# 笔记\n\n读文件属于 I/O，写文件{name}也是。\n" for name in range(220)}
    files["z.md"] = "# I/O\n\nI/O 的种类：阻塞 I/O，非阻塞 I/O。\n"
    with index_of(files, tmp_path) as index:
        assert ids(index.search("I/O"))[0] == "z.md"


@pytest.mark.parametrize(("query", "first"), [("1/3", "share.md"), ("A/B test", "test.md")])
def test_a_fraction_and_letters_with_a_slash_rank_first_as_typed(tmp_path: Path, query: str, first: str) -> None:
    files = {
        "version.md": "# TLS 1.3\n\nTLS 1.3 的 1.3 与 1.3。\n",
        "share.md": "# 人口\n\n约 1/3 的人，还有别的很多事情要说。\n",
        "letters.md": "# A b test\n\nA b test，test，test。\n",
        "test.md": "# 实验\n\n先做 A/B test，再看结果，还有别的很多事情要说。\n",
    }
    with index_of(files, tmp_path) as index:
        assert ids(index.search(query))[0] == first


@pytest.mark.parametrize(
    ("query", "first"),
    [("35元", "ticket.md"), ("35元 门票", "ticket.md"), ("¥35", "ticket.md"), ("$35", "board.md"), ("35%", "share.md")],
)
def test_a_quantity_ranks_before_the_end_of_a_longer_number(tmp_path: Path, query: str, first: str) -> None:
    files = {
        "gold.md": "# 223.35元\n\n门票：每克 223.35元，涨到 224.35元，再到 1,035元，35美圆，95.35%，95.35%。\n",
        "ticket.md": "# 乐园\n\n门票 35 元，还有别的很多事情要说，与价格无关，也不长。\n",
        "board.md": "# 电路板\n\n起价 35 美元，还有别的很多事情要说，与价格无关，也不长。\n",
        "share.md": "# 份额\n\n占 35%，还有别的很多事情要说，与价格无关，也不长。\n",
    }
    with index_of(files, tmp_path) as index:
        found = ids(index.search(query))
        assert found[0] == first
        assert "gold.md" in found


@pytest.mark.parametrize(("query", "first"), [("门票 35", "ticket.md"), ("35", "ticket.md"), ("十公里", "walk.md")])
def test_a_number_ranks_before_a_part_of_a_longer_one(tmp_path: Path, query: str, first: str) -> None:
    files = {
        "gold.md": "# 门票 35.80 元\n\n门票 35.80 元，门票 35.8 元，涨到 1,035 元。\n",
        "ticket.md": "# 乐园\n\n门票每人只要 35，还有别的很多事情要说，与价格无关，也不长。\n",
        "far.md": "# 五十公里\n\n五十公里与五十公里，五十公里。\n",
        "walk.md": "# 徒步\n\n每天走十公里，还有别的很多事情要说，与路程无关，也不长。\n",
    }
    with index_of(files, tmp_path) as index:
        found = ids(index.search(query))
        assert (found[0], len(found)) == (first, 2)


def test_a_number_inside_a_text_does_not_widen_it(tmp_path: Path) -> None:
    files = {f"{number}.md": f"# 网络 {number}\n\n5G手机与基站。\n" for number in range(12)}
    files["apart.md"] = "# 5G\n\n5G 基站，5G 网络，与手机无关。\n"
    with index_of(files, tmp_path) as index:
        assert index.search("5G手机").total == 12


def test_a_snippet_shows_the_whole_number_rather_than_a_part_of_a_longer_one(tmp_path: Path) -> None:
    lines = [
        "全长 36.3公里，跑了 36.3公里，共有 36.3公里。",
        *["还有别的很多事情要说，也不短。"] * 30,
        "终点在 3 公里以外。",
    ]
    with index_of({"a.md": "# 路程\n\n" + "\n\n".join(lines)}, tmp_path) as index:
        shown = [text for text, _ in index.search("3公里").hits[0].snippets[0]]
        assert "终点" in "".join(shown)
        assert "3 公里" in shown


def test_a_name_with_symbols_is_found_among_many_articles_with_its_letters(tmp_path: Path) -> None:
    files = {f"{name}.md": f"---\ndate: 2024-01-01\n---\n# get\n\nget 与 get，{name}。\n" for name in range(300)}
    files["old.md"] = "---\ndate: 2001-01-01\n---\n# 参数\n\n用 $_GET 读参数，还有别的很多事情要说，也不长。\n"
    with index_of(files, tmp_path) as index:
        assert ids(index.search("$_GET"))[0] == "old.md"
        assert ids(index.search("get"))[0] != "old.md"


def test_an_amount_ranks_before_the_beginning_of_a_longer_one(tmp_path: Path) -> None:
    files = {
        "long.md": "# ¥35.50\n\n门票 ¥35.50，涨到 ¥35,000，再到 ¥35.5。\n",
        "short.md": "# 乐园\n\n门票 ¥35，还有别的很多事情要说，与价格无关，也不长。\n",
    }
    with index_of(files, tmp_path) as index:
        assert ids(index.search("¥35")) == ["short.md", "long.md"]


def test_a_query_with_a_number_is_searched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with index_of({"a.md": "# 乐园\n\n门票 35元。\n"}, tmp_path) as index:
        requests = recorded_requests(index, monkeypatch)
        assert index.search("门票 35元", verbatim=True).full == 1
        assert len(requests) == len({repr(each.plan) for each in requests})


def test_a_number_ranks_no_article_without_the_other_words_first(tmp_path: Path) -> None:
    files = {"buffet.md": "# 自助餐\n\n自助餐很好。\n", "price.md": "# 价格\n\n每份 35元。\n"}
    files |= {f"{number}.md": f"# 笔记{number}\n\n今天没有什么。\n" for number in range(4)}
    with index_of(files, tmp_path) as index:
        assert ids(index.search("35元 自助餐 自助餐很好"))[0] == "buffet.md"


def test_all_articles_that_contain_a_text_with_operators_are_found(tmp_path: Path) -> None:
    files = {f"{number}.md": f"# 笔记{number}\n\n小心 rm -rf。\n" for number in range(60)}
    with index_of(files, tmp_path) as index:
        assert index.search("rm -rf").total == 60


def test_a_whole_number_ranks_first_beside_a_filter(tmp_path: Path) -> None:
    files = {f"{number}.md": f"# 618\n\n618 与 618，{number}。\n" for number in range(60)}
    files["gold.md"] = "---\ntags: [数学]\n---\n# 1.618\n\n1.618 与 1.618。\n"
    files["sale.md"] = "---\ntags: [数学]\n---\n# 促销\n\n下次 618 的时候，还有别的很多事情要说，也不长。\n"
    with index_of(files, tmp_path) as index:
        assert ids(index.search("618", tag="数学")) == ["sale.md", "gold.md"]


def test_a_text_with_punctuation_ranks_first_beside_a_filter(tmp_path: Path) -> None:
    files = {f"{number}.md": f"# 春天、夏天\n\n春天、夏天，{number}。\n" for number in range(60)}
    files["other.md"] = "---\ntags: [季节]\n---\n# 春天夏天\n\n春天夏天，春天夏天。\n"
    files["typed.md"] = "---\ntags: [季节]\n---\n# 天气\n\n今年的春天、夏天，还有别的很多事情要说，也不长。\n"
    with index_of(files, tmp_path) as index:
        assert ids(index.search("春天、夏天", tag="季节")) == ["typed.md", "other.md"]


def test_a_filter_does_not_change_the_counts_of_its_own_facet(tmp_path: Path) -> None:
    files = {f"{tag}.md": f"---\ntags: [{tag}]\n---\n# 过滤\n\n运行 grep -rn 即可。\n" for tag in ("甲", "乙")}
    files |= {f"{number}.md": f"# 笔记{number}\n\n先 grep，再用 r 作图。\n" for number in range(12)}
    with index_of(files, tmp_path) as index:
        counts = {each.value: each.count for each in index.search("grep -r", tag="乙").facets["tag"]}
        assert (counts["甲"], counts["乙"]) == (1, 1)


def test_many_names_with_symbols_read_as_many_articles_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with index_of({"a.md": "# 一\n\n没有。\n"}, tmp_path) as index:
        requests = recorded_requests(index, monkeypatch)
        index.search("$a 的", size=1, verbatim=True)
        most = sum(each.limit for each in requests)
        requests.clear()
        index.search(" 的 ".join(f"${letter}" for letter in "abcdefghijklmnopq") + " 的", size=1, verbatim=True)
        assert sum(each.limit for each in requests) <= most + 10


def test_the_deadline_is_kept_while_articles_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with index_of({"a.md": "# 一\n\n用 $_GET 读参数。\n"}, tmp_path) as index:
        engine = index._current().engine
        search = type(engine).search

        def slow(self: WhooshEngine, request: Request) -> EngineResults:
            results = search(self, request)
            time.sleep(max(request.deadline.remaining(), 0))
            return results

        monkeypatch.setattr(type(engine), "search", slow)
        typed = plan(parse("$_GET 读", today=date(2026, 3, 15)))
        with pytest.raises(searchlib.SearchTimeoutError):
            TypedTextFinder(engine).ids(typed, Filters(), Deadline.after(0.5))
