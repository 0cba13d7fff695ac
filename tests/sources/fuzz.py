"""Read articles that are made of pieces of front matter, Markdown and HTML, under a limit of memory.

python -m tests.sources.fuzz [--count N] [--seed N] [--megabytes N]

prints how many articles were read, and each one that ended in an error, took more than MAX_SECONDS of processor time or
more memory than there is. Its text is printed, so that it can become a test.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator

from searchlib.settings import DEFAULTS
from searchlib.sources.articles import parse_article
from searchlib.sources.bounds import OutOfBoundsError
from searchlib.sources.decode import UndecodableError
from searchlib.sources.readers.base import UnreadableError
from searchlib.sources.time_limit import TimeLimitError, many_time_limits, time_limit

MAX_SECONDS = 2.0

SUFFIXES = (".md", ".md", ".md", ".mdx", ".html", ".org", ".rst", ".txt")
KEYS = (
    *(
        "title",
        "date",
        "tags",
        "categories",
        "author",
        "draft",
        "published",
        "password",
        "abstract",
        "cascade",
        "build",
    ),
    *("updated", "x", "a.b", '"k"', "<<", "? [a]", "taxonomies", "extra", "params", "aliases", "2021-03-04", "中文"),
)
VALUES = (
    *(
        "甲",
        "2021-03-04",
        "true",
        "no",
        "[甲, 乙]",
        "[[甲], [乙, 丙]]",
        "{a: b}",
        "{{ a }}",
        "{{{{a}}}}",
        "&a [x]",
        "*a",
        "*b",
    ),
    *(
        "|",
        ">",
        ">-",
        "'",
        '"',
        "!!set {a, b}",
        "!!binary x",
        "!x y",
        "~",
        "1e999",
        "0x10",
        "-",
        "- 甲",
        "[",
        "{",
        "]",
        "}",
    ),
    *(
        "1" * 400,
        "二〇二一年三月四日",
        "民國110年",
        "@",
        "`",
        "%",
        "a: b: c",
        "#甲 #乙",
        "甲/" * 50,
        "\\x00",
        "'''",
        '"""',
        "{a=1}",
    ),
)
PIECES = (
    *(
        "# 标题",
        "## a",
        "- 甲",
        "- [ ] 甲",
        "1. 甲",
        "> 甲",
        "> [!note] 甲",
        "|a|b|",
        "|-|-|",
        "```",
        "~~~",
        "````",
        "    代码",
    ),
    *(
        "`",
        "``",
        "$",
        "$$",
        "**",
        "***",
        "__",
        "==",
        "++",
        "~~",
        "~",
        "^",
        "%%",
        "[[",
        "]]",
        "![[",
        "[^1]",
        "[^1]: 注",
        "^[注]",
    ),
    *(
        "{%",
        "%}",
        "{% raw %}",
        "{% endraw %}",
        "{% note %}",
        "{% endnote %}",
        "{{",
        "}}",
        "{{<",
        ">}}",
        "{{% a %}}",
        "{#",
        "#}",
    ),
    *(
        ":::",
        "::: tip 甲",
        "!!! note",
        '=== "a"',
        "{:toc}",
        "{#id}",
        "{:.a}",
        ":smile:",
        "[TOC]",
        "@[toc]",
        "<!-- more -->",
    ),
    *(
        "<!--",
        "-->",
        "<div>",
        "</div>",
        "<p",
        "<ruby>漢<rt>a",
        "<sup><a href='#'>1</a></sup>",
        "<script>",
        "</script>",
        "<pre>",
    ),
    *(
        "</pre>",
        "<table><tr><td>",
        "<A b={",
        "</A>",
        "<a href='x'>",
        "<img src=x alt='甲'>",
        "<title>",
        "<svg>",
        "<![CDATA[",
    ),
    *(
        "import a from 'b'",
        "export const a = {",
        "{/*",
        "*/}",
        "{",
        "}",
        "&lt;",
        "&#8203;",
        "&#x110000;",
        "&amp",
        "\\",
        "\\[",
    ),
    *(
        "#+title: 甲",
        "#+begin_src",
        "#+end_src",
        ":PROPERTIES:",
        ":END:",
        "* 甲 :a:",
        "[fn:1]",
        ".. note::",
        ".. a:: b",
        ":a:`b`",
    ),
    *(
        "====",
        "----",
        "甲乙丙",
        "a b",
        "\u200b",
        "\x00",
        "\x01",
        "\ufeff",
        "\u2028",
        "\r",
        "\t",
        "\U000e0100",
        "𠮷",
        "٣",
        "\ud800",
    ),
)
JOINS = ("", "", " ", "\n", "\n", "\n\n", "\n  ", "\n> ")


def articles(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield the paths and the bytes of articles."""
    chance = random.Random(seed)
    for number in range(count):
        text = _front_matter(chance) + _body(chance)
        data = text.encode("utf-8", "surrogatepass")
        if chance.random() < 0.2:
            data = _damage(chance, data)
        elif chance.random() < 0.05:
            data = text.encode(chance.choice(("gb18030", "big5", "utf-16")), "replace")
        yield f"{chance.choice(('a', '2021/03', '_posts', '乙'))}/{number}{chance.choice(SUFFIXES)}", data


def _front_matter(chance: random.Random) -> str:
    opening = chance.choice(("---\n", "---\n", "+++\n", ";;;\n", "---toml\n", "{", "<!--\n", "", ""))
    colon = chance.choice((": ", ": ", " = ", ":", "："))
    lines = [f"{chance.choice(KEYS)}{colon}{_value(chance)}" for _ in range(chance.randrange(8))]
    closing = chance.choice(("---\n", "---\n", "+++\n", ";;;\n", "}\n", "-->\n", ""))
    return opening + "\n".join(lines) + "\n" + closing


def _value(chance: random.Random) -> str:
    value = "".join(chance.choices(VALUES, k=chance.choice((1, 1, 1, 2, 3))))
    if chance.random() < 0.05:
        opening, closing = chance.choice(("{}", "[]", "''", '""'))
        depth = chance.randrange(80)
        value = opening * depth + value + closing * depth
    return value


def _body(chance: random.Random) -> str:
    pieces = chance.choices(PIECES, k=chance.randrange(40))
    if chance.random() < 0.05 and pieces:
        pieces.append(chance.choice(pieces) * chance.randrange(2, 300))
    return "".join(piece + chance.choice(JOINS) for piece in pieces)


def _damage(chance: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(damaged) + 1)
        damaged[at : at + chance.randrange(3)] = chance.choice((b"", chance.randbytes(1), b"\n", damaged[:at][-50:]))
    return bytes(damaged)


def read_all(seed: int, count: int) -> tuple[Counter[str], list[tuple[str, bytes, str]]]:
    """Return how many articles were read, by outcome, and those that failed, with the reason."""
    outcomes: Counter[str] = Counter()
    failures = []
    with many_time_limits():
        for path, data in articles(seed, count):
            try:
                with time_limit(MAX_SECONDS):
                    reading = parse_article(path, data, DEFAULTS, time.time())
                outcome = "article" if reading.article else "skipped"
            except (UndecodableError, UnreadableError, OutOfBoundsError):
                outcome = "refused"
            except (Exception, TimeLimitError) as error:
                outcome = "failed"
                failures.append((path, data, f"{type(error).__name__}: {error}"))
            outcomes[outcome] += 1
    return outcomes, failures


def main() -> int:
    """Read the articles. Return 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--megabytes", type=int, default=1_024, help="address space of the process")
    options = parser.parse_args()
    size = options.megabytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    outcomes, failures = read_all(options.seed, options.count)
    for path, data, reason in failures:
        print(f"{path}: {reason}\n  {data!r}")
    print(f"{outcomes.total()} articles:", ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
