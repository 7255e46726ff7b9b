"""Shares: who has which part of what an asset or a contract earns, and how a sum is paid out.

A split is written open, its shares are added, and it is sealed: the database seals none whose
shares do not make the whole. The newest sealed split counts; where there is none, one party has it
all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)
from sqlalchemy import String as Text

from mstation.errors import InvalidInput
from mstation.money import Money, split
from mstation.station.change import Change, find, find_where
from mstation.station.exchange.ledger import (
    About,
    AccountKind,
    Entry,
    Transaction,
    TransactionKind,
    ledger_account,
    post,
)
from mstation.station.guards import function, guard, on_sqlite, refusing
from mstation.station.ids import new_id
from mstation.station.parties import WHOLE_BP, Party, the_house
from mstation.station.schema import Id, Moment, keep, metadata, own_columns

MOST_SHARES = 100


@dataclass(frozen=True, slots=True)
class Split:
    """How what something earns is shared, from when it was sealed; party_id: who said so."""

    id: str
    revision: int
    party_id: str
    about_noun: str
    about_id: str
    at: datetime
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A party's part of a split."""

    id: str
    revision: int
    party_id: str  # who shares
    split_id: str
    place: int  # from 0: of equal remainders the first gets the unit that is left
    bp: int  # basis points of the whole


@dataclass(frozen=True, slots=True)
class Part:
    """Whose which part is."""

    party_id: str
    bp: int


splits = keep(
    Split,
    Table(
        "splits",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("about_noun", Text(40), nullable=False),
        Column("about_id", Id, nullable=False),
        Column("at", Moment, nullable=False),
        Column("sealed", Boolean, nullable=False),
        Index("ix_splits_about", "about_id"),
    ),
)
split_shares = keep(
    Share,
    Table(
        "split_shares",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("split_id", Id, ForeignKey("splits.id"), nullable=False),
        Column("place", Integer, nullable=False),
        Column("bp", Integer, nullable=False),
        CheckConstraint(f"bp BETWEEN 1 AND {WHOLE_BP}", name="a_part"),
        UniqueConstraint("split_id", "party_id"),
        UniqueConstraint("split_id", "place"),
    ),
)

_SUM = "SELECT coalesce(sum(bp), 0) FROM split_shares WHERE split_id = NEW.id"
_NOT_WHOLE = f"NEW.sealed AND NOT OLD.sealed AND ({_SUM}) <> {WHOLE_BP}"
_IS_SEALED = "(SELECT sealed FROM splits WHERE id = NEW.split_id)"
_FOR_EACH = "FOR EACH ROW EXECUTE FUNCTION"
_NEVER = (
    ("shares_sealed_changed", "BEFORE UPDATE ON split_shares"),
    ("shares_sealed_removed", "BEFORE DELETE ON split_shares"),
    ("shares_sealed_split_removed", "BEFORE DELETE ON splits"),
)
WHOLE = guard(
    "shares_whole",
    "shares make the whole: 10,000 basis points, no more and no less",
    "各方份额之和须为 10000 个基点",
    sqlite=(on_sqlite("shares_whole", f"BEFORE UPDATE ON splits WHEN {_NOT_WHOLE}"),),
    postgresql=(
        refusing("shares_whole", _NOT_WHOLE),
        f"CREATE TRIGGER shares_whole BEFORE UPDATE ON splits {_FOR_EACH} shares_whole()",
    ),
)
SEALED = guard(
    "shares_sealed",
    "shares that are agreed stay; agree on new ones, which count from then on",
    "已确定的份额不可更改；请另行约定，新份额自其确定时起生效",
    sqlite=(
        on_sqlite(
            "shares_sealed_split_changed", "BEFORE UPDATE ON splits WHEN OLD.sealed",
            guard_name="shares_sealed",
        ),
        on_sqlite(
            "shares_sealed_new", "BEFORE INSERT ON splits WHEN NEW.sealed",
            guard_name="shares_sealed",
        ),
        on_sqlite(
            "shares_sealed_added", f"BEFORE INSERT ON split_shares WHEN {_IS_SEALED}",
            guard_name="shares_sealed",
        ),
        *(on_sqlite(name, when, guard_name="shares_sealed") for name, when in _NEVER),
    ),
    postgresql=(
        function(
            "shares_sealed",
            "RAISE EXCEPTION 'guard:shares_sealed' USING ERRCODE = 'check_violation';",
        ),
        "CREATE TRIGGER shares_sealed_split_changed BEFORE UPDATE ON splits "
        "FOR EACH ROW WHEN (OLD.sealed) EXECUTE FUNCTION shares_sealed()",
        "CREATE TRIGGER shares_sealed_new BEFORE INSERT ON splits "
        "FOR EACH ROW WHEN (NEW.sealed) EXECUTE FUNCTION shares_sealed()",
        refusing("shares_sealed_added", _IS_SEALED, guard_name="shares_sealed"),
        "CREATE TRIGGER shares_sealed_added BEFORE INSERT ON split_shares "
        f"{_FOR_EACH} shares_sealed_added()",
        *(f"CREATE TRIGGER {name} {when} {_FOR_EACH} shares_sealed()" for name, when in _NEVER),
    ),
)  # fmt: skip


def agree_shares(change: Change, owner: Party, about: About, parts: Sequence[Part]) -> Split:
    """Say how what something earns is shared from now on.

    Raises:
        InvalidInput: when there are too many, or one is of nobody.
        Conflict: when they do not make the whole, or somebody has two.
    """
    if not 1 <= len(parts) <= MOST_SHARES:
        raise InvalidInput(
            f"there are 1 to {MOST_SHARES} shares", zh=f"份额应有 1 至 {MOST_SHARES} 份"
        )
    if any(not 1 <= part.bp <= WHOLE_BP for part in parts):
        raise InvalidInput(
            f"a share has 1 to {WHOLE_BP} basis points", zh=f"每份应为 1 至 {WHOLE_BP} 个基点"
        )
    made = change.add(Split(new_id(), 1, owner.id, about.noun, about.id, change.at))
    for part in parts:
        find(change.connection, Party, part.party_id)
    change.add_all(
        [
            Share(new_id(), 1, part.party_id, made.id, place, part.bp)
            for place, part in enumerate(parts)
        ]
    )
    return change.edit(made, sealed=True)


def shares_of(connection: Connection, about: About, owner_id: str) -> list[Part]:
    """Return who shares in something; the owner alone, where nothing else was said."""
    said = find_where(
        connection, Split, about_noun=about.noun, about_id=about.id, party_id=owner_id, sealed=True
    )
    if not said:
        return [Part(owner_id, WHOLE_BP)]
    shares = find_where(connection, Share, split_id=said[-1].id)
    return [Part(each.party_id, each.bp) for each in sorted(shares, key=lambda each: each.place)]


def pay_out_shares(
    change: Change,
    *,
    about: About,
    amount: Money,
    shares: Sequence[Part],
    key: str,
    tax: int = 0,
    fee_bp: int | None = None,
) -> Transaction:
    """Release what lies in escrow for something: the tax in it, the house's fee, everybody's share.

    tax: minor units that are in the amount. fee_bp: of the rest; the house's where it is left out.
    All of it is paid out, to the last unit.

    Raises:
        Conflict: when less lies there, when it is disputed, or when there is no house.
        ValueError: when the tax is more than all of it.
    """
    net = amount.amount - tax
    if tax < 0 or net < 0:
        raise ValueError("the tax is a part of the amount")
    house_bp = the_house(change.connection).fee_bp if fee_bp is None else fee_bp
    fee, rest = split(net, (house_bp, WHOLE_BP - house_bp))
    parts = split(rest, [part.bp for part in shares])
    entries = [
        Entry(ledger_account(change, AccountKind.ESCROW, amount.currency), amount.amount),
        Entry(ledger_account(change, AccountKind.TAX, amount.currency), -tax),
        Entry(ledger_account(change, AccountKind.REVENUE, amount.currency), -fee),
    ]
    for share, sum_ in zip(shares, parts, strict=True):
        to = ledger_account(change, AccountKind.PAYABLE, amount.currency, share.party_id)
        entries.append(Entry(to, -sum_))
    return post(change, kind=TransactionKind.RELEASED, about=about, entries=entries, key=key)
