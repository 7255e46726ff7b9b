"""Space over HTTP: a lot is listed, priced, booked for shooting days, and seen in calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from mstation.station.change import STATION
from mstation.station.organisations import Project
from mstation.station.station import Station
from tests.station.market import Market
from tests.station.places import DAY, HOUR, MONDAY, Lot, open_lot


@pytest.fixture
def lot(station: Station, market: Market) -> Lot:
    return open_lot(station, market)


@pytest.fixture
def film(station: Station, market: Market) -> Project:
    assert market.buyer.organisation_id is not None
    with station.change(STATION) as change:
        return change.add(Project("film", 1, market.buyer.organisation_id, "Night Train"))


def _wanted(thing: Any, start: int, hours: int = 2) -> dict[str, str]:
    begins = MONDAY + start * HOUR
    ends = begins + hours * HOUR
    return {"resource_id": thing.id, "starts_at": begins.isoformat(), "ends_at": ends.isoformat()}


def _book(
    client: TestClient, market: Market, *wanted: dict[str, str], who: str = "buyer-owner",
    **more: object,
) -> Any:  # fmt: skip
    path = f"/api/parties/{market.buyer.id}/bookings"
    body = {"title": "Night Train", "wanted": list(wanted), **more}
    return client.post(path, json=body, headers=market.signed(who))


def test_a_booking_is_priced_made_once_and_refused_with_the_next_free_time(
    client: TestClient, market: Market, lot: Lot
) -> None:
    header = market.signed("buyer-owner")
    path = f"/api/parties/{market.buyer.id}/bookings"
    body = {"title": "Night Train", "wanted": [_wanted(lot.stage, 0, 11)]}
    offer = client.post(f"{path}/offer", json=body, headers=header).json()
    assert (offer["currency"], offer["total"]) == ("CNY", 800_00)
    assert offer["explained"] == [f"Stage 1, {MONDAY:%Y-%m-%d}: 11 h = 1 day + 1 h"]
    keyed = {**header, "Idempotency-Key": "one"}
    made = [client.post(path, json=body, headers=keyed) for _ in range(2)]
    assert made[0].status_code == 201
    assert made[0].json() == made[1].json()
    refused = client.post(path, json=body, headers={**header, "Accept-Language": "zh"})
    assert refused.status_code == 409
    assert f"{MONDAY + 13 * HOUR:%Y-%m-%dT%H:%MZ}" in refused.json()["detail"]
    asked = {"starts_at": MONDAY.isoformat(), "ends_at": (MONDAY + DAY).isoformat(), "minutes": 120}
    free = client.get(f"/api/resources/{lot.stage.id}/free", params=asked, headers=header).json()
    assert free["next"]["starts_at"].startswith(f"{MONDAY + 13 * HOUR:%Y-%m-%dT%H}")


def test_an_option_is_confirmed_once_and_cancelled_by_its_booker_alone(
    client: TestClient, market: Market, lot: Lot
) -> None:
    made = _book(client, market, _wanted(lot.stage, 0), is_option=True).json()
    url = f"/api/bookings/{made['id']}"
    seen = {**market.signed("buyer-owner"), "If-Match": '"1"'}
    assert client.post(f"{url}/confirm", headers=seen).json()["state"] == "confirmed"
    assert client.post(f"{url}/confirm", headers=seen).status_code == 412
    assert client.get(url, headers=market.signed("seller-owner")).status_code == 200
    assert client.get(url, headers=market.signed("freelancer")).status_code == 404
    seen["If-Match"] = '"2"'
    stranger = {**market.signed("seller-owner"), "If-Match": '"2"'}
    assert client.post(f"{url}/cancel", headers=stranger).status_code == 404
    assert client.post(f"{url}/cancel", headers=seen).json()["state"] == "cancelled"


def test_the_stage_is_booked_for_days_three_to_five(
    client: TestClient, market: Market, lot: Lot, film: Project
) -> None:
    header = market.signed("buyer-owner")
    inside = f"/api/projects/{film.id}"
    first = MONDAY.date()
    rows = "\n".join(f"{n},{first + timedelta(days=n)},station,Shanghai" for n in range(1, 7))
    sheet = f"拍摄日,日期,场景,地点\n{rows}\n".encode("gb18030")
    assert len(client.put(f"{inside}/shooting-days.csv", content=sheet, headers=header).json()) == 6
    body = {"party_id": market.buyer.id, "title": "Days 3 to 5", "first": 3, "last": 5,
            "resource_ids": [lot.stage.id, lot.wall.id]}  # fmt: skip
    made = client.post(f"{inside}/bookings/from-days", json=body, headers=header)
    assert made.status_code == 201, made.text
    slots = client.get(f"/api/bookings/{made.json()['id']}/slots", headers=header).json()
    midnight = MONDAY + timedelta(days=3) - 8 * HOUR  # by the clocks of Shanghai
    assert {(each["starts_at"], each["ends_at"]) for each in slots} == {
        (f"{midnight:%Y-%m-%dT%H:%M:%SZ}", f"{midnight + 3 * DAY:%Y-%m-%dT%H:%M:%SZ}")
    }
    assert len(slots) == 2
    listed = client.get(f"{inside}/bookings", headers=header).json()["rows"]
    assert [each["id"] for each in listed] == [made.json()["id"]]
    beyond = {**body, "first": 6, "last": 8}
    assert (
        client.post(f"{inside}/bookings/from-days", json=beyond, headers=header).status_code == 404
    )


def test_a_list_of_days_with_faults_changes_nothing_and_tells_each(
    client: TestClient, market: Market, film: Project
) -> None:
    header = market.signed("buyer-owner")
    url = f"/api/projects/{film.id}/shooting-days"
    client.put(url, json=[{"number": 1, "day": "2026-05-31"}], headers=header)
    told = client.put(
        f"{url}.csv", content=b"number,day\n1,soon\n2,2026-06-02\n2,2026-13-01\n", headers=header
    )
    assert told.status_code == 422
    assert [each[:5] for each in told.json()["faults"]] == ["row 2", "row 4"]
    twice = [{"number": 1, "day": "2026-06-01"}] * 2
    assert client.put(url, json=twice, headers=header).status_code == 422
    assert [each["day"] for each in client.get(url, headers=header).json()] == ["2026-05-31"]
    sheet = client.get(f"{url}.csv", headers=header).content
    assert client.put(f"{url}.csv", content=sheet, headers=header).json()[0]["revision"] == 1


def test_a_calendar_is_read_by_its_key_until_it_is_taken_back(
    client: TestClient, market: Market, lot: Lot, station: Station
) -> None:
    made = _book(client, market, _wanted(lot.stage, 0)).json()
    owner = market.signed("seller-owner")
    body = {"of": "resource", "label": "Stage 1", "resource_id": lot.stage.id}
    feed = client.post(
        f"/api/parties/{market.seller.id}/calendar-feeds", json=body, headers=owner
    ).json()
    url = f"/api/calendars/{feed['key']}.ics"
    told = client.get(url)
    assert told.headers["content-type"].startswith("text/calendar")
    assert f"DTSTART:{MONDAY:%Y%m%dT%H%M%SZ}" in told.text
    assert made["title"] in told.text
    with station.reading() as connection:
        everything = str(connection.exec_driver_sql("SELECT * FROM events").all())
        everything += str(connection.exec_driver_sql("SELECT * FROM calendar_feeds").all())
    assert feed["key"] not in everything
    seen = {**owner, "If-Match": '"1"'}
    assert client.delete(f"/api/calendar-feeds/{feed['id']}", headers=seen).status_code == 204
    assert client.get(url).status_code == 404
    other = {**body, "resource_id": lot.stage.id}
    path = f"/api/parties/{market.buyer.id}/calendar-feeds"
    assert client.post(path, json=other, headers=market.signed("buyer-owner")).status_code == 404


def test_somebodys_calendar_says_when_they_are_busy_and_not_why(
    client: TestClient, market: Market
) -> None:
    header = market.signed("freelancer")
    own = f"/api/parties/{market.freelancer.id}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1",
             f"DTSTART:{MONDAY:%Y%m%d}T090000", "DURATION:PT8H", "SUMMARY:Dentist",
             "RRULE:FREQ=WEEKLY;COUNT=4", "END:VEVENT", "END:VCALENDAR"]  # fmt: skip
    asked = {"source": "phone", "time_zone": "Europe/Paris"}
    for _ in range(2):
        told = client.put(f"{own}/availability/calendar", params=asked,
                          content="\r\n".join(lines).encode(), headers=header)  # fmt: skip
        assert len(told.json()) == 4
    assert len(client.get(f"{own}/availability", headers=header).json()) == 4
    feed = client.post(
        f"{own}/calendar-feeds", json={"of": "availability", "label": "Lin"}, headers=header
    )
    shown = client.get(f"/api/calendars/{feed.json()['key']}.ics").text
    assert shown.count("BEGIN:VEVENT") == 4
    assert "Dentist" not in shown
    wrong = client.put(f"{own}/availability/calendar", params=asked, content=b"no", headers=header)
    assert wrong.status_code == 422


def test_bookings_come_as_a_sheet_that_runs_no_formulas(
    client: TestClient, market: Market, lot: Lot
) -> None:
    wanted = [_wanted(lot.stage, 0), _wanted(lot.wall, 0)]
    body = {"title": "=HYPERLINK(1)", "wanted": wanted}
    path = f"/api/parties/{market.buyer.id}/bookings"
    assert client.post(path, json=body, headers=market.signed("buyer-owner")).status_code == 201
    theirs = f"/api/parties/{market.seller.id}/booked-slots"
    for url, who in ((f"{path}.csv", "buyer-owner"),
                     (f"{theirs}.csv", "seller-owner")):  # fmt: skip
        rows = client.get(url, headers=market.signed(who)).content.decode("utf-8-sig").splitlines()
        assert len(rows) == 3
        assert "'=HYPERLINK(1)" in rows[1]


def test_what_cannot_be_is_refused_and_nothing_is_half_done(
    client: TestClient, market: Market, lot: Lot
) -> None:
    header = market.signed("buyer-owner")
    past = {"starts_at": "2020-01-01T00:00Z", "ends_at": "2020-01-02T00:00Z"}
    endless = {"ends_at": (MONDAY + 500 * DAY).isoformat()}
    for change in (past, endless, {"quantity": 2}, {"starts_at": "9999-12-31T23:59-14:00"},
                   {"starts_at": (MONDAY + timedelta(seconds=1)).isoformat()}):  # fmt: skip
        told = _book(client, market, _wanted(lot.wall, 0), {**_wanted(lot.stage, 0), **change})
        assert told.status_code == 422, change
    assert (
        _book(client, market, {**_wanted(lot.stage, 0), "resource_id": "none"}).status_code == 404
    )
    rows = client.get(f"/api/parties/{market.buyer.id}/bookings", headers=header).json()["rows"]
    assert rows == []
