"""Write 40 saved pages in the style of common themes, and measure what extractors take for the main content.

    python -m tests.corpora.saved_pages

prints precision, recall and F1 of characters for the reader, and for trafilatura and readability-lxml where they are
installed. The texts are invented; the structures are those that themes and sites produce.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

from searchlib.sources.readers.html import read_html
from searchlib.sources.readers.page.reader import read_page

FOLDER = Path(__file__).parent / "saved_pages"
# The texts of articles are separated by blank lines, where no element begins.
BODIES = tuple(re.split(r"\n\n(?=\S)", (FOLDER / "bodies.txt").read_text(encoding="utf-8").strip()))
# In a page, [[ and ]] stand around the main content, BODY is the text of an article, and the others are furniture.
PAGES = {path.stem: path.read_text(encoding="utf-8").strip() for path in sorted(FOLDER.glob("*.html"))}
RECENT = ("冬天的第一场雪", "周末去爬山", "读书笔记第七篇", "新买的键盘", "旧照片整理")
TAGS = ("随笔", "技术", "旅行", "阅读", "摄影", "厨房", "城市")
COMMENTS = (
    ("小林", "写得真好，我也遇到过同样的事情，谢谢分享。"),
    ("路人甲", "楼上说得对，收藏了，回头慢慢看，期待下一篇更新。"),
    ("阿强", "有个地方不太明白，能不能再详细讲讲第二步是怎么做的？"),
)
FURNITURE = {
    "NAV": "".join(f"<a href='/{text}/'>{text}</a>" for text in ("首页", "归档", "标签", "关于", "友链")),
    "LIST": "".join(("<ul>", *(f"<li><a href='/p/{text}'>{text}</a></li>" for text in RECENT), "</ul>")),
    "CLOUD": "".join(f"<a href='/tags/{text}'>{text}</a>" for text in TAGS),
    "TALK": "".join(f"<div class='comment-item'><b>{name}</b><p>{text}</p></div>" for name, text in COMMENTS),
}


def page_with_marks(number: int, name: str) -> str:
    """Return the source of a page, with ``[[`` and ``]]`` around the main content."""
    title = f"第{number}号文章的标题"
    texts = FURNITURE | {"BODY": BODIES[number % len(BODIES)], "TITLE": title}
    body = re.sub("|".join(texts), lambda match: texts[match[0]], PAGES[name])
    head = f"<meta charset='utf-8'><title>{title} - 山间小站</title>"
    return f"<!DOCTYPE html><html lang='zh-CN'><head>{head}</head>{body}</html>"


def page(number: int, name: str) -> tuple[str, str]:
    """Return a page and the text of its main content."""
    source = page_with_marks(number, name)
    marked = source[source.index("[[") + 2 : source.index("]]")]
    return source.replace("[[", "").replace("]]", ""), _squeeze("\n".join(read_html(marked).blocks))


def score(expected: str, text: str) -> tuple[float, float]:
    """Return precision and recall of the characters of a text."""
    text = _squeeze(text)
    same = sum(block.size for block in SequenceMatcher(None, expected, text, autojunk=False).get_matching_blocks())
    return (same / len(text) if text else 0.0), same / len(expected)


def _squeeze(text: str) -> str:
    return re.sub(r"[\s|]+", "", text)


def _extractors() -> dict[str, Callable[[str], str]]:
    extractors: dict[str, Callable[[str], str]] = {
        "all text": lambda source: "\n".join(read_html(source).blocks),
        "searchlib": lambda source: "\n".join(read_page(source).blocks),
    }
    try:
        import trafilatura

        extractors["trafilatura"] = lambda source: trafilatura.extract(source, include_comments=False) or ""
        extractors["trafilatura, recall"] = lambda source: (
            trafilatura.extract(source, include_comments=False, favor_recall=True) or ""
        )
    except ImportError:
        pass
    try:
        from readability import Document

        extractors["readability-lxml"] = lambda source: "\n".join(read_html(Document(source).summary()).blocks)
    except ImportError:
        pass
    return extractors


def main() -> None:
    """Print a table of the extractors, and the pages on which the reader is not exact."""
    import time

    for extractor_name, extract in _extractors().items():
        started = time.process_time()
        scores = {}
        for number, name in enumerate(PAGES):
            source, expected = page(number, name)
            scores[name] = score(expected, extract(source))
        seconds = (time.process_time() - started) / len(PAGES)
        precision = sum(each[0] for each in scores.values()) / len(scores)
        recall = sum(each[1] for each in scores.values()) / len(scores)
        f1 = 2 * precision * recall / (precision + recall)
        exact = f"{sum(each == (1.0, 1.0) for each in scores.values())}/{len(scores)}"
        print(
            f"{extractor_name:20} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  exact {exact}  {seconds * 1000:.1f} ms"
        )
        if extractor_name == "searchlib":
            for name, (p, r) in scores.items():
                if (p, r) != (1.0, 1.0):
                    print(f"    {name}: P {p:.2f} R {r:.2f}")


if __name__ == "__main__":
    main()
