"""Films to schedule, as films are: leads in much of it, sets that share a place."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.schedule.production import (
    CastTerms,
    Costs,
    Dates,
    Location,
    Production,
)
from mstation.schedule.strip import Player, Strip, Strips

FIRST = date(2027, 3, 1)  # a Monday
COSTS = Costs(
    day=1_200_000, move=150_000, location_day=150_000, cast_day=120_000, script_day=10_000
)


def strip(number: int, *, cast: Sequence[str] = (), minutes: int = 60, eighths: int = 4,
          interior: Interior = Interior.INT, time: TimeOfDay = TimeOfDay.DAY,
          location: str = "ROOM", set_key: str = "", script_day: str = "D1") -> Strip:  # fmt: skip
    """Return a strip of which a test says what it is about."""
    key = set_key or location
    return Strip(
        id=f"s{number}", scene_id=f"s{number}", number=str(number), interior=interior, set_key=key,
        set_name=key, location=location, time=time, script_day=script_day, page=1,
        eighths=eighths, screen_s=eighths * 7.5, cast=tuple(cast), voices=(), needs=(),
        synopsis="", setups=(), minutes=minutes,
    )  # fmt: skip


def strips_of(*strips: Strip, ages: dict[str, int] | None = None) -> Strips:
    """Return a film of these strips; its cast by name, numbered as they come."""
    names = dict.fromkeys(name for each in strips for name in each.cast)
    cast = tuple(
        Player(name, name.upper(), number, (ages or {}).get(name, 30))
        for number, name in enumerate(names, start=1)
    )
    return Strips("A Film", "en", tuple(strips), cast)


def production(**said: object) -> Production:
    """Return a production that says nothing but this."""
    plain = Production("USD", COSTS, first_day=FIRST, is_dated=True)
    return replace(plain, **said)  # type: ignore[arg-type]


def film(scenes: int, cast: int, places: int, seed: int) -> tuple[Strips, Production]:
    """Return a film and its production, the same for the same seed.

    Each place has its circle of players, its sets, its hours; every third player is away for a
    while, some places are closed for a week.
    """
    dice = random.Random(seed)
    weights = [1 / rank**0.8 for rank in range(1, cast + 1)]
    names = [f"p{number}" for number in range(1, cast + 1)]
    circles = [_circle(dice, names, weights) for _ in range(places)]
    nights = [dice.random() < 0.25 for _ in range(places)]
    outside = [dice.random() < 0.4 for _ in range(places)]
    strips = []
    for number in range(1, scenes + 1):
        place = dice.randrange(places)
        circle = circles[place]
        own = dice.sample(circle, dice.randint(1, min(4, len(circle))))
        eighths = dice.randint(2, 12)
        strips.append(
            strip(
                number,
                cast=sorted(own, key=names.index),
                minutes=eighths * 15 + dice.choice((15, 30, 45)),
                eighths=eighths,
                interior=Interior.EXT if outside[place] else Interior.INT,
                time=TimeOfDay.NIGHT if nights[place] else TimeOfDay.DAY,
                location=f"place {place + 1}",
                set_key=f"place {place + 1}, set {dice.randint(1, 3)}",
                script_day=f"D{1 + number * 8 // (scenes + 1)}",
            )
        )
    players = tuple(
        Player(name, name.upper(), number, 30) for number, name in enumerate(names, start=1)
    )
    terms = tuple(_terms(dice, name, scenes) for name in names[1:] if dice.random() < 0.35)
    where = tuple(_place(dice, f"place {place + 1}", scenes) for place in range(places))
    told = production(cast=terms, locations=where)
    return Strips(f"Film {seed}", "en", tuple(strips), players), told


def _circle(dice: random.Random, names: Sequence[str], weights: Sequence[float]) -> list[str]:
    size = min(len(names), dice.randint(2, 6))
    found: list[str] = []
    while len(found) < size:
        name = dice.choices(names, weights)[0]
        if name not in found:
            found.append(name)
    return found


def _terms(dice: random.Random, name: str, scenes: int) -> CastTerms:
    first = FIRST + timedelta(days=dice.randrange(scenes // 3))
    away = Dates(first, first + timedelta(days=dice.randint(1, 4)))
    return CastTerms(name, rate=dice.randint(10, 120) * 1000, away=(away,))


def _place(dice: random.Random, key: str, scenes: int) -> Location:
    closed: tuple[Dates, ...] = ()
    if dice.random() < 0.2:
        first = FIRST + timedelta(days=dice.randrange(scenes // 3))
        closed = (Dates(first, first + timedelta(days=4)),)
    return Location(key, key, (), closed=closed, fee=dice.randint(0, 20) * 10_000)
