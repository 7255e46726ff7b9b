"""What the script names and hands touch: each thing with a size, a place and a holder."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mstation.breakdown.scene import Action, Scene
from mstation.screenplay.characters import simplified
from mstation.stage.cues import thing_table
from mstation.stage.ensemble import Handling
from mstation.stage.layout import Layout, Piece, Vec3, Wall
from mstation.stage.performance import Presence, Prop
from mstation.stage.places import Places
from mstation.stage.stances import Stance

_TOPS = ("table", "desk", "counter", "stall", "cupboard", "shelf", "bench", "projector")
_WRITTEN = ("letter", "note", "book", "phone", "photo", "newspaper", "screen", "sign")
_SIGN_HEIGHT_M = 1.9
_OFF_MARK_M = 0.45
_REACH_M, _FROM_EDGE_M = 1.05, 0.13  # from where someone is; of a top
_TAKEN = ("take", "pick_up")
_FROM_POCKET = ("take_out", "read", "phone", "aim", "hold", "give")


@dataclass(frozen=True, slots=True)
class _Mention:
    """One naming of a thing, in one beat."""

    beat_id: str
    name: str
    kind: str
    writing: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Frames in which a thing stays in one hand, or out of all hands."""

    first_frame: int
    end_frame: int
    holder_id: str
    beat_id: str = ""
    put_by: Stance | None = None  # who put it down where it is
    taken_by: Stance | None = None  # who will take it up from there


def place_props(
    scene: Scene,
    layout: Layout,
    handlings: tuple[Handling, ...],
    presences: tuple[Presence, ...],
    frames: int,
) -> tuple[Prop, ...]:
    """Return the things of a scene, each as many times as it changes hands.

    The frames of one thing never overlap; the stretch in which a beat shows it carries the
    beat's id. A thing that comes out of a pocket is not there before.
    """
    mentions = [
        mention
        for beat in scene.beats
        if beat.action is not None
        for mention in _mentions(beat.id, beat.action, layout)
    ]
    calls = [handling.beat_id for handling in handlings if handling.act == "phone"]
    if calls and all(mention.kind != "phone" for mention in mentions):
        mentions.append(
            _Mention(calls[0], "电话" if scene.language == "zh" else "phone", "phone", "")
        )
    names = list(dict.fromkeys((m.kind, m.name.lower()) for m in mentions))
    props: list[Prop] = []
    for index, name in enumerate(names):
        own = [m for m in mentions if (m.kind, m.name.lower()) == name]
        handled = _handled(own, mentions, handlings)
        elsewhere = [handling for handling in handlings if handling not in handled]
        stretches = _stretches([mention.beat_id for mention in own], handled, frames)
        stretches = list(_while_there(_let_go(stretches, elsewhere), presences))
        props += _one_thing(own, stretches, layout, index)
    return tuple(props)


def _mentions(beat_id: str, action: Action, layout: Layout) -> list[_Mention]:
    """Return the things that a paragraph names, what is read first."""
    rows = [(name, kind_of_thing(name)) for name in action.props]
    if action.reads:
        rows = [row for row in rows if row[0].lower() not in action.reads.lower()]
    written = next((row for row in rows if row[1] in _WRITTEN), None)
    if action.reads and written is None:
        name = _carrier(action)
        kind = kind_of_thing(name)
        written = (name, kind if kind != "thing" else "note")
        rows.insert(0, written)
    pieces = " ".join(piece.kind for piece in layout.pieces)
    rows = [row for row in rows if row[1] != "thing" or row[0].lower() not in pieces]
    return [
        _Mention(beat_id, name, kind, action.reads if (name, kind) == written else "")
        for name, kind in dict.fromkeys(rows)
    ]


def _handled(
    own: list[_Mention], mentions: list[_Mention], handlings: tuple[Handling, ...]
) -> list[Handling]:
    """Return the handlings of a thing: those whose words name it, or that can mean no other."""
    return [handling for handling in handlings if _meant(handling, mentions) in own]


def _meant(handling: Handling, mentions: list[_Mention]) -> _Mention | None:
    """Return the thing that is handled: named, of the same kind, or what the beat is about."""
    handy = [mention for mention in mentions if _is_handy(mention.kind)]
    there = [mention for mention in handy if mention.beat_id == handling.beat_id]
    there.sort(key=lambda mention: mention.writing == "")
    words = handling.words.lower()
    named = [m for m in (*there, *handy) if simplified(m.name.lower()) in words]
    kind = kind_of_thing(words)
    alike = [mention for mention in (*there, *handy) if mention.kind == kind != "thing"]
    return next(iter(named or alike or (there if kind == "thing" else [])), None)


def _is_handy(kind: str) -> bool:
    stands: str = thing_table()["props"][kind].get("stands", "")
    return stands != "wall"


def _let_go(stretches: list[_Stretch], elsewhere: list[Handling]) -> list[_Stretch]:
    """Return the stretches, a hand's ended where that hand turns to another thing."""
    kept = []
    for stretch in stretches:
        turns = [
            handling.first_frame
            for handling in elsewhere
            if handling.who == stretch.holder_id
            and stretch.first_frame < handling.first_frame < stretch.end_frame
        ]
        kept.append(replace(stretch, end_frame=min([stretch.end_frame, *turns])))
    return kept


def _while_there(stretches: list[_Stretch], presences: tuple[Presence, ...]) -> Iterator[_Stretch]:
    """Yield the stretches, those in a hand only while its owner is on the set."""
    for stretch in stretches:
        if not stretch.holder_id:
            yield stretch
            continue
        for presence in presences:
            first = max(stretch.first_frame, presence.first_frame)
            end = min(stretch.end_frame, presence.end_frame)
            if presence.character_id == stretch.holder_id and end > first:
                yield replace(stretch, first_frame=first, end_frame=end)


def _one_thing(
    own: list[_Mention], stretches: list[_Stretch], layout: Layout, index: int
) -> list[Prop]:
    kind, writing = own[0].kind, max((m.writing for m in own), key=len)
    if kind == "clothes" and not any(stretch.holder_id for stretch in stretches):
        return []  # a coat that is named is being worn
    at_rest = _place(kind, index, layout)
    width, height, depth = thing_table()["props"][kind]["size"]
    hung = _hung_sign(layout) if kind == "sign" else None
    if hung is not None:
        # What the script says hangs where the set's own sign would, and hides it.
        width, height = 1.04 * hung.size[0], 1.04 * hung.size[1]
        ahead = hung.size[2] / 2 + depth
        (x, y, z), yaw = hung.position, hung.yaw_rad
        at_rest = (x - ahead * math.sin(yaw), y, z - ahead * math.cos(yaw)), yaw
    props = []
    for stretch in stretches:
        there = _put_down(kind, stretch.put_by or stretch.taken_by, layout)
        if there is None and stretch.taken_by and not (stretch.beat_id or stretch.holder_id):
            continue  # taken from out of reach: better not seen before than seen to jump
        position, yaw = there or at_rest
        props.append(
            Prop(
                name=own[0].name,
                kind=kind,
                position=position,
                yaw_rad=yaw,
                size=(width, height, depth),
                beat_id=stretch.beat_id,
                writing=writing,
                holder_id=stretch.holder_id,
                first_frame=stretch.first_frame,
                end_frame=stretch.end_frame,
            )
        )
    return props


def _hung_sign(layout: Layout) -> Piece | None:
    """Return the sign that hangs on the set, if there is one."""
    signs = [piece for piece in layout.pieces if piece.kind == "sign" and piece.position[1] > 1]
    return signs[0] if signs else None


def _put_down(kind: str, by: Stance | None, layout: Layout) -> tuple[Vec3, float] | None:
    """Return where a thing is that someone puts down or takes up: on a top in reach, or the floor.

    None when it belongs on a top and there is none in reach.
    """
    if by is None:
        return None
    ahead, aside = (0.5, 0.16) if by.posture == "sit" else (0.42, 0.2)
    yaw = by.yaw_rad
    x = by.x - ahead * math.sin(yaw) + aside * math.cos(yaw)
    z = by.z - ahead * math.cos(yaw) - aside * math.sin(yaw)
    if thing_table()["props"][kind].get("stands") == "floor":
        return (x, 0.0, z), yaw
    rows = [
        (round(math.dist(spot, (x, z)), 4), index, top, spot)
        for index, top in enumerate(_tops(layout))
        if math.dist(spot := _nearest_on(top, (x, z)), by.floor) < _REACH_M
    ]
    if rows:
        _, _, top, spot = min(rows, key=lambda row: row[:2])
        return (spot[0], top.position[1] + top.size[1], spot[1]), top.yaw_rad
    return ((x, 0.0, z), yaw) if not _tops(layout) else None


def _nearest_on(top: Piece, spot: tuple[float, float]) -> tuple[float, float]:
    """Return the point of a top nearest to a spot, a hand's breadth from its edge."""
    cos, sin = math.cos(top.yaw_rad), math.sin(top.yaw_rad)
    dx, dz = spot[0] - top.position[0], spot[1] - top.position[2]
    across, along = (
        max(-half, min(half, at))
        for at, half in (
            (cos * dx - sin * dz, max(0.0, top.size[0] / 2 - _FROM_EDGE_M)),
            (sin * dx + cos * dz, max(0.0, top.size[2] / 2 - _FROM_EDGE_M)),
        )
    )
    return (
        top.position[0] + cos * across + sin * along,
        top.position[2] - sin * across + cos * along,
    )


def _stretches(beats: list[str], handled: list[Handling], frames: int) -> list[_Stretch]:
    """Return a thing's stretches; the first stretch shows the beats in which no hand has it."""
    held_beats = {handling.beat_id for handling in handled}
    unheld = [beat for beat in beats if beat not in held_beats]
    stretches: list[_Stretch] = []
    start, holder, beat = 0, "", unheld[0] if unheld else ""
    put_by: Stance | None = None
    is_hidden = bool(handled) and handled[0].act in _FROM_POCKET
    seen: set[str] = set()
    for handling in handled:
        if handling.first_frame > start and not is_hidden:
            taken_by = handling.at if handling.act in _TAKEN else None
            stretches.append(_Stretch(start, handling.first_frame, holder, beat, put_by, taken_by))
        is_hidden = False
        is_shown = handling.beat_id in beats and handling.beat_id not in seen
        shown = handling.beat_id if is_shown else ""
        seen.add(handling.beat_id)
        stretches.append(_Stretch(handling.first_frame, handling.end_frame, handling.who, shown))
        start, beat = handling.end_frame, ""
        put_by = handling.at if handling.act == "put" else None
        holder = handling.whom or ("" if handling.act == "put" else handling.who)
    if start < frames:
        stretches.append(_Stretch(start, frames, holder, beat, put_by))
    return _joined(stretches)


def _joined(stretches: list[_Stretch]) -> list[_Stretch]:
    """Return stretches in the same hand joined, unless each shows another beat."""
    joined = stretches[:1]
    for stretch in stretches[1:]:
        last = joined[-1]
        is_one = not (last.beat_id and stretch.beat_id)
        if is_one and last.holder_id == stretch.holder_id and last.end_frame == stretch.first_frame:
            beat = last.beat_id or stretch.beat_id
            joined[-1] = replace(last, end_frame=stretch.end_frame, beat_id=beat)
        else:
            joined.append(stretch)
    return joined


def kind_of_thing(name: str) -> str:
    """Return the kind of prop that a name means: `film can` → film_reel; `thing` if unknown."""
    lowered = simplified(name.lower())
    best: tuple[int, int, str] | None = None
    for kind, row in thing_table()["props"].items():
        for word in row["words"]:
            if word.isascii():
                at = [m.start() for m in re.finditer(rf"\b{re.escape(word)}s?\b", lowered)]
            else:
                at = [lowered.rfind(word)] if word in lowered else []
            # The last word says what it is: a film can, 茶杯; the longest wins where two end.
            if at and (best is None or (at[-1] + len(word), len(word)) > best[:2]):
                best = (at[-1] + len(word), len(word), kind)
    return best[2] if best else "thing"


def _carrier(action: Action) -> str:
    """Return the word for what the writing stands on, when no prop is named for it."""
    lowered = simplified(action.text.lower())
    for kind in _WRITTEN:
        for word in thing_table()["props"][kind]["words"]:
            if word in lowered and (not word.isascii() or re.search(rf"\b{word}\b", lowered)):
                return str(word)
    return "纸条" if any("\u4e00" <= ch <= "\u9fff" for ch in action.text) else "note"


def _place(kind: str, index: int, layout: Layout) -> tuple[Vec3, float]:
    """Return where a thing is at rest: on a wall, on the floor, or on the nearest top."""
    row = thing_table()["props"][kind]
    if row.get("stands") == "wall":
        return _on_wall(row["size"], index, layout)
    top = _nearest_top(layout, _acting_middle(layout)) if row.get("stands") != "floor" else None
    if top is not None:
        x, y, z = top.position
        aside = (0.0, 0.28, -0.28, 0.5, -0.5)[index % 5]
        aside = max(-0.4 * top.size[0], min(0.4 * top.size[0], aside))
        ahead = 0.2 * top.size[2]
        cos, sin = math.cos(top.yaw_rad), math.sin(top.yaw_rad)
        spot = (x + aside * cos - ahead * sin, y + top.size[1], z - aside * sin - ahead * cos)
        return spot, top.yaw_rad + 0.2 * (index % 3 - 1)
    x, z = _free_floor(layout, index)
    return (x, 0.0, z), 0.6 * index


def _free_floor(layout: Layout, index: int) -> tuple[float, float]:
    """Return a spot on the floor near the acting, where nobody stands."""
    places, middle = Places.of(layout), _acting_middle(layout)
    marks = [mark.position[::2] for mark in layout.marks if mark.posture == "stand"]
    for step in range(48):
        angle, radius = 0.9 + 1.7 * index + 2.4 * step, 0.9 + 0.05 * step
        spot = (middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle))
        is_clear = all(math.dist(spot, mark) > _OFF_MARK_M for mark in marks)
        if is_clear and places.obstacles.is_free(*spot, 0.25):
            return spot
    return middle


def _acting_middle(layout: Layout) -> tuple[float, float]:
    group = [mark for mark in layout.marks if mark.name in ("a1", "a2")] or list(layout.marks[:2])
    if not group:
        low, high = layout.floor_min, layout.floor_max
        return ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)
    xs, zs = zip(*((mark.position[0], mark.position[2]) for mark in group), strict=True)
    return (sum(xs) / len(xs), sum(zs) / len(zs))


def _nearest_top(layout: Layout, middle: tuple[float, float]) -> Piece | None:
    tops = [
        (round(math.dist(piece.position[::2], middle), 4), index, piece)
        for index, piece in enumerate(_tops(layout))
    ]
    return min(tops, key=lambda row: row[:2])[2] if tops else None


def _tops(layout: Layout) -> list[Piece]:
    """Return the pieces that things lie on."""
    return [
        piece
        for piece in layout.pieces
        if any(kind in piece.kind for kind in _TOPS)
        and 0.35 <= piece.size[1] <= 1.3
        and piece.position[1] < 0.1
    ]


def _on_wall(size: list[float], index: int, layout: Layout) -> tuple[Vec3, float]:
    """Return a place on the wall that the acting area sees best, clear of its openings."""
    x, z = _acting_middle(layout)
    walls = [
        (round(abs(math.dist(_middle(wall), (x, z)) - 2.5), 4), number, wall)
        for number, wall in enumerate(layout.walls)
        if math.dist(wall.start, wall.end) > 2 * size[0]
    ]
    if not walls:
        return (x, _SIGN_HEIGHT_M, z - 3.0), math.pi
    wall = min(walls, key=lambda row: row[:2])[2]
    length = math.dist(wall.start, wall.end)
    along = ((wall.end[0] - wall.start[0]) / length, (wall.end[1] - wall.start[1]) / length)
    inward = (along[1], -along[0])
    at = _clear_stretch(wall, length, size[0]) + 0.3 * index
    px = wall.start[0] + along[0] * at + inward[0] * 0.06
    pz = wall.start[1] + along[1] * at + inward[1] * 0.06
    over_door = any(o.start_m < at < o.start_m + o.width_m for o in wall.openings)
    height = min(2.35 if over_door else _SIGN_HEIGHT_M, wall.height_m - size[1])
    return (px, height, pz), math.atan2(-inward[0], -inward[1])


def _middle(wall: Wall) -> tuple[float, float]:
    return ((wall.start[0] + wall.end[0]) / 2, (wall.start[1] + wall.end[1]) / 2)


def _clear_stretch(wall: Wall, length: float, width: float) -> float:
    """Return the middle of the widest stretch of a wall without an opening."""
    edges = [0.0]
    for opening in sorted(wall.openings, key=lambda opening: opening.start_m):
        edges += [opening.start_m, opening.start_m + opening.width_m]
    edges.append(length)
    stretches = [(high - low, -low) for low, high in zip(edges[::2], edges[1::2], strict=True)]
    span, low = max(stretches)
    return -low + span / 2 if span >= width else length / 2
