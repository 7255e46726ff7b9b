"""Who shares in what, what is refunded and disputed, and what goes to whose bank."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from mstation.errors import Conflict, InvalidInput, NotFound
from mstation.money import Money
from mstation.station.change import STATION, Change
from mstation.station.exchange.disputes import (
    ON_RULED,
    Dispute,
    Ruling,
    is_disputed,
    open_dispute,
    rule,
    withdraw_dispute,
)
from mstation.station.exchange.ledger import About, AccountKind, held_for
from mstation.station.exchange.payouts import PayoutState, ask_payout, returned, sent
from mstation.station.exchange.refunds import refund, refunded
from mstation.station.exchange.settlement import Way
from mstation.station.exchange.shares import (
    Part,
    Share,
    Split,
    agree_shares,
    pay_out_shares,
    shares_of,
    split_shares,
    splits,
)
from mstation.station.exchange.taxes import included_tax, set_tax_rate, tax_bp
from mstation.station.ids import new_id
from mstation.station.schema import now
from mstation.station.station import Station
from tests.station.exchange.paying import SCORE, banked, owed, pay_in, told
from tests.station.market import Market


def yuan(amount: int) -> Money:
    return Money(amount, "CNY")


def released(station: Station, market: Market, amount: int, tax: int = 0) -> None:
    """Pay an amount in and out again: two thirds to the seller, one to the freelancer."""
    with station.change(STATION) as change:
        pay_in(change, amount)
        parts = [Part(market.seller.id, 6_667), Part(market.freelancer.id, 3_333)]
        pay_out_shares(
            change, about=SCORE, amount=yuan(amount), shares=parts, tax=tax, key=new_id()
        )


def test_shares_are_paid_out_to_the_last_unit(station: Station, market: Market) -> None:
    released(station, market, 10_001, tax=601)
    books = told(station)
    assert (books["tax/CNY"], books["revenue/CNY"]) == (601, 940)  # a tenth of what is left
    assert owed(station, market.seller) == 5_640  # of 8,460: 5,640.28 and 2,819.72
    assert owed(station, market.freelancer) == 2_820
    assert books["escrow/CNY"] == 0
    assert books["clearing/CNY"] == 601 + 940 + 5_640 + 2_820 == 10_001


def test_the_newest_shares_that_were_agreed_count(station: Station, market: Market) -> None:
    parts = [Part(market.seller.id, 7_000), Part(market.museum.id, 3_000)]
    with station.change(STATION) as change:
        assert shares_of(change.connection, SCORE, market.seller.id) == [
            Part(market.seller.id, 10_000)
        ]
        agree_shares(change, market.seller, SCORE, parts[::-1])
        agree_shares(change, market.seller, SCORE, parts)
        agree_shares(change, market.buyer, SCORE, [Part(market.buyer.id, 10_000)])  # nothing of his
        assert shares_of(change.connection, SCORE, market.seller.id) == parts


@pytest.mark.parametrize("bps", [(9_999,), (5_000, 5_001), (10_000, 1)])
def test_shares_that_are_not_the_whole_are_refused(
    station: Station, market: Market, bps: tuple[int, ...]
) -> None:
    whose = (market.seller.id, market.museum.id)
    parts = [Part(who, bp) for who, bp in zip(whose, bps, strict=False)]
    with pytest.raises(Conflict, match="whole"), station.change(STATION) as change:
        agree_shares(change, market.seller, SCORE, parts)
    for wrong in ([], [Part(market.seller.id, 0)], [Part(market.seller.id, 10_001)]):
        with pytest.raises(InvalidInput), station.change(STATION) as change:
            agree_shares(change, market.seller, SCORE, wrong)
    with pytest.raises(NotFound), station.change(STATION) as change:
        agree_shares(change, market.seller, SCORE, [Part("0" * 20, 10_000)])


def test_agreed_shares_stay_whoever_writes(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        agreed = agree_shares(change, market.seller, SCORE, [Part(market.seller.id, 10_000)])
    late = Share(new_id(), 1, market.museum.id, agreed.id, 1, 1)
    for noun in (late, Split(new_id(), 1, market.seller.id, *SCORE, now(), sealed=True)):
        with pytest.raises(Conflict, match="agreed stay"), station.change(STATION) as change:
            change.add(noun)
    for statement in (
        update(split_shares).values(bp=1), delete(split_shares), delete(splits),
        update(splits).values(sealed=False), update(splits).values(about_id="1" * 20),
    ):  # fmt: skip
        with (
            pytest.raises(IntegrityError, match="guard:shares_sealed"),
            station.change(STATION) as change,
        ):
            change.connection.execute(statement)


def test_a_refund_before_the_release_comes_of_escrow(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        pay_in(change, 1_000)
        refund(change, about=SCORE, payer=market.buyer.id, amount=yuan(400), reason="half used")
        assert held_for(change.connection, SCORE, "CNY") == 600
        assert refunded(change.connection, SCORE) == 400
    assert owed(station, market.buyer) == 400
    with pytest.raises(Conflict, match="left to be refunded"), station.change(STATION) as change:
        refund(change, about=SCORE, payer=market.buyer.id, amount=yuan(601), reason="more")
    for amount, reason in ((0, "why"), (-1, "why"), (1, " ")):
        with pytest.raises(InvalidInput), station.change(STATION) as change:
            refund(change, about=SCORE, payer=market.buyer.id, amount=yuan(amount), reason=reason)


def test_a_refund_after_the_release_is_owed_by_those_who_shared(
    station: Station, market: Market
) -> None:
    released(station, market, 10_001, tax=601)
    for amount in (3_333, 3_333, 3_335):
        with station.change(STATION) as change:
            refund(change, about=SCORE, payer=market.buyer.id, amount=yuan(amount), reason="why")
    books = told(station)
    assert books["tax/CNY"] == books["revenue/CNY"] == 0
    assert owed(station, market.seller, AccountKind.RECEIVABLE) == 5_640
    assert owed(station, market.freelancer, AccountKind.RECEIVABLE) == 2_820
    assert owed(station, market.buyer) == 10_001
    with pytest.raises(Conflict, match="left to be refunded"), station.change(STATION) as change:
        refund(change, about=SCORE, payer=market.buyer.id, amount=yuan(1), reason="why")


def test_of_many_refunds_at_once_no_more_goes_back_than_was_paid(
    station: Station, market: Market
) -> None:
    released(station, market, 1_000)

    def try_it(_number: int) -> bool:
        try:
            with station.change(STATION) as change:
                refund(change, about=SCORE, payer=market.buyer.id, amount=yuan(400), reason="why")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(try_it, range(5))) == 2
    assert owed(station, market.buyer) == 800


@pytest.fixture
def ruled() -> Iterator[list[int | None]]:
    """Which parts were told to go back."""
    seen: list[int | None] = []

    def note(_change: Change, dispute: Dispute) -> None:
        seen.append(dispute.refund_bp)

    ON_RULED["scores"] = note
    yield seen
    del ON_RULED["scores"]


def disputed(change: Change, market: Market, about: About = SCORE) -> Dispute:
    return open_dispute(
        change, party_id=market.buyer.id, against_id=market.seller.id, about=about,
        reason="it is another's melody",
    )  # fmt: skip


def test_what_is_disputed_is_frozen_until_the_house_rules(
    station: Station, market: Market, ruled: list[int | None]
) -> None:
    with station.change(STATION) as change:
        pay_in(change, 1_000)
        dispute = disputed(change, market)
        assert is_disputed(change.connection, SCORE)
    with pytest.raises(Conflict, match="disputed"):
        released(station, market, 1_000)
    with pytest.raises(Conflict, match="disputed"), station.change(STATION) as change:
        refund(change, about=SCORE, payer=market.buyer.id, amount=yuan(1), reason="why")
    with pytest.raises(Conflict, match="already"), station.change(STATION) as change:
        disputed(change, market)
    with station.change(STATION) as change:
        for wrong in (None, 0, 10_000):
            with pytest.raises(InvalidInput, match="which part"):
                rule(change, dispute, Ruling.SPLIT, reason="both are right", refund_bp=wrong)
        over = rule(change, dispute, Ruling.SPLIT, reason="both are right", refund_bp=2_500)
        with pytest.raises(Conflict, match="ruled"):
            rule(change, over, Ruling.REFUND, reason="again")
        refund(change, about=SCORE, payer=market.buyer.id, amount=yuan(250), reason="the ruling")
    assert ruled == [2_500]
    with station.change(STATION) as change:
        withdraw_dispute(change, disputed(change, market))
    with station.change(STATION) as change:
        rule(change, disputed(change, market), Ruling.REFUND, reason="no release")
    assert ruled == [2_500, 10_000]


def test_what_is_owed_goes_out_once_and_comes_back_once(station: Station, market: Market) -> None:
    released(station, market, 1_000)
    with pytest.raises(Conflict, match="no bank account"), station.change(STATION) as change:
        ask_payout(change, market.seller, currency="CNY")
    banked(station, market.seller)
    with station.change(STATION) as change:
        first = ask_payout(change, market.seller, currency="CNY")
        assert first.amount == 600
        with pytest.raises(Conflict, match="nothing is owed"):
            ask_payout(change, market.seller, currency="CNY")
    with station.change(STATION) as change:
        returned(change, first)
        with pytest.raises(Conflict, match="returned already"):
            sent(change, first, reference="bank 1")
        second = ask_payout(change, market.seller, currency="CNY")
        done = sent(change, second, reference="bank 1")
        assert sent(change, second, reference="bank 1") == done
        assert done.state is PayoutState.SENT
        with pytest.raises(Conflict, match="sent already"):
            sent(change, second, reference="bank 2")
        with pytest.raises(Conflict, match="sent already"):
            returned(change, second)
    assert told(station)["clearing/CNY"] == 400


def test_a_banks_reference_is_good_for_one_payout(station: Station, market: Market) -> None:
    released(station, market, 1_000)
    with station.change(STATION) as change:
        first = ask_payout(change, market.freelancer, currency="CNY", way=Way.SANDBOX)
        second = ask_payout(change, market.seller, currency="CNY", way=Way.SANDBOX)
        sent(change, first, reference="sandbox 1")
    with pytest.raises(Conflict, match="same way, reference"), station.change(STATION) as change:
        sent(change, second, reference="sandbox 1")


def test_what_a_party_owes_is_taken_of_what_it_is_owed(station: Station, market: Market) -> None:
    banked(station, market.seller)
    released(station, market, 1_000)
    with station.change(STATION) as change:
        sent(change, ask_payout(change, market.seller, currency="CNY"), reference="bank 1")
        refund(change, about=SCORE, payer=market.buyer.id, amount=yuan(1_000), reason="why")
    assert owed(station, market.seller, AccountKind.RECEIVABLE) == 600
    with station.change(STATION) as change:
        about = About("scores", "1" * 20)
        pay_in(change, 1_000, about)
        parts = [Part(market.seller.id, 10_000)]
        pay_out_shares(change, about=about, amount=yuan(1_000), shares=parts, key="other")
        assert ask_payout(change, market.seller, currency="CNY").amount == 300
    assert owed(station, market.seller, AccountKind.RECEIVABLE) == 0


def test_of_many_payouts_at_once_one_is_made(station: Station, market: Market) -> None:
    banked(station, market.seller)
    released(station, market, 1_000)

    def try_it(_number: int) -> bool:
        try:
            with station.change(STATION) as change:
                ask_payout(change, market.seller, currency="CNY")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(try_it, range(5))) == 1


@given(st.integers(0, 10**15), st.integers(0, 9_999))
def test_the_tax_in_a_price_and_the_rest_make_the_price(gross: int, bp: int) -> None:
    tax = included_tax(gross, bp)
    assert 0 <= tax <= gross
    assert abs(tax * 10_000 - (gross - tax) * bp) <= (10_000 + bp) / 2  # to the nearest unit


def test_the_house_says_what_is_taxed_where(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        assert tax_bp(change.connection, "NL") == 0
        set_tax_rate(change, "NL", 2_100)
        set_tax_rate(change, "NL", 900)
        assert tax_bp(change.connection, "NL") == 900
        assert included_tax(10_900, 900) == 900
        for country, bp in (("Netherlands", 1), ("NL", -1), ("NL", 10_000)):
            with pytest.raises(InvalidInput):
                set_tax_rate(change, country, bp)
