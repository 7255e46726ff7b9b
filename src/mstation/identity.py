"""Opaque ids: every scene, line, beat, character and shot has one, and keeps it.

An id is a prefix that says the noun (`sc`, `ln`, `bt`, `ch`, `sh`) and ten characters that say
nothing. A new thing takes its id from its content, so a clean build always gives the same ids;
a thing known from an earlier revision keeps the id it had (`screenplay.revisions`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

_LENGTH = 10


def opaque_id(prefix: str, parts: Iterable[str]) -> str:
    """Return the id that this content has when it is new, e.g. `sc-4k2m9xw0qd`."""
    digest = hashlib.sha256("\x1f".join([prefix, *parts]).encode()).digest()
    return f"{prefix}-{base64.b32encode(digest).decode().lower()[:_LENGTH]}"


def seed_of(*parts: str) -> int:
    """Return a 64-bit seed that depends on these words and nothing else."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
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
