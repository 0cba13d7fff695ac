"""Latin words match longer words: the last one of a query always, others if no article contains them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchlib
from tests.small_indexes import ids, index_of, titled

TEXTS = {
    "script.md": ("前端", "JavaScript Kubernetes getElementById iPhone13Pro GPT-4o 的笔记。"),
    "java.md": ("Java", "Java 入门，Java 语法。"),
    "pinyin.md": ("问候", "他写了 nǐ hǎo 两个音节。"),
    "hello.md": ("你好世界", "你好，世界。"),
    "cafe.md": ("咖啡", "Café 里的 naïve 与 Pokémon。"),
    "snake.md": ("函数", "调用 read_csv_file 和 os.path.join，以及 data-source-name。"),
    "version.md": ("发布", "版本 v2.0.1-rc.1 发布，替换 1.18 版。"),
    "tls.md": ("握手", "TLS 1.3 与 tls1.2 的握手，用 Python3.11 测试。"),
    "size.md": ("体积", "编译以后只有 3.2 MB，DDR4 内存降到 3600。"),
    "box.md": ("小主机", "小主机有 4 个网口。"),
    "key.md": ("密钥", "指纹 e43oqisorzbucitd9hhzbeh7t8q0xaqnakgu3hrizp3dn4cnmfhm6i9hli。"),
    "docker.md": ("容器", "Docker 教程，dockerfile 的写法。"),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    with index_of(titled(TEXTS), tmp_path_factory.mktemp("latin")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("java", ["java.md", "script.md"]),
        ("Kube", ["script.md"]),
        ("iphone13", ["script.md"]),
        ("iPhone 13", ["script.md"]),
        ("GPT-4", ["script.md"]),
        ("csv", ["snake.md"]),
        ("path", ["snake.md"]),
        ("source", ["snake.md"]),
        ("cafe", ["cafe.md"]),
        ("pokemon", ["cafe.md"]),
        ('"naive"', ["cafe.md"]),
        ("dock", ["docker.md"]),
        ("nǐ hǎo", ["pinyin.md"]),
        ("2.0.1", ["version.md"]),
        ("2.0.1-rc.1", ["version.md"]),
        ("v1.18", ["version.md"]),
        ("gpt4", ["script.md"]),
        ("TLS1.3", ["tls.md"]),
        ("3.2MB", ["size.md"]),
    ],
)
def test_the_last_latin_word_is_also_the_beginning_of_longer_words(
    index: searchlib.Index, query: str, expected: list[str]
) -> None:
    results = index.search(query)
    assert ids(results) == expected
    assert not results.relaxed
    assert results.total == len(expected)


@pytest.mark.parametrize(
    ("query", "marked"), [("TLS1.3", "TLS 1.3"), ("gpt4", "GPT-4o"), ("3.2MB", "3.2 MB"), ("python3.11", "Python3.11")]
)
def test_letters_and_digits_that_stand_apart_are_marked(index: searchlib.Index, query: str, marked: str) -> None:
    (first, *_) = index.search(query).hits
    assert marked in [text for snippet in first.snippets for text, is_marked in snippet if is_marked]


def test_keys_and_checksums_are_no_longer_words(index: searchlib.Index) -> None:
    results = index.search("orz")
    assert (results.total, results.notes) == (0, ())


def test_a_number_directly_after_a_word_ranks_first(tmp_path: Path) -> None:
    others = "别的消息很多。" * 8
    texts = {
        "os13.md": f"---\ntitle: 手机\n---\n运行 Android 13 的手机。{others}\n",
        "os14.md": f"---\ntitle: 手机\n---\n13 日消息，Android 14 发布，Android 用户可以升级。{others}\n",
        **{f"other{number}.md": f"---\ntitle: 电脑\n---\n电脑的消息。{others}\n" for number in range(20)},
    }
    with index_of(texts, tmp_path) as index:
        assert ids(index.search("android 13")) == ["os13.md", "os14.md"]


def test_a_digit_of_a_word_does_not_match_most_of_a_query_that_an_article_matches(index: searchlib.Index) -> None:
    assert ids(index.search("DDR4 3600")) == ["size.md"]


@pytest.mark.parametrize("query", ['"java"', "title:java", "dock 教程"])
def test_a_word_that_is_quoted_or_not_the_last_is_whole(index: searchlib.Index, query: str) -> None:
    assert index.search(query, verbatim=True).full == (0 if query == "dock 教程" else 1)


@pytest.mark.parametrize("query", ["ubernetes", "elementby", "笔记 elementby", "elementby 笔记", "13pro"])
def test_longer_words_are_found_where_a_word_finds_nothing_and_this_is_said(index: searchlib.Index, query: str) -> None:
    results = index.search(query)
    assert ids(results)[0] == "script.md"
    assert any("已查找含有它的词" in note for note in map(str, results.notes)), results.notes
    assert any(is_marked for snippet in results.hits[0].snippets for _, is_marked in snippet)
    assert not index.search(query, verbatim=True).notes


@pytest.mark.parametrize(("query", "expected"), [("50hz", []), ("250hz", ["screen.md"]), ("pro50", ["tv.md"])])
def test_a_number_is_not_found_inside_another(tmp_path: Path, query: str, expected: list[str]) -> None:
    files = {"screen.md": "# 屏幕\n\n刷新率 250Hz。\n", "tv.md": "# 电视\n\n型号 XPro50A。\n"}
    with index_of(files, tmp_path) as opened:
        assert ids(opened.search(query)) == expected


@pytest.mark.parametrize("query", ["Element", "script", "Script 笔记", "笔记 element"])
def test_identifiers_are_found_by_their_words(index: searchlib.Index, query: str) -> None:
    results = index.search(query, verbatim=True)
    assert ids(results)[:1] == ["script.md"]
    assert not results.relaxed
    assert not results.notes
    marked = {piece.lower() for spans in results.hits[0].snippets for piece, is_marked in spans if is_marked}
    assert any(word in piece for word in ("element", "script") for piece in marked)


@pytest.mark.parametrize("query", ['"element"', "-element", "lement", "title:element"])
def test_only_whole_words_of_identifiers_match_and_they_exclude_nothing(index: searchlib.Index, query: str) -> None:
    matches = "script.md" in ids(index.search(query, size=20, verbatim=True))
    assert matches is query.startswith("-")


def test_articles_with_the_word_itself_come_before_identifiers(tmp_path: Path) -> None:
    texts = {
        "code.md": "---\ntitle: 节点\n---\n" + "先用 getElementById 取节点。\n" * 6,
        "word.md": "---\ntitle: 元素\n---\n网页由许多部分组成，每一部分是一个 element，可以嵌套。\n",
    }
    with index_of(texts, tmp_path) as opened:
        assert ids(opened.search("Element")) == ["word.md", "code.md"]


def test_articles_with_longer_words_follow_those_with_the_word(index: searchlib.Index) -> None:
    results = index.search("前端 java")
    assert ids(results) == ["script.md", "java.md"]
    assert results.relaxed


def test_letters_of_pinyin_find_syllables_that_are_written_apart(index: searchlib.Index) -> None:
    assert "hello.md" in ids(index.search("nihao"))
    assert ids(index.search("yinjie")) == ["pinyin.md"]


COMPOUNDS = {
    "null.md": ("空指针", "调用时抛出 NullPointerException，原因是没有赋值。"),
    "lang.md": ("java.lang.String 的方法", "java.lang.String 与 java.lang.Object 的区别。"),
    "path.md": ("安装", "把 foobar 放进 /usr/bin，再重启。"),
    "plain.md": ("原因", "下雨的原因。"),
}


@pytest.fixture(scope="module")
def compounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    with index_of(titled(COMPOUNDS), tmp_path_factory.mktemp("compounds")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("java.lang.NullPointerException", ["null.md"]),
        ("java.lang.NullPointerException 原因", ["null.md"]),
        ("org.springframework.NullPointerException", ["null.md"]),
        ("/usr/local/bin/foobar", ["path.md"]),
        ("java.lang.String", ["lang.md"]),
        ("java.lang.Obj", ["lang.md"]),
        ("2.10.3", []),
        ("FOO-123", []),
    ],
)
def test_a_compound_that_no_article_contains_is_searched_by_its_parts(
    compounds: searchlib.Index, query: str, expected: list[str]
) -> None:
    results = compounds.search(query)
    assert ids(results) == expected
    is_replaced = query.endswith(("NullPointerException", "原因", "foobar"))
    assert any("已分别查找" in note for note in map(str, results.notes)) is is_replaced
    if is_replaced:
        assert any(is_marked for snippet in results.hits[0].snippets for _, is_marked in snippet)
        assert any(is_marked for _, is_marked in compounds.mark(query, compounds.get(expected[0]).body))
        assert not compounds.search(query, verbatim=True).notes


def test_a_compound_that_ends_with_the_beginning_of_a_word_requires_no_part(compounds: searchlib.Index) -> None:
    assert ids(compounds.search("java.lang.NullPointerExc")) == ["lang.md"]
    assert ids(compounds.search("java.lang.NullPointerException", literal=True)) == ["lang.md"]


@pytest.mark.parametrize(
    "query",
    [
        "title:java.lang.NullPointerException java.lang.NullPointerException",
        "java.lang.NullPointerException -java.lang.NullPointerExceptionHandler",
    ],
)
def test_compounds_in_a_query_with_operators_stay_whole(compounds: searchlib.Index, query: str) -> None:
    results = compounds.search(query)
    assert not any("已分别查找" in note for note in map(str, results.notes))
    assert [each.text for each in results.operators] == [
        each.text for each in compounds.search(query, verbatim=True).operators
    ]


def test_a_compound_inside_of_another_is_replaced_where_it_stands_alone(compounds: searchlib.Index) -> None:
    query = "a.lang.foo java.lang.foo.NullPointerException"
    assert [str(note) for note in compounds.search(query).notes if "已分别查找" in str(note)] == [
        "没有文章含有“a.lang.foo”，已分别查找 a、lang、foo。",
        "没有文章含有“java.lang.foo.NullPointerException”，已分别查找 java、lang、foo、NullPointerException。",
    ]


@pytest.mark.parametrize("query", ["docker和k8s的区别", "k8s与docker有什么区别", "docker的区别"])
def test_a_function_word_after_a_latin_word_is_no_part_of_it(tmp_path: Path, query: str) -> None:
    files = {
        "both.md": "# 比较\n\nk8s 编排容器，Docker 打包容器，区别很大。\n",
        "one.md": "# docker的镜像\n\ndocker的镜像，docker的仓库，docker和别的工具。\n",
    }
    with index_of(files, tmp_path) as opened:
        results = opened.search(query)
    assert ids(results)[0] == "both.md"
    marked = [text for text, is_match in results.hits[0].snippets[0] if is_match]
    assert {"Docker", "区别"} <= set(marked)


@pytest.mark.parametrize("query", ["java21新特性", "java21特性", "java高并发", "java锁并发"])
def test_a_han_character_after_a_latin_word_may_belong_to_the_next_word(tmp_path: Path, query: str) -> None:
    files = {
        "java.md": "# 笔记\n\nJava 21 的新版本有很多特性，虚拟线程适合高并发，不用锁。\n",
        "other.md": "# 新特性\n\n新特性，高并发，Java 高级教程，锁与并发。\n",
    }
    with index_of(files, tmp_path) as opened:
        assert "java.md" in ids(opened.search(query))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("java or docker", []),
        ("java OR docker", ["docker.md", "java.md", "script.md"]),
        ("getElementById of kubernetes", ["script.md"]),
        ("docker by kubernetes the 笔记", []),
        ("docker vs kubernetes", []),
        ("容器 or 教程", ["docker.md"]),
        ("容器 vs 教程", ["docker.md"]),
        ("java for", []),
        ("for 语法", []),
        ("java for 语法", []),
        ("for from", []),
    ],
)
def test_function_words_of_english_are_not_required_between_words_of_a_script(
    index: searchlib.Index, query: str, expected: list[str]
) -> None:
    results = index.search(query)
    assert results.full == len(expected)
    assert sorted(ids(results))[: results.full] == expected or not expected


@pytest.mark.parametrize(
    ("query", "expected", "searched"),
    [
        ("iphone99", ["phone.md"], "已查找 iphone。"),
        ("iPhone99价格", ["phone.md"], "已查找 iPhone。"),
        ("gpt-9", ["gpt.md"], "已查找 gpt。"),
        ("vue.js", ["vue.md"], "已分别查找 vue、js。"),
        ("麒麟9000s", ["chip.md"], "已查找 麒麟。"),
        ("麒麟99条", ["chip.md"], "已查找 麒麟。"),
        ("麒麟第99", [], ""),
        ("麒麟2022", ["chip.md"], "已分别查找 麒麟、2022。"),
        ("iphone2022", ["phone.md"], "已分别查找 iphone、2022。"),
        ("v16.13.2", ["node.md"], "已查找 v16.13。"),
        ("v16.14.2", ["node.md"], "已查找 v16。"),
        ("i7-10700", ["cpu.md"], "已查找 i7。"),
        ("g20-2016", ["summit.md", "old.md"], "已分别查找 g20、2016。"),
        ("v18.1", [], ""),
        ("v16.1.1.1.1.1.1.1", [], ""),
        ("百分之99", ["tv.md"], ""),
        ("玄武9000", [], ""),
        ("zzzz99", [], ""),
        ("tv99", [], ""),
        ("gpt9f3a1", [], ""),
    ],
)
def test_a_name_with_an_unknown_number_is_searched_without_it(
    tmp_path: Path, query: str, expected: list[str], searched: str
) -> None:
    files = {
        "phone.md": "# 手机\n\niPhone 15 的价格。\n",
        "gpt.md": "# 模型\n\n现在有 GPT-4 了。\n",
        "vue.md": "# 前端\n\n打开 App.vue。\n",
        "chip.md": "# 芯片\n\n麒麟芯片。\n",
        "node.md": "# 后端\n\nNode v16.13.1 与 npm。\n",
        "cpu.md": "# 处理器\n\n英特尔 i7-13700K。\n",
        "summit.md": "# 峰会\n\n2016 年在杭州，G20 开会。\n",
        "old.md": "# 旧闻\n\nG20 开会。\n",
        "tv.md": "# 电视\n\n99 台 TV，百分之五。\n",
        "number.md": "# 数字\n\n99 和 9。\n",
    }
    with index_of(files, tmp_path) as opened:
        results = opened.search(query)
        assert not opened.search(query, verbatim=True).notes
    assert ids(results) == expected
    assert "".join(str(note).partition("，")[2] for note in results.notes) == searched


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("react+redux", ["both.md", "apart.md"]),
        ("React＋Redux", ["both.md", "apart.md"]),
        ("0.1+0.2", ["sum.md"]),
        ("财务+人力", ["people.md"]),
        ("c++11", ["eleven.md"]),
        ("c++", ["eleven.md"]),
        ("5g+工业", ["industry.md"]),
    ],
)
def test_a_plus_between_words_joins_them_and_after_a_word_belongs_to_it(
    tmp_path: Path, query: str, expected: list[str]
) -> None:
    texts = {
        "both.md": ("前端", "用 React + Redux 管理状态。"),
        "apart.md": ("状态", "Redux 常用于 React。"),
        "sum.md": ("浮点数", "计算 0.1 + 0.2 的结果。"),
        "people.md": ("岗位", "招聘人力和财务。"),
        "eleven.md": ("标准", "C++11 的新特性。"),
        "industry.md": ("工厂", "5G+工业互联网。"),
    }
    with index_of(titled(texts), tmp_path) as index:
        results = index.search(query)
        assert ids(results) == expected
        assert index.search(query, verbatim=True).total == len(expected)


@pytest.mark.parametrize("query", ["java -jar -Xmx512m app.jar", "java -jar Xmx512m -v app.jar"])
def test_the_options_of_a_command_exclude_nothing_when_its_words_are_separated(tmp_path: Path, query: str) -> None:
    texts = {
        "jar.md": ("启动", "java 的 jar 包，选项 Xmx，把 app 打包。"),
        "other.md": ("其他", "Xmx 的内容，java。"),
    }
    with index_of(titled(texts), tmp_path) as index:
        results = index.search(query)
        assert (ids(results), results.operators) == (["jar.md"], ())
        assert any("已分别查找 Xmx" in note for note in map(str, results.notes))
