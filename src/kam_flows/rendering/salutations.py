"""How a letter begins: politely, and without guessing who is a man and who a woman."""

import re

from kam_flows.rendering.words import spoken

HEADS = ("总经理", "副总", "总裁", "总监", "首席执行官", "CEO")
"""Whoever has such a title, or is deputy to it, is called 总 in a letter."""
CALLED = (
    "董事长", "书记", "经理", "主任", "厂长", "院长", "校长", "行长", "处长", "部长",
    "科长", "局长", "所长", "站长", "店长", "教授", "博士", "医生", "律师", "主管",
)  # fmt: skip
"""Titles that follow a surname as they stand; a longer one is called by its end."""
HONOURED = ("总", "先生", "女士", "老师", *CALLED)
"""A name that ends so is a salutation already."""
SURNAMES = (
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "夏侯", "诸葛",
    "尉迟", "公孙", "慕容", "长孙", "宇文", "司徒", "皇甫", "令狐", "轩辕", "闻人",
)  # fmt: skip
"""Those of two characters."""
CHINESE_NAME = re.compile("[\u4e00-\u9fff]{2,4}")


def salutation(name: str, title: str, language: str) -> str:
    """`尊敬的王总：`; without a title to call somebody by `尊敬的王芳，您好！`."""
    if spoken(language):
        return f"Dear {name},"
    if called := called_by(name, title):
        return f"尊敬的{called}："
    between = " " if name[:1].isascii() else ""
    return f"尊敬的{between}{name}，您好！"


def called_by(name: str, title: str) -> str:
    """`王总`; empty where a name is said in full."""
    if not CHINESE_NAME.fullmatch(name):
        return ""
    if name.endswith(HONOURED):
        return name
    called = _called(title)
    return f"{_surname(name)}{called}" if called else ""


def _called(title: str) -> str:
    """By what a title calls somebody; empty: it is none that follows a surname."""
    plain = title.strip()
    if plain.endswith(HEADS):
        return "总"
    return next((one for one in CALLED if plain.endswith(one)), "")


def _surname(name: str) -> str:
    return name[:2] if name.startswith(SURNAMES) else name[0]
