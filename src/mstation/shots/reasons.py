"""A choice in, its reason out: the need, the rules that gave way; and the sentence that says so."""

from __future__ import annotations

from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Language
from mstation.shots.setup import Setup
from mstation.shots.shot import Move, Need, Reason, Role, Size
from mstation.shots.taken import RULES
from mstation.stage.performance import Performance

_NEEDS = {
    Role.MASTER: Need.MASTER,
    Role.TWO_SHOT: Need.TWO_SHOT,
    Role.OTS: Need.OTS,
    Role.REACTION: Need.REACTION,
    Role.ACTION: Need.ACTION,
    Role.POV: Need.POV,
    Role.INSERT: Need.INSERT,
}
_OF_ONE = (Need.OTS, Need.SINGLE, Need.SINGLE_ALONE, Need.REACTION)


def breaks_of(broken: int) -> tuple[str, ...]:
    """Return the names of the rules that gave way, the weightiest first."""
    return tuple(rule for bit, rule in reversed(RULES.items()) if broken & bit)


def reason_of(
    setup: Setup,
    role: Role,
    size: Size,
    broken: int,
    performance: Performance,
    move: Move,
    *,
    asked: str = "",
) -> Reason:
    """Return what need, which rule and whose word shaped a shot."""
    need = _need(setup, role)
    people = setup.group
    if need in _OF_ONE:
        people = (setup.principal,)
    elif need is Need.POV:
        people = (setup.looker,)
    return Reason(
        need=need,
        size=size,
        people=tuple(_name(person, performance) for person in people),
        other=_name(setup.partner, performance),
        prop=performance.props[setup.prop].name if need is Need.INSERT else "",
        move=move,
        asked=asked,
        gave_way=breaks_of(broken),
    )


def _need(setup: Setup, role: Role) -> Need:
    if role is Role.ESTABLISHING:
        return Need.PLACE_AND_PEOPLE if setup.group else Need.PLACE
    if role is Role.SINGLE:
        return Need.SINGLE if setup.partner >= 0 else Need.SINGLE_ALONE
    return _NEEDS[role]


def _name(person: int, performance: Performance) -> str:
    """Return what a body is called; nothing where there is none."""
    return performance.bodies[person].name if 0 <= person < len(performance.bodies) else ""


def told(reason: Reason | None, language: Language) -> str:
    """Return a reason as one sentence; nothing where there is none."""
    if reason is None:
        return ""
    words = lexicon("mstation.shots", "reasons")
    marks = words["marks"][language]
    clauses = [
        words["needs"][reason.need.value][language].format(
            size=words["sizes"][reason.size.value] if language == "zh" else reason.size.value,
            people=marks["name"].join(name or marks["nobody"] for name in reason.people),
            other=reason.other or marks["nobody"],
            prop=reason.prop,
        )
    ]
    if reason.move is not Move.STATIC:
        clauses.append(words["moves"][reason.move.value][language])
    if reason.asked:
        clauses.append(words["asked"][language].format(asked=reason.asked))
    if reason.gave_way:
        rules = marks["clause"].join(words["gave_way"][rule][language] for rule in reason.gave_way)
        clauses.append(words["nothing_legal"][language].format(rules=rules))
    return str(marks["clause"].join(clauses) + marks["end"])
