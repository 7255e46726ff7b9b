"""`mstation people`, `packages`, `bid`, `bids`: who can do work, and what work there is."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typer

from mstation.cli.acting import market, name_of, party_named, save, sum_of, tell, tell_json
from mstation.cli.files import read_source
from mstation.cli.station import our_words
from mstation.cli.words import interface_language, words
from mstation.client import Row
from mstation.errors import InvalidInput
from mstation.market import Market
from mstation.money import read_money

ITEM, PRICE = "item", "price"  # the columns of a bid's CSV


@dataclass(frozen=True, slots=True)
class PeopleRequest:
    """Who is looked for; "" and None: whoever."""

    words: str
    role: str
    skill: str
    language: str
    country: str
    city: str
    first_day: datetime | None  # free from
    last_day: datetime | None

    def query(self) -> dict[str, str]:
        """Return it as the station is asked."""
        told = {
            "words": self.words, "role": self.role, "skill": self.skill, "country": self.country,
            "language": self.language, "city": self.city,
        }  # fmt: skip
        days = {"free_from": self.first_day, "free_until": self.last_day}
        return told | {name: f"{day:%Y-%m-%dT00:00:00Z}" for name, day in days.items() if day}


@dataclass(frozen=True, slots=True)
class BidRequest:
    """What is bid: a price a unit for every item, or the prices of a file."""

    package: str
    prices: Path | None
    each: str
    done_on: datetime | None
    note: str
    party: str | None
    accepts_terms: bool
    yes: bool


def people_and_tell(request: PeopleRequest, *, as_json: bool) -> None:
    """List those who may be seen and are as wanted, in the order of their names."""
    client = market()
    with our_words():
        rows = client.people(**request.query())
        if as_json:
            return tell_json(rows)
        for row in rows:
            roles = words()["between"].join(row["role_codes"])
            place = " ".join(each for each in (row["city"], row["country"]) if each)
            tell(f"{row['id']}  {_name(row)}  {roles}  {place}".rstrip())


def packages_and_tell(party: str | None, *, as_json: bool) -> None:
    """List the work that a party may bid on."""
    client, say = market(), words()
    with our_words():
        rows = client.tenders(party_named(client, party)["id"])
        if as_json:
            return tell_json(rows)
        for row in rows:
            fields = {"items": row["item_count"], "frames": row["frames"]}
            told = say["package_of"].format(**fields, due=row["bids_due_at"] or "…")
            tell(f"{row['id']}  {row['title']}  {row['buyer']}  {told}")
            if not row["is_whole"]:
                tell(say["has_terms"].format(id=row["id"]))


def bid_and_tell(request: BidRequest) -> None:
    """Show what would be bid for each item, ask, and bid; sealed until the deadline.

    Raises:
        NotFound: when there is no such package.
        InvalidInput: when the prices are not those of its items, each once, or its terms are not
            accepted.
        Conflict: when the deadline has passed.
    """
    client, say = market(), words()
    with our_words():
        party = party_named(client, request.party)
        tender = _tender(client, party, request)
        lines = list(_priced(tender, request))
        for line in lines:
            tell(f"{sum_of(line['amount'], tender['currency']):>20}  {line['label']}")
        whole = sum_of(sum(line["amount"] for line in lines), tender["currency"])
        tell(f"{whole:>20}  {tender['title']}")
        if not request.yes:
            typer.confirm(say["bid_it"].format(party=name_of(party)), abort=True)
        body: Row = {"lines": lines, "assumptions": request.note}
        if request.done_on is not None:
            body["done_on"] = f"{request.done_on:%Y-%m-%d}"
        made = client.bid(party["id"], request.package, body)
    tell(say["bid_placed"].format(due=tender["bids_due_at"], commitment=made["commitment"]))


def bids_and_tell(package: str, out: Path | None, *, opens: bool, as_json: bool) -> None:
    """Tell how many bids there are on one's own package; opened, what each of them says.

    Raises:
        NotFound: when there is no such package.
        Conflict: when they are to be opened before the deadline.
    """
    client = market()
    with our_words():
        told = client.open_bids(package) if opens else client.bids(package)
        table = client.compared_bids(package) if told["opened"] or out is not None else b""
        if out is not None:
            save(out, table)
    if as_json:
        return tell_json(told)
    tell(words()["bids_counted"].format(count=told["count"], opened=len(told["opened"])))
    for row in csv.reader(io.StringIO(table.decode("utf-8-sig"))) if told["opened"] else ():
        tell("  ".join(row))


def _tender(client: Market, party: Row, request: BidRequest) -> Row:
    """Return the whole package; its terms are shown, and accepted where that was asked for."""
    tender = client.tender(party["id"], request.package)
    if tender["is_whole"]:
        return tender
    for line in tender["terms"].splitlines():
        tell(f"  {line}")
    if not request.accepts_terms:
        raise InvalidInput(
            "the package has terms, told above; accept them with --accept-terms",
            zh="此任务包附有上述条款；请用 --accept-terms 接受",
        )
    client.accept_terms(party["id"], request.package, tender["terms_digest"])
    return client.tender(party["id"], request.package)


def _priced(tender: Row, request: BidRequest) -> list[Row]:
    """Return what each item costs: the price of a unit, as many times as there are of it."""
    currency = tender["currency"]
    if (request.prices is None) is (not request.each):
        raise InvalidInput(
            "give the prices as --each SUM, or as a file", zh="请用 --each 或价目文件给出价格"
        )
    if request.prices is not None:
        found = _read_prices(request.prices)
        return [
            {"label": label, "amount": read_money(price, currency).amount}
            for label, price in found.items()
        ]
    unit = read_money(request.each, currency).amount
    return [{"label": each["label"], "amount": unit * each["quantity"]} for each in tender["items"]]


def _read_prices(path: Path) -> dict[str, str]:
    """Return all that each item costs, from JSON `{"014-001": "1200.00"}` or CSV `item,price`."""
    data = read_source(path)
    try:
        text = data.decode("utf-8-sig")
        if path.suffix.lower() == ".json":
            return {str(label): str(price) for label, price in json.loads(text).items()}
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
        found = {row[ITEM].strip(): row[PRICE].strip() for row in rows}
    except (ValueError, KeyError, AttributeError, csv.Error) as error:
        raise _no_prices(path) from error
    if len(found) != len(rows):
        raise InvalidInput("an item stands there twice", path=str(path), zh="同一项目出现多次")
    return found


def _no_prices(path: Path) -> InvalidInput:
    return InvalidInput(
        'it holds no prices: CSV with the columns `item,price`, or JSON {"014-001": "1200.00"}',
        path=str(path),
        zh='不是价目：CSV 需有 `item,price` 两列，或 JSON {"014-001": "1200.00"}',
    )


def _name(row: Row) -> str:
    """Return somebody's name in the command's language, in their own order."""
    if row["name_zh"] and interface_language() == "zh":
        return str(row["name_zh"])
    names = [row["given_name"], row["family_name"]]
    ordered = names if row["name_order"] == "given_first" else names[::-1]
    return " ".join(each for each in ordered if each) or str(row["name_zh"])
