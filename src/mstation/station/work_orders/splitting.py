"""A film's shots in, packages' items out: by scene, by number, or as equal in frames as they go.

The same shots always split alike. What is split stands in the order of the film in every part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from mstation.errors import InvalidInput, NotFound
from mstation.station.change import find_where
from mstation.station.organisations import Project
from mstation.station.production.cuts import playing_cut
from mstation.station.production.entities import Entity, Kind
from mstation.station.work_orders.packages import PackageItem

_RANGE = re.compile(r"\s*(.+?)\s*(?:…|\.\.\.?)\s*(.+?)\s*")


def shots_named(connection: Connection, project: Project, names: Sequence[str]) -> list[Entity]:
    """Return the shots that names name, in the order of the film; none named: all of them.

    A name is a label, or a stretch of the film: `014-001…009`, `014-001..014-009`.

    Raises:
        NotFound: when there is no such shot.
        InvalidInput: when a stretch ends before it begins.
    """
    found = find_where(connection, Entity, project_id=project.id, kind=Kind.SHOT)
    order = sorted((e for e in found if not e.omitted), key=lambda each: (each.position, each.id))
    if not names:
        return order
    places = {shot.label: place for place, shot in enumerate(order)}
    chosen: set[int] = set()
    for name in names:
        stretch = None if name in places else _RANGE.fullmatch(name)
        if stretch is None:
            chosen.add(_place(places, name))
            continue
        first, last = _place(places, stretch[1]), _place(places, _last(places, *stretch.groups()))
        if last < first:
            raise InvalidInput(
                f"`{name[:60]}` ends before it begins", zh=f"`{name[:60]}` 的终点早于起点"
            )
        chosen.update(range(first, last + 1))
    return [order[place] for place in sorted(chosen)]


def items_of(
    connection: Connection, project: Project, shots: Iterable[Entity]
) -> list[PackageItem]:
    """Return shots as items; how long each is, the cut that plays says, else the shot itself."""
    used = frames_in_cut(connection, project)
    return [
        PackageItem(shot.label, shot.id, used.get(shot.id) or shot.frames or None)
        for shot in shots
    ]  # fmt: skip


def frames_in_cut(connection: Connection, project: Project) -> Mapping[str, int]:
    """Return how many frames of each shot the cut that plays shows, from its first use on."""
    cut = playing_cut(connection, project.id)
    spans: dict[str, tuple[int, int]] = {}
    for clip in () if cut is None else cut.clips:
        if clip.entity_id is None:
            continue
        first, end = spans.get(clip.entity_id, (clip.first_frame, clip.end_frame))
        spans[clip.entity_id] = min(first, clip.first_frame), max(end, clip.end_frame)
    return {id_: end - first for id_, (first, end) in spans.items()}


def by_scene(
    items: Sequence[PackageItem], scene_of: Mapping[str, str]
) -> list[tuple[str, list[PackageItem]]]:
    """Return the items scene by scene, each with the scene's label; of none: under ``.

    scene_of: the label of the scene that a shot is of, by the shot's id.
    """
    parts: dict[str, list[PackageItem]] = {}
    for item in items:
        parts.setdefault(scene_of.get(item.entity_id or "", ""), []).append(item)
    return list(parts.items())


def by_count(items: Sequence[PackageItem], most: int) -> list[list[PackageItem]]:
    """Return the items in order, at most so many a part.

    Raises:
        InvalidInput: when a part would have none.
    """
    _require_parts(most)
    return [list(items[at : at + most]) for at in range(0, len(items), most)]


def balanced(items: Sequence[PackageItem], parts: int) -> list[list[PackageItem]]:
    """Return the items in so many parts, as equal in frames as the longest first makes them.

    No two parts differ by more than the longest item. An item of unknown length counts as one.

    Source: Graham, Bounds on multiprocessing timing anomalies (1969): longest processing time.

    Raises:
        InvalidInput: when there are fewer items than parts.
    """
    _require_parts(parts)
    if parts > len(items):
        raise InvalidInput(
            f"{len(items)} items do not make {parts} packages",
            zh=f"{len(items)} 项无法分成 {parts} 个任务包",
        )
    frames = [max(1, (item.frames or 1) * item.quantity) for item in items]
    loads, places = [0] * parts, [[] for _ in range(parts)]  # type: list[int], list[list[int]]
    for place in sorted(range(len(items)), key=lambda each: (-frames[each], each)):
        least = min(range(parts), key=lambda part: (loads[part], len(places[part]), part))
        loads[least] += frames[place]
        places[least].append(place)
    return [[items[place] for place in sorted(part)] for part in sorted(places, key=min)]


def scenes_of(connection: Connection, project: Project) -> dict[str, str]:
    """Return the label of the scene that each shot is of, by the shot's id."""
    found = find_where(connection, Entity, project_id=project.id)
    labels = {each.id: each.label for each in found if each.kind is Kind.SCENE}
    shots = (each for each in found if each.kind is Kind.SHOT)
    return {shot.id: labels[shot.parent_id] for shot in shots if shot.parent_id in labels}


def _require_parts(count: int) -> None:
    if count < 1:
        raise InvalidInput("give a number from 1", zh="请给出不小于 1 的数")


def _place(places: Mapping[str, int], label: str) -> int:
    if label not in places:
        raise NotFound(f"there is no shot `{label[:60]}`", zh=f"没有镜头 `{label[:60]}`")
    return places[label]


def _last(places: Mapping[str, int], first: str, last: str) -> str:
    """Return the last label of a stretch: `009` after `014-001` is `014-009`."""
    return last if last in places else first[: max(0, len(first) - len(last))] + last
