"""A scene in, its cue out: where music speaks, in which key, and what it lands on."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

from mstation.breakdown.scene import Mood
from mstation.identity import seed_of
from mstation.screenplay.script import Language
from mstation.sound.cue import CuePlan, Hit, MotifNote, Part, Section, Texture, Transform
from mstation.sound.palette import MODES, ROLES, Palette, palette_of
from mstation.sound.realise import realise
from mstation.sound.tempo import bars_of, beats_of_sections
from mstation.timebase import FrameRate

__all__ = ["plan_cue", "realise"]

_KEYS = ("C", "D♭", "D", "E♭", "E", "F", "G♭", "G", "A♭", "A", "B♭", "B")
_SECTION_MIN_S = 7.0  # shorter, and a change of texture is heard as a mistake
_CUT_WEIGHT = 1.6  # a cut alone turns the music only after so much longer
_SECTION_MAX_S = 28.0
_RING_S = 6.0  # the last section: a cadence and its ring
_RING_LEVEL = 0.08
_CLIMAX_TENSION = 0.6
_CHORD_MIN_S = 2.4  # chords change no faster than this
_ON_BEAT_FRAMES = 1.0
_NEAR_FRAMES = 3.0


def plan_cue(
    cue_id: str,
    frames: int,
    rate: FrameRate,
    mood: Mood,
    tension: float,
    language: Language,
    *,
    hits: tuple[int, ...],
    speech: tuple[tuple[int, int], ...],
    seed: int,
) -> CuePlan:
    """Return what a scene's music means to do.

    `hits` are frames worth landing on (cuts, entrances); `speech` are spoken ranges. Frames
    count from the scene's start. The theme and the home key follow `seed` alone, so that all
    scenes of a film share them; everything else follows the scene.
    """
    palette = palette_of(mood, language)
    film = random.Random(seed_of("score", str(seed)))
    home, contour = film.randrange(12), _contour(film)
    tonic = (home + palette.key_step) % 12
    hits = tuple(sorted({hit for hit in hits if 0 < hit < frames}))
    speech = _joined(speech, frames)
    bounds = _bounds(frames, rate, hits, speech)
    beats = _beats(bounds, rate, palette, tension, hits)
    chance = random.Random(seed_of("cue", str(seed), cue_id))
    sections = _sections(bounds, beats, rate, palette, tension, hits, speech, chance)
    bpm = 60 * sum(beats) / rate.seconds(frames) if beats else palette.tempo[0]
    return CuePlan(
        cue_id=cue_id,
        frames=frames,
        bpm=round(bpm, 3),
        meter=palette.meter,
        tonic=tonic,
        key=_KEYS[tonic],
        mode=palette.mode,
        mood=mood,
        tension=tension,
        language=language,
        motif=_motif(contour, palette),
        sections=sections,
        hits=tuple(_landing(hit, sections, palette.meter) for hit in hits),
        speech=speech,
        seed=seed,
        why=_reasons(palette, mood, tension, tonic, home, bpm),
    )


def _beats(
    bounds: Sequence[tuple[int, int]],
    rate: FrameRate,
    palette: Palette,
    tension: float,
    hits: Sequence[int],
) -> tuple[int, ...]:
    """Return how many beats each section holds: tension asks for the pace, cuts bend it."""
    slow, quick = palette.tempo
    return beats_of_sections(
        [rate.seconds(end - first) for first, end in bounds],
        [[rate.seconds(hit - first) for hit in hits if first < hit < end] for first, end in bounds],
        tempo=palette.tempo,
        ideal=slow + (quick - slow) * min(1.0, max(0.0, tension)),
        meter=palette.meter,
    )


def _joined(speech: Sequence[tuple[int, int]], frames: int) -> tuple[tuple[int, int], ...]:
    """Return spoken ranges in order, within the scene, overlaps made one."""
    joined: list[tuple[int, int]] = []
    for first, end in sorted((max(0, first), min(frames, end)) for first, end in speech):
        if first >= end:
            continue
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((first, end))
    return tuple(joined)


def _bounds(
    frames: int, rate: FrameRate, hits: Sequence[int], speech: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the sections' frames: they turn on cuts and where speech starts or stops."""
    if frames <= 0:
        return []
    shortest = rate.frames_ceil(_SECTION_MIN_S)
    ring = frames - rate.frames_ceil(_RING_S)
    longest = rate.frames_ceil(_SECTION_MAX_S)
    edges = {edge for span in speech for edge in span}
    starts = [0]
    for turn in sorted({*hits, *edges}):
        if turn > ring - shortest:
            break
        if turn - starts[-1] >= (shortest if turn in edges else _CUT_WEIGHT * shortest):
            starts.append(turn)
    if ring > shortest:
        near = [hit for hit in hits if abs(hit - ring) <= shortest // 2]
        starts.append(min(near, key=lambda hit: (abs(hit - ring), hit)) if near else ring)
    bounds: list[tuple[int, int]] = []
    for first, end in zip(starts, [*starts[1:], frames], strict=True):
        parts = -(-(end - first) // longest)
        marks = [first + (end - first) * part // parts for part in range(parts + 1)]
        bounds.extend(itertools.pairwise(marks))
    return bounds


def _sections(
    bounds: Sequence[tuple[int, int]],
    beats: Sequence[int],
    rate: FrameRate,
    palette: Palette,
    tension: float,
    hits: Sequence[int],
    speech: Sequence[tuple[int, int]],
    chance: random.Random,
) -> tuple[Section, ...]:
    chosen = {role: chance.choice(names) for role, names in palette.parts.items()}
    progression = chance.choice(palette.progressions)
    sections: list[Section] = []
    level, statements, chords = 0.5 * palette.level, 0, 0
    for index, ((first, end), count) in enumerate(zip(bounds, beats, strict=True)):
        spoken = _spoken_share(first, end, speech)
        place = _place(index, len(bounds), spoken, tension, first, end, speech)
        texture = palette.textures[place]
        if place == "gap" and sections and sections[-1].texture == texture:
            texture = palette.textures["open"]  # no stretch of the same for minutes
        bpm = 60 * count / rate.seconds(end - first)
        bars = bars_of(count, palette.meter)
        turned = (*progression[chords % len(progression) :], *progression)
        harmony = _harmony(bars, bpm, turned[: len(progression)], palette, place)
        is_last = index == len(bounds) - 1
        if is_last:
            harmony = (*harmony[:-1], palette.cadence[-1])
        chords += sum(1 for _ in itertools.groupby(harmony))
        goal = _level(place, palette.level, tension, spoken)
        transform = _transform(texture, statements)
        statements += transform != "none"
        sections.append(
            Section(
                first_frame=first,
                end_frame=end,
                beats=count,
                bpm=round(bpm, 3),
                harmony=harmony,
                texture=texture,
                orchestration=tuple(Part(role, chosen[role]) for role in ROLES[texture]),
                dynamics=(round(level, 3), round(_RING_LEVEL if is_last else goal, 3)),
                transform=transform,
                why=_why(place, texture, spoken, first, hits, count, palette.meter),
            )
        )
        level = goal
    return tuple(sections)


def _spoken_share(first: int, end: int, speech: Sequence[tuple[int, int]]) -> float:
    heard = sum(max(0, min(end, stop) - max(first, start)) for start, stop in speech)
    return heard / (end - first)


def _place(
    index: int,
    count: int,
    spoken: float,
    tension: float,
    first: int,
    end: int,
    speech: Sequence[tuple[int, int]],
) -> str:
    """Return which part of the scene a section plays: open, talk, gap, climax or close."""
    if index == count - 1 and count > 1:
        return "close"
    if spoken > 0.25:
        return "talk"
    if not speech or end <= speech[0][0] or index == 0:
        return "climax" if tension > _CLIMAX_TENSION and index else "open"
    return "climax" if tension > _CLIMAX_TENSION and index >= count // 2 else "gap"


def _harmony(
    bars: Sequence[int], bpm: float, progression: Sequence[str], palette: Palette, place: str
) -> tuple[str, ...]:
    """Return one chord a bar; quick bars share one, and the last section comes home."""
    bar_s = palette.meter * 60 / bpm
    held = max(1, round(_CHORD_MIN_S / bar_s))
    if place == "close":
        preparing = [palette.cadence[0]] if len(bars) > 1 else []
        homing = [palette.cadence[-1]] * max(1, len(bars) - len(preparing))
        return (*preparing, *homing)[: len(bars)]
    return tuple(progression[index // held % len(progression)] for index in range(len(bars)))


def _level(place: str, level: float, tension: float, spoken: float) -> float:
    lift = {"open": 1.0, "talk": 0.75, "gap": 1.0, "climax": 1.25, "close": 0.85}[place]
    return min(1.0, level * lift * (0.85 + 0.4 * tension) * (1 - 0.25 * spoken))


def _transform(texture: Texture, statements: int) -> Transform:
    """Return how the theme appears: stated first, then answered and drawn out."""
    if texture == "theme":
        order: tuple[Transform, ...] = ("statement", "answer", "augmented")
        return order[statements % 3]
    return "fragment" if texture in ("sparse", "ring") else "none"


def _contour(film: random.Random) -> tuple[tuple[int, float], ...]:
    """Return the film's theme as steps from its first note: a leap, then steps back."""
    leap = film.choice((2, 3, 4, -2))
    back = -1 if leap > 0 else 1
    steps = [0, leap, leap + back, leap + 2 * back, film.choice((leap + back, 0)), 0]
    rhythm = film.choice(((1.5, 0.5, 1, 1, 2, 2), (1, 1, 2, 1, 1, 2), (2, 1, 1, 1.5, 0.5, 2)))
    length = film.choice((5, 6))
    return tuple(zip(steps[:length], rhythm[:length], strict=True))


def _motif(contour: Sequence[tuple[int, float]], palette: Palette) -> tuple[MotifNote, ...]:
    """Return the theme in this scene's mode; a fifth is a step smaller in five tones."""
    scale = len(MODES[palette.mode]) / 7
    return tuple(MotifNote(round(step * scale), beats) for step, beats in contour)


def _landing(frame: int, sections: Sequence[Section], meter: int) -> Hit:
    """Return how a hit meets the beats of the section it falls in."""
    section = next(each for each in sections if each.first_frame <= frame < each.end_frame)
    frames_a_beat = (section.end_frame - section.first_frame) / section.beats
    beat = round((frame - section.first_frame) / frames_a_beat)
    error = round(section.first_frame + beat * frames_a_beat - frame, 3) + 0.0
    if abs(error) > _NEAR_FRAMES:
        return Hit(frame, "miss", error)
    if abs(error) > _ON_BEAT_FRAMES:
        return Hit(frame, "near", error)
    return Hit(frame, "downbeat" if beat % meter == 0 else "beat", error)


def _why(
    place: str,
    texture: Texture,
    spoken: float,
    first: int,
    hits: Sequence[int],
    beats: int,
    meter: int,
) -> str:
    told = {
        "open": "the scene opens before its business",
        "talk": f"people speak for {round(100 * spoken)} % of it, so the music thins",
        "gap": "the speech pauses and the music may answer",
        "climax": "the tension is at its height",
        "close": "the scene ends: a cadence, then the ring",
    }[place]
    start = "its first downbeat falls on a cut" if first in hits else "it starts with the scene"
    if first and first not in hits:
        start = "it turns where the speech turns"
    whole = "" if beats % meter == 0 else "; one bar is cut short to land the next"
    return f"{texture}: {told}; {start}{whole}"


def _reasons(
    palette: Palette, mood: Mood, tension: float, tonic: int, home: int, bpm: float
) -> tuple[str, ...]:
    low, high = palette.tempo
    return (
        f"{mood.value} asks for {palette.mode} and {low:g} to {high:g} quarters a minute",
        f"tension {tension:.2f} and the cuts settle the pace at {bpm:.1f}",
        f"{_KEYS[tonic]} lies {palette.key_step} semitones above the film's home, {_KEYS[home]}",
    )
