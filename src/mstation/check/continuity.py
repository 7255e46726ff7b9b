"""A film in, ways and looks that go on where no line holds them out: over scenes, on the telephone.

Whether one scene follows at once on the other, and where a voice on the telephone is, no file
says. So this is told, and fails nothing.

Source: reference sheet of cinematography, section 5 (screen direction).
"""

from __future__ import annotations

import math
from itertools import pairwise

from mstation.check.faults import fault_at
from mstation.check.film import Film, Scene, Shot
from mstation.check.finding import Fault, Row
from mstation.check.geometry import camera_position, head_of
from mstation.check.noting import figures, mend
from mstation.check.reverses import gaze_off_lens, mean_look, whose_single
from mstation.check.walkers import Passage, passages_between
from mstation.timebase import FrameRate

_ASIDE_RAD = math.radians(10.0)  # a face nearer to the lens looks to no side


def continuity(film: Film) -> Row:
    """Return the row of ways kept over the end of a scene, and sides kept on the telephone."""
    faults: list[Fault] = []
    walks = calls = 0
    for one, other in pairwise(film.scenes):
        for passage in passages_between(one, other, film.rate):
            walks += 1
            if passage.way != passage.way_after:
                faults.append(_other_way(other, passage))
    for scene in film.scenes:
        shots = _on_the_telephone(scene, film.rate)
        calls += len(shots)
        faults += _turned(scene, shots)
    tested = walks + calls
    return Row(
        check="continuity",
        number=10,
        state="reported" if tested else "unmeasured",
        is_hard=False,
        tested=tested,
        value=1.0 - len(faults) / tested if tested else 1.0,
        faults=tuple(faults),
        detail=figures(tested, "no_joins", walks_over_scenes=walks, telephone_shots=calls),
    )


def _other_way(scene: Scene, passage: Passage) -> Fault:
    values = (
        ("name", scene.people[passage.name].written),
        ("way", passage.way),
        ("before", passage.before.label),
        ("way_after", passage.way_after),
    )
    return fault_at(scene, passage.after, "other_way", values, (mend("other_way_in"),))


def _on_the_telephone(scene: Scene, rate: FrameRate) -> list[tuple[Shot, str, int]]:
    """Return the singles of who talks to a voice on the telephone, with −1 or +1: the side."""
    first, end = _call_of(scene)
    found = []
    second = rate.frames_ceil(1.0)
    for shot in scene.shots:
        is_in_it = shot.first_frame < end and shot.end_frame > first
        if not is_in_it or len(scene.there(shot.first_frame)) > 1:
            continue
        who = whose_single(scene, shot, 0)
        if not who:
            continue
        person = scene.people[who]
        look = mean_look(person, shot.first_frame, min(shot.first_frame + second, shot.end_frame))
        if look is None:
            continue
        gaze = gaze_off_lens(look, camera_position(shot, 0) - head_of(person, shot.first_frame))
        if abs(gaze) > _ASIDE_RAD:
            found.append((shot, who, 1 if gaze > 0 else -1))
    return found


def _call_of(scene: Scene) -> tuple[int, int]:
    """Return the first frame of a call and the first after it: from the line before the voice."""
    lines = sorted(scene.lines, key=lambda line: (line.first_frame, line.id))
    heard = [at for at, line in enumerate(lines) if line.presence == "phone" and not line.speaker]
    if not heard:
        return 0, 0
    before, after = max(heard[0] - 1, 0), min(heard[-1] + 1, len(lines) - 1)
    return lines[before].first_frame, lines[after].end_frame


def _turned(scene: Scene, shots: list[tuple[Shot, str, int]]) -> list[Fault]:
    """Return the shots in which somebody faces the other side than in most of a call."""
    faults = []
    for name in sorted({who for _, who, _ in shots}):
        sides = [side for _, who, side in shots if who == name]
        kept = 1 if sum(sides) >= 0 else -1
        for shot, who, side in shots:
            if who == name and side != kept:
                values = (("name", scene.people[name].written),
                          ("way", "right" if kept > 0 else "left"))  # fmt: skip
                faults.append(
                    fault_at(scene, shot, "turned_on_call", values, (mend("other_side_of_caller"),))
                )
    return faults
