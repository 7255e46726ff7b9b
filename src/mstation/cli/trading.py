"""`mstation assets`, `quote`, `order`, `pay`, `licences`, `download`, `statement`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import CONFLICT
from pathlib import Path

import typer

from mstation.cli.acting import market, name_of, party_named, save, sum_of, tell, tell_json
from mstation.cli.fetch import is_there
from mstation.cli.station import our_words
from mstation.cli.words import words
from mstation.client import Refused, Row
from mstation.errors import NotFound
from mstation.market import Market
from mstation.publish import cannot_write
from mstation.safe_names import safe_name


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """What a price is asked for; what is left out is as the offer has it."""

    asset: str
    template: str
    territories: tuple[str, ...]
    media: tuple[str, ...]
    first_day: datetime | None
    last_day: datetime | None
    is_exclusive: bool
    seats: int | None
    print_run: int | None
    film: str
    party: str | None

    def terms(self) -> Row:
        """Return what is asked for as the station takes it; the last day is included."""
        days = {
            "starts_at": self.first_day,
            "ends_at": None if self.last_day is None else self.last_day + timedelta(days=1),
        }
        told: Row = {
            "territories": list(self.territories),
            "media": list(self.media),
            "is_exclusive": self.is_exclusive,
            "seats": self.seats,
            "print_run": self.print_run,
            "project": self.film,
            **{name: f"{day:%Y-%m-%dT00:00:00Z}" for name, day in days.items() if day},
        }
        return {name: value for name, value in told.items() if value}


def assets_and_tell(sought: str, kind: str, template: str, *, as_json: bool) -> None:
    """List what is offered to everybody and has these words."""
    client = market()
    with our_words():
        rows = client.assets(sought, kind, template)
        if as_json:
            return tell_json(rows)
        for row in rows:
            tell(f"{row['id']}  {row['kind']:<8}  {name_of(row, 'title')}")


def quote_and_tell(request: QuoteRequest, *, as_json: bool) -> None:
    """Ask for a price and print what it is made of.

    Raises:
        NotFound: when the asset is not offered so, or is in several ways.
        InvalidInput: when the offer does not go as far.
    """
    client = market()
    with our_words():
        buyer = party_named(client, request.party)
        offer = _offer(client, request)
        made = client.ask_price(offer["id"], buyer["id"], request.terms())
    if as_json:
        return tell_json(made)
    say = words()
    for line in made["lines"]:
        tell(f"{sum_of(line['amount'], made['currency']):>20}  {line[say['tongue']]}")
    total = sum_of(made["total"], made["currency"])
    tell(f"{total:>20}  {say['quoted'].format(id=made['id'], until=made['expires_at'])}")


def order_and_tell(quotes: list[str], party: str | None, *, yes: bool) -> None:
    """Order what was quoted, once it is agreed to; print how it is paid.

    Raises:
        NotFound: when there is no such quote.
        Conflict: when somebody else has it, or the quote is over.
    """
    client, say = market(), words()
    with our_words():
        buyer = party_named(client, party)
        total = [client.quoted(each) for each in quotes]
        for each in total:
            tell(f"{each['id']}  {sum_of(each['total'], each['currency'])}")
        if not yes:
            typer.confirm(say["order_it"].format(party=name_of(buyer)), abort=True)
        made = client.order(buyer["id"], quotes)
        tell(say["ordered"].format(id=made["id"], until=made["expires_at"]))
        payment = client.payment_of(buyer["id"], made["id"])
        if payment is not None:
            _tell_payment(client, payment)


def pay_and_tell(payment: str, *, sandbox: bool) -> None:
    """Print how a payment is made, and whether it came; or pay in the sandbox, as the house.

    Raises:
        NotFound: when there is no such payment.
        Forbidden: when who asks is not of the house.
    """
    client = market()
    with our_words():
        if sandbox:
            client.pay_in_sandbox(payment)
            tell(words()["paid_in_sandbox"].format(id=payment))
            return
        _tell_payment(client, client.payment(payment))


def licences_and_tell(party: str | None, side: str, *, as_json: bool) -> None:
    """List the licences that a party has, or gave."""
    client = market()
    with our_words():
        rows = client.licences(party_named(client, party)["id"], side)
        if as_json:
            return tell_json(rows)
        for row in rows:
            terms = row["terms"]
            where = f"{' '.join(terms['territories'])}  {' '.join(terms['media'])}"
            days = f"{row['starts_at'][:10]}…{(row['ends_at'] or '')[:10]}"
            tell(f"{row['number']}  {row['state']:<9}  {days}  {where}")


def download_and_tell(licence: str, out: Path, party: str | None, *, certificate: bool) -> None:
    """Bring the original that a licence opens; what broke off goes on; it is whole, or not there.

    Raises:
        NotFound: when there is no such licence.
        Forbidden: when it does not hold now, or all its downloads are used.
        StoreFailed: when the folder cannot be written, or what came is not what was licensed.
    """
    client, say = market(), words()
    with our_words():
        held = _licence(client, party, licence)
        name, digest, size = client.licensed_file(held["id"])
        target = out / safe_name(name)
        try:
            out.mkdir(parents=True, exist_ok=True)
            if is_there(target, digest):
                tell(say["there_whole"].format(path=target))
            else:
                client.take_licensed(held["id"], digest, size, target)
                tell(say["written_to"].format(path=target))
        except OSError as error:
            raise cannot_write(out, error) from error
        if certificate:
            paper = client.certificate(held["id"])
            save(out / f"{safe_name(held['number'])}.pdf", paper)


def statement_and_tell(
    path: Path, party: str | None, first: datetime | None, last: datetime | None
) -> None:
    """Write every entry of a party's accounts as CSV.

    Raises:
        Forbidden: when who asks may not read the party's accounts.
        StoreFailed: when the file cannot be written.
    """
    client = market()
    days = ["" if day is None else f"{day:%Y-%m-%d}" for day in (first, last)]
    with our_words():
        save(path, client.statement(party_named(client, party)["id"], *days))


def _offer(client: Market, request: QuoteRequest) -> Row:
    offers = client.offers(request.asset)
    found = [row for row in offers if request.template in ("", row["template"])]
    if len(found) != 1:
        told = words()["between"].join(row["template"] for row in offers)
        raise NotFound(
            f"the asset `{request.asset}` is offered so in {len(found)} ways; say which with "
            f"--template: {told or 'there is none'}",
            zh=f"资产 `{request.asset}` 有 {len(found)} 个符合的报价；"
            f"请用 --template 指明：{told or '暂无'}",
        )
    return found[0]


def _licence(client: Market, party: str | None, named: str) -> Row:
    """Return the licence with this number or id that a party has."""
    for row in client.licences(party_named(client, party)["id"]):
        if named in (row["id"], row["number"]):
            return row
    raise NotFound(
        f"there is no licence `{named}`; `mstation licences` lists them",
        zh=f"没有授权 `{named}`；`mstation licences` 可列出授权",
    )


def _tell_payment(client: Market, payment: Row) -> None:
    say = words()
    fields = {"id": payment["id"], "sum": sum_of(payment["amount"], payment["currency"])}
    tell(say["to_pay"].format(**fields, state=payment["state"]))
    if payment["state"] != "asked":
        return
    try:
        told = client.instructions(payment["id"])
    except Refused as error:  # the house has said of no account yet: it is ordered all the same
        if error.status != CONFLICT:
            raise
        tell(f"  {error}")
        return
    for line in told["text_zh" if say["tongue"] == "zh" else "text"].splitlines():
        tell(f"  {line}")
