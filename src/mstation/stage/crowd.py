"""The words of a scene in, its background out: who else is there, where, and how they idle.

Extras are on no sheet of the cast and say nothing; they keep clear of the cast's marks and ways,
are there for the whole scene, and are never what a camera is asked to frame.
"""

from __future__ import annotations

import itertools
import math
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from mstation.breakdown.scene import Character, Scene
from mstation.identity import seed_of
from mstation.screenplay.characters import simplified
from mstation.space import Array
from mstation.stage.bodies import dress
from mstation.stage.layout import Layout, Mark, Piece, Rgb
from mstation.stage.performance import Body, Motion
from mstation.stage.places import Places, facing
from mstation.stage.stances import Floor, Playing, Stance, Step
from mstation.timebase import FrameRate

MOST = 10  # extras in one scene
_FROM_CAST_M, _FROM_EACH_OTHER_M, _FROM_DOOR_M = 1.7, 0.85, 1.3
_RADIUS_M, _GRID_M, _REACH_M = 0.3, 0.55, 9.0
_GREYED = 0.55  # of the way from their colours to grey: the cast stands out
_GATHERED_M, _SIDES = 3.4, 8  # how far off those who watch stand, and on which of these sides
_SHIFT, _GLANCE = 0.35, 0.3  # chances in each step
_LEAST_GLANCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Group:
    """A group that the text names: how many, how they are, whether they watch."""

    people: int
    posture: Literal["sit", "stand", "any"]
    watches: bool


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("mstation.stage").joinpath("crowd.toml").read_text(encoding="utf-8"))


def groups_in(scene: Scene, cast: Iterable[str] = ()) -> tuple[Group, ...]:
    """Return the groups that a scene's action names, each kind once.

    `cast` holds the names of those who play: their parts are no background.
    """
    texts = [simplified(beat.action.text) for beat in scene.beats if beat.action is not None]
    names = simplified(" ".join(cast).lower())
    found = []
    for row in _table()["groups"]:
        counts = [count for text in texts for word in row[scene.language]
                  if word not in names
                  and (count := _count(text, word, row["people"], scene.language))]  # fmt: skip
        if counts:
            found.append(Group(min(max(counts), MOST), row["posture"], row["watches"]))
    return tuple(found)


def _count(text: str, word: str, usual: int, language: str) -> int:
    """Return how many of a group a text puts on the set; nought when it names none."""
    pattern = rf"\b{re.escape(word)}\b(?!['’])" if language == "en" else re.escape(word)
    best = 0
    for match in re.finditer(pattern, text, re.IGNORECASE):
        before = text[max(0, match.start() - 24) : match.start()].lower().rstrip()
        if any(_ends_with(before, absent, language) for absent in _table()["absent"][language]):
            continue
        numbers = [count for number, count in _table()["numbers"][language].items()
                   if _ends_with(before, number, language, slack=12)]  # fmt: skip
        best = max(best, max(numbers, default=usual))
    return best


def _ends_with(before: str, words: str, language: str, slack: int = 0) -> bool:
    """Return whether some words stand right before a place, or within a few letters of it."""
    tail = before[-(len(words) + slack) :]
    if language == "zh":
        return words in before[-(len(words) + slack // 4) :]
    return re.search(rf"\b{re.escape(words)}\b[\w\s-]*$", tail) is not None and (
        slack > 0 or before.endswith(words)
    )


def background(
    scene: Scene, layout: Layout, cast: tuple[Body, ...], steps: tuple[Step, ...],
    rate: FrameRate,
) -> tuple[tuple[Body, ...], tuple[Step, ...]]:  # fmt: skip
    """Return the extras that the text asks for and that find room, and their steps.

    The bodies are alike for every return to the place. Each step hangs on the cast's step beside
    it alone, so that a longer line elsewhere only moves it.
    """
    groups = groups_in(scene, (body.name for body in cast))
    now = _stances(scene, layout, groups, steps)
    there = _bodies(scene, layout, groups)[: len(now)]
    if not there:
        return (), ()
    stances, rows = tuple(now), list[Step]()
    for step in steps:
        playings = []
        for index, body in enumerate(there):
            after = _idling(stances[index], step.key, body.character_id)
            playings.append(_idle(body.character_id, now[index], after, there, step, rate))
            now[index] = after
        rows.append(Step(step.beat_id, step.key, step.frames, tuple(playings)))
    return there, tuple(rows)


def _bodies(scene: Scene, layout: Layout, groups: tuple[Group, ...]) -> tuple[Body, ...]:
    count = min(sum(group.people for group in groups), MOST)
    people = tuple(_extra(layout.set_key, scene.id, number) for number in range(count))
    return tuple(_quiet(body) for body in dress(people))


def _extra(set_key: str, scene_id: str, number: int) -> Character:
    seed = seed_of("extra", set_key, str(number))
    return Character(
        id=f"ex-{scene_id.partition('-')[2]}-{number + 1}",
        name=f"EXTRA {number + 1}",
        sex="female" if seed % 2 else "male",
        age=20 + seed // 2 % 45,
    )


def _quiet(body: Body) -> Body:
    def greyed(colour: Rgb) -> Rgb:
        grey = sum(colour) / 3 * 0.6 + 0.06
        red, green, blue = (round(c + (grey - c) * _GREYED, 4) for c in colour)
        return (red, green, blue)

    return replace(body, top=greyed(body.top), bottom=greyed(body.bottom))


def crowd_pieces(extras: tuple[Body, ...], motions: tuple[Motion, ...]) -> tuple[Piece, ...]:
    """Return the extras as pieces that cameras keep clear of and cannot see through."""
    ids = {body.character_id: body for body in extras}
    return tuple(
        Piece(
            motion.character_id,
            "extra",
            (float(motion.positions[0, 0]), 0.0, float(motion.positions[0, 2])),
            (0.5, round(float(motion.positions[0, 1]) + 0.5 * ids[who].stature_m, 3), 0.5),
        )
        for motion in motions
        if (who := motion.character_id) in ids
    )


def _idling(stance: Stance, key: str, who: str) -> Stance:
    if stance.posture != "stand":
        return stance
    chance = seed_of("crowd", key, who) % 1000 / 1000
    return replace(stance, weight=(-1 if chance < _SHIFT / 2 else 1) if chance < _SHIFT else 0)


def _idle(
    who: str, before: Stance, after: Stance, extras: tuple[Body, ...], step: Step, rate: FrameRate
) -> Playing:
    seed = seed_of("glance", step.key, who)
    others = [body.character_id for body in extras if body.character_id != who]
    length_s = rate.seconds(step.frames)
    if not others or seed % 1000 >= _GLANCE * 1000 or length_s < _LEAST_GLANCE_S:
        return Playing(who, before, after)
    start = 0.5 + seed // 1000 % 100 / 100 * (length_s - 2.5)
    return Playing(who, before, after,
                   glances=((start, start + 1.4, others[seed // 7 % len(others)]),))  # fmt: skip


def _stances(
    scene: Scene, layout: Layout, groups: tuple[Group, ...], steps: tuple[Step, ...]
) -> list[Stance]:
    """Return where the extras are: on seats and marks that stay free, then on the free floor."""
    if not groups:
        return []
    places = Places.of(layout)
    used, names = _used(steps)
    centre = used.mean(axis=0) if len(used) else np.zeros(2)
    spots: list[Stance] = []
    for group in groups:
        wanted = min(group.people, MOST - len(spots))
        spots += _spots(group, wanted, places, used, names, spots, (layout.set_key, scene.id))
    focus = (float(centre[0]), float(centre[1]))
    watches = any(group.watches for group in groups)
    return [_facing(spot, spots, focus, watches=watches) for spot in spots]


def _used(steps: tuple[Step, ...]) -> tuple[Array, set[str]]:
    """Return every point (n, 2) where the cast is or walks, and the marks it uses."""
    points: list[Floor] = []
    names: set[str] = set()
    for step in steps:
        for playing in step.playings:
            for stance in (playing.before, playing.after):
                if stance.is_present:
                    points.append(stance.floor)
                    names.add(stance.mark)
            points += _along(playing.path)
    return np.array(sorted(set(points)), float).reshape(-1, 2), names


def _along(path: tuple[Floor, ...]) -> list[Floor]:
    points: list[Floor] = []
    for (x0, z0), (x1, z1) in itertools.pairwise(path):
        count = max(1, math.ceil(math.hypot(x1 - x0, z1 - z0) / _GRID_M))
        points += [(x0 + (x1 - x0) * k / count, z0 + (z1 - z0) * k / count)
                   for k in range(count + 1)]  # fmt: skip
    return points


def _spots(
    group: Group, wanted: int, places: Places, used: Array, names: set[str],
    taken: list[Stance], seeds: tuple[str, str],
) -> list[Stance]:  # fmt: skip
    """Return places for one group, the best first: far enough from the cast and each other."""
    found: list[Stance] = []
    candidates = _candidates(group, places, names, seeds)
    if group.watches and len(used):
        candidates = _gathered(candidates, used.mean(axis=0), seeds)
    for stance in candidates:
        if len(found) >= wanted:
            break
        others = [other.floor for other in (*taken, *found)]
        seated = stance.posture == "sit"
        room = _FROM_EACH_OTHER_M * (0.65 if seated else 1.0)
        away = _FROM_CAST_M * (0.6 if seated else 1.0)
        if _nearest(stance.floor, used) >= away and _nearest(stance.floor, others) >= room:
            found.append(stance)
    return found


def _gathered(candidates: list[Stance], centre: Array, seeds: tuple[str, str]) -> list[Stance]:
    """Return the places with those on one side of the cast first: the other is the camera's."""
    angles = 2 * math.pi * (np.arange(_SIDES) + seed_of("gather", *seeds) % 100 / 100) / _SIDES
    middles = centre + _GATHERED_M * np.column_stack([np.sin(angles), np.cos(angles)])
    floors = np.array([stance.floor for stance in candidates]).reshape(-1, 2)
    away = np.hypot(*np.moveaxis(floors[None] - middles[:, None], -1, 0))
    side = int((away < _GATHERED_M).sum(axis=1).argmax())
    order = np.lexsort((np.arange(len(floors)), np.round(away[side], 3)))
    seats = [index for index in order if candidates[index].posture == "sit"]
    return [candidates[i] for i in (*seats, *(i for i in order if i not in set(seats)))]


def _candidates(
    group: Group, places: Places, names: set[str], seeds: tuple[str, str]
) -> list[Stance]:
    layout = places.layout
    postures = {"sit": ("sit",), "stand": (), "any": ("sit",)}[group.posture]
    marks = [mark for mark in layout.marks if mark.posture in postures and mark.name not in names]
    marks.sort(key=lambda mark: seed_of("seat", *seeds, mark.name))
    doors = [entrance.inside[::2] for entrance in layout.entrances]
    floor = [point for point in _floor(places, seeds) if _nearest(point, doors) >= _FROM_DOOR_M]
    return [_seated(mark) for mark in marks] + [Stance(x, z, 0.0) for x, z in floor]


def _seated(mark: Mark) -> Stance:
    x, _, z = mark.position
    return Stance(x, z, mark.yaw_rad, "sit", mark.seat_height_m, mark=mark.name)


def _floor(places: Places, seeds: tuple[str, str]) -> list[Floor]:
    """Return free points of the floor, shuffled, near where the set's marks are."""
    layout = places.layout
    (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
    marks = [mark.position[::2] for mark in layout.marks] or [((x0 + x1) / 2, (z0 + z1) / 2)]
    grid = np.array([(x, z) for x in np.arange(x0 + _GRID_M, x1, _GRID_M)
                     for z in np.arange(z0 + _GRID_M, z1, _GRID_M)]).reshape(-1, 2)  # fmt: skip
    dice = np.random.default_rng(seed_of("crowd", *seeds))
    grid = grid + dice.uniform(-0.2, 0.2, grid.shape)
    grid = grid[places.obstacles.floor_free(grid, _RADIUS_M)] if len(grid) else grid
    near = [point for point in grid if _nearest((point[0], point[1]), marks) <= _REACH_M]
    return (
        [(round(float(x), 3), round(float(z), 3)) for x, z in dice.permutation(near)]
        if near
        else []
    )


def _nearest(point: Iterable[float], others: Iterable[Iterable[float]] | Array) -> float:
    rows = np.array([list(other) for other in others], float).reshape(-1, 2)
    if not len(rows):
        return math.inf
    return float(np.hypot(*(rows - np.array(list(point), float)).T).min())


def _facing(stance: Stance, spots: list[Stance], focus: Floor, *, watches: bool) -> Stance:
    """Return someone turned to what they watch: the principals, or the nearest of their own."""
    if stance.posture != "stand":
        return stance
    others = [spot for spot in spots if spot is not stance]
    near = min(others, key=lambda spot: math.dist(spot.floor, stance.floor), default=None)
    look = focus if watches or near is None else near.floor
    return replace(stance, yaw_rad=facing(stance.floor, look))
