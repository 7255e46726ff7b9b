"""A breakdown and its shots in, strips out: one a scene, its setups counted in minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mstation.breakdown.reports.dossier import ScenePaper, dossier_of
from mstation.breakdown.scene import Breakdown
from mstation.schedule.minutes import Pace, needs_minutes, setup_minutes
from mstation.schedule.setups import list_setups, sides_of
from mstation.schedule.strip import Need, Player, Strip, Strips, StripSetup
from mstation.shots.shot import ShotList
from mstation.timebase import FrameRate


def strips_of(
    breakdown: Breakdown,
    shots: Mapping[str, ShotList],
    *,
    rate: FrameRate,
    pace: Pace,
    locations: Mapping[str, str],
    most_minutes: int,
) -> Strips:
    """Return what is to be scheduled of a film, in the script's order.

    shots: by scene id; a scene without any is reckoned by its eighths. locations: key of the
    location of each set that is shot elsewhere than in a place of its own. most_minutes: what one
    day holds; a scene that takes longer becomes parts, cut between its setups.
    """
    dossier = dossier_of(breakdown, breakdown.language, "standard")
    strips: list[Strip] = []
    for paper in dossier.papers:
        setups = _setups(shots.get(paper.scene.id), rate, pace)
        strip = _strip(paper, setups, pace, locations)
        strips += _in_parts(strip, most_minutes)
    cast = tuple(
        Player(person.id, dossier.names[person.id], person.number, person.age)
        for person in dossier.cast
    )
    return Strips(dossier.title, breakdown.language, tuple(strips), cast)


def _strip(
    paper: ScenePaper, setups: tuple[StripSetup, ...], pace: Pace, locations: Mapping[str, str]
) -> Strip:
    scene, sheet = paper.scene, paper.sheet
    needs = tuple(Need(each.category, each.name) for each in sheet.elements)
    own = sum(setup.minutes for setup in setups) or paper.eighths * pace.page_eighth
    return Strip(
        id=scene.id,
        scene_id=scene.id,
        number=scene.number,
        interior=scene.interior,
        set_key=scene.set_key,
        set_name=scene.place,
        location=locations.get(scene.set_key, scene.set_key),
        time=scene.time,
        script_day=sheet.script_day,
        page=sheet.page,
        eighths=paper.eighths,
        screen_s=scene.est_seconds,
        cast=tuple(part.person.id for part in paper.parts if not part.is_voice),
        voices=tuple(part.person.id for part in paper.parts if part.is_voice),
        needs=needs,
        synopsis=paper.synopsis,
        setups=setups,
        minutes=own + needs_minutes([need.category for need in needs], pace),
    )


def _setups(listed: ShotList | None, rate: FrameRate, pace: Pace) -> tuple[StripSetup, ...]:
    """Return a scene's setups in shooting order, a side of the light at a time."""
    if listed is None:
        return ()
    found = []
    for side, setups in enumerate(sides_of(list_setups(listed.shots))):
        for place, setup in enumerate(setups):
            minutes = setup_minutes(
                setup.shots, is_new_side=place == 0, fps=float(rate.fraction), pace=pace
            )
            found.append(
                StripSetup(
                    setup.letter,
                    tuple(shot.label for shot in setup.shots),
                    side,
                    setup.first.lens_mm,
                    setup.widest,
                    minutes,
                )
            )
    return tuple(found)


def _in_parts(strip: Strip, most_minutes: int) -> list[Strip]:
    """Return a strip, or its parts where it is longer than a day; they add up to it."""
    if strip.minutes <= most_minutes or (len(strip.setups) < 2 and strip.eighths < 2):
        return [strip]
    parts = -(-strip.minutes // most_minutes)
    if strip.setups:
        rest = strip.minutes - sum(setup.minutes for setup in strip.setups)
        groups = _grouped(strip.setups, most_minutes - rest)
        minutes = [sum(setup.minutes for setup in group) for group in groups]
        minutes[0] += rest
    else:
        parts = min(parts, strip.eighths)
        groups, minutes = [()] * parts, _shared(strip.minutes, parts)
    eighths = _shared(strip.eighths, len(groups))
    return [
        replace(
            strip,
            id=strip.id if part == 0 else f"{strip.id}#{part + 1}",
            number=f"{strip.number} pt {part + 1}",
            setups=group,
            minutes=minutes[part],
            eighths=eighths[part],
            screen_s=strip.screen_s / len(groups),
        )
        for part, group in enumerate(groups)
    ]


def _grouped(setups: Sequence[StripSetup], most_minutes: int) -> list[tuple[StripSetup, ...]]:
    """Return setups in as few runs of a day's length as there can be; one alone may be longer."""
    groups: list[list[StripSetup]] = [[]]
    for setup in setups:
        taken = sum(each.minutes for each in groups[-1])
        if groups[-1] and taken + setup.minutes > most_minutes:
            groups.append([])
        groups[-1].append(setup)
    return [tuple(group) for group in groups]


def _shared(whole: int, parts: int) -> list[int]:
    """Return a whole in nearly equal parts, the larger first; they add up to it."""
    each, rest = divmod(whole, parts)
    return [each + (part < rest) for part in range(parts)]
