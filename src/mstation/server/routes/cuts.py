"""Cuts: made of a build's shot list or an editor's document, told, and chosen to play."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from mstation.conform import CutList, read_cut
from mstation.errors import InvalidInput
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    answer,
    require_revision,
    told,
)
from mstation.server.pages import After, Most, Page, page_of
from mstation.station import blobs
from mstation.station.access import access_to, found
from mstation.station.change import Actor, Change
from mstation.station.files import File
from mstation.station.organisations import Project
from mstation.station.production.conforming import EditPlan, plan_edit, take_in
from mstation.station.production.cuts import (
    Cut,
    add_script_cut,
    choose_cut,
    cuts,
    rate_of,
    sound_of,
)
from mstation.station.production.rendering import screen_again
from mstation.station.production.script import read_shots
from mstation.station.station import Station

router = APIRouter(prefix="/api", tags=["cut"])

_UNSAID = {"clips"}  # thousands in a long film: told where one cut is read
_MOST_BYTES = 32 * 2**20  # of a document

Reference = Annotated[str, Field(max_length=20)]


class Edit(BaseModel):
    """An editor's document: OpenTimelineIO, CMX3600 EDL or FCPXML."""

    file_id: Annotated[Reference | None, Field(description="a file of the project")] = None
    text: Annotated[str | None, Field(description="or the document itself")] = None
    name: Annotated[str, Field(max_length=200, description="what `text` is called")] = ""
    rate: Annotated[
        str | None, Field(max_length=20, description="of an EDL; else the project's")
    ] = None


class NewCut(Edit):
    """What a cut is made of: `shots.json` of a build, or an editor's document with its plan."""

    shots: dict[str, Any] | None = None
    build: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    sound_file_id: Annotated[
        Reference | None, Field(description="what is heard under it from its first frame on")
    ] = None
    plan: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$")] = None


class Chosen(BaseModel):
    """A cut is chosen by letting it play."""

    plays: Literal[True]


@router.post("/projects/{project_id}/cuts/plan")
def plan_cut(project_id: str, body: Edit, station: StationHere, actor: ActorHere) -> EditPlan:
    """Tell what an editor's document does to the playing cut, and whose work it touches."""
    read, _ = _read(station, actor, project_id, body)
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        return plan_edit(connection, access.project, read)


@router.post(
    "/projects/{project_id}/cuts",
    status_code=201,
    response_model=Cut,
    response_model_exclude=_UNSAID,
)
def make_cut(project_id: str, body: NewCut, making: MakingHere) -> Response:
    """Make the cut that a build came with, or an editor's by its agreed plan; it plays."""
    if body.shots is None:
        return _make_editor_cut(project_id, body, making)
    shots = read_shots(body.shots)

    def make(change: Change) -> Cut:
        access = access_to(change.connection, making.actor, project_id)
        access.require("cuts.add")
        cut = add_script_cut(
            change, access.project, shots, build=body.build, sound_file_id=body.sound_file_id
        )
        screen_again(change, access.project)
        return cut

    return making.once(make)


def _make_editor_cut(project_id: str, body: NewCut, making: MakingHere) -> Response:
    plan = body.plan
    if plan is None:
        raise InvalidInput(
            "a cut is made of a build's `shots`, or of a document and the digest of its `plan`",
            zh="剪辑由成片的 `shots` 生成，或由文档及其计划摘要 `plan` 生成",
        )
    read, name = _read(making.station, making.actor, project_id, body)

    def make(change: Change) -> Cut:
        access = access_to(change.connection, making.actor, project_id)
        access.require("cuts.add")
        sound = sound_of(change.connection, access.project, body.sound_file_id)
        cut = take_in(
            change, access.project, read, plan, document=name, sound_digest=sound
        )  # fmt: skip
        screen_again(change, access.project)
        return cut

    return making.once(make)


@router.get("/projects/{project_id}/cuts", response_model_exclude={"rows": {"__all__": _UNSAID}})
def list_cuts(
    project_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Cut]:
    """List a project's cuts, the oldest first, in pages, without their clips."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = cuts.select().where(cuts.c.project_id == project_id, access.visible("cuts"))
        return Page(**page_of(connection, Cut, cuts, query, after, most))


@router.get("/cuts/{cut_id}")
def read_one_cut(cut_id: str, response: Response, station: StationHere, actor: ActorHere) -> Cut:
    """Read a cut and its clips."""
    with station.reading() as connection:
        cut, _ = found(connection, actor, Cut, cut_id, "cuts.read")
    answer(cut, response)
    return cut


@router.patch("/cuts/{cut_id}", response_model=Cut, response_model_exclude=_UNSAID)
def change_cut(
    cut_id: str, body: Chosen, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Let a cut play; nothing else of it ever changes."""
    assert body.plays
    with station.change(actor) as change:
        cut, access = found(change.connection, actor, Cut, cut_id, "cuts.choose")
        require_revision(cut, seen)
        cut = choose_cut(change, access.project, cut)
        screen_again(change, access.project)
    return told(cut)


def _read(station: Station, actor: Actor, project_id: str, body: Edit) -> tuple[CutList, str]:
    """Return an editor's cut and what its document is called; no change is open meanwhile."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        access.require("cuts.add")
        rate = rate_of(access.project, body.rate or access.project.rate)
        file = None
        if body.file_id is not None:
            file, of_file = found(connection, actor, File, body.file_id, "files.read")
            _require_same(access.project, of_file.project, file)
    if file is not None:
        if file.size > _MOST_BYTES:
            raise InvalidInput(
                f"{file.name} has more than {_MOST_BYTES >> 20} MiB; give one reel at a time",
                zh=f"{file.name} 超过 {_MOST_BYTES >> 20} MiB；请按本分开提供",
            )
        return read_cut(blobs.read(station.blobs, file.digest), file.name, rate), file.name
    if body.text is None:
        raise InvalidInput(
            "give the editor's document as `file_id`, or as `text` with its `name`",
            zh="请以 `file_id` 或 `text` 与 `name` 提供剪辑文档",
        )
    name = body.name or "text"
    return read_cut(body.text.encode(errors="replace"), name, rate), name


def _require_same(project: Project, other: Project, file: File) -> None:
    if other.id != project.id:
        raise InvalidInput(
            f"`{file.id}` belongs to another project", zh=f"`{file.id}` 属于另一个项目"
        )
