"""What a seller holds, offers and quotes; and what is refused, said exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import Conflict, InvalidInput
from mstation.station.change import STATION, find_where
from mstation.station.exchange.assets import AssetKind, AssetState, add_asset
from mstation.station.exchange.documents import (
    Release,
    ReleaseKind,
    add_document,
    add_release,
)
from mstation.station.exchange.holdings import (
    Evidence,
    Holding,
    Missing,
    add_holding,
    judge_holding,
    missing,
    remove_holding,
)
from mstation.station.exchange.offers import OfferState, withdraw_offer
from mstation.station.exchange.pricing import PriceRule, Step, check_rule, price
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.templates import Template
from mstation.station.exchange.terms import RightKind, beyond, make_terms, narrowed
from mstation.station.exchange.territories import countries_of
from mstation.station.intervals import Interval
from mstation.station.station import Station
from tests.station.exchange.shop import END, PRICE, START, Shop, of_all, open_shop
from tests.station.market import Market

MID = datetime(2028, 1, 1, tzinfo=UTC)
RULE = PriceRule(
    base=100_00,
    territories={"001": "4", "150": "2", "155": "1.5", "NL": "1"},
    media={"svod": "1", "theatrical": "5/3", "*": "3"},
    term_days=(Step(365, "1"), Step(3650, "2.5"), Step(None, "10/3")),
    seats=(Step(5, "1"), Step(None, "2")),
    print_run=(Step(1000, "1"), Step(None, "1.1")),
    exclusive="7",
)


@pytest.fixture
def shop(station: Station, market: Market) -> Shop:
    return open_shop(station, market)


# --- holdings ------------------------------------------------------------------------------------


def test_what_is_not_held_is_named_cell_by_cell(station: Station, market: Market) -> None:
    held = of_all(territories=["155", "CN"], media=[Medium.SVOD, Medium.WEB], ends_at=MID)
    shop = open_shop(station, market, holding=held)
    wanted = of_all(territories=["NL", "US"], media=[Medium.SVOD, Medium.TV], ends_at=END)
    with pytest.raises(Conflict) as refused:
        shop.offer(terms=wanted)
    told = str(refused.value)
    assert "svod in NL from 2028-01-01 to 2030-01-01" in told
    assert "tv, svod in US from 2026-01-01 to 2030-01-01" in told
    assert "tv in NL from 2026-01-01 to 2030-01-01" in told
    assert "著作权" in refused.value.zh
    shop.offer(terms=narrowed(wanted, {"territories": ["NL"], "media": ["svod"], "ends_at": MID}))


@pytest.mark.parametrize(
    ("state", "is_sold"),
    [
        (Evidence.CLAIMED, False), (Evidence.DISPUTED, False),
        (Evidence.EVIDENCED, True), (Evidence.VERIFIED, True),
    ],
)  # fmt: skip
def test_only_what_is_proved_counts(shop: Shop, state: Evidence, is_sold: bool) -> None:
    with shop.station.change(STATION) as change:
        (holding,) = find_where(change.connection, Holding)
        judge_holding(change, holding, state)
    if is_sold:
        shop.offer()
        return
    with pytest.raises(Conflict, match="all media in 001 from 2026-01-01 on"):
        shop.offer()


def test_a_claim_without_a_paper_stays_one(station: Station, market: Market) -> None:
    shop = open_shop(station, market, holding=None)
    with station.change(STATION) as change:
        holding = add_holding(change, shop.asset, of_all())
        assert holding.state is Evidence.CLAIMED
        with pytest.raises(InvalidInput, match="paper"):
            judge_holding(change, holding, Evidence.VERIFIED)
        paper = add_document(change, market.buyer, station.blobs.put(b"x"), name="x.pdf")
        with pytest.raises(InvalidInput, match="not of this party"):
            add_holding(change, shop.asset, of_all(), document_id=paper.id)


def test_shares_of_a_right_make_it_whole(station: Station, market: Market) -> None:
    shop = open_shop(station, market, holding=None)
    with station.change(STATION) as change:
        paper = add_document(change, market.seller, station.blobs.put(b"x"), name="x.pdf")
        for share in (6_000, 4_000):
            last = add_holding(
                change, shop.asset, of_all(), percent_bp=share, document_id=paper.id,
                source_id=market.museum.id,
            )  # fmt: skip
    shop.offer()
    with station.change(STATION) as change:
        remove_holding(change, last)
    with pytest.raises(Conflict, match="does not hold"):
        shop.offer()


def test_who_holds_a_right_among_others_sells_it_to_nobody_alone(
    station: Station, market: Market
) -> None:
    shop = open_shop(station, market, holding=of_all(is_exclusive=False))
    shop.offer(terms=of_all(is_exclusive=False))
    with pytest.raises(Conflict, match="exclusive copyright"):
        shop.offer()
    with pytest.raises(Conflict, match="the trademark"):
        shop.offer(terms=of_all(is_exclusive=False, right_kind=RightKind.TRADEMARK))


_PLACES, _MEDIA, _DAYS = ["NL", "DE", "CN"], [Medium.TV, Medium.WEB], 5
_SOME = st.builds(
    lambda places, media, start, length, is_exclusive, share: (
        make_terms(
            starts_at=START + timedelta(days=start),
            ends_at=START + timedelta(days=start + length),
            territories=places, media=media, is_exclusive=is_exclusive,
        ),
        share,
    ),
    st.lists(st.sampled_from(_PLACES), min_size=1), st.lists(st.sampled_from(_MEDIA), min_size=1),
    st.integers(0, _DAYS), st.integers(1, _DAYS), st.booleans(),
    st.sampled_from([4000, 6000, 10000]),
)  # fmt: skip


@given(st.lists(_SOME, max_size=5), _SOME)
def test_missing_cells_are_those_that_a_count_of_all_cells_misses(
    held: list[tuple[Any, int]], wanted: tuple[Any, int]
) -> None:
    terms = wanted[0]
    kept = [
        Holding(str(n), 1, "p", "a", RightKind.COPYRIGHT, each, share, Evidence.VERIFIED)
        for n, (each, share) in enumerate(held)
    ]
    told = missing(kept, terms)
    for place, medium, day in product(_PLACES, _MEDIA, range(3 * _DAYS)):
        moment = START + timedelta(days=day)
        if not _has(terms, place, medium, moment):
            continue
        shares = sum(
            share for each, share in held
            if _has(each, place, medium, moment) and each.is_exclusive >= terms.is_exclusive
        )  # fmt: skip
        assert any(_lacks(each, place, medium, moment) for each in told) is (shares < 10_000)


def _has(terms: Any, place: str, medium: Medium, moment: datetime) -> bool:
    return place in terms.countries and medium in terms.media and terms.during.contains(moment)


def _lacks(each: Missing, place: str, medium: Medium, moment: datetime) -> bool:
    places = countries_of(each.territories)
    return place in places and medium in each.media and any(t.contains(moment) for t in each.times)


# --- releases ------------------------------------------------------------------------------------


def test_without_releases_there_is_editorial_use_only(shop: Shop) -> None:
    with shop.station.change(STATION) as change:
        for release in find_where(change.connection, Release, kind=ReleaseKind.MODEL):
            change.remove(release)
    for template in (Template.RIGHTS_MANAGED, Template.RF_STANDARD, Template.CC0):
        with pytest.raises(Conflict, match="model release") as refused:
            shop.offer(template, price_rule=replace(PRICE, base=0))
        assert "编辑类用途" in refused.value.zh
    assert shop.offer(Template.EDITORIAL).state is OfferState.LIVE


def test_a_release_must_last_as_long_as_the_licence(shop: Shop) -> None:
    with shop.station.change(STATION) as change:
        for release in find_where(change.connection, Release):
            change.edit(release, ends_at=MID)
        with pytest.raises(InvalidInput, match="ends after it starts"):
            add_release(
                change, shop.asset, kind=ReleaseKind.MODEL, document_id=None, words="x",
                starts_at=MID, ends_at=START,
            )  # fmt: skip
    shop.offer(terms=of_all(ends_at=MID))
    with pytest.raises(Conflict, match="model release and property release"):
        shop.offer(terms=of_all(ends_at=END))


def test_music_shows_nobody(shop: Shop) -> None:
    with shop.station.change(STATION) as change:
        song = add_asset(change, shop.market.seller, kind=AssetKind.AUDIO, title="A song")
        paper = add_document(change, shop.market.seller, shop.station.blobs.put(b"x"), name="x")
        add_holding(change, song, of_all(), document_id=paper.id)
    assert replace(shop, asset=song).offer().asset_id == song.id


# --- offers --------------------------------------------------------------------------------------


def test_a_template_fixes_its_terms(shop: Shop) -> None:
    offer = shop.offer(Template.RF_STANDARD, of_all(territories=["NL"]))
    assert offer.terms.territories == ("001",)
    assert (offer.terms.seats, offer.terms.print_run) == (10, 500_000)
    assert not offer.terms.is_exclusive
    quote = shop.quote(offer, seats=3, territories=["NL"], is_exclusive=True)
    assert quote.request == offer.terms


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"credit": ""}, "asks for credit"),
        ({"currency": "XXX"}, "no currency"),
        ({"policy": {"permission": [{"action": "stream"}]}}, "template `own`"),
        ({"template": Template.OWN}, "template `own`"),
        ({"template": Template.HERITAGE}, "asks for approver"),
        ({"template": Template.CC_BY}, "costs nothing"),
    ],
)
def test_what_an_offer_must_say(shop: Shop, more: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as refused:
        shop.offer(**more)
    assert refused.value.zh


def test_a_seller_may_write_a_policy(shop: Shop) -> None:
    own = {
        "permission": [{"action": ["theatrical"], "constraint": [
            {"leftOperand": "language", "operator": "isAnyOf", "rightOperand": ["zh"]}]}],
    }  # fmt: skip
    offer = shop.offer(Template.OWN, policy=own)
    licence = shop.reserve(shop.quote(offer, territories=["CN"]))
    said = [each["leftOperand"] for each in licence.policy["permission"][0]["constraint"]]
    assert said == ["language", "spatial", "dateTime"]
    with pytest.raises(InvalidInput, match="`fly`"):
        shop.offer(Template.OWN, policy={"permission": [{"action": "fly"}]})


# --- quotes --------------------------------------------------------------------------------------


def test_a_quote_explains_its_price_to_the_last_unit(shop: Shop) -> None:
    quote = shop.quote(
        shop.offer(price_rule=RULE), territories=["NL", "FR"], media=["svod", "theatrical", "tv"],
        starts_at=START, ends_at=START + timedelta(days=366), seats=6, print_run=999,
    )  # fmt: skip
    # 100.00 x 1.5 (155 is the cheapest that covers NL and FR) x (1 + 5/3 + 3) x 2.5 x 7 x 2 x 1
    assert [each.factor for each in quote.lines] == ["1", "3/2", "17/3", "5/2", "7", "2", "1"]
    assert quote.total == sum(each.amount for each in quote.lines) == 29_750_00
    assert "as 155" in quote.lines[1].en
    assert "按 155" in quote.lines[1].zh


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"territories": ["US"]}, "the territories US"),
        ({"media": ["print"]}, "the media print"),
        ({"ends_at": None}, "all of the time from 2026-01-01 on"),
        ({"seats": 9}, "more than 5 seats"),
        ({"right_kind": RightKind.BRAND}, "the right brand"),
        ({"is_exclusive": True}, "exclusivity"),
    ],
)
def test_a_quote_goes_no_further_than_its_offer(
    shop: Shop, wanted: dict[str, Any], said: str
) -> None:
    offer = shop.offer(
        terms=of_all(territories=["150"], media=[Medium.SVOD], ends_at=END, seats=5,
                     is_exclusive=False)
    )  # fmt: skip
    with pytest.raises(Conflict, match=said) as refused:
        shop.quote(offer, **wanted)
    assert "报价不包括" in refused.value.zh


def test_what_is_withdrawn_is_not_quoted(shop: Shop) -> None:
    offer = shop.offer()
    with shop.station.change(STATION) as change:
        offer = withdraw_offer(change, offer)
    with pytest.raises(Conflict, match="not offered"):
        shop.quote(offer)
    other = shop.offer()
    with shop.station.change(STATION) as change:
        change.edit(shop.asset, state=AssetState.WITHDRAWN)
    with pytest.raises(Conflict, match="not offered"):
        shop.quote(other)


def test_nobody_buys_from_themselves(shop: Shop) -> None:
    with pytest.raises(Conflict, match="themselves"):
        shop.quote(shop.offer(), shop.market.seller)


# --- prices and terms ----------------------------------------------------------------------------


@given(
    st.lists(st.sampled_from(["NL", "155", "150", "CN", "001"]), min_size=1),
    st.lists(st.sampled_from(list(Medium)), min_size=1, unique=True),
    st.one_of(st.none(), st.integers(1, 5000)),
    st.booleans(), st.one_of(st.none(), st.integers(1, 20)), st.integers(0, 10**6),
)  # fmt: skip
def test_the_lines_of_a_price_add_up_to_it(
    places: list[str], media: list[Medium], days: int | None, is_exclusive: bool,
    seats: int | None, base: int,
) -> None:  # fmt: skip
    terms = make_terms(
        starts_at=START, ends_at=None if days is None else START + timedelta(days=days),
        territories=places, media=media, is_exclusive=is_exclusive, seats=seats,
    )  # fmt: skip
    total, lines = price(replace(RULE, base=base), terms, "JPY")
    assert sum(each.amount for each in lines) == total.amount
    less = narrowed(terms, {"territories": ["NL"], "is_exclusive": False})
    if "NL" in terms.countries:
        assert price(replace(RULE, base=base), less, "JPY")[0].amount <= total.amount
        assert beyond(terms, less) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"base": -1}, {"base": 10**16}, {"territories": {"NL": "1"}}, {"exclusive": "1e9"},
        {"territories": {"001": "1", "ZZ": "1"}}, {"exclusive": "nan"}, {"exclusive": "-1"},
        {"exclusive": "1/0"}, {"exclusive": "99999"}, {"seats": (Step(5, "1"),)},
        {"seats": (Step(None, "1"), Step(5, "1"))}, {"media": {"*": "１"}},
    ],
)  # fmt: skip
def test_a_price_rule_that_could_not_answer_is_refused(fault: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_rule(replace(RULE, **fault), "CNY")
    assert refused.value.zh


@pytest.mark.parametrize(("base", "total"), [(1, 1), (3, 2), (5, 3)])
def test_a_half_of_the_smallest_unit_goes_up(base: int, total: int) -> None:
    half = PriceRule(base, {"001": "1/2"}, {"*": "1"})
    assert price(half, make_terms(starts_at=START), "JPY")[0].amount == total


def test_a_medium_without_a_price_is_told() -> None:
    rule = check_rule(replace(RULE, media={"svod": "1"}), "CNY")
    with pytest.raises(InvalidInput, match="`tv` has no price"):
        price(rule, make_terms(starts_at=START, media=[Medium.TV]), "CNY")


@pytest.mark.parametrize(
    "fault",
    [
        {"territories": []}, {"media": []}, {"ends_at": START}, {"seats": 0}, {"print_run": 10**13},
        {"starts_at": datetime(2026, 1, 1)}, {"project": "a\nb"},
    ],
)  # fmt: skip
def test_terms_that_say_nothing_are_refused(fault: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        make_terms(**{"starts_at": START, **fault})


def test_terms_are_written_one_way() -> None:
    one = of_all(territories=["NL", "155", "NL"], media=[Medium.WEB, Medium.TV])
    other = of_all(territories=["155"], media=[Medium.TV, Medium.WEB])
    assert one == other
    assert one.during == Interval(START, None)
