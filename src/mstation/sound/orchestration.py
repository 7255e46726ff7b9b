"""A section's place in its cue in, who plays it and how loud out; hits in, their accents out."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import pairwise

from mstation.breakdown.scene import Mood
from mstation.screenplay.script import Language
from mstation.sound.beatmap import Landing
from mstation.sound.cue import Accent, Hit, Part, Place, Role, Section, Texture, ThemeUse
from mstation.sound.palette import INSTRUMENTS, ROLES, Palette
from mstation.sound.score_plan import StandIn
from mstation.sound.spots import HitKind, Spot, Told

RING_LEVEL = 0.08
_CLIMAX_TENSION = 0.6
_TALK_SHARE = 0.25  # spoken more than this, a section is under a conversation
_STINGER_WEIGHT = 0.8
_MARK_WEIGHT = 0.4
_STRIKING = (Mood.TENSE, Mood.ACTION)
_LIFTS: dict[Place, float] = {"open": 1.0, "talk": 0.75, "gap": 1.0, "climax": 1.25, "close": 0.85}
_PLACES: dict[Place, tuple[str, str]] = {
    "open": ("the scene opens before its business", "戏未入正题，先铺开场面"),
    "talk": ("people speak, so the music thins and stays low", "有人说话，音乐变薄，压在低处"),
    "gap": ("the speech pauses and the music may answer", "话语停顿，音乐得以应答"),
    "climax": ("the tension is at its height", "张力到了最高处"),
    "close": ("it comes to a cadence and rings on", "落到终止，余音延续"),
}
_TEXTURES: dict[Texture, tuple[str, str]] = {
    "silence": ("no music", "无音乐"),
    "drone": ("one low note held", "一个低音长持"),
    "bed": ("held chords", "和弦铺底"),
    "sparse": ("few notes, with air around them", "音符疏落，四周留白"),
    "theme": ("a tune over held chords", "旋律浮于和弦之上"),
    "flow": ("broken chords that flow", "分解和弦，如水流"),
    "pulse": ("a low pulse", "低音脉动"),
    "drive": ("pulse, drums and a head of the tune", "脉动、鼓与旋律动机"),
    "ring": ("the last chord rolled and left to ring", "末和弦琶奏，任其余响"),
}
_ACCENTS: dict[Accent, tuple[str, str]] = {
    "stinger": ("struck by the whole ensemble", "全体重击"),
    "stop": ("the music stops dead on it and leaves a silence", "音乐戛然而止，其后留白"),
    "turn": ("the texture changes with it", "织体随之而变"),
    "mark": ("marked by a new bow or a low note", "以换弓或一个低音点出"),
    "none": ("nothing is made of it", "不另作强调"),
}


def spoken_share(first: int, end: int, speech: Sequence[tuple[int, int]]) -> float:
    """Return how much of a stretch of frames is spoken over, 0 to 1."""
    heard = sum(max(0, min(end, stop) - max(first, start)) for start, stop in speech)
    return heard / (end - first)


def place_of(
    index: int, count: int, span: tuple[int, int], tension: float, speech: Sequence[tuple[int, int]]
) -> Place:
    """Return which part of its cue a section plays."""
    if index == count - 1 and count > 1:
        return "close"
    if spoken_share(*span, speech) > _TALK_SHARE:
        return "talk"
    if not speech or span[1] <= speech[0][0] or index == 0:
        return "climax" if tension > _CLIMAX_TENSION and index else "open"
    return "climax" if tension > _CLIMAX_TENSION and index >= count // 2 else "gap"


def ensemble_of(palette: Palette, chance: random.Random) -> dict[Role, str]:
    """Return who plays each role throughout a cue."""
    return {role: chance.choice(names) for role, names in palette.parts.items()}


def parts_of(
    texture: Texture, ensemble: dict[Role, str], theme: ThemeUse | None
) -> tuple[Part, ...]:
    """Return who plays in a section; the tune is played by whom its use names, or by nobody."""
    roles = [role for role in ROLES[texture] if role != "melody" or theme]
    return tuple(
        Part(role, theme.instrument if theme and role == "melody" else ensemble[role])
        for role in roles
    )


def level_of(place: Place, level: float, tension: float, strength: float, spoken: float) -> float:
    """Return how loud a section means to be, 0 silent … 1 full."""
    pressed = 0.8 + 0.3 * tension + 0.15 * strength
    return min(1.0, level * _LIFTS[place] * pressed * (1 - 0.25 * spoken))


def told_section(place: Place, texture: Texture, bars: Sequence[int], meter: int) -> Told:
    """Return what a section is for, in words."""
    why, what = _PLACES[place], _TEXTURES[texture]
    odd = any(bar != meter for bar in bars)
    return Told(
        f"{why[0]}: {what[0]}" + ("; one bar is cut or stretched to land what follows" * odd),
        f"{why[1]}：{what[1]}" + ("；其中一小节伸缩，好让后面落准" * odd),
    )


def accents(
    landings: Iterable[Landing], sections: Sequence[Section], spot: Spot
) -> tuple[Hit, ...]:
    """Return every hit with how it lands and what is played on it."""
    starts = {section.first_frame for section in sections[1:]}
    textures = {
        after.first_frame: before.texture != after.texture for before, after in pairwise(sections)
    }
    told: list[Hit] = []
    for landing in landings:
        hit = landing.hit
        accent: Accent = "none"
        is_met = landing.kind != "passed" and 0 < hit.frame < spot.frames
        if is_met:
            is_spoken = any(first <= hit.frame < end for first, end in spot.speech)
            accent = _accent(hit.kind, hit.weight, spot.mood, is_spoken=is_spoken)
            if accent != "none" and hit.frame in starts and textures.get(hit.frame):
                accent = "turn" if accent == "mark" else accent
        played = _ACCENTS[accent]
        told.append(
            Hit(
                hit.frame,
                landing.kind,
                landing.error_frames,
                hit.weight,
                accent,
                Told(
                    f"{hit.why.en}: {landing.why.en}" + f"; {played[0]}" * is_met,
                    f"{hit.why.zh}：{landing.why.zh}" + f"；{played[1]}" * is_met,
                ),
            )
        )
    return tuple(told)


def _accent(kind: HitKind, weight: float, mood: Mood, *, is_spoken: bool) -> Accent:
    """Return what is played on a hit: no blow where the scene is gentle, none over a word."""
    if weight < _MARK_WEIGHT:
        return "none"
    if weight < _STINGER_WEIGHT or is_spoken:
        return "mark"
    if kind in ("action", "reveal") and mood in _STRIKING:
        return "stinger"
    return "stop" if kind == "exit" else "mark"


def stand_ins(instruments: Iterable[str], language: Language) -> tuple[StandIn, ...]:
    """Return which of these instruments are played by another program, in order of name."""
    found = sorted({name for name in instruments if INSTRUMENTS[name].heard[0]})
    rows = []
    for name in found:
        wanted = INSTRUMENTS[name]
        zh = language == "zh"
        rows.append(
            StandIn(
                stands_in_for=wanted.zh if zh else wanted.en,
                program=wanted.heard[1] if zh else wanted.heard[0],
                why=Told(
                    f"{wanted.en}: played by General MIDI {wanted.heard[0]}",
                    f"{wanted.zh}：由 General MIDI 的{wanted.heard[1]}代奏，音源中没有",
                ),
            )
        )
    return tuple(rows)
