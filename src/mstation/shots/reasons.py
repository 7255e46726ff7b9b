"""A choice in, its words out: which rules gave way, and why the shot is what it is."""

from __future__ import annotations

from mstation.shots.setup import Setup
from mstation.shots.shot import Move, Role, Size
from mstation.shots.taken import (
    AXIS,
    CLEARANCE,
    EYELINE,
    JUMP,
    MINIMUM,
    ORDER,
    PLACE,
    REVERSE,
    RULES,
    SIZE,
    VISIBILITY,
)
from mstation.stage.performance import Performance

_GAVE_WAY = {
    AXIS: "the line is crossed at this cut",
    CLEARANCE: "the wall or the piece flies",
    JUMP: "under 30 degrees and two sizes from the shot before",
    VISIBILITY: "a face is hidden or leaves the picture",
    ORDER: "people change sides of the picture at this cut",
    MINIMUM: "the shot is shorter than it should be",
    PLACE: "the set has no room for a wide view of the place",
    REVERSE: "the two sides of the pair do not mirror each other",
    EYELINE: "the face looks past the wrong side of the lens",
    SIZE: "the set does not let the frame cut where it should",
}


def breaks_of(broken: int) -> tuple[str, ...]:
    """Return the names of the rules that gave way."""
    return tuple(RULES[bit] for bit in _GAVE_WAY if broken & bit)


def reason_of(
    setup: Setup,
    role: Role,
    size: Size,
    broken: int,
    performance: Performance,
    move: Move,
    *,
    asked: str = "",
) -> str:
    """Return one sentence: what need, which rule and whose word shaped the shot."""
    names = {body.character_id: body.name for body in performance.bodies}
    people = [names[body.character_id] for body in performance.bodies]
    need = _need(setup, role, size, people, performance)
    moved = "" if move is Move.STATIC else f"; the camera's {move.value.replace('_', ' ')} follows"
    wanted = f"; the director asked for {asked}" if asked else ""
    words = [text for bit, text in _GAVE_WAY.items() if broken & bit]
    gave = f"; nothing legal was left: {'; '.join(words)}" if words else ""
    return f"{need}{moved}{wanted}{gave}."


def _need(
    setup: Setup,
    role: Role,
    size: Size,
    people: list[str],
    performance: Performance,
) -> str:
    def name(person: int) -> str:
        return people[person] if 0 <= person < len(people) else "nobody"

    group = ", ".join(name(person) for person in setup.group)
    match role:
        case Role.ESTABLISHING:
            return f"{size} says where we are, {f'with {group}' if group else 'before anybody'}"
        case Role.MASTER:
            return f"{size} keeps {group} in one picture, so that the line between them is clear"
        case Role.TWO_SHOT:
            return f"{size} holds the two who talk, {group}, on the master's side of their line"
        case Role.OTS:
            return (f"{size} of {name(setup.principal)} over {name(setup.partner)}'s shoulder, "
                    "on the side that the master chose")  # fmt: skip
        case Role.INSERT:
            prop = performance.props[setup.prop]
            return f"insert of the {prop.name}, as its holder sees it, for as long as it reads"
        case Role.POV:
            return f"{size}, what {name(setup.looker)} sees"
        case Role.ACTION:
            return f"{size} shows what {group} does, whole"
        case _:
            return _single_need(setup, role, size, name(setup.principal), name(setup.partner))


def _single_need(setup: Setup, role: Role, size: Size, who: str, to: str) -> str:
    if role is Role.REACTION:
        return f"{size} of {who}, who listens: the reaction matters more than the speaker"
    if setup.partner >= 0:
        return f"{size} of {who}, whose look to {to} runs past the lens on the epoch's side"
    return f"{size} of {who}, alone in the moment"
