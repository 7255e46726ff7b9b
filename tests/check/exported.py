"""A small film in a folder, written by the real writers: two scenes, three people, a letter.

The pictures and the voices are made up; everything else is what `mstation make` would write.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mstation.breakdown.scene import Character
from mstation.cut.movie import assemble
from mstation.cut.otio import write_otio
from mstation.making.cast import Cast
from mstation.making.cut import FilmShots, ShotScene, assemble_shots, names_of
from mstation.making.pictures import scenes_in
from mstation.previs.encode import encode_segment
from mstation.previs.usd import write_film, write_scene
from mstation.screenplay.script import Language
from mstation.shots.shot import Angle, CameraKey, Move, Role, Shot, ShotList, Size, Take
from mstation.shots.takes import cut_takes
from mstation.sound.wavefile import StereoWriter
from mstation.space import sensor_for
from mstation.stage.layout import Layout, Piece
from mstation.stage.performance import Motion, Performance
from mstation.timebase import FrameRate
from mstation.voices.speech import Speech, Word
from tests.shots.plays import Person, Play, facing_pair, room

RATE = FrameRate(24)
WIDTH, HEIGHT = 160, 90
SENSOR = sensor_for(WIDTH, HEIGHT)
CAST = Cast("en", (Character("ann", "ANN"), Character("bob", "MR. BOB"), Character("cy", "程雨")))
NAMES = names_of(CAST)
TABLE = Piece("table", "table", (0.0, 0.0, -2.0), (1.2, 0.74, 0.8))


@dataclass(frozen=True)
class Written:
    """What the writers were given."""

    film: FilmShots
    performances: tuple[Performance, ...]
    motions: tuple[tuple[Motion, ...], ...]
    takes: tuple[tuple[Take, ...], ...]


def _scenes() -> list[tuple[ShotScene, Layout, tuple[Motion, ...]]]:
    talk = Play(facing_pair(), layout=room(pieces=(TABLE,)))
    talk.do("ann", "read", 1.5, reads="Come home.")
    talk.say("ann", 1.5, "bob").say("bob", 1.0, "ann").do("", "wait", 0.5)
    walker = Person("cy", [(0, -1.5, 0.0, -1.57), (40, 1.5, 0.0, -1.57)], enters=6, leaves=44)
    walk = Play([walker], layout=room()).do("cy", "walk", 2.0)
    made = []
    for number, play, shots in (("7", talk, _talk_shots), ("8A", walk, _walk_shots)):
        scene, layout, performance, motions = play.staged()
        scene = replace(scene, id=f"sc-{number}", number=number, eighths=3)
        listed = ShotList(scene.id, scene.label, performance.frames, shots(performance.frames))
        made.append((ShotScene(scene, performance, listed), layout, motions))
    return made


def _shot(label: str, first: int, end: int, camera: tuple[CameraKey, ...], **said: object) -> Shot:
    plain = Shot(
        f"sh-{label}", label, "sc", Role.SINGLE, Size.MS, Angle.EYE, Move.STATIC, 40.0, ("ann",),
        (), 0, first, end, (), (), camera,
    )  # fmt: skip
    return replace(plain, **said)  # type: ignore[arg-type]


def _talk_shots(frames: int) -> tuple[Shot, ...]:
    pair = ("ann", "bob")
    master = (CameraKey(0, (0.0, 1.5, 3.0), (0.0, 1.3, 0.0), 32.0),)
    ann = (CameraKey(0, (1.0, 1.6, 1.5), (-0.7, 1.5, 0.0), 40.0),)
    bob = (
        CameraKey(0, (-1.2, 1.6, 1.5), (0.7, 1.6, 0.0), 50.0),
        CameraKey(24, (-1.0, 1.6, 1.3), (0.7, 1.6, 0.0), 55.0),
    )
    return (
        _shot("007-001", 0, 40, master, role=Role.MASTER, size=Size.FS, subjects=pair, axis=pair),
        _shot("007-002", 40, 90, ann, axis=pair, direction="MS Ann, handheld", shake_deg=0.4),
        _shot("007-003", 90, frames, bob, subjects=("bob",), axis=pair, move=Move.PUSH_IN,
              declared=("axis", "jump")),
    )  # fmt: skip


def _walk_shots(frames: int) -> tuple[Shot, ...]:
    wide = (CameraKey(0, (0.0, 1.4, 3.2), (0.0, 1.0, 0.0), 21.0),)
    return (_shot("008A-001", 0, frames, wide, size=Size.WS, subjects=("cy",)),)


def write(folder: Path, *, language: Language = "en") -> Written:
    """Write the film's files into a folder, and return what they were made from."""
    scenes = _scenes()
    lines = [beat.line.id for each, _, _ in scenes for beat in each.scene.beats if beat.line]
    speeches = {
        line: Speech(1.0, (Word("words", 0.0, 0.4), Word("and", 0.5, 1.0)), (), "espeak", -23.0)
        for line in lines
    }
    cast = replace(CAST, language=language)
    film = assemble_shots("Letters", str(RATE), cast, [each for each, _, _ in scenes], speeches)
    (folder / "scenes").mkdir(parents=True)
    takes = []
    for each, layout, motions in scenes:
        takes.append(cut_takes(each.shots, each.performance, motions, sensor=SENSOR))
        write_scene(
            folder / "scenes" / f"{each.shots.scene_label}.usdc",
            each.shots,
            layout,
            each.performance,
            motions,
            takes[-1],
            names=NAMES,
            language=language,
            rate=RATE,
        )
    _write_cut(folder, film)
    _write_movie(folder, film)
    performances = tuple(each.performance for each, _, _ in scenes)
    return Written(film, performances, tuple(motions for _, _, motions in scenes), tuple(takes))


def _write_cut(folder: Path, film: FilmShots) -> None:
    write_film(folder / "film.usda", scenes_in(film), title=film.title, rate=RATE)
    said = {"language": film.language, "style": film.style, "asl_s": 5.5}
    document = write_otio(
        film.title,
        film.clips,
        film.voices,
        film.music,
        RATE,
        scenes=film.scenes,
        actions=film.actions,
        metadata=said,
    )
    (folder / "film.otio").write_bytes(document)


def _write_movie(folder: Path, film: FilmShots) -> None:
    spoken = np.zeros((RATE.sample_of_frame(film.frames), 2), np.float32)
    for index, voice in enumerate(film.voices):
        first = RATE.sample_of_frame(voice.film_first_frame)
        spoken[first : first + 40_000] += burst(index)[:, None]
    (folder / "stems").mkdir()
    lay(folder / "stems" / "dialogue.wav", spoken)
    join(folder, [shot_pictures(index, clip.shot.frames) for index, clip in enumerate(film.clips)])


def burst(seed: int, samples: int = 40_000) -> NDArray[np.float32]:
    """Return a made-up voice: noise that swells four times a second, from its first sample on."""
    noise = np.random.default_rng(seed).normal(size=samples)
    swell = 0.55 + 0.45 * np.cos(2 * np.pi * 4 * np.arange(samples) / 48_000)
    return (0.1 * noise * swell).astype(np.float32)


def lay(path: Path, sound: NDArray[np.float32]) -> None:
    """Write a stereo stem."""
    with StereoWriter(path) as writer:
        writer.write(sound)


def shot_pictures(seed: int, frames: int, *, drift: int = 0) -> list[NDArray[np.uint8]]:
    """Return a shot's frames: patches of grey, and something small that moves over them.

    `drift` is how many pixels a frame the whole picture moves, as in a pan.
    """
    dice = np.random.default_rng(seed)
    patches = dice.integers(50, 220, (HEIGHT // 10, 80)).repeat(10, axis=0).repeat(8, axis=1)
    pictures = []
    for number in range(frames):
        luma = np.roll(patches, -drift * number, axis=1)[:, :WIDTH].astype(np.uint8)
        at = 3 * number % (WIDTH - 6)
        luma[40:46, at : at + 6] = 235
        chroma = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
        pictures.append(np.concatenate([luma, chroma]))
    return pictures


def join(folder: Path, shots: list[list[NDArray[np.uint8]]]) -> None:
    """Write the movie of a folder from its shots' pictures, with the sound of its stem."""
    segments = [folder / f"segment-{index}.mp4" for index in range(len(shots))]
    for segment, pictures in zip(segments, shots, strict=True):
        encode_segment(pictures, segment, width=WIDTH, height=HEIGHT, rate=RATE)
    mix(folder, segments)
    for segment in segments:
        segment.unlink()


def mix(folder: Path, segments: list[Path]) -> None:
    """Write the movie of a folder from segments, with the sound of its stem."""
    audio, movie = folder / "stems" / "dialogue.wav", folder / "film.mp4"
    assemble(segments, audio, movie, width=WIDTH, height=HEIGHT, rate=RATE)
