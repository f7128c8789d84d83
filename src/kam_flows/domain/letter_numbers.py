"""The numbers that a letter says, in figures or in words, Chinese or English."""

import re
from unicodedata import normalize

DIGITS = {char: n for n, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}
COUNTERS = (
    "年|月|日|号|天|周|星期|季|小时|分钟|个|次|项|件|家|位|倍|成|场|批|届|载|款|台|套"
)
"""What Chinese counts with: without one of these after it a numeral is part of a word."""

UNITS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
DECADES = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
LARGE = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6}
ORDINALS = (
    "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip

WORDS = (
    {word: n for n, word in enumerate(UNITS, 1)}
    | {word: 10 * n for n, word in enumerate(DECADES, 2)}
    | LARGE
    | {word: n for n, word in enumerate(ORDINALS, 3)}
)

FIGURES = re.compile(r"\d+(?:[.,:]\d+)*")
CHINESE = re.compile(
    rf"([〇零一二两三四五六七八九十百千万亿]{{1,30}})(?=\s*(?:{COUNTERS}))"
)
ENGLISH = re.compile(
    rf"\b(?:({'|'.join(DECADES)})-({'|'.join(UNITS[:9])})|({'|'.join(WORDS)}))s?\b",
    re.IGNORECASE,
)


def numbers(text: str) -> list[str]:
    """Each as figures, in the order of the text; a single `one` or `一` counts nothing."""
    plain = normalize("NFKC", text)
    found = [(m.start(), m[0].replace(",", "")) for m in FIGURES.finditer(plain)]
    for match in CHINESE.finditer(plain):
        found.append((match.start(), str(chinese_numeral(match[1]))))
    for match in ENGLISH.finditer(plain):
        tens, ones, word = (part and part.lower() for part in match.groups())
        value = WORDS[word] if word else WORDS[tens] + WORDS[ones]
        found.append((match.start(), str(value)))
    return [
        number
        for at, number in sorted(found)
        if number != "1" or plain[at : at + 1].isdigit()
    ]


def chinese_numeral(numeral: str) -> int:
    """`二十五` is 25, `二〇二六` is 2026."""
    if all(char in DIGITS for char in numeral):
        return int("".join(str(DIGITS[char]) for char in numeral))
    total = section = digit = 0
    for char in numeral:
        if char in MYRIADS:
            total, section = (total + (section + digit or 1)) * MYRIADS[char], 0
            digit = 0
        elif char in TENS:
            section, digit = section + (digit or 1) * TENS[char], 0
        else:
            digit = DIGITS[char]
    return total + section + digit
