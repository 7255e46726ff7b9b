"""A film in, the rows of its coverage out: places, words, actions, faces, who listens.

Source: reference sheet of cinematography, sections 6 to 8 and checks 11, 13 and 16.
"""

from __future__ import annotations

import math

import numpy as np

from mstation.check.faults import Values, fault_at
from mstation.check.film import Action, Film, Line, Person, Scene, Shot, Word
from mstation.check.finding import Fault, Row
from mstation.check.geometry import (
    SIZES,
    camera_position,
    heads_seen,
    is_any_in_frame,
    step_of_size,
)
from mstation.check.lines import (
    Spoken,
    Talk,
    heads_of,
    is_on_set,
    pair_shown,
    side_of,
    spoken_lines,
    talk_of,
)
from mstation.check.noting import figures, mend, share_between, share_of, verdict
from mstation.check.speaking import (
    SAMPLE_FRAMES,
    frames_of,
    listener_of,
    shot_at,
    shows_face,
    turns_of,
    words_of,
)
from mstation.space import Array

_PRE_LAP = "pre_lap"  # a voice over a cut between scenes
_ESTABLISHING = "establishing"  # what a first shot declares that is close on purpose
_FS = SIZES.index("FS")
_KEPT_SCENES = 2  # a place seen within this many scenes needs no new look
_ON_CAMERA = 0.60
_REACTIONS = (0.10, 0.30)
_OVER_VOICE = (0.30, 0.50)
_NEUTRAL = 0.15
_IN_HAND_M = 0.25  # from a wrist: what the hand holds
_ENOUGH_SHOTS = 10  # of which one is no more than the least share
_ENOUGH_CUTS = 6
_TURN_S = 1.5  # a cut this near to a change of speakers goes from one to the other
_OVERLAP_FRAMES = 12  # by which a cut is moved off a line's edge: within 6 to 18
_LONG_S = 4.0  # a speech this long in one shot has room for a listener
_LISTEN_S = 1.2


def establishing(film: Film) -> Row:
    """Return row 11: the first shots of new places that are wide, or declared not to be."""
    faults: list[Fault] = []
    tested = 0
    seen: list[str] = []
    for scene in film.scenes:
        place = " ".join(scene.place.casefold().split())
        is_new = place not in seen[-_KEPT_SCENES:]
        seen.append(place)
        if not is_new or not scene.shots:
            continue
        tested += 1
        shot = scene.shots[0]
        if _ESTABLISHING not in shot.declared and not _opens_wide(scene, shot):
            values = (("place", scene.place), ("size", _closest(scene, shot)))
            mends = (mend("open_wide"),)
            faults.append(fault_at(scene, shot, "not_wide", values, mends))
    return share_of("establishing", 11, tested, faults, "no_scenes", is_hard=False)


def _opens_wide(scene: Scene, shot: Shot) -> bool:
    """Return whether a shot is ever as wide as its place, or shows the place alone.

    It is wide where most people stand no closer than in a wide shot, and nobody closer than whole.
    """
    for frame in frames_of(shot):
        steps = [step_of_size(scene, shot, frame, name) for name in heads_seen(scene, shot, frame)]
        if not steps and shot.size != "INSERT":
            return True
        if steps and round(max(steps)) <= _FS and round(float(np.median(steps))) < _FS:
            return True
    return False


def _closest(scene: Scene, shot: Shot) -> str:
    """Return the size of whoever is nearest to the lens at the start of a shot."""
    steps = [step_of_size(scene, shot, 0, name) for name in heads_seen(scene, shot, 0)]
    return SIZES[round(max(steps, default=len(SIZES) - 1))]


def words_covered(film: Film) -> Row:
    """Return row 13a: words that are heard while their own scene has no shot.

    What a pre-lap says over the pictures of the scene beside its own is not asked for.
    """
    faults: list[Fault] = []
    tested = 0
    for scene in film.scenes:
        for line in scene.lines:
            for word in words_of(line):
                first, end = math.floor(word.first + 0.5), math.ceil(word.end - 0.5)
                if line.presence == _PRE_LAP:  # belongs over another scene's pictures
                    first, end = max(first, 0), min(end, scene.frames)
                    if first >= end:
                        continue
                tested += 1
                bare = _bare_frame(scene, first, end)
                if bare is not None:
                    faults.append(_outside(scene, line, word, bare))
    return share_of("words_covered", 13, tested, faults, "no_words", is_hard=True)


def _bare_frame(scene: Scene, first: int, end: int) -> int | None:
    """Return the first of some frames that no shot of the scene holds."""
    now = first
    for shot in scene.shots:
        if now >= max(end, first + 1):
            return None
        if shot.first_frame <= now < shot.end_frame:
            now = shot.end_frame
    return None if now >= max(end, first + 1) else now


def _outside(scene: Scene, line: Line, word: Word, bare: int) -> Fault:
    frames = math.ceil(word.end)
    nearest = min(
        scene.shots,
        key=lambda shot: min(abs(shot.first_frame - bare), abs(shot.end_frame - bare)),
        default=None,
    )
    return Fault(
        kind="word_outside",
        scene=scene.label,
        shot=nearest.label if nearest else "",
        line=line.id,
        frame=scene.film_first_frame + bare,
        values=(("word", word.text), ("name", line.written)),
        mends=(("lengthen", (("shot", nearest.label), ("frames", frames))),) if nearest else (),
    )


def actions_covered(film: Film) -> Row:
    """Return row 13b: paragraphs of action during which none whom they name is in the frame."""
    faults: list[Fault] = []
    tested = 0
    for scene in film.scenes:
        for action in scene.actions:
            tested += 1
            if not _is_shown(scene, action):
                faults.append(_unseen(scene, action))
    return share_of("actions_covered", 13, tested, faults, "no_actions", is_hard=True)


def _unseen(scene: Scene, action: Action) -> Fault:
    people = [scene.people[name] for name in action.people if name in scene.people]
    names = ", ".join(person.written for person in people)
    return Fault(
        kind="action_unseen" if names else "action_without_shot",
        scene=scene.label,
        shot=_shot_label(scene, action.first_frame),
        line=action.id,
        frame=scene.film_first_frame + action.first_frame,
        values=(("text", action.text), ("names", names)),
        mends=(mend("show_them", names=names) if names else mend("show_action"),),
    )


def _is_shown(scene: Scene, action: Action) -> bool:
    """Return whether a shot shows one whom an action names while it is played.

    Head or hips are enough; in a shot without any head, a hand, or the thing that it holds.
    """
    end = max(action.end_frame, action.first_frame + 1)
    named = [scene.people[name] for name in action.people if name in scene.people]
    named = [person for person in named if person.present[action.first_frame : end].any()]
    is_met = False
    for shot in scene.shots:
        first, last = max(shot.first_frame, action.first_frame), min(shot.end_frame, end) - 1
        if first > last:
            continue
        is_met = True
        for now in sorted({*range(first, last, SAMPLE_FRAMES), last}):
            there = [person for person in named if person.present[now]]
            if any(_does_it_in(scene, shot, person, now) for person in there):
                return True
    return is_met and not named


def _does_it_in(scene: Scene, shot: Shot, person: Person, now: int) -> bool:
    frame = now - shot.first_frame
    body = np.array([person.joint("Head")[now], person.joint("Hips")[now]])
    if is_any_in_frame(shot, frame, body):
        return True
    if heads_seen(scene, shot, frame):
        return False
    hands = np.array([person.joint("LeftWrist")[now], person.joint("RightWrist")[now]])
    held = [thing.at(now).reshape(-1, 3) for thing in scene.things if thing.is_prop]
    near = [corners for corners in held if len(corners) and _apart_m(corners, hands) < _IN_HAND_M]
    return any(is_any_in_frame(shot, frame, points) for points in (hands, *near))


def _apart_m(points: Array, others: Array) -> float:
    return float(np.linalg.norm(points[:, None] - others[None], axis=2).min())


def _shot_label(scene: Scene, frame: int) -> str:
    shot = shot_at(scene, frame)
    return shot.label if shot else ""


def words_on_camera(film: Film) -> Row:
    """Return the share of words that are seen spoken: the face in the frame, not turned away."""
    spoken = seen = 0
    faults: list[Fault] = []
    for scene in film.scenes:
        there = here = 0
        for line in scene.lines:
            if not is_on_set(scene, line):
                continue
            for word in words_of(line):
                frame = min(int((word.first + word.end) / 2), scene.frames - 1)
                there += 1
                here += shows_face(scene, frame, line.speaker)
        spoken, seen = spoken + there, seen + here
        if there and here / there < _ON_CAMERA and scene.shots:
            values: Values = (("share", here / there), ("words", there))
            mends = (mend("show_speakers", words=math.ceil(_ON_CAMERA * there) - here),)
            faults.append(fault_at(scene, scene.shots[0], "few_faces", values, mends))
    share = seen / spoken if spoken else 1.0
    return Row(
        check="words_on_camera",
        number=0,
        state=verdict(spoken, passes=share >= _ON_CAMERA),
        is_hard=False,
        tested=spoken,
        value=share,
        bar="≥ 60 %",
        faults=tuple(faults) if share < _ON_CAMERA else (),
        detail=figures(spoken, "no_speakers"),
    )


def reactions(film: Film) -> Row:
    """Return the share of shots that for the most part show somebody who listens.

    Looked at in scenes of more than one shot in which somebody speaks while another is there.
    A film of few shots is only reported: one shot would be more than the whole bar.
    """
    shots = 0
    heard: list[Fault] = []
    unheard: list[Fault] = []
    for scene in film.scenes:
        spoken = [one for one in spoken_lines(scene) if one.partner]
        if not spoken or len(scene.shots) < 2:
            continue
        shots += len(scene.shots)
        for shot in scene.shots:
            name = listener_of(scene, shot, spoken)
            if name:
                mends = (mend("show_speaker"),)
                heard.append(
                    fault_at(scene, shot, "listens", (("name", scene.people[name].written),), mends)
                )
        unheard += _long_speeches(scene, spoken, film)
    detail = figures(shots, "no_talk", reactions=len(heard))
    return share_between(
        "reactions", 16, shots, heard, unheard, _REACTIONS, enough=_ENOUGH_SHOTS, detail=detail
    )


def _long_speeches(scene: Scene, spoken: list[Spoken], film: Film) -> list[Fault]:
    """Return the speeches that run long in one shot, where a listener could be shown."""
    found = []
    least = film.rate.frames_ceil(_LONG_S)
    for one in spoken:
        line = one.line
        for shot in scene.shots:
            first, end = (
                max(line.first_frame, shot.first_frame),
                min(line.end_frame, shot.end_frame),
            )
            if end - first >= least and one.partner:
                seconds = film.rate.seconds(end - first)
                values = (("name", line.written), ("seconds", round(seconds, 1)))
                mends = (
                    mend(
                        "show_listener", name=scene.people[one.partner].written, seconds=_LISTEN_S
                    ),
                )
                found.append(fault_at(scene, shot, "long_speech", values, mends, frame=first))
    return found


def dragnet(film: Film) -> Row:
    """Return row 16: of the cuts from one speaker to the next, the share that falls over a voice.

    A cut within three frames of a line's first or last frame, or in the pause, follows the
    speakers like a dragnet.
    """
    over: list[Fault] = []
    between: list[Fault] = []
    for scene in film.scenes:
        for turn in turns_of(scene, film.rate.frames_ceil(_TURN_S)):
            names = (("one", turn.before.written), ("other", turn.after.written))
            if turn.is_over_voice:
                mends = (
                    mend("cut_in_pause", frame=scene.film_first_frame + turn.before.end_frame),
                )
                over.append(fault_at(scene, turn.shot, "over_voice", names, mends))
            else:
                mends = (mend("overlap", frames=_OVERLAP_FRAMES),)
                between.append(fault_at(scene, turn.shot, "on_boundary", names, mends))
    cuts = len(over) + len(between)
    detail = figures(cuts, "no_turns")
    return share_between(
        "dragnet", 16, cuts, over, between, _OVER_VOICE, enough=_ENOUGH_CUTS, detail=detail
    )


def neutral_shots(film: Film) -> Row:
    """Return the share of shots that cannot be on a wrong side: on the line, or of no head."""
    on_line: list[Fault] = []
    inserts: list[Fault] = []
    shots = 0
    for scene in film.scenes:
        talk = talk_of(scene)
        for index, shot in enumerate(scene.shots):
            shots += 1
            if index and not any(heads_seen(scene, shot, frame) for frame in frames_of(shot)):
                inserts.append(fault_at(scene, shot, "headless"))
            elif _is_on_line(scene, talk, shot):
                on_line.append(fault_at(scene, shot, "on_line", (), (mend("off_line"),)))
    share = (len(on_line) + len(inserts)) / shots if shots else 0.0
    return Row(
        check="neutral_shots",
        number=0,
        state=verdict(shots, passes=share <= _NEUTRAL),
        is_hard=False,
        tested=shots,
        value=share,
        bar="≤ 15 %",
        faults=tuple(on_line + inserts) if share > _NEUTRAL else (),
        detail=(("on_line", len(on_line)), ("inserts", len(inserts))),
    )


def _is_on_line(scene: Scene, talk: Talk, shot: Shot) -> bool:
    middle = shot.frames // 2
    pair = pair_shown(scene, talk, shot, middle)
    if pair is None:
        return False
    one, other = heads_of(scene, pair, shot.first_frame + middle)
    return side_of(one, other, camera_position(shot, middle)) == 0
