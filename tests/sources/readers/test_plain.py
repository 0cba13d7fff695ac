"""Read plain text."""

from __future__ import annotations

import pytest

from searchlib.sources.readers.plain import read_plain


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("一段\n接着写\n\n二段", ["一段接着写", "二段"]),
        ("　　一段\n接着写\n　　二段", ["一段接着写", "二段"]),
        ("    one\ngoes on\n\ttwo", ["one goes on", "two"]),
        ("一\n   \n\n二\n", ["一", "二"]),
        ("", []),
        (f"{'长' * 60}\n短\n{'句' * 30}\n尾", ["长" * 60, "短", "句" * 30, "尾"]),
        (f"{'长' * 39}\n{'满' * 36}\n短\n{'又' * 40}\n完", ["长" * 39 + "满" * 36 + "短", "又" * 40 + "完"]),
        (f"题\n{'文' * 30}\n尾", ["题", "文" * 30, "尾"]),
    ],
)
def test_blank_lines_and_indents_separate_blocks(text: str, blocks: list[str]) -> None:
    assert read_plain(text).blocks == blocks


def test_wrapped_lines_of_letters_with_two_bytes_are_joined() -> None:
    line = "В этой книге рассказано о том как чай пришёл из Китая по степям и рекам к нам"
    assert read_plain(f"{line}\n{line}\n{line}\nконец").blocks == [f"{line} {line} {line} конец"]


def test_a_text_with_many_lines_of_one_width_is_wrapped_even_where_its_paragraphs_are_short() -> None:
    notes = "".join(f"{'文' * 40}\n尾\n短句。\n短句。\n短句。\n" for _ in range(20))
    assert read_plain(notes).blocks == [f"{'文' * 40}尾", "短句。", "短句。", "短句。"] * 20


def test_long_lines_of_many_widths_are_paragraphs() -> None:
    lines = [f"{'文' * width}。" for width in range(24, 50)]
    assert read_plain("\n".join(lines)).blocks == lines


@pytest.mark.parametrize(
    ("text", "headings", "blocks"),
    [
        (
            "第一章 开张\n　　街上有人。\n第 2 章\n他来了。\n尾声\n散了。",
            ["第一章 开张", "第 2 章", "尾声"],
            ["第一章 开张", "街上有人。", "第 2 章", "他来了。", "尾声", "散了。"],
        ),
        (
            "　　第十回风雪夜\n开店\n第十一回客到\n",
            ["第十回风雪夜", "第十一回客到"],
            ["第十回风雪夜", "开店", "第十一回客到"],
        ),
        ("第一章 开张\n街上有人。", [], ["第一章 开张街上有人。"]),
        ("第一部电影\n第二部电影\n好看", [], ["第一部电影", "第二部电影", "好看"]),
        ("第一回，他来\n了。\n\n第二回，她来\n了。", [], ["第一回，他来了。", "第二回，她来了。"]),
        ("方出\n第一卷中）\n方出\n第二卷中）", [], ["方出", "第一卷中）", "方出", "第二卷中）"]),
        (
            "第一章 采摘、晾晒\n文\n第二章 你来了，坐！\n字\n第三章、第四章\n第五章 完。",
            ["第一章 采摘、晾晒", "第二章 你来了，坐！"],
            ["第一章 采摘、晾晒", "文", "第二章 你来了，坐！", "字", "第三章、第四章", "第五章 完。"],
        ),
        ("见第一章 开张\n见第二章 客人", [], ["见第一章 开张见第二章 客人"]),
    ],
)
def test_lines_that_number_several_chapters_are_headings(text: str, headings: list[str], blocks: list[str]) -> None:
    content = read_plain(text)
    assert (content.headings, content.blocks) == (headings, blocks)
