"""Opaque ids: every scene, line, beat, character and shot has one, and keeps it.

An id is a prefix that says the noun (`sc`, `ln`, `bt`, `ch`, `sh`) and ten characters that say
nothing. A new thing takes its id from its content, so a clean build always gives the same ids;
a thing known from an earlier revision keeps the id it had (`screenplay.revisions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from struct import unpack

# Source: RFC 4648, base 32, in lower case; two letters at once, for scripts have many elements
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [one + other for one in _LETTERS for other in _LETTERS]


def opaque_id(prefix: str, parts: Iterable[str]) -> str:
    """Return the id that this content has when it is new, e.g. `sc-4k2m9xw0qd`."""
    return hashed_ids(prefix, ["\x1f".join([prefix, *parts])])[0]


def hashed_ids(prefix: str, contents: Sequence[str]) -> list[str]:
    """Return the ids of contents that are joined already, the prefix first, by unit separators."""
    digests = b"".join([sha256(content.encode()).digest() for content in contents])
    pairs = _PAIRS
    return [
        f"{prefix}-{pairs[bits >> 54]}{pairs[bits >> 44 & 1023]}{pairs[bits >> 34 & 1023]}"
        f"{pairs[bits >> 24 & 1023]}{pairs[bits >> 14 & 1023]}"
        for bits in unpack(f">{4 * len(contents)}Q", digests)[::4]  # a digest has four times 64
    ]


def seed_of(*parts: str) -> int:
    """Return a 64-bit seed that depends on these words and nothing else."""
    digest = sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big")


def prim_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return a USD prim name for each name, all different, in the same order.

    What USD does not take becomes `_` (Chinese stays), `_` goes before a leading digit, and a
    collision counts up: `MARA`, `MARA_2`.
    """
    taken: dict[str, int] = {}
    result = []
    for name in names:
        plain = "".join(ch if f"a{ch}".isidentifier() else "_" for ch in name) or "_"
        plain = plain if plain.isidentifier() else f"_{plain}"
        candidate, count = plain, 1
        while candidate in taken:
            count += 1
            candidate = f"{plain}_{count}"
        taken[candidate] = count
        result.append(candidate)
    return tuple(result)
