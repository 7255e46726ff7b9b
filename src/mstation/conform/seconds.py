"""FCPXML's times: exact numbers of seconds, as `1001/24000s`, `5s` or `0.5s`."""

from __future__ import annotations

import re
from fractions import Fraction

from mstation.conform.faults import broken
from mstation.conform.markup import Element
from mstation.timebase import FrameRate

_TIME = re.compile(r"(-?\d{1,19})(?:/(\d{1,19})|(\.\d{1,12}))?s")


def seconds(element: Element, attribute: str, document: str, default: str = "") -> Fraction:
    """Return a time that an element gives.

    Raises:
        InvalidInput: it gives none, or one that is no rational number of seconds.
    """
    text = element.get(attribute) or default
    found = _TIME.fullmatch(text)
    if not found or (found[2] and not int(found[2])):
        of = element.get("name") or element.name
        raise broken(
            document,
            f"`{of}`: `{attribute}` is `{text[:60]}`, which is no time; write it as 1001/24000s",
            f"`{of}`：`{attribute}` 为 `{text[:60]}`，不是时间；应写成 1001/24000s",
            line=element.line,
        )
    if found[3]:
        return Fraction(found[1] + found[3])
    return Fraction(int(found[1]), int(found[2] or 1))


def written(frames: Fraction | int, rate: FrameRate) -> str:
    """Return frames as seconds: whole frames over the rate's own numerator."""
    time = Fraction(frames) / rate.fraction
    if time.denominator == 1:
        return f"{time.numerator}s"
    whole = Fraction(frames).denominator == 1
    if whole:
        return f"{int(frames) * rate.denominator}/{rate.numerator}s"
    return f"{time.numerator}/{time.denominator}s"
