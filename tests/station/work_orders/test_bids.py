"""Bids: unreadable until their deadline, opened together to what was promised, never late."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mstation.errors import Conflict, Forbidden, InvalidInput, NotFound, StoreFailed
from mstation.station.backup import restore_backup, write_backup
from mstation.station.change import STATION, find, find_where
from mstation.station.jobs import clock
from mstation.station.parties import Party
from mstation.station.station import Station, connected
from mstation.station.tables import lines_of, tables_of
from mstation.station.work_orders.awarding import Limits, award, propose
from mstation.station.work_orders.bids import (
    Bid,
    BidLine,
    BidState,
    Offer,
    compared,
    open_bids,
    place_bid,
    unit_price,
    withdraw_bid,
)
from mstation.station.work_orders.change_orders import (
    ChangeOrder,
    Repriced,
    Side,
    propose_change,
)
from mstation.station.work_orders.contracts import Planned
from mstation.station.work_orders.packages import (
    PackageState,
    Security,
    WorkPackage,
    cancel_package,
    edit_package,
)
from mstation.station.work_orders.sealing import (
    KEY_FILE,
    commitment_of,
    key_mark,
    seal,
    sealing_key,
    unseal,
)
from mstation.station.work_orders.tenders import (
    accept_terms,
    answer_question,
    ask_question,
    invite,
    questions_of,
    tender_for,
)
from tests.station.crew import Crew
from tests.station.market import Market
from tests.station.work_orders.working import Yard, open_yard, pass_deadline, shift


@pytest.fixture
def yard(station: Station, crew: Crew, market: Market) -> Yard:
    return open_yard(station, crew, market)


def offer_of(package: WorkPackage, each: int, assumptions: str = "") -> Offer:
    lines = tuple(BidLine(item.label, each) for item in package.items)
    return Offer(lines, assumptions=assumptions)


def test_days_in_bids_and_change_orders_are_kept(yard: Yard) -> None:
    day = date(2027, 3, 1)
    package = yard.package()
    offer = replace(offer_of(package, 7_00), done_on=day)
    with yard.station.change(yard.bidder()) as change:
        place_bid(change, yard.key, package, yard.vendor, offer)
    pass_deadline(yard.station, package)
    with yard.station.change(yard.producer) as change:
        (bid,) = open_bids(change, yard.key, package)
        assert find(change.connection, Bid, bid.id).offer == offer
        assert compared(change.connection, package, [bid])[-1][-1] == "2027-03-01"
    contract = yard.contract()
    repriced = (Repriced(yard.milestone(contract).id, 8_00, day),)
    added = (Planned("More", 1_00, (), day),)
    with yard.station.change(yard.producer) as change:
        told = {"reason": "later", "repriced": repriced, "added": added}
        order = propose_change(change, contract, Side.BUYER, **told)
        kept = find(change.connection, ChangeOrder, order.id)
    assert (kept.repriced, kept.added) == (repriced, added)


def everything(station: Station) -> bytes:
    """Every row of every table, events and remembered answers too: what a backup holds."""
    with station.reading() as connection:
        return b"".join(line for t in tables_of(connection) for line in lines_of(connection, t))


def test_no_table_knows_a_price_before_the_deadline_and_every_one_opens_to_its_promise(
    yard: Yard,
) -> None:
    package = yard.package()
    prices = {yard.market.seller.id: 71_234_567, yard.market.freelancer.id: 68_765_432}
    who = {yard.market.seller.id: "seller-owner", yard.market.freelancer.id: "freelancer"}
    for party_id, price in prices.items():
        with yard.station.change(yard.bidder(who[party_id])) as change:
            party = find(change.connection, Party, party_id)
            offer = offer_of(package, price, "plates by Monday")
            place_bid(change, yard.key, package, party, offer, word="a lantern")
    kept = everything(yard.station)
    for price in prices.values():
        assert str(price).encode() not in kept
        assert str(2 * price).encode() not in kept
    assert b"plates by Monday" not in kept
    assert b"a lantern" not in kept
    with (
        yard.station.change(yard.producer) as change,
        pytest.raises(Conflict, match="sealed until"),
    ):
        open_bids(change, yard.key, package)
    pass_deadline(yard.station, package)
    with yard.station.change(yard.producer) as change:
        opened = open_bids(change, yard.key, package)
        assert open_bids(change, yard.key, package) == opened
    assert {bid.party_id: bid.amount for bid in opened} == {
        party_id: 2 * price for party_id, price in prices.items()
    }
    for bid in opened:
        assert commitment_of(bid.word, bid.text.encode()) == bid.commitment
        assert bid.word == "a lantern"
        assert orjson.loads(bid.text)["offer"]["assumptions"] == "plates by Monday"


def test_the_database_itself_opens_nothing_early_and_takes_nothing_late(yard: Yard) -> None:
    package = yard.package()
    yard.bid(package, yard.market.seller, 100)
    (bid,) = bids_on(yard, package)
    with yard.station.change(STATION) as change, pytest.raises(Conflict, match="not before"):
        change.edit(bid, state=BidState.OPENED)
    with yard.station.change(STATION) as change, pytest.raises(Conflict, match="not before"):
        change.edit(bid, amount=1)
    pass_deadline(yard.station, package)
    with yard.station.change(STATION) as change, pytest.raises(Conflict, match="deadline"):
        change.edit(bid, sealed="another", commitment="0" * 64)
    late = Bid("late", 1, yard.market.freelancer.id, package.id, None, change.at, "0" * 64, "x")
    with yard.station.change(STATION) as change, pytest.raises(Conflict, match="deadline"):
        change.add(late)


def test_who_is_late_is_told_how_late(yard: Yard) -> None:
    package = yard.package()
    with yard.station.reading() as connection:
        at = clock(connection) - timedelta(hours=2, minutes=3, seconds=4)
    shift(yard.station, package, bids_due_at=at)
    with pytest.raises(Conflict, match=r"2:03:0\d\.\d ago") as told:
        yard.bid(package, yard.market.seller, 100)
    assert "迟到 2:03:0" in told.value.told("zh")


def test_a_bid_is_replaced_and_withdrawn_until_the_deadline_and_not_after(yard: Yard) -> None:
    package = yard.package()
    first = yard.bid(package, yard.market.seller, 100)
    assert yard.bid(package, yard.market.seller, 90) == first
    yard.bid(package, yard.market.freelancer, 80, "freelancer")
    mine = next(b for b in bids_on(yard, package) if b.party_id == yard.market.freelancer.id)
    with yard.station.change(yard.bidder("freelancer")) as change:
        assert withdraw_bid(change, package, mine).sealed == ""
    pass_deadline(yard.station, package)
    (bid,) = opened_on(yard, package)
    assert (bid.amount, bid.party_id) == (180, yard.market.seller.id)
    with yard.station.change(yard.bidder()) as change, pytest.raises(Conflict):
        withdraw_bid(change, package, bid)


def test_a_deadline_moves_later_only_and_only_before_it_has_passed(yard: Yard) -> None:
    package = yard.package()
    assert package.bids_due_at is not None
    later = package.bids_due_at + timedelta(hours=1)
    project = yard.crew.project
    with yard.station.change(yard.producer) as change:
        package = edit_package(change, project, package, bids_due_at=later)
    for moment in (later - timedelta(seconds=1), None):
        with yard.station.change(yard.producer) as change, pytest.raises(Conflict, match="later"):
            edit_package(change, project, package, bids_due_at=moment)
    with yard.station.change(yard.producer) as change, pytest.raises(Conflict, match="rely"):
        edit_package(change, project, package, title="Another")
    pass_deadline(yard.station, package)
    with yard.station.change(yard.producer) as change, pytest.raises(Conflict, match="later"):
        edit_package(change, project, read(yard, package), bids_due_at=later + timedelta(hours=9))


def test_a_bid_that_was_tampered_with_opens_as_void_and_the_others_open(yard: Yard) -> None:
    package = yard.package()
    yard.bid(package, yard.market.seller, 100)
    yard.bid(package, yard.market.freelancer, 90, "freelancer")
    one, other = bids_on(yard, package)
    shift(yard.station, one, sealed=other.sealed)  # a rival's cheaper one in its place
    pass_deadline(yard.station, package)
    states = {bid.id: bid.state for bid in opened_on(yard, package)}
    assert states == {one.id: BidState.VOID, other.id: BidState.OPENED}


def test_without_its_key_nothing_opens_and_nothing_is_lost(yard: Yard) -> None:
    package = yard.package()
    yard.bid(package, yard.market.seller, 100)
    pass_deadline(yard.station, package)
    with yard.station.change(STATION) as change, pytest.raises(Conflict, match=r"sealing\.key"):
        open_bids(change, b"\1" * 32, package)
    assert opened_on(yard, package)[0].amount == 200


def test_a_key_is_made_once_for_nobody_else_to_read_and_a_broken_one_is_refused(
    yard: Yard,
) -> None:
    path = yard.station.data / KEY_FILE
    assert yard.key == sealing_key(yard.station.data)
    assert (len(yard.key), path.stat().st_mode & 0o077) == (32, 0)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(StoreFailed, match="no key"):
        sealing_key(yard.station.data)


def test_a_backup_says_only_that_there_is_a_bid_and_opens_with_the_key_brought_back(
    yard: Yard, tmp_path: Path
) -> None:
    package = yard.package()
    yard.bid(package, yard.vendor, 71_234_567)
    write_backup(yard.station, tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        held = b"".join(archive.read(name) for name in archive.namelist())
    assert b"71234567" not in held
    assert b"142469134" not in held
    assert yard.key not in held
    there, database = tmp_path / "there", f"sqlite:///{tmp_path / 'there.db'}"
    restore_backup(tmp_path / "one.zip", database, there)
    back = connected(database, folder=there)
    pass_deadline(back, package)
    with back.change(yard.producer) as change, pytest.raises(Conflict, match="key"):
        open_bids(change, sealing_key(there), package)
    (there / KEY_FILE).write_bytes(yard.key)
    with back.change(yard.producer) as change:
        (bid,) = open_bids(change, sealing_key(there), package)
    assert bid.amount == 2 * 71_234_567
    back.close()


@given(st.binary(max_size=300), st.binary(min_size=32, max_size=32), st.integers(0, 10_000))
def test_what_is_sealed_opens_to_itself_whole_as_what_it_is_about_or_not_at_all(
    text: bytes, key: bytes, place: int
) -> None:
    sealed = seal(key, text, "one")
    assert unseal(key, sealed, "one") == text
    assert unseal(key, sealed, "other") is None
    at = place % len(sealed)
    sign = "A" if sealed[at] != "A" else "B"
    broken = unseal(key, sealed[:at] + sign + sealed[at + 1 :], "one")
    assert broken is None or broken == text  # the last sign holds bits that say nothing
    assert key.hex() not in key_mark(key)


@pytest.mark.parametrize(
    "labels", [["001-001"], ["001-001", "001-002", "001-002"], ["001-001", "999-999"]]
)
def test_a_bid_prices_every_item_once(yard: Yard, labels: list[str]) -> None:
    package = yard.package()
    offer = Offer(tuple(BidLine(label, 5) for label in labels))
    with yard.station.change(yard.bidder()) as change, pytest.raises(InvalidInput, match="once"):
        place_bid(change, yard.key, package, yard.market.seller, offer)


def test_bids_stand_side_by_side_the_cheapest_first_with_what_a_frame_costs(yard: Yard) -> None:
    package = yard.package()
    yard.bid(package, yard.market.seller, 4_800)
    yard.bid(package, yard.market.freelancer, 4_320, "freelancer")
    pass_deadline(yard.station, package)
    opened = opened_on(yard, package)
    with yard.station.reading() as connection:
        rows = compared(connection, package, opened)
    assert rows[0] == ["item", "quantity", "frames", "Freelancer", "Lantern Archive"]
    assert rows[1] == ["001-001", 1, 48, 4_320, 4_800]
    assert rows[-3] == ["total", "", 96, 8_640, 9_600]
    assert rows[-2] == ["a frame", "", "", 90.0, 100.0]
    assert {unit_price(package, bid) for bid in opened} == {90, 100}


def test_a_withdrawn_package_takes_no_bids(yard: Yard) -> None:
    package = yard.package()
    with yard.station.change(yard.producer) as change:
        cancel_package(change, package)
    with pytest.raises(Conflict, match="withdrawn"):
        yard.bid(read(yard, package), yard.market.seller, 100)


def test_under_an_nda_only_the_invited_see_it_and_all_of_it_once_they_accepted(
    yard: Yard,
) -> None:
    market = yard.market
    package = yard.package(security=Security.NDA, terms="Say nothing.", description="A twist.")
    with yard.station.reading() as connection, pytest.raises(NotFound):
        tender_for(connection, package, market.seller.id)
    with yard.station.change(yard.producer) as change:
        invite(change, package, market.seller)
        with pytest.raises(Conflict), change.apart():
            invite(change, package, yard.buyer)
    with yard.station.reading() as connection:
        told = tender_for(connection, package, market.seller.id)
    assert (told.items, told.description, told.terms, told.frames) == ((), "", "Say nothing.", 96)
    with pytest.raises(Forbidden, match="accept"):
        yard.bid(package, market.seller, 100)
    with yard.station.change(yard.bidder()) as change:
        with pytest.raises(InvalidInput, match="digest"), change.apart():
            accept_terms(change, package, market.seller, "0" * 64)
        accept_terms(change, package, market.seller, told.terms_digest)
        whole = tender_for(change.connection, package, market.seller.id)
    assert (whole.is_whole, whole.description) == (True, "A twist.")
    assert [item.entity_id for item in whole.items] == [None, None]
    yard.bid(package, market.seller, 100)


def test_what_one_asks_all_read_without_who_asked(yard: Yard) -> None:
    package = yard.package()
    with yard.station.change(yard.bidder()) as change:
        asked = ask_question(change, package, yard.market.seller, "Is there <b>grain</b>?")
        answer_question(change, asked, "Yes, 35 mm.")
    with yard.station.reading() as connection:
        (told,) = questions_of(connection, package)
    assert (told.text, told.answer) == ("Is there <b>grain</b>?", "Yes, 35 mm.")
    assert yard.market.seller.id not in str(told)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.integers(1, 500), min_size=3, max_size=9),
    st.integers(1, 3),
    st.integers(100, 3_000),
)
def test_a_proposal_is_the_cheapest_that_keeps_to_the_limits(
    prices: list[int], most: int, budget: int
) -> None:
    count = len(prices) // 3
    packages = [package_of(place) for place in range(count)]
    opened = {
        package.id: [bid_of(package, party, prices[3 * place + party]) for party in range(3)]
        for place, package in enumerate(packages)
    }
    limits = Limits(budget=budget, most_packages=most)
    best = brute(opened, most)
    if best is None or best > budget:
        with pytest.raises(Conflict, match="no way"):
            propose(packages, opened, limits)
        return
    found = propose(packages, opened, limits)
    assert found.amount == best
    assert found == propose(packages[::-1], opened, limits)
    assert found.cheapest == sum(min(bid.amount or 0 for bid in each) for each in opened.values())
    assert all(each.reason and each.reason_zh for each in found.awards)


def test_a_proposal_spreads_work_and_keeps_to_what_a_party_can_take(yard: Yard) -> None:
    packages = [package_of(place) for place in range(2)]
    opened = {p.id: [bid_of(p, party, 10 * (1 + party)) for party in range(2)] for p in packages}
    spread = propose(packages, opened, Limits(least_parties=2))
    assert len({each.party_id for each in spread.awards}) == 2
    small = propose(packages, opened, Limits(capacity_frames={"party0": 50}))
    assert [each.party_id for each in small.awards].count("party0") == 1
    half = propose(packages, opened, Limits(most_share_bp=5_000))
    assert len({each.party_id for each in half.awards}) == 2
    with pytest.raises(Conflict):
        propose(packages, opened, Limits(least_share_bp=6_000, least_parties=2))


def test_an_award_is_made_once_of_an_opened_bid(yard: Yard) -> None:
    contract = yard.contract()
    with yard.station.reading() as connection:
        package = find(connection, WorkPackage, contract.package_id)
        (bid,) = find_where(connection, Bid, package_id=package.id)
    assert (package.state, bid.state) == (PackageState.AWARDED, BidState.WON)
    with yard.station.change(yard.producer) as change, pytest.raises(Conflict):
        award(change, package, bid)


def bids_on(yard: Yard, package: WorkPackage) -> list[Bid]:
    with yard.station.reading() as connection:
        return find_where(connection, Bid, package_id=package.id)


def opened_on(yard: Yard, package: WorkPackage) -> list[Bid]:
    with yard.station.change(yard.producer) as change:
        return open_bids(change, yard.key, package)


def read(yard: Yard, package: WorkPackage) -> WorkPackage:
    with yard.station.reading() as connection:
        return find(connection, WorkPackage, package.id)


def package_of(place: int) -> WorkPackage:
    from mstation.station.schema import now
    from mstation.station.work_orders.packages import PackageItem

    item = PackageItem(f"cue {place}", None, 48, unit="cue")
    own = (f"package{place}", 1, "o", "p", "buyer")
    return WorkPackage(*own, f"Part {place}", "", "CNY", now(), (item,))


def bid_of(package: WorkPackage, party: int, amount: int) -> Bid:
    id_ = f"{package.id}bid{party}"
    told = {"state": BidState.OPENED, "amount": amount}
    return Bid(id_, 1, f"party{party}", package.id, None, package.made_at, "", "", **told)  # type: ignore[arg-type]


def brute(opened: dict[str, list[Bid]], most: int) -> int | None:
    """The least sum of one bid a package in which no party has more than `most`; None: no way."""
    from collections import Counter
    from itertools import product

    sums = [
        sum(bid.amount or 0 for bid in choice)
        for choice in product(*opened.values())
        if max(Counter(bid.party_id for bid in choice).values()) <= most
    ]
    return min(sums, default=None)
