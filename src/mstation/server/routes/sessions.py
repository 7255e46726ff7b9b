"""One's own sessions and password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from mstation.server.asking import COOKIE, ActorHere, BrowserHere, StationHere, own_account
from mstation.station import accounts, signing_in

router = APIRouter(prefix="/api", tags=["accounts"])

Text = Annotated[str, Field(max_length=600)]


class NewPassword(BaseModel):
    """The password as it was and as it is to be."""

    old: Text
    new: Text


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session as its person is shown it."""

    id: str
    started_at: datetime
    ends_at: datetime
    address: str
    agent: str
    is_this: bool


@router.get("/sessions")
def list_sessions(request: Request, station: StationHere, actor: ActorHere) -> list[ShownSession]:
    """List the asker's sessions: where they are signed in, and since when."""
    this = accounts.digest(request.cookies.get(COOKIE, ""))
    with station.reading() as connection:
        found = accounts.sessions_of(connection, own_account(actor))
    return [
        ShownSession(
            each.id, each.started_at, each.ends_at, each.address, each.agent,
            each.key_digest == this,
        )
        for each in found
    ]  # fmt: skip


@router.delete("/sessions", status_code=204)
def end_other_sessions(request: Request, station: StationHere, actor: ActorHere) -> None:
    """End the asker's sessions, but this one."""
    key = request.cookies.get(COOKIE, "")
    with station.change(actor) as change:
        accounts.end_sessions(change, own_account(actor), but_key=key)


@router.delete("/sessions/{session_id}", status_code=204)
def end_session(session_id: str, station: StationHere, actor: ActorHere) -> None:
    """End one of the asker's sessions."""
    with station.change(actor) as change:
        signing_in.end_session(change, own_account(actor), session_id)


@router.post("/me/password", status_code=204)
def change_password(
    body: NewPassword,
    request: Request,
    station: StationHere,
    actor: ActorHere,
    browser: BrowserHere,
) -> None:
    """Change the asker's password; their other sessions end."""
    own_account(actor)
    key = request.cookies.get(COOKIE, "")
    signing_in.change_password(station, actor, old=body.old, new=body.new, key=key, browser=browser)
