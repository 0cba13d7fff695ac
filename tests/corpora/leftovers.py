"""Count what looks like markup in the text of articles, outside of code.

    python -m tests.corpora.leftovers FOLDER [--examples N]

prints for each kind the number of lines and of articles that have it, and examples. It counts the titles that are numbers,
too.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from html import unescape
from pathlib import Path

import searchlib

KINDS = {
    "{% tag": re.compile(r"\{%"),
    "{{< shortcode": re.compile(r"\{\{[<%]"),
    "{{ output": re.compile(r"\{\{[^<%]"),
    ":::": re.compile(r":::"),
    "[! callout": re.compile(r"\[!"),
    "{#id} at a line end": re.compile(r"\{[#.:][^{}]*\}$"),
    "[[ wikilink ]]": re.compile(r"\[\[[^\[\]]+\]\]"),
    "<tag>": re.compile(r"</?[A-Za-z][\w-]*(?: [^<>]*)?/?>"),
    "a lone number": re.compile(r"^\d+$"),
    "[^ note": re.compile(r"\[\^[^\]]+\]"),
    "==highlight==": re.compile(r"(?<![=\w])==[^=\s][^=]*==(?!\w)"),
    ":emoji:": re.compile(r"(?<![\w:/]):[a-z][a-z_]+:(?![\w:/])"),
    "[TOC]": re.compile(r"\[TOC\]", re.IGNORECASE),
    "**": re.compile(r"\*\*"),
    "%% comment": re.compile(r"%%"),
    "import/export": re.compile(r"(?:import .* from ['\"]|export (?:const|default) )"),
}
CODE = re.compile(r"<(pre|code)\b[^>]*>(.*?)</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
NUMBER = re.compile(r"[\d\W_]+")


def prose_lines(article: searchlib.Article) -> list[str]:
    """Return the lines of the body without lines and spans of code."""
    codes = [unescape(TAG.sub("", match[2])) for match in CODE.finditer(article.html)]
    lines = {line.strip() for code in codes for line in code.split("\n")}
    spans = sorted({code.strip() for code in codes if "\n" not in code and code.strip()}, key=len, reverse=True)
    prose = []
    for line in article.body.split("\n"):
        if line.strip() in lines:
            continue
        if any(character in line for character in "{[<:=*%"):
            for span in spans:
                line = line.replace(" ".join(span.split()), "·")
        prose.append(line)
    return prose


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--examples", type=int, default=3)
    options = parser.parse_args()
    lines: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    examples: dict[str, list[str]] = defaultdict(list)
    total = number_titles = 0
    chance = random.Random(7)
    for article in searchlib.read_articles(options.folder):
        if not isinstance(article, searchlib.Article):
            continue
        total += 1
        number_titles += NUMBER.fullmatch(article.title) is not None
        kinds = set()
        for line in prose_lines(article):
            for kind, pattern in KINDS.items():
                if (match := pattern.search(line)) is not None:
                    lines[kind] += 1
                    kinds.add(kind)
                    start = max(0, match.start() - 20)
                    example = f"{article.id}: {line[start : match.end() + 40]}"
                    if len(examples[kind]) < options.examples:
                        examples[kind].append(example)
                    elif options.examples and (slot := chance.randrange(lines[kind])) < options.examples:
                        examples[kind][slot] = example
        articles.update(kinds)
    print(f"{total} articles, {number_titles} titles without a letter")
    for kind in KINDS:
        print(f"{kind:20} {lines[kind]:7} lines {articles[kind]:6} articles")
        for example in examples[kind]:
            print(f"    {example}")


if __name__ == "__main__":
    main()
