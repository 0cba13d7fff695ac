"""What the hits of a search show."""

from __future__ import annotations

from pathlib import Path

from tests.small_indexes import index_of


def test_a_relaxed_match_of_parts_of_words_shows_the_parts(tmp_path: Path) -> None:
    files = {f"other{number}.md": f"# 其他 {number}\n\n没有关系的文章。\n" for number in range(12)}
    files["full.md"] = "# 一\n\n他是伊拉克前财政部长。\n"
    files["parts.md"] = "# 伊拉克来了大使\n\n外交部长在财政问题上说话。\n"
    with index_of(files, tmp_path) as index:
        results = index.search("伊拉克前财政部长")
    marked = {
        hit.id: [text for spans in (hit.title_spans, *hit.snippets) for text, is_match in spans if is_match]
        for hit in results.hits
    }
    assert results.full == 1
    assert marked == {"full.md": ["伊拉克前财政部长"], "parts.md": ["伊拉克", "部长", "财政"]}


def test_a_number_belongs_to_the_han_word_before_it_if_an_article_contains_both_in_a_row(tmp_path: Path) -> None:
    files = {
        "model.md": "# 手机\n\n今天发布的新手机是小米14，时间是下午。\n",
        "day.md": "# 小米发布时间\n\n小米的新品发布时间：8月14日。小米，发布，时间，14。\n",
    }
    with index_of(files, tmp_path) as index:
        results = index.search("小米14发布时间")
        assert (results.hits[0].id, results.full) == ("model.md", 1)
        assert index.search("小米2023发布时间").hits
