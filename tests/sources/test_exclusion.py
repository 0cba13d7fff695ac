"""Files are left out because of their paths."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from searchlib.errors import SettingsError
from searchlib.settings import DEFAULTS, Settings
from searchlib.sources.exclusion import exclusion_of_file
from searchlib.sources.walk import list_files, list_states


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("文", encoding="utf-8")
    return folder


def excluded(folder: Path, settings: Settings = DEFAULTS) -> dict[str, str]:
    """Return the excluded files, and check that a single file has the same reason."""
    listing = list_states(folder, settings)
    for name in listing.states:
        assert exclusion_of_file(folder, name, settings) == ""
    for name, reason in listing.excluded.items():
        assert exclusion_of_file(folder, name, settings) == reason
    assert list(listing.states) == list_files(folder, settings)
    return listing.excluded


def test_folders_of_drafts_and_templates_are_left_out(tmp_path: Path) -> None:
    out = ("_drafts/a.md", "blog/_drafts/b.md", "_layouts/post.html", "_includes/x/foot.html", "archetypes/default.md")
    out += ("scaffolds/post.md", "layouts/_default/single.html", "themes/next/README.md")
    touch(tmp_path, *out, "_posts/c.md", "drafts/d.md", "posts/e.md")
    assert excluded(tmp_path).keys() == set(out)
    assert excluded(tmp_path)["blog/_drafts/b.md"] == "draft (folder _drafts)"
    assert excluded(tmp_path)["_includes/x/foot.html"] == "template (folder _includes)"


def test_pages_that_a_generator_built_from_the_sources_beside_them_are_left_out(tmp_path: Path) -> None:
    out = ("site/_site/a.html", "docs/_build/html/a.html", "docs/_build/html/_sources/a.md", "book/_book/a.html")
    touch(tmp_path, *out, "site/_config.yml", "docs/conf.py", "book/book.json", "_build/b.html", "notes/_book/c.md")
    assert excluded(tmp_path).keys() == set(out)
    assert excluded(tmp_path)["docs/_build/html/a.html"] == "built pages (folder _build)"


def test_pages_are_left_out_in_the_folder_that_the_configuration_of_a_site_names(tmp_path: Path) -> None:
    out = {
        "bookdown/docs/a.html": "excluded (_bookdown.yml)",
        "quarto/out/html/a.html": "excluded (_quarto.yml)",
        "rust/book/a.html": "excluded (book.toml)",
        "rust/listings/ch01/output.txt": "excluded (Cargo.toml)",
        "mkdocs/site/index.html": "excluded (mkdocs.yml)",
        "manual/out/index.html": "excluded (mkdocs.yml)",
        "hugo/docs/a/index.html": "excluded (config.toml)",
        "hexo/docs/a/index.html": "excluded (_config.yml)",
    }
    touch(
        tmp_path,
        *out,
        "bookdown/a.Rmd",
        "quarto/docs/a.qmd",
        "rust/src/a.md",
        "book/book/a.md",
        "book/b.md",
        "more/book/SUMMARY.md",
        "notes/a.txt",
        "rust/notes/a.txt",
        "rust/listings/ch01/Cargo.toml",
        "mkdocs/docs/a.md",
        "mkdocs/mkdocs.yml",
        "manual/site/a.md",
        "guide/site/index.md",
        "guide/mkdocs.yml",
    )
    touch(tmp_path, "hugo/content/docs/a.md", "hexo/source/docs/a.md")
    (tmp_path / "hugo" / "config.toml").write_text('publishDir = "docs"\n', encoding="utf-8")
    (tmp_path / "hexo" / "_config.yml").write_text("source_dir: source\npublic_dir: docs\n", encoding="utf-8")
    (tmp_path / "manual" / "mkdocs.yml").write_text("docs_dir: site\nsite_dir: out\n", encoding="utf-8")
    (tmp_path / "more" / "book.toml").write_text('[book]\ntitle = "书"\n', encoding="utf-8")
    (tmp_path / "bookdown" / "_bookdown.yml").write_text('output_dir: "docs"\n', encoding="utf-8")
    (tmp_path / "quarto" / "_quarto.yml").write_text("project:\n  output-dir: ./out/html\n", encoding="utf-8")
    (tmp_path / "rust" / "book.toml").write_text('[book]\ntitle = "书"\n', encoding="utf-8")
    (tmp_path / "book" / "book.toml").write_text(
        '[book]\nsrc = "book"\n[build]\nbuild-dir = "../out"\n', encoding="utf-8"
    )
    assert excluded(tmp_path) == out


def test_a_folder_of_built_pages_beside_the_articles_of_its_site_is_left_out(tmp_path: Path) -> None:
    out = (
        "hugo/public/a/index.html",
        "hexo/public/b.html",
        "blog/public/b.html",
        "new/public/a/index.html",
        "manual/build/html/a.html",
        "react/build/a/index.html",
        "nikola/output/a.html",
        "gridea/output/a.html",
        "zola/public/c.html",
        "pelican/output/d.html",
        "docs/build/e.html",
    )
    touch(tmp_path, *out, "hugo/content/a.md", "hugo/hugo.toml", "hexo/source/_posts/b.md", "hexo/scaffolds/x.md")
    touch(tmp_path, "blog/source/_posts/b.md", "blog/_config.yml", "new/content/a.md", "new/config/_default/hugo.toml")
    touch(tmp_path, "manual/source/a.rst", "manual/Makefile", "react/docusaurus.config.ts", "react/docs/a.md")
    touch(tmp_path, "nikola/conf.py", "nikola/posts/a.md", "gridea/posts/a.md", "gridea/post-images/a.png")
    touch(tmp_path, "docs/output/x.md", "program/Makefile", "program/build/x.md", "react/docs/build/x.md")
    touch(
        tmp_path,
        "zola/content/c.md",
        "zola/config.toml",
        "pelican/pelicanconf.py",
        "docs/make.bat",
        "docs/source/e.rst",
    )
    touch(tmp_path, "vue/public/f.html", "vue/content/f.md", "notes/output/g.md", "notes/build/h.md")
    assert excluded(tmp_path).keys() == {*out, "hexo/scaffolds/x.md"}


def test_programs_and_rendered_pages_of_dokuwiki_are_left_out(tmp_path: Path) -> None:
    out = {
        "wiki/inc/lang/zh/login.txt": "program (folder inc)",
        "wiki/data/cache/0/1.xhtml": "built pages (folder cache)",
    }
    touch(tmp_path, *out, "wiki/doku.php", "wiki/data/pages/start.txt", "wiki/data/attic/_dummy", "notes/cache/a.md")
    assert excluded(tmp_path) == out


def test_templates_of_zola_are_left_out(tmp_path: Path) -> None:
    touch(tmp_path, "config.toml", "templates/anchor-link.html", "content/templates/a.md", "content/a.md")
    assert excluded(tmp_path) == {"templates/anchor-link.html": "template (folder templates)"}


def test_a_folder_of_layouts_or_themes_inside_of_articles_is_read(tmp_path: Path) -> None:
    touch(
        tmp_path, "css/layouts/grid.md", "css/flex.md", "site/layouts/a.html", "site/content/a.md", "blog/themes/b.md"
    )
    touch(tmp_path, "themes/c.md", "assets/d.md")
    (tmp_path / "blog" / "_config.yml").write_text("title: 站\n", encoding="utf-8")
    assert excluded(tmp_path).keys() == {"site/layouts/a.html", "blog/themes/b.md"}


def test_partials_are_left_out(tmp_path: Path) -> None:
    touch(
        tmp_path, "docs/_part.mdx", "docs/page.mdx", "_posts/_note.md", "_posts/note.md", "notes/_idea.md", "_index.md"
    )
    assert excluded(tmp_path).keys() == {"docs/_part.mdx", "_posts/_note.md"}


def test_drafts_that_pelican_has_written_are_left_out(tmp_path: Path) -> None:
    pages = tuple(f"{name}.html" for name in ("archives", "authors", "categories", "tags"))
    touch(tmp_path, *(f"output/{name}" for name in pages), "output/drafts/a.html", "content/drafts/a.md", "b.html")
    assert excluded(tmp_path) == {"output/drafts/a.html": "draft (folder drafts)"}
    assert excluded(tmp_path, replace(DEFAULTS, unpublished="index")) == {}


def test_drafts_can_be_taken_in_but_templates_cannot(tmp_path: Path) -> None:
    touch(tmp_path, "_drafts/a.md", "_layouts/post.html")
    assert excluded(tmp_path, replace(DEFAULTS, unpublished="index")).keys() == {"_layouts/post.html"}


@pytest.mark.parametrize(
    ("patterns", "out"),
    [
        (("*.tmp.md",), {"x.tmp.md", "a/y.tmp.md"}),
        (("/a/",), {"a/b.md", "a/y.tmp.md", "a/c/d.md"}),
        (("a/**/d.md",), {"a/c/d.md"}),
        (("a/*", "!a/b.md"), {"a/y.tmp.md", "a/c/d.md"}),
        (("/a/", "!a/b.md"), {"a/b.md", "a/y.tmp.md", "a/c/d.md"}),
        (("草稿*",), {"草稿一.md"}),
        (("# a comment", "c/"), {"a/c/d.md"}),
        (("!_drafts/",), set()),
    ],
)
def test_patterns_are_those_of_gitignore(tmp_path: Path, patterns: tuple[str, ...], out: set[str]) -> None:
    touch(tmp_path, "x.tmp.md", "a/y.tmp.md", "a/b.md", "a/c/d.md", "草稿一.md", "_drafts/e.md")
    by_default = set() if patterns[0].startswith("!") else {"_drafts/e.md"}
    for settings, file in ((replace(DEFAULTS, exclude=patterns), ""), (DEFAULTS, "\n".join(patterns))):
        (tmp_path / ".searchignore").write_text(file, encoding="utf-8")
        assert excluded(tmp_path, settings).keys() == out | by_default


def test_an_ignore_file_holds_for_its_folder_and_the_nearest_one_decides(tmp_path: Path) -> None:
    touch(tmp_path, "a/x.md", "a/y.md", "b/x.md", "x.md")
    (tmp_path / ".searchignore").write_text("x.md\n!\n", encoding="utf-8")
    (tmp_path / "a" / ".searchignore").write_text("\ufeffy.md\n!x.md\n", encoding="utf-8")
    assert excluded(tmp_path) == dict.fromkeys(("a/y.md", "b/x.md", "x.md"), "excluded (.searchignore)")


def test_a_folder_of_templates_can_be_included_by_a_pattern(tmp_path: Path) -> None:
    touch(tmp_path, "layouts/a.md", "themes/b.md", "hugo.toml")
    assert excluded(tmp_path, replace(DEFAULTS, exclude=("!layouts/",))).keys() == {"themes/b.md"}


def test_a_wrong_pattern_of_the_settings_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="exclude: '!' is not a pattern"):
        list_files(touch(tmp_path, "a.md"), replace(DEFAULTS, exclude=("!",)))
