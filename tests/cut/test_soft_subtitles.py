"""A movie's soft subtitles: the cards of the SubRip file, off until somebody asks for them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from mstation import document
from mstation.breakdown.scene import Presence
from mstation.cut.movie import assemble
from mstation.graph.step import Blob, Inputs
from mstation.making.cut import SCHEMA, FilmShots
from mstation.making.titling import TRACK_SCHEMA, subtitles
from mstation.media.burning import Title, TitleRow
from mstation.media.text_track import TextTrack
from mstation.timebase import FrameRate
from tests.cut.film import voice
from tests.cut.test_movie import RATES, SIZE, _clicks, _segment
from tests.cut.test_subtitle_files import _decoded, _lines

FRAMES = 120
VOICES = (
    voice("It is cold here, and the lamp is out.", 2, 40),
    voice("那年冬天，灯灭了。", 88, 30, presence=Presence.VOICE_OVER),
)
TABLE = 'text,zh\n"It is cold here, and the lamp is out.",这里很冷，灯也灭了。\n'


def _movie(folder: Path, name: str, rate: FrameRate, tracks: Sequence[TextTrack]) -> Path:
    segment, audio, out = folder / "segment.mp4", folder / "a.wav", folder / name
    if not segment.exists():
        _segment(segment, FRAMES, rate)
        _clicks(audio, [5], FRAMES, rate)
    size = {"width": SIZE[0], "height": SIZE[1]}
    assemble([segment], audio, out, rate=rate, tracks=tracks, **size)
    return out


def _packets(movie: Path, kind: str) -> list[tuple[Any, ...]]:
    with av.open(movie) as file:
        (stream,) = getattr(file.streams, kind)
        return [(p.pts, p.dts, p.duration, bytes(p)) for p in file.demux(stream)]


def _shown(movie: Path, number: int) -> list[tuple[int, int, list[str], bool]]:
    """Return FFmpeg's reading: first and last millisecond, rows, whether any is in italics."""
    found = []
    with av.open(movie) as file:
        stream = file.streams.subtitles[number]
        for packet in file.demux(stream):
            for each in packet.decode() if packet.size > 2 else ():
                text = each.ass.decode().split(",", 8)[8]
                base = packet.time_base * 1000
                first, end = packet.pts * base, (packet.pts + packet.duration) * base
                found.append((round(first), round(end), _lines(text), "\\i1" in text))
    return found


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_the_track_has_the_cards_of_the_subtitle_files(tmp_path: Path, rate: FrameRate) -> None:
    film = FilmShots("A Lamp", "en", str(rate), FRAMES, (), VOICES, ())
    blobs = {}
    for name, data in (("shots", document.write(film, SCHEMA)), ("translation", TABLE.encode())):
        (tmp_path / name).write_bytes(data)
        blobs[name] = Blob(hashlib.sha256(data).hexdigest(), tmp_path / name)
    params = {"burn": "", "translation": "lines.csv"}
    told = [
        subtitles(Inputs({**params, **track}, blobs, tmp_path, lambda _: None))
        for track in ({}, {"track": True})
    ]
    tracks = {name: data for name, data in told[1].items() if name.startswith("track/")}
    assert told[1] == {**told[0], **tracks}
    read = [document.read(tracks[f"track/{n}"], TextTrack, TRACK_SCHEMA) for n in (0, 1)]
    movie = _movie(tmp_path, "film.mp4", rate, read)
    for number, name in enumerate(("subtitles", "subtitles.zh")):
        srt = _decoded(told[0][f"file/{name}.srt"], "srt", tmp_path)
        shown = _shown(movie, number)
        assert [row[2] for row in shown] == [_lines(text) for *_, text in srt]
        assert [row[3] for row in shown] == ["\\i1" in text for *_, text in srt]
        assert len(shown) == 2, srt
        for (first, end, *_), (at, length, _) in zip(shown, srt, strict=True):
            assert abs(first - at) <= 1
            assert abs(end - at - length) <= 1


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_track_is_off_and_changes_neither_picture_nor_sound_nor_its_own_bytes(
    tmp_path: Path, rate: FrameRate
) -> None:
    rows = (TitleRow("- 现在。", is_italic=True), TitleRow("- Now."))
    tracks = [
        TextTrack(tongue, (Title(1, 30, rows), Title(30, 50, rows[1:])))
        for tongue in ("zh-Hans", "en", "tlh")
    ]
    plain = _movie(tmp_path, "plain.mp4", rate, ())
    movie, again = (_movie(tmp_path, name, rate, tracks) for name in ("a.mp4", "b.mp4"))
    assert movie.read_bytes() == again.read_bytes()
    for kind in ("video", "audio"):
        assert _packets(plain, kind) == _packets(movie, kind)
    with av.open(movie) as file:
        texts = file.streams.subtitles
        assert [each.metadata["language"] for each in texts] == ["zho", "eng", "und"]
        assert [bool(each.disposition & av.stream.Disposition.default) for each in texts] == [
            False, False, False
        ]  # fmt: skip
        for stream in (*file.streams.video, *file.streams.audio):
            assert stream.disposition & av.stream.Disposition.default
        frames = [frame.to_ndarray(format="gray") for frame in file.decode(video=0)]
    assert len(frames) == FRAMES
    assert np.ptp(frames[0]) > 0
    assert [row[2] for row in _shown(movie, 0)] == [["- 现在。", "- Now."], ["- Now."]]


def test_italics_reach_over_their_own_letters_alone(tmp_path: Path) -> None:
    rows = (TitleRow("灯灭了"), TitleRow("the lamp", is_italic=True), TitleRow("again"))
    movie = _movie(tmp_path, "a.mp4", FrameRate(24), [TextTrack("en", (Title(2, 9, rows),))])
    with av.open(movie) as file:
        (text,) = [
            each.ass.decode().split(",", 8)[8]
            for packet in file.demux(file.streams.subtitles[0])
            if packet.size > 2
            for each in packet.decode()
        ]
    assert text.split("\\N") == ["灯灭了", "{\\i1}the lamp{\\r}", "again"]
