"""Milestones in dispute: either side opens one, everything stands still, the house rules."""

from __future__ import annotations

from mstation.errors import Conflict
from mstation.station.change import Change, find
from mstation.station.exchange.disputes import ON_RULED, ON_WITHDRAWN, Dispute, open_dispute
from mstation.station.exchange.ledger import About
from mstation.station.jobs import clock
from mstation.station.work_orders.change_orders import Side
from mstation.station.work_orders.contracts import (
    Contract,
    Milestone,
    MilestoneState,
    held,
    milestones,
)
from mstation.station.work_orders.deliveries import SILENCE
from mstation.station.work_orders.releasing import settle

_DISPUTABLE = (
    MilestoneState.FUNDED,
    MilestoneState.SUBMITTED,
    MilestoneState.CHANGES,
    MilestoneState.ACCEPTED,
)


def dispute(change: Change, milestone_id: str, side: Side, reason: str) -> Dispute:
    """Let a milestone stand still, in the name of one of its two sides.

    Raises:
        Conflict: when nothing is held for it, or it is disputed already.
        InvalidInput: when no reason is given.
    """
    milestone = held(change, milestone_id)
    if milestone.state not in _DISPUTABLE:
        raise Conflict(
            f"the milestone is {milestone.state}: nothing is held that could be disputed",
            zh=f"里程碑状态为 {milestone.state}，没有可争议的托管款",
        )
    contract = find(change.connection, Contract, milestone.contract_id)
    sides = (contract.buyer_id, contract.party_id)
    whose, against = sides if side is Side.BUYER else sides[::-1]
    change.edit(milestone, state=MilestoneState.DISPUTED, state_before=milestone.state)
    return open_dispute(
        change, party_id=whose, against_id=against, about=about(milestone), reason=reason
    )


def about(milestone: Milestone) -> About:
    """Return under what a milestone's money and its disputes stand."""
    return About(milestones.name, milestone.id)


def _ruled(change: Change, case: Dispute) -> None:
    """Part what is held for a milestone as the house ruled, or let the work go on."""
    milestone = held(change, case.about_id)
    back = case.back_of(milestone.amount)
    if back is None:
        _go_on(change, milestone)
    else:
        settle(change, milestone, back, case.ruling_reason)


def _withdrawn(change: Change, case: Dispute) -> None:
    _go_on(change, held(change, case.about_id))


def _go_on(change: Change, milestone: Milestone) -> None:
    """Let the work go on where it stood; the time to answer begins anew."""
    assert milestone.state_before is not None
    runs = milestone.answer_due_at is not None
    due = clock(change.connection) + SILENCE if runs else None
    before = MilestoneState(milestone.state_before)
    change.edit(milestone, state=before, state_before=None, answer_due_at=due)


ON_RULED[milestones.name] = _ruled
ON_WITHDRAWN[milestones.name] = _withdrawn
