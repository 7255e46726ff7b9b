"""The app: a station in, its HTTP interface out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from mstation.server.asking import SIGNED_IN
from mstation.server.following import Followers
from mstation.server.guarding import Guarded
from mstation.server.problems import RESPONSES, tell_problems
from mstation.server.routes import (
    accounts,
    assets,
    authenticators,
    availability,
    bids,
    bookings,
    books,
    bulk,
    calendar_feeds,
    cases,
    certificates,
    consents,
    contracts,
    credits,
    crew_holds,
    crewing,
    cuts,
    disputes,
    documents,
    downloads,
    entities,
    events,
    facilities,
    fields,
    files,
    guests,
    holdings,
    identifiers,
    invitations,
    jobs,
    licences,
    likeness,
    notes,
    offers,
    openid,
    orders,
    organisations,
    parties,
    payments,
    people,
    person_parts,
    playlists,
    provenance,
    quotes,
    screenings,
    script,
    sessions,
    sheets,
    shooting_days,
    tasks,
    tenders,
    time_logs,
    turnovers,
    uploads,
    uses,
    verification,
    versions,
    webhooks,
    work_deliveries,
    work_packages,
)
from mstation.station.listening import Listener
from mstation.station.outside import PUBLIC, Outside
from mstation.station.settings import Settings
from mstation.station.station import Station

ROUTERS = (
    accounts.router,
    assets.router,
    authenticators.router,
    availability.router,
    bids.router,
    bookings.router,
    books.router,
    bulk.router,
    calendar_feeds.router,
    cases.router,
    certificates.router,
    consents.router,
    contracts.router,
    credits.router,
    crew_holds.router,
    crewing.router,
    cuts.router,
    disputes.router,
    documents.router,
    downloads.router,
    entities.router,
    events.router,
    facilities.router,
    fields.router,
    files.router,
    guests.router,
    holdings.router,
    identifiers.router,
    invitations.router,
    jobs.router,
    licences.router,
    likeness.router,
    notes.router,
    offers.router,
    openid.router,
    orders.router,
    organisations.router,
    parties.router,
    payments.router,
    people.router,
    person_parts.router,
    playlists.router,
    provenance.router,
    quotes.router,
    screenings.router,
    script.router,
    sessions.router,
    sheets.router,
    shooting_days.router,
    tasks.router,
    tenders.router,
    time_logs.router,
    turnovers.router,
    uploads.router,
    uses.router,
    verification.router,
    versions.router,
    webhooks.router,
    work_deliveries.router,
    work_packages.router,
)
_NO_SETTINGS = Settings()
_MOST_BYTES = 32 * 2**20  # of a request; a route that takes more says so
_LEAST_BYTES = 1000  # what is worth compressing
_LEVEL = 1  # the board comes out a seventh larger than by 6, in half the time or less


def make_app(
    station: Station, settings: Settings = _NO_SETTINGS, outside: Outside = PUBLIC
) -> FastAPI:
    """Return the station's HTTP interface; `outside` is where webhooks may go."""
    app = FastAPI(
        title="M-Station",
        version=metadata.version("mstation"),
        description="A film's production, shared. 影片制作协同平台。",
        responses=RESPONSES,
        dependencies=SIGNED_IN,
        generate_unique_id_function=_operation,
        docs_url=None,  # its scripts come from elsewhere
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_until_told,
        max_body_size=_MOST_BYTES,
    )
    show(app, station, settings, outside)
    for router in ROUTERS:
        app.include_router(router)
    tell_problems(app)
    app.add_middleware(GZipMiddleware, minimum_size=_LEAST_BYTES, compresslevel=_LEVEL)
    app.add_middleware(uploads.Resumable)
    app.add_middleware(Guarded)
    return app


def show(
    app: FastAPI, station: Station, settings: Settings = _NO_SETTINGS, outside: Outside = PUBLIC
) -> None:
    """Let an app show a station."""
    app.state.station = station
    app.state.settings = settings
    app.state.outside = outside
    app.state.listener = Listener(station)
    app.state.followers = Followers(app.state.listener)


@asynccontextmanager
async def _until_told(app: FastAPI) -> AsyncIterator[None]:
    """Run; what was started for followers ends with the server."""
    yield
    app.state.followers.close()
    await run_in_threadpool(app.state.listener.close)


def _operation(route: APIRoute) -> str:
    return route.name
