"""Money: whole minor units of a currency, never fractions; shares that add up to the last cent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mstation.errors import InvalidInput

MOST_MINOR = 10**15  # of one sum: ten thousand milliards of yuan; sums of them fit 64 bits

# Source: ISO 4217:2015, list one: currencies by the decimals of their minor unit.
_WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_WITH_THREE = "BHD IQD JOD KWD LYD OMR TND"
_WITH_TWO = """
    AED ALL AMD ARS AUD AZN BAM BDT BGN BND BOB BRL BWP BYN CAD CDF CHF CNY COP CRC CZK DKK DOP DZD
    EGP ETB EUR FJD GBP GEL GHS GTQ HKD HNL HUF IDR ILS INR JMD KES KGS KHR KZT LAK LBP LKR MAD MDL
    MGA MKD MMK MNT MOP MUR MVR MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
    RSD RUB SAR SEK SGD THB TJS TMT TRY TTD TWD TZS UAH USD UYU UZS YER ZAR ZMW
"""
_DECIMALS = {
    **dict.fromkeys(_WITHOUT_DECIMALS.split(), 0),
    **dict.fromkeys(_WITH_TWO.split(), 2),
    **dict.fromkeys(_WITH_THREE.split(), 3),
}
CURRENCIES = frozenset(_DECIMALS)
_WRITTEN = re.compile(r"(-?)([0-9]{1,16})(?:\.([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in minor units: fen, cents; yen and won have none smaller."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(f"`{self.currency[:10]}` is no currency of ISO 4217 that we pay in")
        if abs(self.amount) > MOST_MINOR:
            raise ValueError("that is more money than can be kept")

    def __str__(self) -> str:
        """Return it as people write it: `CNY 1234.50`."""
        digits = decimals(self.currency)
        sign, whole = "-" if self.amount < 0 else "", abs(self.amount)
        if not digits:
            return f"{self.currency} {sign}{whole}"
        units, rest = divmod(whole, 10**digits)
        return f"{self.currency} {sign}{units}.{rest:0{digits}}"


def decimals(currency: str) -> int:
    """Return how many decimals a currency's minor unit has."""
    return _DECIMALS[currency]


def read_money(written: str, currency: str) -> Money:
    """Return a sum from its digits: `1234.5` of CNY is 123450 fen.

    Raises:
        InvalidInput: when they are no sum, are finer than the currency, or it is none we know.
    """
    found = _WRITTEN.fullmatch(written.strip())
    if currency not in CURRENCIES:
        raise InvalidInput(
            f"`{currency[:10]}` is no currency that is known; give its ISO 4217 code: CNY, EUR",
            zh=f"未知货币 `{currency[:10]}`；请使用 ISO 4217 代码，例如 CNY、EUR",
        )
    digits = decimals(currency)
    if found is None or len((found[3] or "").rstrip("0")) > digits:
        raise InvalidInput(
            f"`{written[:40]}` is no sum of {currency}: digits, and at most {digits} decimals",
            zh=f"`{written[:40]}` 不是有效的 {currency} 金额：只写数字，最多 {digits} 位小数",
        )
    minor = int(found[2]) * 10**digits + int((found[3] or "").ljust(digits, "0")[:digits] or 0)
    if minor > MOST_MINOR:
        raise InvalidInput(
            f"`{written[:40]}` is more money than can be kept", zh=f"金额 `{written[:40]}` 过大"
        )
    return Money(-minor if found[1] else minor, currency)


def split(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Return an amount in shares as the weights are; they add up to it, to the last unit.

    The units left after rounding down go to the greatest remainders, of equal ones to the first:
    10,000 in three equal shares is 3334, 3333, 3333.

    Source: the largest-remainder method (Hamilton).

    Raises:
        ValueError: when a weight is negative, or none is more.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("shares have weights, none negative and not all zero")
    sign, size = (-1, -amount) if amount < 0 else (1, amount)
    shares = [size * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda place: -(size * weights[place] % whole))
    for place in by_rest[: size - sum(shares)]:
        shares[place] += 1
    return tuple(sign * share for share in shares)
