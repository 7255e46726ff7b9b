"""How each action with money is asked for, in the name of the seller's party or of the house.

The seller sells to the freelancer and buys from her, so that the other company has no part in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.testclient import TestClient

from mstation.station.change import STATION, find_where
from mstation.station.exchange.disputes import open_dispute
from mstation.station.exchange.orders import Order, OrderLine, lines_of, place_order
from mstation.station.exchange.payouts import Payout, ask_payout
from mstation.station.exchange.sandbox import paid_in_sandbox, sandbox_secret
from mstation.station.exchange.settlement import Payment, Way
from mstation.station.station import Station
from tests.station.exchange.shop import ALL, Shop, exclusively, open_shop
from tests.station.exchange.test_shares import released
from tests.station.market import Market

Ask = Callable[[TestClient, Market, str], int]

BANK = {"holder": "Lantern", "bank": "Bank of the River", "number": "622202020001"}


def _station(client: TestClient) -> Station:
    station: Station = client.app.state.station  # type: ignore[attr-defined]
    return station


def ordered(shop: Shop) -> Order:
    """Order a licence in the name of a shop's buyer."""
    quote = shop.quote(shop.offer(terms=exclusively(ALL, False)))
    with shop.station.change(STATION) as change:
        return place_order(change, shop.market.buyer, [quote.id])


def paid(shop: Shop) -> OrderLine:
    """Order a licence, pay for it in the sandbox, and return its line."""
    order = ordered(shop)
    with shop.station.change(STATION) as change:
        (payment,) = find_where(change.connection, Payment, about_id=order.id)
        paid_in_sandbox(change, sandbox_secret(shop.station.data), payment)
        return lines_of(change.connection, order.id)[0]


def _bought(client: TestClient, market: Market) -> Shop:
    """Return a shop of the freelancer's, where the seller buys."""
    theirs = replace(market, seller=market.freelancer, buyer=market.seller)
    return open_shop(_station(client), theirs)


def _sold(client: TestClient, market: Market) -> Shop:
    return open_shop(_station(client), replace(market, buyer=market.freelancer))


def _payout(client: TestClient, market: Market) -> Payout:
    released(_station(client), market, 1_000)
    with _station(client).change(STATION) as change:
        return ask_payout(change, market.seller, currency="CNY", way=Way.SANDBOX)


def _asked(
    client: TestClient, market: Market, who: str, path: str, *, method: str = "POST",
    seen: int | None = None, **body: Any,
) -> int:  # fmt: skip
    headers = market.signed(who) | ({} if seen is None else {"If-Match": f'"{seen}"'})
    return client.request(method, f"/api/{path}", json=body or None, headers=headers).status_code


def _get(path: str) -> Ask:
    def ask(client: TestClient, market: Market, who: str) -> int:
        return _asked(client, market, who, path.format(seller=market.seller.id), method="GET")

    return ask


def _place(client: TestClient, market: Market, who: str) -> int:
    shop = _bought(client, market)
    quote = shop.quote(shop.offer())
    path = f"parties/{market.seller.id}/orders"
    return _asked(client, market, who, path, quote_ids=[quote.id])


def _read_order(client: TestClient, market: Market, who: str) -> int:
    order = ordered(_bought(client, market))
    path = f"orders/{order.id}"
    alone = _asked(client, market, who, path, method="GET")
    assert alone == _asked(client, market, who, f"{path}/lines", method="GET")
    return alone


def _cancel(client: TestClient, market: Market, who: str) -> int:
    order = ordered(_bought(client, market))
    return _asked(client, market, who, f"orders/{order.id}/cancellation", seen=order.revision)


def _accept(client: TestClient, market: Market, who: str) -> int:
    line = paid(_bought(client, market))
    answer = _asked(client, market, who, f"order-lines/{line.id}/acceptance")
    assert (answer == 200) is (_cancel(client, market, who) == 200)
    return answer


def _refund(client: TestClient, market: Market, who: str) -> int:
    line = paid(_sold(client, market))
    path = f"order-lines/{line.id}/refunds"
    return _asked(client, market, who, path, amount=1, reason="too dark")


def _dispute(client: TestClient, market: Market, who: str) -> int:
    line = paid(_sold(client, market))
    return _asked(client, market, who, f"order-lines/{line.id}/disputes", reason="never paid")


def _rule(client: TestClient, market: Market, who: str) -> int:
    shop = _sold(client, market)
    line = paid(shop)
    with shop.station.change(STATION) as change:
        dispute = open_dispute(
            change, party_id=line.buyer_id, against_id=line.party_id, about=line.about,
            reason="too dark",
        )  # fmt: skip
    path = f"disputes/{dispute.id}/ruling"
    told = {"ruling": "split", "refund_bp": 5_000, "reason": "both are right"}
    return _asked(client, market, who, path, seen=dispute.revision, **told)


def _read_payment(client: TestClient, market: Market, who: str) -> int:
    shop = _bought(client, market)
    with shop.station.reading() as connection:
        (payment,) = find_where(connection, Payment, about_id=ordered(shop).id)
    path = f"payments/{payment.id}"
    alone = _asked(client, market, who, path, method="GET")
    for more in ("/instructions?way=sandbox", "/receipts"):
        assert alone == _asked(client, market, who, path + more, method="GET")
    return alone


def _confirm(client: TestClient, market: Market, who: str) -> int:
    shop = _bought(client, market)
    order = ordered(shop)
    with shop.station.reading() as connection:
        (payment,) = find_where(connection, Payment, about_id=order.id)
    path = f"payments/{payment.id}"
    told = {"reference": f"bank {order.id}", "amount": payment.amount, "currency": "CNY"}
    alone = _asked(client, market, who, f"{path}/transfers", **told)
    assert alone == _asked(client, market, who, f"{path}/sandbox")
    return alone


def _ask_payout(client: TestClient, market: Market, who: str) -> int:
    released(_station(client), market, 1_000)
    path = f"parties/{market.seller.id}/payouts"
    return _asked(client, market, who, path, currency="CNY", way="sandbox")


def _read_payout(client: TestClient, market: Market, who: str) -> int:
    return _asked(client, market, who, f"payouts/{_payout(client, market).id}", method="GET")


def _send(client: TestClient, market: Market, who: str) -> int:
    first, second = _payout(client, market), _payout(client, market)
    alone = _asked(client, market, who, f"payouts/{first.id}/transfer", reference=first.id)
    assert alone == _asked(client, market, who, f"payouts/{second.id}/return")
    return alone


def _bank(client: TestClient, market: Market, who: str) -> int:
    path = f"parties/{market.seller.id}/bank-accounts/CNY"
    return _asked(client, market, who, path, method="PUT", **BANK)


def _shares(method: str) -> Ask:
    def ask(client: TestClient, market: Market, who: str) -> int:
        path = f"assets/{_sold(client, market).asset.id}/shares"
        parts = [{"party_id": market.seller.id, "bp": 10_000}]
        body = {} if method == "GET" else {"parts": parts}
        return _asked(client, market, who, path, method=method, **body)

    return ask


def _books(client: TestClient, market: Market, who: str) -> int:
    answers = {
        _asked(client, market, who, f"books{more}", method="GET")
        for more in ("", "?format=csv", "?format=beancount", "/balances")
    }
    assert len(answers) == 1
    assert _asked(client, market, who, "house/tax-rates", method="GET") in answers
    return answers.pop()


def _sweep(client: TestClient, market: Market, who: str) -> int:
    return _asked(client, market, who, "house/sweep")


def _tax(client: TestClient, market: Market, who: str) -> int:
    return _asked(client, market, who, "house/tax-rates/NL", method="PUT", bp=2_100)


ASKS: dict[str, Ask] = {
    "bank_accounts.read": _get("parties/{seller}/bank-accounts"),
    "bank_accounts.change": _bank,
    "books.read": _books,
    "disputes.open": _dispute,
    "disputes.read": _get("parties/{seller}/disputes"),
    "disputes.rule": _rule,
    "orders.change": _accept,
    "orders.place": _place,
    "orders.read": _read_order,
    "orders.sweep": _sweep,
    "payments.confirm": _confirm,
    "payments.read": _read_payment,
    "payouts.ask": _ask_payout,
    "payouts.confirm": _send,
    "payouts.read": _read_payout,
    "sales.read": _get("parties/{seller}/sales"),
    "sales.refund": _refund,
    "shares.change": _shares("POST"),
    "shares.read": _shares("GET"),
    "statements.read": _get("parties/{seller}/statement"),
    "tax_rates.change": _tax,
}
