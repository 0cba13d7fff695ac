"""Articles with secrets and encrypted texts, for tests that an index contains none of these."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import zstandard

import searchlib

HIDDEN = "龘靐齉爩麤灪"
"""Characters that stand in the secret texts only, so that no term of an index holds one of them."""

SECRET = "xq7zkvw9jp"
"""A text that every password and token begins with."""

MANY = 120
"""So many articles that the stored fields are compressed with a trained dictionary."""

PUBLIC = "公开的摘要说有一只狐狸"

ARTICLES = {
    "hexo.md": f"---\ntitle: 上锁的日记\ndate: 2021-03-04\ncategories: [日记]\ntags: [私事]\npassword: {SECRET}1\n"
    f"abstract: {PUBLIC}\nmessage: 请输入口令\nvaline:\n  appKey: {SECRET}2\n---\n# {HIDDEN[:3]}\n\n{HIDDEN}的话。\n\n"
    f"<!-- more -->\n\n![{HIDDEN}](a.png)\n",
    "broken.md": f'---\ntitle: "坏"了\npassword: *{SECRET}3\n---\n{HIDDEN}\n',
    "untitled.md": f"---\npassword: {SECRET}4\n---\n{HIDDEN}\n",
    "zola.md": f'+++\ntitle = "佐拉"\n[extra]\npassword = "{SECRET}5"\n+++\n{HIDDEN}\n',
    "json.md": f'{{"title": "花括号", "encrypt": true, "pwd": "{SECRET}6"}}\n{HIDDEN}\n',
    "notes.org": f"#+title: 组织\n#+password: {SECRET}7\n\n* {HIDDEN}\n{HIDDEN}\n",
    "page.rst": f"页面\n####\n\n:password: {SECRET}8\n\n{HIDDEN}\n",
    "pelican.md": f"Title: 鹈鹕\nPassword: {SECRET}9\n\n{HIDDEN}\n",
    "tagged.md": f"---\ntitle: 按标签上锁\ntags: [日记本]\n---\n{HIDDEN}\n",
    "partly.md": f'---\ntitle: 半锁\napi_key: {SECRET}10\n---\n开头。\n\n{{{{% hugo-encryptor "{SECRET}11" %}}}}\n\n{HIDDEN}\n\n'
    "{{% /hugo-encryptor %}}\n\n结尾。\n",
    "draft.md": f"---\ntitle: {HIDDEN}\ndraft: true\n---\n{HIDDEN}\n",
    "unpublished.md": f"---\ntitle: {HIDDEN}\npublished: false\ntoken: {SECRET}12\n---\n{HIDDEN}\n",
    "_drafts/idea.md": f"---\ntitle: {HIDDEN}\n---\n{HIDDEN}\n",
    "_layouts/post.html": f"<p>{HIDDEN}</p>",
    **{f"n{number}.md": f"---\ntitle: 平常的第{number}篇\n---\n狐狸第{number}次跑过田野。\n" for number in range(MANY)},
}

ENCRYPTED = (
    "broken.md",
    "hexo.md",
    "json.md",
    "notes.org",
    "page.rst",
    "pelican.md",
    "tagged.md",
    "untitled.md",
    "zola.md",
)
SKIPPED = ("_drafts/idea.md", "_layouts/post.html", "draft.md", "unpublished.md")

SETTINGS = searchlib.Settings(encrypted_tags=("日记本",))


def build(folder: Path, index: str | Path) -> searchlib.BuildReport:
    """Build an index of the articles."""
    for name, text in ARTICLES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return searchlib.build_index(folder, index, settings=SETTINGS)


def assert_no_secret(data: bytes | str, where: str) -> None:
    """Check that neither a secret nor a character of a hidden text is in the data, in any encoding that an index uses."""
    texts = (
        (data,)
        if isinstance(data, str)
        else (data.decode(code, "ignore") for code in ("utf-8", "gb18030", "utf-16-le"))
    )
    for text in texts:
        assert SECRET not in text, where
        assert not (found := {*HIDDEN} & {*text}), (where, found)


def assert_no_secret_bytes(data: bytes, where: str, decompress: Callable[[bytes], bytes] | None = None) -> None:
    """Check the bytes as they are, and all compressed parts of them."""
    # Two bytes of one character can stand next to each other by chance; the terms of an index are checked one by one.
    needles = [SECRET.encode(), *(HIDDEN[:2].encode(code) for code in ("utf-8", "gb18030", "utf-16-le"))]
    for name, part in ((where, data), *((f"{where}, decompressed", part) for part in _decompressed(data, decompress))):
        for needle in needles:
            assert needle not in part, (name, needle)


def _decompressed(data: bytes, decompress: Callable[[bytes], bytes] | None) -> Iterator[bytes]:
    """Yield what gzip, zlib and zstandard can decompress from any place in the data."""
    for magic, read in (
        (b"\x1f\x8b\x08", lambda part: gzip.GzipFile(fileobj=io.BytesIO(part)).read()),
        (b"\x78", lambda part: zlib.decompressobj().decompress(part)),
        (
            b"\x28\xb5\x2f\xfd",
            decompress or (lambda part: zstandard.ZstdDecompressor().decompressobj().decompress(part)),
        ),
    ):
        at = data.find(magic)
        while at >= 0:
            with suppress(OSError, EOFError, zlib.error, zstandard.ZstdError, ValueError):
                yield read(data[at:])
            at = data.find(magic, at + 1)


def assert_index_is_silent(index: str | Path) -> None:
    """Check all that an index says through the public names: articles, hits, snippets, facets, suggestions, numbers, a dump."""
    with searchlib.open_index(index) as opened:
        said = [opened.stats().to_dict(), opened.check().to_dict()]
        for name in (*ENCRYPTED, "partly.md"):
            said += [opened.get(name).to_dict(), opened.similar(name).to_dict()]
        for query in ("", "狐狸", "上锁", SECRET[:4] + "*", *HIDDEN, "password", "口令"):
            results = opened.search(query, size=100).to_dict()
            said.append({name: value for name, value in results.items() if name in ("hits", "facets", "category_tree")})
        said += [each.to_dict() for text in ("x", "xq", "龘", "da", "t", "上") for each in opened.suggest(text)]
        for query in (*HIDDEN, SECRET, f'"{HIDDEN}"'):
            assert opened.search(query, verbatim=True).total == 0
    assert_no_secret(json.dumps(said, ensure_ascii=False, default=str), "the public interface")
    dump = io.StringIO()
    searchlib.dump_index(index, dump)
    assert_no_secret(
        "".join(json.dumps(json.loads(line), ensure_ascii=False) for line in dump.getvalue().splitlines()), "dump"
    )
