"""Crewing: whom a film needs, who is proposed and why, and whom a person chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from mstation.errors import InvalidInput
from mstation.server.asking import ActorHere, MakingHere, StationHere, told
from mstation.server.moments import Instant
from mstation.server.pages import After, Most, Page
from mstation.server.routes.facilities import Time
from mstation.station.access import access_to, found
from mstation.station.accounts import account_of
from mstation.station.change import Change
from mstation.station.intervals import Interval
from mstation.station.parties import acting_for
from mstation.station.schema import now
from mstation.station.space.opening import span
from mstation.station.talent import match_runs as runs
from mstation.station.talent.candidates import Looked, Pool, candidates_for
from mstation.station.talent.crew_holds import place_hold
from mstation.station.talent.crew_rules import Candidate, Requirement, Spot, Travel
from mstation.station.talent.crewing import (
    MOST_ALTERNATIVES,
    MOST_CANDIDATES,
    MOST_RATE,
    MOST_REQUIREMENTS,
    Plan,
    match_crew,
)
from mstation.station.talent.match_runs import MatchDecision, MatchPerson, MatchRun, match_runs
from mstation.station.talent.needs import EIGHTHS_A_DAY, Need, crew_needs, read_breakdown
from mstation.station.talent.showing import viewer_of
from mstation.station.talent.vocabulary import role_named, skill_named
from mstation.station.wording import MOST_SIGNS

router = APIRouter(prefix="/api", tags=["talent"])

Name = Annotated[str, Field(min_length=1, max_length=80)]
Languages = Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=50)]
Levels = Annotated[dict[Name, Annotated[int, Field(ge=1, le=5)]], Field(max_length=100)]
Minor = Annotated[int, Field(ge=0, le=MOST_RATE)]


class Where(BaseModel):
    """A place: coordinates in degrees, or a city and a country."""

    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    city: Annotated[str, Field(max_length=200)] = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None


class WantedPeople(BaseModel):
    """So many people of a role, for a stretch of time; skills: the least level of each.

    Roles and skills are codes or labels of the vocabulary.
    """

    id: Name
    role: Name
    starts_at: Instant
    ends_at: Instant
    count: Annotated[int, Field(ge=1, le=100)] = 1
    skills: Levels = {}
    languages: Languages = []
    place: Where | None = None
    is_remote: bool = False
    most_rate: Minor | None = None


class AskedPerson(BaseModel):
    """Somebody who may be asked; party_id: whose time the station knows, where the asker may."""

    id: Name
    roles: Annotated[list[Name], Field(max_length=50)]
    day_rate: Minor
    skills: Levels = {}
    languages: Languages = []
    busy: Annotated[list[Time], Field(max_length=500)] = []
    place: Where = Where()
    only_remote: bool = False
    party_id: Annotated[str, Field(max_length=20)] | None = None


class JourneyCosts(BaseModel):
    """What a journey there and back costs, in minor units."""

    per_km: Annotated[int, Field(ge=0, le=10**6)] = 0
    at_home: Annotated[int, Field(ge=0, le=10**9)] = 0
    abroad: Annotated[int, Field(ge=0, le=10**9)] = 0


class AmongPeople(BaseModel):
    """Among whom of the station's people is looked; a rate a week or an hour counts by the day."""

    words: Annotated[str, Field(max_length=200)] = ""
    language: Annotated[str, Field(pattern="^([a-z]{2,3})?$")] = ""
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    city: Annotated[str, Field(max_length=200)] = ""
    hours_a_day: Annotated[int, Field(ge=1, le=24)] = 10
    days_a_week: Annotated[int, Field(ge=1, le=7)] = 5


class NewMatchRun(BaseModel):
    """What is to be crewed, by whom, for how much; sums are minor units of one currency.

    from_talent: the station's people are looked at too, as far as they agreed to be matched.
    """

    requirements: Annotated[list[WantedPeople], Field(min_length=1, max_length=MOST_REQUIREMENTS)]
    candidates: Annotated[list[AskedPerson], Field(max_length=MOST_CANDIDATES)] = []
    from_talent: bool = False
    among: AmongPeople = AmongPeople()
    currency: Annotated[str, Field(pattern="^([A-Z]{3})?$")] = ""
    budget: Annotated[int, Field(ge=0, le=10**15)] | None = None
    travel: JourneyCosts = JourneyCosts()
    alternatives: Annotated[int, Field(ge=0, le=MOST_ALTERNATIVES)] = 3


class NewDecision(BaseModel):
    """Whom a person chooses for a need of a run; nobody: leave the candidate out.

    hold_until: by when somebody of the station is to answer; a week where it is left out.
    """

    requirement_id: Name
    candidate_id: Name | None = None
    hold_until: Instant | None = None
    reason: Annotated[str, Field(max_length=MOST_SIGNS)] = ""


@dataclass(frozen=True, slots=True)
class ShownMatchRun:
    """A run with what was asked and what was proposed."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    made_at: datetime
    plan_sha256: str
    plan: Mapping[str, Any]
    result: Mapping[str, Any]
    people: list[MatchPerson]


class RunRow(BaseModel):
    """A run without what was asked and answered: read it by its id."""

    id: str
    made_at: datetime
    plan_sha256: str


@router.post("/projects/{project_id}/crew-needs")
def read_crew_needs(
    project_id: str,
    body: dict[str, Any],
    station: StationHere,
    actor: ActorHere,
    eighths_a_day: Annotated[int, Query(ge=1, le=200)] = EIGHTHS_A_DAY,
) -> list[Need]:
    """Tell whom a film needs, by its `breakdown.json`: a start to be corrected; nothing is kept."""
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("match_runs.read")
    return list(crew_needs(read_breakdown(body), eighths_a_day=eighths_a_day))


@router.post("/projects/{project_id}/match-runs", status_code=201, response_model=ShownMatchRun)
def make_match_run(project_id: str, body: NewMatchRun, making: MakingHere) -> Response:
    """Propose who does what, each choice with its reasons; nobody is asked or booked by it."""
    with making.station.reading() as connection:
        access = access_to(connection, making.actor, project_id)
        access.require("match_runs.add")
        parties = {each.id: each.party_id for each in body.candidates if each.party_id is not None}
        for party_id in sorted(set(parties.values())):
            acting_for(connection, making.actor, party_id, "availabilities.read")
        plan, at = _plan(body), now()
        plan = runs.with_busy_times(connection, plan, parties, at)
        viewer = viewer_of(connection, making.actor, access.project.organisation_id)
        looked: list[Looked] = []
        if body.from_talent:
            found_here, looked = candidates_for(
                connection, viewer, plan.requirements, _pool(body), at
            )
            plan = replace(plan, candidates=(*plan.candidates, *found_here))
    match = match_crew(plan, alternatives=body.alternatives)

    people: list[MatchPerson] = []

    def make(change: Change) -> MatchRun:
        access = access_to(change.connection, making.actor, project_id)
        access.require("match_runs.add")
        run = runs.add_match_run(change, access.project, plan, match, looked=looked, viewer=viewer)
        people.extend(runs.people_of(change.connection, run.id))
        return run

    return making.once(make, shown=lambda run: _shown(run, people))


@router.get("/projects/{project_id}/match-runs")
def list_match_runs(
    project_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[RunRow]:
    """List a film's match runs, in pages."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        columns = (match_runs.c.id, match_runs.c.made_at, match_runs.c.plan_sha256)
        query = (
            match_runs.select()
            .with_only_columns(*columns)
            .where(match_runs.c.project_id == project_id, access.visible("match_runs"))
            .where(match_runs.c.id > after)
            .order_by(match_runs.c.id)
            .limit(most + 1)
        )
        rows = [RunRow(**row) for row in connection.execute(query).mappings()]
    return Page(rows=rows[:most], next=rows[most - 1].id if len(rows) > most else None)


@router.get("/match-runs/{run_id}", response_model=ShownMatchRun)
def read_match_run(run_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a run: what was asked, who was proposed, who was not and why."""
    with station.reading() as connection:
        run, _ = found(connection, actor, MatchRun, run_id, "match_runs.read")
        return told(_shown(run, runs.people_of(connection, run.id)))


@router.get("/match-runs/{run_id}/decisions")
def list_match_decisions(
    run_id: str, station: StationHere, actor: ActorHere
) -> list[MatchDecision]:
    """List what people decided about a run, in order."""
    with station.reading() as connection:
        run, _ = found(connection, actor, MatchRun, run_id, "match_runs.read")
        return runs.decisions_of(connection, run.id)


@router.post("/match-runs/{run_id}/decisions", status_code=201, response_model=MatchDecision)
def make_match_decision(run_id: str, body: NewDecision, making: MakingHere) -> Response:
    """Choose somebody for a need, as a person; the time of who is of the station is held."""

    def make(change: Change) -> MatchDecision:
        run, _ = found(change.connection, making.actor, MatchRun, run_id, "match_runs.decide")
        account = account_of(change.connection, making.actor)
        decision = runs.decide(
            change, run, account_id=account.id, requirement_id=body.requirement_id,
            candidate_id=body.candidate_id, reason=body.reason,
        )  # fmt: skip
        if body.candidate_id is not None:
            viewer = viewer_of(change.connection, making.actor, run.organisation_id)
            person = runs.person_of(change, run, body.candidate_id, viewer)
            if person is not None:
                place_hold(change, run, decision, person, body.hold_until)
        return decision

    return making.once(make)


def _shown(run: MatchRun, people: list[MatchPerson]) -> ShownMatchRun:
    return ShownMatchRun(
        run.id, run.revision, run.organisation_id, run.project_id, run.made_at, run.plan_sha256,
        run.plan, run.result, people,
    )  # fmt: skip


def _pool(body: NewMatchRun) -> Pool:
    if not body.currency:
        raise InvalidInput(
            "name the currency of all sums: rates of other currencies are not converted",
            zh="请注明全部金额的币种：其他币种的报价不作换算",
        )
    return Pool(body.currency, **body.among.model_dump())


def _plan(body: NewMatchRun) -> Plan:
    return Plan(
        tuple(_requirement(each) for each in body.requirements),
        tuple(_candidate(each) for each in body.candidates),
        body.budget,
        Travel(**body.travel.model_dump()),
    )


def _requirement(each: WantedPeople) -> Requirement:
    spot = None if each.place is None else Spot(**each.place.model_dump())
    return Requirement(
        each.id, role_named(each.role).code, span(each.starts_at, each.ends_at), each.count,
        _levels(each.skills),
        frozenset(each.languages), spot, each.is_remote, each.most_rate,
    )  # fmt: skip


def _candidate(each: AskedPerson) -> Candidate:
    return Candidate(
        each.id, frozenset(role_named(role).code for role in each.roles), each.day_rate,
        _levels(each.skills), frozenset(each.languages),
        tuple(_interval(time) for time in each.busy), Spot(**each.place.model_dump()),
        each.only_remote,
    )  # fmt: skip


def _levels(told: Mapping[str, int]) -> dict[str, int]:
    return {skill_named(each).code: level for each, level in told.items()}


def _interval(time: Time) -> Interval:
    return span(time.starts_at, time.ends_at)
