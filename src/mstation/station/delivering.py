"""Events out to webhooks: signed, in order, at least once, by one deliverer at a time.

A deliverer takes a webhook by a lease in the database; when it dies the lease runs out, and another
goes on where the last acknowledged event was. What fails is sent again after longer and longer.

Source: Standard Webhooks 1.0 (headers, signature, times of the attempts).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, func, or_, select

from mstation.errors import Forbidden, InvalidInput, MStationError, NotFound
from mstation.station.access import access_to
from mstation.station.change import STATION, Actor, find
from mstation.station.events import Event, events, last_number
from mstation.station.ids import new_id
from mstation.station.listening import Listener
from mstation.station.outside import Outcome, Outside
from mstation.station.schema import now
from mstation.station.sight import events_seen
from mstation.station.station import Station
from mstation.station.webhooks import Webhook, deliveries, edit_webhook, key_of, webhooks

RETRY_S = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
OFF_AFTER = timedelta(days=5)
_LEASE = timedelta(seconds=60)  # longer than one request may take
_AT_ONCE = 20  # events a lease
_THREADS = 2  # a slow webhook holds up one of them
_LOOK_EVERY_S = 2.0
_GATHER_S = 0.1  # what happens at the same time is looked at together
_GONE = 410  # the other side wants no more
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """A webhook that is ours for a while, and how it fared."""

    id: str
    webhook: Webhook
    number: int
    failures: int
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Tells webhooks of events; several may run, each in its process."""

    station: Station
    outside: Outside

    def deliver_due(self) -> int:
        """Tell every webhook that is due; return how many messages were acknowledged."""
        with self.station.reading() as connection:
            due = _due(connection)
        return sum(self._deliver(webhook_id) for webhook_id in due)

    def _deliver(self, webhook_id: str) -> int:
        lease = self._take(webhook_id)
        if lease is None:
            return 0
        try:
            with self.station.reading() as connection:
                told, last = _to_tell(connection, lease)
        except (NotFound, Forbidden):
            self._switch_off(lease, "who made it may no longer read the project's events")
            return 0
        return self._send_all(lease, told, last)

    def _send_all(self, lease: Lease, told: list[Event], last: int) -> int:
        sent = 0
        for event in told:
            outcome = self._send(lease.webhook, event)
            if outcome.status is None or not 200 <= outcome.status < 300:
                self._failed(lease, outcome)
                return sent
            if not self._keep(lease, number=event.number, **_WELL, **_leased(lease.id)):
                return sent  # the lease ran out: somebody else goes on
            lease = replace(lease, failures=0, failing_since=None)
            sent += 1
        self._keep(lease, number=last, next_at=now(), **_WELL, **_FREE)
        return sent

    def _send(self, webhook: Webhook, event: Event) -> Outcome:
        body = orjson.dumps(
            {
                "type": f"{event.noun}.{event.verb}",
                "timestamp": event.at.isoformat(),
                "data": asdict(event),
            }
        )
        signed = signed_headers(key_of(webhook), f"{webhook.id}-{event.number}", now(), body)
        try:
            return self.outside.post(webhook.url, body, signed)
        except InvalidInput as error:
            return Outcome(None, str(error))

    def _take(self, webhook_id: str) -> Lease | None:
        """Return a lease; None when another deliverer has it, or the webhook is gone."""
        lease_id = new_id()
        free = or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until < now())
        mine = deliveries.c.webhook_id == webhook_id
        is_on = select(webhooks.c.is_on).where(webhooks.c.id == webhook_id).scalar_subquery()
        with self.station.change(STATION) as change:
            taken = change.connection.execute(
                deliveries.update()
                .where(mine, free, deliveries.c.next_at <= now(), is_on)
                .values(**_leased(lease_id))
            )
            if taken.rowcount != 1:
                return None
            row = change.connection.execute(select(deliveries).where(mine)).mappings().one()
            webhook = find(change.connection, Webhook, webhook_id)
        return Lease(lease_id, webhook, row["number"], row["failures"], row["failing_since"])

    def _keep(self, lease: Lease, **values: Any) -> bool:
        """Write how far a webhook is; False when the lease is no longer ours."""
        ours = (deliveries.c.webhook_id == lease.webhook.id) & (deliveries.c.leased_by == lease.id)
        with self.station.change(STATION) as change:
            done = change.connection.execute(deliveries.update().where(ours).values(**values))
        return done.rowcount == 1

    def _failed(self, lease: Lease, outcome: Outcome) -> None:
        at = now()
        since = lease.failing_since or at
        told = (outcome.reason or f"answered {outcome.status}")[:200]
        wait_s = RETRY_S[min(lease.failures, len(RETRY_S) - 1)]
        self._keep(
            lease,
            failures=lease.failures + 1,
            failing_since=since,
            next_at=at + timedelta(seconds=wait_s),
            last_outcome=told,
            **_FREE,
        )
        if outcome.status == _GONE or at - since >= OFF_AFTER:
            self._switch_off(lease, told)

    def _switch_off(self, lease: Lease, reason: str) -> None:
        self._keep(lease, **_FREE)
        with self.station.change(STATION) as change:
            webhook = find(change.connection, Webhook, lease.webhook.id)
            edit_webhook(change, webhook, is_on=False, off_because=reason)


_FREE: Mapping[str, Any] = {"leased_by": None, "leased_until": None}
_WELL: Mapping[str, Any] = {"failures": 0, "failing_since": None, "last_outcome": None}


def _leased(lease_id: str) -> dict[str, Any]:
    return {"leased_by": lease_id, "leased_until": now() + _LEASE}


def _due(connection: Connection) -> list[str]:
    """Return the ids of webhooks that have something to be told, and whose time has come."""
    newest = (
        select(func.max(events.c.number))
        .where(events.c.project_id == webhooks.c.project_id)
        .scalar_subquery()
    )
    query = (
        select(webhooks.c.id)
        .join(deliveries, deliveries.c.webhook_id == webhooks.c.id)
        .where(webhooks.c.is_on, deliveries.c.next_at <= now(), deliveries.c.number < newest)
        .where(or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until < now()))
        .order_by(deliveries.c.next_at)
    )
    return list(connection.execute(query).scalars())


def _to_tell(connection: Connection, lease: Lease) -> tuple[list[Event], int]:
    """Return the next events for a webhook, and the event to go on from after them."""
    webhook = lease.webhook
    actor = Actor("webhook", webhook.id, webhook.account_id)
    access = access_to(connection, actor, webhook.project_id)
    seen = events_seen(connection, access, lease.number, _AT_ONCE)
    wanted = [
        event
        for event in seen
        if (not webhook.nouns or event.noun in webhook.nouns)
        and (not webhook.verbs or event.verb in webhook.verbs)
    ]
    return wanted, seen[-1].number if seen else last_number(connection)


def signed_headers(key: bytes, id_: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a message: which it is, when it was sent, and that we sent it."""
    seconds = int(at.timestamp())
    told = f"{id_}.{seconds}.".encode() + body
    signature = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "M-Station",
        "webhook-id": id_,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{signature}",
    }


class Delivering:
    """Threads that deliver whenever there is news, and when a webhook's time has come."""

    def __init__(self, deliverer: Deliverer, listener: Listener) -> None:
        self._deliverer = deliverer
        self._is_over = False
        self._news = [threading.Event() for _ in range(_THREADS)]
        self._stop = listener.listen(lambda logs: self._wake())
        for news in self._news:
            threading.Thread(target=self._run, args=(news,), daemon=True).start()

    def close(self) -> None:
        """Start no more; what is under way is sent again by the next one."""
        self._is_over = True
        self._stop()
        self._wake()

    def _wake(self) -> None:
        for news in self._news:
            news.set()

    def _run(self, news: threading.Event) -> None:
        while not self._is_over:
            if news.wait(_LOOK_EVERY_S):
                time.sleep(_GATHER_S)
            news.clear()
            try:
                self._deliverer.deliver_due()
            except MStationError as error:
                _log.warning("webhooks wait: %s", error)
