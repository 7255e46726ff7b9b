"""What a licence holds, from its reservation on; and that no right is given twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from mstation.errors import Conflict
from mstation.station.backup import restore_backup, write_backup
from mstation.station.canonical import digest_of
from mstation.station.change import STATION, find, find_where
from mstation.station.events import events_after
from mstation.station.exchange.evaluator import Request, Verdict
from mstation.station.exchange.grants import Grant, grant_cells
from mstation.station.exchange.holdings import Evidence, Holding, judge_holding
from mstation.station.exchange.licences import (
    Licence,
    LicenceState,
    activate,
    allows,
    compiled,
    release,
    reserve,
    resume,
    revoke,
    suspend,
)
from mstation.station.exchange.numbers import check_sign, is_number, new_number
from mstation.station.exchange.offers import withdraw_offer
from mstation.station.exchange.policy import write_policy
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.quotes import STANDS
from mstation.station.exchange.terms import Terms
from mstation.station.parties import PartyKind, named_party
from mstation.station.station import Station, open_station
from mstation.station.verify import faults_of
from tests.station.exchange.shop import END, START, Shop, open_shop
from tests.station.market import Market

SVOD = {"media": [Medium.SVOD], "territories": ["NL", "FR"], "starts_at": START, "ends_at": END}


@pytest.fixture
def shop(station: Station, market: Market) -> Shop:
    return open_shop(station, market)


def _bring(shop: Shop, licence: Licence, act: Callable[..., Licence], *more: Any) -> Licence:
    with shop.station.change(STATION) as change:
        return act(change, licence, *more)


def test_a_licence_is_reserved_then_active_then_revoked(shop: Shop) -> None:
    licence = shop.reserve(shop.quote(shop.offer(), **SVOD))
    assert licence.state is LicenceState.PENDING
    assert is_number(licence.number)
    assert (licence.party_id, licence.seller_id) == (shop.market.buyer.id, shop.market.seller.id)
    licence = _bring(shop, licence, activate)
    licence = _bring(shop, licence, suspend, "a claim of the museum")
    licence = _bring(shop, licence, resume)
    licence = _bring(shop, licence, revoke, "the credit is missing")
    assert (licence.state, licence.reason) == (LicenceState.REVOKED, "the credit is missing")
    assert licence.revoked_at is not None
    with shop.station.reading() as connection:
        told = events_after(connection, 0, party_id=shop.market.buyer.id)
        assert find_where(connection, Grant) == []
    assert [each.verb for each in told if each.noun == "licences"] == ["added"] + ["changed"] * 4


@pytest.mark.parametrize("act", [release, revoke])
def test_what_is_given_back_can_be_had_by_others(shop: Shop, act: Callable[..., Licence]) -> None:
    offer = shop.offer()
    licence = shop.reserve(shop.quote(offer, **SVOD))
    other = shop.market.freelancer
    with pytest.raises(Conflict, match="svod in FR, NL"):
        shop.quote(offer, other, media=[Medium.SVOD], territories=["150"])
    if act is revoke:
        licence = _bring(shop, _bring(shop, licence, activate), revoke, "not paid")
    else:
        _bring(shop, licence, release)
    assert shop.reserve(shop.quote(offer, other, **SVOD)).state is LicenceState.PENDING


def test_a_quote_makes_one_licence(shop: Shop) -> None:
    quote = shop.quote(shop.offer(), **SVOD)
    first = shop.reserve(quote)
    with pytest.raises(Conflict, match=first.number):
        shop.reserve(quote)
    _bring(shop, first, release)
    assert shop.reserve(quote).number != first.number


def test_an_expired_quote_is_refused(shop: Shop) -> None:
    quote = shop.quote(shop.offer(), **SVOD)
    with shop.station.change(STATION) as change:
        change.at += STANDS + timedelta(seconds=1)
        with pytest.raises(Conflict, match="expired"):
            reserve(change, quote, order_id=None)


def test_what_is_disputed_meanwhile_is_not_licensed(shop: Shop) -> None:
    quote = shop.quote(shop.offer(), **SVOD)
    with shop.station.change(STATION) as change:
        (holding,) = find_where(change.connection, Holding)
        judge_holding(change, holding, Evidence.DISPUTED)
    with pytest.raises(Conflict, match="does not hold the exclusive copyright"):
        shop.reserve(quote)


def test_a_licence_is_replayed_from_its_quote(shop: Shop) -> None:
    offer = shop.offer()
    quote = shop.quote(offer, **SVOD)
    licence = shop.reserve(quote)
    document = write_policy(compiled(quote, offer, shop.asset, licence.id))
    assert document == licence.policy
    assert digest_of(document) == licence.policy_digest == digest_of(licence.policy)


def test_what_was_agreed_never_changes(shop: Shop) -> None:
    licence = shop.reserve(shop.quote(shop.offer(), **SVOD))
    with (
        pytest.raises(Conflict, match="never changes"),
        shop.station.change(STATION) as change,
    ):
        change.edit(licence, policy_digest="0" * 64)
    with (
        pytest.raises(IntegrityError, match="guard:grants_stand"),
        shop.station.engine.begin() as connection,
    ):
        connection.exec_driver_sql("UPDATE grants SET is_exclusive = NOT is_exclusive")


def test_only_an_active_licence_allows(shop: Shop) -> None:
    licence = shop.reserve(shop.quote(shop.offer(), **SVOD))
    asked = Request("stream", ("NL",), (Medium.SVOD,), START, END)

    def verdict(request: Request = asked) -> Verdict:
        with shop.station.reading() as connection:
            return allows(connection, licence, request).verdict

    assert verdict() is Verdict.DENY
    active = _bring(shop, licence, activate)
    assert verdict() is Verdict.PERMIT
    assert verdict(replace(asked, ends_at=END + timedelta(days=1))) is Verdict.DENY
    assert verdict(replace(asked, media=None)) is Verdict.UNDETERMINED
    _bring(shop, active, suspend, "a claim of the museum")
    assert verdict() is Verdict.DENY


def test_of_fifty_buyers_of_one_exclusive_licence_one_wins(shop: Shop) -> None:
    offer = shop.offer()
    with shop.station.change(STATION) as change:
        buyers = [
            named_party(change, kind=PartyKind.PERSON, name=f"Buyer {n}", country="NL")
            for n in range(50)
        ]
    quotes = [shop.quote(offer, buyer, territories=["NL"]) for buyer in buyers]

    def attempt(n: int) -> Licence | None:
        try:
            return shop.reserve(quotes[n])
        except Conflict:
            return None

    with ThreadPoolExecutor(25) as pool:
        won = [each for each in pool.map(attempt, range(50)) if each is not None]
    assert len(won) == 1
    with shop.station.reading() as connection:
        assert [each.id for each in find_where(connection, Licence)] == [won[0].id]
        assert {each.licence_id for each in find_where(connection, Grant)} == {won[0].id}


def test_the_database_alone_lets_one_of_many_win(shop: Shop) -> None:
    """Without a look before, at once: what refuses is the database."""
    offer = shop.offer()
    model = shop.reserve(shop.quote(offer, territories=["CN"]))
    wanted = [shop.quote(offer, territories=["NL"]) for _ in range(12)]

    def attempt(n: int) -> bool:
        own = f"{n:020}"
        made = replace(model, id=own, number=f"MS-2026-{n:06}-A", quote_id=wanted[n].id)
        try:
            with shop.station.change(STATION) as change:
                change.add(made)
                grant_cells(change, shop.asset, own, wanted[n].request)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(attempt, range(12))) == 1


def test_the_database_itself_refuses_what_slips_through(shop: Shop) -> None:
    """Two rows of one exclusive cell cannot be, whoever writes them."""
    offer = shop.offer()
    first, second = (shop.quote(offer, **SVOD) for _ in range(2))
    licence = shop.reserve(first)
    with shop.station.change(STATION) as change:
        grant = find_where(change.connection, Grant)[0]
        other = replace(licence, id="0" * 20, number="MS-2026-AAAAAA-A", quote_id=second.id)
        change.add(other)
        with pytest.raises(Conflict, match="shares no place"), change.apart():
            change.add(replace(grant, id="1" * 20, licence_id=other.id))
        shifted = {"starts_at": END, "ends_at": None}
        change.add(replace(grant, id="2" * 20, licence_id=other.id, **shifted))


def test_no_right_is_sold_twice_whatever_is_asked_for(shop: Shop) -> None:
    """Random licences, some given back: no two that hold overlap where either is exclusive."""
    dice, offer = random.Random(7), shop.offer()
    held: list[Licence] = []
    sold = refused = 0
    for _ in range(40):
        start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=dice.randrange(0, 40))
        wanted: dict[str, Any] = {
            "territories": dice.choice([["001"], ["155"], ["NL", "CN"], ["NL"], ["CN"]]),
            "media": dice.sample(list(Medium), dice.choice([1, 2, 11])),
            "starts_at": start,
            "ends_at": dice.choice([None, start + timedelta(days=20)]),
            "is_exclusive": dice.random() < 0.4,
        }
        try:
            held.append(shop.reserve(shop.quote(offer, **wanted)))
            sold += 1
        except Conflict:
            refused += 1
        if held and dice.random() < 0.5:
            _bring(shop, held.pop(dice.randrange(len(held))), release)
        assert not any(_clash(one.terms, other.terms) for one, other in combinations(held, 2))
    assert sold > 5
    assert refused > 5


def _clash(one: Terms, other: Terms) -> bool:
    return (
        (one.is_exclusive or other.is_exclusive)
        and bool(one.countries & other.countries)
        and bool(set(one.media) & set(other.media))
        and one.during.overlaps(other.during)
    )


def test_licences_come_back_from_a_backup_and_hold_as_before(shop: Shop, tmp_path: Path) -> None:
    offer = shop.offer()
    licence = _bring(shop, shop.reserve(shop.quote(offer, **SVOD)), activate)
    write_backup(shop.station, tmp_path / "one.zip")
    address = f"sqlite:///{tmp_path / 'copy.db'}"
    restore_backup(tmp_path / "one.zip", address, tmp_path / "copy")
    copy = replace(shop, station=open_station(address, folder=tmp_path / "copy"))
    with copy.station.reading() as connection:
        assert [each.told("en") for each in faults_of(connection, copy.station.blobs)] == []
        assert find(connection, Licence, licence.id) == licence
    with pytest.raises(Conflict, match="licensed already"):
        copy.quote(offer, shop.market.freelancer, **SVOD)
    copy.station.close()


def test_a_quote_stands_though_the_offer_is_withdrawn(shop: Shop) -> None:
    offer = shop.offer()
    quote = shop.quote(offer, **SVOD)
    with shop.station.change(STATION) as change:
        withdraw_offer(change, offer)
    assert shop.reserve(quote).quote_id == quote.id


def test_a_number_finds_slips_of_the_pen() -> None:
    # Source: ISO 7064 MOD 37,36 as ISAN uses it: 0000-0000-D07A-0090-Q.
    assert check_sign("00000000D07A0090") == "Q"
    number = new_number(2026)
    assert is_number(number)
    slips = [number[:8] + sign + number[9:] for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    assert [each for each in slips if is_number(each)] == [number]
