"""Webhooks of a project: lists, one, new ones, changes, the secret, how delivery goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    answer,
    require_revision,
)
from mstation.station.access import access_to
from mstation.station.accounts import account_of
from mstation.station.change import Actor, Change, find, find_where
from mstation.station.outside import Outside
from mstation.station.schema import metadata
from mstation.station.webhooks import (
    VERBS,
    Webhook,
    add_webhook,
    deliveries,
    edit_webhook,
    wanted_of,
)

router = APIRouter(prefix="/api", tags=["webhooks"])

Url = Annotated[str, Field(min_length=1, max_length=2000)]
Names = Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(max_length=40)]


class NewWebhook(BaseModel):
    """What a webhook is made of; without nouns or verbs it is told of all."""

    url: Url
    nouns: Names = ()
    verbs: Names = ()


class WebhookChanges(BaseModel):
    """What of a webhook may be changed; what is left out stays."""

    url: Url = ""
    nouns: Names = ()
    verbs: Names = ()
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class ShownWebhook:
    """A webhook as it may be shown."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    account_id: str
    url: str
    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    is_on: bool
    off_because: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a webhook has been told, and why not further."""

    number: int  # of the last event that it was told of
    failures: int
    failing_since: datetime | None
    next_at: datetime
    last_outcome: str | None


@router.get("/projects/{project_id}/webhooks")
def list_webhooks(project_id: str, station: StationHere, actor: ActorHere) -> list[ShownWebhook]:
    """List a project's webhooks."""
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("webhooks.read")
        found = find_where(connection, Webhook, project_id=project_id)
    return [_shown(webhook) for webhook in found]


@router.post("/projects/{project_id}/webhooks", status_code=201, response_model=ShownWebhook)
def make_webhook(
    project_id: str, body: NewWebhook, making: MakingHere, request: Request
) -> Response:
    """Make a webhook: it is told of what its maker may read."""
    outside: Outside = request.app.state.outside

    def make(change: Change) -> Webhook:
        access = access_to(change.connection, making.actor, project_id)
        access.require("webhooks.add")
        account = account_of(change.connection, making.actor)
        return add_webhook(change, access.project, account, outside, **body.model_dump())

    return making.once(make)


@router.get("/webhooks/{webhook_id}")
def read_webhook(
    webhook_id: str, response: Response, station: StationHere, actor: ActorHere
) -> ShownWebhook:
    """Read a webhook."""
    with station.reading() as connection:
        webhook = _found(connection, actor, webhook_id, "webhooks.read")
    answer(webhook, response)
    return _shown(webhook)


@router.get("/webhooks/{webhook_id}/secret")
def read_secret(webhook_id: str, station: StationHere, actor: ActorHere) -> dict[str, str]:
    """Read the secret that messages are signed with, for those who may change the webhook."""
    with station.reading() as connection:
        return {"secret": _found(connection, actor, webhook_id, "webhooks.change").secret}


@router.get("/webhooks/{webhook_id}/delivery")
def read_delivery(webhook_id: str, station: StationHere, actor: ActorHere) -> Delivery:
    """Read how far a webhook has been told."""
    names = Delivery.__dataclass_fields__
    query = select(*(deliveries.c[name] for name in names))
    with station.reading() as connection:
        webhook = _found(connection, actor, webhook_id, "webhooks.read")
        query = query.where(deliveries.c.webhook_id == webhook.id)
        return Delivery(**connection.execute(query).mappings().one())


@router.patch("/webhooks/{webhook_id}")
def change_webhook(
    webhook_id: str,
    body: WebhookChanges,
    request: Request,
    response: Response,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> ShownWebhook:
    """Change a webhook; switched on again it is told what it missed."""
    outside: Outside = request.app.state.outside
    changes = body.model_dump(exclude_unset=True)
    if "url" in changes:
        outside.checked(changes["url"])
    for what, known in (("nouns", metadata.tables), ("verbs", VERBS)):
        if what in changes:
            changes[what] = wanted_of(known, what, changes[what])
    with station.change(actor) as change:
        webhook = _found(change.connection, actor, webhook_id, "webhooks.change")
        require_revision(webhook, seen)
        webhook = edit_webhook(change, webhook, **changes)
    answer(webhook, response)
    return _shown(webhook)


@router.delete("/webhooks/{webhook_id}", status_code=204)
def remove_webhook(
    webhook_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Remove a webhook."""
    with station.change(actor) as change:
        webhook = _found(change.connection, actor, webhook_id, "webhooks.remove")
        require_revision(webhook, seen)
        change.remove(webhook)


def _found(connection: Connection, actor: Actor, webhook_id: str, action: str) -> Webhook:
    webhook = find(connection, Webhook, webhook_id)
    access_to(connection, actor, webhook.project_id).require(action)
    return webhook


def _shown(webhook: Webhook) -> ShownWebhook:
    return ShownWebhook(**{name: getattr(webhook, name) for name in ShownWebhook.__slots__})
