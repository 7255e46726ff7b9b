"""Pictures and sounds marked with whose they are: what is shown before a licence is paid for.

The mark is words across the whole picture, again and again, light within dark lines, so that it is
read on white and on black alike and no cut of the picture is without it. Sounds carry two short
tones every few seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mstation.media.slates import font_of

_LETTERS, _LEAST_LETTERS = 1 / 19, 12  # of the picture's shorter side; pixels
_SLANT_DEG = 28.0
_APART = 2.6  # rows of the mark, in letters
_LIGHT, _DARK = 0.42, 0.30  # how much of the mark covers: its letters, their lines
_TONES_HZ = (988.0, 1319.0)
_TONE_S, _EVERY_S, _TONE_LEVEL = 0.16, 5.0, 0.22  # of full scale
_MOST_SIGNS = 40  # of each line


@dataclass(frozen=True, slots=True)
class Mark:
    """What a mark says: whose it is, and which asset."""

    owner: str
    number: str

    @property
    def words(self) -> str:
        """The mark in one line."""
        owner = " ".join(self.owner.split())
        if len(owner) > _MOST_SIGNS:
            owner = owner[: _MOST_SIGNS - 1] + "…"
        return f"{owner} · {self.number}" if owner else self.number


def marked(picture: NDArray[np.uint8], mark: Mark) -> NDArray[np.uint8]:
    """Return a picture (height, width, 3) uint8, sRGB, with the mark over it."""
    height, width, _ = picture.shape
    ink, cover = _overlay(width, height, mark.words)
    mixed = picture + (ink[..., None] - picture.astype(np.float32)) * cover[..., None]
    return np.asarray(np.rint(mixed), np.uint8)


def marked_frame(frame: VideoFrame, mark: Mark) -> VideoFrame:
    """Return a picture of a movie, `yuv420p` of limited range, with the mark over its light."""
    ink, cover = _overlay(frame.width, frame.height, mark.words)
    planes = frame.to_ndarray().astype(np.float32)  # (height · 3 / 2, width): Y, U, V
    height = frame.height
    light = planes[:height]
    light += (16 + ink * (219 / 255) - light) * cover
    colour = cover.reshape(height // 2, 2, -1, 2).mean((1, 3)).reshape(-1, frame.width // 2)
    both = np.concatenate([colour, colour]).reshape(height // 2, frame.width)
    planes[height:] += (128 - planes[height:]) * both
    made = VideoFrame.from_ndarray(np.rint(planes).astype(np.uint8), "yuv420p")
    made.colorspace, made.color_range = frame.colorspace, frame.color_range
    return made


def marked_sound(samples: NDArray[np.float32], start: int, sample_rate: int) -> NDArray[np.float32]:
    """Return samples (channels, samples) from number `start` on, with the tones of the mark."""
    every, length = round(_EVERY_S * sample_rate), round(_TONE_S * sample_rate)
    at = (np.arange(start, start + samples.shape[1]) + every // 2) % every
    tone = np.zeros(samples.shape[1], np.float32)
    for place, pitch in enumerate(_TONES_HZ):
        own = at - place * length
        is_heard = (own >= 0) & (own < length)
        shape = np.sin(np.pi * np.clip(own, 0, length) / length)  # no click at its ends
        tone += is_heard * shape * np.sin(2 * np.pi * pitch * own / sample_rate)
    return np.clip(samples * (1 - _TONE_LEVEL) + tone * _TONE_LEVEL, -1, 1).astype(np.float32)


@cache
def _overlay(
    width: int, height: int, words: str
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mark of a picture: its grey, 0 to 255, and how much it covers, 0 to 1."""
    letters = max(min(width, height) * _LETTERS, _LEAST_LETTERS)
    font, line = font_of(letters), max(1, round(letters / 15))
    side = int(np.hypot(width, height)) + 2
    ink, cover = Image.new("L", (side, side)), Image.new("L", (side, side))
    on_ink, on_cover = ImageDraw.Draw(ink), ImageDraw.Draw(cover)
    wide = int(font.getlength(words) + 2.2 * letters)
    for row, top in enumerate(np.arange(0, side, letters * _APART)):
        for left in range(-(row % 2) * wide // 2, side, wide):
            on_cover.text((left, top), words, fill=round(255 * _DARK), font=font,
                          stroke_width=line, stroke_fill=round(255 * _DARK))  # fmt: skip
            on_cover.text((left, top), words, fill=round(255 * _LIGHT), font=font)
            on_ink.text((left, top), words, fill=255, font=font)
    box = ((side - width) // 2, (side - height) // 2)
    cut = (*box, box[0] + width, box[1] + height)
    turned = [
        np.asarray(each.rotate(_SLANT_DEG, Image.Resampling.BICUBIC).crop(cut), np.float32)
        for each in (ink, cover)
    ]
    return turned[0], turned[1] / np.float32(255)
