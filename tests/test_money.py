"""Money is whole minor units; shares add up to the last of them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.money import CURRENCIES, MOST_MINOR, Money, decimals, read_money, split

Amounts = st.integers(-MOST_MINOR, MOST_MINOR)
Weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=20).filter(any)


@given(Amounts, Weights)
def test_shares_add_up_and_none_is_a_unit_off(amount: int, weights: list[int]) -> None:
    shares = split(amount, weights)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(amount * weight, sum(weights))) < 1


def test_of_equal_remainders_the_first_gets_the_unit() -> None:
    assert split(10_000, [1, 1, 1]) == (3334, 3333, 3333)
    assert split(-10_000, [1, 1, 1]) == (-3334, -3333, -3333)
    assert split(1, [0, 5, 5]) == (0, 1, 0)


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_shares_need_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(100, weights)


@given(Amounts, st.sampled_from(sorted(CURRENCIES)))
def test_what_is_written_is_read_back(amount: int, currency: str) -> None:
    code, digits = str(Money(amount, currency)).split(" ")
    assert read_money(digits, code) == Money(amount, currency)


def test_a_sum_is_as_fine_as_its_currency() -> None:
    assert read_money("1234.5", "CNY").amount == 123_450
    assert read_money("1234", "JPY").amount == 1234
    assert read_money("0.125", "KWD").amount == 125
    assert decimals("EUR") == 2
    for written, currency in [("0.001", "CNY"), ("1.5", "JPY"), ("1e5", "CNY"), ("", "EUR"),
                              ("٣", "CNY"), ("9" * 16, "CNY"), ("1", "BTC")]:  # fmt: skip
        with pytest.raises(InvalidInput):
            read_money(written, currency)
