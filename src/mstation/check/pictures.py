"""The movie and the timeline in, whether the picture is cut where the timeline says out.

A cut is a frame that differs from the one before it far more than its neighbours differ from
theirs: a change that is sudden, where a pan or a walk changes every frame alike. What the shots
themselves looked like is known only from the movie, so a frame beside a cut is held against the
next frame of its own shot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mstation.check.faults import Mend
from mstation.check.figures import bare_parts, figures
from mstation.check.film import Film, Flags, Scene, Shot
from mstation.check.finding import Fault, Row, Value
from mstation.check.survey import Survey, psnr, survey
from mstation.space import Array

_REACH = 6  # frames to either side in which a cut that slipped is looked for
_CLOSE = 1  # frames that a cut may be off. Source: reference sheet, check 18
_SUDDEN, _SUDDEN_RATIO = 1.0, 1.5  # levels of 255 above, and times, what its neighbours change
_STRAY = 8.0  # a sudden change that no cut explains
_BLACK = 20.0  # mean luma, limited range: 16 is black
_MATCH_DB = 35.0  # Source: the film's promise for both sides of every cut
_AS_ITS_OWN_DB = 3.0
_STIRS_DB, _FAR_DB = 30.0, 10.0  # somebody stirs at the cut, in a picture that is another
_INNER = 3  # further pairs of frames of the shot that say how much it moves
_LEAST_SET = 0.25  # of a picture that must be the bare set, for it to say whose picture it is
# Source: PySceneDetect, ContentDetector's defaults: weights 1 for hue, saturation and value.
_CONTENT_THRESHOLD, _CONTENT_LEAST = 27.0, 15

_AGAIN: tuple[Mend, ...] = (("join_again", ()),)


@dataclass(frozen=True, slots=True)
class Cut:
    """Where one shot gives way to the next, in film frames."""

    before: Shot
    after: Shot
    frame: int


def pictures(film: Film) -> tuple[Row, Row, Row]:
    """Return the rows of the picture: its cuts, both sides of each, and people in their places."""
    cuts = cuts_of(film)
    if film.movie is None:
        return (
            _unmeasured("picture", 18, "no_movie"),
            _unmeasured("pictures_match", 0, "no_movie"),
            figures(film, None),
        )
    closely = {
        frame for cut in cuts for frame in range(cut.frame - _INNER - 1, cut.frame + _INNER + 2)
    }
    seen = survey(film.movie, closely=closely)
    return _cut_row(film, cuts, seen), _match_row(film, cuts, seen), figures(film, seen)


def _unmeasured(check: str, number: int, missing: str) -> Row:
    return Row(check, number, "unmeasured", True, 0, 0.0, detail=(("missing", missing),))


def cuts_of(film: Film) -> tuple[Cut, ...]:
    """Return the film's cuts, those between scenes too."""
    shots = [(scene.film_first_frame, shot) for scene in film.scenes for shot in scene.shots]
    shots.sort(key=lambda row: row[0] + row[1].first_frame)
    return tuple(
        Cut(before, after, first + after.first_frame)
        for (_, before), (first, after) in pairwise(shots)
    )


def suddenness(change: Array) -> tuple[Array, Array]:
    """Return by how much, and by what factor, each frame's change is above its neighbours'."""
    around = np.maximum(np.append(0.0, change[:-1]), np.append(change[1:], 0.0))
    return change - around, change / np.maximum(around, 0.05)


def _cut_row(film: Film, cuts: Sequence[Cut], seen: Survey) -> Row:
    """Cuts of the timeline found in the movie within a frame, and none that it does not have."""
    if not cuts:
        return _unmeasured("picture", 18, "no_cuts")
    above, ratio = suddenness(seen.change)
    is_sudden = (above >= _SUDDEN) & (ratio >= _SUDDEN_RATIO)
    faults: list[Fault] = []
    if seen.frames != film.frames or seen.rate != film.rate.fraction:
        faults.append(_length_fault(film, seen))
    tested = [cut for cut in cuts if not _is_in_the_dark(cut, seen)]
    offsets = []
    for cut in tested:
        at = _nearest_change(cut, above, is_sudden)
        if at is None or abs(at - cut.frame) > _CLOSE:
            faults.append(_cut_fault(cut, at))
        else:
            offsets.append(at - cut.frame)
    strays = _strays(cuts, above, ratio)
    faults += [_stray_fault(film, frame) for frame in strays]
    found = len(offsets)
    return Row(
        "picture",
        18,
        "failed" if faults else "passed",
        True,
        len(tested),
        _f1(found, len(tested) - found, len(strays)),
        "1.00",
        tuple(faults),
        (
            ("exact", sum(offset == 0 for offset in offsets)),
            ("in_the_dark", len(cuts) - len(tested)),
            ("content_f1", _content_f1(cuts, seen)),
        ),
    )


def _is_in_the_dark(cut: Cut, seen: Survey) -> bool:
    """Whether both sides are black, so that no eye sees the cut."""
    sides = seen.light[max(0, cut.frame - 1) : cut.frame + 1]
    return len(sides) == 2 and bool(np.all(sides < _BLACK))


def _nearest_change(cut: Cut, above: Array, is_sudden: Flags) -> int | None:
    """Return the frame of the most sudden change near a cut."""
    first = cut.frame - min(_REACH, cut.before.frames // 2)
    end = cut.frame + min(_REACH, cut.after.frames // 2) + 1
    frames = [frame for frame in range(max(1, first), min(end, len(above))) if is_sudden[frame]]
    return max(frames, key=lambda frame: above[frame], default=None)


def _strays(cuts: Sequence[Cut], above: Array, ratio: Array) -> list[int]:
    near = {cut.frame + off for cut in cuts for off in range(-_REACH, _REACH + 1)}
    sudden = np.flatnonzero((above >= _STRAY) & (ratio >= 2 * _SUDDEN_RATIO)).tolist()
    return [frame for frame in sudden if frame not in near]


def _f1(found: int, missed: int, strays: int) -> float:
    return 2 * found / max(1, 2 * found + missed + strays)


def _content_f1(cuts: Sequence[Cut], seen: Survey) -> float:
    """Return how well a usual detector of cuts agrees with the timeline, at its defaults."""
    detected: list[int] = []
    last = 0
    for frame in np.flatnonzero(seen.content >= _CONTENT_THRESHOLD).tolist():
        if frame - last >= _CONTENT_LEAST:
            detected.append(frame)
            last = frame
    planned = [cut.frame for cut in cuts]
    found = sum(any(abs(frame - other) <= _CLOSE for other in detected) for frame in planned)
    strays = sum(all(abs(frame - other) > _CLOSE for other in planned) for frame in detected)
    return _f1(found, len(planned) - found, strays)


def _length_fault(film: Film, seen: Survey) -> Fault:
    values = (
        ("movie", seen.frames),
        ("movie_rate", str(seen.rate)),
        ("timeline", film.frames),
        ("timeline_rate", str(film.rate)),
    )
    frame = min(seen.frames, film.frames)
    return Fault("length", "", frame=frame, values=values, mends=_AGAIN)


def _cut_fault(cut: Cut, at: int | None) -> Fault:
    values: tuple[tuple[str, Value], ...] = (
        ("before", cut.before.label),
        ("after", cut.after.label),
    )
    mends: tuple[Mend, ...] = _AGAIN
    if at is not None:
        way = "late" if at > cut.frame else "early"
        values = (*values, ("frames", abs(at - cut.frame)), ("way", way))
        mends = (("move_cut", (("frame", at),)), *_AGAIN)
    kind = "no_cut" if at is None else "cut_elsewhere"
    return Fault(
        kind, cut.after.scene, shot=cut.after.label, frame=cut.frame, values=values, mends=mends
    )


def _stray_fault(film: Film, frame: int) -> Fault:
    for scene in film.scenes:
        at = frame - scene.film_first_frame
        for shot in scene.shots:
            if shot.first_frame <= at < shot.end_frame:
                return Fault("stray_cut", scene.label, shot=shot.label, frame=frame, mends=_AGAIN)
    return Fault("stray_cut", "", frame=frame, mends=_AGAIN)


def _match_row(film: Film, cuts: Sequence[Cut], seen: Survey) -> Row:
    """Frames beside a cut that are of their own shot.

    The last frame of the shot before is compared with the frame before it, the first frame of
    the shot after with the frame after it.
    """
    scenes = {scene.label: scene for scene in film.scenes}
    faults, found = [], []
    for cut in cuts:
        for side in (-1, 1):
            shot = cut.before if side < 0 else cut.after
            pairs = _inner_pairs(cut, side, seen)
            if not pairs or shot.frames < 2 or cut.frame not in seen.unlike:
                continue
            found.append(pairs[0])
            if not (
                pairs[0] >= _MATCH_DB
                or _moves_on(cut, pairs, seen)
                or _set_matches(scenes[shot.scene], shot, cut, side, seen)
            ):
                faults.append(_match_fault(cut, side, pairs[0]))
    if not found:
        return _unmeasured("pictures_match", 0, "no_cuts")
    at_rest = sum(alike >= _MATCH_DB for alike in found)
    return Row(
        "pictures_match",
        0,
        "failed" if faults else "passed",
        True,
        len(found),
        1 - len(faults) / len(found),
        "100 %",
        tuple(faults),
        (("at_rest", at_rest), ("moving", len(found) - at_rest), ("lowest_db", min(found))),
    )


def _inner_pairs(cut: Cut, side: int, seen: Survey) -> list[float]:
    """Return how alike the frames of one side are, from the cut inwards, in decibels."""
    shot = cut.before if side < 0 else cut.after
    count = min(1 + _INNER, shot.frames - 1)
    frames = [cut.frame - 1 - step if side < 0 else cut.frame + 1 + step for step in range(count)]
    return [psnr(seen.unlike[frame]) for frame in frames if frame in seen.unlike]


def _moves_on(cut: Cut, pairs: Sequence[float], seen: Survey) -> bool:
    """Whether a frame is as like its neighbour as the shot's next frames are like theirs.

    It is too where it is nearly as like as at rest, and far from what lies across the cut. A frame
    that is more like what lies across the cut is not, unless both are black.
    """
    alike, *inner = pairs
    across = psnr(seen.unlike[cut.frame])
    if across > alike + _AS_ITS_OWN_DB and not _is_in_the_dark(cut, seen):
        return False
    if alike >= _STIRS_DB and alike >= across + _FAR_DB:
        return True
    return any(alike >= other - _AS_ITS_OWN_DB for other in inner)


def _set_matches(scene: Scene, shot: Shot, cut: Cut, side: int, seen: Survey) -> bool:
    """Whether all but the people is alike: somebody who gets up at a cut moves in its last frames.

    So it is where the camera is at rest and enough of the set is seen beside the people.
    """
    film_frame = cut.frame - 2 if side < 0 else cut.frame
    frame = film_frame - scene.film_first_frame
    now = frame - shot.first_frame
    cameras = shot.world_from_camera[now : now + 2]
    if np.ptp(cameras, axis=0).any() or np.ptp(shot.focal_mm[now : now + 2]):
        return False
    unlike = seen.unlike[film_frame + 1]
    is_bare = bare_parts(scene, shot, (frame, frame + 1), unlike.shape)
    return is_bare.mean() >= _LEAST_SET and psnr(unlike[is_bare]) >= _MATCH_DB


def _match_fault(cut: Cut, side: int, alike: float) -> Fault:
    shot = cut.before if side < 0 else cut.after
    frame = cut.frame - 1 if side < 0 else cut.frame
    end = "end" if side < 0 else "start"
    values = (("end", end), ("db", alike))
    return Fault(
        "other_picture", shot.scene, shot=shot.label, frame=frame, values=values, mends=_AGAIN
    )
