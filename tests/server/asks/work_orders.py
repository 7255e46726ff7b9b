"""Work orders to ask about: by the project that orders, and by the party that works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from starlette.testclient import TestClient

from mstation.station.jobs import clock
from mstation.station.station import Station
from mstation.station.work_orders.contracts import Milestone
from mstation.station.work_orders.packages import PackageItem, add_package
from tests.station.crew import Crew, another_film, hire
from tests.station.market import Market
from tests.station.work_orders.working import (
    CLEAN,
    FAULTY,
    Yard,
    open_small_yard,
    pass_deadline,
)

SPECIFIC: dict[str, object] = {"title": "Score", "currency": "EUR"}
ITEMS = [{"label": "cue 3", "unit": "cue"}]


def of_project(ask: Callable[[Yard, TestClient, dict[str, str]], int]):  # type: ignore[no-untyped-def]
    """Return what asks about work that a crew's film gives out, as somebody of the crew."""

    def asked(client: TestClient, crew: Crew, who: str, _place: int) -> int:
        station: Station = client.app.state.station  # type: ignore[attr-defined]
        return ask(open_small_yard(station, crew), client, crew.signed(who))

    return asked


def of_vendor(ask: Callable[[Yard, TestClient, dict[str, str]], int]):  # type: ignore[no-untyped-def]
    """Return what asks about work that a film gives the market's seller, as somebody of it."""

    def asked(client: TestClient, market: Market, who: str) -> int:
        station: Station = client.app.state.station  # type: ignore[attr-defined]
        crew = _film(station)
        yard = open_small_yard(station, crew)
        worker = market.people["seller-owner"]
        yard = replace(yard, vendor=market.seller, worker=worker, others=market)
        return ask(yard, client, market.signed(who))

    return asked


_CREWS: dict[str, Crew] = {}  # by the database's address


def _film(station: Station) -> Crew:
    """Return a film of people that nobody signs in as; one for all who ask."""
    address = str(station.engine.url)
    if address not in _CREWS:
        _CREWS[address] = hire(station)
    return another_film(station, _CREWS[address])


def draft(yard: Yard) -> str:
    """Draft a package; return its id."""
    items = [PackageItem("cue 3", None, None, 1, "cue")]
    with yard.station.change(yard.producer) as change:
        due = clock(change.connection) + timedelta(hours=1)
        made = add_package(
            change, yard.crew.project, title="Score", currency="EUR", items=items, bids_due_at=due
        )
    return made.id


def submitted(yard: Yard, *, is_clean: bool = True) -> Milestone:
    """Let a milestone wait for an answer, all of it approved in its review."""
    milestone = yard.milestone(yard.contract())
    yard.pay_in(milestone)
    delivery = yard.deliver(milestone, CLEAN if is_clean else FAULTY)
    yard.approve(delivery)
    return milestone


# --- the project's side -------------------------------------------------------------------------


def read_package(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    url = f"/api/work-packages/{draft(yard)}"
    return client.get(url, headers=signed).status_code


def add_a_package(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    url = f"/api/projects/{yard.crew.project.id}/work-packages"
    body = {**SPECIFIC, "items": ITEMS}
    return client.post(url, json=body, headers=signed).status_code


def publish(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    url = f"/api/work-packages/{draft(yard)}/publish"
    return client.post(url, headers=signed).status_code


def open_bids(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    package = yard.package()
    yard.bid(package, yard.vendor, 100)
    pass_deadline(yard.station, package)
    return client.post(f"/api/work-packages/{package.id}/opening", headers=signed).status_code


def award(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    package = yard.package()
    bid_id = yard.bid(package, yard.vendor, 100)
    pass_deadline(yard.station, package)
    url = f"/api/work-packages/{package.id}"
    client.post(f"{url}/opening", headers=yard.crew.signed("owner"))
    answer = client.post(f"{url}/award", json={"bid_id": bid_id}, headers=signed)
    return answer.status_code


def read_contract(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    return client.get(f"/api/contracts/{yard.contract().id}", headers=signed).status_code


def ask_payment(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    milestone = yard.milestone(yard.contract())
    return client.post(f"/api/milestones/{milestone.id}/payment", headers=signed).status_code


def accept(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    url = f"/api/milestones/{submitted(yard).id}/accept"
    return client.post(url, headers=signed).status_code


def ask_changes(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    url = f"/api/milestones/{submitted(yard).id}/changes"
    body = {"nonconformities": [{"label": "001-001", "text": "The edge boils."}]}
    return client.post(url, json=body, headers=signed).status_code


def check(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    url = f"/api/projects/{yard.crew.project.id}/jobs"
    body = {"kind": "delivery.check", "parameters": {"delivery_id": "one"}}
    return client.post(url, json=body, headers=signed).status_code


# --- the party's side ---------------------------------------------------------------------------


def read_tender(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    url = f"/api/parties/{yard.vendor.id}/tenders/{yard.package().id}"
    return client.get(url, headers=signed).status_code


def ask_question(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    url = f"/api/parties/{yard.vendor.id}/tenders/{yard.package().id}/questions"
    return client.post(url, json={"text": "Is there grain?"}, headers=signed).status_code


def bid(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    package = yard.package()
    url = f"/api/parties/{yard.vendor.id}/tenders/{package.id}/bid"
    lines = [{"label": item.label, "amount": 100} for item in package.items]
    return client.post(url, json={"lines": lines}, headers=signed).status_code


def deliver(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    milestone = yard.milestone(yard.contract())
    yard.pay_in(milestone)
    items = [{"label": s.label, "version_id": s.version_id} for s in yard.versions(milestone)]
    url = f"/api/milestones/{milestone.id}/deliveries"
    return client.post(url, json={"items": items}, headers=signed).status_code


def propose_change(yard: Yard, client: TestClient, signed: dict[str, str]) -> int:
    url = f"/api/contracts/{yard.contract().id}/change-orders"
    body = {"reason": "More work", "rounds_more": 1}
    return client.post(url, json=body, headers=signed).status_code


OF_PROJECTS = {
    "bids.read": of_project(open_bids),
    "contracts.add": of_project(award),
    "contracts.change": of_project(ask_payment),
    "contracts.read": of_project(read_contract),
    "work_deliveries.accept": of_project(accept),
    "work_deliveries.check": of_project(check),
    "work_deliveries.review": of_project(ask_changes),
    "work_packages.add": of_project(add_a_package),
    "work_packages.change": of_project(publish),
    "work_packages.read": of_project(read_package),
}
OF_PARTIES = {
    "bids.add": of_vendor(bid),
    "tenders.answer": of_vendor(ask_question),
    "tenders.read": of_vendor(read_tender),
    "work.agree": of_vendor(propose_change),
    "work.deliver": of_vendor(deliver),
    "work.read": of_vendor(read_contract),
}
