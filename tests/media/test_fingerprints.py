"""What files are known by: sound by Chromaprint's own words, movies by their frames."""

from __future__ import annotations

import base64
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from mstation import media
from mstation.errors import InvalidInput
from mstation.media.chromaprint import BITS as WORD_BITS
from mstation.media.chromaprint import Words, chromaprint, overlap, words_in
from mstation.media.hamming import near, words_of
from mstation.media.pdq import bits_in
from mstation.media.prints import ALIKE, BITS, SAME, Algorithm, Prints
from tests.media import making, scenes, tunes
from tests.media.scenes import Pixels
from tests.media.tunes import RATE, Samples, coded, tune

# Made with Chromaprint's own `fpcalc -raw` 1.5.1 of `tune(5, 9)` as 16-bit WAV.
THEIRS = (
    "7oCskr6AqJKOkOnSjZAp0ozAKdKMUDpTiBMqUIgyKnCIIiowSDbrMBt6qCA66qggKuqoIzqp6CIamGgiCpgoIsrUKC"
    "KKACgymgApMroAKjOqESoQqiLqUKoiqlD6NqlQ+jqoUHoqqFBrKqhAazqoQOk2rUHsE69ALABvQDRALcAU0C3ABLwt"
    "wASoLcAEqC3AAKpvwAC6rtEAlq7SwIKu0pCCr5Kkgq2Sp5Lskqau7LLu62yyLvhsshp4apIKKCqSCiwqkho0K5IaMC"
    "qS"
)
MANY = 5


def _prints(path: Path) -> Prints:
    return media.fingerprints(path)


def _words(samples: Samples, tmp_path: Path, codec: str = "pcm_s16le") -> Words:
    file = coded(samples, tmp_path / ("a.m4a" if codec == "aac" else "a.wav"), codec)
    (heard,) = _prints(file).prints
    assert heard.algorithm is Algorithm.CHROMAPRINT
    return words_in(heard.value)


def test_words_are_those_of_chromaprint_itself(tmp_path: Path) -> None:
    theirs = np.frombuffer(base64.b64decode(THEIRS), "<u4")
    ours = _words(tune(5, 9), tmp_path)
    assert len(ours) == len(theirs)
    assert np.bitwise_count(ours ^ theirs).sum() <= 4


def test_what_is_too_short_or_silent_says_nothing(tmp_path: Path) -> None:
    assert len(chromaprint(np.zeros(11_025, np.float32))) == 0
    silence = chromaprint(np.zeros(20 * 11_025, np.float32))
    assert len(set(silence.tolist())) == 1
    assert overlap(silence[:0], silence) is None


def test_of_silence_no_print_is_kept(tmp_path: Path) -> None:
    assert _prints(coded(np.zeros(20 * RATE, np.float32), tmp_path / "a.wav", "pcm_s16le")) == (
        Prints(())
    )


CHANGED: dict[str, tuple[Callable[[Samples], Samples], str]] = {
    "AAC of 96 kbit/s": (lambda whole: whole, "aac"),
    "a fifth as loud, AAC": (lambda whole: whole * 0.2, "aac"),
    "cut by 3.41 s and 5 s, AAC": (lambda whole: whole[round(3.41 * RATE) : -5 * RATE], "aac"),
    "in the middle of other music": (
        lambda whole: np.concatenate([tune(77, 10), whole, tune(78, 8)]),
        "aac",
    ),
}


@pytest.fixture(scope="module")
def shelf() -> list[Words]:
    return [chromaprint(_low(tune(seed, 25))) for seed in range(MANY)]


def _low(samples: Samples) -> Samples:
    return np.ascontiguousarray(samples.reshape(-1, 4).mean(1))  # 11,025 Hz


@pytest.mark.parametrize("what", CHANGED)
def test_changed_sound_is_found_and_other_music_is_not(
    what: str, shelf: list[Words], tmp_path: Path
) -> None:
    change, codec = CHANGED[what]
    words = _words(change(tune(2, 25)), tmp_path, codec)
    rates = [1.0 if lies is None else lies.rate for lies in (overlap(words, s) for s in shelf)]
    assert rates[2] <= SAME / BITS
    assert min(rates[:2] + rates[3:]) > 2 * ALIKE / BITS
    assert WORD_BITS == 32


def test_an_offset_is_how_much_later_the_same_stands() -> None:
    whole = np.random.default_rng(1).integers(0, 2**32, 300, dtype=np.uint32)
    lies = overlap(whole[40:], whole)
    assert lies is not None
    assert (lies.offset, lies.words, lies.rate) == (40, 260, 0)


def _movie(
    path: Path, pictures: list[Pixels], seconds_each: int = 2, *, crf: str = "20",
    music: Samples | None = None,
) -> Path:  # fmt: skip
    rate = Fraction(8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": crf})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        sound = None if music is None else tunes.stream_of(container, "aac")
        for number in range(len(pictures) * seconds_each * 8):
            picture = pictures[number // (seconds_each * 8)]
            frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if music is not None:
            tunes.write(container, sound, music)
    return path


def test_a_movie_is_known_by_its_shots_recompressed_mirrored_and_cut(tmp_path: Path) -> None:
    shots = [scenes.scene(seed, 320, 240) for seed in range(6)]
    whole = _prints(_movie(tmp_path / "whole.mp4", shots))
    (kept,) = whole.prints
    assert kept.algorithm is Algorithm.FRAME
    assert len(bits_in(kept.value)) == len(shots)  # what stands still is one frame
    other = [scenes.scene(seed, 320, 240) for seed in range(10, 13)]
    cut = [other[0], *(scenes.mirrored(shot) for shot in shots[2:5]), *other[1:]]
    found = _prints(_movie(tmp_path / "cut.mp4", cut, crf="35"))
    matches = near(bits_in(found.asked), words_of(bits_in(kept.value)), SAME)
    assert matches.places.tolist() == [2, 3, 4]


def test_a_picture_is_kept_by_itself_and_its_inner_part(tmp_path: Path) -> None:
    Image.fromarray(scenes.scene(1)).save(tmp_path / "a.png")
    found = _prints(tmp_path / "a.png")
    assert [each.algorithm for each in found.prints] == [Algorithm.PDQ, Algorithm.PDQ_TILE]
    assert all(len(each.value) == 2 * BITS // 8 for each in found.prints)


def test_a_flat_picture_asks_for_nothing(tmp_path: Path) -> None:
    Image.new("RGB", (300, 200), (90, 20, 20)).save(tmp_path / "a.png")
    found = _prints(tmp_path / "a.png")
    assert [each.quality for each in found.prints] == [0]
    assert not found.asked


def test_a_movie_is_known_by_its_sound_too(tmp_path: Path) -> None:
    shots = [scenes.scene(seed, 320, 240) for seed in range(3)]
    film = _prints(_movie(tmp_path / "a.mp4", shots, 4, music=tune(3, 12)))
    assert [each.algorithm for each in film.prints] == [Algorithm.FRAME, Algorithm.CHROMAPRINT]
    lies = overlap(words_in(film.prints[1].value), chromaprint(_low(tune(3, 12))))
    assert lies is not None
    assert lies.rate <= SAME / BITS


def test_a_tone_that_never_changes_is_known_by_nothing(tmp_path: Path) -> None:
    movie = making.write_movie(tmp_path / "a.mov", frames=96, has_sound=True)
    assert [each.algorithm for each in _prints(movie).prints] == [Algorithm.FRAME]


@pytest.mark.parametrize("name", ["a.txt", "a.png", "a.wav"])
def test_what_is_no_media_is_refused(name: str, tmp_path: Path) -> None:
    start = {"a.png": b"\x89PNG\r\n\x1a\n", "a.wav": b"RIFF1234WAVE"}.get(name, b"words")
    (tmp_path / name).write_bytes(start + b"rubbish" * 100)
    with pytest.raises(InvalidInput):
        _prints(tmp_path / name)
