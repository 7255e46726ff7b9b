"""Arabic numbers in, Chinese ones out: 两千零二十四, 三点一四, 幺三八."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_MYRIADS = ("", "万", "亿", "万亿")
_LONGEST = 16  # digits; a longer number has no name that people use
_TWO, _PAIR = "二", "两"


def digits(number: str, *, one: str = "一") -> str:
    """Return a number digit by digit; on the telephone and on doors one is 幺."""
    return "".join(one if digit == "1" else _DIGITS[int(digit)] for digit in number)


def cardinal(number: str) -> str:
    """Return a number such as 12, 1,250,000 or 3.14 as it is counted."""
    whole, _, rest = number.replace(",", "").partition(".")
    if (len(whole) > 1 and whole[0] == "0") or len(whole) > _LONGEST:
        said = digits(whole)
    else:
        said = _whole(int(whole))
    return f"{said}点{digits(rest)}" if rest else said


def counted(number: str) -> str:
    """Return a number as it stands before what it counts: two is 两."""
    said = cardinal(number)
    return _PAIR if said == _TWO else said


def _whole(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    said = ""
    for power in reversed(range(len(groups))):
        group = groups[power]
        is_gapped = bool(said) and not said.endswith("零") and group < 1000
        if is_gapped and (group or (power and any(groups[:power]))):
            said += "零"
        if group:
            name = _group(group)
            is_pair = name == _TWO and power > 0
            myriad = "万" if power == 3 and groups[2] else _MYRIADS[power]
            said += (_PAIR if is_pair else name) + myriad
    said = said.removesuffix("零") if len(said) > 1 else said
    return said[1:] if said.startswith("一十") else said


def _group(group: int) -> str:
    """Return a number under ten thousand; 两千 but 二百 and 二十."""
    said = ""
    for power in (3, 2, 1, 0):
        digit = group // 10**power % 10
        if digit:
            two = _PAIR if power == 3 else _TWO
            said += (two if digit == 2 else _DIGITS[digit]) + _PLACES[power]
        elif said and not said.endswith("零") and group % 10**power:
            said += "零"
    return said
