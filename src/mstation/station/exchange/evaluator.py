"""Policies and a request in; permit, deny or undetermined out, with every constraint named.

A request may ask for many territories, media and a stretch of time: it is cut into pieces within
which no constraint changes, and all of them must be allowed. What a request does not say is
unknown, and stays so: nothing is assumed. Where something forbids, nothing can allow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import product

from mstation.errors import InvalidInput
from mstation.station.exchange.policy import Constraint, Duty, Policy, Rule, Value
from mstation.station.exchange.profile import Medium, Sort, actions, duties, operands
from mstation.station.exchange.territories import countries_of, written_shortly
from mstation.station.intervals import Interval


class Verdict(StrEnum):
    """What a request is answered."""

    PERMIT = "permit"
    DENY = "deny"
    UNDETERMINED = "undetermined"


class State(StrEnum):
    """Whether a constraint holds for all that is asked for."""

    SATISFIED = "satisfied"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the request does not say


class RuleKind(StrEnum):
    """What a rule does."""

    PERMISSION = "permission"
    PROHIBITION = "prohibition"


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody would do. None: it is not said.

    territories: countries and regions; all of them are asked for, and all media, and all of the
    time; a start without an end means from then on, for ever.
    fulfilled: duties that are done.
    """

    action: str
    territories: tuple[str, ...] | None = None
    media: tuple[Medium, ...] | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_exclusive: bool | None = False
    seats: int | None = None
    print_run: int | None = None
    count: int | None = None
    project: str | None = None
    language: str | None = None
    industry: str | None = None
    budget_tier: str | None = None
    ai_label: str | None = None
    release_status: str | None = None
    fulfilled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A constraint of a rule about the action, and how the request stands to it.

    failing: for which of the territories or media asked for, or which value, it does not hold.
    """

    policy: str
    rule: RuleKind
    place: int  # of the rule among those of its kind, from 1
    left: str
    operator: str
    right: tuple[Value, ...]
    state: State
    failing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A duty that is still to be done; is_first: before the permission holds."""

    policy: str
    action: str
    said: tuple[tuple[str, str], ...]
    is_first: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a request, and why."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    duties: tuple[Outstanding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a request within which no constraint changes: a country, a medium, a moment."""

    country: str | None
    medium: str | None
    moment: datetime | None


@dataclass(frozen=True, slots=True)
class _Placed:
    """A rule about the action, and where it stands."""

    policy: Policy
    kind: RuleKind
    place: int
    rule: Rule


_MOST_PIECES = 20_000
_TICK = timedelta(microseconds=1)  # the smallest step of time that is kept


def decide(policies: Sequence[Policy], request: Request) -> Decision:
    """Return whether some policies of one asset together allow a request.

    Raises:
        InvalidInput: when the action or a territory is not known, or the time is none.
    """
    _check(request)
    rules = [each for policy in policies for each in _about(policy, request.action)]
    pieces = _pieces(request, rules)
    holds = [[_holds(each.rule.constraints, piece, request) for piece in pieces] for each in rules]
    verdicts = [
        _verdict([(each, told[n]) for each, told in zip(rules, holds, strict=True)], request)
        for n in range(len(pieces))
    ]
    findings = (each for rule in rules for each in _findings(rule, request))
    return Decision(
        min(verdicts, key=_WORST_FIRST.index),
        tuple(findings),
        _outstanding(policies, [each for each, told in zip(rules, holds, strict=True)
                                if any(state is not State.FAILED for state in told)], request),
    )  # fmt: skip


_WORST_FIRST = (Verdict.DENY, Verdict.UNDETERMINED, Verdict.PERMIT)
_SURE_FIRST = (State.FAILED, State.UNKNOWN, State.SATISFIED)


def _check(request: Request) -> None:
    if request.action not in actions():
        raise InvalidInput(
            f"`{request.action[:40]}` is no action that licences know; known: "
            f"{', '.join(actions())}",
            zh=f"未知用途 `{request.action[:40]}`；可用：{'、'.join(actions())}",
        )
    start, end = request.starts_at, request.ends_at
    if any(each is not None and each.tzinfo is None for each in (start, end)):
        raise InvalidInput(
            "a time has no time zone; write it as 2027-01-01T00:00:00Z",
            zh="时间缺少时区；请写作 2027-01-01T00:00:00Z",
        )
    if (start is None and end is not None) or (start is not None and end is not None
                                               and end <= start):  # fmt: skip
        raise InvalidInput(
            "a time has a start, and ends after it", zh="时间段须有开始，且结束晚于开始"
        )


def _about(policy: Policy, action: str) -> Iterable[_Placed]:
    kinds = (
        (RuleKind.PERMISSION, policy.permissions), (RuleKind.PROHIBITION, policy.prohibitions),
    )  # fmt: skip
    for kind, rules in kinds:
        for place, rule in enumerate(rules, 1):
            if action in rule.actions:
                yield _Placed(policy, kind, place, rule)


def _verdict(told: Sequence[tuple[_Placed, State]], request: Request) -> Verdict:
    """Return what the rules say of one piece."""
    forbids = [state for each, state in told if each.kind is RuleKind.PROHIBITION]
    allows = [
        _once_done(each.rule, state, request)
        for each, state in told
        if each.kind is RuleKind.PERMISSION
    ]
    allowed = max(allows, key=_SURE_FIRST.index, default=State.FAILED)
    if State.SATISFIED in forbids or allowed is State.FAILED:
        return Verdict.DENY
    if State.UNKNOWN in forbids or allowed is State.UNKNOWN:
        return Verdict.UNDETERMINED
    return Verdict.PERMIT


def _once_done(rule: Rule, state: State, request: Request) -> State:
    """Return how a permission stands: what is owed first may yet be done."""
    owes = any(duties()[duty.action].is_first for duty in _owed(rule.duties, request))
    return State.UNKNOWN if owes and state is State.SATISFIED else state


def _owed(owed: Iterable[Duty], request: Request) -> list[Duty]:
    return [duty for duty in owed if duty.action not in request.fulfilled]


def _holds(constraints: Iterable[Constraint], piece: _Piece, request: Request) -> State:
    """Return whether all constraints of a rule hold for a piece."""
    states = (_state(each, piece, request) for each in constraints)
    return min(states, key=_SURE_FIRST.index, default=State.SATISFIED)


def _state(constraint: Constraint, piece: _Piece, request: Request) -> State:
    value = _value(constraint.left, piece, request)
    if value is None:
        return State.UNKNOWN
    return State.SATISFIED if _is_met(constraint, value) else State.FAILED


def _value(left: str, piece: _Piece, request: Request) -> Value | None:
    """Return what is asked for of an operand; None: it is not said."""
    match left:
        case "spatial":
            return piece.country
        case "media":
            return piece.medium
        case "dateTime":
            return piece.moment
        case "exclusivity":
            if request.is_exclusive is None:
                return None
            return "exclusive" if request.is_exclusive else "nonExclusive"
    told: Value | None = getattr(request, _FIELDS[left])
    return told


_FIELDS = {
    "seats": "seats", "printRun": "print_run", "count": "count", "project": "project",
    "language": "language", "industry": "industry", "budgetTier": "budget_tier",
    "aiLabel": "ai_label", "releaseStatus": "release_status",
}  # fmt: skip


def _is_met(constraint: Constraint, value: Value) -> bool:
    sort = operands()[constraint.left].sort
    if sort in (Sort.NUMBER, Sort.MOMENT):
        return _COMPARES[constraint.operator](value, constraint.right[0])
    listed: frozenset[Value] = frozenset(constraint.right)
    if sort is Sort.TERRITORY:
        listed = _countries(constraint.right)
    return (value in listed) is (constraint.operator in ("eq", "isAnyOf"))


@lru_cache(1000)
def _countries(codes: tuple[Value, ...]) -> frozenset[Value]:
    return frozenset(countries_of(str(each) for each in codes))


_COMPARES: dict[str, Callable[..., bool]] = {
    "eq": lambda told, right: told == right,
    "lt": lambda told, right: told < right,
    "lteq": lambda told, right: told <= right,
    "gt": lambda told, right: told > right,
    "gteq": lambda told, right: told >= right,
}


def _pieces(request: Request, rules: Sequence[_Placed]) -> list[_Piece]:
    """Return the pieces of a request: alike countries, media and moments stand for one another."""
    hangs = [each for placed in rules for each in placed.rule.constraints]
    where = None if request.territories is None else countries_of(request.territories)
    places = _unlike(where, [each for each in hangs if each.left == "spatial"])
    media = _unlike(request.media, [each for each in hangs if each.left == "media"])
    moments = _moments(request, [each for each in hangs if each.left == "dateTime"])
    if len(places) * len(media) * len(moments) > _MOST_PIECES:
        raise InvalidInput(
            "the policies tell too much apart in what is asked for; ask for fewer territories, "
            "media or years at once",
            zh="所求范围在政策中区分过细；请分批询问地域、媒介或年份",
        )
    return [_Piece(*each) for each in product(places, media, moments)]


def _unlike(values: Iterable[str] | None, hangs: Sequence[Constraint]) -> list[str | None]:
    """Return one of each sort of values that some constraints tell apart."""
    if values is None:
        return [None]
    found: dict[tuple[bool, ...], str] = {}
    for value in sorted(values):
        found.setdefault(tuple(_is_met(each, value) for each in hangs), value)
    return list(found.values()) or [None]


def _moments(request: Request, hangs: Sequence[Constraint]) -> list[datetime | None]:
    """Return the first moment of each stretch in which some constraints do not change."""
    if request.starts_at is None:
        return [None]
    asked = Interval(request.starts_at, request.ends_at)
    turns = {_turn(each) for each in hangs}
    return [asked.start, *sorted(each for each in turns - {asked.start} if asked.contains(each))]


def _turn(constraint: Constraint) -> datetime:
    """Return the first moment at which a constraint of time says something else."""
    moment = constraint.right[0]
    assert isinstance(moment, datetime)
    return moment + _TICK if constraint.operator in ("gt", "lteq") else moment


def _findings(placed: _Placed, request: Request) -> Iterable[Finding]:
    for each in placed.rule.constraints:
        state, failing = _stands(each, request)
        yield Finding(
            placed.policy.uid, placed.kind, placed.place,
            each.left, each.operator, each.right, state, failing,
        )  # fmt: skip


def _stands(constraint: Constraint, request: Request) -> tuple[State, tuple[str, ...]]:
    """Return how all that is asked for stands to one constraint, and where it fails."""
    match constraint.left:
        case "spatial" if request.territories is not None:
            asked = countries_of(request.territories)
            failing = written_shortly(each for each in asked if not _is_met(constraint, each))
        case "media" if request.media is not None:
            failing = tuple(each for each in request.media if not _is_met(constraint, each))
        case "dateTime" if request.starts_at is not None:
            moments = _moments(request, [constraint])
            failing = tuple(
                each.isoformat() for each in moments if each and not _is_met(constraint, each)
            )
        case left:
            value = _value(left, _Piece(None, None, None), request)
            if value is None:
                return State.UNKNOWN, ()
            failing = () if _is_met(constraint, value) else (str(value),)
    return (State.FAILED if failing else State.SATISFIED), failing


def _outstanding(
    policies: Sequence[Policy], rules: Sequence[_Placed], request: Request
) -> tuple[Outstanding, ...]:
    """Return what is still owed, for the permissions that may hold and in any case."""
    owed = [
        (each.policy, duty)
        for each in rules
        if each.kind is RuleKind.PERMISSION
        for duty in _owed(each.rule.duties, request)
    ]
    owed += [(each, duty) for each in policies for duty in _owed(each.obligations, request)]
    made = (
        Outstanding(policy.uid, duty.action, duty.said, duties()[duty.action].is_first)
        for policy, duty in owed
    )
    return tuple(dict.fromkeys(made))
