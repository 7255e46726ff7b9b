"""Spottings to score: every mood and length, cuts and speech where a film might have them."""

from __future__ import annotations

import random

from mstation.breakdown.scene import Mood
from mstation.screenplay.script import Language
from mstation.sound.spots import HitPoint, PlacedSpot, Spot, Spotting, Told

_LENGTHS = (60, 200, 500, 1000, 2000, 4000)
_KINDS = ("cut", "entrance", "exit", "reveal", "action")
_CUT = Told("a cut", "切镜")


def spot(
    mood: Mood = Mood.SAD,
    *,
    id: str = "sc-1",
    frames: int = 1000,
    language: Language = "en",
    strength: float = 0.6,
    tension: float = 0.6,
    hits: tuple[int, ...] = (97, 290, 600),
    speech: tuple[tuple[int, int], ...] = ((350, 480),),
    characters: tuple[str, ...] = ("ch-a", "ch-b"),
    place: str = "loft",
) -> Spot:
    """Return a spot; its hits are cuts of middling weight."""
    points = tuple(HitPoint(hit, "cut", 0.6, _CUT) for hit in hits)
    return Spot(
        id, (id,), frames, mood, strength, tension, language, points, speech, characters, place, ()
    )


def film_of(seed: int, cues: int, language: Language, rate: str = "24") -> Spotting:
    """Return a film's spotting by chance: all moods in turn, all lengths."""
    chance = random.Random(seed)
    placed, first = [], 0
    for index in range(cues):
        frames = chance.choice(_LENGTHS)
        made = _by_chance(chance, index, list(Mood)[(seed + index) % 6], language, frames)
        placed.append(PlacedSpot(f"1M{index + 1}", first, made))
        first += frames + chance.choice((0, 48))
    return Spotting(f"film {seed}", rate, first, seed, tuple(placed))


def _by_chance(
    chance: random.Random, index: int, mood: Mood, language: Language, frames: int
) -> Spot:
    count = chance.randrange(0, max(2, frames // 120))
    hits = sorted(
        (chance.randrange(1, frames), chance.choice(_KINDS), chance.choice((0.3, 0.5, 0.7, 0.9)))
        for _ in range(count)
    )
    speech: list[tuple[int, int]] = []
    at = chance.randrange(frames)
    while at < frames and chance.random() < 0.8:
        speech.append((at, min(frames, at + chance.randrange(20, 120))))
        at = speech[-1][1] + chance.randrange(10, 200)
    people = tuple(chance.sample(["ch-a", "ch-b", "ch-c", "ch-d"], 2))
    return Spot(
        f"sc-{index}",
        (f"sc-{index}",),
        frames,
        mood,
        chance.random(),
        chance.random(),
        language,
        tuple(HitPoint(frame, kind, weight, _CUT) for frame, kind, weight in hits),  # type: ignore[arg-type]
        tuple(speech),
        people,
        chance.choice(("loft", "quay")),
        (),
    )
