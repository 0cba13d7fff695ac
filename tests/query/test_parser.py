"""Typed text is parsed into a query tree."""

from __future__ import annotations

from datetime import date

import pytest

from searchlib.query.parser import MAX_BRACKET_DEPTH, MAX_CLAUSES, MAX_QUERY_LENGTH, parse
from searchlib.query.tree import And, DateRange, Everything, Node, Not, Or, Phrase, UnquotedText

TODAY = date(2021, 5, 20)


def unquoted(text: str, field: str | None = None) -> UnquotedText:
    return UnquotedText(text, field)


def phrase(text: str, field: str | None = None) -> Phrase:
    return Phrase(text, field)


def prefix(text: str, field: str | None = None) -> UnquotedText:
    return UnquotedText(text, field, prefix=True)


def every(*children: Node | str) -> And:
    return And(tuple(UnquotedText(child) if isinstance(child, str) else child for child in children))


def either(*children: Node | str) -> Or:
    return Or(tuple(UnquotedText(child) if isinstance(child, str) else child for child in children))


def without(child: Node | str) -> Not:
    return Not(UnquotedText(child) if isinstance(child, str) else child)


NOVEMBER = DateRange(date(2021, 11, 1), date(2021, 11, 30))
LAST_YEAR = DateRange(date(2020, 1, 1), date(2020, 12, 31))

CONTRACT = [
    ("元宇宙 产业", every("元宇宙", "产业")),
    ("", Everything()),
    ('"产业互联"', phrase("产业互联")),
    ("“产业互联”", phrase("产业互联")),
    ("-营销", without("营销")),
    ("NOT 营销", without("营销")),
    ("A OR B", either("A", "B")),
    ("A｜B", either("A", "B")),
    ("( A OR B ) C", every(either("A", "B"), "C")),
    ("（A｜B）C", every(either("A", "B"), "C")),
    ("title:元宇宙", unquoted("元宇宙", "title")),
    ("标题：元宇宙", unquoted("元宇宙", "title")),
    ("category:新媒体", unquoted("新媒体", "category")),
    ("分类：新媒体", unquoted("新媒体", "category")),
    ("tag:产品", unquoted("产品", "tag")),
    ("标签：产品", unquoted("产品", "tag")),
    ("author:鲁迅", unquoted("鲁迅", "author")),
    ("作者：鲁迅", unquoted("鲁迅", "author")),
    ("date:2021-11", NOVEMBER),
    ("date:2021-03..2021-06", DateRange(date(2021, 3, 1), date(2021, 6, 30))),
    ("日期：去年", LAST_YEAR),
    ("近三个月", DateRange(date(2021, 2, 21), TODAY)),
    ("Docker*", prefix("Docker")),
]

WHITE_SPACE = [
    (" \t\n　", Everything()),
    ("元宇宙　产业", every("元宇宙", "产业")),
    ("  元宇宙  ", unquoted("元宇宙")),
    ("元宇宙\n产业\t互联", every("元宇宙", "产业", "互联")),
    ("元宇宙，产业", unquoted("元宇宙，产业")),
]

QUOTES = [
    ('“产业互联"', phrase("产业互联")),
    ('"产业互联”', phrase("产业互联")),
    ("＂产业互联＂", phrase("产业互联")),
    ("”产业互联“", phrase("产业互联")),
    ("「產業互聯」", phrase("產業互聯")),
    ("『產業互聯』", phrase("產業互聯")),
    ("『產業互聯」", phrase("產業互聯")),
    ("「他說『你好』。」", phrase("他說『你好』。")),
    ("“他说「你好」”", phrase("他说「你好」")),
    ("「他說“你好”」", phrase("他說“你好”")),
    ('"ＡＰＰ  Store"', phrase("ＡＰＰ  Store")),
    ('"a OR -b (c"', phrase("a OR -b (c")),
    ('""', phrase("")),
    ('"——"', phrase("——")),
    ('a"b c"d', every("a", phrase("b c"), "d")),
    ('"a""b"', every(phrase("a"), phrase("b"))),
    ('"产业互联', unquoted("产业互联")),
    ('"产业 互联', every("产业", "互联")),
    ("「产业", unquoted("产业")),
    ("产业」", unquoted("产业")),
    ('a，2"软，盘', every("a，2", "软，盘")),
    ('a"，b', unquoted("a，b")),
    ('12"软盘', every("12", "软盘")),
    ('"a" "b', every(phrase("a"), "b")),
    ("「a「b」", every("a", phrase("b"))),
    ('-"产业 互联"', without(phrase("产业 互联"))),
    ('-"产业', without("产业")),
    ('title:"产业', unquoted("产业", "title")),
    ('"', unquoted('"')),
]

NEGATION = [
    ("元宇宙 -营销", every("元宇宙", without("营销"))),
    ("元宇宙 －营销", every("元宇宙", without("营销"))),
    ("元宇宙 −营销", every("元宇宙", without("营销"))),
    ("－营销 －广告", every(without("营销"), without("广告"))),
    ("-(a b)", without(every("a", "b"))),
    ("－（a｜b）", without(either("a", "b"))),
    ("-title:x", without(unquoted("x", "title"))),
    ("NOT 标题：x", without(unquoted("x", "title"))),
    ("NOT (a b)", without(every("a", "b"))),
    ("NOT(a b)", without(every("a", "b"))),
    ("ＮＯＴ 营销", without("营销")),
    ("-.net", without(".net")),
    ("-《红楼梦》", without("《红楼梦》")),
    ("NOT a b", every(without("a"), "b")),
    ("a|-b", either("a", without("b"))),
    ("(-a)", without("a")),
    ("NOT NOT a", unquoted("a")),
    ("NOT -a", unquoted("a")),
    ("-(-a)", unquoted("a")),
    ("-OR", without("OR")),
    ("e-mail", unquoted("e-mail")),
    ("2021-11", unquoted("2021-11")),
    ("a - b", every("a", "-", "b")),
    ("a -", every("a", "-")),
    ("--force", unquoted("--force")),
    ("->", unquoted("->")),
    ("a -) b", every("a", "-)", "b")),
    ('"a"-b', every(phrase("a"), "-b")),
    ("(a)-b", every("a", "-b")),
    ("not 营销", every("not", "营销")),
    ("NOT营销", unquoted("NOT营销")),
]

COMMANDS = [
    ("tar -zxvf foo.tar.gz -C /opt", every("tar", "-zxvf", "foo.tar.gz", "-C", "/opt")),
    ("tail -f app.log", every("tail", "-f", "app.log")),
    ("ps -ef | grep java", every("ps", "-ef", "|", "grep", "java")),
    ("docker run -it -p 80:80 nginx", every("docker", "run", "-it", "-p", "80:80", "nginx")),
    ("git push -f", every("git", "push", "-f")),
    ("hexo -g -d", every("hexo", "-g", "-d")),
    ("kill -9 $(lsof -t -i:8080)", every("kill", "-9", "$(lsof", "-t", "-i:8080)")),
    ("java -jar -Xmx512m app.jar", every("java", "-jar", "-Xmx512m", "app.jar")),
    ("docker rm $(docker ps -aq)", every("docker", "rm", "$(docker", "ps", "-aq)")),
    ("lsof -i:8080", every("lsof", "-i:8080")),
    ('ssh-keygen -t rsa -C "a@b.org"', every("ssh-keygen", "-t", "rsa", "-C", "a@b.org")),
    ("find . -name '*.log' -print “a b*”", every("find", ".", "-name", "'*.log'", "-print", "a", prefix("b"))),
    ('git commit -a -m ""', every("git", "commit", "-a", "-m")),
    ('git log -S "a b"', every("git", "log", "-S", phrase("a b"))),
    ('"rm -rf /tmp/a"', phrase("rm -rf /tmp/a")),
    ("“日志： truncate -s 0 /var/log/a”", phrase("日志： truncate -s 0 /var/log/a")),
    ('"docker run" -it --rm ubuntu', every(phrase("docker run"), "-it", "--rm", "ubuntu")),
    ("site:a.org docker -java app.jar", every("a.org", "docker", without("java"), "app.jar")),
    ("java -Xmx512m -jar app.jar -Dname=value", every("java", "-Xmx512m", "-jar", "app.jar", "-Dname=value")),
    ("编程 -c", every("编程", without("c"))),
    ("编程 rust -go", every("编程", "rust", without("go"))),
    ("git commit --amend -m", every("git", "commit", "--amend", "-m")),
    ("make -j4 PREFIX=/usr", every("make", "-j4", "PREFIX=/usr")),
    ("tar -zxvf a.tar.gz -营销", every("tar", "-zxvf", "a.tar.gz", without("营销"))),
    ("find -name", every("find", "-name")),
    ("ls -lht", every("ls", "-lht")),
    ("查找文件 find -type", every("查找文件", "find", "-type")),
    ("git commit -am", every("git", "commit", "-am")),
    ("docker exec -it", every("docker", "exec", "-it")),
    ("Get-ChildItem -Recurse", every("Get-ChildItem", "-Recurse")),
    ("java -version", every("java", "-version")),
    ("java -android", every("java", without("android"))),
    ("git -svn", every("git", without("svn"))),
    ("git tutorial -svn", every("git", "tutorial", without("svn"))),
    ("docker -k8s", every("docker", without("k8s"))),
    ("find -营销", every("find", without("营销"))),
    ("python -爬虫", every("python", without("爬虫"))),
    ("苹果 -手机", every("苹果", without("手机"))),
    ("refind -name", every("refind", without("name"))),
    ("rm -rf", every("rm", without("rf"))),
    ("python -django", every("python", without("django"))),
    ("python -django -flask", every("python", without("django"), without("flask"))),
    ("vue.js -react", every("vue.js", without("react"))),
    ("苹果 -ios", every("苹果", without("ios"))),
    ("java | kotlin", either("java", "kotlin")),
]

ALTERNATIVES = [
    ("a b OR c", every("a", either("b", "c"))),
    ("a OR b c", every(either("a", "b"), "c")),
    ("a OR b OR c", either("a", "b", "c")),
    ("a | b", either("a", "b")),
    ("苹果｜香蕉", either("苹果", "香蕉")),
    ("a||b", either("a", "b")),
    ("ａ ＯＲ ｂ", either("ａ", "ｂ")),
    ("a AND b", every("a", "b")),
    ("a AND b OR c", every("a", either("b", "c"))),
    ("a OR NOT b", either("a", without("b"))),
    ("NOT a OR b", either(without("a"), "b")),
    ("a OR (b c)", either("a", every("b", "c"))),
    ("a OR (b OR c)", either("a", "b", "c")),
    ("(a b) (c d)", every("a", "b", "c", "d")),
    ("((a))", unquoted("a")),
    ("(a)OR(b)", either("a", "b")),
    ('"a"OR"b"', either(phrase("a"), phrase("b"))),
    ("a OR(b c)", either("a", every("b", "c"))),
    ("or and a or b", every("or", "and", "a", "or", "b")),
    ("ORACLE ANDROID NOTE", every("ORACLE", "ANDROID", "NOTE")),
]

DANGLING = [
    ("OR", unquoted("OR")),
    ("NOT", unquoted("NOT")),
    ("AND", unquoted("AND")),
    ("|", unquoted("|")),
    ("NOT OR", every("NOT", "OR")),
    ("NOT OR x", unquoted("x")),
    ("OR x", unquoted("x")),
    ("AND x", unquoted("x")),
    ("a OR", unquoted("a")),
    ("a NOT", unquoted("a")),
    ("a OR OR b", either("a", "b")),
    ("a OR AND b", either("a", "b")),
    ("(OR) a", unquoted("a")),
    ("a () b", every("a", "b")),
    ("a OR () b", every("a", "b")),
    ("NOT () b", unquoted("b")),
    ("()", unquoted("()")),
    ("( )", every("(", ")")),
    (")", unquoted(")")),
    ("a) b", every("a)", "b")),
    ("(a b", every("a", "b")),
    ("(a OR", unquoted("a")),
    ("——", unquoted("——")),
    ("？", unquoted("？")),
]

BRACKETS_IN_LATIN_TEXT = [
    ("f(x)", unquoted("f(x)")),
    ("元f(x)", unquoted("元f(x)")),
    ("f元(x)", every("f元", "x")),
    ("f(x, y)", every("f(x,", "y)")),
    ("print()", unquoted("print()")),
    ("C++(11)", unquoted("C++(11)")),
    ("f(g(x))", unquoted("f(g(x))")),
    ("(f(x) OR b) c", every(either("f(x)", "b"), "c")),
    ("-f(x)", without("f(x)")),
    ('print("x y")', every("print(", phrase("x y"), ")")),
    ("元宇宙(metaverse)产业", every("元宇宙", "metaverse", "产业")),
    ("元宇宙（手机｜电脑）", every("元宇宙", either("手机", "电脑"))),
    ("iPhone（手机）", every("iPhone", "手机")),
]

FIELDS = [
    ("TITLE:x", unquoted("x", "title")),
    ("ｔａｇ：x", unquoted("x", "tag")),
    ("標題：x", unquoted("x", "title")),
    ("分類：x", unquoted("x", "category")),
    ("標籤:x", unquoted("x", "tag")),
    ("标题:x", unquoted("x", "title")),
    ("title：x", unquoted("x", "title")),
    ('title:"产业 互联"', phrase("产业 互联", "title")),
    ("title:(a b)", every(unquoted("a", "title"), unquoted("b", "title"))),
    ("title:(a OR -b)", either(unquoted("a", "title"), without(unquoted("b", "title")))),
    ("title:((a) tag:b c)", every(unquoted("a", "title"), unquoted("b", "tag"), unquoted("c", "title"))),
    ("title:(a) b", every(unquoted("a", "title"), "b")),
    ("title:a|b", either(unquoted("a", "title"), "b")),
    ("title:a:b", unquoted("a:b", "title")),
    ("title:f(x)", unquoted("f(x)", "title")),
    ("title:OR", unquoted("OR", "title")),
    ("category:Python*", prefix("Python", "category")),
    ("(title:x)", unquoted("x", "title")),
    ("title:", unquoted("title:")),
    ("title: x", every("title:", "x")),
    ("(title:) x", every("title:", "x")),
    ("title:() x", unquoted("x")),
    ("标题： 元宇宙", unquoted("元宇宙", "title")),
    ("标题：　“元宇宙”", phrase("元宇宙", "title")),
    ("标题： 作者：鲁迅", every("标题：", unquoted("鲁迅", "author"))),
    ("标题：", unquoted("标题：")),
    ("副标题：x", unquoted("副标题：x")),
    ("http://x", unquoted("http://x")),
    ("std::vector", unquoted("std::vector")),
    ("foo:bar", unquoted("foo:bar")),
    ("foo:(a b)", every("foo:(a", "b)")),
    (":x", unquoted(":x")),
]

DATES = [
    ("元宇宙 date:2021-11", every("元宇宙", NOVEMBER)),
    ("-日期：去年", without(LAST_YEAR)),
    ("元宇宙 after:2021-11", every("元宇宙", DateRange(date(2021, 11, 1), None))),
    ("before:2021 元宇宙", every(DateRange(None, date(2020, 12, 31)), "元宇宙")),
    ("(AFTER：2021.3.1 a) OR b", either(every(DateRange(date(2021, 3, 1), None), "a"), "b")),
    ("after:hover after:2021-13", every("after:hover", "after:2021-13")),
    ("-before:2021 a", every(without(DateRange(None, date(2020, 12, 31))), "a")),
    ("after:2021年 before:2021年3月", every(DateRange(date(2021, 1, 1), None), DateRange(None, date(2021, 2, 28)))),
    ("元宇宙 date:2021 年 11 月", every("元宇宙", NOVEMBER)),
    ("2021 年 10 月 5 日 票价 35 元", every("2021年10月5日", "票价", "35元")),
    ("80 平米 5 公里", every("80平米", "5公里")),
    ("10 月饼 android 13 元旦", every("10", "月饼", "android", "13", "元旦")),
    ("DATE:2021..", DateRange(date(2021, 1, 1), None)),
    ("date:..2021-06", DateRange(None, date(2021, 6, 30))),
    ("日期：２０２１－１１", NOVEMBER),
    ("日期： 去年", LAST_YEAR),
    ('date:"2021年 11月"', NOVEMBER),
    ("date:(2021-11 OR 去年)", either(NOVEMBER, LAST_YEAR)),
    ("元宇宙 近7天", every("元宇宙", DateRange(date(2021, 5, 14), TODAY))),
    ('"近三个月"', phrase("近三个月")),
    ("title:近三个月", unquoted("近三个月", "title")),
    ("去年", unquoted("去年")),
    ("近年", unquoted("近年")),
    ("近百年", unquoted("近百年")),
    ("2021-11", unquoted("2021-11")),
]

PREFIXES = [
    ("Docker＊", prefix("Docker")),
    ("元宇*", prefix("元宇")),
    ("C**", prefix("C")),
    ("a*b", unquoted("a*b")),
    ("*a", unquoted("*a")),
    ("-Docker*", without(prefix("Docker"))),
    ("*", Everything()),
    ("＊ **", Everything()),
    ("* a", unquoted("a")),
    ("a OR * b", every("a", "b")),
    ("NOT * a", unquoted("a")),
    ("category:*", Everything()),
    ("-category:*", Everything()),
    ("NOT (*)", Everything()),
    ('"Docker*"', phrase("Docker*")),
]

TABLES = {
    "contract": CONTRACT,
    "white space": WHITE_SPACE,
    "quotes": QUOTES,
    "negation": NEGATION,
    "commands": COMMANDS,
    "alternatives": ALTERNATIVES,
    "dangling": DANGLING,
    "brackets in latin text": BRACKETS_IN_LATIN_TEXT,
    "fields": FIELDS,
    "dates": DATES,
    "prefixes": PREFIXES,
}


@pytest.mark.parametrize(
    ("typed", "tree"),
    [pytest.param(typed, tree, id=f"{name}: {typed}") for name, table in TABLES.items() for typed, tree in table],
)
def test_typed_text_has_this_tree(typed: str, tree: Node) -> None:
    query = parse(typed, today=TODAY)
    assert query.tree == tree
    assert query.text == typed


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("date:唐朝", unquoted("date:唐朝")),
        ("日期：2021-02-30", unquoted("日期：2021-02-30")),
        ("-date:唐朝", without("date:唐朝")),
        ('date:"唐 朝"', phrase("唐 朝")),
        ("date:(唐朝)", unquoted("唐朝")),
    ],
)
def test_an_invalid_date_becomes_text_with_a_note(typed: str, tree: Node) -> None:
    query = parse(typed, today=TODAY)
    assert query.tree == tree
    (note,) = query.notes
    assert "日期" in note
    assert typed.strip("-").removeprefix("date:").removeprefix("日期：").strip('"()') in note


def test_a_note_quotes_the_beginning_of_a_long_date() -> None:
    (note,) = parse("date:" + "唐" * 500, today=TODAY).notes
    assert "唐" * 20 + "…" in note
    assert "唐" * 21 not in note


def test_equal_notes_are_given_once() -> None:
    assert len(parse("date:唐朝 date:唐朝 date:宋朝", today=TODAY).notes) == 2


def test_a_date_without_a_field_name_has_a_note() -> None:
    (note,) = parse("近三个月", today=TODAY).notes
    assert note == "“近三个月”已识别为日期（2021-02-21 至 2021-05-20）；要搜索这几个字，请加引号。"


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("site:github.com", unquoted("github.com")),
        ("学习 FileType:pdf", every("学习", "pdf")),
        ("-site:github.com", without("github.com")),
        ('intext:"唐 朝"', phrase("唐 朝")),
    ],
)
def test_a_field_of_search_engines_for_the_web_is_left_out_with_a_note(typed: str, tree: Node) -> None:
    query = parse(typed, today=TODAY)
    assert query.tree == tree
    (note,) = query.notes
    assert str(note).startswith("不支持“")


def test_the_name_of_such_a_field_alone_is_text() -> None:
    assert parse("site: website:a", today=TODAY).tree == every("site:", "website:a")


@pytest.mark.parametrize("typed", ["after:2021-13", "before:2021-02-30", "after:21x"])
def test_a_wrong_bound_of_dates_is_text_with_a_note(typed: str) -> None:
    query = parse(typed, today=TODAY)
    assert query.tree == unquoted(typed)
    (note,) = query.notes
    assert typed.partition(":")[2] in note


def test_the_only_option_of_a_command_has_a_note_if_it_may_be_a_word_to_exclude() -> None:
    (note,) = parse("src/main -boost", today=TODAY).notes
    assert "write NOT boost." in note.english
    assert parse("find /tmp -type f -name a.log", today=TODAY).notes == ()
    assert parse("ls /tmp -la", today=TODAY).notes == ()
    assert parse("tar -xzvf a.tar.gz", today=TODAY).notes == ()


@pytest.mark.parametrize("typed", ["", "元宇宙 -营销", "date:2021", "after:hover", "((a", "title:", "*", "a OR"])
def test_ordinary_queries_have_no_notes(typed: str) -> None:
    assert parse(typed, today=TODAY).notes == ()


def test_a_note_quotes_a_short_date_in_full() -> None:
    (note,) = parse("date:" + "唐" * 20, today=TODAY).notes
    assert "…" not in note


def test_the_limits_are_those_of_the_readme() -> None:
    assert (MAX_QUERY_LENGTH, MAX_CLAUSES, MAX_BRACKET_DEPTH) == (1_000, 64, 32)


def test_characters_over_the_limit_are_ignored() -> None:
    longest = "字" * MAX_QUERY_LENGTH
    assert parse(longest, today=TODAY).notes == ()
    assert parse(longest + " \n", today=TODAY).notes == ()
    query = parse(longest + "x", today=TODAY)
    assert query.tree == unquoted(longest)
    assert query.notes == ("查询过长，只使用了前 1000 个字符。",)


def test_clauses_over_the_limit_are_ignored() -> None:
    largest = [f"词{number}" for number in range(MAX_CLAUSES)]
    full = parse(" ".join(largest) + " OR * ()", today=TODAY)
    assert (full.tree, full.notes) == (every(*largest), ())
    query = parse(" ".join(largest) + " 词 date:唐朝", today=TODAY)
    assert query.tree == every(*largest)
    assert query.notes == ("条件过多，只使用了前 64 个。",)


def test_a_query_of_operators_alone_is_limited_too() -> None:
    assert parse("OR " * MAX_CLAUSES, today=TODAY).notes == ()
    query = parse("OR " * 100, today=TODAY)
    assert query.tree == every(*["OR"] * MAX_CLAUSES)
    assert query.notes == ("条件过多，只使用了前 64 个。",)


def test_brackets_deeper_than_the_limit_are_text() -> None:
    allowed = "(" * MAX_BRACKET_DEPTH + "a OR b" + ")" * MAX_BRACKET_DEPTH + " c"
    assert parse(allowed, today=TODAY).tree == every(either("a", "b"), "c")
    deeper = "(" * (MAX_BRACKET_DEPTH + 1) + "a OR b" + ")" * (MAX_BRACKET_DEPTH + 1) + " c"
    assert parse(deeper, today=TODAY).tree == every(either("(a", "b)"), "c")
    in_sequence = "(a) " * MAX_BRACKET_DEPTH + deeper
    assert parse(in_sequence, today=TODAY).tree == every(*["a"] * MAX_BRACKET_DEPTH, either("(a", "b)"), "c")
    full_width = "（" * (MAX_BRACKET_DEPTH + 1) + "a" + "）" * (MAX_BRACKET_DEPTH + 1)
    assert parse(full_width, today=TODAY).tree == unquoted("（a）")


def test_text_in_the_tree_is_as_typed() -> None:
    assert parse("ＡＰＰ 學習 Ⅳ é", today=TODAY).tree == every("ＡＰＰ", "學習", "Ⅳ", "é")


@pytest.mark.parametrize(
    "hostile",
    [
        "(" * 5_000,
        ")" * 5_000,
        "()" * 5_000,
        "-(" * 5_000,
        "a(" * 5_000,
        "NOT " * 5_000,
        "a OR " * 2_000,
        "OR " * 2_000,
        "｜" * 5_000,
        '"' * 5_001,
        "「" * 5_000,
        "「" * 2_500 + "」" * 2_500,
        "「“" * 2_500,
        "title:" * 5_000,
        "标题： " * 5_000,
        "title:(" * 5_000,
        "-。" * 5_000,
        "* " * 5_000,
        "date:" + "9" * 5_000,
        "date:" + "一" * 5_000,
        "date:" + "." * 5_000,
        "近" + "九" * 50 + "年",
        "字" * 100_000,
        "a" * 100_000,
        " " * 100_000 + "a",
        "\ud800" * 100_000,
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_hostile_text_is_parsed_to_a_shallow_tree(hostile: str) -> None:
    query = parse(hostile, today=TODAY)
    assert query.text == hostile
    hash(query.tree)
