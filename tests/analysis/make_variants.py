"""Write the table of variant forms, ``searchlib/analysis/variants.txt``, from public tables.

Usage: ``python -m tests.analysis.make_variants OPENCC YITIZI UNIHAN OFFICIAL > searchlib/analysis/variants.txt``

- OPENCC: a folder with the dictionaries of OpenCC as text (its tool ``opencc_dict`` writes them);
- YITIZI: ``yitizi.json`` of the package yitizi;
- UNIHAN: ``Unihan_Variants.txt`` of the Unicode character database;
- OFFICIAL: the pairs of the official list of variant characters (第一批异体字整理表), ``current,dypytz/variant,variant`` a line.

A rare character folds to the frequent one that it is a variant of. Where both are frequent, words decide: those of OpenCC's
phrase tables, and ``WORDS``. The frequencies are those of jieba's dictionary.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import jieba
import opencc

from searchlib.analysis.units import is_han

PHRASES = {
    "STPhrases": None,
    "STPhrases_GeneratedFromRegionalPhrases": None,
    "TSPhrases": "t2s",
    "TWVariantsRevPhrases": "tw2s",
    "HKVariantsRevPhrases": "hk2s",
}
"""OpenCC's tables of phrases, with the conversion that makes simplified ones of their keys, or None if they are simplified."""

DEFAULTS = {"著": "着", "瞭": "了", "藉": "借", "畫": "画"}
"""Characters that fold to another one except in words of the dictionary."""

WORDWISE = frozenset("著瞭藉覆畫划像彷乾徵鍊劃夥俱彿麽么麼囉罗沈")
"""Characters whose words decide, or that OpenCC converts well."""

MERGED = {"幺": "么", "糢": "模"}
"""Variants that no table has, or in which the frequencies mislead."""

# Forms of one word in the mainland (the official list of variant words and its successor) and in Taiwan.
WORDS = """
部份/部分 成份/成分 身分/身份 水份/水分 过份/过分 股分/股份 省分/省份 份量/分量 份子/分子 职份/职分 缘份/缘分 安份/安分
盐份/盐分 糖份/糖分 名份/名分 情份/情分 福份/福分 本份/本分 辈份/辈分 充份/充分 养份/养分 天份/天分 其它/其他 惟一/唯一
惟独/唯独 惟有/唯有 惟恐/唯恐 唯妙唯肖/惟妙惟肖 图象/图像 象素/像素 画象/画像 雕象/雕像 录象/录像 影象/影像 偶象/偶像
好象/好像 想像/想象 形像/形象 印像/印象 景像/景象 声象/声像 家俱/家具 连络/联络 连系/联系 关连/关联 联接/连接 联贯/连贯
连合/联合 蝉连/蝉联 炼结/链接 链结/链接 人材/人才 交待/交代 澈底/彻底 座标/坐标 坐位/座位 版块/板块 记念/纪念 定婚/订婚
定货/订货 定单/订单 定购/订购 定阅/订阅 精采/精彩 文彩/文采 光采/光彩 喝采/喝彩 希少/稀少 希有/稀有 型态/形态 造形/造型
宏扬/弘扬 渡假/度假 给与/给予 授与/授予 赐与/赐予 赠与/赠予 驾御/驾驭 糟踏/糟蹋 归依/皈依 合谐/和谐 思惟/思维 折衷/折中
布署/部署 登陆/登录 账篷/帐篷 复盖/覆盖 颠复/颠覆 倾复/倾覆 答覆/答复 回覆/回复 反覆/反复 批覆/批复
重覆/重复 覆核/复核 覆审/复审 覆查/复查 覆诊/复诊 覆命/复命 覆议/复议 计畫/计划 规畫/规划 策畫/策划 筹畫/筹划 谋畫/谋划
企畫/企划 畫分/划分 区畫/区划 畫定/划定 畫清/划清 擘畫/擘划 笔划/笔画 勾划/勾画 罗嗦/啰嗦 罗唆/啰嗦 啰唆/啰嗦 喽罗/喽啰
彷佛/仿佛 彷彿/仿佛 徬徨/彷徨 甚么/什么 衹有/只有 黏贴/粘贴 黏土/粘土 黏液/粘液 黏稠/粘稠 黏结/粘结 黏膜/粘膜
黏性/粘性 黏度/粘度 黏着/粘着 黏合/粘合 搭挡/搭档 磁器/瓷器 倒楣/倒霉 保母/保姆 参预/参与
伙计/伙计 发楞/发愣 车箱/车厢 案语/按语 百页窗/百叶窗 必恭必敬/毕恭毕敬 耽心/担心 耽忧/担忧 担搁/耽搁 胡涂/糊涂
含胡/含糊 模胡/模糊 脚色/角色 树荫/树阴 下工夫/下功夫 做为/作为 倒底/到底
"""

_ACCOUNT_WORDS = "号 户 单 目 面 本 簿 款 务 房 册 龄"
_ACCOUNT_VERBS = "转 入 记 结 算 付 报 查 欠 还 对 坏 挂 赖 呆 总 流水 台 买 认"

MIN_NEIGHBOUR_FREQUENCY = 20

MIN_FREQUENCY = 7
"""The frequency of jieba's words that keep a character of ``DEFAULTS``; rarer ones are not words."""


class Tables:
    """The tables, and the frequencies of jieba's dictionary."""

    def __init__(self, folder: Path, yitizi: Path, unihan: Path, official: Path) -> None:
        self.folder = folder
        self.words: Counter[str] = Counter()
        self.frequency: Counter[str] = Counter()
        for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
            word, frequency, _ = line.split(" ")
            self.words[word] += int(frequency)
            for char in word:
                self.frequency[char] += int(frequency)
        self.converters = {name: opencc.OpenCC(name) for name in ("t2s", "tw2s", "hk2s")}
        self.simplified: dict[str, str] = {}
        self.strong: defaultdict[str, set[str]] = defaultdict(set)
        self.weak: defaultdict[str, set[str]] = defaultdict(set)
        for line in official.read_text(encoding="utf-8").splitlines():
            fields = line.split(",")
            if len(fields) == 3 and fields[1].startswith("dypytz/variant") and len(fields[0]) == 1:
                self.strong[fields[2]].add(fields[0])
        for char, others in json.loads(yitizi.read_text(encoding="utf-8")).items():
            self._link(char, others)
        kinds = {f"k{kind}Variant" for kind in ("Semantic", "Z", "Simplified", "Traditional", "SpecializedSemantic")}
        for line in unihan.read_text(encoding="utf-8").splitlines():
            if line.startswith("U+") and line.split("\t")[1] in kinds:
                code, _, others = line.split("\t")
                self._link(_char(code), map(_char, others.split(" ")))
        for table in ("TWPhrases", "HKPhrases", "TWVariants", "HKVariants"):
            for key, values in self.rows(table):
                for value in values:
                    if len(key) == len(value) == 1:
                        self.strong[key].add(value)
                        self.strong[value].add(key)
        for key, values in self.rows("TSCharacters"):
            self._link(key, values)
            for value in values[1:]:
                if value != key and self.frequency[key] < 0.05 * self.frequency[value]:
                    self.strong[key].add(value)

    def _link(self, char: str, others: Iterator[str] | str | list[str]) -> None:
        for other in others:
            self.weak[char].add(other)
            self.weak[other].add(char)

    def rows(self, table: str) -> Iterator[tuple[str, list[str]]]:
        for line in (self.folder / f"{table}.txt").read_text(encoding="utf-8").splitlines():
            key, values = line.split("\t")
            yield key, values.split(" ")

    def simplify(self, char: str) -> str:
        if char not in self.simplified:
            converted = self.converters["t2s"].convert(char)
            self.simplified[char] = converted if len(converted) == 1 else char
        return self.simplified[char]


def characters(tables: Tables) -> dict[str, str]:
    """Return what each variant character folds to where it differs from OpenCC's simplified form."""
    frequency = tables.frequency
    merged = dict(MERGED)
    for char in sorted({*tables.weak, *tables.strong}):
        simplified = tables.simplify(char)
        if not is_han(char) or char in WORDWISE or char in merged or (simplified != char and _is_current(simplified)):
            continue
        same = {char, simplified}
        strong = {tables.simplify(other) for other in tables.strong[char]} - same
        weak = {tables.simplify(other) for of in same for other in tables.weak[of]} - same
        if strong:
            best = max(sorted(strong), key=lambda other: frequency[other])
            if not _is_current(char) or (frequency[char] <= 0.05 * frequency[best] and frequency[char] < 1000):
                merged[char] = best
                continue
            if max(frequency[char], frequency[best]) < 500:
                rare, common = sorted((char, best), key=lambda each: (frequency[each], each))
                merged[rare] = common
                continue
        if weak and not _is_current(char):
            best = max(sorted(weak), key=lambda other: frequency[other])
            is_rare = frequency[char] <= 0.05 * frequency[best] and frequency[char] < 200
            if is_rare and _is_current(best):
                merged[char] = best
    codes = (*range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x32000))
    folded = {chr(code): _follow(chr(code), merged, tables) for code in codes}
    folded |= {char: char for char in DEFAULTS}
    return {char: other for char, other in folded.items() if other != tables.simplify(char)}


def word_forms(tables: Tables, chars: dict[str, str]) -> dict[str, str]:
    """Return what the words fold to that characters alone do not unify; a word that keeps a character folds to itself."""

    def fold(word: str) -> str:
        return "".join(chars.get(char) or tables.simplify(char) for char in word)

    def with_defaults(word: str) -> str:
        return "".join(DEFAULTS.get(char, char) for char in word)

    forms = dict(DEFAULTS)
    for word, frequency in tables.words.items():
        if len(word) == 2 and frequency >= MIN_FREQUENCY and set(word) & set(DEFAULTS):
            forms[fold(word)] = fold(word)
    for table, conversion in PHRASES.items():
        for key, values in tables.rows(table):
            if conversion is None:
                pairs = [(fold(value), fold(key)) for value in values]
            else:
                pairs = [(fold(key), fold(tables.converters[conversion].convert(key)))]
            for form, word in pairs:
                if form not in forms and len(form) == len(word) > 1 and _is_better(tables, form, word):
                    forms[form] = word
    pairs = [tuple(pair.split("/")) for pair in WORDS.split()]
    pairs += [(f"帐{end}", f"账{end}") for end in _ACCOUNT_WORDS.split()]
    pairs += [(f"{verb}帐", f"{verb}账") for verb in _ACCOUNT_VERBS.split()]
    forms |= {fold(form): with_defaults(fold(word)) for form, word in pairs if fold(form) != fold(word)}
    forms = {form: _final(word, forms) for form, word in forms.items()}
    # Shorter forms suffice for most longer ones, and decide where both differ.
    kept: dict[str, str] = {}
    for form, word in sorted(forms.items(), key=lambda item: (len(item[0]), item[0])):
        has_shorter = any(form[at : at + 2] in kept for at in range(len(form) - 1) if len(form) > 2)
        if not has_shorter and _apply(form, kept) != word:
            kept[form] = word
    return kept


def neighbours(tables: Tables, form: str, word: str) -> tuple[str, str]:
    """Return the characters that make frequent words with the first and the last one of a form of two: 设 and 面 for 计畫.

    Between two of them the form is none, as in 设计畫面, unless the one before makes a longer word with ``word``.
    """
    if len(form) != 2 or form == word:
        return "", ""
    before: set[str] = set()
    after: set[str] = set()
    first, last = (DEFAULTS.get(char, char) for char in form)
    for each, frequency in tables.words.items():
        if len(each) == 2 and frequency >= MIN_NEIGHBOUR_FREQUENCY:
            if each[1] == first and each[0] + word not in tables.words:
                before.add(each[0])
            if each[0] == last:
                after.add(each[1])
    return ("".join(sorted(before)), "".join(sorted(after))) if before and after else ("", "")


def _apply(text: str, forms: dict[str, str]) -> str:
    out = ""
    while len(out) < len(text):
        at = len(out)
        form = next((text[at:end] for end in range(len(text), at, -1) if text[at:end] in forms), text[at])
        out += forms.get(form, form)
    return out


def _is_better(tables: Tables, form: str, word: str) -> bool:
    if form == word or not all(map(is_han, form + word)):
        return False
    changed = [(one, other) for one, other in zip(form, word, strict=True) if one != other]
    if any(tables.frequency[other] < 0.05 * tables.frequency[one] for one, other in changed):
        return False
    return tables.words[word] >= max(3, tables.words[form]) or len(form) > 2


def _final(word: str, forms: dict[str, str]) -> str:
    seen: set[str] = set()
    while forms.get(word, word) != word and word not in seen:
        seen.add(word)
        word = forms[word]
    return word


def _follow(char: str, merged: dict[str, str], tables: Tables) -> str:
    seen: set[str] = set()
    while char not in seen:
        seen.add(char)
        char = merged.get(char) or tables.simplify(char)
    return char


def _is_current(char: str) -> bool:
    """Return whether the character is one of the standard set of simplified characters, GB 2312."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _char(code: str) -> str:
    return chr(int(code.split("<")[0][2:], 16))


def main() -> None:
    tables = Tables(*map(Path, sys.argv[1:]))
    chars = characters(tables)
    print(
        "# Variant forms of characters and words. tests/analysis/make_variants.py makes this file from OpenCC's tables"
    )
    print("# (Apache License 2.0), yitizi (CC0), Unihan (Unicode License) and the official lists of variants.")
    print("# Characters: the form to which the others of its line fold.")
    by_target: defaultdict[str, str] = defaultdict(str)
    for char, other in chars.items():
        by_target[other] += char
    for other, variants in sorted(by_target.items()):
        print(other, variants)
    print(
        "# Words: a form and what it folds to. The longest form at a position counts. Between a character of the third part"
    )
    print("# and one of the fourth, there is no such form.")
    for form, word in sorted(word_forms(tables, chars).items()):
        print(" ".join((form, word, *neighbours(tables, form, word))).rstrip())


if __name__ == "__main__":
    main()
