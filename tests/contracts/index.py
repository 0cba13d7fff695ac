"""The contract of every index: the public interface on real articles, in each store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import searchlib
from tests.conftest import SAMPLES
from tests.small_indexes import Write

Locate = Callable[[str], str]
"""Returns the location of an index with a name."""

ARTICLES = {
    "a.md": "---\ntitle: 机器学习入门\ndate: 2021-11-20 08:00:00\ncategories: [编程]\ntags: [Python 教程]\nauthor: 甲\n---\n"
    "深度学习是机器学习的一支。\n\n第二段说元宇宙。\n",
    "b.md": "---\ntitle: 元宇宙与产业\ndate: 2021-12-01\ncategories: [新媒体, 编程]\nauthor: 乙\n---\n产业互联网还在路上。\n",
    "c.md": "---\ntitle: 無日期的筆記\n---\n學習 C++ 與 iPhone13。\n\n机器\n\n学习\n",
}

SERIES = {
    "a.md": "---\ntitle: 孙悟空\ndate: 1986-01-01\nseries: 西游\nrating: 4.5\nreleased: 1986-02-01\n"
    "link: https://example.org/a\n---\n石猴出世。\n",
    "b.md": "---\ntitle: 唐僧\ndate: 1988-01-01\ncategories: [书]\nSeries: [西游, 上]\n"
    "params:\n  rating: 5\n---\n取经路上。\n",
    "c.md": "---\ntitle: 黛玉\ndate: 1987-01-01\ncategories: [书]\nseries: [红楼 梦]\nrating: 3\n"
    "released: 1987-05-02\n---\n葬花。\n",
}
"""Articles with other keys in their front matter."""


FORMS = [
    ("接著", "接着"),
    ("瞭解", "了解"),
    ("計畫", "计划"),
    ("甚麼", "什么"),
    ("藉口", "借口"),
    ("身分", "身份"),
    ("帳號", "账号"),
    ("讌", "宴"),
    ("著名", "著名"),
    ("Café", "cafe"),
    ("naïve", "naive"),
    ("Pokémon", "Pokemon"),
    ("soft\u00adware", "software"),
    ("零宽\u200b字符", "零宽字符"),
]
"""Forms that fold to the same text."""


def visible(text: str) -> str:
    """Return a text without invisible characters, which some readers of files remove."""
    return text.replace("\u00ad", "").replace("\u200b", "")


class IndexContract:
    """The tests. A module that runs them has a fixture ``location``."""

    @pytest.fixture(scope="class")
    @classmethod
    def samples(cls, location: Locate) -> searchlib.Index:
        """Return an index of the bundled sample articles."""
        searchlib.build_index(SAMPLES, location("samples"))
        return searchlib.open_index(location("samples"))

    def ids(self, index: searchlib.Index, query: str = "", **options: object) -> list[str]:
        return [hit.id for hit in index.search(query, **options).hits]

    def test_an_index_that_is_not_built_says_how_to_build_it(self, location: Locate) -> None:
        with pytest.raises(searchlib.NoIndexError, match="searchlib build ARTICLES --index"):
            searchlib.open_index(location("nothing"))

    def test_a_build_reports_what_it_did(self, location: Locate, write: Write) -> None:
        files = {**ARTICLES, "d.md": "---\n---\n", "e.ipynb": "{"}
        report = searchlib.build_index(write(files), location("reports"))
        assert (report.added, [path for path, _ in report.failed], report.skipped) == (
            3,
            ["e.ipynb"],
            (("d.md", "empty"),),
        )

    def test_phrases_are_exact_and_do_not_cross_lines(self, location: Locate, write: Write) -> None:
        searchlib.build_index(write(ARTICLES), location("phrases"))
        with searchlib.open_index(location("phrases")) as index:
            assert sorted(self.ids(index, '"器学习"')) == ["a.md"]
            assert self.ids(index, '"學習 c++"') == ["c.md"]
            assert self.ids(index, '"产业互联"') == ["b.md"]
            assert self.ids(index, '"c"') == []

    def test_variant_forms_meet_in_words_and_in_phrases(self, location: Locate, write: Write) -> None:
        files = {f"{number}.md": f"---\ntitle: {form}\n---\n正文。\n" for number, (form, _) in enumerate(FORMS)}
        files |= {f"{number}b.md": f"---\ntitle: 甲\n---\n{other}。\n" for number, (_, other) in enumerate(FORMS)}
        searchlib.build_index(write(files), location("forms"))
        with searchlib.open_index(location("forms")) as index:
            for number, pair in enumerate(FORMS):
                for form in pair:
                    for query in (form, f'"{form}"'):
                        results = index.search(query, size=50)
                        found = {hit.id: hit for hit in results.hits}
                        assert {f"{number}.md", f"{number}b.md"} <= found.keys(), query
                        for name, own, spans in (
                            (f"{number}.md", pair[0], found[f"{number}.md"].title_spans),
                            (f"{number}b.md", pair[1], found[f"{number}b.md"].snippets[0]),
                        ):
                            marked = [visible(text) for text, is_marked in spans if is_marked]
                            assert visible(own) in marked, (query, name)
            assert not self.ids(index, '"着名"')

    def test_latin_words_match_longer_words(self, location: Locate, write: Write) -> None:
        files = {
            "a.md": "---\ntitle: 甲\n---\nJavaScript 的 getElementById，GPT-4o。\n",
            "b.md": "---\ntitle: Java\n---\n乙。\n",
        }
        searchlib.build_index(write(files), location("latin"))
        with searchlib.open_index(location("latin")) as index:
            assert self.ids(index, "java") == ["b.md", "a.md"]
            assert self.ids(index, "GPT-4") == ["a.md"]
            assert self.ids(index, '"java"') == ["b.md"]
            assert self.ids(index, "Element") == ["a.md"]
            results = index.search("lement")
            assert [hit.id for hit in results.hits] == ["a.md"]
            assert "getelementbyid" in str(results.notes[-1])

    def test_every_operator_of_the_query_language_works(self, location: Locate, write: Write) -> None:
        searchlib.build_index(write(ARTICLES), location("language"))
        with searchlib.open_index(location("language")) as index:
            assert self.ids(index, "title:元宇宙") == ["b.md"]
            assert self.ids(index, "category:编程 -产业") == ["a.md"]
            assert sorted(self.ids(index, "产业互联网 OR 深度学习")) == ["a.md", "b.md"]
            assert self.ids(index, "tag:教程") == ["a.md"]
            assert self.ids(index, "date:2021-12") == ["b.md"]
            assert self.ids(index, "iph*") == ["c.md"]
            assert self.ids(index, "author:甲 元宇宙") == ["a.md"]
            assert self.ids(index, "，") == []

    def test_facets_ignore_their_own_filter(self, location: Locate, write: Write) -> None:
        searchlib.build_index(write(ARTICLES), location("facets"))
        with searchlib.open_index(location("facets")) as index:
            results = index.search(category=["新媒体", "没有的"], date_from="2021-11", date_to="2021-12")
        assert [hit.id for hit in results.hits] == ["b.md"]
        assert [(each.value, each.count, each.selected) for each in results.facets["category"]] == [
            ("编程", 2, False),
            ("新媒体", 1, True),
            ("没有的", 0, True),
        ]
        assert [(each.value, each.count) for each in results.facets["year"]] == [("2021", 1)]
        assert [(each.value, each.count) for each in results.facets["author"]] == [("乙", 1)]

    def test_categories_are_a_tree_if_the_archive_has_one(self, location: Locate, write: Write) -> None:
        filed = [("生活", "随笔"), ("生活", "旅行"), ("技术", "随笔"), ("技术", "随笔")]
        articles = write(
            {
                f"{number}.md": f"---\ntitle: 第{number}篇\ncategories:\n  - [{', '.join(path)}]\n---\n正文。\n"
                for number, path in enumerate(filed)
            }
        )
        searchlib.build_index(articles, location("tree"))
        with searchlib.open_index(location("tree")) as index:
            everything = index.search("正文")
            chosen = index.search("正文", category="生活 > 随笔")
            places = index.facet_values("category", "正文")
        assert [(each.path, each.value, each.count) for each in everything.category_tree] == [
            (("技术",), "技术", 2),
            (("技术", "随笔"), "技术 > 随笔", 2),
            (("生活",), "生活", 2),
            (("生活", "旅行"), "旅行", 1),
            (("生活", "随笔"), "生活 > 随笔", 1),
        ]
        assert [hit.id for hit in chosen.hits] == ["0.md"]
        assert chosen.hits[0].category_paths == (("生活", "随笔"),)
        assert [each.path for each in chosen.category_tree if each.selected] == [("生活", "随笔")]
        assert places == everything.category_tree

    def test_a_search_without_hits_says_what_to_leave_out(self, location: Locate, write: Write) -> None:
        searchlib.build_index(write(ARTICLES), location("advice"))
        with searchlib.open_index(location("advice")) as index:
            advice = index.search("元宇宙", author="丙", explain=True).advice
        assert [(each.kind, each.values, each.total) for each in advice] == [("author", ("丙",), 2)]

    def test_hits_are_sorted_and_paged(self, samples: searchlib.Index) -> None:
        newest = self.ids(samples, size=100, sort="newest")
        oldest = self.ids(samples, size=100, sort="oldest")
        dates = [samples.get(article_id).date for article_id in newest]
        dated = [each for each in dates if each]
        assert dated == sorted(dated, reverse=True)
        assert all(each is None for each in dates[len(dated) :])
        assert [samples.get(each).date for each in oldest[: len(dated)]] == dated[::-1]
        paged = [each for page in range(1, 8) for each in self.ids(samples, size=10, page=page, sort="newest")]
        assert paged == newest

    def test_pages_by_relevance_join_to_the_whole(self, samples: searchlib.Index) -> None:
        everything = self.ids(samples, "的", size=100)
        assert len(everything) > 20
        assert [each for page in range(1, 11) for each in self.ids(samples, "的", size=10, page=page)] == everything

    def test_articles_are_returned_as_they_were_read(self, samples: searchlib.Index) -> None:
        for article in searchlib.read_articles(SAMPLES):
            assert isinstance(article, searchlib.Article)
            assert samples.get(article.id) == article

    def test_an_unknown_article_is_an_error(self, samples: searchlib.Index) -> None:
        for read in (samples.get, samples.similar):
            with pytest.raises(searchlib.UnknownArticleError, match=r"没有\.md"):
                read("没有.md")

    def test_hits_mark_their_matches(self, samples: searchlib.Index) -> None:
        hit = samples.search("元宇宙").hits[0]
        assert ("元宇宙", True) in hit.title_spans
        assert any(matched for snippet in hit.snippets for _, matched in snippet)

    def test_similar_articles_leave_out_the_article_itself(self, samples: searchlib.Index) -> None:
        first = samples.search("元宇宙").hits[0].id
        assert first not in [hit.id for hit in samples.similar(first).hits]
        assert samples.similar(first).total

    def test_a_small_archive_completes_names_of_its_bodies(self, location: Locate, write: Write) -> None:
        bodies = ["走进元宇宙。学 Python 三天。", "谈元宇宙与游戏。", "说起元宇宙，用 Python 和 C++。"]
        texts = {f"{number}.md": f"---\ntitle: 第{number}篇\n---\n{bodies[number % 3]}\n" for number in range(10)}
        searchlib.build_index(write(texts), location("small"))
        with searchlib.open_index(location("small")) as index:
            first = {typed: index.suggest(typed)[0].text for typed in ("yyz", "元yu", "py", "c++")}
        assert first == {"yyz": "元宇宙", "元yu": "元宇宙", "py": "Python", "c++": "C++"}

    def test_names_are_suggested_by_pinyin(self, samples: searchlib.Index) -> None:
        assert "元宇宙" in [each.text for each in samples.suggest("yuanyu")]
        assert "元宇宙" in [each.text for each in samples.suggest("元宇")]

    def test_pinyin_matches_the_words_that_it_spells(self, samples: searchlib.Index) -> None:
        assert samples.search("yuanyuzhou").searched == "元宇宙"

    def test_partial_matches_follow_few_full_matches(self, samples: searchlib.Index) -> None:
        results = samples.search("元宇宙 产业 面条")
        assert results.relaxed
        assert results.total > 1

    def test_the_parts_of_an_explanation_add_up_to_the_score(self, samples: searchlib.Index) -> None:
        for hit in samples.search("元宇宙 产业", explain=True).hits:
            assert hit.explanation
            assert sum(each.score for each in hit.explanation.terms) == pytest.approx(hit.score, abs=1e-3)

    def test_statistics_count_what_the_index_holds(self, samples: searchlib.Index) -> None:
        articles = [each for each in searchlib.read_articles(SAMPLES) if isinstance(each, searchlib.Article)]
        stats = samples.stats()
        assert stats.articles == len(articles)
        assert stats.undated == sum(each.date is None for each in articles)
        assert stats.categories == len({name for each in articles for name in each.categories})
        assert stats.authors == len({name for each in articles for name in each.authors})
        assert stats.tags == len({name for each in articles for name in each.tags})
        assert stats.size_bytes > 0

    def test_a_check_of_a_sound_index_finds_no_problems(self, samples: searchlib.Index) -> None:
        report = samples.check()
        assert report.ok, report.problems
        assert report.articles == samples.stats().articles

    def test_an_update_reads_only_changed_files(self, location: Locate, write: Write) -> None:
        articles = write(ARTICLES)
        searchlib.build_index(articles, location("update"))
        with searchlib.open_index(location("update")) as index:
            before = index.generation
            (articles / "b.md").unlink()
            write({"a.md": "---\ntitle: 面条\n---\n怎么煮面条。\n", "e.md": "---\ntitle: 包子\n---\n包子与面条。\n"})
            report = searchlib.update_index(articles, location("update"))
            assert (report.added, report.updated, report.deleted, report.unchanged) == (1, 1, 1, 1)
        with searchlib.open_index(location("update")) as index:
            assert index.generation != before
            assert sorted(self.ids(index, "面条")) == ["a.md", "e.md"]
            assert self.ids(index, "产业") == []
            assert "包子" in [each.text for each in index.suggest("baozi")]
            assert index.check().ok
        assert searchlib.update_index(articles, location("update")).unchanged == 3

    def test_near_duplicates_are_one_hit_before_and_after_an_update(self, location: Locate, write: Write) -> None:
        told = "".join(chr(0x4E00 + number * 7 % 1999) for number in range(200))
        articles = write({f"{name}.md": f"---\ntitle: 转载{name}\n---\n{told}\n" for name in "甲乙丙"})
        searchlib.build_index(articles, location("repeats"))
        with searchlib.open_index(location("repeats")) as index:
            results = index.search("转载")
            assert (results.total, results.folded, len(results.hits)) == (3, 2, 1)
            assert results.hits[0].repeats_total == 2
            assert len(index.search("转载", repeats="show").hits) == 3
        (articles / "甲.md").unlink()
        searchlib.update_index(articles, location("repeats"))
        with searchlib.open_index(location("repeats")) as index:
            results = index.search("转载")
            assert (results.total, results.folded, len(results.hits)) == (2, 1, 1)

    def test_edited_articles_with_the_same_title_are_near_duplicates(self, location: Locate, write: Write) -> None:
        told = ["".join(chr(0x4E00 + number * step % 1999) for number in range(200)) for step in (7, 11)]
        same, other = "河北涿州退洪街头将大面积消杀", "另一个足够长的标题在这里"
        bodies = {"甲": told[0] + told[1][:50], "乙": told[0] + told[1][50:100], "丙": told[0] + told[1][100:150]}
        titles = {"甲": same, "乙": same, "丙": other}
        articles = write({f"{name}.md": f"---\ntitle: {titles[name]}\n---\n{bodies[name]}\n" for name in bodies})
        searchlib.build_index(articles, location("edited"))
        with searchlib.open_index(location("edited")) as index:
            results = index.search(told[0][:3])
            assert (results.total, results.folded, len(results.hits)) == (3, 1, 2)

    def test_all_words_in_the_title_rank_above_many_occurrences_in_the_body(
        self, location: Locate, write: Write
    ) -> None:
        other = "".join(chr(0x4E00 + number * 7 % 1999) for number in range(60))
        articles = {f"{number}.md": f"---\ntitle: 其他{number}\n---\n{other[number:]}\n" for number in range(9)}
        articles["body.md"] = f"---\ntitle: 手机评测\n---\n{'体验很好。' * 28}{other}用户说{other}linux\n"
        articles["title.md"] = f"---\ntitle: Linux 桌面：用户的体验\n---\n{other}\n"
        articles["apart.md"] = f"---\ntitle: 杂记\n---\n{other}竹子{other}\n\n{other}石磨{other}\n"
        articles["lead.md"] = f"---\ntitle: 杂记\n---\n竹子和石磨的故事。{other}\n\n{other * 2}\n"
        searchlib.build_index(write(articles), location("titles"))
        with searchlib.open_index(location("titles")) as index:
            assert self.ids(index, "Linux 用户 体验")[:2] == ["title.md", "body.md"]
            assert self.ids(index, "竹子 石磨")[:2] == ["lead.md", "apart.md"]

    def test_a_word_that_is_a_tag_category_or_author_finds_its_articles(self, location: Locate, write: Write) -> None:
        articles = {
            "tag.md": "---\ntitle: 甲\ntags: [量子计算, Machine Learning]\n---\n正文一。\n",
            "category.md": "---\ntitle: 乙\ncategories: [天文观测]\n---\n正文二。\n",
            "author.md": "---\ntitle: 丙\nauthor: 谢益辉\n---\n正文三，教程。\n",
            "body.md": "---\ntitle: 丁\n---\n说到量子计算，也说教程。\n",
        }
        searchlib.build_index(write(articles), location("names"))
        with searchlib.open_index(location("names")) as index:
            assert self.ids(index, "量子计算") == ["body.md", "tag.md"]
            assert not index.search("量子计算").relaxed
            assert self.ids(index, "machine learning") == ["tag.md"]
            assert self.ids(index, "天文观测") == ["category.md"]
            assert self.ids(index, "谢益辉 教程")[0] == "author.md"
            assert self.ids(index, "谢益辉", category=["天文观测"]) == []
            assert sorted(self.ids(index, '"量子计算"')) == ["body.md"]
            assert self.ids(index, "量子计算 -教程") == ["tag.md"]

    def test_a_rebuild_replaces_the_old_index_at_once(self, location: Locate, write: Write) -> None:
        searchlib.build_index(write(ARTICLES), location("rebuild"))
        with searchlib.open_index(location("rebuild")) as index:
            before = index.generation
            searchlib.build_index(SAMPLES, location("rebuild"))
            assert self.ids(index, "元宇宙")
        with searchlib.open_index(location("rebuild")) as index:
            assert index.generation != before
            assert index.stats().articles > len(ARTICLES)

    def test_a_failed_build_does_not_change_the_index(self, location: Locate, write: Write, tmp_path: Path) -> None:
        searchlib.build_index(write(ARTICLES), location("refused"))
        (tmp_path / "empty").mkdir()
        (tmp_path / "empty" / "x.md").write_text("---\n---\n")
        with pytest.raises(searchlib.ArticlesNotFoundError):
            searchlib.build_index(tmp_path / "empty", location("refused"))
        with searchlib.open_index(location("refused")) as index:
            assert index.stats().articles == len(ARTICLES)

    def test_words_of_a_user_dictionary_are_tokenized_as_words(
        self, location: Locate, write: Write, tmp_path: Path
    ) -> None:
        (tmp_path / "words.txt").write_text("产业互联 100\n", encoding="utf-8")
        settings = searchlib.Settings(dictionary=str(tmp_path / "words.txt"))
        searchlib.build_index(write(ARTICLES), location("words"), settings=settings)
        with searchlib.open_index(location("words"), settings=settings) as index:
            assert self.ids(index, "产业互联") == ["b.md"]
        (tmp_path / "words.txt").write_text("产业互 100\n", encoding="utf-8")
        with pytest.raises(searchlib.IndexMismatchError):
            searchlib.open_index(location("words"), settings=settings)

    def test_a_search_ends_at_its_deadline(self, location: Locate, write: Write) -> None:
        searchlib.build_index(write(ARTICLES), location("late"))
        with (
            searchlib.open_index(location("late"), settings=searchlib.Settings(deadline=0)) as index,
            pytest.raises(searchlib.SearchTimeoutError),
        ):
            index.search("元宇宙")

    def test_an_index_is_copied_to_another_store_and_back(self, location: Locate, write: Write, tmp_path: Path) -> None:
        articles = write(ARTICLES)
        here = str(tmp_path / "here")
        searchlib.build_index(articles, here)
        assert searchlib.copy_index(here, location("moved")).added == 3
        assert searchlib.copy_index(location("moved"), str(tmp_path / "back")).added == 3
        assert searchlib.update_index(articles, location("moved")).unchanged == 3
        for each in (location("moved"), str(tmp_path / "back")):
            with searchlib.open_index(here) as before, searchlib.open_index(each) as after:
                for query in ("", "机器学习", '"学习 c++"', "category:编程"):
                    assert self.ids(after, query) == self.ids(before, query)
                assert after.get("c.md") == before.get("c.md")
                assert after.check().ok

    def test_a_dump_contains_the_whole_index(self, location: Locate, write: Write, tmp_path: Path) -> None:
        searchlib.build_index(write({**ARTICLES, "d.md": "---\n---\n"}), location("dumped"))
        dump = tmp_path / "dump.jsonl"
        with dump.open("w", encoding="utf-8") as file:
            assert searchlib.dump_index(location("dumped"), file) == 3
        assert len(dump.read_text(encoding="utf-8").splitlines()) == 1 + 3 + 1
        with dump.open(encoding="utf-8") as file:
            assert searchlib.load_index(file, location("loaded")).added == 3
        with searchlib.open_index(location("dumped")) as before, searchlib.open_index(location("loaded")) as after:
            assert self.ids(after, "机器学习") == self.ids(before, "机器学习")
            assert after.check().ok
        lines = dump.read_text(encoding="utf-8").splitlines(keepends=True)
        dump.write_text("".join([lines[0], lines[1], *lines[3:]]), encoding="utf-8")
        with (
            dump.open(encoding="utf-8") as file,
            pytest.raises(searchlib.SearchlibError, match="the checksum of the articles is wrong"),
        ):
            searchlib.load_index(file, location("loaded"))
        with searchlib.open_index(location("loaded")) as index:
            assert index.stats().articles == 3

    def test_a_hit_shows_the_names_that_match_if_nothing_else_does(self, location: Locate, write: Write) -> None:
        searchlib.build_index(write(ARTICLES), location("names"))
        with searchlib.open_index(location("names")) as index:
            for query, article_id, names in (
                ("tag:python", "a.md", [(("Python 教程", True),)]),
                ("作者：甲", "a.md", [(("甲", True),)]),
                ("乙", "b.md", [(("乙", True),)]),
                ("category:编程 author:乙", "b.md", [(("乙", True),), (("编程", True),)]),
                ("元宇宙", "b.md", []),
                ("tag:教程 深度学习", "a.md", []),
                ("", "a.md", []),
            ):
                hit = next(hit for hit in index.search(query) if hit.id == article_id)
                assert [*hit.name_spans] == names, query

    def test_an_index_keeps_the_settings_that_it_was_built_with(
        self, location: Locate, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = write({"blog/a.md": SERIES["a.md"], "docs/b.md": SERIES["b.md"]})
        settings = searchlib.Settings(
            facets=("series",), url_template={"blog": "https://blog.example/{stem}/", "docs": "{link}"}
        )
        folders = {"blog": folder / "blog", "docs": folder / "docs"}
        searchlib.build_index(folders, location("settings"), settings=settings)
        # No file of settings is above this folder.
        monkeypatch.chdir(tmp_path)
        assert searchlib.index_settings(location("settings")) == settings
        with searchlib.open_index(location("settings")) as index:
            results = index.search(filters={"series": "西游"}, sort="oldest")
            assert [(hit.id, hit.url) for hit in results] == [
                ("blog/a.md", "https://blog.example/a/"),
                ("docs/b.md", ""),
            ]
            index.delete(["docs/b.md"])
        assert searchlib.update_index(folders, location("settings")).added == 1
        assert searchlib.index_settings(location("settings")) == settings

    def test_keys_of_the_front_matter_are_facets_and_filters(self, location: Locate, write: Write) -> None:
        folder = write(SERIES)
        settings = searchlib.Settings(
            facets=("series", "rating", "released"), stored=("Link", "absent"), url_template="{link}"
        )
        searchlib.build_index(folder, location("facets"), settings=settings)
        with searchlib.open_index(location("facets"), settings=settings) as index:
            assert (index.facets, index.stats().facets) == (settings.facets, settings.facets)
            results = index.search(filters={"series": "西游"})
            assert [hit.id for hit in results] == ["b.md", "a.md"]
            assert values(results, "series") == [("西游", 2, True), ("上", 1, False), ("红楼 梦", 1, False)]
            assert values(results, "rating") == [("4.5", 1, False), ("5", 1, False)]
            assert self.ids(index, filters={"series": ["上", "红楼 梦"], "category": "书"}) == ["b.md", "c.md"]
            assert self.ids(index, filters={"rating": ">=4.5", "released": "1986..1990"}) == ["a.md"]
            for number in (5, 5.0, "5", "5.00"):
                assert self.ids(index, filters={"rating": number}) == ["b.md"]
            assert self.ids(index, filters={"released": "1987-05..1987-05"}) == ["c.md"]
            selected = values(index.search(filters={"rating": ["<4", "4.5"]}), "rating")
            assert selected == [("3", 1, False), ("4.5", 1, True), ("5", 1, False), ("<4", 1, True)]
            assert self.ids(index, "series:西游 -rating:5") == ["a.md"]
            assert self.ids(index, "SERIES：红楼") == ["c.md"]
            assert self.ids(index, "rating:>=4 released:..1986-12") == ["a.md"]
            assert self.ids(index, "rating:3..4.5 OR series:上", sort="oldest") == ["a.md", "c.md", "b.md"]
            assert [each.value for each in index.facet_values("series", holding="红")] == ["红楼 梦"]
            hits = {hit.id: hit for hit in results}
            assert hits["a.md"].extra == {"Link": "https://example.org/a"}
            assert hits["a.md"].url == "https://example.org/a"
            assert (hits["b.md"].extra, hits["b.md"].url) == ({}, "")
            for wrong in ({"absent": "x"}, {"series": None}, "series"):
                with pytest.raises(searchlib.ParameterError) as refused:
                    index.search(filters=wrong)
                assert refused.value.parameter == "filters"

    def test_several_folders_are_one_index(self, location: Locate, write: Write, tmp_path: Path) -> None:
        blog, docs = write(ARTICLES), tmp_path / "manual"
        docs.mkdir()
        text = "---\ntitle: 说明\nsource: 别处\nseries: 手册\n---\n元宇宙的用法。\n"
        for name in ("a.md", "z.md"):
            (docs / name).write_text(text.replace("说明", f"说明 {name}"), encoding="utf-8")
        folders = {"docs": docs, "blog": str(blog)}
        settings = searchlib.Settings(facets=("series",))
        report = searchlib.build_index(folders, location("several"), settings=settings)
        assert (report.added, report.failed) == (5, ())
        with searchlib.open_index(location("several")) as index:
            assert index.facets == ("series", "source")
            assert index.ids() == ["blog/a.md", "blog/b.md", "blog/c.md", "docs/a.md", "docs/z.md"]
            assert index.get("docs/a.md").path == "docs/a.md"
            assert sorted(self.ids(index, "元宇宙", filters={"source": "docs"})) == ["docs/a.md", "docs/z.md"]
            assert self.ids(index, "元宇宙 source:blog -产业") == ["blog/a.md"]
            assert values(index.search(), "source") == [("blog", 3, False), ("docs", 2, False)]
            (docs / "a.md").write_text(text.replace("元宇宙", "新世界"), encoding="utf-8")
            (docs / "z.md").unlink()
            report = searchlib.update_index(folders, location("several"), settings=settings)
            assert (report.updated, report.deleted, report.unchanged) == (1, 1, 3)
            assert self.ids(index, "新世界") == ["docs/a.md"]
            assert index.check().problems == ()
        report = searchlib.update_index({"blog": blog}, location("several"), settings=settings)
        assert (report.deleted, report.unchanged) == (1, 3)

    def test_folders_that_cannot_be_one_index_are_refused(self, location: Locate, write: Write, tmp_path: Path) -> None:
        blog = write(ARTICLES)
        for folders in ({}, {"a/b": blog}, {"blog": None}, {"blog": 5}, {1: blog}):
            with pytest.raises(searchlib.ParameterError) as refused:
                searchlib.build_index(folders, location("refused"))
            assert refused.value.parameter == "articles"
        with pytest.raises(searchlib.ArticlesNotFoundError, match="there is no folder"):
            searchlib.build_index({"blog": blog, "docs": tmp_path / "absent"}, location("refused"))

    def test_an_empty_folder_among_several_deletes_nothing(
        self, location: Locate, write: Write, tmp_path: Path
    ) -> None:
        # It may be the place of a disk that is not mounted.
        folders = {"blog": write(ARTICLES), "docs": tmp_path / "docs"}
        folders["docs"].mkdir()
        article = folders["docs"] / "a.md"
        article.write_text("---\ntitle: 说明\nSource_: 别处\n---\n文字。\n", encoding="utf-8")
        searchlib.build_index(folders, location("emptied"))
        article.rename(tmp_path / "elsewhere")
        with pytest.raises(searchlib.ArticlesNotFoundError, match="no article files in the folder 'docs'"):
            searchlib.update_index(folders, location("emptied"))
        with searchlib.open_index(location("emptied")) as index:
            assert self.ids(index, "说明 source:docs") == ["docs/a.md"]

    def test_an_update_with_other_facets_reads_every_file_again(self, location: Locate, write: Write) -> None:
        folder = write(SERIES)
        searchlib.build_index(folder, location("other-facets"), settings=searchlib.Settings(facets=("series",)))
        settings = searchlib.Settings(facets=("rating", "series"))
        report = searchlib.update_index(folder, location("other-facets"), settings=settings)
        assert (report.updated, report.unchanged) == (3, 0)
        assert searchlib.update_index(folder, location("other-facets"), settings=settings).unchanged == 3
        with searchlib.open_index(location("other-facets")) as index:
            assert index.facets == ("rating", "series")
            assert self.ids(index, filters={"rating": "5", "series": "西游"}) == ["b.md"]
            index.add([replace(index.get("c.md"), id="d", path="d", title="另一本")])
            assert self.ids(index, filters={"rating": "3"}) == ["c.md", "d"]
            articles = list(index)
        report = searchlib.update_index(
            articles, location("other-facets"), settings=searchlib.Settings(facets=("released",))
        )
        assert (report.updated, report.unchanged) == (4, 0)
        with searchlib.open_index(location("other-facets")) as index:
            assert self.ids(index, filters={"released": "1987"}, sort="oldest") == []
            assert sorted(self.ids(index, filters={"released": "1987..1987"})) == ["c.md", "d"]
        searchlib.copy_index(location("other-facets"), location("copied-facets"))
        with searchlib.open_index(location("copied-facets")) as index:
            assert index.facets == ("released",)
            assert sorted(self.ids(index, "released:1987..1987")) == ["c.md", "d"]

    def test_articles_come_from_an_iterable(self, location: Locate) -> None:
        articles = [article("1", "元宇宙与产业", "产业互联网还在路上。"), article("2", "机器学习", "深度学习。")]
        report = searchlib.build_index(iter(articles), location("given"), jobs=1)
        assert (report.added, report.failed, report.undated) == (2, (), 1)
        with searchlib.open_index(location("given")) as index:
            assert (len(index), index.ids(), sorted(each.id for each in index)) == (2, ["1", "2"], ["1", "2"])
            assert self.ids(index, '"互联网还"') == ["1"]
            stored = index.get("1")
            assert stored.extra == {}
            assert (stored.path, stored.date) == ("1", datetime(2021, 11, 20, tzinfo=ZoneInfo("Asia/Shanghai")))
            assert index.check().problems == ()

    def test_an_update_from_an_iterable_writes_what_changed_and_deletes_the_rest(self, location: Locate) -> None:
        articles = [article(str(number), f"第{number}篇", "正文。") for number in range(5)]
        searchlib.build_index(articles, location("given-update"), jobs=1)
        changed = [*articles[1:4], replace(articles[4], body="元宇宙来了。"), article("5", "新的", "正文。")]
        report = searchlib.update_index(iter(changed), location("given-update"))
        assert (report.added, report.updated, report.deleted, report.unchanged) == (1, 1, 1, 3)
        with searchlib.open_index(location("given-update")) as index:
            assert (index.ids(), self.ids(index, "元宇宙")) == (["1", "2", "3", "4", "5"], ["4"])
            assert index.check().problems == ()

    def test_an_open_index_takes_and_deletes_articles(self, location: Locate, write: Write) -> None:
        searchlib.build_index(write(ARTICLES), location("changes"))
        with searchlib.open_index(location("changes")) as index:
            report = index.add(
                [article("d", "元宇宙的未来", "新的一篇。"), article("a.md", "元宇宙的过去", "旧的一篇。")]
            )
            assert (report.added, report.updated, report.deleted, report.unchanged) == (1, 1, 0, 2)
            assert sorted(self.ids(index, "title:元宇宙")) == ["a.md", "b.md", "d"]
            report = index.delete(["a.md", "absent"])
            assert (report.deleted, report.unchanged) == (1, 3)
            assert index.ids() == ["b.md", "c.md", "d"]
            assert index.check().problems == ()
            with pytest.raises(searchlib.ArticlesNotFoundError, match="would hold no article"):
                index.delete(index.ids())
            with pytest.raises(searchlib.ParameterError, match="a list or another iterable"):
                index.add(article("e", "一篇", "不在列表里。"))
            with pytest.raises(searchlib.ParameterError, match="text must be text"):
                index.read_dates(None)
            assert len(index) == 3

    def test_an_article_that_cannot_be_indexed_costs_itself(self, location: Locate) -> None:
        bad = [
            article("", "没有编号", "正文。"),
            article("2", "", ""),
            replace(article("3", "题", "文"), tags="标签"),
            replace(article("4", "题", "文"), date="2021"),
            article("1", "又是一", "正文。"),
        ]
        report = searchlib.build_index([article("1", "第一篇", "正文。"), *bad], location("given-bad"), jobs=1)
        assert report.added == 1
        assert dict(report.failed) == {
            "": "the article has no id",
            "1": "an earlier article has the same id",
            "2": "empty: neither a title nor any text",
            "3": "tags must be a list of texts, not '标签'",
            "4": "date must be a datetime, not '2021'",
        }
        with pytest.raises(searchlib.ArticlesNotFoundError, match="the first is 2: empty"):
            searchlib.build_index([article("2", "", "")], location("given-bad"), jobs=1)
        report = searchlib.update_index([replace(article("1", "", ""))], location("given-bad"))
        assert (report.unchanged, report.deleted, len(report.failed)) == (1, 0, 1)


def values(results: searchlib.Results, facet: str) -> list[tuple[str, int, bool]]:
    return [(each.value, each.count, each.selected) for each in results.facets[facet]]


def article(article_id: str, title: str, body: str) -> searchlib.Article:
    """Return an article; the one with the id 1 has a date without a zone, and a secret."""
    first = article_id == "1"
    date = datetime(2021, 11, 20) if first else None
    return searchlib.Article(
        id=article_id, title=title, body=body, date=date, extra={"password": "geheim"} if first else {}
    )
