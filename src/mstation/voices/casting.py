"""A cast in, everyone's voice out: by sex, age and manner, told apart where a scene is shared."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations

from mstation.breakdown.scene import Character
from mstation.breakdown.voicing import VoiceWish
from mstation.identity import seed_of
from mstation.screenplay.script import Language
from mstation.voices.bending import NATURAL_HZ
from mstation.voices.described import Kind, kind_of
from mstation.voices.speech import Casting, Engine, Voice

# Two steps are 1.277: told apart by pitch even where an engine misses it by 3 % on either side.
_STEP = 1.13
_LOWEST_HZ = 84.0
_STEPS = 13
_NEAR = 1.25  # pitches nearer than this are one pitch
# Soft, plain, pressed. Each is a third or more from the next as measured, at every pitch.
_TILTS_DB = (-3.0, 0.0, 3.0)
_NEAR_TILT_DB = 2.9
# Another colour of voice is asked of somebody only when pitches give out: it counts as four steps.
_TILT_COST = 4.0
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


@dataclass(frozen=True, slots=True)
class _Seat:
    """Where a voice stands among others: its pitch, and the tilt of its spectrum."""

    pitch_hz: float
    tilt_db: float

    def is_near(self, other: _Seat) -> bool:
        """Whether the two would be taken for one person."""
        low, high = sorted((self.pitch_hz, other.pitch_hz))
        return high / low < _NEAR and abs(self.tilt_db - other.tilt_db) < _NEAR_TILT_DB

    def distance(self, other: _Seat) -> float:
        """Return how far apart the two are, 1 where they are just told apart."""
        pitches = abs(math.log(self.pitch_hz / other.pitch_hz)) / math.log(_NEAR)
        return max(pitches, abs(self.tilt_db - other.tilt_db) / _NEAR_TILT_DB)


@dataclass(frozen=True, slots=True)
class _Part:
    """Somebody to be cast: who it is, what kind of voice that is, what a person wants."""

    person: Character
    kind: Kind
    wish: VoiceWish


_NO_WISH = VoiceWish("")


def cast_voices(
    cast: tuple[Character, ...],
    language: Language,
    *,
    together: Sequence[Collection[str]] | None = None,
    wishes: Mapping[str, VoiceWish] | None = None,
) -> Casting:
    """Return one voice a character, in the order of the cast.

    `together` are the ids of those who are heard in one scene; None: all are. No two of them
    come nearer than `_Seat.is_near` while there are seats. `wishes` are what a person wants, by
    character; they are seated first. Who chooses next is settled by ids and not by the order of
    the cast, and nobody looks at those with whom they share no scene: a newcomer moves those
    alone whose seat is too near the new one, or to one that was moved so.
    """
    wishes = wishes or {}
    parts = [_part(person, wishes.get(person.id, _NO_WISH)) for person in cast]
    near = _neighbours(cast, together)
    seats: dict[str, _Seat] = {}
    shared: dict[str, int] = {}
    for part in sorted(parts, key=_turn):
        person_id = part.person.id
        others = [seats[other] for other in near[person_id] if other in seats]
        seats[person_id] = _best(_seats(part), others)
        shared[person_id] = sum(seats[person_id] == other for other in others)
    return Casting(
        tuple(
            _voice(part, seats[part.person.id], shared[part.person.id], _ENGINES[language])
            for part in parts
        )
    )


def too_near(casting: Casting, together: Sequence[Collection[str]]) -> tuple[tuple[str, str], ...]:
    """Return the pairs, by id, who share a scene and are not told apart: it is too crowded."""
    seats = {
        voice.character_id: _Seat(voice.pitch_scale * NATURAL_HZ, voice.tilt_db)
        for voice in casting.voices
    }
    pairs = {
        (one, other)
        for scene in together
        for one, other in combinations(sorted(set(scene) & seats.keys()), 2)
        if seats[one].is_near(seats[other])
    }
    return tuple(sorted(pairs))


def _part(person: Character, wish: VoiceWish) -> _Part:
    return _Part(person, kind_of(f"{person.description} {wish.like}"), wish)


def _turn(part: _Part) -> tuple[bool, int, str]:
    """Return when somebody chooses: those first of whom a person said where they are."""
    said = part.wish.pitch_hz is not None or part.wish.tilt_db is not None
    return (not said, seed_of("voice", part.person.id), part.person.id)


def _neighbours(
    cast: tuple[Character, ...], together: Sequence[Collection[str]] | None
) -> dict[str, set[str]]:
    """Return with whom everybody shares a scene."""
    near: dict[str, set[str]] = {person.id: set() for person in cast}
    for scene in [list(near)] if together is None else together:
        for person_id in near.keys() & set(scene):
            near[person_id] |= set(scene) - {person_id}
    return near


def _seats(part: _Part) -> list[_Seat]:
    """Return the seats that suit somebody, the best first."""
    band, wish = _band(part.person), part.wish
    low, high = (edge * part.kind.pitch for edge in band.pitch_hz)
    wish_hz = low * (high / low) ** _chance(part.person, "pitch")
    if wish.pitch_hz is not None:
        pitches = [wish_hz := wish.pitch_hz]
    else:
        ladder = [_pitch_hz(step) for step in range(_STEPS)]
        pitches = [hz for hz in ladder if low * 0.97 <= hz <= high * 1.03] or [wish_hz]
    tilts = _TILTS_DB if wish.tilt_db is None else (wish.tilt_db,)

    def cost(seat: _Seat) -> tuple[float, float, float]:
        steps = abs(math.log(seat.pitch_hz / wish_hz)) / math.log(_STEP)
        colours = abs(seat.tilt_db - part.kind.tilt_db) / _TILTS_DB[-1]
        return (steps + _TILT_COST * colours, seat.pitch_hz, seat.tilt_db)

    return sorted((_Seat(hz, tilt) for hz in pitches for tilt in tilts), key=cost)


def _best(suit: Sequence[_Seat], others: Sequence[_Seat]) -> _Seat:
    """Return the first seat that is near to nobody's, else the one farthest from the nearest."""
    for seat in suit:
        if not any(seat.is_near(other) for other in others):
            return seat
    return max(suit, key=lambda seat: min(seat.distance(other) for other in others))


def _voice(part: _Part, seat: _Seat, shared: int, engine: Engine) -> Voice:
    person, kind, wish = part.person, part.kind, part.wish
    band = _band(person)
    low, high = band.pitch_hz
    pitch_hz = seat.pitch_hz * (1 + 0.02 * (shared % 3))
    within = math.log(pitch_hz / math.sqrt(low * high)) / math.log(high / low)
    clash = _FORMANT_CLASH * ((shared + 1) // 2) * (-1 if shared % 2 else 1)
    formants = band.formants * (1 + _FORMANT_SPREAD * min(max(within, -1.0), 1.0) + clash)
    lively = band.range * (0.92 + 0.16 * _chance(person, "range"))
    speed = band.speed * (0.96 + 0.08 * _chance(person, "speed"))
    narrator = _narrator()
    if person.name.strip().casefold() in narrator.names:
        lively, speed = narrator.range, narrator.speed
    return Voice(
        character_id=person.id,
        engine=engine,
        variant=wish.variant or _variant(person, band.variants, shared),
        pitch_scale=round(pitch_hz / NATURAL_HZ, 4),
        formant_scale=_said(wish.formants, min(max(formants, 0.78), 1.22)),
        pitch_range=_said(wish.range, lively * kind.range),
        speed=_said(wish.speed, speed * kind.speed),
        tilt_db=round(seat.tilt_db, 4),
        breath=_said(wish.breath, kind.breath),
        roughness=_said(wish.roughness, kind.roughness),
    )


def _said(said: float | None, found: float) -> float:
    """Return what a person said, or else what was found."""
    return round(found if said is None else said, 4)


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
