"""Following a project: what is told, to whom, until when."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
import pytest
import uvicorn
from starlette.testclient import TestClient

from mstation.errors import TooOften
from mstation.server.app import make_app
from mstation.server.following import MOST_LINES, Followers
from mstation.server.run import StationServer
from mstation.station.change import STATION, find, find_where
from mstation.station.listening import Listener
from mstation.station.organisations import Place
from mstation.station.production.entities import Kind, add_entity
from mstation.station.production.tasks import Task, edit_task
from mstation.station.station import Station
from tests.server.running import listening
from tests.station.crew import Crew
from tests.station.market import Market

Told = list[dict[str, object]]


@contextmanager
def served(station: Station) -> Iterator[str]:
    with listening() as listener:
        server = uvicorn.Server(uvicorn.Config(make_app(station), log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def follow(
    address: str, crew: Crew, who: str, do: Callable[[], None], *, until: Callable[[Told], bool]
) -> Told:
    """Follow as somebody; `do` something once the line stands; return what was told."""
    told: Told = []
    url = f"{address}/api/projects/{crew.project.id}/events/live"
    with httpx2.stream("GET", url, headers=crew.signed(who), timeout=20) as answer:
        assert answer.status_code == 200
        do()
        for line in answer.iter_lines():
            if line.startswith("data:"):
                told.append(json.loads(line.removeprefix("data:")))
                if until(told):
                    break
    return told


def test_news_comes_at_once_and_only_to_those_who_may_read_it(station: Station, crew: Crew) -> None:
    at: list[float] = []

    def work() -> None:
        time.sleep(0.3)
        with station.change(STATION) as change:
            change.edit(crew.shots[0], description="not the vendor's")
            change.edit(crew.shots[1], description="the vendor's")
        at.append(time.monotonic())

    with served(station) as address:
        told = follow(address, crew, "vendor", work, until=bool)
        waited_s = time.monotonic() - at[0]
    assert [each["noun_id"] for each in told] == [crew.shots[1].id]
    assert waited_s < 10.0  # woken: without news it looks again after 15


def test_who_is_taken_out_of_the_project_is_told_no_more(station: Station, crew: Crew) -> None:
    def remove() -> None:
        with station.change(STATION) as change:
            (place,) = find_where(change.connection, Place, account_id=crew.people["artist"].id)
            change.remove(place)
            add_entity(change, crew.project, kind=Kind.SHOT, label="after the artist left")

    with served(station) as address:
        assert follow(address, crew, "artist", remove, until=lambda told: False) == []


def test_a_partys_log_is_followed_by_its_own_people(station: Station, market: Market) -> None:
    url = f"/api/parties/{market.seller.id}/events/live"
    with served(station) as address:
        told = []
        signed = market.signed("seller-owner")
        with httpx2.stream("GET", address + url, headers=signed, timeout=20) as answer:
            with station.change(STATION) as change:
                change.edit(market.buyer, name_zh="港湾后期")
                change.edit(market.seller, name_zh="灯笼资料馆")
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    told.append(json.loads(line.removeprefix("data:"))["noun_id"])
                    break
        assert told == [market.seller.id]
        for who, status in [("buyer-owner", 404), ("seller-artist", 403)]:
            answer = httpx2.get(address + url, headers=market.signed(who))
            assert answer.status_code == status


def test_a_server_stops_soon_though_it_is_followed(station: Station, crew: Crew) -> None:
    stopped: list[float] = []

    def stop() -> None:
        stopped.append(time.monotonic())
        server.should_exit = True

    with listening() as listener:
        server = StationServer(uvicorn.Config(make_app(station), log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        told = follow(address, crew, "artist", stop, until=lambda told: False)
        thread.join()
    assert told == []
    assert time.monotonic() - stopped[0] < 3.0


def test_a_person_follows_so_often_and_no_oftener(station: Station) -> None:
    followers = Followers(Listener(station))
    held = [followers.line("mara", "p") for _ in range(MOST_LINES)]
    for line in held:
        line.__enter__()
    with pytest.raises(TooOften), followers.line("mara", "p"):
        pass
    with followers.line("benno", "p"):
        pass
    held[0].__exit__(None, None, None)
    with followers.line("mara", "p"):
        pass


def test_those_who_may_not_are_refused_before_the_line_stands(
    client: TestClient, crew: Crew
) -> None:
    url = f"/api/projects/{crew.project.id}/events/live"
    assert client.get(url, headers=crew.signed("stranger")).status_code == 404
    assert client.get(url).status_code == 401


def test_a_task_taken_from_a_vendor_is_told_as_removed(
    station: Station, client: TestClient, crew: Crew
) -> None:
    url, header = f"/api/projects/{crew.project.id}/events", crew.signed("vendor")
    before = client.get(url, headers=header).json()[-1]["number"]
    with station.change(STATION) as change:
        task = find(change.connection, Task, crew.tasks[1].id)
        edit_task(change, crew.project, task, assignee_ids=(), priority=9)
    (told,) = client.get(url, params={"after": before}, headers=header).json()
    assert (told["verb"], told["noun_id"]) == ("removed", crew.tasks[1].id)
    assert (told["before"], told["after"]) == (None, None)


@pytest.mark.parametrize("who", ["owner", "vendor", "client"])
def test_no_stream_of_a_project_tells_of_secrets(client: TestClient, crew: Crew, who: str) -> None:
    client.post("/api/tokens", json={"name": "mine"}, headers=crew.signed("owner"))
    url = f"/api/projects/{crew.project.id}/events"
    told = client.get(url, params={"most": 1000}, headers=crew.signed(who)).json()
    assert not {each["noun"] for each in told} & {"accounts", "sessions", "tokens"}
    assert not any("hash" in json.dumps(each) or "digest" in json.dumps(each) for each in told)


def test_a_webhooks_secret_is_told_only_to_those_who_may_change_it(
    client: TestClient, crew: Crew
) -> None:
    inside, header = f"/api/projects/{crew.project.id}", crew.signed("producer")
    body = {"url": "https://example.org/hook"}
    made = client.post(f"{inside}/webhooks", json=body, headers=header)
    one = f"/api/webhooks/{made.json()['id']}"
    secret = client.get(f"{one}/secret", headers=header).json()["secret"]
    assert secret.startswith("whsec_")
    listed = client.get(f"{inside}/webhooks", headers=header)
    told = client.get(f"{inside}/events", params={"most": 1000}, headers=header)
    assert not any(secret in each.text for each in (made, listed, told))
    assert client.get(f"{one}/secret", headers=crew.signed("artist")).status_code == 403
    assert client.get(f"{one}/delivery", headers=header).json()["failures"] == 0
    private = {"url": "https://169.254.169.254/"}
    refused = client.post(f"{inside}/webhooks", json=private, headers=header)
    assert refused.status_code == 422
