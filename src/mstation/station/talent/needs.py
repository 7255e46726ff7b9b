"""A film's breakdown in, the people whom it needs out: by a table, each with its reason and days.

It is a start that a production manager corrects: the table knows scenes and elements, no budgets.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import ceil
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from mstation.errors import InvalidInput, Unsupported

SCHEMA = "mstation.breakdown/1"
EIGHTHS_A_DAY = 24  # three pages: a usual day of a film
OF_AGE = 18
_MOST = 5_000

Text = Annotated[str, Field(max_length=500)]


class _Element(BaseModel):
    category: Text


class _Sheet(BaseModel):
    scene_id: Text
    number: Text
    eighths: Annotated[int, Field(ge=0, le=10_000)]
    elements: Annotated[list[_Element], Field(max_length=_MOST)] = []


class _Scene(BaseModel):
    id: Text
    interior: Text
    time: Text
    present: Annotated[list[Any], Field(max_length=_MOST)] = []


class _Member(BaseModel):
    id: Text
    age: int | None = None


class Breakdown(BaseModel):
    """What of `breakdown.json` says whom a film needs."""

    schema_: Annotated[str, Field(alias="schema")]
    scenes: Annotated[list[_Scene], Field(max_length=_MOST)]
    sheets: Annotated[list[_Sheet], Field(max_length=_MOST)]
    cast: Annotated[list[_Member], Field(max_length=_MOST)] = []


@dataclass(frozen=True, slots=True)
class Need:
    """So many people of a role, for so many days, in these scenes, and why."""

    role: str
    count: int
    days: int
    scenes: tuple[str, ...]  # numbers
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A row of the table: what asks for a role."""

    role: str
    en: str
    zh: str
    when: str = "always"
    count: int = 1


@cache
def need_rows() -> tuple[NeedRow, ...]:
    """Return the table `needs.toml`."""
    text = files("mstation.station.talent").joinpath("needs.toml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[NeedRow, ...]).validate_python(tomllib.loads(text)["need"])


def read_breakdown(document: Any) -> Breakdown:
    """Return what a built film's `breakdown.json` holds.

    Raises:
        Unsupported: when it is of another version.
        InvalidInput: when it is no breakdown.
    """
    try:
        breakdown = Breakdown.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InvalidInput(
            f"this is no breakdown.json: {where}: {first['msg']}",
            zh=f"这不是有效的 breakdown.json：{where}：{first['msg']}",
        ) from error
    if breakdown.schema_ != SCHEMA:
        raise Unsupported(
            f"the breakdown is `{breakdown.schema_[:40]}`; {SCHEMA} is read: build the film again",
            zh=f"分解表版本为 `{breakdown.schema_[:40]}`，仅支持 {SCHEMA}；请重新生成影片",
        )
    return breakdown


def crew_needs(breakdown: Breakdown, *, eighths_a_day: int = EIGHTHS_A_DAY) -> tuple[Need, ...]:
    """Return whom a film needs, in the order of the table.

    eighths_a_day: of a page, that are shot in a day; days are those of the scenes that ask, begun.
    """
    asks = {sheet.number: (sheet.eighths, _asks(breakdown, sheet)) for sheet in breakdown.sheets}
    made = []
    for row in need_rows():
        scenes = [number for number, (_, told) in asks.items() if row.when in told]
        if scenes:
            eighths = sum(asks[number][0] for number in scenes)
            days = max(1, ceil(eighths / eighths_a_day))
            made.append(Need(row.role, row.count, days, tuple(scenes), row.en, row.zh))
    return tuple(made)


def _asks(breakdown: Breakdown, sheet: _Sheet) -> frozenset[str]:
    """Return what a scene has that rows of the table ask for."""
    return frozenset(
        {"always", *_of_place(breakdown, sheet), *(e.category for e in sheet.elements)}
    )


def _of_place(breakdown: Breakdown, sheet: _Sheet) -> Iterator[str]:
    minors = {each.id for each in breakdown.cast if each.age is not None and each.age < OF_AGE}
    for scene in breakdown.scenes:
        if scene.id != sheet.scene_id:
            continue
        if "EXT" in scene.interior:
            yield "exterior"
            if scene.time == "night":
                yield "night_exterior"
        if any(each in minors for each in scene.present if isinstance(each, str)):
            yield "minors"
