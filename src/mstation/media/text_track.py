"""Titles in, the packets of a soft subtitle track out: text that players show when they are asked.

Source: 3GPP TS 26.245 (timed text), section 5.16 for its style, 5.17 for its samples;
ISO/IEC 14496-12, section 8.3.2 for the flags of a track, 8.4.2 for its language.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.container import OutputContainer

from mstation.media.burning import Title, TitleRow
from mstation.timebase import FrameRate

# Source: ISO 639-2/T; a language that is not here is told as undetermined.
_THREE = {
    "ar": "ara", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa",
    "fa": "fas", "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hu": "hun", "id": "ind",
    "it": "ita", "ja": "jpn", "ko": "kor", "ms": "msa", "nb": "nob", "nl": "nld", "no": "nor",
    "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sv": "swe", "th": "tha", "tr": "tur",
    "uk": "ukr", "ur": "urd", "vi": "vie", "yue": "yue", "zh": "zho",
}  # fmt: skip
_UNDETERMINED = "und"
_SIZE, _WHITE, _ITALIC, _FONT = 16, b"\xff\xff\xff\xff", 2, 1
_HEADER = f"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,{_SIZE},&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0
"""
_PARENTS = (b"moov", b"trak", b"mdia")
_IN_MOVIE = b"\x00\x00\x02"  # and not enabled: nobody sees it who does not ask


@dataclass(frozen=True, slots=True)
class TextTrack:
    """A film's subtitles in one language, given as its tag (BCP 47)."""

    tongue: str
    titles: tuple[Title, ...]  # in order, none over another

    @property
    def language(self) -> str:
        """The code of its language as a movie tells it."""
        return _THREE.get(self.tongue.lower().partition("-")[0], _UNDETERMINED)


def text_packets(track: TextTrack, movie: OutputContainer, rate: FrameRate) -> Iterator[Any]:
    """Add a track to a movie, and return its packets, each at its own frame."""
    frame_s = Fraction(rate.denominator, rate.numerator)
    stream: Any = movie.add_stream("mov_text")
    stream.codec_context.subtitle_header = _HEADER.encode()
    stream.codec_context.time_base = stream.time_base = frame_s
    stream.metadata["language"] = track.language
    return _packets(track.titles, stream, frame_s)


def _packets(titles: Sequence[Title], stream: Any, frame_s: Fraction) -> Iterator[Any]:
    for title in titles:
        packet = av.Packet(_sample(title.rows))
        packet.stream, packet.time_base, packet.is_keyframe = stream, frame_s, True
        packet.pts = packet.dts = title.first_frame
        packet.duration = title.end_frame - title.first_frame
        yield packet


def _sample(rows: Sequence[TitleRow]) -> bytes:
    """Return rows as one sample: their text, and where in it letters stand in italics."""
    text = "\n".join(row.text for row in rows).encode()
    styles, start = [], 0
    for row in rows:
        end = start + len(row.text)
        if row.is_italic and row.text:
            styles.append(struct.pack(">HHHBB", start, end, _FONT, _ITALIC, _SIZE) + _WHITE)
        start = end + 1
    sample = struct.pack(">H", len(text)) + text
    if styles:
        body = struct.pack(">H", len(styles)) + b"".join(styles)
        sample += struct.pack(">I", 8 + len(body)) + b"styl" + body
    return sample


def switch_off(path: Path) -> None:
    """Mark the subtitle tracks of a movie as not enabled; the muxer enables the first of them."""
    with path.open("r+b") as movie:
        flags = 0
        for kind, start in list(_boxes(movie, 0, path.stat().st_size)):
            movie.seek(start)
            if kind == b"tkhd":
                flags = start + 1
            elif kind == b"hdlr" and movie.read(12)[8:] in (b"sbtl", b"text"):
                movie.seek(flags)
                movie.write(_IN_MOVIE)


def _boxes(movie: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int]]:
    """Yield the boxes of a movie's tracks in order, each with where its content begins."""
    while at + 8 <= end:
        movie.seek(at)
        size, kind = struct.unpack(">I4s", movie.read(8))
        start = at + 8
        if size == 1:
            (size,) = struct.unpack(">Q", movie.read(8))
            start += 8
        inner = at + (size or end - at)
        if kind in _PARENTS:
            yield from _boxes(movie, start, inner)
        else:
            yield kind, start
        at = max(inner, start)
