"""Action paragraphs in, steps out: what people do between the lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from mstation.breakdown.scene import Action, Beat
from mstation.stage import travel
from mstation.stage.channels import pose_table
from mstation.stage.cues import Cue, thing_table, verb_table
from mstation.stage.ensemble import Ensemble, Handling
from mstation.stage.gestures import gesture_seconds
from mstation.stage.performance import BeatTiming
from mstation.stage.places import facing
from mstation.stage.props import kind_of_thing
from mstation.stage.stances import Look, Playing

_SHORTEST_S, _LONGEST_S, _SENTENCE_S = 1.0, 9.0, 2.5
_READ_WORD_S, _READ_HAN_S, _READ_LOOK_S = 0.3, 0.2, 1.5
_REACH_M, _EMBRACE_M, _APART_M = 0.95, 0.36, 0.95
_REACHED = 0.45  # of a gesture, when the hand is where it reaches
_GOING = frozenset({"walk", "run", "travel", "follow", "enter"})
_SITTING = ("sit", "sit_down", "lie")
_BEGINNINGS = {
    "exit": ("walk", "run", "turn", "travel"),
    "sit": ("walk", "run"),
    "sit_down": ("walk", "run"),
    "lie": ("walk", "run"),
}
_CLOSE_ACTS = frozenset({"give", "take", "touch", "strike"})
_HANDLING = frozenset(
    {"give", "take", "take_out", "show", "put", "pick_up", "hold", "phone", "aim"}
)


@dataclass(slots=True)
class Business:
    """One paragraph of action while it is being played."""

    ensemble: Ensemble
    beat: Beat
    action: Action
    cues: tuple[Cue, ...]
    carries: dict[str, str] = field(default_factory=dict)  # by those who are about to come in
    held: dict[str, str] = field(default_factory=dict)  # the words for it
    already: tuple[Cue, ...] = ()  # states that the scene's opening has set


def play_action(
    ensemble: Ensemble,
    beat: Beat,
    action: Action,
    cues: tuple[Cue, ...],
    already: tuple[Cue, ...] = (),
) -> None:
    """Add the steps of a paragraph: its cues one after the other, then what time is left."""
    first = ensemble.frame
    cues = tuple(_in_hand_first(cues))
    business = Business(ensemble, beat, action, cues, already=already)
    for number, group in enumerate(_together(cues)):
        _perform(business, f"{beat.id}/{number}", group)
    wanted = _SHORTEST_S
    if action.reads and not any(cue.act == "read" for cue in cues):
        wanted = reading_seconds(action.reads) + _READ_LOOK_S
    sentences = max(1, sum(action.text.count(mark) for mark in ".!?。！？"))
    wanted = max(wanted, min(action.est_seconds, _SENTENCE_S * sentences, _LONGEST_S))
    left = ensemble.rate.frames_ceil(wanted) - (ensemble.frame - first)
    if left > 0:
        ensemble.step(beat.id, f"{beat.id}/rest", left, {})
    ensemble.timings.append(BeatTiming(beat.id, first, ensemble.frame))


def reading_seconds(text: str) -> float:
    """Return how long it takes to read what is written, at the pace of the screen."""
    han = sum("\u4e00" <= ch <= "\u9fff" for ch in text)
    words = sum(1 for word in text.split() if word.isascii())
    return _READ_WORD_S * words + _READ_HAN_S * han


def _together(cues: tuple[Cue, ...]) -> list[list[Cue]]:
    """Return the cues in groups that are played as one: a walk and its end, several who sit.

    A walk or a turn that only begins an exit or a sitting down is left out.
    """
    groups: list[list[Cue]] = []
    for cue in cues:
        last = groups[-1][-1] if groups else None
        if last is not None and last.act == cue.act == "embrace":
            continue  # a kiss and the arms around it
        if last is not None and last.who == cue.who and last.act in _BEGINNINGS.get(cue.act, ()):
            groups[-1] = [replace(cue, thing=cue.thing or last.thing)]
        elif last is not None and _joins(last, cue, groups[-1]):
            groups[-1].append(cue)
        else:
            groups.append([cue])
    return groups


def _in_hand_first(cues: tuple[Cue, ...]) -> list[Cue]:
    """Return the cues with what is in someone's hand before the entrance it is in the hand at."""
    ordered: list[Cue] = []
    for cue in cues:
        last = ordered[-1] if ordered else None
        is_one = last is not None and last.who == cue.who and last.sentence == cue.sentence
        if is_one and last is not None and cue.act == "hold" and last.act in _GOING:
            ordered.insert(-1, cue)
        else:
            ordered.append(cue)
    return ordered


def _joins(last: Cue, cue: Cue, group: list[Cue]) -> bool:
    """Return whether others come, go or sit down together with those before them."""
    is_other = not any(set(cue.who) & set(other.who) for other in group)
    if cue.act in _SITTING:
        return is_other and last.act in _SITTING
    comes = cue.act in ("enter", "follow") and last.act in ("enter", "follow", "exit", "travel")
    return is_other and comes and cue.sentence == last.sentence


def _perform(business: Business, key: str, group: list[Cue]) -> None:
    ensemble, beat_id = business.ensemble, business.beat.id
    cue = group[0]
    who = [one for each in group for one in each.who if one in ensemble.stances]
    here = [one for one in who if ensemble.is_on(one)]
    away = [one for one in who if one not in here]
    enters = cue.act == "exit" or verb_table()["acts"][cue.act].get("enters")
    if away and (enters or (cue.act == "stand" and cue.thing == "door")):
        start = ensemble.frame
        travel.come_in(ensemble, beat_id, key, away, _arrival(business, cue), business.carries)
        ensemble.handlings += [
            Handling(beat_id, "hold", one, start, ensemble.frame, words=business.held[one])
            for one in away
            if one in business.held
        ]
        return
    if away and cue.act == "hold":
        business.carries |= dict.fromkeys(away, _held_as(business.action, cue))
        business.held |= dict.fromkeys(away, cue.words)
    if not here or any(cue is done for done in business.already):
        return
    if cue.act in _SITTING:
        own = {one: each for each in group for one in each.who if one in here}
        travel.settle(ensemble, beat_id, key, own)
    elif cue.act == "exit" or (cue.act == "enter" and not ensemble.places.layout.is_interior):
        travel.go_out(ensemble, beat_id, key, here, cue)
    else:
        _PLAYED.get(cue.act, _do)(business, key, here, cue)


def _arrival(business: Business, cue: Cue) -> tuple[Cue, Cue | None]:
    """Return the cue that brings someone on, and the one that says where they end up."""
    if cue.act == "stand":
        return cue, cue
    later = [other for other in business.cues if other.who == cue.who and other is not cue]
    index = business.cues.index(cue)
    later = [other for other in business.cues[index + 1 : index + 2] if other in later]
    if not later:
        return cue, None
    following = later[0]
    return cue, replace(following, act="stand") if following.act == "walk" else following


def _rise(business: Business, key: str, who: list[str], cue: Cue) -> None:
    travel.stand_up(business.ensemble, business.beat.id, key, who)


def _go_down(business: Business, key: str, who: list[str], cue: Cue) -> None:
    look = _target(business.ensemble, cue, who[0])
    travel.go_down(business.ensemble, business.beat.id, key, who, cue, look)


def _embrace(business: Business, key: str, who: list[str], cue: Cue) -> None:
    """Bring two together, arms around each other, and apart again."""
    ensemble, beat_id = business.ensemble, business.beat.id
    pair = [*who, cue.whom or ensemble.company(who[0])] if len(who) == 1 else who[:2]
    if len(pair) < 2 or any(
        not ensemble.is_on(one) or ensemble.stances[one].posture != "stand" for one in pair
    ):
        _do(business, key, who, replace(cue, act="touch"))
        return
    one, other = pair
    travel.approach(ensemble, beat_id, f"{key}/near", one, other, _EMBRACE_M)
    playings = {}
    for mine, theirs in ((one, other), (other, one)):
        before = ensemble.stances[mine]
        after = replace(
            before, yaw_rad=ensemble.yaw_to(before, theirs), look=theirs, weight=0, carry=""
        )
        seconds = gesture_seconds("embrace") * cue.pace
        playings[mine] = Playing(
            mine, before, after, gesture="embrace", gesture_s=seconds, delay_s=0.1
        )
    ensemble.watch(playings, one)
    ensemble.run(beat_id, key, playings, dict.fromkeys(pair, "embrace"))
    before, partner = ensemble.stances[one], ensemble.stances[other]
    spot = ensemble.places.spot_near(
        partner.floor, before.floor, ensemble.present(without=(one,)), _APART_M
    )
    yaw = facing(spot, partner.floor)
    travel.walk(ensemble, beat_id, f"{key}/apart", one, spot, yaw, other)


def _read(business: Business, key: str, who: list[str], cue: Cue) -> None:
    """Raise what is read, read it, lower it again."""
    ensemble, action = business.ensemble, business.action
    one, start = who[0], ensemble.frame
    before = ensemble.stances[one]
    reading = replace(before, carry="read", look="hands", weight=0)
    length = reading_seconds(action.reads) if action.reads else 1.0
    ensemble.run(
        business.beat.id, key, {one: Playing(one, before, reading)}, {one: "read"},
        shortest_s=length + _READ_LOOK_S,
    )  # fmt: skip
    kept = before.carry if before.carry in ("hold", "bag") else ""
    back = replace(reading, carry=kept, look=before.look)
    ensemble.run(business.beat.id, f"{key}/down", {one: Playing(one, reading, back)}, {})
    ensemble.handlings.append(
        Handling(business.beat.id, "read", one, start, ensemble.frame, words=cue.words)
    )


def _do(business: Business, key: str, who: list[str], cue: Cue) -> None:
    """Play a cue that is a look, a gesture, something carried, or a walk to something."""
    ensemble, beat_id = business.ensemble, business.beat.id
    row = verb_table()["acts"][cue.act]
    if cue.act in ("take", "give") and not cue.whom:
        cue = replace(cue, whom=_other_hand(ensemble, cue, who[0]))
    for one in who:
        _go(business, f"{key}/go/{one}", one, cue, str(row.get("goes", "")))
    if cue.act in _GOING:
        return
    playings = {one: _doing(business, one, cue) for one in who}
    _pass_on(ensemble, playings, cue, who[0])
    ensemble.watch(playings, who[0])
    shortest = float(row.get("seconds", 0.0)) * cue.pace
    start = ensemble.frame
    ensemble.run(beat_id, key, playings, dict.fromkeys(who, cue.act), shortest_s=shortest)
    if cue.act in _HANDLING:
        ensemble.handlings.append(_handling(ensemble, beat_id, cue, who[0], start))


def _handling(ensemble: Ensemble, beat_id: str, cue: Cue, who: str, start: int) -> Handling:
    """Return when a thing is in hand: from the reach of a taking, to the reach of a giving."""
    length = ensemble.frame - start
    reach = start + round(_REACHED * length)
    return Handling(
        beat_id,
        cue.act,
        who,
        reach if cue.act in ("take", "pick_up") else start,
        reach if cue.act in ("put", "give") else ensemble.frame,
        cue.whom if cue.act == "give" else "",
        cue.words,
        ensemble.stances[who],
    )


def _doing(business: Business, who: str, cue: Cue) -> Playing:
    ensemble = business.ensemble
    row = verb_table()["acts"][cue.act]
    before = ensemble.stances[who]
    look = _target(ensemble, cue, who)
    after = replace(before, look=look)
    if "carry" in row and (row["carry"] != "wheel" or before.posture == "sit"):
        carry = str(row["carry"])
        after = replace(after, carry=_held_as(business.action, cue) if carry == "hold" else carry)
    elif cue.act == "show" and kind_of_thing(cue.words) != "thing":
        after = replace(after, carry=before.carry or "hold")
    if cue.act == "turn":
        after = ensemble.turned(after, look, at_least=0.25)
    elif not isinstance(look, str) or ensemble.is_on(look):
        after = ensemble.turned(after, look)
    gesture = str(row.get("gesture", ""))
    if _is_low(business.action, cue) and f"{gesture}_low" in pose_table()["gestures"]:
        gesture = f"{gesture}_low"
    return Playing(
        who,
        before,
        after,
        gesture=gesture,
        gesture_s=gesture_seconds(gesture) * cue.pace if gesture else 0.0,
        delay_s=0.15 if gesture else 0.0,
        aim=_aim(ensemble, look),
    )


def _other_hand(ensemble: Ensemble, cue: Cue, doer: str) -> str:
    """Return whom something is taken from or given to when the text leaves it out."""
    if cue.thing:
        return ""
    if cue.act == "give":
        return ensemble.company(doer)
    kind = kind_of_thing(cue.words)
    holders = [
        handling.whom or handling.who
        for handling in ensemble.handlings
        if kind in ("thing", kind_of_thing(handling.words))
    ]
    return next((one for one in holders[::-1] if one != doer and ensemble.is_on(one)), "")


def _pass_on(ensemble: Ensemble, playings: dict[str, Playing], cue: Cue, doer: str) -> None:
    """Let the other one of a giving or taking do their half of it."""
    whom = cue.whom
    if cue.act not in ("give", "take") or not ensemble.is_on(whom) or whom in playings:
        return
    before = ensemble.stances[whom]
    gesture = "take" if cue.act == "give" else "give"
    carry = before.carry
    if cue.act == "give":
        carry = carry or "hold"
    elif carry in ("hold", "bag"):
        carry = ""
    after = ensemble.turned(replace(before, look=doer, carry=carry), doer)
    playings[whom] = Playing(
        whom,
        before,
        after,
        gesture=gesture,
        gesture_s=1.3,
        delay_s=0.35,
        aim=_aim(ensemble, doer),
    )


def _held_as(action: Action, cue: Cue) -> str:
    """Return how the arms carry what a cue names: a bag hangs, a letter is held up."""
    return str(_thing_row(action, cue).get("carried", "hold"))


def _is_low(action: Action, cue: Cue) -> bool:
    """Return whether what a cue names stands on the floor."""
    return not cue.thing and _thing_row(action, cue).get("stands") == "floor"


def _thing_row(action: Action, cue: Cue) -> dict[str, Any]:
    kind = kind_of_thing(cue.words)
    if kind == "thing" and action.props:
        kind = kind_of_thing(action.props[0])
    row: dict[str, Any] = thing_table()["props"][kind]
    return row


def _aim(ensemble: Ensemble, look: Look) -> Look:
    if isinstance(look, str):
        stance = ensemble.stances.get(look)
        return (stance.x, 1.2, stance.z) if stance is not None and stance.is_present else ""
    return look


def _target(ensemble: Ensemble, cue: Cue, who: str) -> Look:
    """Return what someone looks at while doing this."""
    now = ensemble.stances[who].look
    look = str(verb_table()["acts"][cue.act].get("look", ""))
    near = ensemble.stances[who].floor
    match look:
        case "hands" | "up" | "down":
            return look
        case "ahead":
            return ""
        case "away":
            return ensemble.places.thing_point(cue.thing or "window", near) or "down"
    if cue.whom != who and ensemble.is_on(cue.whom):
        return cue.whom
    if cue.thing and look in ("thing", ""):
        point = ensemble.places.thing_point(cue.thing, near)
        if point is not None:
            return point
    if look == "thing" and cue.act == "look" and ensemble.stances[who].carry == "hold":
        return "hands"
    return (ensemble.company(who) or now) if look in ("person", "thing") else now


def _go(business: Business, key: str, who: str, cue: Cue, goes: str) -> None:
    """Walk to the person or the thing of a cue, when the act asks for it."""
    ensemble, beat_id = business.ensemble, business.beat.id
    if not goes and cue.act not in _GOING:
        return
    if cue.whom != who and ensemble.is_on(cue.whom):
        near = _REACH_M if cue.act in _CLOSE_ACTS else 1.1
        travel.approach(ensemble, beat_id, key, who, cue.whom, near, is_running=cue.is_running)
    elif goes == "thing" and cue.thing:
        travel.go_to_thing(ensemble, beat_id, key, who, cue)
    elif cue.act in _GOING:
        travel.wander(ensemble, beat_id, key, who, cue)


_PLAYED: dict[str, Callable[[Business, str, list[str], Cue], None]] = {
    "rise": _rise,
    "kneel": _go_down,
    "fall": _go_down,
    "embrace": _embrace,
    "read": _read,
}
