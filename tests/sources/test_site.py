"""The configuration of a site and the sections of Hugo set values of articles."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchlib
from searchlib.settings import DEFAULTS
from searchlib.sources.articles import Reading, Source
from searchlib.sources.inspection import inspect_file
from searchlib.sources.site import read_site
from searchlib.sources.walk import list_states

PAGE = "---\ntitle: 页\n---\n正文"
TAGGED = "---\ntitle: 页\ntags: [日记]\n---\n秘密的正文"
ENCRYPT = (
    "encrypt:\n  abstract: 有密码\n  tags:\n    - {name: 日记, password: mima}\n    - {name: 私密, password: mima}\n"
)


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def read(folder: Path) -> dict[str, Reading]:
    names = list_states(folder).states
    source = Source(folder, DEFAULTS, read_site(folder, names))
    return {name: source.read(name) for name in names}


def skipped(folder: Path) -> dict[str, str]:
    return {name: reading.skipped for name, reading in read(folder).items() if reading.skipped}


def test_a_section_passes_its_values_down(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "notes/_index.md": "---\ntitle: 笔记\ncascade:\n  tags: [笔记]\n  author: 张三\n---\n正文",
            "notes/a.md": PAGE,
            "notes/deep/b.md": "---\ntitle: 页\ntags: [自己]\n---\n正文",
            "notes/deep/c.md": PAGE,
            "notes/deep/_index.md": "---\ntitle: 深\ncascade:\n  author: 李四\n---\n正文",
            "other.md": PAGE,
        },
    )
    articles = {name: reading.article for name, reading in read(tmp_path).items()}
    assert {name: (each.tags, each.author) for name, each in articles.items() if each} == {
        "notes/_index.md": (("笔记",), "张三"),
        "notes/a.md": (("笔记",), "张三"),
        "notes/deep/_index.md": (("笔记",), "李四"),
        "notes/deep/b.md": (("自己",), "李四"),
        "notes/deep/c.md": (("笔记",), "李四"),
        "other.md": ((), ""),
    }


@pytest.mark.parametrize(
    ("cascade", "reason"),
    [
        ("cascade:\n  draft: true", "draft"),
        ("cascade:\n  build:\n    list: never", "unlisted (build)"),
        ("cascade:\n  _build:\n    render: never", "unlisted (_build)"),
        ("cascade:\n  headless: true", "headless"),
        ("cascade:\n- private: true", "private"),
        ("cascade:\n- target: {path: '/notes/**'}\n  draft: true", "draft"),
        ("cascade:\n- _target: {path: '{/x/*,/notes/a}'}\n  draft: true", "draft"),
        ("cascade:\n- target: {path: '/n?tes/**'}\n  draft: true", "draft"),
        ("cascade:\n- target: {path: '/notes?/**'}\n  draft: true", ""),
        ("cascade:\n- target: {kind: page}\n  draft: true", "draft"),
        ("cascade:\n- target: {kind: section}\n  draft: true", ""),
        ("cascade:\n- target: {path: /blog/**}\n  draft: true", ""),
        ("cascade:\n- target: {environment: staging}\n  draft: true", ""),
        ("cascade: 3", ""),
        ("cascade:\n- target: {path: '" + "*a" * 50 + "'}\n  draft: true", ""),
    ],
)
@pytest.mark.parametrize("content", ["", "content/", "site/content/"])
def test_pages_of_an_unpublished_section_are_skipped(tmp_path: Path, content: str, cascade: str, reason: str) -> None:
    section, page = f"{content}notes/_index.md", f"{content}notes/a.md"
    write(tmp_path, {section: f"---\ntitle: 笔记\n{cascade}\n---\n", page: PAGE})
    assert skipped(tmp_path).get(page, "") == reason


def test_the_page_wins_over_its_section(tmp_path: Path) -> None:
    draft = "---\ntitle: 笔记\ncascade: {draft: true}\n---\n"
    write(tmp_path, {"notes/_index.md": draft, "notes/a.md": "---\ntitle: 页\ndraft: false\n---\n正文"})
    assert "notes/a.md" not in skipped(tmp_path)


def test_a_site_passes_values_down(tmp_path: Path) -> None:
    write(tmp_path, {"hugo.toml": "[[cascade]]\ndraft = true\n[cascade.target]\npath = '/notes/**'\n"})
    write(tmp_path, {"content/notes/a.md": PAGE, "content/b.md": PAGE})
    assert skipped(tmp_path) == {"content/notes/a.md": "draft"}
    assert skipped(tmp_path / "content") == {"notes/a.md": "draft"}


@pytest.mark.parametrize(
    "name", ["config/_default/hugo.yaml", "config/_default/config.yml", "config/production/hugo.yaml"]
)
@pytest.mark.parametrize("site", ["", "site/"])
def test_hugo_reads_its_configuration_from_a_folder(tmp_path: Path, name: str, site: str) -> None:
    config = "ignoreFiles: [old]\ncascade: {draft: true, _target: {path: '/notes/**'}}\n"
    write(tmp_path, {f"{site}{name}": config, f"{site}config/_default/params.yaml": "cascade: {draft: true}"})
    write(tmp_path, dict.fromkeys((f"{site}content/{page}" for page in ("notes/a.md", "b.md", "old/c.md")), PAGE))
    assert skipped(tmp_path) == {f"{site}content/notes/a.md": "draft"}
    assert list_states(tmp_path).excluded == {f"{site}content/old/c.md": f"excluded ({name})"}
    assert skipped(tmp_path / site / "content") == {"notes/a.md": "draft"}


@pytest.mark.parametrize(
    ("name", "cascade"),
    [
        ("config/_default/cascade.yaml", "draft: true\ntarget: {path: '/notes/**'}"),
        ("config/_default/cascade.json", '{"draft": true, "target": {"path": "/notes/**"}}'),
        ("config/production/cascade.toml", "build = {list = 'never'}\n[target]\npath = '/notes/**'"),
        ("config/_default/cascade.toml", "[[cascade]]\ndraft = true\ntarget = {path = '/notes/**'}"),
        ("config/staging/cascade.yaml", "draft: true"),
        ("cascade.yaml", "draft: true"),
    ],
)
def test_hugo_reads_values_to_pass_down_from_a_file_of_their_own(tmp_path: Path, name: str, cascade: str) -> None:
    write(tmp_path, {name: cascade, "content/notes/a.md": PAGE, "content/b.md": PAGE})
    is_read = name.startswith(("config/_default", "config/production"))
    assert set(skipped(tmp_path)) == ({"content/notes/a.md"} if is_read else set())
    assert set(skipped(tmp_path / "content")) == ({"notes/a.md"} if is_read else set())


def test_the_values_that_hugo_passes_down_in_production_take_precedence(tmp_path: Path) -> None:
    write(tmp_path, {"config/_default/hugo.yaml": "cascade: {draft: true}", "content/a.md": PAGE})
    assert skipped(tmp_path) == {"content/a.md": "draft"}
    write(tmp_path, {"config/production/hugo.yaml": "cascade: {draft: false}"})
    assert skipped(tmp_path) == {}


def test_hugo_prefers_the_configuration_for_production(tmp_path: Path) -> None:
    write(tmp_path, {"hugo.toml": "ignoreFiles = ['a']", "config/_default/hugo.toml": "ignoreFiles = ['b']"})
    write(tmp_path, {"config/staging/hugo.toml": "ignoreFiles = ['d']", "config/production/hugo.toml": "title = 'x'"})
    write(tmp_path, dict.fromkeys(("a.md", "b.md", "d.md"), PAGE))
    assert list_states(tmp_path).excluded == {"b.md": "excluded (config/_default/hugo.toml)"}


def test_defaults_of_jekyll(tmp_path: Path) -> None:
    config = """
defaults:
  - scope: {path: ""}
    values: {author: 张三}
  - scope: {path: "", type: posts}
    values: {tags: [文章]}
  - scope: {path: "_posts/secret"}
    values: {published: false}
  - scope: {path: "", type: pages}  # pages are no collection: their folder is unknown
    values: {published: false}
"""
    names = ("_posts/2021-03-04-a.md", "_posts/secret/2021-03-04-b.md", "about.md")
    write(tmp_path, {"_config.yml": config, "note.md": ""} | dict.fromkeys(names, PAGE))
    # An author of the site is no reason to index an empty file.
    assert skipped(tmp_path) == {"_posts/secret/2021-03-04-b.md": "unpublished (published)", "note.md": "empty"}
    articles = {name: reading.article for name, reading in read(tmp_path).items()}
    post, page = articles["_posts/2021-03-04-a.md"], articles["about.md"]
    assert post
    assert page
    assert (post.author, post.tags, page.author, page.tags) == ("张三", ("文章",), "张三", ())
    assert skipped(tmp_path / "_posts") == {"secret/2021-03-04-b.md": "unpublished (published)"}


@pytest.mark.parametrize("articles", [".", "source", "source/_posts"])
def test_a_site_encrypts_by_tag(tmp_path: Path, articles: str) -> None:
    write(tmp_path, {"_config.yml": ENCRYPT, "source/_posts/a.md": TAGGED, "source/_posts/b.md": PAGE})
    write(tmp_path, {"source/_posts/c.md": TAGGED.replace("tags", "password: ''\ntags")})
    readings = read(tmp_path / articles)
    encrypted = {Path(name).name: reading.is_encrypted for name, reading in readings.items()}
    assert encrypted == {"a.md": True, "b.md": False, "c.md": False}
    assert all(
        "秘密" not in reading.article.body for reading in readings.values() if reading.article and reading.is_encrypted
    )


def test_a_site_beside_others_encrypts_its_own_articles(tmp_path: Path) -> None:
    write(tmp_path, {"one/_config.yml": ENCRYPT, "one/source/_posts/a.md": TAGGED, "two/source/_posts/a.md": TAGGED})
    encrypted = {name: reading.is_encrypted for name, reading in read(tmp_path).items()}
    assert encrypted == {"one/source/_posts/a.md": True, "two/source/_posts/a.md": False}


@pytest.mark.parametrize(
    ("name", "config", "excluded"),
    [
        ("_config.yml", "exclude: [b.md, /drafts/]", ["b.md", "drafts/c.md"]),
        ("_config.yml", "exclude: b.md", []),
        ("_config.yml", "exclude: ['*.md']\n: {", []),
        ("mkdocs.yml", "exclude_docs: |\n  /docs-only.md\n  c.md\n", ["docs/deep/c.md"]),
        ("mkdocs.yml", "draft_docs: |\n  deep/\n  # a comment\n", ["docs/deep/c.md"]),
        ("hugo.toml", "ignoreFiles = ['b\\.md$', '^/drafts/']", ["b.md", "drafts/c.md"]),
        ("config.yaml", "ignorefiles: 'p/[^/]*$'", ["docs/deep/c.md"]),
        ("hugo.yaml", "ignoreFiles: ['(', '(a*)*$', '(?P<n>x)', 3, 'a*b*c*']", []),
        ("hugo.yaml", f"ignoreFiles: ['{'a?' * 30}', '{'(a|a)' * 30}', '[[:alpha:]]', 'x(?i)m']", []),
        ("hugo.yaml", "ignoreFiles: ['/(de|e|f)[^/]*/.*\\.(md|txt)$']", ["docs/deep/c.md"]),
        ("zola.toml", "ignored_content = ['{b,x}.m{d,kd}', 'drafts/*']", ["b.md", "drafts/c.md"]),
        ("config.toml", "ignored_content = ['docs/*.md']", ["docs/deep/c.md"]),
        ("config.toml", "ignored_content = ['b', 'md', 'deep', '{', 3, '']", []),
        ("config.toml", f"ignored_content = ['{'{b,b}' * 30}.md']", []),
        ("mkdocs.yml", "theme: !!python/name:a.b\nexclude_docs: deep/*\n", ["docs/deep/c.md"]),
    ],
)
def test_files_that_the_generator_leaves_out(tmp_path: Path, name: str, config: str, excluded: list[str]) -> None:
    write(tmp_path, {name: config} | dict.fromkeys(("a.md", "b.md", "drafts/c.md", "docs/deep/c.md"), PAGE))
    assert list(list_states(tmp_path).excluded.items()) == [(each, f"excluded ({name})") for each in excluded]
    for each in excluded:
        assert inspect_file(tmp_path, each, DEFAULTS)["state"] == f"skipped: excluded ({name})"


@pytest.mark.parametrize("name", ["docusaurus.config.js", "docusaurus.config.ts", "_quarto.yml"])
def test_partials_of_docusaurus_and_quarto_are_left_out(tmp_path: Path, name: str) -> None:
    out = ("site/docs/_part.md", "site/docs/_parts/a.md")
    write(tmp_path, {f"site/{name}": ""} | dict.fromkeys((*out, "site/docs/a_b.md", "other/_note.md"), PAGE))
    assert list_states(tmp_path).excluded == dict.fromkeys(out, f"excluded ({name})")


@pytest.mark.parametrize(
    ("articles", "config", "excluded"),
    [
        ("source", {"_config.yml": "exclude: [_posts/tea/*]"}, ["_posts/tea/a.md"]),
        ("source/_posts", {"_config.yml": "exclude: [_posts/tea/*]"}, ["tea/a.md"]),
        ("source/_posts", {"_config.yml": "exclude: [_posts]"}, []),
        ("source/_posts/tea", {"_config.yml": "exclude: [_posts/tea/*]"}, []),
        ("content", {"hugo.toml": "ignoreFiles = ['tea/']"}, ["tea/a.md"]),
        ("content", {"hugo.toml": "ignoreFiles = ['tent/']"}, []),
        ("content", {"zola.toml": "ignored_content = ['tea/*']"}, ["tea/a.md"]),
        ("docs", {"docusaurus.config.ts": ""}, ["_tea.md", "_tea/a.md"]),
        ("docs/_tea", {"docusaurus.config.ts": ""}, []),
        ("blog/content", {"_quarto.yml": "", "blog/hugo.toml": ""}, []),
        ("blog/content", {"_quarto.yml": "", "blog/content/hugo.toml": ""}, []),
    ],
)
def test_the_configuration_above_the_articles_leaves_files_out(
    tmp_path: Path, articles: str, config: dict[str, str], excluded: list[str]
) -> None:
    pages = ("source/_posts/tea/a.md", "content/tea/a.md", "docs/_tea.md", "docs/_tea/a.md", "blog/content/_tea.md")
    write(tmp_path, config | dict.fromkeys(pages, PAGE))
    name = next(iter(config))
    assert list_states(tmp_path / articles).excluded == dict.fromkeys(excluded, f"excluded ({name})")
    for each in excluded:
        assert inspect_file(tmp_path / articles, each, DEFAULTS)["state"] == f"skipped: excluded ({name})"


@pytest.mark.parametrize("config", ["_config.yml", "hugo.toml"])
@pytest.mark.parametrize("folder", ["", "blog/"])
def test_a_blog_in_the_folder_of_quarto_keeps_its_posts(tmp_path: Path, config: str, folder: str) -> None:
    posts = (f"{folder}_posts/2021-03-04-a.md", f"{folder}content/_index.md")
    write(tmp_path, {"_quarto.yml": "", f"{folder}{config}": ""} | dict.fromkeys(posts, PAGE))
    assert list_states(tmp_path).excluded == {}


def test_excluded_files_of_hexo_are_relative_to_its_source(tmp_path: Path) -> None:
    write(tmp_path, {"_config.yml": "exclude: [_posts/private/*]"})
    write(tmp_path, dict.fromkeys(("source/_posts/private/a.md", "source/_posts/b.md", "_posts/private/c.md"), PAGE))
    assert list(list_states(tmp_path).excluded) == ["source/_posts/private/a.md"]


def test_the_state_of_one_file_is_that_of_its_section(tmp_path: Path) -> None:
    write(tmp_path, {"a/_index.md": "---\ntitle: x\ncascade: {draft: true}\n---\n", "a/b/c.md": PAGE})
    assert inspect_file(tmp_path, "a/b/c.md", DEFAULTS)["state"] == "skipped: draft"


def test_an_update_sees_that_a_section_or_the_site_has_changed(tmp_path: Path) -> None:
    folder = write(tmp_path / "site", {"notes/_index.md": PAGE, "notes/a.md": TAGGED, "b.md": PAGE})
    searchlib.build_index(folder, tmp_path / "index")
    write(folder, {"notes/_index.md": "---\ntitle: 页\ncascade: {draft: true}\n---\n"})
    report = searchlib.update_index(folder, tmp_path / "index")
    assert ("notes/a.md", "draft") in report.skipped
    write(folder, {"notes/_index.md": PAGE})
    assert searchlib.update_index(folder, tmp_path / "index").added == 2
    write(folder, {"_config.yml": ENCRYPT})
    searchlib.update_index(folder, tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as index:
        assert index.search('"秘密的正文"').total == 0
        assert "秘密" not in index.get("notes/a.md").body


def test_articles_are_read_with_their_site(tmp_path: Path) -> None:
    write(
        tmp_path, {"notes/_index.md": "---\ntitle: 页\ncascade: {draft: true}\n---\n", "notes/a.md": PAGE, "b.md": PAGE}
    )
    articles = [each for each in searchlib.read_articles(tmp_path) if isinstance(each, searchlib.Article)]
    assert [each.id for each in articles] == ["b.md"]


def test_a_configuration_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"_config.yml": "a: [", "hugo.toml": "=", "config.json": "[]", "a.md": PAGE})
    (tmp_path / "hugo.json").write_bytes(b"\x00\xff\x00")
    (tmp_path / "config.yaml").mkdir()
    assert read_site(tmp_path, ["a.md"]).as_json() == {}


def test_a_page_without_a_heading_has_its_title_in_the_navigation(tmp_path: Path) -> None:
    tea = "      - 茶的起源: tea/origin.md\n      - tea/plain.md\n      - 长: tea/long.md\n      - 产地: tea/place.md\n"
    nav = f"docs_dir: text\nnav:\n  - 首页: index.md\n  - 茶:\n{tea}"
    write(
        tmp_path,
        {
            "mkdocs.yml": nav + "markdown_extensions:\n  - x: !!python/name:a.b\n",
            "text/index.md": "正文",
            "text/tea/origin.md": "正文",
            "text/tea/plain.md": "正文",
            "text/tea/long.md": "# 更长的标题\n\n正文",
            "text/tea/place.md": "## 南方的山\n\n正文",
            "book/SUMMARY.md": "- [一之源](one%20a.md)\n- [二之具](./two.md#a)\n- [3. `match` 与 **a_b** &amp; \\*](three.md)\n",
            "book/three.md": "正文",
            "book/one a.md": "正文",
            "book/two.md": "---\ntitle: 自己的标题\n---\n正文",
        },
    )
    titles = {name: (each.article.title, each.title_source) for name, each in read(tmp_path).items() if each.article}
    assert titles == {
        "text/index.md": ("首页", "navigation"),
        "text/tea/origin.md": ("茶的起源", "navigation"),
        "text/tea/plain.md": ("plain", "file"),
        "text/tea/long.md": ("更长的标题", "heading"),
        "text/tea/place.md": ("产地", "navigation"),
        "book/one a.md": ("一之源", "navigation"),
        "book/two.md": ("自己的标题", "title"),
        "book/three.md": ("3. match 与 a_b & *", "navigation"),
    }
    articles = tmp_path / "text"
    assert inspect_file(articles, "tea/origin.md", DEFAULTS)["title_source"] == "navigation of the site"


def test_an_update_reads_the_pages_with_another_title_in_the_navigation(tmp_path: Path) -> None:
    articles, index = tmp_path / "articles", tmp_path / "index"
    write(articles, {"SUMMARY.md": "- [旧名](a.md)\n- [不变](b.md)\n", "a.md": "正文甲", "b.md": "正文乙"})
    searchlib.build_index(articles, index)
    write(articles, {"SUMMARY.md": "- [新名](a.md)\n- [不变](b.md)\n- [没有](c.md)\n"})
    report = searchlib.update_index(articles, index)
    assert (report.added, report.updated) == (0, 1)
    with searchlib.open_index(index) as opened:
        assert [hit.title for hit in opened.search("正文").hits] == ["新名", "不变"]


THEME = """
export default hopeTheme({
  docsDir: "src", // encrypt: { config: { "/a/": "1" } },
  encrypt: {
    config: { /* "/b.html": 'x', */
      // "/open/": "mima",
      "/diary/": { password: ["mima", 'mi"ma'], hint: "/x" },
      '/b/c.html': "mima",
    },
  },
  navbar: { "/d/": [] },
});
"""


def test_paths_that_vuepress_encrypts(tmp_path: Path) -> None:
    names = ("diary/README.md", "diary/a/b.md", "b/c.md", "b/cd.md", "a/x.md", "d/x.md", "open/x.md", "b.md")
    write(tmp_path, {".vuepress/theme.ts": THEME, **dict.fromkeys(names, PAGE)})
    assert {name for name, reading in read(tmp_path).items() if reading.is_encrypted} == {
        "diary/README.md",
        "diary/a/b.md",
        "b/c.md",
    }
    assert {name for name, reading in read(tmp_path / "diary").items() if reading.is_encrypted} == {
        "README.md",
        "a/b.md",
    }
    write(tmp_path, {".vuepress/config.js": "module.exports = {plugins: [x({encrypt: {global: true}})]}"})
    assert all(
        reading.is_encrypted and not reading.article.body for reading in read(tmp_path).values() if reading.article
    )


def test_posts_of_nikola_have_their_metadata_beside_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "conf.py": "BLOG_TITLE = '博'",
            "posts/a.rst": "正文",
            "posts/a.meta": ".. title: 茶\n.. slug: a\n.. date: 2021-03-04 05:06:07 UTC+08:00\n.. tags: 茶, 水\n",
            "posts/b.md": "正文",
            "posts/b.meta": ".. title: 稿\n.. slug: b\n.. tags: 茶, draft\n",
            "posts/c.md": "正文",
            "posts/c.meta": "---\ntitle: 丙\nstatus: private\n---\n",
            "posts/d.md": "---\ntitle: 自己\n---\n正文",
            "posts/d.meta": ".. title: 旁\n.. slug: d\n.. author: 甲\n",
        },
    )
    for folder in (tmp_path, tmp_path / "posts"):
        readings = {Path(name).name: reading for name, reading in read(folder).items()}
        article, titled = readings["a.rst"].article, readings["d.md"].article
        assert article is not None
        assert titled is not None
        assert (article.title, str(article.date)[:10], article.tags) == ("茶", "2021-03-04", ("茶", "水"))
        assert (titled.title, titled.author) == ("自己", "甲")
        assert (readings["b.md"].skipped, readings["c.md"].skipped) == ("draft (status)", "private (status)")
    (tmp_path / "conf.py").unlink()
    assert skipped(tmp_path) == {}


def test_a_changed_file_beside_a_post_is_read_again(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"site/conf.py": "", "site/a.md": "正文", "site/b.md": "正文", "site/a.meta": ".. title: 茶\n.. slug: a\n"},
    )
    searchlib.build_index(tmp_path / "site", tmp_path / "index")
    write(tmp_path, {"site/a.meta": ".. title: 茶\n.. slug: a\n.. tags: draft\n"})
    searchlib.update_index(tmp_path / "site", tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as index:
        assert list(index.ids()) == ["b.md"]
