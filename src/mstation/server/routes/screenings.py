"""Screenings: movies of rendered cuts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from mstation.errors import NotFound
from mstation.server.asking import ActorHere, StationHere, answer
from mstation.server.pages import After, Most, Page, page_of
from mstation.server.ranges import answer_blob
from mstation.station.access import access_to, found
from mstation.station.blobs import Blob
from mstation.station.production.screenings import Screening, last_screening, screenings
from mstation.station.station import Station

router = APIRouter(prefix="/api", tags=["cut"])

_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The movie", "content": {"video/mp4": {}}},
    206: {"description": "The range", "content": {"video/mp4": {}}},
    304: {"description": "Nothing new"},
}


def screening_here(screening_id: str, station: StationHere, actor: ActorHere) -> Screening:
    """Return a screening that the asker may see."""
    with station.reading() as connection:
        screening, _ = found(connection, actor, Screening, screening_id, "screenings.read")
    return screening


def newest_here(project_id: str, station: StationHere, actor: ActorHere) -> Screening:
    """Return a project's newest screening.

    Raises:
        NotFound: when nothing was rendered yet.
    """
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("screenings.read")
        screening = last_screening(connection, project_id)
    if screening is None:
        raise NotFound(
            "no cut of this project was rendered yet; look at its jobs",
            zh="本项目的剪辑尚未渲染，请查看任务",
        )
    return screening


ScreeningHere = Annotated[Screening, Depends(screening_here)]
NewestHere = Annotated[Screening, Depends(newest_here)]


@router.get(
    "/projects/{project_id}/screenings", response_model_exclude={"rows": {"__all__": {"clips"}}}
)
def list_screenings(
    project_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 50
) -> Page[Screening]:
    """List a project's screenings, the oldest first, in pages, without their clips."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = screenings.select().where(
            screenings.c.project_id == project_id, access.visible("screenings")
        )
        return Page(**page_of(connection, Screening, screenings, query, after, most))


@router.get("/screenings/{screening_id}")
def read_screening(screening: ScreeningHere, response: Response) -> Screening:
    """Read what was shown of each clip, and when."""
    answer(screening, response)
    return screening


@router.get("/screenings/{screening_id}/content", response_class=Response, responses=_BYTES)
def read_screened(screening: ScreeningHere, request: Request, station: StationHere) -> Response:
    """Read a screening's movie, or a range of it."""
    return _movie(screening, request, station)


@router.head("/screenings/{screening_id}/content", response_class=Response, include_in_schema=False)
def tell_screened(screening: ScreeningHere, request: Request, station: StationHere) -> Response:
    """Say how long a screening's movie is."""
    return _movie(screening, request, station)


@router.get("/projects/{project_id}/cut/movie", response_class=Response, responses=_BYTES)
def read_newest(screening: NewestHere, request: Request, station: StationHere) -> Response:
    """Read the newest screening's movie, or a range of it."""
    return _movie(screening, request, station)


@router.head("/projects/{project_id}/cut/movie", response_class=Response, include_in_schema=False)
def tell_newest(screening: NewestHere, request: Request, station: StationHere) -> Response:
    """Say how long the newest screening's movie is."""
    return _movie(screening, request, station)


def _movie(screening: Screening, request: Request, station: Station) -> Response:
    return answer_blob(
        request,
        station.blobs,
        Blob(screening.digest, screening.size),
        media_type="video/mp4",
        name=f"cut {screening.id}.mp4",
    )
