"""Lines in, steps out: who speaks to whom, who listens, who turns to whom."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace

from mstation.breakdown.scene import Beat, Line, Presence
from mstation.stage.ensemble import Ahead, Ensemble, Handling
from mstation.stage.performance import Act, BeatTiming
from mstation.stage.stances import AT_WORK, Look, Playing, Stance, Utterance
from mstation.voices.speech import Speech

_TURN_GAP_S, _TENSE_GAP_S, _TENSE = 0.45, 0.25, 0.6
_SHARE = 0.4  # of the shorter of two voices at once, before the picture may turn to the second
_RUNS_ON_S = 0.7  # no more than the shortest silence that a scene opens with
_RUNS_AHEAD_S = 0.8  # no more than the silence that every scene ends with
_LONG_LINE_S = 3.5
_NOD_CHANCE, _SHIFT_CHANCE = 0.3, 0.45


def play_lines(
    ensemble: Ensemble,
    group: list[Beat],
    speeches: Mapping[str, Speech],
    *,
    runs_on: bool = False,
) -> None:
    """Add one line, or lines spoken at once, as a step; everyone else looks at who speaks.

    Voices of a dual speech are heard from the same frame on; their beats, which the picture
    follows, come one after the other.

    runs_on: the scene ends before the voice does, which is heard over the next one's opening.
    """
    first, starts = ensemble.frame, [0]
    rate = ensemble.rate
    if ensemble.ahead is not None and group[0].line == ensemble.ahead.line:
        _end_line_ahead(ensemble, group[0], ensemble.ahead)
        return
    lines = [beat.line for beat in group if beat.line is not None]
    lengths_s = [speeches[line.id].duration_s for line in lines]
    for one_s, other_s in itertools.pairwise(lengths_s):
        starts.append(starts[-1] + max(1, rate.frames_ceil(_SHARE * min(one_s, other_s))))
    gap = _gap_s(ensemble)
    after_s = -min(_RUNS_ON_S, max(lengths_s) / 2) if runs_on else gap
    frames = max(starts[-1] + 2, rate.frames_ceil(max(lengths_s) + after_s))
    voices = [Utterance(line.id, speeches[line.id], line.manner, 0.0) for line in lines]
    playings = _playings(ensemble, group[0].id, lines, voices)
    _answer_phone(ensemble, group[0].id, lines[0], playings, frames)
    ensemble.step(group[0].id, group[0].id, frames, playings)
    ends = [*starts[1:], frames]
    for beat, line, start, end in zip(group, lines, starts, ends, strict=True):
        sound = rate.frames_ceil(speeches[line.id].duration_s)
        sound = min(sound, frames) if runs_on else sound
        timing = BeatTiming(beat.id, first + start, first + end, line.id, first, first + sound)
        ensemble.timings.append(timing)
        _note(ensemble, line, timing)
    ensemble.last_speaker = lines[-1].character_id


def run_ahead(ensemble: Ensemble, line: Line, speech: Speech) -> None:
    """Let a line begin before the scene does, by 0.8 s or by half of it, where that is less."""
    lead_s = min(_RUNS_AHEAD_S, speech.duration_s / 2)
    frames = int(lead_s * ensemble.rate.fraction)
    ensemble.ahead = Ahead(line.character_id, line, speech, frames)


def _end_line_ahead(ensemble: Ensemble, beat: Beat, ahead: Ahead) -> None:
    """Add what is left of a line that began before the scene, and of the pause after it."""
    first, rate = ensemble.frame, ensemble.rate
    end = rate.frames_ceil(ahead.speech.duration_s) - ahead.frames
    gap = rate.frames_ceil(_gap_s(ensemble))
    frames = max(gap, end + gap - first)
    voice = Utterance(ahead.line.id, ahead.speech, ahead.line.manner, 0.0)
    playings = _playings(ensemble, beat.id, [ahead.line], [voice])
    ensemble.step(beat.id, beat.id, frames, playings)
    timing = BeatTiming(beat.id, first, first + frames, ahead.line.id, -ahead.frames, end)
    ensemble.timings.append(timing)
    _note(ensemble, ahead.line, timing)
    ensemble.last_speaker = ahead.character_id


def _gap_s(ensemble: Ensemble) -> float:
    return _TENSE_GAP_S if ensemble.scene.tension > _TENSE else _TURN_GAP_S


def _playings(
    ensemble: Ensemble, key: str, lines: list[Line], voices: list[Utterance]
) -> dict[str, Playing]:
    speaker, to = lines[0].character_id, addressee(ensemble, lines[0])
    playings: dict[str, Playing] = {}
    for who, before in ensemble.stances.items():
        if not before.is_present:
            continue
        own = tuple(
            voice
            for line, voice in zip(lines, voices, strict=True)
            if line.character_id == who and line.presence is Presence.ON
        )
        after = _attending(ensemble, key, who, speaker, to)
        nods = not own and ensemble.chance(key, who, "nod") < _NOD_CHANCE
        playings[who] = Playing(
            who,
            before,
            after,
            delay_s=0.0 if own else 0.18 + 0.3 * ensemble.chance(key, who, "late"),
            glances=_glance(ensemble, key, who, own, after),
            gesture="nod" if nods else "",
            gesture_s=1.0 if nods else 0.0,
            utterances=own,
        )
    return playings


def _answer_phone(
    ensemble: Ensemble, beat_id: str, line: Line, playings: dict[str, Playing], frames: int
) -> None:
    """Put a phone to the ear of whoever a voice on the line speaks with."""
    if line.presence is not Presence.PHONE:
        return
    talks = [beat.line for beat in ensemble.scene.beats if beat.line is not None]
    at = talks.index(line)
    near = sorted(range(len(talks)), key=lambda index: (abs(index - at), index))
    who = next((talks[i].character_id for i in near if talks[i].character_id in playings), "")
    playing = playings.get(who)
    if playing is None or playing.before.carry not in ("", "hold"):
        return
    after = replace(playing.before, carry="phone", look="", weight=0)
    playings[who] = replace(playing, after=after, delay_s=0.0)
    end = ensemble.frame + frames
    ensemble.handlings.append(
        Handling(beat_id, "phone", who, ensemble.frame, end, words="phone 电话")
    )


def _attending(ensemble: Ensemble, key: str, who: str, speaker: str, to: str) -> Stance:
    """Return how someone is once a line is under way: turned to it, weight on another leg."""
    before = ensemble.stances[who]
    target = to if who == speaker else speaker
    if not ensemble.is_on(target) or before.carry == "phone":
        return ensemble.opened(before) if who == speaker else before
    look: Look = target
    if before.carry in AT_WORK and who not in (speaker, to):
        look = before.look
    after = replace(before, look=look)
    if who in (speaker, to):
        after = ensemble.turned(after, target)
    if after.yaw_rad == before.yaw_rad:
        after = replace(after, weight=_shifted(ensemble, key, who, before))
    return after


def _shifted(ensemble: Ensemble, key: str, who: str, stance: Stance) -> int:
    if stance.posture != "stand" or ensemble.chance(key, who, "shift") > _SHIFT_CHANCE:
        return stance.weight
    return (-1, 0, 1)[int(3 * ensemble.chance(key, who, "leg"))]


def _glance(
    ensemble: Ensemble, key: str, who: str, own: tuple[Utterance, ...], after: Stance
) -> tuple[tuple[float, float, Look], ...]:
    """Return a short look away while one finds one's words, in longer lines."""
    if (
        not own
        or own[0].speech.duration_s < _LONG_LINE_S
        or after.carry in ("read", "write", "type")
    ):
        return ()
    start = 0.9 + 0.8 * ensemble.chance(key, who, "glance")
    return ((start, start + 0.7, "down"),)


def addressee(ensemble: Ensemble, line: Line) -> str:
    """Return whom a line is said to: someone named in it, who spoke before, who is left."""
    speaker = line.character_id
    others = [
        body
        for body in ensemble.bodies
        if body.character_id != speaker and ensemble.is_on(body.character_id)
    ]
    for body in others:
        if body.name.lower() in line.text.lower():
            return body.character_id
    ids = [body.character_id for body in others]
    for who in (ensemble.last_speaker, _next_speaker(ensemble, line)):
        if who in ids:
            return who
    if speaker not in ensemble.stances:
        return ids[0] if ids else ""
    return min(ids, key=lambda who: ensemble.distance(speaker, who), default="")


def _next_speaker(ensemble: Ensemble, line: Line) -> str:
    lines = [beat.line for beat in ensemble.scene.beats if beat.line is not None]
    later = lines[lines.index(line) + 1 :]
    return next((o.character_id for o in later if o.character_id != line.character_id), "")


def _note(ensemble: Ensemble, line: Line, timing: BeatTiming) -> None:
    speaker = line.character_id
    if line.presence is Presence.ON and ensemble.is_on(speaker):
        ensemble.acts.append(
            Act(
                speaker,
                "speak",
                timing.speech_first_frame,
                timing.speech_end_frame,
                timing.beat_id,
                addressee(ensemble, line),
                line.id,
            )
        )
    towards = speaker if ensemble.is_on(speaker) else ""
    for who in ensemble.stances:
        if who != speaker and ensemble.is_on(who):
            ensemble.acts.append(
                Act(
                    who,
                    "listen",
                    timing.first_frame,
                    timing.end_frame,
                    timing.beat_id,
                    towards,
                    line.id,
                )
            )
