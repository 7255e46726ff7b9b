"""A choice in, its words out: which rules gave way, and why the shot is what it is."""

from __future__ import annotations

from mstation.shots.choose import Choice
from mstation.shots.coverage import Setup
from mstation.shots.cutting import Segment
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
    SIZE,
    VISIBILITY,
)
from mstation.stage.performance import Performance

_DECLARED = {
    AXIS: "axis, the line is crossed at this cut",
    CLEARANCE: "clearance, the wall or the piece flies",
    JUMP: "jump, under 30 degrees and two sizes from the shot before",
    VISIBILITY: "visibility, a face is hidden or leaves the picture",
    ORDER: "order, people change sides of the picture at this cut",
    MINIMUM: "minimum, the shot is shorter than it should be",
    PLACE: "establishing, the set has no room for a wide view of the place",
    REVERSE: "reverse, the two sides of the pair do not mirror each other",
    EYELINE: "eyeline, the face looks past the wrong side of the lens",
    SIZE: "size, the set does not let the frame cut where it should",
}


def breaks_of(broken: int) -> tuple[str, ...]:
    """Return the rules that gave way, as they are declared."""
    return tuple(words for bit, words in _DECLARED.items() if broken & bit)


def reason_of(
    setup: Setup,
    role: Role,
    size: Size,
    run: tuple[Segment, ...],
    choice: Choice,
    performance: Performance,
    move: Move,
) -> str:
    """Return one sentence: what need and which rule shaped the shot."""
    names = {body.character_id: body.name for body in performance.bodies}
    people = [names[body.character_id] for body in performance.bodies]
    need = _need(setup, role, size, run, people, performance)
    moved = "" if move is Move.STATIC else f"; the camera's {move.value.replace('_', ' ')} follows"
    words = [text.removeprefix("") for text in breaks_of(choice.broken)]
    broken = f"; broken on purpose: {'; '.join(words)}" if words else ""
    return f"{need}{moved}{broken}."


def _need(
    setup: Setup,
    role: Role,
    size: Size,
    run: tuple[Segment, ...],
    people: list[str],
    performance: Performance,
) -> str:
    def name(person: int) -> str:
        return people[person] if 0 <= person < len(people) else "nobody"

    group = ", ".join(name(person) for person in setup.group)
    match role:
        case Role.ESTABLISHING:
            return f"{size} says where we are" + (f", with {group}" if group else "")
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
