"""Ids of rows: short, not to be guessed, in the order in which they were made."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_TIME_DIGITS, _CHANCE_DIGITS = 9, 11  # 45 bits of milliseconds (to the year 3084), 55 of chance
_STEP_BITS = 40  # how far the next id of one millisecond lies, at most

ID_LENGTH = _TIME_DIGITS + _CHANCE_DIGITS


@dataclass(slots=True)
class _Ids:
    """The last id, as a number: the next is greater, also within a millisecond."""

    last: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> int:
        fresh = (time.time_ns() // 1_000_000) << 5 * _CHANCE_DIGITS
        fresh |= secrets.randbits(5 * _CHANCE_DIGITS)
        with self.lock:
            if fresh <= self.last or fresh >> 5 * _CHANCE_DIGITS == self.last >> 5 * _CHANCE_DIGITS:
                fresh = self.last + 1 + secrets.randbits(_STEP_BITS)
            self.last = fresh
        return fresh


_ids = _Ids()


def new_id() -> str:
    """Return an id of 20 signs, greater than all that this process made before."""
    number = _ids.next()
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(ID_LENGTH)))
