"""Cues of going in, steps out: entrances, exits, walks, sitting down and getting up."""

from __future__ import annotations

import math
from dataclasses import replace

from mstation.stage.cues import Cue
from mstation.stage.ensemble import Ensemble
from mstation.stage.gait import own_pace, way_length
from mstation.stage.layout import Entrance, Mark
from mstation.stage.places import LONG_WAY_M, facing, last_part
from mstation.stage.stances import AT_WORK, Floor, Look, Playing, Stance

_STAGGER_S = 1.0  # between two who come or go by the same way
_WITHIN_REACH_M = 1.1
_SEATED_REACH_M = 1.75
_SLACK_M = 0.12
_TALK_MARK_M = (0.8, 1.9)


def come_in(
    ensemble: Ensemble,
    beat_id: str,
    key: str,
    who: list[str],
    arrival: tuple[Cue, Cue | None],
    carries: dict[str, str],
) -> None:
    """Bring people on, one after the other, to where they will be.

    `arrival` is the cue that brings them, and the one that says where they end up.
    """
    cue, following = arrival
    goes_on = following is not None and set(following.who) >= set(who)
    playings: dict[str, Playing] = {}
    left_out = 0.0  # of a long way: all begin at the same spot, one after the other
    for index, one in enumerate(who):
        spot, yaw, mark = _destination(ensemble, one, cue, following if goes_on else None)
        way = _entrance(ensemble, cue, spot)
        path = ensemble.places.way_in(way, spot, ensemble.present(without=(one,)))
        left_out = left_out or max(1e-6, way_length(path) - LONG_WAY_M)
        path = last_part(path, max(way_length(path) - left_out, 1.0))
        carry = carries.get(one, "")
        start = Stance(*path[0], facing(path[0], path[1]), is_present=False, carry=carry)
        after = Stance(*spot, yaw, look=ensemble.company(one), mark=mark, carry=carry)
        ensemble.stances[one] = after  # so that the next one keeps a distance
        playings[one] = Playing(
            one, start, after, path, is_running=cue.is_running, delay_s=_STAGGER_S * index
        )
    playings = _in_step(playings)
    ensemble.watch(playings, who[0])
    for one in who:
        ensemble.stances[one] = playings[one].before
    ensemble.run(beat_id, key, playings, dict.fromkeys(who, "enter"))


def _entrance(ensemble: Ensemble, cue: Cue, spot: Floor) -> Entrance:
    """Return the way people come on by: the one named, else the first that is not too near."""
    ways = ensemble.places.layout.entrances
    named = [way for way in ways if cue.thing and cue.thing in way.name]
    far = [way for way in ways if math.dist(way.outside[::2], spot) > 2.0]
    return (named or far or list(ways))[0]


def _destination(
    ensemble: Ensemble, who: str, cue: Cue, following: Cue | None
) -> tuple[Floor, float, str]:
    """Return where someone who comes in ends up: spot, yaw, mark."""
    taken = ensemble.present(without=(who,))
    thing = following.thing if following is not None and following.act == "stand" else ""
    whom = following.whom if following is not None else cue.whom
    partner = ensemble.stances.get(whom if ensemble.is_on(whom) else ensemble.company(who))
    if following is not None and following.act in ("sit", "sit_down", "lie"):
        seat = ensemble.seat_for(who, _posture_of(following), following.thing, following.whom)
        if seat is not None:
            return ensemble.places.foot_of_seat(seat, taken), seat.yaw_rad, ""
    inside = ensemble.places.layout.entrances[0].inside[::2]
    if thing == "door":
        spot = ensemble.places.spot_near(inside, inside, taken, 0.25)
        return spot, facing(spot, partner.floor if partner else (spot[0], spot[1] + 1)), ""
    mark = _mark_near(ensemble, thing, partner, taken)
    if mark is not None:
        at = (mark.position[0], mark.position[2])
        yaw = facing(at, partner.floor) if partner and not thing else mark.yaw_rad
        return at, yaw, mark.name
    near = partner.floor if partner else inside
    spot = ensemble.places.spot_near(near, inside, taken)
    return spot, facing(spot, near), ""


def _mark_near(
    ensemble: Ensemble, thing: str, partner: Stance | None, taken: list[Stance]
) -> Mark | None:
    named = ensemble.marks_at_thing(thing, "stand", taken)
    if named:
        return named[0]
    marks = ensemble.places.free_marks("stand", taken)
    if partner is not None:
        low, high = _TALK_MARK_M
        marks = [
            mark
            for mark in marks
            if low < math.dist(mark.position[::2], partner.floor) < high
            and not mark.piece
            and mark.name not in ("door", "window")
        ]
    return marks[0] if marks else None


def _in_step(playings: dict[str, Playing]) -> dict[str, Playing]:
    """Return the walks of a group at one pace, so that nobody walks into another."""
    longest = max(way_length(playing.path) for playing in playings.values())
    is_running = any(playing.is_running for playing in playings.values())
    pace = own_pace(longest, is_running=is_running)
    return {
        who: replace(playing, pace_m_s=pace, is_running=is_running)
        for who, playing in playings.items()
    }


def go_out(ensemble: Ensemble, beat_id: str, key: str, who: list[str], cue: Cue) -> None:
    """Let people leave by the nearest way out."""
    stand_up(ensemble, beat_id, f"{key}/up", who)
    playings: dict[str, Playing] = {}
    way = ensemble.places.entrance_near(ensemble.stances[who[0]], cue.thing)
    if way is None:
        return
    nearest = sorted(
        who, key=lambda one: round(math.dist(way.inside[::2], ensemble.stances[one].floor), 3)
    )
    for index, one in enumerate(nearest):
        before = ensemble.stances[one]
        path = ensemble.places.way_out(before.floor, way, ensemble.present(without=who))
        after = Stance(*path[-1], facing(path[-2], path[-1]), is_present=False)
        playings[one] = Playing(
            one, before, after, path, is_running=cue.is_running, delay_s=_STAGGER_S * index
        )
    playings = _in_step(playings)
    ensemble.watch(playings, who[0])
    ensemble.run(beat_id, key, playings, dict.fromkeys(who, "exit"))


def settle(ensemble: Ensemble, beat_id: str, key: str, cues: dict[str, Cue]) -> None:
    """Let people walk to seats or beds, all at once, and sit or lie down there."""
    going = _seats_taken(ensemble, cues)
    if not going:
        return
    sitting = [one for one in going if _posture_of(cues[one]) == "sit"]
    stand_up(ensemble, beat_id, f"{key}/up", sitting)
    walks: dict[str, Playing] = {}
    for index, (one, seat) in enumerate(going.items()):
        stance = ensemble.stances[one]
        others = ensemble.present(without=going)
        foot = ensemble.places.foot_of_seat(seat, others)
        path = ensemble.places.way(stance.floor, foot, others)
        spot = path[-1] if path else stance.floor
        at_seat = replace(
            stance, x=spot[0], z=spot[1], yaw_rad=seat.yaw_rad, weight=0, mark="", posture="stand"
        )
        walks[one] = Playing(one, stance, at_seat, path, delay_s=0.6 * index)
    ensemble.watch(walks, next(iter(going)))
    ensemble.run(beat_id, f"{key}/go", walks, dict.fromkeys(going, "walk"))
    sits = {}
    for index, (one, seat) in enumerate(going.items()):
        stance = ensemble.stances[one]
        seated = replace(ensemble.at_mark(seat), look=stance.look, carry=stance.carry)
        sits[one] = Playing(one, stance, seated, delay_s=0.35 * index)
    kinds = {one: "sit_down" if one in sitting else "lie_down" for one in going}
    ensemble.run(beat_id, f"{key}/sit", sits, kinds)


def _seats_taken(ensemble: Ensemble, cues: dict[str, Cue]) -> dict[str, Mark]:
    """Return the seat or bed that each takes, one after the other."""
    going: dict[str, Mark] = {}
    before = dict(ensemble.stances)
    for one, cue in cues.items():
        posture = _posture_of(cue)
        if before[one].posture != posture:
            seat = ensemble.seat_for(one, posture, cue.thing, cue.whom)
            if seat is not None:
                going[one] = seat
                ensemble.stances[one] = ensemble.at_mark(seat)
    ensemble.stances = before
    return going


def _posture_of(cue: Cue) -> str:
    return "lie" if cue.act == "lie" else "sit"


def stand_up(ensemble: Ensemble, beat_id: str, key: str, who: list[str]) -> None:
    """Let those of them who sit, lie or kneel get up."""
    playings = {}
    for one in who:
        before = ensemble.stances[one]
        if before.posture == "stand":
            continue
        spot = before.floor
        if before.seat_height_m > 0:
            spot = ensemble.places.foot_of_seat(before, ensemble.present(without=(one,)))
        after = replace(
            before, x=spot[0], z=spot[1], posture="stand", seat_height_m=0.0, mark="",
            recline_rad=0.0, carry="" if before.carry in AT_WORK else before.carry,
        )  # fmt: skip
        playings[one] = Playing(one, before, after)
    rising = dict.fromkeys(playings, "rise")
    if rising:
        ensemble.watch(playings, next(iter(rising)))
        ensemble.run(beat_id, key, playings, rising)


def go_down(
    ensemble: Ensemble, beat_id: str, key: str, who: list[str], cue: Cue, look: Look
) -> None:
    """Let people kneel or fall where they are."""
    playings = {}
    for one in who:
        before = ensemble.stances[one]
        if before.posture in ("kneel", "lie"):
            continue
        spot = before.floor
        if before.posture == "sit":
            spot = ensemble.places.foot_of_seat(before, ensemble.present(without=(one,)))
        after = replace(
            before, x=spot[0], z=spot[1], posture="kneel" if cue.act == "kneel" else "lie",
            seat_height_m=0.0, weight=0, mark="", carry="", look=look, recline_rad=0.0,
        )  # fmt: skip
        playings[one] = Playing(one, before, after, falls=cue.act == "fall")
    falling = dict.fromkeys(playings, cue.act)
    if falling:
        ensemble.watch(playings, next(iter(falling)))
        ensemble.run(beat_id, key, playings, falling)


def approach(
    ensemble: Ensemble, beat_id: str, key: str, who: str, whom: str, near_m: float,
    *, is_running: bool = False,
) -> None:  # fmt: skip
    """Walk up to someone, to within this distance."""
    is_seated = ensemble.stances[who].posture != "stand"
    far_enough = _SEATED_REACH_M if is_seated else max(near_m, 1.05 if near_m > 0.5 else 0.0)
    if ensemble.distance(who, whom) < far_enough + _SLACK_M:
        return
    stand_up(ensemble, beat_id, f"{key}/up", [who])
    before, partner = ensemble.stances[who], ensemble.stances[whom]
    if near_m < 0.5:
        spot = _towards(partner.floor, before.floor, near_m)
    else:
        taken = ensemble.present(without=(who,))
        spot = ensemble.places.spot_near(partner.floor, before.floor, taken, near_m)
    yaw = facing(spot, partner.floor)
    walk(ensemble, beat_id, key, who, spot, yaw, whom, is_running=is_running)


def go_to_thing(ensemble: Ensemble, beat_id: str, key: str, who: str, cue: Cue) -> None:
    """Walk to the thing a cue names, when it is not within reach already."""
    stance = ensemble.stances[who]
    point = ensemble.places.thing_point(cue.thing, stance.floor)
    is_going = cue.act in ("walk", "run", "stand", "travel")
    if point is None or (stance.posture != "stand" and not is_going):
        return
    taken = ensemble.present(without=(who,))
    partner = ensemble.stances.get(ensemble.company(who))
    near = partner.floor if partner and cue.thing in ("bed", "table", "desk") else stance.floor
    marks = ensemble.places.marks_at(cue.thing, "stand", taken)
    marks.sort(key=lambda mark: round(math.dist(mark.position[::2], near), 3))
    point = ensemble.places.thing_point(cue.thing, near) or point
    if math.dist(point[::2], stance.floor) < _WITHIN_REACH_M:
        return
    if marks:
        spot, yaw, name = marks[0].position[::2], marks[0].yaw_rad, marks[0].name
    else:
        spot = ensemble.places.spot_near(point[::2], stance.floor, taken, 0.8)
        yaw, name = facing(spot, point[::2]), ""
    if math.dist(spot, stance.floor) < 0.4:
        return
    stand_up(ensemble, beat_id, f"{key}/up", [who])
    walk(ensemble, beat_id, key, who, spot, yaw, point, is_running=cue.is_running, mark=name)


def wander(ensemble: Ensemble, beat_id: str, key: str, who: str, cue: Cue) -> None:
    """Walk to another free mark: the text says that someone walks, not where."""
    stance = ensemble.stances[who]
    marks = [
        mark
        for mark in ensemble.places.free_marks("stand", ensemble.present(without=(who,)))
        if 1.0 < math.dist(mark.position[::2], stance.floor) < 5.0
    ]
    if marks:
        stand_up(ensemble, beat_id, f"{key}/up", [who])
        spot = marks[0].position[::2]
        yaw = marks[0].yaw_rad
        walk(
            ensemble, beat_id, key, who, spot, yaw, "", is_running=cue.is_running,
            mark=marks[0].name,
        )  # fmt: skip


def walk(
    ensemble: Ensemble, beat_id: str, key: str, who: str, spot: Floor, yaw: float, look: Look,
    *, is_running: bool = False, mark: str = "",
) -> None:  # fmt: skip
    """Walk to a spot around the furniture and face a way there."""
    before = ensemble.stances[who]
    path = ensemble.places.way(before.floor, spot, ensemble.present(without=(who,)))
    if not path:
        return
    after = replace(
        before, x=spot[0], z=spot[1], yaw_rad=yaw, look=look, weight=0, mark=mark,
        floor_m=next((m.position[1] for m in ensemble.places.layout.marks if m.name == mark), 0.0),
    )  # fmt: skip
    playings = {who: Playing(who, before, after, path, is_running=is_running)}
    ensemble.watch(playings, who)
    ensemble.run(beat_id, key, playings, {who: "run" if is_running else "walk"})


def _towards(target: Floor, origin: Floor, distance_m: float) -> Floor:
    """Return the spot at this distance from the target, on the way from the origin."""
    share = distance_m / max(math.dist(target, origin), 1e-6)
    return (
        target[0] + (origin[0] - target[0]) * share,
        target[1] + (origin[1] - target[1]) * share,
    )
