"""Contracts: what was awarded, in milestones that add up to it: the database says that they do.

A contract is written as a draft, its milestones with it, and agreed before the change ends; only a
change order, accepted by both, opens it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from mstation.errors import InvalidInput
from mstation.station.accounts import written
from mstation.station.change import Change, find, find_where, hold
from mstation.station.guards import guard
from mstation.station.ids import new_id
from mstation.station.schema import Id, Moment, keep, metadata, own_columns, project_columns
from mstation.station.work_orders.bids import Bid
from mstation.station.work_orders.packages import WorkPackage

MOST_MILESTONES = 200


class ContractState(StrEnum):
    """Where a contract stands."""

    DRAFTED = "drafted"  # within one change only
    AGREED = "agreed"


class MilestoneState(StrEnum):
    """Where a milestone stands."""

    PLANNED = "planned"
    FUNDED = "funded"
    SUBMITTED = "submitted"
    CHANGES = "changes"
    ACCEPTED = "accepted"
    RELEASED = "released"
    DISPUTED = "disputed"
    REFUNDED = "refunded"  # by a ruling


class ReleasedBy(StrEnum):
    """Why a milestone was paid out."""

    ACCEPTANCE = "acceptance"
    SILENCE = "silence"
    RULING = "ruling"


@dataclass(frozen=True, slots=True)
class Contract:
    """What a party was awarded of a project's work; party_id is who does it."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    party_id: str
    buyer_id: str
    package_id: str
    bid_id: str
    amount: int  # minor units
    currency: str
    awarded_at: datetime
    awarded_by: str | None  # the account
    reason: str = ""
    rounds_most: int = 3
    people_ids: tuple[str, ...] = ()  # accounts who work on it
    state: ContractState = ContractState.DRAFTED


@dataclass(frozen=True, slots=True)
class Milestone:
    """A part of a contract: what is delivered, until when, and what is paid for it.

    labels: of the package's items that it is for.
    state_before: from which it was disputed.
    """

    id: str
    revision: int
    organisation_id: str
    project_id: str
    party_id: str
    contract_id: str
    position: int
    title: str
    amount: int  # minor units
    labels: tuple[str, ...] = ()
    due_on: date | None = None
    state: MilestoneState = MilestoneState.PLANNED
    payment_id: str | None = None
    tax: int = 0  # in the amount, as when its payment was asked for
    rounds: int = 0  # how often changes were asked for
    delivery_id: str | None = None  # the last one
    submitted_at: datetime | None = None
    answer_due_at: datetime | None = None  # silence until then is acceptance
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    released_at: datetime | None = None
    released_by: ReleasedBy | None = None
    state_before: str | None = None


contracts = keep(
    Contract,
    Table(
        "contracts",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("buyer_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("package_id", Id, ForeignKey("work_packages.id"), nullable=False, unique=True),
        Column("bid_id", Id, ForeignKey("bids.id"), nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("awarded_at", Moment, nullable=False),
        Column("awarded_by", Id, ForeignKey("accounts.id")),
        Column("reason", String(1000), nullable=False),
        Column("rounds_most", Integer, nullable=False),
        Column("people_ids", JSON, nullable=False),
        Column("state", String(16), nullable=False),
    ),
)
milestones = keep(
    Milestone,
    Table(
        "milestones",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("contract_id", Id, ForeignKey("contracts.id"), nullable=False),
        Column("position", Integer, nullable=False),
        Column("title", String(200), nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("labels", JSON, nullable=False),
        Column("due_on", Date),
        Column("state", String(16), nullable=False),
        Column("payment_id", Id),
        Column("tax", BigInteger, nullable=False),
        Column("rounds", Integer, nullable=False),
        Column("delivery_id", Id),
        Column("submitted_at", Moment),
        Column("answer_due_at", Moment),
        Column("accepted_at", Moment),
        Column("accepted_by", Id, ForeignKey("accounts.id")),
        Column("released_at", Moment),
        Column("released_by", String(16)),
        Column("state_before", String(16)),
        UniqueConstraint("contract_id", "position"),
        CheckConstraint("amount > 0", name="a_sum"),
        CheckConstraint("tax BETWEEN 0 AND amount", name="tax_in_it"),
        CheckConstraint(
            "state <> 'released' OR (released_at IS NOT NULL AND released_by IS NOT NULL)",
            name="reason_of_release",
        ),
        Index("ix_milestones_silent", "state", "answer_due_at"),
    ),
)

_SUM = "\n  (SELECT COALESCE(SUM(amount), 0) FROM milestones WHERE contract_id = NEW.id)"
guard(
    "contract_sum",
    "the milestones of a contract add up to its amount",
    "合同各里程碑金额之和须等于合同金额",
    sqlite=(
        """CREATE TRIGGER contract_sum_added BEFORE INSERT ON contracts
WHEN NEW.state <> 'drafted'
BEGIN SELECT RAISE(ABORT, 'guard:contract_sum'); END""",
        f"""CREATE TRIGGER contract_sum_changed BEFORE UPDATE ON contracts
WHEN NEW.state = 'agreed' AND{_SUM} <> NEW.amount
BEGIN SELECT RAISE(ABORT, 'guard:contract_sum'); END""",
    ),
    postgresql=(
        f"""CREATE FUNCTION contract_sum() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'INSERT' THEN
  IF NEW.state <> 'drafted' THEN
    RAISE EXCEPTION 'guard:contract_sum' USING ERRCODE = 'check_violation';
  END IF;
ELSIF NEW.state = 'agreed' AND{_SUM} <> NEW.amount THEN
  RAISE EXCEPTION 'guard:contract_sum' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER contract_sum BEFORE INSERT OR UPDATE ON contracts
FOR EACH ROW EXECUTE FUNCTION contract_sum()""",
    ),
)


def _of_agreed(row: str) -> str:
    return f"\n  (SELECT state FROM contracts WHERE id = {row}.contract_id) <> 'drafted'"


guard(
    "milestone_fixed",
    "what a milestone pays is agreed; make a change order",
    "里程碑金额已约定；请提交变更单",
    sqlite=(
        f"""CREATE TRIGGER milestone_fixed_added BEFORE INSERT ON milestones
WHEN{_of_agreed("NEW")}
BEGIN SELECT RAISE(ABORT, 'guard:milestone_fixed'); END""",
        f"""CREATE TRIGGER milestone_fixed_changed
BEFORE UPDATE OF amount, contract_id ON milestones
WHEN (OLD.amount <> NEW.amount OR OLD.contract_id <> NEW.contract_id) AND{_of_agreed("NEW")}
BEGIN SELECT RAISE(ABORT, 'guard:milestone_fixed'); END""",
        f"""CREATE TRIGGER milestone_fixed_removed BEFORE DELETE ON milestones
WHEN{_of_agreed("OLD")}
BEGIN SELECT RAISE(ABORT, 'guard:milestone_fixed'); END""",
    ),
    postgresql=(
        f"""CREATE FUNCTION milestone_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'DELETE' THEN
  IF{_of_agreed("OLD")} THEN
    RAISE EXCEPTION 'guard:milestone_fixed' USING ERRCODE = 'check_violation';
  END IF; RETURN OLD;
END IF;
IF TG_OP = 'UPDATE' THEN
  IF OLD.amount = NEW.amount AND OLD.contract_id = NEW.contract_id THEN RETURN NEW; END IF;
END IF;
IF{_of_agreed("NEW")} THEN
  RAISE EXCEPTION 'guard:milestone_fixed' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER milestone_fixed BEFORE INSERT OR UPDATE OR DELETE ON milestones
FOR EACH ROW EXECUTE FUNCTION milestone_fixed()""",
    ),
)
_PASSED = (
    "EXISTS (SELECT 1 FROM work_deliveries WHERE id = NEW.delivery_id\n"
    "  AND milestone_id = NEW.id AND (quality = 'passed' OR waived_by IS NOT NULL))"
)
guard(
    "milestone_unchecked",
    "nothing is accepted that has not passed the quality check, unless somebody signs a waiver",
    "未通过质检的交付不能验收，除非有人签署豁免",
    sqlite=(
        f"""CREATE TRIGGER milestone_unchecked BEFORE UPDATE OF state ON milestones
WHEN NEW.state = 'accepted' AND OLD.state <> 'accepted'
  AND NOT {_PASSED}
BEGIN SELECT RAISE(ABORT, 'guard:milestone_unchecked'); END""",
    ),
    postgresql=(
        f"""CREATE FUNCTION milestone_unchecked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF NEW.state = 'accepted' AND OLD.state <> 'accepted'
  AND NOT {_PASSED} THEN
  RAISE EXCEPTION 'guard:milestone_unchecked' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER milestone_unchecked BEFORE UPDATE ON milestones
FOR EACH ROW EXECUTE FUNCTION milestone_unchecked()""",
    ),
)
_MAY_RELEASE = (
    "\n  ((OLD.state = 'accepted' AND NEW.released_by = 'acceptance')\n"
    f"  OR (OLD.state = 'submitted' AND NEW.released_by = 'silence'\n  AND {_PASSED}\n"
    "  AND OLD.answer_due_at <= NEW.released_at)\n"
    "  OR (OLD.state = 'disputed' AND NEW.released_by = 'ruling'))"
)
guard(
    "milestone_unaccepted",
    "nothing is released that was not accepted, left unanswered for the time agreed, or ruled on",
    "未经验收、未满约定沉默期或未经裁定的款项不能放款",
    sqlite=(
        f"""CREATE TRIGGER milestone_unaccepted BEFORE UPDATE OF state ON milestones
WHEN OLD.state <> NEW.state AND (NEW.state = 'released' AND NOT{_MAY_RELEASE}
  OR OLD.state IN ('released', 'refunded')
  OR OLD.state = 'disputed' AND NEW.state NOT IN ('released', 'refunded')
    AND NEW.state <> COALESCE(OLD.state_before, ''))
BEGIN SELECT RAISE(ABORT, 'guard:milestone_unaccepted'); END""",
    ),
    postgresql=(
        f"""CREATE FUNCTION milestone_unaccepted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF OLD.state <> NEW.state AND (NEW.state = 'released' AND NOT{_MAY_RELEASE}
  OR OLD.state IN ('released', 'refunded')
  OR OLD.state = 'disputed' AND NEW.state NOT IN ('released', 'refunded')
    AND NEW.state <> COALESCE(OLD.state_before, '')) THEN
  RAISE EXCEPTION 'guard:milestone_unaccepted' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER milestone_unaccepted BEFORE UPDATE ON milestones
FOR EACH ROW EXECUTE FUNCTION milestone_unaccepted()""",
    ),
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A milestone as it is agreed on; amount in minor units."""

    title: str
    amount: int
    labels: tuple[str, ...] = ()
    due_on: date | None = None


def agree(
    change: Change, package: WorkPackage, bid: Bid, plan: Sequence[Planned], *, reason: str
) -> Contract:
    """Make the contract of a bid, with its milestones.

    Raises:
        InvalidInput: when a milestone is for nothing of the package.
        Conflict: when they do not add up to what was bid.
    """
    assert bid.amount is not None  # it was opened
    drafted = change.add(
        Contract(
            new_id(), 1, package.organisation_id, package.project_id, bid.party_id,
            package.party_id, package.id, bid.id, bid.amount, package.currency, change.at,
            change.actor.account_id, reason, package.rounds_most,
        )
    )  # fmt: skip
    add_milestones(change, drafted, package, plan)
    return change.edit(drafted, state=ContractState.AGREED)


def add_milestones(
    change: Change, contract: Contract, package: WorkPackage, plan: Sequence[Planned]
) -> None:
    """Write milestones after those that a draft of a contract has.

    Raises:
        InvalidInput: when one is for nothing of the package, or they are too many.
    """
    known = {item.label for item in package.items}
    there = milestones_of(change.connection, contract.id)
    if not plan or len(there) + len(plan) > MOST_MILESTONES:
        raise InvalidInput(
            f"a contract has one to {MOST_MILESTONES} milestones",
            zh=f"合同应有 1 至 {MOST_MILESTONES} 个里程碑",
        )
    for position, each in enumerate(plan, 1 + len(there)):
        unknown = [label for label in each.labels if label not in known]
        if unknown or each.amount < 1:
            told = unknown[0] if unknown else each.title
            raise InvalidInput(
                f"`{told[:60]}` is no item of the package, or costs nothing",
                zh=f"`{told[:60]}` 不是任务包中的项，或金额不大于零",
            )
        own = (contract.organisation_id, contract.project_id, contract.party_id, contract.id)
        says = (written(each.title, "title", "标题"), each.amount, each.labels, each.due_on)
        change.add(Milestone(new_id(), 1, *own, position, *says))


def milestones_of(connection: Connection, contract_id: str) -> list[Milestone]:
    """Return the milestones of a contract, in order."""
    found = find_where(connection, Milestone, contract_id=contract_id)
    return sorted(found, key=lambda each: each.position)


def held(change: Change, milestone_id: str) -> Milestone:
    """Return a milestone that nobody else changes before this change ends.

    Raises:
        NotFound: when there is none.
    """
    hold(change.connection, milestones, milestone_id)
    return find(change.connection, Milestone, milestone_id)
