"""Contracts: whatever is done in whatever order, the laws hold and every cent is accounted for."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mstation.errors import Conflict, InvalidInput, MStationError
from mstation.station.change import STATION, find, find_where
from mstation.station.events import events_after
from mstation.station.exchange.disputes import (
    DisputeState,
    Ruling,
    disputes_about,
    rule,
    withdraw_dispute,
)
from mstation.station.exchange.ledger import (
    About,
    AccountKind,
    balances,
    held_for,
    party_balance,
    wrong_transactions,
)
from mstation.station.exchange.settlement import Arrival, Payment, Way, arrived
from mstation.station.exchange.shares import Part, agree_shares
from mstation.station.exchange.taxes import set_tax_rate
from mstation.station.jobs import clock
from mstation.station.production.tasks import Task
from mstation.station.schema import now
from mstation.station.station import Station
from mstation.station.work_orders.acceptance import ON_ACCEPTED, Wanted, accept, ask_changes
from mstation.station.work_orders.change_orders import (
    ChangeOrder,
    OrderState,
    Repriced,
    Side,
    accept_change,
    propose_change,
)
from mstation.station.work_orders.contracts import (
    Contract,
    Milestone,
    MilestoneState,
    Planned,
    ReleasedBy,
    milestones_of,
)
from mstation.station.work_orders.deliveries import (
    SILENCE,
    Delivery,
    Nonconformity,
    Quality,
    Sent,
    deliver,
    note_quality,
    waive,
)
from mstation.station.work_orders.disputes import about, dispute
from mstation.station.work_orders.releasing import fund, release, release_silent
from mstation.station.work_orders.staffing import staff
from tests.station.crew import Crew
from tests.station.market import FEE_BP, Market
from tests.station.work_orders.working import CLEAN, FAULTY, Yard, open_yard, shift

PLAN = (
    Planned("First half", 30_001, ("001-001",)),
    Planned("Second half", 69_999, ("001-002",)),
)


@pytest.fixture
def yard(station: Station, crew: Crew, market: Market) -> Yard:
    return open_yard(station, crew, market)


def now_of(yard: Yard, milestone: Milestone) -> Milestone:
    with yard.station.reading() as connection:
        return find(connection, Milestone, milestone.id)


def owed(yard: Yard, party_id: str) -> int:
    with yard.station.reading() as connection:
        return party_balance(connection, AccountKind.PAYABLE, party_id, "CNY")


def accept_and_release(yard: Yard, milestone: Milestone) -> Milestone:
    with yard.station.change(yard.producer) as change:
        accept(change, milestone.id)
        return release(change, milestone.id)


def let_time_pass(yard: Yard, milestone: Milestone, *, short_s: float = -1) -> None:
    """Let the time to answer have run out a second ago, or be about to."""
    with yard.station.reading() as connection:
        due = clock(connection) + timedelta(seconds=short_s)
    shift(yard.station, milestone, answer_due_at=due)


def test_work_is_paid_in_delivered_checked_reviewed_accepted_and_released_less_the_fee(
    yard: Yard,
) -> None:
    contract = yard.contract()
    milestone = yard.milestone(contract)
    assert (milestone.amount, milestone.state) == (100_000, MilestoneState.PLANNED)
    yard.pay_in(milestone)
    told: list[str] = []
    ON_ACCEPTED["tests"] = lambda _change, done, delivery: told.append(f"{done.id} {delivery.id}")
    try:
        delivery = yard.deliver(now_of(yard, milestone))
        with pytest.raises(Conflict, match="approve it first"):
            accept_and_release(yard, milestone)
        yard.approve(delivery)
        done = accept_and_release(yard, milestone)
    finally:
        del ON_ACCEPTED["tests"]
    assert (done.state, done.released_by) == (MilestoneState.RELEASED, ReleasedBy.ACCEPTANCE)
    assert told == [f"{milestone.id} {delivery.id}"]
    fee = 100_000 * FEE_BP // 10_000
    assert owed(yard, yard.vendor.id) == 100_000 - fee
    with pytest.raises(Conflict):
        accept_and_release(yard, milestone)


@pytest.mark.parametrize(
    "plan",
    [
        (Planned("All", 99_999, ("001-001",)),),
        (Planned("One", 50_000), Planned("Two", 50_001)),
    ],
)
def test_milestones_that_do_not_add_up_to_the_award_are_refused_and_nothing_is_awarded(
    yard: Yard, plan: tuple[Planned, ...]
) -> None:
    with pytest.raises(Conflict, match="add up"):
        yard.contract(plan=plan)
    with yard.station.reading() as connection:
        assert find_where(connection, Contract) == find_where(connection, Milestone) == []


def test_the_database_itself_keeps_sums_states_and_reasons(yard: Yard) -> None:
    contract = yard.contract()
    milestone = yard.milestone(contract)
    extra = Milestone("extra", 1, *_own(milestone), 2, "More", 1)
    with yard.station.change(STATION) as change, pytest.raises(Conflict, match="change order"):
        change.add(extra)
    with yard.station.change(STATION) as change, pytest.raises(Conflict, match="change order"):
        change.edit(milestone, amount=1)
    with yard.station.change(STATION) as change, pytest.raises(Conflict, match="change order"):
        change.remove(milestone)
    with yard.station.change(STATION) as change, pytest.raises(Conflict, match="add up"):
        change.edit(contract, amount=1)
    with yard.station.change(STATION) as change, pytest.raises(Conflict, match="quality check"):
        change.edit(milestone, state=MilestoneState.ACCEPTED)
    for why in ReleasedBy:
        told = {"state": MilestoneState.RELEASED, "released_by": why, "released_at": now()}
        with yard.station.change(STATION) as change, pytest.raises(Conflict, match="released"):
            change.edit(milestone, **told)


def test_silence_of_fourteen_days_after_a_passed_check_releases_and_says_so(yard: Yard) -> None:
    milestone = yard.milestone(yard.contract())
    yard.pay_in(milestone)
    made = yard.deliver(now_of(yard, milestone), None)
    assert now_of(yard, milestone).answer_due_at is None  # not checked: no time runs
    with yard.station.change(STATION) as change:
        checked = note_quality(change, made.id, CLEAN)
    assert checked.checked_at is not None
    assert now_of(yard, milestone).answer_due_at == checked.checked_at + SILENCE
    assert timedelta(days=14) == SILENCE
    let_time_pass(yard, milestone, short_s=60)
    assert release_silent(yard.station) == 0
    let_time_pass(yard, milestone)
    assert release_silent(yard.station) == 1
    assert release_silent(yard.station) == 0
    done = now_of(yard, milestone)
    assert (done.state, done.released_by) == (MilestoneState.RELEASED, ReleasedBy.SILENCE)
    with yard.station.reading() as connection:
        told = events_after(connection, 0, party_id=yard.vendor.id)
    last = [event for event in told if event.noun_id == milestone.id][-1]
    assert (last.actor_kind, (last.after or {})["released_by"]) == ("station", "silence")


def test_silence_after_a_failed_check_releases_nothing_and_a_better_delivery_may_come(
    yard: Yard,
) -> None:
    milestone = yard.milestone(yard.contract())
    yard.pay_in(milestone)
    faulty = yard.deliver(now_of(yard, milestone), FAULTY)
    assert faulty.quality is Quality.FAILED
    yard.approve(faulty)
    with pytest.raises(Conflict, match="waiver"):
        accept_and_release(yard, milestone)
    let_time_pass(yard, milestone)
    assert release_silent(yard.station) == 0
    better = yard.deliver(now_of(yard, milestone))
    assert (better.number, better.quality) == (2, Quality.PASSED)
    with yard.station.change(yard.producer) as change, pytest.raises(Conflict, match="last"):
        waive(change, faulty, "too late")


def test_a_signed_waiver_stands_for_the_check(yard: Yard) -> None:
    milestone = yard.milestone(yard.contract())
    yard.pay_in(milestone)
    faulty = yard.deliver(now_of(yard, milestone), FAULTY)
    with yard.station.change(yard.producer) as change:
        with pytest.raises(InvalidInput, match="why"), change.apart():
            waive(change, faulty, " ")
        waived = waive(change, faulty, "The black is the story's.")
    assert waived.waived_by == yard.crew.people["producer"].id
    yard.approve(faulty)
    assert accept_and_release(yard, milestone).state is MilestoneState.RELEASED


def test_changes_are_asked_for_as_often_as_was_agreed_and_each_is_answered(yard: Yard) -> None:
    milestone = yard.milestone(yard.contract(rounds_most=2))
    yard.pay_in(milestone)
    for _ in range(2):
        made = yard.deliver(now_of(yard, milestone))
        with yard.station.change(yard.producer) as change:
            ask_changes(change, milestone.id, [Wanted("001-001", "The edge boils.")])
    with yard.station.reading() as connection:
        found = find_where(connection, Nonconformity, milestone_id=milestone.id)
    assert [each.answered_in for each in found] == [made.id, None]
    yard.deliver(now_of(yard, milestone))
    with yard.station.change(yard.producer) as change, pytest.raises(Conflict, match="rounds"):
        ask_changes(change, milestone.id, [Wanted("", "Again.")])
    with yard.station.reading() as connection:
        contract = find(connection, Contract, milestone.contract_id)
    agree_on(yard, contract, rounds_more=1)
    with yard.station.change(yard.producer) as change:
        with pytest.raises(InvalidInput), change.apart():
            ask_changes(change, milestone.id, [])
        assert ask_changes(change, milestone.id, [Wanted("", "Again.")]).rounds == 3


def agree_on(yard: Yard, contract: Contract, **changes: object) -> ChangeOrder:
    with yard.station.change(yard.bidder()) as change:
        order = propose_change(change, contract, Side.VENDOR, reason="More work", **changes)  # type: ignore[arg-type]
    with yard.station.change(yard.producer) as change:
        return accept_change(change, order, Side.BUYER)


def test_a_change_order_that_both_accept_reprices_and_the_contract_still_adds_up(
    yard: Yard,
) -> None:
    contract = yard.contract(plan=PLAN)
    first, second = milestones_in(yard, contract)
    yard.pay_in(first)
    with yard.station.change(yard.producer) as change:
        asked = fund(change, second.id)
    dearer = Repriced(second.id, 80_000)
    order = agree_on(
        yard, contract, repriced=(dearer,), added=(Planned("Extra", 5_000, ("001-002",)),)
    )
    assert (order.state, order.amount_before, order.amount_after) == (
        OrderState.ACCEPTED, 100_000, 115_001,
    )  # fmt: skip
    assert [each.amount for each in milestones_in(yard, contract)] == [30_001, 80_000, 5_000]
    with yard.station.change(STATION) as change:  # the old price comes after all
        payment = find(change.connection, Payment, asked.id)
        receipt = arrived(change, payment, Arrival(Way.BANK, "late", payment.money))
    assert receipt.outcome == "credited"
    assert now_of(yard, second).state is MilestoneState.PLANNED
    with yard.station.change(yard.bidder()) as change, pytest.raises(Conflict, match="paid in"):
        propose_change(
            change, contract, Side.VENDOR, reason="More", repriced=[Repriced(first.id, 1)]
        )


def test_one_side_alone_changes_nothing(yard: Yard) -> None:
    contract = yard.contract()
    milestone = yard.milestone(contract)
    with yard.station.change(yard.bidder()) as change:
        order = propose_change(
            change, contract, Side.VENDOR, reason="More", repriced=[Repriced(milestone.id, 1)]
        )
        order = accept_change(change, order, Side.VENDOR)
        assert order.state is OrderState.PROPOSED
        with pytest.raises(Conflict), change.apart():
            change.edit(order, state=OrderState.ACCEPTED)
    assert yard.milestone(contract).amount == 100_000


@pytest.mark.parametrize(
    ("ruling", "back", "vendor", "buyer"),
    [
        (Ruling.RELEASE, None, 90_000, 0),
        (Ruling.REFUND, None, 0, 100_000),
        (Ruling.SPLIT, 66_667, 30_000, 66_667),
    ],
)
def test_a_dispute_freezes_until_the_house_rules(
    yard: Yard, ruling: Ruling, back: int | None, vendor: int, buyer: int
) -> None:
    milestone = yard.milestone(yard.contract())
    yard.pay_in(milestone)
    delivery = yard.deliver(now_of(yard, milestone))
    yard.approve(delivery)
    with yard.station.change(yard.bidder()) as change:
        case = dispute(change, milestone.id, Side.VENDOR, "They never answer.")
        with pytest.raises(Conflict), change.apart():
            dispute(change, milestone.id, Side.BUYER, "Nor do they.")
    with pytest.raises(Conflict, match="disputed"):
        accept_and_release(yard, milestone)
    let_time_pass(yard, milestone)
    assert release_silent(yard.station) == 0
    for state in (MilestoneState.ACCEPTED, MilestoneState.PLANNED, MilestoneState.FUNDED):
        with yard.station.change(STATION) as change, pytest.raises(Conflict):
            change.edit(now_of(yard, milestone), state=state)
    with yard.station.change(STATION) as change:
        ruled = rule(change, case, ruling, refund_amount=back, reason="As the files show.")
        with pytest.raises(Conflict, match="ruled already"), change.apart():
            rule(change, case, Ruling.REFUND, reason="Again.")
    assert ruled.ruling is ruling
    assert owed(yard, yard.vendor.id) == vendor
    assert owed(yard, yard.buyer.id) == buyer


@pytest.mark.parametrize("is_ruled", [True, False])
def test_after_a_dispute_that_changes_nothing_the_work_goes_on_where_it_stood(
    yard: Yard, is_ruled: bool
) -> None:
    milestone = yard.milestone(yard.contract())
    yard.pay_in(milestone)
    yard.deliver(now_of(yard, milestone))
    with yard.station.change(yard.producer) as change:
        case = dispute(change, milestone.id, Side.BUYER, "It is too dark.")
    assert (case.party_id, case.against_id) == (yard.buyer.id, yard.vendor.id)
    let_time_pass(yard, milestone)
    with yard.station.change(STATION) as change:
        at = clock(change.connection)
        if is_ruled:
            rule(change, case, Ruling.CONTINUE, reason="It is as it was asked for.")
        else:
            withdraw_dispute(change, case)
    after = now_of(yard, milestone)
    assert (after.state, after.state_before) == (MilestoneState.SUBMITTED, None)
    assert after.answer_due_at is not None
    assert after.answer_due_at >= at + SILENCE  # it begins anew
    assert release_silent(yard.station) == 0
    assert (owed(yard, yard.vendor.id), owed(yard, yard.buyer.id)) == (0, 0)


def test_a_ruling_parts_what_is_held_and_says_so_whole(yard: Yard) -> None:
    milestone = yard.milestone(yard.contract())
    yard.pay_in(milestone)
    with yard.station.change(yard.bidder()) as change:
        case = dispute(change, milestone.id, Side.VENDOR, "Nobody answers.")
    wrong: list[tuple[Ruling, dict[str, int]]] = [
        (Ruling.SPLIT, {}),
        (Ruling.SPLIT, {"refund_amount": 0}),
        (Ruling.SPLIT, {"refund_amount": milestone.amount}),
        (Ruling.SPLIT, {"refund_amount": 1, "refund_bp": 1}),
        (Ruling.CONTINUE, {"refund_amount": 1}),
    ]
    for ruling, told in wrong:
        with yard.station.change(STATION) as change, pytest.raises(InvalidInput), change.apart():
            rule(change, case, ruling, reason="So it is.", **told)
    assert now_of(yard, milestone).state is MilestoneState.DISPUTED


def test_the_tax_in_a_milestone_is_held_back_as_it_is_of_an_order(yard: Yard) -> None:
    contract = yard.contract()
    milestone = yard.milestone(contract)
    with yard.station.change(STATION) as change:
        set_tax_rate(change, yard.buyer.country, 2_100)
    yard.pay_in(milestone)
    with yard.station.change(STATION) as change:
        set_tax_rate(change, yard.buyer.country, 0)  # what was asked for stays
    assert now_of(yard, milestone).tax == 17_355  # of 100,000 with 21 of 121 in it
    yard.approve(yard.deliver(now_of(yard, milestone)))
    accept_and_release(yard, milestone)
    net = 100_000 - 17_355
    fee = (net * FEE_BP + 5_000) // 10_000
    assert owed(yard, yard.vendor.id) == net - fee
    with yard.station.reading() as connection:
        kept = {each.account.name: each.amount for each in balances(connection)}
    assert (kept["tax/CNY"], kept["revenue/CNY"], kept["escrow/CNY"]) == (17_355, fee, 0)


def test_a_delivery_is_every_item_once_by_the_vendors_own_people(yard: Yard) -> None:
    milestone = yard.milestone(yard.contract())
    unpaid = yard.versions(milestone)
    with yard.station.change(yard.bidder()) as change, pytest.raises(Conflict, match="planned"):
        deliver(change, milestone.id, unpaid)
    yard.pay_in(milestone)
    sent = yard.versions(milestone)
    wrong: list[list[Sent]] = [
        sent[:1],
        [*sent, sent[0]],
        [sent[0], Sent(sent[1].label, sent[0].version_id)],
        [sent[0], Sent(sent[1].label, None, ("file",))],
    ]
    for each in wrong:
        with yard.station.change(yard.bidder()) as change, pytest.raises(InvalidInput):
            deliver(change, milestone.id, each)
    assert now_of(yard, milestone).state is MilestoneState.FUNDED
    with yard.station.change(yard.bidder()) as change:
        staff(change, find(change.connection, Contract, milestone.contract_id), ())
        with pytest.raises(InvalidInput, match="vendor"), change.apart():
            deliver(change, milestone.id, sent)


def test_who_shares_in_a_contract_is_owed_a_part_to_the_last_unit(yard: Yard) -> None:
    contract = yard.contract()
    milestone = yard.milestone(contract)
    other = yard.market.freelancer
    with yard.station.change(yard.bidder()) as change:
        parts = [Part(yard.vendor.id, 6_667), Part(other.id, 3_333)]
        agree_shares(change, yard.vendor, About("contracts", contract.id), parts)
    yard.pay_in(milestone)
    yard.approve(yard.deliver(now_of(yard, milestone)))
    accept_and_release(yard, milestone)
    assert (owed(yard, yard.vendor.id), owed(yard, other.id)) == (60_003, 29_997)


def test_who_leaves_a_contract_is_taken_off_its_tasks(yard: Yard) -> None:
    contract = yard.contract()
    artist = yard.market.people["seller-artist"]
    stranger = yard.market.people["stranger"]
    with yard.station.change(yard.bidder()) as change:
        staff(change, contract, (artist.id,))
        with pytest.raises(InvalidInput, match="people"), change.apart():
            staff(change, contract, (stranger.id,))
    with yard.station.reading() as connection:
        found = find_where(connection, Task, project_id=yard.crew.project.id)
    mine = [artist.id in task.assignee_ids for task in found]
    assert sorted(mine) == [False, True, True]
    assert all(yard.worker.id not in task.assignee_ids for task in found)


def test_who_leaves_one_contract_stays_on_what_another_of_the_vendor_covers(yard: Yard) -> None:
    first, second = yard.contract(shots=2), yard.contract(shots=1)
    with yard.station.change(yard.bidder()) as change:
        staff(change, first, ())
    assert tasks_given(yard, yard.worker.id) == ["001-001"]
    with yard.station.change(yard.bidder()) as change:
        staff(change, second, ())
    assert tasks_given(yard, yard.worker.id) == []


def tasks_given(yard: Yard, account_id: str) -> list[str]:
    """Return the labels of the shots whose tasks are given to somebody."""
    with yard.station.reading() as connection:
        found = find_where(connection, Task, project_id=yard.crew.project.id)
    mine = {task.entity_id for task in found if account_id in task.assignee_ids}
    return sorted(shot.label for shot in yard.crew.shots if shot.id in mine)


Step = Callable[[Yard, Contract, Milestone, random.Random], object]


def _pay(yard: Yard, contract: Contract, milestone: Milestone, dice: random.Random) -> None:
    yard.pay_in(milestone)


def _deliver(yard: Yard, contract: Contract, milestone: Milestone, dice: random.Random) -> None:
    made = yard.deliver(milestone, dice.choice([CLEAN, FAULTY, None]))
    if dice.random() < 0.7:
        yard.approve(made)


def _waive(yard: Yard, contract: Contract, milestone: Milestone, dice: random.Random) -> None:
    with yard.station.change(yard.producer) as change:
        waive(change, find(change.connection, Delivery, milestone.delivery_id or ""), "As it is.")


def _accept(yard: Yard, contract: Contract, milestone: Milestone, dice: random.Random) -> None:
    with yard.station.change(yard.producer) as change:
        accept(change, milestone.id)


def _release(yard: Yard, contract: Contract, milestone: Milestone, dice: random.Random) -> None:
    with yard.station.change(yard.producer) as change:
        release(change, milestone.id)


def _change(yard: Yard, contract: Contract, milestone: Milestone, dice: random.Random) -> None:
    with yard.station.change(yard.producer) as change:
        ask_changes(change, milestone.id, [Wanted("", "Better.")])


def _wait(yard: Yard, contract: Contract, milestone: Milestone, dice: random.Random) -> None:
    if milestone.answer_due_at is not None:
        let_time_pass(yard, milestone)
    release_silent(yard.station)


def _dispute(yard: Yard, contract: Contract, milestone: Milestone, dice: random.Random) -> None:
    with yard.station.change(yard.bidder()) as change:
        dispute(change, milestone.id, dice.choice(list(Side)), "No.")


def _withdraw(yard: Yard, contract: Contract, milestone: Milestone, dice: random.Random) -> None:
    with yard.station.change(STATION) as change:
        for case in disputes_about(change.connection, about(milestone)):
            withdraw_dispute(change, case)


def _rule(yard: Yard, contract: Contract, milestone: Milestone, dice: random.Random) -> None:
    with yard.station.change(STATION) as change:
        for case in disputes_about(change.connection, about(milestone)):
            ruling = dice.choice(list(Ruling))
            part = dice.randrange(milestone.amount) if ruling is Ruling.SPLIT else None
            if case.state is DisputeState.OPEN:
                rule(change, case, ruling, refund_amount=part, reason="So it is.")


def _reprice(yard: Yard, contract: Contract, milestone: Milestone, dice: random.Random) -> None:
    agree_on(yard, contract, repriced=(Repriced(milestone.id, dice.randint(1, 90_000)),))


STEPS: tuple[Step, ...] = (
    _pay, _pay, _deliver, _deliver, _deliver, _waive, _accept, _accept, _release, _change, _wait,
    _dispute, _rule, _withdraw, _reprice,
)  # fmt: skip


@settings(
    max_examples=8, deadline=None, database=None, derandomize=True,
    phases=[Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(st.integers(0, 2**32))
def test_whatever_is_done_the_laws_hold(yard: Yard, seed: int) -> None:
    dice = random.Random(seed)
    contract = yard.contract(plan=PLAN)
    for _ in range(14):
        milestone = dice.choice(milestones_in(yard, contract))
        with yard.station.reading() as connection:
            contract = find(connection, Contract, contract.id)
        try:
            dice.choice(STEPS)(yard, contract, milestone, dice)
        except MStationError as error:
            told = error.told("zh")
            if told == str(error):
                pytest.fail(f"not told in Chinese: {told}")
        for fault in broken_laws(yard, contract.id):
            pytest.fail(fault)


def broken_laws(yard: Yard, contract_id: str) -> Iterator[str]:
    """What should never be, looked for by itself: not by the verbs that keep it."""
    with yard.station.reading() as connection:
        contract = find(connection, Contract, contract_id)
        found = milestones_of(connection, contract_id)
        if sum(each.amount for each in found) != contract.amount:
            yield "the milestones do not add up"
        yield from (f"{id_} does not sum to zero" for id_ in wrong_transactions(connection))
        for each in found:
            held = held_for(connection, About("milestones", each.id), contract.currency)
            is_over = each.state in (MilestoneState.RELEASED, MilestoneState.REFUNDED)
            is_empty = is_over or each.state is MilestoneState.PLANNED
            if held != (0 if is_empty else each.amount):
                yield f"{held} is held for a milestone that is {each.state}"
            deliveries = find_where(connection, Delivery, milestone_id=each.id)
            is_fit = any(d.id == each.delivery_id and d.is_fit for d in deliveries)
            if each.accepted_at is not None and not is_fit:
                yield "accepted without check or waiver"
            cases = disputes_about(connection, about(each))
            is_ruled = any(case.ruling in (Ruling.RELEASE, Ruling.SPLIT) for case in cases)
            match each.released_by:
                case ReleasedBy.ACCEPTANCE if each.accepted_at is None:
                    yield "released without acceptance"
                case ReleasedBy.SILENCE if not is_fit:
                    yield "released for silence about what never passed"
                case ReleasedBy.RULING if not is_ruled:
                    yield "released by a ruling that there is not"
            is_open = any(case.state is DisputeState.OPEN for case in cases)
            if is_open is not (each.state is MilestoneState.DISPUTED):
                yield "a dispute that does not freeze"


def milestones_in(yard: Yard, contract: Contract) -> list[Milestone]:
    with yard.station.reading() as connection:
        return milestones_of(connection, contract.id)


def _own(milestone: Milestone) -> tuple[str, str, str, str]:
    return (
        milestone.organisation_id, milestone.project_id, milestone.party_id, milestone.contract_id,
    )  # fmt: skip
