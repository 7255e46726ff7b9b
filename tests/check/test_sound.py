"""Voices where they should be are heard there; late, early and missing ones are found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mstation.check.film import Word
from mstation.check.finding import Row
from mstation.check.sound import sync
from mstation.errors import InvalidInput
from mstation.previs.encode import encode_segment
from tests.check.cutting import film_of
from tests.check.exported import HEIGHT, RATE, WIDTH, burst, lay, mix, shot_pictures

FRAMES = 190
LINES = ((20, 45), (75, 100), (135, 165))
FRAME = 2000  # samples
Sound = NDArray[np.float32]


def _spoken(lines: tuple[tuple[int, int], ...] = LINES, *, late: int = 0) -> Sound:
    """Return voices over the tone of a place, each so many samples after its frame."""
    tone = np.random.default_rng(99).normal(size=RATE.sample_of_frame(FRAMES)) * 5e-4
    sound = tone.astype(np.float32)
    for seed, (first, _) in enumerate(lines):
        start = RATE.sample_of_frame(first) + late
        sound[start : start + 46_000] += burst(seed, 46_000)
    return np.repeat(sound[:, None], 2, axis=1)


def _score() -> Sound:
    """Return music that plays on under the voices."""
    at = np.arange(RATE.sample_of_frame(FRAMES)) / 48_000
    notes = sum(np.sin(2 * np.pi * hertz * at) for hertz in (220, 277, 330))
    return np.repeat((0.02 * notes).astype(np.float32)[:, None], 2, axis=1)


@dataclass(frozen=True)
class Theatre:
    """A folder with a picture to put sound to."""

    folder: Path
    picture: Path

    def check(self, stem: Sound, mixed: Sound, lines: tuple[tuple[int, int], ...] = LINES) -> Row:
        """Return the row of a movie that sounds so, beside a stem that sounds so."""
        path = self.folder / "stems" / "dialogue.wav"
        lay(path, mixed)
        mix(self.folder, [self.picture])
        lay(path, stem)
        return sync(film_of(self.folder, (FRAMES,), lines=lines))


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("picture") / "picture.mp4"
    encode_segment(shot_pictures(1, FRAMES), path, width=WIDTH, height=HEIGHT, rate=RATE)
    return path


@pytest.fixture
def theatre(tmp_path: Path, picture: Path) -> Theatre:
    (tmp_path / "stems").mkdir()
    return Theatre(tmp_path, picture)


def _kinds(row: Row) -> list[tuple[str, str]]:
    return [(fault.kind, fault.line) for fault in row.faults]


def test_voices_on_their_frames_pass_under_music_too(theatre: Theatre) -> None:
    row = theatre.check(_spoken(), _spoken() + _score())
    assert (row.state, row.tested, row.is_hard) == ("passed", 3, True)
    assert row.value < 0.5
    assert dict(row.detail) == {"onsets": 3, "under_others": 0}


@pytest.mark.parametrize("frames", [-3, -2, 2, 3, 8])
def test_sound_that_slipped_against_the_picture_is_found(theatre: Theatre, frames: int) -> None:
    mixed = np.roll(_spoken() + _score(), frames * FRAME, axis=0)
    row = theatre.check(_spoken(), mixed)
    assert _kinds(row) == [("slipped", f"ln-{n}") for n in range(3)]
    assert row.value == pytest.approx(abs(frames), abs=0.05)
    assert {dict(fault.values)["way"] for fault in row.faults} == {
        "late" if frames > 0 else "early"
    }
    assert row.state == "failed"


def test_half_a_frame_is_no_fault(theatre: Theatre) -> None:
    row = theatre.check(_spoken(), np.roll(_spoken(), FRAME // 2, axis=0))
    assert row.state == "passed"
    assert row.value == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("frames", [-3, 3])
def test_voices_laid_beside_their_clips_are_found_in_the_stem(
    theatre: Theatre, frames: int
) -> None:
    spoken = _spoken(late=frames * FRAME)
    row = theatre.check(spoken, spoken + _score())
    assert _kinds(row) == [("onset", f"ln-{n}") for n in range(3)]
    assert row.value == pytest.approx(3, abs=0.3)


def test_a_voice_that_the_movie_lacks_is_named(theatre: Theatre) -> None:
    mixed = _spoken((LINES[0], LINES[0], LINES[2]))
    row = theatre.check(_spoken(), mixed + _score())
    assert ("not_heard", "ln-1") in _kinds(row)
    assert ("not_heard", "ln-2") not in _kinds(row)
    assert row.faults[0].frame == 75
    assert row.faults[0].shot == "001-001"


def test_a_voice_under_another_is_not_asked_when_it_begins(theatre: Theatre) -> None:
    lines = (LINES[0], (38, 70), LINES[2])
    row = theatre.check(_spoken(lines), _spoken(lines), lines)
    assert row.state == "passed"
    assert dict(row.detail) == {"onsets": 2, "under_others": 1}


def test_a_voice_may_begin_with_breath_but_not_after_its_first_word(theatre: Theatre) -> None:
    spoken = _spoken(late=4 * FRAME)
    film = film_of(theatre.folder, (FRAMES,), lines=LINES)
    assert theatre.check(spoken, spoken).state == "failed"
    breathing = [
        replace(line, words=(Word("line", line.first_frame + 4, line.end_frame),))
        for line in film.scenes[0].lines
    ]
    scene = replace(film.scenes[0], lines=tuple(breathing))
    assert sync(replace(film, scenes=(scene,))).state == "passed"


def test_a_film_without_voices_stem_or_movie_is_not_measured(theatre: Theatre) -> None:
    theatre.check(_spoken(), _spoken())
    films = {
        "no_voices": film_of(theatre.folder, (FRAMES,)),
        "no_movie": film_of(theatre.folder, (FRAMES,), lines=LINES, has_movie=False),
        "no_stem": film_of(theatre.folder / "elsewhere", (FRAMES,), lines=LINES),
    }
    for missing, film in films.items():
        row = sync(film)
        assert (row.state, row.detail) == ("unmeasured", (("missing", missing),))


def test_a_stem_that_is_none_is_refused(theatre: Theatre) -> None:
    theatre.check(_spoken(), _spoken())
    (theatre.folder / "stems" / "dialogue.wav").write_bytes(b"hush")
    with pytest.raises(InvalidInput, match=r"dialogue\.wav: cannot be decoded"):
        sync(film_of(theatre.folder, (FRAMES,), lines=LINES))
