"""Webhooks: told in order, signed, again after a failure, never a machine that is not public."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from datetime import timedelta
from ipaddress import ip_address

import pytest

from mstation.errors import InvalidInput
from mstation.station import outside as outside_module
from mstation.station.change import STATION, find, find_where
from mstation.station.delivering import OFF_AFTER, RETRY_S, Deliverer, Delivering
from mstation.station.listening import Listener
from mstation.station.organisations import Member
from mstation.station.outside import PUBLIC, Outside
from mstation.station.schema import now
from mstation.station.station import Station, open_station
from mstation.station.webhooks import Webhook, add_webhook, deliveries, edit_webhook, key_of
from tests.station.crew import Crew
from tests.station.receiving import Receiver, receiver

HERE = Outside(loopback=True)


def hooked(station: Station, crew: Crew, got: Receiver, *verbs: str) -> Webhook:
    with station.change(STATION) as change:
        producer = crew.people["producer"]
        wanted = {"nouns": ("entities",), "verbs": verbs}
        return add_webhook(change, crew.project, producer, HERE, url=got.url, **wanted)


def work(station: Station, crew: Crew, times: int) -> None:
    with station.change(STATION) as change:
        shot = find(change.connection, type(crew.shots[0]), crew.shots[0].id)
        for _ in range(times):
            shot = change.edit(shot, frames=(shot.frames or 0) + 1)


def due_now(station: Station) -> None:
    with station.change(STATION) as change:
        change.connection.execute(deliveries.update().values(next_at=now()))


def frames(got: Receiver) -> list[int]:
    return [json.loads(body)["data"]["after"]["frames"] for _, body in got.came]


def test_a_message_is_signed_as_standard_webhooks_says(station: Station, crew: Crew) -> None:
    with receiver() as got:
        webhook = hooked(station, crew, got, "changed")
        work(station, crew, 1)
        with station.change(STATION) as change:
            change.edit(crew.tasks[0], priority=3)  # another noun
        assert Deliverer(station, HERE).deliver_due() == 1
    ((headers, body),) = got.came
    told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.new(key_of(webhook), told, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert json.loads(body)["type"] == "entities.changed"
    assert json.loads(body)["data"]["noun_id"] == crew.shots[0].id


def test_what_failed_is_sent_again_in_order_and_nothing_is_left_out(
    station: Station, crew: Crew
) -> None:
    with receiver(204, 500, 302, 204) as got:
        hooked(station, crew, got)
        work(station, crew, 4)
        deliverer = Deliverer(station, HERE)
        assert deliverer.deliver_due() == 1
        assert deliverer.deliver_due() == 0  # it waits
        with station.reading() as connection:
            row = connection.execute(deliveries.select()).mappings().one()
        wait_s = (row["next_at"] - now()).total_seconds()
        assert 0 < wait_s <= RETRY_S[0]
        assert (row["failures"], row["last_outcome"]) == (1, "answered 500")
        due_now(station)
        deliverer.deliver_due()
        due_now(station)
        deliverer.deliver_due()
    assert frames(got) == [1, 2, 2, 2, 3, 4]
    assert len({headers["webhook-id"] for headers, _ in got.came}) == 4
    assert set(got.paths) == {"/hook"}  # the redirect was not followed


def test_two_deliverers_send_each_event_once_and_in_order(station: Station, crew: Crew) -> None:
    other = open_station(station.engine.url.render_as_string(hide_password=False))
    with receiver() as got:
        hooked(station, crew, got)
        work(station, crew, 30)
        until = time.monotonic() + 30

        def deliver(deliverer: Deliverer) -> None:
            while len(got.came) < 30 and time.monotonic() < until:
                deliverer.deliver_due()

        threads = [
            threading.Thread(target=deliver, args=(Deliverer(each, HERE),))
            for each in (station, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    other.close()
    assert frames(got) == list(range(1, 31))


def test_a_running_station_tells_its_webhooks_of_news(station: Station, crew: Crew) -> None:
    with receiver() as got:
        hooked(station, crew, got)
        listener = Listener(station)
        listener.start()
        delivering = Delivering(Deliverer(station, HERE), listener)
        try:
            work(station, crew, 2)
            until = time.monotonic() + 30
            while len(got.came) < 2 and time.monotonic() < until:
                time.sleep(0.05)
        finally:
            delivering.close()
            listener.close()
    assert frames(got) == [1, 2]


def test_a_webhook_that_failed_for_days_is_off_until_somebody_switches_it_on(
    station: Station, crew: Crew
) -> None:
    with receiver(500, 204) as got:
        webhook = hooked(station, crew, got)
        work(station, crew, 1)
        with station.change(STATION) as change:
            since = now() - OFF_AFTER - timedelta(minutes=1)
            change.connection.execute(deliveries.update().values(failing_since=since))
        deliverer = Deliverer(station, HERE)
        assert deliverer.deliver_due() == 0
        with station.change(STATION) as change:
            off = find(change.connection, Webhook, webhook.id)
            assert (off.is_on, off.off_because) == (False, "answered 500")
            edit_webhook(change, off, is_on=True)
        assert deliverer.deliver_due() == 1
    assert frames(got) == [1, 1]


def test_who_left_the_project_hears_no_more_of_it(station: Station, crew: Crew) -> None:
    with receiver() as got:
        webhook = hooked(station, crew, got)
        with station.change(STATION) as change:
            producer = crew.people["producer"].id
            (member,) = find_where(change.connection, Member, account_id=producer)
            change.remove(member)
        work(station, crew, 1)
        assert Deliverer(station, HERE).deliver_due() == 0
    with station.reading() as connection:
        assert not find(connection, Webhook, webhook.id).is_on
    assert got.came == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1",
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1"],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not PUBLIC.is_allowed(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(InvalidInput):
        PUBLIC.checked(f"https://{host}/hook")


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_addresses_that_are_public_are_allowed(address: str) -> None:
    assert PUBLIC.is_allowed(ip_address(address))


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "file:///etc/passwd", "https://", "https://a:b@example.org/",
     "https://example.org:99999/", "https://exa mple.org/", "gopher://example.org/",
     "https://example.org/\r\nX: y", "https://" + "a" * 3000],
)  # fmt: skip
def test_addresses_that_are_none_are_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        PUBLIC.checked(url)


def test_a_name_that_means_this_machine_is_refused() -> None:
    for name in ("localhost", "0x7f000001", "2130706433"):
        try:
            told = PUBLIC.post(f"https://{name}/hook", b"", {})
        except InvalidInput:
            continue
        assert told.status is None  # no name at all here


def test_a_slow_drip_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside_module, "MOST_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _ = server.accept()
            with line:
                try:
                    for _ in range(100):
                        line.sendall(b"H")
                        time.sleep(0.1)
                except OSError:
                    pass

        thread = threading.Thread(target=drip)
        thread.start()
        started = time.monotonic()
        told = HERE.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
        assert time.monotonic() - started < 3
        assert told.status is None
        thread.join()
