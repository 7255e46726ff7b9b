"""The words of the sheets, and how sizes, lenses, lengths and names are written."""

from __future__ import annotations

import math
from typing import Any

from mstation.breakdown.scene import Presence
from mstation.cut.timeline import VoiceClip
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Language
from mstation.shots.shot import Shot, Size
from mstation.space import SUPER35_WIDTH_MM
from mstation.timebase import FrameRate

Words = dict[str, Any]

# Source: reference sheet of the designer, section 1: a full frame is 36 mm wide.
FULL_FRAME = 36.0 / SUPER35_WIDTH_MM
_FOOT_M = 0.3048
_VOICES = {
    Presence.OFF_SCREEN: "off",
    Presence.VOICE_OVER: "voice_over",
    Presence.PRE_LAP: "pre_lap",
    Presence.PHONE: "phone",
}


def words_of(language: Language) -> Words:
    """Return what the sheets say in a language, by key."""
    chosen: Words = lexicon("mstation.sheets", "words")[language]
    return chosen


def size_text(size: Size, words: Words) -> str:
    """Return a size as its code and its name: `MCU medium close`."""
    name = str(words["sizes"][size.value])
    return size.value if name.upper() == size.value else f"{size.value} {name}"


def move_text(shot: Shot, words: Words) -> str:
    """Return what the camera does; a camera in the hand says so."""
    move = str(words["moves"][shot.move.value])
    return f"{move}{words['comma']}{words['handheld']}" if shot.shake_deg > 0 else move


def lens_text(shot: Shot, words: Words) -> str:
    """Return the lens; from where to where where it zooms."""
    first, last = shot.camera[0].focal_length_mm, shot.camera[-1].focal_length_mm
    if abs(first - last) < 0.05:
        return str(words["lens"].format(mm=f"{shot.lens_mm:g}"))
    return str(words["lens_range"].format(first=f"{first:.0f}", last=f"{last:.0f}"))


def length_text(frames: int, rate: FrameRate, words: Words) -> str:
    """Return a length as crews write it: seconds and frames."""
    seconds = words["seconds"].format(seconds=f"{rate.seconds(frames):.1f}")
    return f"{seconds}{words['bar']}{words['frames'].format(frames=frames)}"


def speaker_text(voice: VoiceClip, *, is_seen: bool, words: Words) -> str:
    """Return who speaks, and from where when it is not from the picture."""
    key = ("" if is_seen else "off") if voice.presence is Presence.ON else _VOICES[voice.presence]
    return str(words[key].format(who=voice.character)) if key else voice.character


def feet_text(metres: float, words: Words) -> str:
    """Return a length in feet and inches: 5′11″."""
    inches = math.floor(abs(metres) / _FOOT_M * 12 + 0.5)
    sign = "−" if metres < 0 and inches else ""
    return sign + str(words["feet"].format(feet=inches // 12, inches=inches % 12))


def compass_text(bearing_deg: float, language: Language) -> str:
    """Return the wind nearest to a bearing, clockwise from north."""
    winds = lexicon("mstation.sheets", "words")["compass"][language]
    return str(winds[math.floor(bearing_deg / 45.0 + 0.5) % 8])


def metres_text(metres: float, language: Language) -> str:
    """Return a length in metres, and small behind it in feet: `1.43 m (4′8″)`."""
    words = words_of(language)["plan"]
    shown = words["metres"].format(metres=f"{metres:.2f}")
    return str(words["both"].format(metres=shown, feet=feet_text(metres, words)))
