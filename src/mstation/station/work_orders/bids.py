"""Bids: sealed until the deadline, unreadable for everybody; then opened all together.

Until then the database holds who bid, when, and the promise of what: a commitment that is told at
once. The text lies sealed (`sealing`). Late bids, and bids opened early, the database refuses.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from mstation.errors import Conflict, InvalidInput, NotFound
from mstation.money import MOST_MINOR, Money
from mstation.station.canonical import canonical
from mstation.station.change import Change, find, find_where, hold
from mstation.station.guards import guard
from mstation.station.ids import new_id
from mstation.station.jobs import clock
from mstation.station.parties import Party
from mstation.station.production.sheet_files import Cell
from mstation.station.schema import Id, Moment, keep, metadata, own_columns
from mstation.station.wording import prose
from mstation.station.work_orders.packages import (
    POSTGRESQL_NOW,
    SQLITE_NOW,
    PackageState,
    WorkPackage,
    work_packages,
)
from mstation.station.work_orders.sealing import commitment_of, key_mark, seal, unseal
from mstation.station.work_orders.tenders import require_whole

_WORD_BYTES = 24
_MOST_WORD = 200


class BidState(StrEnum):
    """Where a bid stands."""

    SEALED = "sealed"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    VOID = "void"  # what was kept does not open, or is not what was promised
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class BidLine:
    """What one item costs, all of it, in minor units."""

    label: str
    amount: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What a bid says; amounts in minor units of the package's currency."""

    lines: tuple[BidLine, ...]
    done_on: date | None = None
    assumptions: str = ""
    exclusions: str = ""

    @property
    def amount(self) -> int:
        """The sum of its lines."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class Bid:
    """One party's bid on a package; what it says is empty until all are opened."""

    id: str
    revision: int
    party_id: str
    package_id: str
    account_id: str | None
    placed_at: datetime
    commitment: str  # SHA-256 of the secret word, a line's end and the text
    sealed: str = field(metadata={"secret": True}, repr=False)
    key_mark: str = ""  # which key it is sealed with
    state: BidState = BidState.SEALED
    amount: int | None = None  # minor units
    word: str = ""  # with `text` whoever likes makes the commitment again
    text: str = ""
    offer: Offer | None = None


bids = keep(
    Bid,
    Table(
        "bids",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("package_id", Id, ForeignKey("work_packages.id"), nullable=False),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("placed_at", Moment, nullable=False),
        Column("commitment", String(64), nullable=False),
        Column("sealed", Text, nullable=False),
        Column("key_mark", String(16), nullable=False),
        Column("state", String(16), nullable=False),
        Column("amount", BigInteger),
        Column("word", String(_MOST_WORD), nullable=False),
        Column("text", Text, nullable=False),
        Column("offer", JSON(none_as_null=True)),
        UniqueConstraint("package_id", "party_id"),
    ),
)

_DUE = "\n  (SELECT bids_due_at FROM work_packages WHERE id = NEW.package_id)"
guard(
    "bid_late",
    "the deadline has passed: no bid is placed, replaced or withdrawn any more",
    "投标已截止：不能再提交、替换或撤回",
    sqlite=(
        f"""CREATE TRIGGER bid_late_added BEFORE INSERT ON bids
WHEN{_DUE} <={SQLITE_NOW}
BEGIN SELECT RAISE(ABORT, 'guard:bid_late'); END""",
        f"""CREATE TRIGGER bid_late_changed BEFORE UPDATE OF sealed, commitment ON bids
WHEN (OLD.sealed <> NEW.sealed OR OLD.commitment <> NEW.commitment) AND{_DUE} <={SQLITE_NOW}
BEGIN SELECT RAISE(ABORT, 'guard:bid_late'); END""",
    ),
    postgresql=(
        f"""CREATE FUNCTION bid_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'UPDATE' THEN
  IF OLD.sealed = NEW.sealed AND OLD.commitment = NEW.commitment THEN RETURN NEW; END IF;
END IF;
IF{_DUE} <={POSTGRESQL_NOW} THEN
  RAISE EXCEPTION 'guard:bid_late' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER bid_late BEFORE INSERT OR UPDATE ON bids
FOR EACH ROW EXECUTE FUNCTION bid_late()""",
    ),
)
# SQLite's clock is up to a millisecond behind: what it takes for early by less is not.
_EARLY = "(NEW.amount IS NOT NULL OR NEW.text <> '' OR NEW.state IN ('opened', 'won', 'lost'))"
guard(
    "bid_early",
    "bids are opened when their deadline has passed, not before",
    "截止时间之前不能开标",
    sqlite=tuple(
        f"""CREATE TRIGGER bid_early_{name} BEFORE {verb} ON bids
WHEN {_EARLY}
  AND COALESCE({_DUE} >{SQLITE_NOW} + 1000, 1)
BEGIN SELECT RAISE(ABORT, 'guard:bid_early'); END"""
        for name, verb in (("added", "INSERT"), ("changed", "UPDATE"))
    ),
    postgresql=(
        f"""CREATE FUNCTION bid_early() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF {_EARLY}
  AND COALESCE({_DUE} >{POSTGRESQL_NOW}, true) THEN
  RAISE EXCEPTION 'guard:bid_early' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER bid_early BEFORE INSERT OR UPDATE ON bids
FOR EACH ROW EXECUTE FUNCTION bid_early()""",
    ),
)


def place_bid(
    change: Change, key: bytes, package: WorkPackage, party: Party, offer: Offer, *, word: str = ""
) -> Bid:
    """Bid in a party's name, or put another bid in the place of its own.

    key: the station's, which seals it.
    word: the bidder's own secret word; left out, the station makes one and tells it at the opening.

    Raises:
        NotFound: when the package is not offered to the party.
        Forbidden: when its terms are not accepted yet.
        InvalidInput: when the offer is not about the package's items, each once.
        Conflict: when the deadline has passed, or the package is withdrawn.
    """
    require_whole(change.connection, package, party.id)
    package = _held(change, package)
    _require_before(change, package)
    offer = _checked(package, offer)
    if len(word) > _MOST_WORD or not word.isprintable():
        raise InvalidInput("a word is one line of 200 signs", zh="暗语为一行，最多 200 个字符")
    word = word or secrets.token_hex(_WORD_BYTES)
    text = _text_of(offer, package, party)
    told: dict[str, Any] = {
        "account_id": change.actor.account_id,
        "placed_at": clock(change.connection),
        "commitment": commitment_of(word, text),
        "key_mark": key_mark(key),
        "state": BidState.SEALED,
    }
    kept = orjson.dumps({"word": word, "text": text.decode()})
    before = bid_of(change.connection, package, party.id)
    if before is not None:
        return change.edit(before, sealed=seal(key, kept, before.id), **told)
    id_ = new_id()
    return change.add(Bid(id_, 1, party.id, package.id, sealed=seal(key, kept, id_), **told))


def withdraw_bid(change: Change, package: WorkPackage, bid: Bid) -> Bid:
    """Take a bid back before the deadline: what it said is gone.

    Raises:
        Conflict: when the deadline has passed, or it was taken back before.
    """
    package = _held(change, package)
    _require_before(change, package)
    if bid.state is not BidState.SEALED:
        raise Conflict(f"the bid is {bid.state}", zh=f"投标状态为 {bid.state}")
    return change.edit(bid, state=BidState.WITHDRAWN, sealed="")


def bid_of(connection: Connection, package: WorkPackage, party_id: str) -> Bid | None:
    """Return a party's bid on a package; None: there is none."""
    found = find_where(connection, Bid, package_id=package.id, party_id=party_id)
    return found[0] if found else None


def open_bids(change: Change, key: bytes, package: WorkPackage) -> list[Bid]:
    """Open all bids on a package, where the deadline has passed; return those that were placed.

    Raises:
        Conflict: when it has not passed yet, the package was not published, or the key that the
            bids were sealed with is not there.
    """
    package = _held(change, package)
    if package.state in (PackageState.OPENED, PackageState.AWARDED):
        return _placed(change.connection, package)
    if package.state is not PackageState.PUBLISHED or package.bids_due_at is None:
        raise Conflict(f"the package is {package.state}", zh=f"任务包状态为 {package.state}")
    if clock(change.connection) < package.bids_due_at:
        raise Conflict(
            f"bids are sealed until {package.bids_due_at:%Y-%m-%d %H:%M:%S} UTC",
            zh=f"投标在 {package.bids_due_at:%Y-%m-%d %H:%M:%S} UTC 之前保持密封",
        )
    sealed = [b for b in _placed(change.connection, package) if b.state is BidState.SEALED]
    if any(bid.key_mark != key_mark(key) for bid in sealed):
        raise Conflict(
            "the key that these bids were sealed with is not this station's; bring its sealing.key "
            "back into the data folder",
            zh="这些投标所用的密钥不在本站；请把原 sealing.key 放回数据目录",
        )
    for bid in sealed:
        _open(change, key, bid)
    change.edit(package, state=PackageState.OPENED)
    return _placed(change.connection, package)


def compared(
    connection: Connection, package: WorkPackage, opened: Sequence[Bid]
) -> list[list[Cell]]:
    """Return the opened bids side by side: an item a row, a bid a column, sums and unit prices.

    Amounts in minor units. A price a frame is told where every item says how many it has.
    """
    shown = sorted(
        (bid for bid in opened if bid.offer is not None),
        key=lambda bid: (bid.amount or 0, bid.id),
    )
    names = [find(connection, Party, bid.party_id).name for bid in shown]
    rows: list[list[Cell]] = [["item", "quantity", "frames", *names]]
    by_label = [{line.label: line.amount for line in bid.offer.lines} for bid in shown if bid.offer]
    for item in package.items:
        prices: list[Cell] = [prices_of[item.label] for prices_of in by_label]
        rows.append([item.label, item.quantity, item.frames or "", *prices])
    rows.append(["total", "", package.frames or "", *(bid.amount or 0 for bid in shown)])
    rows.append(["a frame", "", "", *(_a_frame(package, bid) for bid in shown)])
    rows.append(["done on", "", "", *(_done_on(bid) for bid in shown)])
    return rows


def unit_price(package: WorkPackage, bid: Bid) -> Fraction | None:
    """Return what a frame of the package costs by a bid, in minor units, exact; None: unknown."""
    if bid.amount is None or any(item.frames is None for item in package.items):
        return None
    return Fraction(bid.amount, package.frames)


def _a_frame(package: WorkPackage, bid: Bid) -> Cell:
    price = unit_price(package, bid)
    return "" if price is None else round(float(price), 2)


def _done_on(bid: Bid) -> Cell:
    return "" if bid.offer is None or bid.offer.done_on is None else bid.offer.done_on.isoformat()


def _held(change: Change, package: WorkPackage) -> WorkPackage:
    """Return the package as it is now; nobody changes it before this change ends."""
    hold(change.connection, work_packages, package.id)
    return find(change.connection, WorkPackage, package.id)


def _placed(connection: Connection, package: WorkPackage) -> list[Bid]:
    found = find_where(connection, Bid, package_id=package.id)
    return [bid for bid in found if bid.state is not BidState.WITHDRAWN]


def _require_before(change: Change, package: WorkPackage) -> None:
    if package.state is PackageState.CANCELLED or package.bids_due_at is None:
        raise Conflict("the package was withdrawn", zh="任务包已撤回")
    late = clock(change.connection) - package.bids_due_at
    if late >= timedelta(0):
        raise Conflict(
            f"the deadline passed {told_time(late)} ago, at "
            f"{package.bids_due_at:%Y-%m-%d %H:%M:%S} UTC",
            zh=f"投标已于 {package.bids_due_at:%Y-%m-%d %H:%M:%S} UTC 截止，迟到 {told_time(late)}",
        )


def told_time(span: timedelta) -> str:
    """Return a time span as hours, minutes and seconds: `2:03:04.5`."""
    seconds = span.total_seconds()
    return f"{int(seconds // 3600)}:{int(seconds % 3600 // 60):02}:{seconds % 60:04.1f}"


def _checked(package: WorkPackage, offer: Offer) -> Offer:
    wanted = [item.label for item in package.items]
    given = [line.label for line in offer.lines]
    if sorted(wanted) != sorted(given):
        wrong = next((each for each in wanted if given.count(each) != 1), "")
        wrong = wrong or next(each for each in given if each not in wanted)
        raise InvalidInput(
            f"`{wrong[:60]}`: a bid prices each item of the package once, and nothing else",
            zh=f"`{wrong[:60]}`：投标须对任务包的每一项各报价一次，且不含其他项",
        )
    if any(not 0 <= line.amount <= MOST_MINOR for line in offer.lines):
        raise InvalidInput("a price is not negative", zh="价格不能为负，也不能过大")
    Money(min(offer.amount, MOST_MINOR), package.currency)
    if not 0 < offer.amount <= MOST_MINOR:
        raise InvalidInput("a bid asks for something", zh="投标总价须大于零")
    prices = {line.label: line for line in offer.lines}
    return replace(
        offer,
        lines=tuple(prices[label] for label in wanted),
        assumptions=prose(offer.assumptions, "text of assumptions", "前提"),
        exclusions=prose(offer.exclusions, "text of exclusions", "除外事项"),
    )


_offers: TypeAdapter[Offer] = TypeAdapter(Offer)


def _text_of(offer: Offer, package: WorkPackage, party: Party) -> bytes:
    """Return an offer as the one text that it can be: names in order, no spaces."""
    told = {
        "package": package.id, "party": party.id, "currency": package.currency,
        "offer": _offers.dump_python(offer, mode="json"),
    }  # fmt: skip
    return canonical(told)


def _open(change: Change, key: bytes, bid: Bid) -> None:
    data = unseal(key, bid.sealed, bid.id)
    said: dict[str, Any] = {} if data is None else orjson.loads(data)
    word, text = said.get("word", ""), said.get("text", "")
    if data is None or commitment_of(word, text.encode()) != bid.commitment:
        change.edit(bid, state=BidState.VOID)
        return
    told = orjson.loads(text)
    if (told["package"], told["party"]) != (bid.package_id, bid.party_id):
        change.edit(bid, state=BidState.VOID)
        return
    offer = _offers.validate_python(told["offer"])
    change.edit(bid, state=BidState.OPENED, amount=offer.amount, word=word, text=text, offer=offer)


def require_bid(bid: Bid | None) -> Bid:
    """Return a bid that is there.

    Raises:
        NotFound: when it is not.
    """
    if bid is None:
        raise NotFound("this party has not bid on the package", zh="该交易方没有对此任务包投标")
    return bid
