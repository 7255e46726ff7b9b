"""Webhooks: addresses that are told of a project's events, and how far each has been told."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table

from mstation.errors import InvalidInput
from mstation.station.accounts import Account
from mstation.station.change import Change
from mstation.station.events import last_number
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.outside import Outside
from mstation.station.schema import BigId, Id, Moment, keep, metadata, own_columns, project_columns

VERBS = ("added", "changed", "removed")
_KEY_BYTES = 32  # Source: Standard Webhooks 1.0: 24 to 64
_PREFIX = "whsec_"
_MOST_SIGNS = 2000


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of events: of those that who made it may read."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    account_id: str
    url: str
    nouns: tuple[str, ...] = ()  # the tables' names; empty: all
    verbs: tuple[str, ...] = ()  # empty: all
    is_on: bool = True
    off_because: str | None = None
    secret: str = field(default="", metadata={"secret": True}, repr=False)


webhooks = keep(
    Webhook,
    Table(
        "webhooks",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
        Column("url", String(_MOST_SIGNS), nullable=False),
        Column("nouns", JSON, nullable=False),
        Column("verbs", JSON, nullable=False),
        Column("is_on", Boolean, nullable=False),
        Column("off_because", String(200)),
        Column("secret", String(100), nullable=False),
    ),
)

# How far each webhook has been told: no noun, or its changes would be events to tell of again.
deliveries = Table(
    "deliveries",
    metadata,
    Column("webhook_id", Id, ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True),
    Column("number", BigId, nullable=False),  # of the last event that it was told of
    Column("failures", Integer, nullable=False),  # one after another
    Column("failing_since", Moment),
    Column("next_at", Moment, nullable=False, index=True),
    Column("leased_by", Id),
    Column("leased_until", Moment),
    Column("last_outcome", String(200)),
)


def add_webhook(
    change: Change,
    project: Project,
    account: Account,
    outside: Outside,
    *,
    url: str,
    nouns: Iterable[str] = (),
    verbs: Iterable[str] = (),
) -> Webhook:
    """Make a webhook; it is told of what happens from now on.

    Raises:
        InvalidInput: when the address may not be asked, or there are no such nouns or verbs.
    """
    outside.checked(url)
    own = (project.organisation_id, project.id, account.id)
    wanted = wanted_of(metadata.tables, "nouns", nouns), wanted_of(VERBS, "verbs", verbs)
    secret = _PREFIX + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
    webhook = change.add(Webhook(new_id(), 1, *own, url, *wanted, secret=secret))
    change.connection.execute(
        deliveries.insert().values(
            webhook_id=webhook.id,
            number=last_number(change.connection),
            failures=0,
            next_at=change.at,
        )
    )
    return webhook


def edit_webhook(change: Change, webhook: Webhook, **changes: object) -> Webhook:
    """Change a webhook; switched on again it goes on from where it failed, at once.

    Raises:
        Stale: when somebody else changed it since it was read.
    """
    if changes.get("is_on"):
        changes["off_because"] = None
        change.connection.execute(
            deliveries.update()
            .where(deliveries.c.webhook_id == webhook.id)
            .values(failures=0, failing_since=None, next_at=change.at)
        )
    return change.edit(webhook, **changes)


def wanted_of(known: Iterable[str], what: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return names, each once.

    Raises:
        InvalidInput: when one is not known.
    """
    told = tuple(dict.fromkeys(names))
    if unknown := sorted(set(told).difference(known)):
        listed = ", ".join(unknown)[:80]
        raise InvalidInput(f"no such {what}: {listed}", zh=f"{what} 中没有：{listed}")
    return told


def key_of(webhook: Webhook) -> bytes:
    """Return the key that a webhook's messages are signed with."""
    return base64.b64decode(webhook.secret.removeprefix(_PREFIX))
