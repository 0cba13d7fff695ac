"""The words that say little about the subject of a text: function words of the language, and stop words of the user."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchlib.analysis.fold import fold
from searchlib.analysis.units import units
from searchlib.analysis.word_files import content_digest, reject_line, uncommented_lines

FUNCTION_WORDS = frozenset(
    """
    的 地 得 了 着 过 吗 呢 吧 啊 呀 嘛 么 啦 哦 之 其 所
    是 在 有 和 与 及 以及 或 或者 还是 并 并且 而 而且 但 但是 不过 因为 所以 如果 虽然 则 且
    被 把 将 对 对于 关于 从 向 往 到 于 由 由于 以 为 为了 给 跟 同 按 用 让 使
    也 都 就 还 又 再 才 只 很 太 更 最 不 没 没有
    我 你 您 他 她 它 我们 你们 他们 她们 它们 自己
    这 那 这个 那个 这些 那些 这里 那里 这样 那样 此 该
    什么 什么样 怎么 怎么样 怎样 如何 哪 哪个 哪些 哪里 哪儿 哪一 哪种 谁 几 几个 多少 多 何 何时 何处 为何 为什么
    哪一年 哪一天 哪一位 哪一个 哪几个 哪年 哪天 哪位 哪家 哪国 哪边 哪部 哪座 几年 何年 何人 何地 何种 何者 甚么 为甚么
    怎么办 怎么回事 怎么做 怎么用 咋 咋办 啥 为啥
    多久 多大 多长 多高 多远 多重
    是否 是不是 有没有 有哪些 能否 能不能 可否 可以 可 能 能够 会 要 应该 请 请问 一下 一个 一种 个 种 些
    时候 等 等等 中 里 上 下 来 去 做 叫 称为 被称为
    """.split()
)
"""Function words of modern Chinese, folded: particles, conjunctions, prepositions, pronouns, question words."""

LATIN_FUNCTION_WORDS = frozenset("and or the of to in for with on by from".split())
"""English function words that count little between two words of a query. Names (IT, WHO, IS) are not among them, nor is vs:
comparisons contain it."""


@dataclass(frozen=True, slots=True)
class StopWords:
    """Folded words that count as function words in a query, from the file named ``file``."""

    file: str = ""
    words: frozenset[str] = frozenset()

    def record(self) -> dict[str, Any]:
        """Return the entry for the stop words in the statistics of an index."""
        return {"file": self.file, "words": len(self.words), "digest": content_digest("\n".join(sorted(self.words)))}


NO_STOP_WORDS = StopWords()


def read_stop_words(path: str | os.PathLike[str]) -> StopWords:
    """Read a file of stop words, one a line. A line that begins with ``#`` is a comment.

    Raises:
        SettingsError: the file cannot be read, or a line has no word. The message names the line.
    """
    words = set()
    for number, line in uncommented_lines(path):
        word = fold(line)
        if not units(word):
            reject_line(path, number, f"{line!r} has no letters, digits or Chinese characters")
        words.add(word)
    return StopWords(Path(path).name, frozenset(words))
