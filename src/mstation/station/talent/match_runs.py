"""Match runs: who was proposed for a film's needs, of what; and what people decided then.

A run is never changed: it keeps what was asked and what came out. A decision is a person's, about
one need of a run, with their reason; it may differ from what was proposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import JSON, Column, Connection, ForeignKey, String, Table

from mstation.errors import InvalidInput, Stale
from mstation.station.canonical import digest_of
from mstation.station.change import Change, find, find_where
from mstation.station.ids import new_id
from mstation.station.intervals import Interval, joined
from mstation.station.organisations import Project
from mstation.station.schema import Id, Moment, keep, metadata, own_columns, project_columns
from mstation.station.talent.availability import not_free
from mstation.station.talent.candidates import Looked
from mstation.station.talent.consents import FieldGroup, Purpose
from mstation.station.talent.crewing import Match, Plan
from mstation.station.talent.people import Person, found_person, no_person
from mstation.station.talent.showing import Viewer, all_shown_to, disclose_all, in_order
from mstation.station.wording import MOST_SIGNS, prose


@dataclass(frozen=True, slots=True)
class MatchRun:
    """What was proposed for a film's needs.

    plan: what was asked, as it was weighed; plan_sha256: of it, whatever its order. Neither it nor
    the result stands in the events: they know when people are busy.
    """

    id: str
    revision: int
    organisation_id: str
    project_id: str
    made_at: datetime
    plan_sha256: str
    plan: Mapping[str, Any] = field(metadata={"secret": True}, repr=False)
    result: Mapping[str, Any] = field(metadata={"secret": True}, repr=False)


@dataclass(frozen=True, slots=True)
class MatchPerson:
    """Somebody of the station who was looked at in a run: by what they showed, what was missing."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    run_id: str
    person_id: str
    field_groups: tuple[FieldGroup, ...]
    lack: str = ""  # `Lack`: why they were not weighed
    unpriced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """Whom a person chose for a need of a run, and why; nobody: candidate_id is none."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    run_id: str
    requirement_id: str
    candidate_id: str | None
    account_id: str
    decided_at: datetime
    reason: str = ""


match_runs = keep(
    MatchRun,
    Table(
        "match_runs",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("made_at", Moment, nullable=False),
        Column("plan_sha256", String(64), nullable=False),
        Column("plan", JSON, nullable=False),
        Column("result", JSON, nullable=False),
    ),
)
match_people = keep(
    MatchPerson,
    Table(
        "match_people",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("run_id", Id, ForeignKey("match_runs.id"), nullable=False, index=True),
        Column("person_id", Id, ForeignKey("people.id"), nullable=False, index=True),
        Column("field_groups", JSON, nullable=False),
        Column("lack", String(16), nullable=False),
        Column("unpriced", JSON, nullable=False),
    ),
)
match_decisions = keep(
    MatchDecision,
    Table(
        "match_decisions",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("run_id", Id, ForeignKey("match_runs.id"), nullable=False, index=True),
        Column("requirement_id", String(80), nullable=False),
        Column("candidate_id", String(80)),
        Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
        Column("decided_at", Moment, nullable=False),
        Column("reason", String(MOST_SIGNS), nullable=False),
    ),
)


def with_busy_times(
    connection: Connection, plan: Plan, parties: Mapping[str, str], at: datetime
) -> Plan:
    """Return a plan that knows when people are busy or held, who told the station so.

    parties: whose time it is, by the candidate's id. at: the moment at which it is asked.
    """
    ends = [each.interval for each in plan.requirements]
    if not parties or not ends:
        return plan
    last = max(each.end for each in ends if each.end is not None)
    window = Interval(min(each.start for each in ends), last)
    busy = not_free(connection, set(parties.values()), window, at)
    return replace(
        plan,
        candidates=tuple(
            replace(each, busy=joined([*each.busy, *busy.get(parties.get(each.id, ""), ())]))
            for each in plan.candidates
        ),
    )


def add_match_run(
    change: Change, project: Project, plan: Plan, match: Match, *,
    looked: Sequence[Looked] = (), viewer: Viewer | None = None,
) -> MatchRun:  # fmt: skip
    """Keep what was asked and what was proposed, and tell everybody of the station in it.

    Raises:
        Stale: when somebody agreed to less meanwhile than what they were weighed by.
    """
    told = told_plan(plan)
    digest = digest_of(told)
    result = orjson.loads(orjson.dumps(asdict(match)))
    own = (project.organisation_id, project.id)
    run = change.add(MatchRun(new_id(), 1, *own, change.at, digest, told, result))
    if viewer is not None:
        _tell_looked(change, run, looked, viewer)
    return run


def _tell_looked(change: Change, run: MatchRun, looked: Sequence[Looked], viewer: Viewer) -> None:
    persons = [each.person for each in looked]
    now_shown = all_shown_to(change.connection, persons, viewer, Purpose.CREWING, change.at)
    if any(each.groups - now_shown[each.person.id] for each in looked):
        raise Stale(
            "somebody agreed to less while this was weighed; ask for the run again",
            zh="匹配期间有人撤回了同意，请重新匹配",
        )
    own = (run.organisation_id, run.project_id, run.id)
    change.add_all(
        [
            MatchPerson(
                new_id(), 1, *own, each.person.id, in_order(each.groups), each.lack or "",
                each.unpriced,
            )
            for each in looked
        ]
    )  # fmt: skip
    disclose_all(change, [(each.person, each.groups) for each in looked], viewer, Purpose.CREWING)


def forget_in_runs(change: Change, person_id: str) -> None:
    """Leave of somebody no more than an id in what runs knew of them."""
    for each in find_where(change.connection, MatchPerson, person_id=person_id):
        run = find(change.connection, MatchRun, each.run_id)
        asked = [
            {"id": person_id} if told["id"] == person_id else told
            for told in run.plan["candidates"]
        ]
        passed = [
            {**told, "reason": {**told["reason"], "detail": ""}}
            if told["candidate_id"] == person_id
            else told
            for told in run.result["passed"]
        ]
        change.edit(
            run, plan={**run.plan, "candidates": asked}, result={**run.result, "passed": passed}
        )


def person_of(change: Change, run: MatchRun, candidate_id: str, viewer: Viewer) -> Person | None:
    """Return who of the station a candidate of a run is; none: somebody who was only told.

    Raises:
        NotFound: when they may not be seen for crewing any more.
    """
    own = {"run_id": run.id, "person_id": candidate_id, "lack": ""}
    if not find_where(change.connection, MatchPerson, **own):
        return None
    person = found_person(change.connection, candidate_id)
    shown = all_shown_to(change.connection, [person], viewer, Purpose.CREWING, change.at)
    if FieldGroup.PROFILE not in shown[person.id]:
        raise no_person(candidate_id)
    return person


def told_plan(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON, alike whatever the order in which it was told."""
    told = asdict(
        replace(
            plan,
            requirements=tuple(sorted(plan.requirements, key=lambda each: each.id)),
            candidates=tuple(sorted(plan.candidates, key=lambda each: each.id)),
        )
    )
    made: dict[str, Any] = orjson.loads(orjson.dumps(told, default=sorted))
    return made


def decide(
    change: Change, run: MatchRun, *, account_id: str, requirement_id: str,
    candidate_id: str | None, reason: str = "",
) -> MatchDecision:  # fmt: skip
    """Write down whom a person chose for a need.

    Raises:
        InvalidInput: when the run has no such need or nobody of that name.
    """
    needs = {each["id"] for each in run.plan["requirements"]}
    people = {each["id"] for each in run.plan["candidates"]} | {None}
    if requirement_id not in needs or candidate_id not in people:
        raise InvalidInput(
            "the run has no such need, or nobody of that id: decide about what it was asked",
            zh="该次匹配中没有此需求或此人选",
        )
    own = (run.organisation_id, run.project_id, run.id, requirement_id, candidate_id)
    told = (account_id, change.at, prose(reason, "reason", "理由"))
    return change.add(MatchDecision(new_id(), 1, *own, *told))


def people_of(connection: Connection, run_id: str) -> list[MatchPerson]:
    """Return who of the station was looked at in a run."""
    return find_where(connection, MatchPerson, run_id=run_id)


def decisions_of(connection: Connection, run_id: str) -> list[MatchDecision]:
    """Return what people decided about a run, in order."""
    return find_where(connection, MatchDecision, run_id=run_id)
