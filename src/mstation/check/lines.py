"""A scene in, its lines of interest out: who talks to whom, and on which side a camera is.

Everything is found from what the film shows: where a speaker's face points while the line is
heard, who speaks before and after, who is near. The line of interest runs from head to head.

Source: reference sheet of cinematography, section 5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mstation.check.film import Line, Scene, Shot
from mstation.check.geometry import face_turn, faces_seen, head_of, heads_seen, whole_heads
from mstation.check.seeing import standing_set, unhidden
from mstation.space import Array

NEUTRAL_RAD = math.radians(8.0)  # a camera this near to the line is on neither side
TURNED_RAD = math.radians(45.0)  # a line that has turned further is a new line
_LOOKS_RAD = math.radians(35.0)  # a face this near to somebody looks at them
_ALIKE_RAD = math.radians(12.0)  # looks at two people that a face cannot tell apart
_TOGETHER_FRAMES = 24  # fewer is a door that one leaves by as another comes in
_SEEN_EVERY = 6  # frames between two at which it is asked who is seen
_FACE_SAMPLES = 12  # frames of a line at which its speaker's face is read

Pair = tuple[str, str]  # in the order of the names


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line that somebody on the set speaks, and to whom; `partner` is empty for nobody."""

    line: Line
    partner: str

    @property
    def pair(self) -> Pair | None:
        """The two between whom the line of interest runs."""
        return pair_of(self.line.speaker, self.partner) if self.partner else None


def pair_of(one: str, other: str) -> Pair:
    """Return two people as a pair."""
    return (one, other) if one < other else (other, one)


def line_at(scene: Scene, frame: int) -> str:
    """Return the id of the line that is heard at a frame of the scene; empty in silence."""
    return next((one.id for one in scene.lines if one.first_frame <= frame < one.end_frame), "")


def is_on_set(scene: Scene, line: Line) -> bool:
    """Return whether a line is spoken by somebody whose body is there while it is heard."""
    person = scene.people.get(line.speaker)
    if line.presence != "on" or person is None:
        return False
    return bool(person.present[line.first_frame : line.end_frame].any())


def spoken_lines(scene: Scene) -> tuple[Spoken, ...]:
    """Return the lines that are spoken on the set, in order, each with whom it is spoken to."""
    order = sorted(scene.lines, key=lambda line: (line.first_frame, line.id))
    return tuple(
        Spoken(line, _partner(scene, order, index))
        for index, line in enumerate(order)
        if is_on_set(scene, line)
    )


def _partner(scene: Scene, order: list[Line], index: int) -> str:
    """Return whom a line is spoken to: by the face, then by the exchange, then by nearness."""
    line = order[index]
    middle = min((line.first_frame + line.end_frame) // 2, scene.frames - 1)
    others = [name for name in scene.there(middle) if name != line.speaker]
    if not others:
        return ""
    turns = {name: _mean_turn(scene, line, name) for name in others}
    best = min(turns.values())
    neighbours = _neighbours(scene, order, index)
    if best > _LOOKS_RAD:
        looked_at = others
        if neighbours and neighbours[0] not in others:
            return ""  # the exchange is with a voice that has no body: a telephone
    else:
        looked_at = [name for name in others if turns[name] <= best + _ALIKE_RAD]
    for name in neighbours:
        if name in looked_at:
            return name
    return min(looked_at, key=lambda name: (_apart_m(scene, line.speaker, name, middle), name))


def _mean_turn(scene: Scene, line: Line, name: str) -> float:
    """Return how far the speaker's face is off somebody's head, a mean over the line."""
    speaker, other = scene.people[line.speaker], scene.people[name]
    end = min(line.end_frame, scene.frames) - 1
    frames = np.unique(np.linspace(line.first_frame, end, _FACE_SAMPLES).astype(int))
    both = [frame for frame in frames if speaker.present[frame] and other.present[frame]]
    if not both:
        return math.pi
    return float(np.mean([face_turn(speaker, f, head_of(other, f)) for f in both]))


def _neighbours(scene: Scene, order: list[Line], index: int) -> list[str]:
    """Return who spoke before and who speaks next, other than the speaker; empty: no body."""
    speaker = order[index].speaker
    found = []
    for near in (order[index - 1 :: -1] if index else [], order[index + 1 :]):
        other = next((line for line in near if line.speaker != speaker or not speaker), None)
        if other is not None:
            found.append(other.speaker if is_on_set(scene, other) else "")
    return found


def _apart_m(scene: Scene, one: str, other: str, frame: int) -> float:
    gap = head_of(scene.people[one], frame) - head_of(scene.people[other], frame)
    return float(np.linalg.norm(gap))


@dataclass(frozen=True, slots=True)
class Talk:
    """A scene's exchanges, and the frame of the scene at which each of its people is first seen.

    A line of interest to somebody who has yet to come through the door is none: before an
    exchange is heard, both must have been seen.
    """

    spoken: tuple[Spoken, ...]
    first_seen: dict[str, int]

    def pairs_at(self, frame: int, end: int) -> list[Pair]:
        """Return the pairs whose line may hold at a frame, the likeliest first.

        That is the exchange that is heard; in a pause the one that begins before `end`, then
        the one that has just been heard, then the one to come.
        """
        spoken = self.spoken
        now = [s.pair for s in spoken if s.line.first_frame <= frame < s.line.end_frame]
        before = [s.pair for s in spoken if s.line.end_frame <= frame][-1:]
        later = [s for s in spoken if s.line.first_frame > frame and self.have_met(s.pair, frame)]
        soon = [s.pair for s in later if s.line.first_frame < end][:1]
        found: list[Pair] = []
        for pair in (*now, *soon, *before, *[s.pair for s in later[:1]]):
            if pair is not None and pair not in found:
                found.append(pair)
        return found

    def have_met(self, pair: Pair | None, frame: int) -> bool:
        """Return whether both of a pair have been seen by a frame."""
        return pair is not None and all(self.first_seen.get(n, frame + 1) <= frame for n in pair)

    @property
    def is_silent(self) -> bool:
        """Whether nobody speaks to anybody."""
        return not any(one.pair for one in self.spoken)


def talk_of(scene: Scene, *, is_heard: bool = True) -> Talk:
    """Return the exchanges of a scene; where they are not to be heard, who is seen when."""
    return Talk(spoken_lines(scene) if is_heard else (), _first_seen(scene))


def _first_seen(scene: Scene) -> dict[str, int]:
    """Return the frame of the scene at which each of its people is first seen, if ever."""
    found: dict[str, int] = {}
    if not is_two_handed(scene):
        return found
    on = standing_set(scene)
    for shot in scene.shots:
        for frame in sorted({*range(0, shot.frames, _SEEN_EVERY), shot.frames - 1}):
            if found.keys() == scene.people.keys():
                return found
            for name in unhidden(scene, on, shot, frame):
                found.setdefault(name, shot.first_frame + frame)
    return found


def nearest_pairs(scene: Scene, frame: int) -> list[Pair]:
    """Return every two who are on the set at a frame, the nearest heads first."""
    pairs = [pair_of(a, b) for a, b in combinations(scene.there(frame), 2)]
    return sorted(
        pairs, key=lambda pair: (round(_apart_m(scene, pair[0], pair[1], frame), 3), pair)
    )


def pair_shown(scene: Scene, talk: Talk, shot: Shot, frame: int) -> Pair | None:
    """Return the pair whose line holds at a frame of a shot that shows one of them.

    None says that the shot is, there, of something else: an insert, a cutaway, one alone.
    """
    now = shot.first_frame + frame
    if talk.is_silent:
        pairs = [pair for pair in nearest_pairs(scene, now) if talk.have_met(pair, now)]
    else:
        pairs = talk.pairs_at(now, shot.end_frame)
    there = set(scene.there(now))
    return next((p for p in pairs if there.issuperset(p) and is_of(scene, shot, frame, p)), None)


def is_of(scene: Scene, shot: Shot, frame: int, pair: Pair) -> bool:
    """Return whether a frame shows a face of a pair, a whole head, or parts of both heads.

    The edge of somebody's hair, bowed over a letter, makes no shot of them.
    """
    return bool(
        faces_seen(scene, shot, frame).intersection(pair)
        or whole_heads(scene, shot, frame).intersection(pair)
        or set(heads_seen(scene, shot, frame)).issuperset(pair)
    )


def heads_of(scene: Scene, pair: Pair, frame: int) -> tuple[Array, Array]:
    """Return both heads of a pair at a frame of the scene."""
    return head_of(scene.people[pair[0]], frame), head_of(scene.people[pair[1]], frame)


def bearing(one: Array, other: Array) -> float:
    """Return which way the line from one head to another points over the floor, in radians."""
    return math.atan2(other[0] - one[0], other[2] - one[2])


def side_of(one: Array, other: Array, camera: Array) -> int:
    """Return −1 or +1, the side of the line from one head to another; 0 within 8° of the line.

    +1 is on the left hand of who walks from one to the other. The angle is taken at the middle
    of the line, before and behind alike.
    """
    sight = camera - (one + other) / 2
    off = math.remainder(math.atan2(sight[0], sight[2]) - bearing(one, other), 2 * math.pi)
    if min(abs(off), math.pi - abs(off)) < NEUTRAL_RAD:
        return 0
    return 1 if off > 0 else -1


def someone_came_or_went(scene: Scene, first: int, end: int) -> bool:
    """Return whether anybody enters or leaves between two frames of the scene."""
    return any(
        bool((person.present[first : end + 1] != person.present[first]).any())
        for person in scene.people.values()
    )


def is_two_handed(scene: Scene) -> bool:
    """Return whether two or more people are on the set at the same time, for a second or so."""
    people = [person.present for person in scene.people.values()]
    return bool(people) and int((np.sum(people, axis=0) >= 2).sum()) >= _TOGETHER_FRAMES
