"""Sheets of shots, assets and tasks: out as CSV or XLSX, and in."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel

from mstation.errors import InvalidInput
from mstation.server.asking import ActorHere, Making, StationHere, making_of
from mstation.server.pages import After, Most, Page, page_of
from mstation.server.problems import language_of
from mstation.station.access import access_to
from mstation.station.change import Change
from mstation.station.production.columns import Sheet, Tongue
from mstation.station.production.sheet_files import MOST_BYTES, write_csv, write_xlsx
from mstation.station.production.sheet_plan import PlannedRow
from mstation.station.production.sheets_in import Import, imports, look_at_sheet, take_in_sheet
from mstation.station.production.sheets_out import sheet_rows

router = APIRouter(prefix="/api", tags=["production"])


class FileKind(StrEnum):
    """What a sheet is written as."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
A_SHEET: dict[str, Any] = {
    "requestBody": {
        "description": "CSV in UTF-8 or GB18030, or XLSX: its first sheet",
        "required": True,
        "content": {
            media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for media_type in MEDIA_TYPES.values()
        },
    }
}


class SheetPlan(BaseModel):
    """What a sheet would do: counts of all rows, the first thousand of them, and every fault."""

    added: int
    changed: int
    unchanged: int
    rows: list[PlannedRow]
    faults: list[str]


async def file_of(request: Request) -> bytes:
    """Return the file that a request carries.

    Raises:
        InvalidInput: when it is larger than any sheet.
    """
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise InvalidInput(
                f"the file is larger than {MOST_BYTES >> 20} MiB; send it in parts",
                zh=f"文件超过 {MOST_BYTES >> 20} MiB，请分批提交",
            )
        parts.append(part)
    return b"".join(parts)


FileHere = Annotated[bytes, Depends(file_of)]


async def making_of_file(
    request: Request,
    station: StationHere,
    actor: ActorHere,
    body: FileHere,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)
    ] = None,
) -> Making:
    """Return the making of something of a file, as it was asked for."""
    return await making_of(request, station, actor, body, key)


@router.get("/projects/{project_id}/sheets/{sheet}", response_class=Response)
def read_sheet(
    project_id: str,
    sheet: Sheet,
    request: Request,
    station: StationHere,
    actor: ActorHere,
    format_: Annotated[FileKind, Query(alias="format")] = FileKind.CSV,
    language: Annotated[Tongue | None, Query(description="of the headings")] = None,
) -> Response:
    """Read all shots, assets or tasks as a file for spreadsheets."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        rows = sheet_rows(connection, access, sheet, language or language_of(request))
        body = write_csv(rows) if format_ is FileKind.CSV else write_xlsx(rows, sheet)
    headers = {"Content-Disposition": f'attachment; filename="{sheet}.{format_}"'}
    return Response(body, headers=headers, media_type=MEDIA_TYPES[format_])


@router.post("/projects/{project_id}/sheets/{sheet}/plan", openapi_extra=A_SHEET)
def plan_import(
    project_id: str,
    sheet: Sheet,
    request: Request,
    station: StationHere,
    actor: ActorHere,
    data: FileHere,
) -> SheetPlan:
    """Tell what a file would add and change, and all its faults; nothing is changed."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        access.require("imports.add")
        plan = look_at_sheet(connection, access.project, sheet, data).plan
    at = 1 if language_of(request) == "zh" else 0
    return SheetPlan(
        added=len(plan.added),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        rows=plan.shown,
        faults=[told[at] for told in plan.faults.listed()],
    )


@router.post(
    "/projects/{project_id}/sheets/{sheet}/imports",
    status_code=201,
    response_model=Import,
    openapi_extra=A_SHEET,
)
def make_import(
    project_id: str,
    sheet: Sheet,
    making: Annotated[Making, Depends(making_of_file)],
    data: FileHere,
) -> Response:
    """Add and change what a file says: all of it, or nothing and every fault by its row."""

    def make(change: Change) -> Import:
        access = access_to(change.connection, making.actor, project_id)
        access.require("imports.add")
        return take_in_sheet(change, access.project, sheet, data)

    return making.once(make)


@router.get("/projects/{project_id}/imports")
def list_imports(
    project_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Import]:
    """List which files were taken in, in pages."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = imports.select().where(
            imports.c.project_id == project_id, access.visible("imports")
        )
        return Page(**page_of(connection, Import, imports, query, after, most))
