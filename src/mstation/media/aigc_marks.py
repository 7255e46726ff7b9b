"""The explicit label of GB 45438-2025: what people see or hear that a machine made it.

A picture carries it in a corner, a movie on its opening frames for two seconds, a sound begins with
the rhythm of "AI". Letters are at least a twentieth of the picture's shortest side. A picture is
encoded again, a movie's pictures too, all of them; its sound keeps its packets.

Source: GB 45438-2025, 5.2 (pictures), 5.3 (sound: short long, short short), 5.4 (movies).
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mstation.errors import InvalidInput, Unsupported
from mstation.media.ai_labels import MARK_EN, MARK_ZH
from mstation.media.faults import damaged
from mstation.media.opening import MOST_PIXELS, open_media, video_of
from mstation.media.slates import font_of

SHARE = 0.05  # of the shortest side: the height of the lowest letter
SECONDS = 2
_GROUND, _INK = (0, 0, 0, 150), (255, 255, 255, 255)
_MODES = ("L", "LA", "RGB", "RGBA", "P")
_KEPT = ("icc_profile", "exif")
_CRF, _PRESET = "14", "veryfast"
_SHORT_S, _LEVEL, _TONE_HZ = 0.15, 0.35, 880
_RHYTHM = (1, 3, 0, 1, 1)  # Morse's A and I: lengths in short tones; 0: a pause


def write_mark(path: Path, media_type: str, out: Path) -> dict[str, Any]:
    """Write a file with its mark; return what was encoded again: `{"encoded": ["video"]}`.

    Raises:
        Unsupported: when files of this type, or so deep ones, are not marked here.
        InvalidInput: when the file is damaged.
        NotFound: when the font is not there.
    """
    match media_type:
        case "image/jpeg" | "image/png":
            _mark_picture(path, media_type, out)
            return {"encoded": ["picture"]}
        case "video/mp4" | "video/quicktime":
            _mark_movie(path, media_type, out)
            return {"encoded": ["video"]}
        case "audio/wav":
            _mark_sound(path, out)
            return {"encoded": []}
    raise Unsupported(
        f"{media_type} is not marked here; give JPEG, PNG, MP4, MOV or WAV",
        zh=f"此处无法为 {media_type} 添加显式标识；请使用 JPEG、PNG、MP4、MOV 或 WAV",
    )


def mark_of(width: int, height: int) -> tuple[NDArray[np.uint8], int, int]:
    """Return the mark (height, width, 4), RGBA, and where its left and upper edges lie."""
    least = SHARE * min(width, height)
    font, text = _fitting(least, width)
    left, top, right, bottom = font.getbbox(text)
    gap = math.ceil(least / 3)
    size = (math.ceil(right - left) + 2 * gap, math.ceil(bottom - top) + 2 * gap)
    page = Image.new("RGBA", size, _GROUND)
    ImageDraw.Draw(page).text((gap - left, gap - top), text, fill=_INK, font=font)
    page = page.crop((0, 0, min(size[0], width), min(size[1], height)))
    edge = min(gap, max(0, width - page.width), max(0, height - page.height))
    return np.asarray(page), width - page.width - edge, height - page.height - edge


def _fitting(least: float, width: int) -> tuple[ImageFont.FreeTypeFont, str]:
    """Return the font whose lowest letters are high enough, and as many words as fit beside it."""
    trial = font_of(1000, is_bold=True)
    lowest = min(_height(trial, sign) for sign in MARK_ZH)
    font = font_of(max(1, math.ceil(least / lowest * 1000) + 1), is_bold=True)
    both = f"{MARK_ZH} {MARK_EN}"
    return font, both if font.getlength(both) < width * 0.8 else MARK_ZH


def _height(font: ImageFont.FreeTypeFont, sign: str) -> float:
    _, top, _, bottom = font.getbbox(sign)
    return bottom - top


@cache
def _mark_picture(path: Path, media_type: str, out: Path) -> None:
    kind = media_type.removeprefix("image/").upper()
    try:
        with Image.open(path, formats=(kind,)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise InvalidInput("the picture is too large", zh="图片过大")
            if image.mode not in _MODES:
                raise _too_deep()
            kept = {
                name: image.info[name] for name in ("icc_profile", "exif") if name in image.info
            }
            has_alpha = image.mode in ("LA", "RGBA") or "transparency" in image.info
            page = image.convert("RGBA" if has_alpha else "RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise damaged(media_type) from error
    mark, x, y = mark_of(*page.size)
    over = Image.fromarray(mark)
    page.paste(over.convert("RGB"), (x, y), over.getchannel("A"))
    if has_alpha:
        page.putalpha(_opaque(page, over, (x, y)))
    options: dict[str, Any] = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    page.save(out, kind, **kept, **options)


def _opaque(page: Image.Image, over: Image.Image, place: tuple[int, int]) -> Image.Image:
    """Return the picture's transparency, without any where the mark stands."""
    alpha = page.getchannel("A")
    alpha.paste(255, (*place, place[0] + over.width, place[1] + over.height))
    return alpha


def _too_deep() -> Unsupported:
    return Unsupported(
        "only files of 8 bits a channel are marked here; mark it where it is graded",
        zh="此处仅能标识 8 位文件；请在调色环节添加显式标识",
    )


def _mark_movie(path: Path, media_type: str, out: Path) -> None:
    container = "mp4" if media_type == "video/mp4" else "mov"
    with (
        open_media(str(path), media_type) as source,
        av.open(str(out), "w", format=container, options={"movflags": "+faststart"}) as target,
    ):
        target.metadata.update(source.metadata)
        picture = video_of(source, media_type)
        if any(part.bits > 8 for part in picture.format.components):
            raise _too_deep()
        try:
            _encode(source, target, picture)
        except av.FFmpegError as error:
            raise damaged(media_type) from error


def _encode(source: Any, target: Any, picture: Any) -> None:
    """Write the pictures anew, marked as long as the mark stands, and the sound as it is."""
    rate = picture.average_rate or picture.guessed_rate or Fraction(25)
    video = target.add_stream("libx264", rate=rate, options={"crf": _CRF, "preset": _PRESET})
    video.width, video.height = picture.codec_context.width, picture.codec_context.height
    even = video.width % 2 == 0 and video.height % 2 == 0
    video.pix_fmt = "yuv420p" if even else "yuv444p"
    context = video.codec_context
    context.time_base = picture.time_base
    for name in ("color_primaries", "color_trc", "colorspace", "color_range"):
        setattr(context, name, getattr(picture.codec_context, name))
    context.sample_aspect_ratio = picture.codec_context.sample_aspect_ratio or Fraction(1)
    sounds = {each.index: target.add_stream_from_template(each) for each in source.streams.audio}
    mark = mark_of(video.width, video.height)
    first: float | None = None
    for packet in source.demux([picture, *source.streams.audio]):
        if packet.stream.index in sounds:
            if packet.dts is not None:
                packet.stream = sounds[packet.stream.index]
                target.mux(packet)
            continue
        for frame in packet.decode():
            first = frame.time if first is None else first
            is_marked = frame.time - first < SECONDS
            shown = _marked(frame, mark) if is_marked else frame
            shown = shown.reformat(format=video.pix_fmt)
            shown.pict_type = 0  # the encoder chooses
            target.mux(video.encode(shown))
    target.mux(video.encode(None))


def _marked(frame: VideoFrame, mark: tuple[NDArray[np.uint8], int, int]) -> VideoFrame:
    """Return a frame with the mark over it."""
    over, x, y = mark
    pixels = frame.to_ndarray(format="rgb24")  # (height, width, 3) uint8
    place = pixels[y : y + over.shape[0], x : x + over.shape[1]]
    share = over[..., 3:].astype(np.float32) / 255
    place[:] = np.rint(place * (1 - share) + over[..., :3] * share).astype(np.uint8)
    made = VideoFrame.from_ndarray(pixels, "rgb24").reformat(
        format="yuv420p", dst_colorspace=_matrix(frame), dst_color_range=frame.color_range
    )
    made.pts, made.time_base = frame.pts, frame.time_base
    return made


def _matrix(frame: VideoFrame) -> int:
    """Return the frame's own matrix; BT.601, which the converter takes, where it names none."""
    return int(frame.colorspace) if int(frame.colorspace) in (1, 5, 6, 9) else 5


def _mark_sound(path: Path, out: Path) -> None:
    """Write the rhythm, then the samples as they are."""
    with (
        open_media(str(path), "audio/wav") as source,
        av.open(str(out), "w", format="wav") as target,
    ):
        heard = source.streams.audio[0]
        if not heard.codec_context.name.startswith("pcm_"):
            raise Unsupported("only PCM in WAV is marked here", zh="此处仅能标识 PCM 编码的 WAV")
        target.metadata.update(source.metadata)
        stream = target.add_stream_from_template(heard)
        try:
            at = 0
            for packet in _cue(heard):
                packet.stream = stream
                packet.pts = packet.dts = at
                at += packet.duration
                target.mux(packet)
            for packet in source.demux(heard):
                if packet.dts is not None:
                    packet.stream = stream
                    packet.pts = packet.dts = packet.dts + at
                    target.mux(packet)
        except av.FFmpegError as error:
            raise damaged("audio/wav") from error


def _cue(heard: Any) -> list[Any]:
    """Return the rhythm as packets of the sound's own kind."""
    context = heard.codec_context
    encoder = av.CodecContext.create(context.name, "w")
    encoder.sample_rate, encoder.layout, encoder.format = (
        context.sample_rate, context.layout, context.format,
    )  # fmt: skip
    encoder.time_base = Fraction(1, context.sample_rate)
    tone = rhythm(context.sample_rate)
    frame = av.AudioFrame.from_ndarray(tone[None], format="flt", layout="mono")
    frame.sample_rate = context.sample_rate
    resampler = av.AudioResampler(context.format, context.layout, context.sample_rate)
    packets = []
    for each in [*resampler.resample(frame), *resampler.resample(None)]:
        each.pts, each.time_base = None, encoder.time_base
        packets += encoder.encode(each)
        for packet in packets[-1:]:
            packet.duration, packet.time_base = each.samples, encoder.time_base
    return packets


def rhythm(rate: int) -> NDArray[np.float32]:
    """Return the rhythm of "AI" (samples), full scale 1.0: short long, short short."""
    short = round(rate * _SHORT_S)
    parts: list[NDArray[np.float32]] = []
    for lengths in _RHYTHM:
        count = short * lengths
        tone = _LEVEL * np.sin(2 * np.pi * _TONE_HZ * np.arange(count) / rate)
        parts += [tone.astype(np.float32), np.zeros(short, np.float32)]
    return np.concatenate(parts)
