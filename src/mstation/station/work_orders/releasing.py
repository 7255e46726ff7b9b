"""Money of milestones: asked for, held, and released by acceptance, by silence or by a ruling.

Nobody needs to remember a date: what was left unanswered too long is due (`station/due.py`), by the
database's clock.
"""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select

from mstation.errors import Conflict, MStationError
from mstation.money import Money, split
from mstation.station.change import STATION, Change, find
from mstation.station.exchange.ledger import About, held_for
from mstation.station.exchange.refunds import refund
from mstation.station.exchange.settlement import (
    ON_PAID,
    Payment,
    PaymentState,
    ask_payment,
    withdraw_payment,
)
from mstation.station.exchange.shares import pay_out_shares, shares_of
from mstation.station.exchange.taxes import included_tax, tax_bp
from mstation.station.jobs import clock
from mstation.station.parties import Party
from mstation.station.station import Station
from mstation.station.work_orders.acceptance import tell_accepted
from mstation.station.work_orders.contracts import (
    Contract,
    Milestone,
    MilestoneState,
    ReleasedBy,
    contracts,
    held,
    milestones,
)
from mstation.station.work_orders.deliveries import Delivery

NOUN = milestones.name

_log = logging.getLogger(__name__)


def fund(change: Change, milestone_id: str) -> Payment:
    """Ask who ordered a milestone to pay it in; asked again, it is the same payment.

    Raises:
        Conflict: when it is paid in already.
    """
    milestone = held(change, milestone_id)
    if milestone.state is not MilestoneState.PLANNED:
        raise Conflict(
            f"the milestone is {milestone.state}: there is nothing to pay in",
            zh=f"里程碑状态为 {milestone.state}，无需付款",
        )
    if milestone.payment_id is not None:
        return find(change.connection, Payment, milestone.payment_id)
    contract = find(change.connection, Contract, milestone.contract_id)
    amount = Money(milestone.amount, contract.currency)
    payment = ask_payment(
        change, payer=contract.buyer_id, amount=amount, about_noun=NOUN, about_id=milestone.id
    )
    bp = tax_bp(change.connection, find(change.connection, Party, contract.buyer_id).country)
    tax = included_tax(milestone.amount, bp)
    change.edit(milestone, payment_id=payment.id, tax=tax)
    return payment


def unask(change: Change, milestone: Milestone) -> Milestone:
    """Ask for a planned milestone's payment no more; what comes later is owed to who paid.

    Raises:
        Conflict: when it is paid.
    """
    if milestone.payment_id is None:
        return milestone
    payment = find(change.connection, Payment, milestone.payment_id)
    if payment.state is not PaymentState.WITHDRAWN:
        withdraw_payment(change, payment)
    return change.edit(milestone, payment_id=None, tax=0)


def _on_paid(change: Change, payment: Payment) -> None:
    milestone = held(change, payment.about_id)
    assert milestone.payment_id == payment.id  # another one was withdrawn
    change.edit(milestone, state=MilestoneState.FUNDED)


ON_PAID[NOUN] = _on_paid


def release(change: Change, milestone_id: str) -> Milestone:
    """Release an accepted milestone: the vendor is owed it, less the tax and the house's fee.

    Raises:
        Conflict: when it is not accepted, or there is no house.
    """
    milestone = held(change, milestone_id)
    if milestone.state is not MilestoneState.ACCEPTED:
        raise Conflict(
            f"the milestone is {milestone.state}: it is released when it is accepted",
            zh=f"里程碑状态为 {milestone.state}，验收后才能放款",
        )
    return _released(change, milestone, ReleasedBy.ACCEPTANCE)


def release_silent(station: Station, at: datetime | None = None) -> int:
    """Release every milestone whose delivery passed its check and was not answered in time.

    at: the moment it is; by the database's clock where it is left out. Return how many; each is a
    change of its own, told by the station, and one that is refused holds no other up.
    """
    with station.reading() as connection:
        due = milestones.c.answer_due_at <= (at or clock(connection))
        waits = milestones.c.state == MilestoneState.SUBMITTED
        query = select(milestones.c.id).where(waits, due).order_by(milestones.c.id)
        found = list(connection.execute(query).scalars())
    done = 0
    for milestone_id in found:
        try:
            done += _release_silent(station, milestone_id, at)
        except MStationError as error:
            _log.warning("milestone %s waits: %s", milestone_id, error)
    return done


def _release_silent(station: Station, milestone_id: str, moment: datetime | None) -> bool:
    with station.change(STATION) as change:
        milestone = held(change, milestone_id)
        at, due = moment or clock(change.connection), milestone.answer_due_at
        if milestone.state is not MilestoneState.SUBMITTED or due is None or at < due:
            return False  # answered at this very moment
        assert milestone.delivery_id is not None
        delivery = find(change.connection, Delivery, milestone.delivery_id)
        if not delivery.is_fit:
            return False
        tell_accepted(change, milestone, delivery)
        _released(change, milestone, ReleasedBy.SILENCE, at)
    return True


def settle(change: Change, milestone: Milestone, back: int, reason: str) -> Milestone:
    """Part what is held for a disputed milestone: so much back, the rest to the vendor.

    back: minor units.
    """
    contract = find(change.connection, Contract, milestone.contract_id)
    if back:
        refund(
            change, about=About(NOUN, milestone.id), payer=contract.buyer_id,
            amount=Money(back, contract.currency), reason=reason,
        )  # fmt: skip
    if back < milestone.amount:
        return _released(change, milestone, ReleasedBy.RULING)
    return change.edit(milestone, state=MilestoneState.REFUNDED, answer_due_at=None)


def _released(
    change: Change, milestone: Milestone, why: ReleasedBy, at: datetime | None = None
) -> Milestone:
    _pay_out(change, milestone)
    return change.edit(
        milestone, state=MilestoneState.RELEASED, released_by=why, answer_due_at=None,
        released_at=at or clock(change.connection),
    )  # fmt: skip


def _pay_out(change: Change, milestone: Milestone) -> None:
    """Let what is held for a milestone go to who shares in its contract, the tax in it apart."""
    contract = find(change.connection, Contract, milestone.contract_id)
    about = About(NOUN, milestone.id)
    amount = held_for(change.connection, about, contract.currency)
    pay_out_shares(
        change,
        about=about,
        amount=Money(amount, contract.currency),
        shares=shares_of(change.connection, About(contracts.name, contract.id), contract.party_id),
        tax=split(milestone.tax, (amount, milestone.amount - amount))[0],
        key=f"release/{milestone.id}",
    )
