"""A cast in, everyone's voice out: by sex and age, and told apart from each other."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from mstation.breakdown.scene import Character
from mstation.identity import seed_of
from mstation.screenplay.script import Language
from mstation.voices.bending import NATURAL_HZ
from mstation.voices.speech import Casting, Engine, Voice

# Two voices a step apart are heard as two people without any other sign.
_STEP = 1.13
_LOWEST_HZ = 84.0
_STEPS = 13
# Formants shift with the pitch within a band, and by this much again between people who must
# share a pitch.
_FORMANT_SPREAD = 0.05
_FORMANT_CLASH = 0.055
_ENGINES: dict[Language, Engine] = {"en": "hibari", "zh": "espeak"}


@dataclass(frozen=True, slots=True)
class _Band:
    """How people of a sex and age sound."""

    sex: str
    until_age: int
    pitch_hz: tuple[float, float]
    formants: float
    speed: float
    range: float
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Narrator:
    """What a voice is called that tells the film, and how it differs."""

    names: frozenset[str]
    range: float
    speed: float


def cast_voices(cast: tuple[Character, ...], language: Language) -> Casting:
    """Return one voice a character, in the order of the cast.

    Everyone takes a step on one ladder of pitches, so that no two are closer than a step while
    steps last. Who chooses first is settled by ids and not by the order of the cast: a new
    character moves the voices of those alone whose step is taken.
    """
    people = sorted(cast, key=lambda person: (seed_of("voice", person.id), person.id))
    wishes = {person.id: _wishes(person) for person in people}
    holder: dict[int, str] = {}
    for person in people:
        _seat(person.id, wishes, holder, set())
    step_of = {person_id: step for step, person_id in holder.items()}
    crowd = Counter(step_of.values())
    voices: dict[str, Voice] = {}
    for person in people:
        shared = 0
        if person.id not in step_of:  # more people than steps: the least crowded that suits
            wished = wishes[person.id]
            step = min(wished, key=lambda step: (crowd[step], wished.index(step)))
            step_of[person.id], shared = step, crowd[step]
            crowd[step] += 1
        voices[person.id] = _voice(person, step_of[person.id], shared, _ENGINES[language])
    return Casting(tuple(voices[person.id] for person in cast))


def _wishes(person: Character) -> list[int]:
    """Return the steps that suit the person's sex and age, the best first."""
    low, high = _band(person).pitch_hz
    steps = [step for step in range(_STEPS) if low * 0.97 <= _pitch_hz(step) <= high * 1.03]
    wish_hz = low * (high / low) ** _chance(person, "pitch")
    return sorted(steps, key=lambda step: (abs(math.log(_pitch_hz(step) / wish_hz)), step))


def _seat(
    person_id: str, wishes: dict[str, list[int]], holder: dict[int, str], asked: set[int]
) -> bool:
    """Give the person a free step, asking others to move where that makes room for all.

    Source: Kuhn 1955, augmenting paths in a bipartite graph.
    """
    free = [step for step in wishes[person_id] if step not in holder]
    if free:
        holder[free[0]] = person_id
        return True
    for step in wishes[person_id]:
        if step not in asked:
            asked.add(step)
            if _seat(holder[step], wishes, holder, asked):
                holder[step] = person_id
                return True
    return False


def _voice(person: Character, step: int, shared: int, engine: Engine) -> Voice:
    band = _band(person)
    low, high = band.pitch_hz
    pitch_hz = _pitch_hz(step) * (1 + 0.02 * (shared % 3))
    within = math.log(pitch_hz / math.sqrt(low * high)) / math.log(high / low)
    clash = _FORMANT_CLASH * ((shared + 1) // 2) * (-1 if shared % 2 else 1)
    formants = band.formants * (1 + _FORMANT_SPREAD * within + clash)
    lively = band.range * (0.92 + 0.16 * _chance(person, "range"))
    speed = band.speed * (0.96 + 0.08 * _chance(person, "speed"))
    narrator = _narrator()
    if person.name.strip().casefold() in narrator.names:
        lively, speed = narrator.range, narrator.speed
    return Voice(
        character_id=person.id,
        engine=engine,
        variant=_variant(person, band.variants, shared),
        pitch_scale=round(pitch_hz / NATURAL_HZ, 4),
        formant_scale=round(min(max(formants, 0.78), 1.22), 4),
        pitch_range=round(lively, 4),
        speed=round(speed, 4),
    )


def _variant(person: Character, variants: Sequence[str], shared: int) -> str:
    return variants[(seed_of("variant", person.id) + shared) % len(variants)]


def _pitch_hz(step: int) -> float:
    return _LOWEST_HZ * _STEP**step


def _chance(person: Character, what: str) -> float:
    """Return a number in [0, 1) that is this person's own."""
    return seed_of(what, person.id) / 2**64


def _band(person: Character) -> _Band:
    return next(
        band
        for band in _bands()
        if band.sex in ("any", person.sex) and person.age <= band.until_age
    )


@cache
def _bands() -> tuple[_Band, ...]:
    """Return the bands, youngest first; read once, never changed."""
    bands = tomllib.loads(_text())["band"]
    return tuple(
        _Band(**{**row, "pitch_hz": tuple(row["pitch_hz"]), "variants": tuple(row["variants"])})
        for row in bands
    )


@cache
def _narrator() -> _Narrator:
    row = tomllib.loads(_text())["narrator"]
    return _Narrator(frozenset(row["names"]), row["range"], row["speed"])


def _text() -> str:
    return resources.files("mstation.voices").joinpath("casting.toml").read_text("utf-8")
