"""Recognize possible names of persons, which are never corrected to other names."""

from __future__ import annotations

_SINGLE = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧肖尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅"
    "庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱丘骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇"
    "栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩"
    "桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆"
    "师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉岳帅缑亢况郈有琴商牟佘佴伯赏墨哈谯笪年爱阳佟"
    "闫邸覃覃代付兰晋初言涂苟揭官冼麦辜练庹上"
)
"""The surnames of the Hundred Family Surnames, and others that are frequent today, in their folded form."""

_COMPOUND = frozenset(
    "欧阳 司马 上官 诸葛 夏侯 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 南宫 端木 独孤 西门 闻人 轩辕 百里 呼延 拓跋".split()
)
_MAX_GIVEN = 2


def may_be_name(text: str) -> bool:
    """Return whether a folded text is a surname with a given name of one or two characters."""
    return any(
        text[:length] in surnames and 0 < len(text) - length <= _MAX_GIVEN
        for length, surnames in ((1, _SINGLE), (2, _COMPOUND))
    )


def is_in_name(run: str, start: int, end: int) -> bool:
    """Return whether ``run[start:end]``, alone or with the character before it, may be a name, or the whole run may be one."""
    return may_be_name(run) or any(may_be_name(run[first:end]) for first in (start, start - 1) if first >= 0)
