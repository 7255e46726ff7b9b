"""What plays in a cut, and the cut as documents and lists for editors and post houses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import TypeAdapter
from sqlalchemy import Connection

from mstation.server.asking import ActorHere, StationHere
from mstation.server.ranges import disposition
from mstation.server.routes.licences import ListKind
from mstation.server.routes.uses import RunHere
from mstation.station.access import Access, access_to, found
from mstation.station.exchange.clearing import UseFinding
from mstation.station.production.cuts import Clip, Cut
from mstation.station.production.playing import PassedOver, Playing, Why
from mstation.station.production.sheet_files import write_csv
from mstation.station.production.shown import playing_of, require_playing
from mstation.station.production.turnover import (
    MOST_HANDLES,
    Document,
    PulledRow,
    Shown,
    media_name,
    pulled,
    rows_of,
    write_document,
)

router = APIRouter(prefix="/api", tags=["cut"])

_MEDIA_TYPES = {
    Document.OTIO: "application/json",
    Document.EDL: "text/plain; charset=utf-8",
    Document.FCPXML: "application/xml",
}
_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document",
        "content": {each.partition(";")[0]: {} for each in _MEDIA_TYPES.values()},
    }
}


_LIST: dict[int | str, dict[str, Any]] = {
    200: {"model": list[PulledRow], "content": {"text/csv": {"schema": {"type": "string"}}}}
}
Handles = Annotated[int, Query(ge=0, le=MOST_HANDLES, description="frames before and after")]
Versions = Annotated[
    Shown, Query(description="`playing`, or `wanted`: a movie a shot, called by its label")
]
Folder = Annotated[
    str, Query(max_length=1000, pattern=r"^[^\x00-\x1f\x7f]*$", description="before file names")
]


@dataclass(frozen=True, slots=True)
class Showing:
    """A cut and what plays in each of its clips; None: nobody asked what is cleared."""

    cut: Cut
    clips: tuple[Playing, ...]
    findings: tuple[UseFinding, ...] | None


@dataclass(frozen=True, slots=True)
class PlayingClip:
    """What plays in a clip of the cut."""

    clip: Clip
    why: Why | None  # null: nothing plays
    version_id: str | None
    number: int | None
    type_id: str | None
    media: str | None  # a file's name, or the pattern of a sequence
    digest: str | None  # of the file, or of the first of the sequence
    media_frames: int | None  # null: not known
    head_frames: int  # of these before the shot's first
    first_frame: int | None  # of the media at the clip's first frame
    passed_over: tuple[PassedOver, ...]


@dataclass(frozen=True, slots=True)
class PlayingCut:
    """The cut that plays; findings: what in the film is not cleared for the run asked about."""

    cut: Cut
    clips: tuple[PlayingClip, ...]
    findings: tuple[UseFinding, ...] | None


def _playing(project_id: str, station: StationHere, actor: ActorHere, run: RunHere) -> Showing:
    """Return the cut that plays in a project."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        access.require("cuts.read")
        return _showing(connection, access, require_playing(connection, project_id), run)


def _one(cut_id: str, station: StationHere, actor: ActorHere, run: RunHere) -> Showing:
    """Return a cut with what plays in it now."""
    with station.reading() as connection:
        cut, access = found(connection, actor, Cut, cut_id, "cuts.read")
        return _showing(connection, access, cut, run)


def _showing(connection: Connection, access: Access, cut: Cut, run: RunHere) -> Showing:
    clips = playing_of(connection, cut)
    if run is None:
        return Showing(cut, clips, None)
    access.require("uses.read")
    return Showing(cut, clips, run.findings(connection, access.project))


PlayingHere = Annotated[Showing, Depends(_playing)]
OneHere = Annotated[Showing, Depends(_one)]


@router.get("/projects/{project_id}/cut", response_model_exclude={"cut": {"clips"}})
def read_playing(showing: PlayingHere) -> PlayingCut:
    """Tell for each clip of the playing cut the version that plays, why, and where in its media."""
    clips = tuple(_told(each) for each in showing.clips)
    return PlayingCut(showing.cut, clips, showing.findings)


def _told(playing: Playing) -> PlayingClip:
    media = playing.media
    return PlayingClip(
        playing.clip,
        playing.why,
        playing.version_id,
        playing.number,
        playing.type_id,
        None if media is None else media_name(media),
        None if media is None else media.files[0].digest,
        None if media is None else media.frames,
        playing.head_frames,
        playing.first_frame,
        playing.passed_over,
    )


@router.get("/projects/{project_id}/cut/pulls", response_class=Response, responses=_LIST)
def list_pulls(
    showing: PlayingHere,
    handles: Handles = 8,
    versions: Versions = Shown.WANTED,
    format_: Annotated[ListKind, Query(alias="format")] = ListKind.JSON,
) -> Response:
    """List what a turnover needs of each source, with handles."""
    return _listed(showing, handles, versions, format_)


@router.get("/cuts/{cut_id}/pulls", response_class=Response, responses=_LIST)
def list_pulls_of_cut(
    showing: OneHere,
    handles: Handles = 8,
    versions: Versions = Shown.WANTED,
    format_: Annotated[ListKind, Query(alias="format")] = ListKind.JSON,
) -> Response:
    """List what a turnover of any cut needs of each source, with handles."""
    return _listed(showing, handles, versions, format_)


@router.get("/projects/{project_id}/cut/{document}", response_class=Response, responses=_DOCUMENT)
def export_playing(
    document: Document,
    showing: PlayingHere,
    handles: Handles = 8,
    versions: Versions = Shown.PLAYING,
    media: Folder = "",
) -> Response:
    """Read the playing cut as a document for editors."""
    return _exported(document, showing, handles, versions, media)


@router.get("/cuts/{cut_id}/{document}", response_class=Response, responses=_DOCUMENT)
def export_cut(
    document: Document,
    showing: OneHere,
    handles: Handles = 8,
    versions: Versions = Shown.PLAYING,
    media: Folder = "",
) -> Response:
    """Read any cut as a document for editors."""
    return _exported(document, showing, handles, versions, media)


def _exported(
    document: Document, showing: Showing, handles: int, versions: Shown, media: str
) -> Response:
    body = write_document(
        document, showing.cut, showing.clips, shown=versions, handles=handles, folder=media,
        findings=showing.findings or (),
    )  # fmt: skip
    name = f"{showing.cut.title} {showing.cut.number}.{document}"
    headers = {"Content-Disposition": disposition(name, is_shown=False)} | _counted(showing)
    return Response(body, headers=headers, media_type=_MEDIA_TYPES[document])


def _listed(showing: Showing, handles: int, versions: Shown, kind: ListKind) -> Response:
    rows = pulled(
        showing.cut, showing.clips, shown=versions, handles=handles,
        findings=showing.findings or (),
    )  # fmt: skip
    headers = _counted(showing)
    if kind is ListKind.CSV:
        headers |= {"Content-Disposition": disposition("pulls.csv", is_shown=False)}
        return Response(
            write_csv(rows_of(rows, tells_findings=showing.findings is not None)),
            headers=headers,
            media_type="text/csv",
        )
    body = TypeAdapter(tuple[PulledRow, ...]).dump_json(rows)
    return Response(body, headers=headers, media_type="application/json")


def _counted(showing: Showing) -> dict[str, str]:
    """Return the header that says how much is not cleared, where that was asked."""
    return {} if showing.findings is None else {"X-Uses-Findings": str(len(showing.findings))}
