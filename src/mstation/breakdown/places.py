"""Headings to places: one key for every return to a set, and the light it is played in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.screenplay.heading import HeadingFields, read_heading
from mstation.screenplay.lexicon import lexicon

_SAME = lexicon("mstation.screenplay", "words")["same_place"]
_SAME_PLACE = frozenset((*_SAME["zh"], *(word.lower() for word in _SAME["en"])))
_SPACES = re.compile(r"[\W_]+")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_NOTHING_SAID = "somewhere"


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a scene plays."""

    interior: Interior
    place: str
    set_key: str
    time: TimeOfDay
    time_text: str


def find_places(headings: Sequence[str]) -> list[Place]:
    """Return the place of each heading; what a heading leaves out comes from the one before."""
    places: list[Place] = []
    for heading in headings:
        fields = read_heading(heading)
        before = places[-1] if places else None
        place, key = _place_of(fields, before)
        places.append(
            Place(
                interior=_interior_of(fields, before, key),
                place=place,
                set_key=key,
                time=_time_of(fields, before),
                time_text=fields.time_text,
            )
        )
    return _parted_by_interior(places)


def set_key_of(place: str) -> str:
    """Return what all ways of writing a place have in common: `The BOOTH.` and `Booth`."""
    flat = unicodedata.normalize("NFKC", place).casefold().replace("’", "'").replace("'s", "s")
    key = _HAN_GAP.sub("", " ".join(_SPACES.sub(" ", flat).split()))
    return key.removeprefix("the ")


def _place_of(fields: HeadingFields, before: Place | None) -> tuple[str, str]:
    place, key = fields.place, set_key_of(fields.place)
    if not key or key in _SAME_PLACE:
        return (before.place, before.set_key) if before else (place or _NOTHING_SAID, _NOTHING_SAID)
    if before is not None and fields.time in ("same", "later"):
        # BOOTH - LATER right after PROJECTION BOOTH - NIGHT is the same booth
        is_short = before.set_key.endswith(" " + key) or before.set_key.startswith(key + " ")
        return place, before.set_key if is_short else key
    return place, key


def _interior_of(fields: HeadingFields, before: Place | None, key: str) -> Interior:
    if fields.interior:
        return Interior(fields.interior)
    return before.interior if before is not None and before.set_key == key else Interior.INT


def _time_of(fields: HeadingFields, before: Place | None) -> TimeOfDay:
    match fields.time:
        case "same" | "later" | "":
            return before.time if before is not None else TimeOfDay.DAY
        case "next_day":
            return TimeOfDay.DAY
        case time:
            return TimeOfDay(time)


def _parted_by_interior(places: list[Place]) -> list[Place]:
    """INT. HOUSE and EXT. HOUSE are two sets: the outside is keyed apart where both are there."""
    inside = {place.set_key for place in places if place.interior is not Interior.EXT}
    return [
        Place(place.interior, place.place, f"{place.set_key} exterior", place.time, place.time_text)
        if place.interior is Interior.EXT and place.set_key in inside
        else place
        for place in places
    ]
