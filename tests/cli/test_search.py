"""The commands search, show, suggest and similar: what they print, and how they fail."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchlib
from tests.cli.commands import ARTICLE, Run, check_error


def test_search_prints_hits_on_stdout_and_notes_on_stderr(ask: Run) -> None:
    result = ask("search", "元宇宙")
    assert result.code == 0
    assert result.out.startswith(f"1. 元宇宙这个词的来历\n   {ARTICLE}  2021-10-01  半页灯  科技 / 互联网 / 概念\n")
    assert "\033" not in result.out
    assert "articles, " in result.err
    assert " ms" in result.err


def test_search_without_a_query_lists_the_newest_articles(ask: Run) -> None:
    hits = ask("search", "--json", "--size", "100").json["hits"]
    dates = [hit["date"] for hit in hits if hit["date"]]
    assert len(dates) > 50
    assert dates == sorted(dates, reverse=True)


def test_a_search_without_hits_exits_with_0(ask: Run) -> None:
    result = ask("search", '"没有这样的话"')
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith("0 articles")


def test_a_filter_without_articles_names_the_values_like_its_own(ask: Run) -> None:
    result = ask("search", "--tag", "pyhton", "--tag", "元宇宙")
    assert "did you mean" not in result.err, "another value has articles"
    result = ask("search", "--tag", "pyhton")
    assert result.err.startswith("no article has the tag 'pyhton'; did you mean Python?\n")
    assert "did you mean" not in ask("search", '"没有这样的话"', "--tag", "Python").err


def test_letters_of_another_case_select_the_value_of_a_filter(ask: Run) -> None:
    expected = ask("search", "--json", "--tag", "Python").json["hits"]
    assert expected
    assert ask("search", "--json", "--tag", "pYTHON").json["hits"] == expected
    assert ask("search", "--json", "--filter", "tag=python").json["hits"] == expected
    title = expected[0]["title"]
    assert ask("passages", title, "--tag", "python").out == ask("passages", title, "--tag", "Python").out != ""


def test_a_query_without_units_prints_a_note(ask: Run) -> None:
    result = ask("search", "，。！")
    assert (result.code, result.out) == (0, "")
    assert "only punctuation and symbols" in result.err


def test_relaxed_results_have_a_note(ask: Run) -> None:
    result = ask("search", "元宇宙 泡菜 正则")
    assert result.code == 0
    assert result.out
    assert "match only in part" in result.err


SEARCHES: list[tuple[list[str], dict[str, Any]]] = [
    ([], {}),
    (["元宇宙"], {}),
    (["元宇宙 产业"], {}),
    (["什么是元宇宙？", "--size", "3"], {"size": 3}),
    (["的", "--page", "2", "--size", "5"], {"page": 2, "size": 5}),
    (["--category", "科技", "--category", "编程"], {"category": ["科技", "编程"]}),
    (["--author", "半页灯", "--tag", "C++"], {"author": ["半页灯"], "tag": ["C++"]}),
    (["--from", "2021", "--to", "2021-11"], {"date_from": "2021", "date_to": "2021-11"}),
    (["--sort", "oldest"], {"sort": "oldest"}),
    (["的", "--sort", "newest"], {"sort": "newest"}),
    (["，"], {}),
]


@pytest.mark.parametrize(("arguments", "expected"), SEARCHES)
def test_search_prints_the_json_of_the_library(
    ask: Run, sample_index: Path, arguments: list[str], expected: dict[str, Any]
) -> None:
    result = ask("search", *arguments, "--json")
    query = arguments[0] if arguments and not arguments[0].startswith("-") else ""
    with searchlib.open_index(sample_index) as index:
        results = index.search(query, **expected).to_dict()
    printed = result.json
    assert result.code == 0
    assert result.err == ""
    assert isinstance(printed.pop("took_ms"), float)
    del results["took_ms"]
    assert printed == results
    assert printed["total"] or query == "，"


def test_search_prints_corrections_on_stderr(ask: Run) -> None:
    spelled = ask("search", "yuanyuzhou")
    assert "nothing matches 'yuanyuzhou': these are the hits for '元宇宙'" in spelled.err
    assert "元宇宙" in spelled.out
    verbatim = ask("search", "yuanyuzhou", "--verbatim")
    assert (verbatim.code, verbatim.out) == (0, "")
    assert verbatim.err.startswith("0 articles")
    offered = ask("search", "圆宇宙 OR 元宇宙")
    assert "did you mean '元宇宙 OR 元宇宙'?" in offered.err


def test_json_is_one_line_of_readable_chinese(ask: Run) -> None:
    result = ask("search", "元宇宙", "--json")
    assert result.out.count("\n") == 1
    assert '"query": "元宇宙"' in result.out


def test_show_prints_an_article(ask: Run) -> None:
    result = ask("show", ARTICLE)
    lines = result.out.splitlines()
    assert result.code == 0
    assert lines[0] == "元宇宙这个词的来历"
    assert {"date: 2021-10-01T00:00:00+08:00", "author: 半页灯", "categories: 科技 / 互联网 / 概念"} & set(lines)
    assert "元宇宙" in lines[-1] + "".join(lines[5:])
    assert result.err == ""


def test_show_prints_the_json_of_the_library(ask: Run, sample_index: Path) -> None:
    with searchlib.open_index(sample_index) as index:
        assert ask("show", ARTICLE, "--json").json == index.get(ARTICLE).to_dict()


def test_suggest_prints_text_kind_and_count(ask: Run, sample_index: Path) -> None:
    with searchlib.open_index(sample_index) as index:
        expected = index.suggest("科", size=3)
    assert expected
    result = ask("suggest", "科", "--size", "3")
    assert result.code == 0
    assert result.out.splitlines() == [f"{each.text}\t{each.kind}\t{each.count}" for each in expected]
    assert ask("suggest", "科", "--size", "3", "--json").json == [each.to_dict() for each in expected]
    assert ask("suggest", "没有这样的话").out == ""


def test_similar_lists_other_articles(ask: Run, sample_index: Path) -> None:
    result = ask("similar", ARTICLE, "--size", "3")
    assert result.code == 0
    assert result.out.startswith("1. ")
    assert ARTICLE not in result.out
    with searchlib.open_index(sample_index) as index:
        expected = index.similar(ARTICLE, size=3).to_dict()
    printed = ask("similar", ARTICLE, "--size", "3", "--json").json
    assert {**printed, "took_ms": 0} == {**expected, "took_ms": 0}


@pytest.mark.parametrize(
    "arguments", [["search", "学习"], ["show", "a.md"], ["suggest", "学"], ["similar", "a.md"], ["stats"], ["check"]]
)
@pytest.mark.parametrize("kind", ["missing", "empty", "file"])
def test_without_an_index_the_error_says_how_to_build_one(run: Run, arguments: list[str], kind: str) -> None:
    place = Path("place")
    if kind == "empty":
        place.mkdir()
    elif kind == "file":
        place.write_text("x")
    check_error(run(*arguments, "--index", place), "searchlib build ARTICLES --index place")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["search", "--page", "0"], ["--page", "0"]),
        (["search", "--page", "-1"], ["--page", "-1"]),
        (["search", "--page", "100000"], ["10,000"]),
        (["search", "--size", "1000"], ["--size", "100", "1000"]),
        (["search", "--size", "0"], ["--size", "0"]),
        (["search", "--from", "2021-13"], ["--from must be", "2021-13"]),
        (["search", "--to", "yesterday"], ["--to must be", "yesterday"]),
        (["search", "--from", "2021-02-30"], ["--from must be", "2021-02-30"]),
        (["suggest", "学", "--size", "0"], ["--size"]),
        (["similar", ARTICLE, "--size", "101"], ["--size"]),
    ],
)
def test_a_wrong_value_is_wrong_usage_of_an_option(ask: Run, arguments: list[str], named: list[str]) -> None:
    check_error(ask(*arguments), *named, code=2)


@pytest.mark.parametrize("command", ["show", "similar"])
@pytest.mark.parametrize(
    ("article_id", "named"),
    [
        ("no/such.md", ["no/such.md", "ids are paths"]),
        ("", ["''"]),
        ("../../etc/passwd", ["passwd"]),
        ("METAVERSE-WORD", [f"did you mean {ARTICLE}?"]),
        ("internet/metavers-word.md", [ARTICLE]),
        ("no-such-folder/metavers-word.txt", [ARTICLE]),
        ("/", ["did you mean ", ".md (and ", " more)?"]),
    ],
)
def test_an_unknown_id_is_an_error_that_offers_others(
    ask: Run, command: str, article_id: str, named: list[str]
) -> None:
    check_error(ask(command, article_id), *named)


def test_a_common_folder_and_suffix_make_no_id_an_offer(run: Run, write: Callable[..., Path]) -> None:
    run("build", write({f"blog/posts/{name}.md": "学习" for name in ("tea-set", "gpt-4", "buy-car")}))
    check_error(run("show", "blog/posts/tea-sets.md"), "did you mean blog/posts/tea-set.md?")
    assert "did you mean" not in run("show", "blog/posts/summary.md").err


def test_words_without_quotes_are_one_query(ask: Run, run: Run, sample_index: Path) -> None:
    def total(*arguments: str) -> int:
        number: int = ask("search", *arguments, "--json").json["total"]
        return number

    assert ask("search", "元宇宙", "产业", "--json").json["query"] == "元宇宙 产业"
    assert ask("search", "元宇宙", "--size", "3", "-泡菜", "产业", "--json").json["query"] == "元宇宙 -泡菜 产业"
    assert ask("search", "--size", "3", "-泡菜", "--json").json["query"] == "-泡菜"
    assert ask("search", "rm", "-rf", "-5", "--json").json["query"] == "rm -rf -5"
    assert run("search", "--json", "--index", sample_index, "--", "--literal", "-x").json["query"] == "--literal -x"
    assert total("元宇宙", "-产业") < total("元宇宙")
    assert ask("suggest", "元宇", "宙", "--json").code == 0
    assert run("tokens", "全文", "检索").out == run("tokens", "全文 检索").out != ""


def test_json_lines_are_the_hits(ask: Run) -> None:
    lines = ask("search", "元宇宙", "--json-lines").out.splitlines()
    assert [json.loads(line) for line in lines] == ask("search", "元宇宙", "--json").json["hits"]


def test_the_count_names_the_page(ask: Run) -> None:
    assert re.match(r"\d+ articles, page 2 of \d+, ", ask("search", "的", "--size", "5", "--page", "2").err)
    assert re.match(r"1 article, [\d.]+ ms$", ask("search", '"译自英文 metaverse"').err.splitlines()[-1])


def test_a_page_that_does_not_exist_is_named(ask: Run) -> None:
    result = ask("search", '"译自英文 metaverse"', "--page", "9")
    assert (result.code, result.out) == (0, "")
    assert "1 article, page 9 of 1: there is no such page, " in result.err
    assert "page" not in ask("search", '"没有这样的话"', "--page", "9").err


def test_a_search_that_takes_too_long_is_an_error(ask: Run) -> None:
    Path("searchlib.toml").write_text("deadline = 0")
    check_error(ask("search", "元宇宙"), "canceled", "searchlib.toml")


def test_a_date_in_the_query_is_offered_as_a_filter(ask: Run) -> None:
    result = ask("search", "2021年的元宇宙")
    assert result.code == 0
    assert "2021年 can be a filter, 2021: searchlib search '元宇宙' --from 2021-01-01 --to 2021-12-31" in result.err
    assert ask("search", "2021年的元宇宙", "--json").json["date_offer"]["query"] == "元宇宙"
    assert ask("search", "元宇宙", "--json").json["date_offer"] is None


def test_a_hit_lists_its_near_duplicates(run: Run, tmp_path: Path) -> None:
    story = "钟楼的钟慢了三分钟，镇上没有人去拨快它，因为末班车的司机也按这口钟开车。" * 2
    for number in (1, 2, 3):
        (tmp_path / f"{number}.md").write_text(
            f"---\ntitle: 钟楼\ndate: 2021-01-0{number}\n---\n{story}", encoding="utf-8"
        )
    run("build", str(tmp_path), "--index", str(tmp_path / "index"))
    result = run("search", "末班车", "--index", str(tmp_path / "index"))
    assert "   2 more like this: 2.md, 1.md\n" in result.out
    assert "3 articles, 2 of them collapsed into others" in result.err
    result = run("search", "末班车", "--repeats", "show", "--index", str(tmp_path / "index"))
    assert "more like this" not in result.out
    assert [line[0] for line in result.out.splitlines() if ". 钟楼" in line] == ["1", "2", "3"]


def test_search_explains_the_query_and_the_scores(ask: Run) -> None:
    result = ask("search", "元宇宙的词 -泡菜", "--explain", "--size", "1")
    assert result.code == 0
    cut = dict(line.split("  ", 1) for line in result.err.splitlines() if "  " in line)
    assert "元宇宙" in cut["words"].split()
    assert cut["left out"].strip() == "的"
    assert cut["without"].strip() == "泡菜"
    *parts, total = [float(each) for each in re.findall(r"^ +([0-9]+\.[0-9]{4})  ", result.out, re.MULTILINE)]
    assert parts == sorted(parts, reverse=True)
    assert sum(parts) == pytest.approx(total, abs=1e-3)
    assert ask("search", "元宇宙", "--explain", "--json").json["explanation"]["words"] == ["元宇宙"]


def test_a_search_without_hits_lists_what_to_remove(ask: Run) -> None:
    result = ask("search", "元宇宙", "--category", "美食", "--from", "2021")
    assert result.out == ""
    assert not result.err.startswith("words ")
    total = ask("search", "元宇宙", "--from", "2021", "--json").json["total"]
    assert f"without category 美食: {total} articles" in result.err
    assert "without date" not in result.err
    assert "without date from 2999-01-01: " in ask("search", "元宇宙", "--from", "2999").err
    assert "without date up to 1900-12-31: " in ask("search", "元宇宙", "--to", "1900").err


def test_a_category_path_is_a_value_of_the_category_filter(ask: Run) -> None:
    assert ask("search", "", "--category", "旅行 > 铁路 > 历史", "--json").json["total"] == 1


def test_any_facet_is_a_filter_and_hits_print_their_stored_values(run: Run, tmp_path: Path) -> None:
    Path("searchlib.toml").write_text('facets = ["series", "year_written"]\nstored = ["link"]\n', encoding="utf-8")
    for number, series in enumerate(["西游", "西游", "红楼"]):
        text = (
            f"---\ntitle: 第{number}回\nseries: {series}\nyear_written: {1990 + number}\n"
            f"link: https://example.org/{number}\n---\n正文。\n"
        )
        Path(f"{number}.md").write_text(text, encoding="utf-8")
    assert run("build", ".", "--index", tmp_path / "index").code == 0
    options = ("--filter", "series=西游", "--filter", "year_written=1991..", "--index", tmp_path / "index")
    assert run("search", *options).out == "1. 第1回\n   1.md\n   link: https://example.org/1\n   正文。\n"
    assert [hit["id"] for hit in run("search", "--json", *options).json["hits"]] == ["1.md"]
    both = run("search", "--filter", "series=红楼", *options[:2], "--json", "--index", tmp_path / "index").json
    assert both["total"] == 3
    unknown = run("search", "--filter", "serie=西游", "--index", tmp_path / "index")
    check_error(unknown, "the index has no facet 'serie'; its facets are", code=2)
    wrong = run("search", "--filter", "series")
    assert (wrong.code, wrong.out) == (2, "")
    assert "'series' must be a facet and a value, like series=西游" in wrong.err
    for typed, written in (("year_written>=1991", "year_written=>=1991"), ("year_written<1991", "year_written=<1991")):
        assert f"'{typed}' lacks an equals sign after the facet: '{written}'" in run("search", "--filter", typed).err


def test_a_pager_is_told_that_the_text_is_utf_8(ask: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # Only a terminal has a pager; the output of this one goes to a file.
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    code = "import os, sys; open('shown', 'wb').write(os.environ['LESSCHARSET'].encode() + sys.stdin.buffer.read())"
    monkeypatch.setenv("PAGER", shlex.join([sys.executable, "-c", code]))
    monkeypatch.setenv("LANG", "zh_XX.UTF-8")
    monkeypatch.delenv("LESSCHARSET", raising=False)
    assert ask("show", ARTICLE).code == 0
    assert Path("shown").read_text(encoding="utf-8").startswith("utf-8元宇宙")
    monkeypatch.setenv("LESSCHARSET", "latin1")
    assert ask("show", ARTICLE).code == 0
    assert Path("shown").read_bytes().startswith(b"latin1")


@pytest.mark.parametrize(
    ("typed", "same"), [("2021年", "2021"), ("2021/11", "2021-11"), ("二〇二一年十一月", "2021-11")]
)
def test_dates_of_filters_are_those_of_queries(ask: Run, typed: str, same: str) -> None:
    found = ask("search", "--from", typed, "--to", typed, "--json").json
    assert found["total"] > 0
    assert found["hits"] == ask("search", "--from", same, "--to", same, "--json").json["hits"]
    assert ask("search", "--from", "去年", "--to", "今年").code == 0
    check_error(ask("search", "--from", "改天"), "--from must be a date like", "去年", "'改天'", code=2)


def test_the_address_of_the_original_stands_readable_below_a_hit_and_in_an_article(
    run: Run, write: Callable[..., Path]
) -> None:
    articles = write({"我的 文章/茶.md": "---\ntitle: 茶\ntags: [盖碗]\n---\n喝茶。\n"})
    Path("searchlib.toml").write_text('url_template = "https://example.org/{stem}/"\n', encoding="utf-8")
    run("build", articles)
    url = "https://example.org/我的%20文章/茶/"
    assert run("search", "喝茶").out.splitlines()[-2:] == ["   喝茶。", f"   {url}"]
    assert f"url: {url}\n" in run("show", "我的 文章/茶.md").out
    assert run("passages", "喝茶").out.splitlines()[-1] == f"   {url}"
    assert run("passages", "喝茶", "--json").json[0]["original_url"] == (
        "https://example.org/%E6%88%91%E7%9A%84%20%E6%96%87%E7%AB%A0/%E8%8C%B6/"
    )
    # Nothing else of the hit matches.
    assert run("search", "tag:盖碗").out.splitlines()[2] == "   tag: 盖碗"
