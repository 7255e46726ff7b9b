"""Work from a film to a vendor and back over HTTP: who sees what, CSV, forged and late requests."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mstation.media.sniff import media_type_of
from mstation.media.specification import Specification
from mstation.station.accounts import Account
from mstation.station.change import find, find_where
from mstation.station.jobs import Job
from mstation.station.production.notes import add_note
from mstation.station.production.versions import Version, VersionFile, add_version
from mstation.station.station import Station
from mstation.station.tables import lines_of, tables_of
from mstation.station.work_orders.contracts import Contract, Milestone
from mstation.station.work_orders.deliveries import CHECK_JOB, Sent, deliver, deliveries_of
from mstation.station.work_orders.packages import WorkPackage
from mstation.station.work_orders.staffing import staff
from mstation.station.work_orders.tenders import invite
from mstation.work.checking import check
from mstation.work.kinds import DeliveryCheck
from tests.media.making import write_movie
from tests.station.crew import Crew, bring
from tests.station.market import Market
from tests.station.work_orders.working import Yard, actor, open_yard, pass_deadline
from tests.work.desks import desk_of


@pytest.fixture
def yard(station: Station, crew: Crew, market: Market) -> Yard:
    return open_yard(station, crew, market)


def package_body(yard: Yard, **more: object) -> dict[str, Any]:
    items = [{"label": s.label, "entity_id": s.id, "frames": 12} for s in yard.crew.shots[:1]]
    specification = {"rate": "24", "width": 320, "height": 180, "handles_frames": 2}
    return {
        "title": "Rotoscoping", "currency": "CNY", "items": items, **more,
        "type_id": yard.crew.tasks[0].type_id, "specification": specification,
        "bids_due_at": "2099-01-01T00:00:00Z",
    }  # fmt: skip


def test_from_the_shot_list_to_the_vendors_money(
    yard: Yard, client: TestClient, tmp_path: Path
) -> None:
    """One whole order, each step by its address."""
    buyer, vendor = yard.crew.signed("producer"), yard.market.signed("seller-owner")
    inside = f"/api/projects/{yard.crew.project.id}"
    package = client.post(f"{inside}/work-packages", json=package_body(yard), headers=buyer).json()
    url = f"/api/work-packages/{package['id']}"
    assert client.post(f"{url}/publish", headers=buyer).json()["state"] == "published"
    tender = f"/api/parties/{yard.vendor.id}/tenders/{package['id']}"
    told = client.get(tender, headers=vendor).json()
    assert (told["frames"], told["items"][0]["entity_id"]) == (12, None)
    lines = [{"label": "001-001", "amount": 87_654_321}]
    made = client.post(f"{tender}/bid", json={"lines": lines}, headers=vendor)
    assert (made.status_code, made.json()["amount"], len(made.json()["commitment"])) == (
        201,
        None,
        64,
    )
    early = client.post(f"{url}/opening", headers=buyer)
    assert (early.status_code, early.headers["content-type"]) == (409, "application/problem+json")
    assert client.get(f"{url}/bids", headers=buyer).json() == {"count": 1, "opened": []}
    pass_deadline(yard.station, _read(yard, package["id"]))
    (bid,) = client.post(f"{url}/opening", headers=buyer).json()["opened"]
    assert bid["commitment"] == made.json()["commitment"]
    assert "87654321" in client.get(f"{url}/bids.csv", headers=buyer).text
    contract = client.post(f"{url}/award", json={"bid_id": bid["id"]}, headers=buyer).json()
    where = f"/api/contracts/{contract['id']}/milestones"
    (milestone,) = client.get(where, headers=vendor).json()
    at = f"/api/milestones/{milestone['id']}"
    assert client.post(f"{at}/payment", headers=buyer).json()["amount"] == 87_654_321
    with yard.station.reading() as connection:
        yard_milestone = find(connection, Milestone, milestone["id"])
    yard.pay_in(yard_milestone)
    version = _movie(yard, tmp_path, frames=16)
    items = [{"label": "001-001", "version_id": version}]
    sent = client.post(f"{at}/deliveries", json={"items": items}, headers=vendor)
    assert sent.status_code == 201, sent.text
    _check(yard)
    report = client.get(f"/api/work-deliveries/{sent.json()['id']}", headers=vendor).json()
    assert (report["quality"], report["report"]["findings"]) == ("passed", [])
    assert client.post(f"{at}/accept", headers=buyer).status_code == 409  # not reviewed
    tag = client.get(f"/api/versions/{version}", headers=buyer).headers["etag"]
    reviewed = {**buyer, "If-Match": tag}
    client.patch(f"/api/versions/{version}", json={"review": "approved"}, headers=reviewed)
    done = client.post(f"{at}/accept", headers=buyer)
    assert (done.status_code, done.json()["state"]) == (200, "released")


def test_a_delivery_of_the_wrong_length_fails_its_check_with_reasons_in_both_languages(
    yard: Yard, tmp_path: Path
) -> None:
    wanted = Specification(rate="24", width=320, height=180, handles_frames=2, naming="{label}_*")
    milestone = yard.milestone(yard.contract(shots=1, specification=wanted))
    yard.pay_in(milestone)
    version = _movie(yard, tmp_path, frames=16)
    with yard.station.change(yard.bidder()) as change:
        deliver(change, milestone.id, [Sent("001-001", version)])
    assert _check(yard) == {"quality": "failed", "findings": 2}
    assert _check(yard) == {"quality": "failed", "findings": 2}  # again: the first one counts
    with yard.station.reading() as connection:
        (delivery,) = deliveries_of(connection, milestone.id)
    assert delivery.report is not None
    codes = [(each["label"], each["code"]) for each in delivery.report["findings"]]
    assert codes == [("001-001", "name"), ("001-001", "length")]
    assert "52" in delivery.report["findings"][1]["en"]
    assert "余量" in delivery.report["findings"][1]["zh"]


def test_a_vendor_sees_its_shots_and_its_bid_and_nothing_else(
    yard: Yard, client: TestClient
) -> None:
    yard.contract(shots=1)
    worker = yard.market.signed("seller-owner")
    inside = f"/api/projects/{yard.crew.project.id}"
    shots = client.get(f"{inside}/entities", headers=worker).json()["rows"]
    assert [each["label"] for each in shots] == ["001-001"]
    other = yard.crew.shots[2]
    assert client.get(f"/api/entities/{other.id}", headers=worker).status_code == 404
    assert client.get(f"/api/tasks/{yard.crew.tasks[2].id}", headers=worker).status_code == 404
    with yard.station.change(yard.producer) as change:
        version = add_version(change, other, type_id=yard.crew.tasks[0].type_id)
    assert client.get(f"/api/versions/{version.id}", headers=worker).status_code == 404
    package = yard.package()
    rival = yard.bid(package, yard.market.freelancer, 90, "freelancer")
    assert client.get(f"/api/work-packages/{package.id}", headers=worker).status_code == 404
    assert client.get(f"/api/work-packages/{package.id}/bids", headers=worker).status_code == 404
    own = f"/api/parties/{yard.vendor.id}/tenders/{package.id}/bid"
    theirs = f"/api/parties/{yard.market.freelancer.id}/tenders/{package.id}/bid"
    assert client.get(own, headers=worker).status_code == 404  # it has not bid
    assert client.get(theirs, headers=worker).status_code == 404
    events = client.get(f"{inside}/events", headers=worker).json()
    assert {each["noun"] for each in events} <= {"tasks", "entities", "statuses", "task_types"}
    assert rival not in str(events)


def test_either_side_disputes_a_milestone_and_the_house_rules_an_amount(
    yard: Yard, client: TestClient
) -> None:
    milestone = yard.milestone(yard.contract())
    yard.pay_in(milestone)
    buyer, vendor = yard.crew.signed("owner"), yard.market.signed("seller-owner")
    url = f"/api/milestones/{milestone.id}"
    made = client.post(f"{url}/disputes", json={"reason": "Nobody answers."}, headers=vendor)
    assert (made.status_code, made.json()["against_id"]) == (201, yard.buyer.id)
    case = f"/api/disputes/{made.json()['id']}"
    tag = {"If-Match": made.headers["etag"]}
    assert client.get(case, headers=buyer).json() == made.json()
    assert client.get(case, headers=yard.market.signed("stranger")).status_code == 404
    assert client.post(f"{case}/withdrawal", headers=buyer | tag).status_code == 404
    assert client.post(f"{case}/withdrawal", headers=vendor | tag).status_code == 200
    again = client.post(f"{url}/disputes", json={"reason": "Nothing came."}, headers=buyer).json()
    house = yard.market.signed("house-owner") | {"If-Match": '"1"'}
    told = {"ruling": "split", "reason": "Half of it is there.", "refund_amount": 100_001}
    ruling = f"/api/disputes/{again['id']}/ruling"
    assert client.post(ruling, json=told, headers=house).status_code == 422  # more than is held
    ruled = client.post(ruling, json=told | {"refund_amount": 50_001}, headers=house)
    assert (ruled.status_code, ruled.json()["refund_amount"]) == (200, 50_001)
    assert client.get(url, headers=buyer).json()["state"] == "released"
    listed = client.get(f"{url}/disputes", headers=vendor).json()
    assert [each["state"] for each in listed] == ["withdrawn", "ruled"]


def test_a_vendor_of_the_same_task_sees_nothing_of_the_vendor_before_it(
    yard: Yard, client: TestClient
) -> None:
    house = add_by(yard, yard.crew.people["producer"])
    yard.contract(shots=1)
    first = add_by(yard, yard.worker)
    later = replace(yard, vendor=yard.market.freelancer, worker=yard.market.people["freelancer"])
    later.contract(shots=1)
    second, beside = add_by(yard, later.worker), add_by(yard, yard.worker)
    given = add_by(yard, yard.crew.people["producer"])
    file = bring(
        yard.station,
        yard.crew.project,
        b"plate",
        account_id=yard.worker.id,
        task_id=yard.crew.tasks[0].id,
    )
    with yard.station.change(yard.producer) as change:
        note = add_note(
            change, yard.crew.project, find(change.connection, Version, first), text="Too soft."
        )

    def seen(who: str) -> set[str]:
        signed = yard.market.signed(who)
        url = f"/api/projects/{yard.crew.project.id}/versions"
        listed = {each["id"] for each in client.get(url, headers=signed).json()["rows"]}
        known = (house, first, second, beside, given)
        read = {
            each
            for each in known
            if client.get(f"/api/versions/{each}", headers=signed).status_code == 200
        }
        assert read == listed
        events = client.get(f"/api/projects/{yard.crew.project.id}/events", headers=signed).json()
        assert {each["noun_id"] for each in events if each["noun"] == "versions"} == listed
        return read

    assert seen("freelancer") == {second, given}
    assert seen("seller-owner") == {first, beside, given}
    for url in (f"/api/notes/{note.id}", f"/api/files/{file.id}"):
        assert client.get(url, headers=yard.market.signed("freelancer")).status_code == 404
        assert client.get(url, headers=yard.market.signed("seller-owner")).status_code == 200
    with yard.station.change(yard.bidder()) as change:
        (contract,) = find_where(change.connection, Contract, party_id=yard.vendor.id)
        staff(change, contract, [yard.market.people["seller-artist"].id])
    assert seen("seller-artist") == {first, beside, given}  # of a colleague


def add_by(yard: Yard, account: Account) -> str:
    """Make a version of the first shot's first kind of work; return its id."""
    shot, type_id = yard.crew.shots[0], yard.crew.tasks[0].type_id
    with yard.station.change(actor(account)) as change:
        return add_version(change, shot, type_id=type_id).id


def test_another_vendors_contract_deliveries_and_milestones_are_not_there(
    yard: Yard, client: TestClient
) -> None:
    contract = yard.contract(shots=1)
    milestone = yard.milestone(contract)
    yard.pay_in(milestone)
    delivery = yard.deliver(milestone)
    other = yard.market.signed("freelancer")
    for url in (
        f"/api/contracts/{contract.id}",
        f"/api/contracts/{contract.id}/milestones",
        f"/api/milestones/{milestone.id}",
        f"/api/milestones/{milestone.id}/deliveries",
        f"/api/work-deliveries/{delivery.id}",
    ):
        assert client.get(url, headers=other).status_code == 404, url
    answer = client.post(
        f"/api/milestones/{milestone.id}/deliveries", json={"items": []}, headers=other
    )
    assert answer.status_code == 404
    assert client.post(f"/api/milestones/{milestone.id}/accept", headers=other).status_code == 404
    worker = yard.market.signed("seller-owner")
    accepting = client.post(f"/api/milestones/{milestone.id}/accept", headers=worker)
    assert accepting.status_code == 404  # nobody accepts their own work


def test_a_bid_that_is_sent_again_is_one_and_no_digest_of_it_is_kept_that_one_could_guess(
    yard: Yard, client: TestClient
) -> None:
    package = yard.package()
    url = f"/api/parties/{yard.vendor.id}/tenders/{package.id}/bid"
    body = b'{"lines":[{"label":"001-001","amount":4711},{"label":"001-002","amount":4711}]}'
    header = {
        **yard.market.signed("seller-owner"), "Idempotency-Key": "once",
        "Content-Type": "application/json",
    }  # fmt: skip
    first = client.post(url, content=body, headers=header)
    again = client.post(url, content=body, headers=header)
    assert (first.status_code, first.json()) == (201, again.json())
    guessed = hashlib.sha256(f"POST {url}\n".encode() + body).hexdigest().encode()
    with yard.station.reading() as connection:
        kept = b"".join(line for t in tables_of(connection) for line in lines_of(connection, t))
    assert guessed not in kept
    assert b"4711" not in kept


def test_references_are_shown_to_the_invited_alone_each_with_its_own_mark(
    yard: Yard, client: TestClient, tmp_path: Path
) -> None:
    data = write_movie(tmp_path / "plate.mp4", frames=3, size=(640, 360)).read_bytes()
    file = bring(yard.station, yard.crew.project, data, media_type="video/mp4")
    package = yard.package(reference_ids=(file.id,))
    guests = {"seller-owner": yard.vendor, "buyer-owner": yard.market.buyer}
    with yard.station.change(yard.producer) as change:
        for party in guests.values():
            invite(change, package, party)
    shown = []
    for who, party in guests.items():
        url = f"/api/parties/{party.id}/tenders/{package.id}"
        tender = client.get(url, headers=yard.market.signed(who)).json()
        assert tender["reference_ids"] == [file.id]
        answer = client.get(f"{url}/references/{file.id}", headers=yard.market.signed(who))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        shown.append(answer.content)
    assert shown[0] != shown[1]
    url = f"/api/parties/{yard.market.freelancer.id}/tenders/{package.id}"
    header = yard.market.signed("freelancer")
    assert client.get(url, headers=header).json()["reference_ids"] == []
    assert client.get(f"{url}/references/{file.id}", headers=header).status_code == 404


def test_packages_go_out_as_csv_and_come_back_the_same_and_faults_are_told_by_row(
    yard: Yard, client: TestClient
) -> None:
    buyer = yard.crew.signed("coordinator")
    inside = f"/api/projects/{yard.crew.project.id}"
    yard.package()
    sheet = client.get(f"{inside}/work-packages.csv", headers=buyer)
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    taken = client.post(f"{inside}/work-packages/import", content=sheet.content, headers=buyer)
    assert taken.status_code == 201, taken.text
    (made,) = taken.json()["packages"]
    assert (made["state"], [item["label"] for item in made["items"]]) == (
        "draft", ["001-001", "001-002"],
    )  # fmt: skip
    assert made["items"][0]["entity_id"] == yard.crew.shots[0].id
    bad = "package,item,currency,frames,type\nA,001-001,CNY,x,\nB,<b>,XXX,1,Sculpting\n,x,CNY,1,\n"
    zh = {**buyer, "Accept-Language": "zh"}
    refused = client.post(f"{inside}/work-packages/import", content=bad.encode(), headers=zh)
    assert refused.status_code == 422
    assert [fault.split("：")[0] for fault in refused.json()["faults"]] == [
        "第 2 行", "第 3 行", "第 4 行",
    ]  # fmt: skip
    found = client.get(f"{inside}/work-packages", headers=buyer).json()["rows"]
    assert len(found) == 2


def test_shots_are_split_by_frames_and_by_count_and_nothing_is_made(
    yard: Yard, client: TestClient
) -> None:
    buyer = yard.crew.signed("coordinator")
    url = f"/api/projects/{yard.crew.project.id}/work-packages/split"
    by_count = client.get(url, params={"by": "count", "parts": 2}, headers=buyer).json()
    assert [[i["label"] for i in part["items"]] for part in by_count] == [
        ["001-001", "001-002"], ["001-003"],
    ]  # fmt: skip
    told = {"by": "frames", "parts": 2, "shots": ["001-002…003"]}
    assert len(client.get(url, params=told, headers=buyer).json()) == 2
    backwards = {"shots": ["001-003…001"]}
    assert client.get(url, params=backwards, headers=buyer).status_code == 422
    assert client.get(url, params={"shots": ["no"]}, headers=buyer).status_code == 404


def _read(yard: Yard, package_id: str) -> WorkPackage:
    with yard.station.reading() as connection:
        return find(connection, WorkPackage, package_id)


def _movie(yard: Yard, folder: Path, frames: int) -> str:
    """Bring a movie as the vendor and make a version of the first shot of it; return its id."""
    data = write_movie(folder / "a.mov", frames=frames).read_bytes()
    kind = media_type_of(data[:4096])
    file = bring(yard.station, yard.crew.project, data, account_id=yard.worker.id, media_type=kind)
    with yard.station.change(actor(yard.worker)) as change:
        return add_version(
            change, yard.crew.shots[0], type_id=yard.crew.tasks[0].type_id, frames=frames,
            files=(VersionFile("roto.mov", file.digest),), head_frames=2,
        ).id  # fmt: skip


def _check(yard: Yard) -> dict[str, Any]:
    """Do the job that a delivery asked for."""
    with yard.station.reading() as connection:
        (job,) = find_where(connection, Job, kind=CHECK_JOB)
    return check(DeliveryCheck(**job.parameters), desk_of(yard.station, yard.crew))
