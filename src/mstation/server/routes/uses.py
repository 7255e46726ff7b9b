"""What of others is in a film, and what of that is not cleared where it is to be shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field, TypeAdapter
from sqlalchemy import Connection

from mstation.errors import InvalidInput
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.moments import Instant
from mstation.server.ranges import disposition
from mstation.server.routes.licences import Format, ListKind
from mstation.station.access import access_to, found
from mstation.station.change import Change
from mstation.station.exchange.clearing import UseFinding, check_uses
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.uses import Use, add_use, uses_of
from mstation.station.intervals import Interval
from mstation.station.organisations import Project
from mstation.station.production.sheet_files import Cell, write_csv
from mstation.station.wording import MOST_SIGNS

router = APIRouter(prefix="/api", tags=["exchange"])

Id = Annotated[str, Field(max_length=20)]


class NewUse(BaseModel):
    """What a use is made of; without a shot: the film as a whole has it."""

    asset_version_id: Id
    entity_id: Id | None = None
    licence_id: Id | None = None
    comment: Annotated[str, Field(max_length=MOST_SIGNS)] = ""


@dataclass(frozen=True, slots=True)
class ListedUse:
    """A version of an asset in a film."""

    use_id: str | None  # null: found by its content
    entity_id: str | None
    asset_id: str
    asset_version_id: str
    title: str
    title_zh: str
    file: str
    licence_id: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a film is to be shown."""

    medium: Medium
    territories: tuple[str, ...]
    window: Interval

    def findings(self, connection: Connection, project: Project) -> tuple[UseFinding, ...]:
        """Return what is not cleared there."""
        return check_uses(
            connection, project, medium=self.medium, territories=self.territories,
            window=self.window,
        )  # fmt: skip


def run_of(
    medium: Annotated[Medium | None, Query(description="where it is to be shown")] = None,
    territory: Annotated[
        list[Annotated[str, Query(max_length=3)]] | None,
        Query(max_length=300, description="countries of ISO 3166-1 or regions of UN M49"),
    ] = None,
    starts_at: Annotated[Instant | None, Query(description="of the run")] = None,
    ends_at: Annotated[Instant | None, Query(description="none: for ever")] = None,
) -> Shown | None:
    """Return where a film is to be shown; none where nothing is said of it.

    Raises:
        InvalidInput: when only a part is said.
    """
    if medium is None and not territory and starts_at is None and ends_at is None:
        return None
    if medium is None or not territory or starts_at is None:
        raise InvalidInput(
            "to see what is cleared, say medium, territory and starts_at",
            zh="检查授权须同时给出 medium、territory 和 starts_at",
        )
    times = [each for each in (starts_at, ends_at) if each is not None]
    if any(each.tzinfo is None for each in times) or times != sorted(set(times)):
        raise InvalidInput(
            "a run starts before it ends, in moments with a time zone: 2027-01-01T00:00:00Z",
            zh="放映期须先开始后结束，并注明时区，如 2027-01-01T00:00:00Z",
        )
    return Shown(medium, tuple(territory), Interval(starts_at, ends_at))


RunHere = Annotated[Shown | None, Depends(run_of)]
_FINDINGS: dict[int | str, dict[str, Any]] = {
    200: {"model": list[UseFinding], "content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get("/projects/{project_id}/uses")
def list_uses(project_id: str, station: StationHere, actor: ActorHere) -> list[ListedUse]:
    """List what of others is in a film: said, or found by its content."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        access.require("uses.read")
        return [
            ListedUse(
                each.use_id, each.entity_id, each.asset.id, each.version.id, each.asset.title,
                each.asset.title_zh, each.version.name, each.licence_id,
            )
            for each in uses_of(connection, access.project)
        ]  # fmt: skip


@router.post("/projects/{project_id}/uses", status_code=201, response_model=Use)
def make_use(project_id: str, body: NewUse, making: MakingHere) -> Response:
    """Say that a film has a version of an asset in it."""

    def make(change: Change) -> Use:
        access = access_to(change.connection, making.actor, project_id)
        access.require("uses.add")
        return add_use(change, access.project, **body.model_dump())

    return making.once(make)


@router.get("/uses/{use_id}", response_model=Use)
def read_use(use_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a use."""
    with station.reading() as connection:
        use, _ = found(connection, actor, Use, use_id, "uses.read")
    return told(use)


@router.delete("/uses/{use_id}", status_code=204)
def remove_use(use_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision) -> None:
    """Take back that a film has something in it; what is found by content stays found."""
    with station.change(actor) as change:
        use, _ = found(change.connection, actor, Use, use_id, "uses.remove")
        require_revision(use, seen)
        change.remove(use)


@router.get(
    "/projects/{project_id}/uses/findings", response_class=Response, responses=_FINDINGS
)  # fmt: skip
def list_findings(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    run: RunHere,
    format_: Format = ListKind.JSON,
) -> Response:
    """List what in a film is not cleared where it is to be shown; an empty list: all is."""
    if run is None:
        raise InvalidInput(
            "say where it is to be shown: medium, territory and starts_at",
            zh="请给出放映媒介、地域与开始时间：medium、territory、starts_at",
        )
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        access.require("uses.read")
        told_ = run.findings(connection, access.project)
    return findings_as(told_, format_)


def findings_as(findings: tuple[UseFinding, ...], kind: ListKind) -> Response:
    """Return findings as a list of programs, or of people."""
    if kind is ListKind.JSON:
        body = TypeAdapter(tuple[UseFinding, ...]).dump_json(findings)
        return Response(body, media_type="application/json")
    headers = {"Content-Disposition": disposition("uses.csv", is_shown=False)}
    csv = write_csv(_rows(findings))
    return Response(csv, headers=headers, media_type="text/csv; charset=utf-8")


def _rows(findings: Iterable[UseFinding]) -> Iterator[Sequence[Cell]]:
    """Return findings as rows of a table under headings that never change."""
    yield ("Weight", "Shot", "File", "Licence", "Territories", "Finding", "说明")
    for each in findings:
        yield (
            each.weight, each.label, each.file, each.licence or "", " ".join(each.territories),
            each.en, each.zh,
        )  # fmt: skip
