"""A small film to be scheduled: strips, a board and a production, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from mstation.breakdown.element import Category
from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.schedule.board import Board, BoardDay
from mstation.schedule.production import Costs, Place, Production
from mstation.schedule.production_file import Known, ReadProduction, read
from mstation.schedule.strip import Need, Player, Strip, Strips

LOS_ANGELES = Place(34.05, -118.24, "America/Los_Angeles")
COSTS = Costs(day=1_000_000, move=50_000, location_day=100_000, cast_day=120_000)
KNOWN = Known(
    {"MARA": "mara", "TOM": "tom"}, {"KITCHEN": "kitchen", "STREET": "street"}, ["1", "2"]
)


def strip(number: str, set_key: str = "kitchen", **changes: Any) -> Strip:
    """Return a page of interior day with Mara that takes two hours."""
    usual = Strip(
        id=f"sc-{number}",
        scene_id=f"sc-{number}",
        number=number,
        interior=Interior.INT,
        set_key=set_key,
        set_name=set_key.upper(),
        location=set_key,
        time=TimeOfDay.DAY,
        script_day="1",
        page=1,
        eighths=8,
        screen_s=60.0,
        cast=("mara",),
        voices=(),
        needs=(),
        synopsis="Mara waits.",
        setups=(),
        minutes=120,
    )
    return replace(usual, **changes)


def film() -> Strips:
    """Return three scenes: a kitchen twice, a street by night with extras and Tom."""
    return Strips(
        "Salt",
        "en",
        (
            strip("1"),
            strip("2", cast=("mara", "tom"), voices=("radio",)),
            strip(
                "3",
                "street",
                interior=Interior.EXT,
                time=TimeOfDay.NIGHT,
                cast=("tom",),
                needs=(Need(Category.BACKGROUND, "crowd"), Need(Category.VISUAL_EFFECTS, "rain")),
            ),
        ),
        (Player("mara", "MARA", 1, 34), Player("tom", "TOM", 2, 41)),
    )


def board(*days: tuple[str, ...], **changes: Any) -> Board:
    """Return a board of the main unit that shoots scenes by number, a day a tuple."""
    placed = tuple(BoardDay(tuple(f"sc-{number}" for number in day)) for day in days)
    return replace(Board("First", placed), **changes)


def production(**changes: Any) -> Production:
    """Return a production that begins on Monday, 1 March 2027, in Los Angeles."""
    usual = Production("USD", COSTS, first_day=date(2027, 3, 1), is_dated=True, place=LOS_ANGELES)
    return replace(usual, **changes)


def read_toml(text: str, known: Known = KNOWN) -> ReadProduction:
    """Return what a `production.toml` says of the film above."""
    return read(text.encode(), path="production.toml", language="en", known=known)
