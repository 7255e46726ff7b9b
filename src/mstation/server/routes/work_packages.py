"""Packages of work: drafted of a film's shots, published; who is invited, and what was asked."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from mstation.errors import InvalidInput
from mstation.media.specification import Specification
from mstation.server.asking import (
    ActorHere,
    Making,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.moments import Instant
from mstation.server.pages import AS_CSV, After, Most, Page, page_of
from mstation.server.routes.sheets import FileHere, making_of_file
from mstation.station.access import Access, access_to, found
from mstation.station.change import Change, find, find_where
from mstation.station.parties import Party
from mstation.station.production.sheet_files import write_csv
from mstation.station.production.workflow import TaskType
from mstation.station.wording import MOST_SIGNS
from mstation.station.work_orders import packages, splitting, tenders
from mstation.station.work_orders.package_sheets import package_rows, take_in_packages
from mstation.station.work_orders.packages import (
    MOST_ITEMS,
    MOST_ROUNDS,
    MOST_TERMS,
    PackageItem,
    Security,
    WorkPackage,
    work_packages,
)
from mstation.station.work_orders.tenders import PackageGrant, PackageQuestion

router = APIRouter(prefix="/api", tags=["work orders"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=MOST_SIGNS)]
Reference = Annotated[str, Field(min_length=1, max_length=20)]
Frames = Annotated[int, Field(ge=0, le=100_000_000)]
CSV = "text/csv; charset=utf-8"
_A_CSV: dict[str, Any] = {
    "requestBody": {
        "description": "CSV in UTF-8 or GB18030",
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ItemTold(BaseModel):
    """One thing of a package."""

    label: Name
    entity_id: Reference | None = None
    frames: Annotated[int, Field(ge=1, le=100_000_000)] | None = None
    quantity: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    unit: Name = "shot"


class SpecificationTold(BaseModel):
    """What is asked of delivered media; what is left out is not looked at."""

    rate: Annotated[str, Field(max_length=20)] = ""
    width: Annotated[int, Field(ge=1, le=100_000)] | None = None
    height: Annotated[int, Field(ge=1, le=100_000)] | None = None
    codec: Annotated[str, Field(max_length=40)] = ""
    pixel_format: Annotated[str, Field(max_length=40)] = ""
    primaries: Annotated[str, Field(max_length=40)] = ""
    transfer: Annotated[str, Field(max_length=40)] = ""
    matrix: Annotated[str, Field(max_length=40)] = ""
    colour_range: Annotated[str, Field(max_length=40)] = ""
    handles_frames: Frames = 0
    black_head_frames: Frames = 0
    black_tail_frames: Frames = 0
    has_sound: bool = False
    loudness_lufs: Annotated[float, Field(ge=-70, le=0)] | None = None
    loudness_tolerance_lu: Annotated[float, Field(ge=0, le=20)] = 0.5
    true_peak_dbtp: Annotated[float, Field(ge=-70, le=20)] | None = None
    naming: Annotated[str, Field(max_length=200)] = ""


class PackageChanges(BaseModel):
    """What of a draft may be changed, and of a published package its deadline; the rest stays."""

    title: Name = ""
    description: Text = ""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = ""
    items: Annotated[list[ItemTold], Field(max_length=MOST_ITEMS)] = []
    type_id: Reference | None = None
    specification: SpecificationTold = SpecificationTold()
    security: Security = Security.PUBLIC
    terms: Annotated[str, Field(max_length=MOST_TERMS)] = ""
    reference_ids: Annotated[list[Reference], Field(max_length=200)] = []
    bids_due_at: Instant | None = None
    due_on: date | None = None
    rounds_most: Annotated[int, Field(ge=0, le=MOST_ROUNDS)] = 3

    def told(self) -> dict[str, Any]:
        """Return what was said, as the package keeps it."""
        said: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        if "items" in said:
            said["items"] = tuple(PackageItem(**each.model_dump()) for each in self.items)
        if "specification" in said:
            said["specification"] = Specification(**self.specification.model_dump())
        if "reference_ids" in said:
            said["reference_ids"] = tuple(self.reference_ids)
        return said


class NewPackage(PackageChanges):
    """What a package is made of."""

    title: Name
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    items: Annotated[list[ItemTold], Field(max_length=MOST_ITEMS)]


class By(StrEnum):
    """How shots are split into packages."""

    SCENE = "scene"
    COUNT = "count"
    FRAMES = "frames"


class Part(BaseModel):
    """Shots that would be a package, with how many frames they have, as far as is known."""

    title: str
    frames: int
    items: list[PackageItem]


class Invited(BaseModel):
    """Which party is invited."""

    party_id: Reference


class Answer(BaseModel):
    """An answer to a question, for all bidders."""

    answer: Annotated[str, Field(min_length=1, max_length=MOST_SIGNS)]


class TakenIn(BaseModel):
    """The drafts that a file made."""

    packages: list[WorkPackage]


@router.get("/projects/{project_id}/work-packages")
def list_packages(
    project_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[WorkPackage]:
    """List a project's packages, in pages."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = work_packages.select().where(
            work_packages.c.project_id == project_id, access.visible("work_packages")
        )
        return Page(**page_of(connection, WorkPackage, work_packages, query, after, most))


@router.post("/projects/{project_id}/work-packages", status_code=201, response_model=WorkPackage)
def make_package(project_id: str, body: NewPackage, making: MakingHere) -> Response:
    """Draft a package."""

    def make(change: Change) -> WorkPackage:
        access = _may_add(change, making, project_id)
        return packages.add_package(change, access.project, **body.told())

    return making.once(make)


@router.get("/projects/{project_id}/work-packages/split")
def split_shots(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    by: By = By.SCENE,
    parts: Annotated[
        int, Query(ge=1, le=1000, description="packages by frames; shots a package by count")
    ] = 1,
    shots: Annotated[
        list[str], Query(max_length=500, description="labels or stretches: 014-001…009; none: all")
    ] = [],  # noqa: B006 - FastAPI copies it
) -> list[Part]:
    """Split a film's shots into packages that could be drafted; nothing is made."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        access.require("work_packages.add")
        chosen = splitting.shots_named(connection, access.project, shots)
        items = splitting.items_of(connection, access.project, chosen)
        match by:
            case By.SCENE:
                named = splitting.by_scene(items, splitting.scenes_of(connection, access.project))
            case By.COUNT:
                named = _numbered(splitting.by_count(items, parts))
            case By.FRAMES:
                named = _numbered(splitting.balanced(items, parts))
    return [
        Part(title=title, frames=sum(item.frames or 0 for item in some), items=some)
        for title, some in named
    ]


@router.get("/projects/{project_id}/work-packages.csv", response_class=Response, responses=AS_CSV)
def read_packages_as_csv(project_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read all packages of a project as CSV, a row an item."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        access.visible("work_packages")
        found_ = find_where(connection, WorkPackage, project_id=project_id)
        types = find_where(connection, TaskType, project_id=project_id)
        body = write_csv(package_rows(found_, {each.id: each.name for each in types}))
    return Response(body, media_type=CSV)


@router.post("/projects/{project_id}/work-packages/import", status_code=201, openapi_extra=_A_CSV)
def import_packages(
    project_id: str, data: FileHere, making: Annotated[Making, Depends(making_of_file)]
) -> TakenIn:
    """Draft the packages of a CSV file: all of them, or none where a row has a fault."""
    if making.key is not None:
        raise InvalidInput(
            "send it without an Idempotency-Key: drafts that are there twice are seen at once",
            zh="导入任务包不支持 Idempotency-Key",
        )
    with making.station.change(making.actor) as change:
        access = _may_add(change, making, project_id)
        return TakenIn(packages=take_in_packages(change, access.project, data))


@router.get("/work-packages/{package_id}", response_model=WorkPackage)
def read_package(package_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a package."""
    with station.reading() as connection:
        package, _ = found(connection, actor, WorkPackage, package_id, "work_packages.read")
    return told(package)


@router.patch("/work-packages/{package_id}", response_model=WorkPackage)
def change_package(
    package_id: str,
    body: PackageChanges,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Change a draft, or move a published package's deadline later."""
    with station.change(actor) as change:
        package, access = _changing(change, actor, package_id)
        require_revision(package, seen)
        package = packages.edit_package(change, access.project, package, **body.told())
    return told(package)


@router.post("/work-packages/{package_id}/publish", response_model=WorkPackage)
def publish_package(package_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Offer a draft to those who may bid."""
    with station.change(actor) as change:
        package = packages.publish(change, _changing(change, actor, package_id)[0])
    return told(package)


@router.post("/work-packages/{package_id}/cancel", response_model=WorkPackage)
def cancel_package(package_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Withdraw a package that is not awarded."""
    with station.change(actor) as change:
        package = packages.cancel_package(change, _changing(change, actor, package_id)[0])
    return told(package)


@router.get("/work-packages/{package_id}/grants")
def list_grants(package_id: str, station: StationHere, actor: ActorHere) -> list[PackageGrant]:
    """List who is invited, and who accepted the terms."""
    with station.reading() as connection:
        package, _ = found(connection, actor, WorkPackage, package_id, "work_packages.read")
        return find_where(connection, PackageGrant, package_id=package.id)


@router.post("/work-packages/{package_id}/grants", status_code=201, response_model=PackageGrant)
def make_grant(package_id: str, body: Invited, making: MakingHere) -> Response:
    """Invite a party to bid."""

    def make(change: Change) -> PackageGrant:
        package, _ = _changing(change, making.actor, package_id)
        return tenders.invite(change, package, find(change.connection, Party, body.party_id))

    return making.once(make)


@router.get("/work-packages/{package_id}/questions")
def list_questions(
    package_id: str, station: StationHere, actor: ActorHere
) -> list[PackageQuestion]:
    """List what was asked about a package, and by whom."""
    with station.reading() as connection:
        package, _ = found(connection, actor, WorkPackage, package_id, "work_packages.read")
        return find_where(connection, PackageQuestion, package_id=package.id)


@router.put("/package-questions/{question_id}/answer", response_model=PackageQuestion)
def answer_question(
    question_id: str, body: Answer, station: StationHere, actor: ActorHere
) -> Response:
    """Answer a question; all bidders read it."""
    with station.change(actor) as change:
        question = find(change.connection, PackageQuestion, question_id)
        _changing(change, actor, question.package_id)
        question = tenders.answer_question(change, question, body.answer)
    return told(question)


def _may_add(change: Change, making: Making, project_id: str) -> Access:
    access = access_to(change.connection, making.actor, project_id)
    access.require("work_packages.add")
    return access


def _changing(change: Change, actor: Any, package_id: str) -> tuple[WorkPackage, Access]:
    return found(change.connection, actor, WorkPackage, package_id, "work_packages.change")


def _numbered(parts: list[list[PackageItem]]) -> list[tuple[str, list[PackageItem]]]:
    return [(str(number), part) for number, part in enumerate(parts, 1)]
