"""Where: countries of ISO 3166-1, and the regions of UN M49 that are made of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from mstation.errors import InvalidInput

WORLD = "001"


def countries() -> frozenset[str]:
    """Return every country's code, two letters."""
    return _regions()[WORLD]


def regions() -> frozenset[str]:
    """Return every region's code, three digits."""
    return frozenset(_regions())


def countries_of(codes: Iterable[str]) -> frozenset[str]:
    """Return the countries that some codes, of countries and regions, stand for.

    Raises:
        InvalidInput: when one is neither.
    """
    found: set[str] = set()
    for code in codes:
        if code in countries():
            found.add(code)
        elif code in _regions():
            found |= _regions()[code]
        else:
            raise InvalidInput(
                f"`{code[:10]}` is no territory: give two letters of ISO 3166-1, as NL, or three "
                "digits of UN M49, as 150 for Europe, 001 for the world",
                zh=f"`{code[:10]}` 不是有效的地域代码：请用 ISO 3166-1 两位字母（如 NL）"
                "或 UN M49 三位数字（如 150 欧洲、001 全球）",
            )
    return frozenset(found)


def written_shortly(found: Iterable[str]) -> tuple[str, ...]:
    """Return countries as the fewest codes: the world, whole regions, and what is left, in order.

    Of regions that contain one another the greatest is named.
    """
    left, named = set(found), []
    for code, members in sorted(_regions().items(), key=lambda each: (-len(each[1]), each[0])):
        if len(members) > 1 and members <= left:
            named.append(code)
            left -= members
    return tuple(sorted(named) + sorted(left))


@cache
def _regions() -> dict[str, frozenset[str]]:
    text = files(__package__).joinpath("territories.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    made = {code: frozenset(told.split()) for code, told in table["countries"].items()}

    def members(code: str) -> frozenset[str]:
        if code not in made:
            made[code] = frozenset().union(*map(members, table["regions"][code]))
        return made[code]

    for code in table["regions"]:
        members(code)
    return made
