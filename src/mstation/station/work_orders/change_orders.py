"""Change orders: other work for other money, proposed by one side and accepted by both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from mstation.errors import Conflict, InvalidInput
from mstation.money import MOST_MINOR
from mstation.station.change import Change, find, find_where, hold
from mstation.station.exchange.settlement import payments
from mstation.station.ids import new_id
from mstation.station.schema import Id, Moment, keep, metadata, own_columns, project_columns
from mstation.station.wording import MOST_SIGNS, prose
from mstation.station.work_orders.contracts import (
    Contract,
    ContractState,
    Milestone,
    MilestoneState,
    Planned,
    add_milestones,
    contracts,
    held,
    milestones_of,
)
from mstation.station.work_orders.packages import MOST_ROUNDS, WorkPackage
from mstation.station.work_orders.releasing import unask


class Side(StrEnum):
    """Who of the two."""

    BUYER = "buyer"
    VENDOR = "vendor"


class OrderState(StrEnum):
    """Where a change order stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Repriced:
    """A milestone that nobody has paid in, with what it costs and when it is due from now on."""

    milestone_id: str
    amount: int  # minor units
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """What one side would change of a contract."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    party_id: str
    contract_id: str
    number: int  # from 1, of the contract
    proposed_by: Side
    proposed_at: datetime
    reason: str
    repriced: tuple[Repriced, ...] = ()
    added: tuple[Planned, ...] = ()
    rounds_more: int = 0
    state: OrderState = OrderState.PROPOSED
    buyer_account_id: str | None = None  # who accepted it for that side
    vendor_account_id: str | None = None
    amount_before: int | None = None  # of the contract, in minor units
    amount_after: int | None = None


change_orders = keep(
    ChangeOrder,
    Table(
        "change_orders",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("contract_id", Id, ForeignKey("contracts.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("proposed_by", String(16), nullable=False),
        Column("proposed_at", Moment, nullable=False),
        Column("reason", String(MOST_SIGNS), nullable=False),
        Column("repriced", JSON, nullable=False),
        Column("added", JSON, nullable=False),
        Column("rounds_more", Integer, nullable=False),
        Column("state", String(16), nullable=False),
        Column("buyer_account_id", Id, ForeignKey("accounts.id")),
        Column("vendor_account_id", Id, ForeignKey("accounts.id")),
        Column("amount_before", BigInteger),
        Column("amount_after", BigInteger),
        UniqueConstraint("contract_id", "number"),
        CheckConstraint(
            "state <> 'accepted' OR buyer_account_id || vendor_account_id IS NOT NULL",
            name="both_accept",
        ),
    ),
)


def propose_change(
    change: Change,
    contract: Contract,
    side: Side,
    *,
    reason: str,
    repriced: Sequence[Repriced] = (),
    added: Sequence[Planned] = (),
    rounds_more: int = 0,
) -> ChangeOrder:
    """Propose to change a contract, in the name of one side, which accepts it by that.

    Raises:
        InvalidInput: when nothing would change, or no reason is given.
        Conflict: when a milestone of it is paid in already.
    """
    hold(change.connection, contracts, contract.id)
    words = prose(reason, "reason", "理由")
    rounds = contract.rounds_most + rounds_more
    if not words or not (repriced or added or rounds_more) or not 0 <= rounds <= MOST_ROUNDS:
        raise InvalidInput(
            "say what changes, and why; rounds stay between 0 and 20",
            zh="请写明变更内容与理由；修改轮数须在 0 至 20 之间",
        )
    planned = {each.id for each in _unpaid(change.connection, contract)}
    wanted = [each.milestone_id for each in repriced]
    if set(wanted) - planned or len(set(wanted)) < len(wanted):
        raise Conflict(
            "only milestones of this contract that nobody has paid in are priced anew, each once",
            zh="只能对本合同中尚未付款的里程碑重新定价，且各一次",
        )
    amounts = [*(each.amount for each in repriced), *(each.amount for each in added)]
    if any(not 0 < amount <= MOST_MINOR for amount in amounts):
        raise InvalidInput("a milestone costs something", zh="里程碑金额须大于零")
    number = 1 + len(find_where(change.connection, ChangeOrder, contract_id=contract.id))
    own = (contract.organisation_id, contract.project_id, contract.party_id, contract.id)
    made = ChangeOrder(
        new_id(), 1, *own, number, side, change.at, words, tuple(repriced), tuple(added),
        rounds_more,
    )  # fmt: skip
    return change.add(replace(made, **_signed(side, change.actor.account_id)))


def accept_change(change: Change, order: ChangeOrder, side: Side) -> ChangeOrder:
    """Accept a change order for one side; when both have, the contract is as it says.

    Raises:
        Conflict: when it is answered already, or a milestone of it was paid in meanwhile.
        InvalidInput: when a new milestone is for nothing of the package.
    """
    hold(change.connection, contracts, order.contract_id)
    order = find(change.connection, ChangeOrder, order.id)
    _require_open(order)
    order = change.edit(order, **_signed(side, change.actor.account_id))
    if order.buyer_account_id is None or order.vendor_account_id is None:
        return order
    before = find(change.connection, Contract, order.contract_id)
    after = _amend(change, before, order)
    return change.edit(
        order, state=OrderState.ACCEPTED, amount_before=before.amount, amount_after=after.amount
    )


def refuse_change(change: Change, order: ChangeOrder) -> ChangeOrder:
    """Refuse a change order, or take one's own back.

    Raises:
        Conflict: when it is answered already.
    """
    hold(change.connection, contracts, order.contract_id)
    order = find(change.connection, ChangeOrder, order.id)
    _require_open(order)
    return change.edit(order, state=OrderState.REFUSED)


def _signed(side: Side, account_id: str | None) -> dict[str, Any]:
    name = "buyer_account_id" if side is Side.BUYER else "vendor_account_id"
    return {name: account_id}


def _require_open(order: ChangeOrder) -> None:
    if order.state is not OrderState.PROPOSED:
        raise Conflict(
            f"the change order is {order.state} already", zh=f"变更单状态已为 {order.state}"
        )


def _unpaid(connection: Connection, contract: Contract) -> list[Milestone]:
    found = milestones_of(connection, contract.id)
    return [each for each in found if each.state is MilestoneState.PLANNED]


def _amend(change: Change, contract: Contract, order: ChangeOrder) -> Contract:
    """Write what both accepted; the database says whether it adds up."""
    drafted = change.edit(contract, state=ContractState.DRAFTED)
    for each in order.repriced:
        milestone = _held_with_payment(change, each.milestone_id)
        if milestone.state is not MilestoneState.PLANNED:
            raise Conflict(
                f"`{milestone.title}` was paid in meanwhile; propose the change without it",
                zh=f"`{milestone.title}` 已付款；请重新提交不含该里程碑的变更单",
            )
        milestone = unask(change, milestone)
        change.edit(milestone, amount=each.amount, due_on=each.due_on or milestone.due_on)
    if order.added:
        package = find(change.connection, WorkPackage, contract.package_id)
        add_milestones(change, drafted, package, order.added)
    amount = sum(each.amount for each in milestones_of(change.connection, contract.id))
    rounds = contract.rounds_most + order.rounds_more
    return change.edit(drafted, state=ContractState.AGREED, amount=amount, rounds_most=rounds)


def _held_with_payment(change: Change, milestone_id: str) -> Milestone:
    """Return a milestone that nobody changes: its payment first, as who takes money in does."""
    payment_id = find(change.connection, Milestone, milestone_id).payment_id
    if payment_id is not None:
        hold(change.connection, payments, payment_id)
    return held(change, milestone_id)
