"""A camera's numbers in, the rows that a techvis sheet says them in out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mstation.screenplay.script import Language
from mstation.sheets.camera import CameraFacts, Flying
from mstation.sheets.wording import (
    FULL_FRAME,
    compass_text,
    feet_text,
    metres_text,
    move_text,
    words_of,
)
from mstation.shots.shot import Shot
from mstation.space import Sensor
from mstation.stage.piece_names import piece_text

_STILL_DEG, _LEVEL_DEG, _SAME_MM = 1.0, 0.5, 0.05
_BEYOND = "beyond "

Row = tuple[str, str]


def camera_rows(
    shot: Shot,
    facts: CameraFacts,
    sensor: Sensor,
    *,
    names: Mapping[str, str],
    setup: str,
    language: Language,
) -> tuple[Row, ...]:
    """Return what is said of a camera: each row a label and its value."""
    words = words_of(language)
    plan = words["plan"]
    lens = words["lens"].format(mm=f"{facts.lens_mm:g}")
    full = plan["full_frame"].format(mm=f"{facts.lens_mm * FULL_FRAME:.0f}")
    across, upright = f"{facts.across_deg:.1f}", f"{facts.upright_deg:.1f}"
    who = names.get(facts.distance_to, "")
    reach = plan["distance"].format(who=who) if who else plan["distance_alone"]
    rows = [
        (words["columns"]["setup"], setup),
        (plan["lens"], plan["both"].format(metres=lens, feet=full)),
        (plan["sensor"], f"{sensor.width_mm:.2f} × {sensor.height_mm:.2f} mm"),
        (plan["view"], plan["view_value"].format(across=across, upright=upright)),
        (plan["height"], metres_text(facts.height_m, language)),
        (reach, metres_text(facts.distance_m, language)),
        (plan["tilt"], _tilt(facts, language)),
        (plan["pan"], _pan(facts, language)),
        *(
            [(plan["roll"], f"{facts.roll_deg:.1f}°".replace("-", "−"))]
            if abs(facts.roll_deg) > _LEVEL_DEG
            else []
        ),
        (plan["move"], move_text(shot, words)),
        *_move(facts, language),
        *_line(shot, names, language),
        (plan["flies"], flies_text(facts.flies, language)),
    ]
    return tuple(row for row in rows if row[1])


def flies_text(flies: tuple[Flying, ...], language: Language) -> str:
    """Return what has to go for the camera, or that nothing has."""
    words = words_of(language)
    told = [_flying(each, language) for each in flies]
    return words["comma"].join(told) if told else str(words["plan"]["nothing"])


def _flying(thing: Flying, language: Language) -> str:
    words = words_of(language)
    plan, sides = words["plan"], words["sides"]
    if thing.kind == "ceiling":
        return str(plan["ceiling"])
    if thing.kind == "piece":
        return piece_text(thing.name, language)
    side = thing.name.removeprefix(_BEYOND)
    key = "wall_named" if side not in sides else "wall_beyond" if side != thing.name else "wall"
    return str(plan[key].format(name=sides.get(side, side)))


def _tilt(facts: CameraFacts, language: Language) -> str:
    plan = words_of(language)["plan"]
    if abs(facts.tilt_deg) < _LEVEL_DEG:
        return str(plan["level"])
    way = plan["up"] if facts.tilt_deg > 0 else plan["down"]
    return f"{abs(facts.tilt_deg):.1f}° {way}"


def _pan(facts: CameraFacts, language: Language) -> str:
    degrees = f"{facts.pan_deg % 360:.0f}"
    wind = compass_text(facts.pan_deg, language)
    return str(words_of(language)["plan"]["pan_value"].format(degrees=degrees, compass=wind))


def _move(facts: CameraFacts, language: Language) -> Iterator[Row]:
    """Yield how far and how fast the camera goes and turns, where it does."""
    words = words_of(language)
    plan = words["plan"]
    if facts.travel_m > 0:
        feet = feet_text(facts.travel_m, plan)
        travel = f"{facts.travel_m:.2f}"
        seconds = f"{facts.move_s:.1f}"
        yield plan["travel"], plan["travel_value"].format(metres=travel, feet=feet, seconds=seconds)
        mean, most = f"{facts.mean_speed_m_s:.2f}", f"{facts.most_speed_m_s:.2f}"
        yield plan["speed"], plan["speed_value"].format(mean=mean, most=most)
    if abs(facts.rise_m) > 0.05:
        key = "rise_value" if facts.rise_m > 0 else "fall_value"
        yield words["moves"]["pedestal"], plan[key].format(metres=f"{abs(facts.rise_m):.2f}")
    if facts.turn_deg > _STILL_DEG:
        degrees, speed = f"{facts.turn_deg:.0f}", f"{facts.most_turn_deg_s:.0f}"
        yield plan["turn"], plan["turn_value"].format(degrees=degrees, speed=speed)
    if abs(facts.lens_mm - facts.end_lens_mm) > _SAME_MM:
        first, last = f"{facts.lens_mm:.0f}", f"{facts.end_lens_mm:.0f}"
        yield words["moves"]["zoom"], plan["zoom_value"].format(first=first, last=last)


def _line(shot: Shot, names: Mapping[str, str], language: Language) -> Iterator[Row]:
    """Yield between whom the line of interest runs, and on which side the camera is."""
    plan = words_of(language)["plan"]
    if len(shot.axis) != 2:
        return
    side = plan[{-1: "side_right", 0: "side_neutral", 1: "side_left"}[shot.side]]
    a, b = (names.get(each, each) for each in shot.axis)
    value = plan["line_value"].format(a=a, b=b, side=side)
    if "axis" in shot.declared:
        value = words_of(language)["list"].join((value, plan["crossed"]))
    yield plan["line"], value
