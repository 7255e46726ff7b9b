"""A film's uses and where it is to be shown in; what its licences do not cover, in words, out.

Licences stand each for itself: what one forbids another may allow. A country or a time is covered
when one of them allows it there and then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import Connection

from mstation.station.change import find_where
from mstation.station.exchange.evaluator import (
    Decision,
    Finding,
    Request,
    RuleKind,
    State,
    Verdict,
)
from mstation.station.exchange.licences import Licence, LicenceState, Standing, standing
from mstation.station.exchange.profile import Medium, film_actions
from mstation.station.exchange.terms import day, span
from mstation.station.exchange.territories import countries_of, written_shortly
from mstation.station.exchange.uses import Used, own_parties, uses_of
from mstation.station.intervals import Interval
from mstation.station.organisations import Project
from mstation.station.production.entities import Entity


class Weight(StrEnum):
    """How grave a finding is."""

    BARRED = "barred"  # may not be shown so
    OPEN = "open"  # somebody must look: the licence asks for what the station does not know


@dataclass(frozen=True, slots=True)
class Run:
    """Where a film is to be shown."""

    medium: Medium
    territories: tuple[str, ...]
    during: Interval


@dataclass(frozen=True, slots=True)
class UseFinding:
    """That something in a film is not, or not surely, cleared for a run."""

    weight: Weight
    label: str  # of the shot; empty: the film as a whole
    entity_id: str | None
    use_id: str | None  # None: found by its content
    asset_version_id: str
    file: str
    licence: str | None  # its number
    territories: tuple[str, ...]  # where it is so
    en: str
    zh: str


def check_uses(
    connection: Connection, project: Project, *, medium: Medium, territories: Sequence[str],
    window: Interval,
) -> tuple[UseFinding, ...]:  # fmt: skip
    """Return what of a film's uses is not covered where it is to be shown; nothing: all is.

    Raises:
        InvalidInput: when a territory is none.
    """
    run = Run(medium, written_shortly(countries_of(territories)), window)
    labels = {each.id: each.label for each in find_where(connection, Entity, project_id=project.id)}
    own = own_parties(connection, project)
    found: list[UseFinding] = []
    known: dict[str, Standing] = {}
    for used in uses_of(connection, project):
        held = _licences(connection, used, own)
        known |= {each.id: standing(connection, each) for each in held if each.id not in known}
        found += _of_one(project, used, [known[each.id] for each in held], run, labels)
    return tuple(sorted(found, key=lambda each: (each.label, each.file, each.weight)))


def _licences(connection: Connection, used: Used, own: frozenset[str]) -> list[Licence]:
    """Return the licences by which something may be used, those that hold first."""
    if used.licence_id is not None:
        held = find_where(connection, Licence, id=used.licence_id)
    else:
        held = find_where(connection, Licence, asset_version_id=used.version.id)
    held = [
        each for each in held if each.party_id in own and each.state is not LicenceState.VOID
    ]  # fmt: skip
    return sorted(held, key=lambda each: (each.state is not LicenceState.ACTIVE, each.id))


def _of_one(
    project: Project, used: Used, held: Sequence[Standing], run: Run, labels: dict[str, str]
) -> Iterator[UseFinding]:
    """Yield what is wrong with one use: what is alike in several countries, once."""
    label = labels.get(used.entity_id or "", "")
    said: dict[_Why, dict[str, None]] = {}
    for during in _times(held, run.during):
        for alike in _alike(held, run.territories):
            for key in _why_not(project, held, Run(run.medium, alike, during)):
                said.setdefault(key, {}).update(dict.fromkeys(alike))
    for (weight, number, en, zh), places in said.items():
        where = written_shortly(places)
        told, told_zh = _run_told(run, where)
        subject, subject_zh = _subject(label, used)
        yield UseFinding(
            weight, label, used.entity_id, used.use_id, used.version.id, used.version.name, number,
            where, f"{subject}: {en} the {told}", f"{subject_zh}：{zh}（{told_zh}）",
        )  # fmt: skip


def _alike(held: Sequence[Standing], territories: Sequence[str]) -> list[tuple[str, ...]]:
    """Return countries in groups that no licence tells apart: what holds for one, does for all."""
    told_apart = [
        countries_of(str(code) for code in constraint.right)
        for each in held
        for rule in (*each.policy.permissions, *each.policy.prohibitions)
        for constraint in rule.constraints
        if constraint.left == "spatial"
    ]
    groups: dict[tuple[bool, ...], list[str]] = {}
    for place in sorted(countries_of(territories)):
        groups.setdefault(tuple(place in each for each in told_apart), []).append(place)
    return [tuple(places) for places in groups.values()]


def _times(held: Sequence[Standing], during: Interval) -> Iterator[Interval]:
    """Yield a time in parts: cut where licences begin and end."""
    turns = {during.start}
    for each in held:
        bounds = (each.licence.starts_at, each.licence.ends_at)
        turns |= {turn for turn in bounds if turn is not None and during.contains(turn)}
    ends: list[datetime | None] = [*sorted(turns), during.end]
    for start, end in pairwise(ends):
        assert start is not None
        yield Interval(start, end)


_Why = tuple[Weight, str | None, str, str]


def _why_not(project: Project, held: Sequence[Standing], part: Run) -> list[_Why]:
    """Return why nothing clears one part of a run; of several licences, of the nearest."""
    if not held:
        return [(Weight.BARRED, None, "there is no licence for", "没有许可")]
    nearest: list[_Why] | None = None
    for each in held:
        why = _against(project, each, part)
        if not why:
            return []
        if nearest is None or _gravity(why) < _gravity(nearest):
            nearest = why
    assert nearest is not None
    return nearest


def _gravity(why: Sequence[_Why]) -> int:
    return sum(100 if each[0] is Weight.BARRED else 1 for each in why)


def _against(project: Project, held: Standing, part: Run) -> list[_Why]:
    """Return why a licence does not clear a part of a run."""
    licence = held.licence
    number = licence.number
    if licence.state is not LicenceState.ACTIVE:
        en, zh = _STATES[licence.state]
        return [(Weight.BARRED, number, f"licence {number} {en}", f"许可 {number} {zh}")]
    named = project.id if licence.terms.project == project.id else project.name
    why: list[_Why] = []
    for action in film_actions(part.medium):
        request = Request(
            action, part.territories, (part.medium,), part.during.start, part.during.end,
            project=named, industry="film",
        )  # fmt: skip
        decision = held.decide(request)
        if decision.verdict is not Verdict.PERMIT:
            weight = Weight.BARRED if decision.verdict is Verdict.DENY else Weight.OPEN
            told = _reasons(decision, action)
            why += [(weight, number, f"licence {number} {en}", f"许可 {number} {zh}")
                    for en, zh in told]  # fmt: skip
    return list(dict.fromkeys(why))


_STATES = {
    LicenceState.PENDING: ("is not paid yet, for", "尚未付款"),
    LicenceState.SUSPENDED: ("is suspended, for", "已中止"),
    LicenceState.REVOKED: ("was revoked, for", "已撤销"),
}


def _reasons(decision: Decision, action: str) -> Iterator[tuple[str, str]]:
    """Yield why a decision is no permit, in words that go on with what is to be shown."""
    barred = decision.verdict is Verdict.DENY
    wanted = State.FAILED if barred else State.UNKNOWN
    told = dict.fromkeys(
        _reason(each)
        for each in decision.findings
        if each.state is wanted and (each.rule is RuleKind.PERMISSION or not barred)
    )
    yield from told
    owed = [] if barred else [each for each in decision.duties if each.is_first]
    for duty in owed:
        of = ", ".join(value for _, value in duty.said)
        yield (
            f"still asks for `{duty.action}` ({of}), before",
            f"尚需先履行 `{duty.action}`（{of}）",
        )  # fmt: skip
    if not told and not owed:
        yield f"does not allow `{action}`, as in", f"不允许 `{action}`"


def _reason(each: Finding) -> tuple[str, str]:
    if each.rule is RuleKind.PROHIBITION or each.state is State.UNKNOWN:
        asks = f"`{each.left} {each.operator} {_listed(each)}`"
        if each.rule is RuleKind.PROHIBITION:
            return (
                f"forbids it where {asks}: see that it is not so in",
                f"{asks} 时禁止，请自行确认",
            )
        return f"asks for {asks}: see that it is so in", f"要求 {asks}，请自行确认"
    value = each.right[0]
    if isinstance(value, datetime):
        if each.operator in ("lt", "lteq"):
            return f"ends {day(value)}, before the end of", f"于 {day(value)} 到期"
        return f"begins only {day(value)}, after the start of", f"自 {day(value)} 才开始"
    listed = _listed(each)
    match each.left:
        case "spatial":
            return f"covers {listed} only, not", f"仅限 {listed}"
        case "media":
            return f"is for {listed} only, not for", f"仅限媒介 {listed}"
        case "project":
            return f"is for the project `{listed}` only, not for", f"仅限项目“{listed}”"
    asks = f"`{each.left} {each.operator} {listed}`"
    return f"asks for {asks}, against", f"要求 {asks}"


def _listed(each: Finding) -> str:
    return ", ".join(day(one) if isinstance(one, datetime) else str(one) for one in each.right)


def _subject(label: str, used: Used) -> tuple[str, str]:
    name = used.version.name
    if label:
        return f"clip {label} uses {name}", f"镜头 {label} 使用了 {name}"
    return f"the film uses {name}", f"影片使用了 {name}"


def _run_told(run: Run, where: Sequence[str]) -> tuple[str, str]:
    told, zh = span(run.during)
    places = ", ".join(where)
    return f"{run.medium} run in {places} {told}", f"{places} {run.medium} 放映 {zh}"
