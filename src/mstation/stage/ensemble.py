"""Everyone on the stage while a scene is being blocked: where they are, and the steps so far."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from mstation.breakdown.scene import Line, Scene
from mstation.identity import seed_of
from mstation.space import wrap_angle
from mstation.stage.changes import change_seconds
from mstation.stage.channels import Measures
from mstation.stage.cues import thing_table
from mstation.stage.layout import Mark
from mstation.stage.performance import Act, BeatTiming, Body
from mstation.stage.places import Places, facing
from mstation.stage.stances import AT_WORK, Floor, Look, Playing, Posture, Stance, Step, Utterance
from mstation.timebase import FrameRate
from mstation.voices.speech import Speech

TURN_TO_SPEAK = math.radians(52)  # beyond this the neck is too short and the feet turn
_BESIDE_M = 2.2  # a mark this near a thing is at it
_BEDSIDE_M = 1.9


@dataclass(frozen=True, slots=True)
class Handling:
    """Who has the things of a beat in hand, from when to when."""

    beat_id: str
    act: str
    who: str
    first_frame: int
    end_frame: int
    whom: str = ""  # who has them afterwards, when given
    words: str = ""  # how the text names what is handled
    at: Stance | None = None  # where the one who has it is then


@dataclass(frozen=True, slots=True)
class Ahead:
    """A voice that was heard before the scene was seen, and goes on in it."""

    character_id: str
    line: Line
    speech: Speech
    frames: int  # so much of it is heard before the scene's first frame


@dataclass(slots=True)
class Ensemble:
    """The people of a scene on its set, step by step."""

    scene: Scene
    places: Places
    bodies: tuple[Body, ...]
    rate: FrameRate
    stances: dict[str, Stance] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    timings: list[BeatTiming] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    handlings: list[Handling] = field(default_factory=list)
    measures: dict[str, Measures] = field(default_factory=dict)
    frame: int = 0
    last_speaker: str = ""
    ahead: Ahead | None = None

    def __post_init__(self) -> None:
        self.measures = {body.character_id: Measures(body) for body in self.bodies}

    # --- steps ------------------------------------------------------------------------

    def step(self, beat_id: str, key: str, frames: int, playings: dict[str, Playing]) -> None:
        """Add a step; whoever plays nothing in it goes on as they are."""
        rows = []
        for body in self.bodies:
            who = body.character_id
            stance = self.stances[who]
            playing = playings.get(who, Playing(who, stance, stance))
            rows.append(self._speaking_on(playing))
            self.stances[who] = playing.after
        self.steps.append(Step(beat_id, key, frames, tuple(rows)))
        self.frame += frames

    def _speaking_on(self, playing: Playing) -> Playing:
        """Return a playing with the voice in its mouth that began before the scene."""
        ahead = self.ahead
        if ahead is None or playing.character_id != ahead.character_id:
            return playing
        heard_s = self.rate.seconds(self.frame + ahead.frames)
        if heard_s >= ahead.speech.duration_s:
            return playing
        line = ahead.line
        spoken = Utterance(line.id, ahead.speech, line.manner, -heard_s, is_gesturing=False)
        return replace(playing, utterances=(*playing.utterances, spoken))

    def run(
        self,
        beat_id: str,
        key: str,
        playings: dict[str, Playing],
        acts: dict[str, str],
        shortest_s: float = 0.0,
    ) -> None:
        """Add a step as long as its playings need, and note its acts."""
        needed = shortest_s
        for who, playing in playings.items():
            needed = max(needed, change_seconds(playing, self.measures[who]))
            if playing.gesture:
                needed = max(needed, playing.delay_s + playing.gesture_s)
        frames = self.rate.frames_ceil(needed)
        if frames <= 0:
            for who, playing in playings.items():
                self.stances[who] = playing.after
            return
        start = self.frame
        self.step(beat_id, key, frames, playings)
        for who, kind in acts.items():
            look = playings[who].after.look
            towards = look if isinstance(look, str) and look in self.stances else ""
            self.acts.append(Act(who, kind, start, self.frame, beat_id, towards))

    def watch(self, playings: dict[str, Playing], doer: str) -> None:
        """Let those who do nothing else look at who does something, each a little late."""
        for body in self.bodies:
            who = body.character_id
            stance = self.stances[who]
            if (
                who in playings
                or not stance.is_present
                or stance.carry in ("write", "type", "read")
            ):
                continue
            delay = 0.25 + 0.35 * self.chance(doer, who, "watch")
            playings[who] = Playing(who, stance, replace(stance, look=doer), delay_s=delay)

    # --- who is where -----------------------------------------------------------------

    def is_on(self, who: str) -> bool:
        """Return whether someone is on the set now."""
        stance = self.stances.get(who)
        return stance is not None and stance.is_present

    def present(self, without: Iterable[str] = ()) -> list[Stance]:
        """Return the stances of those who are on the set."""
        left_out = set(without)
        return [s for who, s in self.stances.items() if s.is_present and who not in left_out]

    def company(self, who: str) -> str:
        """Return the person someone is most likely with: who spoke last, else the nearest."""
        there = [other for other in self.stances if self.is_on(other) and other != who]
        if self.last_speaker in there:
            return self.last_speaker
        if not self.is_on(who):
            return there[0] if there else ""
        return min(there, key=lambda other: self.distance(who, other), default="")

    def distance(self, one: str, other: str) -> float:
        """Return the metres between two people."""
        a, b = self.stances[one], self.stances[other]
        return round(math.hypot(a.x - b.x, a.z - b.z), 4)

    def yaw_to(self, stance: Stance, look: Look) -> float:
        """Return the yaw that faces a person or a point."""
        if isinstance(look, str):
            target = self.stances[look]
            return facing(stance.floor, target.floor)
        return facing(stance.floor, (look[0], look[2]))

    def turn_needed(self, stance: Stance, look: Look) -> float:
        """Return how far a stance faces away from a person or a point, radians."""
        return abs(wrap_angle(self.yaw_to(stance, look) - stance.yaw_rad))

    def turned(self, stance: Stance, look: Look, *, at_least: float = TURN_TO_SPEAK) -> Stance:
        """Return the stance turned on the spot to what it looks at, when that is far round."""
        if stance.posture != "stand" or stance.carry in AT_WORK:
            return stance
        if isinstance(look, str) and not self.is_on(look):
            return stance
        if self.turn_needed(stance, look) < at_least:
            return stance
        return replace(stance, yaw_rad=self.yaw_to(stance, look))

    def opened(self, stance: Stance) -> Stance:
        """Return the stance turned as little as shows its face, when that is close to a wall.

        Who talks to nobody on the set may look anywhere: actors open out to where a camera is.
        """
        if stance.posture != "stand" or stance.carry in AT_WORK:
            return stance
        yaw = self.places.open_yaw(stance)
        return stance if yaw == stance.yaw_rad else replace(stance, yaw_rad=yaw, look="")

    def chance(self, key: str, who: str, what: str) -> float:
        """Return a number in [0, 1) that belongs to this moment and person."""
        return (seed_of("blocking", key, who, what) % 100_003) / 100_003

    # --- where to go ------------------------------------------------------------------

    def mark_for(self, thing: str, posture: str, near: Floor | None = None) -> Mark | None:
        """Return the best free mark: at the thing named, beside it, or the next in order."""
        taken = self.present()
        marks = self.marks_at_thing(thing, posture, taken, near)
        marks = marks or self.places.free_marks(posture, taken)
        if not marks and posture == "lie":
            marks = self.places.free_marks("sit", taken)
        return marks[0] if marks else next(iter(self.places.free_marks("stand", taken)), None)

    def marks_at_thing(
        self, thing: str, posture: str, taken: list[Stance], near: Floor | None = None
    ) -> list[Mark]:
        """Return the free marks that belong to the thing named, else those beside it."""
        if not thing:
            return []
        marks = self.places.marks_at(thing, posture, taken)
        if marks and near is not None:
            marks.sort(key=lambda mark: round(math.dist(mark.position[::2], near), 3))
        if marks:
            return marks
        point = self.places.thing_point(thing, near)
        if point is None:
            return []
        rows = [
            (round(math.dist(point[::2], mark.position[::2]), 4), index, mark)
            for index, mark in enumerate(self.places.free_marks(posture, taken))
        ]
        return [mark for away, _, mark in sorted(rows, key=lambda m: m[:2]) if away < _BESIDE_M]

    def seat_for(self, who: str, posture: str, thing: str, whom: str) -> Mark | None:
        """Return the seat or bed someone takes: at the thing named, beside a person, or near."""
        taken = self.present(without=(who,))
        partner = self.stances.get(whom or self.company(who))
        near = partner.floor if partner else self.stances[who].floor
        if posture == "sit" and partner is not None and partner.posture == "lie":
            bedside = self._bedside(near, taken)
            if bedside is not None:
                return bedside
        marks = self.marks_at_thing(thing, posture, taken, near)
        if marks:
            return marks[0]
        beside = self.stances[whom] if whom in self.stances else self.stances[who]
        return min(
            self.places.free_marks(posture, taken),
            key=lambda mark: round(math.dist(mark.position[::2], beside.floor), 3),
            default=None,
        )

    def _bedside(self, near: Floor, taken: list[Stance]) -> Mark | None:
        """Return the seat by someone who lies that faces them best, if there is one."""

        def unfit(mark: Mark) -> float:
            at = (mark.position[0], mark.position[2])
            turned = abs(wrap_angle(facing(at, near) - mark.yaw_rad))
            return round(math.dist(at, near) + turned, 3)

        marks = self.places.free_marks("sit", taken)
        marks = [mark for mark in marks if math.dist(mark.position[::2], near) < _BEDSIDE_M]
        return min(marks, key=unfit, default=None)

    def at_mark(self, mark: Mark, wanted: str = "") -> Stance:
        """Return how someone is at rest on a mark."""
        x, height, z = mark.position
        posture: Posture = "kneel" if wanted == "kneel" else mark.posture
        kinds = [p.kind for p in self.places.layout.pieces if p.name == mark.piece]
        raised = thing_table()["recline"].get(kinds[0], 0.0) if kinds and posture == "lie" else 0.0
        return Stance(
            x,
            z,
            mark.yaw_rad,
            posture,
            mark.seat_height_m,
            mark=mark.name,
            recline_rad=math.radians(raised),
            floor_m=height if posture == "stand" else 0.0,
        )
