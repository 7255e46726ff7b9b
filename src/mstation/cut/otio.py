"""A cut in, an OpenTimelineIO document out: shots over the movie, voices and score over stems.

Every clip points into `film.mp4` or a stem beside the document, so the timeline opens in an
editor as it stands; each shot and voice carries what it is in `metadata["mstation"]`, and each
paragraph of action is a marker on the picture.
Source: OpenTimelineIO, Timeline.1, Clip.2 and Marker.2 schemas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import opentimelineio as otio

from mstation.cut.timeline import ActionClip, Clip, MusicClip, SceneClip, VoiceClip
from mstation.document import FLOAT_DIGITS
from mstation.shots.reasons import told
from mstation.timebase import START_TIMECODE, FrameRate, frame_of_timecode

SCHEMA = "mstation.cut/1"

MOVIE = "film.mp4"
DIALOGUE = "stems/dialogue.wav"
MUSIC = "stems/music.wav"


def write_otio(
    title: str,
    clips: Sequence[Clip],
    voices: Sequence[VoiceClip],
    music: Sequence[MusicClip],
    rate: FrameRate,
    *,
    scenes: Sequence[SceneClip] = (),
    actions: Sequence[ActionClip] = (),
    cues: Mapping[str, Mapping[str, Any]] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> bytes:
    """Return the film as an OTIO document.

    The movie carries timecode from 01:00:00:00, and so do the ranges that point into it; the
    stems carry none and count from 0. Voices that overlap lie on further dialogue tracks.
    Markers count from the film's first frame. `cues` says more of a cue, by its id; `metadata`
    is added to the timeline's own.
    """
    start = frame_of_timecode(START_TIMECODE, rate)
    frames = max((clip.film_end_frame for clip in clips), default=0)
    timeline = otio.schema.Timeline(title, global_start_time=_time(start, rate))
    timeline.metadata["mstation"] = {
        "schema": SCHEMA,
        "rate": str(rate),
        "frames": frames,
        "scenes": [_scene(scene) for scene in scenes],
        **(metadata or {}),
    }
    picture = otio.schema.Track("picture", kind=otio.schema.TrackKind.Video)
    shots = [
        (clip.film_first_frame, _shot_clip(clip, voices, start, frames, rate)) for clip in clips
    ]
    _lay(picture, shots, rate)
    picture.markers.extend(_marker(action, rate) for action in actions)
    timeline.tracks.append(picture)
    for index, lane in enumerate(_lanes(voices)):
        track = otio.schema.Track(
            "dialogue" if not index else f"dialogue {index + 1}", kind=otio.schema.TrackKind.Audio
        )
        _lay(track, [(v.film_first_frame, _voice_clip(v, frames, rate)) for v in lane], rate)
        timeline.tracks.append(track)
    score = otio.schema.Track("score", kind=otio.schema.TrackKind.Audio)
    told = cues or {}
    _lay(
        score,
        [
            (cue.film_first_frame, _music_clip(cue, told.get(cue.cue_id, {}), frames, rate))
            for cue in music
        ],
        rate,
    )
    timeline.tracks.append(score)
    return f"{timeline.to_json_string(indent=1)}\n".encode()


def _time(frame: int, rate: FrameRate) -> Any:
    return otio.opentime.RationalTime(frame, rate.numerator / rate.denominator)


def _range(first: int, frames: int, rate: FrameRate) -> Any:
    return otio.opentime.TimeRange(_time(first, rate), _time(frames, rate))


def _clip(name: str, url: str, available: Any, source: Any, metadata: Mapping[str, Any]) -> Any:
    reference = otio.schema.ExternalReference(target_url=url, available_range=available)
    return otio.schema.Clip(name, reference, source, metadata={"mstation": dict(metadata)})


def _scene(scene: SceneClip) -> dict[str, Any]:
    return {
        "label": scene.label,
        "heading": scene.heading,
        "place": scene.place,
        "first_frame": scene.film_first_frame,
        "frames": scene.frames,
        "eighths": scene.eighths,
    }


def _marker(action: ActionClip, rate: FrameRate) -> Any:
    metadata = {
        "kind": "action",
        "id": action.action_id,
        "scene": action.scene_label,
        "text": action.text,
        "characters": list(action.characters),
    }
    return otio.schema.Marker(
        f"action {action.scene_label}",
        _range(action.film_first_frame, action.frames, rate),
        otio.schema.MarkerColor.GREEN,
        metadata={"mstation": metadata},
    )


def _shot_clip(
    clip: Clip, voices: Sequence[VoiceClip], start: int, frames: int, rate: FrameRate
) -> Any:
    shot = clip.shot
    metadata = {
        "scene": clip.scene_label,
        "shot": shot.id,
        "label": shot.label,
        "role": shot.role.value,
        "size": shot.size.value,
        "angle": shot.angle.value,
        "move": shot.move.value,
        "lens_mm": round(shot.lens_mm, FLOAT_DIGITS),
        "subjects": list(clip.subject_names),
        "axis": list(clip.axis_names),
        "declared": list(shot.declared),
        "direction": shot.direction,
        "shake_deg": round(shot.shake_deg, FLOAT_DIGITS),
        "lines": [_line(voice, clip, rate) for voice in voices if _is_heard_in(voice, clip)],
        "breaks": list(shot.breaks),
        "why": told(shot.why, "en"),
    }
    available = _range(start, frames, rate)
    source = _range(start + clip.film_first_frame, shot.frames, rate)
    return _clip(shot.label, MOVIE, available, source, metadata)


def _is_heard_in(voice: VoiceClip, clip: Clip) -> bool:
    return (
        voice.film_first_frame < clip.film_end_frame
        and clip.film_first_frame < voice.film_end_frame
    )


def _line(voice: VoiceClip, clip: Clip, rate: FrameRate) -> dict[str, Any]:
    """Return a line as a shot hears it: word times count from the clip, and may lie before it."""
    offset = rate.seconds(voice.film_first_frame - clip.film_first_frame)
    return {
        "id": voice.line_id,
        "character": voice.character,
        "text": voice.text,
        "words": _words(voice, offset),
    }


def _words(voice: VoiceClip, offset_s: float = 0.0) -> list[dict[str, Any]]:
    """Return a line's words with their times; the line itself begins at `offset_s`."""
    return [
        {
            "text": word.text,
            "start_s": round(offset_s + word.start_s, FLOAT_DIGITS),
            "end_s": round(offset_s + word.end_s, FLOAT_DIGITS),
        }
        for word in voice.words
    ]


def _voice_clip(voice: VoiceClip, frames: int, rate: FrameRate) -> Any:
    metadata = {
        "scene": voice.scene_label,
        "line": voice.line_id,
        "character": voice.character,
        "speaker": voice.speaker,
        "text": voice.text,
        "presence": voice.presence.value,
        "words": _words(voice),
    }
    source = _range(voice.film_first_frame, voice.frames, rate)
    return _clip(voice.character, DIALOGUE, _range(0, frames, rate), source, metadata)


def _music_clip(cue: MusicClip, told: Mapping[str, Any], frames: int, rate: FrameRate) -> Any:
    source = _range(cue.film_first_frame, cue.frames, rate)
    metadata = {"cue": cue.cue_id, "scenes": list(cue.scene_labels), **told}
    return _clip(cue.label, MUSIC, _range(0, frames, rate), source, metadata)


def _lanes(voices: Sequence[VoiceClip]) -> list[list[VoiceClip]]:
    """Return voices on as few tracks as keep them from overlapping; at least one."""
    lanes: list[list[VoiceClip]] = [[]]
    for voice in sorted(voices, key=lambda each: (each.film_first_frame, each.line_id)):
        for lane in lanes:
            if not lane or lane[-1].film_end_frame <= voice.film_first_frame:
                lane.append(voice)
                break
        else:
            lanes.append([voice])
    return lanes


def _lay(track: Any, placed: Sequence[tuple[int, Any]], rate: FrameRate) -> None:
    """Put clips on a track at their film frames, gaps between them."""
    at = 0
    for first, clip in placed:
        if first > at:
            track.append(otio.schema.Gap(source_range=_range(0, first - at, rate)))
        track.append(clip)
        at = first + round(clip.source_range.duration.value)
