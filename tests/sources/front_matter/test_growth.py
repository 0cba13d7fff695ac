"""Front matter, dates and encrypted parts take linear time, also if they are made to be slow."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sources.growth import assert_linear

pytestmark = pytest.mark.slow


def front_matter(text: str) -> str:
    return f"---\n{text}\n---\n文"


def lines(form: str, count: int) -> str:
    """Return many lines of a form; ``%d`` in it is the number of the line."""
    return "\n".join(form.replace("%d", str(number)) for number in range(count))


# Within the bound of YAML values: beyond it, all entries are read again one by one.
CASES: dict[str, Callable[[int], str]] = {
    "many keys": lambda size: front_matter(lines("k%d: v", size // 20)),
    "a long key": lambda size: front_matter("k" * size + ": v"),
    "many secrets": lambda size: front_matter(lines("password%d: v", size // 16)),
    "nested lists": lambda size: front_matter("a: " + "[" * size),
    "nested mappings": lambda size: front_matter("a: " + "{a: " * (size // 4)),
    "aliases": lambda size: front_matter("a: &a [x, x]\n" + lines("b%d: [*a, *a]  # " + "x" * 80, size // 100)),
    "aliases of aliases": lambda size: front_matter("a: &a [x]\n" + lines("b%d: &a [*a, *a]", size // 20)),
    "broken entries": lambda size: front_matter(lines('k%d: "a"b', size // 10)),
    "broken items": lambda size: front_matter('tags: "a"b\n' + lines('  - "a"b', size // 10)),
    "keys on one line": lambda size: front_matter('title: "a"b\nx ' + "key：v " * (size // 6)),
    "keys on one line behind an error": lambda size: front_matter("a: @\nx " + "draft: 0 " * (size // 9)),
    "empty values behind an error": lambda size: front_matter("a: @\n" + "draft:\n\n" * (size // 8)),
    "lists behind an error": lambda size: front_matter("a: @\n" + "keys:\n - x\n" * (size // 11)),
    "broken JSON": lambda size: '{\n"title": 1,\n' + '"a": 1, ' * (size // 8) + "\n}\n文",
    "items behind tabs": lambda size: front_matter("tags:\n" + lines("\t- x", size // 5)),
    "keys and tabs": lambda size: front_matter("title: x\ntags" + ":\t\n" * (size // 3)),
    "blank lines and tabs": lambda size: front_matter("title: x\ntags:" + "\n \t" * (size // 3)),
    "quotes": lambda size: front_matter("a: " + "'" * size),
    "colons": lambda size: front_matter("a" + ": " * (size // 2)),
    "spaces": lambda size: front_matter("a: b" + " " * size + "c"),
    "TOML keys": lambda size: "+++\n" + lines("k%d = 1", size // 8) + "\n+++\n文",
    "TOML dotted keys": lambda size: "+++\n" + lines("a." * 30 + "k%d = 1", size // 70) + "\n+++\n文",
    "TOML lists": lambda size: "+++\na = " + "[" * size + "\n+++\n文",
    "JSON lists": lambda size: '{"title": ' + "[" * size + "\n文",
    "unclosed front matter": lambda size: "---\n" + lines("k%d: v" + "v" * 20, size // 40),
    "delimiters": lambda size: "---\n" * (size // 4),
    "headers": lambda size: "title: x\n" + lines("k%d: v", size // 10) + "\n\n文",
    "properties of a page": lambda size: "tags:: x\n" + lines("k%d:: v", size // 10) + "\n---\n文",
    "blank lines behind a property": lambda size: "tags:: x\n" + "\n" * size + "文",
    "a long property": lambda size: "k" * size + ":: x",
    "keywords of Org": lambda size: lines("#+k%d: v", size // 10) + "\n文",
    "an unclosed comment": lambda size: "<!--\ntitle: x\n" + lines("k%d: v", size // 10),
    "digits in a date": lambda size: front_matter("date: " + "2021-" * (size // 5)),
    "Chinese digits in a date": lambda size: front_matter("date: " + "二" * size),
    "spaces in a date": lambda size: front_matter("date: '2021-01-01" + " " * size + "x'"),
    "a list of dates": lambda size: front_matter("date:\n" + lines("  - x", size // 15)),
    "a mapping of dates": lambda size: front_matter("date:\n" + lines("  k%d: 2021", size // 12)),
    "expressions in a title": lambda size: front_matter("title: '" + "{{ " * (size // 3) + "'"),
    "starts of encrypted parts": lambda size: "{{< secret >}}" * (size // 14),
    "ends of encrypted parts": lambda size: "<!-- encrypt-end " * (size // 17),
    "encrypted parts": lambda size: "{{< secret >}}x{{< /secret >}}" * (size // 30),
    "names of encrypted parts": lambda size: "{{< " + "secret" * (size // 6),
    "encrypted containers": lambda size: "::: encrypt\n" * (size // 12),
}

PAGES: dict[str, Callable[[int], str]] = {
    "spaces before a template": lambda size: " " * size + "<p>{{ x }}</p>",
    "titles of templates": lambda size: "<title>x" * (size // 8) + "{{",
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_hostile_front_matter_takes_linear_time(case: Callable[[int], str]) -> None:
    assert_linear(lambda size: ("a.md", case(size)), 30_000)


@pytest.mark.parametrize("case", PAGES.values(), ids=PAGES)
def test_a_hostile_page_takes_linear_time(case: Callable[[int], str]) -> None:
    assert_linear(lambda size: ("a.html", case(size)), 100_000)


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a.org", "a.rst"])
def test_one_long_line_takes_linear_time(name: str) -> None:
    assert_linear(lambda size: (name, "字" * size), 1 << 19)


@pytest.mark.parametrize("piece", ["2021-13-", "2021/"])
def test_a_hostile_path_takes_linear_time(piece: str) -> None:
    # 4,096 is the longest path of Linux.
    assert_linear(lambda size: (piece * (size // len(piece)) + ".md", "文"), 1_000)
