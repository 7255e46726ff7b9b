"""People: profiles one keeps oneself, address books, and looking for somebody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from mstation.errors import InvalidInput, Tongue
from mstation.money import MOST_MINOR
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.moments import Instant
from mstation.server.pages import After, Most, Page, page_of
from mstation.server.routes.sheets import MEDIA_TYPES, FileHere, FileKind
from mstation.station.accounts import account_of
from mstation.station.change import Change, find_where
from mstation.station.intervals import Interval
from mstation.station.parties import acting_for
from mstation.station.production.sheet_files import write_csv
from mstation.station.talent.book import BookImport, book_rows, take_in_book
from mstation.station.talent.consents import FieldGroup, Purpose
from mstation.station.talent.credits import Credit
from mstation.station.talent.erasing import Erasure, erase_person
from mstation.station.talent.exporting import export_person
from mstation.station.talent.finding import FoundPerson, Wanted, find_people
from mstation.station.talent.people import (
    Fluency,
    Language,
    NameOrder,
    Person,
    Visible,
    add_person,
    edit_person,
    found_person,
    kept_by,
    no_person,
    people,
)
from mstation.station.talent.rates import RateCard
from mstation.station.talent.showing import (
    FIELDS_OF,
    Disclosure,
    disclose,
    rates_for,
    shown_to,
    viewer_of,
)
from mstation.station.talent.skills import PersonSkill
from mstation.station.wording import MOST_SIGNS

router = APIRouter(prefix="/api", tags=["talent"])

_A_BOOK: dict[str, Any] = {
    "requestBody": {
        "description": "CSV in UTF-8 or GB18030",
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Line = Annotated[str, Field(max_length=200)]
Prose = Annotated[str, Field(max_length=MOST_SIGNS)]
Cursor = Annotated[str, Query(max_length=400, description="the cursor that the page before gave")]


class Spoken(BaseModel):
    """A language and how well it is spoken."""

    code: Annotated[str, Field(pattern="^[a-z]{2,3}$")]
    level: Fluency


class PersonTold(BaseModel):
    """What somebody says of themselves; of a change, what is left out stays."""

    family_name: Line = ""
    given_name: Line = ""
    name_order: NameOrder = NameOrder.GIVEN_FIRST
    name_zh: Line = ""
    aliases: Annotated[list[Line], Field(max_length=20)] = []
    headline: Line = ""
    biography: Prose = ""
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    city: Line = ""
    languages: Annotated[list[Spoken], Field(max_length=30)] = []
    role_codes: Annotated[list[Line], Field(max_length=20)] = []
    showreel_url: Annotated[str, Field(max_length=500)] = ""
    showreel_version_id: Annotated[str, Field(max_length=20)] | None = None
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    needs: Prose = ""
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    visible: Visible = Visible.NOBODY

    def values(self) -> dict[str, Any]:
        """Return what was told, as the core takes it."""
        values = self.model_dump(exclude_unset=True)
        if "languages" in values:
            values["languages"] = [Language(**each) for each in values["languages"]]
        return values


class ShownPerson(BaseModel):
    """Somebody, as far as they let the asker see; `shown` says what of them."""

    id: str
    party_id: str
    shown: list[FieldGroup]
    family_name: str = ""
    given_name: str = ""
    name_order: NameOrder = NameOrder.GIVEN_FIRST
    name_zh: str = ""
    pinyin: str = ""
    aliases: list[str] = []
    headline: str = ""
    biography: str = ""
    country: str = ""
    city: str = ""
    languages: list[Language] = []
    role_codes: list[str] = []
    showreel_url: str = ""
    showreel_version_id: str | None = None
    email: str = ""
    phone: str = ""
    needs: str = ""
    skills: list[PersonSkill] = []
    credits: list[Credit] = []
    rates: list[RateCard] = []


class FoundPeople(BaseModel):
    """Some people in the order of their names, and the cursor of the page after."""

    rows: list[FoundPerson]
    next: str | None


@router.post("/parties/{party_id}/people", status_code=201, response_model=Person)
def make_person(party_id: str, body: PersonTold, making: MakingHere) -> Response:
    """Begin one's own profile, or note somebody in an organisation's address book."""

    def make(change: Change) -> Person:
        party = acting_for(change.connection, making.actor, party_id, "people.add")
        return add_person(change, party, **body.values())

    return making.once(make)


@router.get("/parties/{party_id}/people")
def list_kept_people(
    party_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Person]:
    """List the profiles that a party keeps: its own, or its address book."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "people.read")
        query = people.select().where(
            (people.c.party_id == party_id) | (people.c.keeper_id == party_id),
            people.c.erased_at.is_(None),
        )
        return Page(**page_of(connection, Person, people, query, after, most))


@router.get(
    "/parties/{party_id}/people.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def write_book(
    party_id: str, station: StationHere, actor: ActorHere, language: Tongue = "en"
) -> Response:
    """Take out an organisation's address book as CSV."""
    with station.reading() as connection:
        party = acting_for(connection, actor, party_id, "people.export")
        told_rows = write_csv(book_rows(connection, party, language))
    return Response(told_rows, media_type=MEDIA_TYPES[FileKind.CSV])


@router.post(
    "/parties/{party_id}/people/imports",
    status_code=201,
    response_model=BookImport,
    openapi_extra=_A_BOOK,
)
def read_book(party_id: str, station: StationHere, actor: ActorHere, data: FileHere) -> BookImport:
    """Note the people of a CSV file in an organisation's address book: all of them, or none."""
    with station.change(actor) as change:
        party = acting_for(change.connection, actor, party_id, "people.add")
        return take_in_book(change, party, data)


@router.get("/talent")
def search_people(
    station: StationHere,
    actor: ActorHere,
    words: Annotated[str, Query(max_length=200)] = "",
    role: Annotated[str, Query(max_length=60)] = "",
    skill: Annotated[
        list[str], Query(max_length=10, description="code, or code:level at least")
    ] = [],  # noqa: B006 - FastAPI copies it
    language: Annotated[str, Query(pattern="^([a-z]{2,3})?$")] = "",
    country: Annotated[str, Query(pattern="^([A-Z]{2})?$")] = "",
    city: Annotated[str, Query(max_length=200)] = "",
    day_rate: Annotated[int | None, Query(ge=0, le=MOST_MINOR)] = None,
    currency: Annotated[str, Query(pattern="^([A-Z]{3})?$")] = "",
    free_from: Instant | None = None,
    free_until: Instant | None = None,
    purpose: Purpose = Purpose.DIRECTORY,
    after: Cursor = "",
    most: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FoundPeople:
    """Find people who may be seen by the asker, in the order of their names."""
    if day_rate is not None and not currency:
        raise InvalidInput("a day rate has a currency", zh="日薪上限须注明币种")
    wanted = Wanted(
        words, role, tuple(_level(each) for each in skill), language, country, city, day_rate,
        currency, _interval(free_from, free_until), purpose,
    )  # fmt: skip
    with station.reading() as connection:
        account_of(connection, actor)
        viewer = viewer_of(connection, actor)
        rows, cursor = find_people(
            connection, viewer, wanted, datetime.now(UTC), after=after, most=most
        )
    return FoundPeople(rows=rows, next=cursor)


@router.get("/people/{person_id}")
def look_at_person(
    person_id: str, station: StationHere, actor: ActorHere, purpose: Purpose = Purpose.DIRECTORY
) -> ShownPerson:
    """Look at somebody, as far as they let the asker; it is written down who looked."""
    with station.change(actor) as change:
        account_of(change.connection, actor)
        person = found_person(change.connection, person_id)
        viewer = viewer_of(change.connection, actor)
        groups = shown_to(change.connection, person, viewer, purpose, change.at)
        if not groups:
            raise no_person(person_id)
        disclose(change, person, viewer, purpose, groups)
        shown: dict[str, Any] = {
            name: getattr(person, name) for group in groups for name in FIELDS_OF.get(group, ())
        }
        own = {"person_id": person.id}
        if FieldGroup.PROFILE in groups:
            shown["skills"] = find_where(change.connection, PersonSkill, **own)
        if FieldGroup.CREDITS in groups:
            shown["credits"] = find_where(change.connection, Credit, **own)
        if FieldGroup.RATES in groups:
            shown["rates"] = rates_for(change.connection, person, viewer)
    listed = [group for group in FieldGroup if group in groups]
    return ShownPerson(id=person.id, party_id=person.party_id, shown=listed, **shown)


@router.get("/people/{person_id}/profile", response_model=Person)
def read_person(person_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a profile that the asker keeps, all of it, with its revision."""
    with station.reading() as connection:
        person = kept_by(connection, actor, person_id, "people.read")
    return told(person)


@router.patch("/people/{person_id}/profile", response_model=Person)
def change_person(
    person_id: str, body: PersonTold, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Change what a profile says."""
    with station.change(actor) as change:
        person = kept_by(change.connection, actor, person_id, "people.change")
        require_revision(person, seen)
        person = edit_person(change, person, **body.values())
    return told(person)


@router.get("/people/{person_id}/disclosures")
def list_disclosures(person_id: str, station: StationHere, actor: ActorHere) -> list[Disclosure]:
    """List who saw what of a profile that the asker keeps, and when."""
    with station.reading() as connection:
        kept_by(connection, actor, person_id, "people.read")
        return find_where(connection, Disclosure, person_id=person_id)


@router.get(
    "/people/{person_id}/export",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}},
)
def export_all(person_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Take out all that is held of somebody, as a ZIP of JSON and CSV."""
    with station.reading() as connection:
        person = kept_by(connection, actor, person_id, "people.export")
    headers = {"Content-Disposition": f'attachment; filename="{person.id}.zip"'}
    return Response(export_person(station, person), 200, headers, media_type="application/zip")


@router.delete("/people/{person_id}")
def erase_all(
    person_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Erasure:
    """Erase somebody, with their account where they have one; told is what must stay, and why."""
    with station.change(actor) as change:
        person = kept_by(change.connection, actor, person_id, "people.erase")
        require_revision(person, seen)
        return erase_person(change, person)


def _level(written: str) -> tuple[str, int]:
    code, _, level = written.partition(":")
    if level not in ("", "1", "2", "3", "4", "5"):
        raise InvalidInput("a skill has a level from 1 to 5", zh="技能等级为 1 到 5")
    return code, int(level or 1)


def _interval(start: datetime | None, end: datetime | None) -> Interval | None:
    if start is None and end is None:
        return None
    if start is None or end is None or start.tzinfo is None or end.tzinfo is None or end <= start:
        raise InvalidInput(
            "give free_from and free_until, the first before the second, with their time zones",
            zh="请同时给出 free_from 与 free_until（含时区，且前者早于后者）",
        )
    return Interval(start, end)
