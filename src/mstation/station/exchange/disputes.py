"""Disputes: what is disputed is not released until the house rules. A reason in, a ruling out.

Of an order's line or a contract's milestone: whoever may be disputed about says in `ON_RULED` what
becomes of the money, and in `ON_WITHDRAWN` how it goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from mstation.errors import Conflict, InvalidInput
from mstation.money import split
from mstation.station.change import Change, find, find_where, hold
from mstation.station.exchange.ledger import About
from mstation.station.guards import function, guard, on_one_line, on_sqlite, refusing
from mstation.station.ids import new_id
from mstation.station.parties import WHOLE_BP
from mstation.station.schema import Id, Moment, keep, metadata, own_columns
from mstation.station.wording import MOST_SIGNS, prose


class DisputeState(StrEnum):
    """How far a dispute is."""

    OPEN = "open"
    RULED = "ruled"
    WITHDRAWN = "withdrawn"


class Ruling(StrEnum):
    """What the house says becomes of the money; or that all goes on as it stood."""

    RELEASE = "release"
    REFUND = "refund"
    SPLIT = "split"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class Dispute:
    """What two parties do not agree about; while it is open nothing of it is paid out or back."""

    id: str
    revision: int
    party_id: str  # who opened it
    against_id: str
    about_noun: str
    about_id: str
    reason: str
    opened_at: datetime
    state: DisputeState = DisputeState.OPEN
    freezes: str | None = None  # `noun/id` while it is open: one at a time
    ruling: Ruling | None = None
    refund_bp: int | None = None  # of what is held: the part that goes back
    refund_amount: int | None = None  # or so many minor units of it
    ruled_at: datetime | None = None
    ruling_reason: str = ""

    @property
    def about(self) -> About:
        """Return what it is about."""
        return About(self.about_noun, self.about_id)

    def back_of(self, held: int) -> int | None:
        """Return what of a sum goes back as it was ruled, in minor units; None: all goes on.

        Raises:
            InvalidInput: when a split names no part of it.
        """
        if self.refund_amount is not None:
            if not 0 < self.refund_amount < held:
                raise InvalidInput(
                    f"of {held} minor units a split gives each side some",
                    zh=f"托管款共 {held}（最小货币单位），分割须双方各有所得",
                )
            return self.refund_amount
        if self.refund_bp is None:
            return None
        return split(held, (self.refund_bp, WHOLE_BP - self.refund_bp))[0]


OnDispute = Callable[[Change, Dispute], None]

ON_RULED: dict[str, OnDispute] = {}
"""What is done with the money when the house rules, by the table of what is disputed."""

ON_WITHDRAWN: dict[str, OnDispute] = {}
"""What is done when who opened a dispute lets it go, by the table of what was disputed."""

disputes = keep(
    Dispute,
    Table(
        "disputes",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("against_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("about_noun", String(40), nullable=False),
        Column("about_id", Id, nullable=False),
        Column("reason", String(MOST_SIGNS), nullable=False),
        Column("opened_at", Moment, nullable=False),
        Column("state", String(16), nullable=False),
        Column("freezes", String(61), unique=True),
        Column("ruling", String(16)),
        Column("refund_bp", Integer),
        Column("refund_amount", BigInteger),
        Column("ruled_at", Moment),
        Column("ruling_reason", String(MOST_SIGNS), nullable=False),
        CheckConstraint("(state = 'open') = (freezes IS NOT NULL)", name="open_freezes"),
        CheckConstraint(f"refund_bp BETWEEN 0 AND {WHOLE_BP}", name="a_part"),
        Index("ix_disputes_about", "about_id"),
    ),
)

_FROZEN = on_one_line("""
    NEW.posted AND EXISTS (SELECT 1 FROM postings
    JOIN ledger_accounts ON ledger_accounts.id = postings.account_id
    JOIN disputes ON disputes.about_id = postings.about_id
    AND disputes.about_noun = postings.about_noun
    WHERE postings.transaction_id = NEW.id AND postings.amount > 0
    AND ledger_accounts.kind = 'escrow' AND disputes.state = 'open')
""")
FROZEN = guard(
    "disputes_freeze",
    "this is disputed: nothing of it is paid out or back until the house rules",
    "此项存在争议：在交易中心裁定之前，款项既不放行也不退回",
    sqlite=(on_sqlite("disputes_freeze", f"AFTER UPDATE ON ledger_transactions WHEN {_FROZEN}"),),
    # Who posts holds the same lock: `books_overdrawn` comes before this one and takes it.
    postgresql=(
        refusing("disputes_freeze", _FROZEN, answer="NULL"),
        "CREATE TRIGGER disputes_freeze AFTER UPDATE ON ledger_transactions "
        "FOR EACH ROW EXECUTE FUNCTION disputes_freeze()",
        function(
            "disputes_wait",
            "PERFORM pg_advisory_xact_lock(hashtextextended(NEW.about_id, 0)); RETURN NEW;",
        ),
        "CREATE TRIGGER disputes_wait BEFORE INSERT ON disputes "
        "FOR EACH ROW EXECUTE FUNCTION disputes_wait()",
    ),
)


def open_dispute(
    change: Change, *, party_id: str, against_id: str, about: About, reason: str
) -> Dispute:
    """Dispute something: what lies in escrow for it stays there until the house rules.

    Raises:
        InvalidInput: when no reason is given.
        Conflict: when it is disputed already.
    """
    told = prose(reason, "reason", "理由")
    if not told:
        raise InvalidInput("say why it is disputed", zh="请填写争议理由")
    if is_disputed(change.connection, about):
        raise Conflict(
            "it is disputed already; wait for the ruling", zh="此项已在争议中，请等待裁定"
        )
    own = (party_id, against_id, about.noun, about.id, told, change.at)
    return change.add(Dispute(new_id(), 1, *own, freezes=f"{about.noun}/{about.id}"))


def withdraw_dispute(change: Change, dispute: Dispute) -> Dispute:
    """Let it go on as if nothing had been disputed.

    Raises:
        Conflict: when it is over.
    """
    dispute = _held_open(change, dispute)
    over = change.edit(dispute, state=DisputeState.WITHDRAWN, freezes=None)
    if dispute.about_noun in ON_WITHDRAWN:
        ON_WITHDRAWN[dispute.about_noun](change, over)
    return over


def rule(
    change: Change,
    dispute: Dispute,
    ruling: Ruling,
    *,
    reason: str,
    refund_bp: int | None = None,
    refund_amount: int | None = None,
) -> Dispute:
    """Rule as the house: the money goes on, back, or in part each; `ON_RULED` moves it.

    refund_bp: of a split, the part of what is held that goes back; or refund_amount: so many minor
    units of it.

    Raises:
        InvalidInput: when no reason is given, or a split tells no part.
        Conflict: when it is over.
    """
    dispute = _held_open(change, dispute)
    told = prose(reason, "reason", "理由")
    if not told:
        raise InvalidInput("say why you rule so", zh="请填写裁定理由")
    _check_parts(ruling, refund_bp, refund_amount)
    whole = {Ruling.RELEASE: 0, Ruling.REFUND: WHOLE_BP}
    ruled = change.edit(
        dispute, state=DisputeState.RULED, freezes=None, ruling=ruling,
        refund_bp=whole.get(ruling, refund_bp), refund_amount=refund_amount,
        ruled_at=change.at, ruling_reason=told,
    )  # fmt: skip
    if dispute.about_noun in ON_RULED:
        ON_RULED[dispute.about_noun](change, ruled)
    return ruled


def disputes_about(connection: Connection, about: About) -> list[Dispute]:
    """Return the disputes about something, the oldest first."""
    return find_where(connection, Dispute, about_noun=about.noun, about_id=about.id)


def is_disputed(connection: Connection, about: About) -> bool:
    """Return whether something is disputed."""
    return bool(find_where(connection, Dispute, freezes=f"{about.noun}/{about.id}"))


def _check_parts(ruling: Ruling, refund_bp: int | None, refund_amount: int | None) -> None:
    """Refuse a split without the part that goes back, and a part where nothing is split."""
    told = [each for each in (refund_bp, refund_amount) if each is not None]
    is_part = refund_bp is None or 0 < refund_bp < WHOLE_BP
    if len(told) != (1 if ruling is Ruling.SPLIT else 0) or not is_part:
        raise InvalidInput(
            f"a split, and nothing else, says which part goes back: 1 to {WHOLE_BP - 1} basis "
            "points, or an amount",
            zh=f"仅分割裁定须写明退回比例（1 至 {WHOLE_BP - 1} 个基点）或退回金额",
        )


def _held_open(change: Change, dispute: Dispute) -> Dispute:
    """Return an open dispute that nobody else ends before this change does."""
    hold(change.connection, disputes, dispute.id)
    dispute = find(change.connection, Dispute, dispute.id)
    if dispute.state is not DisputeState.OPEN:
        raise Conflict(f"this dispute is {dispute.state} already", zh="该争议已结束")
    return dispute
