"""A small film in shots and voices, for the tests of the cut."""

from __future__ import annotations

from mstation.breakdown.scene import Presence
from mstation.cut.timeline import ActionClip, Clip, MusicClip, SceneClip, VoiceClip
from mstation.shots.shot import Angle, CameraKey, Move, Need, Reason, Role, Shot, Size
from mstation.voices.speech import Word


def clip(number: int, first: int, frames: int, *, scene: str = "012", start: int = 0) -> Clip:
    shot = Shot(
        id=f"sh-{scene}{number}",
        label=f"{scene}-{number:03d}",
        scene_id=f"sc-{scene}",
        role=Role.SINGLE,
        size=Size.MCU,
        angle=Angle.EYE,
        move=Move.PUSH_IN,
        lens_mm=50.0,
        subjects=("ch-1",),
        axis=("ch-1", "ch-2"),
        side=1,
        first_frame=first - start,
        end_frame=first - start + frames,
        beats=("bt-1",),
        lines=("ln-1",),
        camera=(CameraKey(0, (0, 1.6, 2), (0, 1.6, 0), 50.0),),
        breaks=("30-degree",),
        declared=("axis",),
        direction="CU MARA, 85mm",
        shake_deg=0.4,
        why=Reason(Need.SINGLE, Size.MCU, ("MARA",), "BENNO"),
    )
    return Clip(shot, scene, first, ("MARA",), ("MARA", "BENNO"))


def voice(
    text: str,
    first: int,
    frames: int,
    *,
    line: str = "ln-1",
    character: str = "MARA",
    presence: Presence = Presence.ON,
    is_dual: bool = False,
    word_s: float | None = None,
) -> VoiceClip:
    pieces = text.split()
    each = word_s if word_s is not None else frames / 24 / max(1, len(pieces))
    words = tuple(
        Word(piece.strip(".,!?"), each * index, each * (index + 1))
        for index, piece in enumerate(pieces)
    )
    return VoiceClip(line, "012", "ch-1", character, text, first, frames, words, presence, is_dual)


CLIPS = (clip(1, 0, 48), clip(2, 48, 30), clip(3, 78, 22), clip(1, 100, 60, scene="013", start=100))
VOICES = (
    voice("You said that the reel was lost.", 10, 60),
    voice("So?", 60, 15, line="ln-2", character="BENNO", is_dual=True),
    voice("It was.", 110, 20, line="ln-3", character="BENNO"),
)
MUSIC = (
    MusicClip("1M1", "sc-1", ("012",), 0, 90),
    MusicClip("1M2", "bt-7", ("012", "013"), 95, 65),
)
ACTIONS = (
    ActionClip("ac-1", "012", "Mara lifts the REEL.", 0, 10, ("MARA",)),
    ActionClip("ac-2", "013", "Rain.", 130, 30),
)
SCENES = (
    SceneClip("012", "INT. BOOTH - NIGHT", "booth", 0, 100, 5),
    SceneClip("013", "EXT. STREET - NIGHT", "street", 100, 60, 2),
)
