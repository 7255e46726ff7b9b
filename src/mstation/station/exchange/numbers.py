"""Licence numbers: short enough to be read out, with a sign that finds a slip of the pen."""

from __future__ import annotations

import re
import secrets

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CHANCE = 6  # signs
_SHAPE = re.compile(r"MS-[0-9]{4}-[0-9A-Z]{6}-[0-9A-Z]")


def new_number(year: int) -> str:
    """Return a number that is not to be guessed: `MS-2026-7K3F9Q-T`."""
    bare = f"MS-{year:04d}-" + "".join(secrets.choice(_SIGNS) for _ in range(_CHANCE))
    return f"{bare}-{check_sign(bare)}"


def is_number(written: str) -> bool:
    """Return whether something is a licence number, its last sign fitting the others."""
    return bool(_SHAPE.fullmatch(written)) and check_sign(written[:-2]) == written[-1]


def check_sign(written: str) -> str:
    """Return the check character of letters and digits; other signs do not count.

    Source: ISO/IEC 7064, hybrid system MOD 37,36.
    """
    rest = 36
    for sign in written:
        if sign in _SIGNS:
            rest = (rest + _SIGNS.index(sign)) % 36 or 36
            rest = rest * 2 % 37
    return _SIGNS[(37 - rest) % 36]
