"""A scene's moments in, where it has music out: from which frame to which, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mstation.sound.moments import Moment, SceneToScore, share_spoken, speech_of
from mstation.sound.spots import Told
from mstation.sound.spotting_table import (
    ENTER,
    LEAVE,
    LIMITS,
    PEOPLE,
    Pattern,
    Place,
    pattern_of,
    say,
)
from mstation.timebase import FrameRate

Speech = tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Music in a scene, by its frames, half-open."""

    first_frame: int
    end_frame: int
    enter: Told
    leave: Told


@dataclass(frozen=True, slots=True)
class Scored:
    """A scene, how it is scored, and where."""

    each: SceneToScore
    pattern: Pattern
    speech: Speech
    moments: tuple[Moment, ...]
    spans: tuple[Span, ...]  # in order, apart


def score_scene(
    each: SceneToScore, moments: tuple[Moment, ...], place: Place, rate: FrameRate
) -> Scored:
    """Return where a scene has music by its own lights; its neighbours are no matter here."""
    speech = speech_of(each)
    is_read = any(
        moment.hit.kind == "reveal"
        and moment.hit.weight >= PEOPLE["read"]
        and moment.hit.frame >= each.frames * ENTER["from_share"]
        for moment in moments
    )
    pattern = pattern_of(each.scene, share_spoken(speech, each.frames), place, is_read=is_read)
    scored = Scored(each, pattern, speech, moments, ())
    if each.frames <= 0:
        return scored
    match pattern.plan if speech else "through":
        case "through":
            spans = [_whole(scored, place)]
        case "open":
            spans = [_opening(scored, place, rate), *_closing(scored, rate)]
        case "late":
            spans = _late(scored, place, rate) or _closing(scored, rate)
            if not spans and place == "last":  # a film that ends is heard to end
                spans = [_whole(scored, place)]
        case "close":
            opens = speech[0][0] >= rate.frames_ceil(LIMITS["cue_min_s"])
            spans = [*([_opening(scored, place, rate)] if opens else []), *_closing(scored, rate)]
        case "dry":
            spans = []
    return replace(scored, spans=tuple(_apart(spans)))


def _apart(spans: Sequence[Span]) -> list[Span]:
    apart: list[Span] = []
    for span in spans:
        if apart and span.first_frame <= apart[-1].end_frame:
            apart[-1] = replace(apart[-1], end_frame=span.end_frame, leave=span.leave)
        else:
            apart.append(span)
    return apart


def _enter_at_start(scored: Scored, place: Place) -> Told:
    return (
        say("enter_film") if place == "first" else say("enter_scene", what=scored.each.scene.place)
    )


def _whole(scored: Scored, place: Place) -> Span:
    leave = say("leave_film" if place == "last" else "leave_scene")
    return Span(0, scored.each.frames, _enter_at_start(scored, place), leave)


def _opening(scored: Scored, place: Place, rate: FrameRate) -> Span:
    """Return music from the scene's start: out with the first line, and never a mere flourish."""
    _, end, who = scored.speech[0]
    longest = scored.speech[0][0] + rate.frames_ceil(LIMITS["cue_min_s"])
    end = max(min(end, longest), rate.frames_ceil(LIMITS["cue_min_s"]))
    leave = say("leave_line", who=who or say("someone"))
    return Span(0, min(end, scored.each.frames), _enter_at_start(scored, place), leave)


def _closing(scored: Scored, rate: FrameRate) -> list[Span]:
    """Return music after the scene's last word, where enough is played without."""
    last = max(end for _, end, _ in scored.speech)
    who = next(who for _, end, who in scored.speech if end == last)
    first = last + rate.frames_ceil(LIMITS["after_line_s"])
    if scored.each.frames - first < rate.frames_ceil(LIMITS["play_min_s"]):
        return []
    enter = say("enter_last", who=who or say("someone"))
    return [Span(first, scored.each.frames, enter, say("leave_scene"))]


def _late(scored: Scored, place: Place, rate: FrameRate) -> list[Span]:
    """Return music that enters a dry scene on its best moment, if it has any."""
    frames = scored.each.frames
    least_s = LIMITS["finale_s" if place == "last" else "play_min_s"]
    until = min(round(frames * ENTER["until_share"]), frames - rate.frames_ceil(least_s))
    allowed = range(round(frames * ENTER["from_share"]), max(0, until))
    offers = [*_entries(scored, rate), *_pauses(scored, rate)]
    offers = [offer for offer in offers if offer[1] in allowed]
    if not offers:
        return []
    ideal = frames * ENTER["ideal_share"]

    def worth(offer: tuple[float, int, Told]) -> tuple[float, int]:
        return round(offer[0] - ENTER["away"] * abs(offer[1] - ideal) / frames, 6), -offer[1]

    _, first, enter = max(offers, key=worth)
    end, leave = _leaving(scored, first, rate)
    if place == "last":
        end, leave = frames, say("leave_film")
    return [Span(first, end, enter, leave)]


def _entries(scored: Scored, rate: FrameRate) -> list[tuple[float, int, Told]]:
    """Return worth, frame and reason of the moments that music may enter on."""
    offers = []
    for moment in scored.moments:
        if not moment.entering:
            continue
        at, who = _after_words(moment.hit.frame, scored.speech, rate)
        if at - moment.hit.frame > rate.frames_ceil(LIMITS["pause_s"]):
            continue  # the moment is gone before the line is
        told = say("enter_on", hit=moment.hit.why)
        if who:
            told = say("enter_after", hit=moment.hit.why, who=who)
        worth = ENTER[moment.entering] + 0.2 * moment.hit.weight
        offers.append((worth, at, told))
    return offers


def _after_words(frame: int, speech: Speech, rate: FrameRate) -> tuple[int, str]:
    """Return when music may enter: not before the line that is being spoken has ended."""
    pause = rate.frames_ceil(LIMITS["after_line_s"])
    for first, end, who in speech:
        if first <= frame < end + pause:
            return end + pause, who
    return frame, ""


def _pauses(scored: Scored, rate: FrameRate) -> list[tuple[float, int, Told]]:
    pause, wait = rate.frames_ceil(LIMITS["pause_s"]), rate.frames_ceil(LIMITS["after_line_s"])
    starts = [*(first for first, _, _ in scored.speech[1:]), scored.each.frames]
    return [
        (ENTER["line"], end + wait, say("enter_line", who=who or say("someone")))
        for (_, end, who), follows in zip(scored.speech, starts, strict=True)
        if follows - end >= pause
    ]


def _leaving(scored: Scored, first: int, rate: FrameRate) -> tuple[int, Told]:
    """Return where music that entered late goes out: with the scene, or on something hard."""
    frames = scored.each.frames
    at_end = frames, say("leave_scene")
    if scored.each.scene.mood.value not in LEAVE["moods"]:
        return at_end
    earliest = max(
        round(frames * LEAVE["from_share"]), first + rate.frames_ceil(LIMITS["cue_min_s"])
    )
    pause = rate.frames_ceil(LEAVE["pause_s"])
    starts = [*(begin for begin, _, _ in scored.speech[1:]), frames]
    for (_, end, who), follows in zip(scored.speech, starts, strict=True):
        if end >= earliest and follows - end >= pause:
            return end, say("leave_hard", who=who or say("someone"))
    for moment in scored.moments:
        hit = moment.hit
        if hit.kind in ("action", "exit") and hit.frame >= earliest and hit.weight >= 0.5:
            return hit.frame, say("leave_act", hit=hit.why)
    return at_end
