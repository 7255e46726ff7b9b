"""Answers to deliveries: accepted, or sent back for changes, a number of times that was agreed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mstation.errors import Conflict, InvalidInput
from mstation.station.change import Change, find
from mstation.station.ids import new_id
from mstation.station.jobs import clock
from mstation.station.production.versions import Review, Version
from mstation.station.wording import prose
from mstation.station.work_orders.contracts import Contract, Milestone, MilestoneState, held
from mstation.station.work_orders.deliveries import Delivery, Nonconformity

OnAccepted = Callable[[Change, Milestone, Delivery], None]

ON_ACCEPTED: dict[str, OnAccepted] = {}
"""What is done when work is accepted or paid for silence: credits, evidence of skills; by a name.

In the same transaction; who adds to it says under which name.
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be changed of an item; label "": of all."""

    label: str
    text: str


def accept(change: Change, milestone_id: str) -> Milestone:
    """Accept what was delivered for a milestone.

    Raises:
        Conflict: when nothing waits for an answer, it has neither passed the check nor been waived,
            or a version of it is not approved in its review.
    """
    milestone, delivery = _awaiting(change, milestone_id)
    if not delivery.is_fit:
        raise Conflict(
            f"the delivery's check is {delivery.quality}: it passes, or somebody signs a waiver",
            zh=f"质检状态为 {delivery.quality}：须通过质检或签署豁免",
        )
    for line in delivery.manifest:
        if line.version_id is None:
            continue
        version = find(change.connection, Version, line.version_id)
        if version.review is not Review.APPROVED:
            raise Conflict(
                f"version {version.number} of {line.label} is {version.review}; approve it first",
                zh=f"{line.label} 的版本 {version.number} 审阅状态为 {version.review}，"
                "请先通过审阅",
            )
    milestone = change.edit(
        milestone, state=MilestoneState.ACCEPTED, accepted_at=clock(change.connection),
        accepted_by=change.actor.account_id, answer_due_at=None,
    )  # fmt: skip
    tell_accepted(change, milestone, delivery)
    return milestone


def tell_accepted(change: Change, milestone: Milestone, delivery: Delivery) -> None:
    """Let everybody who asked for it know that work is done."""
    for name in sorted(ON_ACCEPTED):
        ON_ACCEPTED[name](change, milestone, delivery)


def ask_changes(change: Change, milestone_id: str, wanted: Sequence[Wanted]) -> Milestone:
    """Send a delivery back, with what is to be changed.

    Raises:
        Conflict: when nothing waits for an answer, or the rounds that were agreed on are used up.
        InvalidInput: when nothing is said, or about what was not delivered.
    """
    milestone, delivery = _awaiting(change, milestone_id)
    contract = find(change.connection, Contract, milestone.contract_id)
    if milestone.rounds >= contract.rounds_most:
        raise Conflict(
            f"all {contract.rounds_most} rounds of changes are used: accept it, make a change "
            "order, or open a dispute",
            zh=f"{contract.rounds_most} 轮修改已用完：请验收、提交变更单或提出争议",
        )
    known = {"", *(line.label for line in delivery.manifest)}
    if not wanted or any(each.label not in known or not each.text.strip() for each in wanted):
        raise InvalidInput(
            "say what is to be changed, each of an item that was delivered",
            zh="请逐项写明需修改的内容，且须为已交付的项",
        )
    own = (milestone.organisation_id, milestone.project_id, milestone.party_id)
    for each in wanted:
        text = prose(each.text, "text", "内容")
        what, by = (milestone.id, delivery.id, each.label, text), change.actor.account_id
        change.add(Nonconformity(new_id(), 1, *own, *what, by, change.at))
    return change.edit(
        milestone, state=MilestoneState.CHANGES, rounds=milestone.rounds + 1, answer_due_at=None
    )


def _awaiting(change: Change, milestone_id: str) -> tuple[Milestone, Delivery]:
    """Return a milestone that waits for an answer, and what was delivered."""
    milestone = held(change, milestone_id)
    if milestone.state is not MilestoneState.SUBMITTED or milestone.delivery_id is None:
        raise Conflict(
            f"the milestone is {milestone.state}: nothing waits for an answer",
            zh=f"里程碑状态为 {milestone.state}，没有待答复的交付",
        )
    return milestone, find(change.connection, Delivery, milestone.delivery_id)
