"""Scenes as they were shot in, the film's spotting out: where music starts and stops, and why.

Each scene is spotted by what happens in it (`spans.py`); here neighbours are heard together, so
that scenes of like mood share a cue across the cut and no silence is a slip. A cue knows nothing
of the film but its own frames: a line changed elsewhere leaves it as it is.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mstation.breakdown.scene import Mood
from mstation.sound.moments import SceneToScore, moments_of
from mstation.sound.spans import Scored, Span, score_scene
from mstation.sound.spots import HitPoint, PlacedSpot, Silence, Spot, Spotting, Told
from mstation.sound.spotting_table import ENDS, LIMITS, STRENGTH, Place, are_like, say
from mstation.timebase import FrameRate


@dataclass(frozen=True, slots=True)
class _Run:
    """Music over one scene or more, in film frames."""

    first_frame: int
    end_frame: int
    mood: Mood  # of the scene that it came last to
    parts: tuple[tuple[Scored, Span], ...]


def spot_film(title: str, rate: str, scenes: Sequence[SceneToScore], *, seed: int) -> Spotting:
    """Return where the film has music, and why; and where it has none, and why."""
    exact = FrameRate.parse(rate)
    scored = _score(scenes, exact)
    runs = _runs(scored, exact)
    frames = sum(each.frames for each in scenes)
    cues = _label([(run.first_frame, _spot(run, scored, frames)) for run in runs], exact)
    return Spotting(title, rate, frames, seed, cues, _silences(runs, scored, frames))


def _score(scenes: Sequence[SceneToScore], rate: FrameRate) -> list[Scored]:
    scored: list[Scored] = []
    seen: set[str] = set()
    for index, each in enumerate(scenes):
        place: Place = "any"
        if index in (0, len(scenes) - 1):
            place = "last" if index else "first"
        scored.append(score_scene(each, moments_of(each, seen), place, rate))
        seen |= {there.character_id for there in each.performance.presences}
    return scored


def _runs(scored: Sequence[Scored], rate: FrameRate) -> list[_Run]:
    """Return the film's stretches of music: like moods joined, slips bridged, flourishes left."""
    bridge, longest = rate.frames_ceil(LIMITS["bridge_s"]), rate.frames_ceil(LIMITS["cue_max_s"])
    runs: list[_Run] = []
    for scene in scored:
        for span in scene.spans:
            start, mood = scene.each.first_frame, scene.each.scene.mood
            first, end = start + span.first_frame, start + span.end_frame
            last = runs[-1] if runs else None
            if (
                last
                and first - last.end_frame <= bridge
                and are_like(last.mood, mood)
                and end - last.first_frame <= longest
            ):
                parts = (*last.parts, (scene, span))
                runs[-1] = _Run(last.first_frame, end, mood, parts)
            else:
                runs.append(_Run(first, end, mood, ((scene, span),)))
    return _to_the_end([run for run in runs if _is_worth(run, scored, rate)], scored, bridge)


def _to_the_end(runs: list[_Run], scored: Sequence[Scored], bridge: int) -> list[_Run]:
    """Return the runs, the last of them held to the film's end where it is near."""
    frames = scored[-1].each.first_frame + scored[-1].each.frames if scored else 0
    if not runs or frames - runs[-1].end_frame > bridge:
        return runs
    *parts, (scene, span) = runs[-1].parts
    end = frames - scene.each.first_frame
    held = replace(span, end_frame=end, leave=say("leave_film"))
    return [*runs[:-1], replace(runs[-1], end_frame=frames, parts=(*parts, (scene, held)))]


def _is_worth(run: _Run, scored: Sequence[Scored], rate: FrameRate) -> bool:
    """Whether a run is long enough to say something; the film's first and last always are."""
    frames = scored[-1].each.first_frame + scored[-1].each.frames
    is_at_end = run.first_frame == 0 or run.end_frame == frames
    return is_at_end or run.end_frame - run.first_frame >= rate.frames_ceil(LIMITS["cue_min_s"])


def _spot(run: _Run, scored: Sequence[Scored], frames: int) -> Spot:
    inside = [scene for scene in scored if _heard(scene, run) > 0]
    weight = {scene.each.scene.id: _heard(scene, run) for scene in inside}
    main = max(inside, key=lambda scene: weight[scene.each.scene.id]).each.scene
    length = run.end_frame - run.first_frame
    tension = sum(scene.each.scene.tension * _heard(scene, run) for scene in inside) / length
    speech = tuple(_speech(inside, run))
    spoken = sum(end - first for first, end in _joined(speech)) / length
    return Spot(
        id=_id(run),
        scene_ids=tuple(scene.each.scene.id for scene in inside),
        frames=length,
        mood=main.mood,
        strength=_strength(tension, spoken),
        tension=round(tension, 4),
        language=main.language,
        hits=tuple(_hits(inside, run, frames)),
        speech=speech,
        characters=_characters(inside, run),
        place=main.set_key,
        why=_why(run, inside, scored),
    )


def _heard(scene: Scored, run: _Run) -> int:
    """Return how many frames of a scene a run covers."""
    first, end = scene.each.first_frame, scene.each.first_frame + scene.each.frames
    return max(0, min(end, run.end_frame) - max(first, run.first_frame))


def _id(run: _Run) -> str:
    """Return the id of the scene, or of the beat in it, that music begins with."""
    scene, span = run.parts[0]
    if span.first_frame == 0:
        return scene.each.scene.id
    beats = [
        beat.beat_id
        for beat in scene.each.performance.beats
        if beat.first_frame <= span.first_frame
    ]
    return beats[-1] if beats else scene.each.scene.id


def _strength(tension: float, spoken: float) -> float:
    silent = STRENGTH["silent"] if not spoken else 0.0
    wanted = STRENGTH["base"] + STRENGTH["tension"] * tension + STRENGTH["spoken"] * spoken
    return round(min(1.0, max(0.0, wanted + silent)), 3)


def _hits(inside: Sequence[Scored], run: _Run, frames: int) -> Iterable[HitPoint]:
    length = run.end_frame - run.first_frame
    for scene in inside:
        offset = scene.each.first_frame - run.first_frame
        for moment in scene.moments:
            frame = offset + moment.hit.frame
            if 0 < frame < length:
                yield replace(moment.hit, frame=frame)
    kind = "film" if run.end_frame == frames else "cue"
    yield HitPoint(length, "end", ENDS[kind], say(f"{kind}_ends"))


def _speech(inside: Sequence[Scored], run: _Run) -> Iterable[tuple[int, int]]:
    length = run.end_frame - run.first_frame
    for scene in inside:
        offset = scene.each.first_frame - run.first_frame
        for first, end, _ in scene.speech:
            clipped = max(0, offset + first), min(length, offset + end)
            if clipped[0] < clipped[1]:
                yield clipped


def _joined(speech: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, end in sorted(speech):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((first, end))
    return joined


def _characters(inside: Sequence[Scored], run: _Run) -> tuple[str, ...]:
    """Return whose cue it is: whoever is there the longest while it plays comes first."""
    there: Counter[str] = Counter()
    for scene in inside:
        offset = scene.each.first_frame - run.first_frame
        for each in scene.each.performance.presences:
            first = max(0, offset + each.first_frame)
            end = min(run.end_frame - run.first_frame, offset + each.end_frame)
            there[each.character_id] += max(0, end - first)
    return tuple(who for who, frames in there.most_common() if frames)


def _why(run: _Run, inside: Sequence[Scored], scored: Sequence[Scored]) -> tuple[Told, ...]:
    first, last = run.parts[0], run.parts[-1]
    leave = last[1].leave
    following = scored[scored.index(last[0]) + 1 :][:1]
    is_cut_off = last[1].end_frame == last[0].each.frames and following
    if is_cut_off and following[0].spans and following[0].spans[0].first_frame == 0:
        leave = say("leave_turn", what=following[0].each.scene.place)
    why = [first[1].enter, leave, first[0].pattern.why]
    if len(inside) > 1:
        why.append(say("across", count=str(len(inside))))
    return tuple(why)


def _label(spots: Sequence[tuple[int, Spot]], rate: FrameRate) -> tuple[PlacedSpot, ...]:
    """Return cues with their labels; of two that begin in one beat the second says so."""
    reel_frames = rate.frames_ceil(LIMITS["reel_s"])
    placed: list[PlacedSpot] = []
    ids: Counter[str] = Counter()
    for reel, cues in itertools.groupby(spots, key=lambda each: each[0] // reel_frames):
        for number, (first, spot) in enumerate(cues, 1):
            ids[spot.id] += 1
            again = f"-{ids[spot.id]}" if ids[spot.id] > 1 else ""
            named = replace(spot, id=f"{spot.id}{again}")
            placed.append(PlacedSpot(f"{reel + 1}M{number}", first, named))
    return tuple(placed)


def _silences(runs: Sequence[_Run], scored: Sequence[Scored], frames: int) -> tuple[Silence, ...]:
    edges = [0, *(edge for run in runs for edge in (run.first_frame, run.end_frame)), frames]
    return tuple(
        Silence(first, end, _bare(first, end, scored))
        for first, end in zip(edges[::2], edges[1::2], strict=True)
        if first < end
    )


def _bare(first: int, end: int, scored: Sequence[Scored]) -> Told:
    """Return why a stretch has no music: by the scene that fills the most of it."""
    gap = _Run(first, end, Mood.CALM, ())
    scene = max(scored, key=lambda each: _heard(each, gap))
    start = first - scene.each.first_frame
    if scene.pattern.plan == "through" or all(span.first_frame <= start for span in scene.spans):
        is_after = any(span.end_frame <= start for span in scene.spans)
        if is_after:
            return say("after")
    if scene.pattern.plan in ("through", "open"):
        return say("short")
    return scene.pattern.why
