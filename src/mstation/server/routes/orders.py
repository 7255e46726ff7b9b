"""Orders: what a party buys, what it sells, and what becomes of each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from mstation.money import MOST_MINOR
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.pages import After, Most, Page, page_of
from mstation.server.ranges import disposition
from mstation.station.change import Change, find_where
from mstation.station.due import do_due
from mstation.station.exchange import orders as verbs
from mstation.station.exchange.money_sight import bought_line, line_side, order_for, sold_line
from mstation.station.exchange.order_sweep import sweep_orders
from mstation.station.exchange.orders import MOST_LINES, Order, OrderLine, order_lines, orders
from mstation.station.exchange.refunds import Refund
from mstation.station.exchange.statements import decimal
from mstation.station.parties import acting_for, acting_for_house
from mstation.station.production.sheet_files import Cell, write_csv
from mstation.station.wording import MOST_SIGNS

router = APIRouter(prefix="/api", tags=["exchange"])

Id = Annotated[str, Field(max_length=20)]


class SalesKind(StrEnum):
    """As what sales are listed."""

    JSON = "json"
    CSV = "csv"


_SALES: dict[int | str, dict[str, Any]] = {
    200: {"model": Page[OrderLine], "content": {"text/csv": {"schema": {"type": "string"}}}}
}


class NewOrder(BaseModel):
    """What an order is made of: quotes that the buyer was given."""

    quote_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_LINES)]


class NewRefund(BaseModel):
    """How much of a line goes back, and why."""

    amount: Annotated[int, Field(strict=True, ge=1, le=MOST_MINOR)]
    reason: Annotated[str, Field(min_length=1, max_length=MOST_SIGNS)]


class Swept(BaseModel):
    """How many orders, lines, milestones and bookings time did something to."""

    done: int


@router.post("/parties/{party_id}/orders", status_code=201, response_model=Order)
def place_order(party_id: str, body: NewOrder, making: MakingHere) -> Response:
    """Order what was quoted: its licences are reserved until it is paid, or expires."""

    def make(change: Change) -> Order:
        buyer = acting_for(change.connection, making.actor, party_id, "orders.place")
        return verbs.place_order(change, buyer, body.quote_ids)

    sweep_orders(making.station)
    return making.once(make)


@router.get("/parties/{party_id}/orders")
def list_orders(
    party_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Order]:
    """List what a party ordered, in pages."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "orders.read")
        query = orders.select().where(orders.c.party_id == party_id)
        return Page(**page_of(connection, Order, orders, query, after, most))


@router.get("/parties/{party_id}/sales", responses=_SALES)
def list_sales(
    party_id: str,
    station: StationHere,
    actor: ActorHere,
    format_: Annotated[SalesKind, Query(alias="format")] = SalesKind.JSON,
    after: After = "",
    most: Most = 200,
) -> Any:
    """List what was ordered of a party, line by line, in pages; as CSV all of it."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "sales.read")
        if format_ is SalesKind.CSV:
            body = write_csv(_rows(find_where(connection, OrderLine, party_id=party_id)))
            headers = {"Content-Disposition": disposition("sales.csv", is_shown=False)}
            return Response(body, headers=headers, media_type="text/csv; charset=utf-8")
        query = order_lines.select().where(order_lines.c.party_id == party_id)
        return Page[OrderLine](**page_of(connection, OrderLine, order_lines, query, after, most))


@router.get("/orders/{order_id}", response_model=Order)
def read_order(order_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read an order."""
    with station.reading() as connection:
        return told(order_for(connection, actor, order_id, "orders.read"))


@router.get("/orders/{order_id}/lines")
def list_order_lines(order_id: str, station: StationHere, actor: ActorHere) -> list[OrderLine]:
    """List the lines of an order: the licences that it is for."""
    with station.reading() as connection:
        order = order_for(connection, actor, order_id, "orders.read")
        return verbs.lines_of(connection, order.id)


@router.post("/orders/{order_id}/cancellation", response_model=Order)
def cancel_order(
    order_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Give an order up before it is paid."""
    with station.change(actor) as change:
        order = order_for(change.connection, actor, order_id, "orders.change")
        require_revision(order, seen)
        order = verbs.cancel_order(change, order)
    return told(order)


@router.get("/order-lines/{line_id}", response_model=OrderLine)
def read_order_line(line_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a line of an order, as its buyer or its seller."""
    with station.reading() as connection:
        return told(line_side(connection, actor, line_id, "sales.read")[0])


@router.post("/order-lines/{line_id}/acceptance", response_model=OrderLine)
def accept_order_line(line_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Accept as the buyer what was delivered: its money goes to those who share in it."""
    with station.change(actor) as change:
        line = bought_line(change.connection, actor, line_id, "orders.change")
        line = verbs.release_line(change, line)
    return told(line)


@router.post("/order-lines/{line_id}/refunds", status_code=201, response_model=Refund)
def refund_order_line(line_id: str, body: NewRefund, making: MakingHere) -> Response:
    """Give back as the seller a part, or all, of what was paid for a line."""

    def make(change: Change) -> Refund:
        line = sold_line(change.connection, making.actor, line_id, "sales.refund")
        return verbs.refund_line(change, line, body.amount, body.reason)

    return making.once(make)


@router.post("/house/sweep")
def sweep(station: StationHere, actor: ActorHere) -> Swept:
    """Do now, as the house, what is due by time: what is not paid is given back, silence releases.

    A worker does it every minute.
    """
    with station.reading() as connection:
        acting_for_house(connection, actor, "orders.sweep")
    return Swept(done=do_due(station))


def _rows(lines: Iterable[OrderLine]) -> Iterator[Sequence[Cell]]:
    """Return sales as the rows of a sheet, under headings that never change."""
    yield (
        "Line", "Order", "Buyer", "Asset", "Licence", "State", "Amount", "Tax", "Currency",
        "Released",
    )  # fmt: skip
    for line in lines:
        released = line.released_at
        yield (
            line.id, line.order_id, line.buyer_id, line.asset_id, line.licence_id, line.state.value,
            decimal(line.amount, line.currency), decimal(line.tax, line.currency), line.currency,
            "" if released is None else released.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )  # fmt: skip
